//! `telescrub verify`.

use std::path::PathBuf;

use clap::Args;

use super::{Common, Status, logs};

/// Prove a finished run again from its manifest
///
/// Compares sizes and hashes of the outputs, counts claims and dollars, and reads the
/// outputs back with the independent `edi` parser.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The manifest of the run
    #[arg(value_name = "MANIFEST")]
    manifest: PathBuf,
    /// The input of the run, to prove that every claim of it is in one output
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
}

impl Verify {
    pub(super) fn run(&self, common: &Common) -> Status {
        match crate::verify::manifest(&self.manifest, self.input.as_deref()) {
            Ok(report) => {
                if !common.quiet {
                    tell!(out, "{report}");
                }
                Status::Done
            }
            Err(error) => {
                logs::error(&error);
                if error.is_usage() {
                    Status::Usage
                } else {
                    Status::Rejects
                }
            }
        }
    }
}
