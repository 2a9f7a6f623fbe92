//! Diagnosis codes (HI): which ICD-10-CM codes were billable on which day.
//!
//! The list is packed (see [`tree`]) and read where it lies in the program; [`pack`]
//! writes it. Source, checks and confidence stand at the head of
//! `data/icd10cm.pack` as text: read it with `head -n 44`.

pub mod pack;
pub mod tree;

use std::cell::Cell;
use std::sync::LazyLock;

use super::Standing;
use crate::value::{Date, DateRange};
use tree::{Found, MAX_LENGTH, Span, Tree};

const LIST: &[u8] = include_bytes!("../data/icd10cm.pack");

/// A list that cannot be read covers no day; the tests would not let it pass.
static TREE: LazyLock<Option<Tree<'static>>> = LazyLock::new(|| Tree::open(LIST));

/// How a diagnosis code stands on one day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiagnosisStanding {
    /// Valid for claims on the day.
    Billable,
    /// The code came later; its first day.
    NotYet(Date),
    /// The code is gone; its last day.
    Ended(Date),
    /// Not a billable code, but others begin with it: it needs more characters.
    /// On which days those others were in force is not asked.
    Header,
    /// No such code in any release covered.
    Unknown,
}

/// How the code, upper-case and without a decimal point, stands on a day, as far as the
/// list knows: on a day it does not [cover](covers) a code may have come or gone unseen.
///
/// A code that ended and was then divided (`M722` into `M7220` and others) answers
/// with its end, not as a header.
#[must_use]
pub fn standing(code: &[u8], date: Date) -> DiagnosisStanding {
    match find(code) {
        Found::Code(span) => match Standing::of(span.days, date) {
            Standing::InForce => DiagnosisStanding::Billable,
            Standing::NotYet(first) => DiagnosisStanding::NotYet(first),
            Standing::Ended(last) => DiagnosisStanding::Ended(last),
            Standing::Unknown => DiagnosisStanding::Unknown,
        },
        // Two characters name a run of categories, not a code cut short.
        Found::Prefix if code.len() >= 3 => DiagnosisStanding::Header,
        Found::Prefix | Found::Nothing => DiagnosisStanding::Unknown,
    }
}

/// Codes kept by each thread, a power of two: therapists bill few.
const RECENT: usize = 64;

thread_local! {
    /// Codes found of late, packed with their length, and their days.
    static FOUND: [Cell<(u64, Option<&'static Span>)>; RECENT] =
        const { [const { Cell::new((0, None)) }; RECENT] };
}

/// What the list holds of these characters. Claims name the same few codes again and again,
/// and comparing eight bytes is less than a walk down the tree.
fn find(code: &[u8]) -> Found<'static> {
    let Some(tree) = TREE.as_ref() else {
        return Found::Nothing;
    };
    if code.len() > MAX_LENGTH {
        return tree.find(code);
    }
    let packed = code.iter().fold(code.len() as u64, |packed, &byte| {
        packed << 8 | u64::from(byte)
    });
    let place = (packed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize % RECENT;
    FOUND.with(|recent| {
        if let (kept, Some(span)) = recent[place].get()
            && kept == packed
        {
            return Found::Code(span);
        }
        let found = tree.find(code);
        if let Found::Code(span) = found {
            recent[place].set((packed, Some(span)));
        }
        found
    })
}

/// Whether the list is complete for the day.
#[must_use]
pub fn covers(date: Date) -> bool {
    covered().is_some_and(|days| days.contains(date))
}

fn covered() -> Option<DateRange> {
    TREE.as_ref().map(Tree::covered)
}

/// The first day the list speaks of (2019-10-01).
#[must_use]
pub fn first_day_covered() -> Date {
    covered().map_or(Date::MAX, |days| days.from)
}

/// The last day the list speaks of (2027-03-31).
#[must_use]
pub fn last_day_covered() -> Date {
    covered().map_or(Date::MIN, |days| days.through)
}

#[cfg(test)]
mod tests;
