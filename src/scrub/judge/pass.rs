//! The walk over the segments of a block: which envelope, level and claim is open.

use std::ops::Range;

use super::coverage::Coverage;
use super::twins::Twins;
use super::{Assignment, Judged, Judgement, Look, Notes};
use crate::claim::gather::Gathered;
use crate::claim::plan::Plans;
use crate::claim::structure::STRUCTURE;
use crate::claim::text::Text;
use crate::claim::validate::{At, Violation};
use crate::claim::walk::{ViolationAt, Walk};
use crate::ledger::Earlier;
use crate::rules::Finding;
use crate::scrub::block::Block;
use crate::scrub::carried::Carried;
use crate::scrub::governing::Payers;
use crate::scrub::item::{Fate, Item, ItemKind};
use crate::scrub::known::Known;
use crate::scrub::listener::{Listener, Positions};
use crate::x12::SegmentKind;
use crate::x12::survey::{Names, Survey};

/// How an open transaction set is dealt with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// No set is open.
    Outside,
    /// An 837P: every claim is judged.
    Judge,
    /// Something else, or too large: passed through to the rejects.
    PassThrough,
}

// Each flag says of one open envelope or level what is known of it; together they
// are the state of the walk, not options.
#[allow(clippy::struct_excessive_bools)]
pub(super) struct Pass<'a> {
    pub(super) block: &'a Block,
    pub(super) text: Text<'a>,
    pub(super) judgement: &'a Judgement,
    pub(super) survey: &'a Survey,
    pub(super) notes: &'a Notes<'a>,
    pub(super) listeners: &'a [&'a dyn Listener],
    pub(super) twins: Twins<'a>,
    /// Whether fixes are tried on claims.
    pub(super) mending: bool,
    pub(super) earlier: Option<&'a Earlier>,
    pub(super) known: Option<&'a Known>,
    /// What is told, and the level that is not whole yet.
    pub(super) look: Look,
    pub(super) growing: Option<usize>,
    pub(super) judged: &'a mut Judged,
    pub(super) walk: Walk,
    pub(super) gathered: Gathered,
    pub(super) plans: Box<Plans>,
    pub(super) mode: Mode,
    /// Whether the open transaction set is rejected as a whole.
    pub(super) set_rejected: bool,
    /// The rules that reject the whole set.
    pub(super) set_rules: Vec<&'static str>,
    /// Whether the header of the open set was looked at, and is new in this block.
    pub(super) header_checked: bool,
    pub(super) header_item: Option<usize>,
    pub(super) header_start: Option<u32>,
    pub(super) names: Names,
    pub(super) headers: [Option<u64>; 3],
    /// Findings of the header and of the open levels.
    pub(super) header_findings: Vec<Finding>,
    pub(super) level_findings: [Vec<Finding>; 3],
    pub(super) level_checked: [bool; 3],
    pub(super) level_open: [bool; 3],
    /// ST of the open set and HL of the open levels.
    pub(super) set_start: u32,
    pub(super) level_starts: [u32; 3],
    pub(super) level_claims: [u64; 3],
    /// Open levels without a claim that are found faulty as they end.
    pub(super) faulty_levels: Vec<u8>,
    /// Whether the lowest open level is of no known kind, or can't stand where it stands.
    pub(super) strange: bool,
    /// Whether segments that open a level of their own stand in the lowest open level, or
    /// in the header: an HL is missing before them.
    pub(super) gap: bool,
    pub(super) carried: Carried,
    /// The fault of the hierarchy that comes next.
    pub(super) next_fault: usize,
    pub(super) claim_open: bool,
    pub(super) claim_findings: Vec<Finding>,
    pub(super) claim_ordinal: u64,
    pub(super) scopes: Vec<Depth>,
    /// Told by the walk, not yet turned into findings.
    pub(super) told: Vec<ViolationAt>,
    pub(super) at_told: Vec<(At, Violation)>,
    /// The component separators not yet passed.
    pub(super) subs: &'a [u32],
    /// Index of the next blank beside a separator, and the next odd byte; where the next
    /// blank or odd byte is.
    pub(super) next_blank: usize,
    pub(super) next_odd: usize,
    pub(super) next_unusual: usize,
    /// The first segment that is not counted into the latest item yet.
    counted: u32,
    /// First segment of each stretch, for positions in the set.
    pub(super) ordinals: Ordinals,
    pub(super) payers: Payers,
    pub(super) coverage: Coverage,
}

/// How far the segments are of one stretch, and new or not.
#[derive(Debug, Default)]
struct Reach {
    /// Up to here they are.
    ahead: usize,
    new: bool,
    /// Stretches that were met.
    stretches: usize,
    /// Whether what is carried from the block before was taken over.
    was_new: bool,
}

/// Which open thing a fault belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Depth {
    Header,
    Level(usize),
    Claim,
}

/// Positions of segments in their transaction set.
#[derive(Debug, Default)]
pub(super) struct Ordinals {
    /// First segment of a stretch or set, and its position.
    pub runs: Vec<(u32, u64)>,
}

impl Ordinals {
    pub(super) fn of(&self, segment: u32) -> u64 {
        self.positions().of(segment)
    }

    pub(super) fn positions(&self) -> Positions<'_> {
        Positions { runs: &self.runs }
    }
}

impl<'a> Pass<'a> {
    pub(super) fn new(
        block: &'a Block,
        text: Text<'a>,
        assignment: Assignment<'a>,
        look: Look,
        judged: &'a mut Judged,
    ) -> Pass<'a> {
        let Assignment {
            judgement,
            survey,
            notes,
            listeners,
            twins,
            seeks_twins,
            mending,
            earlier,
            known,
        } = assignment;
        let scopes = (0_u8..)
            .zip(&STRUCTURE.nodes)
            .map(|(_, node)| match node.id {
                "2000A" | "2010AA" | "2010AB" | "2010AC" => Depth::Level(0),
                "2000B" | "2010BA" | "2010BB" => Depth::Level(1),
                "2000C" | "2010CA" => Depth::Level(2),
                "ST" | "1000A" | "1000B" => Depth::Header,
                _ => Depth::Claim,
            })
            .collect();
        Pass {
            block,
            text,
            judgement,
            survey,
            notes,
            listeners,
            twins: Twins::new(twins, seeks_twins),
            mending,
            earlier,
            known,
            look,
            growing: None,
            judged,
            walk: Walk::new(),
            gathered: Gathered::default(),
            plans: Plans::of_thread(text.delimiters),
            mode: Mode::Outside,
            set_rejected: false,
            set_rules: Vec::new(),
            header_checked: false,

            header_item: None,
            header_start: None,
            names: Names::of(&block.names),
            headers: block.headers,
            header_findings: Vec::new(),
            level_findings: [const { Vec::new() }; 3],
            level_checked: [false; 3],
            level_open: [false; 3],
            set_start: 0,
            level_starts: [0; 3],
            level_claims: block.level_claims,
            faulty_levels: Vec::new(),
            strange: false,
            gap: false,
            carried: Carried {
                lost: false,
                orphaned: false,
                ..block.carried
            },
            next_fault: 0,
            claim_open: false,
            claim_findings: Vec::new(),
            claim_ordinal: block.claims_before,
            scopes,
            told: Vec::new(),
            at_told: Vec::new(),
            subs: text.tokens.sub_positions(),
            next_blank: 0,
            next_odd: 0,
            next_unusual: 0,
            counted: 0,
            ordinals: Ordinals::default(),
            payers: Payers::default(),
            coverage: Coverage::default(),
        }
    }

    pub(super) fn run(mut self) {
        let count = u32::try_from(self.text.tokens.len()).unwrap_or(u32::MAX);
        if self.headers[2].is_some() {
            self.mode = self.mode_of_set();
        }
        let text = self.text;
        let mut reach = Reach::default();
        let mut from = 0;
        let mut bounds = text.tokens.bounds().iter();
        while from < count {
            let to = bounds.next().copied().unwrap_or(count);
            self.run_of(from..to, &mut reach);
            from = to;
        }
        self.count_up_to(count);
        self.end_claim();
        self.end_growth(count);
        self.check_header(count);
        self.judged.carried = self.carried;
        let end = u32::try_from(self.block.bytes.len()).unwrap_or(u32::MAX);
        if let Some(last) = self.judged.items.last_mut() {
            last.end = end;
        }
        self.plans.put_back();
    }

    /// Closes the loops below the open header, level or claim: what they lack is told.
    pub(super) fn close_loops(&mut self) {
        let told = &mut self.told;
        self.walk.close_inner(&mut |what| told.push(what));
    }

    /// Takes a segment that opens or closes something, and those that follow on it.
    fn run_of(&mut self, segments: Range<u32>, reach: &mut Reach) {
        let tokens = self.text.tokens;
        let mut index = segments.start;
        while index < segments.end {
            let start = tokens.start_of(index);
            if start >= reach.ahead {
                self.look_ahead(index, start, reach);
            }
            self.count_up_to(index);
            if self.segment(index, reach.new) {
                let is_one =
                    index == segments.start && tokens.start_of(segments.end) <= reach.ahead;
                if is_one && self.is_planned(segments.clone()) {
                    return;
                }
                let place = self.place(index);
                self.structure(index, place);
            }
            index += 1;
        }
    }

    /// Looks which stretch this segment stands in, which starts here, and whether it is new.
    #[inline(never)]
    fn look_ahead(&mut self, index: u32, start: usize, reach: &mut Reach) {
        let stretches = self.block.stretches.get(reach.stretches..).unwrap_or(&[]);
        let mut ahead = usize::MAX;
        for stretch in stretches {
            if stretch.start > start {
                ahead = stretch.start;
                break;
            }
            self.ordinals.runs.push((index, stretch.ordinal));
            reach.stretches += 1;
        }
        reach.new = start >= self.block.repeated;
        if reach.new && !reach.was_new {
            // It came about behind the levels that are repeated.
            self.carried.lost |= self.block.carried.lost;
            self.carried.orphaned |= self.block.carried.orphaned;
            reach.was_new = true;
        }
        reach.ahead = if reach.new {
            ahead
        } else {
            ahead.min(self.block.repeated)
        };
    }

    /// Starts an item at this segment, if the segment is new.
    pub(super) fn begin_item(&mut self, kind: ItemKind, index: u32, new: bool, fate: Fate) {
        if !new {
            return;
        }
        let start = match self.judged.items.last_mut() {
            Some(last) => {
                let start = u32::try_from(self.text.tokens.start_of(index)).unwrap_or(u32::MAX);
                last.end = start;
                start
            }
            // Blanks between the cut and the first segment belong to it.
            None => u32::try_from(self.block.repeated).unwrap_or(0),
        };
        let item = |kind, fate| Item {
            kind,
            start,
            end: start,
            segments: 0,
            claims: 0,
            fate,
        };
        if !self.faulty_levels.is_empty() {
            for depth in self.faulty_levels.drain(..) {
                let fault = item(ItemKind::LevelFault(depth), Fate::Rejected);
                self.judged.items.push(fault);
            }
        }
        self.judged.items.push(item(kind, fate));
    }

    pub(super) fn set_fate(&self) -> Fate {
        if self.set_rejected {
            Fate::Rejected
        } else {
            Fate::Clean
        }
    }

    /// Counts the segments before this one that are not counted yet into the latest item.
    fn count_up_to(&mut self, index: u32) {
        if let Some(item) = self.judged.items.last_mut() {
            item.segments += index - self.counted;
        }
        self.counted = index;
    }

    /// What the segment opens or closes; whether it is to be looked at by itself.
    #[inline(never)]
    fn segment(&mut self, index: u32, new: bool) -> bool {
        let kind = self.text.segment(index).kind();
        match kind {
            SegmentKind::Other => {
                if self.mode == Mode::Outside {
                    let kind = self.stray(index);
                    if self
                        .judged
                        .items
                        .last()
                        .is_none_or(|item| item.kind != kind)
                    {
                        self.begin_item(kind, index, new, Fate::Rejected);
                    }
                } else if self.mode == Mode::PassThrough && new {
                    // Only a set passed through is cut at any segment.
                    if self.judged.items.is_empty() {
                        self.begin_item(ItemKind::Unjudged, index, new, Fate::Rejected);
                    }
                    self.count_unread(index);
                }
            }
            SegmentKind::Isa | SegmentKind::Gs | SegmentKind::St => self.open(kind, index, new),
            SegmentKind::Se | SegmentKind::Ge | SegmentKind::Iea => self.close(kind, index, new),
            SegmentKind::Hl if self.mode == Mode::Judge => self.level(index, new),
            SegmentKind::Clm if self.mode == Mode::Judge => self.claim(index, new),
            SegmentKind::Hl | SegmentKind::Clm => self.unjudged(kind, index, new),
        }
        self.mode == Mode::Judge
            && matches!(
                kind,
                SegmentKind::Other | SegmentKind::Hl | SegmentKind::Clm
            )
    }
}
