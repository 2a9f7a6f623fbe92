//! Segments of a stream, one after the other, in bounded memory.

use std::io::{self, Read};
use std::ops::Range;

use super::delimiters::{IsaHeader, is_blank};
use super::{Delimiters, limits, scan};

/// Bytes searched for terminators at a time. A new interchange may bring other
/// delimiters, and what was searched with the old ones is searched again, so the
/// window is small.
const WINDOW_BYTES: usize = 32 * 1024;

/// Segments up to this length are passed over by [`SegmentSource::pass_plain`]: shorter
/// than an ISA, so that none hides one glued to its end.
const PLAIN_BYTES: usize = 100;

/// What comes next in a stream. Ranges are places in [`SegmentSource::bytes`] and
/// good until the next call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// A segment with its terminator; blanks before it are not in the range.
    Segment(Range<usize>),
    /// A piece of a segment longer than [`limits::SEGMENT_BYTES`]; the last piece
    /// ends with the terminator or with the data.
    Piece(Range<usize>),
    /// Bytes without a terminator: at the end of the data, before the first ISA,
    /// or in front of an ISA that starts in the middle of a segment.
    Loose(Range<usize>),
    /// The end of the data.
    End,
}

/// Reads a stream segment by segment with the delimiters of each ISA it meets.
///
/// The bytes since the last [`SegmentSource::hold`] stay in memory, so that a caller
/// can gather segments and copy them out in one go.
pub struct SegmentSource<R> {
    input: R,
    buffer: Vec<u8>,
    filled: usize,
    /// Offset in the stream of `buffer[0]`.
    base: u64,
    /// Bytes before this place are no longer wanted.
    hold: usize,
    /// Where the next segment (or the blanks before it) starts.
    cursor: usize,
    /// Bytes before this place were searched for terminators.
    searched: usize,
    terminators: Vec<u32>,
    next_terminator: usize,
    delimiters: Option<Delimiters>,
    in_piece: bool,
    eof: bool,
    /// Offsets in the stream where an ISA starts inside a segment.
    splits: Vec<u64>,
    next_split: usize,
}

impl<R: Read> SegmentSource<R> {
    /// A source over the whole stream.
    pub fn new(input: R) -> SegmentSource<R> {
        SegmentSource::with_splits(input, Vec::new())
    }

    /// A source that also starts anew at the given offsets, where a survey has
    /// found an ISA in the middle of a segment.
    pub fn with_splits(input: R, splits: Vec<u64>) -> SegmentSource<R> {
        SegmentSource {
            input,
            buffer: Vec::new(),
            filled: 0,
            base: 0,
            hold: 0,
            cursor: 0,
            searched: 0,
            terminators: Vec::new(),
            next_terminator: 0,
            delimiters: None,
            in_piece: false,
            eof: false,
            splits,
            next_split: 0,
        }
    }

    /// The bytes in memory; ranges of [`Step`] index them.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }

    /// Offset in the stream of the byte at this place of [`SegmentSource::bytes`].
    #[inline]
    #[must_use]
    pub fn offset(&self, place: usize) -> u64 {
        self.base + place as u64
    }

    /// The place in [`SegmentSource::bytes`] of an offset of the stream that is still held.
    #[must_use]
    pub fn place(&self, offset: u64) -> usize {
        usize::try_from(offset.saturating_sub(self.base)).unwrap_or(usize::MAX)
    }

    /// The delimiters in force.
    #[must_use]
    pub fn delimiters(&self) -> Option<Delimiters> {
        self.delimiters
    }

    /// Keeps the bytes from this offset on; earlier ones may go at the next step.
    pub fn hold(&mut self, offset: u64) {
        self.hold = self.place(offset).min(self.cursor);
    }

    /// The next segment, piece or loose bytes.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub fn step(&mut self) -> io::Result<Step> {
        if self.in_piece {
            return self.piece();
        }
        loop {
            while self.buffer[self.cursor..self.filled]
                .first()
                .is_some_and(|&byte| is_blank(byte))
                && !self.at_terminator()
            {
                self.cursor += 1;
            }
            // Seen only when a fresh search window starts with blanks.
            self.searched = self.searched.max(self.cursor);
            if self.cursor == self.filled {
                if !self.fill()? {
                    return Ok(Step::End);
                }
                continue;
            }
            if self.starts_interchange()? {
                self.enter_interchange();
            }
            if self.delimiters.is_none() {
                return self.before_first_interchange();
            }
            if let Some(end) = self.terminator()? {
                let start = self.cursor;
                if let Some(split) = self.split_inside(start, end + 1) {
                    return Ok(Step::Loose(start..split));
                }
                self.cursor = end + 1;
                return Ok(Step::Segment(start..end + 1));
            }
            if self.eof {
                let start = self.cursor;
                self.cursor = self.filled;
                return Ok(Step::Loose(start..self.filled));
            }
            self.in_piece = true;
            return self.piece();
        }
    }

    /// Passes over the segments at hand that tell nothing to whoever cuts a file: no envelope,
    /// level or claim, and not long. Returns how many. Not every such segment is passed over:
    /// it ends where the bytes in memory end, or where anything is unusual.
    pub fn pass_plain(&mut self) -> u64 {
        let unusual = self.in_piece || self.next_split < self.splits.len();
        let Some(delimiters) = self.delimiters.filter(|_| !unusual) else {
            return 0;
        };
        let mut count = 0;
        while let Some(&end) = self.terminators.get(self.next_terminator) {
            let end = end as usize;
            if end < self.cursor {
                self.next_terminator += 1;
                continue;
            }
            let mut start = self.cursor;
            while start < end && is_blank(self.buffer[start]) {
                start += 1;
            }
            let first = self.buffer[start];
            let second = self.buffer.get(start + 1).copied().unwrap_or(0);
            let telling = matches!(
                [first, second],
                [b'I', _] | [b'S', b'T' | b'E'] | [b'G', b'S' | b'E'] | [b'H' | b'C', b'L']
            );
            if telling || first == delimiters.segment || end - start > PLAIN_BYTES {
                break;
            }
            self.cursor = end + 1;
            self.next_terminator += 1;
            count += 1;
        }
        count
    }

    fn at_terminator(&self) -> bool {
        self.delimiters
            .is_some_and(|delimiters| self.buffer[self.cursor] == delimiters.segment)
    }

    /// Whether an ISA starts at the cursor; reads on until that can be told.
    fn starts_interchange(&mut self) -> io::Result<bool> {
        if !self.buffer[self.cursor..self.filled].starts_with(b"I") {
            return Ok(false);
        }
        while self.filled - self.cursor < 4 && self.fill()? {}
        let head = &self.buffer[self.cursor..self.filled];
        if !head.starts_with(b"ISA") || head.get(3).is_none_or(u8::is_ascii_alphanumeric) {
            return Ok(false);
        }
        while self.filled - self.cursor < 300 && self.fill()? {}
        Ok(true)
    }

    /// Takes over the delimiters of the ISA at the cursor, when they can be read.
    fn enter_interchange(&mut self) {
        let Some(header) = IsaHeader::read(&self.buffer[self.cursor..self.filled]) else {
            return;
        };
        if self.delimiters != Some(header.delimiters) {
            self.delimiters = Some(header.delimiters);
            self.terminators.clear();
            self.next_terminator = 0;
            self.searched = self.cursor;
        }
    }

    /// Bytes in front of the first ISA: a byte order mark, text, anything.
    fn before_first_interchange(&mut self) -> io::Result<Step> {
        while self.filled - self.cursor < limits::LEAD_BYTES && self.fill()? {}
        let start = self.cursor;
        let window = &self.buffer[start..self.filled];
        let next = memchr::memmem::find_iter(window, b"ISA").find(|&at| {
            at > 0
                && window
                    .get(at + 3)
                    .is_some_and(|byte| !byte.is_ascii_alphanumeric())
        });
        self.cursor = match next {
            Some(at) => start + at,
            None if self.eof => self.filled,
            None => self.filled - 2,
        };
        Ok(Step::Loose(start..self.cursor))
    }

    /// The place of the next terminator at or behind the cursor; `None` when the
    /// data ends, or the segment grows past the limit, before there is one.
    fn terminator(&mut self) -> io::Result<Option<usize>> {
        loop {
            while let Some(&at) = self.terminators.get(self.next_terminator) {
                self.next_terminator += 1;
                if at as usize >= self.cursor {
                    return Ok(Some(at as usize));
                }
            }
            if self.searched == self.filled {
                let too_long = self.filled - self.cursor > limits::SEGMENT_BYTES;
                if too_long || !self.fill()? {
                    return Ok(None);
                }
            }
            self.search();
        }
    }

    /// Lists the terminators of the next window.
    fn search(&mut self) {
        let Some(delimiters) = self.delimiters else {
            return;
        };
        self.terminators.clear();
        self.next_terminator = 0;
        let end = self.filled.min(self.searched + WINDOW_BYTES);
        let base = u32::try_from(self.searched).unwrap_or(u32::MAX);
        let window = &self.buffer[self.searched..end];
        scan::terminators(window, delimiters.segment, base, &mut self.terminators);
        self.searched = end;
    }

    /// The next piece of a segment that is longer than the limit.
    fn piece(&mut self) -> io::Result<Step> {
        if self.cursor == self.filled && !self.fill()? {
            self.in_piece = false;
            return Ok(Step::End);
        }
        let start = self.cursor;
        let terminator = self.delimiters.map(|delimiters| delimiters.segment);
        let found = self.buffer[start..self.filled]
            .iter()
            .position(|&byte| Some(byte) == terminator);
        let end = match found {
            Some(at) => {
                self.in_piece = false;
                start + at + 1
            }
            None => self.filled,
        };
        self.cursor = end;
        self.terminators.clear();
        self.next_terminator = 0;
        self.searched = end;
        Ok(Step::Piece(start..end))
    }

    /// An ISA known to start inside the segment `start..end`: moves the cursor there.
    fn split_inside(&mut self, start: usize, end: usize) -> Option<usize> {
        while let Some(&split) = self.splits.get(self.next_split) {
            if split <= self.offset(start) {
                self.next_split += 1;
                continue;
            }
            let place = self.place(split);
            if place >= end {
                return None;
            }
            self.next_split += 1;
            self.cursor = place;
            self.terminators.clear();
            self.next_terminator = 0;
            self.searched = place;
            return Some(place);
        }
        None
    }

    /// Reads more, moving the held bytes to the front when room is short. False at
    /// the end of the data.
    fn fill(&mut self) -> io::Result<bool> {
        if self.eof {
            return Ok(false);
        }
        if self.buffer.len() - self.filled < limits::READ_BYTES {
            self.make_room();
        }
        loop {
            match self.input.read(&mut self.buffer[self.filled..]) {
                Ok(0) => {
                    self.eof = true;
                    return Ok(false);
                }
                Ok(count) => {
                    self.filled += count;
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn make_room(&mut self) {
        let gone = self.hold;
        if gone > 0 {
            self.buffer.copy_within(gone..self.filled, 0);
            self.filled -= gone;
            self.cursor -= gone;
            self.searched = self.searched.saturating_sub(gone).max(self.cursor);
            self.base += gone as u64;
            self.hold = 0;
            self.terminators.clear();
            self.next_terminator = 0;
            self.searched = self.cursor;
        }
        if self.buffer.len() - self.filled < limits::READ_BYTES {
            let wanted = (self.filled + limits::READ_BYTES).max(self.buffer.len() * 2);
            self.buffer.resize(wanted.max(4 * limits::READ_BYTES), 0);
        }
    }
}

impl<R> SegmentSource<R> {
    /// Gives the input back.
    pub fn into_input(self) -> R {
        self.input
    }
}
