//! A block of segments and where its separators are.

use super::Delimiters;
use super::SegmentKind;
use super::delimiters::is_blank;
use super::scan::{self, Found};
use std::ops::Range;

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
    /// Indexes of the segments that are not of [`SegmentKind::Other`].
    bounds: Vec<u32>,
    /// Whether each segment starts right behind the one before.
    gapless: bool,
}

/// Where a segment is.
#[derive(Clone, Copy, Default, Debug)]
pub struct Entry {
    /// Place of its identifier's first byte.
    pub start: u32,
    /// Index of its first separator.
    pub first: u32,
    /// Its identifier, see [`key`].
    pub key: u32,
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
fn kind(key: u32) -> SegmentKind {
    let (known, kind) = KINDS[slot(key)];
    if known == key {
        kind
    } else {
        SegmentKind::Other
    }
}

/// What a segment without a key is; `text` is it with its terminator.
#[inline(never)]
fn kind_without_key(text: &[u8]) -> SegmentKind {
    match text {
        // An ISA may bring delimiters of its own.
        [b'I', b'S', b'A', byte, _, ..] if !byte.is_ascii_alphanumeric() => SegmentKind::Isa,
        _ => SegmentKind::Other,
    }
}

/// The four bytes from here on as a number.
#[inline]
fn four(bytes: &[u8], start: u32) -> u32 {
    let start = start as usize;
    match bytes.get(start..start + 4) {
        Some(&[a, b, c, d]) => u32::from_be_bytes([a, b, c, d]),
        _ => last_four(bytes, start),
    }
}

/// The same at the end of the block: 0 for the bytes that it does not have.
#[cold]
#[inline(never)]
fn last_four(bytes: &[u8], start: usize) -> u32 {
    let mut rest = bytes.iter().skip(start).copied();
    u32::from_be_bytes([(); 4].map(|()| rest.next().unwrap_or(0)))
}

/// The place of the first byte from `start` on that is no blank, or a terminator.
#[inline(never)]
fn behind_blanks(bytes: &[u8], start: u32, delimiters: Delimiters) -> u32 {
    let rest = bytes.get(start as usize..).unwrap_or(&[]).iter();
    let blanks = rest.take_while(|&&byte| is_blank(byte) && byte != delimiters.segment);
    start + position(blanks.count())
}

impl Tokens {
    /// Finds the segments of the block. Bytes behind the last terminator are not a
    /// segment.
    pub fn fill(&mut self, bytes: &[u8], delimiters: Delimiters) {
        scan::separators(bytes, delimiters, &mut self.found);
        let (majors, ends) = (&self.found.majors[..], &self.found.ends[..]);
        self.segments.resize(ends.len() + 1, Entry::default());
        self.bounds.clear();
        let mut gapless = true;
        let (mut next, mut first) = (0, 0);
        for (index, (entry, &end)) in (0..).zip(self.segments.iter_mut().zip(ends)) {
            let separators = (majors.get(first as usize), majors.get(end as usize));
            let (Some(id_end), Some(terminator)) = separators else {
                break;
            };
            let mut start = next;
            let mut id = four(bytes, start);
            if id >> 24 <= u32::from(b' ') {
                start = behind_blanks(bytes, start, delimiters);
                gapless &= start == next;
                id = four(bytes, start);
            }
            next = terminator + 1;
            let len = id_end.wrapping_sub(start);
            let (key, kind) = if matches!(len, 2 | 3) {
                let key = len << 24 | id >> (32 - 8 * len);
                (key, kind(key))
            } else {
                (0, kind_without_key(&bytes[start as usize..next as usize]))
            };
            if kind != SegmentKind::Other {
                self.bounds.push(index);
            }
            *entry = Entry {
                start,
                first,
                key,
                kind,
            };
            first = end + 1;
        }
        self.gapless = gapless;
        // The end of the last one, so that each segment is closed by the next.
        if let Some(end) = self.segments.last_mut() {
            *end = Entry {
                start: next,
                first,
                ..Entry::default()
            };
        }
        self.found.majors.pad(EDGES);
        gaps(&self.found.majors, &mut self.gaps);
    }

    /// Number of segments.
    #[must_use]
    pub fn len(&self) -> usize {
        self.segments.len().saturating_sub(1)
    }

    /// The place behind the last segment.
    #[must_use]
    pub fn end(&self) -> usize {
        self.segments.last().map_or(0, |end| end.start as usize)
    }

    /// Whether there is no segment.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Indexes of the segments that open or close an envelope, a level or a claim.
    #[must_use]
    pub fn bounds(&self) -> &[u32] {
        &self.bounds
    }

    /// Whether no segment has blanks before it.
    #[must_use]
    pub fn is_gapless(&self) -> bool {
        self.gapless
    }

    /// Whether some byte of the block lies outside printable ASCII (but for line
    /// ends between segments).
    #[must_use]
    #[inline]
    pub fn odd_positions(&self) -> &[u32] {
        &self.found.odds
    }

    /// Positions of component and repetition separators, in order.
    #[must_use]
    #[inline]
    pub fn sub_positions(&self) -> &[u32] {
        &self.found.subs
    }

    /// Positions of blanks beside a separator, where a value may start or end with one.
    #[must_use]
    #[inline]
    pub fn blank_positions(&self) -> &[u32] {
        &self.found.blanks
    }

    /// Where the segments of this range are, and the one behind them, or the end.
    #[inline]
    #[must_use]
    pub fn entries(&self, segments: Range<u32>) -> &[Entry] {
        let range = segments.start as usize..segments.end as usize + 1;
        self.segments.get(range).unwrap_or(&[])
    }

    /// The separators from the one with this index on, and how far each of the others lies
    /// behind the one before it, 127 for what is more.
    #[inline]
    #[must_use]
    pub fn separators(&self, first: usize) -> (&[u32], &[u8]) {
        let edges = self.found.majors.get(first..).unwrap_or(&[]);
        (edges, self.gaps.get(first..).unwrap_or(&[]))
    }

    /// The place of this segment's first byte, or the place behind the last one.
    #[inline]
    #[must_use]
    pub fn start_of(&self, segment: u32) -> usize {
        let entry = self.segments.get(segment as usize);
        entry.map_or_else(|| self.end(), |entry| entry.start as usize)
    }

    /// All segments of the block `bytes`, in order.
    #[inline]
    pub fn segments<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = Seen<'a>> {
        let (majors, gaps) = (&self.found.majors[..], &self.gaps[..]);
        // There is room for both behind the last segment, so that none is left out.
        self.segments.windows(2).map_while(move |pair| {
            let [entry, next] = pair else { return None };
            let first = entry.first as usize;
            let separators = majors.get(first..)?;
            Some(Seen {
                segment: Segment {
                    bytes,
                    start: entry.start,
                    key: entry.key,
                    kind: entry.kind,
                    separators,
                    count: (next.first - entry.first) as usize,
                },
                edges: separators.first_chunk()?,
                gaps: gaps.get(first..)?.first_chunk()?,
            })
        })
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

#[inline]
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A segment in its turn, see [`Tokens::segments`].
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The segment.
    pub segment: Segment<'a>,
    /// The separators behind its identifier and those that follow in the block: the first
    /// [`Segment::len`]` + 1` are its own.
    pub edges: &'a [u32; EDGES],
    /// How far each of the others lies behind the one before it, 127 for what is more.
    pub gaps: &'a [u8; EDGES - 1],
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
