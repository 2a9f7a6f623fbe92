//! One policy file, read: its header, its sources, its rows with their places.

use std::borrow::Cow;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::error::{PolicyError, Problem};
use super::schema::{Body, Common, HEADER_KEYS, Header, Kind, SourceEntry, read_row};

/// A policy file as data.
#[derive(Debug)]
pub(super) struct Document {
    /// The file's name in messages.
    pub(super) file: String,
    pub(super) text: Cow<'static, str>,
    pub(super) header: Option<HeaderAt>,
    /// Sources by id, in the order of their ids.
    pub(super) sources: Vec<(String, SourceEntry)>,
    pub(super) rows: Vec<RawRow>,
}

/// A header and where it stands.
pub(super) struct HeaderAt {
    pub(super) header: Header,
    pub(super) line: u32,
}

impl std::fmt::Debug for HeaderAt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.header.key)
    }
}

/// A row as it stands in its file.
#[derive(Debug)]
pub(super) struct RawRow {
    pub(super) kind: Kind,
    pub(super) line: u32,
    pub(super) common: Common,
    pub(super) body: Body,
    /// Where each key and its value stand in the text.
    pub(super) keys: Vec<(Range<u32>, Range<u32>)>,
}

impl Document {
    /// Reads a file; every fault that can be told is told.
    ///
    /// `header_needed` is false for the second and later files of a built-in policy.
    pub(super) fn read(
        file: &str,
        text: Cow<'static, str>,
        header_needed: bool,
    ) -> (Document, Vec<PolicyError>) {
        let mut document = Document {
            file: file.to_owned(),
            text: Cow::Borrowed(""),
            header: None,
            sources: Vec::new(),
            rows: Vec::new(),
        };
        let errors = document.fill(&text, header_needed);
        document.text = text;
        (document, errors)
    }

    fn fill(&mut self, text: &str, header_needed: bool) -> Vec<PolicyError> {
        let mut reader = Reader {
            file: &self.file,
            lines: Lines::of(text),
            errors: Vec::new(),
        };
        let table = match DeTable::parse(text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let line = reader.lines.at(error.span().map_or(0, |span| span.start));
                reader.fault(line, Problem::Syntax(error.message().to_owned()));
                return reader.errors;
            }
        };
        let mut header = DeTable::default();
        let mut header_line = 1;
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if name == "sources" {
                self.sources = reader.sources(value);
            } else if let Some(kind) = Kind::from_name(name) {
                reader.rows(kind, value, &mut self.rows);
            } else if HEADER_KEYS.contains(&name) {
                if name == "key" {
                    header_line = reader.lines.at(key.span().start);
                }
                header.insert(key, value);
            } else {
                let known = HEADER_KEYS
                    .into_iter()
                    .chain(["sources"])
                    .chain(Kind::ALL.iter().map(|kind| kind.as_str()));
                let line = reader.lines.at(key.span().start);
                reader.fault(
                    line,
                    Problem::UnknownKey {
                        key: name.to_owned(),
                        known: known.map(str::to_owned).collect(),
                    },
                );
            }
        }
        if header_needed || !header.is_empty() {
            let span = 0..text.len();
            let value = Spanned::new(span, DeValue::Table(header));
            match Header::deserialize(ValueDeserializer::from(value)) {
                Ok(header) => {
                    self.header = Some(HeaderAt {
                        header,
                        line: header_line,
                    });
                }
                Err(error) => reader.refuse(1, &error),
            }
        }
        self.rows.sort_by_key(|row| row.line);
        reader.errors
    }
}

/// What is needed while a file is read.
struct Reader<'a> {
    file: &'a str,
    lines: Lines,
    errors: Vec<PolicyError>,
}

impl Reader<'_> {
    fn fault(&mut self, line: u32, problem: Problem) {
        self.errors.push(PolicyError {
            file: self.file.to_owned(),
            line,
            problem,
        });
    }

    /// Turns what serde says into a fault of ours.
    fn refuse(&mut self, line: u32, error: &toml::de::Error) {
        let message = error.message();
        let problem = problem_of(message);
        // A key that is missing has no place but its row's.
        let line = match (&problem, error.span()) {
            (Problem::Missing(_), _) | (_, None) => line,
            (_, Some(span)) => self.lines.at(span.start),
        };
        self.fault(line, problem);
    }

    fn sources(&mut self, value: Spanned<DeValue<'_>>) -> Vec<(String, SourceEntry)> {
        let line = self.lines.at(value.span().start);
        let DeValue::Table(table) = value.into_inner() else {
            self.fault(line, Problem::Value("`sources` is not a table".to_owned()));
            return Vec::new();
        };
        let mut sources = Vec::with_capacity(table.len());
        for (id, entry) in table {
            let line = self.lines.at(id.span().start);
            match SourceEntry::deserialize(ValueDeserializer::from(entry)) {
                Ok(entry) => sources.push((id.into_inner().into_owned(), entry)),
                Err(error) => self.refuse(line, &error),
            }
        }
        sources.sort_by(|one, other| one.0.cmp(&other.0));
        sources
    }

    fn rows(&mut self, kind: Kind, value: Spanned<DeValue<'_>>, rows: &mut Vec<RawRow>) {
        let line = self.lines.at(value.span().start);
        let DeValue::Array(array) = value.into_inner() else {
            let name = kind.as_str();
            self.fault(
                line,
                Problem::Value(format!(
                    "write [[{name}]], with two brackets, before each row"
                )),
            );
            return;
        };
        for row in array {
            let line = self.lines.at(row.span().start);
            let keys = key_spans(row.get_ref());
            match read_row(kind, ValueDeserializer::from(row)) {
                Ok((common, body)) => rows.push(RawRow {
                    kind,
                    line,
                    common,
                    body,
                    keys,
                }),
                Err(error) => self.refuse(line, &error),
            }
        }
    }
}

fn key_spans(row: &DeValue<'_>) -> Vec<(Range<u32>, Range<u32>)> {
    let short = |span: Range<usize>| {
        u32::try_from(span.start).unwrap_or(0)..u32::try_from(span.end).unwrap_or(0)
    };
    let Some(table) = row.as_table() else {
        return Vec::new();
    };
    table
        .iter()
        .map(|(key, value)| (short(key.span()), short(value.span())))
        .collect()
}

/// Reads serde's message for what went wrong: the words between backticks.
pub(crate) fn problem_of(message: &str) -> Problem {
    let mut quoted = message.split('`').skip(1).step_by(2).map(str::to_owned);
    let first = quoted.next().unwrap_or_default();
    let known: Vec<String> = quoted.collect();
    if message.starts_with("unknown field") {
        Problem::UnknownKey { key: first, known }
    } else if message.starts_with("unknown variant") {
        Problem::UnknownValue {
            value: first,
            known,
        }
    } else if message.starts_with("no code list has") {
        Problem::UnknownCode(first)
    } else if message.starts_with("missing field") {
        Problem::Missing(first)
    } else {
        Problem::Value(message.to_owned())
    }
}

/// Where the lines of a text begin.
struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    fn of(text: &str) -> Lines {
        let starts = memchr::memchr_iter(b'\n', text.as_bytes())
            .map(|end| end + 1)
            .collect();
        Lines { starts }
    }

    /// The line, from 1, that a byte stands in.
    fn at(&self, offset: usize) -> u32 {
        let before = self.starts.partition_point(|start| *start <= offset);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}
