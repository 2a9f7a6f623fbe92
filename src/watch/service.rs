//! The service: the drop folder that it holds, and what it is told from outside.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::decision::Decision;
use super::folders::Folders;
use super::lately::Lately;
use super::metrics::Metrics;
use super::seen::Seen;
use super::settings::Settings;
use super::settling::Settling;
use crate::emit::publish::sweep;
use crate::ledger::{Ledger, LedgerError};

/// How long the start waits for another run to let go of the ledger.
const LEDGER_WAIT: Duration = Duration::from_secs(30);

/// For how many times the time in which an upload comes to rest its bytes are waited for
/// once more, when it was answered.
const PATIENT_SETTLES: u32 = 6;

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
    #[error("{}: see the log for what stands in the way", unfinished(*.files))]
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

/// That so many files were left, in words.
fn unfinished(files: usize) -> String {
    match files {
        1 => {
            "1 file could not be answered now; it is not lost, the next run takes it up".to_owned()
        }
        files => format!(
            "{files} files could not be answered now; none is lost, the next run takes them up"
        ),
    }
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

/// The drop folder, locked for this process.
pub struct Service {
    pub(super) settings: Settings,
    pub(super) folders: Folders,
    pub(super) seen: Seen,
    pub(super) lately: Lately,
    pub(super) metrics: Arc<Metrics>,
    /// Whether the metrics could not be written the last time.
    unwritten: AtomicBool,
    /// None when duplicates are asked for.
    pub(super) ledger: Option<Ledger>,
    pub(super) settling: Settling,
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
        sweep(&folders.private()).map_err(failed)?;
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
                &Decision::publishes,
            )?)
        };
        let seen = Seen::new(folders.seen());
        let is_new = ledger.as_ref().is_some_and(Ledger::is_new);
        if let Some(ledger) = ledger.as_ref().filter(|_| is_new && !seen.is_empty()) {
            tracing::warn!(
                ledger = %ledger.path().display(),
                "files were answered here before, but the ledger is new: claims that were accepted before are no duplicates to it; restore a copy of it if there is one"
            );
        }
        Ok(Service {
            ledger,
            settling: Settling::default(),
            lately: Lately::open(folders.answered(), settings.settle * PATIENT_SETTLES)
                .map_err(failed)?,
            seen,
            folders,
            settings,
            metrics: Arc::default(),
            unwritten: AtomicBool::new(false),
            _lock: lock,
        })
    }

    /// The service's counters.
    #[must_use]
    pub fn metrics(&self) -> Arc<Metrics> {
        Arc::clone(&self.metrics)
    }

    /// Files met since the start, or left in the boxes, that hold nothing that could be
    /// judged.
    #[must_use]
    pub fn unjudged(&self) -> u64 {
        self.metrics.unjudged()
    }

    /// Writes the metrics; that they can't be written is told when it begins.
    pub(super) fn write_metrics(&self) {
        let private = self.folders.private().join("metrics.prom");
        let mut failed = None;
        for path in std::iter::once(&private).chain(&self.settings.metrics_file) {
            failed = self.metrics.write(path).err().or(failed);
        }
        let before = self.unwritten.swap(failed.is_some(), Ordering::Relaxed);
        if let Some(error) = failed.filter(|_| !before) {
            tracing::warn!(%error, "metrics cannot be written");
        }
    }

    pub(super) fn failed(&self, error: io::Error) -> WatchError {
        WatchError::Folder {
            folder: self.settings.root.clone(),
            error,
        }
    }
}
