//! A finished run, proved again: hashes, counts, dollars, and the outputs read back.
//!
//! The engine that wrote a file is a poor witness for it. [`read_back`] reads each
//! output with a parser that shares nothing with ours, the `edi` crate, one
//! transaction set at a time, and compares every element with what our own reader
//! sees. Built without the feature `edi` only our own reader is asked, and
//! [`ReadBack::independent`] says so.

mod answers;
mod findings;
mod input;
mod manifest;
mod read_back;
mod second_opinion;

pub use answers::answers;
pub use manifest::{Report, manifest};
pub use read_back::{Expected, ReadBack, read_back};
pub(crate) use read_back::{hash_file, plain};

/// Why a proof failed. Never names claim content.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A file can't be read.
    #[error("{file}: cannot be read: {error}")]
    Unreadable {
        /// The file.
        file: String,
        /// The system's word.
        error: std::io::Error,
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
