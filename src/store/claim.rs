//! The right to write in the store of a folder: of one process at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::StoreError;

/// Held by who writes in a store, or replaces all of it.
#[derive(Debug)]
pub struct Claim(File);

impl Claim {
    /// Makes the folder of a store when it is not there, and takes its lock.
    /// Refused while somebody else has it.
    pub fn new(dir: &Path) -> Result<Self, StoreError> {
        let folder = dir.join("data");
        make_private_folder(&folder).map_err(|error| StoreError::Open {
            path: folder.clone(),
            reason: error.to_string(),
        })?;
        let path = folder.join("lock");
        let refused = |error: std::io::Error| StoreError::Open {
            path: path.clone(),
            reason: error.to_string(),
        };
        let open = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(false)
            .open(&path);
        let file = open.map_err(refused)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse(path)),
            Err(TryLockError::Error(error)) => Err(refused(error)),
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // A lock is of the open file. A child that this process is starting has
        // that file open too until it runs its own program: closing ours alone
        // would leave the store locked for that moment.
        let _ = self.0.unlock();
    }
}

/// What is in it is about people's health: nobody else may read it.
fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    if folder.is_dir() {
        return Ok(());
    }
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_given_back_also_while_a_child_has_its_file_open() {
        let folder = std::env::temp_dir().join(format!("draaiboek-claim-{}", std::process::id()));
        let claim = Claim::new(&folder).unwrap();
        assert!(matches!(Claim::new(&folder), Err(StoreError::InUse(_))));
        let of_the_child = claim.0.try_clone().unwrap();
        drop(claim);
        assert!(Claim::new(&folder).is_ok());
        drop(of_the_child);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
