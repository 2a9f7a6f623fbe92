//! The `telescrub` program: arguments, logs, one call, exit status.

use std::process::ExitCode;

use clap::Parser;
use telescrub::cli::{Cli, Status};

fn main() -> ExitCode {
    let cli = Cli::parse();
    telescrub::cli::logs::start(&cli.common);
    telescrub::cli::logs::keep_panics_quiet();
    match telescrub::cli::run(&cli) {
        Ok(status) => ExitCode::from(status as u8),
        Err(error) => {
            telescrub::cli::logs::error(&error);
            ExitCode::from(Status::Usage as u8)
        }
    }
}
