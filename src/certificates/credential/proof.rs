//! The proof in a credential: what it states, in canonical form, signed by its issuer (W3C Data Integrity, cryptosuite
//! `eddsa-rdfc-2022`).

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::from_seconds;
use crate::{
    certificates::keys::{PublicKey, SigningKey},
    platform::{
        linked_data::{NotCanonical, canonical},
        problem::Problem,
    },
};

/// A proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Proof {
    /// That it is one.
    #[serde(rename = "type")]
    pub kind: String,
    /// How it was made.
    pub cryptosuite: String,
    /// When; whole seconds.
    pub created: String,
    /// With which key: the issuer's DID, and the key itself behind `#`.
    pub verification_method: String,
    /// What it says: that the issuer stands for it.
    pub proof_purpose: String,
    /// The signature in multibase (base58btc).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub proof_value: String,
}

const KIND: &str = "DataIntegrityProof";
const SUITE: &str = "eddsa-rdfc-2022";
const PURPOSE: &str = "assertionMethod";

/// Why a proof proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// There is none, or more than one, or it has another shape.
    #[error("it bears no proof, or more than one")]
    NoProof,
    /// Of another kind than is made here.
    #[error("a proof of the kind {0} is not read here")]
    UnknownSuite(String),
    /// Made with a key that is not its issuer's.
    #[error("the key {0} is not its issuer's")]
    NotTheIssuer(String),
    /// It has no canonical form.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// The signature is another's, or something was changed since.
    #[error("something has been changed since it was signed")]
    Changed,
}

/// The proof of a document that bears none yet, by a key at an instant.
///
/// # Errors
/// A document that has no canonical form.
pub fn sign(document: &Value, key: &SigningKey, created: String) -> Result<Proof, NotCanonical> {
    let proof = Proof {
        kind: KIND.into(),
        cryptosuite: SUITE.into(),
        created,
        verification_method: key.method(),
        proof_purpose: PURPOSE.into(),
        proof_value: String::new(),
    };
    let signature = key.sign(&signed(&proof, document)?);
    Ok(Proof { proof_value: format!("z{}", bs58::encode(signature).into_string()), ..proof })
}

/// A document that bears its proof, as text. It bears none yet, and `proofs` is where it will.
///
/// # Errors
/// A document that has no canonical form.
pub fn written<T: Serialize>(
    mut document: T,
    proofs: fn(&mut T) -> &mut Vec<Proof>,
    key: &SigningKey,
    created: String,
) -> Result<String, Problem> {
    let bare = serde_json::to_value(&document).map_err(Problem::internal)?;
    *proofs(&mut document) = vec![sign(&bare, key, created).map_err(Problem::internal)?];
    serde_json::to_string(&document).map_err(Problem::internal)
}

/// Checks the proof of a document by its issuer's keys.
///
/// # Errors
/// `Unproven`.
pub fn check(document: &Value, keys: &[PublicKey]) -> Result<Proof, Unproven> {
    let mut bare = document.clone();
    let proofs = bare.as_object_mut().and_then(|members| members.remove("proof"));
    let proof = match proofs {
        Some(Value::Array(mut all)) if all.len() == 1 => all.remove(0),
        Some(one @ Value::Object(_)) => one,
        _ => return Err(Unproven::NoProof),
    };
    let suite = proof.get("cryptosuite").and_then(Value::as_str).unwrap_or_default();
    if suite != SUITE {
        return Err(Unproven::UnknownSuite(shortened(suite)));
    }
    let proof: Proof = serde_json::from_value(proof).map_err(|_| Unproven::NoProof)?;
    // What is said of a proof is signed as it is written, so nothing but an instant may stand there.
    if (proof.kind.as_str(), proof.proof_purpose.as_str()) != (KIND, PURPOSE) || from_seconds(&proof.created).is_none()
    {
        return Err(Unproven::NoProof);
    }
    let Some(key) = keys.iter().find(|key| key.method() == proof.verification_method) else {
        return Err(Unproven::NotTheIssuer(shortened(&proof.verification_method)));
    };
    // Base58 takes longer the longer it is, by the square: nothing but a signature is read.
    let value = proof.proof_value.strip_prefix('z').filter(|value| value.len() <= LONGEST_VALUE);
    let signature = value.and_then(|value| bs58::decode(value).into_vec().ok()).ok_or(Unproven::Changed)?;
    if key.verifies(&signed(&proof, &bare)?, &signature) { Ok(proof) } else { Err(Unproven::Changed) }
}

/// Of 64 bytes in base58, in characters.
const LONGEST_VALUE: usize = 88;

fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}

/// What is signed: the hash of what is said of the proof, and the hash of what the document states.
fn signed(proof: &Proof, document: &Value) -> Result<Vec<u8>, NotCanonical> {
    let (stated, document) = (stated(proof), canonical(document)?);
    let hash = |text: &str| digest(&SHA256, text.as_bytes());
    Ok([hash(&stated).as_ref(), hash(&document).as_ref()].concat())
}

/// What is said of a proof, in canonical form. There are these five statements and no others, so nothing has to be worked out.
fn stated(proof: &Proof) -> String {
    const SECURITY: &str = "https://w3id.org/security";
    let Proof { created, verification_method, .. } = proof;
    [
        format!("<http://purl.org/dc/terms/created> \"{created}\"^^<http://www.w3.org/2001/XMLSchema#dateTime>"),
        format!("<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{SECURITY}#{KIND}>"),
        format!("<{SECURITY}#cryptosuite> \"{SUITE}\"^^<{SECURITY}#cryptosuiteString>"),
        format!("<{SECURITY}#proofPurpose> <{SECURITY}#{PURPOSE}>"),
        format!("<{SECURITY}#verificationMethod> <{verification_method}>"),
    ]
    .map(|statement| format!("_:c14n0 {statement} .\n"))
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://example.edu/issuers/565049";
    const CREATED: &str = "2010-01-01T19:23:24Z";
    /// What 1EdTech published: the seed, and what comes out of it.
    const SEED: [u8; 32] = [
        0x62, 0x41, 0xa4, 0x09, 0xe6, 0x70, 0x7b, 0xb6, 0x40, 0xa0, 0x14, 0x0a, 0x8a, 0x32, 0xbc, 0x3d, 0x19, 0x3c,
        0x33, 0xa6, 0x61, 0x74, 0x72, 0x84, 0xd6, 0xad, 0xfa, 0x4e, 0xd4, 0x18, 0x0b, 0xe4,
    ];
    const VALUE: &str = "z5x9aCBYovW3CQCbKdNyhEm7ffYSw1YpEdPywQJoNbzDD2gkzQDKJ1sYKJaWvqZtkMtSbz35HcbgXVEDYHxCzgkCr";

    fn key() -> SigningKey {
        SigningKey::from_seed(ISSUER, &SEED).expect("a key")
    }

    fn badge() -> Value {
        let json = include_str!("../../platform/linked_data/vectors/badge-document.json");
        serde_json::from_str(json).expect("JSON")
    }

    fn proven() -> (Value, Vec<PublicKey>) {
        let (mut document, key) = (badge(), key());
        let proof = sign(&document, &key, CREATED.into()).expect("signed");
        document["proof"] = serde_json::to_value([proof]).expect("JSON");
        (document, vec![PublicKey::parse(ISSUER, key.name()).expect("a key")])
    }

    #[test]
    fn the_published_badge_gets_the_published_proof() {
        let proof = sign(&badge(), &key(), CREATED.into()).expect("signed");
        assert_eq!(
            (proof.proof_value.as_str(), key().name()),
            (VALUE, "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi")
        );
        let (document, keys) = proven();
        assert_eq!(check(&document, &keys), Ok(proof));
    }

    #[test]
    fn what_is_said_of_a_proof_is_what_its_context_makes_of_it() {
        let proof = sign(&badge(), &key(), CREATED.into()).expect("signed");
        let mut written = serde_json::to_value(Proof { proof_value: String::new(), ..proof.clone() }).expect("JSON");
        written["@context"] = badge()["@context"].clone();
        assert_eq!(canonical(&written).expect("canonical"), stated(&proof));
    }

    #[test]
    fn a_value_that_is_no_signature_is_refused_at_once() {
        let (document, keys) = proven();
        let long = format!("z{}", "1".repeat(1_000_000));
        for value in ["", "z", "z0", "u5x9a", long.as_str(), &VALUE[..80]] {
            let mut changed = document.clone();
            changed["proof"][0]["proofValue"] = value.into();
            assert_eq!(check(&changed, &keys), Err(Unproven::Changed), "{}", shortened(value));
        }
    }

    #[test]
    fn one_proof_of_the_right_shape_is_read_and_nothing_else() {
        let (document, keys) = proven();
        let changes: [fn(&mut Value); 6] = [
            |proof| *proof = Value::Null,
            |proof| proof["type"] = "Signature".into(),
            |proof| proof["proofPurpose"] = "authentication".into(),
            |proof| proof["created"] = "2010-01-01T19:23:24Z\" .\n<a".into(),
            |proof| proof["expires"] = "2010-01-01T19:23:24Z".into(),
            |proof| drop(proof.as_object_mut().expect("an object").remove("created")),
        ];
        for (n, change) in changes.iter().enumerate() {
            let mut changed = document.clone();
            change(&mut changed["proof"][0]);
            assert!(matches!(check(&changed, &keys), Err(Unproven::NoProof | Unproven::UnknownSuite(_))), "change {n}");
        }
        let mut bare = document.clone();
        bare.as_object_mut().expect("an object").remove("proof");
        assert_eq!(check(&bare, &keys), Err(Unproven::NoProof));
        let mut single = document;
        single["proof"] = single["proof"][0].clone();
        assert!(check(&single, &keys).is_ok(), "one proof need not be a list");
    }
}
