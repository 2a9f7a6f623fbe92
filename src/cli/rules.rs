//! `telescrub rules`.

use clap::{Args, ValueEnum};

use super::Status;
use crate::rules::registry::RULES;

/// List every rule: code, name, SNIP level, what it looks at, default severity
#[derive(Debug, Args)]
pub(super) struct Rules {
    /// How the list looks
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Columns for a terminal.
    Table,
    /// A JSON array.
    Json,
    /// A Markdown table.
    Markdown,
}

impl Rules {
    pub(super) fn run(&self) -> Status {
        match self.format {
            Format::Table => {
                for rule in RULES {
                    tellln!(
                        out,
                        "{:<8}{:<46}SNIP {}  {:<12}{}",
                        rule.code,
                        rule.name,
                        rule.snip,
                        rule.scope.as_str(),
                        rule.severity.as_str()
                    );
                }
            }
            Format::Markdown => {
                tellln!(
                    out,
                    "| code | name | SNIP | looks at | severity | acknowledgement | checks |\n| --- | --- | --- | --- | --- | --- | --- |"
                );
                for rule in RULES {
                    tellln!(
                        out,
                        "| {} | {} | {} | {} | {} | {} | {} |",
                        rule.code,
                        rule.name,
                        rule.snip,
                        rule.scope.as_str(),
                        rule.severity.as_str(),
                        rule.answer,
                        rule.what
                    );
                }
            }
            Format::Json => {
                let rules: Vec<_> = RULES
                    .iter()
                    .map(|rule| {
                        serde_json::json!({
                            "code": rule.code, "name": rule.name, "snip": rule.snip,
                            "scope": rule.scope.as_str(), "severity": rule.severity,
                            "acknowledgement": rule.answer.to_string(),
                            "what": rule.what, "why": rule.why, "remedy": rule.remedy,
                            "sources": rule.sources,
                        })
                    })
                    .collect();
                tellln!(out, "{:#}", serde_json::Value::Array(rules));
            }
        }
        Status::Done
    }
}
