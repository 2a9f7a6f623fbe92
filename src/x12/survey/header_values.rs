//! The values of an ISA which no separator hangs on, of a GS, and the number of an ST.

use super::fault::Scope;
use crate::value::Date;
use crate::x12::envelope::element;

/// Qualifiers of the sender and the receiver (ISA05, ISA07).
const QUALIFIERS: [&[u8]; 9] = [
    b"01", b"14", b"20", b"27", b"28", b"29", b"30", b"33", b"ZZ",
];

/// Where the control number stands in the header of this scope.
pub(super) fn number_of(scope: Scope) -> u8 {
    match scope {
        Scope::Set => 2,
        Scope::Group => 6,
        Scope::Interchange | Scope::Input => 13,
    }
}

/// The elements of this ISA, by position, that hold no value the guide has for them.
pub(super) fn odd_of_interchange(text: &[u8], separator: u8) -> impl Iterator<Item = u8> {
    (1..=15).filter(move |&position| {
        let value = element(text, separator, usize::from(position));
        let is_one = |codes: &[&[u8]]| codes.contains(&value);
        !match position {
            1 => is_one(&[b"00", b"03"]),
            3 => is_one(&[b"00", b"01"]),
            5 | 7 => is_one(&QUALIFIERS),
            6 | 8 => !value.trim_ascii().is_empty() && !value.iter().any(u8::is_ascii_control),
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

/// The elements of this GS of claims, by position, that hold no value the guide has for them.
/// What kind of group and version it is, is told otherwise.
pub(super) fn odd_of_group(text: &[u8], separator: u8) -> impl Iterator<Item = u8> {
    (2..=7).filter(move |&position| {
        let value = element(text, separator, usize::from(position));
        let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
        !match position {
            2 | 3 => (2..=15).contains(&value.trim_ascii().len()) && value.len() <= 15,
            4 => Date::parse_d8(value).is_some(),
            5 => is_number && value.len() <= 8 && is_long_time(value),
            6 => is_number && value.len() <= 9,
            _ => value == b"X",
        }
    })
}

/// Whether the number of a transaction set (ST02) is shorter or longer than one may be, or has
/// blanks in it.
pub(super) fn is_odd_set_number(number: &str) -> bool {
    !(4..=9).contains(&number.len()) || number.contains(' ') || number.trim().is_empty()
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

/// HHMM, with seconds and parts of one behind it or not.
fn is_long_time(value: &[u8]) -> bool {
    let (Some(time), Some(rest)) = (value.get(..4), value.get(4..)) else {
        return false;
    };
    is_time(time) && !matches!(rest.first(), Some(b'6'..)) && rest.len() != 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const GS: &str = "GS*HC*CLINIC01*PAYER01*20260305*0900*101*X*005010X222A1";

    #[test]
    fn each_element_of_a_group_is_held_against_what_the_guide_has_for_it() {
        let odd = |text: &str| odd_of_group(text.as_bytes(), b'*').collect::<Vec<u8>>();
        assert!(odd(GS).is_empty());
        for (from, to, position) in [
            ("*CLINIC01*", "*A*", 2),
            ("*CLINIC01*", "*CLINIC0123456789*", 2),
            ("*PAYER01*", "**", 3),
            ("*20260305*", "*260305*", 4),
            ("*20260305*", "*20261305*", 4),
            ("*0900*", "*900*", 5),
            ("*0900*", "*2400*", 5),
            ("*0900*", "*090060*", 5),
            ("*0900*", "*09001*", 5),
            ("*101*", "*1234567890*", 6),
            ("*101*", "*A1*", 6),
            ("*X*", "*T*", 7),
        ] {
            assert!(GS.contains(from), "{from}");
            assert_eq!(odd(&GS.replace(from, to)), [position], "{to}");
        }
        for right in ["*090059*", "*0900590*", "*09005999*"] {
            assert!(odd(&GS.replace("*0900*", right)).is_empty(), "{right}");
        }
    }

    #[test]
    fn the_number_of_a_set_has_four_to_nine_characters_and_no_blank() {
        for (number, is_odd) in [
            ("", true),
            ("1", true),
            ("0001", false),
            ("123456789", false),
            ("1234567890", true),
            ("0001 ", true),
            (" 001", true),
            ("0 01", true),
        ] {
            assert_eq!(is_odd_set_number(number), is_odd, "{number}");
        }
    }

    const ISA: &str = "ISA*00*          *00*          *ZZ*CLINIC01       *ZZ*PAYER01        *260305*0900*^*00501*000000101*0*P*:";

    #[test]
    fn each_element_is_held_against_what_the_guide_has_for_it() {
        let odd = |text: &str| odd_of_interchange(text.as_bytes(), b'*').collect::<Vec<u8>>();
        assert!(odd(ISA).is_empty());
        for (from, to, position) in [
            ("ISA*00*", "ISA*02*", 1),
            ("*00*          *ZZ*C", "*99*          *ZZ*C", 3),
            ("*ZZ*CLINIC01", "*XX*CLINIC01", 5),
            ("*CLINIC01       *", "*               *", 6),
            ("*CLINIC01       *", "*CLINIC01\n      *", 6),
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
