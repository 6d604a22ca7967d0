//! What the credentials in a file are worth by a snapshot. Nothing is believed that no signature covers: what has another shape than
//! the credentials that are issued here, or speaks by other contexts, is not read at all.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::{
    Asked,
    reading::{Known, Snapshot, Wanted},
};
use crate::{
    certificates::{
        MOST_LINES,
        credential::{
            Credential, from_seconds, hashed,
            proof::{Unproven, check},
            token::claims,
        },
        status::{PLACES, Purpose, is_set},
        verify::file::{Carried, Sent},
    },
    words::Instant,
};

/// Why there is nothing in a file that could be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is something else.
    #[error("the file is no PDF, no credential and no token; give it as you got it")]
    NoCertificate,
    /// Nobody can look into it.
    #[error("the file is encrypted, so nobody sees what is in it; give it without")]
    Encrypted,
    /// There is nothing signed in it.
    #[error("there is no credential in the file; the code that stands on it is verified online")]
    Nothing,
    /// There is more in it than anybody issues.
    #[error("there are more credentials in the file than any document carries ({MOST_LINES})")]
    TooMuch,
}

/// What a credential turned out to be worth, from what is worst to what is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is none of those that are issued here.
    NotReadable,
    /// Its signature is of another kind.
    UnknownProof,
    /// Whoever it names is no issuer in the snapshot.
    UnknownIssuer,
    /// It is signed with a key that is not its issuer's.
    NotTheIssuers,
    /// It is not what its issuer signed.
    Changed,
    /// It is about somebody else than was said.
    AboutAnother,
    /// It holds no longer.
    Revoked,
    /// It does not hold for the time being.
    Suspended,
    /// It was worth something until its last day.
    Expired,
    /// The snapshot does not know.
    StatusUnknown,
    /// It holds.
    Holds,
}

impl Verdict {
    /// Does it hold?
    pub fn holds(self) -> bool {
        self == Verdict::Holds
    }

    /// In a word or two.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::NotReadable => "not readable",
            Verdict::UnknownProof => "unknown proof",
            Verdict::UnknownIssuer => "unknown issuer",
            Verdict::NotTheIssuers => "not the issuer's",
            Verdict::Changed => "changed",
            Verdict::AboutAnother => "about somebody else",
            Verdict::Revoked => "revoked",
            Verdict::Suspended => "suspended",
            Verdict::Expired => "expired",
            Verdict::StatusUnknown => "status not known",
            Verdict::Holds => "holds",
        }
    }

    /// In a sentence.
    fn says(self) -> &'static str {
        match self {
            Verdict::NotReadable => {
                "It uses words, contexts or a structure that are not read here, so nothing in it can be relied on."
            }
            Verdict::UnknownProof => "Its signature is of another kind than those that are made here.",
            Verdict::UnknownIssuer => {
                "Whoever it names is no issuer in the snapshot: it is from elsewhere, or newer than the snapshot."
            }
            Verdict::NotTheIssuers => {
                "It is signed with a key that is not its issuer's in the snapshot: another's, or one that is newer."
            }
            Verdict::Changed => "It is not what its issuer signed: something has been changed since.",
            Verdict::AboutAnother => "Its issuer signed it, but it is not about the holder that was named.",
            Verdict::Revoked => {
                "Its issuer signed it and does not stand for it any more: it was revoked, given back, replaced or erased. That \
                 does not mean that the training is missing."
            }
            Verdict::Suspended => "Its issuer signed it, and it does not hold until something is cleared up.",
            Verdict::Expired => "Its issuer signed it, and its last day is over.",
            Verdict::StatusUnknown => {
                "Its issuer signed it, but the snapshot is older and does not know whether it holds: get a newer one."
            }
            Verdict::Holds => "Its issuer signed it, and it had not been revoked when the snapshot was made.",
        }
    }
}

/// What was found out about a file.
#[derive(Debug, Serialize)]
pub struct Verified {
    /// By what.
    pub snapshot: Made,
    /// Is it a document? Then its page says more than what was signed.
    pub is_document: bool,
    /// Does every credential in it hold?
    pub holds: bool,
    /// Each of them.
    pub credentials: Vec<Judged>,
}

/// What a snapshot says of itself.
#[derive(Debug, Serialize)]
pub struct Made {
    /// The address of the installation.
    pub of: String,
    /// When it was made.
    pub made_at: Instant,
    /// How long ago that is.
    pub age_seconds: i64,
    /// What it is signed with, in multibase.
    pub key: String,
    /// Did whoever asked name that key?
    pub key_was_given: bool,
}

/// What a credential is worth.
#[derive(Debug, Serialize)]
pub struct Judged {
    /// In a word.
    pub verdict: Verdict,
    /// In a sentence.
    pub says: &'static str,
    /// What it states; nothing unless its issuer signed it.
    pub states: Option<Stated>,
}

/// What a credential states, all of it signed but for the name its issuer has in the snapshot.
#[derive(Debug, Serialize)]
pub struct Stated {
    /// Its issuer's name, as the snapshot has it.
    pub issuer: String,
    /// Its issuer's DID.
    pub issuer_id: String,
    /// What it is called.
    pub name: String,
    /// The code of the competence or the course.
    pub code: String,
    /// What it is, and what it is not.
    pub is: String,
    /// How it was proven, and what it hangs on.
    pub how: String,
    /// The certificate's number.
    pub number: String,
    /// When it was completed.
    pub completed_at: Option<Instant>,
    /// From when this version holds.
    pub valid_from: Instant,
    /// Until when what it proves lasts; null for life, or for what neither lasts nor ends.
    pub valid_until: Option<Instant>,
    /// Grade or points.
    pub results: Vec<String>,
    /// Was it said whom it must be about?
    pub holder_was_given: bool,
}

/// The credentials of a file, in either form.
pub(super) struct File {
    is_document: bool,
    /// Nothing where one has another shape than ours.
    shown: Vec<Option<Shown>>,
}

/// A credential of the shape of ours, of which nobody knows yet who signed it.
struct Shown {
    said: Credential,
    valid_from: Instant,
    valid_until: Option<Instant>,
    completed_at: Option<Instant>,
    place: usize,
    form: Form,
}

enum Form {
    /// With its proof.
    Proven(Value),
    /// As a token: what was signed, and the signature.
    Token(String, Vec<u8>),
}

impl File {
    /// Reads a file.
    ///
    /// # Errors
    /// `Unreadable`.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        // It finds nothing wrong with a file but that it is something else.
        let sent = Sent::read(bytes).map_err(|_| Unreadable::NoCertificate)?;
        let carried = sent.carried().ok_or(Unreadable::TooMuch)?;
        match carried.len() {
            0 if sent.is_encrypted() => return Err(Unreadable::Encrypted),
            0 => return Err(Unreadable::Nothing),
            _ => {}
        }
        let shown = |one: &Carried| match sent.signed() {
            Some((signed, signature)) => Shown::token(&one.says, signed, signature),
            None => Shown::proven(one),
        };
        Ok(Self { is_document: sent.is_document(), shown: carried.iter().map(shown).collect() })
    }

    /// What of a snapshot is needed to judge it.
    pub(super) fn wanted(&self) -> Wanted {
        let mut wanted = Wanted::default();
        for Shown { said, .. } in self.shown.iter().flatten() {
            wanted.issuers.insert(said.issuer.id.clone());
            let list = &said.credential_status.status_list_credential;
            wanted.lists.extend(Purpose::BOTH.map(|purpose| purpose.address(list)));
        }
        wanted
    }

    /// What each is worth.
    pub(super) fn judged(&self, by: &Snapshot, asked: Asked<'_>, now: Instant) -> Verified {
        let judged = |shown: &Option<Shown>| match shown {
            Some(shown) => shown.judged(by, asked.holder, now),
            None => Judged::unsigned(Verdict::NotReadable),
        };
        let credentials: Vec<Judged> = self.shown.iter().map(judged).collect();
        let snapshot = Made {
            of: by.of.clone(),
            made_at: by.made_at,
            age_seconds: now.seconds() - by.made_at.seconds(),
            key: by.key.clone(),
            key_was_given: asked.key.is_some(),
        };
        let holds = credentials.iter().all(|one| one.verdict.holds());
        Verified { snapshot, is_document: self.is_document, holds, credentials }
    }
}

/// What is read of a text, if there is one: nothing where it is none.
fn if_any(text: Option<&String>, read: fn(&str) -> Option<Instant>) -> Option<Option<Instant>> {
    text.map_or(Some(None), |text| read(text).map(Some))
}

impl Shown {
    fn proven(Carried { says, is_sound }: &Carried) -> Option<Self> {
        Self::of(says, Form::Proven(says.clone())).filter(|_| *is_sound)
    }

    /// What a token claims must say twice what a credential says once.
    fn token(claimed: &Value, signed: &str, signature: &[u8]) -> Option<Self> {
        let mut said = claimed.clone();
        let members = said.as_object_mut()?;
        for claim in ["iss", "jti", "sub", "nbf", "exp"] {
            members.remove(claim);
        }
        if claims(&said)? != *claimed || said.get("proof").is_some() {
            return None;
        }
        Self::of(&said, Form::Token(signed.to_owned(), signature.to_vec()))
    }

    fn of(document: &Value, form: Form) -> Option<Self> {
        let said = Credential::read(document.to_string().as_bytes())?;
        let entry = &said.credential_status;
        let is_ours = (entry.kind.as_str(), entry.status_purpose.as_str())
            == ("BitstringStatusListEntry", Purpose::Revocation.code());
        let place: usize = entry.status_list_index.parse().ok().filter(|_| is_ours)?;
        if place >= PLACES as usize || place.to_string() != entry.status_list_index {
            return None;
        }
        let valid_from = from_seconds(&said.valid_from)?;
        let valid_until = if_any(said.valid_until.as_ref(), from_seconds)?;
        let completed_at = if_any(said.credential_subject.activity_end_date.as_ref(), Instant::parse)?;
        Some(Self { said, valid_from, valid_until, completed_at, place, form })
    }

    fn judged(&self, by: &Snapshot, holder: Option<&str>, now: Instant) -> Judged {
        let Some(issuer) = by.issuer(&self.said.issuer.id) else { return Judged::unsigned(Verdict::UnknownIssuer) };
        if let Err(verdict) = self.must_be_signed(issuer) {
            return Judged::unsigned(verdict);
        }
        let verdict = self.worth(by, holder, now);
        Judged { verdict, says: verdict.says(), states: Some(self.stated(issuer, holder.is_some())) }
    }

    fn must_be_signed(&self, issuer: &Known) -> Result<(), Verdict> {
        match &self.form {
            Form::Proven(document) => check(document, &issuer.keys).map(drop).map_err(|unproven| match unproven {
                Unproven::NoProof | Unproven::NotCanonical(_) => Verdict::NotReadable,
                Unproven::UnknownSuite(_) => Verdict::UnknownProof,
                Unproven::NotTheIssuer(_) => Verdict::NotTheIssuers,
                Unproven::Changed => Verdict::Changed,
            }),
            Form::Token(signed, signature) => {
                let Header { alg, kid, typ } = Header::of(signed).ok_or(Verdict::UnknownProof)?;
                if (alg.as_str(), typ.as_str()) != ("RS256", "JWT") {
                    return Err(Verdict::UnknownProof);
                }
                let name = kid.rsplit('/').next().unwrap_or_default();
                let key = issuer.token_keys.iter().find(|key| key.name == name).ok_or(Verdict::NotTheIssuers)?;
                if key.verifies(signed.as_bytes(), signature) { Ok(()) } else { Err(Verdict::Changed) }
            }
        }
    }

    /// What is worst of what can be said of it.
    fn worth(&self, by: &Snapshot, holder: Option<&str>, now: Instant) -> Verdict {
        if holder.is_some_and(|name| !self.is_about(name)) {
            return Verdict::AboutAnother;
        }
        // A clock that was set back, or has stopped, makes nothing valid again: it is no earlier than when the snapshot was made.
        let has_expired = self.valid_until.is_some_and(|until| until < now.max(by.made_at));
        match self.mark(by) {
            Some(Purpose::Revocation) => Verdict::Revoked,
            Some(Purpose::Suspension) => Verdict::Suspended,
            None if has_expired => Verdict::Expired,
            None if self.has_status(by) => Verdict::Holds,
            None => Verdict::StatusUnknown,
        }
    }

    fn is_about(&self, name: &str) -> bool {
        let name: String = name.trim().nfc().collect();
        let identities = &self.said.credential_subject.identifier;
        let is_that = |salt: &str, hash: &str| hashed(&name, salt) == hash;
        !identities.is_empty() && identities.iter().all(|one| is_that(&one.salt, &one.identity_hash))
    }

    /// What is set at its place: what is only suspended stands in both lists.
    fn mark(&self, by: &Snapshot) -> Option<Purpose> {
        let is_set = |purpose| self.bit(by, purpose) == Some(true);
        let only_suspended = || if is_set(Purpose::Suspension) { Purpose::Suspension } else { Purpose::Revocation };
        is_set(Purpose::Revocation).then(only_suspended)
    }

    /// Does the snapshot know of it? A place of a list says nothing of what was issued after the list was made.
    fn has_status(&self, by: &Snapshot) -> bool {
        self.valid_from <= by.made_at && self.bit(by, Purpose::Revocation).is_some()
    }

    fn bit(&self, by: &Snapshot, purpose: Purpose) -> Option<bool> {
        let list = purpose.address(&self.said.credential_status.status_list_credential);
        let list = by.list(&list, purpose, &self.said.issuer.id)?;
        is_set(&list.credential_subject.encoded_list, self.place)
    }

    fn stated(&self, issuer: &Known, holder_was_given: bool) -> Stated {
        let subject = &self.said.credential_subject;
        Stated {
            issuer: issuer.name.clone(),
            issuer_id: self.said.issuer.id.clone(),
            name: self.said.name.clone(),
            code: subject.achievement.human_code.clone(),
            is: subject.achievement.description.clone(),
            how: subject.narrative.clone(),
            number: subject.license_number.clone(),
            completed_at: self.completed_at,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            results: subject.result.iter().map(|one| one.value.clone()).collect(),
            holder_was_given,
        }
    }
}

impl Judged {
    fn unsigned(verdict: Verdict) -> Self {
        Self { verdict, says: verdict.says(), states: None }
    }
}

/// What a token says of its signature.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
}

impl Header {
    fn of(signed: &str) -> Option<Self> {
        let (header, _) = signed.split_once('.')?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()
    }
}

impl Made {
    /// How long ago it was made, in words.
    pub fn age(&self) -> String {
        let age = TimeDelta::seconds(self.age_seconds);
        let counted = |count: i64, one: &str| format!("{count} {one}{} ago", if count == 1 { "" } else { "s" });
        match (age.num_days(), age.num_hours(), age.num_minutes()) {
            _ if self.age_seconds < 0 => "which lies ahead of this machine's clock".into(),
            (0, 0, 0) => "just now".into(),
            (0, 0, minutes) => counted(minutes, "minute"),
            (0, hours, _) => counted(hours, "hour"),
            (days, ..) => counted(days, "day"),
        }
    }
}
