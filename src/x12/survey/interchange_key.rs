//! What tells one interchange from all others.

use crate::value::Date;

/// What tells one interchange from all others: its sender, receiver and number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InterchangeKey {
    /// ISA05 and ISA06.
    pub sender: String,
    /// ISA07 and ISA08.
    pub receiver: String,
    /// ISA13.
    pub number: String,
}

impl InterchangeKey {
    /// From the elements of an ISA.
    pub fn of<'a>(element: impl Fn(usize) -> &'a [u8]) -> InterchangeKey {
        let text = |position| String::from_utf8_lossy(element(position).trim_ascii()).into_owned();
        InterchangeKey {
            sender: format!("{}:{}", text(5), text(6)),
            receiver: format!("{}:{}", text(7), text(8)),
            number: text(13),
        }
    }
}

/// Tells when claims of an interchange were accepted in an earlier run.
pub type Taken<'a> = &'a dyn Fn(&InterchangeKey) -> Option<Date>;
