//! COD008: pointers to diagnoses that are not there.

use crate::claim::{Claim, Line};
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// COD008.
pub static RULE: Rule = Rule {
    code: "COD008",
    name: "diagnosis-pointer-broken",
    snip: 4,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "Each diagnosis pointer of a line (SV107-1 to SV107-4) is the position of a diagnosis in the claim's HI segment, and the first is filled. A pointer that stands twice on a line is warned about.",
    why: "The pointer says why the service was needed; a payer returns a line that points at nothing.",
    remedy: "Count the diagnoses of the HI segment from 1 and give the position of the one the service was for, the most important one first.",
    fails: Example {
        text: "HI*ABK:M5450*ABF:M25511~\nLX*1~\nSV1*HC:97110:GP*60*UN*2***3~",
        note: "there are two diagnoses, not three",
    },
    passes: Example {
        text: "HI*ABK:M5450*ABF:M25511~\nLX*1~\nSV1*HC:97110:GP*60*UN*2***2:1~",
        note: "the second diagnosis, then the first",
    },
    sources: &["005010X222A1, 2400 SV107"],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "477", ""),
    check: Check::ClaimWith(Features::ODD_POINTER, check),
};

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    let there = claim.diagnoses().fold(
        0_u16,
        |set, (_, code, at)| if code.is_empty() { set } else { set | bit(at) },
    );
    if there == 0 {
        // That there is no diagnosis at all is the structure's finding.
        return;
    }
    let text = &claim.text;
    for line in claim.lines() {
        let Some(sv1) = line.sv1 else { continue };
        let mut seen = 0_u16;
        for (value, component) in text
            .segment(sv1)
            .components(7, text.delimiters)
            .zip(1_u8..=4)
        {
            let spot = Spot::component(sv1, 7, component);
            if value.is_empty() {
                if component == 1 {
                    report
                        .add(
                            "2400",
                            spot,
                            "the first diagnosis pointer (SV107-1) is missing",
                        )
                        .help("give the position of the diagnosis the service was for")
                        .line(line.number);
                }
                continue;
            }
            // What is no number from 1 to 12 is the structure's finding.
            let Some(pointer) = number(value) else {
                continue;
            };
            let bit = bit(pointer);
            if there & bit == 0 {
                // Bits above this one: diagnoses that stand behind.
                let lacks = if there > bit {
                    format!("HI{pointer:02} is empty")
                } else {
                    let count = there.count_ones();
                    let noun = if count == 1 { "diagnosis" } else { "diagnoses" };
                    format!("the claim has {count} {noun}")
                };
                report
                    .add("2400", spot, format!("SV107-{component} points at diagnosis {pointer}, but {lacks}"))
                    .help("point at the position of a diagnosis in the HI segment, or add the diagnosis there")
                    .line(line.number);
            } else if seen & bit != 0 {
                report
                    .add_as(
                        Severity::Warn,
                        "2400",
                        spot,
                        format!("SV107-{component} points at diagnosis {pointer} a second time"),
                    )
                    .help("name each diagnosis once")
                    .line(line.number);
            }
            seen |= bit;
        }
    }
}

/// Whether the line points to the diagnosis at this position.
pub(super) fn points_at(claim: &Claim<'_>, line: &Line, position: usize) -> bool {
    line.sv1.is_some_and(|sv1| {
        let pointers = claim.text.segment(sv1).components(7, claim.text.delimiters);
        pointers
            .take(4)
            .any(|pointer| number(pointer) == Some(position))
    })
}

/// A pointer, 1 to 12.
fn number(value: &[u8]) -> Option<usize> {
    match value {
        [digit @ b'1'..=b'9'] | [b'0', digit @ b'1'..=b'9'] => Some(usize::from(digit - b'0')),
        [b'1', digit @ b'0'..=b'2'] => Some(usize::from(digit - b'0') + 10),
        _ => None,
    }
}

/// The bit of a position; none beyond the twelfth.
fn bit(position: usize) -> u16 {
    if (1..=12).contains(&position) {
        1 << position
    } else {
        0
    }
}
