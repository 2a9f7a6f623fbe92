//! COD020: national drug codes that are not eleven digits.

use super::parties::safe;
use crate::claim::Claim;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// COD020.
pub static RULE: Rule = Rule {
    code: "COD020",
    name: "drug-code-malformed",
    snip: 4,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "A national drug code (2410 LIN03, with N4 in LIN02) has eleven digits: five of the labeler, four of the product, two of the package.",
    why: "A payer looks the drug up by all eleven digits, and returns a line whose code it does not find.",
    remedy: "Write the code without hyphens, and put a zero in front of whichever part of a code of ten digits is short: 4-4-2 becomes 5-4-2 by a zero in front.",
    fails: Example {
        text: "LIN**N4*12345-6789-01~\nCTP****1*UN~",
        note: "written with hyphens",
    },
    passes: Example {
        text: "LIN**N4*12345678901~\nCTP****1*UN~",
        note: "eleven digits",
    },
    sources: &["005010X222A1, 2410 LIN03 (5-4-2 format)"],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "218", ""),
    check: Check::ClaimWith(Features::DRUG, check),
};

/// Digits of a code.
const DIGITS: usize = 11;

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    for &(line, index) in &claim.parts.drugs {
        let segment = claim.text.segment(index);
        let code = segment.element(3).trim_ascii();
        // That there is none is the structure's finding.
        if segment.id() != b"LIN" || segment.element(2) != b"N4" || code.is_empty() {
            continue;
        }
        if code.len() == DIGITS && code.iter().all(u8::is_ascii_digit) {
            continue;
        }
        let whole = unhyphened(code);
        let what = if whole.is_some() {
            "is written with hyphens"
        } else {
            "is not eleven digits"
        };
        let finding = report.add(
            "2410",
            Spot::element(index, 3),
            format!("the national drug code {what}"),
        );
        finding
            .help(
                "give eleven digits, 5-4-2 without the hyphens; a short part gets a zero in front",
            )
            .line(line);
        finding.fix = whole.map(|whole| safe("leave out the hyphens", whole));
    }
}

/// The digits of a code of the form 5-4-2.
fn unhyphened(code: &[u8]) -> Option<String> {
    let parts: Vec<&[u8]> = code.split(|&byte| byte == b'-').collect();
    let [labeler, product, package] = parts.as_slice() else {
        return None;
    };
    let lengths = [labeler, product, package].map(|part| part.len());
    let digits = || parts.iter().copied().flatten();
    (lengths == [5, 4, 2] && digits().all(u8::is_ascii_digit))
        .then(|| digits().map(|&digit| char::from(digit)).collect())
}

#[cfg(test)]
mod tests {
    use super::unhyphened;

    #[test]
    fn only_hyphens_that_leave_eleven_digits_in_place_are_left_out() {
        assert_eq!(unhyphened(b"12345-6789-01").as_deref(), Some("12345678901"));
        for code in [
            "1234-6789-01",
            "12345-678-01",
            "1234567890",
            "12345-6789-0A",
            "123456789-01",
        ] {
            assert_eq!(unhyphened(code.as_bytes()), None, "{code}");
        }
    }
}
