//! What a command answers with exit status 1.

use clap::ValueEnum;

/// What a command answers with exit status 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// A claim was rejected.
    Reject,
}
