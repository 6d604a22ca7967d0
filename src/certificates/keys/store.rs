//! The keys of issuers, the private halves sealed.

use super::{PublicKey, SigningKey};
use crate::{
    certificates::credential::Address,
    platform::{
        db::{
            Error, Tx,
            run::prelude::*,
            schema::issuer_keys::{self as keys},
        },
        fixed,
        resealing::{PORTION, Portion, anew},
        vault::{Purpose, fill_random},
    },
    words::*,
};

/// What an installation has fixed: the address that documents and credentials name.
pub const ADDRESS: &str = "public_url";

/// Where an organisation is known: under the address that the first certificate named, wherever this is reached now. What was
/// handed out goes on naming it.
///
/// # Errors
/// The database's.
pub fn address(tx: &mut Tx<'_>, public_url: &str, organisation: OrganisationId) -> Result<Address, Error> {
    let fixed = fixed::said(tx, ADDRESS)?;
    Ok(super::address(fixed.as_deref().unwrap_or(public_url), organisation))
}

/// Something has been handed out that names an address: from now on it is that one.
///
/// # Errors
/// The database's.
pub fn fix_address(tx: &mut Tx<'_>, public_url: &str) -> Result<(), Error> {
    match fixed::said(tx, ADDRESS)? {
        Some(_) => Ok(()),
        None => fixed::say(tx, ADDRESS, public_url),
    }
}

/// Is there any key?
///
/// # Errors
/// The database's.
pub fn are_any(tx: &mut Tx<'_>) -> Result<bool, Error> {
    Ok(keys::table.select(keys::name).first::<String>(tx.conn()).optional()?.is_some())
}

/// Makes an issuer's first key, unless there is one in use. Whoever calls holds something of the issuer's that two cannot hold
/// at once.
///
/// # Errors
/// The database's.
pub fn make_first(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<(), Error> {
    let in_use = keys::table.filter(keys::organisation.eq(organisation)).filter(keys::retired_at.is_null());
    match in_use.select(keys::name).first::<String>(tx.conn()).optional()? {
        Some(_) => Ok(()),
        None => make(tx, organisation).map(drop),
    }
}

/// Retires the key in use and makes a new one; what it is called.
///
/// # Errors
/// The database's.
pub fn rotate(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<String, Error> {
    tx.lead(&format!("issuer key {organisation}"))?;
    let now = tx.now();
    let in_use = keys::table.filter(keys::organisation.eq(organisation)).filter(keys::retired_at.is_null());
    diesel::update(in_use).set(keys::retired_at.eq(Some(now))).execute(tx.conn())?;
    make(tx, organisation)
}

fn make(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<String, Error> {
    let mut seed = [0; 32];
    fill_random(&mut seed);
    let key = SigningKey::from_seed("", &seed).ok_or_else(|| Error::Other("a seed is no key".into()))?;
    let (name, now) = (key.name().to_owned(), tx.now());
    let sealed = tx.vault().seal(Purpose::IssuerKeys, &name, &seed);
    diesel::insert_into(keys::table)
        .values((
            keys::name.eq(&name),
            keys::organisation.eq(organisation),
            keys::sealed.eq(sealed),
            keys::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(name)
}

/// The key an issuer signs with.
///
/// # Errors
/// 404 if it has none.
pub fn in_use(tx: &mut Tx<'_>, public_url: &str, organisation: OrganisationId) -> Result<SigningKey, Error> {
    let (name, sealed): (String, String) = keys::table
        .filter(keys::organisation.eq(organisation))
        .filter(keys::retired_at.is_null())
        .select((keys::name, keys::sealed))
        .first(tx.conn())?;
    let seed = tx.vault().open(Purpose::IssuerKeys, &name, &sealed).map_err(|error| Error::Other(error.to_string()))?;
    SigningKey::from_seed(&address(tx, public_url, organisation)?.did, &seed)
        .ok_or_else(|| Error::Other("a sealed key is none".into()))
}

/// Every key an issuer has ever signed with, the oldest first.
///
/// # Errors
/// The database's.
pub fn all(tx: &mut Tx<'_>, public_url: &str, organisation: OrganisationId) -> Result<Vec<PublicKey>, Error> {
    let names: Vec<String> = keys::table
        .filter(keys::organisation.eq(organisation))
        .order((keys::created_at, keys::name))
        .select(keys::name)
        .load(tx.conn())?;
    let did = address(tx, public_url, organisation)?.did;
    Ok(names.iter().filter_map(|name| PublicKey::parse(&did, name)).collect())
}

/// Seals some of the keys with the master key in force.
///
/// # Errors
/// The database's.
pub fn reseal(tx: &mut Tx<'_>, after: &String) -> Result<Portion<String>, Error> {
    let rows = keys::table
        .filter(keys::name.gt(after))
        .order(keys::name)
        .limit(PORTION)
        .select((keys::name, keys::sealed))
        .load::<(String, String)>(tx.conn())?;
    anew(
        tx,
        rows,
        |vault, name, sealed| vault.reseal(Purpose::IssuerKeys, name, sealed),
        |tx, name, before, sealed| {
            let row = keys::table.filter(keys::name.eq(name)).filter(keys::sealed.eq(before));
            Ok(diesel::update(row).set(keys::sealed.eq(sealed)).execute(tx.conn())?)
        },
    )
}
