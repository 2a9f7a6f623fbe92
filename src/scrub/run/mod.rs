//! One input, from its bytes to its published files.

mod before;
mod current;
mod error;
mod followers;
mod judging;
mod kept;
mod outputs;
mod publish;
mod refused;
mod surroundings;
mod told;
mod totals;
mod workplace;

use std::path::Path;
use std::time::Instant;

use super::input::{self, Input, Surveyed};
use super::judge::Notes;
use super::known::Known;
use super::pipeline::PipelineError;
use super::refusal::refusal;
use super::tally::Tally;
use crate::ledger::{Earlier, Entry, Ledger, Preparation};
use crate::report;
use crate::x12::survey::{InterchangeKey, Taken};
use current::Run;
pub use error::RunError;
use outputs::Outputs;
pub use workplace::{Options, Workplace};

/// What came of an input.
#[derive(Debug)]
pub struct Outcome {
    /// The ledger's record of the run, until it is told what became of the outputs.
    pub preparation: Option<Preparation>,
    /// Bytes read, uncompressed.
    pub bytes: u64,
    /// BLAKE3 of those bytes.
    pub blake3: String,
    /// Claims and findings.
    pub tally: Tally,
    /// Names of the files published.
    pub files: Vec<String>,
}

/// Scrubs one input and publishes its outputs.
///
/// # Errors
/// See [`RunError`]; no output is published then but the answers to a refused input,
/// and its manifest.
pub fn scrub(input: &Input, folder: &Path, workplace: &Workplace<'_>) -> Result<Outcome, RunError> {
    let mut outcome = scrub_undecided(input, folder, workplace)?;
    if let Some(preparation) = outcome.preparation.take() {
        preparation.published();
    }
    Ok(outcome)
}

/// Scrubs one input into a folder that nobody takes outputs from yet: whether they are
/// published is for the caller to decide, and to tell [`Outcome::preparation`].
///
/// # Errors
/// See [`RunError`].
pub fn scrub_undecided(
    input: &Input,
    folder: &Path,
    workplace: &Workplace<'_>,
) -> Result<Outcome, RunError> {
    let run = Run {
        input,
        folder,
        workplace,
    };
    let (judgement, options) = (workplace.judgement, &workplace.options);
    let started = Instant::now();
    let entry = run.entry()?;
    let (surveyed, earlier) = run.survey()?;
    let Surveyed {
        file,
        mut survey,
        witness,
    } = surveyed;
    run.is_new(&survey)?;
    if let Some(known) = workplace.known {
        judgement.note_unreviewed(known, &mut survey);
    }
    let mut manifest = run.manifest(&survey, entry.as_ref());
    manifest.timings.survey_ms = milliseconds(started);
    let notes = Notes::new(&survey);
    if let Some(reason) = refusal(&survey) {
        return Err(run.refuse(file, &survey, &notes, manifest, reason));
    }

    let started = Instant::now();
    let listener = report::Follower::default();
    let mut followers = run.followers(&notes, &survey, &listener, entry);
    let of_edited_rejects = workplace.known.is_some_and(|known| known.is_edited);
    let mut outputs = Outputs::new(
        &survey,
        &manifest.run,
        folder,
        options.rejects_lines,
        of_edited_rejects,
        |kind| run.output(kind),
    );
    let judged = run.judge(
        file,
        &survey,
        &notes,
        earlier.as_ref(),
        &mut followers,
        &mut outputs,
    )?;
    if let Some(witness) = witness {
        witness.check().map_err(|error| run.unreadable(error))?;
    }
    totals::check(&run.name(), &survey, &judged.tally, &outputs)?;
    let (answers, answered) = run.answers(followers.answers, &judged.tally)?;
    manifest.acknowledgements = answered.map(Into::into);
    let claims = Run::tell_judged(&mut manifest, &survey, &judged, &mut outputs);
    let expected = outputs.expected();
    let page = run.report(
        followers.report,
        &manifest,
        &survey,
        &judged.tally,
        &outputs,
    )?;
    let files = run.finish(outputs.into_files(page, answers), &mut manifest)?;
    surroundings::tell(&files, &mut manifest).map_err(|error| run.unwritable(error))?;
    manifest.timings.scrub_ms = milliseconds(started);
    if options.verify {
        let started = Instant::now();
        files.verify(&run.name(), &expected, claims)?;
        manifest.verified = true;
        manifest.timings.verify_ms = milliseconds(started);
    }
    if (workplace.stop)() {
        return Err(run.stopped(PipelineError::Interrupted));
    }
    let (files, preparation) = run.publish(files, &mut manifest, followers.entry)?;
    Ok(Outcome {
        preparation,
        bytes: survey.bytes,
        blake3: survey.hash.clone(),
        tally: judged.tally,
        files,
    })
}

impl<'a> Run<'a> {
    /// The ledger's record of this run.
    fn entry(&self) -> Result<Option<Entry<'a>>, RunError> {
        let entry = |ledger: &'a Ledger| match self.workplace.options.gather {
            Some(run) => Ok(ledger.gather(run)),
            None => ledger.entry(),
        };
        let entry = self.workplace.ledger.map(entry).transpose();
        entry.map_err(|error| self.unrecorded(error))
    }

    /// Surveys the input, while the ledger looks up what was accepted before.
    fn survey(&self) -> Result<(Surveyed, Option<Earlier>), RunError> {
        let Workplace {
            options,
            ledger,
            pool,
            known,
            ..
        } = self.workplace;
        let open = |taken: Option<Taken<'_>>| {
            let sizes = (options.unpacked_bytes, options.block_bytes);
            input::open_up_to(self.input, self.folder, taken, sizes, Some(pool))
                .map_err(|error| self.unreadable(error))
        };
        let Some(ledger) = ledger else {
            return Ok((open(None)?, None));
        };
        let unrecorded = |error| self.unrecorded(error);
        let interchanges = ledger.interchanges().map_err(unrecorded)?;
        std::thread::scope(|scope| {
            let earlier = scope.spawn(|| ledger.earlier());
            let asked = |key: &InterchangeKey| {
                let may_come = |known: &Known| known.interchanges.contains(&key.number);
                if known.is_some_and(may_come) {
                    return None;
                }
                interchanges.accepted(key)
            };
            let surveyed = open(Some(&asked))?;
            if let Some(error) = interchanges.failure() {
                return Err(unrecorded(error));
            }
            let earlier = earlier.join();
            let earlier = earlier.map_err(|_| self.stopped(PipelineError::Fault(0)))?;
            Ok((surveyed, Some(earlier.map_err(unrecorded)?)))
        })
    }
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
