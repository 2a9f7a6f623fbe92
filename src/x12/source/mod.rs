//! Segments of a stream, one after the other, in bounded memory.

mod filling;

use std::io::{self, Read};
use std::ops::Range;

use crate::x12::delimiters::is_blank;
use crate::x12::header::{COMPONENT_AT, HEADER_WINDOW_BYTES, IsaFault, IsaHeader};
use crate::x12::{Delimiters, limits, scan, wrapped};

/// Bytes searched for the next ISA at a time.
const WINDOW_BYTES: usize = 32 * 1024;

/// What comes next in a stream. Ranges are places in [`SegmentSource::bytes`] and
/// good until the next call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// A segment with its terminator; blanks before it are not in the range.
    Segment(Range<usize>),
    /// A piece of a segment longer than [`limits::SEGMENT_BYTES`].
    Piece {
        /// Where it is.
        range: Range<usize>,
        /// Whether the segment starts with it.
        first: bool,
        /// Whether the segment ends with it, with its terminator or for lack of data.
        last: bool,
    },
    /// Bytes without a terminator: at the end of the data, before the first ISA,
    /// or in front of an ISA that starts in the middle of a segment.
    Loose(Range<usize>),
    /// A part of a run of blanks, or of bytes that fill up a file, that is too long to be held:
    /// it stands between segments, and is none. All of such a run comes in parts.
    Filling(Range<usize>),
    /// The end of the data.
    End,
}

impl Step {
    /// The same at another place, where its bytes have gone.
    #[must_use]
    pub fn moved_to(self, place: usize) -> Step {
        let moved = |range: Range<usize>| place..place + range.len();
        match self {
            Step::Segment(range) => Step::Segment(moved(range)),
            Step::Piece { range, first, last } => Step::Piece {
                range: moved(range),
                first,
                last,
            },
            Step::Loose(range) => Step::Loose(moved(range)),
            Step::Filling(range) => Step::Filling(moved(range)),
            Step::End => Step::End,
        }
    }
}

/// Reads a stream segment by segment with the delimiters of each ISA it meets.
///
/// The bytes since the last [`SegmentSource::hold`] stay in memory, so that a caller
/// can gather segments and copy them out in one go.
pub struct SegmentSource<R> {
    input: R,
    buffer: Vec<u8>,
    hasher: Option<Box<blake3::Hasher>>,
    /// Offset in the stream of `buffer[0]`.
    base: u64,
    /// Bytes before this place are no longer wanted.
    hold: usize,
    /// Where the next segment (or the blanks before it) starts.
    cursor: usize,
    /// Its terminator, where it is known already.
    known: Option<usize>,
    /// Bytes before this place were searched for the next ISA.
    searched: usize,
    delimiters: Option<Delimiters>,
    /// The latest ISA whose delimiters were taken over, and what is wrong with it.
    entered: Option<u64>,
    fault: Option<IsaFault>,
    /// The width at which the stream was wrapped, as its first interchange starts.
    wrapped: Option<usize>,
    /// Where the search came to the next ISA: segments and pieces end there.
    isa: Option<usize>,
    in_piece: bool,
    in_filling: bool,
    eof: bool,
}

/// The places of every `ISA` in these bytes.
fn all_isa(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + scan::find_isa(&bytes[from..])?;
        from = at + 1;
        Some(at)
    })
}

impl<R: Read> SegmentSource<R> {
    /// A source over the whole stream.
    pub fn new(input: R) -> SegmentSource<R> {
        SegmentSource {
            input,
            buffer: Vec::new(),
            hasher: None,
            base: 0,
            hold: 0,
            cursor: 0,
            known: None,
            searched: 0,
            delimiters: None,
            entered: None,
            fault: None,
            wrapped: None,
            isa: None,
            in_piece: false,
            in_filling: false,
            eof: false,
        }
    }

    /// The same; the bytes are hashed as they are read, see [`SegmentSource::hash`].
    pub fn hashing(input: R) -> SegmentSource<R> {
        SegmentSource {
            hasher: Some(Box::default()),
            ..SegmentSource::new(input)
        }
    }

    /// A source that goes on in the midst of a stream, at this offset of it, where a segment
    /// starts: the `kept` bytes of earlier on stand in front of those that `input` reads.
    pub fn going_on(
        input: R,
        kept: Vec<u8>,
        offset: u64,
        delimiters: Option<Delimiters>,
    ) -> SegmentSource<R> {
        SegmentSource {
            base: offset.saturating_sub(kept.len() as u64),
            cursor: kept.len(),
            searched: kept.len(),
            buffer: kept,
            delimiters,
            ..SegmentSource::new(input)
        }
    }

    /// BLAKE3 of all bytes read, in hexadecimal; empty when they were not hashed.
    #[must_use]
    pub fn hash(&self) -> String {
        let hasher = self.hasher.as_ref();
        hasher.map_or_else(String::new, |hasher| hasher.finalize().to_hex().to_string())
    }

    /// The bytes in memory; ranges of [`Step`] index them.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.buffer
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

    /// The width at which the stream was wrapped, line ends in the midst of its segments.
    #[must_use]
    pub fn wrapped(&self) -> Option<usize> {
        self.wrapped
    }

    /// What is wrong with the latest ISA.
    #[must_use]
    pub fn header_fault(&self) -> Option<IsaFault> {
        self.fault
    }

    /// Keeps the bytes from this offset on; earlier ones may go at the next step.
    pub fn hold(&mut self, offset: u64) {
        self.hold = self.place(offset).min(self.cursor);
    }

    /// Hands over the bytes before this offset, which was passed. What follows goes on in
    /// `spare`, behind a copy of those of the bytes that `kept` names by their places.
    pub fn part(&mut self, end: u64, kept: &[Range<usize>], mut spare: Vec<u8>) -> Vec<u8> {
        let place = self.place(end).min(self.cursor);
        spare.clear();
        for range in kept {
            spare.extend_from_slice(&self.buffer[range.clone()]);
        }
        let front = spare.len();
        spare.extend_from_slice(&self.buffer[place..]);
        let mut parted = std::mem::replace(&mut self.buffer, spare);
        parted.truncate(place);
        self.hold = 0;
        self.base += (place - front) as u64;
        let moved = |at: usize| at.max(place) - place + front;
        self.cursor = moved(self.cursor);
        self.known = None;
        self.searched = moved(self.searched);
        self.isa = self.isa.map(moved);
        parted
    }

    /// The next segment, piece or loose bytes.
    ///
    /// # Errors
    /// When the stream cannot be read.
    #[inline]
    pub fn step(&mut self) -> io::Result<Step> {
        if let Some(end) = self.known.take()
            && let start = self.cursor
            && let Some(&first) = self.buffer.get(start)
            && first != b'I'
            && !is_blank(first)
        {
            self.cursor = end + 1;
            return Ok(Step::Segment(start..end + 1));
        }
        self.look_for_step()
    }

    /// The same where the segment's terminator is not known, or it may be an ISA.
    #[inline(never)]
    fn look_for_step(&mut self) -> io::Result<Step> {
        if self.in_piece {
            return self.piece();
        }
        if let Some(part) = self.filling()? {
            return Ok(part);
        }
        let from = self.offset(self.cursor);
        loop {
            // Before the first ISA they are told of, with whatever else stands there.
            self.cursor = self.end_of_run(self.cursor, is_blank);
            if self.is_long_run(from)?
                && let Some(part) = self.filling()?
            {
                return Ok(part);
            }
            // Seen only when a fresh search window starts with blanks.
            self.searched = self.searched.max(self.cursor);
            if self.cursor == self.buffer.len() {
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
                self.cursor = end + 1;
                return Ok(Step::Segment(start..end + 1));
            }
            let end = self.isa.or(self.eof.then_some(self.buffer.len()));
            if let Some(end) = end
                && self.searched == end
                && end - self.cursor <= limits::SEGMENT_BYTES
            {
                let start = self.cursor;
                self.cursor = end;
                return Ok(Step::Loose(start..end));
            }
            return self.piece();
        }
    }

    /// Passes over the segments at hand that tell nothing to whoever cuts a file: no envelope,
    /// level or claim. Returns how many. Not every such segment is passed over: it ends where
    /// the bytes in memory end, or where anything is unusual.
    pub fn pass_plain(&mut self) -> u64 {
        let Some(delimiters) = self.delimiters.filter(|_| !self.in_piece) else {
            return 0;
        };
        let limit = self.searched.saturating_sub(self.cursor);
        let passed = scan::pass(&self.buffer[self.cursor..], limit, delimiters.segment);
        self.known = passed.terminator.map(|place| self.cursor + place);
        self.cursor += passed.end;
        passed.segments
    }

    /// The same; says where the segments are that were passed over.
    pub fn plain(&mut self) -> Range<usize> {
        let start = self.cursor;
        self.pass_plain();
        start..self.cursor
    }

    /// Whether an ISA starts at the cursor; reads on until that can be told.
    fn starts_interchange(&mut self) -> io::Result<bool> {
        if !self.buffer[self.cursor..].starts_with(b"I") {
            return Ok(false);
        }
        while self.buffer.len() - self.cursor < 4 && self.fill()? {}
        let head = &self.buffer[self.cursor..];
        if !head.starts_with(b"ISA") || head.get(3).is_none_or(u8::is_ascii_alphanumeric) {
            return Ok(false);
        }
        while self.buffer.len() - self.cursor < HEADER_WINDOW_BYTES && self.fill()? {}
        Ok(true)
    }

    /// Takes over the delimiters of the ISA at the cursor. When they can't be read, those
    /// in force stay.
    fn enter_interchange(&mut self) {
        let is_first = self.entered.is_none();
        self.entered = Some(self.offset(self.cursor));
        self.isa = None;
        let bytes = &self.buffer[self.cursor..];
        let header = IsaHeader::read(bytes);
        if let Some(header) = header.filter(|_| is_first) {
            self.wrapped = wrapped::columns(bytes, header.delimiters.segment);
        }
        self.fault = header.map_or(Some(IsaFault::Unreadable), |header| header.fault);
        self.delimiters = header.map(|header| header.delimiters).or(self.delimiters);
        if self.delimiters.is_some() && IsaHeader::is_whole(bytes) {
            self.searched = self.searched.max(self.cursor + COMPONENT_AT);
        }
    }

    /// Bytes in front of the first ISA: a byte order mark, text, anything.
    fn before_first_interchange(&mut self) -> io::Result<Step> {
        let wanted = limits::LEAD_BYTES + HEADER_WINDOW_BYTES;
        while self.buffer.len() - self.cursor < wanted && self.fill()? {}
        let start = self.cursor;
        // An ISA is only looked at with all of its window behind it, and only so far on as is
        // read in any case, in however small pieces the input comes.
        let ready = if self.eof {
            self.buffer.len()
        } else {
            self.buffer.len() - HEADER_WINDOW_BYTES
        };
        let ready = ready.min(start + limits::LEAD_BYTES);
        let window = &self.buffer[start..];
        let next = all_isa(window)
            .take_while(|&at| start + at < ready)
            .find(|&at| {
                let own = at > 0 && !window[at - 1].is_ascii_alphanumeric();
                let bytes = &window[at..];
                (own && IsaHeader::read(bytes).is_some())
                    || (at > 0 && IsaHeader::glued(bytes).is_some())
            });
        self.cursor = next.map_or(ready, |at| start + at);
        Ok(Step::Loose(start..self.cursor))
    }

    /// The place of the next terminator at or behind the cursor; `None` when an ISA or
    /// the end of the data comes first, or the segment grows past the limit.
    fn terminator(&mut self) -> io::Result<Option<usize>> {
        let mut passed = 0;
        loop {
            if let Some(at) = self.found(passed) {
                let whole = at - self.cursor <= limits::SEGMENT_BYTES;
                return Ok(whole.then_some(at));
            }
            passed = self.searched - self.cursor;
            let too_long = passed > limits::SEGMENT_BYTES;
            if self.isa.is_some() || too_long || !self.search()? {
                return Ok(None);
            }
        }
    }

    /// The first terminator so many bytes or more behind the cursor, as far as was searched.
    #[inline]
    fn found(&self, behind: usize) -> Option<usize> {
        let from = self.cursor + behind;
        let window = self.buffer.get(from..self.searched)?;
        memchr::memchr(self.delimiters?.segment, window).map(|at| from + at)
    }

    /// Searches the next window for an ISA. False at the end of the data.
    fn search(&mut self) -> io::Result<bool> {
        // An ISA is only looked at with all of its window behind it, so that what is
        // found does not depend on how the data comes in.
        while !self.eof && self.buffer.len() - self.searched <= HEADER_WINDOW_BYTES {
            self.fill()?;
        }
        if self.delimiters.is_none() || self.searched == self.buffer.len() {
            return Ok(false);
        }
        let ready = if self.eof {
            self.buffer.len()
        } else {
            self.buffer.len() - HEADER_WINDOW_BYTES
        };
        let start = self.searched;
        let end = ready.min(start + WINDOW_BYTES);
        self.isa = self.next_isa(start, end);
        self.searched = self.isa.unwrap_or(end);
        Ok(true)
    }

    /// The first ISA that starts between two places, other than the one entered.
    fn next_isa(&self, start: usize, end: usize) -> Option<usize> {
        let window = &self.buffer[start..self.buffer.len().min(end + 2)];
        all_isa(window).map(|at| start + at).find(|&at| {
            let bytes = &self.buffer[at..];
            self.entered != Some(self.offset(at))
                && (IsaHeader::is_whole(bytes) || IsaHeader::glued(bytes).is_some())
        })
    }

    /// The next piece of a segment that is longer than the limit.
    fn piece(&mut self) -> io::Result<Step> {
        let first = !std::mem::replace(&mut self.in_piece, true);
        let mut passed = 0;
        let (end, last) = loop {
            if let Some(at) = self.found(passed) {
                break (at + 1, true);
            }
            passed = self.searched - self.cursor;
            let enough = passed > limits::SEGMENT_BYTES;
            if self.isa.is_some() || enough || !self.search()? {
                let ended = self.isa.is_some() || self.searched == self.buffer.len();
                break (self.searched, ended);
            }
        };
        let start = std::mem::replace(&mut self.cursor, end);
        self.in_piece = !last;
        Ok(Step::Piece {
            range: start..end,
            first,
            last,
        })
    }

    /// Reads more, moving the held bytes to the front now and then. False at the end of the
    /// data.
    fn fill(&mut self) -> io::Result<bool> {
        if self.eof {
            return Ok(false);
        }
        // Only a little is moved, for as much that goes.
        if self.hold > self.buffer.len() / 2 {
            self.forget();
        }
        let held = self.buffer.len();
        self.buffer.reserve(limits::READ_BYTES);
        let mut input = self.input.by_ref().take(limits::READ_BYTES as u64);
        let count = input.read_to_end(&mut self.buffer)?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&self.buffer[held..]);
        }
        self.eof = count < limits::READ_BYTES;
        Ok(count > 0)
    }

    /// Drops the bytes before those that are held.
    fn forget(&mut self) {
        let gone = std::mem::take(&mut self.hold);
        self.buffer.drain(..gone);
        self.cursor -= gone;
        self.searched = self.searched.saturating_sub(gone);
        self.isa = self.isa.map(|isa| isa - gone);
        self.base += gone as u64;
    }
}
