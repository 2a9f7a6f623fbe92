//! Levels with their fixes applied: what stands above claims is mended before they are
//! judged.
//!
//! A level is decided on by itself, by what is found in it and nowhere else: each block
//! that repeats it, for the claims under it, comes to the same decision. A fix is kept
//! only if the finding that asked for it goes and no other comes.

use std::collections::{BTreeMap, BTreeSet};

use super::mend::{Key, Mended, Seen, key};
use super::{Assignment, Judged, pass_over};
use crate::claim::text::{Stretch, Text};
use crate::emit::fixes::FixRecord;
use crate::emit::jsonl::{span, spot_name};
use crate::rules::Finding;
use crate::rules::edit::{Edit, is_wanted};
use crate::rules::finding::FixSafety;
use crate::scrub::block::Block;
use crate::scrub::item::ItemKind;
use crate::x12::{SegmentKind, Tokens};

/// How often the levels of a block are looked at again.
const ROUNDS: usize = 16;

/// The loops of the levels by their depth.
const LOOPS: [&str; 3] = ["2000A", "2000B", "2000C"];

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
    /// Segments that were changed, by their place in the block.
    edits: BTreeMap<u32, Vec<u8>>,
}

/// A fix to be tried.
struct Wish {
    /// The HL of its level, and the segment.
    level: u32,
    segment: u32,
    after: Vec<u8>,
    key: Key,
    record: FixRecord,
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
    let mut mender = Mender {
        text: block.text(&tokens, delimiters),
        block,
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
    let new: Vec<u32> = judged
        .levels
        .iter()
        .filter(|level| level.new)
        .map(|level| level.segments.0)
        .collect();
    let mut again = judged;
    if !applied.is_empty() {
        let mended = mender.assemble();
        again = pass_over(&mended, &mut Tokens::default(), assignment, false);
        again.block = Some(mended);
    }
    for level in new {
        let of = |records: &[(u32, FixRecord)]| -> Vec<FixRecord> {
            let own = records.iter().filter(|(at, _)| *at == level);
            own.map(|(_, record)| record.clone()).collect()
        };
        let (applied, offered) = (of(&applied), of(&offered));
        if applied.is_empty() && offered.is_empty() {
            continue;
        }
        let start = mender.start_of(level);
        let item = again.items.iter().position(|item| {
            matches!(item.kind, ItemKind::Level(_))
                && (item.start as usize..item.end as usize).contains(&start)
        });
        let Some(item) = item else { continue };
        let from = again.items[item].start as usize;
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
        let mut failed: Vec<Key> = Vec::new();
        // Levels whose fixes did not hold together: there they are tried one by one.
        let mut single: BTreeSet<u32> = BTreeSet::new();
        for _ in 0..ROUNDS {
            let block = self.assemble();
            let before = look(&block, assignment);
            let wishes = self.wishes(&block, &before, wanted, &failed, &single);
            if wishes.is_empty() {
                break;
            }
            let mut tried = self.clone();
            for wish in &wishes {
                tried.edits.insert(wish.segment, wish.after.clone());
            }
            let after = look(&tried.assemble(), assignment);
            for level in &before {
                let own = || wishes.iter().filter(|wish| wish.level == level.segments.0);
                let fixed: Vec<Key> = own().map(|wish| wish.key).collect();
                let now = after.iter().find(|other| other.segments == level.segments);
                let holds = now.is_some_and(|now| seen(now).improves(&seen(level), &fixed));
                match fixed[..] {
                    [] => {}
                    _ if holds => {
                        for wish in own() {
                            self.edits.insert(wish.segment, wish.after.clone());
                            applied.push((wish.level, wish.record.clone()));
                        }
                    }
                    [alone] => failed.push(alone),
                    _ => {
                        single.insert(level.segments.0);
                    }
                }
            }
        }
        applied
    }

    /// The fixes to be tried next, one a segment.
    fn wishes(
        &self,
        block: &Block,
        levels: &[SeenLevel],
        wanted: FixSafety,
        failed: &[Key],
        single: &BTreeSet<u32>,
    ) -> Vec<Wish> {
        let mut tokens = Tokens::default();
        tokens.fill(&block.bytes, self.text.delimiters);
        let text = Text {
            bytes: &block.bytes,
            tokens: &tokens,
            ..self.text
        };
        let words = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut wishes: Vec<Wish> = Vec::new();
        for level in levels {
            let (hl, end) = level.segments;
            for finding in &level.findings {
                let at = finding.spot.segment;
                let key = key(finding);
                let taken = wishes
                    .iter()
                    .any(|wish| wish.segment == at || (wish.level == hl && single.contains(&hl)));
                if taken
                    || failed.contains(&key)
                    || !(hl..end).contains(&at)
                    || !is_wanted(&text, finding, wanted)
                {
                    continue;
                }
                let (Some(fix), Some(edit)) = (&finding.fix, Edit::of(&text, finding)) else {
                    continue;
                };
                let segment = text.segment(at);
                let mut after = segment.text().to_vec();
                let (from, to) = (edit.from - segment.start(), edit.to - segment.start());
                after.splice(from..to, edit.with);
                let (from, to) = span(&text, finding.spot);
                let record = FixRecord {
                    rule: finding.rule.code.to_owned(),
                    safety: fix.safety,
                    title: fix.title.clone(),
                    level: LOOPS.get(level.depth).map(|&name| name.to_owned()),
                    claim: None,
                    claim_ordinal: None,
                    segment_ordinal: self.ordinal_of(at),
                    element: spot_name(&text, finding.spot).unwrap_or_default(),
                    before: words(&block.bytes[from..to]),
                    after: fix.replacement.clone(),
                    segments: [words(segment.text()), words(&after)],
                };
                wishes.push(Wish {
                    level: hl,
                    segment: at,
                    after,
                    key,
                    record,
                });
            }
        }
        wishes
    }

    /// The place of a segment in the block as it is now.
    fn start_of(&self, segment: u32) -> usize {
        let mut start = self.text.segment(segment).start();
        for (&at, bytes) in self.edits.range(..segment) {
            let segment = self.text.segment(at);
            start = start + bytes.len() + segment.start() - segment.end();
        }
        start
    }

    /// The segment's position in its transaction set, ST being 1.
    fn ordinal_of(&self, segment: u32) -> u64 {
        let start = self.text.segment(segment).start();
        let stretch = self
            .block
            .stretches
            .iter()
            .rev()
            .find(|stretch| stretch.start <= start);
        let (from, mut ordinal) =
            stretch.map_or((0, 1), |stretch| (stretch.start, stretch.ordinal));
        let first = (0..=segment)
            .rev()
            .take_while(|&at| self.text.segment(at).start() >= from)
            .last();
        let first = first.unwrap_or(segment);
        for at in first..=segment {
            if self.text.segment(at).kind() == SegmentKind::St {
                ordinal = 1;
            } else if at > first {
                ordinal += 1;
            }
        }
        ordinal
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
    pass_over(block, &mut Tokens::default(), asked, true).levels
}
