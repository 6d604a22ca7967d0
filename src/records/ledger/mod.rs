//! The ledger: that something was erased, whose it was, under which rule and when; never a name. It proves an erasure, lets a
//! restored backup repeat it, and tells a controller that something it reads in again had been erased. It binds that
//! controller only, so no hash in it is the same for two.
//!
//! Its key lies outside the database: who has only that learns nothing from the hashes, and who has only the key has nothing
//! to try it on.

pub mod store;

use super::Ended;
use crate::{
    people::store::KnownBy,
    platform::vault::Vault,
    words::{Content, Day, OrganisationId, RecordId},
};

/// What is written down of a custody that has ended or was reduced.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The custody as it was.
    pub ended: &'a Ended,
    /// What it was reduced to; nothing where it has ended.
    pub reduced_to: Option<Content>,
    /// The keyed hashes it is found again by.
    pub hashes: Vec<String>,
}

/// The hash by which a record is found again where a backup brought it back.
pub fn of_record(vault: &Vault, controller: OrganisationId, record: RecordId) -> String {
    vault.ledger_hash(&["erased record", &controller.to_string(), &record.to_string()])
}

/// The hash by which a controller's reference is found again.
pub fn of_reference(vault: &Vault, controller: OrganisationId, reference: &str) -> String {
    vault.ledger_hash(&["erased reference", &controller.to_string(), reference])
}

/// What a completion was about and when.
#[derive(Clone, Debug)]
pub struct Happening {
    /// The id of its competence; of its course, if that leads to none.
    pub subject: String,
    /// The day.
    pub on: Day,
}

/// The hash by which a controller's completion is found again: who it was, what it was about, and when.
pub fn of_completion(
    vault: &Vault,
    controller: OrganisationId,
    (email_key, birth_date): (&str, Day),
    happening: &Happening,
) -> String {
    let Happening { subject, on } = happening;
    let (controller, birth_date, on) = (controller.to_string(), birth_date.to_string(), on.to_string());
    vault.ledger_hash(&["erased completion", &controller, email_key, &birth_date, subject, &on])
}

/// The hashes of a custody that has ended. What never should have been binds nobody, so only its id is written down.
pub fn hashes(
    vault: &Vault,
    ended: &Ended,
    known: Option<&KnownBy>,
    happening: Option<&Happening>,
    untrue: bool,
) -> Vec<String> {
    let mut hashes = vec![of_record(vault, ended.controller, ended.record)];
    let Some(known) = known.filter(|_| !untrue) else { return hashes };
    hashes.extend(known.external_reference.as_ref().map(|one| of_reference(vault, ended.controller, one)));
    if let (Some(born), Some(happening)) = (known.birth_date, happening) {
        let keys = known.email_keys.iter();
        hashes.extend(keys.map(|key| of_completion(vault, ended.controller, (key, born), happening)));
    }
    hashes
}
