//! Diagnosis codes (HI): which ICD-10-CM codes were billable on which day.
//!
//! The list is packed (see [`tree`]) and read where it lies in the program; [`pack`]
//! writes it. Source, checks and confidence stand at the head of
//! `data/icd10cm.pack` as text: read it with `head -n 44`.

pub mod pack;
pub mod tree;

use std::sync::LazyLock;

use super::Standing;
use crate::value::{Confidence, Date, DateRange};
use tree::{Found, Tree};

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

/// The days on which the code can be billed, as far as the list knows; `None` when it is none.
#[must_use]
pub fn days(code: &[u8]) -> Option<DateRange> {
    match find(code) {
        Found::Code(span) => Some(span.days),
        Found::Prefix | Found::Nothing => None,
    }
}

/// How well the code's days are known; `None` when it is none.
#[must_use]
pub fn confidence(code: &[u8]) -> Option<Confidence> {
    match find(code) {
        Found::Code(span) => Some(span.confidence),
        Found::Prefix | Found::Nothing => None,
    }
}

/// What the list holds of these characters.
fn find(code: &[u8]) -> Found<'static> {
    TREE.as_ref().map_or(Found::Nothing, |tree| tree.find(code))
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
