//! COD019: quantities of nothing, or less.

use super::parties::on_line;
use crate::claim::{Claim, Line};
use crate::rules::therapy::therapy_units_wrong;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// COD019.
pub static RULE: Rule = Rule {
    code: "COD019",
    name: "units-not-valid",
    snip: 4,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "The units or minutes of a line (SV104) and the quantity of a drug (CTP04) are above zero, and the units another payer paid (SVD05) or a repricer allowed (HCP12) are not below it. Of therapy codes PTT003 tells.",
    why: "A payer returns a line on which nothing was furnished.",
    remedy: "Give what was furnished, or take the line out.",
    fails: Example {
        text: "SV1*HC:99213*100*UN*0***1~",
        note: "no visit at all, for 100.00",
    },
    passes: Example {
        text: "SV1*HC:99213*100*UN*1***1~",
        note: "one visit",
    },
    sources: &["005010X222A1, 2400 SV104 and HCP12, 2410 CTP04, 2430 SVD05"],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "476", ""),
    check: Check::ClaimWith(
        Features::MANY_UNITS
            .or(Features::DRUG)
            .or(Features::ADJUDICATED)
            .or(Features::ODD_AMOUNT),
        check,
    ),
};

/// A quantity in words, and where it stands.
struct Quantity {
    loop_id: &'static str,
    name: &'static str,
    spot: Spot,
    line: Option<u32>,
    /// Whether it may be zero.
    or_none: bool,
    /// The claim status code of it.
    status: &'static str,
}

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    let text = &claim.text;
    for line in claim.lines() {
        if let Some(sv1) = line.sv1.filter(|_| !is_told(claim, line, context)) {
            let quantity = Quantity {
                loop_id: "2400",
                name: "SV104",
                spot: Spot::element(sv1, 4),
                line: Some(line.number),
                or_none: false,
                status: "476",
            };
            look_at(text.segment(sv1).element(4), &quantity, report);
        }
        for adjudication in &line.adjudications {
            let quantity = Quantity {
                loop_id: "2430",
                name: "SVD05",
                spot: Spot::element(adjudication.svd, 5),
                line: Some(line.number),
                or_none: true,
                status: "608",
            };
            look_at(text.segment(adjudication.svd).element(5), &quantity, report);
        }
    }
    for &(line, index) in &claim.parts.drugs {
        let segment = text.segment(index);
        if segment.id() == b"CTP" {
            let quantity = Quantity {
                loop_id: "2410",
                name: "CTP04",
                spot: Spot::element(index, 4),
                line: Some(line),
                or_none: false,
                status: "476",
            };
            look_at(segment.element(4), &quantity, report);
        }
    }
    for priced in &claim.parts.amounts {
        if priced.spec.id == "HCP" {
            let quantity = Quantity {
                loop_id: priced.spec.loop_id,
                name: "HCP12",
                spot: Spot::element(priced.segment, 12),
                line: priced.line,
                or_none: true,
                status: "709",
            };
            look_at(text.segment(priced.segment).element(12), &quantity, report);
        }
    }
}

/// Whether PTT003 tells of the units.
fn is_told(claim: &Claim<'_>, line: &Line, context: &Context<'_>) -> bool {
    let sv1 = line.sv1.map(|sv1| claim.text.segment(sv1));
    sv1.is_some_and(|sv1| sv1.element(3) == b"UN")
        && therapy_units_wrong::counts_units(line, context)
}

fn look_at(value: &[u8], quantity: &Quantity, report: &mut Report<'_>) {
    let Some(below) = nothing(value) else { return };
    if quantity.or_none && !below {
        return;
    }
    let what = if below { "below zero" } else { "zero" };
    let finding = report.add(
        quantity.loop_id,
        quantity.spot,
        format!("{} is {what}", quantity.name),
    );
    on_line(finding, quantity.line)
        .answered(("A7", quantity.status, ""))
        .help("give the quantity that was furnished");
}

/// Whether the number is below zero; `None` when it is above it, or none.
fn nothing(value: &[u8]) -> Option<bool> {
    let (below, number) = match value {
        [b'-', number @ ..] => (true, number),
        number => (false, number),
    };
    let mut parts = number.split(|&byte| byte == b'.');
    let (whole, behind) = (parts.next().unwrap_or(&[]), parts.next().unwrap_or(&[]));
    let digits = || whole.iter().chain(behind);
    let is_number = parts.next().is_none() && digits().next().is_some();
    if !is_number || !digits().all(u8::is_ascii_digit) {
        return None;
    }
    let zero = digits().all(|&digit| digit == b'0');
    (zero || below).then_some(!zero)
}

#[cfg(test)]
mod tests {
    use super::nothing;

    #[test]
    fn zero_and_less_are_told_from_numbers_above() {
        for zero in ["0", "00", "0.0", ".0", "-0"] {
            assert_eq!(nothing(zero.as_bytes()), Some(false), "{zero}");
        }
        for below in ["-1", "-0.5", "-.5", "-12.00"] {
            assert_eq!(nothing(below.as_bytes()), Some(true), "{below}");
        }
        for other in ["1", "0.5", ".01", "", "-", ".", "0.0.0", "x", "--1", "1-"] {
            assert_eq!(nothing(other.as_bytes()), None, "{other}");
        }
    }
}
