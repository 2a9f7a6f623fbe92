//! Every rule, in the order of the book. A rule that is not here does not exist.

use super::rule::Rule;
use super::{balance, codes, envelope, syntax, telehealth, therapy};

/// The rule book.
pub static RULES: &[&Rule] = &[
    &balance::claim_charge::RULE,
    &balance::other_payer_claim::RULE,
    &balance::other_payer_line::RULE,
    &balance::amount_invalid::RULE,
    &codes::provider_npi::RULE,
    &codes::provider_identifier::RULE,
    &codes::provider_address::RULE,
    &codes::place_of_service::RULE,
    &codes::procedure_not_valid::RULE,
    &codes::modifier_not_valid::RULE,
    &codes::diagnosis_not_billable::RULE,
    &codes::diagnosis_pointer::RULE,
    &codes::provider_taxonomy::RULE,
    &codes::date_out_of_order::RULE,
    &codes::frequency_code::RULE,
];

/// The rule with this code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code.eq_ignore_ascii_case(code) || rule.name == code)
}
