//! `telescrub replay`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::interrupt::Interrupt;
use super::{CliError, Common, Status, faults, logs};
use crate::counted::counted;
use crate::scrub::inputs::Wanted;
use crate::scrub::replay::{Change, Replay as Run, Replayed};
use crate::scrub::run::RunError;
use crate::scrub::tally::Sum;

/// Say which claims would change verdict under another policy, and for how many dollars
///
/// Judges the inputs as they would be today, and again with the policy files of
/// --policy over the built-in ones; writes no output file.
#[derive(Debug, Args)]
pub(super) struct Replay {
    /// Files, folders, or - for standard input; plain or zstd
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// How the answer looks
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line a claim, then the sums.
    Table,
    /// A JSON object a claim, a line each; the last line holds the sums.
    Json,
}

impl Replay {
    pub(super) fn run(&self, common: &Common) -> Result<Status, CliError> {
        if common.policy.is_none() {
            return Err(CliError::Usage(
                "name the folder of the other policy: replay --policy DIR INPUT".to_owned(),
            ));
        }
        let after = common.judgement()?;
        let before = common.config()?.judgement_before(common.today(), &after);
        let before = before.map_err(|errors| faults(&errors))?;
        let pool = common.pool()?;
        let inputs = super::inputs(&self.inputs, Wanted::Claims);
        // Standard input and zstd are spooled here; nobody else can read it.
        let folder = tempfile::tempdir()
            .map_err(|error| CliError::Usage(format!("cannot make a temporary folder: {error}")))?;
        let interrupt = Interrupt::listen();
        let run = Run {
            before: &before,
            after: &after,
            pool: &pool,
            stop: &|| interrupt.came(),
        };
        let mut out = io::stdout();
        let mut replayed = Replayed::default();
        let mut status = Status::Done;
        for error in &inputs.unreadable {
            logs::error(error);
            status = Status::Input;
        }
        for input in &inputs.inputs {
            if interrupt.came() {
                return Ok(Status::Interrupted);
            }
            let mut tell = |change: &Change| self.tell(&mut out, change);
            match run.run(input, folder.path(), &mut tell) {
                Ok(one) => replayed.merge(one),
                // Whoever reads may have seen enough.
                Err(RunError::Untold { error, .. })
                    if error.kind() == io::ErrorKind::BrokenPipe =>
                {
                    return Ok(status);
                }
                Err(error) => {
                    logs::error(&error);
                    if !error.is_input() {
                        status = Status::Usage;
                    } else if status == Status::Done {
                        status = Status::Input;
                    }
                    if matches!(error, RunError::Untold { .. }) {
                        return Ok(status);
                    }
                }
            }
        }
        if interrupt.came() {
            return Ok(Status::Interrupted);
        }
        match self.sums(&mut out, &replayed) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(CliError::Usage(format!("cannot write the answer: {error}")))
            }
            _ => Ok(status),
        }
    }

    fn tell(&self, out: &mut impl Write, change: &Change) -> io::Result<()> {
        if self.format == Format::Json {
            serde_json::to_writer(&mut *out, change)?;
            return writeln!(out);
        }
        let rules = |rules: &[String]| {
            if rules.is_empty() {
                "-".to_owned()
            } else {
                rules.join(" ")
            }
        };
        writeln!(
            out,
            "{:<38} {:>12}  {:<9} -> {:<9}  {} -> {}",
            format!("claim {}", change.claim_id),
            format!("${}", change.charge),
            change.before,
            change.after,
            rules(&change.rules_before),
            rules(&change.rules_after)
        )
    }

    fn sums(&self, out: &mut impl Write, replayed: &Replayed) -> io::Result<()> {
        let changed = replayed
            .changed
            .values()
            .fold(Sum::default(), |total, sum| total.plus(*sum));
        if self.format == Format::Json {
            let changes: Vec<_> = replayed
                .changed
                .iter()
                .map(|((before, after), sum)| {
                    serde_json::json!({"before": before, "after": after, "sum": sum})
                })
                .collect();
            let sums = serde_json::json!({
                "claims": replayed.claims, "changed": changed, "changes": changes,
            });
            return writeln!(out, "{sums}");
        }
        let mut row = |label: &str, sum: Sum| {
            let claims = counted(sum.claims, "claim");
            let (number, claims) = claims.split_once(' ').unwrap_or_default();
            let dollars = format!("${}", sum.charges);
            writeln!(out, "{label:<24}{number:>10} {claims:<6} {dollars:>16}")
        };
        row("in", replayed.claims)?;
        row("would change", changed)?;
        for ((before, after), sum) in &replayed.changed {
            row(&format!("  {before} -> {after}"), *sum)?;
        }
        Ok(())
    }
}
