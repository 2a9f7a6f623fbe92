//! The service: one loop that looks for files and has them answered.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use super::bench::Checkpoint;
use super::decision::Decision;
use super::folders::Folders;
use super::intake::Intake;
use super::metrics::Metrics;
use super::seen::Seen;
use super::settings::Settings;
use super::shift::Shift;
use crate::ledger::{Ledger, LedgerError};
use crate::scrub::judge::Judgement;

/// How long the start waits for another run to let go of the ledger.
const LEDGER_WAIT: Duration = Duration::from_secs(30);

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
    /// A run that was to empty the boxes has left files.
    #[error(
        "{files} files could not be answered now; none is lost, the next run takes them up: see the log for what stands in the way"
    )]
    Unfinished {
        /// How many.
        files: usize,
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

impl Signals {
    pub(super) fn any(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.reload.load(Ordering::Relaxed)
    }
}

/// Settings and rules, read again.
pub type Reload<'a> = &'a mut dyn FnMut() -> Option<(Settings, Judgement)>;

/// The drop folder, locked for this process.
pub struct Service {
    pub(super) settings: Settings,
    pub(super) folders: Folders,
    pub(super) seen: Seen,
    pub(super) metrics: Arc<Metrics>,
    /// None when duplicates are asked for.
    pub(super) ledger: Option<Ledger>,
    // Held for its lock.
    _lock: File,
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
            Some(Ledger::open_knowing(
                &path,
                LEDGER_WAIT,
                &Decision::was_made,
            )?)
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
    /// that is or becomes whole. `reload` is asked for new settings and rules on request;
    /// it says itself what is wrong when it has none, and the old ones stay.
    ///
    /// # Errors
    /// When the drop folder can't be used, or files are left with `once`.
    pub fn run(
        &mut self,
        mut judgement: Judgement,
        once: bool,
        signals: &Signals,
        reload: Reload<'_>,
        checkpoint: Checkpoint<'_>,
    ) -> Result<(), WatchError> {
        let (wake, woken) = mpsc::channel();
        let watcher = super::wake::notifications(&self.folders, wake.clone());
        let mut watcher = Some(watcher);
        let mut intake = Intake::new(self.settings.settle);
        loop {
            if signals.reload.swap(false, Ordering::Relaxed)
                && let Some((settings, new)) = reload()
            {
                judgement = new;
                self.reconfigure(settings);
                intake.set_settle(self.settings.settle);
                drop(watcher.take());
                watcher = Some(super::wake::notifications(&self.folders, wake.clone()));
                tracing::info!("configuration and policy read again");
            }
            self.tell_policy(&judgement);
            let ended = Shift {
                service: self,
                signals,
                once,
                judgement: &judgement,
                checkpoint,
                complained: Mutex::default(),
            }
            .work(&mut intake, &woken);
            self.write_metrics();
            if ended? {
                return Ok(());
            }
        }
    }

    /// Takes over what may change while the service runs.
    fn reconfigure(&mut self, new: Settings) {
        for key in self.settings.fixed(&new) {
            tracing::warn!(key, "takes effect when the service is started anew");
        }
        self.settings = self.settings.changed(new);
        self.folders.rename(self.settings.names.clone());
    }

    /// Says which policy is in force, and warns when it is old.
    fn tell_policy(&self, judgement: &Judgement) {
        let oldest = judgement
            .policies
            .iter()
            .filter_map(|(_, policy)| policy.as_of())
            .min();
        let version = judgement.policies.version();
        self.metrics.policy(&version, oldest);
        let age = oldest.map(|day| judgement.today.days() - day.days());
        if let Some(days) = age.filter(|days| *days > self.settings.policy_age_days) {
            tracing::warn!(days, "the policy is old; look for a newer one");
        }
        tracing::info!(policy = version, "policy in force");
    }

    pub(super) fn write_metrics(&self) {
        let private = self.folders.private().join("metrics.prom");
        for path in std::iter::once(&private).chain(&self.settings.metrics_file) {
            if let Err(error) = self.metrics.write(path) {
                tracing::warn!(%error, "metrics cannot be written");
            }
        }
    }

    pub(super) fn failed(&self, error: io::Error) -> WatchError {
        WatchError::Folder {
            folder: self.settings.root.clone(),
            error,
        }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
