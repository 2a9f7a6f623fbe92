//! Inputs that were answered lately. A client may hold one open and write on behind the
//! answer: bytes for a file that has no name any more would be lost without a word. So it is
//! kept for a while, in the private folder, and looked at once more before it goes.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::bench::Bench;
use super::decision::{Decision, Publication};
use super::job::Job;
use crate::lock::lock;

/// Files and bytes that are kept at most; beyond them the first goes before its time.
const MOST_FILES: usize = 4_096;
const MOST_BYTES: u64 = 1 << 30;

/// Inputs that were answered lately, the first of them first.
#[derive(Debug)]
pub struct Lately {
    folder: PathBuf,
    /// How long each is kept.
    time: Duration,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    inputs: VecDeque<Input>,
    bytes: u64,
}

#[derive(Debug)]
struct Input {
    job: Job,
    publication: Publication,
    /// When it was answered; none is before all time.
    since: Option<Instant>,
}

impl Lately {
    /// What an earlier service has kept in this folder; each is kept for this time.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn open(folder: PathBuf, time: Duration) -> io::Result<Lately> {
        let mut left = Vec::new();
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let changed = path.metadata()?.ctime();
            let decided = Job::read(path.clone()).and_then(|job| Ok((Decision::of(&job)?, job)));
            match decided {
                Ok((Some(Decision::Publish(publication)), job)) => {
                    left.push((changed, job, publication));
                }
                // A crash among the removals.
                _ => fs::remove_dir_all(path)?,
            }
        }
        left.sort_by_key(|(changed, ..)| *changed);
        let mut kept = Kept::default();
        for (changed, job, publication) in left {
            kept.push(Input {
                since: Instant::now().checked_sub(since(changed)),
                job,
                publication,
            });
        }
        Ok(Lately {
            folder,
            time,
            kept: Mutex::new(kept),
        })
    }

    /// Ends a job that was answered, but keeps its input.
    ///
    /// # Errors
    /// When the job can't be moved; that may be repeated.
    pub fn keep(&self, job: &Job, publication: &Publication, bench: Bench<'_>) -> io::Result<()> {
        if self.time.is_zero() || job.shape().is_none() {
            return job.remove();
        }
        let job = job.moved(&self.folder)?;
        lock(&self.kept).push(Input {
            job,
            publication: publication.clone(),
            since: Some(Instant::now()),
        });
        self.let_go(bench);
        Ok(())
    }

    /// Lets go of what was kept long enough: into quarantine if it was written to.
    pub fn let_go(&self, bench: Bench<'_>) {
        loop {
            let Some(input) = lock(&self.kept).due(self.time) else {
                return;
            };
            let ended = input
                .publication
                .quarantine_late(&input.job, bench)
                .and_then(|()| fs::remove_dir_all(input.job.folder()));
            if let Err(error) = ended {
                tracing::warn!(
                    job = input.job.id(),
                    %error,
                    "an input that was answered stays in the private folder until the next start"
                );
            }
        }
    }

    /// Where they are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Kept {
    fn push(&mut self, input: Input) {
        self.bytes += input.publication.shape.bytes();
        self.inputs.push_back(input);
    }

    /// The first one, if its time has come or too much is kept.
    fn due(&mut self, time: Duration) -> Option<Input> {
        let first = self.inputs.front()?;
        let is_old = first.since.is_none_or(|since| since.elapsed() >= time);
        if !is_old && self.inputs.len() <= MOST_FILES && self.bytes <= MOST_BYTES {
            return None;
        }
        let first = self.inputs.pop_front()?;
        self.bytes -= first.publication.shape.bytes();
        Some(first)
    }
}

/// How long ago this second was, by the clock on the wall.
fn since(second: i64) -> Duration {
    let then = UNIX_EPOCH + Duration::from_secs(second.try_into().unwrap_or(0));
    SystemTime::now().duration_since(then).unwrap_or_default()
}
