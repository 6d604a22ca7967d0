//! The folder documents lie in: two levels of subfolders, one file each, written beside its place and moved there, so that
//! a file is whole or absent.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::words::{DocumentId, Identifier};

/// Where documents lie. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

/// Why a document cannot be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum NotStored {
    /// There is no such file.
    #[error("the document is not there")]
    Absent,
    /// It is not what was put in, or was sealed with another master key.
    #[error("the document was changed since, or sealed with another master key")]
    Changed,
    /// There is no room left on the disk.
    #[error("the disk is full")]
    Full,
    /// It is larger than any file.
    #[error("the document is too large")]
    TooLarge,
    /// The folder cannot be read or written.
    #[error("the document's file cannot be read or written: {0}")]
    File(io::Error),
}

impl From<io::Error> for NotStored {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Absent,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::File(error),
        }
    }
}

impl Folder {
    /// The folder of documents in the folder for everything that is not in the database; made when something is written.
    pub fn of(data: &Path) -> Self {
        Self(data.join("documents"))
    }

    /// Writes a file so that it survives a power cut.
    ///
    /// # Errors
    /// `Full`, `File`.
    pub fn write(&self, id: DocumentId, bytes: &[u8]) -> Result<(), NotStored> {
        let place = self.place(id);
        let parent = place.parent().unwrap_or(&self.0);
        fs::create_dir_all(parent)?;
        let aside = place.with_extension("part");
        let written = write_synced(&aside, bytes).and_then(|()| fs::rename(&aside, &place));
        if let Err(error) = written {
            // What is half written would only take room.
            let _ = fs::remove_file(&aside);
            return Err(error.into());
        }
        // The name must survive too.
        File::open(parent)?.sync_all()?;
        Ok(())
    }

    /// Reads a file.
    ///
    /// # Errors
    /// `Absent`, `File`.
    pub fn read(&self, id: DocumentId) -> Result<Vec<u8>, NotStored> {
        Ok(fs::read(self.place(id))?)
    }

    /// Removes a file; fine if it is gone.
    ///
    /// # Errors
    /// `File`.
    pub fn remove(&self, id: DocumentId) -> Result<(), NotStored> {
        match fs::remove_file(self.place(id)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// By the last bytes of the id: the first are the time, and would fill one subfolder after the other.
    fn place(&self, id: DocumentId) -> PathBuf {
        let name = id.uuid().simple().to_string();
        self.0.join(&name[28..30]).join(&name[30..32]).join(name)
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
