//! One run at a time gives outputs their names in a folder: two that did so at once under one
//! stem could leave files of both.
//!
//! The lock is one on a file beside the outputs, not on the folder itself, which whoever starts
//! the program may have locked (`flock out telescrub ...`).

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::publish::TEMPORARY_PREFIX;

/// How long it is waited for. Publishing takes a fraction of a second; who has it for longer
/// is stopped, or another program.
const PATIENCE: Duration = Duration::from_secs(30);

/// The right to look at what lies in a folder and to name outputs there, while it lives. A
/// program that is killed has lost it, and the next one takes the file away.
#[derive(Debug)]
pub struct Exclusive {
    held: Option<(PathBuf, File)>,
}

impl Exclusive {
    /// Waits until nobody else has it, for half a minute at most: it guards against mixtures of
    /// two runs, and is no reason to publish nothing. Where the folder takes no file, or its file
    /// system knows no locks, everybody has it.
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
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                std::thread::sleep(Duration::from_millis(20));
                continue;
            }
            Err(TryLockError::Error(error)) => {
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
    tracing::warn!(
        "{}: another run has been publishing there for {} s, and is not waited for any longer",
        path.display(),
        PATIENCE.as_secs()
    );
    Ok(None)
}

/// The file that is locked; it holds nothing. Another user's can be locked as it is.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let options = options.create(true).truncate(false).read(true).write(true);
    match options.mode(0o644).open(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => File::open(path),
        opened => opened,
    }
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
