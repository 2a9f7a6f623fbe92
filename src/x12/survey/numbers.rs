//! Control numbers in use.

use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_64;

use super::interchange_key::InterchangeKey;
use crate::x12::envelope;
use crate::x12::limits;

/// A set of control numbers, small when they run in sequence.
#[derive(Debug, Default)]
pub struct NumberSet {
    runs: std::collections::BTreeMap<u64, u64>,
}

impl NumberSet {
    /// Adds a number; true when it was not there before.
    pub fn insert(&mut self, number: u64) -> bool {
        let before = self
            .runs
            .range(..=number)
            .next_back()
            .map(|(&from, &to)| (from, to));
        if before.is_some_and(|(_, to)| number <= to) {
            return false;
        }
        let to = match self.runs.remove(&(number + 1)) {
            Some(to) => to,
            None => number,
        };
        match before {
            Some((from, last)) if last + 1 == number => self.runs.insert(from, to),
            _ => self.runs.insert(number, to),
        };
        true
    }

    /// Whether it has grown to the [most](limits::NUMBER_RUNS) it may hold.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.runs.len() >= limits::NUMBER_RUNS
    }

    /// Whether the number is in the set.
    #[must_use]
    pub fn contains(&self, number: u64) -> bool {
        self.runs
            .range(..=number)
            .next_back()
            .is_some_and(|(_, &to)| number <= to)
    }
}

/// Control numbers as they are written: `0001` and `00001` are two, and a number need not
/// be one.
#[derive(Debug, Default)]
pub struct ControlNumbers {
    /// Those of up to eighteen digits, apart by how many they are of.
    numbers: NumberSet,
    /// Hashes of the others.
    others: HashSet<u64>,
}

impl ControlNumbers {
    /// Adds a control number; true when it was not there before.
    pub fn insert(&mut self, written: &str) -> bool {
        const EIGHTEEN_DIGITS: u64 = 1_000_000_000_000_000_000;
        match envelope::number(written.as_bytes()) {
            Some(number) => {
                let shorter = written.len() as u64 - 1;
                self.numbers.insert(shorter * EIGHTEEN_DIGITS + number)
            }
            None => self.others.insert(xxh3_64(written.as_bytes())),
        }
    }

    /// Whether it has grown to the [most](limits::NUMBER_RUNS) it may hold.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.numbers.is_full() || self.others.len() >= limits::NUMBER_RUNS
    }
}

/// The control numbers of interchanges. Each sender numbers what it sends to a receiver by
/// itself.
#[derive(Debug, Default)]
pub struct InterchangeNumbers {
    /// Hashes of sender and receiver, each with the place of the two among all.
    partners: HashMap<u64, usize>,
    numbers: ControlNumbers,
}

impl InterchangeNumbers {
    /// Adds an interchange; true when none of its sender, receiver and number was there before.
    pub fn insert(&mut self, key: &InterchangeKey) -> bool {
        const DIGITS: usize = 9;
        let InterchangeKey {
            sender,
            receiver,
            number,
        } = key;
        let next = self.partners.len();
        let partners = xxh3_64(format!("{sender}\0{receiver}").as_bytes());
        let place = *self.partners.entry(partners).or_insert(next);
        let is_usual = number.len() == DIGITS && number.bytes().all(|byte| byte.is_ascii_digit());
        // Those of two senders still run in sequence, as numbers.
        self.numbers.insert(&if is_usual {
            format!("{place}{number}")
        } else {
            format!("{place}/{number}")
        })
    }

    /// Whether it has grown to the [most](limits::NUMBER_RUNS) it may hold.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.numbers.is_full() || self.partners.len() >= limits::NUMBER_RUNS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_there_once_whatever_their_order() {
        let mut numbers = NumberSet::default();
        for number in [5, 7, 6, 1, 2, 0] {
            assert!(numbers.insert(number), "{number}");
            assert!(!numbers.insert(number), "{number} again");
        }
        let there: Vec<u64> = (0..9).filter(|&number| numbers.contains(number)).collect();
        assert_eq!(there, [0, 1, 2, 5, 6, 7]);
        assert_eq!(numbers.runs.len(), 2);
    }

    #[test]
    fn control_numbers_are_the_same_when_they_are_written_alike() {
        let mut numbers = ControlNumbers::default();
        let long = "9".repeat(18);
        let longer = "9".repeat(19);
        for written in ["0001", "00001", "1", "0002", "A1", "a1", &long, &longer] {
            assert!(numbers.insert(written), "{written}");
        }
        for written in ["0001", "00001", "1", "0002", "A1", "a1", &long, &longer] {
            assert!(!numbers.insert(written), "{written} again");
        }
        assert!(!numbers.is_full());
    }

    #[test]
    fn an_interchange_is_another_by_its_sender_its_receiver_or_its_number() {
        let mut numbers = InterchangeNumbers::default();
        let key = |sender: &str, receiver: &str, number: &str| InterchangeKey {
            sender: sender.to_owned(),
            receiver: receiver.to_owned(),
            number: number.to_owned(),
        };
        let keys = [
            key("ZZ:A", "ZZ:B", "000000001"),
            key("ZZ:A", "ZZ:B", "000000002"),
            key("ZZ:C", "ZZ:B", "000000001"),
            key("ZZ:A", "ZZ:D", "000000001"),
            key("30:A", "ZZ:B", "000000001"),
            key("ZZ:A", "ZZ:B", "1"),
            key("ZZ:A", "ZZ:B", "1000000001"),
            key("ZZ:A", "ZZ:B", "A00000001"),
        ];
        for key in &keys {
            assert!(numbers.insert(key), "{key:?}");
        }
        for key in &keys {
            assert!(!numbers.insert(key), "{key:?} again");
        }
        assert!(!numbers.is_full());
    }

    #[test]
    fn it_is_full_by_its_gaps_and_not_by_its_numbers() {
        let mut numbers = NumberSet::default();
        let runs = limits::NUMBER_RUNS as u64;
        for number in 0..2 * runs {
            numbers.insert(number);
        }
        assert!(!numbers.is_full() && numbers.runs.len() == 1);
        for gap in 1..runs {
            assert!(!numbers.is_full());
            numbers.insert(2 * runs + 2 * gap);
        }
        assert!(numbers.is_full());
    }
}
