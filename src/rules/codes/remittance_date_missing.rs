//! COD021: the day on which another payer judged the claim.

use super::parties::on_line;
use crate::claim::Claim;
use crate::claim::parts::OtherPayer;
use crate::rules::balance::by_payer;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// COD021.
pub static RULE: Rule = Rule {
    code: "COD021",
    name: "remittance-date-missing",
    snip: 4,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "Another payer that has judged the claim (AMT*D or CAS in 2320) gives the day of its check or remittance (DTP*573): in 2330B, or on the lines it judged (2430). At both places it is warned about. A judgement of a line without its day is SYN002's.",
    why: "The next payer tells by this day in time whether it was asked in time, and returns a claim without it.",
    remedy: "Put the day of that payer's remittance (835) on each line it judged, or in 2330B when it judged no line by itself.",
    fails: Example {
        text: "SBR*P*18*******CI~\nCAS*CO*45*40~\nAMT*D*60~\nOI***Y***Y~\nNM1*IL*1*SAMPLE*PAT****MI*ABC1~\nNM1*PR*2*OTHER PLAN*****PI*OTHER1~",
        note: "60.00 paid, and nobody says when",
    },
    passes: Example {
        text: "SBR*P*18*******CI~\nCAS*CO*45*40~\nAMT*D*60~\nOI***Y***Y~\nNM1*IL*1*SAMPLE*PAT****MI*ABC1~\nNM1*PR*2*OTHER PLAN*****PI*OTHER1~\nDTP*573*D8*20260401~",
        note: "paid on 2026-04-01",
    },
    sources: &["005010X222A1, 2330B DTP*573 and 2430 DTP*573"],
    asks_policy: false,
    answer: Acknowledgement::Claim("A6", "516", "PR"),
    check: Check::ClaimWith(Features::OTHER_PAYER, check),
};

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    // Where the lines' payers cannot be told apart nothing can be said.
    let Some(on_lines) = by_payer::on_lines(claim) else {
        return;
    };
    for (other, on_lines) in claim.parts.others.iter().zip(on_lines) {
        match (other.adjudicated, on_lines.dated) {
            // That a judgement of a line has no day is SYN002's.
            (None, _) if on_lines.lines == 0 => missing(other, report),
            (Some(_), Some((line, date))) => {
                let finding = report.add_as(
                    Severity::Warn,
                    "2430",
                    Spot::segment(date),
                    "the date of the other payer's remittance stands in 2330B and on the line",
                );
                on_line(finding, Some(line)).help("leave it out in 2330B when the lines say it");
            }
            _ => {}
        }
    }
}

/// A payer that has judged the claim, and says nowhere when.
fn missing(other: &OtherPayer, report: &mut Report<'_>) {
    let judged = other.paid.or(other.adjustments.first().copied());
    if let (Some(_), Some(at)) = (judged, other.payer.or(other.sbr)) {
        report
            .add(
                "2330B",
                Spot::segment(at),
                "the other payer has judged the claim, and the date of its remittance (DTP*573) is missing",
            )
            .help("add DTP*573 with the day of that payer's check or remittance behind NM1*PR");
    }
}
