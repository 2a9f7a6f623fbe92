//! The decision on a job.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;

use super::intake::Shape;
use super::job::Job;
use super::place::write_draft;
use super::reason::Reason;
use super::seen::Seen;

/// The decision's file in a job.
const DECISION: &str = "publish.json";

/// Its name until it is certain that what it speaks of lasts.
const DRAFT: &str = "publish.draft";

/// The decision on a job.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "decision", rename_all = "lowercase")]
pub enum Decision {
    /// Publish the outputs and archive the input.
    Publish(Publication),
    /// Put the input into quarantine.
    Quarantine {
        /// Under this name.
        name: String,
        /// Why.
        reason: Reason,
    },
}

/// What is published of a job.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Publication {
    /// The start of the outputs' names.
    pub stem: String,
    /// The same when they were made, if somebody else's file has taken that name since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_as: Option<String>,
    /// The outputs in `out/`, in this order.
    pub files: Vec<String>,
    /// Hashes of the content: as it came, and unpacked.
    pub hashes: Vec<String>,
    /// The folder of the archive.
    pub day: String,
    /// The input as it was read.
    pub shape: Shape,
}

impl Publication {
    /// Claims first, then what is said of them, acknowledgements last.
    #[must_use]
    pub fn in_order(mut files: Vec<String>) -> Vec<String> {
        files.sort_by_key(|name| {
            let end = Path::new(name.strip_suffix(".zst").unwrap_or(name)).extension();
            let rank = match end.and_then(OsStr::to_str) {
                Some("837") => 0,
                Some("edi") => 3,
                Some("json") => 2,
                _ => 1,
            };
            (rank, name.clone())
        });
        files
    }
}

impl Decision {
    /// The decision on this job, if there is one.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn of(job: &Job) -> io::Result<Option<Decision>> {
        Decision::at(job.folder())
    }

    fn at(job: &Path) -> io::Result<Option<Decision>> {
        match fs::read(job.join(DECISION)) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the run is published whose outputs went to this folder, and whose input had this
    /// BLAKE3, for a ledger that was not told: the decision to publish comes before anything
    /// leaves the work folder. Of what is no job's nothing is known, nor of a job that has gone
    /// without a mark: its drop folder may not be mounted.
    #[must_use]
    pub fn publishes(out: &Path, input: &str) -> Option<bool> {
        let job = out.parent().filter(|job| Job::is_place(job))?;
        if !job.is_dir() {
            let answered = Seen::of_job(job)?.answered(input).ok()??;
            return (*answered.job == *job.file_name()?).then_some(true);
        }
        let decision = Decision::at(job).ok()?;
        Some(matches!(decision, Some(Decision::Publish(_))))
    }

    /// Writes the decision down; it does not count yet.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn draft(&self, job: &Job) -> io::Result<()> {
        let draft = job.folder().join(DRAFT);
        write_draft(&draft, &serde_json::to_vec(self)?, 0o600)
    }

    /// Makes the draft count. The draft, and all it speaks of, must last by now.
    ///
    /// # Errors
    /// When the rename fails.
    pub fn make(job: &Job) -> io::Result<()> {
        fs::rename(job.folder().join(DRAFT), job.folder().join(DECISION))
    }
}
