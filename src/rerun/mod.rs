//! Corrected rejects, run again: which run they came from, and what became of each claim.
//!
//! A rerun is a scrub like any other, but for what is known of its claims already: those
//! accepted, and those rejected for faults around them that nobody has looked at. What is told
//! beside it comes from the files of two runs: the earlier one's manifest, findings and
//! rejects, and the new one's. Claims are known again by CLM01 and the billing
//! provider, the earlier run by the control numbers it gave its rejects, else by claims.

mod accepted;
mod again;
mod around;
pub mod compare;
pub mod earlier;
mod held;
pub mod listing;
mod outputs;
mod parts;
mod places;
pub mod search;
mod shortened;
mod strangers;
mod told;
mod unreviewed;
mod was;

pub use compare::{Entry, Report, Standing};
pub use earlier::EarlierRun;
pub use was::Above;

/// Why a rerun could not be compared with the run before it.
#[derive(Debug, thiserror::Error)]
pub enum RerunError {
    /// A file of one of the runs can't be read.
    #[error("{file}: cannot be read: {error}")]
    Unreadable {
        /// The file.
        file: String,
        /// The system's word.
        error: std::io::Error,
    },
    /// A manifest is none, or one of another format.
    #[error("{file}: is no manifest of a finished run that this program knows")]
    Manifest {
        /// The file.
        file: String,
    },
    /// No earlier run was found.
    #[error(
        "{file}: the run these rejects came from was not found: no manifest beside them or in the output folder speaks of their control numbers or claims; name it with --manifest, or the ledger with --ledger"
    )]
    NotFound {
        /// The rejects.
        file: String,
    },
    /// It holds no claims, so that nothing of it can be corrected and run again.
    #[error(
        "{file}: ENV006: holds no claims (837P), only what is not judged here ({others}): it can't be run again; take such transaction sets out of the night's file, and send them to whom they are for"
    )]
    NoClaims {
        /// The rejects.
        file: String,
        /// The transaction sets.
        others: String,
    },
    /// Rejects of more than one run stand in one file.
    #[error(
        "{file}: holds rejects of more than one run, {first} and {other}: what a run accepted, and what was wrong around claims, is known of its own rejects only; rerun the rejects of each run by themselves"
    )]
    Several {
        /// The rejects.
        file: String,
        /// The manifest of the run that knows most of them.
        first: String,
        /// The manifest of a run that knows others.
        other: String,
    },
    /// The outputs would take the place of those of the run the rejects came from.
    #[error(
        "{stem}: the outputs would replace those of {manifest}, the run that these rejects came from; name another folder with --out, or give the file another name"
    )]
    Replaces {
        /// The start of the outputs' names.
        stem: String,
        /// The manifest of that run.
        manifest: String,
    },
    /// Another run has put its outputs in the place of those of the rerun.
    #[error(
        "{manifest}: another run of that name has taken the place of this one's outputs: run the file again, into another folder with --out"
    )]
    Replaced {
        /// Where the manifest of the rerun was.
        manifest: String,
    },
    /// The ledger can't be asked.
    #[error(transparent)]
    Ledger(#[from] crate::ledger::LedgerError),
}
