//! One file from the moment it is taken to the moment it is archived.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::folders::{Entrance, Folders, Submitter};
use super::intake::Shape;
use super::place::{compress, move_new, safe_name, set_mode, write_whole};
use super::seen::{Answered, Seen, Turn};
use crate::emit::manifest::Manifest;
use crate::emit::publish::sync_folder;
use crate::rerun::earlier::Search;
use crate::rerun::listing::{self, Listed};
use crate::rerun::{EarlierRun, Report};
use crate::scrub::input::{self, Input};
use crate::scrub::judge::Judgement;
use crate::scrub::run::{self, Outcome, RunError, Workplace};

/// What is known of a job from the start.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Ticket {
    /// The submitter's folder name.
    pub submitter: String,
    /// The box it came in by.
    pub entrance: Entrance,
    /// The file's name as it was, as far as it is text.
    pub name: String,
    /// The same, safe to use.
    pub safe_name: String,
}

/// The decision on a job.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "decision", rename_all = "lowercase")]
enum Decision {
    /// Publish these outputs of `out/`, in this order, and archive the input.
    Publish {
        stem: String,
        files: Vec<String>,
        hashes: Vec<String>,
        day: String,
    },
    /// Put the input into quarantine under this name.
    Quarantine { name: String, reason: String },
}

/// The decision's file in a job.
const DECISION: &str = "publish.json";

/// What came of scrubbing a job's input.
enum Attempt<'a> {
    /// To be published; other jobs of the same content wait.
    Decided {
        decision: Decision,
        content: Option<Turn<'a>>,
        outcome: Box<Outcome>,
    },
    /// The file was changed while it was read.
    Changed,
    /// This content was answered before.
    Known(String),
    /// It can't be scrubbed, and why.
    Bad(String),
    /// Its place, or the ledger, can't be used now.
    Later(io::Error),
}

/// What became of a job.
#[derive(Debug)]
pub enum Done {
    /// Scrubbed and answered.
    Answered(Box<Outcome>),
    /// Its content was answered before.
    Duplicate,
    /// In quarantine: why.
    Quarantined(String),
    /// It changed while it was read; it waits in its box again.
    PutBack,
    /// A decision from before a crash was carried out.
    Resumed,
    /// Its place can't be written to now; it waits in the work folder.
    Postponed(io::Error),
}

/// Where a job may be made to die, for tests of what a crash leaves behind.
pub type Checkpoint<'a> = &'a (dyn Fn(&'static str) + Sync);

/// Whose turn it is with the ledger.
#[derive(Debug, Default)]
pub struct Turns(Mutex<()>);

impl Turns {
    fn lock(&self) -> MutexGuard<'_, ()> {
        // It guards no value that a fault could have left half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What jobs share.
#[derive(Clone, Copy)]
pub struct Bench<'a> {
    /// The folders.
    pub folders: &'a Folders,
    /// Contents answered before.
    pub seen: &'a Seen,
    /// The rules, the threads.
    pub workplace: &'a Workplace<'a>,
    /// The rules as corrected rejects are judged by.
    pub by_hand: &'a Judgement,
    /// Mode of what is published.
    pub mode: u32,
    /// Whether a content is scrubbed however often it comes.
    pub accept_duplicates: bool,
    /// Held by the run that the ledger is open for.
    pub turns: &'a Turns,
    /// Told each step.
    pub checkpoint: Checkpoint<'a>,
}

/// A job in the work folder.
#[derive(Clone, Debug)]
pub struct Job {
    folder: PathBuf,
    id: String,
    ticket: Ticket,
}

impl Job {
    /// Takes a file out of its box. `None` when it is not the file that was seen any
    /// more, or has gone.
    ///
    /// # Errors
    /// When the work folder can't be written to.
    pub fn take(
        bench: Bench<'_>,
        submitter: &Submitter,
        entrance: Entrance,
        path: &Path,
        shape: Option<Shape>,
    ) -> io::Result<Option<Job>> {
        let name = path.file_name().unwrap_or_default();
        let safe = safe_name(&name.to_string_lossy());
        let ticket = Ticket {
            submitter: submitter.name.clone(),
            entrance,
            name: name.to_string_lossy().into_owned(),
            safe_name: safe,
        };
        let work = bench.folders.work();
        let folder = tempfile::Builder::new()
            .prefix("job-")
            .rand_bytes(12)
            .tempdir_in(&work)?
            .keep();
        let job = Job {
            id: folder
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            folder,
            ticket,
        };
        fs::create_dir(job.folder.join("input"))?;
        write_whole(
            &job.folder.join("ticket.json"),
            &serde_json::to_vec(&job.ticket)?,
        )?;
        sync_folder(&work)?;
        (bench.checkpoint)("ticketed");
        if fs::rename(path, job.input()).is_err() {
            job.remove()?;
            return Ok(None);
        }
        sync_folder(&job.folder.join("input"))?;
        if let Some(parent) = path.parent() {
            sync_folder(parent)?;
        }
        (bench.checkpoint)("taken");
        // What was renamed may be a newer file of the same name.
        let now = Shape::of(&fs::symlink_metadata(job.input())?);
        if shape.is_some_and(|shape| shape != now) {
            job.put_back(bench)?;
            return Ok(None);
        }
        Ok(Some(job))
    }

    /// The jobs a crash left, in no order that matters.
    ///
    /// # Errors
    /// When the work folder can't be read.
    pub fn left(folders: &Folders) -> io::Result<Vec<Job>> {
        let mut jobs = Vec::new();
        for entry in fs::read_dir(folders.work())? {
            let folder = entry?.path();
            if folder.extension().is_some_and(|end| end == "done") {
                fs::remove_dir_all(&folder)?;
                continue;
            }
            let id = folder
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            match fs::read(folder.join("ticket.json")) {
                Ok(bytes) => jobs.push(Job {
                    id,
                    folder,
                    ticket: serde_json::from_slice(&bytes)?,
                }),
                // Nothing is moved into a job before its ticket stands.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    fs::remove_dir_all(&folder)?;
                }
                Err(error) => return Err(error),
            }
        }
        jobs.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(jobs)
    }

    /// Its name in logs: says nothing of the claims.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Size of its input.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        fs::metadata(self.input()).map_or(0, |metadata| metadata.len())
    }

    /// In a folder of its own, so that the file may have any name.
    fn input(&self) -> PathBuf {
        self.folder.join("input").join(&self.ticket.safe_name)
    }

    fn out(&self) -> PathBuf {
        self.folder.join("out")
    }

    fn decision(&self) -> PathBuf {
        self.folder.join(DECISION)
    }

    /// Brings the job to its end, from wherever it stands.
    ///
    /// # Errors
    /// When a folder can't be written to; the job stays as it is and may be run again.
    pub fn run(&self, bench: Bench<'_>) -> io::Result<Done> {
        match fs::read(self.decision()) {
            Ok(bytes) => {
                self.carry_out(bench, &serde_json::from_slice(&bytes)?)?;
                return Ok(Done::Resumed);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let Ok(metadata) = fs::symlink_metadata(self.input()) else {
            // Taken back, or never moved here.
            self.remove()?;
            return Ok(Done::Resumed);
        };
        let before = Shape::of(&metadata);
        let hash = hash(&self.input())?;
        let turn = bench.seen.turn(&hash);
        if let Some(done) = self.duplicate(bench, &hash)? {
            return Ok(done);
        }
        let (stem, stem_turn) = self.reserve_stem(bench)?;
        let input = Input {
            path: Some(self.input()),
            stem: stem.clone(),
        };
        // What a crash left of an earlier attempt.
        match fs::remove_dir_all(self.out()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::create_dir(self.out())?;
        match self.attempt(bench, &input, hash, before)? {
            Attempt::Decided {
                decision,
                content,
                outcome,
            } => {
                (bench.checkpoint)("recorded");
                self.carry_out(bench, &decision)?;
                drop((turn, content, stem_turn));
                Ok(Done::Answered(outcome))
            }
            Attempt::Changed => {
                self.put_back(bench)?;
                Ok(Done::PutBack)
            }
            Attempt::Known(content) => Ok(self
                .duplicate(bench, &content)?
                .unwrap_or_else(|| Done::Postponed(io::Error::other("answered twice")))),
            Attempt::Bad(reason) => {
                self.quarantine(bench, &reason)?;
                Ok(Done::Quarantined(reason))
            }
            Attempt::Later(error) => Ok(Done::Postponed(error)),
        }
    }

    /// Scrubs the input and decides on it.
    ///
    /// What one run accepts, the next must know: with a ledger the jobs take turns here.
    /// What follows they do side by side.
    fn attempt<'a>(
        &self,
        bench: Bench<'a>,
        input: &Input,
        hash: String,
        before: Shape,
    ) -> io::Result<Attempt<'a>> {
        let Some(ledger) = bench.workplace.ledger else {
            return self.scrub(bench, input, hash, before);
        };
        let turn = bench.turns.lock();
        let attempt = self.scrub(bench, input, hash, before);
        if !matches!(attempt, Ok(Attempt::Decided { .. })) {
            // The ledger must not know claims of a run that nobody will see.
            ledger.settle(&Job::was_decided).map_err(io::Error::other)?;
        }
        drop(turn);
        attempt
    }

    fn scrub<'a>(
        &self,
        bench: Bench<'a>,
        input: &Input,
        hash: String,
        before: Shape,
    ) -> io::Result<Attempt<'a>> {
        let mut corrected = match self.ticket.entrance {
            Entrance::Rerun => self.earlier_run(bench, input),
            Entrance::Inbox => None,
        };
        let result = match &corrected {
            None => run::scrub_undecided(input, &self.out(), bench.workplace),
            Some((claims, earlier)) => {
                let known = earlier.known(claims);
                let workplace = Workplace {
                    judgement: bench.by_hand,
                    rerun_of: &earlier.chain,
                    known: Some(&known),
                    ..*bench.workplace
                };
                run::scrub_undecided(input, &self.out(), &workplace)
            }
        };
        (bench.checkpoint)("scrubbed");
        if before != Shape::of(&fs::symlink_metadata(self.input())?) {
            return Ok(Attempt::Changed);
        }
        let mut outcome = match result {
            Ok(outcome) => Box::new(outcome),
            Err(RunError::Stopped { .. }) => {
                return Ok(Attempt::Later(io::Error::other("stopped")));
            }
            Err(RunError::Unwritable { error, .. } | RunError::Torn { error, .. }) => {
                return Ok(Attempt::Later(error));
            }
            Err(error @ RunError::Ledger { .. }) => {
                return Ok(Attempt::Later(io::Error::other(self.public(&error))));
            }
            Err(error) => return Ok(Attempt::Bad(self.public(&error))),
        };
        if let Some((claims, earlier)) = &mut corrected {
            let manifest = self.out().join(format!("{}.manifest.json", input.stem));
            let told = Report::new(earlier, claims, &manifest).map(|mut report| {
                report.close(earlier);
                report.write(&self.out(), &input.stem)
            });
            outcome
                .files
                .push(told.map_err(|error| io::Error::other(error.to_string()))??);
        }
        let content = self.content_hash(&input.stem)?;
        // The same content may have come under another compression.
        let other = (content != hash).then(|| bench.seen.turn(&content));
        if other.is_some() && !bench.accept_duplicates && bench.seen.answered(&content)?.is_some() {
            return Ok(Attempt::Known(content));
        }
        let decision = Decision::Publish {
            files: in_order(&outcome.files),
            stem: input.stem.clone(),
            hashes: vec![hash, content],
            day: crate::value::Date::today().to_string(),
        };
        write_whole(&self.decision(), &serde_json::to_vec(&decision)?)?;
        (bench.checkpoint)("decided");
        if let Some(preparation) = outcome.preparation.take() {
            preparation.published();
        }
        Ok(Attempt::Decided {
            decision,
            content: other,
            outcome,
        })
    }

    /// The run that corrected rejects came from, with their claims. None when it is not
    /// known: then they are scrubbed like any other file.
    fn earlier_run(&self, bench: Bench<'_>, input: &Input) -> Option<(Vec<Listed>, EarlierRun)> {
        let path = input.path.as_deref()?;
        let claims = listing::list(path, &self.folder).ok()?;
        let search = Search {
            manifest: None,
            ledger: bench.workplace.ledger,
            out: &self.folder,
        };
        let earlier = search
            .run_of(path, &claims)
            .inspect_err(|_| {
                tracing::warn!(
                    job = self.id(),
                    "the run of these corrected rejects is not known"
                );
            })
            .ok()?;
        Some((claims, earlier))
    }

    /// What is known of a run whose outputs went to this folder, for a ledger that was
    /// not told: a decision comes before anything leaves the work folder.
    #[must_use]
    pub fn was_decided(out: &Path) -> Option<bool> {
        let job = out.parent()?;
        // A job that has gone was decided on, and its ledger told, before it went.
        Some(!job.is_dir() || job.join(DECISION).is_file())
    }

    /// An error without the job's path, which nobody knows.
    fn public(&self, error: &RunError) -> String {
        let path = self.input().display().to_string();
        error.to_string().replace(&path, &self.ticket.name)
    }

    /// Puts the input into quarantine.
    ///
    /// # Errors
    /// When the folder can't be written to.
    pub fn quarantine(&self, bench: Bench<'_>, reason: &str) -> io::Result<()> {
        let folder = self.submitter(bench).quarantine();
        let name = free_name(&self.ticket.safe_name, |name| {
            taken(&folder.join(name)) || taken(&folder.join(format!("{name}.why.txt")))
        });
        let decision = Decision::Quarantine {
            name,
            reason: reason.to_owned(),
        };
        self.decide(bench, &decision)
    }

    fn submitter(&self, bench: Bench<'_>) -> Submitter {
        bench.folders.submitter(&self.ticket.submitter)
    }

    /// Answers a content that was answered before.
    fn duplicate(&self, bench: Bench<'_>, hash: &str) -> io::Result<Option<Done>> {
        if bench.accept_duplicates {
            return Ok(None);
        }
        let Some(answered) = bench.seen.answered(hash)? else {
            return Ok(None);
        };
        let reason = format!(
            "its content was answered before, as {}; it was not scrubbed again, so that no claim is sent twice. If it shall be, change it, or ask the operator to accept duplicates.",
            answered.stem
        );
        self.quarantine(bench, &reason)?;
        Ok(Some(Done::Duplicate))
    }

    /// A free stem that no other job may use until this one is done.
    fn reserve_stem<'a>(&self, bench: Bench<'a>) -> io::Result<(String, Turn<'a>)> {
        loop {
            let stem = self.free_stem(bench)?;
            let turn = bench
                .seen
                .turn(&format!("{}/{stem}", self.ticket.submitter));
            if self.free_stem(bench)? == stem {
                return Ok((stem, turn));
            }
        }
    }

    /// The start of the outputs' names: the file's, or with a number behind it when
    /// answers of that name still lie in the outbox.
    fn free_stem(&self, bench: Bench<'_>) -> io::Result<String> {
        let mut used = std::collections::HashSet::new();
        for entry in fs::read_dir(self.submitter(bench).outbox())? {
            used.insert(entry?.file_name());
        }
        let used = |stem: &str| {
            used.iter().any(|name| {
                name.as_bytes()
                    .strip_prefix(stem.as_bytes())
                    .is_some_and(|rest| rest.starts_with(b"."))
            })
        };
        Ok(free_name(&input::stem(&self.ticket.safe_name), used))
    }

    /// The hash of the uncompressed content, from the manifest.
    fn content_hash(&self, stem: &str) -> io::Result<String> {
        let manifest = fs::read(self.out().join(format!("{stem}.manifest.json")))?;
        let manifest: Manifest = serde_json::from_slice(&manifest)?;
        Ok(manifest.input.blake3)
    }

    fn decide(&self, bench: Bench<'_>, decision: &Decision) -> io::Result<()> {
        write_whole(&self.decision(), &serde_json::to_vec(decision)?)?;
        (bench.checkpoint)("decided");
        self.carry_out(bench, decision)
    }

    /// Does what was decided. Every step may be repeated.
    fn carry_out(&self, bench: Bench<'_>, decision: &Decision) -> io::Result<()> {
        let submitter = self.submitter(bench);
        match decision {
            Decision::Publish {
                stem,
                files,
                hashes,
                day,
            } => {
                let answered = Answered {
                    stem: stem.clone(),
                    job: self.id.clone(),
                };
                for hash in hashes {
                    bench.seen.remember(hash, &answered)?;
                }
                (bench.checkpoint)("marked");
                let outbox = submitter.outbox();
                for name in files {
                    let from = self.out().join(name);
                    if from.exists() {
                        set_mode(&from, bench.mode)?;
                    }
                    match move_new(&from, &outbox.join(name)) {
                        // Somebody else put a file of this name there since.
                        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                            let free = free_name(name, |name| taken(&outbox.join(name)));
                            move_new(&from, &outbox.join(free))?;
                        }
                        moved => moved?,
                    }
                    (bench.checkpoint)("published-one");
                }
                sync_folder(&outbox)?;
                (bench.checkpoint)("published");
                let archive = submitter.archive().join(day);
                fs::create_dir_all(&archive)?;
                if self.input().exists() {
                    let name = format!("{stem}.{}.zst", self.id);
                    compress(&self.input(), &archive.join(name), bench.mode)?;
                }
                let manifest = format!("{stem}.manifest.json");
                let copy = archive.join(format!("{stem}.{}.manifest.json", self.id));
                if !copy.exists()
                    && let Ok(bytes) = fs::read(outbox.join(manifest))
                {
                    write_whole(&copy, &bytes)?;
                }
            }
            Decision::Quarantine { name, reason } => {
                let folder = submitter.quarantine();
                let text = format!("{}: {reason}\n", self.ticket.name);
                let why = folder.join(format!("{name}.why.txt"));
                write_whole(&why, text.as_bytes())?;
                set_mode(&why, bench.mode)?;
                (bench.checkpoint)("explained");
                move_new(&self.input(), &folder.join(name))?;
                sync_folder(&folder)?;
            }
        }
        (bench.checkpoint)("archived");
        self.remove()
    }

    /// Puts the input back into its box, to be looked at again; into quarantine when
    /// its name is taken by now.
    fn put_back(&self, bench: Bench<'_>) -> io::Result<()> {
        let home = self.submitter(bench).entrance(self.ticket.entrance);
        match move_new(&self.input(), &home.join(&self.ticket.safe_name)) {
            Ok(()) => {
                sync_folder(&home)?;
                self.remove()
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => self.quarantine(
                bench,
                "it was changed while it was read, and a newer file of its name is there",
            ),
            Err(error) => Err(error),
        }
    }

    /// By rename first: a crash among the removals must not leave half a job that
    /// looks like one to be done.
    fn remove(&self) -> io::Result<()> {
        let gone = self.folder.with_extension("done");
        fs::rename(&self.folder, &gone)?;
        fs::remove_dir_all(&gone)
    }
}

fn taken(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// The name, or with the first number behind its stem that makes it free.
fn free_name(name: &str, used: impl Fn(&str) -> bool) -> String {
    let (stem, end) = name.split_at(name.find('.').unwrap_or(name.len()));
    let mut free = name.to_owned();
    let mut number = 1_u64;
    while used(&free) {
        number += 1;
        free = format!("{stem}-{number}{end}");
    }
    free
}

/// Claims first, then what is said of them, acknowledgements last.
fn in_order(files: &[String]) -> Vec<String> {
    let mut files = files.to_vec();
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

/// BLAKE3 of a file as it lies there.
fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok(hasher.finalize().to_hex().to_string());
        }
        hasher.update(&buffer[..count]);
    }
}
