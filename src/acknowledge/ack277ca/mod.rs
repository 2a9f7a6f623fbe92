//! 277CA: what becomes of each claim, one transaction set for each 837P set received.

mod claim;
mod set;
mod spool;

pub(super) use claim::{claim, provider};
pub(super) use set::{SetAnswer, Sums};

/// Stands for an identifier or a name that the claim does not have.
const UNKNOWN: &str = "UNKNOWN";
