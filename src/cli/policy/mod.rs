//! `telescrub policy`.

mod changes;
mod list;
mod show;
mod show_json;
mod told;
mod told_of_code;
mod words;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{CliError, Common, Status, faults, parse_date};
use crate::policy::{PolicyBook, nearest};
use crate::value::{Date, Procedure};

/// Who pays what by telehealth, since when, by whose word
#[derive(Debug, Args)]
pub(super) struct Policy {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List every policy and what it knows on a date
    List {
        /// The date of service; today if left out
        #[arg(long, value_name = "DATE", value_parser = parse_date)]
        on: Option<Date>,
        /// How the list looks
        #[arg(long, value_enum, default_value_t = list::Format::Table)]
        format: list::Format,
    },
    /// Show a policy on a date: paid or not, codes, places, modifiers, sources, what is unknown
    Show {
        /// Key of the policy: medicare, medicaid/TX or just TX, commercial/NAME
        #[arg(value_name = "POLICY")]
        key: String,
        /// The date of service; today if left out
        #[arg(long, value_name = "DATE", value_parser = parse_date)]
        on: Option<Date>,
        /// Also what it says of this procedure code
        #[arg(long, value_name = "CODE", value_parser = parse_code)]
        code: Option<Procedure>,
        /// Every note and every source, however many
        #[arg(long)]
        all: bool,
        /// How the page looks
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Say whether the policy files of a folder can be used
    Check {
        /// The folder
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Say what changes between two policies
    Diff {
        /// A folder of policy files, or `builtin`
        #[arg(value_name = "OLD")]
        old: PathBuf,
        /// Another
        #[arg(value_name = "NEW")]
        new: PathBuf,
        /// How the changes look
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

/// How a page looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Words for a terminal.
    Text,
    /// JSON, for programs.
    Json,
}

/// JSON as it is printed.
fn pretty(value: &serde_json::Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

impl Policy {
    pub(super) fn run(&self, common: &Common) -> Result<Status, CliError> {
        match &self.command {
            Command::List { on, format } => {
                let judgement = common.judgement()?;
                let date = on.unwrap_or(judgement.today);
                tell!(out, "{}", list::text(&judgement.policies, date, *format));
            }
            Command::Show {
                key,
                on,
                code,
                all,
                format,
            } => {
                let judgement = common.judgement()?;
                let policies = &judgement.policies;
                let policy = find(policies, key)?;
                let date = on.unwrap_or(judgement.today);
                let page = match format {
                    Format::Text => show::page(policy, date, *code, *all),
                    Format::Json => pretty(&show_json::json(policy, date, *code)),
                };
                tell!(out, "{page}");
            }
            Command::Check { folder } => {
                let mut policies = PolicyBook::builtin();
                policies.overlay(folder).map_err(|errors| faults(&errors))?;
                if !common.quiet {
                    tell!(
                        out,
                        "{}",
                        changes::summary(&policies, &PolicyBook::builtin())
                    );
                }
            }
            Command::Diff { old, new, format } => {
                let (old, new) = (book(old)?, book(new)?);
                let told = match format {
                    Format::Text => changes::text(&old, &new),
                    Format::Json => pretty(&changes::json(&old, &new)),
                };
                tell!(out, "{told}");
            }
        }
        Ok(Status::Done)
    }
}

/// The built-in policies, with a folder's over them unless it is the word `builtin`.
fn book(folder: &std::path::Path) -> Result<PolicyBook, CliError> {
    let mut policies = PolicyBook::builtin();
    if folder != std::path::Path::new("builtin") {
        policies.overlay(folder).map_err(|errors| faults(&errors))?;
    }
    Ok(policies)
}

/// The policy a user means: by its key, its last part, or a payer id.
fn find<'a>(
    policies: &'a PolicyBook,
    written: &str,
) -> Result<&'a crate::policy::Policy, CliError> {
    let last = |key: &str| {
        let end = key.rsplit('/').next();
        key.eq_ignore_ascii_case(written)
            || end.is_some_and(|end| end.eq_ignore_ascii_case(written))
    };
    let key = policies.keys().find(|key| last(key));
    key.and_then(|key| policies.find(key))
        .or_else(|| policies.by_payer_id(written.as_bytes()))
        .map(|id| policies.get(id))
        .ok_or_else(|| {
            let near = nearest(written, policies.keys())
                .map(|near| format!("; did you mean {near}?"))
                .unwrap_or_default();
            CliError::Usage(format!(
                "there is no policy {written}{near}; `telescrub policy list` lists them"
            ))
        })
}

fn parse_code(text: &str) -> Result<Procedure, String> {
    Procedure::parse(text.to_ascii_uppercase().as_bytes())
        .ok_or_else(|| format!("`{text}` is not a procedure code of five characters"))
}
