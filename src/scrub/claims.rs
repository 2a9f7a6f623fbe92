//! Claims as they stand, one after the other, without a judgement.

use std::fs::File;
use std::io;

use super::block::{Block, BlockKind};
use super::cutter::Cutter;
use super::input::Surveyed;
use crate::claim::Claim;
use crate::claim::gather::Gathered;
use crate::claim::text::Text;
use crate::claim::walk::Walk;
use crate::x12::{SegmentKind, Tokens, limits};

/// Hands over each claim of an input, in its order.
///
/// # Errors
/// When the input can't be read.
pub fn each(surveyed: Surveyed, see: &mut dyn FnMut(&Claim<'_>)) -> io::Result<()> {
    let mut cutter: Cutter<File> =
        Cutter::new(surveyed.file, &surveyed.survey, limits::BLOCK_BYTES);
    let mut block = Block::default();
    let mut tokens = Tokens::default();
    while cutter.next(&mut block)? {
        if let (BlockKind::Segments, Some(delimiters)) = (block.kind, block.delimiters) {
            tokens.fill(&block.bytes, delimiters);
            each_in(block.text(&tokens, delimiters), see);
        }
    }
    Ok(())
}

/// Walks a block and hands over each whole claim.
fn each_in(text: Text<'_>, see: &mut dyn FnMut(&Claim<'_>)) {
    let mut walk = Walk::new();
    let mut gathered = Gathered::default();
    let mut open = false;
    let mut dependent = false;
    let count = u32::try_from(text.tokens.len()).unwrap_or(u32::MAX);
    for index in 0..=count {
        let kind = if index < count {
            text.segment(index).kind()
        } else {
            SegmentKind::Iea
        };
        if kind != SegmentKind::Other && open {
            gathered.billing.read(&text);
            gathered.subscriber.read(&text);
            gathered.patient.read(&text);
            gathered.claim.read(&text);
            see(&Claim {
                text,
                billing: &gathered.billing,
                subscriber: &gathered.subscriber,
                patient: dependent.then_some(&gathered.patient),
                parts: &gathered.claim,
            });
            open = false;
        }
        match kind {
            SegmentKind::St => walk.reset(index),
            SegmentKind::Hl => {
                let level = text.segment(index).element(3);
                dependent = level == b"23";
                let depth = match level {
                    b"20" => 0,
                    b"22" => 1,
                    _ => 2,
                };
                gathered.start_level(depth);
                let place = walk.open_level(depth, index, &mut |_| {});
                gathered.note(walk.spec(place), index);
            }
            SegmentKind::Clm => {
                gathered.start_claim(index);
                let place = walk.open_claim(index, &mut |_| {});
                gathered.note(walk.spec(place), index);
                open = true;
            }
            SegmentKind::Other => {
                let (segment, component) = (text.segment(index), text.delimiters.component);
                if let Some(place) = walk.step(&segment, index, component, &mut |_| {}) {
                    gathered.note(walk.spec(place), index);
                }
            }
            _ => {}
        }
    }
}
