//! Packing a dated code list into the form of [`super::tree`].
//!
//! Done once a release, by a developer's tool: [`read_rows`] takes the list as tab
//! separated text, [`pack`] makes the file that goes into `data/`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::tree::{DIGITS, HEAD_WORDS, MAX_LENGTH, MAX_SPANS, Span, digit, end_text};
use crate::codes::{Confidence, table};
use crate::value::DateRange;

/// One code of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The code without a decimal point.
    pub code: String,
    /// Its days.
    pub span: Span,
}

/// Why a list cannot be packed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PackError {
    /// A line of the text is not a code, two dates and a confidence.
    #[error("line {0} is not `code, first day, last day or nothing, high|medium|low`")]
    Line(usize),
    /// Not three to seven upper-case letters and digits.
    #[error("`{0}` is not a diagnosis code")]
    Code(String),
    /// The same code in two rows.
    #[error("`{0}` stands in the list twice")]
    Twice(String),
    /// A line of the description does not open with `#`.
    #[error("the description's line `{0}` does not open with `#`")]
    About(String),
    /// More than 4,095 different spans, or more than 65,535 words of tree.
    #[error("the list outgrows the packed form")]
    TooLarge,
}

/// Reads a list, one code a line: code, first day, last day or nothing, and `high`,
/// `medium` or `low`, parted by tabs. Lines that open with `#` are skipped.
///
/// # Errors
///
/// [`PackError::Line`] with the number of the first line that is not of that form.
pub fn read_rows(text: &str) -> Result<Vec<Row>, PackError> {
    let row = |line: &str| -> Option<Row> {
        let columns: Vec<&str> = line.split('\t').collect();
        let [code, from, through, confidence] = columns.as_slice() else {
            return None;
        };
        Some(Row {
            code: (*code).to_owned(),
            span: Span {
                days: table::days(from, through)?,
                confidence: Confidence::parse(confidence)?,
            },
        })
    };
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.starts_with('#'))
        .map(|(number, line)| row(line).ok_or(PackError::Line(number)))
        .collect()
}

/// The packed file of these rows, which may come in any order. `about` is the text
/// at its head, each line opening with `#`; `covered` are the days it speaks of.
///
/// # Errors
///
/// When a code is malformed or stands twice, or the list outgrows the form.
pub fn pack(about: &str, covered: DateRange, rows: &[Row]) -> Result<Vec<u8>, PackError> {
    if let Some(line) = about.lines().find(|line| !line.starts_with('#')) {
        return Err(PackError::About(line.to_owned()));
    }
    for row in rows {
        let length = row.code.len();
        if !(3..=MAX_LENGTH).contains(&length) || !row.code.bytes().all(|b| digit(b).is_some()) {
            return Err(PackError::Code(row.code.clone()));
        }
    }
    let mut sorted: Vec<&Row> = rows.iter().collect();
    sorted.sort_unstable_by_key(|row| &row.code);
    if let Some(twice) = sorted
        .chunk_by(|a, b| a.code == b.code)
        .find(|run| run.len() > 1)
    {
        return Err(PackError::Twice(twice[0].code.clone()));
    }

    let mut builder = Builder::new(rows);
    let root = builder.node(&sorted, 0)?;
    let mut head = String::new();
    for line in about.lines() {
        head.push_str(line);
        head.push('\n');
    }
    // Writing into a string cannot fail.
    let _ = writeln!(
        head,
        "covered\t{}\t{}",
        covered.from,
        end_text(covered.through)
    );
    for Span { days, confidence } in &builder.spans {
        let (from, through) = (days.from, end_text(days.through));
        let _ = writeln!(head, "span\t{from}\t{through}\t{}", confidence.as_str());
    }
    let _ = writeln!(head, "tree\t{root}");
    let mut file = head.into_bytes();
    file.extend(builder.words.iter().flat_map(|word| word.to_le_bytes()));
    file.extend([0, 0]);
    Ok(file)
}

/// The tree under construction: branches first, so that equal ones are met again.
struct Builder {
    spans: Vec<Span>,
    words: Vec<u16>,
    /// Where a node with this head and these branches already stands.
    known: BTreeMap<(u64, Vec<u16>), u16>,
}

impl Builder {
    fn new(rows: &[Row]) -> Builder {
        let order = |span: &Span| (span.days.from, span.days.through, span.confidence);
        let mut spans: Vec<Span> = rows.iter().map(|row| row.span).collect();
        spans.sort_unstable_by_key(order);
        spans.dedup();
        Builder {
            spans,
            words: Vec::new(),
            known: BTreeMap::new(),
        }
    }

    /// The word of the node that holds these sorted rows, which agree in their
    /// first `depth` characters.
    fn node(&mut self, rows: &[&Row], depth: usize) -> Result<u16, PackError> {
        let (span, longer) = match rows {
            [row, longer @ ..] if row.code.len() == depth => (self.number(row.span)?, longer),
            _ => (0, rows),
        };
        let mut head = span << DIGITS.len();
        let mut branches = Vec::new();
        let next = |row: &Row| row.code.as_bytes().get(depth).copied();
        for group in longer.chunk_by(|a, b| next(a) == next(b)) {
            let number = group.first().and_then(|row| digit(next(row)?));
            head |= 1 << number.ok_or(PackError::TooLarge)?;
            branches.push(self.node(group, depth + 1)?);
        }
        self.place(head, branches)
    }

    fn number(&self, span: Span) -> Result<u64, PackError> {
        let place = self.spans.iter().position(|known| *known == span);
        place
            .and_then(|place| u64::try_from(place + 1).ok())
            .filter(|number| *number <= MAX_SPANS)
            .ok_or(PackError::TooLarge)
    }

    fn place(&mut self, head: u64, branches: Vec<u16>) -> Result<u16, PackError> {
        let key = (head, branches);
        if let Some(&at) = self.known.get(&key) {
            return Ok(at);
        }
        let at = u16::try_from(self.words.len()).map_err(|_| PackError::TooLarge)?;
        let bytes = head.to_le_bytes();
        let words = bytes.chunks_exact(2).take(HEAD_WORDS);
        self.words
            .extend(words.map(|pair| u16::from_le_bytes([pair[0], pair[1]])));
        self.words.extend(&key.1);
        self.known.insert(key, at);
        Ok(at)
    }
}
