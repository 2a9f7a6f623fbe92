//! The start of an HL that is numbered anew: what stands in front of HL03.
//!
//! Nearly every one has a number one more than the one before, and the same parent: that
//! number is counted up where it stands.

use crate::emit::plain;

/// What stands in front of HL01, in any delimiters.
const START: usize = b"HL*".len();

/// The latest start of an HL.
#[derive(Default, Debug)]
pub(super) struct HlHead {
    text: Vec<u8>,
    /// Place behind HL01.
    end: usize,
    /// The numbers that stand in it, and the separator; nothing as long as nothing does.
    of: Option<(u64, Option<u64>, u8)>,
}

impl HlHead {
    /// With these numbers, the second being HL02, if it has any.
    #[inline]
    pub(super) fn of(&mut self, number: u64, parent: Option<u64>, separator: u8) -> &[u8] {
        let before = number.wrapping_sub(1);
        let follows = self.of == Some((before, parent, separator));
        self.of = Some((number, parent, separator));
        if !(follows && self.count_up()) {
            self.write(number, parent, separator);
        }
        &self.text
    }

    /// Adds one to HL01; false when that takes one digit more, which has no room.
    #[inline]
    fn count_up(&mut self) -> bool {
        let digits = self.text.get_mut(START..self.end).unwrap_or_default();
        for digit in digits.iter_mut().rev() {
            if *digit < b'9' {
                *digit += 1;
                return true;
            }
            *digit = b'0';
        }
        false
    }

    fn write(&mut self, number: u64, parent: Option<u64>, separator: u8) {
        let text = &mut self.text;
        text.clear();
        text.extend_from_slice(&[b'H', b'L', separator]);
        plain::number(text, number);
        self.end = text.len();
        text.push(separator);
        if let Some(parent) = parent {
            plain::number(text, parent);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::Delimiters;
    use crate::x12::level::Hl;
    use proptest::prelude::*;

    const STANDARD: Delimiters = Delimiters::USUAL;

    #[test]
    fn hl_keeps_what_follows_its_numbers() {
        let text = b"HL*7*3*22*1~SBR*P~";
        let mut head = HlHead::default();
        for (text, number, parent, expected) in [
            (&text[..], 12, Some(5), &b"HL*12*5*22*1~SBR*P~"[..]),
            (b"HL*7**20*1~", 1, None, b"HL*1**20*1~"),
            (b"HL*7*1*22*0~", 1_000_900, Some(0), b"HL*1000900*0*22*0~"),
        ] {
            let mut changed = head.of(number, parent, b'*').to_vec();
            changed.extend_from_slice(&text[Hl::read(text, STANDARD).rest..]);
            assert_eq!(changed, expected);
        }
    }

    proptest! {
        #[test]
        fn numbers_are_counted_up_as_they_are_written(
            steps in proptest::collection::vec((0_u64..3, 0_u8..8), 0..300),
            start in 0_u64..1200,
        ) {
            let (mut head, mut number, mut parent, mut separator) =
                (HlHead::default(), start, None, b'*');
            for (step, change) in steps {
                number += if step == 2 { 1 } else { step * 98 + 1 };
                match change {
                    0 => parent = Some(number - 1),
                    1 => parent = None,
                    2 => separator ^= b'*' ^ b'|',
                    _ => {}
                }
                let mark = char::from(separator);
                let named = parent.map_or(String::new(), |parent| parent.to_string());
                let plain = format!("HL{mark}{number}{mark}{named}");
                prop_assert_eq!(head.of(number, parent, separator), plain.as_bytes());
            }
        }
    }
}
