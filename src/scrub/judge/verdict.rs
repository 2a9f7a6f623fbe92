//! What a claim's findings add up to: where it goes, and in which word.

use super::Judgement;
use crate::claim::Claim;
use crate::policy::Policy;
use crate::rules::{Finding, therapy};
use crate::scrub::item::Fate;
use crate::scrub::tally::Tally;
use crate::value::Severity;

/// What becomes of a claim.
#[derive(Clone, Copy)]
pub(super) struct Verdict {
    pub fate: Fate,
    /// `clean`, `warned`, `unchecked` or `rejected`.
    pub word: &'static str,
}

impl Verdict {
    /// The verdict on a claim of these findings, whose set may be rejected as a whole.
    pub(super) fn of(findings: &[Finding], set_rejected: bool, judgement: &Judgement) -> Verdict {
        let rejects = |finding: &Finding| finding.severity == Severity::Reject;
        if set_rejected || findings.iter().any(rejects) {
            return Verdict {
                fate: Fate::Rejected,
                word: "rejected",
            };
        }
        if findings.iter().any(|finding| finding.unchecked) {
            return Verdict {
                fate: judgement.unchecked,
                word: "unchecked",
            };
        }
        Verdict {
            fate: Fate::Clean,
            word: if findings.is_empty() {
                "clean"
            } else {
                "warned"
            },
        }
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
        match self.word {
            "unchecked" => tally.unchecked.add(1, charge),
            "warned" => tally.warned.add(1, charge),
            _ => {}
        }
        match self.fate {
            Fate::Clean => tally.clean.add(1, charge),
            Fate::Held => tally.held.add(1, charge),
            Fate::Rejected => tally.rejected.add(1, charge),
        }
    }
}
