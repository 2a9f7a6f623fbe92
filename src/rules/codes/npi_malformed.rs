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

/// Whether nothing is wrong with the NPI, looked at eight digits at a time.
pub(in crate::rules) fn is_right(npi: &[u8]) -> bool {
    let Some((&eight, &[ninth @ b'0'..=b'9', tenth @ b'0'..=b'9'])) = npi.split_first_chunk()
    else {
        return false;
    };
    // Less '0' none may be below 0 or above 9, which sets a high bit in one of the two.
    let digits = u64::from_be_bytes(eight).wrapping_sub(0x3030_3030_3030_3030);
    let others = (digits | digits.wrapping_add(0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080;
    if others != 0 || !matches!(eight[0], b'1' | b'2') {
        return false;
    }
    // The first of each two counts twice, and 9 less when that makes two digits: it is 5
    // or more then, and a high bit is set by what lacks it to 128.
    let doubled = digits & 0x0F00_0F00_0F00_0F00;
    let carried = (doubled + 0x7B00_7B00_7B00_7B00) & 0x8000_8000_8000_8000;
    let counted = (digits & 0x000F_000F_000F_000F) + doubled * 2;
    let sum = (counted.wrapping_mul(0x0101_0101_0101_0101) >> 56) as u32;
    let ninth = u32::from(ninth - b'0');
    // One bit in each two bytes, added up in the highest two.
    let carried = ((carried >> 15).wrapping_mul(0x0001_0001_0001_0001) >> 48) as u32;
    let nines = carried + u32::from(ninth >= 5);
    let sum = sum + ninth * 2 + u32::from(tenth - b'0') + 24 - nines * 9;
    sum.is_multiple_of(10)
}

/// What is wrong with the NPI; `None` when nothing is.
#[inline]
fn fault(npi: &[u8]) -> Option<&'static str> {
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
    use super::{fault, is_right};

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
    fn a_right_npi_is_one_without_a_fault() {
        for place in 0..10 {
            for byte in 0..=u8::MAX {
                for last in b'0'..=b'9' {
                    let mut npi = *b"1987654321";
                    npi[9] = last;
                    npi[place] = byte;
                    assert_eq!(is_right(&npi), fault(&npi).is_none(), "{npi:?}");
                }
            }
        }
        for npi in ["", "123456789", "12345678933"] {
            assert!(!is_right(npi.as_bytes()), "{npi}");
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
