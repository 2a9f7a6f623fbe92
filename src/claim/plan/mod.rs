//! Runs of segments by plan.
//!
//! Between two segments that open or close something (HL, CLM, those of envelopes) stands a
//! run: a level, or a claim. The segments of runs come in few sequences, and where each of
//! them goes and what its elements may look like depends on nothing but the sequence: the
//! identifiers, the codes that tell uses of one identifier apart, the numbers of elements. So
//! a sequence that the walk found nothing in is remembered with a plan of what is to be
//! looked at in it: the lengths of all its elements side by side, then the few
//! values of which the guide asks more than a length.
//!
//! A claim is taken in parts, what stands before its first LX and each line, since how many
//! lines it has and of which kind differs from claim to claim.
//!
//! A run that has no plan, or in which something is not as planned, goes the plain way:
//! [`Walk`] and [`validate::elements`], which alone tell what is wrong. A plan may look away
//! from a sound run, never let a faulty one pass.
//!
//! [`validate::elements`]: super::validate::elements

use std::cell::Cell;
use std::ops::Range;

use super::gather::Gathered;
use super::structure::{Opening, Place, STRUCTURE};
use super::text::Text;
use super::walk::{LevelSeen, Walk};
use crate::x12::{Delimiters, key};
use checks::{Member, Plan};
use form::Form;
use lines::Lines;
use shapes::Shapes;
use tree::{LONGEST_SEGMENTS, Root, Step, Tree};

mod between;
mod checks;
mod code_set;
mod composite;
mod form;
mod limits;
mod lines;
mod read;
mod relations;
mod shapes;
#[cfg(test)]
mod tests;
mod tree;
mod values;

thread_local! {
    static MEMORY: Cell<Option<Box<Plans>>> = const { Cell::new(None) };
}

/// The plans a worker has made.
#[derive(Debug)]
pub struct Plans {
    /// Places the segments of runs without a plan.
    walk: Walk,
    tree: Tree,
    shapes: Vec<Shapes>,
    lines: Lines,
    most_lines: u32,
    /// Separators are a part of what is remembered.
    delimiters: Delimiters,
}

impl Plans {
    fn new(delimiters: Delimiters) -> Plans {
        let lines = STRUCTURE.find("2400").map(|node| STRUCTURE.node(node));
        Plans {
            walk: Walk::new(),
            tree: Tree::new(),
            shapes: Vec::new(),
            lines: Lines::new(),
            most_lines: lines.map_or(0, |node| u32::from(node.repeat)),
            delimiters,
        }
    }

    /// The plans of this thread for blocks with these delimiters: put them back afterwards.
    #[must_use]
    pub fn of_thread(delimiters: Delimiters) -> Box<Plans> {
        let plans = MEMORY.take();
        plans
            .filter(|plans| plans.delimiters == delimiters)
            .unwrap_or_else(|| Box::new(Plans::new(delimiters)))
    }

    /// Keeps the plans for the thread's next block.
    pub fn put_back(self: Box<Plans>) {
        MEMORY.set(Some(self));
    }

    /// Whether nothing is wrong with a claim of these segments, from CLM on; notes them. Takes
    /// its separators from `subs`, those of components and repetitions from the claim on.
    pub fn claim(
        &mut self,
        text: &Text<'_>,
        segments: Range<u32>,
        subs: &mut &[u32],
        gathered: &mut Gathered,
    ) -> bool {
        let (mut root, mut from, mut lines) = (Root::Claim, segments.start, 0);
        let mut learnt = false;
        while from < segments.end {
            if root == Root::Line
                && let Some(to) = self.lines.pass(text, from, segments.end, subs, gathered)
            {
                lines += 1;
                from = to;
                continue;
            }
            let Some(at) = self.tree.find(root, text, from..segments.end) else {
                if learnt || self.learn_claim(text, segments.clone()).is_none() {
                    return false;
                }
                learnt = true;
                continue;
            };
            let Some(plan) = self.tree.plan(at.plan) else {
                return false;
            };
            let before = *subs;
            if !plan.is_sound(text, at.first, subs, &mut self.shapes) {
                return false;
            }
            if plan.is_plain_line() {
                let own = &before[..before.len() - subs.len()];
                self.lines.meet(text, from, at.end, plan, own);
            }
            plan.note(from, gathered);
            lines += u32::from(root == Root::Line);
            (root, from) = (Root::Line, at.end);
        }
        (1..=self.most_lines).contains(&lines) && end_before(subs, text, segments.end)
    }

    /// What is seen of a level of these segments, from HL on, when nothing is wrong with them;
    /// notes them. `depth` is 0 for 2000A, as HL03 has it.
    pub fn level(
        &mut self,
        depth: usize,
        text: &Text<'_>,
        segments: Range<u32>,
        subs: &mut &[u32],
        gathered: &mut Gathered,
    ) -> Option<LevelSeen> {
        let root = Root::Level(depth);
        let mut at = self.tree.find(root, text, segments.clone());
        if at.is_none() {
            self.learn_level(depth, text, segments.clone())?;
            at = self.tree.find(root, text, segments.clone());
        }
        let at = at?;
        let plan = self.tree.plan(at.plan)?;
        let is_sound = at.end == segments.end
            && plan.is_sound(text, at.first, subs, &mut self.shapes)
            && end_before(subs, text, segments.end);
        if !is_sound {
            return None;
        }
        plan.note(segments.start, gathered);
        plan.level
    }

    /// Makes plans for the parts of a claim in which every segment has its place.
    #[cold]
    #[inline(never)]
    fn learn_claim(&mut self, text: &Text<'_>, segments: Range<u32>) -> Option<()> {
        let walk = &mut self.walk;
        let mut told = false;
        walk.reset(0);
        walk.open_level(1, 0, &mut |_| {});
        let place = walk.open_claim(segments.start, &mut |_| {});
        let mut parts = vec![Part::new(Root::Claim, text, segments.start)];
        let clm = text.segment(segments.start);
        parts
            .last_mut()?
            .add(clm.key(), clm.len(), Opening::ANY, place)?;
        for index in segments.start + 1..segments.end {
            if text.segment(index).key() == key(b"LX") {
                parts.push(Part::new(Root::Line, text, index));
            }
            parts.last_mut()?.step(walk, text, index, &mut told)?;
        }
        walk.close_claim(&mut |_| told = true);
        if told {
            return None;
        }
        for part in parts {
            let plan = part.plan(None, text, &mut self.shapes)?;
            self.tree.keep(part.root, &part.steps, plan);
        }
        Some(())
    }

    /// Makes a plan for a level in which every segment has its place.
    #[cold]
    #[inline(never)]
    fn learn_level(&mut self, depth: usize, text: &Text<'_>, segments: Range<u32>) -> Option<()> {
        let walk = &mut self.walk;
        let mut told = false;
        walk.reset(0);
        let place = walk.open_level(depth, segments.start, &mut |_| {});
        let mut part = Part::new(Root::Level(depth), text, segments.start);
        let hl = text.segment(segments.start);
        part.add(hl.key(), hl.len(), Opening::ANY, place)?;
        for index in segments.start + 1..segments.end {
            part.step(walk, text, index, &mut told)?;
        }
        walk.close_inner(&mut |_| told = true);
        if told {
            return None;
        }
        let plan = part.plan(Some(walk.level_seen()), text, &mut self.shapes)?;
        self.tree.keep(part.root, &part.steps, plan);
        Some(())
    }
}

/// A run as it is learnt.
struct Part {
    root: Root,
    /// The index of its first separator.
    first: usize,
    steps: Vec<Step>,
    members: Vec<Member>,
}

impl Part {
    fn new(root: Root, text: &Text<'_>, segment: u32) -> Part {
        let entry = text.tokens.entries(segment..segment).first();
        Part {
            root,
            first: entry.map_or(0, |entry| entry.first as usize),
            steps: Vec::new(),
            members: Vec::new(),
        }
    }

    fn plan(
        &self,
        level: Option<LevelSeen>,
        text: &Text<'_>,
        shapes: &mut Vec<Shapes>,
    ) -> Option<Plan> {
        Plan::of(&self.members, level, text, self.first, shapes)
    }

    /// Adds a segment that is neither HL nor CLM; `None` if something is told of it, or it
    /// can't be told from others.
    fn step(
        &mut self,
        walk: &mut Walk,
        text: &Text<'_>,
        index: u32,
        told: &mut bool,
    ) -> Option<()> {
        let segment = text.segment(index);
        let component = text.delimiters.component;
        let opening = STRUCTURE.seek(walk.node(), &segment, component)?.opening?;
        let place = walk.step(&segment, index, component, &mut |_| *told = true)?;
        if *told {
            return None;
        }
        self.add(segment.key(), segment.len(), opening, place)
    }

    fn add(&mut self, key: u32, elements: usize, opening: Opening, place: Place) -> Option<()> {
        let separators = u32::try_from(elements).ok()? + 1;
        self.steps.push(Step::of(key, separators, opening));
        self.members.push(Member {
            spec: STRUCTURE.spec(place),
            form: Form::at(place)?,
            elements,
        });
        (self.members.len() <= LONGEST_SEGMENTS).then_some(())
    }
}

/// Whether none of these separators is left before this segment.
#[inline]
fn end_before(subs: &[u32], text: &Text<'_>, segment: u32) -> bool {
    let end = text.tokens.start_of(segment);
    subs.first().is_none_or(|&sub| sub as usize >= end)
}
