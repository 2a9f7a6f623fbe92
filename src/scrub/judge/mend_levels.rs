//! Levels with their fixes applied: what stands above claims is mended before they are
//! judged.
//!
//! A level is decided on by itself, by what is found in it and nowhere else: each block
//! that repeats it, for the claims under it, comes to the same decision. A fix is kept
//! only if the finding that asked for it goes and no other comes.

use std::collections::BTreeMap;

use super::mend::Mended;
use super::wish::{Seen, Tries, Wish, changes};
use super::{Assignment, Judged, Look, pass_over};
use crate::claim::structure::LEVEL_LOOPS;
use crate::claim::text::{Stretch, Text};
use crate::emit::fixes::FixRecord;
use crate::rules::Finding;
use crate::rules::finding::FixSafety;
use crate::scrub::block::Block;
use crate::scrub::item::ItemKind;
use crate::x12::{SegmentKind, Tokens};

/// How often fixes are tried on the levels of a block, on all of them at a time.
const ROUNDS: usize = 32;

/// What is found in a level that is whole.
#[derive(Debug)]
pub struct SeenLevel {
    /// 0 for 2000A, 1 for 2000B, 2 for 2000C.
    pub depth: usize,
    /// Its HL, and the segment behind its last one.
    pub segments: (u32, u32),
    /// Whether it is written with this block, and not repeated from an earlier one.
    pub new: bool,
    /// What is found in it, a payer's own severities left aside.
    pub findings: Vec<Finding>,
}

/// A block whose levels are mended.
#[derive(Clone)]
struct Mender<'a> {
    text: Text<'a>,
    block: &'a Block,
    /// The position of each segment in its transaction set.
    ordinals: &'a [u64],
    /// Segments that were changed, by their place in the block.
    edits: BTreeMap<u32, Vec<u8>>,
}

/// Mends the levels of a block that was judged as it stands. What comes is the block
/// judged again with the fixes that hold, or the same when there are none.
pub(super) fn mend(block: &Block, judged: Judged, assignment: Assignment<'_>) -> Judged {
    let fixing = assignment.judgement.fixing;
    let is_fixable = |level: &SeenLevel| level.findings.iter().any(|found| found.fix.is_some());
    let (true, Some(delimiters)) = (judged.levels.iter().any(is_fixable), block.delimiters) else {
        return judged;
    };
    let mut tokens = Tokens::default();
    tokens.fill(&block.bytes, delimiters);
    let text = block.text(&tokens, delimiters);
    let count = u32::try_from(tokens.len()).unwrap_or(u32::MAX);
    let segments = (0..count).map(|at| text.segment(at));
    let segments = segments.map(|segment| (segment.start(), segment.kind() == SegmentKind::St));
    let ordinals = ordinals(segments, &block.stretches);
    let mut mender = Mender {
        text,
        block,
        ordinals: &ordinals,
        edits: BTreeMap::new(),
    };
    let fix = |mender: &mut Mender<'_>, wanted| mender.fix(wanted, assignment);
    let applied = fixing.apply.map(|wanted| fix(&mut mender, wanted));
    let applied = applied.unwrap_or_default();
    let offered = if fixing.show {
        fix(&mut mender.clone(), FixSafety::Unsafe)
    } else {
        Vec::new()
    };
    let mut new: Vec<u32> = judged
        .levels
        .iter()
        .filter(|level| level.new)
        .map(|level| level.segments.0)
        .collect();
    new.sort_unstable();
    let mut again = judged;
    if !applied.is_empty() {
        let mended = mender.assemble();
        again = pass_over(&mended, &mut Tokens::default(), assignment, Look::Usual);
        again.block = Some(mended);
    }
    let (mut applied, mut offered) = (by_level(applied), by_level(offered));
    let starts = mender.starts(&new);
    for (level, start) in new.into_iter().zip(starts) {
        let of = |records: &mut BTreeMap<_, _>| records.remove(&level).unwrap_or_default();
        let (applied, offered) = (of(&mut applied), of(&mut offered));
        if applied.is_empty() && offered.is_empty() {
            continue;
        }
        let index = again
            .items
            .partition_point(|item| item.end as usize <= start);
        let Some((item, of)) = again.items.get(index).map(|of| (index, of)) else {
            continue;
        };
        let from = of.start as usize;
        if !matches!(of.kind, ItemKind::Level(_)) || start < from {
            continue;
        }
        again.mended.push(Mended {
            item,
            // The block has the level as it is now.
            from,
            to: from,
            bytes: Vec::new(),
            applied,
            offered,
        });
    }
    again.mended.sort_by_key(|mended| mended.item);
    again
}

impl Mender<'_> {
    /// Applies the wanted fixes that hold; each with the HL of its level.
    fn fix(&mut self, wanted: FixSafety, assignment: Assignment<'_>) -> Vec<(u32, FixRecord)> {
        let mut applied = Vec::new();
        let mut tries: BTreeMap<u32, Tries> = BTreeMap::new();
        for _ in 0..ROUNDS {
            let block = self.assemble();
            let before = look(&block, assignment);
            let mut wishes = self.wishes(&block, &before, wanted, &tries);
            if wishes.is_empty() {
                break;
            }
            let mut tried = self.clone();
            for own in wishes.values_mut() {
                tried.apply(own);
            }
            let after = look(&tried.assemble(), assignment);
            let after: BTreeMap<_, _> = after.iter().map(|now| (now.segments, now)).collect();
            for level in &before {
                let hl = level.segments.0;
                let Some(mut own) = wishes.remove(&hl) else {
                    continue;
                };
                let now = after.get(&level.segments);
                let hold = now.is_some_and(|now| seen(now).improves(&seen(level), &own));
                tries.entry(hl).or_default().learn(&own, hold);
                if hold {
                    self.apply(&mut own);
                    applied.extend(own.into_iter().map(|wish| (hl, wish.record)));
                }
            }
        }
        applied
    }

    /// The fixes to be tried next by the HL of their level.
    fn wishes(
        &self,
        block: &Block,
        levels: &[SeenLevel],
        wanted: FixSafety,
        tries: &BTreeMap<u32, Tries>,
    ) -> BTreeMap<u32, Vec<Wish>> {
        let mut tokens = Tokens::default();
        tokens.fill(&block.bytes, self.text.delimiters);
        let text = Text {
            bytes: &block.bytes,
            tokens: &tokens,
            ..self.text
        };
        let untried = Tries::default();
        let mut all = BTreeMap::new();
        for level in levels {
            let (hl, end) = level.segments;
            let tries = tries.get(&hl).unwrap_or(&untried);
            let mut own = tries.wishes(&text, hl..end, &level.findings, wanted);
            for wish in &mut own {
                wish.record.level = LEVEL_LOOPS.get(level.depth).map(|&name| name.to_owned());
                wish.record.segment_ordinal = self.ordinal_of(wish.segment);
            }
            if !own.is_empty() {
                all.insert(hl, own);
            }
        }
        all
    }

    fn apply(&mut self, wishes: &mut [Wish]) {
        for changed in changes(wishes) {
            self.edits.insert(changed.segment, changed.bytes);
        }
    }

    /// The places of these segments, which ascend, in the block as it is now.
    fn starts(&self, segments: &[u32]) -> Vec<usize> {
        let mut edits = self.edits.iter().peekable();
        let (mut added, mut taken) = (0, 0);
        let each = segments.iter().map(|&segment| {
            while let Some((&at, bytes)) = edits.next_if(|(at, _)| **at < segment) {
                let edited = self.text.segment(at);
                added += bytes.len();
                taken += edited.end() - edited.start();
            }
            self.text.segment(segment).start() + added - taken
        });
        each.collect()
    }

    /// The segment's position in its transaction set, ST being 1.
    fn ordinal_of(&self, segment: u32) -> u64 {
        self.ordinals.get(segment as usize).copied().unwrap_or(1)
    }

    /// The block with its changes. Behind each of them a stretch starts anew, so that
    /// places and positions are those of the input.
    fn assemble(&self) -> Block {
        let old = self.block;
        let mut block = Block {
            bytes: Vec::with_capacity(old.bytes.len()),
            stretches: Vec::new(),
            ..old.clone()
        };
        let mut waiting = old.stretches.iter().peekable();
        let mut done = 0;
        let mut until = |block: &mut Block, end: usize, with: &[u8], next: usize| {
            while let Some(stretch) = waiting.next_if(|stretch| stretch.start <= end) {
                block.stretches.push(Stretch {
                    start: block.bytes.len() + stretch.start - done,
                    ..*stretch
                });
            }
            block.bytes.extend_from_slice(&old.bytes[done..end]);
            block.bytes.extend_from_slice(with);
            done = next;
        };
        for (&at, with) in &self.edits {
            let segment = self.text.segment(at);
            until(&mut block, segment.start(), with, segment.end());
            if segment.end() <= old.repeated {
                block.repeated = block.repeated + with.len() + segment.start() - segment.end();
            }
            if (at as usize) + 1 < self.text.tokens.len() {
                let next = self.text.segment(at + 1).start();
                block.stretches.push(Stretch {
                    start: block.bytes.len() + next - segment.end(),
                    offset: self.text.offset(next),
                    ordinal: self.ordinal_of(at + 1),
                });
            }
        }
        until(&mut block, old.bytes.len(), &[], old.bytes.len());
        block
    }
}

/// Fixes by the HL of their level, those of a level in the order in which they were applied.
fn by_level(fixes: Vec<(u32, FixRecord)>) -> BTreeMap<u32, Vec<FixRecord>> {
    let mut levels: BTreeMap<u32, Vec<FixRecord>> = BTreeMap::new();
    for (level, fix) in fixes {
        levels.entry(level).or_default().push(fix);
    }
    levels
}

/// The position of each segment (its place in the block, and whether it is an ST) in its
/// transaction set, ST being 1: as its stretch says, and counted on from there.
fn ordinals(segments: impl Iterator<Item = (usize, bool)>, stretches: &[Stretch]) -> Vec<u64> {
    let mut stretches = stretches.iter().peekable();
    let mut ordinals: Vec<u64> = Vec::new();
    for (start, is_set) in segments {
        let mut of_stretch = None;
        while let Some(stretch) = stretches.next_if(|stretch| stretch.start <= start) {
            of_stretch = Some(stretch.ordinal);
        }
        let next = ordinals.last().map_or(1, |latest| latest + 1);
        let ordinal = if is_set {
            1
        } else {
            of_stretch.unwrap_or(next)
        };
        ordinals.push(ordinal);
    }
    ordinals
}

fn seen(level: &SeenLevel) -> Seen {
    Seen::of(level.findings.clone())
}

/// What is found in the levels of a block.
fn look(block: &Block, assignment: Assignment<'_>) -> Vec<SeenLevel> {
    let asked = Assignment {
        mending: false,
        listeners: &[],
        ..assignment
    };
    pass_over(block, &mut Tokens::default(), asked, Look::Whole).levels
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;

    use super::*;

    /// The same, looked for behind each segment by itself.
    fn plain(segments: &[(usize, bool)], stretches: &[Stretch], segment: usize) -> u64 {
        let start = segments[segment].0;
        let mut before = stretches.iter().rev();
        let stretch = before.find(|stretch| stretch.start <= start);
        let (from, mut ordinal) =
            stretch.map_or((0, 1), |stretch| (stretch.start, stretch.ordinal));
        let first = segments.partition_point(|(start, _)| *start < from);
        for (at, (_, is_set)) in segments.iter().enumerate().take(segment + 1).skip(first) {
            if *is_set {
                ordinal = 1;
            } else if at > first {
                ordinal += 1;
            }
        }
        ordinal
    }

    proptest! {
        #[test]
        fn a_segment_has_the_same_position_counted_on_and_looked_for(
            segments in prop::collection::vec((1..9_usize, prop::bool::weighted(0.2)), 1..40),
            stretches in prop::collection::vec((0..9_usize, 2..99_u64), 0..12),
        ) {
            let mut place = 0;
            let segments: Vec<(usize, bool)> = segments
                .into_iter()
                .map(|(len, is_set)| {
                    place += len;
                    (place - len, is_set)
                })
                .collect();
            place = 0;
            let stretches: Vec<Stretch> = stretches
                .into_iter()
                .map(|(behind, ordinal)| {
                    place += behind;
                    Stretch { start: place, offset: 0, ordinal }
                })
                .collect();
            let asked = Cell::new(0);
            let each = segments.iter().copied().inspect(|_| asked.set(asked.get() + 1));
            let counted = ordinals(each, &stretches);
            prop_assert_eq!(asked.get(), segments.len());
            let found: Vec<u64> = (0..segments.len())
                .map(|segment| plain(&segments, &stretches, segment))
                .collect();
            prop_assert_eq!(counted, found);
        }
    }
}
