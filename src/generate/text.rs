//! Short texts on the stack, and the writer of segments.

use std::ops::Deref;

use super::spec::{Delimiters, LineEnd};
use crate::value::Date;

/// A short text on the stack. What does not fit is cut: every use stays far
/// below the capacity.
#[derive(Clone, Copy)]
pub(super) struct Text {
    bytes: [u8; Text::CAPACITY],
    len: u8,
}

impl Text {
    const CAPACITY: usize = 47;

    /// No text.
    pub(super) const fn new() -> Text {
        Text {
            bytes: [0; Text::CAPACITY],
            len: 0,
        }
    }

    /// The bytes as a text.
    pub(super) fn of(bytes: &[u8]) -> Text {
        let mut text = Text::new();
        text.add(bytes);
        text
    }

    /// A whole number in decimal.
    pub(super) fn number(value: u64) -> Text {
        if value < 10 {
            let mut text = Text::new();
            text.push(digit(value));
            return text;
        }
        Text::padded(value, 1)
    }

    /// A whole number with at least `width` digits.
    pub(super) fn padded(mut value: u64, width: usize) -> Text {
        let mut digits = [b'0'; 20];
        let mut start = digits.len();
        while value > 0 {
            start -= 1;
            digits[start] = digit(value % 10);
            value /= 10;
        }
        Text::of(&digits[start.min(digits.len() - width.min(digits.len()))..])
    }

    /// An amount in dollars, without the zeros X12 has no use for: `112.5`.
    pub(super) fn amount(cents: i64) -> Text {
        let magnitude = cents.unsigned_abs();
        let mut text = Text::new();
        if cents < 0 {
            text.push(b'-');
        }
        text.add(&Text::number(magnitude / 100));
        let rest = magnitude % 100;
        if rest > 0 {
            text.push(b'.');
            text.push(digit(rest / 10));
            if !rest.is_multiple_of(10) {
                text.push(digit(rest % 10));
            }
        }
        text
    }

    /// A date as the eight digits `CCYYMMDD`.
    pub(super) fn date(date: Date) -> Text {
        let number = date.year() * 10_000 + date.month() * 100 + date.day();
        Text::padded(u64::from(number), 8)
    }

    /// Adds one byte.
    pub(super) fn push(&mut self, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(usize::from(self.len)) {
            *slot = byte;
            self.len += 1;
        }
    }

    /// Adds more behind it.
    pub(super) fn add(&mut self, more: &[u8]) {
        let start = usize::from(self.len);
        let room = more.len().min(Text::CAPACITY - start);
        self.bytes[start..start + room].copy_from_slice(&more[..room]);
        self.len += u8::try_from(room).unwrap_or(0);
    }

    /// This text with more behind it.
    pub(super) fn with(mut self, more: &[u8]) -> Text {
        self.add(more);
        self
    }
}

impl Deref for Text {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

/// The digit for a value below ten.
pub(super) fn digit(value: u64) -> u8 {
    b'0' + u8::try_from(value % 10).unwrap_or(0)
}

/// Writes segments into a buffer and counts them.
pub(super) struct Segments<'a> {
    /// Where the bytes go.
    pub(super) out: &'a mut Vec<u8>,
    /// The separators in use.
    pub(super) delimiters: Delimiters,
    /// What follows each terminator.
    pub(super) line_end: LineEnd,
    /// Segments written so far.
    pub(super) count: u64,
}

impl<'a> Segments<'a> {
    /// A writer into `out` that has counted nothing yet.
    pub(super) fn new(out: &'a mut Vec<u8>, delimiters: Delimiters, line_end: LineEnd) -> Self {
        Segments {
            out,
            delimiters,
            line_end,
            count: 0,
        }
    }

    /// Writes one segment of these elements, the first one its identifier.
    pub(super) fn put<const N: usize>(&mut self, elements: [&[u8]; N]) {
        let mut first = true;
        for element in elements {
            if !first {
                self.out.push(self.delimiters.element);
            }
            first = false;
            self.out.extend_from_slice(element);
        }
        self.end();
    }

    /// Begins a segment that is written element by element.
    pub(super) fn begin(&mut self, id: &[u8]) {
        self.out.extend_from_slice(id);
    }

    /// Writes the next element of the segment.
    pub(super) fn element(&mut self, text: &[u8]) {
        self.out.push(self.delimiters.element);
        self.out.extend_from_slice(text);
    }

    /// Writes more of the same element.
    pub(super) fn more(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }

    /// Writes the next component of the element.
    pub(super) fn component(&mut self, text: &[u8]) {
        self.out.push(self.delimiters.component);
        self.out.extend_from_slice(text);
    }

    /// Ends the segment.
    pub(super) fn end(&mut self) {
        self.out.push(self.delimiters.segment);
        self.out.extend_from_slice(self.line_end.bytes());
        self.count += 1;
    }

    /// Copies segments rendered before.
    pub(super) fn copy(&mut self, rendered: &Rendered) {
        self.out.extend_from_slice(&rendered.bytes);
        self.count += rendered.count;
    }
}

/// Segments rendered once and copied often.
pub(super) struct Rendered {
    bytes: Vec<u8>,
    count: u64,
}

impl Rendered {
    /// Renders what `write` writes.
    pub(super) fn new(
        delimiters: Delimiters,
        line_end: LineEnd,
        write: impl FnOnce(&mut Segments),
    ) -> Rendered {
        let mut bytes = Vec::new();
        let mut segments = Segments::new(&mut bytes, delimiters, line_end);
        write(&mut segments);
        let count = segments.count;
        Rendered { bytes, count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_amounts_are_written_as_x12_wants_them() {
        assert_eq!(&*Text::number(0), b"0");
        assert_eq!(&*Text::padded(42, 4), b"0042");
        assert_eq!(&*Text::padded(123_456, 4), b"123456");
        assert_eq!(&*Text::amount(11_250), b"112.5");
        assert_eq!(&*Text::amount(-505), b"-5.05");
        assert_eq!(&*Text::amount(9_000), b"90");
    }

    #[test]
    fn a_text_never_grows_past_its_capacity() {
        let text = Text::of(&[b'A'; 200]);
        assert_eq!(text.len(), Text::CAPACITY);
    }
}
