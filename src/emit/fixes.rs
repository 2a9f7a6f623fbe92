//! `fixes.jsonl`: each fix that was applied, a line each; and what the manifest says.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::rules::finding::FixSafety;

/// Most fixes the manifest names one by one; `fixes.jsonl` has them all.
const NAMED: usize = 1_000;

/// One fix, as applied or as it would be.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct FixRecord {
    /// The rule that asked for it.
    pub rule: String,
    /// Whether the meaning stays.
    pub safety: FixSafety,
    /// What it does, in words.
    pub title: String,
    /// CLM01.
    pub claim: String,
    /// The claim's place in the input, from 1.
    pub claim_ordinal: u64,
    /// The segment's position in its transaction set, ST being 1.
    pub segment_ordinal: u64,
    /// The element, such as `SV101-3`.
    pub element: String,
    /// What it held.
    pub before: String,
    /// What it holds now.
    pub after: String,
    /// The segment before and after.
    #[serde(skip)]
    pub segments: [String; 2],
}

impl FixRecord {
    /// Appends the change as a diff shows it.
    pub fn diff(&self, file: &str, applied: bool, page: &mut String) {
        let safety = match self.safety {
            FixSafety::Safe => "safe",
            FixSafety::Unsafe => "unsafe",
        };
        let applied = if applied { ", applied" } else { "" };
        let [before, after] = &self.segments;
        let _ = writeln!(
            page,
            "--- {file}: claim {}, segment {}\n+++ {} {} ({safety}{applied}): {}\n-{before}\n+{after}\n",
            self.claim, self.segment_ordinal, self.rule, self.element, self.title
        );
    }
}

/// The fixes of a run.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Fixes {
    /// Claims that were changed.
    pub claims: u64,
    /// Changes made.
    pub fixes: u64,
    /// Changes by rule.
    pub rules: BTreeMap<String, u64>,
    /// The first of them.
    pub first: Vec<FixRecord>,
}

impl Fixes {
    /// Counts the fixes of a claim.
    pub fn claim(&mut self, records: &[FixRecord]) {
        self.claims += u64::from(!records.is_empty());
        self.fixes += records.len() as u64;
        for record in records {
            *self.rules.entry(record.rule.clone()).or_default() += 1;
            if self.first.len() < NAMED {
                self.first.push(record.clone());
            }
        }
    }
}
