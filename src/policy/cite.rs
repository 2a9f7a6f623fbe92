//! Citations: a row as a label and its sources.

use std::fmt;
use std::sync::Arc;

use toml::{Table, Value};

use crate::value::{Confidence, Date, DateRange, Severity};

use super::answer::RowRef;
use super::schema::Kind;
use super::tables::{Cited, Policy, RowMeta, Source};

/// Keys that every row has; the rest are its facts.
const COMMON_KEYS: [&str; 7] = [
    "from",
    "through",
    "source",
    "confidence",
    "severity",
    "note",
    "gap_before",
];

/// One row of a policy, to be shown or cited.
#[derive(Clone, Copy, Debug)]
pub struct Citation<'a> {
    policy: &'a Policy,
    row: Option<&'a RowMeta>,
    reference: RowRef,
}

impl<'a> Citation<'a> {
    /// `medicaid/TX 2023-09-01..`: the policy and the days the row holds.
    #[must_use]
    pub fn label(&self) -> String {
        self.to_string()
    }

    /// The row as findings cite it, put in words but once: many findings cite one row.
    #[must_use]
    pub fn cited(&self) -> Arc<Cited> {
        let words = || {
            Arc::new(Cited {
                label: self.label(),
                sources: self.sources().map(|source| source.url.clone()).collect(),
            })
        };
        self.row
            .map_or_else(words, |row| row.cited.get_or_init(words).clone())
    }

    /// The reference this citation was made from.
    #[must_use]
    pub fn row(&self) -> RowRef {
        self.reference
    }

    /// The table the row stands in; `None` for a row of another policy.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        self.row.map(|row| row.kind)
    }

    /// The file and line the row stands at.
    #[must_use]
    pub fn place(&self) -> (&'a str, u32) {
        let text = |row: &RowMeta| self.policy.texts.get(row.text);
        self.row.map_or(("", 0), |row| {
            (text(row).map_or("", |text| text.file.as_str()), row.line)
        })
    }

    /// The days the row holds.
    #[must_use]
    pub fn days(&self) -> Option<DateRange> {
        self.row.map(|row| row.days)
    }

    /// How sure the row is.
    #[must_use]
    pub fn confidence(&self) -> Option<Confidence> {
        self.row.map(|row| row.confidence)
    }

    /// The row's bound on findings, when it sets one.
    #[must_use]
    pub fn cap(&self) -> Option<Severity> {
        self.row.and_then(|row| row.cap)
    }

    /// The row's note: limits that a claim does not show, or what the sources dispute.
    #[must_use]
    pub fn note(&self) -> Option<&'a str> {
        self.row.and_then(|row| row.note.as_deref())
    }

    /// Why the days before the row are left out, when they are.
    #[must_use]
    pub fn gap_before(&self) -> Option<&'a str> {
        self.row.and_then(|row| row.gap_before.as_deref())
    }

    /// What the row rests on, in the file's order.
    pub fn sources(&self) -> impl Iterator<Item = &'a Source> + use<'a> {
        let policy = self.policy;
        let indices: &'a [usize] = self.row.map_or(&[], |row| &row.sources);
        indices
            .iter()
            .filter_map(move |&index| policy.sources.get(index))
    }

    /// The words that the row has under a key: the strings of a list, or one string.
    #[must_use]
    pub fn words_of(&self, key: &str) -> Vec<String> {
        let mut values = self.values();
        let value = values.find(|(name, _)| *name == key);
        value.map(|(_, value)| words(&value)).unwrap_or_default()
    }

    /// The row's own keys and values, read.
    pub(super) fn values(&self) -> impl Iterator<Item = (&'a str, Value)> + use<'a> {
        self.facts()
            .filter_map(|(key, text)| Some((key, read(text)?)))
    }

    /// The row's own keys and values as the file writes them, without dates,
    /// sources, confidence, severity and note.
    pub fn facts(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let policy = self.policy;
        self.row.into_iter().flat_map(move |row| {
            let text = policy.texts.get(row.text);
            row.keys.iter().filter_map(move |(key, value)| {
                let text = text?;
                let key = text.slice(key);
                (!COMMON_KEYS.contains(&key)).then(|| (key, text.slice(value)))
            })
        })
    }
}

/// A value as it is written, read.
fn read(value: &str) -> Option<Value> {
    let mut table: Table = toml::from_str(&format!("value = {value}")).ok()?;
    table.remove("value")
}

/// The strings of a value: of a list each, of a string itself.
pub(super) fn words(value: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().map(str::to_owned);
    match value {
        Value::Array(list) => list.iter().filter_map(word).collect(),
        other => word(other).into_iter().collect(),
    }
}

impl fmt::Display for Citation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.policy.key())?;
        match self.days() {
            None => Ok(()),
            Some(days) if days.through == Date::MAX => write!(f, " {}..", days.from),
            Some(days) => write!(f, " {}..{}", days.from, days.through),
        }
    }
}

impl Policy {
    /// A row as something to show: its label and its sources.
    #[must_use]
    pub fn cite(&self, row: RowRef) -> Citation<'_> {
        let index = usize::try_from(row.0).unwrap_or(usize::MAX);
        Citation {
            policy: self,
            row: self.rows.get(index),
            reference: row,
        }
    }

    /// Every row of the policy, in the order of its files.
    pub fn rows(&self) -> impl Iterator<Item = Citation<'_>> {
        (0_u32..).zip(&self.rows).map(|(index, row)| Citation {
            policy: self,
            row: Some(row),
            reference: RowRef(index),
        })
    }

    /// Every document the policy rests on.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter()
    }
}
