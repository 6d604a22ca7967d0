//! Documents: files that are kept, each encrypted with a key of its own, in a folder beside the database. What a file is
//! about and who may read it is the business of the room that keeps it here.
//!
//! A file is written and synced before the transaction that names it, and its key lies in the row that names it: a file
//! nobody names is noise, and a row that is deleted takes the file along, out of every backup of the folder too.

mod folder;
pub mod store;

pub use folder::{Folder, NotStored};

use crate::{
    platform::http::House,
    platform::vault::{CannotOpen, Key, Purpose, Vault, sha256},
    words::{DocumentId, Identifier},
};

/// A file on its way: it lies in the folder, and is kept once a transaction has inserted its row.
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

/// Encrypts a file and writes it under an id of its own.
///
/// # Errors
/// The folder's.
pub async fn put(house: &House, media_type: &'static str, bytes: Vec<u8>) -> Result<Stored, NotStored> {
    let (folder, vault) = (Folder::of(&house.config.data), house.db.vault().clone());
    let id = DocumentId::from_uuid(house.db.new_uuid());
    let work = tokio::task::spawn_blocking(move || put_here(&folder, &vault, id, media_type, &bytes)).await;
    work.map_err(|_| NotStored::Absent)?
}

/// Reads a file and checks that it is what was put in.
///
/// # Errors
/// The folder's; `Changed` if the file, or its key, is not what it was.
pub async fn get(house: &House, kept: Kept) -> Result<Vec<u8>, NotStored> {
    let (folder, vault) = (Folder::of(&house.config.data), house.db.vault().clone());
    let work = tokio::task::spawn_blocking(move || get_here(&folder, &vault, &kept)).await;
    work.map_err(|_| NotStored::Absent)?
}

/// Removes a file that no row names, or none any more; fine if it is gone.
///
/// # Errors
/// The folder's.
pub async fn remove(house: &House, id: DocumentId) -> Result<(), NotStored> {
    let folder = Folder::of(&house.config.data);
    tokio::task::spawn_blocking(move || folder.remove(id)).await.map_err(|_| NotStored::Absent)?
}

fn put_here(
    folder: &Folder,
    vault: &Vault,
    id: DocumentId,
    media_type: &'static str,
    bytes: &[u8],
) -> Result<Stored, NotStored> {
    let (place, key) = (id.uuid().to_string(), Key::generate());
    folder.write(id, &key.seal(&place, bytes))?;
    let size = i64::try_from(bytes.len()).map_err(|_| NotStored::TooLarge)?;
    Ok(Stored { id, media_type, sha256: sha256(bytes), size, sealed_key: vault.wrap(Purpose::Documents, &place, &key) })
}

/// Reads a file and checks that it is what was put in.
///
/// # Errors
/// The folder's; `Changed` if the file, or its key, is not what it was.
fn get_here(folder: &Folder, vault: &Vault, kept: &Kept) -> Result<Vec<u8>, NotStored> {
    let place = kept.id.uuid().to_string();
    let sealed = folder.read(kept.id)?;
    let opened =
        vault.unwrap_key(Purpose::Documents, &place, &kept.sealed_key).and_then(|key| key.open(&place, sealed));
    let bytes = opened.map_err(|CannotOpen| NotStored::Changed)?;
    if sha256(&bytes) == kept.sha256 { Ok(bytes) } else { Err(NotStored::Changed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(stored: &Stored) -> Kept {
        Kept {
            id: stored.id,
            media_type: stored.media_type.into(),
            sha256: stored.sha256.clone(),
            sealed_key: stored.sealed_key.clone(),
        }
    }

    #[test]
    fn a_file_comes_back_as_it_was_and_lies_encrypted() {
        let folder = Folder::of(&std::env::temp_dir().join(format!("attest-documents-{}", uuid::Uuid::now_v7())));
        let vault = Vault::new(&Key::generate(), &Key::generate());
        let id = DocumentId::from_uuid(uuid::Uuid::now_v7());
        let stored = put_here(&folder, &vault, id, "application/pdf", "Åse Ødegård".as_bytes()).expect("written");
        assert_eq!(get_here(&folder, &vault, &kept(&stored)).expect("read"), "Åse Ødegård".as_bytes());
        let lies = folder.read(id).expect("there");
        assert!(!lies.windows(4).any(|window| window == b"gard" || window == "Åse".as_bytes()));

        let other = Vault::new(&Key::generate(), &Key::generate());
        assert!(matches!(get_here(&folder, &other, &kept(&stored)), Err(NotStored::Changed)));
        folder.write(id, &[&lies[..], b"x"].concat()).expect("written");
        assert!(matches!(get_here(&folder, &vault, &kept(&stored)), Err(NotStored::Changed)));
        folder.remove(id).expect("removed");
        folder.remove(id).expect("it is gone, which is what was wanted");
        assert!(matches!(get_here(&folder, &vault, &kept(&stored)), Err(NotStored::Absent)));
    }
}
