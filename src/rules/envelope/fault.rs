//! A fault of an envelope in words, and the words all of them share.

use std::fmt::Display;

use crate::rules::{Acknowledgement, Rule};
use crate::value::Severity;
use crate::x12::survey::Scope;

/// A fault of an envelope, in words.
#[derive(Clone, Debug)]
pub struct EnvelopeFault {
    /// The rule it falls under.
    pub rule: &'static Rule,
    /// What it does, unless the configuration says otherwise.
    pub severity: Severity,
    /// What is wrong, as a sentence. Names control numbers and counts, never claims.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The help for someone reading the rejects file, which has valid envelopes and so lacks the
    /// fault. Empty if `help` fits there too.
    pub help_in_rejects: String,
    /// The element at fault of the segment at [`crate::x12::survey::Note::at`]; 0 for the whole segment.
    pub element: u8,
    /// The exact code of the acknowledgement.
    pub answer: Acknowledgement,
    /// Whether the configuration cannot soften it: what it is about is not whole enough
    /// to go to a clean file.
    pub binding: bool,
}

impl EnvelopeFault {
    pub(in crate::rules) fn new(
        rule: &'static Rule,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> EnvelopeFault {
        EnvelopeFault {
            rule,
            severity: rule.severity,
            message: message.into(),
            help: help.into(),
            help_in_rejects: String::new(),
            element: 0,
            answer: rule.answer,
            binding: false,
        }
    }

    /// Says what to do in the rejects file.
    pub(super) fn helped_in_rejects(self, help: impl Into<String>) -> EnvelopeFault {
        EnvelopeFault {
            help_in_rejects: help.into(),
            ..self
        }
    }

    /// Says what to look at, and that nothing is left to be written in the rejects file.
    pub(super) fn right_in_rejects(self, look: impl Display) -> EnvelopeFault {
        self.helped_in_rejects(format!(
            "{look}; in the rejects file this is right already: once all is whole, change ST02 and SE02 there, or run \
             `rerun --envelopes-checked`"
        ))
    }

    pub(super) fn at(self, element: u8) -> EnvelopeFault {
        EnvelopeFault { element, ..self }
    }

    pub(super) fn warn(self) -> EnvelopeFault {
        EnvelopeFault {
            severity: Severity::Warn,
            ..self
        }
    }

    /// The code for each scope, and a warning for all but the transaction set: a fault
    /// of a group or an interchange does not cost the sets in it.
    pub(super) fn by_scope(
        self,
        scope: Scope,
        (set, group, interchange): (&'static str, &'static str, &'static str),
    ) -> EnvelopeFault {
        match scope {
            Scope::Set => EnvelopeFault {
                answer: Acknowledgement::Set(set),
                ..self
            },
            Scope::Group => EnvelopeFault {
                answer: Acknowledgement::Group(group),
                ..self
            }
            .warn(),
            Scope::Interchange | Scope::Input => EnvelopeFault {
                answer: Acknowledgement::Ta1(interchange),
                ..self
            }
            .warn(),
        }
    }
}

/// Header segment, its control number, trailer segment of a scope.
pub(super) fn names(scope: Scope) -> (&'static str, &'static str, &'static str) {
    match scope {
        Scope::Input | Scope::Interchange => ("ISA", "ISA13", "IEA"),
        Scope::Group => ("GS", "GS06", "GE"),
        Scope::Set => ("ST", "ST02", "SE"),
    }
}

/// The first characters of a value from an envelope that may hold anything.
pub(super) fn clip(value: &str) -> String {
    const SHOWN_CHARS: usize = 40;
    if value.is_empty() {
        return "nothing".to_owned();
    }
    let shown = value.chars().take(SHOWN_CHARS);
    shown
        .map(|letter| {
            if letter.is_ascii_graphic() || letter == ' ' {
                letter
            } else {
                '?'
            }
        })
        .collect()
}
