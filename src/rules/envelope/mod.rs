//! ENV: is every envelope whole, counted and numbered, and of the kind we read?
//!
//! The survey finds the faults; here each rule has its words for them.

pub mod control_number_mismatch;
pub mod control_number_repeated;
pub mod envelope_count_wrong;
pub mod envelope_not_closed;
pub mod interchange_header_malformed;
pub mod interchange_taken_before;
pub mod leading_bytes;
pub mod segments_outside_envelope;
pub mod test_data_in_production;
mod told;
pub mod transaction_set_too_large;
pub mod transaction_set_unsupported;

pub use told::Told;
