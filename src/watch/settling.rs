//! Runs that the ledger took and that are not published after all: it drops them before
//! anything else is answered.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::decision::Decision;
use crate::ledger::{Ledger, LedgerError};

/// What the ledger has still to be told, and how often it dropped runs.
#[derive(Debug, Default)]
pub struct Settling {
    /// Whether it could not be told what became of a run.
    due: AtomicBool,
    dropped: AtomicU64,
}

impl Settling {
    /// Something is to be settled before anything else is answered.
    pub fn owe(&self) {
        self.due.store(true, Ordering::SeqCst);
    }

    /// Has the ledger drop the runs that are not published, and keep those that are.
    ///
    /// # Errors
    /// When the ledger can't be written; it is due from then on.
    pub fn settle(&self, ledger: &Ledger) -> Result<(), LedgerError> {
        self.owe();
        let settled = ledger.settle(&Decision::publishes);
        if !matches!(settled, Ok(0)) {
            self.dropped.fetch_add(1, Ordering::SeqCst);
        }
        settled?;
        self.due.store(false, Ordering::SeqCst);
        Ok(())
    }

    /// The same, if it is due.
    ///
    /// # Errors
    /// When the ledger can't be written.
    pub fn catch_up(&self, ledger: Option<&Ledger>) -> Result<(), LedgerError> {
        match ledger {
            Some(ledger) if self.due.load(Ordering::SeqCst) => self.settle(ledger),
            _ => Ok(()),
        }
    }

    /// How often runs were dropped. A file whose scrub began before the last time may be
    /// judged by what such a run had accepted.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::SeqCst)
    }
}
