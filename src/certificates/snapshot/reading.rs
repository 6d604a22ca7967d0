//! Reads a snapshot line by line, keeps of it what is wanted, and lets nobody see any of it before its signature has turned out to
//! be over exactly these bytes.

use std::{
    collections::{BTreeSet, HashMap},
    io::{self, BufRead, Read},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::{End, Header, Issuer, Line, VERSION, key_called, signed};
use crate::{
    certificates::{
        credential::proof::check,
        keys::{PublicKey, tokens::PublicTokenKey},
        status::{Purpose, StatusList},
    },
    platform::{linked_data::CREDENTIALS, vault::Hashing},
    words::Instant,
};

/// More than any line takes, in bytes: a list, or an issuer with thousands of keys.
const LONGEST: usize = 1024 * 1024;

/// Why a snapshot is none to go by.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The file fails.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It begins with something else.
    #[error("it is none, or no more than the beginning of one; download it from /v1/verify/snapshot")]
    None,
    /// Something may stand in it that is not understood here.
    #[error("it is of version {0}, and this program reads version {VERSION}; use the program that belongs to it")]
    UnknownVersion(u64),
    /// A line is longer than any is.
    #[error("line {0} is longer than any line of a snapshot")]
    TooLong(usize),
    /// A line says nothing that belongs there.
    #[error("line {0} is none of a snapshot; it was changed, download it anew")]
    Malformed(usize),
    /// It has no end.
    #[error("it ends before its signature: it was cut off, download it anew")]
    CutOff,
    /// It goes on after its end.
    #[error("something follows its signature, which nobody signed; download it anew")]
    GoesOn,
    /// Its signature is not over these bytes.
    #[error("it has been changed since it was signed; download it anew")]
    Changed,
    /// A list in it is not its issuer's.
    #[error("the list {0} in it is not signed by its issuer")]
    NotTheIssuers(String),
    /// The key it is to be signed with is none.
    #[error("the key it is to be signed with is none: an Ed25519 key in multibase begins with z6Mk")]
    NoKey,
    /// Somebody else signed it.
    #[error("it is signed with the key {0}, and not with the one that was given")]
    AnotherKey(String),
}

/// What of a snapshot is needed.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// The DIDs of issuers.
    pub(super) issuers: BTreeSet<String>,
    /// The addresses of lists.
    pub(super) lists: BTreeSet<String>,
}

/// What was wanted of a snapshot that is sound.
#[derive(Debug)]
pub(super) struct Snapshot {
    /// The address of the installation.
    pub(super) of: String,
    /// When it was made.
    pub(super) made_at: Instant,
    /// What it is signed with, in multibase.
    pub(super) key: String,
    issuers: HashMap<String, Known>,
    lists: HashMap<String, StatusList>,
}

/// An issuer.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) name: String,
    pub(super) keys: Vec<PublicKey>,
    pub(super) token_keys: Vec<PublicTokenKey>,
}

impl Snapshot {
    /// The issuer that is known by a DID.
    pub(super) fn issuer(&self, did: &str) -> Option<&Known> {
        self.issuers.get(did)
    }

    /// An issuer's list that is published at an address.
    pub(super) fn list(&self, url: &str, purpose: Purpose, issuer: &str) -> Option<&StatusList> {
        let is_it =
            |list: &&StatusList| list.issuer == issuer && list.credential_subject.status_purpose == purpose.code();
        self.lists.get(url).filter(is_it)
    }

    fn take(&mut self, line: Line, wanted: &Wanted) -> Option<()> {
        match line {
            Line::Issuer(issuer) if wanted.issuers.contains(&issuer.id) => {
                let known = known(&issuer)?;
                self.issuers.insert(issuer.id, known).is_none().then_some(())
            }
            Line::List(list) if wanted.lists.contains(&list.id) => {
                self.lists.insert(list.id.clone(), list).is_none().then_some(())
            }
            Line::Issuer(_) | Line::List(_) => Some(()),
            Line::End(_) => None,
        }
    }

    /// Each list is signed twice: by whoever made the snapshot, and by its issuer.
    fn lists_must_be_their_issuers(&self) -> Result<(), Refused> {
        for list in self.lists.values() {
            // Whose keys are not known is wanted by nobody's credential.
            let Some(issuer) = self.issuers.get(&list.issuer) else { continue };
            let is_one = list.context == [CREDENTIALS] && list.credential_subject.kind == "BitstringStatusList";
            let document = serde_json::to_value(list).ok().filter(|_| is_one);
            if document.is_none_or(|document| check(&document, &issuer.keys).is_err()) {
                return Err(Refused::NotTheIssuers(list.id.clone()));
            }
        }
        Ok(())
    }
}

fn known(issuer: &Issuer) -> Option<Known> {
    let keys: Option<_> = issuer.keys.iter().map(|name| PublicKey::parse(&issuer.id, name)).collect();
    let token_keys: Option<_> = issuer.token_keys.iter().map(super::TokenKey::public).collect();
    Some(Known { name: issuer.name.clone(), keys: keys?, token_keys: token_keys? })
}

/// Reads a snapshot, in as much memory as what is wanted of it takes.
///
/// # Errors
/// `Refused`.
pub(super) fn read(reader: &mut impl BufRead, wanted: &Wanted, pinned: Option<&str>) -> Result<Snapshot, Refused> {
    if pinned.is_some_and(|key| key_called(key).is_none()) {
        return Err(Refused::NoKey);
    }
    let (mut line, mut hashing) = (Vec::new(), Hashing::default());
    next(reader, &mut line, 1).map_err(|refused| match refused {
        Refused::Unreadable(error) => Refused::Unreadable(error),
        _ => Refused::None,
    })?;
    let mut snapshot = begun(&line)?;
    hashing.update(&line);
    for number in 2.. {
        next(reader, &mut line, number)?;
        let read: Line = serde_json::from_slice(&line).map_err(|_| Refused::Malformed(number))?;
        if let Line::End(end) = &read {
            // The last line is not signed itself, so there is one way to write it.
            let written = serde_json::to_vec(&read).unwrap_or_default();
            if line.strip_suffix(b"\n") != Some(written.as_slice()) {
                return Err(Refused::Changed);
            }
            must_be_signed(end, &hashing.finish(), pinned)?;
            snapshot.key.clone_from(&end.key);
            break;
        }
        snapshot.take(read, wanted).ok_or(Refused::Malformed(number))?;
        hashing.update(&line);
    }
    if !reader.fill_buf()?.is_empty() {
        return Err(Refused::GoesOn);
    }
    snapshot.lists_must_be_their_issuers()?;
    Ok(snapshot)
}

/// The next line, with what ends it.
fn next(reader: &mut impl BufRead, line: &mut Vec<u8>, number: usize) -> Result<(), Refused> {
    line.clear();
    reader.by_ref().take(LONGEST as u64 + 1).read_until(b'\n', line)?;
    if line.len() > LONGEST {
        return Err(Refused::TooLong(number));
    }
    if line.ends_with(b"\n") { Ok(()) } else { Err(Refused::CutOff) }
}

fn begun(line: &[u8]) -> Result<Snapshot, Refused> {
    #[derive(Deserialize)]
    struct Versioned {
        attest_snapshot: u64,
    }
    let Ok(Versioned { attest_snapshot }) = serde_json::from_slice(line) else { return Err(Refused::None) };
    if attest_snapshot != VERSION {
        return Err(Refused::UnknownVersion(attest_snapshot));
    }
    let Header { of, made_at, .. } = serde_json::from_slice(line).map_err(|_| Refused::Malformed(1))?;
    let made_at = Instant::parse(&made_at).ok_or(Refused::Malformed(1))?;
    Ok(Snapshot { of, made_at, key: String::new(), issuers: HashMap::new(), lists: HashMap::new() })
}

fn must_be_signed(end: &End, sha256: &str, pinned: Option<&str>) -> Result<(), Refused> {
    let signature = URL_SAFE_NO_PAD.decode(&end.signature).map_err(|_| Refused::Changed)?;
    let key = key_called(&end.key).ok_or(Refused::Changed)?;
    if end.sha256 != sha256 || !key.verifies(&signed(sha256), &signature) {
        return Err(Refused::Changed);
    }
    match pinned {
        Some(pinned) if pinned != end.key => Err(Refused::AnotherKey(end.key.clone())),
        _ => Ok(()),
    }
}
