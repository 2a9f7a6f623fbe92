//! X12 as bytes: delimiters, segments, envelopes. Of a claim it knows where it starts and what
//! it charges, so that none is lost; it knows nothing of rules.
//!
//! X12 has no quoting and no escape: a segment terminator always ends a segment,
//! so any terminator is a safe place to cut a file. Segments are slices of their block, and
//! their values are as they stand there; only what is told of envelopes is trimmed and copied.

pub mod cuts;
mod delimiters;
mod entry;
pub mod envelope;
mod header;
mod hierarchy;
pub mod level;
pub mod limits;
mod scan;
pub mod sniff;
mod source;
pub mod survey;
pub mod swallowed;
mod tokens;
mod wrapped;

pub use delimiters::{Delimiters, is_blank, is_filling};
pub use entry::{Entry, key};
pub use envelope::SegmentKind;
pub use header::{
    ISA_BYTES, IsaFault, IsaHeader, holds_header, separates_by_line_end, separates_outside_ascii,
    tells,
};
pub use source::{SegmentSource, Step};
pub use tokens::{Components, EDGES, Elements, Segment, Tokens};
