//! Every rule, in the order of the book. A rule that is not here does not exist.

use super::rule::Rule;
use super::{balance, codes, envelope, syntax, telehealth, therapy};

/// The rule book.
pub static RULES: &[&Rule] = &[
    &envelope::leading_bytes::RULE,
    &envelope::interchange_header_malformed::RULE,
    &envelope::envelope_not_closed::RULE,
    &envelope::control_number_mismatch::RULE,
    &envelope::envelope_count_wrong::RULE,
    &envelope::transaction_set_unsupported::RULE,
    &envelope::control_number_repeated::RULE,
    &envelope::segments_outside_envelope::RULE,
    &envelope::test_data_in_production::RULE,
    &envelope::transaction_set_too_large::RULE,
    &syntax::segment_not_expected::RULE,
    &syntax::required_segment_missing::RULE,
    &syntax::required_loop_missing::RULE,
    &syntax::repeated_past_maximum::RULE,
    &syntax::required_element_missing::RULE,
    &syntax::element_not_used::RULE,
    &syntax::too_many_elements::RULE,
    &syntax::length_out_of_range::RULE,
    &syntax::data_type_wrong::RULE,
    &syntax::code_not_in_list::RULE,
    &syntax::date_or_time_invalid::RULE,
    &syntax::element_relation_broken::RULE,
    &syntax::hierarchy_broken::RULE,
    &syntax::characters_out_of_place::RULE,
    &syntax::service_line_number::RULE,
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
    RULES
        .iter()
        .copied()
        .find(|rule| rule.code.eq_ignore_ascii_case(code) || rule.name == code)
}
