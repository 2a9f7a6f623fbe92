//! Bytes that are no whole segment: where they go, and the claim that starts with them.

use super::{Assignment, Judged};
use crate::emit::record::Record;
use crate::rules::envelope::segments_outside_envelope;
use crate::scrub::apart::Apart;
use crate::scrub::block::Block;
use crate::scrub::item::{Fate, Item, ItemKind};
use crate::value::Cents;
use crate::x12::envelope::element;
use crate::x12::survey::Names;
use crate::x12::{Delimiters, Tokens, limits};

/// The new part of the block as one item.
pub(super) fn item(block: &Block, kind: ItemKind) -> Item {
    Item {
        kind,
        start: u32::try_from(block.repeated).unwrap_or(0),
        end: u32::try_from(block.bytes.len()).unwrap_or(u32::MAX),
        segments: 0,
        claims: 0,
        fate: Fate::Rejected,
    }
}

/// Takes the block's bytes, which are no whole segment.
pub(super) fn judge(
    block: &Block,
    piece: Apart<'_>,
    delimiters: Delimiters,
    assignment: Assignment<'_>,
    judged: &mut Judged,
) {
    let in_set = block.headers[2].is_some();
    // What is left of an envelope's segment would end the one it is written in.
    let kept = !piece.kind.is_envelope()
        && (in_set || assignment.notes.stray(piece.offset) == ItemKind::StrayClaims);
    let kind = if kept {
        ItemKind::Loose
    } else if block.is_filling() {
        ItemKind::Filling
    } else {
        ItemKind::Stray
    };
    // A claim that is cut off, or too long to be held, still is a claim.
    if piece.is_claim() {
        let rules: Vec<_> = if in_set {
            let around = assignment.notes.around(block.headers);
            assignment.judgement.rejecting(around).collect()
        } else {
            vec![segments_outside_envelope::RULE.code]
        };
        let start = &piece.bytes[..piece.bytes.len().min(limits::SEGMENT_BYTES)];
        let [id, charge] = [1, 2].map(|position| element(start, delimiters.element, position));
        let names = Names::of(&block.names);
        let record = Record {
            claim_id: Some(String::from_utf8_lossy(id)),
            scope: None,
            ordinal: Some(block.claims_before + 1),
            charge: Cents::parse(charge),
            outside: !in_set,
            ..Record::set(&names, piece.offset)
        };
        let tokens = Tokens::default();
        judged.reject_unjudged(&record, &rules, &block.text(&tokens, delimiters));
    }
    judged.items.push(Item {
        claims: u32::from(piece.is_claim()),
        segments: u32::from(piece.ends),
        ..item(block, kind)
    });
}
