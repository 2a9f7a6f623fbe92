//! BAL001: the claim's charge and the sum of its lines.

use crate::claim::Claim;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::{CentsTotal, Severity};

/// BAL001.
pub static RULE: Rule = Rule {
    code: "BAL001",
    name: "claim-charge-not-sum-of-lines",
    snip: 3,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "The total charge of the claim (CLM02) must equal the sum of the charges of its service lines (SV102).",
    why: "A payer's front end adds the lines itself and returns a claim that is out of balance before it is read any further.",
    remedy: "Correct CLM02 or the line that was changed last. Charges are compared in exact cents.",
    fails: Example {
        text: "CLM*26463774*100***11:B:1*Y*A*Y*Y~\nLX*1~\nSV1*HC:97110:GP*60*UN*2***1~\nLX*2~\nSV1*HC:97112:GP*30*UN*1***1~",
        note: "60.00 + 30.00 is 90.00, not 100.00",
    },
    passes: Example {
        text: "CLM*26463774*90***11:B:1*Y*A*Y*Y~\nLX*1~\nSV1*HC:97110:GP*60*UN*2***1~\nLX*2~\nSV1*HC:97112:GP*30*UN*1***1~",
        note: "60.00 + 30.00 is 90.00",
    },
    sources: &["005010X222A1, balancing of claim and service line charges"],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "400", ""),
    check: Check::ClaimWith(Features::UNBALANCED, check),
};

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    let Some(total) = claim.charge() else { return };
    if claim.lines().is_empty() {
        // That lines are missing is another rule's finding.
        return;
    }
    let mut lines = CentsTotal::ZERO;
    for line in claim.lines() {
        // A charge that is no amount is another rule's finding.
        let Some(charge) = line.charge else { return };
        lines = lines.plus(charge);
    }
    if lines != total.into() {
        let billed = match claim.lines().len() {
            1 => "its one service line bills".to_owned(),
            count => format!("its {count} service lines add up to"),
        };
        let message = format!("the claim charge is {total}, but {billed} {lines}");
        report
            .add("2300", Spot::element(claim.parts.clm, 2), message)
            .help(format!("make CLM02 {lines}, or correct the line charges"));
    }
}
