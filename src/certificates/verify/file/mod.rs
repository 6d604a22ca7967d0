//! Verification of a file: is this document, or this credential, what was issued, byte for byte? If not: does only the page
//! differ, or which facts? The certificate is found by the credential in it or by its code, so that nobody has to tell what the
//! file is; and what is read of it is bounded, whatever somebody sends.

mod pdf;
pub mod routes;
mod store;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use self::store::Version;
use super::Verification;
use crate::{
    certificates::{
        credential::{
            proof::{Unproven, check},
            token::claims,
        },
        keys::{self, PublicKey},
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
    /// What the certificate is worth today; null if none was found.
    pub verification: Option<Verification>,
}

/// More than any credential takes, in bytes: what is longer is not read as one, because JSON takes many times its room in memory.
const LONGEST: usize = 256 * 1024;

/// What somebody sent.
pub struct Sent {
    sha256: String,
    form: Form,
    /// The credentials in it.
    carried: Vec<Value>,
}

enum Form {
    Pdf,
    Credential,
    /// What was signed of it, and the signature.
    Token(String, Vec<u8>),
}

impl Sent {
    /// Reads a file.
    ///
    /// # Errors
    /// `EncryptedFile`, `NotACertificate`.
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let sha256 = sha256(bytes);
        if bytes.starts_with(b"%PDF-") {
            return Ok(Self { sha256, form: Form::Pdf, carried: pdf::carried(bytes)? });
        }
        if bytes.len() > LONGEST {
            return Err(Problem::at("", Fault::NotACertificate));
        }
        match serde_json::from_slice(bytes) {
            Ok(credential @ Value::Object(_)) => Ok(Self { sha256, form: Form::Credential, carried: vec![credential] }),
            _ => Self::token(bytes, sha256).ok_or_else(|| Problem::at("", Fault::NotACertificate)),
        }
    }

    /// A credential as a token.
    fn token(bytes: &[u8], sha256: String) -> Option<Self> {
        let (signed, signature) = std::str::from_utf8(bytes).ok()?.trim().rsplit_once('.')?;
        let (_, claims) = signed.split_once('.')?;
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        let form = Form::Token(signed.to_owned(), URL_SAFE_NO_PAD.decode(signature).ok()?);
        claims.is_object().then(|| Self { sha256, form, carried: vec![claims] })
    }

    /// The ids of the credentials in it, as far as they have ids of ours.
    fn ids(&self) -> impl Iterator<Item = CredentialId> {
        self.carried.iter().filter_map(|one| uuid_at(one, "/id")).map(CredentialId::from_uuid)
    }
}

fn uuid_at(credential: &Value, pointer: &str) -> Option<Uuid> {
    credential.pointer(pointer)?.as_str()?.strip_prefix("urn:uuid:")?.parse().ok()
}

/// What somebody sent, and the code it belongs to if a certificate was found.
pub struct Examined {
    verdict: FileVerdict,
    differs_at: Vec<String>,
    /// The code of the version it was, or is said to be.
    pub code: Option<VerificationCode>,
}

/// Compares what somebody sent with what was issued.
///
/// # Errors
/// The database's.
pub fn examine(
    tx: &mut Tx<'_>,
    sent: &Sent,
    code: Option<VerificationCode>,
    public_url: &str,
) -> Result<Examined, Problem> {
    let subjects: Vec<Option<Uuid>> = sent.carried.iter().map(|one| uuid_at(one, "/credentialSubject/id")).collect();
    let versions = store::versions(tx, &sent.ids().collect::<Vec<_>>(), code)?;
    // Of several versions it is the one whose holder it names, or else the latest.
    let named = |version: &&Version| version.credentials.iter().any(|one| subjects.contains(&Some(one.subject)));
    match versions.iter().find(named).or(versions.last()) {
        Some(version) => compared(tx, sent, version),
        None => Ok(Examined { verdict: unknown(tx, sent, public_url)?, differs_at: Vec::new(), code: None }),
    }
}

fn compared(tx: &mut Tx<'_>, sent: &Sent, version: &Version) -> Result<Examined, Problem> {
    let code = Some(version.code);
    let examined = |verdict, differs_at| Ok(Examined { verdict, differs_at, code });
    let whole = match &sent.form {
        Form::Pdf => version.document.as_ref() == Some(&sent.sha256),
        Form::Credential => version.credentials.iter().any(|one| sha256(one.text.as_bytes()) == sent.sha256),
        // Signed anew for whoever asks, so that its claims are compared.
        Form::Token(..) => false,
    };
    if whole {
        return examined(FileVerdict::AsIssued, Vec::new());
    }
    let mut differs_at = Vec::new();
    for shown in &sent.carried {
        let subject = uuid_at(shown, "/credentialSubject/id");
        let its = version.credentials.iter().find(|one| Some(one.subject) == subject);
        let issued = its.or(version.credentials.first()).and_then(|one| serde_json::from_str(&one.text).ok());
        let issued = match sent.form {
            Form::Token(..) => issued.as_ref().and_then(claims),
            Form::Pdf | Form::Credential => issued,
        };
        differences(&issued.unwrap_or_default(), shown, &mut String::new(), &mut differs_at);
    }
    match &sent.form {
        _ if !differs_at.is_empty() => examined(FileVerdict::FactsDiffer, differs_at),
        Form::Pdf => examined(FileVerdict::PageDiffers, differs_at),
        Form::Credential => examined(FileVerdict::Rewritten, differs_at),
        Form::Token(signed, signature) if is_signed(tx, &sent.carried, (signed, signature))? => {
            examined(FileVerdict::AsIssued, differs_at)
        }
        Form::Token(..) => examined(FileVerdict::NotTheIssuers, differs_at),
    }
}

/// Did the issuer that a token names sign it?
fn is_signed(tx: &mut Tx<'_>, carried: &[Value], (signed, signature): (&str, &[u8])) -> Result<bool, Problem> {
    let did = carried.first().and_then(|claims| claims.pointer("/issuer/id")).and_then(Value::as_str);
    let Some(organisation) = did.and_then(keys::organisation) else { return Ok(false) };
    let keys = keys::store::token_keys(tx, organisation)?;
    Ok(keys.iter().any(|key| key.verifies(signed.as_bytes(), signature)))
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
fn unknown(tx: &mut Tx<'_>, sent: &Sent, public_url: &str) -> Result<FileVerdict, Problem> {
    let Some(credential) = sent.carried.first() else { return Ok(FileVerdict::NothingInIt) };
    let keys = issuers_keys(tx, credential, public_url)?;
    if keys.is_empty() {
        return Ok(FileVerdict::NotIssuedHere);
    }
    if let Form::Token(signed, signature) = &sent.form {
        let is_signed = is_signed(tx, &sent.carried, (signed, signature))?;
        return Ok(if is_signed { FileVerdict::NoLongerConfirmed } else { FileVerdict::NotTheIssuers });
    }
    Ok(match check(credential, &keys) {
        Ok(_) => FileVerdict::NoLongerConfirmed,
        Err(Unproven::UnknownSuite(_)) => FileVerdict::UnknownProof,
        Err(Unproven::NotCanonical(_)) => FileVerdict::NotReadable,
        Err(Unproven::NoProof | Unproven::NotTheIssuer(_) | Unproven::Changed) => FileVerdict::NotTheIssuers,
    })
}

/// The keys of whoever a credential says has issued it, if that is an issuer here.
fn issuers_keys(tx: &mut Tx<'_>, credential: &Value, public_url: &str) -> Result<Vec<PublicKey>, Problem> {
    let did = credential.pointer("/issuer/id").and_then(Value::as_str).unwrap_or_default();
    let Some(organisation) = keys::organisation(did) else { return Ok(Vec::new()) };
    let issuer = keys::store::address(tx, public_url, organisation)?;
    if issuer.did == did { Ok(keys::store::all(tx, &issuer, organisation)?) } else { Ok(Vec::new()) }
}

/// What is answered.
pub fn answer(examined: Examined, verification: Option<Verification>) -> FileVerification {
    let Examined { verdict, differs_at, .. } = examined;
    FileVerification { verdict, says: said(verdict), differs_at, verification }
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
            "Det er ikke noe signert bevis i filen. Oppgi koden som står på den.",
            "There is no credential in the file. Give the code that stands on it.",
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
