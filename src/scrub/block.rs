//! Blocks: stretches of an input, cut so that each can be judged by itself.
//!
//! A block is cut where a claim, a hierarchical level or an envelope starts. What is
//! open at the cut (the header of the transaction set, the billing provider's, the
//! subscriber's and the patient's level) is repeated at the front of the next block;
//! the repeated segments are judged again, with the same result, and written once.

use super::carried::Carried;
use crate::claim::text::{Stretch, Text};
use crate::x12::cuts::{OpenNames, Standing};
use crate::x12::{Delimiters, SegmentKind, Tokens};

/// What a block holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum BlockKind {
    /// Whole segments.
    #[default]
    Segments,
    /// Bytes that are no segment: before the first ISA, or cut off.
    Loose,
    /// A part of a long run of bytes between segments that mean nothing.
    Filling,
    /// A piece of a segment too long to be held.
    Piece {
        /// What segment it goes on with; `None` for its first piece.
        of: Option<SegmentKind>,
        /// Whether the segment ends with it.
        last: bool,
    },
}

/// One block.
#[derive(Clone, Default, Debug)]
pub struct Block {
    /// What it holds.
    pub kind: BlockKind,
    /// First the repeated segments, then the new ones.
    pub bytes: Vec<u8>,
    /// Length of the repeated part.
    pub repeated: usize,
    /// Where the bytes stand in the input.
    pub stretches: Vec<Stretch>,
    /// The delimiters, once an ISA was read.
    pub delimiters: Option<Delimiters>,
    /// Control numbers open before the first new segment.
    pub names: OpenNames,
    /// Offset of the open ISA, GS and ST, as far as they are open.
    pub headers: [Option<u64>; 3],
    /// Claims of the input before this block.
    pub claims_before: u64,
    /// Claims seen so far in the open levels.
    pub level_claims: [u64; 3],
    /// What judging the block before found, where it bears on this one.
    pub carried: Carried,
}

impl Block {
    /// Its segments, whose separators were found.
    pub(super) fn text<'a>(&'a self, tokens: &'a Tokens, delimiters: Delimiters) -> Text<'a> {
        Text {
            bytes: &self.bytes,
            tokens,
            delimiters,
            stretches: &self.stretches,
        }
    }

    /// What was open where it starts, at this offset of the input.
    pub(super) fn starts(&mut self, offset: u64, start: Standing) {
        let (places, repeated) = start.places();
        self.kind = BlockKind::Segments;
        self.carried = Carried::default();
        self.repeated = repeated;
        self.stretches.clear();
        for (start, held) in places.into_iter().zip(start.held) {
            self.stretches.extend(held.map(|held| Stretch {
                start,
                offset: held.offset,
                ordinal: held.ordinal,
            }));
        }
        self.stretches.push(Stretch {
            start: repeated,
            offset,
            ordinal: start.ordinal + 1,
        });
        self.delimiters = start.delimiters;
        self.headers = start.headers;
        self.claims_before = start.claims;
        self.level_claims = [1, 2, 3].map(|depth| start.held[depth].map_or(0, |held| held.claims));
        self.names = start.names;
    }
}
