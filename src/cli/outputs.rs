//! The flags of commands that write outputs, and what they ask of every such command.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{CliError, Status};
use crate::scrub::batch::Batch;
use crate::scrub::inputs::{Inputs, Wanted};
use crate::scrub::item::Fate;
use crate::scrub::run::Options;

/// Where outputs go, and how they are written.
#[derive(Debug, Args)]
pub(super) struct OutputFlags {
    /// Folder for the outputs; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Compress the outputs with zstd
    #[arg(long)]
    zstd: bool,
    /// Read the outputs back with an independent parser before publishing them
    #[arg(long)]
    verify: bool,
    /// Write the rejects file one segment a line, for an editor
    #[arg(long)]
    rejects_lines: bool,
    /// Where to put claims that no rule rejects but whose policy is not known; if left out, the
    /// clean file, or in a rerun wherever the earlier run put them
    #[arg(long, value_enum, value_name = "WHERE")]
    unchecked: Option<Unchecked>,
    /// How the sums look on the screen
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Exit with status 1 when a claim was rejected
    #[arg(long, value_enum, value_name = "WHAT")]
    fail_on: Option<FailOn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines for people
    Table,
    /// One JSON object
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Unchecked {
    /// To the clean file, counted by themselves.
    Clean,
    /// To a file of their own, claims.held.837.
    Hold,
    /// To the rejects.
    Reject,
}

/// What a command answers with exit status 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// A claim was rejected.
    Reject,
}

impl OutputFlags {
    /// Makes the folder.
    pub(super) fn make_folder(&self) -> Result<(), CliError> {
        std::fs::create_dir_all(&self.out).map_err(|error| {
            CliError::Usage(format!(
                "cannot make the output folder {}: {error}",
                self.out.display()
            ))
        })
    }

    /// The inputs that are named; none of them may be replaced by an output.
    pub(super) fn inputs(&self, named: &[PathBuf], wanted: Wanted) -> Result<Inputs, CliError> {
        let mut inputs = super::inputs(named, wanted);
        inputs.keep_stems(&self.out);
        match inputs.overwritten(&self.out) {
            None => Ok(inputs),
            Some((lost, writer)) => Err(CliError::Usage(format!(
                "the outputs of {} would replace the input {}; choose another folder with --out",
                writer.name(),
                lost.name()
            ))),
        }
    }

    /// What a run is asked to do.
    pub(super) fn options(&self) -> Options {
        Options {
            compress: self.zstd,
            verify: self.verify,
            rejects_lines: self.rejects_lines,
            ..Options::default()
        }
    }

    /// Where claims go that an unknown policy governs, if that is said.
    pub(super) fn unchecked(&self) -> Option<Fate> {
        self.unchecked.map(|unchecked| match unchecked {
            Unchecked::Clean => Fate::Clean,
            Unchecked::Hold => Fate::Held,
            Unchecked::Reject => Fate::Rejected,
        })
    }

    /// Whether the sums go to the screen as JSON.
    pub(super) fn in_json(&self) -> bool {
        self.format == Format::Json
    }

    /// The exit status. Where several apply, the most urgent one wins.
    pub(super) fn status(&self, batch: &Batch, interrupted: bool) -> Status {
        let rejects = batch.rejected_before || batch.tally.has_rejects();
        if interrupted {
            Status::Interrupted
        } else if batch.failed > 0 {
            Status::Usage
        } else if batch.refused > 0 {
            Status::Input
        } else if rejects && self.fail_on == Some(FailOn::Reject) {
            Status::Rejects
        } else {
            Status::Done
        }
    }
}
