//! An open loop, and what it lacks when it is left.

use crate::claim::structure::{LoopNode, Structure};
use crate::claim::validate::Violation;

/// An open loop: what of it was seen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Frame {
    pub node: u8,
    /// Whether it is 2000A, 2000B or 2000C.
    pub is_level: bool,
    /// Position of the latest segment, or of the latest child loop's first.
    pub position: u16,
    /// Bits of segments seen.
    pub segments: u64,
    /// Bits of child loops seen.
    pub children: u32,
    /// The segment that started the loop, for what is missing in it.
    pub started_by: u32,
    /// Bits of segments and child loops that must have been seen when the loop is left.
    pub required_segments: u64,
    pub required_children: u32,
}

impl Frame {
    /// Whether something is missing in the loop when it is left.
    #[inline]
    pub(super) fn lacks(&self) -> bool {
        self.required_segments & !self.segments != 0 || self.required_children & !self.children != 0
    }

    /// Whether all was seen that a loop of this node must have, a level too.
    #[inline]
    pub(super) fn has_all(&self, node: &LoopNode) -> bool {
        node.required_segments & !self.segments == 0 && node.required_children & !self.children == 0
    }

    /// What was seen of it so far.
    pub(super) fn seen(&self) -> LevelSeen {
        LevelSeen {
            position: self.position,
            segments: self.segments,
            children: self.children,
        }
    }

    /// Takes this for what was seen of it.
    pub(super) fn see(&mut self, seen: LevelSeen) {
        self.position = seen.position;
        self.segments = seen.segments;
        self.children = seen.children;
    }

    /// Of what was seen of the loop, one of this node, the first that the guide has behind this
    /// position: the use of a segment, that of a child loop being its first.
    #[cold]
    pub(super) fn next(
        &self,
        node: &LoopNode,
        position: u16,
        structure: &Structure,
    ) -> Option<u16> {
        let mut seen = Vec::new();
        each_bit(self.segments, |at| seen.extend(node.segments.get(at)));
        each_bit(u64::from(self.children), |at| {
            let child = node.children.get(at);
            seen.extend(child.and_then(|&child| structure.node(child).segments.first()));
        });
        let place = |&&at: &&u16| {
            structure
                .segments
                .get(usize::from(at))
                .map(|spec| spec.position)
        };
        let behind = seen.iter().filter(|at| place(at) > Some(position));
        behind.min_by_key(place).copied()
    }

    /// Tells the segments and loops that the loop, one of this node, asks for and that were
    /// not seen.
    #[cold]
    #[inline(never)]
    pub(super) fn missing(
        &self,
        node: &LoopNode,
        structure: &Structure,
        mut tell: impl FnMut(Violation),
    ) {
        let next = |use_at: u16| {
            let spec = structure.segments.get(usize::from(use_at))?;
            self.next(node, spec.position, structure)
        };
        each_bit(node.required_segments & !self.segments, |at| {
            if let Some(&segment) = node.segments.get(at) {
                tell(Violation::SegmentMissing(segment, next(segment)));
            }
        });
        each_bit(u64::from(node.required_children & !self.children), |at| {
            if let Some(&child) = node.children.get(at) {
                let first = structure.node(child).segments.first();
                let next = first.and_then(|&first| next(first));
                tell(Violation::LoopMissing(child, next));
            }
        });
    }
}

/// What was seen of a level: its segments and the loops in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LevelSeen {
    position: u16,
    segments: u64,
    children: u32,
}

/// Shows the place of each bit, the lowest first.
#[inline]
fn each_bit(mut bits: u64, mut see: impl FnMut(usize)) {
    while bits != 0 {
        see(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}
