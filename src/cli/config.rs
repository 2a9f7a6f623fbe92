//! `telescrub config`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{CliError, Common, Status, faults};
use crate::config;

/// Print the schema of telescrub.toml, or check one
#[derive(Debug, Args)]
pub(super) struct Config {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the JSON schema of telescrub.toml, for editors
    Schema,
    /// Say whether a telescrub.toml, and the policy folder it names, can be used
    Check {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

impl Config {
    pub(super) fn run(&self, common: &Common) -> Result<Status, CliError> {
        match &self.command {
            Command::Schema => tellln!(out, "{:#}", config::schema()),
            Command::Check { file } => {
                config::Config::read(file)
                    .and_then(|config| config.judgement(common.today(), common.policy.as_deref()))
                    .map_err(|errors| faults(&errors))?;
                if !common.quiet {
                    tellln!(out, "{}: good", file.display());
                }
            }
        }
        Ok(Status::Done)
    }
}
