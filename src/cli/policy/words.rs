//! Facts of a policy in a biller's words.

use std::fmt::Display;

use crate::listed::one_of;
use crate::policy::{CodeStanding, Coverage, Permission, PlaceRule, Policy};
use crate::value::{Date, DateRange, Modifier};

/// What stands where no fact is known.
pub(super) const NOT_KNOWN: &str = "not known";

pub(super) fn coverage(coverage: Coverage) -> &'static str {
    match coverage {
        Coverage::Covered => "yes",
        Coverage::Limited => "limited",
        Coverage::NotCovered => "no",
    }
}

pub(super) fn permission(permission: Permission) -> &'static str {
    match permission {
        Permission::Allowed => "allowed",
        Permission::Limited => "limited",
        Permission::NotAllowed => "not allowed",
    }
}

pub(super) fn standing(standing: CodeStanding) -> &'static str {
    match standing {
        CodeStanding::Listed => "payable",
        CodeStanding::NotListed => "not on the list",
        CodeStanding::Excluded => "never payable",
    }
}

pub(super) fn place(rule: PlaceRule<'_>) -> String {
    match rule {
        PlaceRule::OneOf(places) => one_of(places),
        PlaceRule::InPerson => "that of the visit in person".to_owned(),
        PlaceRule::NoneNamed => "none named".to_owned(),
    }
}

pub(super) fn modifiers(any_of: &[Modifier]) -> String {
    if any_of.is_empty() {
        return "none".to_owned();
    }
    one_of(any_of)
}

pub(super) fn joined<T: Display>(items: &[T], by: &str) -> String {
    let words: Vec<String> = items.iter().map(ToString::to_string).collect();
    words.join(by)
}

/// The days for which the policy knows whether it pays telehealth: `2020-03-10..2022-06-30,
/// 2024-09-26..`.
pub(super) fn known(policy: &Policy) -> String {
    let stretches: Vec<String> = policy.known_days().into_iter().map(days).collect();
    if stretches.is_empty() {
        return NOT_KNOWN.to_owned();
    }
    stretches.join(", ")
}

/// `2023-09-01..` or `2023-09-01..2024-12-31`.
pub(super) fn days(days: DateRange) -> String {
    if days.through == Date::MAX {
        format!("{}..", days.from)
    } else {
        format!("{}..{}", days.from, days.through)
    }
}
