//! The plain values a claim is made of: dates, money and short codes.
//!
//! Everything here is `Copy`, compares in one instruction and is parsed from
//! bytes without allocating. Nothing here knows X12, a payer or a rule.

mod code;
mod confidence;
mod date;
mod money;
mod severity;
mod verdict;

pub use code::{Modifier, ModifierSet, PlaceOfService, Procedure, State};
pub use confidence::Confidence;
pub use date::{Date, DateRange};
pub use money::{Cents, CentsTotal};
pub use severity::Severity;
pub use verdict::Verdict;

/// The lowest 64 bits.
#[allow(clippy::cast_possible_truncation)] // The others are meant to go.
#[inline]
#[must_use]
pub const fn low_bits(number: u128) -> u64 {
    number as u64
}
