//! A finished run, proved again: hashes, counts, dollars, and the outputs read back.
//!
//! The engine that wrote a file is a poor witness for it. [`read_back`] reads each
//! output with a parser that shares nothing with ours, the `edi` crate, one
//! transaction set at a time, and compares every element with what our own reader
//! sees. Built without the feature `edi` only our own reader is asked, and
//! [`ReadBack::independent`] says so.

mod answers;
mod error;
mod findings;
mod input;
mod manifest;
mod read_back;
mod report;
mod second_opinion;

pub use answers::answers;
pub use error::VerifyError;
pub use manifest::manifest;
pub use read_back::{Expected, ReadBack, read_back};
pub use report::Report;
