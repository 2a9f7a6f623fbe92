//! Segments of an answer, built element by element from values that may hold anything.

use std::borrow::Cow;

use crate::emit::plain;
use crate::value::{CentsTotal, Date};
use crate::x12::Delimiters;

/// What is written where the received interchange's own delimiters cannot be used.
const STANDARD: Delimiters = Delimiters::USUAL;

/// The delimiters to answer an interchange with: its own, if they leave room for the
/// digits, points and dashes of amounts and dates.
pub(super) fn delimiters(received: Delimiters) -> Delimiters {
    let all = [
        received.element,
        received.component,
        received.repetition,
        received.segment,
    ];
    // Printable, but for the line end of a segment and the separators of ASCII.
    let clear = all.iter().all(|&byte| match byte {
        b'.' | b'-' | b',' => false,
        b'\n' => received.segment == byte,
        _ => byte.is_ascii_punctuation() || (0x1C..=0x1F).contains(&byte),
    });
    if clear && received.are_usable() {
        received
    } else {
        STANDARD
    }
}

/// Writes segments.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    out: &'a mut Vec<u8>,
    delimiters: Delimiters,
    /// Segments ended so far.
    pub segments: u64,
    /// Separators owed before the next value: empty values cost none until one follows.
    owed: usize,
    components_owed: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>, delimiters: Delimiters) -> Writer<'a> {
        Writer {
            out,
            delimiters,
            segments: 0,
            owed: 0,
            components_owed: 0,
        }
    }

    /// Starts a segment.
    #[inline]
    pub(super) fn start(&mut self, id: &str) -> &mut Writer<'a> {
        self.out.extend_from_slice(id.as_bytes());
        self.owed = 0;
        self
    }

    /// An element with a value from the input, at most `max` characters of it.
    pub(super) fn element(&mut self, value: &[u8], max: usize) -> &mut Writer<'a> {
        self.owed += 1;
        self.components_owed = 0;
        self.put(value, max);
        self
    }

    /// An element that has to be there: a value from the input, if that much is left of
    /// it when it is cleaned, or this one.
    pub(super) fn required(
        &mut self,
        value: &[u8],
        (min, max): (usize, usize),
        otherwise: &str,
    ) -> &mut Writer<'a> {
        let value = clean(value, max, self.delimiters);
        if value.len() < min {
            self.text(otherwise)
        } else {
            self.plain(&value)
        }
    }

    /// A segment with a value from the input, if anything is left of it when it is cleaned.
    pub(super) fn optional(&mut self, id: &str, qualifier: &str, value: &[u8], max: usize) {
        let value = clean(value, max, self.delimiters);
        if !value.is_empty() {
            self.start(id).text(qualifier).plain(&value).end();
        }
    }

    /// What is written of a value.
    pub(super) fn cleaned(&self, value: &[u8], max: usize) -> Vec<u8> {
        clean(value, max, self.delimiters).into_owned()
    }

    /// An element of our own making: letters, digits and blanks, which no delimiter of an
    /// answer is.
    #[inline]
    pub(super) fn text(&mut self, value: &str) -> &mut Writer<'a> {
        debug_assert!(
            value
                .bytes()
                .all(|byte| ALWAYS_PLAIN[usize::from(byte)] || byte == b' ')
        );
        self.plain(value.as_bytes())
    }

    /// An element that is clean: digits, or what was cleaned.
    #[inline]
    pub(super) fn plain(&mut self, value: &[u8]) -> &mut Writer<'a> {
        self.owed += 1;
        self.components_owed = 0;
        self.put_clean(value);
        self
    }

    /// An element with a whole number.
    pub(super) fn number(&mut self, value: u64) -> &mut Writer<'a> {
        self.owed += 1;
        self.components_owed = 0;
        self.separate();
        plain::number(self.out, value);
        self
    }

    /// An element with an amount in dollars, without needless decimals.
    pub(super) fn amount(&mut self, value: impl Into<CentsTotal>) -> &mut Writer<'a> {
        self.owed += 1;
        self.components_owed = 0;
        self.separate();
        let value = value.into();
        match value.as_amount() {
            Some(amount) => plain::amount(self.out, amount),
            None => self.out.extend_from_slice(value.to_string().as_bytes()),
        }
        if self.out.ends_with(b".00") {
            self.out.truncate(self.out.len() - 3);
        }
        self
    }

    /// Empty elements.
    pub(super) fn skip(&mut self, count: usize) -> &mut Writer<'a> {
        self.owed += count;
        self
    }

    /// A composite element.
    pub(super) fn composite(&mut self, values: &[&[u8]]) -> &mut Writer<'a> {
        self.owed += 1;
        self.components_owed = 0;
        for value in values {
            self.put(value, usize::MAX);
            self.components_owed += 1;
        }
        self
    }

    /// A composite of codes of our own, letters and digits.
    pub(super) fn codes(&mut self, values: &[&str]) -> &mut Writer<'a> {
        self.owed += 1;
        self.components_owed = 0;
        for value in values {
            self.put_clean(value.as_bytes());
            self.components_owed += 1;
        }
        self
    }

    /// Ends the segment, with a line end where the terminator is none itself.
    pub(super) fn end(&mut self) {
        self.out.push(self.delimiters.segment);
        if !matches!(self.delimiters.segment, b'\n' | b'\r') {
            self.out.push(b'\n');
        }
        self.segments += 1;
    }

    fn put(&mut self, value: &[u8], max: usize) {
        let value = clean(value, max, self.delimiters);
        self.put_clean(&value);
    }

    #[inline]
    fn put_clean(&mut self, value: &[u8]) {
        if !value.is_empty() {
            self.separate();
            self.out.extend_from_slice(value);
        }
    }

    /// Writes the separators that are owed.
    #[inline]
    fn separate(&mut self) {
        if (self.owed, self.components_owed) == (1, 0) {
            self.owed = 0;
            self.out.push(self.delimiters.element);
            return;
        }
        for _ in 0..std::mem::take(&mut self.owed) {
            self.out.push(self.delimiters.element);
        }
        for _ in 0..std::mem::take(&mut self.components_owed) {
            self.out.push(self.delimiters.component);
        }
    }
}

/// Of a value: printable ASCII without delimiters and without blanks at its ends, `max`
/// characters of it.
fn clean(value: &[u8], max: usize, delimiters: Delimiters) -> Cow<'_, [u8]> {
    // More than this is never written, however long the value.
    let value = &value[..value.len().min(max.saturating_mul(4))];
    let always = |byte: &u8| ALWAYS_PLAIN[usize::from(*byte)];
    // Most are letters and digits alone.
    if value.iter().all(always) {
        return Cow::Borrowed(&value[..value.len().min(max)]);
    }
    let cut = |value: &[u8]| {
        let blanks = value.len() - value.trim_ascii_start().len();
        let len = value.trim_ascii().len().min(max);
        let len = value[blanks..blanks + len].trim_ascii_end().len();
        blanks..blanks + len
    };
    let is_plain = |byte| is_plain(byte, delimiters);
    // Nearly all others are plain.
    if value.iter().all(|byte| always(byte) || is_plain(*byte)) {
        return Cow::Borrowed(&value[cut(value)]);
    }
    let spaced = |&byte| if is_plain(byte) { byte } else { b' ' };
    let spaced: Vec<u8> = value.iter().map(spaced).collect();
    Cow::Owned(spaced[cut(&spaced)].to_vec())
}

/// Letters and digits, and the signs of amounts and dates: no delimiter of an answer is one,
/// see [`delimiters`].
static ALWAYS_PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        plain[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b',');
        byte += 1;
    }
    plain
};

/// Whether the byte can stand in a value of an answer.
#[inline]
#[allow(clippy::needless_bitwise_bool)] // no jumps: many bytes are looked at at once
pub(super) fn is_plain(byte: u8, delimiters: Delimiters) -> bool {
    (0x20..0x7F).contains(&byte)
        & (byte != delimiters.element)
        & (byte != delimiters.component)
        & (byte != delimiters.repetition)
        & (byte != delimiters.segment)
}

/// CCYYMMDD.
pub(super) fn d8(date: Date) -> [u8; 8] {
    let (mut digits, mut left) = ([b'0'; 8], date.number());
    for digit in digits.iter_mut().rev() {
        *digit += u8::try_from(left % 10).unwrap_or(0);
        left /= 10;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Cents;

    fn written(write: impl FnOnce(&mut Writer<'_>)) -> String {
        let mut out = Vec::new();
        let mut writer = Writer::new(&mut out, STANDARD);
        write(&mut writer);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn empty_elements_at_the_end_are_left_out() {
        let segment = written(|out| {
            out.start("NM1")
                .text("QC")
                .skip(1)
                .text("A")
                .text("")
                .skip(3);
            out.end();
        });
        assert_eq!(segment, "NM1*QC**A~\n");
    }

    #[test]
    fn a_composite_keeps_the_places_of_its_components() {
        let segment = written(|out| {
            out.start("IK4")
                .composite(&[b"5", b"3"])
                .number(1325)
                .text("1");
            out.end();
            out.start("IK4").composite(&[b"5", b"", b"2"]).text("1");
            out.end();
        });
        assert_eq!(segment, "IK4*5:3*1325*1~\nIK4*5::2*1~\n");
    }

    #[test]
    fn a_value_cannot_break_its_segment() {
        let segment = written(|out| {
            out.start("TRN").text("2").element(b" A~B*C\x00\xFFD: ", 50);
            out.end();
        });
        assert_eq!(segment, "TRN*2*A B C  D~\n");
    }

    #[test]
    fn what_is_required_is_there_whatever_the_input_has() {
        let segment = written(|out| {
            for value in [&b"\x07A\xFF"[..], b"AB\x00", b"~~~~", b"", b"ABCDE"] {
                out.start("NM1").required(value, (2, 4), "UNKNOWN").end();
            }
            out.optional("REF", "D9", b"\x01 ", 50);
            out.optional("REF", "D9", b" 7 ", 50);
        });
        let expected = "NM1*UNKNOWN~\nNM1*AB~\nNM1*UNKNOWN~\nNM1*UNKNOWN~\nNM1*ABCD~\nREF*D9*7~\n";
        assert_eq!(segment, expected);
    }

    #[test]
    fn amounts_have_decimals_when_they_need_them() {
        let segment = written(|out| {
            out.start("AMT")
                .text("YU")
                .amount(Cents(15_000))
                .amount(Cents(1_205));
            out.end();
        });
        assert_eq!(segment, "AMT*YU*150*12.05~\n");
    }

    #[test]
    fn odd_delimiters_are_not_answered_with() {
        let odd = Delimiters {
            component: b'-',
            ..STANDARD
        };
        assert_eq!(delimiters(odd), STANDARD);
        for element in [b'|', 0x1D] {
            let own = Delimiters {
                element,
                ..STANDARD
            };
            assert_eq!(delimiters(own), own);
        }
        for element in [0x07, b'\t', 0xA7] {
            let odd = Delimiters {
                element,
                ..STANDARD
            };
            assert_eq!(delimiters(odd), STANDARD);
        }
    }
}
