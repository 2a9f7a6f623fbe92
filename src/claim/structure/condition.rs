//! What the value of one element asks of others, where the guide says so in words.

use super::element::{ElementSpec, Usage};
use super::packed::pack;

/// What the value of one element asks of others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Condition {
    /// A first name, middle name or suffix (NM104, NM105, NM107) is a person's: NM102 is 1.
    PersonName,
    /// An attachment that is sent (PWK02 other than AA) has a number in PWK06.
    AttachmentNumber,
}

impl Condition {
    /// That of a use of the segment `id` with these elements.
    pub(super) fn of(id: &str, elements: &[ElementSpec]) -> Option<Condition> {
        let has = |element: usize, code: &[u8]| {
            let spec = elements.get(element - 1);
            spec.is_some_and(|spec| pack(code).is_some_and(|code| spec.codes.contains(&code)))
        };
        let is_used = |element: usize| {
            let spec = elements.get(element - 1);
            spec.is_some_and(|spec| spec.usage != Usage::NotUsed)
        };
        match id {
            "NM1" if has(2, b"1") && has(2, b"2") && is_used(4) => Some(Condition::PersonName),
            "PWK" if has(2, b"AA") && is_used(6) => Some(Condition::AttachmentNumber),
            _ => None,
        }
    }

    /// The element at fault of a segment with these values by position, if it does not hold.
    pub fn broken<'a>(self, value: impl Fn(usize) -> &'a [u8]) -> Option<usize> {
        let (is_broken, element) = match self {
            Condition::PersonName => {
                let filled = [4, 5, 7].into_iter().find(|&part| !value(part).is_empty());
                (value(2) == b"2" && filled.is_some(), filled.unwrap_or(4))
            }
            // Without PWK02 it is not known.
            Condition::AttachmentNumber => {
                // That the two go together is a relation.
                let is_alone = value(5).is_empty() && value(6).is_empty();
                (!matches!(value(2), b"AA" | b"") && is_alone, 6)
            }
        };
        is_broken.then_some(element)
    }
}
