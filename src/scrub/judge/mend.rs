//! A claim with its fixes applied, judged again.
//!
//! The claim is taken out of its block, into one of its own with the header and the
//! levels it stands under, just as a cut would leave it. There fixes are tried: each is
//! kept only if the finding that asked for it goes and no other comes.

use std::sync::Mutex;

use super::wish::{Seen, Tries, Wish, changes};
use super::{Assignment, Judged, Look, judge, pass_over};
use crate::claim::text::{Stretch, Text};
use crate::emit::fixes::FixRecord;
use crate::rules::Finding;
use crate::rules::edit::is_wanted;
use crate::rules::finding::FixSafety;
use crate::scrub::block::{Block, BlockKind};
use crate::scrub::carried::Carried;
use crate::scrub::listener::{
    EnvelopeSegment, JudgedClaim, Listener, Positions, SetFindings, SetHeader,
};
use crate::x12::cuts::OpenNames;
use crate::x12::survey::Names;
use crate::x12::{SegmentKind, Tokens};

/// How often fixes are tried on a claim: often enough that of fifty service lines each may have
/// fixes that don't hold.
const ROUNDS: usize = 256;

/// Which fixes are applied, and which are shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Fixing {
    /// Fixes up to this safety are applied; `None` for none.
    pub apply: Option<FixSafety>,
    /// Whether fixes that would hold, applied or not, are shown.
    pub show: bool,
}

/// A claim or level that was changed, or that fixes are shown of.
#[derive(Debug)]
pub struct Mended {
    /// Place of its item among the block's.
    pub item: usize,
    /// Where in the block the changed bytes stand: from CLM to its last terminator.
    pub from: usize,
    /// Behind the last terminator.
    pub to: usize,
    /// What stands there now.
    pub bytes: Vec<u8>,
    /// Fixes that were applied.
    pub applied: Vec<FixRecord>,
    /// Fixes that would hold, but were not asked for.
    pub offered: Vec<FixRecord>,
}

/// Where a claim stands.
pub(super) struct Place<'a> {
    pub text: Text<'a>,
    /// CLM, and the number of segments of the claim.
    pub clm: u32,
    pub segments: u32,
    /// ST, and the HL of the open levels from the top.
    pub starts: [Option<u32>; 4],
    pub positions: Positions<'a>,
    pub names: &'a Names,
    pub headers: [Option<u64>; 3],
    pub ordinal: u64,
    /// Claims of the open levels before this one.
    pub level_claims: [u64; 3],
    pub carried: Carried,
}

/// A claim on its own: what it stands under, and its segments to be changed.
#[derive(Clone)]
struct Alone {
    block: Block,
    /// Segments of what it stands under.
    above: u32,
    segments: Vec<Piece>,
}

#[derive(Clone)]
struct Piece {
    bytes: Vec<u8>,
    offset: u64,
    ordinal: u64,
}

/// Takes down what is found in the one claim of a block.
#[derive(Default)]
struct Witness(Mutex<Seen>);

impl Listener for Witness {
    fn envelope(&self, _: &EnvelopeSegment<'_>, _: &mut Vec<u8>) {}
    fn set(&self, _: &SetHeader<'_>, _: &mut Vec<u8>) {}
    fn set_findings(&self, _: &SetFindings<'_>, _: &mut Vec<u8>) {}
    fn claim(&self, judged: &JudgedClaim<'_>, _: &mut Vec<u8>) {
        if let Ok(mut seen) = self.0.lock() {
            *seen = Seen {
                findings: judged.findings.to_vec(),
                charge: judged.charge,
            };
        }
    }
}

/// Tries the fixes of a claim's findings. What comes is the claim judged again with
/// those applied that are wanted, and what was done; `None` when nothing was.
pub(super) fn mend(
    place: &Place<'_>,
    findings: &[Finding],
    assignment: Assignment<'_>,
) -> Option<(Option<Judged>, Mended)> {
    let fixing = assignment.judgement.fixing;
    let widest = if fixing.show {
        FixSafety::Unsafe
    } else {
        fixing.apply?
    };
    let text = &place.text;
    let fixable =
        |finding: &Finding| finding.spot.segment >= place.clm && is_wanted(text, finding, widest);
    if !findings.iter().any(fixable) {
        return None;
    }
    let mut alone = Alone::of(place);
    let applied = fixing
        .apply
        .map(|wanted| alone.fix(wanted, assignment))
        .unwrap_or_default();
    let offered = if fixing.show {
        alone.clone().fix(FixSafety::Unsafe, assignment)
    } else {
        Vec::new()
    };
    if applied.is_empty() && offered.is_empty() {
        return None;
    }
    let judged = (!applied.is_empty()).then(|| {
        alone.assemble();
        let again = Assignment {
            mending: false,
            ..assignment
        };
        judge(&alone.block, &mut Tokens::default(), again)
    });
    let last = text.segment(place.clm + place.segments.saturating_sub(1));
    let mended = Mended {
        item: 0,
        from: text.segment(place.clm).start(),
        to: last.end() + 1,
        bytes: alone
            .segments
            .into_iter()
            .flat_map(|piece| piece.bytes)
            .collect(),
        applied,
        offered,
    };
    Some((judged, mended))
}

impl Alone {
    fn of(place: &Place<'_>) -> Alone {
        let text = &place.text;
        let name = |name: &Option<String>| name.as_deref().unwrap_or_default().as_bytes().to_vec();
        let mut alone = Alone {
            block: Block {
                kind: BlockKind::Segments,
                delimiters: Some(text.delimiters),
                names: OpenNames {
                    interchange: name(&place.names.interchange),
                    group: name(&place.names.group),
                    transaction: name(&place.names.transaction),
                },
                headers: place.headers,
                claims_before: place.ordinal.saturating_sub(1),
                level_claims: place.level_claims,
                carried: place.carried,
                ..Block::default()
            },
            above: 0,
            segments: Vec::new(),
        };
        for start in place.starts.into_iter().flatten() {
            let first = text.segment(start);
            alone.block.stretches.push(Stretch {
                start: alone.block.bytes.len(),
                offset: text.offset(first.start()),
                ordinal: place.positions.of(start),
            });
            // The header and each level end where a level or a claim starts.
            let inside = (start + 1..place.clm)
                .take_while(|&index| text.segment(index).kind() == SegmentKind::Other)
                .count();
            let end = start + 1 + u32::try_from(inside).unwrap_or(u32::MAX);
            let to = text.segment(end).start();
            alone
                .block
                .bytes
                .extend_from_slice(&text.bytes[first.start()..to]);
            alone.above += end - start;
        }
        alone.block.repeated = alone.block.bytes.len();
        let last = place.clm + place.segments.saturating_sub(1);
        for index in place.clm..=last {
            let segment = text.segment(index);
            let to = if index == last {
                segment.end() + 1
            } else {
                text.segment(index + 1).start()
            };
            alone.segments.push(Piece {
                bytes: text.bytes[segment.start()..to].to_vec(),
                offset: text.offset(segment.start()),
                ordinal: place.positions.of(index),
            });
        }
        alone
    }

    /// Puts the claim behind what it stands under.
    fn assemble(&mut self) {
        let block = &mut self.block;
        block.bytes.truncate(block.repeated);
        block
            .stretches
            .retain(|stretch| stretch.start < block.repeated);
        for piece in &self.segments {
            block.stretches.push(Stretch {
                start: block.bytes.len(),
                offset: piece.offset,
                ordinal: piece.ordinal,
            });
            block.bytes.extend_from_slice(&piece.bytes);
        }
    }

    /// What is found in the claim as it is now.
    fn look(&mut self, tokens: &mut Tokens, assignment: Assignment<'_>) -> Seen {
        self.assemble();
        let witness = Witness::default();
        let asked = Assignment {
            mending: false,
            listeners: &[&witness],
            ..assignment
        };
        // What it would put into files is not wanted, only what the witness saw.
        let _ = pass_over(&self.block, tokens, asked, Look::Whole);
        witness.0.into_inner().unwrap_or_default()
    }

    /// Applies the wanted fixes that hold.
    fn fix(&mut self, wanted: FixSafety, assignment: Assignment<'_>) -> Vec<FixRecord> {
        let (mut tokens, mut tokens_after) = (Tokens::default(), Tokens::default());
        let mut applied = Vec::new();
        let mut tries = Tries::default();
        let mut seen = self.look(&mut tokens, assignment);
        for _ in 0..ROUNDS {
            let mut wishes = self.wishes(&seen, &tokens, wanted, &tries);
            if wishes.is_empty() {
                break;
            }
            let mut changed = self.clone();
            changed.apply(&mut wishes);
            let after = changed.look(&mut tokens_after, assignment);
            let hold = after.improves(&seen, &wishes);
            tries.learn(&wishes, hold);
            if hold {
                *self = changed;
                std::mem::swap(&mut tokens, &mut tokens_after);
                seen = after;
                applied.extend(wishes.into_iter().map(|wish| wish.record));
            }
        }
        applied
    }

    /// The fixes to be tried next.
    fn wishes(&self, seen: &Seen, tokens: &Tokens, wanted: FixSafety, tries: &Tries) -> Vec<Wish> {
        let block = &self.block;
        let Some(delimiters) = block.delimiters else {
            return Vec::new();
        };
        let text = block.text(tokens, delimiters);
        let own = self.above..u32::MAX;
        let mut wishes = tries.wishes(&text, own, &seen.findings, wanted);
        let claim = String::from_utf8_lossy(text.element(Some(self.above), 1));
        for wish in &mut wishes {
            let piece = self.segments.get((wish.segment - self.above) as usize);
            wish.record.claim = Some(claim.clone().into_owned());
            wish.record.claim_ordinal = Some(block.claims_before + 1);
            wish.record.segment_ordinal = piece.map_or(1, |piece| piece.ordinal);
        }
        wishes
    }

    fn apply(&mut self, wishes: &mut [Wish]) {
        for changed in changes(wishes) {
            let index = changed.segment.saturating_sub(self.above);
            if let Some(piece) = self.segments.get_mut(index as usize) {
                piece.bytes.splice(..changed.len, changed.bytes);
            }
        }
    }
}
