//! Every policy and how much it knows on a date.

use std::fmt::Write as _;

use clap::ValueEnum;
use serde::Serialize;

use super::words;
use crate::policy::{CodeStanding, Policy, PolicyBook};
use crate::value::{Date, Procedure};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Columns for a terminal.
    Table,
    /// A JSON array.
    Json,
    /// A Markdown table: the coverage page of the policy data is made by it.
    Markdown,
}

/// What a policy says on a date, in a few words a fact.
#[derive(Serialize)]
struct Row {
    key: String,
    name: String,
    paid: &'static str,
    confidence: &'static str,
    codes: String,
    place: String,
    modifiers: String,
    audio_only: &'static str,
    /// The days for which it is known whether telehealth is paid.
    known: String,
    sources: usize,
}

impl Row {
    fn of(policy: &Policy, date: Date) -> Row {
        let coverage = policy.coverage(date);
        let named = policy.named_codes(date);
        let codes = match (named.others.map(|answer| answer.value), named.listed.len()) {
            (Some(CodeStanding::Listed), _) => "as in person".to_owned(),
            (_, 0) => words::NOT_KNOWN.to_owned(),
            (_, count) => format!("{count} listed"),
        };
        // The commonest code stands for all; `policy show` tells them apart.
        let audio_only = Procedure::parse(b"97110").and_then(|code| policy.audio_only(code, date));
        let place = policy.place(date).map(|answer| words::place(answer.value));
        let modifiers = policy.modifiers_any_of(date, false);
        let modifiers = modifiers.map(|answer| words::modifiers(answer.value));
        let not_known = || words::NOT_KNOWN.to_owned();
        Row {
            key: policy.key().to_owned(),
            name: policy.name().to_owned(),
            paid: coverage.map_or(words::NOT_KNOWN, |answer| words::coverage(answer.value)),
            confidence: coverage.map_or("", |answer| answer.confidence.as_str()),
            codes,
            place: place.unwrap_or_else(not_known),
            modifiers: modifiers.unwrap_or_else(not_known),
            audio_only: audio_only
                .map_or(words::NOT_KNOWN, |answer| words::permission(answer.value)),
            known: policy.known_days().map_or_else(not_known, words::days),
            sources: policy.sources().count(),
        }
    }
}

/// The list, in order of the keys.
#[must_use]
pub(super) fn text(policies: &PolicyBook, date: Date, format: Format) -> String {
    let rows: Vec<Row> = policies
        .iter()
        .map(|(_, policy)| Row::of(policy, date))
        .collect();
    let mut text = String::new();
    match format {
        Format::Json => {
            text = serde_json::to_string_pretty(&rows).unwrap_or_default();
            text.push('\n');
        }
        Format::Table => {
            let _ = writeln!(text, "physical therapy by telehealth on {date}\n");
            let _ = writeln!(
                text,
                "{:<16}{:<11}{:<12}{:<14}{:<30}{:<13}{:<13}known",
                "POLICY", "PAID", "CONFIDENCE", "CODES", "PLACE", "MODIFIER", "AUDIO-ONLY"
            );
            for row in &rows {
                let _ = writeln!(
                    text,
                    "{:<16}{:<11}{:<12}{:<14}{:<30}{:<13}{:<13}{}",
                    row.key,
                    row.paid,
                    row.confidence,
                    row.codes,
                    row.place,
                    row.modifiers,
                    row.audio_only,
                    row.known
                );
            }
        }
        Format::Markdown => {
            let _ = writeln!(
                text,
                "# Coverage by jurisdiction\n\nWhat the built-in policies know of physical therapy by \
                 telehealth on {date}. Made by\n`telescrub policy list --on {date} --format markdown`; a test \
                 fails when it is stale.\n"
            );
            text.push_str(
                "| policy | program | paid | confidence | codes | place of service | modifier | audio-only | known for | sources |\n\
                 | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
            );
            for row in &rows {
                let _ = writeln!(
                    text,
                    "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
                    row.key,
                    row.name,
                    row.paid,
                    row.confidence,
                    row.codes,
                    row.place,
                    row.modifiers,
                    row.audio_only,
                    row.known,
                    row.sources
                );
            }
        }
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test that stops there has failed
mod tests {
    use super::*;

    #[test]
    fn the_coverage_page_is_the_one_of_the_data() {
        let policies = PolicyBook::builtin();
        let gathered = policies
            .iter()
            .filter_map(|(_, policy)| policy.as_of())
            .max();
        let page = text(&policies, gathered.unwrap(), Format::Markdown);
        assert!(
            page == include_str!("../../policy/COVERAGE.md"),
            "src/policy/COVERAGE.md is stale; its second paragraph says how to make it"
        );
    }
}
