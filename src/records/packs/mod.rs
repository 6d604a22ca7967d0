//! Packs: what organisations choose inside the schedule's limits. How long something is kept and who answers a request follow
//! from the one in force; the earlier ones stay to be read.

pub mod store;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{
    law::pack::{Choice, Pack},
    platform::jobs::Job,
    words::*,
};

/// The packs in force of some organisations.
#[derive(Debug, Default)]
pub struct Packs(HashMap<OrganisationId, Pack>);

impl Packs {
    /// What an organisation chooses in a category.
    pub fn choice(&self, organisation: OrganisationId, category: &str) -> Choice {
        self.0.get(&organisation).map_or_else(Choice::default, |pack| pack.choice(category))
    }

    /// How many days what a person confirmed waits with an organisation.
    pub fn cooling_off_days(&self, organisation: OrganisationId) -> u16 {
        self.0.get(&organisation).map_or(0, |pack| pack.cooling_off_days)
    }
}

/// An organisation chose otherwise under some rules: until when it keeps what lies under them must be worked out again.
#[derive(Debug, Serialize, Deserialize)]
pub struct PackChanged {
    /// Which.
    pub organisation: OrganisationId,
    /// The rules.
    pub rules: Vec<String>,
}

impl Job for PackChanged {
    const KIND: &'static str = "pack_changed";
}
