//! COD024: telephone numbers that are not ten digits.

use super::parties::safe;
use crate::rules::{Acknowledgement, Check, Example, LevelView, Report, Rule, RuleScope, Spot};
use crate::value::Severity;

/// COD024.
pub static RULE: Rule = Rule {
    code: "COD024",
    name: "telephone-malformed",
    snip: 4,
    scope: RuleScope::Provider,
    severity: Severity::Warn,
    what: "The billing provider's telephone and fax numbers (2010AA PER, behind TE or FX) are ten digits: area code, exchange, number.",
    why: "Front ends of payers hold these elements against that form, and nobody can be called at a number without its area code.",
    remedy: "Give ten digits and nothing else; an extension stands in an element of its own, behind EX.",
    fails: Example {
        text: "PER*IC*BILLING DESK*TE*555-0100~",
        note: "seven digits and a hyphen",
    },
    passes: Example {
        text: "PER*IC*BILLING DESK*TE*5125550100~",
        note: "area code and number",
    },
    sources: &["005010X222A1, 2010AA PER04, PER06 and PER08"],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "127", "85"),
    check: Check::Provider(level),
};

/// Digits of a number.
const DIGITS: usize = 10;

fn level(view: &LevelView<'_>, report: &mut Report<'_>) {
    for index in view.billing.contacts.into_iter().flatten() {
        let segment = view.text.segment(index);
        for element in [4_u8, 6, 8] {
            let number = segment.element(usize::from(element));
            let qualifier = segment.element(usize::from(element) - 1);
            if matches!(qualifier, b"TE" | b"FX") && !number.is_empty() && !is_right(number) {
                tell(number, Spot::element(index, element), report);
            }
        }
    }
}

fn is_right(number: &[u8]) -> bool {
    number.len() == DIGITS && number.iter().all(u8::is_ascii_digit)
}

#[cold]
fn tell(number: &[u8], spot: Spot, report: &mut Report<'_>) {
    let finding = report.add(
        "2010AA",
        spot,
        "the billing provider's telephone or fax number is not ten digits",
    );
    finding.help("give area code and number, ten digits without hyphens or blanks");
    let is_filling = |byte: &u8| matches!(byte, b' ' | b'-' | b'.' | b'(' | b')' | b'/');
    let rest: Vec<u8> = number
        .iter()
        .copied()
        .filter(|byte| !is_filling(byte))
        .collect();
    finding.fix =
        is_right(&rest).then(|| safe("leave out what is no digit", String::from_utf8_lossy(&rest)));
}
