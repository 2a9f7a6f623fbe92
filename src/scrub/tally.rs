//! Counting claims, dollars and findings.

use std::collections::BTreeMap;

use crate::rules::Finding;
use crate::value::{Cents, CentsTotal, Severity};

/// A number of claims and what they charge.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Sum {
    /// Claims.
    pub claims: u64,
    /// The sum of their CLM02.
    pub charges: CentsTotal,
}

impl Sum {
    /// Adds so many claims with this charge.
    pub fn add(&mut self, claims: u64, charges: impl Into<CentsTotal>) {
        self.claims += claims;
        self.charges = self.charges.plus(charges);
    }

    /// The sum of two sums.
    #[must_use]
    pub fn plus(self, other: Sum) -> Sum {
        Sum {
            claims: self.claims + other.claims,
            charges: self.charges.plus(other.charges),
        }
    }
}

/// How often a rule fired.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct RuleTally {
    /// Findings that reject.
    pub reject: u64,
    /// Findings that warn.
    pub warn: u64,
    /// Findings that only explain.
    pub info: u64,
}

/// The tally of a block, an input or a run.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Tally {
    /// Claims without any finding, or only warned or unchecked and not held: all that
    /// go to the clean file.
    pub clean: Sum,
    /// Claims that go to the rejects file.
    pub rejected: Sum,
    /// Claims that go to the held file.
    pub held: Sum,
    /// Of the clean ones, those with warnings.
    pub warned: Sum,
    /// Claims that no rule rejects but an unknown policy governs.
    pub unchecked: Sum,
    /// Of the clean and held, those with a line of therapy of whose date the governing policy
    /// knows no therapy rules, or without such a policy: PTT rules that rest on them are silent.
    pub therapy_unknown: Sum,
    /// Claims seen inside other segments, whose terminator is lost: nobody can read them, and
    /// no sum holds them.
    pub unread: Sum,
    /// Claims whose service is wholly or partly by telehealth.
    pub telehealth: u64,
    /// Claims with a date of service past what the policy that governs them covers.
    pub past_policy: u64,
    /// Service lines judged.
    pub lines: u64,
    /// Findings by rule.
    pub rules: BTreeMap<&'static str, RuleTally>,
    /// Of the rejected claims, those that a rule rejects with all that stands around them:
    /// their transaction set, or what stands outside of any. One claim may count for
    /// several rules.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub taken_along: BTreeMap<&'static str, Sum>,
}

impl Tally {
    /// Counts a finding.
    pub fn finding(&mut self, finding: &Finding) {
        self.count(finding.rule.code, finding.severity);
    }

    /// Counts a finding of this rule.
    pub fn count(&mut self, code: &'static str, severity: Severity) {
        let tally = self.rules.entry(code).or_default();
        match severity {
            Severity::Reject => tally.reject += 1,
            Severity::Warn => tally.warn += 1,
            Severity::Info => tally.info += 1,
        }
    }

    /// Counts a claim for each of the rules that reject what stands around it.
    pub fn take_along(&mut self, rules: &[&'static str], charge: Cents) {
        for code in rules {
            self.taken_along.entry(code).or_default().add(1, charge);
        }
    }

    /// All claims.
    #[must_use]
    pub fn total(&self) -> Sum {
        self.clean.plus(self.rejected).plus(self.held)
    }

    /// Whether a claim was rejected, or anything that stands around claims.
    #[must_use]
    pub fn has_rejects(&self) -> bool {
        self.rejected.claims > 0 || self.rules.values().any(|rule| rule.reject > 0)
    }

    /// Adds another tally.
    pub fn merge(&mut self, other: &Tally) {
        self.clean = self.clean.plus(other.clean);
        self.rejected = self.rejected.plus(other.rejected);
        self.held = self.held.plus(other.held);
        self.warned = self.warned.plus(other.warned);
        self.unchecked = self.unchecked.plus(other.unchecked);
        self.therapy_unknown = self.therapy_unknown.plus(other.therapy_unknown);
        self.unread = self.unread.plus(other.unread);
        self.telehealth += other.telehealth;
        self.past_policy += other.past_policy;
        self.lines += other.lines;
        for (code, tally) in &other.rules {
            let sum = self.rules.entry(code).or_default();
            sum.reject += tally.reject;
            sum.warn += tally.warn;
            sum.info += tally.info;
        }
        for (code, taken) in &other.taken_along {
            let sum = self.taken_along.entry(code).or_default();
            *sum = sum.plus(*taken);
        }
    }
}
