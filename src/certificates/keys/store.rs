//! The keys of issuers, the private halves sealed.

use super::{
    PublicKey, SigningKey,
    tokens::{NewTokenKey, PublicTokenKey, TokenKey},
};
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

/// Where these organisations are known, each as [`address`] says it.
///
/// # Errors
/// The database's.
pub fn addresses(tx: &mut Tx<'_>, public_url: &str, organisations: &[OrganisationId]) -> Result<Vec<Address>, Error> {
    let fixed = fixed::said(tx, ADDRESS)?;
    let url = fixed.as_deref().unwrap_or(public_url);
    Ok(organisations.iter().map(|organisation| super::address(url, *organisation)).collect())
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

/// Makes an issuer's first key, unless there is one in use.
///
/// # Errors
/// The database's.
pub fn make_first(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<(), Error> {
    let is_there = |tx: &mut Tx<'_>| Ok::<_, Error>(row_in_use(tx, organisation, KeyAlgorithm::Ed25519)?.is_some());
    if is_there(tx)? {
        return Ok(());
    }
    lead(tx, organisation)?;
    if is_there(tx)? { Ok(()) } else { make(tx, organisation).map(drop) }
}

/// Retires the keys in use and makes a new one; what it is called. One for tokens is made when somebody asks for a token. What a
/// retired key signed goes on holding, so nobody may ever sign with it again: its private half is forgotten.
///
/// # Errors
/// The database's.
pub fn rotate(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<String, Error> {
    lead(tx, organisation)?;
    let now = tx.now();
    let in_use = keys::table.filter(keys::organisation.eq(organisation)).filter(keys::retired_at.is_null());
    diesel::update(in_use).set((keys::retired_at.eq(Some(now)), keys::sealed.eq(FORGOTTEN))).execute(tx.conn())?;
    tx.erased();
    make(tx, organisation)
}

/// In the place of a private half that is gone.
const FORGOTTEN: &str = "";

/// Two that would make or replace the same issuer's keys wait for each other.
fn lead(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<(), Error> {
    tx.lead(&format!("issuer keys {organisation}"))
}

fn make(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<String, Error> {
    let mut seed = [0; 32];
    fill_random(&mut seed);
    let key = SigningKey::from_seed("", &seed).ok_or_else(|| Error::Other("a seed is no key".into()))?;
    insert(tx, organisation, KeyAlgorithm::Ed25519, (key.name(), key.name()), &seed)?;
    Ok(key.name().to_owned())
}

/// Keeps a key for tokens, unless somebody else has just made one.
///
/// # Errors
/// The database's.
pub fn make_token_key(tx: &mut Tx<'_>, organisation: OrganisationId, new: &NewTokenKey) -> Result<(), Error> {
    lead(tx, organisation)?;
    if row_in_use(tx, organisation, KeyAlgorithm::Rsa)?.is_some() {
        return Ok(());
    }
    insert(tx, organisation, KeyAlgorithm::Rsa, (&new.public.name, &new.public.written()), &new.private)
}

fn insert(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    algorithm: KeyAlgorithm,
    (name, public_key): (&str, &str),
    private: &[u8],
) -> Result<(), Error> {
    let (now, sealed) = (tx.now(), tx.vault().seal(Purpose::IssuerKeys, name, private));
    diesel::insert_into(keys::table)
        .values((
            (keys::name.eq(name), keys::organisation.eq(organisation), keys::algorithm.eq(algorithm)),
            (keys::public_key.eq(public_key), keys::sealed.eq(sealed), keys::created_at.eq(now)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The name and the sealed private half of the key of an algorithm that an issuer signs with.
fn row_in_use(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    algorithm: KeyAlgorithm,
) -> Result<Option<(String, String)>, Error> {
    Ok(keys::table
        .filter(keys::organisation.eq(organisation))
        .filter(keys::algorithm.eq(algorithm))
        .filter(keys::retired_at.is_null())
        .select((keys::name, keys::sealed))
        .first(tx.conn())
        .optional()?)
}

fn opened(tx: &Tx<'_>, name: &str, sealed: &str) -> Result<Vec<u8>, Error> {
    tx.vault().open(Purpose::IssuerKeys, name, sealed).map_err(|error| Error::Other(error.to_string()))
}

/// The key an issuer signs with.
///
/// # Errors
/// 404 if it has none.
pub fn in_use(tx: &mut Tx<'_>, issuer: &Address, organisation: OrganisationId) -> Result<SigningKey, Error> {
    let (name, sealed) = row_in_use(tx, organisation, KeyAlgorithm::Ed25519)?.ok_or(Error::NoRow)?;
    let seed = opened(tx, &name, &sealed)?;
    SigningKey::from_seed(&issuer.did, &seed).ok_or_else(|| Error::Other("a sealed key is none".into()))
}

/// The key an issuer signs tokens with; nothing if it has none yet.
///
/// # Errors
/// 404 if it has never issued anything.
pub fn token_key(tx: &mut Tx<'_>, public_url: &str, organisation: OrganisationId) -> Result<Option<TokenKey>, Error> {
    row_in_use(tx, organisation, KeyAlgorithm::Ed25519)?.ok_or(Error::NoRow)?;
    let Some((name, sealed)) = row_in_use(tx, organisation, KeyAlgorithm::Rsa)? else { return Ok(None) };
    let private = opened(tx, &name, &sealed)?;
    let url = format!("{}/keys/{name}", address(tx, public_url, organisation)?.url);
    TokenKey::parse(url, &private).map(Some).ok_or_else(|| Error::Other("a sealed key is none".into()))
}

/// Every key an issuer has ever signed tokens with, the oldest first.
///
/// # Errors
/// The database's.
pub fn token_keys(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<Vec<PublicTokenKey>, Error> {
    let rows = published(tx, organisation, KeyAlgorithm::Rsa)?;
    Ok(rows.into_iter().filter_map(|(name, public)| PublicTokenKey::parse(name, &public)).collect())
}

fn published(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    algorithm: KeyAlgorithm,
) -> Result<Vec<(String, String)>, Error> {
    Ok(keys::table
        .filter(keys::organisation.eq(organisation))
        .filter(keys::algorithm.eq(algorithm))
        .order((keys::created_at, keys::name))
        .select((keys::name, keys::public_key))
        .load(tx.conn())?)
}

/// Every key an issuer has ever signed with, the oldest first.
///
/// # Errors
/// The database's.
pub fn all(tx: &mut Tx<'_>, issuer: &Address, organisation: OrganisationId) -> Result<Vec<PublicKey>, Error> {
    let rows = published(tx, organisation, KeyAlgorithm::Ed25519)?;
    Ok(rows.iter().filter_map(|(name, _)| PublicKey::parse(&issuer.did, name)).collect())
}

/// Seals some of the keys with the master key in force.
///
/// # Errors
/// The database's.
pub fn reseal(tx: &mut Tx<'_>, after: &String) -> Result<Portion<String>, Error> {
    let rows = keys::table
        .filter(keys::name.gt(after))
        .filter(keys::sealed.ne(FORGOTTEN))
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
