//! Runs of small files: their rows wait in memory, and the ledger takes many of them in
//! one transaction.
//!
//! Such runs are judged side by side, by what was accepted before the first of them
//! began. Whether one of them would be judged otherwise by what the others have accepted
//! since, [`Recent`] knows; it is then scrubbed again.

use std::collections::HashMap;
use std::path::PathBuf;

use rusqlite::Connection;

use super::error::LedgerError;
use super::open::Ledger;
use super::record::{Kept, Records};
use super::rows::{Rows, details, mark_published};
use crate::emit::manifest::Manifest;
use crate::emit::publish::Taken;

/// A run whose claims are judged and whose outputs are written, but that the ledger
/// does not know yet.
#[derive(Debug)]
pub struct Gathered {
    pub(super) run: i64,
    pub(super) rows: Vec<u8>,
    pub(super) manifest: Manifest,
    pub(super) folder: PathBuf,
    pub(super) stem: String,
    pub(super) outputs: Vec<Taken>,
}

impl Gathered {
    /// The number the run has in the ledger.
    #[must_use]
    pub fn run(&self) -> i64 {
        self.run
    }
}

/// What runs have accepted lately: claims and interchanges, with the number of the run.
#[derive(Debug, Default)]
pub struct Recent {
    claims: HashMap<i64, i64>,
    interchanges: HashMap<[String; 3], i64>,
    /// Of reruns, by the first run that they go back to: names of claims, whatever was changed
    /// in them.
    names: HashMap<(String, i64), i64>,
}

impl Recent {
    /// Counts in what a run has accepted.
    pub fn add(&mut self, gathered: &Gathered) {
        let run = gathered.run;
        let night = gathered.manifest.rerun_of.last();
        let mut open = None;
        for kept in Records(&gathered.rows) {
            match kept {
                Kept::Interchange(key) => open = Some(key),
                Kept::Claim(claim) if claim.fate == "clean" => {
                    if let Some(key) = open.take() {
                        self.interchanges.insert(key.map(str::to_owned), run);
                    }
                    if let Some(content) = claim.content {
                        self.claims.insert(content, run);
                    }
                    if let Some(night) = night {
                        self.names.insert((night.clone(), claim.name), run);
                    }
                }
                Kept::Claim(_) => {}
            }
        }
    }

    /// Whether a run that knew the ledger up to the run `since` has a claim, or an
    /// interchange, in common with what was accepted after it.
    #[must_use]
    pub fn concerns(&self, gathered: &Gathered, since: i64) -> bool {
        let later = |run: Option<&i64>| run.is_some_and(|&run| run > since);
        let night = gathered.manifest.rerun_of.last();
        Records(&gathered.rows).any(|kept| match kept {
            Kept::Interchange(key) => {
                !self.interchanges.is_empty()
                    && later(self.interchanges.get(&key.map(str::to_owned)))
            }
            Kept::Claim(claim) => {
                let content = claim.content;
                content.is_some_and(|content| later(self.claims.get(&content)))
                    || night.is_some_and(|night| {
                        !self.names.is_empty()
                            && later(self.names.get(&(night.clone(), claim.name)))
                    })
            }
        })
    }

    /// Takes out what a run has accepted that is not published after all.
    pub fn withdraw(&mut self, run: i64) {
        self.claims.retain(|_, accepted| *accepted != run);
        self.interchanges.retain(|_, accepted| *accepted != run);
        self.names.retain(|_, accepted| *accepted != run);
    }

    /// Forgets what every run to come knows from the ledger: all up to this run.
    pub fn forget(&mut self, run: i64) {
        self.claims.retain(|_, accepted| *accepted > run);
        self.interchanges.retain(|_, accepted| *accepted > run);
        self.names.retain(|_, accepted| *accepted > run);
    }
}

impl Ledger {
    /// The number of the latest run, 0 for none.
    ///
    /// # Errors
    /// When the ledger can't be read.
    pub fn last_run(&self) -> Result<i64, LedgerError> {
        self.reader()?
            .query_row("SELECT coalesce(max(run), 0) FROM runs", [], |row| {
                row.get(0)
            })
            .map_err(|error| self.failed(error))
    }

    /// Takes runs in one transaction, prepared: all of them or none. Their numbers must
    /// ascend and lie above those of all runs before.
    ///
    /// # Errors
    /// When the ledger can't be written.
    pub fn enter<'a>(
        &self,
        runs: impl IntoIterator<Item = &'a Gathered>,
    ) -> Result<(), LedgerError> {
        let connection = self.writer()?;
        let write = || {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            for gathered in runs {
                write_gathered(&connection, gathered)?;
            }
            connection.execute_batch("COMMIT")
        };
        write().map_err(|error| self.failed(error))
    }

    /// The outputs of these runs are certain to be published.
    ///
    /// # Errors
    /// When the ledger can't be written; whoever opens it next settles them.
    pub fn mark_published(&self, runs: &[i64]) -> Result<(), LedgerError> {
        let connection = self.untold_writer()?;
        let write = || {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            for &run in runs {
                mark_published(&connection, run)?;
            }
            connection.execute_batch("COMMIT")
        };
        write().map_err(|error| self.untold(error))
    }
}

/// All rows of a gathered run.
fn write_gathered(connection: &Connection, gathered: &Gathered) -> rusqlite::Result<()> {
    let mut rows = Rows::new(connection, gathered.run)?;
    rows.block(&gathered.rows)?;
    rows.finish()?;
    let Gathered {
        manifest,
        folder,
        stem,
        outputs,
        ..
    } = gathered;
    details(connection, gathered.run, manifest, folder, stem, outputs)
}
