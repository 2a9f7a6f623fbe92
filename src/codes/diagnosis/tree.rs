//! A dated code list as a tree of characters whose equal branches are one.
//!
//! Tens of thousands of injury codes end in the same few ways (`A`, `D`, `S`), so
//! sharing branches turns 1.6 MB of rows into 45 KB that are read in place: no
//! expansion, no allocation, one step a character.
//!
//! The form, in this order:
//!
//! ```text
//! # text lines for the reader: source, checks, confidence
//! covered<TAB>first day<TAB>last day
//! span<TAB>first day<TAB>last day or empty<TAB>high|medium|low     (numbered from 1)
//! tree<TAB>word the root starts at
//! words of 16 bits, low byte first
//! ```
//!
//! A node is three words, 48 bits: which of `0-9A-Z` follow (bits 0 to 35) and the
//! number of the code's span if a code ends here, else 0 (bits 36 to 47). Then, for
//! each character that follows, in order, the word its node starts at. One spare
//! word closes the list so that a node can always be read as eight bytes.

use crate::codes::{Confidence, table};
use crate::value::{Date, DateRange};

use super::pack::Row;

/// The highest number of a span: twelve bits.
pub(super) const MAX_SPANS: u64 = 0xFFF;
/// The characters of a code in the order of their bits.
pub(super) const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// Words of a node before its branches.
pub(super) const HEAD_WORDS: usize = 3;
/// No code is longer.
pub const MAX_LENGTH: usize = 7;

/// The days of a code and how well they are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// First and last day; [`Date::MAX`] when no end is known.
    pub days: DateRange,
    /// How well the days are supported.
    pub confidence: Confidence,
}

/// What the tree holds of a string of characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found<'t> {
    /// A code.
    Code(&'t Span),
    /// No code, but codes begin with it.
    Prefix,
    /// Nothing.
    Nothing,
}

/// A packed code list, read where it lies.
#[derive(Debug)]
pub struct Tree<'b> {
    covered: DateRange,
    spans: Vec<Span>,
    root: usize,
    words: &'b [u8],
}

impl<'b> Tree<'b> {
    /// Reads the head of a packed list; `None` when it has not the form above.
    #[must_use]
    pub fn open(mut bytes: &'b [u8]) -> Option<Tree<'b>> {
        let mut covered = None;
        let mut spans = Vec::new();
        loop {
            let end = bytes.iter().position(|&byte| byte == b'\n')?;
            let line = std::str::from_utf8(bytes.get(..end)?).ok()?;
            bytes = bytes.get(end + 1..)?;
            let mut columns = line.split('\t');
            let kind = columns.next()?;
            if kind.starts_with('#') {
                continue;
            }
            let first = columns.next()?;
            if kind == "tree" {
                return Some(Tree {
                    covered: covered?,
                    spans,
                    root: first.parse().ok()?,
                    words: bytes,
                });
            }
            let days = table::days(first, columns.next()?)?;
            match kind {
                "covered" => covered = Some(days),
                "span" => spans.push(Span {
                    days,
                    confidence: Confidence::parse(columns.next()?)?,
                }),
                _ => return None,
            }
        }
    }

    /// The days the list speaks of.
    #[must_use]
    pub fn covered(&self) -> DateRange {
        self.covered
    }

    /// What the list holds of these characters, as one code, on any day.
    #[must_use]
    pub fn find(&self, code: &[u8]) -> Found<'_> {
        self.walk(code).unwrap_or(Found::Nothing)
    }

    fn walk(&self, code: &[u8]) -> Option<Found<'_>> {
        let mut node = self.node(self.root)?;
        for &byte in code {
            node = self.node(node.branch(digit(byte)?, self.words)?)?;
        }
        Some(match self.span(node) {
            Some(span) => Found::Code(span),
            None if code.is_empty() => Found::Nothing,
            None => Found::Prefix,
        })
    }

    /// Every code with its days, in the order of the codes. For tools and tests:
    /// this is the list as it was before it was packed.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        self.collect(self.root, &mut String::new(), &mut rows);
        rows
    }

    fn collect(&self, at: usize, code: &mut String, rows: &mut Vec<Row>) {
        let Some(node) = self.node(at) else { return };
        if let Some(&span) = self.span(node) {
            rows.push(Row {
                code: code.clone(),
                span,
            });
        }
        // A tree that was not made by the packer might lead in circles.
        if code.len() == MAX_LENGTH {
            return;
        }
        for (number, &byte) in (0_u32..).zip(DIGITS) {
            if let Some(next) = node.branch(number, self.words) {
                code.push(char::from(byte));
                self.collect(next, code, rows);
                code.pop();
            }
        }
    }

    fn node(&self, at: usize) -> Option<Node> {
        let bytes = self.words.get(at * 2..)?.first_chunk::<8>()?;
        Some(Node {
            head: u64::from_le_bytes(*bytes),
            at,
        })
    }

    fn span(&self, node: Node) -> Option<&Span> {
        let number = (node.head >> DIGITS.len()) & MAX_SPANS;
        self.spans
            .get(usize::try_from(number).ok()?.checked_sub(1)?)
    }
}

#[derive(Clone, Copy)]
struct Node {
    head: u64,
    at: usize,
}

impl Node {
    /// The word at which the node behind this character starts.
    fn branch(self, digit: u32, words: &[u8]) -> Option<usize> {
        let bit = 1_u64 << digit;
        if self.head & bit == 0 {
            return None;
        }
        // As many branches lie before it as smaller characters follow.
        let before = (self.head & (bit - 1)).count_ones() as usize;
        let bytes = words.get((self.at + HEAD_WORDS + before) * 2..)?;
        Some(usize::from(u16::from_le_bytes(*bytes.first_chunk::<2>()?)))
    }
}

/// The number of a character's bit; `None` for what no code holds.
pub(super) fn digit(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'A'..=b'Z' => Some(u32::from(byte - b'A') + 10),
        _ => None,
    }
}

/// An end of a span as the head writes it.
pub(super) fn end_text(day: Date) -> String {
    if day == Date::MAX {
        String::new()
    } else {
        day.to_string()
    }
}
