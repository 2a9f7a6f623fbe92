//! A block of segments and where its separators are.

use super::Delimiters;
use super::delimiters::is_blank;
use super::scan::{self, Found};

/// The separators of one block. Reused from block to block: nothing is allocated
/// once the vectors have grown to the size of a block.
#[derive(Default, Debug)]
pub struct Tokens {
    found: Found,
    starts: Vec<u32>,
}

impl Tokens {
    /// Finds the segments of the block. Bytes behind the last terminator are not a
    /// segment.
    pub fn fill(&mut self, bytes: &[u8], delimiters: Delimiters) {
        scan::separators(bytes, delimiters, &mut self.found);
        self.starts.clear();
        let mut next = 0_usize;
        for &end in &self.found.ends {
            let mut start = next;
            while bytes
                .get(start)
                .is_some_and(|&byte| is_blank(byte) && byte != delimiters.segment)
            {
                start += 1;
            }
            self.starts.push(u32::try_from(start).unwrap_or(u32::MAX));
            next = self.found.majors[end as usize] as usize + 1;
        }
    }

    /// Number of segments.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is no segment.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
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

    /// The segment with this index (below [`Tokens::len`]) of the block `bytes`.
    #[inline]
    #[must_use]
    pub fn segment<'a>(&'a self, bytes: &'a [u8], index: usize) -> Segment<'a> {
        let first = if index == 0 {
            0
        } else {
            self.found.ends[index - 1] as usize + 1
        };
        let last = self.found.ends[index] as usize;
        Segment {
            bytes,
            start: self.starts[index],
            separators: &self.found.majors[first..=last],
        }
    }
}

/// One segment: a view of a block, without its terminator.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    bytes: &'a [u8],
    start: u32,
    /// Positions of the separators behind the identifier; the last is the terminator.
    separators: &'a [u32],
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
            .last()
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

    /// Number of elements, the empty ones counted.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.separators.len().saturating_sub(1)
    }

    /// Whether the segment has no element.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at `position`, from 1; empty when it is not there.
    #[inline]
    #[must_use]
    pub fn element(&self, position: usize) -> &'a [u8] {
        match self.separators.get(position.wrapping_sub(1)..=position) {
            Some([before, after]) => &self.bytes[*before as usize + 1..*after as usize],
            _ => &[],
        }
    }

    /// Where the element at `position` starts in the block; the segment's end when
    /// it is not there.
    #[inline]
    #[must_use]
    pub fn element_start(&self, position: usize) -> usize {
        match self.separators.get(position.wrapping_sub(1)) {
            Some(&before) if position < self.separators.len() => before as usize + 1,
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
