//! SYN014: odd characters, blanks at an end, empty elements at the end.

use crate::rules::{Answer, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// SYN014.
pub static RULE: Rule = Rule {
    code: "SYN014",
    name: "characters-out-of-place",
    snip: 1,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "Values hold characters of the X12 basic and extended sets only, do not start or end with blanks, and a segment does not end with empty elements. Control characters reject; bytes outside ASCII, blanks and trailing separators are warnings.",
    why: "Control characters break a receiver's translator, and accented letters come out as others or count as two characters. Blanks at an end make two identifiers differ that look the same.",
    remedy: "Remove the character (typical: a tab or line break pasted into a note) or write it in plain ASCII. Blanks and trailing separators are mended by the safe fix.",
    fails: Example {
        text: "NTE*ADD*SEEN	TWICE~",
        note: "a tab inside the note",
    },
    passes: Example {
        text: "NTE*ADD*SEEN TWICE~",
        note: "a blank instead",
    },
    sources: &[
        "ASC X12 005010, basic and extended character sets",
        "005010X222A1, EDI control directory",
    ],
    asks_policy: false,
    answer: Answer::Element("6"),
    check: Check::Structure,
};
