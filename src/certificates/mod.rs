//! Certificates: frozen documents about completions. One is issued once, says for ever what it said that day, and is
//! verified by anyone who holds its code; what is done to it later is added to it, and nothing is taken away.
//!
//! It takes frozen facts and knows neither courses nor completions: those who do gather the facts.

pub mod actions;
pub mod acts;
pub mod bodies;
pub mod credential;
mod document;
pub mod ends;
pub mod erasing;
pub mod issue;
pub mod keys;
mod letters;
pub mod photos;
pub mod routes;
pub mod settings;
pub mod snapshot;
pub mod status;
pub mod store;
pub mod verify;

pub use document::unprintable;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    documents::Kept,
    law::validity::{ExpiryRule, longest},
    platform::jobs::Job,
    records::Party,
    words::*,
};

/// A certificate was revoked, or the revocation taken back: until when its completions are kept must be worked out again.
#[derive(Debug, Serialize, Deserialize)]
pub struct CertificateEnded {
    /// Which.
    pub certificate: CertificateId,
}

impl Job for CertificateEnded {
    const KIND: &'static str = "certificate_ended";
}

/// What a document says, frozen at its issue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = CertificateFacts)]
pub struct Facts {
    /// Its number, unique at its issuer.
    pub number: String,
    /// Whether it proves or confirms.
    pub kind: DocumentKind,
    /// The language it is written in.
    pub language: Lang,
    /// Who issued it.
    pub issuer: Issuer,
    /// Who signs for the issuer.
    pub signatory: Option<String>,
    /// Whom it is about.
    pub holder: Holder,
    /// The day it was issued.
    pub issued_on: Day,
    /// The last day of what it proves: of several competences the longest; null for life.
    pub valid_until: Option<Day>,
    /// What it proves.
    pub lines: Vec<Line>,
    /// The pictures and the colour it was drawn with.
    #[serde(default)]
    pub look: Look,
}

/// The last day of what these lines prove together: for life if any competence is. A course that leads to no competence
/// neither lasts nor ends.
fn last_day(lines: &[Line]) -> Option<Day> {
    longest(lines.iter().filter(|line| line.competence.is_some()).map(|line| line.valid_until))
}

/// What a document looks like beyond what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CertificateLook)]
pub struct Look {
    /// The hash of the holder's photo, SHA-256 in base64; null if it bears none.
    pub photo: Option<String>,
    /// The hash of the issuer's logo; null if it bears none.
    pub logo: Option<String>,
    /// The colour of what stands out; null for the usual one.
    pub colour: Option<String>,
}

/// Who issued a document, as it was called then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = CertificateIssuer)]
pub struct Issuer {
    /// The organisation.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Its organisation number.
    pub number: String,
}

/// Whom a document is about, as the person was called then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = CertificateHolder)]
pub struct Holder {
    /// The name.
    pub name: String,
    /// The day of birth, where the law demands it on the document.
    pub birth_date: Option<Day>,
}

/// How many lines a certificate has at most, and so how many credentials a document carries.
pub const MOST_LINES: usize = 40;

/// One competence, or one course that leads to none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = CertificateLine)]
pub struct Line {
    /// The competence.
    pub competence: Option<Subject>,
    /// The course.
    pub course: Option<Subject>,
    /// Who held the course.
    pub provider: String,
    /// The provisions that asked for the competence on the day.
    pub provisions: Vec<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// The day it was completed.
    pub on: Option<Day>,
    /// Hours present, of 60 minutes.
    pub hours: Option<f64>,
    /// Grade or points.
    pub result: Option<String>,
    /// The last day it is valid; null for life, or for a course that leads to no competence.
    pub valid_until: Option<Day>,
    /// The employer, as it was called then, if it is valid no longer than the employment lasts.
    #[serde(default)]
    pub employer: Option<String>,
}

/// What a competence or a course was called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = CertificateSubject)]
pub struct Subject {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Said,
    /// The skill it teaches, in ESCO; absent where the provider names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub esco: Option<String>,
}

/// What is to become a document: facts, and what is needed to work out how long they last.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Whom it is about.
    pub person: PersonId,
    /// Whether it proves or confirms.
    pub kind: DocumentKind,
    /// The language it is written in.
    pub language: Lang,
    /// Who issues it.
    pub issuer: Issuer,
    /// Who signs.
    pub signatory: Option<String>,
    /// What its number begins with.
    pub prefix: String,
    /// Whom it is about, in words.
    pub holder: Holder,
    /// What it proves, in the order it is to stand there.
    pub lines: Vec<DraftLine>,
    /// How it came to be asked for.
    pub asked: Asked,
    /// The holder's photo, if there is one.
    pub photo: Option<Kept>,
    /// The issuer's logo, if it has one.
    pub logo: Option<Kept>,
    /// The colour of what stands out, if the issuer has chosen one.
    pub colour: Option<String>,
}

/// How a certificate came to be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The batch it was asked for in.
    pub batch: Option<CertificateBatchId>,
    /// Is its holder to be written to?
    pub letter: bool,
    /// The certificate it corrects.
    pub corrects: Option<CertificateId>,
}

impl Asked {
    /// By itself, and its holder hears of it.
    pub const ALONE: Self = Self { batch: None, letter: true, corrects: None };
}

/// A line that is to be.
#[derive(Clone, Debug)]
pub struct DraftLine {
    /// The completion it is about.
    pub completion: RecordId,
    /// And which version of it.
    pub completion_version: i64,
    /// The competence.
    pub competence: Option<CompetenceId>,
    /// The scheme it belongs to.
    pub scheme: Option<SchemeId>,
    /// How long the competence lasts, if the document is to prove one.
    pub lasts: Option<Lasts>,
    /// What it says, but for how long it lasts.
    pub says: Line,
}

/// How long a competence lasts that was completed on a day.
#[derive(Clone, Debug)]
pub struct Lasts {
    /// The rule of that day.
    pub rule: ExpiryRule,
    /// The competences whose certificates it renews.
    pub family: BTreeSet<CompetenceId>,
    /// Is it only a repetition of one of them?
    pub is_repetition: bool,
    /// What it is added to.
    pub adds_to: Option<CompetenceId>,
    /// With whose employment it ends.
    pub employer: Option<OrganisationId>,
}

/// A certificate, as its issuer and its holder see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Certificate {
    /// Its id.
    pub id: CertificateId,
    /// What it is worth today.
    pub status: CertificateStatus,
    /// What it says.
    pub facts: Facts,
    /// The last day of what it proves as things are today; null for life.
    pub valid_until: Option<Day>,
    /// The last days that are others than it says: an authority moved them, or an employment ended.
    pub moved: Vec<ends::Moved>,
    /// Since when its issuer confirms it no longer: to anyone else its code answers as if it were gone.
    pub unconfirmed_on: Option<Day>,
    /// The person, as the issuer knows it.
    pub person: PersonId,
    /// The code that verifies it.
    pub code: String,
    /// Where anyone verifies it.
    pub verify_url: String,
    /// The certificate it renews.
    pub renews: Option<CertificateId>,
    /// What was done to it, from the first to the last.
    pub acts: Vec<Act>,
    /// How often somebody has verified it; only its holder is told.
    pub lookups: Option<i64>,
    /// When its document was finished; null while it is on its way.
    pub issued_at: Option<Instant>,
    /// Counts its corrections.
    pub version: i64,
}

/// Something that was done to a certificate.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CertificateEvent)]
pub struct Act {
    /// What.
    pub act: CertificateAct,
    /// The day.
    pub on: Day,
    /// Why. The issuer and the holder see it, nobody else.
    pub reason: Option<EndReason>,
    /// The organisation that did it, as it is called today; null if the holder did.
    pub by: Option<Party>,
}
