//! Blocks of bytes that are no whole segment: what they are a piece of.

use super::block::{Block, BlockKind};
use crate::x12::{SegmentKind, is_filling};

/// What a block of bytes that are no whole segment holds.
#[derive(Clone, Copy, Debug)]
pub struct Apart<'a> {
    /// The bytes, without the blanks before them.
    pub bytes: &'a [u8],
    /// Where they stand in the input.
    pub offset: u64,
    /// The segment they are a piece of.
    pub kind: SegmentKind,
    /// Whether it starts with them.
    pub starts: bool,
    /// Whether it ends with them.
    pub ends: bool,
}

impl Apart<'_> {
    /// Whether a claim starts here.
    #[must_use]
    pub fn is_claim(&self) -> bool {
        self.starts && self.kind == SegmentKind::Clm
    }
}

impl Block {
    /// Whether the block holds bytes without meaning between or behind interchanges: they
    /// belong to no claim.
    #[must_use]
    pub fn is_filling(&self) -> bool {
        self.kind == BlockKind::Loose
            && self.delimiters.is_some()
            && self.headers.iter().all(Option::is_none)
            && is_filling(&self.bytes)
    }

    /// What the block holds, if that is no whole segment.
    #[must_use]
    pub fn apart(&self) -> Option<Apart<'_>> {
        let (begun, ends) = match self.kind {
            BlockKind::Segments | BlockKind::Filling => return None,
            BlockKind::Loose => (None, true),
            BlockKind::Piece { of, last } => (of, last),
        };
        let delimiters = self.delimiters?;
        let blanks = self
            .bytes
            .iter()
            .take_while(|&&byte| delimiters.pass_over(byte))
            .count();
        let blanks = if begun.is_some() { 0 } else { blanks };
        let bytes = &self.bytes[blanks..];
        let offset = self.stretches.first().map_or(0, |first| first.offset);
        Some(Apart {
            bytes,
            offset: offset + blanks as u64,
            kind: begun.unwrap_or_else(|| SegmentKind::of(bytes, delimiters)),
            starts: begun.is_none(),
            ends,
        })
    }
}
