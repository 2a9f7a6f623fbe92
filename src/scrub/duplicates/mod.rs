//! Claims that bill the same as an earlier one of the input.
//!
//! A worker takes each claim's fingerprint while it judges; the coordinator, which sees
//! blocks in the order of the input, compares it with those before. The worker itself tells
//! of twins within the block. A block that holds others is judged once more, knowing them,
//! so that what is told of a twin is told like everything else, and is the same for any
//! number of threads and any size of block.

mod apart;
mod fingerprint;
mod near;
mod seen;

pub use fingerprint::{Print, Prints};
pub use near::Near;
pub use seen::Seen;

/// A claim that bills the same as an earlier one; both by their place in the input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Twin {
    /// The later claim.
    pub claim: u64,
    /// The first that bills the same and is not rejected.
    pub first: u64,
}
