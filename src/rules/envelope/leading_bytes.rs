//! ENV001: what stands before the first ISA.

use super::fault::EnvelopeFault;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// ENV001.
pub static RULE: Rule = Rule {
    code: "ENV001",
    name: "leading-bytes",
    snip: 1,
    scope: RuleScope::Interchange,
    severity: Severity::Warn,
    what: "The input must start with an ISA segment. A byte order mark, blank space or text before it is skipped and reported; when claims stand there, the input is refused as a whole, so that none is lost; an input without an ISA is not X12, and is refused as a whole with a message that says what it looks like instead (empty, text, PDF, zip, JSON, EDIFACT, encrypted ...).",
    why: "The ISA declares the separators of everything that follows by byte position. Many receivers read byte 1 blindly, and a byte order mark that a text editor saved makes them refuse the whole file.",
    remedy: "Save or export the file as plain ASCII without a byte order mark, so that its first three bytes are ISA. The clean file never carries what was skipped.",
    fails: Example {
        text: "\n\nISA*00*          *00*          *ZZ*CLINIC01       *ZZ*PAYER01        *260305*0900*^*00501*000000101*0*P*:~",
        note: "two empty lines before the header",
    },
    passes: Example {
        text: "ISA*00*          *00*          *ZZ*CLINIC01       *ZZ*PAYER01        *260305*0900*^*00501*000000101*0*P*:~",
        note: "the header is the first thing in the file",
    },
    sources: &[
        "ASC X12 005010, interchange and application control structures",
        "005010X222A1, EDI control directory",
    ],
    asks_policy: false,
    answer: Acknowledgement::Silent,
    check: Check::Envelope,
};

/// Something stands before the first ISA; only blanks or a byte order mark if `blank`.
pub(in crate::rules) fn tell(blank: bool) -> EnvelopeFault {
    if blank {
        EnvelopeFault::new(
            &RULE,
            "a byte order mark or blank space stands before the first ISA segment of the input; it was skipped",
            "save the file as plain ASCII without a byte order mark, with ISA as its first three bytes",
        )
    } else {
        EnvelopeFault::new(
            &RULE,
            "text that is no X12 stands before the first ISA segment of the input; it was skipped",
            "take the text out, so that ISA are the first three bytes of the file",
        )
    }
}
