//! BAL004: amounts that cannot be billed.

use super::adjustments;
use crate::claim::Claim;
use crate::claim::parts::Amounts;
use crate::rules::finding::FixSafety;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Fix, Report, Rule, RuleScope, Spot,
};
use crate::value::{Cents, Severity};

/// BAL004.
pub static RULE: Rule = Rule {
    code: "BAL004",
    name: "amount-invalid",
    snip: 3,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "Amounts have at most two decimals and eight digits before them. Charges (CLM02, SV102), payments (AMT*F5, AMT*D, SVD02) and other amounts (AMT, CN102, HCP02, MOA, PS102, SV504, SV505) are not negative, and the patient paid (AMT*F5) no more than the claim charge. Adjustments (CAS) and savings (HCP03) may be negative. An adjustment of zero is warned about, and so is a group code (CAS01) in a second CAS of the same judgement while the first has room.",
    why: "Fractions of a cent make balancing impossible, a claim cannot charge less than nothing, and a payer returns a claim that says so.",
    remedy: "Correct the amount. Round charges to cents before they are added up; credit a patient who paid too much, and void (frequency 8) instead of billing a negative charge.",
    fails: Example {
        text: "CLM*26463774*90***11:B:1*Y*A*Y*Y~\nAMT*F5*100~",
        note: "the patient paid 100.00 on a claim of 90.00",
    },
    passes: Example {
        text: "CLM*26463774*90***11:B:1*Y*A*Y*Y~\nAMT*F5*20~",
        note: "the patient paid 20.00 of 90.00",
    },
    sources: &[
        "005010X222A1, decimal elements and monetary amounts (appendix B: at most ten characters with the cents)",
        "005010X222A1, 2320 and 2430 CAS (only adjustments other than zero are reported, each group code once)",
        "005010X222A1, CLM02, AMT, CN102, HCP02, MOA02, PS102, SV102, SV504, SVD02",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "402", ""),
    check: Check::ClaimWith(
        Features::ODD_AMOUNT
            .or(Features::UNBALANCED)
            .or(Features::OTHER_PAYER)
            .or(Features::ADJUDICATED),
        check,
    ),
};

/// The largest amount.
pub(in crate::rules) const MOST: Cents = Cents(9_999_999_999);

/// As many digits stand before the point at most.
const DIGITS: usize = 8;

/// Where an amount stands, as a biller calls it.
#[derive(Clone, Copy)]
struct Place<'a> {
    loop_id: &'static str,
    name: &'a str,
    line: Option<u32>,
    /// Whether it may be below zero.
    signed: bool,
}

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    fn at<'a>(loop_id: &'static str, name: &'a str) -> Place<'a> {
        Place {
            loop_id,
            name,
            line: None,
            signed: false,
        }
    }
    let parts = claim.parts;
    amount(claim, parts.clm, 2, at("2300", "CLM02"), report);
    if let Some(index) = parts.patient_paid {
        amount(claim, index, 2, at("2300", "AMT*F5"), report);
        patient_paid(claim, index, report);
    }
    for &amounts in &parts.amounts {
        other(claim, amounts, report);
    }
    for other in &parts.others {
        if let Some(index) = other.paid {
            amount(claim, index, 2, at("2320", "AMT*D"), report);
        }
        adjusted(
            claim,
            &other.adjustments,
            Place {
                signed: true,
                ..at("2320", "the CAS amount")
            },
            report,
        );
    }
    for line in claim.lines() {
        let on_line = |loop_id, name| Place {
            line: Some(line.number),
            ..at(loop_id, name)
        };
        if let Some(index) = line.sv1 {
            amount(claim, index, 2, on_line("2400", "SV102"), report);
        }
        for adjudication in &line.adjudications {
            amount(claim, adjudication.svd, 2, on_line("2430", "SVD02"), report);
            let place = Place {
                signed: true,
                ..on_line("2430", "the CAS amount")
            };
            adjusted(claim, &adjudication.adjustments, place, report);
        }
    }
}

/// Amounts that are part of no balance.
fn other(claim: &Claim<'_>, amounts: Amounts, report: &mut Report<'_>) {
    let Amounts {
        segment: index,
        spec,
        line,
    } = amounts;
    for (element, _) in (1..)
        .zip(&spec.elements)
        .filter(|(_, spec)| spec.is_amount())
    {
        let name = match (spec.id, claim.text.segment(index).element(1)) {
            ("AMT", qualifier) => format!("AMT*{}", String::from_utf8_lossy(qualifier)),
            (id, _) => format!("{id}{element:02}"),
        };
        let place = Place {
            loop_id: spec.loop_id,
            name: &name,
            line,
            // More may be allowed than is charged.
            signed: name == "HCP03",
        };
        amount(claim, index, element, place, report);
    }
}

fn patient_paid(claim: &Claim<'_>, index: u32, report: &mut Report<'_>) {
    let paid = Cents::parse(claim.text.segment(index).element(2));
    if let (Some(paid), Some(charge)) = (paid, claim.charge())
        && paid > charge
    {
        report
            .add("2300", Spot::element(index, 2), format!("the patient paid {paid}, more than the claim charge of {charge}"))
            .answered(("A7", "183", "QC"))
            .help("AMT*F5 is what the patient paid toward this claim: give no more than its charge, or correct CLM02");
    }
}

fn adjusted(claim: &Claim<'_>, segments: &[u32], place: Place<'_>, report: &mut Report<'_>) {
    for (at, &index) in segments.iter().enumerate() {
        for element in adjustments::AMOUNTS {
            amount(claim, index, element, place, report);
            nothing_adjusted(claim, index, element, place, report);
        }
        let before = segments.get(..at).unwrap_or_default();
        group_again(claim, index, before, place, report);
    }
}

fn nothing_adjusted(
    claim: &Claim<'_>,
    index: u32,
    element: u8,
    place: Place<'_>,
    report: &mut Report<'_>,
) {
    let value = claim.text.segment(index).element(usize::from(element));
    let decimals = value.split(|&byte| byte == b'.').nth(1);
    // More than two decimals are told as such.
    let is_exact = decimals.is_none_or(|decimals| decimals.len() <= 2);
    if is_exact && Cents::parse(value) == Some(Cents::ZERO) {
        let finding = report.add_as(
            Severity::Warn,
            place.loop_id,
            Spot::element(index, element),
            format!("CAS{element:02} is zero, and a payer is told only what was adjusted"),
        );
        finding
            .answered(("A7", "519", ""))
            .help("leave the adjustment out, with its reason code")
            .service_line = place.line;
    }
}

/// The group code of one of the CAS segments before, which has room for more.
fn group_again(
    claim: &Claim<'_>,
    index: u32,
    before: &[u32],
    place: Place<'_>,
    report: &mut Report<'_>,
) {
    const LAST_REASON: usize = 17;
    let group = claim.text.segment(index).element(1);
    let has_room = |&other: &u32| {
        let other = claim.text.segment(other);
        other.element(1) == group && other.element(LAST_REASON).is_empty()
    };
    if !group.is_empty() && before.iter().any(has_room) {
        let finding = report.add_as(
            Severity::Warn,
            place.loop_id,
            Spot::element(index, 1),
            format!(
                "the group code {} stands in an earlier CAS of the same judgement, which has room for more reasons",
                String::from_utf8_lossy(group)
            ),
        );
        finding
            .answered(("A7", "696", ""))
            .help("put all adjustments of one group code into one CAS, up to six")
            .service_line = place.line;
    }
}

#[inline]
fn amount(claim: &Claim<'_>, index: u32, element: u8, place: Place<'_>, report: &mut Report<'_>) {
    let value = claim.text.segment(index).element(usize::from(element));
    let negative = !place.signed && value.first() == Some(&b'-');
    if negative || decimals(value) > 2 || value.len() > DIGITS {
        tell(value, Spot::element(index, element), place, report);
    }
}

#[cold]
fn tell(value: &[u8], spot: Spot, place: Place<'_>, report: &mut Report<'_>) {
    if !is_decimal(value) {
        // Not a number at all: the structure rules say so.
        return;
    }
    let exact = Cents::parse(value);
    let Place {
        loop_id,
        name,
        line,
        signed,
    } = place;
    if decimals(value) > 2 {
        let finding = report.add(
            loop_id,
            spot,
            format!(
                "{name} has {} decimals; an amount has at most two",
                decimals(value)
            ),
        );
        finding
            .answered(("A7", "697", ""))
            .help("give dollars and cents, such as 12.50");
        finding.service_line = line;
        // Only zeros are left out: the amount stays what it is.
        finding.fix = exact.map(|cents| Fix {
            safety: FixSafety::Safe,
            title: "leave out the zeros behind the cents".to_owned(),
            replacement: cents.to_string(),
        });
    }
    if digits(value) > DIGITS {
        let finding = report.add(
            loop_id,
            spot,
            format!(
                "{name} has {} digits before the cents; an amount has at most {DIGITS}",
                digits(value)
            ),
        );
        finding.help("correct the amount; zeros in front do not count");
        finding.service_line = line;
    }
    if !signed && exact.is_none_or(|cents| cents < Cents::ZERO) && value.first() == Some(&b'-') {
        let finding = report.add(loop_id, spot, format!("{name} is below zero"));
        finding.help("charges and payments are not negative: send a void or replacement claim (CLM05-3 8 or 7) to take back an amount");
        finding.service_line = line;
    }
}

/// How many digits stand before the point, zeros in front left out.
fn digits(value: &[u8]) -> usize {
    value
        .iter()
        .skip_while(|byte| matches!(byte, b'-' | b'0'))
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}

/// How many characters stand behind the point.
#[inline]
fn decimals(value: &[u8]) -> usize {
    value
        .iter()
        .rev()
        .position(|&byte| byte == b'.')
        .unwrap_or(0)
}

/// Whether this is an X12 decimal number.
fn is_decimal(value: &[u8]) -> bool {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    let mut parts = digits.split(|&byte| byte == b'.');
    let (whole, behind) = (parts.next().unwrap_or(&[]), parts.next().unwrap_or(&[]));
    parts.next().is_none()
        && !(whole.is_empty() && behind.is_empty())
        && whole.iter().chain(behind).all(u8::is_ascii_digit)
}
