//! Blocks of an input whose cuts have to be looked for: what the survey made no plan of.

use std::io::{self, Read};
use std::iter::Peekable;
use std::ops::Range;
use std::vec::IntoIter;

use super::block::{Block, BlockKind};
use crate::x12::cuts::{self, Cuts, Standing};
use crate::x12::level::Hl;
use crate::x12::{SegmentKind, SegmentSource, Step, is_blank};

/// Cuts a stream into blocks.
pub(super) struct Looking<R> {
    source: SegmentSource<R>,
    /// Offsets of HL segments whose level stands nowhere, ascending, those that were passed
    /// left out.
    strange: Peekable<IntoIter<u64>>,
    cuts: Cuts,
    /// A step taken from the source but not yet acted upon, and the offset of its bytes.
    ahead: Option<(Step, u64)>,
    /// The segment that the latest piece is of.
    piece: Option<SegmentKind>,
}

impl<R: Read> Looking<R> {
    /// A cutter for blocks of about `target` bytes, from where the source is and this is open.
    pub(super) fn new(
        source: SegmentSource<R>,
        standing: Standing,
        strange: Vec<u64>,
        target: usize,
    ) -> Looking<R> {
        let kept = source.bytes().len();
        Looking {
            cuts: Cuts::from(source.offset(kept), standing, target),
            source,
            strange: strange.into_iter().peekable(),
            ahead: None,
            piece: None,
        }
    }

    /// Fills `block` with the next block. False at the end of the input.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub(super) fn next(&mut self, block: &mut Block) -> io::Result<bool> {
        loop {
            let step = match self.ahead.take() {
                Some((step, at)) => step.moved_to(self.source.place(at)),
                None => self.source.step()?,
            };
            match &step {
                Step::End => {
                    let end = self.source.offset(self.source.bytes().len());
                    if self.cuts.latest < end {
                        self.ahead = Some((Step::End, end));
                        self.give(block, end);
                        return Ok(true);
                    }
                    return Ok(false);
                }
                Step::Loose(range) | Step::Piece { range, .. } | Step::Filling(range) => {
                    let at = self.source.offset(range.start);
                    if self.cuts.latest < at && self.has_segments(at) {
                        self.ahead = Some((step, at));
                        self.give(block, at);
                        return Ok(true);
                    }
                    let kind = match step {
                        Step::Piece { first, last, .. } => BlockKind::Piece {
                            of: self.piece.filter(|_| !first),
                            last,
                        },
                        Step::Filling(_) => BlockKind::Filling,
                        _ => BlockKind::Loose,
                    };
                    self.give_apart(block, kind, self.source.offset(range.end));
                    return Ok(true);
                }
                Step::Segment(range) => {
                    if !self.segment(range) {
                        let at = self.source.offset(range.start);
                        self.ahead = Some((step, at));
                        self.give(block, at);
                        return Ok(true);
                    }
                    if self.cuts.now.headers[2].is_some() {
                        self.cuts.passed(self.source.pass_plain());
                    }
                }
            }
        }
    }

    /// Whether something other than blanks lies between the latest cut and `at`.
    fn has_segments(&self, at: u64) -> bool {
        has_segments(&self.source, self.cuts.latest, at)
    }

    /// Takes a segment into account; false when a block has to be given before it instead,
    /// and the segment to be looked at again.
    fn segment(&mut self, range: &Range<usize>) -> bool {
        let at = self.source.offset(range.start);
        let Some(delimiters) = self.source.delimiters() else {
            return true;
        };
        let text = &self.source.bytes()[range.start..range.end - 1];
        let kind = SegmentKind::of(text, delimiters);
        let (source, strange, latest) = (&self.source, &mut self.strange, self.cuts.latest);
        let depth = || {
            while strange.next_if(|&strange| strange < at).is_some() {}
            let is_strange = strange.peek() == Some(&at);
            cuts::depth(Hl::read(text, delimiters).kind, is_strange)
        };
        let has_segments = || has_segments(source, latest, at);
        self.cuts
            .segment((at, kind), text, delimiters, depth, has_segments)
    }

    /// Gives out everything before `end` as a block of segments.
    fn give(&mut self, block: &mut Block, end: u64) {
        let cut = self.cuts.latest;
        let start = self.begin(block, end);
        block.starts(cut, start);
        // What was kept is not repeated when the set turned out to have ended.
        let kept = block.bytes.len() - fresh(cut, end);
        block.bytes.drain(..kept - block.repeated);
    }

    /// Gives out bytes that are no whole segment.
    fn give_apart(&mut self, block: &mut Block, kind: BlockKind, end: u64) {
        let cut = self.cuts.latest;
        let mut open = self.cuts.now.clone();
        open.drop_held();
        open.delimiters = self.source.delimiters();
        if matches!(kind, BlockKind::Piece { .. } | BlockKind::Filling) {
            self.cuts.piece(end);
        }
        open.ordinal = self.begin(block, end).ordinal;
        block.starts(cut, open);
        block.kind = kind;
        let kept = block.bytes.len() - fresh(cut, end);
        block.bytes.drain(..kept);
        let apart = block.apart();
        let claims = u64::from(apart.is_some_and(|apart| apart.is_claim()));
        self.cuts.now.claims += claims;
        self.cuts.start.claims += claims;
        self.piece = apart.map(|apart| apart.kind);
    }

    /// The block gets its bytes, with all that was kept in front of them, and a new one starts
    /// at `end`: what it will repeat is kept. Gives what was open at the start of the block.
    fn begin(&mut self, block: &mut Block, end: u64) -> Standing {
        let cut = self.cuts.latest;
        let start = self.cuts.cut(end);
        let (places, _) = start.places();
        let held = places.into_iter().zip(self.cuts.now.held);
        let ranges = held.filter_map(|(place, held)| {
            let held = held?;
            let from = if held.offset < cut {
                place
            } else {
                self.source.place(held.offset)
            };
            Some(from..from + held.len)
        });
        let ranges: Vec<Range<usize>> = ranges.collect();
        let spare = std::mem::take(&mut block.bytes);
        block.bytes = self.source.part(end, &ranges, spare);
        start
    }
}

/// The bytes between two places of the input.
fn fresh(from: u64, to: u64) -> usize {
    usize::try_from(to - from).unwrap_or(usize::MAX)
}

/// Whether something other than blanks lies between two places of the input.
fn has_segments<R: Read>(source: &SegmentSource<R>, from: u64, to: u64) -> bool {
    let bytes = source.bytes().get(source.place(from)..source.place(to));
    bytes.is_some_and(|bytes| bytes.iter().any(|&byte| !is_blank(byte)))
}
