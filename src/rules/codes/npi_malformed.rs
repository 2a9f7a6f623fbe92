//! COD001: national provider identifiers that cannot be.

use super::parties::{on_line, providers};
use crate::claim::Claim;
use crate::claim::text::Text;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, LevelView, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// COD001.
pub static RULE: Rule = Rule {
    code: "COD001",
    name: "npi-malformed",
    snip: 5,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "An identifier that NM108 calls an NPI (XX) has ten digits, begins with 1 or 2, and ends with the right check digit (the ISO 7812 check digit, reckoned with 80840 in front).",
    why: "A number that fails the check digit was never given to anybody: every payer returns the claim.",
    remedy: "Look the provider up in the national registry (NPPES) and correct NM109. Two neighbouring digits changed round are the usual cause.",
    fails: Example {
        text: "NM1*82*1*PROVIDER*PAT****XX*1234567890~",
        note: "the check digit of 123456789 is 3, not 0",
    },
    passes: Example {
        text: "NM1*82*1*PROVIDER*PAT****XX*1234567893~",
        note: "ten digits with the right check digit",
    },
    sources: &[
        "45 CFR 162.406 (form of the NPI)",
        "ISO/IEC 7812-1 (check digit)",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "562", "85"),
    check: Check::ProviderAndClaimWith(level, Features::ODD_NPI, claim),
};

fn level(view: &LevelView<'_>, report: &mut Report<'_>) {
    if let Some(name) = view.billing.name {
        judge(&view.text, name, "2010AA", None, report);
    }
}

fn claim(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    for (provider, line) in providers(claim) {
        judge(&claim.text, provider.name, provider.loop_id, line, report);
    }
}

#[inline]
fn judge(
    text: &Text<'_>,
    name: u32,
    loop_id: &'static str,
    line: Option<u32>,
    report: &mut Report<'_>,
) {
    let segment = text.segment(name);
    let npi = segment.element(9);
    if segment.element(8) != b"XX" || npi.trim_ascii().is_empty() {
        return;
    }
    if let Some(fault) = fault(npi) {
        let finding = report.add(
            loop_id,
            Spot::element(name, 9),
            format!("the NPI in NM109 {fault}"),
        );
        on_line(finding, line).help(
            "give the ten digits as the national registry (NPPES) lists them for this provider",
        );
    }
}

/// What is wrong with the NPI; `None` when nothing is.
#[inline]
pub(in crate::rules) fn fault(npi: &[u8]) -> Option<&'static str> {
    let Ok(npi) = <&[u8; 10]>::try_from(npi) else {
        return Some("does not have ten digits");
    };
    if !npi.iter().all(u8::is_ascii_digit) {
        return Some("holds something other than digits");
    }
    if !matches!(npi, [b'1' | b'2', ..]) {
        return Some("begins with neither 1 nor 2");
    }
    // The prefix 80840 always adds 24.
    let sum: u32 = (0_u32..)
        .zip(npi)
        .map(|(place, &byte)| {
            let digit = u32::from(byte - b'0');
            match (place % 2, digit) {
                (0, 5..) => digit * 2 - 9,
                (0, _) => digit * 2,
                _ => digit,
            }
        })
        .sum();
    (!(sum + 24).is_multiple_of(10)).then_some("fails its check digit")
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn the_check_digit_counts_80840_in_front() {
        for npi in ["1234567893", "1999999984", "1003000126", "2123456784"] {
            assert_eq!(fault(npi.as_bytes()), None, "{npi}");
        }
        for digit in b'0'..=b'9' {
            let npi = [b'1', b'2', b'3', b'4', b'5', b'6', b'7', b'8', b'9', digit];
            assert_eq!(fault(&npi).is_none(), digit == b'3');
        }
    }

    #[test]
    fn each_fault_has_its_words() {
        assert_eq!(fault(b"123456789"), Some("does not have ten digits"));
        assert_eq!(
            fault(b"12345 7893"),
            Some("holds something other than digits")
        );
        assert_eq!(fault(b"9876543213"), Some("begins with neither 1 nor 2"));
        assert_eq!(fault(b"1243567893"), Some("fails its check digit"));
    }
}
