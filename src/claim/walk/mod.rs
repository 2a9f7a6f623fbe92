//! The walk through the loops of a transaction set, one segment after the other.

mod area;
mod frame;

use super::structure::{Place, STRUCTURE, SegmentSpec, Structure};
use super::validate::Violation;
use crate::x12::Segment;
pub use area::Levels;
use area::{Area, Areas};
use frame::Frame;
pub use frame::LevelSeen;

/// Depth of the deepest loop: header, 2000A, 2000B, 2000C, 2300, 2400, 2430.
const DEPTH: usize = 8;

/// What the walk tells: the loop a violation belongs to, the segment it is told at.
#[derive(Clone, Copy, Debug)]
pub struct ViolationAt {
    /// Node of the loop.
    pub node: u8,
    /// Index of the segment in the block.
    pub segment: u32,
    /// What is wrong.
    pub violation: Violation,
}

/// The state of a walk.
///
/// HL and CLM say by themselves which level or claim they start: [`Walk::open_level`] and
/// [`Walk::open_claim`] follow them wherever the walk stands. Every other segment finds its
/// place inside what is open, the header, one level or one claim, and never reaches out of
/// it: a segment that has strayed is a fault of where it stands.
#[derive(Clone, Debug)]
pub struct Walk {
    structure: &'static Structure,
    frames: [Frame; DEPTH],
    depth: usize,
    /// Bits of the nodes that segments may go to now.
    within: u128,
    areas: Areas,
    /// Uses of each segment in its open loop, and behind them repetitions of each loop in
    /// the one above; only meant where the loop's bits say that it was seen.
    counts: Vec<u16>,
}

impl Default for Walk {
    fn default() -> Self {
        Walk::new()
    }
}

impl Walk {
    /// A walk that stands before the first segment of a transaction set.
    #[must_use]
    pub fn new() -> Walk {
        Walk::over(&STRUCTURE)
    }

    /// A walk through the transaction sets of another table. Where the table has no
    /// claims, every segment finds its place from wherever the walk stands, HL too.
    #[must_use]
    pub fn over(structure: &'static Structure) -> Walk {
        let areas = Areas::of(structure);
        Walk {
            structure,
            frames: [Frame::default(); DEPTH],
            depth: 0,
            within: areas.nodes(Area::Header),
            areas,
            counts: vec![0; structure.segments.len() + structure.nodes.len()],
        }
    }

    /// Starts over at ST; `segment` is its index.
    pub fn reset(&mut self, segment: u32) {
        self.depth = 0;
        self.confine(Area::Header);
        self.frames[0] = Frame {
            started_by: segment,
            ..Frame::default()
        };
    }

    /// Confines the segments that follow.
    fn confine(&mut self, to: Area) {
        self.within = self.areas.nodes(to);
    }

    /// The node the walk stands in.
    #[must_use]
    pub fn node(&self) -> u8 {
        self.frames[self.depth].node
    }

    /// The specification of a place's segment.
    #[inline]
    #[must_use]
    pub fn spec(&self, place: Place) -> &'static SegmentSpec {
        self.structure.spec(place)
    }

    /// The nodes of levels and claims.
    #[must_use]
    pub fn levels(&self) -> Levels {
        self.areas.levels
    }

    /// Starts level `depth` (0 for 2000A) at this HL, under the levels that are open above
    /// it. A level above that is missing is stood in for.
    pub fn open_level(
        &mut self,
        depth: usize,
        segment: u32,
        tell: &mut impl FnMut(ViolationAt),
    ) -> Place {
        self.close_inner(tell);
        self.close_level(depth, tell);
        self.stand_in(depth);
        self.confine(Area::Level(depth));
        self.enter(self.areas.levels.hierarchy[depth], segment)
    }

    /// Starts a level of no known kind. Nothing in it has a place but claims.
    pub fn lose_level(&mut self, tell: &mut impl FnMut(ViolationAt)) {
        self.close_inner(tell);
        self.close_level(2, tell);
        self.stand_in(3);
        self.confine(Area::Nowhere);
    }

    /// Starts a claim at this CLM, in the lowest level that is open. Where no subscriber
    /// is, one is stood in for.
    pub fn open_claim(&mut self, segment: u32, tell: &mut impl FnMut(ViolationAt)) -> Place {
        self.close_inner(tell);
        self.stand_in(2);
        let patient = self.node() == self.areas.levels.hierarchy[2];
        self.confine(Area::Claim);
        self.enter(self.areas.levels.claim[usize::from(patient)], segment)
    }

    /// Whether the walk stands in a subscriber's or a patient's level, and in no loop of it.
    #[must_use]
    pub fn takes_claim(&self) -> bool {
        let [_, subscriber, patient] = self.areas.levels.hierarchy;
        [subscriber, patient].contains(&self.node())
    }

    /// Passes a claim that is known to be whole: as [`Walk::open_claim`] and
    /// [`Walk::close_claim`] do, where it [stands](Walk::takes_claim).
    pub fn pass_claim(&mut self) {
        let patient = self.node() == self.areas.levels.hierarchy[2];
        let claim = self
            .structure
            .node(self.areas.levels.claim[usize::from(patient)]);
        let frame = &mut self.frames[self.depth];
        frame.children |= 1 << claim.bit;
        frame.position = claim.position;
        self.confine(Area::Claim);
    }

    /// What was seen of the level the walk stands in.
    #[must_use]
    pub fn level_seen(&self) -> LevelSeen {
        self.frames[self.depth].seen()
    }

    /// Passes what follows on the HL of a level, when it is known to be whole but for what the
    /// level must hold.
    pub fn pass_level(&mut self, seen: LevelSeen) {
        self.frames[self.depth].see(seen);
    }

    /// Opens the loop of this node under the loop the walk stands in.
    fn enter(&mut self, node: u8, segment: u32) -> Place {
        let spec = self.structure.node(node);
        let first = spec.segments.first().copied().unwrap_or(0);
        let frame = &mut self.frames[self.depth];
        frame.children |= 1 << spec.bit;
        frame.position = spec.position;
        self.push(Frame {
            node,
            position: spec.position,
            segments: 1,
            started_by: segment,
            ..self.frame_of(node)
        });
        Place {
            node,
            segment: first,
        }
    }

    /// A frame of this node in which nothing was seen. What a level must hold is asked
    /// when its first claim comes, since that claim is judged before the level ends.
    fn frame_of(&self, node: u8) -> Frame {
        let spec = self.structure.node(node);
        let is_level = self.areas.levels.hierarchy.contains(&node);
        Frame {
            node,
            is_level,
            required_segments: if is_level { 0 } else { spec.required_segments },
            required_children: if is_level { 0 } else { spec.required_children },
            ..Frame::default()
        }
    }

    #[inline]
    fn push(&mut self, frame: Frame) {
        if self.depth + 1 < DEPTH {
            self.depth += 1;
        }
        self.frames[self.depth] = frame;
    }

    /// Puts loops without segments where levels above `depth` are missing.
    fn stand_in(&mut self, depth: usize) {
        while self.depth < depth {
            self.push(self.frame_of(self.areas.levels.hierarchy[self.depth]));
        }
    }

    /// Closes the open claim, if there is one, and whatever is open inside it.
    pub fn close_claim(&mut self, tell: &mut impl FnMut(ViolationAt)) {
        if self.frames[self.depth].is_level {
            return;
        }
        let open =
            (1..=self.depth).find(|&at| self.areas.levels.claim.contains(&self.frames[at].node));
        if let Some(at) = open {
            while self.depth >= at {
                self.leave(tell);
            }
        }
    }

    /// Closes the loops inside the innermost open level (or the header), so that what
    /// they lack is told before the level ends.
    #[inline]
    pub fn close_inner(&mut self, tell: &mut impl FnMut(ViolationAt)) {
        if self.is_inside() {
            self.leave_inner(tell);
        }
    }

    /// Whether a loop is open inside the innermost open level (or the header).
    #[inline]
    fn is_inside(&self) -> bool {
        self.depth > 0 && !self.frames[self.depth].is_level
    }

    #[inline(never)]
    fn leave_inner(&mut self, tell: &mut impl FnMut(ViolationAt)) {
        while self.is_inside() {
            self.leave(tell);
        }
    }

    /// Closes level `depth` (0 for 2000A) and everything under it.
    pub fn close_level(&mut self, depth: usize, tell: &mut impl FnMut(ViolationAt)) {
        while self.depth > depth {
            self.leave(tell);
        }
    }

    /// Tells what the loop of this node lacks, when it is open: 0 for the header.
    pub fn check_node(&self, node: u8, tell: &mut impl FnMut(ViolationAt)) {
        if let Some(at) = (0..=self.depth).find(|&at| self.frames[at].node == node) {
            self.check(at, tell);
        }
    }

    /// Takes the next segment, one that starts neither a level nor a claim. `None` when
    /// there is no place for it inside what is open.
    pub fn step(
        &mut self,
        segment: &Segment<'_>,
        index: u32,
        component: u8,
        tell: &mut impl FnMut(ViolationAt),
    ) -> Option<Place> {
        let current = self.node();
        let found = self.structure.seek(current, segment, component);
        let Some(found) = found.filter(|found| self.within & (1 << found.place.node) != 0) else {
            let violation = if self.structure.knows(segment.id()) {
                Violation::SegmentMisplaced
            } else {
                Violation::SegmentUnknown
            };
            tell(ViolationAt {
                node: current,
                segment: index,
                violation,
            });
            return None;
        };
        let place = found.place;
        let spec = self.structure.spec(place);
        let node = self.structure.node(place.node);
        let told = |violation| ViolationAt {
            node: place.node,
            segment: index,
            violation,
        };
        // The first segment of a loop starts it; nothing starts the header.
        let starts_loop = place.node != 0 && spec.bit == 0;
        let owner = if starts_loop { node.parent } else { place.node };
        let opened = self.frames.get(..=self.depth).unwrap_or(&[]);
        let at = opened.iter().rposition(|frame| frame.node == owner);
        let at = at.unwrap_or(0);
        // What has strayed into a loop below ends none: its neighbours are where they belong. But
        // another payer's loop may itself stand too early, and the claim goes on behind it.
        let inner = opened.get(at + 1..).unwrap_or(&[]);
        let may_be_early = |frame: &Frame| self.structure.node(frame.node).id == "2320";
        let strays = !starts_loop
            && spec.position < self.frames[at].position
            && !inner.iter().any(may_be_early);
        while self.depth > at && !strays {
            self.leave(tell);
        }
        let frame = &mut self.frames[at];
        let restarts = starts_loop && spec.id == "HL";
        // Each hierarchical level starts the numbering of positions anew.
        if spec.position < frame.position && !restarts {
            let owner = self.structure.node(frame.node);
            let next = frame.next(owner, spec.position, self.structure);
            tell(told(Violation::SegmentLate(next)));
        } else {
            frame.position = spec.position;
        }
        // Past a maximum, the first that is too much is told: it stands for the others.
        if starts_loop {
            let bit = 1 << node.bit;
            let repeats = self.structure.segments.len() + usize::from(place.node);
            let again = frame.children & bit != 0;
            frame.children |= bit;
            if is_one_too_many(&mut self.counts[repeats], again, node.repeat) {
                tell(told(Violation::LoopRepeated));
            }
            self.push(Frame {
                node: place.node,
                position: spec.position,
                segments: 1_u64 << spec.bit,
                started_by: index,
                ..self.frame_of(place.node)
            });
        } else {
            let bit = 1_u64 << spec.bit;
            let again = frame.segments & bit != 0;
            frame.segments |= bit;
            if is_one_too_many(
                &mut self.counts[usize::from(place.segment)],
                again,
                spec.max,
            ) {
                tell(told(Violation::SegmentRepeated));
            }
        }
        Some(place)
    }

    #[inline]
    fn leave(&mut self, tell: &mut impl FnMut(ViolationAt)) {
        if self.frames[self.depth].lacks() {
            self.check(self.depth, tell);
        }
        self.depth -= 1;
    }

    /// Tells the required segments and loops that were not seen.
    fn check(&self, depth: usize, tell: &mut impl FnMut(ViolationAt)) {
        let frame = &self.frames[depth];
        let node = self.structure.node(frame.node);
        if frame.has_all(node) {
            return;
        }
        frame.missing(node, self.structure, |violation| {
            tell(ViolationAt {
                node: frame.node,
                segment: frame.started_by,
                violation,
            });
        });
    }
}

/// Counts one more where at most so many may be, 0 for no limit; whether it is the first that
/// is too much.
#[inline]
fn is_one_too_many(count: &mut u16, again: bool, most: u16) -> bool {
    *count = if again { count.saturating_add(1) } else { 1 };
    most > 0 && *count == most + 1
}
