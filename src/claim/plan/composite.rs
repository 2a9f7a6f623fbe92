//! A composite element: the lengths of its components and what to read in them.

use super::read::{Read, look};
use super::values::{Place, Values};
use crate::claim::structure::{ElementSpec, Usage};

/// What to look for in a composite, component by component.
#[derive(Clone, Debug)]
pub(super) struct Composite {
    element: ElementSpec,
    parts: Vec<Part>,
    /// Components up to the last that is required.
    required: usize,
}

#[derive(Clone, Debug)]
struct Part {
    /// Fewest and most characters where it is not empty.
    least: u32,
    most: u32,
    empty: bool,
    read: Read,
}

impl Composite {
    /// What to look for in this element; `placed` where its first component is known to be
    /// right.
    pub(super) fn of(element: &ElementSpec, placed: bool) -> Composite {
        let parts = element.components.iter().enumerate().map(|(at, spec)| {
            let (least, most, read) = look(spec);
            Part {
                least: u32::from(least),
                most: u32::from(most),
                empty: spec.usage != Usage::Required,
                read: if placed && at == 0 { Read::Known } else { read },
            }
        });
        let parts: Vec<Part> = parts.collect();
        let required = parts.iter().rposition(|part| !part.empty);
        Composite {
            element: element.clone(),
            parts,
            required: required.map_or(0, |last| last + 1),
        }
    }

    /// Whether nothing is wrong with the composite at this place; takes its separators. Each
    /// component is handed over as it is found sound.
    pub(super) fn is_sound(
        &self,
        values: Values<'_>,
        place: Place,
        repetition: u8,
        subs: &mut &[u32],
        mut found: impl FnMut(Found<'_>),
    ) -> bool {
        let mut start = place.start;
        for (at, part) in self.parts.iter().enumerate() {
            let sub = subs.first().copied().filter(|&sub| sub < place.end);
            let end = sub.unwrap_or(place.end);
            // Of a separator before this element the length is too large for any.
            let length = end.wrapping_sub(start);
            let own = Place { start, end };
            let sound = if length == 0 {
                part.empty
            } else {
                (part.least..=part.most).contains(&length)
                    && match &part.read {
                        Read::Nothing | Read::Known => true,
                        Read::Code(codes) => values.is_code(own, codes),
                        Read::Character(bits) => values.is_character(start, *bits),
                        Read::Number { decimal } if values.is_number(start, length, *decimal) => {
                            true
                        }
                        // Only elements are known to stand behind their format.
                        Read::Period => false,
                        _ => (self.element.components.get(at))
                            .is_some_and(|spec| values.passes(own, spec)),
                    }
            };
            let separator = sub.and_then(|sub| values.byte(sub));
            if !sound || separator == Some(repetition) {
                return false;
            }
            found(Found {
                place: own,
                read: &part.read,
                separator,
            });
            if sub.is_none() {
                // No empty component may stand last.
                return at + 1 >= self.required && (length > 0 || at == 0);
            }
            *subs = subs.get(1..).unwrap_or(&[]);
            start = end + 1;
        }
        // More components than it has.
        false
    }
}

/// A component that is sound.
pub(super) struct Found<'a> {
    pub(super) place: Place,
    /// What was read in it where it is not empty.
    pub(super) read: &'a Read,
    /// The separator behind it, of another component.
    pub(super) separator: Option<u8>,
}
