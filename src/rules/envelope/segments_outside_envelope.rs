//! ENV008: segments where no transaction set is open.

use crate::rules::{Answer, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// ENV008.
pub static RULE: Rule = Rule {
    code: "ENV008",
    name: "segments-outside-envelope",
    snip: 1,
    scope: RuleScope::Transaction,
    severity: Severity::Reject,
    what: "Between ISA and IEA everything but GS, GE, ST and SE stands inside a transaction set, each transaction set inside a functional group, each group inside an interchange. Segments or claims outside are rejected; a trailer without its header, or an end-of-file mark behind the last trailer, is a warning.",
    why: "What stands outside belongs to nobody: receivers skip it or refuse the file, and a claim in it is never paid and never denied.",
    remedy: "Put the segments back into their transaction set, between ST and SE, and correct SE01; or take them out when they are a left-over.",
    fails: Example {
        text: "SE*32*0001~\nCLM*PT1002*90***11:B:1*Y*A*Y*Y~\nGE*1*11~",
        note: "a claim behind the end of the set",
    },
    passes: Example {
        text: "CLM*PT1002*90***11:B:1*Y*A*Y*Y~\nSE*33*0001~\nGE*1*11~",
        note: "the claim inside the set",
    },
    sources: &[
        "ASC X12 005010, interchange and application control structures",
        "005010X222A1, EDI control directory",
    ],
    asks_policy: false,
    answer: Answer::Ta1("024"),
    check: Check::Envelope,
};
