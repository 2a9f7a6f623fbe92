//! BAL003: what another payer paid and adjusted, line by line.

use super::adjustments;
use crate::claim::{Claim, Line};
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::{Cents, CentsTotal, Severity};

/// BAL003.
pub static RULE: Rule = Rule {
    code: "BAL003",
    name: "other-payer-line-unbalanced",
    snip: 3,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "For each other payer that judged a line (2430), what it paid (SVD02) plus its line adjustments (CAS) must equal the charge of the line (SV102). Several 2430 loops of one payer under a line are added.",
    why: "The next payer pays from these amounts, and its front end returns a claim whose line adjudication does not balance.",
    remedy: "Copy paid amount and adjustments of the line from that payer's remittance (835). A line that was denied has paid 0 and its whole charge in CAS, and so has one that was bundled into another (SVD06).",
    fails: Example {
        text: "SV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20260302~\nSVD*60054*40*HC:97110:GP**2~\nCAS*CO*45*15~\nDTP*573*D8*20260320~",
        note: "40.00 paid + 15.00 adjusted is 55.00, not the line charge of 60.00",
    },
    passes: Example {
        text: "SV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20260302~\nSVD*60054*40*HC:97110:GP**2~\nCAS*CO*45*15~\nCAS*PR*2*5~\nDTP*573*D8*20260320~",
        note: "40.00 paid + 15.00 + 5.00 adjusted is 60.00",
    },
    sources: &[
        "005010X222A1, balancing of coordination of benefits",
        "X12 RFI 1555 (unbundled lines)",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "672", ""),
    check: Check::LineWith(Features::ADJUDICATED, check),
};

fn check(claim: &Claim<'_>, line: &Line, _: &Context<'_>, report: &mut Report<'_>) {
    let Some(charge) = line.charge else { return };
    let text = &claim.text;
    let payer_of = |svd: u32| text.segment(svd).element(1);
    for (at, first) in line.adjudications.iter().enumerate() {
        let payer = payer_of(first.svd);
        let same = |other: &&crate::claim::lines::Adjudication| payer_of(other.svd) == payer;
        if line
            .adjudications
            .iter()
            .take(at)
            .any(|earlier| same(&earlier))
        {
            continue;
        }
        let several = line
            .adjudications
            .iter()
            .skip(at + 1)
            .any(|later| same(&later));
        if several && is_ambiguous(claim, payer) {
            continue;
        }
        let mut paid = Some(CentsTotal::ZERO);
        let mut adjusted = Some(CentsTotal::ZERO);
        for part in line.adjudications.iter().filter(same) {
            let (more_paid, more_adjusted) = (
                Cents::parse(text.segment(part.svd).element(2)),
                adjustments::sum(text, &part.adjustments),
            );
            paid = paid.zip(more_paid).map(|(all, more)| all.plus(more));
            adjusted = adjusted
                .zip(more_adjusted)
                .map(|(all, more)| all.plus(more));
        }
        // An amount that cannot be read is another rule's finding.
        let (Some(paid), Some(adjusted)) = (paid, adjusted) else {
            continue;
        };
        let total = paid.plus(adjusted);
        if total != charge.into() {
            let message = format!(
                "the other payer's payment of {paid} plus its line adjustments of {adjusted} is {total}, not the line charge of {charge}"
            );
            report
                .add("2430", Spot::element(first.svd, 2), message)
                .help("take SVD02 and every CAS amount of this line from that payer's remittance")
                .line(line.number);
        }
    }
}

/// Whether two payers of the claim have this identifier, so that several 2430 loops
/// may be each one's own or one's unbundled parts.
fn is_ambiguous(claim: &Claim<'_>, payer: &[u8]) -> bool {
    claim
        .parts
        .others
        .iter()
        .filter(|other| claim.text.element(other.payer, 9) == payer)
        .count()
        > 1
}
