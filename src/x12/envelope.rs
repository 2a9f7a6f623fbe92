//! The control segments that make up envelopes, and plain readers of their elements.

use super::Delimiters;

/// What a segment is to whoever cuts a file; everything else is [`SegmentKind::Other`].
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum SegmentKind {
    /// Interchange control header.
    Isa,
    /// Functional group header.
    Gs,
    /// Transaction set header.
    St,
    /// Transaction set trailer.
    Se,
    /// Functional group trailer.
    Ge,
    /// Interchange control trailer.
    Iea,
    /// Hierarchical level.
    Hl,
    /// Claim information.
    Clm,
    /// Any other segment.
    #[default]
    Other,
}

impl SegmentKind {
    /// Whether it opens or closes an envelope.
    #[must_use]
    pub fn is_envelope(self) -> bool {
        !matches!(
            self,
            SegmentKind::Hl | SegmentKind::Clm | SegmentKind::Other
        )
    }

    /// What the segment is, from its text.
    #[inline]
    #[must_use]
    pub fn of(segment: &[u8], delimiters: Delimiters) -> SegmentKind {
        let (kind, len) = match segment {
            [b'H', b'L', ..] => (SegmentKind::Hl, 2),
            [b'C', b'L', b'M', ..] => (SegmentKind::Clm, 3),
            [b'S', b'T', ..] => (SegmentKind::St, 2),
            [b'S', b'E', ..] => (SegmentKind::Se, 2),
            [b'G', b'S', ..] => (SegmentKind::Gs, 2),
            [b'G', b'E', ..] => (SegmentKind::Ge, 2),
            [b'I', b'S', b'A', ..] => (SegmentKind::Isa, 3),
            [b'I', b'E', b'A', ..] => (SegmentKind::Iea, 3),
            _ => return SegmentKind::Other,
        };
        match segment.get(len) {
            None => kind,
            Some(&byte) if byte == delimiters.element => kind,
            // An ISA may bring delimiters of its own.
            Some(byte) if kind == SegmentKind::Isa && !byte.is_ascii_alphanumeric() => kind,
            Some(_) => SegmentKind::Other,
        }
    }
}

/// The element at `position` (from 1) of a segment that was not tokenised.
#[must_use]
pub fn element(segment: &[u8], separator: u8, position: usize) -> &[u8] {
    let (mut start, mut passed) = (0, 0);
    for (at, &byte) in segment.iter().enumerate() {
        if byte == separator {
            if passed == position {
                return &segment[start..at];
            }
            passed += 1;
            start = at + 1;
        }
    }
    if passed == position {
        &segment[start..]
    } else {
        &[]
    }
}

/// A whole number of up to eighteen digits.
#[inline]
#[must_use]
pub fn number(bytes: &[u8]) -> Option<u64> {
    if bytes.is_empty() || bytes.len() > 18 {
        return None;
    }
    bytes.iter().try_fold(0_u64, |number, &byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit <= 9).then(|| number * 10 + u64::from(digit))
    })
}
