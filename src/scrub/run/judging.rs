//! Every claim of an input judged, and each block's claims written as its turn comes.

use std::fs::File;
use std::io;

use super::current::Run;
use super::error::RunError;
use super::followers::Followers;
use super::outputs::Outputs;
use super::workplace::Workplace;
use crate::emit::fixes::Fixes;
use crate::ledger::{Earlier, LedgerError};
use crate::scrub::block::Block;
use crate::scrub::cutter::Cutter;
use crate::scrub::duplicates::Seen;
use crate::scrub::judge::{Assignment, Fixing, Judged, Mended, Notes};
use crate::scrub::pipeline::{self, PipelineError};
use crate::scrub::tally::Tally;
use crate::x12::survey::Survey;

/// What came of all claims.
#[derive(Default)]
pub(super) struct Sums {
    pub tally: Tally,
    pub fixes: Fixes,
}

impl Run<'_> {
    /// Judges the claims of all blocks, and writes them.
    pub(super) fn judge(
        &self,
        bytes: File,
        survey: &Survey,
        notes: &Notes<'_>,
        earlier: Option<&Earlier>,
        followers: &mut Followers<'_>,
        outputs: &mut Outputs,
    ) -> Result<Sums, RunError> {
        let &Workplace {
            judgement,
            options,
            known,
            pool,
            stop,
            progress,
            diff,
            ..
        } = self.workplace;
        let (listeners, mut keepers) = followers.pairs();
        let assignment = Assignment {
            judgement,
            survey,
            notes,
            listeners: &listeners,
            twins: &[],
            // Where fixes are tried, claims change after they were judged.
            seeks_twins: judgement.fixing == Fixing::default(),
            mending: judgement.fixing != Fixing::default(),
            earlier,
            known,
        };
        let mut sums = Sums::default();
        let unwritable = |error| self.unwritable(error);
        let told = outputs.tell_input_notes(survey, judgement, &mut sums.tally);
        told.map_err(unwritable)?;
        (sums.tally.unread).add(survey.unread, survey.unread_charges);
        let mut failed = None;
        let mut write = |block: &Block, mut judged: Judged| {
            for mended in &judged.mended {
                sums.fixes.add(&mended.applied);
                if judgement.fixing.show {
                    diff(&diffs(mended, &self.name()));
                }
            }
            let result = outputs.block(block, &mut judged, survey).and_then(|()| {
                let mut keepers = keepers.iter_mut().zip(&judged.kept);
                keepers.try_for_each(|(keeper, kept)| keeper.take(kept))
            });
            progress(block.bytes.len() as u64 - block.repeated as u64);
            sums.tally.merge(&judged.tally);
            result.map_err(|error| {
                failed = Some(error);
                io::Error::other("output")
            })
        };
        let mut cutter = Cutter::new(bytes, survey, options.block_bytes);
        let mut seen = Seen::of(self.folder.to_owned(), survey.claims);
        let result = pipeline::run(pool, &mut cutter, assignment, &mut seen, stop, &mut write);
        if let Some(error) = failed {
            return Err(match error.downcast::<LedgerError>() {
                Ok(error) => self.unrecorded(error),
                Err(error) => unwritable(error),
            });
        }
        result.map_err(|error| match error {
            PipelineError::Io(error) => self.unreadable(error),
            error => self.stopped(error),
        })?;
        outputs.end().map_err(unwritable)?;
        Ok(sums)
    }
}

/// The fixes of a claim as a diff shows them.
fn diffs(mended: &Mended, file: &str) -> String {
    let mut page = String::new();
    for record in &mended.applied {
        record.diff(file, true, &mut page);
    }
    for record in &mended.offered {
        record.diff(file, false, &mut page);
    }
    page
}
