//! The walk through the loops of a transaction set, one segment after the other.

use super::structure::{Found, Opening, Place, STRUCTURE, SegmentSpec, Structure, opening_bytes};
use super::validate::Violation;
use crate::x12::Segment;

/// Depth of the deepest loop: header, 2000A, 2000B, 2000C, 2300, 2400, 2430.
const DEPTH: usize = 8;

/// Uses of segments that are told apart by what followed on them.
const USES: usize = 256;

/// Steps remembered from each.
const STEPS: usize = 4;

/// An open loop: what of it was seen.
#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    node: u8,
    /// Position of the latest segment, or of the latest child loop's first.
    position: u16,
    /// Bits of segments seen.
    segments: u64,
    /// Bits of child loops seen.
    children: u32,
    /// The segment that started the loop, for what is missing in it.
    started_by: u32,
    /// Bits of segments and child loops that must have been seen when the loop is left.
    required_segments: u64,
    required_children: u32,
}

impl Frame {
    /// Whether something is missing in the loop when it is left.
    #[inline]
    fn lacks(&self) -> bool {
        self.required_segments & !self.segments != 0 || self.required_children & !self.children != 0
    }
}

/// A step that was taken: what the table says of it, side by side.
///
/// A claim's segments come in the order in which those of the claims before it came. So
/// each use of a segment remembers the steps that followed on it, and a segment that
/// takes one of them again is not looked for.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// The segment's identifier, and where the walk stood, see [`Walk::standing`].
    from: u64,
    /// Where it stands after it.
    standing: u64,
    opening: Opening,
    place: Place,
    spec: Option<&'static SegmentSpec>,
    /// The loop the segment or its loop is counted in, and where in [`Walk::counts`].
    owner: u8,
    counter: u16,
    starts_loop: bool,
    position: u16,
    /// Most uses of the segment, or repetitions of the loop.
    most: u16,
    /// The bit of the segment in its loop; none where it starts one.
    segment_bit: u64,
    /// The bit of the loop it starts in the one above.
    child_bit: u32,
    /// What the loop that is started must hold.
    required_segments: u64,
    required_children: u32,
}

impl Step {
    /// A step that no segment takes.
    const NONE: Step = Step {
        from: u64::MAX,
        standing: 0,
        opening: Opening::ANY,
        place: Place {
            node: 0,
            segment: 0,
        },
        spec: None,
        owner: 0,
        counter: 0,
        starts_loop: false,
        position: 0,
        most: 0,
        segment_bit: 0,
        child_bit: 0,
        required_segments: 0,
        required_children: 0,
    };
}

/// Confined to claims; to nothing.
const CLAIM: usize = 4;
const NOWHERE: usize = 5;

/// What the walk tells: the loop a violation belongs to, the segment it is told at.
#[derive(Clone, Copy, Debug)]
pub struct Told {
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
#[derive(Debug)]
pub struct Walk {
    structure: &'static Structure,
    frames: [Frame; DEPTH],
    depth: usize,
    levels: Levels,
    /// Bits of the nodes that segments may go to now, and a number for them: the index in
    /// `outside_claims`, or one of the two behind.
    within: u128,
    confined: u8,
    /// The node the walk stands in and what it is confined to, beside an identifier.
    standing: u64,
    /// Bits of the nodes of the header and of each level, their claims left out.
    outside_claims: [u128; 4],
    /// Bits of the nodes of 2300 and everything under it.
    claim_nodes: u128,
    /// Uses of each segment in its open loop, and behind them repetitions of each loop in
    /// the one above; only meant where the loop's bits say that it was seen.
    counts: Vec<u16>,
    /// For each use of a segment, the steps taken from it latest.
    steps: Box<[[Step; STEPS]]>,
    /// The use found latest.
    latest: u16,
}

/// Nodes at which claims and hierarchical levels hang.
#[derive(Clone, Copy, Debug)]
pub struct Levels {
    /// 2000A, 2000B, 2000C.
    pub hierarchy: [u8; 3],
    /// 2300 under 2000B and under 2000C.
    pub claim: [u8; 2],
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
        let find = |id: &str| structure.find(id).unwrap_or(0);
        let claims: Vec<u8> = (0_u8..)
            .zip(&structure.nodes)
            .filter(|(_, node)| node.id == "2300")
            .map(|(at, _)| at)
            .collect();
        let under = |parent: u8| {
            claims
                .iter()
                .copied()
                .find(|&claim| structure.node(claim).parent == parent)
                .unwrap_or(0)
        };
        let hierarchy = [find("2000A"), find("2000B"), find("2000C")];
        let mut claim_nodes = 0_u128;
        let mut outside_claims = [0_u128; 4];
        let mut holders = vec![0_usize; structure.nodes.len()];
        for (at, node) in structure.nodes.iter().enumerate() {
            let bit = 1_u128 << at;
            if node.id == "2300" || claim_nodes & (1 << node.parent) != 0 {
                claim_nodes |= bit;
                continue;
            }
            holders[at] = match hierarchy.iter().position(|&level| usize::from(level) == at) {
                Some(level) if at != 0 => level + 1,
                _ => holders[usize::from(node.parent)],
            };
            outside_claims[holders[at]] |= bit;
        }
        if claims.is_empty() {
            outside_claims = [u128::MAX; 4];
        }
        Walk {
            structure,
            frames: [Frame::default(); DEPTH],
            depth: 0,
            levels: Levels {
                hierarchy,
                claim: [under(hierarchy[1]), under(hierarchy[2])],
            },
            within: outside_claims[0],
            confined: 0,
            standing: 0,
            outside_claims,
            claim_nodes,
            counts: vec![0; structure.segments.len() + structure.nodes.len()],
            steps: vec![[Step::NONE; STEPS]; USES].into_boxed_slice(),
            latest: 0,
        }
    }

    /// Starts over at ST; `segment` is its index.
    pub fn reset(&mut self, segment: u32) {
        self.depth = 0;
        self.confine(0);
        self.frames[0] = Frame {
            started_by: segment,
            ..Frame::default()
        };
    }

    /// Confines the segments that follow: to the header (0), a level (1 to 3), a claim or
    /// nothing.
    fn confine(&mut self, to: usize) {
        self.within = match to {
            CLAIM => self.claim_nodes,
            to => self.outside_claims.get(to).copied().unwrap_or(0),
        };
        self.confined = u8::try_from(to).unwrap_or(u8::MAX);
        self.stand();
    }

    /// Sets down where the walk stands.
    #[inline]
    fn stand(&mut self) {
        self.standing = self.at(self.node());
    }

    /// Where the walk stands when it is in this node.
    #[inline]
    fn at(&self, node: u8) -> u64 {
        u64::from(node) << 32 | u64::from(self.confined) << 40
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
        self.levels
    }

    /// Starts level `depth` (0 for 2000A) at this HL, under the levels that are open above
    /// it. A level above that is missing is stood in for.
    pub fn open_level(&mut self, depth: usize, segment: u32, tell: &mut impl FnMut(Told)) -> Place {
        self.close_inner(tell);
        self.close_level(depth, tell);
        self.stand_in(depth);
        self.confine(depth + 1);
        self.enter(self.levels.hierarchy[depth], segment)
    }

    /// Starts a level of no known kind. Nothing in it has a place but claims.
    pub fn lose_level(&mut self, tell: &mut impl FnMut(Told)) {
        self.close_inner(tell);
        self.close_level(2, tell);
        self.stand_in(3);
        self.confine(NOWHERE);
    }

    /// Starts a claim at this CLM, in the lowest level that is open. Where no subscriber
    /// is, one is stood in for.
    pub fn open_claim(&mut self, segment: u32, tell: &mut impl FnMut(Told)) -> Place {
        self.close_inner(tell);
        self.stand_in(2);
        let patient = self.node() == self.levels.hierarchy[2];
        self.confine(CLAIM);
        self.enter(self.levels.claim[usize::from(patient)], segment)
    }

    /// Opens the loop of this node under the loop the walk stands in.
    fn enter(&mut self, node: u8, segment: u32) -> Place {
        let spec = self.structure.node(node);
        let first = spec.segments.first().copied().unwrap_or(0);
        self.latest = first;
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
        let is_level = self.levels.hierarchy.contains(&node);
        Frame {
            node,
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
        self.stand();
    }

    /// Puts loops without segments where levels above `depth` are missing.
    fn stand_in(&mut self, depth: usize) {
        while self.depth < depth {
            self.push(self.frame_of(self.levels.hierarchy[self.depth]));
        }
    }

    /// Closes the open claim, if there is one, and whatever is open inside it.
    pub fn close_claim(&mut self, tell: &mut impl FnMut(Told)) {
        let open = (1..=self.depth).find(|&at| self.levels.claim.contains(&self.frames[at].node));
        if let Some(at) = open {
            while self.depth >= at {
                self.leave(tell);
            }
        }
    }

    /// Closes the loops inside the innermost open level (or the header), so that what
    /// they lack is told before the level ends.
    pub fn close_inner(&mut self, tell: &mut impl FnMut(Told)) {
        while self.depth > 0
            && !self
                .levels
                .hierarchy
                .contains(&self.frames[self.depth].node)
        {
            self.leave(tell);
        }
    }

    /// Closes level `depth` (0 for 2000A) and everything under it.
    pub fn close_level(&mut self, depth: usize, tell: &mut impl FnMut(Told)) {
        while self.depth > depth {
            self.leave(tell);
        }
    }

    /// Tells what the loop of this node lacks, when it is open: 0 for the header.
    pub fn check_node(&self, node: u8, tell: &mut impl FnMut(Told)) {
        if let Some(at) = (0..=self.depth).find(|&at| self.frames[at].node == node) {
            self.check(at, tell);
        }
    }

    /// Takes the segment if it goes where one like it went before, and nothing is to be told:
    /// as [`Walk::step`] does then, but sooner.
    #[inline]
    pub fn step_again(
        &mut self,
        segment: &Segment<'_>,
        index: u32,
    ) -> Option<&'static SegmentSpec> {
        let opening = opening_bytes(segment)?;
        let from = self.standing | u64::from(segment.key());
        let steps = &self.steps[usize::from(self.latest) % USES];
        let step = steps
            .iter()
            .find(|step| step.from == from && step.opening.holds(opening))?;
        let mut depth = self.depth;
        while self.frames[depth % DEPTH].node != step.owner {
            if self.frames[depth % DEPTH].lacks() {
                return None;
            }
            depth = depth.checked_sub(1)?;
        }
        let frame = &mut self.frames[depth % DEPTH];
        let count = self.counts.get_mut(usize::from(step.counter))?;
        let before = frame.segments & step.segment_bit | u64::from(frame.children & step.child_bit);
        let now = if before == 0 {
            1
        } else {
            count.saturating_add(1)
        };
        if step.position < frame.position || now > step.most {
            return None;
        }
        *count = now;
        frame.position = step.position;
        frame.segments |= step.segment_bit;
        frame.children |= step.child_bit;
        if step.starts_loop {
            depth = DEPTH.min(depth + 2) - 1;
            self.frames[depth] = Frame {
                node: step.place.node,
                position: step.position,
                segments: 1,
                children: 0,
                started_by: index,
                required_segments: step.required_segments,
                required_children: step.required_children,
            };
        }
        self.depth = depth;
        self.standing = step.standing;
        self.latest = step.place.segment;
        step.spec
    }

    /// Takes the next segment, one that starts neither a level nor a claim. `None` when
    /// there is no place for it inside what is open.
    pub fn step(
        &mut self,
        segment: &Segment<'_>,
        index: u32,
        component: u8,
        tell: &mut impl FnMut(Told),
    ) -> Option<Place> {
        let current = self.node();
        let found = self.structure.seek(current, segment, component);
        let Some(found) = found.filter(|found| self.within & (1 << found.place.node) != 0) else {
            let violation = if self.structure.knows(segment.id()) {
                Violation::SegmentMisplaced
            } else {
                Violation::SegmentUnknown
            };
            tell(Told {
                node: current,
                segment: index,
                violation,
            });
            return None;
        };
        self.remember(found, segment.key());
        let place = found.place;
        let spec = self.structure.spec(place);
        let node = self.structure.node(place.node);
        // The first segment of a loop starts it; nothing starts the header.
        let starts_loop = place.node != 0 && spec.bit == 0;
        let owner = if starts_loop { node.parent } else { place.node };
        while self.frames[self.depth].node != owner && self.depth > 0 {
            self.leave(tell);
        }
        let frame = &mut self.frames[self.depth];
        let restarts = starts_loop && spec.id == "HL";
        // Each hierarchical level starts the numbering of positions anew.
        if spec.position < frame.position && !restarts {
            tell(Told {
                node: place.node,
                segment: index,
                violation: Violation::SegmentLate,
            });
        } else {
            frame.position = spec.position;
        }
        // Past a maximum, the first that is too much is told: it stands for the others.
        if starts_loop {
            let bit = 1 << node.bit;
            let repeats = self.structure.segments.len() + usize::from(place.node);
            let repeats = &mut self.counts[repeats];
            *repeats = match frame.children & bit {
                0 => 1,
                _ => repeats.saturating_add(1),
            };
            frame.children |= bit;
            if node.repeat > 0 && *repeats == node.repeat + 1 {
                tell(Told {
                    node: place.node,
                    segment: index,
                    violation: Violation::LoopRepeated,
                });
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
            let uses = &mut self.counts[usize::from(place.segment)];
            *uses = match frame.segments & bit {
                0 => 1,
                _ => uses.saturating_add(1),
            };
            frame.segments |= bit;
            if spec.max > 0 && *uses == spec.max + 1 {
                tell(Told {
                    node: place.node,
                    segment: index,
                    violation: Violation::SegmentRepeated,
                });
            }
        }
        Some(place)
    }

    /// Remembers where a segment went from the latest one.
    fn remember(&mut self, found: Found, key: u32) {
        let Found { place, opening } = found;
        let latest = std::mem::replace(&mut self.latest, place.segment);
        let spec = self.structure.spec(place);
        let node = self.structure.node(place.node);
        // Each hierarchical level starts the numbering of positions anew.
        let Some(opening) = opening.filter(|_| spec.id != "HL") else {
            return;
        };
        let from = self.standing | u64::from(key);
        let standing = self.at(place.node);
        let entered = self.frame_of(place.node);
        let steps = &mut self.steps[usize::from(latest) % USES];
        let mut others = steps.iter();
        if others.any(|step| step.from == from && step.opening == opening) {
            return;
        }
        let starts_loop = place.node != 0 && spec.bit == 0;
        let repeats = self.structure.segments.len() + usize::from(place.node);
        let repeats = u16::try_from(repeats).unwrap_or(u16::MAX);
        let (counter, most) = if starts_loop {
            (repeats, node.repeat)
        } else {
            (place.segment, spec.max)
        };
        let step = Step {
            from,
            standing,
            opening,
            place,
            spec: Some(spec),
            owner: if starts_loop { node.parent } else { place.node },
            counter,
            starts_loop,
            position: spec.position,
            most: if most == 0 { u16::MAX } else { most },
            segment_bit: if starts_loop { 0 } else { 1 << spec.bit },
            child_bit: if starts_loop { 1 << node.bit } else { 0 },
            required_segments: entered.required_segments,
            required_children: entered.required_children,
        };
        steps.rotate_right(1);
        steps[0] = step;
    }

    #[inline]
    fn leave(&mut self, tell: &mut impl FnMut(Told)) {
        if self.frames[self.depth].lacks() {
            self.check(self.depth, tell);
        }
        self.depth -= 1;
        self.stand();
    }

    /// Tells the required segments and loops that were not seen.
    fn check(&self, depth: usize, tell: &mut impl FnMut(Told)) {
        let frame = &self.frames[depth];
        let node = self.structure.node(frame.node);
        let mut missing = node.required_segments & !frame.segments;
        while missing != 0 {
            let bit = missing.trailing_zeros() as usize;
            missing &= missing - 1;
            if let Some(&segment) = node.segments.get(bit) {
                tell(Told {
                    node: frame.node,
                    segment: frame.started_by,
                    violation: Violation::SegmentMissing(segment),
                });
            }
        }
        let mut missing = node.required_children & !frame.children;
        while missing != 0 {
            let bit = missing.trailing_zeros() as usize;
            missing &= missing - 1;
            if let Some(&child) = node.children.get(bit) {
                tell(Told {
                    node: frame.node,
                    segment: frame.started_by,
                    violation: Violation::LoopMissing(child),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::{Delimiters, SegmentKind, Tokens};
    use proptest::prelude::*;

    const DELIMITERS: Delimiters = Delimiters {
        element: b'*',
        component: b':',
        repetition: b'^',
        segment: b'~',
    };

    /// Takes a segment with or without what was remembered, and tells what came of it.
    fn take(walk: &mut Walk, segment: &Segment<'_>, index: u32, again: bool) -> String {
        let mut told = Vec::new();
        let mut tell = |what: Told| told.push(what);
        let again = again.then(|| walk.step_again(segment, index)).flatten();
        let spec = again.or_else(|| {
            let place = match segment.kind() {
                SegmentKind::Hl => {
                    let depth = match segment.element(3) {
                        b"20" => 0,
                        b"22" => 1,
                        _ => 2,
                    };
                    Some(walk.open_level(depth, index, &mut tell))
                }
                SegmentKind::Clm => {
                    walk.close_claim(&mut tell);
                    Some(walk.open_claim(index, &mut tell))
                }
                _ => walk.step(segment, index, DELIMITERS.component, &mut tell),
            };
            place.map(|place| walk.spec(place))
        });
        let used = spec.map(|spec| (spec.loop_id, spec.id, spec.bit));
        format!("{used:?} in {} {told:?}", walk.node())
    }

    /// A use of a segment as far as it takes to be placed.
    fn opening(which: usize, code: usize) -> String {
        let spec = &STRUCTURE.segments[which % STRUCTURE.segments.len()];
        let Some((element, codes)) = spec.told_apart() else {
            return format!("{}*1~", spec.id);
        };
        let code = codes[code % codes.len()].to_be_bytes();
        let code: String = code
            .into_iter()
            .filter(|&byte| byte != 0)
            .map(char::from)
            .collect();
        format!("{}{}{code}:1*X~", spec.id, "*".repeat(element.max(1)))
            .replace(if element == 0 { "" } else { ":1" }, "")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]
        #[test]
        fn a_step_taken_again_is_the_step_that_is_looked_for(
            runs in proptest::collection::vec((0_usize..212, 1_usize..12, 1_usize..4, 0_usize..9), 1..12),
        ) {
            let mut text = String::from("BHT*0019~HL*1**20*1~HL*2*1*22*0~CLM*A~");
            for (first, count, times, code) in runs {
                let run: String = (first..first + count).map(|which| opening(which, code)).collect();
                text.push_str(&run.repeat(times));
            }
            text = text.repeat(2);
            let mut tokens = Tokens::default();
            tokens.fill(text.as_bytes(), DELIMITERS);
            let mut walks = [Walk::new(), Walk::new()];
            let count = u32::try_from(tokens.len()).unwrap_or(0);
            for index in 0..count {
                let segment = tokens.segment(text.as_bytes(), index as usize);
                let [one, other] = &mut walks;
                let looked_for = take(one, &segment, index, false);
                prop_assert_eq!(take(other, &segment, index, true), looked_for, "{}", index);
            }
        }
    }
}
