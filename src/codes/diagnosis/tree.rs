//! A dated code list as a tree of characters whose equal branches are one.
//!
//! Tens of thousands of injury codes end in the same few ways (`A`, `D`, `S`), so
//! sharing branches turns 1.6 MB of rows into 60 KB that are read in place: no
//! expansion, no allocation, one load a character.
//!
//! The form, in this order:
//!
//! ```text
//! # text lines for the reader: source, checks, confidence
//! covered<TAB>first day<TAB>last day
//! span<TAB>first day<TAB>last day or empty<TAB>high|medium|low     (numbered from 0)
//! tree<TAB>the root's place
//! slots of 32 bits, low byte first
//! ```
//!
//! A node has a place of its own. What follows it by the character number `c` (`0-9`
//! are 0 to 9, `A-Z` are 10 to 35) is in slot `place + c`: the high half names the
//! slot's owner by its place, the low half is the place of the node that follows.
//! Character number 36 stands for the end of a code; its slot holds the number of
//! the code's span. Nodes lie across each other's gaps, hence the owner.

use crate::codes::table;
use crate::value::{Confidence, Date, DateRange};

/// The characters of a code in the order of their numbers.
const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// The number that stands for the end of a code.
pub(super) const END: u16 = 36;
/// The owner of a slot that nobody owns: no node has this place.
pub(super) const NOBODY: u16 = u16::MAX;
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

/// One code of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The code without a decimal point.
    pub code: String,
    /// Its days.
    pub span: Span,
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
    root: u16,
    slots: &'b [u8],
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
                    slots: bytes,
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
        let mut node = self.root;
        for &byte in code {
            node = self.follow(node, digit(byte)?)?;
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

    fn collect(&self, node: u16, code: &mut String, rows: &mut Vec<Row>) {
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
        for (number, &byte) in (0..).zip(DIGITS) {
            if let Some(next) = self.follow(node, number) {
                code.push(char::from(byte));
                self.collect(next, code, rows);
                code.pop();
            }
        }
    }

    fn follow(&self, node: u16, number: u16) -> Option<u16> {
        let start = (usize::from(node) + usize::from(number)) * 4;
        let &[low, high, owner_low, owner_high] = self.slots.get(start..start + 4)? else {
            return None;
        };
        let owner = u16::from_le_bytes([owner_low, owner_high]);
        (owner == node).then_some(u16::from_le_bytes([low, high]))
    }

    fn span(&self, node: u16) -> Option<&Span> {
        self.spans.get(usize::from(self.follow(node, END)?))
    }
}

/// A character's number; `None` for what no code holds.
pub(super) fn digit(byte: u8) -> Option<u16> {
    /// By the byte; a table because the branches of a range test, letter or digit,
    /// cannot be foretold.
    const NUMBERS: [Option<u16>; 256] = {
        let mut numbers = [None; 256];
        let mut number = 0;
        while number < END {
            numbers[DIGITS[number as usize] as usize] = Some(number);
            number += 1;
        }
        numbers
    };
    NUMBERS[usize::from(byte)]
}

/// An end of a span as the head writes it.
pub(super) fn end_text(day: Date) -> String {
    if day == Date::MAX {
        String::new()
    } else {
        day.to_string()
    }
}
