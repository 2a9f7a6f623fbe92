//! Composites of a shape that was met before.
//!
//! Most composites have the shape of others of their kind: `HC:97110:GP` is as sound as
//! `HC:97140:GP`. So of each length the latest sound shape is kept: where its separators
//! stand, what its codes are, where digits have to be. All characters of another one are held
//! against it side by side.

use super::composite::{Composite, Found};
use super::form::Read;
use super::values::{Place, Values};

/// Characters that are looked at.
const LANES: usize = 32;

/// The shapes of a composite, by their lengths.
#[derive(Clone, Debug)]
pub(super) struct Shapes {
    composite: &'static Composite,
    by_length: Vec<Shape>,
}

#[derive(Clone, Copy, Debug)]
struct Shape {
    /// The least and the greatest byte at each place.
    least: [u8; LANES],
    most: [u8; LANES],
    /// Separators inside.
    separators: usize,
}

impl Shape {
    /// The shape of nothing: no byte is at once 1 or more and 0.
    const NONE: Shape = Shape {
        least: [1; LANES],
        most: [0; LANES],
        separators: 0,
    };
}

impl Shapes {
    /// Those of a composite of which none was met.
    pub(super) fn of(composite: &'static Composite) -> Shapes {
        Shapes {
            composite,
            by_length: vec![Shape::NONE; LANES],
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
            && let Some(bytes) = values.bytes(start)
            && shape.holds(&bytes)
            && shape.separators_end(subs, end)
        {
            *subs = subs.get(shape.separators..).unwrap_or(&[]);
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
        let mut shape = Shape {
            least: [0; LANES],
            most: [u8::MAX; LANES],
            separators: 0,
        };
        let mut can_be_kept = true;
        let composite = self.composite;
        let sound = composite.is_sound(values, place, repetition, subs, |found: Found<'_>| {
            can_be_kept &= shape.take(values, place.start, &found);
        });
        if sound
            && can_be_kept
            && let Some(kept) = self.by_length.get_mut((place.end - place.start) as usize)
        {
            shape.separators = before - subs.len();
            *kept = shape;
        }
        sound
    }
}

impl Shape {
    /// Whether the bytes are of this shape.
    #[inline]
    fn holds(&self, bytes: &[u8; LANES]) -> bool {
        let mut outside = [0; LANES];
        for lane in 0..LANES {
            let within = bytes[lane].max(self.least[lane]).min(self.most[lane]);
            outside[lane] = within ^ bytes[lane];
        }
        outside == [0; LANES]
    }

    /// Whether as many of these separators stand before the end as the shape has. They are
    /// those of the shape then, since all of its own are among them.
    #[inline]
    fn separators_end(&self, subs: &[u32], end: u32) -> bool {
        let last = self.separators.checked_sub(1).map(|last| subs.get(last));
        last.is_none_or(|last| last.is_some_and(|&sub| sub < end))
            && subs.get(self.separators).is_none_or(|&sub| sub > end)
    }

    /// Takes over where a sound component stands and what must stay as it is; `false` where
    /// that can't be said byte by byte.
    fn take(&mut self, values: Values<'_>, start: u32, found: &Found<'_>) -> bool {
        let (first, end) = (
            (found.place.start - start) as usize,
            (found.place.end - start) as usize,
        );
        if end > LANES {
            return false;
        }
        for (at, &byte) in (first..end).zip(values.value(found.place)) {
            let Some(range) = range_of(found.read, byte) else {
                return false;
            };
            (self.least[at], self.most[at]) = range;
        }
        if let Some(separator) = found.separator
            && end < LANES
        {
            (self.least[end], self.most[end]) = (separator, separator);
        }
        true
    }
}

/// The bytes that can stand in the place of one of a sound value, the others being alike;
/// `None` where that can't be said byte by byte.
pub(super) fn range_of(read: &Read, byte: u8) -> Option<(u8, u8)> {
    match read {
        Read::Nothing => Some((0, u8::MAX)),
        Read::Number { .. } if byte.is_ascii_digit() => Some((b'0', b'9')),
        // A sign or a point, which stays where it is, or a character of a code.
        Read::Number { .. } | Read::Known | Read::Code(_) | Read::Character(_) => {
            Some((byte, byte))
        }
        Read::Period | Read::Composite(_) | Read::All => None,
    }
}
