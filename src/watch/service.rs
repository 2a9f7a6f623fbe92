//! The service: one loop that looks for files, workers that answer them.

use std::collections::HashSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use super::folders::{Entrance, Folders};
use super::intake::{Found, Intake};
use super::job::{Bench, Done, Job, Turns};
use super::metrics::Metrics;
use super::seen::Seen;
use crate::config::FolderNames;
use crate::ledger::{Ledger, LedgerError};
use crate::scrub::judge::Judgement;
use crate::scrub::run::{Options, Workplace};
use crate::value::Date;

/// Files above this size are scrubbed one at a time by all threads together; smaller
/// ones by one thread each, side by side.
const LARGE_BYTES: u64 = 16 << 20;

/// How long the start waits for another run to let go of the ledger.
const LEDGER_WAIT: Duration = Duration::from_secs(30);

/// How long a job whose place can't be written to waits for the next attempt.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the drop folder works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Holds the submitters' folders, or is the only submitter's.
    pub root: PathBuf,
    /// Names of a submitter's folders.
    pub names: FolderNames,
    /// How long a file must stand unchanged before it is taken.
    pub settle: Duration,
    /// How often the boxes are looked through, whatever the system tells of changes.
    pub scan: Duration,
    /// Mode of published files, such as 0o600.
    pub mode: u32,
    /// Whether a content is scrubbed however often it comes.
    pub accept_duplicates: bool,
    /// The ledger; in the private folder when none is named.
    pub ledger: Option<PathBuf>,
    /// Bytes a compressed file may grow to.
    pub unpacked_bytes: u64,
    /// Where metrics are written besides the private folder.
    pub metrics_file: Option<PathBuf>,
    /// The loopback port for `/metrics` and `/healthz`.
    pub metrics_port: Option<u16>,
    /// A policy gathered longer ago than this warns.
    pub policy_age_days: i64,
    /// Threads to work with.
    pub threads: usize,
}

impl Settings {
    /// The usual settings for this root.
    #[must_use]
    pub fn new(root: PathBuf, threads: usize) -> Settings {
        Settings {
            root,
            names: FolderNames::default(),
            settle: Duration::from_secs(10),
            scan: Duration::from_secs(5),
            mode: 0o600,
            accept_duplicates: false,
            ledger: None,
            unpacked_bytes: u64::MAX,
            metrics_file: None,
            metrics_port: None,
            policy_age_days: 180,
            threads,
        }
    }
}

/// Why the service stops.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// A folder can't be used.
    #[error("the drop folder {folder} cannot be used: {error}")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's word.
        error: io::Error,
    },
    /// Another service works here.
    #[error(
        "another telescrub watches {folder} already; stop it first, or give this one a root of its own"
    )]
    Locked {
        /// The folder.
        folder: PathBuf,
    },
    /// The ledger can't be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The threads can't be started.
    #[error("cannot start: {0}")]
    Start(String),
}

/// What the service is told from outside.
#[derive(Debug, Default)]
pub struct Signals {
    /// Finish the files in hand, and stop.
    pub stop: Arc<AtomicBool>,
    /// Read configuration and policy again.
    pub reload: Arc<AtomicBool>,
}

/// The drop folder, locked for this process.
pub struct Service {
    settings: Settings,
    folders: Folders,
    seen: Seen,
    metrics: Arc<Metrics>,
    /// None when duplicates are asked for.
    ledger: Option<Ledger>,
    // Held for its lock.
    _lock: File,
}

/// What a pass over the boxes did.
#[derive(Clone, Copy, Debug, Default)]
struct Pass {
    taken: u64,
    waiting: u64,
    oldest: Duration,
}

impl Service {
    /// Opens the drop folder and locks it.
    ///
    /// # Errors
    /// When it can't be used or another service works there.
    pub fn open(settings: Settings) -> Result<Service, WatchError> {
        let root = settings.root.clone();
        let failed = |error| WatchError::Folder {
            folder: root.clone(),
            error,
        };
        let folders = Folders::open(&settings.root, settings.names.clone()).map_err(failed)?;
        let lock = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(false)
            .mode(0o600)
            .open(folders.private().join("lock"))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(WatchError::Locked { folder: root }),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let ledger = if settings.accept_duplicates {
            None
        } else {
            let path = settings
                .ledger
                .clone()
                .unwrap_or_else(|| folders.private().join("ledger.db"));
            Some(Ledger::open_knowing(&path, LEDGER_WAIT, &Job::was_decided)?)
        };
        Ok(Service {
            ledger,
            seen: Seen::new(folders.seen()),
            folders,
            settings,
            metrics: Arc::default(),
            _lock: lock,
        })
    }

    /// The service's counters.
    #[must_use]
    pub fn metrics(&self) -> Arc<Metrics> {
        Arc::clone(&self.metrics)
    }

    /// Answers files until told to stop; with `once`, until the boxes hold nothing
    /// that is or becomes whole. `reload` is asked for a new judgement on request; it
    /// says itself what is wrong when it has none, and the old one stays.
    ///
    /// # Errors
    /// When the drop folder can't be used any more.
    pub fn run(
        &self,
        mut judgement: Judgement,
        once: bool,
        signals: &Signals,
        reload: &mut dyn FnMut() -> Option<Judgement>,
        checkpoint: &(dyn Fn(&'static str) + Sync),
    ) -> Result<(), WatchError> {
        let (wake, woken) = mpsc::channel();
        let _watcher = self.notifications(wake);
        let mut intake = Intake::new(self.settings.settle);
        loop {
            if signals.reload.swap(false, Ordering::Relaxed)
                && let Some(new) = reload()
            {
                judgement = new;
                tracing::info!("configuration and policy read again");
            }
            self.tell_policy(&judgement);
            let ended = self.work(&judgement, once, signals, &mut intake, &woken, checkpoint)?;
            if ended {
                self.write_metrics();
                return Ok(());
            }
        }
    }

    /// Works until it is told to stop (true) or to reload (false).
    fn work(
        &self,
        judgement: &Judgement,
        once: bool,
        signals: &Signals,
        intake: &mut Intake,
        woken: &mpsc::Receiver<()>,
        checkpoint: &(dyn Fn(&'static str) + Sync),
    ) -> Result<bool, WatchError> {
        let threads = self.settings.threads.max(1);
        let pools: Vec<rayon::ThreadPool> = std::iter::once(threads)
            .chain(std::iter::repeat_n(1, threads))
            .map(|count| rayon::ThreadPoolBuilder::new().num_threads(count).build())
            .collect::<Result<_, _>>()
            .map_err(|error| WatchError::Start(error.to_string()))?;
        // A file in hand is finished, whatever comes: a stop never costs an answer.
        let never = || false;
        let silent = |_| {};
        let untold = |_: &str| {};
        // Corrected rejects: what editing leaves wrong around the claims only warns.
        let mut by_hand = judgement.clone();
        by_hand.counts_by_hand = true;
        let workplaces: Vec<Workplace<'_>> = pools
            .iter()
            .map(|pool| Workplace {
                judgement,
                options: Options {
                    unpacked_bytes: self.settings.unpacked_bytes,
                    ..Options::default()
                },
                ledger: self.ledger.as_ref(),
                rerun_of: &[],
                known: None,
                pool,
                stop: &never,
                progress: &silent,
                diff: &untold,
            })
            .collect();
        let turns = Turns::default();
        let bench = |workplace| Bench {
            folders: &self.folders,
            seen: &self.seen,
            workplace,
            by_hand: &by_hand,
            mode: self.settings.mode,
            accept_duplicates: self.settings.accept_duplicates,
            turns: &turns,
            checkpoint,
        };
        let Some((large, small)) = workplaces.split_first() else {
            return Err(WatchError::Start("no threads".to_owned()));
        };
        for job in Job::left(&self.folders).map_err(|error| self.failed(error))? {
            tracing::info!(job = job.id(), "found unfinished");
            self.answer(&job, bench(large));
        }
        let (hand, jobs) = mpsc::sync_channel::<Job>(threads);
        let (hand_large, large_jobs) = mpsc::sync_channel::<Job>(1);
        let jobs = Mutex::new(jobs);
        let busy = Mutex::new(HashSet::new());
        let worker = |workplace, jobs: &dyn Fn() -> Option<Job>| {
            while let Some(job) = jobs() {
                self.answer(&job, bench(workplace));
                lock(&busy).remove(job.id());
            }
        };
        let worker = &worker;
        std::thread::scope(|scope| {
            for workplace in small {
                let jobs = &jobs;
                scope.spawn(move || worker(workplace, &|| lock(jobs).recv().ok()));
            }
            scope.spawn(move || worker(large, &|| large_jobs.recv().ok()));
            let give = |job: Job| {
                lock(&busy).insert(job.id().to_owned());
                let lane = if job.bytes() > LARGE_BYTES {
                    &hand_large
                } else {
                    &hand
                };
                // The workers outlive the senders.
                let _ = lane.send(job);
            };
            let mut retried = Instant::now();
            let ended = loop {
                if signals.stop.load(Ordering::Relaxed) {
                    break Ok(true);
                }
                if signals.reload.load(Ordering::Relaxed) {
                    break Ok(false);
                }
                let pass = match self.pass(intake, bench(large), signals, &give) {
                    Ok(pass) => pass,
                    Err(error) => break Err(self.failed(error)),
                };
                self.write_metrics();
                // A file that grows for ever must not keep a nightly batch from its end.
                let patient = pass.oldest > self.settings.settle * 4 + Duration::from_secs(1);
                if once && pass.taken == 0 && (pass.waiting == 0 || patient) {
                    break Ok(true);
                }
                if pass.taken == 0 {
                    let pause = if once {
                        self.settings.settle / 4 + Duration::from_millis(20)
                    } else {
                        self.settings.scan
                    };
                    wait(pause, signals, woken);
                }
                if retried.elapsed() > PATIENCE {
                    retried = Instant::now();
                    let left = match Job::left(&self.folders) {
                        Ok(left) => left,
                        Err(error) => break Err(self.failed(error)),
                    };
                    for job in left {
                        let idle = !lock(&busy).contains(job.id());
                        if idle {
                            give(job);
                        }
                    }
                }
            };
            drop((hand, hand_large));
            ended
        })
    }

    /// Looks through every box once and takes what is whole.
    fn pass(
        &self,
        intake: &mut Intake,
        bench: Bench<'_>,
        signals: &Signals,
        give: &dyn Fn(Job),
    ) -> io::Result<Pass> {
        let mut pass = Pass::default();
        for submitter in self.folders.submitters()? {
            for entrance in [Entrance::Inbox, Entrance::Rerun] {
                let scan = intake.scan(&submitter.entrance(entrance))?;
                pass.waiting += scan.waiting;
                pass.oldest = pass.oldest.max(scan.oldest);
                for found in scan.found {
                    if signals.stop.load(Ordering::Relaxed) {
                        return Ok(pass);
                    }
                    let (path, shape, why) = match found {
                        Found::Whole(path, shape) => (path, Some(shape), None),
                        Found::Foreign(path, why) => (path, None, Some(why)),
                    };
                    let taken = Job::take(bench, &submitter, entrance, &path, shape)?;
                    let Some(job) = taken else { continue };
                    pass.taken += 1;
                    match why {
                        None => give(job),
                        Some(why) => {
                            job.quarantine(bench, why)?;
                            self.metrics.file("quarantined");
                            tracing::warn!(job = job.id(), reason = why, "quarantined");
                        }
                    }
                }
            }
        }
        self.metrics.queue(pass.waiting, pass.oldest);
        Ok(pass)
    }

    /// Brings a job to its end and says so.
    fn answer(&self, job: &Job, bench: Bench<'_>) {
        let started = Instant::now();
        let bytes = job.bytes();
        // A fault in one file must not stop the others; its message may hold content.
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job.run(bench)));
        let time = started.elapsed();
        self.metrics.stage("answer", time);
        let id = job.id();
        match result {
            Ok(Ok(Done::Answered(outcome))) => {
                self.metrics.file("answered");
                self.metrics.scrubbed(outcome.bytes, &outcome.tally);
                tracing::info!(
                    job = id,
                    bytes,
                    claims = outcome.tally.total().claims,
                    rejected = outcome.tally.rejected.claims,
                    milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
                    "answered"
                );
            }
            Ok(Ok(Done::Duplicate)) => {
                self.metrics.file("duplicate");
                tracing::warn!(job = id, bytes, "answered before, not scrubbed again");
            }
            Ok(Ok(Done::Quarantined(_))) => {
                self.metrics.file("quarantined");
                tracing::warn!(job = id, bytes, "quarantined; the reason lies beside it");
            }
            Ok(Ok(Done::PutBack)) => tracing::warn!(job = id, "changed while read, put back"),
            Ok(Ok(Done::Resumed)) => {
                self.metrics.file("resumed");
                tracing::info!(job = id, "finished what was begun");
            }
            Ok(Ok(Done::Postponed(error)) | Err(error)) => {
                self.metrics.file("postponed");
                tracing::error!(job = id, %error, "cannot be finished now, will be tried again");
            }
            Err(_) => {
                self.metrics.file("postponed");
                tracing::error!(
                    job = id,
                    "internal fault, the file stays in the work folder"
                );
            }
        }
    }

    /// Lets the system tell of changes. Where it can't (network file systems), the
    /// periodic scan finds them.
    fn notifications(&self, wake: mpsc::Sender<()>) -> Option<notify::RecommendedWatcher> {
        use notify::Watcher;
        let handler = move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| !event.kind.is_access()) {
                // The service may have stopped listening.
                let _ = wake.send(());
            }
        };
        let mut watcher = notify::recommended_watcher(handler)
            .inspect_err(|error| tracing::warn!(%error, "no notifications, scanning only"))
            .ok()?;
        for submitter in self.folders.submitters().ok()? {
            for entrance in [Entrance::Inbox, Entrance::Rerun] {
                let folder = submitter.entrance(entrance);
                let mode = notify::RecursiveMode::NonRecursive;
                if let Err(error) = watcher.watch(&folder, mode) {
                    tracing::warn!(%error, "no notifications from one folder, scanning only");
                }
            }
        }
        Some(watcher)
    }

    /// Says which policy is in force, and warns when it is old.
    fn tell_policy(&self, judgement: &Judgement) {
        let oldest = judgement
            .policies
            .iter()
            .filter_map(|(_, policy)| policy.as_of())
            .min();
        let age = oldest.map(|day| Date::today().days() - day.days());
        let version = judgement.policies.version();
        self.metrics.policy(&version, age);
        if let Some(days) = age.filter(|days| *days > self.settings.policy_age_days) {
            tracing::warn!(days, "the policy is old; look for a newer one");
        }
        tracing::info!(policy = version, "policy in force");
    }

    fn write_metrics(&self) {
        let private = self.folders.private().join("metrics.prom");
        for path in std::iter::once(&private).chain(&self.settings.metrics_file) {
            if let Err(error) = self.metrics.write(path) {
                tracing::warn!(%error, "metrics cannot be written");
            }
        }
    }

    fn failed(&self, error: io::Error) -> WatchError {
        WatchError::Folder {
            folder: self.settings.root.clone(),
            error,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits, but not longer than until something changes.
fn wait(longest: Duration, signals: &Signals, woken: &mpsc::Receiver<()>) {
    let until = Instant::now() + longest;
    while Instant::now() < until
        && !signals.stop.load(Ordering::Relaxed)
        && !signals.reload.load(Ordering::Relaxed)
    {
        let step = Duration::from_millis(200).min(until.saturating_duration_since(Instant::now()));
        if woken.recv_timeout(step).is_ok() {
            // One change mostly comes with others.
            while woken.try_recv().is_ok() {}
            return;
        }
    }
}
