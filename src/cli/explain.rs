//! `telescrub explain`.

use clap::Args;

use super::{CliError, Status};
use crate::rules::telehealth::leaves_unchecked;
use crate::rules::{Example, Rule, registry};

/// Explain a rule: what it checks, why, an example before and after, the source
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The rule's code or name, such as TEL104
    #[arg(value_name = "RULE")]
    rule: String,
}

impl Explain {
    pub(super) fn run(&self) -> Result<Status, CliError> {
        let rule = registry::find(&self.rule).ok_or_else(|| {
            CliError::Usage(format!(
                "there is no rule {}; `telescrub rules` lists them",
                self.rule
            ))
        })?;
        tell!(out, "{}", text(rule));
        Ok(Status::Done)
    }
}

/// The manual page of a rule.
#[must_use]
pub(super) fn text(rule: &Rule) -> String {
    let example = |example: &Example| {
        let lines: Vec<String> = example
            .text
            .lines()
            .map(|line| format!("    {line}"))
            .collect();
        format!("{}\n  {}\n", lines.join("\n"), example.note)
    };
    // What a 277CA says where the run was told to reject what it cannot check.
    let unchecked = if leaves_unchecked(rule.code) {
        "; with --unchecked reject 277CA, A3:732, of a service line behind A3:247 for its claim"
    } else {
        ""
    };
    let softened = if rule.asks_policy {
        " at most; a policy row may soften it"
    } else {
        ""
    };
    let mut page = format!(
        "{} {}\n  SNIP {}, looks at: {}, severity: {}{softened}\n  acknowledgement: {}{unchecked}\n\n{}\n\nWhy\n  {}\n\nWhat to do\n  {}\n\nFails\n{}\nPasses\n{}",
        rule.code,
        rule.name,
        rule.snip,
        rule.scope.as_str(),
        rule.severity.as_str(),
        rule.answer,
        rule.what,
        rule.why,
        rule.remedy,
        example(&rule.fails),
        example(&rule.passes),
    );
    page.push_str("\nSources\n");
    for source in rule.sources {
        page.push_str("  ");
        page.push_str(source);
        page.push('\n');
    }
    if rule.asks_policy {
        page.push_str("  and the policy row each finding cites\n");
    }
    page
}
