//! One policy on one date, in one screen.

use std::fmt::Write as _;

use super::told::{self, Fact};
use super::{told_of_code, words};
use crate::policy::{Answer, Policy, Source};
use crate::value::{Date, Procedure};

/// Columns a page takes.
const WIDTH: usize = 96;
/// Column where answers start.
const INDENT: usize = 20;
/// Sources shown unless all are asked for.
const SOURCES: usize = 6;
/// Characters of a note shown unless all are asked for.
const NOTE_CHARS: usize = 360;

/// The page of a policy on a date, and of one code in it.
#[must_use]
pub(super) fn page(policy: &Policy, date: Date, code: Option<Procedure>, all: bool) -> String {
    let mut page = Page {
        policy,
        text: String::new(),
    };
    let _ = writeln!(
        page.text,
        "{}: {}, published by {}\ndate of service {date}{}\n",
        policy.key(),
        policy.name(),
        policy.publisher(),
        policy
            .as_of()
            .map(|day| format!(", facts gathered up to {day}"))
            .unwrap_or_default()
    );
    page.facts(&told::telehealth(policy, date));
    if let Some(code) = code {
        let _ = writeln!(page.text, "\nCode {code}");
        page.facts(&told_of_code::facts(policy, date, code));
    }
    let missing: Vec<_> = policy.knowledge(date).missing().collect();
    if !missing.is_empty() {
        page.text.push('\n');
        page.line("Unknown", &missing.join("; "));
        page.line("", &format!("ask {}", policy.publisher()));
    }
    page.text.push('\n');
    if !policy.summary().is_empty() {
        page.line("Summary", policy.summary());
    }
    page.notes(date, all);
    page.sources(date, all);
    page.text
}

struct Page<'a> {
    policy: &'a Policy,
    text: String,
}

impl Page<'_> {
    /// A label and what belongs to it, wrapped.
    fn line(&mut self, label: &str, answer: &str) {
        let mut column = INDENT;
        let _ = write!(self.text, "{label:<INDENT$}");
        for word in answer.split_whitespace() {
            let length = word.chars().count() + 1;
            if column + length > WIDTH && column > INDENT {
                self.text.truncate(self.text.trim_end().len());
                let _ = write!(self.text, "\n{:INDENT$}", "");
                column = INDENT;
            }
            self.text.push_str(word);
            self.text.push(' ');
            column += length;
        }
        self.text.truncate(self.text.trim_end().len());
        self.text.push('\n');
    }

    /// Facts, each with the standing of its row, or that it is not known.
    fn facts(&mut self, facts: &[Fact]) {
        for fact in facts {
            if fact.said.is_empty() && !fact.optional {
                self.line(fact.label, words::NOT_KNOWN);
            }
            // Rows that say the same and are as sure make one line.
            let mut lines: Vec<(&str, String, Vec<&str>)> = Vec::new();
            for said in &fact.said {
                let standing = said.standing.map(|row| self.standing(row));
                let standing = standing.unwrap_or_default();
                let of = said.of.iter().map(String::as_str);
                let same = |line: &&mut (&str, String, Vec<&str>)| {
                    (line.0, &line.1) == (said.words.as_str(), &standing)
                };
                match lines.iter_mut().find(same) {
                    Some((_, _, all)) => all.extend(of),
                    None => lines.push((&said.words, standing, of.collect())),
                }
            }
            for (index, (words, standing, of)) in lines.iter().enumerate() {
                let label = if index == 0 { fact.label } else { "" };
                let is_code = |item: &&str| item.len() == 5;
                let of = of.join(if of.iter().all(is_code) { " " } else { ", " });
                let colon = if words.is_empty() || of.is_empty() {
                    ""
                } else {
                    ":"
                };
                self.line(label, &format!("{words}{colon} {of} {standing}"));
            }
        }
    }

    /// How sure a row is, what it may do at most, and its days.
    fn standing(&self, row: Answer<()>) -> String {
        let days = self.policy.cite(row.row).days().map(words::days);
        let cap = row.cap.map(|cap| format!(", {} at most", cap.as_str()));
        format!(
            "[{}{}; {}]",
            row.confidence.as_str(),
            cap.unwrap_or_default(),
            days.unwrap_or_default()
        )
    }

    fn notes(&mut self, date: Date, all: bool) {
        let policy = self.policy;
        let governing = policy.governing_row(date);
        for row in policy.telehealth_rows(date) {
            let shown = all || Some(row.row()) == governing;
            let (true, Some(note), Some(days)) = (shown, row.note(), row.days()) else {
                continue;
            };
            let mut text: String = note.to_owned();
            if !all && note.chars().count() > NOTE_CHARS {
                text = note.chars().take(NOTE_CHARS).collect();
                text.push_str(" ... (--all shows the rest)");
            }
            self.line("Note", &format!("[{}] {text}", words::days(days)));
        }
    }

    fn sources(&mut self, date: Date, all: bool) {
        let mut sources: Vec<&Source> = Vec::new();
        for source in self
            .policy
            .telehealth_rows(date)
            .flat_map(|row| row.sources())
        {
            if !sources.iter().any(|known| known.id == source.id) {
                sources.push(source);
            }
        }
        let shown = if all { sources.len() } else { SOURCES };
        for (index, source) in sources.iter().take(shown).enumerate() {
            let label = if index == 0 { "Sources" } else { "" };
            let title = source.title.as_ref().map(|title| format!("{title}, "));
            let dated = source.dated.as_ref().map(|dated| format!(" ({dated})"));
            let _ = writeln!(
                self.text,
                "{label:<INDENT$}{}{}{}\n{:INDENT$}{}",
                title.filter(|_| all).unwrap_or_default(),
                source.publisher,
                dated.unwrap_or_default(),
                "",
                source.url
            );
        }
        if sources.len() > shown {
            let more = sources.len() - shown;
            let _ = writeln!(self.text, "{:INDENT$}and {more} more (--all)", "");
        }
    }
}
