//! Where an input may be cut into blocks, and what is open there.
//!
//! A cut falls where a claim, a hierarchical level or an envelope starts. The survey follows the
//! segments to plan the cuts; where there is no plan, whoever cuts follows them again.

use super::envelope::element;
use super::{Delimiters, SegmentKind, limits};

/// Control numbers of the open envelopes.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct OpenNames {
    /// ISA13.
    pub interchange: Vec<u8>,
    /// GS06.
    pub group: Vec<u8>,
    /// ST02.
    pub transaction: Vec<u8>,
}

/// The open header or level: a stretch of the input that the blocks behind it repeat.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Held {
    /// Where it starts in the input.
    pub offset: u64,
    /// Its bytes; 0 while its end is not known.
    pub len: usize,
    /// Position of its first segment in the transaction set.
    pub ordinal: u64,
    /// Claims seen in it.
    pub claims: u64,
}

/// What is open at a place of the input.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Standing {
    /// Control numbers of the open envelopes.
    pub names: OpenNames,
    /// Offset of the open ISA, GS and ST, as far as they are open.
    pub headers: [Option<u64>; 3],
    /// Claims before.
    pub claims: u64,
    /// Position of the latest segment in its transaction set.
    pub ordinal: u64,
    /// The header (index 0) and the levels 20, 22, 23 that are open.
    pub held: [Option<Held>; 4],
    /// The delimiters, once an ISA was read.
    pub delimiters: Option<Delimiters>,
}

impl Standing {
    /// Where each held stretch is when all of them stand one behind the other, and their length.
    #[must_use]
    pub fn places(&self) -> ([usize; 4], usize) {
        let mut end = 0;
        let places = [0, 1, 2, 3].map(|depth: usize| {
            let len = self.held[depth].map_or(0, |held| held.len);
            end += len;
            end - len
        });
        (places, end)
    }

    /// Nothing that blocks repeat is open any more.
    pub fn drop_held(&mut self) {
        self.held = [None; 4];
    }
}

/// Follows the segments of an input and says where to cut it.
#[derive(Debug)]
pub struct Cuts {
    /// What is open now, and what was at the latest cut.
    pub now: Standing,
    /// See above.
    pub start: Standing,
    /// Offset of the latest cut.
    pub latest: u64,
    /// Which of the held stretches is still growing: its segments are not yet followed by a
    /// claim or a level.
    growing: Option<usize>,
    /// Offset of the latest place where a block could be cut, and how many there are behind
    /// the cut.
    boundary: u64,
    boundaries: usize,
    target: usize,
}

/// Which of the held stretches an HL with this HL03 starts. A level that stands nowhere is
/// repeated as the lowest one.
#[inline]
#[must_use]
pub fn depth(kind: &[u8], is_strange: bool) -> usize {
    match kind {
        _ if is_strange => 3,
        b"20" => 1,
        b"22" => 2,
        _ => 3,
    }
}

impl Cuts {
    /// Cuts into blocks of about `target` bytes, from an earlier cut on.
    #[must_use]
    pub fn from(cut: u64, standing: Standing, target: usize) -> Cuts {
        Cuts {
            now: standing.clone(),
            start: standing,
            latest: cut,
            growing: None,
            boundary: cut,
            boundaries: 0,
            target: target.max(1),
        }
    }

    /// Whether a claim, level or envelope starts behind the latest cut.
    #[must_use]
    pub fn has_boundary(&self) -> bool {
        self.boundaries > 0
    }

    /// Whether the segment at this offset is too far behind the last place to cut.
    #[inline]
    #[must_use]
    pub fn is_uncut(&self, at: u64) -> bool {
        at - self.boundary > limits::UNCUT_BYTES
    }

    /// Takes a segment into account; false when a block ends before it, and it has to be looked
    /// at again behind the cut. `is_strange` says of an HL whether its level stands nowhere,
    /// `has_segments` whether there is more than blanks behind the latest cut.
    #[inline]
    pub fn segment(
        &mut self,
        (at, kind): (u64, SegmentKind),
        text: &[u8],
        delimiters: Delimiters,
        depth: impl FnOnce() -> usize,
        has_segments: impl FnOnce() -> bool,
    ) -> bool {
        let is_boundary = kind != SegmentKind::Other;
        let pending = usize::try_from(at - self.latest).unwrap_or(usize::MAX);
        let changed = self.now.delimiters != Some(delimiters);
        if self.is_uncut(at) {
            // The survey has noted the set as too long to be judged; it goes through
            // in pieces and nothing of it is repeated.
            self.drop_held();
            if pending >= self.target {
                return false;
            }
        }
        if is_boundary
            && pending > 0
            && (pending >= self.target
                || self.boundaries >= limits::BLOCK_BOUNDARIES
                || (changed && self.now.delimiters.is_some()))
            && has_segments()
        {
            return false;
        }
        if changed {
            // What is held was read with other delimiters, and its set ends here.
            self.drop_held();
            self.start.drop_held();
            self.now.delimiters = Some(delimiters);
            self.start.delimiters = self.now.delimiters;
        }
        self.now.ordinal += 1;
        if is_boundary {
            self.boundary = at;
            self.boundaries += 1;
            self.bound(at, kind, text, delimiters, depth);
        }
        true
    }

    /// A claim, a level, an envelope's start or end.
    #[inline]
    fn bound(
        &mut self,
        at: u64,
        kind: SegmentKind,
        text: &[u8],
        delimiters: Delimiters,
        depth: impl FnOnce() -> usize,
    ) {
        match kind {
            SegmentKind::Hl => {
                self.grow_to(at);
                if self.now.headers[2].is_some() {
                    self.hold(depth(), at);
                }
            }
            SegmentKind::Clm => {
                self.grow_to(at);
                self.now.claims += 1;
                for held in self.now.held.iter_mut().flatten() {
                    held.claims += 1;
                }
            }
            _ => self.envelope(at, kind, text, delimiters),
        }
    }

    fn envelope(&mut self, at: u64, kind: SegmentKind, text: &[u8], delimiters: Delimiters) {
        let field = |position: usize| element(text, delimiters.element, position).to_vec();
        if kind == SegmentKind::Se {
            self.grow_to(at);
        }
        self.close_set();
        let now = &mut self.now;
        match kind {
            SegmentKind::Isa => {
                now.headers = [Some(at), None, None];
                now.names = OpenNames {
                    interchange: field(13).trim_ascii().to_vec(),
                    ..OpenNames::default()
                };
            }
            SegmentKind::Gs => {
                now.headers[1] = Some(at);
                now.names.group = field(6);
            }
            SegmentKind::St => {
                now.headers[2] = Some(at);
                now.names.transaction = field(2);
                now.ordinal = 1;
                self.hold(0, at);
            }
            SegmentKind::Ge => {
                now.headers[1] = None;
                now.names.group.clear();
            }
            SegmentKind::Iea => {
                now.headers = [None; 3];
                now.names = OpenNames::default();
            }
            SegmentKind::Se | SegmentKind::Hl | SegmentKind::Clm | SegmentKind::Other => {}
        }
    }

    /// So many segments were passed over that tell nothing to whoever cuts.
    #[inline]
    pub fn passed(&mut self, segments: u64) {
        self.now.ordinal += segments;
    }

    /// The piece of a segment that is too long ends here: its set is rejected as a whole, and
    /// nothing in it needs repeating.
    pub fn piece(&mut self, end: u64) {
        self.drop_held();
        self.boundary = end;
    }

    /// Cuts at this place: what was open at the latest cut is given out.
    pub fn cut(&mut self, end: u64) -> Standing {
        self.grow_to(end);
        self.boundaries = 0;
        self.latest = end;
        std::mem::replace(&mut self.start, self.now.clone())
    }

    fn drop_held(&mut self) {
        self.now.drop_held();
        self.growing = None;
    }

    fn close_set(&mut self) {
        self.drop_held();
        self.now.headers[2] = None;
        self.now.names.transaction.clear();
    }

    /// Starts to hold the header (0) or a level; those below it are closed.
    #[inline]
    fn hold(&mut self, depth: usize, at: u64) {
        for held in &mut self.now.held[depth..] {
            *held = None;
        }
        self.now.held[depth] = Some(Held {
            len: 0,
            offset: at,
            ordinal: self.now.ordinal,
            claims: 0,
        });
        self.growing = Some(depth);
    }

    /// The growing stretch ends here.
    #[inline]
    fn grow_to(&mut self, at: u64) {
        if let Some(depth) = self.growing.take()
            && let Some(held) = &mut self.now.held[depth]
        {
            held.len = usize::try_from(at - held.offset).unwrap_or(usize::MAX);
        }
    }
}
