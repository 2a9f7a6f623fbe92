//! Facts by key and date: one sorted array behind a small index.

use std::ops::Range;

use crate::value::{Confidence, Date, DateRange, Modifier, Procedure, Severity};

use super::answer::{Answer, RowRef};
use super::facts::ClaimRule;

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
            open: false,
            row: self.standing.row,
        }
    }
}

/// What facts are filed under.
pub(super) trait Key: Ord + Copy {
    /// The key as a number; keys that differ should seldom agree in it.
    fn number(self) -> u64;
}

/// Facts under keys, each key's in date order without overlap.
///
/// Rules look up several of these for every service line, so the entries of a key
/// are found through a small open-addressed index, half empty: one multiplication
/// and, nearly always, one comparison. A key has a handful of dated entries, which
/// are walked.
#[derive(Debug)]
pub(super) struct Dated<K, T> {
    /// What was pushed, until it is settled.
    loose: Vec<(K, Entry<T>)>,
    /// By key, then by date.
    entries: Vec<Entry<T>>,
    /// A power of two of slots: a key and where its entries stand.
    index: Vec<Option<(K, Range<u32>)>>,
}

impl<K, T> Default for Dated<K, T> {
    fn default() -> Self {
        Dated {
            loose: Vec::new(),
            entries: Vec::new(),
            index: Vec::new(),
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

impl<K: Key, T> Dated<K, T> {
    pub(super) fn push(&mut self, key: K, days: DateRange, standing: Standing, value: T) {
        let entry = Entry {
            days,
            standing,
            value,
        };
        self.loose.push((key, entry));
    }

    /// Sorts and indexes what was pushed and tells which neighbours do not fit.
    /// Until this has run nothing is found.
    pub(super) fn settle(&mut self) -> Vec<Misfit> {
        let mut loose = std::mem::take(&mut self.loose);
        loose.sort_by_key(|(key, entry)| (*key, entry.days.from, entry.standing.row));
        let mut misfits = Vec::new();
        let mut runs: Vec<(K, Range<u32>)> = Vec::new();
        for (position, (key, entry)) in (0_u32..).zip(loose) {
            match (runs.last_mut(), self.entries.last()) {
                (Some((last, run)), Some(earlier)) if *last == key => {
                    misfits.extend(misfit(earlier, &entry));
                    run.end = position + 1;
                }
                _ => runs.push((key, position..position + 1)),
            }
            self.entries.push(entry);
        }
        self.fill_index(runs);
        misfits
    }

    fn fill_index(&mut self, runs: Vec<(K, Range<u32>)>) {
        if runs.is_empty() {
            return;
        }
        let slots = (runs.len() * 2).next_power_of_two();
        self.index = std::iter::repeat_with(|| None).take(slots).collect();
        for (key, run) in runs {
            let home = self.home(key);
            // Half the slots stay free, so one is always found.
            let free = (home..slots)
                .chain(0..home)
                .find(|&slot| matches!(self.index.get(slot), Some(None)));
            if let Some(slot) = free.and_then(|slot| self.index.get_mut(slot)) {
                *slot = Some((key, run));
            }
        }
    }

    /// The slot where the search for a key begins.
    #[inline]
    fn home(&self, key: K) -> usize {
        // Fibonacci hashing: the upper half of the product is well mixed.
        let mixed = key.number().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        usize::try_from(mixed).unwrap_or(0) & self.index.len().wrapping_sub(1)
    }

    /// Every entry under a key, in date order.
    #[inline]
    pub(super) fn all(&self, key: K) -> &[Entry<T>] {
        debug_assert!(self.loose.is_empty(), "a table that nobody settled");
        let mut slot = self.home(key);
        while let Some(Some((found, run))) = self.index.get(slot) {
            if *found == key {
                let run = run.start as usize..run.end as usize;
                return self.entries.get(run).unwrap_or_default();
            }
            slot = (slot + 1) & self.index.len().wrapping_sub(1);
        }
        &[]
    }

    /// The entry under a key that holds on a date.
    #[inline]
    pub(super) fn at(&self, key: K, date: Date) -> Option<&Entry<T>> {
        self.all(key).iter().find(|entry| entry.days.contains(date))
    }

    /// Every key that has an entry.
    pub(super) fn keys(&self) -> impl Iterator<Item = K> {
        self.index.iter().flatten().map(|(key, _)| *key)
    }

    /// Every entry of every key.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry<T>> {
        self.entries.iter()
    }
}

/// What is wrong between two neighbours of one key.
fn misfit<T>(earlier: &Entry<T>, later: &Entry<T>) -> Option<Misfit> {
    let rows = (earlier.standing.row, later.standing.row);
    if later.days.from <= earlier.days.through {
        Some(Misfit::Overlap {
            earlier: rows.0,
            later: rows.1,
        })
    } else if earlier.days.through.plus_days(1) != later.days.from {
        Some(Misfit::Gap {
            earlier: rows.0,
            later: rows.1,
        })
    } else {
        None
    }
}

impl Key for () {
    fn number(self) -> u64 {
        0
    }
}

impl Key for u64 {
    fn number(self) -> u64 {
        self
    }
}

impl Key for u128 {
    fn number(self) -> u64 {
        let low = u64::try_from(self & u128::from(u64::MAX)).unwrap_or(0);
        let high = u64::try_from(self >> 64).unwrap_or(0);
        low ^ high.rotate_left(24)
    }
}

impl Key for usize {
    fn number(self) -> u64 {
        u64::try_from(self).unwrap_or(0)
    }
}

impl Key for (usize, u64) {
    fn number(self) -> u64 {
        self.1 ^ self.0.number().rotate_left(48)
    }
}

impl Key for ClaimRule {
    fn number(self) -> u64 {
        self as u64
    }
}

/// The procedure code of such a number.
pub(super) fn procedure_of_key(key: u64) -> Option<Procedure> {
    Procedure::parse(key.to_be_bytes().get(3..)?)
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

/// The keys of the two codes of a [`pair_key`].
pub(super) fn codes_of_pair(key: u128) -> [u64; 2] {
    [key >> 64, key & u128::from(u64::MAX)].map(|code| u64::try_from(code).unwrap_or(0))
}

/// Two modifiers as one number, whichever comes first.
#[inline]
pub(super) fn modifier_pair_key(one: Modifier, other: Modifier) -> usize {
    let (one, other) = (one.index(), other.index());
    one.min(other) * 1_296 + one.max(other)
}
