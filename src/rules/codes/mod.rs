//! COD: are codes and identifiers real, on the day of service?

pub mod accident_data_incomplete;
pub mod date_out_of_order;
pub mod diagnosis_not_billable;
pub mod diagnosis_pointer;
pub mod filed_too_late;
pub mod frequency_code;
pub mod member_id;
pub mod modifier_not_valid;
pub mod other_payer_not_named;
mod parties;
pub mod payer_order;
pub mod place_of_service;
pub mod procedure_not_valid;
pub mod provider_address;
pub mod provider_identifier;
pub mod provider_npi;
pub mod provider_taxonomy;
pub mod secondary_reason_missing;
pub mod subscriber_data_missing;
