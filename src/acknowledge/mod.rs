//! The acknowledgements of a run for the submitter: TA1, 999 (005010X231A1) and 277CA
//! (005010X214), one answering interchange for each that came in.
//!
//! Interchange faults stand in the TA1, faults of syntax in the 999, and what becomes of
//! each claim in the 277CA. An interchange that the TA1 rejects gets neither of the
//! others, a transaction set that the 999 rejects no 277CA. A fault of syntax inside a
//! claim is noted in the 999, which accepts its set with errors, and rejects the claim
//! in the 277CA.
//!
//! Answers are written with the delimiters of the interchange they answer, so that the
//! values they copy stay as they were. Their dates are the day of the run and their
//! control numbers follow from the input's hash: the same run gives the same bytes.

mod ack277ca;
mod ack999;
mod envelope;
mod follow;
mod frame;
mod keep;
mod status;
pub mod structure;
mod ta1;
mod write;

pub use follow::Follower;
pub use keep::{Acknowledgements, Answered};
