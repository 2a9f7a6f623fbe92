//! Every rule, in the order of the book. A rule that is not here does not exist.

use super::rule::Rule;
use super::{balance, codes, envelope, syntax, telehealth, therapy};

/// The rule book.
pub static RULES: &[&Rule] = &[
    &balance::claim_charge::RULE,
];

/// The rule with this code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code.eq_ignore_ascii_case(code) || rule.name == code)
}
