//! `telescrub rerun`.

mod page;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;

use super::interrupt::Interrupt;
use super::ledger::LedgerFlags;
use super::mending::Mending;
use super::outputs::OutputFlags;
use super::screen::Summary;
use super::{CliError, Common, Status, logs};
use crate::ledger::Ledger;
use crate::rerun::listing::{self, Contents};
use crate::rerun::search::Search;
use crate::rerun::{EarlierRun, Report, RerunError};
use crate::scrub::batch::Batch;
use crate::scrub::input::Input;
use crate::scrub::inputs::Wanted;
use crate::scrub::run::{self, Outcome, RunError, Workplace};
use page::Told;

/// Scrub corrected rejects again and say what became of each claim
///
/// Takes rejects files edited by hand, or the claims exported anew. Writes what `scrub`
/// writes, and <stem>.rerun.json: for each claim whether it is fixed, still failing and
/// by which rule, newly failing, missing from the rerun, accepted already, or not from
/// that run. What that run accepted is rejected (DUP003), so that nothing is sent twice,
/// and a twin (DUP001) that comes again unchanged stays one.
///
/// The run they came from is found by the control numbers it gave its rejects, else by
/// its claims (CLM01 and billing provider): in the manifests beside the rejects and in
/// the output folder, in the ledger, or by --manifest. Rejects may be run again in parts:
/// later reruns reject what an earlier one accepted, as long as its outputs are still there
/// or all use one ledger, and the clean file of each part gets numbers of its own in ISA13 and
/// GS06. The held file of a run is run again in the same way. Counts (SE01, GE01, IEA01) and HL numbers that an editor has left
/// wrong only warn, and come out right, unless none of the control numbers is one that the
/// rejects were given: then the file is a new export.
/// Rejects of several runs in one file are refused, unless --manifest says whose they are.
///
/// What was wrong around claims (a count, a control number, the numbers of levels) is right
/// in the rejects file. A wrong count may mean that segments were lost, so such claims go on
/// being rejected, by the same rule, until somebody has looked: while the transaction set
/// bears the ST02 that it was given there, and nothing in it was changed. If all is whole,
/// give it another number in ST02 and SE02, or say --envelopes-checked for all of them.
///
/// With --fix the fixes of `scrub` are applied, and the report says of which claims.
#[derive(Debug, Args)]
pub(super) struct Rerun {
    /// Corrected rejects: files or folders; plain or zstd
    #[arg(required = true, value_name = "REJECTS")]
    inputs: Vec<PathBuf>,
    #[command(flatten)]
    outputs: OutputFlags,
    /// The manifest of the run the rejects came from
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    #[command(flatten)]
    ledger: LedgerFlags,
    /// Take it that you have looked at what was wrong around claims: envelopes, counts, levels
    #[arg(long)]
    envelopes_checked: bool,
    #[command(flatten)]
    mending: Mending,
}

/// One input with the place of its earlier run among those found; none when nothing in it can
/// be judged, whatever run it came from.
struct Task {
    input: Input,
    contents: Contents,
    earlier: Option<usize>,
}

/// What came of the inputs.
#[derive(Default)]
struct Outcomes {
    batch: Batch,
    told: Vec<Told>,
    /// The place of the earlier run of each that is told.
    runs: Vec<usize>,
}

impl From<RerunError> for CliError {
    fn from(error: RerunError) -> CliError {
        CliError::Usage(error.to_string())
    }
}

impl Rerun {
    pub(super) fn run(&self, common: &Common) -> Result<Status, CliError> {
        let started = Instant::now();
        let mut judgement = common.judgement()?;
        judgement.fixing = self.mending.wanted();
        let pool = common.pool()?;
        let ledger = self.ledger.open(&self.outputs)?;
        let interrupt = Interrupt::listen();
        let (tasks, mut earlier, mut outcomes) = self.find(ledger.as_ref())?;
        let mut tasks = tasks.into_iter();
        while let Some(task) = tasks.next() {
            if interrupt.came() {
                break;
            }
            let run = task.earlier.map(|at| &earlier[at]);
            judgement.counts_by_hand = run.is_some_and(|run| run.is_edited(&task.contents));
            let unchecked = run.map(|run| run.unchecked);
            judgement.unchecked = self.outputs.unchecked().or(unchecked).unwrap_or_default();
            let known = |run: &EarlierRun| {
                run.known(&task.contents, self.envelopes_checked, ledger.as_ref())
            };
            let known = run.map(known).transpose().map_err(RerunError::from)?;
            let workplace = Workplace {
                judgement: &judgement,
                options: self.outputs.options(),
                ledger: ledger.as_ref(),
                rerun_of: run.map_or(&[], |run| &run.chain),
                known: known.as_ref(),
                pool: &pool,
                stop: &|| interrupt.came(),
                progress: &|_| {},
                // Whoever stops reading the diff does not stop the scrub.
                diff: &|text| drop(std::io::stdout().write_all(text.as_bytes())),
            };
            let result = run::scrub(&task.input, &self.outputs.out, &workplace);
            let warned = result
                .as_ref()
                .map_or(0, |outcome| outcome.tally.warned.claims);
            let is_repeated = result.as_ref().is_err_and(RunError::is_repeated);
            let is_scrubbed = outcomes.take(&task, result);
            let Some(at) = task.earlier else { continue };
            let stem = task.input.stem;
            let manifest = self.outputs.out.join(format!("{stem}.manifest.json"));
            // A rerun that was killed behind its outputs has told nobody what became of the claims.
            let is_untold = || {
                !self.outputs.out.join(format!("{stem}.rerun.json")).exists()
                    && earlier[at].came_as(&manifest)
            };
            if !(is_scrubbed || is_repeated && is_untold()) {
                continue;
            }
            let report = Report::new(&mut earlier[at], &task.contents, &manifest);
            let told = match report {
                // What lies there is of somebody else.
                Err(RerunError::Replaced { .. }) => Ok(()),
                _ => tell_later(tasks.as_slice(), &mut earlier, at, &manifest),
            };
            let report = match told.and(report) {
                Ok(report) => report,
                // What was published stays; the reports of the others are still due.
                Err(error) => {
                    logs::error(&error);
                    outcomes.batch.failed += 1;
                    continue;
                }
            };
            outcomes.runs.push(at);
            outcomes.told.push(Told {
                stem,
                warned,
                report,
            });
        }
        self.report(&earlier, &mut outcomes, interrupt.came());
        if !common.quiet {
            let summary = Summary::of(&outcomes.batch, started.elapsed());
            if self.outputs.in_json() {
                tell!(out, "{}", page::json(&outcomes.told, &summary));
            } else {
                tell!(out, "{}", page::text(&outcomes.told, &summary));
            }
        }
        Ok(self.outputs.status(&outcomes.batch, interrupt.came()))
    }

    /// Writes the reports; what is missing of a run stands in that of its last file, unless it
    /// may be in one that an interrupt has left out.
    fn report(&self, earlier: &[EarlierRun], outcomes: &mut Outcomes, interrupted: bool) {
        for (at, told) in outcomes.told.iter_mut().enumerate() {
            let run = outcomes.runs[at];
            if !interrupted && !outcomes.runs[at + 1..].contains(&run) {
                told.report.close(&earlier[run]);
            }
            if let Err(error) = told.report.write(&self.outputs.out, &told.stem) {
                logs::error(&format!(
                    "{}.rerun.json cannot be written to {}: {error}",
                    told.stem,
                    self.outputs.out.display()
                ));
                outcomes.batch.failed += 1;
            }
        }
    }

    /// The inputs with their claims, and the runs they came from.
    /// What can't be read is told, and answered by the status.
    fn find(
        &self,
        ledger: Option<&Ledger>,
    ) -> Result<(Vec<Task>, Vec<EarlierRun>, Outcomes), CliError> {
        let inputs = self.outputs.inputs(&self.inputs, Wanted::Rejects)?;
        let search = Search {
            manifest: self.manifest.as_deref(),
            ledger,
            out: &self.outputs.out,
            stems: inputs.inputs.iter().map(|input| &*input.stem).collect(),
        };
        let (mut tasks, mut found) = (Vec::new(), Vec::<EarlierRun>::new());
        let mut outcomes = Outcomes::default();
        for error in &inputs.unreadable {
            logs::error(error);
            outcomes.batch.refused += 1;
        }
        for input in &inputs.inputs {
            let path = input.path.clone().ok_or_else(|| {
                CliError::Usage("rerun takes files; save the rejects to one".to_owned())
            })?;
            let contents = match listing::list(&path, &self.outputs.out) {
                Ok(contents) => contents,
                Err(error) => {
                    logs::error(&RerunError::Unreadable {
                        file: path.display().to_string(),
                        error,
                    });
                    outcomes.batch.refused += 1;
                    continue;
                }
            };
            let mut earlier = None;
            if contents.refusal.is_none() {
                let run = match search.run_of(&path, &contents) {
                    Ok(run) => run,
                    Err(error @ (RerunError::NotFound { .. } | RerunError::Several { .. })) => {
                        logs::error(&error);
                        if matches!(error, RerunError::NotFound { .. }) {
                            outcomes.batch.failed += 1;
                        } else {
                            outcomes.batch.refused += 1;
                        }
                        continue;
                    }
                    Err(error) => return Err(error.into()),
                };
                if let Err(error) = run.stays_beside(&self.outputs.out, &input.stem) {
                    logs::error(&error);
                    outcomes.batch.failed += 1;
                    continue;
                }
                let known = found.iter().position(|other| other.chain == run.chain);
                earlier = Some(known.unwrap_or(found.len()));
                if known.is_none() {
                    found.push(run);
                }
            }
            tasks.push(Task {
                input: input.clone(),
                contents,
                earlier,
            });
        }
        Ok((tasks, found, outcomes))
    }
}

/// Tells the runs of the same night whose rejects are still to come, by the place of one of
/// them, what the rerun with this manifest has accepted.
fn tell_later(
    tasks: &[Task],
    earlier: &mut [EarlierRun],
    at: usize,
    manifest: &Path,
) -> Result<(), RerunError> {
    let night = earlier[at].night().cloned();
    for (place, run) in earlier.iter_mut().enumerate() {
        if run.night() == night.as_ref() && tasks.iter().any(|next| next.earlier == Some(place)) {
            run.has_accepted(manifest)?;
        }
    }
    Ok(())
}

impl Outcomes {
    /// Counts the outcome of a file and reports why it could not be scrubbed. Returns whether it
    /// was.
    fn take(&mut self, task: &Task, result: Result<Outcome, RunError>) -> bool {
        self.batch.count(result.as_ref());
        match result {
            Ok(_) => return true,
            Err(RunError::Refused { file, .. }) if !task.contents.others.is_empty() => {
                logs::error(&RerunError::NoClaims {
                    file,
                    others: task.contents.others.join("; "),
                });
            }
            Err(error) if error.is_repeated() => tracing::warn!("{error}"),
            Err(error) => logs::error(&error),
        }
        false
    }
}
