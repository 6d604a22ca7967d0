//! When what a certificate proves really ends. What was frozen at its issue stays; an authority may have moved a last day
//! since, and what is bound to an employment ends with it.

pub mod store;

use serde::Serialize;
use utoipa::ToSchema;

use super::Facts;
use crate::{
    law::validity::{Extension, longest, moved},
    words::*,
};

/// When a line really ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// Which line.
    pub line: usize,
    /// The day its rule gave.
    pub frozen: Option<Day>,
    /// What moved that, if an authority did.
    pub extension: Option<Extension>,
    /// The last day of the employment it is bound to, once that is known.
    pub employed_until: Option<Day>,
}

impl End {
    /// The last day it is valid; `None` for life.
    pub fn until(&self) -> Option<Day> {
        moved(self.frozen, self.extension.as_ref(), self.employed_until)
    }
}

/// When the lines of a certificate that prove a competence really end; nothing of those that were not looked at.
#[derive(Clone, Debug, Default)]
pub struct Ends(Vec<End>);

/// A last day that is another than the document says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MovedEnd)]
pub struct Moved {
    /// Which line, from 0.
    pub line: usize,
    /// The last day it is valid.
    pub until: Day,
    /// Where an authority said so; null if an employment ended.
    pub citation: Option<String>,
}

impl Ends {
    /// Was no line found that proves a competence?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// When a line ends, by its position.
    pub fn line(&self, position: i16) -> Option<&End> {
        self.0.iter().find(|end| usize::try_from(position) == Ok(end.line))
    }

    /// The last day of all that a certificate proves: of several competences the longest.
    pub fn of_all(&self, facts: &Facts) -> Option<Day> {
        if self.0.is_empty() {
            return facts.valid_until;
        }
        longest(self.0.iter().map(End::until))
    }

    /// What differs from what the document says.
    pub fn moved(&self) -> Vec<Moved> {
        let differs = |end: &End| end.until().filter(|until| Some(*until) != end.frozen);
        let said = |end: &End, until: Day| {
            let extension = end.extension.as_ref().filter(|extension| extension.until == until);
            Moved { line: end.line, until, citation: extension.map(|extension| extension.citation.clone()) }
        };
        self.0.iter().filter_map(|end| differs(end).map(|until| said(end, until))).collect()
    }
}
