//! The values of an ISA, which no separator hangs on.

use crate::value::Date;
use crate::x12::envelope::element;

/// Qualifiers of the sender and the receiver (ISA05, ISA07).
const QUALIFIERS: [&[u8]; 9] = [
    b"01", b"14", b"20", b"27", b"28", b"29", b"30", b"33", b"ZZ",
];

/// The elements of this ISA, by position, that hold no value the guide has for them.
pub(super) fn odd(text: &[u8], separator: u8) -> impl Iterator<Item = u8> {
    (1..=15).filter(move |&position| {
        let value = element(text, separator, usize::from(position));
        let is_one = |codes: &[&[u8]]| codes.contains(&value);
        !match position {
            1 => is_one(&[b"00", b"03"]),
            3 => is_one(&[b"00", b"01"]),
            5 | 7 => is_one(&QUALIFIERS),
            6 | 8 => !value.trim_ascii().is_empty(),
            9 => is_day(value),
            10 => is_time(value),
            12 => value == b"00501",
            13 => value.len() == 9 && value.iter().all(u8::is_ascii_digit),
            14 => is_one(&[b"0", b"1"]),
            15 => is_one(&[b"P", b"T"]),
            // What stands there is between the two, and ISA11 is looked at as a separator.
            _ => true,
        }
    })
}

/// YYMMDD.
fn is_day(value: &[u8]) -> bool {
    value.len() == 6 && Date::parse_d8(&[b"20", value].concat()).is_some()
}

/// HHMM.
fn is_time(value: &[u8]) -> bool {
    let &[hour_tens, hour, minute_tens, _] = value else {
        return false;
    };
    value.iter().all(u8::is_ascii_digit) && [hour_tens, hour] < *b"24" && minute_tens < b'6'
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISA: &str = "ISA*00*          *00*          *ZZ*CLINIC01       *ZZ*PAYER01        *260305*0900*^*00501*000000101*0*P*:";

    #[test]
    fn each_element_is_held_against_what_the_guide_has_for_it() {
        let odd = |text: &str| odd(text.as_bytes(), b'*').collect::<Vec<u8>>();
        assert!(odd(ISA).is_empty());
        for (from, to, position) in [
            ("ISA*00*", "ISA*02*", 1),
            ("*00*          *ZZ*C", "*99*          *ZZ*C", 3),
            ("*ZZ*CLINIC01", "*XX*CLINIC01", 5),
            ("*CLINIC01       *", "*               *", 6),
            ("*ZZ*PAYER01", "*  *PAYER01", 7),
            ("*PAYER01        *", "*               *", 8),
            ("*260305*", "*261305*", 9),
            ("*260305*", "*      *", 9),
            ("*0900*", "*2400*", 10),
            ("*0900*", "*0960*", 10),
            ("*00501*", "*00401*", 12),
            ("*000000101*", "*00000010A*", 13),
            ("*0*P*", "*2*P*", 14),
            ("*0*P*", "*0*X*", 15),
        ] {
            assert!(ISA.contains(from), "{from}");
            assert_eq!(odd(&ISA.replace(from, to)), [position], "{to}");
        }
        assert!(odd(&ISA.replace("*0900*", "*2359*")).is_empty());
    }
}
