//! What a finding does to its claim.

use serde::{Deserialize, Serialize};

/// What a finding does to the claim it is about; ordered from weak to strong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Only explains.
    Info,
    /// Leaves the claim in the clean file and says so.
    Warn,
    /// Takes the claim out of the clean file.
    Reject,
}

impl Severity {
    /// The word used in every output: `reject`, `warn` or `info`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warn => "warn",
            Severity::Reject => "reject",
        }
    }
}
