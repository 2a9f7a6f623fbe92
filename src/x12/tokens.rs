//! A block of segments and where its separators are.

use super::Delimiters;
use super::SegmentKind;
use super::delimiters::is_blank;
use super::scan::{self, Found};

/// How many separators can be read behind any segment's first, its own or not: see
/// [`Segment::edges`].
pub const EDGES: usize = 17;

/// The separators of one block. Reused from block to block: nothing is allocated
/// once the vectors have grown to the size of a block.
#[derive(Default, Debug)]
pub struct Tokens {
    found: Found,
    segments: Vec<Entry>,
    gaps: Vec<u8>,
}

/// Where a segment is.
#[derive(Clone, Copy, Default, Debug)]
struct Entry {
    /// Place of its identifier's first byte.
    start: u32,
    /// Index of its first separator.
    first: u32,
    /// Its identifier, see [`key`].
    key: u32,
    kind: SegmentKind,
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

/// What a segment of this key is; `text` is it with its terminator.
#[inline]
fn kind(key: u32, text: &[u8]) -> SegmentKind {
    const HL: u32 = self::key(b"HL");
    const CLM: u32 = self::key(b"CLM");
    const ST: u32 = self::key(b"ST");
    const SE: u32 = self::key(b"SE");
    const GS: u32 = self::key(b"GS");
    const GE: u32 = self::key(b"GE");
    const IEA: u32 = self::key(b"IEA");
    const ISA: u32 = self::key(b"ISA");
    match key {
        HL => SegmentKind::Hl,
        CLM => SegmentKind::Clm,
        ST => SegmentKind::St,
        SE => SegmentKind::Se,
        GS => SegmentKind::Gs,
        GE => SegmentKind::Ge,
        IEA => SegmentKind::Iea,
        ISA => SegmentKind::Isa,
        // An ISA may bring delimiters of its own.
        0 => match text {
            [b'I', b'S', b'A', byte, _, ..] if !byte.is_ascii_alphanumeric() => SegmentKind::Isa,
            _ => SegmentKind::Other,
        },
        _ => SegmentKind::Other,
    }
}

impl Tokens {
    /// Finds the segments of the block. Bytes behind the last terminator are not a
    /// segment.
    pub fn fill(&mut self, bytes: &[u8], delimiters: Delimiters) {
        scan::separators(bytes, delimiters, &mut self.found);
        self.segments.clear();
        self.segments.reserve(self.found.ends.len() + 1);
        let mut next = 0_usize;
        let mut first = 0;
        for &end in &self.found.ends {
            let mut start = next;
            while bytes
                .get(start)
                .is_some_and(|&byte| is_blank(byte) && byte != delimiters.segment)
            {
                start += 1;
            }
            let majors = &self.found.majors;
            let id_end = majors[first as usize] as usize;
            let key = key(bytes.get(start..id_end).unwrap_or(&[]));
            next = majors[end as usize] as usize + 1;
            self.segments.push(Entry {
                start: position(start),
                first,
                key,
                kind: kind(key, &bytes[start..next]),
            });
            first = end + 1;
        }
        // The end of the last one, so that each segment is closed by the next.
        self.segments.push(Entry {
            start: position(next),
            first,
            ..Entry::default()
        });
        let behind = self.found.majors.len() + EDGES;
        self.found.majors.resize(behind, 0);
        gaps(&self.found.majors, &mut self.gaps);
    }

    /// Number of segments.
    #[must_use]
    pub fn len(&self) -> usize {
        self.segments.len().saturating_sub(1)
    }

    /// Whether there is no segment.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether some byte of the block lies outside printable ASCII (but for line
    /// ends between segments).
    #[must_use]
    pub fn odd_positions(&self) -> &[u32] {
        &self.found.odds
    }

    /// Positions of component and repetition separators, in order.
    #[must_use]
    pub fn sub_positions(&self) -> &[u32] {
        &self.found.subs
    }

    /// Positions of blanks beside a separator, where a value may start or end with one.
    #[must_use]
    pub fn blank_positions(&self) -> &[u32] {
        &self.found.blanks
    }

    /// How far the separators of a segment and those that follow in the block lie behind the
    /// ones before them, 127 for what is more.
    #[inline]
    #[must_use]
    pub fn gaps(&self, index: usize) -> Option<&[u8; EDGES - 1]> {
        let first = self.segments.get(index)?.first as usize;
        self.gaps.get(first..first + EDGES - 1)?.first_chunk()
    }

    /// The segment with this index (below [`Tokens::len`]) of the block `bytes`.
    #[inline]
    #[must_use]
    pub fn segment<'a>(&'a self, bytes: &'a [u8], index: usize) -> Segment<'a> {
        let [entry, next] = self.segments[index..index + 2] else {
            return Segment::default();
        };
        Segment {
            bytes,
            start: entry.start,
            key: entry.key,
            kind: entry.kind,
            separators: &self.found.majors[entry.first as usize..],
            count: (next.first - entry.first) as usize,
        }
    }
}

/// Sets down how far each position lies behind the one before it; the compiler does so for
/// several at once, since that is how its instructions shorten numbers.
#[allow(clippy::cast_possible_truncation)] // clamped before
fn gaps(positions: &[u32], gaps: &mut Vec<u8>) {
    let behind = positions.get(1..).unwrap_or(&[]);
    let gap = |(&before, &at): (&u32, &u32)| {
        let gap = at.wrapping_sub(before).cast_signed();
        let gap = gap.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        (gap.clamp(i8::MIN.into(), i8::MAX.into()) as i8).cast_unsigned()
    };
    gaps.clear();
    gaps.extend(positions.iter().zip(behind).map(gap));
}

fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// One segment: a view of a block, without its terminator.
#[derive(Clone, Copy, Default, Debug)]
pub struct Segment<'a> {
    bytes: &'a [u8],
    start: u32,
    key: u32,
    kind: SegmentKind,
    /// Positions of the separators behind the identifier, and of those that follow in
    /// the block.
    separators: &'a [u32],
    /// How many are its own; the last is the terminator.
    count: usize,
}

impl<'a> Segment<'a> {
    /// Position of the identifier's first byte in the block.
    #[inline]
    #[must_use]
    pub fn start(&self) -> usize {
        self.start as usize
    }

    /// Position of the terminator in the block.
    #[inline]
    #[must_use]
    pub fn end(&self) -> usize {
        self.separators
            .get(self.count.wrapping_sub(1))
            .map_or(self.start(), |&end| end as usize)
    }

    /// The whole segment without its terminator.
    #[must_use]
    pub fn text(&self) -> &'a [u8] {
        &self.bytes[self.start()..self.end()]
    }

    /// The segment identifier, such as `NM1`.
    #[inline]
    #[must_use]
    pub fn id(&self) -> &'a [u8] {
        let end = self
            .separators
            .first()
            .map_or(self.start(), |&end| end as usize);
        &self.bytes[self.start()..end.max(self.start())]
    }

    /// The identifier as a number, see [`key`]; 0 when it can't be one.
    #[inline]
    #[must_use]
    pub fn key(&self) -> u32 {
        self.key
    }

    /// The block, and the positions of the separators behind the identifier.
    #[inline]
    #[must_use]
    pub fn parts(&self) -> (&'a [u8], &'a [u32]) {
        (self.bytes, &self.separators[..self.count])
    }

    /// The block, and as many separators as can be looked at in one go: the first
    /// [`Segment::len`]` + 1` are the segment's own.
    #[inline]
    #[must_use]
    pub fn edges(&self) -> Option<(&'a [u8], &'a [u32; EDGES])> {
        Some((self.bytes, self.separators.first_chunk()?))
    }

    /// What the segment is to whoever cuts a file.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> SegmentKind {
        self.kind
    }

    /// Number of elements, the empty ones counted.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.count.saturating_sub(1)
    }

    /// Whether the segment has no element.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at `position`, from 1; empty when it is not there.
    #[inline]
    #[must_use]
    pub fn element(&self, position: usize) -> &'a [u8] {
        match self.separators.get(position.wrapping_sub(1)..=position) {
            Some([before, after]) if position < self.count => {
                &self.bytes[*before as usize + 1..*after as usize]
            }
            _ => &[],
        }
    }

    /// Where the element at `position` starts in the block; the segment's end when
    /// it is not there.
    #[inline]
    #[must_use]
    pub fn element_start(&self, position: usize) -> usize {
        match self.separators.get(position.wrapping_sub(1)) {
            Some(&before) if position < self.count => before as usize + 1,
            _ => self.end(),
        }
    }

    /// The components of the element at `position`.
    #[inline]
    #[must_use]
    pub fn components(&self, position: usize, delimiters: Delimiters) -> Components<'a> {
        Components {
            rest: Some(self.element(position)),
            separator: delimiters.component,
        }
    }

    /// One component, from 1; empty when it is not there.
    #[inline]
    #[must_use]
    pub fn component(&self, position: usize, component: usize, delimiters: Delimiters) -> &'a [u8] {
        self.components(position, delimiters)
            .nth(component.wrapping_sub(1))
            .unwrap_or(&[])
    }
}

/// The components of a composite element, in order.
#[derive(Clone, Debug)]
pub struct Components<'a> {
    rest: Option<&'a [u8]>,
    separator: u8,
}

impl<'a> Iterator for Components<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        // Composites are a few bytes long: a plain loop beats any search routine.
        if let Some(at) = rest.iter().position(|&byte| byte == self.separator) {
            self.rest = Some(&rest[at + 1..]);
            Some(&rest[..at])
        } else {
            self.rest = None;
            Some(rest)
        }
    }
}
