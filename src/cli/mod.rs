//! The command line: one file a command, whose doc comments are the help text.

/// Writes to standard output (`out`) or standard error (`err`). Whoever reads may have
/// gone, as `head` does; that is no reason to fail, much less to panic. Any other failure
/// of standard output is an error when the command has ended ([`run`]).
macro_rules! tell {
    (out, $($text:tt)*) => {
        $crate::cli::said(std::io::Write::write_fmt(
            &mut std::io::stdout().lock(),
            format_args!($($text)*),
        ))
    };
    (err, $($text:tt)*) => {{
        let _ = std::io::Write::write_fmt(&mut std::io::stderr().lock(), format_args!($($text)*));
    }};
}

/// [`tell!`] with a line end.
macro_rules! tellln {
    ($to:ident) => {
        tell!($to, "\n")
    };
    ($to:ident, $format:literal $($rest:tt)*) => {
        tell!($to, "{}\n", format_args!($format $($rest)*))
    };
}

mod config;
mod explain;
mod generate;
mod interrupt;
mod ledger;
pub mod logs;
mod mending;
mod outputs;
mod policy;
mod replay;
mod rerun;
mod rules;
mod screen;
mod scrub;
mod stats;
mod verify;
mod view;
mod watch;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Mutex;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::Config;
use crate::lock::lock;
use crate::policy::PolicyError;
use crate::scrub::input::shown;
use crate::scrub::inputs::{Inputs, Wanted};
use crate::scrub::judge::Judgement;
use crate::value::Date;

/// Scrubs X12 837P claim files: the standard, the code sets, and the telehealth
/// physical-therapy rules in force on each line's date of service.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub struct Cli {
    /// Flags that every command accepts; each uses those that concern it.
    #[command(
        flatten,
        next_help_heading = "Options of every command, as far as it has use for them"
    )]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    command: Command,
}

/// Flags that every command accepts; each uses those that concern it.
#[derive(Debug, Args)]
pub struct Common {
    /// Payers, severities and policy folder from this file; none is read unless named
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Overlay the built-in policy with the policy files of this folder
    #[arg(long, global = true, value_name = "DIR")]
    policy: Option<PathBuf>,
    /// Threads to work with; as many as the machine has cores if left out
    #[arg(long, global = true, value_name = "N")]
    threads: Option<usize>,
    /// What "today" is (YYYY-MM-DD), for runs that can be repeated
    #[arg(long, global = true, value_name = "DATE", value_parser = parse_date)]
    now: Option<Date>,
    /// Say nothing on the screen but errors, and what --diff shows
    #[arg(long, short, global = true)]
    quiet: bool,
    /// How logs look on standard error
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t = LogFormat::Text,
        help = "How logs look on standard error; TELESCRUB_LOG=debug, or another level, tells more or less"
    )]
    log_format: LogFormat,
}

/// How logs look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    Scrub(scrub::Scrub),
    Rerun(rerun::Rerun),
    Verify(verify::Verify),
    Config(config::Config),
    Explain(explain::Explain),
    Rules(rules::Rules),
    Policy(policy::Policy),
    Replay(replay::Replay),
    View(view::View),
    Ledger(ledger::Ledger),
    Stats(stats::Stats),
    Watch(watch::Watch),
    Generate(generate::Generate),
}

/// More threads than any machine has cores for; the system refuses too many by an abort.
const MOST_THREADS: usize = 1_024;

/// Exit statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// Every input was processed.
    Done = 0,
    /// `--fail-on reject`, and a claim was rejected; or a proof failed.
    Rejects = 1,
    /// Wrong usage or configuration, or outputs that can't be written.
    Usage = 2,
    /// At least one input held nothing that could be judged.
    Input = 3,
    /// Interrupted.
    Interrupted = 130,
}

/// Wrong usage or configuration.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The message says what and how to mend it.
    #[error("{0}")]
    Usage(String),
}

/// Why standard output could not be written, at first.
static UNWRITTEN: Mutex<Option<io::Error>> = Mutex::new(None);

/// Takes note of what became of a write to standard output.
fn said(result: io::Result<()>) {
    if let Err(error) = result
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        lock(&UNWRITTEN).get_or_insert(error);
    }
}

/// Runs the command.
///
/// # Errors
/// On wrong usage or configuration, or when standard output can't be written: exit status 2.
pub fn run(cli: &Cli) -> Result<Status, CliError> {
    let status = obey(cli)?;
    said(io::stdout().flush());
    match lock(&UNWRITTEN).take() {
        None => Ok(status),
        Some(error) => Err(CliError::Usage(format!(
            "standard output cannot be written: {error}"
        ))),
    }
}

fn obey(cli: &Cli) -> Result<Status, CliError> {
    // Also where the command has no use for it: a slip in the name must not pass in silence.
    cli.common.config()?;
    match &cli.command {
        Command::Scrub(command) => command.run(&cli.common),
        Command::Rerun(command) => command.run(&cli.common),
        Command::Verify(command) => Ok(command.run(&cli.common)),
        Command::Config(command) => command.run(&cli.common),
        Command::Explain(command) => command.run(),
        Command::Rules(command) => Ok(command.run()),
        Command::Policy(command) => command.run(&cli.common),
        Command::Replay(command) => command.run(&cli.common),
        Command::View(command) => Ok(command.run(&cli.common)),
        Command::Ledger(command) => command.run(&cli.common),
        Command::Stats(command) => command.run(),
        Command::Watch(command) => command.run(&cli.common),
        Command::Generate(command) => command.run(&cli.common),
    }
}

impl Common {
    fn today(&self) -> Date {
        self.now.unwrap_or_else(Date::today)
    }

    fn judgement(&self) -> Result<Judgement, CliError> {
        self.config()?
            .judgement(self.today(), self.policy.as_deref())
            .map_err(|errors| faults(&errors))
    }

    fn config(&self) -> Result<Config, CliError> {
        let config = self.config.as_deref().map(Config::read).transpose();
        Ok(config
            .map_err(|errors| faults(&errors))?
            .unwrap_or_default())
    }

    /// The threads that are asked for.
    fn threads(&self) -> Result<Option<usize>, CliError> {
        match self.threads {
            Some(threads) if !(1..=MOST_THREADS).contains(&threads) => Err(CliError::Usage(
                format!("--threads takes 1 to {MOST_THREADS}"),
            )),
            threads => Ok(threads),
        }
    }

    fn pool(&self) -> Result<rayon::ThreadPool, CliError> {
        rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads()?.unwrap_or(0))
            .build()
            .map_err(|error| CliError::Usage(format!("cannot start the worker threads: {error}")))
    }
}

/// Faults of policy and configuration files, each with what to do about it.
fn faults(errors: &[PolicyError]) -> CliError {
    let lines: Vec<String> = errors
        .iter()
        .map(|error| format!("{error}\n  help: {}", error.remedy()))
        .collect();
    CliError::Usage(lines.join("\nerror: "))
}

/// The inputs the arguments name; says what of them was left out.
fn inputs(arguments: &[PathBuf], wanted: Wanted) -> Inputs {
    let inputs = Inputs::of(arguments, wanted);
    for path in &inputs.repeated {
        tracing::warn!("{} is named twice, and taken once", shown(path));
    }
    for path in &inputs.special {
        tracing::warn!(
            "{} is a pipe, a socket or a device, and was left out",
            shown(path)
        );
    }
    if let Some(first) = inputs.outputs.first() {
        tracing::warn!(
            "{} files were left out, as outputs of an earlier run with its manifest beside them; the first is {}",
            inputs.outputs.len(),
            shown(first)
        );
    }
    if inputs.is_empty() {
        // A quiet night is no mistake.
        tracing::warn!("the folders hold no input");
    }
    inputs
}

fn parse_date(text: &str) -> Result<Date, String> {
    Date::parse_iso(text).ok_or_else(|| format!("`{text}` is not a date; write it as YYYY-MM-DD"))
}
