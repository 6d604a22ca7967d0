//! Secrets: keys, tokens, keyed hashes, and the sealing of what must not lie open in the database.
//!
//! Two keys lie outside the database: the master key, from which every other is derived, and the ledger's key, which must
//! survive a restore of the database and so is kept apart.

use std::{fs, io, path::Path, sync::OnceLock};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    digest::{SHA256, digest},
    hmac,
    rand::{SecureRandom, SystemRandom},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};

use super::files::sync_folder;

/// A key outside the database, 32 bytes.
#[derive(Clone)]
pub struct Key([u8; 32]);

/// Why a key cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum BadKey {
    /// It is not 32 bytes in base64.
    #[error("the key must be 32 bytes in base64 (43 characters, URL alphabet, no padding)")]
    Shape,
    /// Its file cannot be read or written.
    #[error("the key file cannot be read or written: {0}")]
    File(#[from] io::Error),
}

impl Key {
    /// A new key.
    pub fn generate() -> Self {
        let mut bytes = [0; 32];
        fill_random(&mut bytes);
        Self(bytes)
    }

    /// Reads the base64 text of a key.
    ///
    /// # Errors
    /// `Shape` unless it is 32 bytes.
    pub fn parse(text: &str) -> Result<Self, BadKey> {
        let bytes = BASE64.decode(text.trim()).map_err(|_| BadKey::Shape)?;
        bytes.try_into().map(Self).map_err(|_| BadKey::Shape)
    }

    /// Seals bytes (AES-256-GCM); they open only at the same place.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        fill_random(&mut nonce);
        let mut out = nonce.to_vec();
        let mut body = plain.to_vec();
        self.aead()
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place.as_bytes()), &mut body)
            .expect("AES-GCM seals anything shorter than 64 GiB");
        out.append(&mut body);
        out
    }

    /// Opens what `seal` made.
    ///
    /// # Errors
    /// `CannotOpen` for anything else.
    pub fn open(&self, place: &str, sealed: Vec<u8>) -> Result<Vec<u8>, CannotOpen> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(CannotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| CannotOpen)?;
        let mut body = body.to_vec();
        let opened = self.aead().open_in_place(nonce, Aad::from(place.as_bytes()), &mut body);
        let length = opened.map_err(|_| CannotOpen)?.len();
        body.truncate(length);
        Ok(body)
    }

    /// Moves the file of a key to another place, so that the next who reads it makes a new one; false if there lies a key
    /// already, which is not overwritten.
    ///
    /// # Errors
    /// The folder's.
    pub fn set_aside(path: &Path, aside: &Path) -> io::Result<bool> {
        if aside.try_exists()? {
            return Ok(false);
        }
        fs::rename(path, aside)?;
        sync_folder_of(aside)?;
        Ok(true)
    }

    fn aead(&self) -> LessSafeKey {
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &self.0).expect("a key is 32 bytes"))
    }

    /// Reads the key of a file, or makes both on the first start. Only the owner may read the file.
    ///
    /// # Errors
    /// `File` and `Shape`.
    pub fn from_file(path: &Path) -> Result<Self, BadKey> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = Self::generate();
                write_private(path, &BASE64.encode(key.0))?;
                Ok(key)
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    use io::Write;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    sync_folder_of(path)
}

/// What is sealed must not survive a power cut that the name of its key's file does not.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), sync_folder)
}

/// What a keyed hash or a seal is for; each purpose has a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Failed attempts at signing in.
    Attempts,
    /// The private half of token keys.
    SigningKeys,
    /// Payloads of the outbox.
    Outbox,
    /// Keys and contents of imported rows.
    ImportRows,
    /// Files that were sent and are not read yet.
    Uploads,
    /// The keys of documents.
    Documents,
    /// Receipts of erasures.
    Receipts,
    /// What people and controllers say to each other in a case.
    Cases,
    /// Why a record is said never to have been.
    Annulments,
    /// The private half of the keys issuers sign with.
    IssuerKeys,
    /// Keys that outlive the master key.
    LastingKeys,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Purpose::Attempts => b"attest/attempts",
            Purpose::SigningKeys => b"attest/signing-keys",
            Purpose::Outbox => b"attest/outbox",
            Purpose::ImportRows => b"attest/import-rows",
            Purpose::Uploads => b"attest/uploads",
            Purpose::Documents => b"attest/documents",
            Purpose::Receipts => b"attest/receipts",
            Purpose::Cases => b"attest/cases",
            Purpose::Annulments => b"attest/annulments",
            Purpose::IssuerKeys => b"attest/issuer-keys",
            Purpose::LastingKeys => b"attest/lasting-keys",
        }
    }
}

/// The keeper of the keys.
pub struct Vault {
    master: hmac::Key,
    /// The one before, as long as something may be sealed with it.
    former: Option<hmac::Key>,
    ledger: hmac::Key,
    /// The key of imported rows, once it has outlived a master key.
    rows: OnceLock<Key>,
}

/// Something sealed cannot be opened: another master key, or a changed byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sealed with another master key, or changed since")]
pub struct CannotOpen;

impl Vault {
    /// A vault with its two keys.
    pub fn new(master: &Key, ledger: &Key) -> Self {
        Self {
            master: hmac::Key::new(hmac::HMAC_SHA256, &master.0),
            former: None,
            ledger: hmac::Key::new(hmac::HMAC_SHA256, &ledger.0),
            rows: OnceLock::new(),
        }
    }

    /// The same, which also opens what was sealed with the master key before this one.
    #[must_use]
    pub fn and_former(self, former: Option<&Key>) -> Self {
        Self { former: former.map(|key| hmac::Key::new(hmac::HMAC_SHA256, &key.0)), ..self }
    }

    /// Is there a master key before this one?
    pub fn has_former(&self) -> bool {
        self.former.is_some()
    }

    /// The key that imported rows are hashed with. The rows themselves are not kept, so it stays what it was before the
    /// first exchange of the master key.
    pub fn key_of_rows(&self) -> Key {
        let derived = || derived(self.former.as_ref().unwrap_or(&self.master), Purpose::ImportRows);
        self.rows.get().cloned().unwrap_or_else(|| Key(derived()))
    }

    /// Hashes imported rows with this key from now on.
    pub fn keep_key_of_rows(&self, key: Key) {
        // Whoever was first read the same row.
        let _ = self.rows.set(key);
    }

    /// A hash only this installation can make. The parts are length-prefixed, so that no two lists collide.
    pub fn keyed_hash(&self, purpose: Purpose, parts: &[&str]) -> String {
        let key = if purpose == Purpose::ImportRows { self.key_of_rows() } else { self.key_for(purpose) };
        hash_parts(&hmac::Key::new(hmac::HMAC_SHA256, &key.0), parts)
    }

    /// A hash for the ledger, whose key survives a restored database.
    pub fn ledger_hash(&self, parts: &[&str]) -> String {
        hash_parts(&self.ledger, parts)
    }

    /// What the key that signs snapshots is made from: it stays for ever, as whoever verifies by it has written it down. What
    /// the ledger hashes begins with a length, which no label does, so that neither is ever the other.
    pub fn seed_of_snapshots(&self) -> [u8; 32] {
        hmac::sign(&self.ledger, b"attest/snapshots").as_ref().try_into().expect("an HMAC-SHA256 has 32 bytes")
    }

    /// Seals bytes as text; see [`Self::seal_bytes`].
    pub fn seal(&self, purpose: Purpose, place: &str, plain: &[u8]) -> String {
        BASE64.encode(self.seal_bytes(purpose, place, plain))
    }

    /// Opens what `seal` made.
    ///
    /// # Errors
    /// `CannotOpen` for anything else.
    pub fn open(&self, purpose: Purpose, place: &str, sealed: &str) -> Result<Vec<u8>, CannotOpen> {
        self.open_bytes(purpose, place, BASE64.decode(sealed).map_err(|_| CannotOpen)?)
    }

    /// Opens what `seal` made of a text.
    ///
    /// # Errors
    /// `CannotOpen` for anything else.
    pub fn open_text(&self, purpose: Purpose, place: &str, sealed: &str) -> Result<String, CannotOpen> {
        String::from_utf8(self.open(purpose, place, sealed)?).map_err(|_| CannotOpen)
    }

    /// Seals bytes for a purpose and a place: what is sealed for one row does not open in another.
    pub fn seal_bytes(&self, purpose: Purpose, place: &str, plain: &[u8]) -> Vec<u8> {
        self.key_for(purpose).seal(place, plain)
    }

    /// Opens what `seal_bytes` made.
    ///
    /// # Errors
    /// `CannotOpen` for anything else.
    pub fn open_bytes(&self, purpose: Purpose, place: &str, sealed: Vec<u8>) -> Result<Vec<u8>, CannotOpen> {
        let Some(former) = &self.former else { return self.key_for(purpose).open(place, sealed) };
        let opened = self.key_for(purpose).open(place, sealed.clone());
        opened.or_else(|CannotOpen| Key(derived(former, purpose)).open(place, sealed))
    }

    /// Seals with the master key in force what is sealed with the former one; nothing if it is sealed with that in force.
    ///
    /// # Errors
    /// `CannotOpen` if neither opens it.
    pub fn reseal_bytes(&self, purpose: Purpose, place: &str, sealed: &[u8]) -> Result<Option<Vec<u8>>, CannotOpen> {
        if self.key_for(purpose).open(place, sealed.to_vec()).is_ok() {
            return Ok(None);
        }
        let plain = self.open_bytes(purpose, place, sealed.to_vec())?;
        Ok(Some(self.seal_bytes(purpose, place, &plain)))
    }

    /// As [`Self::reseal_bytes`], for what was sealed as text.
    ///
    /// # Errors
    /// `CannotOpen` if neither opens it.
    pub fn reseal(&self, purpose: Purpose, place: &str, sealed: &str) -> Result<Option<String>, CannotOpen> {
        let bytes = BASE64.decode(sealed).map_err(|_| CannotOpen)?;
        Ok(self.reseal_bytes(purpose, place, &bytes)?.map(|sealed| BASE64.encode(sealed)))
    }

    /// Seals a key that something else is sealed with.
    pub fn wrap(&self, purpose: Purpose, place: &str, key: &Key) -> String {
        self.seal(purpose, place, &key.0)
    }

    /// Opens what `wrap` made.
    ///
    /// # Errors
    /// `CannotOpen` for anything else.
    pub fn unwrap_key(&self, purpose: Purpose, place: &str, wrapped: &str) -> Result<Key, CannotOpen> {
        let bytes = self.open(purpose, place, wrapped)?;
        Ok(Key(bytes.try_into().map_err(|_| CannotOpen)?))
    }

    fn key_for(&self, purpose: Purpose) -> Key {
        Key(derived(&self.master, purpose))
    }
}

fn derived(master: &hmac::Key, purpose: Purpose) -> [u8; 32] {
    let tag = hmac::sign(master, purpose.label());
    tag.as_ref().try_into().expect("an HMAC-SHA256 has 32 bytes")
}

fn hash_parts(key: &hmac::Key, parts: &[&str]) -> String {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    BASE64.encode(context.sign().as_ref())
}

/// Fills a buffer with random bytes.
pub fn fill_random(buffer: &mut [u8]) {
    SystemRandom::new().fill(buffer).expect("the system has randomness once it has booted");
}

/// A secret nobody can guess: 256 bits, in base64.
pub fn token() -> String {
    let mut bytes = [0; 32];
    fill_random(&mut bytes);
    BASE64.encode(bytes)
}

/// SHA-256 in base64: how tokens are stored (they are random, so no salt is needed) and bodies are compared.
pub fn sha256(bytes: &[u8]) -> String {
    BASE64.encode(digest(&SHA256, bytes).as_ref())
}

/// SHA-256 of what comes piece by piece.
pub struct Hashing(aws_lc_rs::digest::Context);

impl Default for Hashing {
    fn default() -> Self {
        Self(aws_lc_rs::digest::Context::new(&SHA256))
    }
}

impl Hashing {
    /// Takes the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash in base64.
    pub fn finish(self) -> String {
        BASE64.encode(self.0.finish().as_ref())
    }
}

/// SHA-256 in base64 of all a reader gives, in constant memory.
///
/// # Errors
/// The reader's.
pub fn sha256_of(reader: &mut impl io::Read) -> io::Result<String> {
    let mut hashing = Hashing::default();
    let mut buffer = [0; 64 * 1024];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hashing.finish()),
            n => hashing.update(&buffer[..n]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        Vault::new(&Key([7; 32]), &Key([8; 32]))
    }

    #[test]
    fn what_is_sealed_opens_only_for_its_purpose_and_place_and_unchanged() {
        let sealed = vault().seal(Purpose::Outbox, "row 1", "Åse".as_bytes());
        assert_eq!(vault().open(Purpose::Outbox, "row 1", &sealed).as_deref(), Ok("Åse".as_bytes()));
        assert_eq!(vault().open(Purpose::Outbox, "row 2", &sealed), Err(CannotOpen));
        assert_eq!(vault().open(Purpose::SigningKeys, "row 1", &sealed), Err(CannotOpen));
        let mut changed = sealed.clone().into_bytes();
        changed[20] ^= 1;
        let changed = String::from_utf8(changed).expect("still ascii");
        assert_eq!(vault().open(Purpose::Outbox, "row 1", &changed), Err(CannotOpen));
        assert_eq!(vault().open(Purpose::Outbox, "row 1", ""), Err(CannotOpen));
    }

    #[test]
    fn what_the_former_key_sealed_opens_and_is_sealed_anew_once() {
        let old = vault();
        let sealed = old.seal(Purpose::Documents, "row 1", b"key");
        let both = Vault::new(&Key([9; 32]), &Key([8; 32])).and_former(Some(&Key([7; 32])));
        assert_eq!(both.open(Purpose::Documents, "row 1", &sealed).as_deref(), Ok(&b"key"[..]));
        let anew = both.reseal(Purpose::Documents, "row 1", &sealed).expect("opened").expect("sealed anew");
        assert_eq!(both.reseal(Purpose::Documents, "row 1", &anew), Ok(None));
        assert_eq!(both.reseal(Purpose::Documents, "row 2", &sealed), Err(CannotOpen));
        let new = Vault::new(&Key([9; 32]), &Key([8; 32]));
        assert_eq!(new.open(Purpose::Documents, "row 1", &anew).as_deref(), Ok(&b"key"[..]));
        assert_eq!(new.open(Purpose::Documents, "row 1", &sealed), Err(CannotOpen));
        let of_rows = |vault: &Vault| vault.keyed_hash(Purpose::ImportRows, &["row"]);
        assert_eq!(of_rows(&both), of_rows(&old));
        assert_ne!(of_rows(&new), of_rows(&old));
        new.keep_key_of_rows(old.key_of_rows());
        assert_eq!(of_rows(&new), of_rows(&old));
    }

    #[test]
    fn a_key_is_set_aside_once_and_a_new_one_made() {
        let folder = std::env::temp_dir().join(format!("attest-keys-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("made");
        let (file, aside) = (folder.join("master.key"), folder.join("former-master.key"));
        let old = Key::from_file(&file).expect("made");
        assert!(Key::set_aside(&file, &aside).expect("moved"));
        let new = Key::from_file(&file).expect("made");
        assert!(!Key::set_aside(&file, &aside).expect("left"), "the former key is not overwritten");
        assert!(Key::from_file(&aside).expect("read").0 == old.0 && Key::from_file(&file).expect("read").0 == new.0);
        assert!(old.0 != new.0);
        fs::remove_dir_all(folder).expect("removed");
    }

    #[test]
    fn snapshots_are_signed_with_the_same_key_whatever_the_master_key_is() {
        let another_master = Vault::new(&Key([9; 32]), &Key([8; 32]));
        let another_ledger = Vault::new(&Key([7; 32]), &Key([9; 32]));
        assert_eq!(vault().seed_of_snapshots(), another_master.seed_of_snapshots());
        assert_ne!(vault().seed_of_snapshots(), another_ledger.seed_of_snapshots());
    }

    #[test]
    fn no_two_lists_of_parts_share_a_hash() {
        let vault = vault();
        assert_ne!(vault.ledger_hash(&["ab", "c"]), vault.ledger_hash(&["a", "bc"]));
        assert_ne!(vault.keyed_hash(Purpose::Attempts, &["a"]), vault.keyed_hash(Purpose::Outbox, &["a"]));
    }
}
