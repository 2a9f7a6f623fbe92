//! Claims and dollars by rule, payer, provider and day, in maps of bounded size.

use std::collections::HashMap;

use crate::value::{Cents, CentsTotal, Verdict};

/// Most payers, providers or days told apart; what comes later is summed up as one.
pub(super) const ROWS: usize = 4_000;

/// Claims by verdict, and what they charge.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Cell {
    /// Claims by verdict, in the order of [`Verdict::ALL`].
    pub claims: [u64; Verdict::ALL.len()],
    /// CLM02 of the rejected ones.
    pub rejected: CentsTotal,
}

impl Cell {
    pub(super) fn add(&mut self, verdict: Verdict, charge: Cents) {
        self.claims[usize::from(verdict.index())] += 1;
        if verdict == Verdict::Rejected {
            self.rejected = self.rejected.plus(charge);
        }
    }

    pub(super) fn merge(&mut self, other: &Cell) {
        for (mine, others) in self.claims.iter_mut().zip(other.claims) {
            *mine += others;
        }
        self.rejected = self.rejected.plus(other.rejected);
    }

    pub(super) fn total(&self) -> u64 {
        self.claims.iter().sum()
    }

    pub(super) fn rejects(&self) -> u64 {
        self.claims[usize::from(Verdict::Rejected.index())]
    }
}

/// One payer, provider, rule or day.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub key: Box<[u8]>,
    /// The name that came with the key first.
    pub name: Box<[u8]>,
    pub cell: Cell,
}

/// Sums by key, in the order the keys came.
#[derive(Debug, Default)]
pub(super) struct Sums {
    places: HashMap<Box<[u8]>, usize>,
    pub rows: Vec<Row>,
    /// What came after [`ROWS`] keys.
    pub others: Cell,
    /// The row of the claim before: neighbours often share it.
    last: usize,
}

impl Sums {
    pub(super) fn add(&mut self, [key, name]: [&[u8]; 2], verdict: Verdict, charge: Cents) {
        let same = self.rows.get(self.last).is_some_and(|row| *row.key == *key);
        if !same {
            match self.places.get(key) {
                Some(&place) => self.last = place,
                None if self.rows.len() >= ROWS => {
                    self.others.add(verdict, charge);
                    return;
                }
                None => {
                    self.last = self.rows.len();
                    self.places.insert(key.into(), self.last);
                    self.rows.push(Row {
                        key: key.into(),
                        name: name.into(),
                        cell: Cell::default(),
                    });
                }
            }
        }
        if let Some(row) = self.rows.get_mut(self.last) {
            row.cell.add(verdict, charge);
        }
    }

    /// The rows with most rejected claims first, then most warned, then by key; how
    /// many more there are, and the sum of those. Rows without a rejected
    /// one (or, if asked for, a warned one) are not among the first.
    pub(super) fn top(&self, count: usize, warned: bool) -> (Vec<&Row>, usize, Cell) {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_by(|a, b| {
            let weight = |row: &Row| (row.cell.rejects(), row.cell.claims[1], row.cell.total());
            weight(b).cmp(&weight(a)).then_with(|| a.key.cmp(&b.key))
        });
        let mut others = self.others;
        let noted = |row: &&&Row| row.cell.rejects() > 0 || (warned && row.cell.claims[1] > 0);
        let count = rows.iter().take(count).filter(noted).count();
        let rest = rows.split_off(count);
        for row in &rest {
            others.merge(&row.cell);
        }
        (rows, rest.len(), others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_past_the_bound_are_summed_as_one() {
        let mut sums = Sums::default();
        let keys: Vec<String> = (0..ROWS + 10).map(|number| number.to_string()).collect();
        for key in keys.iter().chain(&keys) {
            sums.add([key.as_bytes(), b""], Verdict::Rejected, Cents(100));
        }
        assert_eq!(sums.rows.len(), ROWS);
        assert_eq!(sums.others.rejects(), 20);
        let (rows, rest, others) = sums.top(3, false);
        assert_eq!(
            rows.iter().map(|row| &*row.key).collect::<Vec<_>>(),
            [b"0".as_slice(), b"1", b"10"]
        );
        assert_eq!(rest, ROWS - 3);
        let listed: u64 = rows.iter().map(|row| row.cell.rejects()).sum();
        assert_eq!(listed + others.rejects(), 2 * keys.len() as u64);
        assert_eq!(
            others.rejected,
            CentsTotal::times(i64::try_from(others.rejects()).unwrap(), Cents(100))
        );
    }
}
