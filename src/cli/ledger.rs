//! `telescrub ledger`, and the flags of commands that keep one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};

use super::outputs::OutputFlags;
use super::{CliError, Common, Status};
use crate::counted::counted;
use crate::ledger::LedgerError;
use crate::watch::decision::Decision;

/// The flags of commands that keep a ledger.
#[derive(Debug, Args)]
pub(super) struct LedgerFlags {
    /// Remember the run in this ledger, and reject what it knows as accepted before
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// Seconds to wait for another run to let go of the ledger
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 30,
        requires = "ledger"
    )]
    ledger_wait: u64,
}

impl LedgerFlags {
    /// Whether a ledger is named that lies in this folder.
    fn lies_in(&self, folder: &Path) -> bool {
        // Without the dots of paths that lead nowhere yet.
        let [ledger, folder] = [self.ledger.as_deref(), Some(folder)]
            .map(|path| path.and_then(|path| std::path::absolute(path).ok()));
        ledger
            .zip(folder)
            .is_some_and(|(ledger, folder)| ledger.starts_with(folder))
    }

    /// Opens the ledger, if one is named, and makes the output folder, before any work starts.
    /// What a killed run has left is asked before a folder that is gone is made anew, but for a
    /// ledger that is to lie there.
    pub(super) fn open(
        &self,
        outputs: &OutputFlags,
    ) -> Result<Option<crate::ledger::Ledger>, CliError> {
        if self.lies_in(&outputs.out) {
            outputs.make_folder()?;
        }
        let ledger = self.ledger.as_deref();
        let ledger = ledger.map(|path| open(path, self.ledger_wait));
        let ledger = ledger.transpose()?;
        outputs.make_folder()?;
        Ok(ledger)
    }
}

/// Opens a ledger that may be a service's too: what became of its jobs shows by its decisions.
fn open(path: &Path, wait: u64) -> Result<crate::ledger::Ledger, LedgerError> {
    let wait = Duration::from_secs(wait);
    crate::ledger::Ledger::open_knowing(path, wait, &Decision::publishes)
}

impl From<LedgerError> for CliError {
    fn from(error: LedgerError) -> CliError {
        CliError::Usage(error.to_string())
    }
}

/// Look after the ledger
#[derive(Debug, Args)]
pub(super) struct Ledger {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Drop runs past their age; what they accepted is no duplicate any more
    Prune {
        /// The ledger
        #[arg(long, value_name = "FILE")]
        ledger: PathBuf,
        /// Keep the runs of so many days before today
        #[arg(long, value_name = "DAYS")]
        keep_days: u32,
        /// Seconds to wait for another run to let go of the ledger
        #[arg(long, value_name = "SECONDS", default_value_t = 30)]
        ledger_wait: u64,
    },
}

impl Ledger {
    pub(super) fn run(&self, common: &Common) -> Result<Status, CliError> {
        match &self.task {
            Task::Prune {
                ledger,
                keep_days,
                ledger_wait,
            } => {
                if !ledger.is_file() {
                    return Err(LedgerError::Missing {
                        path: ledger.clone(),
                    }
                    .into());
                }
                let ledger = open(ledger, *ledger_wait)?;
                let before = common.today().plus_days(-i64::from(*keep_days));
                let pruned = ledger.prune(before)?;
                if !common.quiet {
                    tellln!(
                        out,
                        "left the ledger: {} before {before}, {}",
                        counted(pruned.runs as u64, "run"),
                        counted(pruned.claims as u64, "claim")
                    );
                }
                Ok(Status::Done)
            }
        }
    }
}
