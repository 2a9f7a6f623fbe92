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
    /// The level above the claims that was changed: `2000A`, `2000B` or `2000C`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// CLM01, unless a level was changed.
    pub claim: Option<String>,
    /// The claim's place in the input, from 1.
    pub claim_ordinal: Option<u64>,
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
    /// CLM01, or the loop of the level that was changed.
    #[must_use]
    pub fn place(&self) -> String {
        match (&self.level, &self.claim) {
            (Some(level), _) => format!("loop {level}"),
            (None, claim) => claim.clone().unwrap_or_default(),
        }
    }

    /// Appends the change as a diff shows it.
    pub fn diff(&self, file: &str, applied: bool, page: &mut String) {
        let safety = match self.safety {
            FixSafety::Safe => "safe",
            FixSafety::Unsafe => "unsafe",
        };
        let applied = if applied { ", applied" } else { "" };
        let [before, after] = &self.segments;
        let place = match self.level {
            Some(_) => self.place(),
            None => format!("claim {}", self.place()),
        };
        let _ = writeln!(
            page,
            "--- {file}: {place}, segment {}\n+++ {} {} ({safety}{applied}): {}\n-{before}\n+{after}\n",
            self.segment_ordinal, self.rule, self.element, self.title
        );
    }
}

/// The fixes of a run.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Fixes {
    /// Claims that were changed.
    pub claims: u64,
    /// Levels above claims that were changed.
    #[serde(default)]
    pub levels: u64,
    /// Changes made.
    pub fixes: u64,
    /// Changes by rule.
    pub rules: BTreeMap<String, u64>,
    /// The first of them.
    pub first: Vec<FixRecord>,
}

impl Fixes {
    /// Counts the fixes of a claim or level.
    pub fn add(&mut self, records: &[FixRecord]) {
        match records.first() {
            Some(record) if record.level.is_some() => self.levels += 1,
            Some(_) => self.claims += 1,
            None => {}
        }
        self.fixes += records.len() as u64;
        for record in records {
            *self.rules.entry(record.rule.clone()).or_default() += 1;
            if self.first.len() < NAMED {
                self.first.push(record.clone());
            }
        }
    }
}
