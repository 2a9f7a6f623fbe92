//! The `telescrub` program: arguments, logs, one call, exit status.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;
use telescrub::cli::{Cli, Status};

fn main() -> ExitCode {
    let cli = Cli::parse();
    telescrub::cli::logs::start(&cli.common);
    match telescrub::cli::run(&cli) {
        Ok(status) => ExitCode::from(status as u8),
        Err(error) => {
            // Standard error may be closed; there is nobody else to tell.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(Status::Usage as u8)
        }
    }
}
