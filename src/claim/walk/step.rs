//! Steps of a walk that were taken before, taken again without a search.

use super::{DEPTH, Frame, Walk};
use crate::claim::structure::{Found, Opening, Place, SegmentSpec, opening_bytes};
use crate::x12::Segment;

/// Uses of segments that are told apart by what followed on them.
pub(super) const USES: usize = 256;

/// Steps remembered from each.
pub(super) const STEPS: usize = 4;

/// A step that was taken: what the table says of it, side by side.
///
/// A claim's segments come in the order in which those of the claims before it came. So
/// each use of a segment remembers the steps that followed on it, and a segment that
/// takes one of them again is not looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
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
    pub(super) const NONE: Step = Step {
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

impl Walk {
    /// Takes the segment if it goes where one like it went before, and nothing is to be told:
    /// as [`Walk::step`] does then, but sooner.
    // Inlined so that the segment is looked at where it is, not copied for a call.
    #[allow(clippy::inline_always)]
    #[inline(always)]
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

    /// Remembers where a segment went from the latest one.
    pub(super) fn remember(&mut self, found: Found, key: u32) {
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
}
