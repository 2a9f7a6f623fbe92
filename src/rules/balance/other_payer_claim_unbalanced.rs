//! BAL002: what another payer paid and adjusted, at claim level.

use std::collections::BTreeMap;

use super::{adjustments, by_payer};
use crate::claim::Claim;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::{Cents, CentsTotal, Severity};

/// BAL002.
pub static RULE: Rule = Rule {
    code: "BAL002",
    name: "other-payer-claim-unbalanced",
    snip: 3,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "What another payer paid for the claim (2320 AMT*D) must agree with its other amounts. Without line adjudication by that payer (2430), AMT*D plus its claim adjustments (2320 CAS) is the claim charge (CLM02). With it, AMT*D is there, and the sum of its line payments (SVD02) less its claim adjustments; that it is more is only warned about where lines have no 2430 of this payer. So is what remains for the patient (AMT*EAF) of one payer in 2320 and in 2430: it stands on the lines, or on the claim where only that was judged.",
    why: "The next payer works out what is left from these amounts, and its front end returns a claim whose other payer does not balance.",
    remedy: "Copy paid amount and adjustments from that payer's remittance (835). Give claim adjustments only for what was adjusted on the claim as a whole, and line adjustments on their lines. A payer that has not judged the claim yet has neither AMT*D nor CAS.",
    fails: Example {
        text: "CLM*26463774*100***11:B:1*Y*A*Y*Y~\nSBR*P*18*******CI~\nCAS*CO*45*15~\nAMT*D*80~",
        note: "80.00 paid + 15.00 adjusted is 95.00, not the charge of 100.00",
    },
    passes: Example {
        text: "CLM*26463774*100***11:B:1*Y*A*Y*Y~\nSBR*P*18*******CI~\nCAS*CO*45*15~\nCAS*PR*2*5~\nAMT*D*80~",
        note: "80.00 paid + 15.00 + 5.00 adjusted is 100.00",
    },
    sources: &[
        "005010X222A1, balancing of coordination of benefits",
        "005010X222A1, 2320 AMT*EAF (not used where 2430 AMT*EAF is, for the same payer)",
        "X12 RFI 1137 and RFI 2168 (claim level balancing)",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "672", ""),
    check: Check::ClaimWith(Features::OTHER_PAYER, check),
};

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    liability_twice(claim, report);
    let on_lines = by_payer::on_lines(claim);
    for (at, other) in claim.parts.others.iter().enumerate() {
        let judged = on_lines.as_ref().and_then(|all| all.get(at));
        if let Some(sbr) = other
            .sbr
            .filter(|_| other.paid.is_none() && judged.is_some_and(|judged| judged.lines > 0))
        {
            report
                .add(
                    "2320",
                    Spot::segment(sbr),
                    "the other payer has judged lines (2430), and what it paid for the claim (AMT*D) is missing",
                )
                .help("add AMT*D with the sum of this payer's SVD02 less its 2320 CAS amounts, 0 if it paid nothing");
            continue;
        }
        let first = other.paid.or(other.adjustments.first().copied());
        // A payer without either has not judged the claim.
        let Some(first) = first else { continue };
        let paid = match other.paid {
            Some(paid) => Cents::parse(claim.text.segment(paid).element(2)).map(CentsTotal::from),
            None => Some(CentsTotal::ZERO),
        };
        let (Some(paid), Some(adjusted)) =
            (paid, adjustments::sum(&claim.text, &other.adjustments))
        else {
            continue;
        };
        let spot = Spot::element(first, if other.paid.is_some() { 2 } else { 3 });
        // Where the lines' payers cannot be told apart nothing can be said.
        let Some(on_lines) = judged else { continue };
        // An amount that cannot be read is another rule's finding.
        let Some(on_lines_paid) = on_lines.paid else {
            continue;
        };
        if on_lines.lines == 0 {
            at_claim(claim, paid, adjusted, spot, report);
        } else {
            let lines = (on_lines.lines, on_lines_paid);
            with_lines(claim, lines, paid, adjusted, spot, report);
        }
    }
}

/// What remains for the patient, by one payer, on the claim and on a line.
fn liability_twice(claim: &Claim<'_>, report: &mut Report<'_>) {
    let text = &claim.text;
    let liabilities = |loop_id: &'static str| {
        let amounts = claim.parts.amounts.iter();
        amounts.filter(move |amount| {
            amount.spec.loop_id == loop_id && text.segment(amount.segment).element(1) == b"EAF"
        })
    };
    let mut on_lines = BTreeMap::new();
    for amount in liabilities("2430") {
        let line = amount
            .line
            .and_then(|number| claim.lines().get(number.checked_sub(1)? as usize));
        let judged = line.map_or(&[][..], |line| &line.adjudications);
        let behind = judged.partition_point(|one| one.svd < amount.segment);
        if let Some(one) = behind.checked_sub(1).and_then(|at| judged.get(at)) {
            let payer = text.segment(one.svd).element(1);
            on_lines.entry(payer).or_insert(amount.line);
        }
    }
    if on_lines.is_empty() {
        return;
    }
    let others = &claim.parts.others;
    for amount in liabilities("2320") {
        let behind = others.partition_point(|other| other.sbr < Some(amount.segment));
        let Some(other) = behind.checked_sub(1).and_then(|at| others.get(at)) else {
            continue;
        };
        let payer = text.element(other.payer, 9);
        // Of two judgements of one payer it can't be told which one a line is of.
        let same = others
            .iter()
            .filter(|other| text.element(other.payer, 9) == payer);
        if let Some(&Some(line)) = on_lines.get(payer)
            && same.count() == 1
        {
            report
                .add_as(
                    Severity::Warn,
                    "2320",
                    Spot::element(amount.segment, 1),
                    format!("AMT*EAF of this payer stands on the claim, and on line {line} (2430) as well"),
                )
                .help("leave it on the lines, and take it out of 2320");
        }
    }
}

fn at_claim(
    claim: &Claim<'_>,
    paid: CentsTotal,
    adjusted: CentsTotal,
    spot: Spot,
    report: &mut Report<'_>,
) {
    let Some(charge) = claim.charge() else { return };
    let total = paid.plus(adjusted);
    if total != charge.into() {
        let message = format!(
            "the other payer's payment of {paid} plus its claim adjustments of {adjusted} is {total}, not the claim charge of {charge}"
        );
        report
            .add("2320", spot, message)
            .help("take AMT*D and every CAS amount from that payer's remittance, or report its line adjudication in 2430");
    }
}

fn with_lines(
    claim: &Claim<'_>,
    (lines, paid_on_lines): (usize, CentsTotal),
    paid: CentsTotal,
    adjusted: CentsTotal,
    spot: Spot,
    report: &mut Report<'_>,
) {
    let expected = paid_on_lines.minus(adjusted);
    if paid == expected {
        return;
    }
    // Lines that this payer has not judged in 2430 may be part of what it paid, but take nothing
    // from it.
    let severity = if lines == claim.lines().len() || paid < expected {
        Severity::Reject
    } else {
        Severity::Warn
    };
    let message = format!(
        "AMT*D is {paid}, but the other payer's line payments of {paid_on_lines} less its claim adjustments of {adjusted} are {expected}"
    );
    report
        .add_as(severity, "2320", spot, message)
        .help("make AMT*D the sum of this payer's SVD02 less its 2320 CAS amounts; what stands in a 2430 CAS is not repeated in 2320");
}
