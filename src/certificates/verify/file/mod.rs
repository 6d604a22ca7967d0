//! Verification of a file: is this document, or this credential, what was issued, byte for byte? If not: does only the page
//! differ, or which facts? The certificate is found by the credential in it or by its code, so that nobody has to tell what the
//! file is; and what is read of it is bounded, whatever somebody sends.

mod pdf;
pub mod routes;
mod store;

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use utoipa::ToSchema;
use uuid::Uuid;

use self::store::{Ids, Issued, Keys, Version};
use super::Verification;
use crate::{
    certificates::{
        MOST_LINES,
        credential::{
            Credential, issuer,
            proof::{Unproven, check},
            token::claims,
        },
    },
    platform::{db::Tx, problem::Problem, vault::sha256},
    words::*,
};

/// What a file turned out to be.
#[derive(Debug, Serialize, ToSchema)]
pub struct FileVerification {
    /// In a word.
    pub verdict: FileVerdict,
    /// In a sentence.
    pub says: Said,
    /// Where a credential says something else than was issued (JSON pointers).
    pub differs_at: Vec<String>,
    /// Which lines of the certificate the credentials in the file are about, from 0.
    pub about: Vec<i16>,
    /// What the certificate is worth today; null if none was found.
    pub verification: Option<Verification>,
}

/// More than any credential takes, in bytes: what is longer is not read as one, because JSON takes many times its room in memory.
const LONGEST: usize = 256 * 1024;
/// More issuers than any file names; the keys of others are not looked for.
const MOST_ISSUERS: usize = 4;

/// What somebody sent.
#[derive(Debug)]
pub struct Sent {
    sha256: String,
    form: Form,
    /// The credentials in it; nothing if there is more in it than in any certificate.
    carried: Option<Vec<Carried>>,
}

#[derive(Debug)]
enum Form {
    Pdf {
        is_encrypted: bool,
    },
    Credential,
    /// What was signed of it, and the signature.
    Token(String, Vec<u8>),
}

/// A credential that somebody sent.
#[derive(Debug)]
pub struct Carried {
    /// What it says; of a token, what it claims.
    pub says: Value,
    /// Does it have the shape of those that are issued here, so that nothing in it can be read in two ways?
    pub is_sound: bool,
}

impl Carried {
    fn read(json: &[u8]) -> Option<Self> {
        Some(Self { says: serde_json::from_slice(json).ok()?, is_sound: Credential::read(json).is_some() })
    }

    /// Who is said to have issued it.
    pub fn issuer(&self) -> Option<&str> {
        issuer(&self.says)
    }

    fn ids(&self) -> Option<Ids> {
        let uuid = |pointer| self.says.pointer(pointer)?.as_str()?.strip_prefix("urn:uuid:")?.parse::<Uuid>().ok();
        Some((CredentialId::from_uuid(uuid("/id")?), uuid("/credentialSubject/id")?))
    }
}

impl Sent {
    /// Reads a file.
    ///
    /// # Errors
    /// `NotACertificate`.
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let sha256 = sha256(bytes);
        if bytes.starts_with(b"%PDF-") {
            let carried =
                pdf::carried(bytes).map(|texts| texts.iter().filter_map(|text| Carried::read(text)).collect());
            return Ok(Self { sha256, form: Form::Pdf { is_encrypted: pdf::is_encrypted(bytes) }, carried });
        }
        let small = Some(bytes).filter(|bytes| bytes.len() <= LONGEST);
        let credential = |bytes| {
            let one = Carried::read(bytes).filter(|one| one.says.get("@context").is_some())?;
            let carried = if is_presentation(&one.says) { presented(bytes) } else { Some(vec![one]) };
            Some(Self { sha256: sha256.clone(), form: Form::Credential, carried })
        };
        let read = small.and_then(|bytes| credential(bytes).or_else(|| Self::token(bytes, sha256.clone())));
        read.ok_or_else(|| Problem::at("", Fault::NotACertificate))
    }

    /// A credential as a token.
    fn token(bytes: &[u8], sha256: String) -> Option<Self> {
        let (signed, signature) = std::str::from_utf8(bytes).ok()?.trim().rsplit_once('.')?;
        let (_, claims) = signed.split_once('.')?;
        let says: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        let form = Form::Token(signed.to_owned(), URL_SAFE_NO_PAD.decode(signature).ok()?);
        // A token is signed as it is written, whatever its shape.
        says.is_object().then(|| Self { sha256, form, carried: Some(vec![Carried { says, is_sound: true }]) })
    }

    /// The credentials in it; nothing if there is more in it than in any certificate.
    pub fn carried(&self) -> Option<&[Carried]> {
        self.carried.as_deref()
    }

    fn all(&self) -> &[Carried] {
        self.carried().unwrap_or_default()
    }

    /// Is it a document?
    pub fn is_document(&self) -> bool {
        matches!(self.form, Form::Pdf { .. })
    }

    /// Is it a document that nobody can look into?
    pub fn is_encrypted(&self) -> bool {
        matches!(self.form, Form::Pdf { is_encrypted: true })
    }

    /// Of a token, what was signed, and the signature.
    pub fn signed(&self) -> Option<(&str, &[u8])> {
        match &self.form {
            Form::Token(signed, signature) => Some((signed, signature)),
            Form::Pdf { .. } | Form::Credential => None,
        }
    }
}

/// Does a wallet present credentials in it?
fn is_presentation(says: &Value) -> bool {
    let types = says.get("type").and_then(Value::as_array);
    types.is_some_and(|types| types.iter().any(|one| one == "VerifiablePresentation"))
}

/// What a wallet presents: all of it, whether it is a credential or not. Who presents it is not looked at: credentials are not bound
/// to anybody's key.
fn presented(json: &[u8]) -> Option<Vec<Carried>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Presentation<'a> {
        #[serde(borrow)]
        verifiable_credential: Vec<&'a RawValue>,
    }
    let presentation: Presentation<'_> = serde_json::from_slice(json).ok()?;
    let all = Some(presentation.verifiable_credential).filter(|all| all.len() <= MOST_LINES)?;
    all.into_iter().map(|one| Carried::read(one.get().as_bytes())).collect()
}

/// What there is here of what somebody sent.
pub struct Known {
    version: Option<Version>,
    keys: Vec<Keys>,
    code: Option<VerificationCode>,
}

impl Known {
    /// Looks for the certificate that the credentials in a file belong to. Only what has none in it is found by the code that
    /// stands on it: of another's nothing is said beside them.
    ///
    /// # Errors
    /// `SeveralCertificates`; the database's.
    pub fn read(
        tx: &mut Tx<'_>,
        sent: &Sent,
        code: Option<VerificationCode>,
        public_url: &str,
    ) -> Result<Self, Problem> {
        let ids: Vec<Ids> = sent.all().iter().filter_map(Carried::ids).collect();
        let mut its_own = store::of_credentials(tx, &ids)?;
        let (first, is_one) = (its_own.pop_first(), its_own.is_empty());
        if !is_one {
            return Err(Problem::at("", Fault::SeveralCertificates));
        }
        let code = code.filter(|_| first.is_none());
        let by_code = code.map(|code| store::of_code(tx, code)).transpose()?.flatten();
        let is_anothers = by_code.is_some() && !sent.all().is_empty();
        let (key, code) = if is_anothers { (None, None) } else { (first.or(by_code), code) };
        let version = key.map(|key| store::finished(tx, key)).transpose()?.flatten();
        let issuers: BTreeSet<&str> = sent.all().iter().filter_map(Carried::issuer).collect();
        let keys = store::keys(tx, public_url, issuers.into_iter().take(MOST_ISSUERS))?;
        let code = version.as_ref().map(|version| version.code).or(code);
        Ok(Self { version, keys, code })
    }
}

/// What somebody sent, and the code it belongs to.
pub struct Examined {
    verdict: FileVerdict,
    differs_at: Vec<String>,
    about: Vec<i16>,
    /// The code of the version it was, or is said to be.
    pub code: Option<VerificationCode>,
}

/// Compares what somebody sent with what was issued.
///
/// # Errors
/// `EncryptedFile` for what nobody can look into and no code is given of.
pub fn examine(sent: &Sent, known: &Known) -> Result<Examined, Problem> {
    let (verdict, differs_at, about) = match &known.version {
        Some(version) => compared(sent, version, &known.keys),
        None => (unknown(sent, &known.keys), Vec::new(), Vec::new()),
    };
    if verdict == FileVerdict::NothingInIt && sent.is_encrypted() && known.code.is_none() {
        return Err(Problem::at("", Fault::EncryptedFile));
    }
    Ok(Examined { verdict, differs_at, about, code: known.code })
}

fn compared(sent: &Sent, version: &Version, keys: &[Keys]) -> (FileVerdict, Vec<String>, Vec<i16>) {
    let (mut known, mut strangers) = (Vec::new(), Vec::new());
    for one in sent.all() {
        match version.credentials.iter().find(|issued| Some(issued.ids) == one.ids()) {
            Some(issued) => known.push((one, issued)),
            None => strangers.push(one),
        }
    }
    let about = known.iter().map(|(_, issued)| issued.line).collect();
    let mut differs_at = Vec::new();
    let verdict = verdict(sent, version, (&known, &strangers), keys, &mut differs_at);
    // Where nothing is said of a certificate any more, it is not said either what somebody guessed wrong.
    (verdict, if version.holds_today { differs_at } else { Vec::new() }, about)
}

fn verdict(
    sent: &Sent,
    version: &Version,
    (known, strangers): (&[(&Carried, &Issued)], &[&Carried]),
    keys: &[Keys],
    differs_at: &mut Vec<String>,
) -> FileVerdict {
    let confirmed = |verdict| if version.is_unconfirmed { FileVerdict::NoLongerConfirmed } else { verdict };
    if sent.is_the_file_of(version) {
        return confirmed(FileVerdict::AsIssued);
    }
    known.iter().for_each(|(shown, issued)| sent.differences(shown, issued, differs_at));
    if !differs_at.is_empty() {
        return FileVerdict::FactsDiffer;
    }
    if known.iter().any(|(shown, _)| !shown.is_sound) {
        return FileVerdict::NotReadable;
    }
    // Beside what is known there may be what was erased since: then it is its issuer's all the same.
    if let Some(not_its) = strangers.iter().map(|one| alone(sent, one, keys)).find(|one| !one.is_its_issuers()) {
        return not_its;
    }
    match &sent.form {
        Form::Credential | Form::Token(..) if !strangers.is_empty() => FileVerdict::NoLongerConfirmed,
        Form::Pdf { .. } if version.document.is_none() && !strangers.is_empty() => FileVerdict::NoLongerConfirmed,
        Form::Pdf { .. } if version.document.is_none() && known.is_empty() => FileVerdict::NothingInIt,
        Form::Pdf { .. } => FileVerdict::PageDiffers,
        Form::Credential => confirmed(FileVerdict::Rewritten),
        Form::Token(..) if known.iter().all(|(shown, _)| sent.is_signed(shown, keys)) => {
            confirmed(FileVerdict::AsIssued)
        }
        Form::Token(..) => FileVerdict::NotTheIssuers,
    }
}

impl Sent {
    /// Is it byte for byte what was handed out?
    fn is_the_file_of(&self, version: &Version) -> bool {
        match self.form {
            Form::Pdf { .. } => version.document.as_ref() == Some(&self.sha256),
            Form::Credential => version.credentials.iter().any(|one| sha256(one.text.as_bytes()) == self.sha256),
            // Signed anew for whoever asks, so that its claims are compared.
            Form::Token(..) => false,
        }
    }

    /// Where a credential in it says something else than was issued.
    fn differences(&self, shown: &Carried, issued: &Issued, found: &mut Vec<String>) {
        let issued: Value = serde_json::from_str(&issued.text).unwrap_or_default();
        let issued = match self.form {
            Form::Token(..) => claims(&issued).unwrap_or_default(),
            Form::Pdf { .. } | Form::Credential => issued,
        };
        differences(&issued, &shown.says, &mut String::new(), found);
    }

    /// Is it a token that its issuer signed?
    fn is_signed(&self, claimed: &Carried, keys: &[Keys]) -> bool {
        let (Some((signed, signature)), Some(issuer)) = (self.signed(), its_issuer(claimed, keys)) else {
            return false;
        };
        issuer.tokens.iter().any(|key| key.verifies(signed.as_bytes(), signature))
    }
}

fn its_issuer<'a>(carried: &Carried, keys: &'a [Keys]) -> Option<&'a Keys> {
    keys.iter().find(|one| Some(one.did.as_str()) == carried.issuer())
}

/// No more places than somebody reads.
const MOST_DIFFERENCES: usize = 50;

/// Where two documents differ.
fn differences(issued: &Value, shown: &Value, at: &mut String, found: &mut Vec<String>) {
    if issued == shown || found.len() == MOST_DIFFERENCES {
        return;
    }
    let before = at.len();
    let mut below = |name: &str, one: Option<&Value>, other: Option<&Value>, found: &mut Vec<String>| {
        at.push('/');
        at.push_str(&name.replace('~', "~0").replace('/', "~1"));
        differences(one.unwrap_or(&Value::Null), other.unwrap_or(&Value::Null), at, found);
        at.truncate(before);
    };
    match (issued, shown) {
        (Value::Object(one), Value::Object(other)) => {
            let names: std::collections::BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            names.into_iter().for_each(|name| below(name, one.get(name), other.get(name), found));
        }
        (Value::Array(one), Value::Array(other)) => {
            (0..one.len().max(other.len())).for_each(|n| below(&n.to_string(), one.get(n), other.get(n), found))
        }
        _ => found.push(at.clone()),
    }
}

/// What a file is of which there is nothing here: gone, somebody else's, or nobody's.
fn unknown(sent: &Sent, keys: &[Keys]) -> FileVerdict {
    let Some(carried) = sent.carried() else { return FileVerdict::NotReadable };
    let verdicts: Vec<FileVerdict> = carried.iter().map(|one| alone(sent, one, keys)).collect();
    let worst = verdicts.iter().find(|one| !one.is_its_issuers());
    worst.or(verdicts.first()).copied().unwrap_or(FileVerdict::NothingInIt)
}

/// What a credential is of which there is nothing here.
fn alone(sent: &Sent, carried: &Carried, keys: &[Keys]) -> FileVerdict {
    if carried.issuer().is_none() {
        return FileVerdict::NotReadable;
    }
    let Some(issuer) = its_issuer(carried, keys).filter(|one| !one.proofs.is_empty()) else {
        return FileVerdict::NotIssuedHere;
    };
    if sent.signed().is_some() {
        let is_signed = sent.is_signed(carried, keys);
        return if is_signed { FileVerdict::NoLongerConfirmed } else { FileVerdict::NotTheIssuers };
    }
    // Of another shape than anything that is issued here: it could be read in two ways, and nobody here has signed it.
    if !carried.is_sound {
        return FileVerdict::NotReadable;
    }
    match check(&carried.says, &issuer.proofs) {
        Err(Unproven::UnknownSuite(_)) => FileVerdict::UnknownProof,
        Err(Unproven::NotCanonical(_)) => FileVerdict::NotReadable,
        Err(Unproven::NoProof | Unproven::NotTheIssuer(_) | Unproven::Changed) => FileVerdict::NotTheIssuers,
        Ok(_) => FileVerdict::NoLongerConfirmed,
    }
}

impl FileVerdict {
    /// Has its issuer signed it, whatever became of it?
    fn is_its_issuers(self) -> bool {
        self == FileVerdict::NoLongerConfirmed
    }
}

/// What is answered.
pub fn answer(examined: Examined, verification: Option<Verification>) -> FileVerification {
    let Examined { verdict, differs_at, about, .. } = examined;
    FileVerification { verdict, says: said(verdict), differs_at, about, verification }
}

fn said(verdict: FileVerdict) -> Said {
    let (nb, en) = match verdict {
        FileVerdict::AsIssued => ("Filen er nøyaktig det som ble utstedt.", "The file is exactly what was issued."),
        FileVerdict::Rewritten => (
            "Det signerte beviset sier det samme som ble utstedt; bare skrivemåten er en annen.",
            "The credential says the same as was issued; only the way it is written differs.",
        ),
        FileVerdict::PageDiffers => (
            "Siden er ikke den som ble utstedt. Stol på opplysningene nedenfor, ikke på siden.",
            "The page is not the one that was issued. Trust the facts below, not the page.",
        ),
        FileVerdict::FactsDiffer => (
            "Filen sier noe annet enn det som ble utstedt. Stol på opplysningene nedenfor.",
            "The file says something else than was issued. Trust the facts below.",
        ),
        FileVerdict::NoLongerConfirmed => (
            "Utstederen har signert dette, men bekrefter det ikke lenger. Det betyr ikke at opplæringen mangler.",
            "The issuer signed this and no longer confirms it. That does not mean that the training is missing.",
        ),
        FileVerdict::NotTheIssuers => (
            "Filen utgir seg for å være fra en utsteder her, men er ikke signert av den, eller er endret siden.",
            "The file says that it is an issuer's here, but that one did not sign it, or it was changed since.",
        ),
        FileVerdict::UnknownProof => (
            "Signaturen er av et annet slag enn de som lages her.",
            "The signature is of another kind than those that are made here.",
        ),
        FileVerdict::NotReadable => (
            "Beviset bruker ord, sammenhenger eller en oppbygning som ikke leses her. Ingenting hentes fra nettet.",
            "The credential uses words, contexts or a structure that are not read here. Nothing is fetched.",
        ),
        FileVerdict::NotIssuedHere => (
            "Beviset er ikke utstedt her. Spør utstederen som står i det.",
            "The credential was not issued here. Ask the issuer it names.",
        ),
        FileVerdict::NothingInIt => (
            "Det er ikke noe signert bevis i filen. Koden som står på den, viser hva som ble utstedt.",
            "There is no credential in the file. The code that stands on it shows what was issued.",
        ),
    };
    Said { nb: nb.into(), en: en.into() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn differences_are_named_where_they_are() {
        let issued = json!({ "a": { "b/c": [1, 2], "d": "x" }, "e": null });
        for (shown, expected) in [
            (issued.clone(), vec![]),
            (json!({ "a": { "b/c": [1, 3], "d": "x" } }), vec!["/a/b~1c/1"]),
            (json!({ "a": { "b/c": [1], "d": "y" }, "f": 1 }), vec!["/a/b~1c/1", "/a/d", "/f"]),
            (json!([]), vec![""]),
        ] {
            let mut found = Vec::new();
            differences(&issued, &shown, &mut String::new(), &mut found);
            assert_eq!(found, expected, "{shown}");
        }
        let many = Value::Array((0..1000).map(Value::from).collect());
        let mut found = Vec::new();
        differences(&json!([]), &many, &mut String::new(), &mut found);
        assert_eq!(found.len(), MOST_DIFFERENCES);
    }
}
