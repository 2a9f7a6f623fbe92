//! ENV011: more claims in a transaction set than the guide recommends.

use super::fault::EnvelopeFault;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;
use crate::x12::limits;

/// ENV011.
pub static RULE: Rule = Rule {
    code: "ENV011",
    name: "transaction-set-too-large",
    snip: 1,
    scope: RuleScope::Transaction,
    severity: Severity::Warn,
    what: "A transaction set holds at most 5,000 claims (CLM segments).",
    why: "The guide recommends the limit, and receivers with an older translator refuse larger sets. One fault of the set then takes thousands of claims along.",
    remedy: "Let the practice system start a new transaction set (ST to SE) after 5,000 claims at the latest.",
    fails: Example {
        text: "ST*837*0001*005010X222A1~\nSE*150032*0001~",
        note: "a set of 5,001 claims",
    },
    passes: Example {
        text: "ST*837*0001*005010X222A1~\nSE*150002*0001~\nST*837*0002*005010X222A1~\nSE*47*0002~",
        note: "5,000 claims, and the last one in a set of its own",
    },
    sources: &["005010X222A1, recommended limit of CLM segments in a transaction set"],
    asks_policy: false,
    answer: Acknowledgement::Silent,
    check: Check::Envelope,
};

/// So many claims are more than the guide recommends.
pub(in crate::rules) fn tell(claims: u64) -> EnvelopeFault {
    EnvelopeFault::new(
        &RULE,
        format!(
            "the transaction set holds {claims} claims; the guide recommends {} at most",
            limits::CLAIMS_PER_SET
        ),
        format!(
            "start a new transaction set (ST to SE) after {} claims at the latest",
            limits::CLAIMS_PER_SET
        ),
    )
}
