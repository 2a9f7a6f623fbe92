//! Contents that were answered before, by their BLAKE3 hash.

use std::io;
use std::path::{Path, PathBuf};

use super::place::write_draft;

/// The name of the folder of marks in the service's own.
pub(super) const SEEN: &str = "seen";

/// Remembers contents.
#[derive(Debug)]
pub struct Seen {
    folder: PathBuf,
}

/// What is known of a content.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Answered {
    /// The name of the file as it was answered: the start of its outputs' names.
    pub stem: String,
    /// The job that answered it.
    pub job: String,
    /// The submitter it was answered to; a mark may be older than this.
    #[serde(default)]
    pub submitter: Option<String>,
}

impl Seen {
    /// Keeps marks in this folder.
    #[must_use]
    pub fn new(folder: PathBuf) -> Seen {
        Seen { folder }
    }

    /// The marks beside the folder of this job.
    pub(super) fn of_job(job: &Path) -> Option<Seen> {
        let private = job.parent()?.parent()?;
        Some(Seen::new(private.join(SEEN)))
    }

    /// Whether nothing was answered yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let first = std::fs::read_dir(&self.folder).map(|mut marks| marks.next());
        !matches!(first, Ok(Some(_)))
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

    /// Marks a content as answered, by way of the file `draft`; the mark lasts from the
    /// next sync on.
    ///
    /// # Errors
    /// When the mark can't be written.
    pub fn remember(&self, hash: &str, answered: &Answered, draft: &Path) -> io::Result<()> {
        write_draft(draft, &serde_json::to_vec(answered)?, 0o600)?;
        std::fs::rename(draft, self.mark(hash))
    }

    fn mark(&self, hash: &str) -> PathBuf {
        self.folder.join(format!("{hash}.json"))
    }
}
