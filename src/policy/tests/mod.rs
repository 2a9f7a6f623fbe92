//! What the built-in data says, and what the loader refuses.

#![allow(clippy::unwrap_used, clippy::panic)]

mod data;
mod extends;
mod files;
mod periods;

use super::{Policy, PolicyBook};
use crate::value::{Date, Modifier, Procedure, State};

fn day(text: &str) -> Date {
    Date::parse_iso(text).unwrap()
}

fn code(text: &str) -> Procedure {
    Procedure::parse(text.as_bytes()).unwrap()
}

fn modifier(text: &str) -> Modifier {
    Modifier::parse(text.as_bytes()).unwrap()
}

fn medicaid<'a>(book: &'a PolicyBook, state: &str) -> &'a Policy {
    book.get(
        book.medicaid(State::parse(state.as_bytes()).unwrap())
            .unwrap(),
    )
}
