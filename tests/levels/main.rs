//! What damage in the hierarchy of a transaction set costs: the claims under the damaged
//! level, no others, and the same ones wherever the file is cut into blocks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

#[path = "../common/mod.rs"]
mod common;

mod any_blocks;
mod costs;
mod hierarchy;
mod set;
mod too_many;
