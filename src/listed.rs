//! Several things in one sentence.

use std::fmt::{Display, Write};

/// `95`, `95 or GT`, `02, 10 or 11`.
pub(crate) fn one_of<T: Display>(things: impl IntoIterator<Item = T>) -> String {
    listed(things, "or")
}

/// `95`, `95 and GP`, `95, GP and KX`.
pub(crate) fn all_of<T: Display>(things: impl IntoIterator<Item = T>) -> String {
    listed(things, "and")
}

/// The same with this word before the last.
pub(crate) fn listed<T: Display>(things: impl IntoIterator<Item = T>, word: &str) -> String {
    let mut things = things.into_iter().peekable();
    let mut text = String::new();
    while let Some(thing) = things.next() {
        let glue = match (text.is_empty(), things.peek().is_some()) {
            (true, _) => String::new(),
            (false, true) => ", ".to_owned(),
            (false, false) => format!(" {word} "),
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "{glue}{thing}");
    }
    text
}
