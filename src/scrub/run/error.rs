//! Why an input was not scrubbed.

use std::io;

use crate::ledger::LedgerError;
use crate::scrub::pipeline::PipelineError;

/// Why an input was not scrubbed.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It can't be read.
    #[error("{file}: cannot be read: {error}")]
    Unreadable {
        /// The input.
        file: String,
        /// The system's word.
        error: io::Error,
    },
    /// It holds nothing that can be judged.
    #[error("{file}: {reason}")]
    Refused {
        /// The input.
        file: String,
        /// What it is instead, and what to do.
        reason: String,
    },
    /// The ledger can't be asked or written.
    #[error("{file}: {error}")]
    Ledger {
        /// The input.
        file: String,
        /// What is wrong with the ledger.
        error: LedgerError,
    },
    /// Its outputs can't be written.
    #[error(
        "{file}: its outputs cannot be written to {folder}: {error}; nothing of it was published"
    )]
    Unwritable {
        /// The input.
        file: String,
        /// The output folder.
        folder: String,
        /// The system's word.
        error: io::Error,
    },
    /// What was found cannot be said.
    #[error("{file}: the answer cannot be written: {error}")]
    Untold {
        /// The input.
        file: String,
        /// The system's word.
        error: io::Error,
    },
    /// What is kept between two passes cannot be written or read again.
    #[error("{file}: temporary files cannot be used in {folder}: {error}")]
    Unspooled {
        /// The input.
        file: String,
        /// The folder of temporary files.
        folder: String,
        /// The system's word.
        error: io::Error,
    },
    /// Some of its outputs got their names, and others did not.
    #[error(
        "{file}: only some of its outputs got their names in {folder}, and they could not be taken back: {error}; {advice}"
    )]
    Torn {
        /// The input.
        file: String,
        /// The output folder.
        folder: String,
        /// The system's word.
        error: io::Error,
        /// What to do about them.
        advice: &'static str,
    },
    /// The control totals do not agree.
    #[error(
        "{file}: control totals do not agree ({what}); nothing of it was published, please report this"
    )]
    Totals {
        /// The input.
        file: String,
        /// Which totals.
        what: String,
    },
    /// Reading the outputs back found a difference.
    #[error(
        "{file}: the outputs read back differ from what was written ({what}); nothing of it was published, please report this"
    )]
    Verify {
        /// The input.
        file: String,
        /// The difference.
        what: String,
    },
    /// The outputs of this very content lie there already, and the ledger knows of them.
    #[error(
        "{file}: was scrubbed on {day} with this ledger; the outputs of that run in {folder} stay as they are. What it rejected or held goes on by `telescrub rerun` of its rejects or held file"
    )]
    Repeated {
        /// The input.
        file: String,
        /// What "today" was then.
        day: String,
        /// The output folder.
        folder: String,
        /// Whether anything was rejected then.
        rejected: bool,
    },
    /// The run was told to stop, or failed inside.
    #[error("{file}: {error}")]
    Stopped {
        /// The input.
        file: String,
        /// Why.
        error: PipelineError,
    },
}

impl RunError {
    /// Whether the input itself held nothing to judge, which is exit status 3.
    #[must_use]
    pub fn is_input(&self) -> bool {
        matches!(self, RunError::Unreadable { .. } | RunError::Refused { .. })
    }

    /// Whether there was nothing left to do.
    #[must_use]
    pub fn is_repeated(&self) -> bool {
        matches!(self, RunError::Repeated { .. })
    }
}
