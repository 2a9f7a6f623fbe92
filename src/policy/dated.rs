//! Facts by key and date: one sorted array, found by bisection.

use crate::value::{Date, DateRange, Modifier, Procedure, Severity};

use super::answer::{Answer, Confidence, RowRef};

/// What a row says of itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) confidence: Confidence,
    pub(super) cap: Option<Severity>,
    pub(super) row: RowRef,
}

/// One fact and the days it holds.
#[derive(Debug)]
pub(super) struct Entry<T> {
    pub(super) days: DateRange,
    pub(super) standing: Standing,
    pub(super) value: T,
}

impl<T> Entry<T> {
    pub(super) fn answer<'a, U>(&'a self, read: impl FnOnce(&'a T) -> U) -> Answer<U> {
        Answer {
            value: read(&self.value),
            confidence: self.standing.confidence,
            cap: self.standing.cap,
            row: self.standing.row,
        }
    }
}

/// Facts under keys, each key's in date order without overlap.
///
/// Keys stand in an array of their own, so that a bisection touches one or two
/// cache lines; a key has a handful of dated entries, which are walked.
#[derive(Debug)]
pub(super) struct Dated<K, T> {
    keys: Vec<K>,
    entries: Vec<Entry<T>>,
}

impl<K, T> Default for Dated<K, T> {
    fn default() -> Self {
        Dated {
            keys: Vec::new(),
            entries: Vec::new(),
        }
    }
}

/// Two entries of one key that do not fit together, as their rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Misfit {
    /// Both hold on one day.
    Overlap { earlier: RowRef, later: RowRef },
    /// Days between them are left without any.
    Gap { earlier: RowRef, later: RowRef },
}

impl<K: Ord + Copy, T> Dated<K, T> {
    pub(super) fn push(&mut self, key: K, days: DateRange, standing: Standing, value: T) {
        self.keys.push(key);
        self.entries.push(Entry {
            days,
            standing,
            value,
        });
    }

    /// Sorts what was pushed and tells which neighbours do not fit. Until this has
    /// run nothing is found.
    pub(super) fn settle(&mut self) -> Vec<Misfit> {
        let keys = std::mem::take(&mut self.keys);
        let mut both: Vec<(K, Entry<T>)> = keys.into_iter().zip(self.entries.drain(..)).collect();
        both.sort_by_key(|(key, entry)| (*key, entry.days.from, entry.standing.row));
        (self.keys, self.entries) = both.into_iter().unzip();

        let mut misfits = Vec::new();
        for (keys, pair) in self.keys.windows(2).zip(self.entries.windows(2)) {
            let ([key, next_key], [earlier, later]) = (keys, pair) else {
                continue;
            };
            if key != next_key {
                continue;
            }
            let rows = (earlier.standing.row, later.standing.row);
            if later.days.from <= earlier.days.through {
                misfits.push(Misfit::Overlap {
                    earlier: rows.0,
                    later: rows.1,
                });
            } else if earlier.days.through.plus_days(1) != later.days.from {
                misfits.push(Misfit::Gap {
                    earlier: rows.0,
                    later: rows.1,
                });
            }
        }
        misfits
    }

    /// Every entry under a key, in date order.
    #[inline]
    pub(super) fn all(&self, key: K) -> impl Iterator<Item = &Entry<T>> {
        let start = self.keys.partition_point(|candidate| *candidate < key);
        self.keys
            .iter()
            .zip(&self.entries)
            .skip(start)
            .take_while(move |(candidate, _)| **candidate == key)
            .map(|(_, entry)| entry)
    }

    /// The entry under a key that holds on a date.
    #[inline]
    pub(super) fn at(&self, key: K, date: Date) -> Option<&Entry<T>> {
        self.all(key).find(|entry| entry.days.contains(date))
    }

    /// Every entry of every key.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry<T>> {
        self.entries.iter()
    }
}

/// A procedure code as a number that keeps its order.
#[inline]
pub(super) fn procedure_key(procedure: Procedure) -> u64 {
    procedure
        .bytes()
        .iter()
        .fold(0, |key, &byte| key << 8 | u64::from(byte))
}

/// Two procedure codes as one number, whichever comes first.
#[inline]
pub(super) fn pair_key(one: Procedure, other: Procedure) -> u128 {
    let (one, other) = (procedure_key(one), procedure_key(other));
    u128::from(one.min(other)) << 64 | u128::from(one.max(other))
}

/// Two modifiers as one number, whichever comes first.
#[inline]
pub(super) fn modifier_pair_key(one: Modifier, other: Modifier) -> usize {
    let (one, other) = (one.index(), other.index());
    one.min(other) * 1_296 + one.max(other)
}
