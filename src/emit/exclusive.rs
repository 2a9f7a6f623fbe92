//! One run at a time gives outputs their names in a folder: two that did so at once under one
//! stem could leave files of both.
//!
//! The lock is one on a file beside the outputs, not on the folder itself, which whoever starts
//! the program may have locked (`flock out telescrub ...`).

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::publish::TEMPORARY_PREFIX;

/// How often the lock is taken away while it is waited for, until it is given up: some file
/// systems give one file several numbers.
const TRIES: u32 = 1000;

/// The right to look at what lies in a folder and to name outputs there, while it lives. A
/// program that is killed has lost it, and the next one takes the file away.
#[derive(Debug)]
pub struct Exclusive {
    held: Option<(PathBuf, File)>,
}

impl Exclusive {
    /// Waits until nobody else has it. Where the folder takes no file, or its file system knows
    /// no locks, everybody has it.
    #[must_use]
    pub fn wait(folder: &Path) -> Exclusive {
        let path = folder.join(format!("{TEMPORARY_PREFIX}publishing"));
        let held = hold(&path).ok().flatten();
        Exclusive {
            held: held.map(|file| (path, file)),
        }
    }
}

impl Drop for Exclusive {
    fn drop(&mut self) {
        if let Some((path, _)) = &self.held {
            // Before it is let go of. One that stays is in nobody's way.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn hold(path: &Path) -> io::Result<Option<File>> {
    for _ in 0..TRIES {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(path)?;
        match file.lock() {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                std::fs::remove_file(path)?;
                return Err(error);
            }
        }
        // Whoever had it before has taken the file away.
        let own = file.metadata()?;
        let is_own =
            |there: std::fs::Metadata| (there.dev(), there.ino()) == (own.dev(), own.ino());
        if path.symlink_metadata().is_ok_and(is_own) {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn one_has_it_at_a_time_and_nothing_stays() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join(".telescrub-publishing");
        // What a killed program leaves.
        std::fs::write(&lock, b"").unwrap();
        let inside = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let exclusive = Exclusive::wait(folder.path());
                        assert!(exclusive.held.is_some());
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        std::thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(!lock.exists());
    }

    #[test]
    fn a_folder_without_locks_is_anybodys() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let both = [(); 2].map(|()| Exclusive::wait(&missing));
        assert!(both.iter().all(|exclusive| exclusive.held.is_none()));
    }
}
