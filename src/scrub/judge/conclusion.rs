//! What a claim's findings add up to: where it goes, and what is said of it.

use super::Judgement;
use crate::claim::Claim;
use crate::policy::Policy;
use crate::rules::{Finding, therapy};
use crate::scrub::item::Fate;
use crate::scrub::tally::Tally;
use crate::value::{Severity, Verdict};

/// What becomes of a claim.
#[derive(Clone, Copy)]
pub(super) struct Conclusion {
    pub fate: Fate,
    pub verdict: Verdict,
}

impl Conclusion {
    /// What becomes of a claim of these findings, whose set may be rejected as a whole.
    pub(super) fn of(
        findings: &[Finding],
        set_rejected: bool,
        judgement: &Judgement,
    ) -> Conclusion {
        let rejects = |finding: &Finding| finding.severity == Severity::Reject;
        let (fate, verdict) = if set_rejected || findings.iter().any(rejects) {
            (Fate::Rejected, Verdict::Rejected)
        } else if findings.iter().any(|finding| finding.unchecked) {
            (judgement.unchecked, Verdict::Unchecked)
        } else if findings.is_empty() {
            (Fate::Clean, Verdict::Clean)
        } else {
            (Fate::Clean, Verdict::Warned)
        };
        Conclusion { fate, verdict }
    }

    /// Counts the claim, its findings and the rules that reject its set.
    pub(super) fn count(
        self,
        claim: &Claim<'_>,
        policy: Option<&Policy>,
        findings: &[Finding],
        set_rules: &[&'static str],
        tally: &mut Tally,
    ) {
        let charge = claim.charge().unwrap_or_default();
        tally.lines += claim.lines().len() as u64;
        if self.fate != Fate::Rejected && therapy::is_unknown(claim, policy) {
            tally.therapy_unknown.add(1, charge);
        }
        for finding in findings {
            tally.finding(finding);
        }
        tally.take_along(set_rules, charge);
        match self.verdict {
            Verdict::Unchecked => tally.unchecked.add(1, charge),
            Verdict::Warned => tally.warned.add(1, charge),
            Verdict::Clean | Verdict::Rejected => {}
        }
        match self.fate {
            Fate::Clean => tally.clean.add(1, charge),
            Fate::Held => tally.held.add(1, charge),
            Fate::Rejected => tally.rejected.add(1, charge),
        }
    }
}
