//! What can be wrong with a ledger.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why a ledger can't be used. None of these costs a claim: nothing is published
/// before the ledger has taken the run.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file can't be made, read or locked.
    #[error("ledger {}: cannot be opened: {error}", path.display())]
    Unusable {
        /// The ledger.
        path: PathBuf,
        /// The system's word.
        error: io::Error,
    },
    /// There is no such file, where one is needed.
    #[error("ledger {}: there is no such file; `telescrub scrub --ledger` makes one", path.display())]
    Missing {
        /// The ledger.
        path: PathBuf,
    },
    /// A ledger in the making, or a file without a byte.
    #[error("ledger {}: is empty: no run was recorded in it", path.display())]
    Empty {
        /// The ledger.
        path: PathBuf,
    },
    /// Something else than a ledger.
    #[error("ledger {}: is no telescrub ledger; name another file", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Written by a later version of the program.
    #[error("ledger {}: has format {version}, which this version does not know; use the program that wrote it", path.display())]
    Newer {
        /// The ledger.
        path: PathBuf,
        /// Its format.
        version: i64,
    },
    /// Damaged.
    #[error("ledger {}: is damaged ({what}); restore a copy of it, or move it away to start a new one; nothing was published", path.display())]
    Damaged {
        /// The ledger.
        path: PathBuf,
        /// Where, in SQLite's words.
        what: String,
    },
    /// Another run holds it.
    #[error("ledger {}: in use by another run for more than {seconds} s; wait for it to end, or wait longer with --ledger-wait; nothing was published", path.display())]
    Busy {
        /// The ledger.
        path: PathBuf,
        /// How long was waited.
        seconds: u64,
    },
    /// What is published could not be told to it.
    #[error("ledger {}: {error}; whoever uses it next asks again what was published", path.display())]
    Untold {
        /// The ledger.
        path: PathBuf,
        /// SQLite's word.
        error: rusqlite::Error,
    },
    /// Reading or writing failed.
    #[error("ledger {}: {error}; nothing was published", path.display())]
    Failed {
        /// The ledger.
        path: PathBuf,
        /// SQLite's word.
        error: rusqlite::Error,
    },
}

impl LedgerError {
    /// Sorts an error of SQLite.
    pub(super) fn of(path: &Path, error: rusqlite::Error) -> LedgerError {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => LedgerError::Foreign { path },
            Some(ErrorCode::DatabaseCorrupt) => LedgerError::Damaged {
                path,
                what: error.to_string(),
            },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                LedgerError::Busy { path, seconds: 0 }
            }
            _ => LedgerError::Failed { path, error },
        }
    }
}
