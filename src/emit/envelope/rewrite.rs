//! Segments with one thing changed.

use crate::emit::plain;
use crate::x12::Delimiters;

/// Widths of the sixteen elements of ISA.
const ISA_WIDTHS: [usize; 16] = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1];

/// The first segment, without its terminator.
pub(super) fn first(bytes: &[u8], delimiters: Delimiters) -> &[u8] {
    let end = memchr::memchr(delimiters.segment, bytes).unwrap_or(bytes.len());
    &bytes[..end]
}

/// What stands behind the terminator of the first segment.
pub(super) fn behind_first(bytes: &[u8], delimiters: Delimiters) -> &[u8] {
    bytes
        .get(first(bytes, delimiters).len() + 1..)
        .unwrap_or(&[])
}

/// A segment of our own making.
pub(super) fn segment(parts: &[&[u8]], delimiters: Delimiters, line_end: &[u8]) -> Vec<u8> {
    let mut text = parts.join(&delimiters.element);
    text.push(delimiters.segment);
    text.extend_from_slice(line_end);
    text
}

/// The first segment of `text` with one element replaced; the rest as it is.
pub(super) fn with_element(
    text: &[u8],
    delimiters: Delimiters,
    position: usize,
    value: &str,
) -> Vec<u8> {
    let head = first(text, delimiters);
    let mut parts: Vec<&[u8]> = head.split(|&byte| byte == delimiters.element).collect();
    while parts.len() <= position {
        parts.push(b"");
    }
    parts[position] = value.as_bytes();
    let mut changed = parts.join(&delimiters.element);
    changed.extend_from_slice(&text[head.len()..]);
    changed
}

/// An ISA of the right width, with these delimiters and another control number.
pub(super) fn isa_with_number(text: &[u8], delimiters: Delimiters, fresh: &str) -> Vec<u8> {
    let mut changed = b"ISA".to_vec();
    let mut parts = first(text, delimiters)
        .split(|&byte| byte == delimiters.element)
        .skip(1);
    let (repetition, component) = ([delimiters.declared_repetition()], [delimiters.component]);
    for (at, width) in ISA_WIDTHS.into_iter().enumerate() {
        let part = parts.next().unwrap_or(b"");
        let part = match at {
            10 => &repetition,
            12 => fresh.as_bytes(),
            15 => &component,
            _ => part,
        };
        let kept = &part[..part.len().min(width)];
        changed.push(delimiters.element);
        changed.extend_from_slice(kept);
        changed.extend(std::iter::repeat_n(b' ', width - kept.len()));
    }
    changed.push(delimiters.segment);
    changed.extend_from_slice(behind_first(text, delimiters));
    changed
}

/// Puts the start of an HL with these numbers into `head`: what stands in front of HL03.
pub(super) fn hl_head(
    number: u64,
    parent: Option<u64>,
    delimiters: Delimiters,
    head: &mut Vec<u8>,
) {
    head.clear();
    head.extend_from_slice(&[b'H', b'L', delimiters.element]);
    plain::number(head, number);
    head.push(delimiters.element);
    if let Some(parent) = parent {
        plain::number(head, parent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::level::Hl;

    const STANDARD: Delimiters = Delimiters::USUAL;

    #[test]
    fn hl_keeps_what_follows_its_numbers() {
        let text = b"HL*7*3*22*1~SBR*P~";
        for (text, number, parent, expected) in [
            (&text[..], 12, Some(5), &b"HL*12*5*22*1~SBR*P~"[..]),
            (b"HL*7**20*1~", 1, None, b"HL*1**20*1~"),
            (b"HL*7*1*22*0~", 1_000_900, Some(0), b"HL*1000900*0*22*0~"),
        ] {
            let mut changed = b"of another level".to_vec();
            hl_head(number, parent, STANDARD, &mut changed);
            changed.extend_from_slice(&text[Hl::read(text, STANDARD).rest..]);
            assert_eq!(changed, expected);
        }
    }

    #[test]
    fn an_isa_of_the_wrong_width_is_written_right() {
        let text = b"ISA*00**00**ZZ*A*ZZ*B*261123*0101*^*00501*1*0*P*:~\nGS";
        let isa = isa_with_number(text, STANDARD, "123456789");
        let header = crate::x12::IsaHeader::read(&isa).unwrap();
        assert_eq!((header.fault, header.delimiters), (None, STANDARD));
        assert!(isa.ends_with(b"*123456789*0*P*:~\nGS"));
    }

    #[test]
    fn an_isa_declares_what_separates_whatever_the_input_said() {
        let text = b"ISA*00*          *00*          *ZZ*A*ZZ*B*261123*0101*:*00501*1*0*P*~";
        let none = Delimiters {
            component: b'>',
            repetition: Delimiters::NONE,
            ..STANDARD
        };
        let isa = isa_with_number(text, none, "123456789");
        let header = crate::x12::IsaHeader::read(&isa).unwrap();
        assert_eq!(header.delimiters, none);
        assert_eq!(header.fault, Some(crate::x12::IsaFault::Repetition));
    }
}
