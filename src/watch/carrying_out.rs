//! The decision on a job, carried out. Every step may be repeated.

use std::fs;
use std::io;
use std::path::Path;

use super::bench::Bench;
use super::decision::{Decision, Publication};
use super::intake::Shape;
use super::job::Job;
use super::names::{Chosen, free_name, taken};
use super::place::{move_new, set_mode, write_draft};
use super::reason::Reason;
use super::seen::Answered;

impl Decision {
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
