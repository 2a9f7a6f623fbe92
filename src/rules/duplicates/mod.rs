//! DUP: is something billed that was billed already?

pub mod claim_accepted_before;
pub mod claim_twice_in_batch;
pub mod service_line_twice;
