//! A folder of files: two levels of subfolders, one file each, written beside its place and moved there, so that a file is
//! whole or absent.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::{NotStored, id_of, path_of};
use crate::words::DocumentId;

/// Ends the name of a file that is being written.
const ASIDE: &str = "part";

#[derive(Clone)]
pub(super) struct Folder {
    root: PathBuf,
    /// Subfolders this process knows to survive a power cut, with all above them.
    lasting: Arc<Mutex<BTreeSet<PathBuf>>>,
}

impl Folder {
    /// Made when something is written.
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), lasting: Arc::default() }
    }

    pub(super) fn write(&self, id: DocumentId, bytes: &[u8]) -> Result<(), NotStored> {
        let [outer, inner, name] = path_of(id);
        let parent = self.root.join(&outer).join(inner);
        self.make(&parent)?;
        let place = parent.join(name);
        let aside = place.with_extension(ASIDE);
        let written = write_synced(&aside, bytes).and_then(|()| fs::rename(&aside, &place));
        if let Err(error) = written {
            // What is half written would only take room.
            let _ = fs::remove_file(&aside);
            return Err(error.into());
        }
        // The name must survive too.
        Ok(sync(&parent)?)
    }

    pub(super) fn read(&self, id: DocumentId) -> Result<Vec<u8>, NotStored> {
        Ok(fs::read(self.place(id))?)
    }

    /// What was half written under the id goes too.
    pub(super) fn remove(&self, id: DocumentId) -> Result<(), NotStored> {
        let place = self.place(id);
        gone(fs::remove_file(place.with_extension(ASIDE)))?;
        gone(fs::remove_file(place))
    }

    pub(super) fn list(&self, part: u8) -> Result<Vec<DocumentId>, NotStored> {
        let mut found = Vec::new();
        for subfolder in entries(&self.root.join(format!("{part:02x}")))? {
            for file in entries(&subfolder)? {
                let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
                found.extend(id_of(part, name));
            }
        }
        Ok(found)
    }

    fn place(&self, id: DocumentId) -> PathBuf {
        path_of(id).iter().fold(self.root.clone(), |path, step| path.join(step))
    }

    /// Makes a subfolder. Its name stands in the folder above it, and so on, so these are synced up to the one the root
    /// stands in, also if somebody else has just made them: that one may not have come to it.
    fn make(&self, subfolder: &Path) -> io::Result<()> {
        fs::create_dir_all(subfolder)?;
        if self.lasting().contains(subfolder) {
            return Ok(());
        }
        let top = self.root.parent();
        for above in subfolder.ancestors().skip(1) {
            sync(above)?;
            if Some(above) == top {
                break;
            }
        }
        self.lasting().insert(subfolder.to_owned());
        Ok(())
    }

    fn lasting(&self) -> std::sync::MutexGuard<'_, BTreeSet<PathBuf>> {
        self.lasting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes the names in a folder survive a power cut. A relative path of one step stands in the working folder, which has no
/// name here. Elsewhere than on Unix a folder cannot be synced.
pub fn sync(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}

fn gone(removed: io::Result<()>) -> Result<(), NotStored> {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// What is in a folder; nothing if it is not there, or is no folder.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.path())).collect(),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Identifier;

    fn folder() -> (Folder, PathBuf) {
        let data = std::env::temp_dir().join(format!("attest-files-{}", uuid::Uuid::now_v7()));
        fs::create_dir(&data).expect("made");
        (Folder::new(&data.join("documents")), data)
    }

    fn id() -> DocumentId {
        DocumentId::from_uuid(uuid::Uuid::now_v7())
    }

    #[test]
    fn a_file_is_whole_or_absent_and_gone_when_removed() {
        let (folder, data) = folder();
        let id = id();
        assert!(matches!(folder.read(id), Err(NotStored::Absent)));
        folder.write(id, b"one").expect("written");
        folder.write(id, b"two").expect("written again");
        assert_eq!(folder.read(id).expect("there"), b"two");
        folder.remove(id).expect("removed");
        folder.remove(id).expect("it is gone, which is what was wanted");
        assert!(matches!(folder.read(id), Err(NotStored::Absent)));
        fs::remove_dir_all(data).expect("ours");
    }

    #[test]
    fn a_part_is_listed_with_what_was_half_written_and_without_what_is_not_ours() {
        let (folder, data) = folder();
        let (whole, half) = (id(), id());
        for id in [whole, half] {
            folder.write(id, b"x").expect("written");
        }
        fs::rename(folder.place(half), folder.place(half).with_extension(ASIDE)).expect("renamed");
        let beside = folder.place(whole).with_file_name("notes.txt");
        fs::write(&beside, "not ours").expect("written");
        let listed = (0..=255).flat_map(|part| folder.list(part).expect("readable")).collect::<BTreeSet<_>>();
        assert_eq!(listed, BTreeSet::from([whole, half]));
        folder.remove(half).expect("removed");
        let listed = (0..=255).flat_map(|part| folder.list(part).expect("readable")).collect::<Vec<_>>();
        assert_eq!(listed, [whole]);
        assert!(beside.exists());
        fs::remove_dir_all(data).expect("ours");
    }
}
