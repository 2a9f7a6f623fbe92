//! What an HL segment says.

use super::Delimiters;
use super::envelope::number;

/// The elements of an HL segment, and where they stand in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hl<'a> {
    /// HL01.
    pub number: Option<u64>,
    /// HL02, and whether there is none.
    pub parent: Option<u64>,
    /// See above.
    pub is_top: bool,
    /// HL03.
    pub kind: &'a [u8],
    /// HL04.
    pub child: &'a [u8],
    /// Place of the separator in front of HL03, or the end of the segment.
    pub rest: usize,
    /// Place of HL04.
    pub child_place: usize,
}

impl<'a> Hl<'a> {
    /// Reads the segment that `text` starts with; it ends with a terminator or with the text.
    #[inline]
    #[must_use]
    pub fn read(text: &'a [u8], delimiters: Delimiters) -> Hl<'a> {
        match Hl::usual(text, delimiters) {
            Some(hl) => hl,
            None => Hl::any(text, delimiters),
        }
    }

    /// Reads what nearly all look like: numbers of up to eighteen digits, two characters, one
    /// character.
    #[inline]
    fn usual(text: &'a [u8], delimiters: Delimiters) -> Option<Hl<'a>> {
        let (number, rest) = digits(text, 3)?;
        let (parent, end) = digits(text, rest + 1)?;
        let &[before, _, _, between, _] = text.get(end..)?.first_chunk()?;
        let is_over = text
            .get(end + 5)
            .is_none_or(|&byte| byte == delimiters.segment);
        let kind = &text[end + 1..end + 3];
        let child = &text[end + 4..end + 5];
        let is_separator = |byte: u8| byte == delimiters.element || byte == delimiters.segment;
        let is_usual = is_over
            && rest > 3
            && text[2] == delimiters.element
            && text[rest] == delimiters.element
            && before == delimiters.element
            && between == delimiters.element
            && !is_separator(kind[0])
            && !is_separator(kind[1])
            && !is_separator(child[0]);
        let is_top = end == rest + 1;
        is_usual.then_some(Hl {
            number: Some(number),
            parent: (!is_top).then_some(parent),
            is_top,
            kind,
            child,
            rest: end,
            child_place: end + 4,
        })
    }

    /// Reads anything.
    #[cold]
    #[inline(never)]
    fn any(text: &'a [u8], delimiters: Delimiters) -> Hl<'a> {
        let (mut ends, mut count) = ([0; 5], 0);
        for (at, &byte) in text.iter().enumerate() {
            if byte == delimiters.element || byte == delimiters.segment {
                ends[count] = at;
                count += 1;
                if count == ends.len() || byte == delimiters.segment {
                    break;
                }
            }
        }
        // The text ends with the segment.
        if count < ends.len() && (count == 0 || text[ends[count - 1]] != delimiters.segment) {
            ends[count] = text.len();
            count += 1;
        }
        let value = |position: usize| match ends[..count].get(position - 1..=position) {
            Some(&[before, end]) => &text[before + 1..end],
            _ => &[],
        };
        Hl {
            number: number(value(1)),
            parent: number(value(2)),
            is_top: value(2).is_empty(),
            kind: value(3),
            child: value(4),
            rest: ends[count.clamp(1, 3) - 1],
            child_place: ends[3] + 1,
        }
    }
}

/// The number that stands from `at` on, and the place behind its digits; there may be none.
#[inline]
fn digits(text: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut number = 0;
    for place in at..at + 19 {
        let digit = text.get(place)?.wrapping_sub(b'0');
        if digit > 9 {
            return Some((number, place));
        }
        number = number * 10 + u64::from(digit);
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STANDARD: Delimiters = Delimiters::USUAL;

    #[test]
    fn elements_are_where_they_stand() {
        let text = b"HL*7*3*22*1~SBR*P~";
        let hl = Hl::read(text, STANDARD);
        assert_eq!((hl.number, hl.parent, hl.is_top), (Some(7), Some(3), false));
        assert_eq!((hl.kind, hl.child), (&b"22"[..], &b"1"[..]));
        assert_eq!((hl.rest, hl.child_place), (6, 10));
        assert_eq!(Hl::read(b"HL*7~NM1*1~", STANDARD).rest, 4);
        assert!(Hl::read(b"HL*1**20*1", STANDARD).is_top);
    }

    proptest! {
        #[test]
        fn the_usual_is_read_like_anything(
            parts in proptest::collection::vec(proptest::sample::select(vec![
                "*", "*", "*", "*", "1", "23", "22", "20", "0", "X", "~", "~SBR*P~", ":", "\n", "9999999999999999999",
            ]), 0..12),
            usual in any::<bool>(),
        ) {
            let head = if usual { "HL*12*3*22*" } else { "HL" };
            let text = [head, &parts.concat()].concat();
            let read = Hl::read(text.as_bytes(), STANDARD);
            let anything = Hl::any(text.as_bytes(), STANDARD);
            prop_assert_eq!(read, anything);
            // And like element by element.
            let segment = text.split('~').next().unwrap_or("");
            let mut elements = segment.split('*').skip(1).map(str::as_bytes);
            let mut next = || elements.next().unwrap_or(&[]);
            prop_assert_eq!(read.number, number(next()));
            let parent = next();
            prop_assert_eq!((read.parent, read.is_top), (number(parent), parent.is_empty()));
            prop_assert_eq!((read.kind, read.child), (next(), next()));
        }
    }
}
