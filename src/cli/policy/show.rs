//! One policy on one date, in one screen.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::words;
use crate::policy::{Answer, CodeLife, MuePer, Policy, Source, TherapyClass};
use crate::value::{Date, Modifier, Procedure};

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
    page.telehealth(date);
    if let Some(code) = code {
        let _ = writeln!(page.text, "\nCode {code}");
        page.code(code, date);
    }
    let missing: Vec<_> = policy.knowledge(date).missing().collect();
    if !missing.is_empty() {
        page.text.push('\n');
        page.line("Unknown", &missing.join("; "));
        page.line("", &format!("ask {}", policy.publisher()));
    }
    page.text.push('\n');
    page.line("Summary", policy.summary());
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

    /// A fact with the standing of its row, or that it is not known.
    fn fact<T>(&mut self, label: &str, answer: Option<Answer<T>>, say: impl Fn(T) -> String) {
        let Some(answer) = answer else {
            return self.line(label, words::NOT_KNOWN);
        };
        let days = self.policy.cite(answer.row).days().map(words::days);
        let cap = answer.cap.map(|cap| format!(", {} at most", cap.as_str()));
        let standing = format!(
            "[{}{}; {}]",
            answer.confidence.as_str(),
            cap.unwrap_or_default(),
            days.unwrap_or_default()
        );
        self.line(label, &format!("{}  {standing}", say(answer.value)));
    }

    fn telehealth(&mut self, date: Date) {
        let policy = self.policy;
        let text = |word: &str| word.to_owned();
        self.fact("Paid by telehealth", policy.coverage(date), |coverage| {
            text(words::coverage(coverage))
        });
        self.codes(date);
        self.fact("Place of service", policy.place(date), words::place);
        let video = policy.modifiers_any_of(date, false);
        self.fact("Modifier, video", video, words::modifiers);
        if let Some(all_of) = policy.modifiers_all_of(date) {
            self.fact("  and every one of", Some(all_of), |all| {
                words::joined(all, ", ")
            });
        }
        let phone = policy.modifiers_any_of(date, true);
        self.fact("Modifier, audio", phone, words::modifiers);
        let refused: Vec<&str> = ["95", "GT", "GQ", "93", "FQ", "G0"]
            .into_iter()
            .filter(|code| {
                Modifier::parse(code.as_bytes())
                    .is_some_and(|modifier| policy.modifier_refused(modifier, date).is_some())
            })
            .collect();
        if !refused.is_empty() {
            self.line("Modifiers refused", &refused.join(", "));
        }
        self.audio_only(date);
        for (label, answer) in [
            ("Store and forward", policy.store_and_forward(date)),
            ("Assistants", policy.assistant_by_telehealth(date)),
            ("Patient at home", policy.home(date)),
        ] {
            self.fact(label, answer, |permission| {
                text(words::permission(permission))
            });
        }
        for (label, answer, yes, no) in [
            (
                "Consent",
                policy.consent_documented(date),
                "must be in the record",
                "need not be in the record",
            ),
            (
                "New patients",
                policy.established_patient_only(date),
                "not by telehealth",
                "may be seen by telehealth",
            ),
        ] {
            if answer.is_some() {
                self.fact(label, answer, |known| text(if known { yes } else { no }));
            }
        }
    }

    fn codes(&mut self, date: Date) {
        let named = self.policy.named_codes(date);
        let others = match named.others.map(words::standing) {
            None if named.listed.is_empty() && named.not_listed.is_empty() => words::NOT_KNOWN,
            None => "(any other code: not known)",
            Some("payable") => "(every code paid in person)",
            Some(_) => "(no other code)",
        };
        let listed = words::joined(&named.listed, " ");
        self.line("Codes paid", &format!("{listed} {others}"));
        for (label, codes) in [
            ("  not on the list", &named.not_listed),
            ("  never", &named.excluded),
        ] {
            if !codes.is_empty() {
                self.line(label, &words::joined(codes, " "));
            }
        }
    }

    /// Audio-only can differ by code.
    fn audio_only(&mut self, date: Date) {
        let policy = self.policy;
        let listed = policy.named_codes(date).listed;
        let mut by_word: BTreeMap<&str, Vec<Procedure>> = BTreeMap::new();
        for code in listed {
            let word = policy
                .audio_only(code, date)
                .map_or(words::NOT_KNOWN, |answer| words::permission(answer.value));
            by_word.entry(word).or_default().push(code);
        }
        if by_word.len() < 2 {
            let of_period =
                Procedure::parse(b"97110").and_then(|code| policy.audio_only(code, date));
            return self.fact("Audio-only", of_period, |permission| {
                words::permission(permission).to_owned()
            });
        }
        for (index, (word, codes)) in by_word.iter().enumerate() {
            let label = if index == 0 { "Audio-only" } else { "" };
            self.line(label, &format!("{word}: {}", words::joined(codes, " ")));
        }
    }

    fn code(&mut self, code: Procedure, date: Date) {
        let policy = self.policy;
        if let Some(life) = policy.code_life(code, date) {
            self.fact("  exists", Some(life), |life| match life {
                CodeLife::NotYet { from } => format!("not before {from}"),
                CodeLife::Deleted { on, use_instead } => {
                    format!("gone since {on}, now {}", words::joined(use_instead, ", "))
                }
            });
        }
        self.fact("  by telehealth", policy.code(code, date), |standing| {
            words::standing(standing).to_owned()
        });
        self.fact(
            "  audio-only",
            policy.audio_only(code, date),
            |permission| words::permission(permission).to_owned(),
        );
        if policy.hands_on(code, date).is_some() {
            self.fact("  hands-on", policy.hands_on(code, date), |()| {
                "cannot be delivered from afar".to_owned()
            });
        }
        if let Some(service) = policy.communication(code, date) {
            self.fact("  kind of service", Some(service), |service| {
                let not = if service.telehealth == Some(false) {
                    ", not telehealth"
                } else {
                    ""
                };
                format!("{}{not}", service.kind.as_str())
            });
        }
        if let Some(therapy) = policy.therapy(code, date) {
            self.fact("  therapy", Some(therapy), |therapy| {
                let class = match therapy.class {
                    TherapyClass::Always => "always",
                    TherapyClass::Sometimes => "sometimes",
                };
                format!("{class}, with {}", words::modifiers(therapy.any_of))
            });
        }
        if let Some(mue) = policy.mue(code, date) {
            self.fact("  units", Some(mue), |mue| {
                let per = if mue.per == MuePer::Line {
                    "line"
                } else {
                    "day"
                };
                format!("{} a {per} at most", mue.units)
            });
        }
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
