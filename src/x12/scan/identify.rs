//! The segments of a block: where each starts, and its identifier as a number.
//!
//! Eight are looked at together. One by one only their first bytes are fetched; what these say
//! is worked out for all eight at once.

use super::{Delimiters, Found};
use crate::x12::SegmentKind;
use crate::x12::entry::{Entry, key, kind};

/// Segments looked at together.
pub(super) const EIGHT: usize = 8;

/// Eight numbers, one for each segment.
pub(super) type Lanes = [u32; EIGHT];

/// The keys of identifiers that open or close an envelope, a level or a claim.
pub(super) const BOUNDS: Lanes = [
    key(b"ISA"),
    key(b"GS"),
    key(b"ST"),
    key(b"SE"),
    key(b"GE"),
    key(b"IEA"),
    key(b"HL"),
    key(b"CLM"),
];

/// What is told of eight segments from their first bytes: a bit for each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Told {
    /// Whether it needs a closer look: it is a bound, or has no key.
    pub(super) look: u8,
    /// Whether it starts with a blank, or what is below.
    pub(super) blank: u8,
}

/// Lists the segments, and in `bounds` those that are not of [`SegmentKind::Other`]. `keys` turns
/// first bytes into keys. Gives the place behind the last segment, and whether each starts right
/// behind the one before.
// Inlined so that it is compiled with the instructions of its caller.
#[allow(clippy::inline_always)]
#[allow(clippy::cast_possible_truncation)] // indexes are `u32`
#[inline(always)]
pub(super) fn over(
    bytes: &[u8],
    delimiters: Delimiters,
    found: &Found,
    entries: &mut [Entry],
    bounds: &mut Vec<u32>,
    keys: impl Fn(&mut Lanes) -> Told,
) -> (u32, bool) {
    let mut gapless = true;
    let mut at = 0;
    for group in entries.chunks_mut(EIGHT) {
        let mut look = 0xFF;
        match eight((bytes, delimiters), found, at, group, &keys) {
            Some((told, is_gapless)) => (look, gapless) = (told.look, gapless & is_gapless),
            None => gapless &= one_by_one(bytes, delimiters, found, at, group),
        }
        while look != 0 {
            let lane = look.trailing_zeros() as usize;
            look &= look - 1;
            let index = at + lane;
            if let (Some(entry), Some(&end)) = (group.get_mut(lane), found.terminators.get(index)) {
                entry.kind = closer(bytes, entry, end as usize);
                if entry.kind != SegmentKind::Other {
                    bounds.push(index as u32);
                }
            }
        }
        at += EIGHT;
    }
    let end = found.terminators.last();
    (end.map_or(0, |end| end.wrapping_add(1)), gapless)
}

/// Lists eight segments, if there is the same before each of them, and they are not the first of
/// the block. Gives what is told of them, and whether there is nothing before them.
// As above. Loops by index, since the iterators' methods may not be.
#[allow(clippy::inline_always)]
#[inline(always)]
fn eight(
    (bytes, delimiters): (&[u8], Delimiters),
    found: &Found,
    at: usize,
    group: &mut [Entry],
    keys: &impl Fn(&mut Lanes) -> Told,
) -> Option<(Told, bool)> {
    let before = at.wrapping_sub(1);
    let places = found.terminators.get(before..)?.first_chunk::<EIGHT>()?;
    let ranks = found.ends.get(before..)?.first_chunk::<EIGHT>()?;
    let group = group.first_chunk_mut::<EIGHT>()?;
    let mut ids = [0; EIGHT];
    for lane in 0..EIGHT {
        let start = places[lane] as usize + 1;
        match bytes.get(start..start + 4) {
            Some(&[a, b, c, d]) => ids[lane] = u32::from_le_bytes([a, b, c, d]),
            _ => return None,
        }
    }
    let mut told = keys(&mut ids);
    let mut behind = 1;
    if told.blank != 0 {
        let filling;
        (ids, filling) = behind_lines(bytes, delimiters, places)?;
        told = keys(&mut ids);
        behind += filling;
        if told.blank != 0 {
            return None;
        }
    }
    for lane in 0..EIGHT {
        group[lane] = Entry {
            start: places[lane].wrapping_add(behind),
            first: ranks[lane].wrapping_add(1),
            key: ids[lane],
            kind: SegmentKind::Other,
        };
    }
    Some((told, behind == 1))
}

/// The first bytes of eight segments that stand on lines of their own, and how many bytes a line
/// end has.
#[inline(never)]
fn behind_lines(bytes: &[u8], delimiters: Delimiters, places: &Lanes) -> Option<(Lanes, u32)> {
    let word = |lane: usize| {
        let behind = bytes.get(places[lane] as usize + 1..)?;
        Some(u64::from_le_bytes(*behind.first_chunk()?))
    };
    let first = word(0)?;
    let is_filling = |byte: u8| delimiters.pass_over(byte);
    let filling = match first.to_le_bytes() {
        [one, two, ..] if is_filling(one) && is_filling(two) => 2,
        [one, ..] if is_filling(one) => 1,
        _ => return None,
    };
    let same = (1 << (8 * filling)) - 1;
    let mut ids = [0; EIGHT];
    for (lane, id) in ids.iter_mut().enumerate() {
        let word = word(lane)?;
        if (word ^ first) & same != 0 {
            return None;
        }
        #[allow(clippy::cast_possible_truncation)] // four bytes are wanted
        {
            *id = (word >> (8 * filling)) as u32;
        }
    }
    Some((ids, filling))
}

/// The first segments of a block, the last, and those behind blanks. Says whether there are no
/// blanks.
#[inline(never)]
fn one_by_one(
    bytes: &[u8],
    delimiters: Delimiters,
    found: &Found,
    at: usize,
    entries: &mut [Entry],
) -> bool {
    let behind = |positions: &[u32]| match at.checked_sub(1).and_then(|at| positions.get(at)) {
        Some(before) => before + 1,
        None => 0,
    };
    let (mut next, mut first) = (behind(&found.terminators), behind(&found.ends));
    let ends = found.ends.get(at..).unwrap_or(&[]).iter();
    let terminators = found.terminators.get(at..).unwrap_or(&[]);
    let mut gapless = true;
    for ((entry, &end), &terminator) in entries.iter_mut().zip(ends).zip(terminators) {
        let mut start = next;
        let mut id = four(bytes, start);
        if id.to_le_bytes()[0] <= b' ' {
            start = behind_blanks(bytes, start, delimiters);
            gapless &= start == next;
            id = four(bytes, start);
        }
        *entry = Entry {
            start,
            first,
            key: key_of(id, delimiters),
            kind: SegmentKind::Other,
        };
        (next, first) = (terminator + 1, end + 1);
    }
    gapless
}

/// What a segment with this terminator is.
#[inline]
fn closer(bytes: &[u8], entry: &Entry, end: usize) -> SegmentKind {
    if entry.key != 0 {
        return kind(entry.key);
    }
    match bytes.get(entry.start as usize..=end) {
        // An ISA may bring delimiters of its own.
        Some([b'I', b'S', b'A', byte, _, ..]) if !byte.is_ascii_alphanumeric() => SegmentKind::Isa,
        _ => SegmentKind::Other,
    }
}

/// The key of an identifier, from the first four bytes of the segment; 0 for one that is not of
/// two or three characters.
#[inline]
pub(super) fn key_of(id: u32, delimiters: Delimiters) -> u32 {
    let bytes = id.to_le_bytes();
    let ends = bytes.map(|byte| byte == delimiters.element || byte == delimiters.segment);
    match ends {
        [false, false, true, _] => key(&bytes[..2]),
        [false, false, false, true] => key(&bytes[..3]),
        _ => 0,
    }
}

/// The same of eight, without any instruction set.
pub(super) fn keys_portable(ids: &mut Lanes, delimiters: Delimiters) -> Told {
    let mut told = Told { look: 0, blank: 0 };
    for (lane, id) in ids.iter_mut().enumerate() {
        told.blank |= u8::from(id.to_le_bytes()[0] <= b' ') << lane;
        *id = key_of(*id, delimiters);
        told.look |= u8::from(*id == 0 || BOUNDS.contains(id)) << lane;
    }
    told
}

/// The four bytes from here on as a number, the first the lowest.
#[inline]
fn four(bytes: &[u8], start: u32) -> u32 {
    let start = start as usize;
    match bytes.get(start..start + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]),
        _ => last_four(bytes, start),
    }
}

/// The same at the end of the block: 0 for the bytes that it does not have.
#[cold]
#[inline(never)]
fn last_four(bytes: &[u8], start: usize) -> u32 {
    let mut rest = bytes.iter().skip(start).copied();
    u32::from_le_bytes([(); 4].map(|()| rest.next().unwrap_or(0)))
}

/// The place of the first byte from `start` on that is no blank, or a terminator.
#[inline(never)]
fn behind_blanks(bytes: &[u8], start: u32, delimiters: Delimiters) -> u32 {
    let rest = bytes.get(start as usize..).unwrap_or(&[]).iter();
    let blanks = rest.take_while(|&&byte| delimiters.pass_over(byte));
    start + u32::try_from(blanks.count()).unwrap_or(u32::MAX)
}
