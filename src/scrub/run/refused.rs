//! An input that holds nothing to judge: why, and answers as far as its envelopes can be read.

use std::fs::File;
use std::io;

use super::current::Run;
use super::error::RunError;
use super::publish::ANSWERS;
use crate::acknowledge::{Answered, Follower};
use crate::emit::manifest::Manifest;
use crate::emit::publish::Output;
use crate::scrub::block::Block;
use crate::scrub::carried::Carried;
use crate::scrub::cutter::Cutter;
use crate::scrub::judge::{Assignment, Notes, judge};
use crate::scrub::listener::Keeper;
use crate::scrub::pipeline::PipelineError;
use crate::scrub::refusal::refuses_all;
use crate::x12::Tokens;
use crate::x12::sniff::Looks;
use crate::x12::survey::Survey;

impl Run<'_> {
    /// Publishes the answers to an input that is refused for this reason, and the manifest that
    /// says so.
    pub(super) fn refuse(
        &self,
        bytes: File,
        survey: &Survey,
        notes: &Notes<'_>,
        mut manifest: Manifest,
        reason: String,
    ) -> RunError {
        "refused".clone_into(&mut manifest.status);
        manifest.reason = Some(reason.clone());
        let publish = || {
            let answers = self.answer_refused(bytes, survey, notes);
            let answers = answers.map_err(|error| self.unwritable(error))?;
            // Of a pipe that an interrupt has cut not all came.
            if (self.workplace.stop)() {
                return Err(self.stopped(PipelineError::Interrupted));
            }
            let files = answers.map_or_else(Vec::new, |(files, answered)| {
                manifest.acknowledgements = Some(answered.into());
                ANSWERS.into_iter().zip(files).collect()
            });
            let files = self.finish(files, &mut manifest)?;
            self.publish(files, &mut manifest, None)
        };
        publish().err().unwrap_or_else(|| RunError::Refused {
            file: self.name(),
            reason,
        })
    }

    /// The TA1 and the 999 for a refused input, and what they say; `None` where no
    /// interchange header can be read, or none are asked for.
    fn answer_refused(
        &self,
        bytes: File,
        survey: &Survey,
        notes: &Notes<'_>,
    ) -> io::Result<Option<([Output; 3], Answered)>> {
        let workplace = self.workplace;
        let readable = survey.interchanges > 0 && !Looks::like(&survey.head).is_archive();
        if !readable || !workplace.options.acknowledge {
            return Ok(None);
        }
        let refused = refuses_all(survey);
        let mut answers = self.acknowledgements(notes, survey).refusing(refused);
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
}
