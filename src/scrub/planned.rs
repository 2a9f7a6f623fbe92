//! Blocks read as the survey planned them: no byte of the input is looked at here.

use std::io::{self, Read};

use super::block::Block;
use crate::x12::SegmentSource;
use crate::x12::cuts::Standing;
use crate::x12::is_blank;
use crate::x12::survey::Blocks;

/// Reads the blocks of a plan.
pub(super) struct Planned<R> {
    input: R,
    blocks: Blocks,
    /// The block to come: its end, and what is open at its start.
    next: Option<(u64, Standing)>,
    /// Where it starts.
    cut: u64,
    /// What it repeats.
    kept: Vec<u8>,
}

impl<R: Read> Planned<R> {
    pub(super) fn new(input: R, mut blocks: Blocks) -> Planned<R> {
        Planned {
            input,
            next: blocks.next(),
            blocks,
            cut: 0,
            kept: Vec::new(),
        }
    }

    /// Fills `block` with the next one. False at the end of the plan.
    pub(super) fn next(&mut self, block: &mut Block) -> io::Result<bool> {
        let Some((end, start)) = self.next.take() else {
            return Ok(false);
        };
        let repeated = self.kept.len();
        let fresh = usize::try_from(end - self.cut).map_err(io::Error::other)?;
        // What was there before is written over; nothing is filled with zeros twice.
        block.bytes.resize(repeated + fresh, 0);
        let (front, read) = block.bytes.split_at_mut(repeated);
        front.copy_from_slice(&self.kept);
        self.input.read_exact(read)?;
        self.next = self.blocks.next();
        self.keep(&start, &block.bytes);
        let cut = std::mem::replace(&mut self.cut, end);
        block.starts(cut, start);
        is_whole(block)
            .then_some(true)
            .ok_or_else(|| io::Error::other("it was changed while it was read"))
    }

    /// Keeps of this block, at whose start this was open, what the next one repeats.
    fn keep(&mut self, start: &Standing, bytes: &[u8]) {
        let repeated = self.kept.len();
        self.kept.clear();
        let Some((_, next)) = self.next.as_ref().or(self.blocks.rest()) else {
            return;
        };
        let (places, _) = start.places();
        for (place, held) in places.into_iter().zip(next.held) {
            let Some(held) = held else { continue };
            let from = match held.offset.checked_sub(self.cut) {
                Some(behind) => repeated + usize::try_from(behind).unwrap_or(usize::MAX),
                None => place,
            };
            let bytes = from
                .checked_add(held.len)
                .and_then(|to| bytes.get(from..to));
            self.kept.extend_from_slice(bytes.unwrap_or(&[]));
        }
    }

    /// The input from the end of the plan on, and what is open there.
    pub(super) fn rest(self) -> Option<(SegmentSource<R>, Standing)> {
        let (offset, standing) = self.blocks.rest()?.clone();
        let source = SegmentSource::going_on(self.input, self.kept, offset, standing.delimiters);
        Some((source, standing))
    }
}

/// Whether a block ends with a whole segment, as the survey saw it.
fn is_whole(block: &Block) -> bool {
    let Some(delimiters) = block.delimiters else {
        return false;
    };
    let mut bytes = block.bytes.iter().rev();
    bytes.find(|&&byte| byte == delimiters.segment || !is_blank(byte)) == Some(&delimiters.segment)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may fail
mod tests {
    use proptest::prelude::*;

    use crate::scrub::block::Block;
    use crate::scrub::cutter::Cutter;
    use crate::x12::limits;
    use crate::x12::survey::{Blocks, Survey, survey_for};

    const ISA: &str = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261123*0101*^*00501*000000007*0*P*:~";
    const GS: &str = "GS*HC*A*B*20261123*0101*8*X*005010X222A1~\n";
    const ST: &str = "ST*837*0009*005010X222A1~";

    fn blocks(mut cutter: Cutter<&[u8]>) -> Vec<String> {
        let (mut block, mut blocks) = (Block::default(), Vec::new());
        while cutter.next(&mut block).unwrap() {
            blocks.push(format!("{block:?}"));
        }
        blocks
    }

    /// Compares the blocks as planned with those that are looked for; how many there are.
    fn compare(text: &[u8], target: usize) -> usize {
        let survey = survey_for(text, None, target).unwrap();
        let planned = blocks(Cutter::new(text, &survey, target));
        let looked_for = blocks(Cutter::looking(text, &survey, target));
        assert!(planned == looked_for, "{target}");
        let unplanned = Survey {
            plan: std::sync::Arc::default(),
            ..survey
        };
        assert_eq!(blocks(Cutter::new(text, &unplanned, target)), planned);
        planned.len()
    }

    proptest! {
        #[test]
        fn blocks_are_the_same_planned_or_not(
            parts in proptest::collection::vec(proptest::sample::select(vec![
                ISA, GS, ST, "HL*1**20*1~", "HL*2*1*22*0~", "HL*3*2*23*0~", "HL*4*9*23*0~\r\n",
                "HL~", "CLM*1*2~", "CLM*1*2~\n", "NM1*41*2*X~", "SV1*HC:99213*2~", "SE*4*0009~",
                "GE*2*8~", "IEA*1*000000007~\n", "NM1*LOST", " ", "~", "ISA|00|", "\n",
            ]), 0..60),
            lead in proptest::sample::select(vec!["", " \n", "\u{FEFF}"]),
            other in any::<bool>(),
            target in proptest::sample::select(vec![1, 30, 64, 150, 997, limits::BLOCK_BYTES]),
        ) {
            let mut text = [lead, ISA, GS, ST, "HL*1**20*1~"].concat() + &parts.concat();
            if other {
                text = [&text, &ISA.replace('*', "|").replace('~', "!"), "GS|HC!ST|837|1!CLM|1!"].concat();
            }
            compare(text.as_bytes(), target);
        }
    }

    fn plain(claims: usize) -> String {
        let claims = "HL*2*1*22*0~NM1*IL*1*DOE~CLM*1*2~LX*1~CLM*2*2~LX*1~".repeat(claims);
        let end = "SE*4*0009~GE*1*8~IEA*1*000000007~\n";
        [ISA, GS, ST, "HL*1**20*1~", &claims, end].concat()
    }

    #[test]
    fn a_plain_file_is_planned_to_its_end_or_the_limit() {
        for (claims, target, to_its_end) in [
            (300, 1, true),
            (5_000, 5_000, true),
            (50_000, limits::BLOCK_BYTES, true),
            (25_000, 1, false),
        ] {
            let text = plain(claims);
            assert!(compare(text.as_bytes(), target) > text.len() / (target + 200));
            let survey = survey_for(text.as_bytes(), None, target).unwrap();
            let blocks = Blocks::of(&survey.plan, target).unwrap();
            assert_eq!(blocks.rest().is_none(), to_its_end, "{claims}");
            assert!(blocks.count() > 0);
        }
    }

    #[test]
    fn what_is_too_long_ends_the_plan() {
        let long = format!("NTE*{}~", "A".repeat(limits::SEGMENT_BYTES + 9));
        let uncut = "REF*6R*1~".repeat(usize::try_from(limits::UNCUT_BYTES / 4).unwrap());
        for part in [long, uncut] {
            let text = [&plain(200), &part, ST, &plain(200)].concat();
            let survey = survey_for(text.as_bytes(), None, 1_000).unwrap();
            let blocks = Blocks::of(&survey.plan, 1_000).unwrap();
            assert!(blocks.rest().is_some_and(|&(at, _)| at > 5_000));
            let mut cutter = Cutter::new(text.as_bytes(), &survey, 1_000);
            let (mut block, mut read) = (Block::default(), Vec::new());
            while cutter.next(&mut block).unwrap() {
                read.extend_from_slice(&block.bytes[block.repeated..]);
            }
            assert!(read == text.as_bytes());
        }
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_is_told() {
        let text = [ISA, GS, ST, &"HL*2*1*22*0~CLM*1*2~".repeat(200)].concat();
        let survey = survey_for(text.as_bytes(), None, 500).unwrap();
        let changed = text.replacen("HL*2", "HL*22", 1);
        let mut cutter = Cutter::new(changed.as_bytes(), &survey, 500);
        assert!(cutter.next(&mut Block::default()).is_err());
    }
}
