//! The ledger: that something was erased, whose it was, under which rule and when; never a name. It proves an erasure, lets a
//! restored backup repeat it, and tells a controller that something it reads in again had been erased. It binds that
//! controller only, so no hash in it is the same for two.
//!
//! Its key lies outside the database: who has only that learns nothing from the hashes, and who has only the key has nothing
//! to try it on.

pub mod store;

use std::collections::{BTreeMap, BTreeSet};

use super::Ended;
use crate::{
    people::store::KnownBy,
    platform::vault::Vault,
    words::{Content, Day, OrganisationId, RecordId},
};

/// What is written down of custodies that ended or were reduced in one act: those of one controller under one rule.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Whose they were.
    pub controller: OrganisationId,
    /// Under which category.
    pub category: &'a str,
    /// Of which version of the schedule.
    pub schedule_version: &'a str,
    /// What they were reduced to; nothing where they have ended.
    pub reduced_to: Option<Content>,
    /// The keyed hash of the record of each.
    pub records: Vec<String>,
    /// The keyed hashes by which the controller finds it again: none of what never should have been, which binds nobody.
    pub found_by: BTreeSet<String>,
}

/// The entries of an act. What a custody is found by is asked for each.
pub fn entries<'a>(
    vault: &Vault,
    ended: &'a [Ended],
    reduced_to: Option<Content>,
    found_by: impl Fn(&Ended) -> Vec<String>,
) -> Vec<Entry<'a>> {
    let mut entries = BTreeMap::new();
    for one in ended {
        let (controller, category, schedule_version) = (one.controller, &*one.category, &*one.schedule_version);
        let entry = entries.entry((controller, category, schedule_version)).or_insert_with(|| Entry {
            controller,
            category,
            schedule_version,
            reduced_to,
            records: Vec::new(),
            found_by: BTreeSet::new(),
        });
        entry.records.push(of_record(vault, controller, one.record));
        entry.found_by.extend(found_by(one));
    }
    entries.into_values().collect()
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

/// The hashes by which a controller finds again what it knew of somebody.
pub fn found_by(
    vault: &Vault,
    controller: OrganisationId,
    known: &KnownBy,
    happening: Option<&Happening>,
) -> Vec<String> {
    let reference = known.external_reference.as_ref().map(|one| of_reference(vault, controller, one));
    let mut hashes: Vec<String> = reference.into_iter().collect();
    if let (Some(born), Some(happening)) = (known.birth_date, happening) {
        let keys = known.email_keys.iter();
        hashes.extend(keys.map(|key| of_completion(vault, controller, (key, born), happening)));
    }
    hashes
}
