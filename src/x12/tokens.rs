//! A block of segments and where its separators are.

use super::Delimiters;
use super::SegmentKind;
use super::entry::Entry;
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

impl Tokens {
    /// Finds the segments of the block. Bytes behind the last terminator are not a
    /// segment.
    pub fn fill(&mut self, bytes: &[u8], delimiters: Delimiters) {
        scan::separators(bytes, delimiters, &mut self.found);
        let count = self.found.ends.len();
        self.segments.resize(count + 1, Entry::default());
        self.bounds.clear();
        let (entries, end) = self.segments.split_at_mut(count);
        let (behind, gapless) =
            scan::segments(bytes, delimiters, &self.found, entries, &mut self.bounds);
        self.gapless = gapless;
        // The end of the last one, so that each segment is closed by the next.
        if let (Some(end), last) = (end.first_mut(), self.found.ends.last()) {
            *end = Entry {
                start: behind,
                first: last.map_or(0, |last| last + 1),
                ..Entry::default()
            };
        }
        self.found.majors.pad(EDGES);
        scan::gaps(&self.found.majors, &mut self.gaps);
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

    /// Positions of bytes outside printable ASCII, but for line ends between segments.
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

    /// What each segment from this place on is to whoever cuts a file, and its place with its
    /// terminator, in order.
    #[inline]
    pub fn places(&self, from: usize) -> impl Iterator<Item = (SegmentKind, Range<usize>)> {
        let is_before = |entry: &Entry| (entry.start as usize) < from;
        let first = self.segments.partition_point(is_before);
        let segments = self.segments.get(first..).unwrap_or(&[]).iter();
        let terminators = self.found.terminators.get(first..).unwrap_or(&[]);
        segments
            .zip(terminators)
            .map(|(entry, &end)| (entry.kind, entry.start as usize..end as usize + 1))
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

    /// The identifier as a number, see [`key`](super::key); 0 when it can't be one.
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

    /// The elements, for looking at several of them.
    #[inline]
    #[must_use]
    pub fn elements(&self) -> Elements<'a> {
        let (bytes, edges) = self.edges().unwrap_or((&[], &[0; EDGES]));
        Elements {
            bytes,
            edges,
            count: self.count,
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
        Components::of(self.element(position), delimiters)
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

/// The elements of a segment, for looking at several: what is asked of each place is asked
/// but once of all.
#[derive(Clone, Copy, Debug)]
pub struct Elements<'a> {
    bytes: &'a [u8],
    edges: &'a [u32; EDGES],
    count: usize,
}

impl<'a> Elements<'a> {
    /// The element at a place from 1 to 16; empty when it is not there.
    // The place is nearly always a constant, and only where that is seen it costs nothing.
    #[allow(clippy::inline_always)]
    #[inline(always)]
    #[must_use]
    pub fn at(&self, position: usize) -> &'a [u8] {
        let [before, after] = self.edges_at(position);
        let element = self.bytes.get(before as usize + 1..after as usize);
        element.unwrap_or_default()
    }

    /// The separators around it.
    #[allow(clippy::inline_always)]
    #[inline(always)]
    fn edges_at(&self, position: usize) -> [u32; 2] {
        let edges = self.edges.get(position.wrapping_sub(1)..=position);
        match edges {
            Some(&[before, after]) if position < self.count => [before, after],
            _ => [0, 1],
        }
    }

    /// The block, and the separators around so many elements and some behind them; `None`
    /// when fewer are there.
    #[inline]
    #[must_use]
    pub fn parts(&self, elements: usize) -> Option<(&'a [u8], &'a [u32; EDGES])> {
        (self.count > elements).then_some((self.bytes, self.edges))
    }

    /// Where the element starts, and its length; zeros when it is not there.
    #[allow(clippy::inline_always)]
    #[inline(always)]
    #[must_use]
    pub fn span(&self, position: usize) -> (u32, u32) {
        let [before, after] = self.edges_at(position);
        (before + 1, after - before - 1)
    }
}

/// The components of a composite element, in order.
#[derive(Clone, Debug)]
pub struct Components<'a> {
    rest: Option<&'a [u8]>,
    separator: u8,
}

impl<'a> Components<'a> {
    /// Of a composite element.
    #[inline]
    #[must_use]
    pub fn of(composite: &'a [u8], delimiters: Delimiters) -> Components<'a> {
        Components {
            rest: Some(composite),
            separator: delimiters.component,
        }
    }
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
