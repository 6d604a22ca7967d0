//! The catalogue: what one can be qualified in, whose rules apply, and what is taught.
//!
//! Anyone may read it; it holds nothing about a person. What follows for records when a class or a scheme changes is not
//! decided here: a job says that it changed, and the room that keeps custodies listens.

pub mod competences;
pub mod courses;
pub mod expiry;
pub mod schemes;
pub mod starter;

pub use competences::store::{competence_by_code, competence_facts, competence_facts_of, is_open_to, issuing_rules};
pub use competences::{CompetenceFacts, IssuingRules, lasting::store::extensions_of};
pub use courses::store::{CourseTitle, certifies_from, course_by_code, course_of, course_titles};
pub use starter::load;

use serde::{Deserialize, Serialize};

use crate::{
    platform::{
        input::{Name, Paragraph, body},
        jobs::Job,
    },
    words::*,
};

/// A competence got another class or another scheme: who holds its records, and how long, must be worked out again.
#[derive(Debug, Serialize, Deserialize)]
pub struct CompetenceChanged {
    /// Which.
    pub competence: CompetenceId,
}

impl Job for CompetenceChanged {
    const KIND: &'static str = "competence_changed";
}

/// A scheme got another body: who holds the records of its competences must be worked out again.
#[derive(Debug, Serialize, Deserialize)]
pub struct SchemeChanged {
    /// Which.
    pub scheme: SchemeId,
}

impl Job for SchemeChanged {
    const KIND: &'static str = "scheme_changed";
}

body! {
    /// A name in both languages.
    pub struct Named {
        /// Bokmål.
        pub nb: Name,
        /// English.
        pub en: Name,
    }
}

body! {
    /// A remark in both languages.
    pub struct Noted {
        /// Bokmål.
        pub nb: Paragraph,
        /// English.
        pub en: Paragraph,
    }
}

impl From<Noted> for Said {
    fn from(noted: Noted) -> Self {
        Self { nb: noted.nb.into_string(), en: noted.en.into_string() }
    }
}

/// A list as one column holds it: JSON, the same text in both databases.
fn written<T: Serialize>(list: &[T]) -> String {
    serde_json::to_string(list).unwrap_or_else(|_| "[]".into())
}

/// Reads what `written` wrote. What an older version wrote and this one cannot read is left out rather than shown wrong.
fn read_list<T: for<'de> Deserialize<'de>>(column: &str) -> Vec<T> {
    serde_json::from_str(column).unwrap_or_default()
}
