//! What can be wrong with a policy file, and what to do about it.

use std::fmt;
use std::path::Path;

use super::suggest::nearest;

/// A fault in a policy file or in telescrub.toml: where, what, and the remedy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PolicyError {
    /// The file, as it was named to the loader.
    pub file: String,
    /// Line, from 1; 0 when the fault is about the file as a whole.
    pub line: u32,
    /// What is wrong.
    pub problem: Problem,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for PolicyError {}

/// The text of a policy file or of telescrub.toml, which messages call by this name.
pub(crate) fn read_text(path: &Path, name: &str) -> Result<String, PolicyError> {
    let fault = |line, problem| PolicyError {
        file: name.to_owned(),
        line,
        problem,
    };
    let bytes =
        std::fs::read(path).map_err(|error| fault(0, Problem::Unreadable(error.to_string())))?;
    String::from_utf8(bytes).map_err(|error| {
        let sound = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..sound).unwrap_or_default();
        let ends = memchr::memchr_iter(b'\n', before).count();
        fault(
            u32::try_from(ends + 1).unwrap_or(u32::MAX),
            Problem::NotUtf8,
        )
    })
}

impl PolicyError {
    /// What to do about it, in a sentence.
    #[must_use]
    pub fn remedy(&self) -> String {
        self.problem.remedy()
    }
}

/// The kinds of fault.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Problem {
    /// The file or folder cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The file holds other bytes than those of a text in UTF-8.
    #[error("a character that is not UTF-8")]
    NotUtf8,
    /// The text is not TOML.
    #[error("not valid TOML: {0}")]
    Syntax(String),
    /// A key or table that the format does not have.
    #[error("unknown key `{key}`")]
    UnknownKey {
        /// The key as written.
        key: String,
        /// The keys that could stand there.
        known: Vec<String>,
    },
    /// A word that is not one of those a key takes.
    #[error("unknown value `{value}`")]
    UnknownValue {
        /// The value as written.
        value: String,
        /// The values that could stand there.
        known: Vec<String>,
    },
    /// A key that every such table needs.
    #[error("`{0}` is missing")]
    Missing(String),
    /// A value of the wrong type or form.
    #[error("{0}")]
    Value(String),
    /// A code of the right form that no code list has.
    #[error("no code list has `{0}`")]
    UnknownCode(String),
    /// A row names a source that `[sources]` does not have.
    #[error("source `{id}` is not in [sources]")]
    UnknownSource {
        /// The id as written.
        id: String,
        /// The ids there are.
        known: Vec<String>,
    },
    /// A row rests on no source.
    #[error("the row names no source")]
    NoSource,
    /// `through` lies before `from`.
    #[error("`through` {through} lies before `from` {from}")]
    DateOrder {
        /// First day as written.
        from: String,
        /// Last day as written.
        through: String,
    },
    /// Two rows of a kind say something of the same thing on the same day.
    #[error("[[{kind}]] overlaps the row of line {other_line} ({other_days})")]
    Overlap {
        /// The kind of row.
        kind: &'static str,
        /// Where the other row stands.
        other_line: u32,
        /// The days of the other row.
        other_days: String,
    },
    /// Days between two rows of a kind are left out without a word.
    #[error("[[{kind}]] leaves a gap after the row of line {other_line} ({other_days})")]
    Gap {
        /// The kind of row.
        kind: &'static str,
        /// Where the earlier row stands.
        other_line: u32,
        /// The days of the earlier row.
        other_days: String,
    },
    /// Keys of a row that contradict or need each other.
    #[error("{0}")]
    Contradiction(String),
    /// Two files have the same key, or two policies the same payer id.
    #[error("`{what}` is already taken by {holder}")]
    Taken {
        /// The key or payer id.
        what: String,
        /// Who has it.
        holder: String,
    },
    /// A key that names no policy.
    #[error("there is no policy `{key}`")]
    NoSuchPolicy {
        /// The key as written.
        key: String,
        /// The keys there are.
        known: Vec<String>,
    },
}

impl Problem {
    fn remedy(&self) -> String {
        match self {
            Problem::Unreadable(_) => "check that the path exists and may be read".to_owned(),
            Problem::NotUtf8 => "save it as UTF-8".to_owned(),
            Problem::Syntax(_) => "correct the line; strings stand in double quotes, dates do not, rows start with [[kind]]".to_owned(),
            Problem::UnknownKey { key, known } => choice(key, known, "remove it"),
            Problem::UnknownValue { value, known } => choice(value, known, "leave the key out if it is not known"),
            Problem::Missing(key) => match key.as_str() {
                "source" => "add source = [\"id\"] naming entries of [sources]".to_owned(),
                "from" => "add from = YYYY-MM-DD, the first date of service the row governs".to_owned(),
                "confidence" => "add confidence = \"high\", \"medium\" or \"low\"".to_owned(),
                "key" => "start the file with key = \"commercial/name\", \"medicaid/XX\" or \"medicare\"".to_owned(),
                other => format!("add {other} = ..."),
            },
            Problem::Value(_) => "correct the value".to_owned(),
            Problem::UnknownCode(_) => "correct the code; where it is newer than the program's lists, leave it out until they have it".to_owned(),
            Problem::UnknownSource { id, known } => choice(id, known, "add it to [sources]"),
            Problem::NoSource => "name at least one id of [sources]".to_owned(),
            Problem::DateOrder { .. } => "`through` is the last day, inclusive: put it on or after `from`, or leave it out".to_owned(),
            Problem::Overlap { .. } => "end the earlier row the day before the later one starts".to_owned(),
            Problem::Gap { .. } => "close the gap, or say on the later row why it is there: gap_before = \"reason\"".to_owned(),
            Problem::Contradiction(_) => "complete the row, or change one of the two keys".to_owned(),
            Problem::Taken { .. } => "keep it in one place".to_owned(),
            Problem::NoSuchPolicy { key, known } => choice(key, known, "name one there is"),
        }
    }
}

fn choice(written: &str, known: &[String], otherwise: &str) -> String {
    if let Some(near) = nearest(written, known.iter().map(String::as_str)) {
        return format!("did you mean `{near}`?");
    }
    if known.is_empty() || known.len() > 40 {
        return otherwise.to_owned();
    }
    format!("one of: {}; or {otherwise}", known.join(", "))
}
