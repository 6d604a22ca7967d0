//! What one takes along to verify credentials where there is no network: every issuer's keys and status lists as they were at an
//! instant, signed by the installation. It is one file of JSON lines, written and read line by line, however large it is.
//!
//! The first line says what it is and when it was made; for each issuer a line follows with its keys, and after that its lists as
//! they are published, each with the issuer's own proof; the last has the signature over everything before it. Whoever has written down the key of that signature
//! knows that nobody has added an issuer or taken a revocation away.
//!
//! It is no database of certificates: nobody's is in it, and what was revoked after it was made neither.

pub mod judging;
pub mod reading;
pub mod routes;
mod store;
mod writing;

use std::io::BufRead;

use serde::{Deserialize, Serialize};

use self::{
    judging::{File, Unreadable, Verified},
    reading::Refused,
};
use super::{
    keys::{PublicKey, SigningKey, tokens::PublicTokenKey},
    status::StatusList,
};
use crate::{platform::vault::Vault, words::Instant};

/// What is written here, and all that is read. Another number means that something else may stand in it.
const VERSION: u64 = 1;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    /// That it is a snapshot, and of which version.
    attest_snapshot: u64,
    /// The address of the installation.
    of: String,
    /// When it was begun: what is in it is no older.
    made_at: String,
}

/// Every other line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Issuer(Issuer),
    /// After the line of its issuer.
    List(StatusList),
    End(End),
}

/// Who signs, and with which keys: also those that were replaced.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Issuer {
    /// Its DID.
    id: String,
    /// What it is called today.
    name: String,
    /// What its proofs verify with, in multibase.
    keys: Vec<String>,
    /// What its tokens verify with.
    token_keys: Vec<TokenKey>,
}

/// A key for tokens, as RFC 7517 writes it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenKey {
    kty: String,
    n: String,
    e: String,
    kid: String,
    #[serde(rename = "use")]
    used_for: String,
    alg: String,
}

impl TokenKey {
    fn of(key: &PublicTokenKey) -> Option<Self> {
        serde_json::from_value(key.jwk()).ok()
    }

    fn public(&self) -> Option<PublicTokenKey> {
        let is_one = (self.kty.as_str(), self.used_for.as_str(), self.alg.as_str()) == ("RSA", "sig", "RS256");
        PublicTokenKey::parse(self.kid.clone(), &format!("{}.{}", self.n, self.e)).filter(|_| is_one)
    }
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    /// SHA-256 of every byte before this line, in base64url.
    sha256: String,
    /// The installation's key for snapshots, in multibase.
    key: String,
    /// What it made of the hash (Ed25519), in base64url.
    signature: String,
}

/// The text that is signed: nothing else is ever signed with that key.
fn signed(sha256: &str) -> Vec<u8> {
    format!("attest snapshot {VERSION} {sha256}").into_bytes()
}

/// The key an installation signs its snapshots with. It hangs on the ledger's key alone, which is kept outside the database and
/// is never exchanged.
pub fn key(vault: &Vault) -> SigningKey {
    SigningKey::from_seed("", &vault.seed_of_snapshots()).expect("32 bytes are a seed")
}

/// How somebody wants a file verified.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// The key the snapshot must be signed with, in multibase; nothing if any will do.
    pub key: Option<&'a str>,
    /// The name of whoever the credentials must be about; nothing if they may be about anyone.
    pub holder: Option<&'a str>,
}

/// Why nothing was verified.
#[derive(Debug, thiserror::Error)]
pub enum NotVerified {
    /// The snapshot is none to go by.
    #[error("the snapshot is refused: {0}")]
    Snapshot(#[from] Refused),
    /// There is nothing in the file that could be verified.
    #[error(transparent)]
    File(#[from] Unreadable),
}

/// Verifies what is in a file by a snapshot and nothing else. Of the file nothing is said before the snapshot has turned out to be
/// sound.
///
/// # Errors
/// `NotVerified`.
pub fn verify(
    file: &[u8],
    snapshot: &mut impl BufRead,
    asked: Asked<'_>,
    now: Instant,
) -> Result<Verified, NotVerified> {
    let file = File::read(file);
    let wanted = file.as_ref().map(File::wanted).unwrap_or_default();
    let snapshot = reading::read(snapshot, &wanted, asked.key)?;
    Ok(file?.judged(&snapshot, asked, now))
}

/// A key in multibase, whoever's it is.
fn key_called(name: &str) -> Option<PublicKey> {
    PublicKey::parse("", name)
}
