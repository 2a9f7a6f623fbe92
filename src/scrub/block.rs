//! Blocks: stretches of an input, cut so that each can be judged by itself.
//!
//! A block is cut where a claim, a hierarchical level or an envelope starts. What is
//! open at the cut (the header of the transaction set, the billing provider's, the
//! subscriber's and the patient's level) is repeated at the front of the next block;
//! the repeated segments are judged again, with the same result, and written once.

use std::io::{self, Read};
use std::ops::Range;

pub use super::apart::Apart;
use super::carried::Carried;
use crate::claim::text::Stretch;
use crate::x12::envelope::element;
use crate::x12::survey::Survey;
use crate::x12::{Delimiters, SegmentKind, SegmentSource, Step, is_blank, limits};

/// What a block holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum BlockKind {
    /// Whole segments.
    #[default]
    Segments,
    /// Bytes that are no segment: before the first ISA, or cut off.
    Loose,
    /// A piece of a segment too long to be held.
    Piece {
        /// What segment it goes on with; `None` for its first piece.
        of: Option<SegmentKind>,
        /// Whether the segment ends with it.
        last: bool,
    },
}

/// Control numbers of the open envelopes.
#[derive(Clone, Default, Debug)]
pub struct OpenNames {
    /// ISA13.
    pub interchange: Vec<u8>,
    /// GS06.
    pub group: Vec<u8>,
    /// ST02.
    pub transaction: Vec<u8>,
}

/// One block.
#[derive(Clone, Default, Debug)]
pub struct Block {
    /// What it holds.
    pub kind: BlockKind,
    /// First the repeated segments, then the new ones.
    pub bytes: Vec<u8>,
    /// Length of the repeated part.
    pub repeated: usize,
    /// Where the bytes stand in the input.
    pub stretches: Vec<Stretch>,
    /// The delimiters, once an ISA was read.
    pub delimiters: Option<Delimiters>,
    /// Control numbers open before the first new segment.
    pub names: OpenNames,
    /// Offset of the open ISA, GS and ST, as far as they are open.
    pub headers: [Option<u64>; 3],
    /// Claims of the input before this block.
    pub claims_before: u64,
    /// Claims seen so far in the open levels.
    pub level_claims: [u64; 3],
    /// What judging the block before found, where it bears on this one.
    pub carried: Carried,
}

/// The open level or header: a stretch of the input that blocks repeat.
#[derive(Clone, Copy, Debug)]
struct Held {
    /// Whether it is in the repeated part of the block under construction, or comes anew.
    at: Where,
    len: usize,
    offset: u64,
    ordinal: u64,
    claims: u64,
}

#[derive(Clone, Copy, Debug)]
enum Where {
    /// In the bytes kept from earlier blocks, which are in front of the source's.
    Kept(usize),
    /// In the source, at `offset`.
    Fresh,
}

/// Cuts a stream into blocks.
pub struct Cutter<R> {
    source: SegmentSource<R>,
    /// Offsets of HL segments whose level stands nowhere, ascending, those that were passed
    /// left out.
    strange: std::iter::Peekable<std::vec::IntoIter<u64>>,
    /// Offset of the first byte not yet given out.
    given: u64,
    /// How many bytes of held stretches from earlier blocks the source has in front.
    kept: usize,
    /// The header (index 0) and the levels 20, 22, 23 that are open.
    held: [Option<Held>; 4],
    /// Which of them is still growing: its segments are not yet followed by a claim
    /// or a level.
    growing: Option<usize>,
    headers: [Option<u64>; 3],
    names: OpenNames,
    /// Position of the latest segment in its transaction set.
    ordinal: u64,
    claims: u64,
    /// The state at the start of the block under construction.
    start: Start,
    target: usize,
    /// A step taken from the source but not yet acted upon, and the offset of its bytes.
    ahead: Option<(Step, u64)>,
    delimiters: Option<Delimiters>,
    /// The segment that the latest piece is of.
    piece: Option<SegmentKind>,
    /// Offset of the latest place where a block could be cut, and how many there are in
    /// the block under construction.
    boundary: u64,
    boundaries: usize,
}

#[derive(Clone, Default, Debug)]
struct Start {
    names: OpenNames,
    headers: [Option<u64>; 3],
    claims: u64,
    ordinal: u64,
    held: [Option<Held>; 4],
    delimiters: Option<Delimiters>,
}

impl<R: Read> Cutter<R> {
    /// A cutter for blocks of about `target` bytes.
    pub fn new(input: R, survey: &Survey, target: usize) -> Cutter<R> {
        Cutter {
            source: SegmentSource::new(input),
            strange: survey.strange_levels().into_iter().peekable(),
            given: 0,
            kept: 0,
            held: [None; 4],
            growing: None,
            headers: [None; 3],
            names: OpenNames::default(),
            ordinal: 0,
            claims: 0,
            start: Start::default(),
            target: target.max(1),
            ahead: None,
            delimiters: None,
            piece: None,
            boundary: 0,
            boundaries: 0,
        }
    }

    /// Fills `block` with the next block. False at the end of the input.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn next(&mut self, block: &mut Block) -> io::Result<bool> {
        loop {
            let step = match self.ahead.take() {
                Some((step, at)) => step.moved_to(self.source.place(at)),
                None => self.source.step()?,
            };
            match &step {
                Step::End => {
                    let end = self.source.offset(self.source.bytes().len());
                    if self.given < end {
                        self.ahead = Some((Step::End, end));
                        self.give(block, end);
                        return Ok(true);
                    }
                    return Ok(false);
                }
                Step::Loose(range) | Step::Piece { range, .. } => {
                    let at = self.source.offset(range.start);
                    if self.given < at && self.has_segments(at) {
                        self.ahead = Some((step, at));
                        self.give(block, at);
                        return Ok(true);
                    }
                    let kind = match step {
                        Step::Piece { first, last, .. } => BlockKind::Piece {
                            of: self.piece.filter(|_| !first),
                            last,
                        },
                        _ => BlockKind::Loose,
                    };
                    self.give_apart(block, kind, self.source.offset(range.end));
                    return Ok(true);
                }
                Step::Segment(range) => {
                    if self.segment(range) {
                        let at = self.source.offset(range.start);
                        self.ahead = Some((step, at));
                        self.give(block, at);
                        return Ok(true);
                    }
                    if self.headers[2].is_some() {
                        self.ordinal += self.source.pass_plain();
                    }
                }
            }
        }
    }

    /// Whether something other than blanks lies between what was given and `at`.
    fn has_segments(&self, at: u64) -> bool {
        let (from, to) = (self.source.place(self.given), self.source.place(at));
        self.source
            .bytes()
            .get(from..to)
            .is_some_and(|bytes| bytes.iter().any(|&byte| !is_blank(byte)))
    }

    /// Takes a segment into account; true when a block has to be given before it instead,
    /// and the segment to be looked at again.
    fn segment(&mut self, range: &Range<usize>) -> bool {
        let at = self.source.offset(range.start);
        let Some(delimiters) = self.source.delimiters() else {
            return false;
        };
        let text = &self.source.bytes()[range.start..range.end - 1];
        let kind = SegmentKind::of(text, delimiters);
        let boundary = kind != SegmentKind::Other;
        let pending = usize::try_from(at - self.given).unwrap_or(usize::MAX);
        let changed = self.delimiters != Some(delimiters);
        if at - self.boundary > limits::UNCUT_BYTES {
            // The survey has noted the set as too long to be judged; it goes through
            // in pieces and nothing of it is repeated.
            self.held = [None; 4];
            self.growing = None;
            if pending >= self.target {
                return true;
            }
        }
        if boundary
            && pending > 0
            && (pending >= self.target
                || self.boundaries >= limits::BLOCK_BOUNDARIES
                || (changed && self.delimiters.is_some()))
            && self.has_segments(at)
        {
            return true;
        }
        if changed {
            // What is held was read with other delimiters, and its set ends here.
            self.held = [None; 4];
            self.growing = None;
            self.start.held = self.held;
            self.delimiters = Some(delimiters);
            self.start.delimiters = self.delimiters;
        }
        if boundary {
            self.boundary = at;
            self.boundaries += 1;
        }
        let field = |position: usize| element(text, delimiters.element, position).to_vec();
        let level = match kind {
            SegmentKind::Hl => {
                while self.strange.next_if(|&strange| strange < at).is_some() {}
                match element(text, delimiters.element, 3) {
                    // A level that stands nowhere is repeated as the lowest one.
                    _ if self.strange.peek() == Some(&at) => 3,
                    b"20" => 1,
                    b"22" => 2,
                    _ => 3,
                }
            }
            _ => 0,
        };
        self.ordinal += 1;
        match kind {
            SegmentKind::Isa => {
                let number = field(13).trim_ascii().to_vec();
                self.close_set();
                self.headers = [Some(at), None, None];
                self.names = OpenNames {
                    interchange: number,
                    ..OpenNames::default()
                };
            }
            SegmentKind::Gs => {
                let number = field(6);
                self.close_set();
                self.headers[1] = Some(at);
                self.headers[2] = None;
                self.names.group = number;
                self.names.transaction.clear();
            }
            SegmentKind::St => {
                let number = field(2);
                self.close_set();
                self.headers[2] = Some(at);
                self.names.transaction = number;
                self.ordinal = 1;
                self.hold(0, at);
            }
            SegmentKind::Se => {
                self.grow_to(at);
                self.close_set();
            }
            SegmentKind::Ge => {
                self.close_set();
                self.headers[1] = None;
                self.names.group.clear();
            }
            SegmentKind::Iea => {
                self.close_set();
                self.headers = [None; 3];
                self.names = OpenNames::default();
            }
            SegmentKind::Hl => {
                self.grow_to(at);
                if self.headers[2].is_some() {
                    self.hold(level, at);
                }
            }
            SegmentKind::Clm => {
                self.grow_to(at);
                self.claims += 1;
                for held in self.held.iter_mut().flatten() {
                    held.claims += 1;
                }
            }
            SegmentKind::Other => {}
        }
        false
    }

    fn close_set(&mut self) {
        self.held = [None; 4];
        self.growing = None;
        self.headers[2] = None;
        self.names.transaction.clear();
    }

    /// Starts to hold the header (0) or a level; those below it are closed.
    fn hold(&mut self, depth: usize, at: u64) {
        for held in &mut self.held[depth..] {
            *held = None;
        }
        self.held[depth] = Some(Held {
            at: Where::Fresh,
            len: 0,
            offset: at,
            ordinal: self.ordinal,
            claims: 0,
        });
        self.growing = Some(depth);
    }

    /// The growing stretch ends here.
    fn grow_to(&mut self, at: u64) {
        if let Some(depth) = self.growing.take()
            && let Some(held) = &mut self.held[depth]
        {
            held.len = usize::try_from(at - held.offset).unwrap_or(usize::MAX);
        }
    }

    /// Gives out everything before `end` as a block of segments.
    fn give(&mut self, block: &mut Block, end: u64) {
        let start = std::mem::take(&mut self.start);
        block.kind = BlockKind::Segments;
        block.carried = Carried::default();
        block.stretches.clear();
        block.repeated = 0;
        for held in start.held.iter().flatten() {
            if let Where::Kept(place) = held.at {
                block.stretches.push(Stretch {
                    start: place,
                    offset: held.offset,
                    ordinal: held.ordinal,
                });
                block.repeated = place + held.len;
            }
        }
        block.stretches.push(Stretch {
            start: block.repeated,
            offset: self.given,
            ordinal: start.ordinal + 1,
        });
        block.delimiters = start.delimiters;
        block.names = start.names;
        block.headers = start.headers;
        block.claims_before = start.claims;
        block.level_claims =
            [1, 2, 3].map(|depth| start.held[depth].as_ref().map_or(0, |held| held.claims));
        self.begin(block, end);
    }

    /// Gives out bytes that are no whole segment.
    fn give_apart(&mut self, block: &mut Block, kind: BlockKind, end: u64) {
        let start = std::mem::take(&mut self.start);
        block.kind = kind;
        block.carried = Carried::default();
        block.stretches.clear();
        block.stretches.push(Stretch {
            start: 0,
            offset: self.given,
            ordinal: start.ordinal + 1,
        });
        block.repeated = 0;
        block.delimiters = self.source.delimiters();
        block.names = self.names.clone();
        block.headers = self.headers;
        block.claims_before = self.claims;
        block.level_claims = [0; 3];
        if matches!(kind, BlockKind::Piece { .. }) {
            // The set is rejected as a whole; nothing in it needs repeating.
            self.held = [None; 4];
            self.growing = None;
            self.boundary = end;
        }
        self.begin(block, end);
        let apart = block.apart();
        let claims = u64::from(apart.is_some_and(|apart| apart.is_claim()));
        self.claims += claims;
        self.start.claims += claims;
        self.piece = apart.map(|apart| apart.kind);
    }

    /// The block gets its bytes, and a new one starts at `end`: what it will repeat is kept.
    fn begin(&mut self, block: &mut Block, end: u64) {
        self.grow_to(end);
        let (mut kept, mut ranges) = (0, Vec::new());
        for held in self.held.iter_mut().flatten() {
            let from = match held.at {
                Where::Kept(from) => from,
                Where::Fresh => self.source.place(held.offset),
            };
            ranges.push(from..from + held.len);
            held.at = Where::Kept(kept);
            kept += held.len;
        }
        let spare = std::mem::take(&mut block.bytes);
        block.bytes = self.source.part(end, &ranges, spare);
        // What was kept is not repeated when the set turned out to have ended.
        let kept = std::mem::replace(&mut self.kept, kept);
        block.bytes.drain(..kept - block.repeated);
        self.boundaries = 0;
        self.given = end;
        self.start = Start {
            names: self.names.clone(),
            headers: self.headers,
            claims: self.claims,
            ordinal: self.ordinal,
            held: self.held,
            delimiters: self.delimiters,
        };
    }
}
