//! The cuts of an input as the survey comes by them, so that it can be read block by block
//! without looking for them again.
//!
//! The plan goes as far as the input is plain. From the first bytes on that are no whole
//! segment, from a stretch on that is too long to be judged, or where the plan has grown to its
//! limit, the cuts are looked for.

use std::sync::Arc;

use crate::varint;
use crate::x12::cuts::{Cuts, Held, OpenNames, Standing};
use crate::x12::{Delimiters, SegmentKind, limits};

/// Where blocks of about one size end, and what is open where they start.
#[derive(Default, Debug)]
pub struct Plan {
    /// The size it was made for.
    target: usize,
    /// Each block as [`put`] puts it, in order.
    blocks: Vec<u8>,
    /// Where the plan ends before the input does, and what is open there.
    rest: Option<(u64, Standing)>,
}

/// Makes a plan.
#[derive(Debug)]
pub(super) struct Planner {
    cuts: Cuts,
    plan: Plan,
    /// The latest standing put, as whoever reads the plan knows it then.
    known: Standing,
    is_stopped: bool,
}

impl Planner {
    pub(super) fn new(target: usize) -> Planner {
        let target = target.max(1);
        Planner {
            cuts: Cuts::from(0, Standing::default(), target),
            plan: Plan {
                target,
                ..Plan::default()
            },
            known: Standing::default(),
            is_stopped: false,
        }
    }

    /// The next segment; `depth` is that of an HL.
    #[inline]
    pub(super) fn segment(
        &mut self,
        (at, kind): (u64, SegmentKind),
        text: &[u8],
        delimiters: Delimiters,
        depth: impl Fn() -> usize,
    ) {
        if self.is_stopped {
            return;
        }
        if self.cuts.is_uncut(at) {
            self.is_stopped = true;
            return;
        }
        let has_segments = self.cuts.has_boundary();
        let mut take = || {
            let segment = (at, kind);
            self.cuts
                .segment(segment, text, delimiters, &depth, || has_segments)
        };
        if !take() {
            self.cut(at);
            self.segment((at, kind), text, delimiters, depth);
        }
    }

    /// So many segments were passed over.
    #[inline]
    pub(super) fn passed(&mut self, segments: u64) {
        self.cuts.passed(segments);
    }

    /// What comes is no whole segment, or is not read: the plan ends with the latest cut.
    pub(super) fn stop(&mut self) {
        self.is_stopped = true;
    }

    #[inline(never)]
    fn cut(&mut self, end: u64) {
        let begun = self.cuts.latest;
        let start = self.cuts.cut(end);
        put(&mut self.plan.blocks, begun, end, &start, &self.known);
        self.known = start;
        self.is_stopped |= self.plan.blocks.len() > limits::PLAN_BYTES;
    }

    /// The survey is over; the input ends here, if it was read so far.
    pub(super) fn finish(mut self, end: u64) -> Plan {
        if self.is_stopped {
            self.plan.rest = Some((self.cuts.latest, self.cuts.start));
        } else if self.cuts.latest < end {
            self.cut(end);
        }
        self.plan.blocks.shrink_to_fit();
        self.plan
    }
}

/// Reads a plan, block by block.
#[derive(Debug)]
pub struct Blocks {
    plan: Arc<Plan>,
    /// How far it is read.
    read: usize,
    /// Where the next block starts.
    cut: u64,
    /// What was open at the start of the block before.
    known: Standing,
}

impl Blocks {
    /// Of a plan that was made for blocks of this size; nothing of any other.
    #[must_use]
    pub fn of(plan: &Arc<Plan>, target: usize) -> Option<Blocks> {
        (plan.target == target.max(1)).then(|| Blocks {
            plan: Arc::clone(plan),
            read: 0,
            cut: 0,
            known: Standing::default(),
        })
    }

    /// Where the plan ends before the input does, and what is open there.
    #[must_use]
    pub fn rest(&self) -> Option<&(u64, Standing)> {
        self.plan.rest.as_ref()
    }
}

/// The end of each block, and what is open at its start.
impl Iterator for Blocks {
    type Item = (u64, Standing);

    fn next(&mut self) -> Option<(u64, Standing)> {
        let mut bytes = self.plan.blocks.get(self.read..)?;
        let all = bytes.len();
        let end = take(&mut bytes, self.cut, &mut self.known)?;
        self.read += all - bytes.len();
        self.cut = end;
        Some((end, self.known.clone()))
    }
}

/// Puts a block: its length, and what is open at its start where that differs from what is
/// `known`. Offsets are told as distances from its start, numbers seven bits a byte.
fn put(out: &mut Vec<u8>, cut: u64, end: u64, start: &Standing, known: &Standing) {
    varint::put(end - cut, out);
    varint::put(start.claims, out);
    varint::put(start.ordinal, out);
    for header in start.headers {
        varint::put(header.map_or(0, |offset| cut - offset + 1), out);
    }
    for held in start.held {
        varint::put(held.map_or(0, |held| cut - held.offset + 1), out);
        if let Some(held) = held {
            for told in [held.len as u64, held.ordinal, held.claims] {
                varint::put(told, out);
            }
        }
    }
    if start.names == known.names && start.delimiters == known.delimiters {
        varint::put(SAME, out);
        return;
    }
    varint::put(NEW, out);
    for name in names(&mut start.names.clone()) {
        varint::put(name.len() as u64, out);
        out.extend_from_slice(name);
    }
    varint::put(u64::from(start.delimiters.is_some()), out);
    if let Some(delimiters) = start.delimiters {
        out.extend_from_slice(&[
            delimiters.element,
            delimiters.component,
            delimiters.repetition,
            delimiters.segment,
        ]);
    }
}

/// Whether names and delimiters are those of the block before, or follow.
const SAME: u64 = 0;
const NEW: u64 = 1;

/// Takes a block that starts here, and gives its end.
fn take(bytes: &mut &[u8], cut: u64, standing: &mut Standing) -> Option<u64> {
    let end = cut + varint::take(bytes)?;
    standing.claims = varint::take(bytes)?;
    standing.ordinal = varint::take(bytes)?;
    let offset = |told: u64| told.checked_sub(1).map(|before| cut - before);
    for header in &mut standing.headers {
        *header = offset(varint::take(bytes)?);
    }
    for held in &mut standing.held {
        *held = match offset(varint::take(bytes)?) {
            None => None,
            Some(offset) => Some(Held {
                offset,
                len: usize::try_from(varint::take(bytes)?).ok()?,
                ordinal: varint::take(bytes)?,
                claims: varint::take(bytes)?,
            }),
        };
    }
    if varint::take(bytes)? == SAME {
        return Some(end);
    }
    for name in names(&mut standing.names) {
        let len = usize::try_from(varint::take(bytes)?).ok()?;
        let (text, rest) = bytes.split_at_checked(len)?;
        text.clone_into(name);
        *bytes = rest;
    }
    standing.delimiters = None;
    if varint::take(bytes)? == 1 {
        let (&[element, component, repetition, segment], rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        standing.delimiters = Some(Delimiters {
            element,
            component,
            repetition,
            segment,
        });
    }
    Some(end)
}

fn names(names: &mut OpenNames) -> [&mut Vec<u8>; 3] {
    [
        &mut names.interchange,
        &mut names.group,
        &mut names.transaction,
    ]
}
