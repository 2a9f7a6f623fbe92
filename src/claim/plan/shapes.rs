//! Composites of a shape that was met before.
//!
//! Most composites have the shape of others of their kind: `HC:97110:GP` is as sound as
//! `HC:97140:GP`. So of each length the latest sound shape is kept: where its separators
//! stand, what its codes are, where digits have to be. All characters of another one are held
//! against it side by side.

use super::between::{Between, LANES};
use super::composite::{Composite, Found};
use super::values::{Place, Values};

/// The shapes of a composite, by their lengths.
#[derive(Clone, Debug)]
pub(super) struct Shapes {
    composite: &'static Composite,
    by_length: Vec<Shape>,
}

#[derive(Clone, Copy, Debug)]
struct Shape {
    bytes: Between,
    /// Separators inside.
    separators: usize,
}

impl Shapes {
    /// Those of a composite of which none was met.
    pub(super) fn of(composite: &'static Composite) -> Shapes {
        let none = Shape {
            bytes: Between::NONE,
            separators: 0,
        };
        Shapes {
            composite,
            by_length: vec![none; LANES],
        }
    }

    /// Whether they are this composite's.
    pub(super) fn are_of(&self, composite: &'static Composite) -> bool {
        std::ptr::eq(self.composite, composite)
    }

    /// Whether nothing is wrong with the composite of so many characters that starts here;
    /// takes its separators. A sound one is kept.
    #[inline]
    pub(super) fn are_sound(
        &mut self,
        values: Values<'_>,
        start: u32,
        length: u32,
        repetition: u8,
        subs: &mut &[u32],
    ) -> bool {
        let end = start + length;
        if let Some(shape) = self.by_length.get(length as usize)
            && let Some(bytes) = values.bytes::<LANES>(start)
            && Between::hold(std::slice::from_ref(&shape.bytes), &bytes)
            && let Some(rest) = behind(subs, shape.separators, end)
        {
            *subs = rest;
            return true;
        }
        self.look(values, Place { start, end }, repetition, subs)
    }

    #[inline(never)]
    fn look(
        &mut self,
        values: Values<'_>,
        place: Place,
        repetition: u8,
        subs: &mut &[u32],
    ) -> bool {
        let before = subs.len();
        let mut bytes = Between::ANY;
        let mut is_told = true;
        let sound = self
            .composite
            .is_sound(values, place, repetition, subs, |found| {
                is_told &= take(
                    std::slice::from_mut(&mut bytes),
                    values,
                    place.start,
                    &found,
                )
                .is_some();
            });
        let kept = self.by_length.get_mut((place.end - place.start) as usize);
        if let Some(kept) = kept
            && sound
            && is_told
        {
            let separators = before - subs.len();
            *kept = Shape { bytes, separators };
        }
        sound
    }
}

/// The separators behind so many, when these and no other stand before the end. They are those
/// of a shape then that has as many, since all of its own are among them.
#[inline]
pub(super) fn behind<'a>(subs: &&'a [u32], count: usize, end: u32) -> Option<&'a [u32]> {
    let (own, rest) = subs.split_at_checked(count)?;
    let are_own = own.last().is_none_or(|&last| last < end);
    let are_all = rest.first().is_none_or(|&next| next >= end);
    (are_own && are_all).then_some(rest)
}

/// Takes over where a sound component stands, in rows that start at this place, and what must
/// stay as it is; `None` where that can't be said byte by byte.
pub(super) fn take(
    rows: &mut [Between],
    values: Values<'_>,
    start: u32,
    found: &Found<'_>,
) -> Option<()> {
    let at = (found.place.start - start) as usize;
    let value = values.value(found.place);
    if let Some(separator) = found.separator {
        Between::set(rows, at + value.len(), (separator, separator));
    }
    Between::set_value(rows, at, value, found.read)
}
