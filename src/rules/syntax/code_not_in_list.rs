//! SYN010: a code the guide does not list.

use crate::rules::{Answer, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// SYN010.
pub static RULE: Rule = Rule {
    code: "SYN010",
    name: "code-not-in-list",
    snip: 2,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "An element with a code list in the guide holds one of these codes. Codes of lists kept elsewhere (diagnoses, procedures, places of service, states) are checked by the COD rules.",
    why: "The code decides how the rest is read. A receiver that does not know it refuses the transaction set.",
    remedy: "Use one of the codes the help names. Lower case or blanks around a code are mended by the safe fix.",
    fails: Example {
        text: "CLM*PT1001*150***11:B:1*Y*D*Y*Y~",
        note: "CLM07, participation, has no code D",
    },
    passes: Example {
        text: "CLM*PT1001*150***11:B:1*Y*A*Y*Y~",
        note: "A: assigned",
    },
    sources: &["005010X222A1, implementation guide: segment details and their code lists"],
    asks_policy: false,
    answer: Answer::Element("7"),
    check: Check::Structure,
};
