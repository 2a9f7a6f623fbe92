//! SYN015: the numbers of the service lines, and how many there are.

use std::collections::HashMap;

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
    what: "The service lines of a claim are numbered in LX01 from 1 by 1, and there are at most 50 of them. No two bear the same line item control number (REF*6R), which is warned about.",
    why: "Payers answer line by line under this number, or the line item control number where one is sent. With a gap or a double, a payment or denial is posted to the wrong line; lines past the 50th are refused with the claim.",
    remedy: "Number the lines of each claim anew from 1 (the safe fix does it). Split a claim of more than 50 lines in two, each with its own CLM01 and total charge. Give each line a REF*6R of its own, or none.",
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
        "005010X222A1, 2400 REF*6R (unique within the claim, and returned in the 835)",
    ],
    asks_policy: false,
    answer: Acknowledgement::Element("7"),
    check: Check::ClaimWith(Features::MISNUMBERED, check),
};

/// Looks at the numbers only: the fifty-first line is told by the walk, as a loop
/// repeated too often, and [`super::describe`] puts it under this rule.
fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    controls(claim, report);
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

/// Lines that bear the line item control number of one before them.
fn controls(claim: &Claim<'_>, report: &mut Report<'_>) {
    let mut seen: HashMap<&[u8], u32> = HashMap::new();
    for line in claim.lines() {
        let control = claim.text.element(line.control, 2);
        let Some(segment) = line.control.filter(|_| !control.trim_ascii().is_empty()) else {
            continue;
        };
        let first = *seen.entry(control).or_insert(line.number);
        if first != line.number {
            report
                .add_as(
                    Severity::Warn,
                    "2400",
                    Spot::element(segment, 2),
                    format!(
                        "service line {} bears the line item control number (REF*6R) of line {first}",
                        line.number
                    ),
                )
                .help("give each line of the claim a number of its own: the remittance names the line by it")
                .line(line.number)
                .answered(("A7", "584", ""));
        }
    }
}

/// Whether two lines bear the same line item control number, as far as that is seen at once.
pub(in crate::rules) fn may_share_control(claim: &Claim<'_>) -> bool {
    const FEW: usize = 8;
    let (lines, text) = (claim.lines(), &claim.text);
    if lines.len() < 2 {
        return false;
    }
    let mut seen = [0_u128; FEW];
    let Some(seen) = seen.get_mut(..lines.len()) else {
        return true;
    };
    for (place, line) in lines.iter().enumerate() {
        if line.control.is_none() {
            continue;
        }
        let Some(control) = text.short(text.span(line.control, 2)) else {
            return true;
        };
        let (before, rest) = seen.split_at_mut(place);
        if before.contains(&control) {
            return true;
        }
        if let Some(own) = rest.first_mut() {
            *own = control;
        }
    }
    false
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
