//! Scrubbing a job's input into its work folder: nothing leaves it here.

use std::collections::HashSet;
use std::fs;
use std::io::{self, BufReader};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use rayon::ThreadPool;

use super::bench::Bench;
use super::decision::{Decision, Publication};
use super::folders::Entrance;
use super::intake::{Shape, foreign};
use super::job::Job;
use super::names::Chosen;
use super::place::{compress, set_mode};
use super::reason::{Reason, is_shortage};
use super::seen::Answered;
use super::stem;
use crate::emit::manifest::InputRecord;
use crate::rerun::listing::{self, Contents};
use crate::rerun::search::Search;
use crate::rerun::{EarlierRun, Report, RerunError};
use crate::scrub::input::{self, Input};
use crate::scrub::run::{self, Options, Outcome, RunError, Workplace};
use crate::stored::hash_file;

/// A job whose input was looked at.
#[derive(Debug)]
pub struct Tried<'a> {
    /// The job.
    pub job: Job,
    /// What came of it.
    pub attempt: Attempt,
    /// The ledger's latest run that it knew of.
    pub since: i64,
    /// How often the ledger had dropped runs before; see [`super::settling`].
    pub dropped: u64,
    /// Whether the ledger was to take its run by itself.
    pub alone: bool,
    /// Held until it is published.
    pub names: Option<Chosen<'a>>,
    /// How long it took.
    pub time: Duration,
}

/// What came of scrubbing a job's input.
#[derive(Debug)]
pub enum Attempt {
    /// It can be published.
    Ready(Box<Publication>, Box<Outcome>),
    /// The file was changed while it was read.
    Changed,
    /// This content was answered before.
    Known(Answered),
    /// It can't be scrubbed, and why.
    Bad(Reason),
    /// Its place, or the ledger, can't be used now.
    Later(io::Error),
    /// It was decided on before a crash.
    Decided(Box<Decision>),
    /// It was taken back, or never moved here.
    Gone,
}

/// How a job is scrubbed.
#[derive(Clone, Copy)]
pub struct Way<'a> {
    /// The threads.
    pub pool: &'a ThreadPool,
    /// The ledger's latest run.
    pub since: i64,
    /// The number of the run in the ledger, which takes it with others; the ledger takes
    /// it at once if there is none.
    pub gather: Option<i64>,
}

/// Scrubs a job's input, whatever it holds.
#[must_use]
pub fn attempt<'a>(job: Job, bench: Bench<'a>, way: Way<'_>) -> Tried<'a> {
    let started = Instant::now();
    let dropped = bench.settling.dropped();
    let mut names = None;
    // A fault in one file must not stop the others; its message may hold content.
    let result = catch_unwind(AssertUnwindSafe(|| {
        Work {
            job: &job,
            bench,
            way,
        }
        .attempt(&mut names)
    }));
    let attempt = match result {
        Ok(Ok(attempt)) => attempt,
        Ok(Err(error)) => Attempt::Later(error),
        Err(_) => Attempt::Bad(Reason::fault()),
    };
    let time = started.elapsed();
    bench.metrics.stage("scrub", time);
    Tried {
        job,
        attempt,
        since: way.since,
        dropped,
        alone: way.gather.is_none(),
        names,
        time,
    }
}

impl Tried<'_> {
    /// A job of which this is known without a look at what its input holds.
    #[must_use]
    pub fn untried(job: Job, attempt: Attempt) -> Self {
        Tried {
            job,
            attempt,
            since: 0,
            dropped: 0,
            alone: false,
            names: None,
            time: Duration::ZERO,
        }
    }
}

struct Work<'a, 'b> {
    job: &'b Job,
    bench: Bench<'a>,
    way: Way<'b>,
}

impl<'a> Work<'a, '_> {
    fn attempt(&self, names: &mut Option<Chosen<'a>>) -> io::Result<Attempt> {
        let (job, bench) = (self.job, self.bench);
        if let Some(decision) = Decision::of(job)? {
            *names = Some(decision.hold(job, bench));
            return Ok(Attempt::Decided(Box::new(decision)));
        }
        let Ok(metadata) = fs::symlink_metadata(job.input()) else {
            return Ok(Attempt::Gone);
        };
        if let Some(why) = foreign(&metadata) {
            return Ok(Attempt::Bad(Reason::foreign(why)));
        }
        let before = Shape::of(&metadata);
        let (_, hash) = hash_file(&job.input())?;
        if let Some(answered) = self.known(&hash)? {
            return Ok(Attempt::Known(answered));
        }
        let outbox = job.submitter(bench.folders).outbox();
        let (stem, chosen) = stem::choose(bench, &outbox, &input::stem(&job.ticket.safe_name));
        *names = Some(chosen);
        for folder in [job.out(), job.packed()] {
            // What a crash left of an earlier attempt.
            match fs::remove_dir_all(&folder) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            fs::create_dir(&folder)?;
        }
        let input = Input {
            path: Some(job.input()),
            stem: stem.clone(),
        };
        let archive = job.packed().join(format!("{stem}.{}.zst", job.id()));
        let corrected = match job.ticket.entrance {
            Entrance::Rerun => match self.earlier_run(&input) {
                Ok(corrected) => corrected,
                Err(attempt) => return Ok(attempt),
            },
            Entrance::Inbox => None,
        };
        let mut outcome = match self.scrub(&input, corrected, &archive)? {
            Ok(outcome) => Box::new(outcome),
            // What was wrong with it may be that it was not whole.
            Err(_) if job.shape() != Some(before) => return Ok(Attempt::Changed),
            Err(attempt) => return Ok(attempt),
        };
        let manifest = job.out().join(format!("{stem}.manifest.json"));
        let content = content_hash(&manifest)?;
        let mut hashes = vec![hash];
        if !hashes.contains(&content) {
            // The same content may have come under another compression.
            if let Some(answered) = self.known(&content)? {
                return Ok(Attempt::Known(answered));
            }
            hashes.push(content);
        }
        let copy = format!("{stem}.{}.manifest.json", job.id());
        fs::copy(&manifest, job.packed().join(copy))?;
        let group = bench.group_of(&outbox);
        for name in &outcome.files {
            set_mode(&job.out().join(name), bench.mode, group)?;
        }
        // After the last byte of it was read.
        if job.shape() != Some(before) {
            return Ok(Attempt::Changed);
        }
        Ok(Attempt::Ready(
            Box::new(Publication {
                files: Publication::in_order(std::mem::take(&mut outcome.files)),
                stem,
                made_as: None,
                hashes,
                day: crate::value::Date::today().to_string(),
                shape: before,
            }),
            outcome,
        ))
    }

    fn known(&self, hash: &str) -> io::Result<Option<Answered>> {
        if self.bench.accept_duplicates {
            return Ok(None);
        }
        self.bench.seen.answered(hash)
    }

    /// Scrubs the input and compresses it for the archive; a file that has the machine
    /// for itself, both at once.
    fn scrub(
        &self,
        input: &Input,
        corrected: Option<Corrected>,
        archive: &Path,
    ) -> io::Result<Result<Outcome, Attempt>> {
        let pack = || {
            let started = Instant::now();
            let packed = compress(&self.job.input(), archive, 0o600);
            self.bench.metrics.stage("pack", started.elapsed());
            packed
        };
        let (result, packed) = if self.way.gather.is_some() {
            let result = self.run(input, corrected)?;
            (result, pack())
        } else {
            std::thread::scope(|scope| {
                let packed = scope.spawn(pack);
                let result = self.run(input, corrected);
                let fault = |_| Err(io::Error::other("the archive's thread has ended"));
                let packed = packed.join().unwrap_or_else(fault);
                result.map(|result| (result, packed))
            })?
        };
        (self.bench.checkpoint)("scrubbed");
        match result {
            Ok(outcome) => packed.map(|()| Ok(outcome)),
            Err(RunError::Unwritable { error, .. } | RunError::Torn { error, .. }) => {
                Ok(Err(Attempt::Later(error)))
            }
            Err(error) => Ok(Err(match Reason::of(&error) {
                Some(reason) => Attempt::Bad(reason),
                None => Attempt::Later(io::Error::other(error.to_string())),
            })),
        }
    }

    fn run(
        &self,
        input: &Input,
        corrected: Option<Corrected>,
    ) -> io::Result<Result<Outcome, RunError>> {
        let (job, bench) = (self.job, self.bench);
        let chain: &[String] = corrected
            .as_ref()
            .map_or(&[], |(_, earlier)| &earlier.chain);
        let known = corrected
            .as_ref()
            .map(|(contents, earlier)| earlier.known(contents, false, bench.ledger))
            .transpose()
            .map_err(|error| io::Error::other(error.to_string()))?;
        let is_edited = |(contents, earlier): &Corrected| earlier.is_edited(contents);
        let judgement = if corrected.as_ref().is_some_and(is_edited) {
            bench.by_hand
        } else {
            bench.judgement
        };
        // Claims under an unknown policy go where the earlier run put them.
        let unchecked = corrected.as_ref().map(|(_, earlier)| earlier.unchecked);
        let as_before = unchecked
            .filter(|fate| *fate != judgement.unchecked)
            .map(|unchecked| {
                let mut judgement = judgement.clone();
                judgement.unchecked = unchecked;
                judgement
            });
        let workplace = Workplace {
            judgement: as_before.as_ref().unwrap_or(judgement),
            options: Options {
                verify: bench.verify,
                unpacked_bytes: bench.unpacked_bytes,
                sync: false,
                gather: self.way.gather,
                ..Options::default()
            },
            ledger: bench.ledger,
            rerun_of: chain,
            known: known.as_ref(),
            pool: self.way.pool,
            // A file in hand is finished, whatever comes: a stop never costs an answer.
            stop: &|| false,
            progress: &|_| {},
            diff: &|_| {},
        };
        let mut result = run::scrub_undecided(input, &job.out(), &workplace);
        if let (Ok(outcome), Some((contents, mut earlier))) = (&mut result, corrected) {
            let manifest = job.out().join(format!("{}.manifest.json", input.stem));
            let told = Report::new(&mut earlier, &contents, &manifest).map(|mut report| {
                report.close(&earlier);
                report.write(&job.out(), &input.stem)
            });
            let told = told.map_err(|error| io::Error::other(error.to_string()))?;
            outcome.files.push(told?);
        }
        Ok(result)
    }

    /// The run that corrected rejects came from, with their claims. None when it is not
    /// known: then they are scrubbed like any other file.
    fn earlier_run(&self, input: &Input) -> Result<Option<Corrected>, Attempt> {
        let Some(path) = input.path.as_deref() else {
            return Ok(None);
        };
        let most = self.bench.unpacked_bytes;
        let contents = match listing::list_up_to(path, self.job.folder(), most) {
            Ok(contents) => contents,
            Err(error) if is_shortage(&error) => return Err(Attempt::Later(error)),
            // The scrub says what is wrong with it.
            Err(_) => return Ok(None),
        };
        let search = Search {
            manifest: None,
            ledger: self.bench.ledger,
            out: self.job.folder(),
            stems: HashSet::new(),
        };
        match search.run_of(path, &contents) {
            Ok(earlier) => Ok(Some((contents, earlier))),
            Err(RerunError::Several { .. }) => Err(Attempt::Bad(Reason::several_runs())),
            Err(RerunError::NotFound { .. }) => {
                tracing::warn!(
                    job = self.job.id(),
                    "the run of these corrected rejects is not known"
                );
                Ok(None)
            }
            // Taken for new, they would pass with what nobody has looked at.
            Err(error) => Err(Attempt::Later(io::Error::other(error.to_string()))),
        }
    }
}

/// Corrected rejects and the run they came from.
type Corrected = (Contents, EarlierRun);

/// The hash of the uncompressed content, from the manifest.
fn content_hash(manifest: &Path) -> io::Result<String> {
    #[derive(serde::Deserialize)]
    struct Start {
        input: InputRecord,
    }
    // The control numbers, of which there may be many, are left where they are.
    let manifest: Start = serde_json::from_reader(BufReader::new(fs::File::open(manifest)?))?;
    Ok(manifest.input.blake3)
}

impl Shape {
    /// Whether the file is large enough to have the machine for itself.
    #[must_use]
    pub fn is_large(self) -> bool {
        self.bytes() > LARGE_BYTES
    }
}

/// Files above this size are scrubbed one at a time by all threads together; smaller
/// ones by one thread each, side by side.
const LARGE_BYTES: u64 = 8 << 20;
