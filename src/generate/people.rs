//! Identifiers of invented people and practices.

use super::pools::{FIRST_NAMES, LAST_NAMES, STREETS};
use super::random::Random;
use super::text::{Text, digit};

/// Letters a Medicare beneficiary identifier may hold: not S, L, O, I, B, Z.
const MBI_LETTERS: &[u8] = b"ACDEFGHJKMNPQRTUVWXY";
const MBI_EITHER: &[u8] = b"0123456789ACDEFGHJKMNPQRTUVWXY";
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A name and a street address.
#[derive(Clone, Copy)]
pub(super) struct Person {
    /// Family name.
    pub(super) last: &'static str,
    /// Given name.
    pub(super) first: &'static str,
    /// House number and street.
    pub(super) street: Text,
    /// `F` or `M`.
    pub(super) sex: u8,
}

impl Person {
    /// Somebody.
    pub(super) fn draw(random: &mut Random) -> Person {
        Person {
            last: random.pick(LAST_NAMES),
            first: random.pick(FIRST_NAMES),
            street: street(random),
            sex: if random.percent(50) { b'F' } else { b'M' },
        }
    }
}

/// A house number and a street.
pub(super) fn street(random: &mut Random) -> Text {
    Text::number(100 + random.below(9_800))
        .with(b" ")
        .with(random.pick(STREETS).as_bytes())
}

/// A ZIP code with four digits behind the five of the city.
pub(super) fn zip9(random: &mut Random, five: &str) -> Text {
    Text::of(five.as_bytes()).with(&Text::number(1_001 + random.below(8_900)))
}

/// A telephone number of the stretch kept for fiction (555-0100 to 555-0199).
pub(super) fn phone(random: &mut Random, area: &str) -> Text {
    Text::of(area.as_bytes())
        .with(b"55501")
        .with(&Text::padded(random.below(100), 2))
}

/// A national provider identifier that passes its check digit.
pub(super) fn npi(random: &mut Random) -> Text {
    let nine = 100_000_000 + random.below(200_000_000);
    let body = Text::number(nine);
    let mut npi = body;
    npi.push(digit(check_digit(&body)));
    npi
}

/// The digit that makes `80840` + these nine digits + the digit pass ISO 7812.
pub(super) fn check_digit(nine: &[u8]) -> u64 {
    // 24 is what the constant prefix 80840 adds.
    let mut sum = 24;
    for (place, byte) in nine.iter().rev().enumerate() {
        let value = u64::from(byte.wrapping_sub(b'0'));
        sum += if place % 2 == 0 {
            value * 2 % 10 + value * 2 / 10
        } else {
            value
        };
    }
    (10 - sum % 10) % 10
}

/// The same identifier with a check digit that does not fit.
pub(super) fn break_check_digit(npi: &[u8]) -> Text {
    let kept = npi.len().saturating_sub(1);
    let last = npi.last().map_or(0, |byte| u64::from(byte - b'0'));
    let mut broken = Text::of(&npi[..kept]);
    broken.push(digit(last + 1));
    broken
}

/// A federal tax number.
pub(super) fn tax_number(random: &mut Random) -> Text {
    Text::number(200_000_000 + random.below(79_000_000))
}

/// A Medicare beneficiary identifier: eleven places, each with its own alphabet.
pub(super) fn beneficiary(random: &mut Random) -> Text {
    let mut bits = random.bits();
    let mut id = Text::new();
    for place in b"1LEDLEDLLDD" {
        let alphabet: &[u8] = match place {
            b'1' => b"123456789",
            b'L' => MBI_LETTERS,
            b'E' => MBI_EITHER,
            _ => b"0123456789",
        };
        let size = alphabet.len() as u64;
        id.push(alphabet[usize::try_from(bits % size).unwrap_or(0)]);
        bits /= size;
    }
    id
}

/// A Medicaid member number of the shape this state uses, as far as it is known.
pub(super) fn medicaid_member(random: &mut Random, state: &str) -> Text {
    let number = random.bits() >> 8;
    match state {
        "NY" => {
            let mut id = Text::new();
            id.push(random.pick(LETTERS));
            id.push(random.pick(LETTERS));
            id = id.with(&Text::padded(number % 100_000, 5));
            id.push(random.pick(LETTERS));
            id
        }
        "CA" => {
            let mut id = Text::of(b"9").with(&Text::padded(number % 10_000_000, 7));
            id.push(random.pick(b"ACDEFG"));
            id
        }
        "TX" | "IL" => Text::number(500_000_000 + number % 400_000_000),
        "OH" | "MA" => Text::number(100_000_000_000 + number % 800_000_000_000),
        _ => Text::number(1_000_000_000 + number % 8_000_000_000),
    }
}

/// A member number of a commercial plan.
pub(super) fn plan_member(random: &mut Random) -> Text {
    let mut id = Text::new();
    for _ in 0..3 {
        id.push(random.pick(LETTERS));
    }
    id.with(&Text::padded(random.bits() % 1_000_000_000, 9))
}

#[cfg(test)]
mod tests {
    use super::super::random::Use;
    use super::*;

    fn passes(npi: &[u8]) -> bool {
        let mut digits = b"80840".to_vec();
        digits.extend_from_slice(npi);
        let sum: u32 = digits
            .iter()
            .rev()
            .enumerate()
            .map(|(place, byte)| {
                let value = u32::from(byte - b'0') * if place % 2 == 1 { 2 } else { 1 };
                value / 10 + value % 10
            })
            .sum();
        npi.len() == 10 && sum.is_multiple_of(10)
    }

    #[test]
    fn provider_identifiers_pass_their_check_digit_until_it_is_broken() {
        assert_eq!(check_digit(b"123456789"), 3);
        let mut random = Random::keyed(5, Use::Provider, 0);
        for _ in 0..500 {
            let id = npi(&mut random);
            assert!(passes(&id) && matches!(id[0], b'1' | b'2'));
            assert!(!passes(&break_check_digit(&id)));
        }
    }

    #[test]
    fn beneficiary_identifiers_keep_to_the_alphabet_of_each_place() {
        let mut random = Random::keyed(5, Use::Patient, 0);
        for _ in 0..500 {
            let id = beneficiary(&mut random);
            assert_eq!(id.len(), 11);
            for (place, byte) in id.iter().enumerate() {
                let fits = match place {
                    0 => (b'1'..=b'9').contains(byte),
                    1 | 4 | 7 | 8 => MBI_LETTERS.contains(byte),
                    2 | 5 => MBI_EITHER.contains(byte),
                    _ => byte.is_ascii_digit(),
                };
                assert!(fits, "place {place} of {}", String::from_utf8_lossy(&id));
            }
        }
    }
}
