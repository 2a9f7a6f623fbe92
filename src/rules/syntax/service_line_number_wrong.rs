//! SYN015: the numbers of the service lines, and how many there are.

use super::described::Described;
use crate::claim::Claim;
use crate::claim::structure::LoopNode;
use crate::claim::validate::At;
use crate::rules::finding::{Fix, FixSafety};
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;
use crate::x12::envelope::number;

/// SYN015.
pub static RULE: Rule = Rule {
    code: "SYN015",
    name: "service-line-number-wrong",
    snip: 2,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "The service lines of a claim are numbered in LX01 from 1 by 1, and there are at most 50 of them.",
    why: "Payers answer line by line under this number. With a gap or a double, a payment or denial is posted to the wrong line; lines past the 50th are refused with the claim.",
    remedy: "Number the lines of each claim anew from 1 (the safe fix does it). Split a claim of more than 50 lines in two, each with its own CLM01 and total charge.",
    fails: Example {
        text: "LX*1~\nSV1*HC:97110:GP*90*UN*2***1~\nDTP*472*D8*20260302~\nLX*3~\nSV1*HC:97112:GP*60*UN*1***1~\nDTP*472*D8*20260302~",
        note: "the second line is numbered 3",
    },
    passes: Example {
        text: "LX*1~\nSV1*HC:97110:GP*90*UN*2***1~\nDTP*472*D8*20260302~\nLX*2~\nSV1*HC:97112:GP*60*UN*1***1~\nDTP*472*D8*20260302~",
        note: "numbered 1 and 2",
    },
    sources: &[
        "005010X222A1, implementation guide: service line number (LX) and repeat of loop 2400",
    ],
    asks_policy: false,
    answer: Acknowledgement::Element("7"),
    check: Check::ClaimWith(Features::MISNUMBERED, check),
};

/// Looks at the numbers only: the fifty-first line is told by the walk, as a loop
/// repeated too often, and [`super::describe`] puts it under this rule.
fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    for line in claim.lines() {
        let value = claim.text.segment(line.lx).element(1);
        let (sign, digits) = match value {
            [b'-', digits @ ..] => ("-", digits),
            digits => ("", digits),
        };
        // A number that is none is another rule's finding.
        let Some(said) = number(digits) else {
            continue;
        };
        if sign.is_empty() && said == u64::from(line.number) {
            continue;
        }
        report
            .add(
                "2400",
                Spot::element(line.lx, 1),
                format!(
                    "service line {} of the claim is numbered {sign}{said} in LX01",
                    line.number
                ),
            )
            .help(format!(
                "make LX01 {}: lines count from 1 by 1 in each claim",
                line.number
            ))
            .line(line.number)
            .answered(("A7", "247", ""))
            .fix(Fix {
                safety: FixSafety::Safe,
                title: "number the service lines from 1 by 1".to_owned(),
                replacement: line.number.to_string(),
            });
    }
}

/// One service line too many.
pub(super) fn too_many(node: &LoopNode) -> Described {
    Described::new(
        &RULE,
        Acknowledgement::Segment("4"),
        At::default(),
        format!("the claim has more than {} service lines", node.repeat),
        format!(
            "split the claim: at most {} lines in each, with a CLM01 and a total charge of its own",
            node.repeat
        ),
    )
}
