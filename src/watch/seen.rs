//! Contents that were answered before, by their BLAKE3 hash.

use std::collections::HashSet;
use std::io;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, PoisonError};

use super::place::write_whole;

/// Remembers contents; shared by the workers, so that two copies that come at once
/// are not both scrubbed.
#[derive(Debug)]
pub struct Seen {
    folder: PathBuf,
    busy: Mutex<HashSet<String>>,
    freed: Condvar,
}

/// What is known of a content.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Answered {
    /// The name of the file as it was answered: the start of its outputs' names.
    pub stem: String,
    /// The job that answered it.
    pub job: String,
}

/// The right to answer a content, given back when dropped.
#[derive(Debug)]
pub struct Turn<'a> {
    seen: &'a Seen,
    hash: String,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut busy = self
            .seen
            .busy
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        busy.remove(&self.hash);
        self.seen.freed.notify_all();
    }
}

impl Seen {
    /// Keeps marks in this folder.
    #[must_use]
    pub fn new(folder: PathBuf) -> Seen {
        Seen {
            folder,
            busy: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    /// Waits until nobody else works on this: a content by its hash, or a name that
    /// answers are to have.
    pub fn turn(&self, hash: &str) -> Turn<'_> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        while !busy.insert(hash.to_owned()) {
            busy = self
                .freed
                .wait(busy)
                .unwrap_or_else(PoisonError::into_inner);
        }
        Turn {
            seen: self,
            hash: hash.to_owned(),
        }
    }

    /// How this content was answered, if it was.
    ///
    /// # Errors
    /// When the mark can't be read.
    pub fn answered(&self, hash: &str) -> io::Result<Option<Answered>> {
        match std::fs::read(self.mark(hash)) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Marks a content as answered.
    ///
    /// # Errors
    /// When the mark can't be written.
    pub fn remember(&self, hash: &str, answered: &Answered) -> io::Result<()> {
        write_whole(&self.mark(hash), &serde_json::to_vec(answered)?)
    }

    fn mark(&self, hash: &str) -> PathBuf {
        self.folder.join(format!("{hash}.json"))
    }
}
