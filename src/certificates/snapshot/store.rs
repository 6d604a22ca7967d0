//! The issuers of an installation with everything their credentials are verified by, some at a time.

use std::collections::HashMap;

use super::{Issuer, TokenKey};
use crate::{
    certificates::keys::{self, tokens::PublicTokenKey},
    organisations,
    platform::db::{
        Error, Tx,
        among::Among,
        run::prelude::*,
        schema::{issuer_keys, status_lists as lists},
    },
    words::*,
};

/// An issuer, and which lists it has.
pub(super) struct Issuing {
    pub(super) organisation: OrganisationId,
    pub(super) issuer: Issuer,
    /// Each with how often it has changed.
    pub(super) lists: Vec<(StatusListId, i64)>,
}

/// So many of those who have issued something, after this one.
///
/// # Errors
/// The database's.
pub(super) fn issuers(tx: &mut Tx<'_>, after: OrganisationId, most: i64) -> Result<Vec<OrganisationId>, Error> {
    Ok(issuer_keys::table
        .filter(issuer_keys::organisation.gt(after))
        .select(issuer_keys::organisation)
        .distinct()
        .order(issuer_keys::organisation)
        .limit(most)
        .load(tx.conn())?)
}

/// What these publish, as far as they have issued anything: one question each for names, keys and lists, however many they are.
///
/// # Errors
/// The database's.
pub(super) fn published(tx: &mut Tx<'_>, public_url: &str, ids: &[OrganisationId]) -> Result<Vec<Issuing>, Error> {
    let mut names = organisations::store::parties(tx, ids)?;
    let mut keys = keys_of(tx, ids)?;
    let mut lists = lists_of(tx, ids)?;
    let addresses = keys::store::addresses(tx, public_url, ids)?;
    let issuing = ids.iter().zip(addresses).filter_map(|(id, address)| {
        let (keys, token_keys) = keys.remove(id)?;
        let name = names.remove(id).unwrap_or_default();
        let lists = lists.remove(id).unwrap_or_default();
        Some(Issuing { organisation: *id, issuer: Issuer { id: address.did, name, keys, token_keys }, lists })
    });
    Ok(issuing.collect())
}

/// Keys for proofs, and keys for tokens.
type Keys = (Vec<String>, Vec<TokenKey>);

fn keys_of(tx: &mut Tx<'_>, ids: &[OrganisationId]) -> Result<HashMap<OrganisationId, Keys>, Error> {
    type Row = (OrganisationId, KeyAlgorithm, String, String);
    let rows = issuer_keys::table
        .filter(issuer_keys::organisation.among(ids))
        .order((issuer_keys::organisation, issuer_keys::created_at, issuer_keys::name))
        .select((issuer_keys::organisation, issuer_keys::algorithm, issuer_keys::name, issuer_keys::public_key))
        .load::<Row>(tx.conn())?;
    let mut keys = HashMap::<_, Keys>::new();
    for (organisation, algorithm, name, public) in rows {
        let (proving, tokens) = keys.entry(organisation).or_default();
        match algorithm {
            KeyAlgorithm::Ed25519 => proving.push(name),
            KeyAlgorithm::Rsa => {
                tokens.extend(PublicTokenKey::parse(name, &public).and_then(|key| TokenKey::of(&key)));
            }
        }
    }
    Ok(keys)
}

fn lists_of(
    tx: &mut Tx<'_>,
    ids: &[OrganisationId],
) -> Result<HashMap<OrganisationId, Vec<(StatusListId, i64)>>, Error> {
    let rows = lists::table
        .filter(lists::organisation.among(ids))
        .order((lists::organisation, lists::id))
        .select((lists::organisation, lists::id, lists::changes))
        .load::<(OrganisationId, StatusListId, i64)>(tx.conn())?;
    let mut all = HashMap::<_, Vec<_>>::new();
    for (organisation, id, changes) in rows {
        all.entry(organisation).or_default().push((id, changes));
    }
    Ok(all)
}
