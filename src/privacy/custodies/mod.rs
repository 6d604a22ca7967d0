//! Everything that is kept of a person: each record, who keeps it, why, until when, and what would follow from asking for its
//! erasure.

pub mod routes;

use serde::Serialize;
use utoipa::ToSchema;

use super::decisions::{KeptBy, Open};
use crate::words::*;

/// A record, and everyone who keeps it.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptRecord {
    /// The record.
    pub record: RecordId,
    /// What it is called.
    pub title: Said,
    /// The day it is about.
    pub on: Option<Day>,
    /// Everyone who keeps it.
    pub kept_by: Vec<KeptBy>,
}

/// By record, in the order they come in.
pub fn by_record(open: &[Open], today: Day) -> Vec<KeptRecord> {
    let one = |open: &[Open]| {
        let first = open.first()?;
        Some(KeptRecord {
            record: first.situation.record,
            title: first.title.clone(),
            on: first.situation.content.on,
            kept_by: open.iter().map(|one| one.shown(today)).collect(),
        })
    };
    open.chunk_by(|a, b| a.situation.record == b.situation.record).filter_map(one).collect()
}
