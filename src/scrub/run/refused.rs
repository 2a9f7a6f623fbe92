//! Answers to an input that holds nothing to judge, as far as its envelopes can be read.

use std::fs::File;
use std::io;

use super::Workplace;
use crate::acknowledge::{Acknowledgements, Answered, Follower};
use crate::emit::publish::Output;
use crate::scrub::block::Block;
use crate::scrub::carried::Carried;
use crate::scrub::cutter::Cutter;
use crate::scrub::judge::{Assignment, Notes, judge};
use crate::scrub::listener::Keeper;
use crate::x12::Tokens;
use crate::x12::sniff::Looks;
use crate::x12::survey::Survey;

/// The TA1 and the 999 for a refused input, and what they say; `None` where no
/// interchange header can be read, or none are asked for. `answers` makes the files.
pub(super) fn answer<'a>(
    bytes: File,
    survey: &'a Survey,
    notes: &'a Notes<'a>,
    workplace: &Workplace<'a>,
    answers: impl FnOnce() -> Acknowledgements<'a>,
) -> io::Result<Option<([Output; 3], Answered)>> {
    let readable = survey.interchanges > 0 && !Looks::like(&survey.head).is_archive();
    if !readable || !workplace.options.acknowledge {
        return Ok(None);
    }
    let mut answers = answers();
    let follower = Follower {
        today: workplace.judgement.today,
    };
    let assignment = Assignment {
        judgement: workplace.judgement,
        survey,
        notes,
        listeners: &[&follower],
        twins: &[],
        seeks_twins: false,
        mending: false,
        earlier: None,
        known: None,
    };
    let mut cutter = Cutter::new(bytes, survey, workplace.options.block_bytes);
    let (mut block, mut tokens) = (Block::default(), Tokens::default());
    let mut carried = Carried::default();
    while cutter.next(&mut block)? && !(workplace.stop)() {
        block.carried = carried;
        let judged = judge(&block, &mut tokens, assignment);
        carried = judged.carried;
        for kept in &judged.kept {
            answers.take(kept)?;
        }
    }
    answers.finish().map(Some)
}
