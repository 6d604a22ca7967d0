//! Documents: files that are kept, each encrypted with a key of its own, beside the database. What a file is about and who
//! may read it is the business of the room that keeps it here.
//!
//! A file is written before the transaction that names it, and its key lies in the row that names it: a file nobody names is
//! noise until it is swept, and a row that is deleted takes the file along, out of every backup of the files too.

pub mod store;
mod sweep;

pub use crate::platform::files::NotStored;
pub use sweep::{sweep, sweep_part};

use crate::{
    platform::{
        blocking::off_the_loop,
        http::House,
        vault::{CannotOpen, Key, Purpose, Vault, sha256},
    },
    words::{DocumentId, Identifier},
};

/// A file on its way: it has been written, and is kept once a transaction has inserted its row.
#[derive(Clone, Debug)]
pub struct Stored {
    id: DocumentId,
    media_type: &'static str,
    sha256: String,
    size: i64,
    sealed_key: String,
}

impl Stored {
    /// The id it is named by.
    pub fn id(&self) -> DocumentId {
        self.id
    }
}

/// What a row says about a file: enough to open it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its id.
    pub id: DocumentId,
    /// Its media type.
    pub media_type: String,
    /// The hash of what was put in, base64.
    pub sha256: String,
    sealed_key: String,
}

/// Encrypts a file and writes it under an id of its own. Until its row is kept it may be removed again; a day later it is.
///
/// # Errors
/// The storage's.
pub async fn put(house: &House, media_type: &'static str, bytes: Vec<u8>) -> Result<Stored, NotStored> {
    let (id, vault) = (DocumentId::from_uuid(house.db.new_uuid()), house.db.vault().clone());
    let (stored, sealed) = off_the_loop(move || seal(&vault, id, media_type, &bytes)).await??;
    house.files.write(id, sealed).await?;
    Ok(stored)
}

/// Reads a file and checks that it is what was put in.
///
/// # Errors
/// The storage's; `Changed` if the file, or its key, is not what it was.
pub async fn get(house: &House, kept: Kept) -> Result<Vec<u8>, NotStored> {
    let (vault, sealed) = (house.db.vault().clone(), house.files.read(kept.id).await?);
    off_the_loop(move || open(&vault, &kept, sealed)).await?
}

/// Removes files that no row names any more, if it can be done now; what is left is noise, and is swept.
pub async fn discard(house: &House, ids: impl IntoIterator<Item = DocumentId>) {
    for id in ids {
        if let Err(error) = house.files.remove(id).await {
            tracing::info!(%error, "a file nobody names is left to be swept");
        }
    }
}

fn seal(vault: &Vault, id: DocumentId, media_type: &'static str, bytes: &[u8]) -> Result<(Stored, Vec<u8>), NotStored> {
    let (place, key) = (id.uuid().to_string(), Key::generate());
    let size = i64::try_from(bytes.len()).map_err(|_| NotStored::TooLarge)?;
    let sealed_key = vault.wrap(Purpose::Documents, &place, &key);
    Ok((Stored { id, media_type, sha256: sha256(bytes), size, sealed_key }, key.seal(&place, bytes)))
}

fn open(vault: &Vault, kept: &Kept, sealed: Vec<u8>) -> Result<Vec<u8>, NotStored> {
    let place = kept.id.uuid().to_string();
    let opened =
        vault.unwrap_key(Purpose::Documents, &place, &kept.sealed_key).and_then(|key| key.open(&place, sealed));
    let bytes = opened.map_err(|CannotOpen| NotStored::Changed)?;
    if sha256(&bytes) == kept.sha256 { Ok(bytes) } else { Err(NotStored::Changed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_opens_as_it_was_and_lies_encrypted() {
        let vault = Vault::new(&Key::generate(), &Key::generate());
        let id = DocumentId::from_uuid(uuid::Uuid::now_v7());
        let (stored, sealed) = seal(&vault, id, "application/pdf", "Åse Ødegård".as_bytes()).expect("sealed");
        let Stored { sha256, sealed_key, .. } = stored;
        let kept = Kept { id, media_type: "application/pdf".into(), sha256, sealed_key };
        assert_eq!(open(&vault, &kept, sealed.clone()).expect("opened"), "Åse Ødegård".as_bytes());
        assert!(!sealed.windows(4).any(|window| window == b"gard" || window == "Åse".as_bytes()));

        let other = Vault::new(&Key::generate(), &Key::generate());
        assert!(matches!(open(&other, &kept, sealed.clone()), Err(NotStored::Changed)));
        assert!(matches!(open(&vault, &kept, [&sealed[..], b"x"].concat()), Err(NotStored::Changed)));
        let moved = Kept { id: DocumentId::from_uuid(uuid::Uuid::now_v7()), ..kept };
        assert!(matches!(open(&vault, &moved, sealed), Err(NotStored::Changed)), "it opens at its own place only");
    }
}
