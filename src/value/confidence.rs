//! How well a fact is supported by its sources.

use serde::{Deserialize, Serialize};

/// How well the sources of a fact carry it; ordered from weak to strong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess with a reason, old, from one weak source, or from sources that disagree.
    Low,
    /// From one source only, from a secondary one, or a small step beyond what it says.
    Medium,
    /// From the publisher's own list, manual, bulletin or statute, or several sources that agree.
    High,
}

impl Confidence {
    /// Reads the word of a data file: `high`, `medium` or `low`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Confidence> {
        match word {
            "high" => Some(Confidence::High),
            "medium" => Some(Confidence::Medium),
            "low" => Some(Confidence::Low),
            _ => None,
        }
    }

    /// The word used in data files and outputs: `high`, `medium` or `low`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::High => "high",
            Confidence::Medium => "medium",
            Confidence::Low => "low",
        }
    }
}
