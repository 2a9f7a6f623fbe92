//! COD: are codes and identifiers real, on the day of service?

pub mod accident_data_incomplete;
pub mod address_not_valid;
pub mod admission_date_missing;
pub mod ambulance_data_missing;
mod boxes;
pub mod date_out_of_order;
pub mod diagnosis_not_billable;
pub mod diagnosis_pointer_broken;
pub mod drug_code_malformed;
pub mod filed_too_late;
pub mod frequency_code_unsupported;
pub mod member_id_malformed;
pub mod modifier_not_valid;
pub mod npi_malformed;
pub mod other_payer_not_named;
mod parties;
pub mod payers_contradict;
pub mod place_of_service_not_valid;
pub mod procedure_not_valid;
pub mod provider_identifier_missing;
pub mod referring_provider_twice;
pub mod remittance_date_missing;
pub mod secondary_reason_missing;
pub mod subscriber_data_missing;
pub mod taxonomy_not_valid;
pub mod telephone_malformed;
pub mod units_not_valid;
