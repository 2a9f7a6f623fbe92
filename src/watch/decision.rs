//! The decision on a job, and carrying it out. Every step may be repeated.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;

use super::bench::Bench;
use super::intake::Shape;
use super::job::Job;
use super::names::{Chosen, free_name, taken};
use super::place::{move_new, set_mode, write_draft};
use super::reason::Reason;
use super::seen::{Answered, Seen};

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

    /// Holds the name that was decided on.
    #[must_use]
    pub fn hold<'a>(&self, job: &Job, bench: Bench<'a>) -> Chosen<'a> {
        let submitter = job.submitter(bench.folders);
        bench.names.hold(match self {
            Decision::Publish(publication) => submitter.outbox().join(&publication.stem),
            Decision::Quarantine { name, .. } => submitter.quarantine().join(name),
        })
    }

    /// Does what was decided; whether it lasts is for the next sync.
    ///
    /// # Errors
    /// When a folder can't be written to.
    pub fn carry_out(&self, job: &Job, bench: Bench<'_>) -> io::Result<()> {
        match self {
            Decision::Publish(publication) => publication.carry_out(job, bench),
            Decision::Quarantine { name, reason } => {
                let folder = job.submitter(bench.folders).quarantine();
                explain(job, bench, &folder, name, reason).map_err(at(&folder))?;
                match move_new(&job.input(), &folder.join(name)) {
                    // Somebody else put a file of this name there since.
                    Err(error) if exists(&error) => {
                        let free = free_name(name, |name| quarantined(&folder, name));
                        explain(job, bench, &folder, &free, reason)?;
                        move_new(&job.input(), &folder.join(free))?;
                    }
                    moved => moved.map_err(at(&folder))?,
                }
                (bench.checkpoint)("archived");
                Ok(())
            }
        }
    }
}

impl Publication {
    fn carry_out(&self, job: &Job, bench: Bench<'_>) -> io::Result<()> {
        let submitter = job.submitter(bench.folders);
        let answered = Answered {
            stem: self.stem.clone(),
            job: job.id().to_owned(),
            submitter: Some(submitter.name.clone()),
        };
        for hash in &self.hashes {
            bench
                .seen
                .remember(hash, &answered, &job.folder().join("mark.json"))?;
        }
        (bench.checkpoint)("marked");
        let outbox = submitter.outbox();
        for name in &self.files {
            move_new(&self.source(job, name), &outbox.join(name)).map_err(at(&outbox))?;
            (bench.checkpoint)("published-one");
        }
        (bench.checkpoint)("published");
        let archive = submitter.archive().join(&self.day);
        match fs::create_dir(&archive) {
            Err(error) if !exists(&error) => return Err(at(&archive)(error)),
            _ => {}
        }
        for entry in fs::read_dir(job.packed())? {
            let name = entry?.file_name();
            move_new(&job.packed().join(&name), &archive.join(&name)).map_err(at(&archive))?;
        }
        (bench.checkpoint)("archived");
        self.quarantine_late(job, bench)
    }

    /// Moves the input to quarantine if it was written to since it was read.
    ///
    /// # Errors
    /// When quarantine can't be written to.
    pub fn quarantine_late(&self, job: &Job, bench: Bench<'_>) -> io::Result<()> {
        let is_late = |shape: Shape| !shape.is_unchanged(self.shape);
        if !job.shape().is_some_and(is_late) {
            return Ok(());
        }
        tracing::warn!(
            job = job.id(),
            "changed after it was answered; it goes to quarantine"
        );
        let folder = job.submitter(bench.folders).quarantine();
        let name = format!("{}.{}.late", self.stem, job.id());
        let reason = Reason::late(&self.stem, self.shape.bytes());
        explain(job, bench, &folder, &name, &reason)?;
        move_new(&job.input(), &folder.join(name)).map_err(at(&folder))
    }
}

/// Writes the text beside a file in quarantine.
fn explain(
    job: &Job,
    bench: Bench<'_>,
    folder: &Path,
    name: &str,
    reason: &Reason,
) -> io::Result<()> {
    let text = reason.text(&job.ticket.name);
    let draft = job.folder().join("why.txt");
    write_draft(&draft, text.as_bytes(), bench.mode)?;
    set_mode(&draft, bench.mode, bench.group_of(folder))?;
    fs::rename(draft, folder.join(format!("{name}.why.txt")))?;
    (bench.checkpoint)("explained");
    Ok(())
}

/// Whether a file of this name is in quarantine, or the text beside one.
#[must_use]
pub fn quarantined(folder: &Path, name: &str) -> bool {
    taken(&folder.join(name)) || taken(&folder.join(format!("{name}.why.txt")))
}

/// Tells of a failure in which folder it was: names of files may say too much.
fn at(folder: &Path) -> impl Fn(io::Error) -> io::Error + '_ {
    |error| io::Error::new(error.kind(), format!("{}: {error}", folder.display()))
}

fn exists(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AlreadyExists
}
