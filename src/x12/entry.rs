//! Where a segment stands in its block, and its identifier as a number.

use super::SegmentKind;

/// Where a segment is.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Entry {
    /// Place of its identifier's first byte.
    pub start: u32,
    /// Index of its first separator.
    pub first: u32,
    /// Its identifier, see [`key`].
    pub key: u32,
    pub(super) kind: SegmentKind,
}

/// A segment identifier of two or three characters as a number, 0 for any other.
#[must_use]
pub const fn key(id: &[u8]) -> u32 {
    match *id {
        [a, b] => 2 << 24 | (a as u32) << 8 | b as u32,
        [a, b, c] => 3 << 24 | (a as u32) << 16 | (b as u32) << 8 | c as u32,
        _ => 0,
    }
}

/// The kinds that go by a key, each at its [place](slot); the others are 0.
static KINDS: [(u32, SegmentKind); SLOTS] = {
    let all = [
        (key(b"ISA"), SegmentKind::Isa),
        (key(b"GS"), SegmentKind::Gs),
        (key(b"ST"), SegmentKind::St),
        (key(b"SE"), SegmentKind::Se),
        (key(b"GE"), SegmentKind::Ge),
        (key(b"IEA"), SegmentKind::Iea),
        (key(b"HL"), SegmentKind::Hl),
        (key(b"CLM"), SegmentKind::Clm),
    ];
    let mut kinds = [(0, SegmentKind::Other); SLOTS];
    let mut at = 0;
    while at < all.len() {
        assert!(kinds[slot(all[at].0)].0 == 0, "two kinds at one place");
        kinds[slot(all[at].0)] = all[at];
        at += 1;
    }
    kinds
};

const SLOTS: usize = 16;

/// Where the kind of this key is in [`KINDS`], if it has one: a factor that keeps them apart.
#[inline]
const fn slot(key: u32) -> usize {
    (key.wrapping_mul(FACTOR) >> 28) as usize
}

const FACTOR: u32 = 0x612E_7697;

/// What a segment of this key is.
#[inline]
pub(super) fn kind(key: u32) -> SegmentKind {
    let (known, kind) = KINDS[slot(key)];
    if known == key {
        kind
    } else {
        SegmentKind::Other
    }
}
