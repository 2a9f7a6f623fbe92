//! A composite element: the lengths of its components and what to read in them.

use super::form::{Read, look};
use super::spans::{LANES, Spans, bits};
use super::values::{Place, Values};
use crate::claim::structure::{ElementSpec, Usage};

/// What to look for in a composite.
#[derive(Clone, Debug, Default)]
pub(super) struct Composite {
    /// The lengths of its components.
    spans: Spans,
    /// Components it may have, of those that are looked at; 0 where that is not enough.
    components: usize,
    /// Components in whose value something has to be read.
    read: u32,
    reads: [Read; LANES],
}

impl Composite {
    /// What to look for in this element; `placed` where its first component is known to be
    /// right.
    pub(super) fn of(element: &ElementSpec, placed: bool) -> Composite {
        let mut composite = Composite::default();
        for (at, spec) in element.components.iter().take(LANES).enumerate() {
            let (least, most, read) = match spec.usage {
                Usage::NotUsed => (0, 0, Read::Nothing),
                _ => look(spec),
            };
            composite.spans.limit(at, least, most);
            if element.required_components >> at & 1 == 1 {
                composite.spans.require(at);
            }
            let is_known = placed && at == 0;
            if !is_known && !matches!(read, Read::Nothing) {
                composite.read |= 1 << at;
                composite.reads[at] = read;
            }
        }
        if element.required_components >> LANES == 0 {
            composite.components = element.components.len().min(LANES);
        }
        composite
    }

    /// Whether nothing is wrong with the composite at this place; takes its separators.
    /// The lengths of its components are compared side by side.
    #[inline]
    pub(super) fn is_sound(
        &self,
        values: Values<'_>,
        place: Place,
        repetition: u8,
        subs: &mut &[u32],
        spec: &ElementSpec,
    ) -> bool {
        // A separator before this element would make a gap too wide for any.
        let gap = |from: u32, to: u32| u64::from(to.wrapping_sub(from).min(127));
        let before = place.start.wrapping_sub(1);
        let (mut edges, mut gaps, mut latest, mut count) = ([before; 2 * LANES], 0, before, 0);
        while let Some(&sub) = subs.get(count)
            && sub < place.end
            && count < LANES
        {
            if values.byte(sub) == Some(repetition) {
                return false;
            }
            gaps |= gap(latest, sub) << (8 * count);
            (latest, count) = (sub, count + 1);
            edges[count] = sub;
        }
        if count >= self.components {
            return false;
        }
        edges[(count + 1) % (2 * LANES)] = place.end;
        gaps |= gap(latest, place.end) << (8 * count % 64);
        let Some(filled) = self.spans.filled(gaps.to_le_bytes(), count + 1) else {
            return false;
        };
        let mut read = bits(filled) & self.read;
        while read != 0 {
            let at = read.trailing_zeros() as usize % LANES;
            read &= read - 1;
            let place = Place {
                start: edges[at] + 1,
                end: edges[at + 1],
            };
            let sound = match &self.reads[at] {
                Read::Nothing => true,
                Read::Code(codes) => values.is_code(place, codes),
                Read::Character(bits) => values.is_character(place, *bits),
                Read::Number { decimal } if values.is_number(place, *decimal) => true,
                // Only elements are known to stand behind their format.
                Read::Period | Read::Composite(_) => false,
                _ => (spec.components.get(at)).is_some_and(|spec| values.passes(place, spec)),
            };
            if !sound {
                return false;
            }
        }
        *subs = subs.get(count..).unwrap_or(&[]);
        true
    }
}
