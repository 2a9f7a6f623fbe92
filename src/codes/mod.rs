//! Dated code sets: what a code is, and on which days it may be billed.
//!
//! Each room answers for one list and knows its edges: a code that was not yet,
//! or no longer, in force is told apart from one the list never held, and days
//! after a list's last covered day are the caller's to judge with care. The
//! lists lie beside the code in `data/`, each with its source, its last day and
//! the confidence of its facts at its head or in a column.
//!
//! A table is built once, on its first use; a look-up after that allocates
//! nothing. Nothing here knows X12, a payer or a rule.

pub mod diagnosis;
pub mod geography;
pub mod modifier;
pub mod place;
pub mod procedure;
pub mod taxonomy;

mod table;

use std::sync::LazyLock;

use crate::value::{Date, DateRange};

/// The days on which a procedure, modifier or place comes or has just gone, in order.
static TURNS: LazyLock<Vec<Date>> = LazyLock::new(|| {
    let mut turns: Vec<Date> = procedure::days()
        .chain(modifier::days())
        .chain(place::days())
        .flat_map(|days| [days.from, days.through.plus_days(1)])
        .collect();
    turns.sort_unstable();
    turns.dedup();
    turns
});

/// The days around this one on which every procedure, modifier and place of service
/// stands alike.
#[must_use]
pub fn alike(date: Date) -> DateRange {
    DateRange::between(&TURNS, date)
}

/// How a code stands on one day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// The code may be used on the day.
    InForce,
    /// The code came later; its first day.
    NotYet(Date),
    /// The code is gone; its last day.
    Ended(Date),
    /// The list has no such code on any day.
    Unknown,
}

impl Standing {
    /// How a code that lives on `days` stands on `date`.
    #[must_use]
    pub fn of(days: DateRange, date: Date) -> Standing {
        if date < days.from {
            Standing::NotYet(days.from)
        } else if date > days.through {
            Standing::Ended(days.through)
        } else {
            Standing::InForce
        }
    }
}
