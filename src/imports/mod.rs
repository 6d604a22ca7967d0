//! Imports: files in any column layout become completions or staff. A mapping says what each column means, rows are read in
//! constant memory, what is wrong is reported row by row with line, column and remedy, and the rest is written.
//!
//! An import is work on a *batch*: the file lies sealed in the database until it is done, some rows are written in each
//! transaction together with what became of them and how far the work is, so that a kill loses nothing and repeats nothing.
//! Nothing is ever deleted because a file leaves it out; what a batch wrote can be taken back for thirty days.

pub mod actions;
pub mod completions;
pub mod pieces;
pub mod proposal;
pub mod reading;
pub mod routes;
pub mod row;
pub mod run;
pub mod staff;
pub mod store;
pub mod undo;
mod upload;
pub mod work;

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use self::row::Wrong;
use crate::words::*;

/// For how long what a batch wrote can be taken back.
pub const UNDO_DAYS: i64 = 30;

/// What became of a row, and of what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// Something new was recorded.
    Recorded(AnyId),
    /// What was there changed.
    Changed(AnyId),
    /// It says what it said before.
    Unchanged(AnyId),
    /// It was refused.
    Refused(Vec<Wrong>),
}

/// What became of all rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Summary {
    /// Rows read.
    pub read: i64,
    /// Made something new.
    pub recorded: i64,
    /// Changed what was there.
    pub changed: i64,
    /// Say what they said before.
    pub unchanged: i64,
    /// Must be corrected; nothing was made of them.
    pub refused: i64,
}

impl Summary {
    /// Counts one more row.
    pub fn count(&mut self, became: &Became) {
        self.read += 1;
        *match became {
            Became::Recorded(_) => &mut self.recorded,
            Became::Changed(_) => &mut self.changed,
            Became::Unchanged(_) => &mut self.unchanged,
            Became::Refused(_) => &mut self.refused,
        } += 1;
    }
}

/// What undoing did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Undoing {
    /// Gone again.
    pub undone: i64,
    /// Say again what they said before.
    pub restored: i64,
    /// Stay, because something else builds on them.
    pub kept: i64,
}

/// An import, as those who may import see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Import {
    /// Its id.
    pub id: BatchId,
    /// What its rows are about.
    pub subject: ImportSubject,
    /// How far it is.
    pub state: ImportState,
    /// Where the rows come from. With a row's key it identifies the row for ever.
    pub source: String,
    /// Finds out what would happen and changes nothing.
    pub dry_run: bool,
    /// The size of the file, in bytes, unpacked.
    pub size: i64,
    /// How many of them have been read.
    pub position: i64,
    /// What became of the rows so far.
    pub rows: Summary,
    /// Why it ended before the end of the file.
    pub stopped_because: Option<ImportStop>,
    /// What undoing did, once it was asked for.
    pub undoing: Option<Undoing>,
    /// When the file was sent.
    pub began_at: Instant,
    /// When it was done.
    pub finished_at: Option<Instant>,
    /// Until when it can be undone.
    pub undo_until: Option<Instant>,
}

/// What an import that waits for its mapping is shown with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Proposed {
    /// The import.
    #[serde(flatten)]
    pub import: Import,
    /// What the columns seem to mean, as long as nobody has confirmed it.
    pub proposal: Option<Proposal>,
}

/// What the columns of a file seem to mean.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Proposal {
    /// A mapping, built like a mapping file. Send it back, corrected where it must be.
    #[schema(value_type = Object)]
    pub mapping: Map<String, Value>,
    /// Was it used for this source before?
    pub used_before: bool,
    /// What is needed and was not found in the file.
    pub open: Vec<&'static str>,
    /// Columns that nothing is read from.
    pub unused: Vec<String>,
    /// The first rows as this mapping reads them; empty as long as something is open.
    pub preview: Vec<PreviewRow>,
}

/// A row as a mapping reads it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreviewRow {
    /// Its line in the file.
    pub line: u64,
    /// Its values.
    #[schema(value_type = Object)]
    pub values: Map<String, Value>,
    /// What must be corrected.
    pub errors: Vec<RowError>,
}

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RowResult {
    /// Its line in the file; of something undone, the line it came from.
    pub line: i64,
    /// What became of it.
    pub outcome: RowOutcome,
    /// The completion or employment.
    pub id: Option<AnyId>,
    /// What must be corrected, or why it was kept.
    pub errors: Vec<RowError>,
}

/// Something wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
pub struct RowError {
    /// The column, as the header has it; several for a template.
    pub column: String,
    /// What, for machines.
    pub code: String,
    /// What and what to do, for people.
    pub detail: String,
}

impl From<Wrong> for RowError {
    fn from(wrong: Wrong) -> Self {
        Self { column: wrong.column, code: wrong.code, detail: wrong.remedy }
    }
}

impl RowResult {
    /// What became of a row that was read.
    pub fn of(line: u64, became: Became) -> Self {
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        let (outcome, id, errors) = match became {
            Became::Recorded(id) => (RowOutcome::Recorded, Some(id), Vec::new()),
            Became::Changed(id) => (RowOutcome::Changed, Some(id), Vec::new()),
            Became::Unchanged(id) => (RowOutcome::Unchanged, Some(id), Vec::new()),
            Became::Refused(wrong) => (RowOutcome::Refused, None, wrong.into_iter().map(RowError::from).collect()),
        };
        Self { line, outcome, id, errors }
    }
}
