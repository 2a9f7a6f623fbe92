//! The sequences of segments that were met, as a tree: a node is one segment.

use std::ops::Range;

use super::checks::Plan;
use crate::claim::structure::Opening;
use crate::claim::text::Text;
use crate::x12::key;

/// Segments and separators that are remembered before all are forgotten.
const NODES: usize = 2048;
const SEPARATORS: usize = 1 << 14;

/// A run that takes the place of this many segments is not remembered.
pub(super) const LONGEST_SEGMENTS: usize = 256;

const LX: u32 = key(b"LX");

/// No node, no plan.
const NONE: u16 = u16::MAX;

/// What a run begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Root {
    /// HL of this level, 0 for 2000A.
    Level(usize),
    /// CLM: the claim without its lines.
    Claim,
    /// LX: a service line.
    Line,
}

/// Nodes of roots, before all others.
const ROOTS: usize = 5;

impl Root {
    #[inline]
    fn node(self) -> usize {
        match self {
            Root::Level(depth) => depth.min(2),
            Root::Claim => 3,
            Root::Line => 4,
        }
    }
}

/// How one segment is told from others at its place in a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Step {
    /// Its identifier.
    key: u32,
    /// How many separators it has.
    separators: u32,
    opening: Opening,
}

impl Step {
    #[inline]
    pub(super) fn of(key: u32, separators: u32, opening: Opening) -> Step {
        Step {
            key,
            separators,
            opening,
        }
    }
}

/// The four bytes behind a separator.
#[inline]
fn four(bytes: &[u8], separator: u32) -> Option<u32> {
    let start = separator as usize + 1;
    let opening = bytes.get(start..start + 4)?.first_chunk()?;
    Some(u32::from_le_bytes(*opening))
}

#[derive(Clone, Copy, Debug)]
struct Node {
    step: Step,
    /// The first of the segments that followed it, and the next one that followed where it did.
    child: u16,
    sibling: u16,
    /// The plan of a run that ends here.
    plan: u16,
}

impl Node {
    const ROOT: Node = Node {
        step: Step {
            key: 0,
            separators: 0,
            opening: Opening::ANY,
        },
        child: NONE,
        sibling: NONE,
        plan: NONE,
    };
}

/// Where a run is, and its plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub(super) plan: u16,
    /// The index of its first separator.
    pub(super) first: usize,
    /// The segment behind it.
    pub(super) end: u32,
}

/// The sequences, and a plan for each.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    plans: Vec<Plan>,
    separators: usize,
}

impl Tree {
    pub(super) fn new() -> Tree {
        Tree {
            nodes: vec![Node::ROOT; ROOTS],
            plans: Vec::new(),
            separators: 0,
        }
    }

    /// Where the run of a plan is that begins with the first of these segments, and ends before
    /// the first LX behind it or at the end.
    #[inline]
    pub(super) fn find(&self, root: Root, text: &Text<'_>, segments: Range<u32>) -> Option<At> {
        let tokens = text.tokens;
        let entries = tokens.entries(segments.clone());
        let (edges, _) = tokens.separators(0);
        let mut node = self.nodes.get(root.node())?;
        let ends = |node: &Node, end: u32| {
            let first = entries.first()?.first as usize;
            let plan = node.plan;
            (plan != NONE).then_some(At { plan, first, end })
        };
        let mut behind = entries;
        while let [from, rest @ ..] = behind
            && let [to, ..] = rest
        {
            let separators = to.first.wrapping_sub(from.first);
            let mut next = node.child;
            node = loop {
                let Some(other) = self.nodes.get(usize::from(next)) else {
                    // As many entries are behind this segment as segments from it on.
                    let left = u32::try_from(rest.len()).ok()?;
                    return ends(node, segments.end - left).filter(|_| from.key == LX);
                };
                let opening = other.step.opening;
                if other.step.key == from.key
                    && other.step.separators == separators
                    && (opening.is_any()
                        || opening.holds(four(text.bytes, *edges.get(from.first as usize)?)?))
                {
                    break other;
                }
                next = other.sibling;
            };
            behind = rest;
        }
        ends(node, segments.end)
    }

    /// The plan with this index.
    #[inline]
    pub(super) fn plan(&self, plan: u16) -> Option<&Plan> {
        self.plans.get(usize::from(plan))
    }

    /// Remembers the plan of a run of these segments.
    pub(super) fn keep(&mut self, root: Root, steps: &[Step], plan: Plan) {
        let is_full =
            self.nodes.len() + steps.len() > NODES || self.separators + plan.size() > SEPARATORS;
        if is_full {
            *self = Tree::new();
        }
        let mut at = root.node();
        for step in steps {
            at = self.child(at, *step);
        }
        if let Ok(place) = u16::try_from(self.plans.len())
            && let Some(node) = self.nodes.get_mut(at)
            && node.plan == NONE
        {
            node.plan = place;
            self.separators += plan.size();
            self.plans.push(plan);
        }
    }

    /// The node of a segment behind another, made if there is none.
    fn child(&mut self, parent: usize, step: Step) -> usize {
        let fresh = u16::try_from(self.nodes.len()).unwrap_or(NONE);
        let mut link = &mut self.nodes[parent].child;
        let mut at = usize::from(*link);
        while at < usize::from(fresh) {
            if self.nodes[at].step == step {
                return at;
            }
            link = &mut self.nodes[at].sibling;
            at = usize::from(*link);
        }
        *link = fresh;
        self.nodes.push(Node { step, ..Node::ROOT });
        usize::from(fresh)
    }
}
