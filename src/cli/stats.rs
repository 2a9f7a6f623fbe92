//! `telescrub stats`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{CliError, Status};
use crate::ledger::Ledger;
use crate::ledger::stats::{By, ClaimRow, RuleRow, Span};
use crate::value::Date;

/// Say from the ledger what was accepted, which dollars are held, and by which rules
///
/// Columns about claims: key (payer, provider or week), claims (each time one was judged),
/// accepted (of them, those that went to the clean file), `acceptance_rate` (in percent),
/// `accepted_dollars`, open (claims rejected, or held for an unknown policy, and not accepted
/// since, known again by CLM01 and provider), `held_dollars` (what these charge). About rules:
/// rule, name, rejected and warned (claims), `rejected_dollars`, `held_dollars`. A rule that
/// rejects a whole transaction set counts for each of its claims; claims of a set that cannot be
/// judged at all are not in the ledger.
#[derive(Debug, Args)]
pub(super) struct Stats {
    /// The ledger
    #[arg(long, value_name = "FILE")]
    ledger: PathBuf,
    /// What each row is about; totals and the top rules if left out
    #[arg(long, value_enum, value_name = "WHAT")]
    by: Option<What>,
    /// How the answer looks
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Only runs from this day on (YYYY-MM-DD)
    #[arg(long, value_name = "DATE", value_parser = super::parse_date)]
    from: Option<Date>,
    /// Only runs to this day (YYYY-MM-DD)
    #[arg(long, value_name = "DATE", value_parser = super::parse_date)]
    through: Option<Date>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// 2010BB NM109.
    Payer,
    /// The billing provider's NPI.
    Provider,
    /// The calendar week of the run.
    Week,
    /// The rule.
    Rule,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Columns for a terminal.
    Table,
    /// Comma-separated values with a header; with --by.
    Csv,
    /// A JSON array of objects; an object with both lists when no --by is given.
    Json,
}

/// Rules shown below the totals.
const TOP_RULES: usize = 10;

impl Stats {
    pub(super) fn run(&self) -> Result<Status, CliError> {
        if let (Some(from), Some(through)) = (self.from, self.through)
            && from > through
        {
            return Err(CliError::Usage(format!(
                "--from {from} lies after --through {through}"
            )));
        }
        if self.format == Format::Csv && self.by.is_none() {
            return Err(CliError::Usage(
                "--format csv holds one table: name it by --by payer, provider, week or rule"
                    .to_owned(),
            ));
        }
        let ledger = Ledger::read(&self.ledger)?;
        let span = Span {
            from: self.from,
            through: self.through,
        };
        let by = match self.by {
            None => By::All,
            Some(What::Payer) => By::Payer,
            Some(What::Provider) => By::Provider,
            Some(What::Week) => By::Week,
            Some(What::Rule) => {
                tell!(out, "{}", self.rules(&ledger.rules(span)?));
                return Ok(Status::Done);
            }
        };
        let claims = ledger.claims(by, span)?;
        if self.by.is_some() {
            tell!(out, "{}", self.claims(&claims));
            return Ok(Status::Done);
        }
        let mut rules = ledger.rules(span)?;
        rules.truncate(TOP_RULES);
        match self.format {
            Format::Json => tellln!(out, "{:#}", json!({"claims": claims, "rules": rules})),
            _ => tell!(out, "{}\n{}", self.claims(&claims), self.rules(&rules)),
        }
        Ok(Status::Done)
    }

    fn claims(&self, rows: &[ClaimRow]) -> String {
        let header = [
            "key",
            "claims",
            "accepted",
            "acceptance_rate",
            "accepted_dollars",
            "open",
            "held_dollars",
        ];
        let cells = |row: &ClaimRow| {
            vec![
                row.key.clone(),
                row.claims.to_string(),
                row.accepted.to_string(),
                row.acceptance_rate.clone(),
                row.accepted_dollars.to_string(),
                row.open.to_string(),
                row.held_dollars.to_string(),
            ]
        };
        self.page(&header, rows.iter().map(cells).collect(), &json!(rows))
    }

    fn rules(&self, rows: &[RuleRow]) -> String {
        let header = [
            "rule",
            "name",
            "rejected",
            "warned",
            "rejected_dollars",
            "held_dollars",
        ];
        let cells = |row: &RuleRow| {
            vec![
                row.rule.clone(),
                row.name.clone(),
                row.rejected.to_string(),
                row.warned.to_string(),
                row.rejected_dollars.to_string(),
                row.held_dollars.to_string(),
            ]
        };
        self.page(&header, rows.iter().map(cells).collect(), &json!(rows))
    }

    fn page(&self, header: &[&str], mut rows: Vec<Vec<String>>, json: &Value) -> String {
        rows.insert(0, header.iter().map(|&name| name.to_owned()).collect());
        match self.format {
            Format::Json => format!("{json:#}\n"),
            Format::Csv => rows.iter().fold(String::new(), |mut text, row| {
                let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
                text.push_str(&cells.join(","));
                text.push('\n');
                text
            }),
            Format::Table => super::screen::table(&rows),
        }
    }
}

/// A cell of comma-separated values. A payer identifier may hold anything, also what a
/// spreadsheet would take for a formula.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@']) && cell.parse::<f64>().is_err();
    let cell = if formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}
