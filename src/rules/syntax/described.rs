//! A fault of syntax, in words.

use crate::claim::validate::At;
use crate::rules::finding::{Finding, Fix, Spot, SyntaxNote};
use crate::rules::rule::{Acknowledgement, Rule};
use crate::value::Severity;

/// A fault of syntax, in words.
#[derive(Clone, Debug)]
pub struct Described {
    /// The rule it falls under.
    pub rule: &'static Rule,
    /// What it does, unless the configuration says otherwise.
    pub severity: Severity,
    /// Where in the segment.
    pub at: At,
    /// What is wrong, as a sentence. Quotes codes, never people.
    pub message: String,
    /// What to do.
    pub help: String,
    /// A change that would mend it. An empty replacement under SYN014 means: drop the
    /// empty elements from here to the end of the segment, or the empty components from here to
    /// the end of the element, their separators included.
    pub fix: Option<Fix>,
    /// What the 999 says.
    pub note: SyntaxNote,
}

impl Described {
    pub(super) fn new(
        rule: &'static Rule,
        answer: Acknowledgement,
        at: At,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Described {
        Described {
            rule,
            severity: rule.severity,
            at,
            message: message.into(),
            help: help.into(),
            fix: None,
            note: SyntaxNote {
                answer,
                missing: None,
                missing_from: "",
                data_element: 0,
                unread: false,
            },
        }
    }

    /// The finding of it that stands here.
    #[must_use]
    pub fn finding(self, loop_id: &'static str, spot: Spot) -> Finding {
        Finding {
            help: self.help,
            fix: self.fix,
            syntax: Some(self.note),
            ..Finding::new(self.rule, self.severity, loop_id, spot, self.message)
        }
    }

    /// Names the segment that is not there.
    pub(super) fn missing(mut self, segment: Option<&'static str>) -> Described {
        self.note.missing = segment;
        self
    }

    /// Names the loop that the missing segment belongs to.
    pub(super) fn missing_from(mut self, loop_id: &'static str) -> Described {
        self.note.missing_from = loop_id;
        self
    }

    /// Says that something could not be read.
    pub(super) fn unread(mut self) -> Described {
        self.note.unread = true;
        self
    }

    /// Names the data element.
    pub(super) fn data_element(mut self, number: u16) -> Described {
        self.note.data_element = number;
        self
    }
}
