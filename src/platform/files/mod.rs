//! Files beside the database, each under an id: in a folder, or in storage that speaks S3. They know nothing of what is in
//! them, and whoever puts one in has encrypted it.
//!
//! In both a file lies at the same place, `c3/f2/ID` after the end of its id, so that a folder copied into a bucket is that
//! bucket.

#[cfg(feature = "s3")]
mod bucket;
mod folder;
mod place;

pub use folder::sync as sync_folder;
pub use place::{BadPlace, Place, S3, Secret};

use std::io;

use self::folder::Folder;
use super::{
    blocking::{BrokeOff, off_the_loop},
    problem::{Kind, Problem},
};
use crate::words::{DocumentId, Identifier};

/// Where files lie. Cheap to clone; connections are shared by the clones.
#[derive(Clone)]
pub struct Files(Storage);

#[derive(Clone)]
enum Storage {
    Folder(Folder),
    #[cfg(feature = "s3")]
    Bucket(bucket::Bucket),
}

/// Why a file cannot be stored or read.
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
    /// The storage does not do what it is asked now.
    #[error("the storage of documents: {0}")]
    Away(String),
    /// The work ended before its end.
    #[error(transparent)]
    BrokeOff(#[from] BrokeOff),
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

/// After so many seconds storage that was away may be back.
const BACK_AFTER: i64 = 5;

impl From<NotStored> for Problem {
    fn from(error: NotStored) -> Self {
        let cause = Some(error.to_string());
        match error {
            NotStored::Full => Self { cause, ..Kind::StorageFull.into() },
            NotStored::Away(_) => Self { cause, retry_after: Some(BACK_AFTER), ..Kind::Unavailable.into() },
            other => Problem::internal(other),
        }
    }
}

impl Files {
    /// Files at a place. Nothing is asked of it yet: a server starts while its storage is away.
    ///
    /// # Errors
    /// `BadPlace` if this build cannot speak to it.
    pub fn at(place: &Place) -> Result<Self, BadPlace> {
        Ok(Self(match place {
            Place::Folder(path) => Storage::Folder(Folder::new(path)),
            #[cfg(feature = "s3")]
            Place::S3(s3) => Storage::Bucket(bucket::Bucket::new(s3)?),
            #[cfg(not(feature = "s3"))]
            Place::S3(_) => return Err(BadPlace::NotBuilt),
        }))
    }

    /// Writes a file so that it survives a power cut.
    ///
    /// # Errors
    /// `Full`, `File`, `Away`.
    pub async fn write(&self, id: DocumentId, bytes: Vec<u8>) -> Result<(), NotStored> {
        match &self.0 {
            Storage::Folder(folder) => in_folder(folder, move |folder| folder.write(id, &bytes)).await,
            #[cfg(feature = "s3")]
            Storage::Bucket(bucket) => bucket.write(id, bytes).await,
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// `Absent`, `File`, `Away`.
    pub async fn read(&self, id: DocumentId) -> Result<Vec<u8>, NotStored> {
        match &self.0 {
            Storage::Folder(folder) => in_folder(folder, move |folder| folder.read(id)).await,
            #[cfg(feature = "s3")]
            Storage::Bucket(bucket) => bucket.read(id).await,
        }
    }

    /// Removes a file; fine if it is gone.
    ///
    /// # Errors
    /// `File`, `Away`.
    pub async fn remove(&self, id: DocumentId) -> Result<(), NotStored> {
        match &self.0 {
            Storage::Folder(folder) => in_folder(folder, move |folder| folder.remove(id)).await,
            #[cfg(feature = "s3")]
            Storage::Bucket(bucket) => bucket.remove(id).await,
        }
    }

    /// The files in one of the 256 parts they are spread over, in no order. What is not ours is left out.
    ///
    /// # Errors
    /// `File`, `Away`.
    pub async fn list(&self, part: u8) -> Result<Vec<DocumentId>, NotStored> {
        match &self.0 {
            Storage::Folder(folder) => in_folder(folder, move |folder| folder.list(part)).await,
            #[cfg(feature = "s3")]
            Storage::Bucket(bucket) => bucket.list(part).await,
        }
    }
}

async fn in_folder<T: Send + 'static>(
    folder: &Folder,
    work: impl FnOnce(&Folder) -> Result<T, NotStored> + Send + 'static,
) -> Result<T, NotStored> {
    let folder = folder.clone();
    off_the_loop(move || work(&folder)).await?
}

/// Where a file lies: folder, folder in it, name. By the last bytes of the id: the first are the time, and would fill one
/// folder after the other.
fn path_of(id: DocumentId) -> [String; 3] {
    let name = id.uuid().simple().to_string();
    [name[28..30].to_owned(), name[30..32].to_owned(), name]
}

/// The id of a file's name, if a file of ours could have it and lies where it should.
fn id_of(part: u8, name: &str) -> Option<DocumentId> {
    let id = uuid::Uuid::try_parse(name).ok().filter(|id| id.simple().to_string() == name)?;
    (id.get_version_num() == 7 && id.as_bytes()[14] == part).then(|| DocumentId::from_uuid(id))
}
