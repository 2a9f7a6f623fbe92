//! Why a proof failed.

use std::io;

/// Why a proof failed. Never names claim content.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The manifest or the input that was named can't be read.
    #[error("{file}: cannot be read: {error}")]
    NamedUnreadable {
        /// The file.
        file: String,
        /// The system's word.
        error: io::Error,
    },
    /// A file of the run can't be read.
    #[error("{file}: cannot be read: {error}")]
    OutputUnreadable {
        /// The file.
        file: String,
        /// The system's word.
        error: io::Error,
    },
    /// The manifest is none, or of another format.
    #[error(
        "{file}: is no manifest this program reads: {reason}; name the one of the run, which ends with .manifest.json"
    )]
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
    /// Whether nothing was proved or disproved: what was named is no manifest, or not the
    /// input, that can be read.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            VerifyError::Manifest { .. } | VerifyError::NamedUnreadable { .. }
        )
    }

    /// That this file, which was named, can't be read, once the system has said why.
    pub(super) fn named_unreadable(file: &str) -> impl Fn(io::Error) -> VerifyError + Copy {
        move |error| VerifyError::NamedUnreadable {
            file: file.to_owned(),
            error,
        }
    }

    /// That this file can't be read, once the system has said why.
    pub(super) fn output_unreadable(file: &str) -> impl Fn(io::Error) -> VerifyError + Copy {
        move |error| VerifyError::OutputUnreadable {
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
