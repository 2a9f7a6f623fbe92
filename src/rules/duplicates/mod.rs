//! DUP: is something billed that was billed already?

pub mod accepted_before;
pub mod same_claim;
pub mod same_line;
