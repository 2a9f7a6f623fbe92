//! Why a proof failed.

use std::io;

/// Why a proof failed. Never names claim content.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A file can't be read.
    #[error("{file}: cannot be read: {error}")]
    Unreadable {
        /// The file.
        file: String,
        /// The system's word.
        error: io::Error,
    },
    /// The manifest is none, or of another format.
    #[error("{file}: is no manifest this program reads: {reason}")]
    Manifest {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Something is not as the run said it was.
    #[error("{file}: {what}")]
    Differs {
        /// The file.
        file: String,
        /// The difference.
        what: String,
    },
}

impl VerifyError {
    /// That this file can't be read, once the system has said why.
    pub(super) fn unreadable(file: &str) -> impl Fn(io::Error) -> VerifyError + Copy {
        move |error| VerifyError::Unreadable {
            file: file.to_owned(),
            error,
        }
    }

    /// That this file is not as the run said.
    pub(super) fn differs(file: &str, what: impl Into<String>) -> VerifyError {
        VerifyError::Differs {
            file: file.to_owned(),
            what: what.into(),
        }
    }
}
