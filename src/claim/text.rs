//! The bytes of one block with its segments, and where they came from.

use crate::x12::{Delimiters, Elements, Segment, Tokens};

/// A stretch of segments in the block and its place in the input. The first
/// stretches of a block may repeat what stands earlier in the input: the header and
/// the open levels, so that each block can be judged by itself.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// Place in the block of its first byte.
    pub start: usize,
    /// Offset in the input of that byte.
    pub offset: u64,
    /// Position in its transaction set of the first segment, ST being 1.
    pub ordinal: u64,
}

/// Where an element stands in the block; nowhere, and empty, when it is not there.
#[derive(Clone, Copy, Default, Debug)]
pub struct Span {
    /// Place of its first byte.
    pub start: u32,
    /// How many bytes it has.
    pub len: u32,
}

impl Span {
    /// Of the element at a place from 1 to 16.
    #[inline]
    #[must_use]
    pub fn of(elements: &Elements<'_>, position: usize) -> Span {
        let (start, len) = elements.span(position);
        Span { start, len }
    }
}

/// A block of segments.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// Their separators.
    pub tokens: &'a Tokens,
    /// The delimiters.
    pub delimiters: Delimiters,
    /// Where the bytes stand in the input, ascending by `start`.
    pub stretches: &'a [Stretch],
}

impl<'a> Text<'a> {
    /// The segment with this index.
    #[inline]
    #[must_use]
    pub fn segment(&self, index: u32) -> Segment<'a> {
        self.tokens.segment(self.bytes, index as usize)
    }

    /// The segment with this index, when there is an index.
    #[inline]
    #[must_use]
    pub fn get(&self, index: Option<u32>) -> Option<Segment<'a>> {
        index.map(|index| self.segment(index))
    }

    /// An element of a segment that may not be there; empty then.
    #[inline]
    #[must_use]
    pub fn element(&self, index: Option<u32>, position: usize) -> &'a [u8] {
        index.map_or(&[], |index| self.segment(index).element(position))
    }

    /// Where an element stands of a segment that may not be there.
    #[inline]
    #[must_use]
    pub fn span(&self, index: Option<u32>, position: usize) -> Span {
        index.map_or(Span::default(), |index| {
            Span::of(&self.segment(index).elements(), position)
        })
    }

    /// An element of at most sixteen bytes as a number, the first byte lowest, with zeros
    /// behind; `None` also at the very end of the block.
    #[inline]
    #[must_use]
    pub fn short(&self, span: Span) -> Option<u128> {
        /// The bits of so many bytes.
        static BITS: [u128; 17] = {
            let mut bits = [u128::MAX; 17];
            let mut len = 0;
            while len < 16 {
                bits[len] = (1 << (8 * len)) - 1;
                len += 1;
            }
            bits
        };
        let own = BITS.get(span.len as usize)?;
        let sixteen = self.bytes.get(span.start as usize..)?.first_chunk::<16>()?;
        Some(u128::from_le_bytes(*sixteen) & own)
    }

    /// The bytes of a span.
    #[inline]
    #[must_use]
    pub fn of(&self, span: Span) -> &'a [u8] {
        let (start, len) = (span.start as usize, span.len as usize);
        self.bytes.get(start..start + len).unwrap_or_default()
    }

    /// The offset in the input of a place in the block.
    #[must_use]
    pub fn offset(&self, place: usize) -> u64 {
        let stretch = match self.stretches.last() {
            Some(last) if last.start > place => {
                // Of a block that was mended there are very many.
                let behind = self
                    .stretches
                    .partition_point(|stretch| stretch.start <= place);
                self.stretches[..behind].last()
            }
            last => last,
        };
        stretch.map_or(place as u64, |stretch| {
            stretch.offset + (place - stretch.start) as u64
        })
    }
}
