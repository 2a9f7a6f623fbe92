//! X12 as bytes: delimiters, segments, envelopes. Knows nothing of claims or rules.
//!
//! X12 has no quoting and no escape: a segment terminator always ends a segment,
//! so any terminator is a safe place to cut a file. Everything here works on byte
//! slices and offsets; nothing is copied, trimmed or decoded.

mod delimiters;
pub mod envelope;
pub mod hierarchy;
pub mod limits;
#[allow(unsafe_code)] // the one file of the crate with unsafe code: SIMD masks
mod scan;
pub mod sniff;
mod source;
pub mod survey;
mod tokens;

pub use delimiters::{Delimiters, ISA_BYTES, IsaFault, IsaHeader, is_blank};
pub use envelope::SegmentKind;
pub use source::{SegmentSource, Step};
pub use tokens::{Components, EDGES, Segment, Tokens, key};
