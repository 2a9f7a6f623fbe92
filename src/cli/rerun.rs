//! `telescrub rerun`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::interrupt::Interrupt;
use super::ledger::LedgerFlags;
use super::mending::Mending;
use super::outputs::OutputFlags;
use super::{CliError, Common, Status, logs, screen};
use crate::rerun::compare::FixedBy;
use crate::rerun::listing::{self, Contents};
use crate::rerun::search::Search;
use crate::rerun::{EarlierRun, Report, RerunError};
use crate::scrub::input::Input;
use crate::scrub::inputs::Wanted;
use crate::scrub::run;
use crate::scrub::run::Workplace;

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
/// the output folder, in the ledger, or by --manifest. Counts (SE01, GE01, IEA01) and HL
/// numbers that an editor has left wrong only warn, and come out right, unless none of the
/// control numbers is one that the rejects were given: then the file is a new export.
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

/// One input with the place of its earlier run among those found.
struct Task {
    input: Input,
    contents: Contents,
    earlier: usize,
}

impl From<RerunError> for CliError {
    fn from(error: RerunError) -> CliError {
        CliError::Usage(error.to_string())
    }
}

impl Rerun {
    pub(super) fn run(&self, common: &Common) -> Result<Status, CliError> {
        let mut judgement = common.judgement()?;
        judgement.fixing = self.mending.wanted();
        let mut by_hand = judgement.clone();
        by_hand.counts_by_hand = true;
        let pool = common.pool()?;
        let ledger = self.ledger.open()?;
        self.outputs.make_folder()?;
        let interrupt = Interrupt::listen();
        let search = Search {
            manifest: self.manifest.as_deref(),
            ledger: ledger.as_ref(),
            out: &self.outputs.out,
        };
        let (tasks, mut earlier, mut status) = self.find(&search)?;
        let mut reports: Vec<(usize, String, Report, bool)> = Vec::new();
        let mut rejected = false;
        for task in tasks {
            if interrupt.came() {
                break;
            }
            let known = earlier[task.earlier].known(&task.contents, self.envelopes_checked);
            let workplace = Workplace {
                judgement: if earlier[task.earlier].is_edited(&task.contents) {
                    &by_hand
                } else {
                    &judgement
                },
                options: self.outputs.options(),
                ledger: ledger.as_ref(),
                rerun_of: &earlier[task.earlier].chain.clone(),
                known: Some(&known),
                pool: &pool,
                stop: &|| interrupt.came(),
                progress: &|_| {},
                // Whoever stops reading the diff does not stop the scrub.
                diff: &|text| drop(std::io::stdout().write_all(text.as_bytes())),
            };
            match run::scrub(&task.input, &self.outputs.out, &workplace) {
                Ok(outcome) => rejected |= outcome.tally.rejected.claims > 0,
                Err(error) if error.is_repeated() => {
                    tracing::warn!("{error}");
                    continue;
                }
                Err(error) => {
                    logs::error(&error);
                    let worse = if error.is_input() {
                        Status::Input
                    } else {
                        Status::Usage
                    };
                    status = if status == Status::Usage {
                        status
                    } else {
                        worse
                    };
                    continue;
                }
            }
            let stem = task.input.stem;
            let manifest = self.outputs.out.join(format!("{stem}.manifest.json"));
            let report = Report::new(&mut earlier[task.earlier], &task.contents.claims, &manifest);
            let report = match report {
                Ok(report) => report,
                // What was published stays; the reports of the others are still due.
                Err(error) => {
                    logs::error(&error);
                    status = Status::Usage;
                    continue;
                }
            };
            reports.push((task.earlier, stem, report, known.is_unreviewed()));
        }
        for at in 0..reports.len() {
            let (run, ..) = reports[at];
            let is_last = reports[at + 1..].iter().all(|(other, ..)| *other != run);
            let (_, stem, report, unreviewed) = &mut reports[at];
            // What did not come may be in an input that an interrupt has left out.
            if is_last && !interrupt.came() {
                report.close(&earlier[run]);
            }
            report.write(&self.outputs.out, stem).map_err(|error| {
                CliError::Usage(format!(
                    "{stem}.rerun.json cannot be written to {}: {error}",
                    self.outputs.out.display()
                ))
            })?;
            if !common.quiet {
                tell!(out, "{}", page(stem, report));
                if *unreviewed {
                    tell!(out, "{UNREVIEWED}");
                }
            }
        }
        if interrupt.came() {
            return Ok(Status::Interrupted);
        }
        Ok(
            if status == Status::Done && rejected && self.outputs.fails_on_reject() {
                Status::Rejects
            } else {
                status
            },
        )
    }

    /// The inputs with their claims, and the runs they came from.
    /// What can't be read is told, and answered by the status.
    fn find(&self, search: &Search<'_>) -> Result<(Vec<Task>, Vec<EarlierRun>, Status), CliError> {
        let inputs = self.outputs.inputs(&self.inputs, Wanted::Rejects)?;
        let mut status = Status::Done;
        for error in &inputs.unreadable {
            logs::error(error);
            status = Status::Input;
        }
        let (mut tasks, mut found) = (Vec::new(), Vec::<EarlierRun>::new());
        for input in inputs.inputs {
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
                    if status == Status::Done {
                        status = Status::Input;
                    }
                    continue;
                }
            };
            let run = match search.run_of(&path, &contents) {
                Ok(run) => run,
                Err(error @ RerunError::NotFound { .. }) => {
                    logs::error(&error);
                    status = Status::Usage;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let known = found.iter().position(|other| other.chain == run.chain);
            let earlier = known.unwrap_or(found.len());
            if known.is_none() {
                found.push(run);
            }
            tasks.push(Task {
                input,
                contents,
                earlier,
            });
        }
        Ok((tasks, found, status))
    }
}

/// Behind the report of a rerun in which claims fail for what nobody has looked at.
const UNREVIEWED: &str = "claims are rejected again for what was wrong around them, since their transaction sets came back unchanged; the rejects say what it was: if all is whole, say --envelopes-checked";

/// The report for the screen.
fn page(stem: &str, report: &Report) -> String {
    let mut rows = vec![
        ["claim", "standing", "was", "now"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for entry in &report.claims {
        let words = match entry.fixed_by {
            Some(FixedBy::Surroundings) => "fixed, unchanged: the fault was around it",
            Some(FixedBy::Fix) => "fixed by --fix",
            _ => entry.standing.words(),
        };
        let ordinal = |ordinal: u64| format!("(claim {ordinal} of that run)");
        let id = entry.claim_id.clone();
        rows.push(vec![
            id.or(entry.earlier_ordinal.map(ordinal))
                .unwrap_or_default(),
            words.to_owned(),
            entry.was.join(" "),
            entry.now.join(" "),
        ]);
    }
    let totals: Vec<String> = report
        .totals
        .iter()
        .map(|(standing, count)| format!("{count} {}", standing.words()))
        .collect();
    let mut text = screen::table(&rows);
    let _ = writeln!(text, "{stem}: {}", totals.join(", "));
    if report.unlisted > 0 {
        let _ = writeln!(
            text,
            "{} rejected claims of that run stand in no file any more: its rejects were changed in place",
            report.unlisted
        );
    }
    text
}
