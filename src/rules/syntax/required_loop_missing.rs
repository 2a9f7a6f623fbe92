//! SYN003: a loop that must be there.

use super::described::Described;
use super::words;
use crate::claim::structure::{LoopNode, STRUCTURE};
use crate::claim::validate::At;
use crate::rules::{Acknowledgement, Check, Example, Rule, RuleScope};
use crate::value::Severity;

/// SYN003.
pub static RULE: Rule = Rule {
    code: "SYN003",
    name: "required-loop-missing",
    snip: 2,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "Each level and claim has the loops the guide requires: submitter 1000A and receiver 1000B, billing provider 2010AA, subscriber 2010BA and payer 2010BB, under a patient or a subscriber without patients at least one claim 2300, at least one service line 2400, and under other insurance its subscriber and payer.",
    why: "Without the loop nobody can tell who sent the claim, who is to pay it, or for what.",
    remedy: "Add the loop the message names; it starts with the segment in the help.",
    fails: Example {
        text: "NM1*41*2*LONE STAR PT*****46*CLINIC01~\nPER*IC*BILLING*TE*5125550100~\nHL*1**20*1~",
        note: "no receiver (loop 1000B)",
    },
    passes: Example {
        text: "NM1*41*2*LONE STAR PT*****46*CLINIC01~\nPER*IC*BILLING*TE*5125550100~\nNM1*40*2*MEDICARE TX*****46*PAYER01~\nHL*1**20*1~",
        note: "submitter, then receiver",
    },
    sources: &["005010X222A1, implementation guide: loops and segments"],
    asks_policy: false,
    answer: Acknowledgement::Segment("3"),
    check: Check::Structure,
};

/// The loop lacks this loop below it.
pub(super) fn describe(node: &LoopNode, missing: u8, next: Option<u16>) -> Described {
    let missing = STRUCTURE.nodes.get(usize::from(missing)).unwrap_or(node);
    let first = missing
        .segments
        .first()
        .and_then(|&first| STRUCTURE.segments.get(usize::from(first)));
    Described::new(
        &RULE,
        Acknowledgement::Segment("3"),
        At::default(),
        format!(
            "{} lacks its required {}",
            words::loop_name(node),
            words::loop_name(missing)
        ),
        if missing.id == "2300" {
            "take the level out, from its HL on, if its claims were taken out; else put them back"
                .to_owned()
        } else {
            format!(
                "add the loop, which starts with the segment {}, {}",
                first.map(words::label).unwrap_or_default(),
                words::before(next)
            )
        },
    )
    .missing(first.map(|spec| spec.id))
    .missing_from(missing.id)
}
