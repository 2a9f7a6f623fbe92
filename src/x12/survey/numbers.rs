//! Control numbers in use.

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
