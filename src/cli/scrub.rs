//! `telescrub scrub`.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::interrupt::Interrupt;
use super::ledger::LedgerFlags;
use super::mending::Mending;
use super::outputs::OutputFlags;
use super::screen::{self, Summary};
use super::{CliError, Common, Status, logs};
use crate::scrub::batch;
use crate::scrub::inputs::Wanted;
use crate::scrub::run::{Options, Workplace};

/// Judge every claim and write clean and rejected claims with their reasons
///
/// For an input claims.837 writes, into the output folder, claims.clean.837,
/// claims.rejects.837, claims.rejects.txt, claims.held.837, claims.findings.jsonl,
/// claims.report.html, claims.ta1.edi, claims.999.edi, claims.277ca.edi, with --fix
/// claims.fixes.jsonl, and claims.manifest.json; each only when it has something to say,
/// the manifest always.
#[derive(Debug, Args)]
pub(super) struct Scrub {
    /// Files, folders, patterns such as 'in/*.837', or - for standard input; plain or zstd.
    /// Of a folder, dot files and outputs that have their manifest beside them are left out
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    #[command(flatten)]
    outputs: OutputFlags,
    #[command(flatten)]
    mending: Mending,
    /// Write no report page
    #[arg(long)]
    no_report: bool,
    /// Write no acknowledgements (TA1, 999, 277CA)
    #[arg(long)]
    no_acknowledgements: bool,
    /// Remember the run in a ledger, and reject what was accepted before
    #[command(flatten)]
    ledger: LedgerFlags,
    /// Bytes of input in one block of work
    #[arg(long, value_name = "BYTES", hide = true)]
    block_bytes: Option<usize>,
}

impl Scrub {
    pub(super) fn run(&self, common: &Common) -> Result<Status, CliError> {
        let started = Instant::now();
        let mut judgement = common.judgement()?;
        judgement.unchecked = self.outputs.unchecked().unwrap_or_default();
        judgement.fixing = self.mending.wanted();
        let pool = common.pool()?;
        let ledger = self.ledger.open(&self.outputs)?;
        let inputs = self.outputs.inputs(&self.inputs, Wanted::Claims)?;
        let interrupt = Interrupt::listen();
        let options = Options {
            report: !self.no_report,
            acknowledge: !self.no_acknowledgements,
            unpacked_bytes: u64::MAX,
            block_bytes: self.block_bytes.unwrap_or(crate::x12::limits::BLOCK_BYTES),
            ..self.outputs.options()
        };
        let total = inputs
            .inputs
            .iter()
            .filter_map(|input| std::fs::metadata(input.path.as_ref()?).ok())
            .map(|metadata| metadata.len())
            .sum();
        let bar = screen::progress_bar(total, common.quiet || logs::in_json());
        let stop = || interrupt.came();
        let progress = |bytes| bar.inc(bytes);
        // Whoever stops reading the diff does not stop the scrub.
        let diff = |text: &str| {
            bar.suspend(|| tell!(out, "{text}"));
        };
        let workplace = Workplace {
            judgement: &judgement,
            options,
            ledger: ledger.as_ref(),
            rerun_of: &[],
            known: None,
            pool: &pool,
            stop: &stop,
            progress: &progress,
            diff: &diff,
        };
        let batch = batch::scrub(
            &inputs,
            &self.outputs.out,
            &workplace,
            &mut |result| match result {
                Ok((input, outcome)) => tracing::info!(
                    bytes = outcome.bytes,
                    claims = outcome.tally.total().claims,
                    rejected = outcome.tally.rejected.claims,
                    files = outcome.files.len(),
                    "scrubbed {}",
                    input.name()
                ),
                Err(error) if error.is_repeated() => bar.suspend(|| tracing::warn!("{error}")),
                Err(error) => bar.suspend(|| logs::error(error)),
            },
        );
        bar.finish_and_clear();
        let summary = Summary::of(&batch, started.elapsed());
        if logs::in_json() {
            summary.log();
        }
        if !common.quiet {
            if self.outputs.in_json() {
                tell!(out, "{}", screen::json(&summary));
            } else {
                tell!(out, "{}", summary.table());
            }
        }
        Ok(self.outputs.status(&batch, interrupt.came()))
    }
}
