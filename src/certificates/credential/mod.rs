//! The portable form of a certificate: a verifiable credential (W3C Verifiable Credentials Data Model 2.0, 1EdTech Open Badges
//! 3.0) that its holder takes along to a wallet, another system or another country, and that anyone verifies without asking
//! here. One for each competence or course, because each lasts as long as it lasts, whatever else stands on the same document.
//!
//! It says what the document says. Its holder is named by a hash of the name, so that whoever is told the name can see that it
//! is theirs; no address, no day of birth and no national identity number is in it.

pub mod proof;
pub mod routes;
pub mod store;
pub mod token;
mod words;

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use self::proof::Proof;
use super::{Facts, Line};
use crate::{
    law::calendar::{begins, days_after, written_with_offset},
    platform::linked_data::{CREDENTIALS, EXTENSIONS, OPEN_BADGES},
    words::*,
};

/// A credential as it is written down. What has another shape is none of ours, and is not read any further.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credential {
    /// What its words mean.
    #[serde(rename = "@context")]
    pub context: Vec<String>,
    /// `urn:uuid:`; the same in every version.
    pub id: String,
    /// That it is a credential and a badge.
    #[serde(rename = "type")]
    pub types: Vec<String>,
    /// What it is called.
    pub name: String,
    /// Who issued it.
    pub issuer: Profile,
    /// From when this version holds; whole seconds.
    pub valid_from: String,
    /// Until when what it proves lasts; nothing for life.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    /// Who has proven what.
    pub credential_subject: Subject,
    /// Where its status is published.
    pub credential_status: Entry,
    /// What its shape is checked by.
    pub credential_schema: Vec<Typed>,
    /// What makes a changed byte show: one, once it is signed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proof: Vec<Proof>,
}

/// An issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Profile {
    /// Its DID.
    pub id: String,
    /// That it is one.
    #[serde(rename = "type")]
    pub types: Vec<String>,
    /// Its name, as it was called then.
    pub name: String,
    /// Its organisation number.
    pub other_identifier: Vec<Identifier>,
}

/// A name in a register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Identifier {
    /// That it is one.
    #[serde(rename = "type")]
    pub kind: String,
    /// The name.
    pub identifier: String,
    /// Of which kind.
    pub identifier_type: String,
}

/// Who has proven what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subject {
    /// `urn:uuid:`, random, and another one in each credential, so that nobody is followed from one to the next.
    pub id: String,
    /// That it is one.
    #[serde(rename = "type")]
    pub types: Vec<String>,
    /// Whom it is about.
    pub identifier: Vec<Identity>,
    /// What was proven.
    pub achievement: Achievement,
    /// How it was proven in this case: where, and when.
    pub narrative: String,
    /// The day it was completed, as it begins in Oslo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity_end_date: Option<String>,
    /// The certificate's number.
    pub license_number: String,
    /// Grade or points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub result: Vec<Outcomes>,
}

/// Whom a credential is about, hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Identity {
    /// That it is one.
    #[serde(rename = "type")]
    pub kind: String,
    /// Always.
    pub hashed: bool,
    /// `sha256$` and the SHA-256 of what is hashed followed by the salt, in hexadecimal digits.
    pub identity_hash: String,
    /// What is hashed: the holder's name, as it stands on the document.
    pub identity_type: String,
    /// What makes the same name another hash in each credential.
    pub salt: String,
}

/// A competence or a course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Achievement {
    /// Its address at its issuer.
    pub id: String,
    /// That it is one.
    #[serde(rename = "type")]
    pub types: Vec<String>,
    /// Its name.
    pub name: String,
    /// What the document is.
    pub description: String,
    /// What it takes.
    pub criteria: Criteria,
    /// `Certification` where it proves a competence, `Certificate` where it proves a course, `CertificateOfCompletion` where it
    /// only confirms one.
    pub achievement_type: String,
    /// The skill it teaches, in ESCO, if its provider named one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alignment: Vec<Alignment>,
    /// Its code.
    pub human_code: String,
    /// The language of the texts.
    pub in_language: String,
}

/// The same in a framework that others know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Alignment {
    /// That it is one.
    #[serde(rename = "type")]
    pub types: Vec<String>,
    /// What it is called here.
    pub target_name: String,
    /// Its address there.
    pub target_url: String,
    /// The framework.
    pub target_framework: String,
}

/// What it takes to prove something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criteria {
    /// In words.
    pub narrative: String,
}

/// A grade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcomes {
    /// That it is one.
    #[serde(rename = "type")]
    pub types: Vec<String>,
    /// Grade or points.
    pub value: String,
}

/// A place in a status list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// The list and the place.
    pub id: String,
    /// That it is one.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the bit says.
    pub status_purpose: String,
    /// Which bit, in decimal digits.
    pub status_list_index: String,
    /// Where the list is published.
    pub status_list_credential: String,
}

/// An address and what it leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    /// The address.
    pub id: String,
    /// What it leads to.
    #[serde(rename = "type")]
    pub kind: String,
}

/// What a credential is made of besides the facts of its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Its id.
    pub id: Uuid,
    /// Its holder's, in this credential only.
    pub subject: Uuid,
    /// What the holder's name is hashed with, in hexadecimal digits.
    pub salt: String,
    /// When this version was made.
    pub made_at: Instant,
    /// The list of its status.
    pub list: String,
    /// Its place there.
    pub place: i32,
}

/// Where an issuer is known: its DID, and the address its documents lie under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `did:web:…`
    pub did: String,
    /// `https://…/o/{organisation}`
    pub url: String,
}

/// What a credential's words mean, in this order.
const CONTEXTS: [&str; 3] = [CREDENTIALS, OPEN_BADGES, EXTENSIONS];
/// What it is.
const TYPES: [&str; 2] = ["VerifiableCredential", "OpenBadgeCredential"];

impl Credential {
    /// Reads a credential as it is issued here: each member once, no other, and no other context. A signature covers what linked
    /// data makes of a document; of one that has this shape that is all of it.
    pub fn read(json: &[u8]) -> Option<Self> {
        let credential: Self = serde_json::from_slice(json).ok()?;
        (credential.context == CONTEXTS && credential.types == TYPES).then_some(credential)
    }
}

/// The schema of Open Badges that a credential is checked by.
const SCHEMA: &str = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json";

/// The credential of a line of a certificate, not signed yet.
pub fn of_line(facts: &Facts, line: &Line, issuer: &Address, marks: &Marks) -> Credential {
    let lang = facts.language;
    let (kind, about) = subject(facts.kind, line);
    let (name, code) = about.map_or(("", ""), |one| (lang.pick(&*one.name.nb, &*one.name.en), &*one.code));
    let ends = line.valid_until.map(last_second);
    let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    Credential {
        context: texts(&CONTEXTS),
        id: urn(marks.id),
        types: texts(&TYPES),
        name: words::name(facts.kind, name, lang),
        issuer: Profile {
            id: issuer.did.clone(),
            types: texts(&["Profile"]),
            name: facts.issuer.name.clone(),
            other_identifier: vec![Identifier {
                kind: "IdentifierEntry".into(),
                identifier: facts.issuer.number.clone(),
                identifier_type: "identifier".into(),
            }],
        },
        // What was over when it was certified never begins after its end.
        valid_from: whole_seconds(ends.map_or(marks.made_at, |ends| ends.min(marks.made_at))),
        valid_until: ends.map(whole_seconds),
        credential_subject: Subject {
            id: urn(marks.subject),
            types: texts(&["AchievementSubject"]),
            identifier: vec![Identity {
                kind: "IdentityObject".into(),
                hashed: true,
                identity_hash: hashed(&facts.holder.name, &marks.salt),
                identity_type: "name".into(),
                salt: marks.salt.clone(),
            }],
            achievement: Achievement {
                id: format!("{}/achievements/{kind}/{}", issuer.url, in_address(code)),
                types: texts(&["Achievement"]),
                name: name.to_owned(),
                description: words::description(facts, line),
                criteria: Criteria { narrative: words::criteria(line, name, lang) },
                achievement_type: words::achievement(facts.kind, line).into(),
                alignment: skill(line, lang).into_iter().collect(),
                human_code: code.to_owned(),
                in_language: lang.code().into(),
            },
            narrative: words::narrative(line, lang),
            activity_end_date: line.on.map(written_with_offset),
            license_number: facts.number.clone(),
            result: line
                .result
                .iter()
                .map(|value| Outcomes { types: texts(&["Result"]), value: value.clone() })
                .collect(),
        },
        credential_status: Entry {
            id: format!("{}#{}", marks.list, marks.place),
            kind: "BitstringStatusListEntry".into(),
            status_purpose: "revocation".into(),
            status_list_index: marks.place.to_string(),
            status_list_credential: marks.list.clone(),
        },
        credential_schema: vec![Typed { id: SCHEMA.into(), kind: "1EdTechJsonSchemaValidator2019".into() }],
        proof: Vec::new(),
    }
}

/// The skill that the course of a line teaches.
fn skill(line: &Line, lang: Lang) -> Option<Alignment> {
    let course = line.course.as_ref()?;
    Some(Alignment {
        types: vec!["Alignment".into()],
        target_name: lang.pick(&course.name.nb, &course.name.en).clone(),
        target_url: course.esco.clone()?,
        target_framework: "ESCO".into(),
    })
}

/// What a line is about, and under what its issuer keeps such things apart: a certificate proves the competence, or the course if
/// that leads to none; a confirmation confirms the course, and is never taken for the competence itself. Two providers' courses
/// may have the same code.
fn subject(kind: DocumentKind, line: &Line) -> (String, Option<&super::Subject>) {
    let courses = || format!("courses/{}", in_address(&line.provider));
    match (kind, &line.competence, &line.course) {
        (DocumentKind::Certificate, Some(competence), _) => ("competences".into(), Some(competence)),
        (DocumentKind::Certificate, None, course) => (courses(), course.as_ref()),
        (DocumentKind::Confirmation, competence, None) => ("confirmations/competences".into(), competence.as_ref()),
        (DocumentKind::Confirmation, _, course) => (format!("confirmations/{}", courses()), course.as_ref()),
    }
}

fn urn(id: Uuid) -> String {
    format!("urn:uuid:{id}")
}

/// A name, as it is hashed with a salt.
pub fn hashed(name: &str, salt: &str) -> String {
    let hash = digest(&SHA256, format!("{name}{salt}").as_bytes());
    format!("sha256${}", in_hex(hash.as_ref()))
}

/// Bytes in hexadecimal digits.
pub fn in_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How the standards want an instant: in whole seconds, without a fraction.
const SECONDS: &str = "%Y-%m-%dT%H:%M:%SZ";

/// An instant as the standards want it.
pub fn whole_seconds(at: Instant) -> String {
    at.utc().format(SECONDS).to_string()
}

/// The instant that is written so, and in no other way.
pub fn from_seconds(text: &str) -> Option<Instant> {
    let at = chrono::NaiveDateTime::parse_from_str(text, SECONDS).ok()?;
    Some(Instant::new(at.and_utc()))
}

/// The DID of whoever has issued something, which names it alone or with more about it.
pub fn issuer(credential: &Value) -> Option<&str> {
    let issuer = credential.get("issuer")?;
    issuer.as_str().or_else(|| issuer.get("id")?.as_str())
}

/// The last second of a day in Oslo.
fn last_second(day: Day) -> Instant {
    begins(days_after(day, 1)).plus(-chrono::TimeDelta::seconds(1))
}

fn in_address(code: &str) -> String {
    percent_encoding::utf8_percent_encode(code, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_in_whole_seconds_and_the_last_second_of_a_day_is_oslo_s() {
        let at = Instant::new("2026-03-02T09:00:00.987654Z".parse().expect("an instant"));
        assert_eq!(whole_seconds(at), "2026-03-02T09:00:00Z");
        for (day, second) in [("2026-06-30", "2026-06-30T21:59:59Z"), ("2026-12-31", "2026-12-31T22:59:59Z")] {
            assert_eq!(whole_seconds(last_second(day.parse().expect("a day"))), second);
        }
    }
}
