//! Every rule, in the order of the book. A rule that is not here does not exist.

use super::rule::Rule;
use super::{balance, codes, envelope, syntax, telehealth, therapy};

/// The rule book.
pub static RULES: &[&Rule] = &[
    &balance::claim_charge::RULE,
    &therapy::discipline_modifier::RULE,
    &therapy::assistant_modifier::RULE,
    &therapy::units_wrong::RULE,
    &therapy::one_unit_code::RULE,
    &therapy::two_evaluations::RULE,
    &therapy::code_not_live::RULE,
    &therapy::visit_span::RULE,
    &telehealth::not_paid::RULE,
    &telehealth::code_not_payable::RULE,
    &telehealth::place_not_taken::RULE,
    &telehealth::modifier_missing::RULE,
    &telehealth::modifier_not_taken::RULE,
    &telehealth::modifiers_contradict::RULE,
    &telehealth::in_person_place::RULE,
    &telehealth::audio_only::RULE,
    &telehealth::store_and_forward::RULE,
    &telehealth::hands_on_service::RULE,
    &telehealth::assistant::RULE,
    &telehealth::home_not_taken::RULE,
    &telehealth::communication_service::RULE,
    &telehealth::places_disagree::RULE,
    &telehealth::transport::RULE,
    &telehealth::policy_unknown::RULE,
    &telehealth::payer_policy_untold::RULE,
    &telehealth::states_differ::RULE,
];

/// The rule with this code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code.eq_ignore_ascii_case(code) || rule.name == code)
}
