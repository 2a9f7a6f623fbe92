//! A glance at a segment: whether [`validate::elements`] can find nothing in it.
//!
//! Nearly every segment is as the guide wants it. So the lengths of all its elements are
//! compared side by side first, and only values of which the guide asks more than a length
//! are read. Whatever a glance does not settle is left to the full check, which alone tells
//! what is wrong: a glance may look away from a sound segment, never let a faulty one pass.
//!
//! [`validate::elements`]: super::validate::elements

use super::structure::{ElementSpec, Kind, SegmentSpec, Usage};
use super::validate::{broken, period, simple};
use crate::x12::{EDGES, Segment};

/// Elements that are compared side by side; longer segments are left to the full check.
const LANES: usize = EDGES - 1;

/// Elements that most segments have no more of.
const FEW: usize = 8;

/// What a segment looks like to a glance; element `n` stands at index `n - 1`, and has bit
/// `n` in a mask.
#[derive(Clone, Debug)]
pub struct Form {
    /// Fewest and most characters of an element that is not empty.
    least: [i32; LANES],
    most: [i32; LANES],
    /// Elements whose value has to be read.
    valued: u32,
    /// Elements the segment may have.
    elements: usize,
}

impl Default for Form {
    fn default() -> Form {
        Form::of(&[])
    }
}

impl Form {
    /// The form of a segment with these elements.
    #[must_use]
    pub fn of(elements: &[ElementSpec]) -> Form {
        let mut form = Form {
            least: [0; LANES],
            most: [i32::MAX; LANES],
            valued: 0,
            elements: elements.len().min(LANES),
        };
        for (at, element) in elements.iter().take(LANES).enumerate() {
            let text = match element.kind {
                Kind::Text => true,
                Kind::Code => element.codes.is_empty(),
                _ => false,
            };
            if element.usage == Usage::NotUsed {
                continue;
            }
            if text {
                form.least[at] = i32::from(element.min);
                form.most[at] = i32::from(element.max);
            }
            if !text || !element.codes.is_empty() {
                form.valued |= 2 << at;
            }
        }
        form
    }

    /// Which of the first elements are filled, and which of these are too short or too long.
    #[inline]
    fn lengths<const ELEMENTS: usize>(&self, edges: &[u32; EDGES]) -> (u32, u32) {
        let mut present = 0_u32;
        let mut outside = 0_u32;
        for lane in 0..ELEMENTS {
            let length = edges[lane + 1].wrapping_sub(edges[lane]).cast_signed() - 1;
            let bit = 2_u32 << lane;
            let filled = if length == 0 { 0 } else { bit };
            let beyond = length < self.least[lane] || length > self.most[lane];
            present |= filled;
            outside |= if beyond { filled } else { 0 };
        }
        (present, outside)
    }
}

/// Whether nothing can be wrong with the elements of the segment.
///
/// `subs` are the places of the component and repetition separators in the segment. No
/// blank may stand beside a separator (see [`crate::x12::Tokens::blank_positions`]).
#[inline]
#[must_use]
pub fn is_sound(segment: &Segment<'_>, spec: &SegmentSpec, repetition: u8, subs: &[u32]) -> bool {
    let form = &spec.form;
    let count = segment.len();
    let Some((bytes, edges)) = segment.edges() else {
        return false;
    };
    if count == 0 || count > form.elements {
        return false;
    }
    let (mut present, outside) = if count <= FEW {
        form.lengths::<FEW>(edges)
    } else {
        form.lengths::<LANES>(edges)
    };
    // What lies behind the segment's own elements was compared too.
    let own = (4_u32 << (count - 1)) - 2;
    present &= own;
    let missing = spec.required & !present;
    let unwanted = present & spec.not_used;
    let trailing = present >> count == 0;
    if outside & own | missing | unwanted != 0 || trailing {
        return false;
    }
    if spec
        .relations
        .iter()
        .any(|(relation, _)| broken(*relation, present).is_some())
    {
        return false;
    }
    let mut subs = subs;
    let mut valued = present & form.valued;
    while valued != 0 {
        let at = valued.trailing_zeros() as usize - 1;
        valued &= valued - 1;
        let (start, end) = (edges[at] + 1, edges[at + 1]);
        let Some(element) = spec.elements.get(at) else {
            return false;
        };
        let sound = match element.kind {
            Kind::Composite => composite(bytes, start, end, &mut subs, element, repetition),
            kind => {
                let Some(value) = bytes.get(start as usize..end as usize) else {
                    return false;
                };
                let mut sound = true;
                if kind == Kind::Period {
                    let format = at
                        .checked_sub(1)
                        .map(|before| bytes.get(edges[before] as usize + 1..edges[at] as usize));
                    let format = format.flatten().unwrap_or(&[]);
                    period(format, value, element, |_| sound = false);
                } else {
                    simple(value, element, |_| sound = false);
                }
                sound
            }
        };
        if !sound {
            return false;
        }
    }
    // A separator of components where no composite is.
    subs.is_empty()
}

/// Whether nothing is wrong with a composite between these places; takes its separators.
fn composite(
    bytes: &[u8],
    start: u32,
    end: u32,
    subs: &mut &[u32],
    spec: &ElementSpec,
    repetition: u8,
) -> bool {
    let mut start = start;
    let mut filled = 0_u32;
    let mut format: &[u8] = &[];
    for at in 0.. {
        let edge = match subs.split_first() {
            Some((&sub, rest)) if sub < end => {
                *subs = rest;
                sub
            }
            _ => end,
        };
        // A separator of an element before this one makes the range empty.
        let Some(part) = bytes.get(start as usize..edge as usize) else {
            return false;
        };
        if !part.is_empty() {
            let Some(component) = spec.components.get(at) else {
                return false;
            };
            let mut sound = component.usage != Usage::NotUsed;
            if component.kind == Kind::Period {
                period(format, part, component, |_| sound = false);
            } else {
                simple(part, component, |_| sound = false);
            }
            if !sound {
                return false;
            }
            filled |= 1 << at;
            format = part;
        }
        if edge == end {
            break;
        }
        if bytes.get(edge as usize) == Some(&repetition) {
            return false;
        }
        start = edge + 1;
    }
    spec.required_components & !filled == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::structure::STRUCTURE;
    use crate::claim::validate::elements;
    use crate::x12::{Delimiters, Tokens};
    use proptest::prelude::*;

    const DELIMITERS: Delimiters = Delimiters {
        element: b'*',
        component: b':',
        repetition: b'^',
        segment: b'~',
    };

    /// What the full check and the glance say of the first segment of a text.
    fn both(text: &[u8], spec: &SegmentSpec) -> (bool, bool) {
        let mut tokens = Tokens::default();
        tokens.fill(text, DELIMITERS);
        let segment = tokens.segment(text, 0);
        let subs: Vec<u32> = tokens
            .sub_positions()
            .iter()
            .copied()
            .filter(|&at| (at as usize) < segment.end())
            .collect();
        let blank = tokens
            .blank_positions()
            .iter()
            .any(|&at| (at as usize) < segment.end());
        let mut full = true;
        elements(&segment, spec, DELIMITERS, &subs, |_, _| full = false);
        let glance = !blank && is_sound(&segment, spec, DELIMITERS.repetition, &subs);
        (full, glance)
    }

    fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            3 => Just(String::new()),
            2 => "[A-Z0-9]{1,3}",
            1 => "[A-Z0-9 :^.-]{1,12}",
            1 => Just("20260302".to_owned()),
            1 => Just("20260302-20260303".to_owned()),
            1 => Just("D8".to_owned()),
            1 => Just("XX".to_owned()),
            1 => Just("HC:97110:GP:95".to_owned()),
            1 => Just("11:B:1".to_owned()),
            1 => Just("ABK:M545".to_owned()),
            1 => Just("100.50".to_owned()),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn a_glance_passes_no_segment_in_which_the_full_check_finds_something(
            which in 0..STRUCTURE.segments.len(),
            values in proptest::collection::vec(value(), 0..20),
        ) {
            let spec = &STRUCTURE.segments[which];
            let text = format!("{}*{}~ST*837*0001~", spec.id, values.join("*"));
            let (full, glance) = both(text.as_bytes(), spec);
            prop_assert!(full || !glance, "{text}");
        }
    }

    #[test]
    fn sound_segments_need_no_more_than_a_glance() {
        let spec = |id: &str, name: &str| {
            STRUCTURE
                .segments
                .iter()
                .find(|spec| spec.id == id && spec.name.contains(name))
        };
        for (text, name) in [
            ("SV1*HC:97110:GP:95*100.00*UN*2***1:2~", ""),
            ("HI*ABK:M545*ABF:M6281~", "Diagnosis"),
            ("CLM*A1*100***11:B:1*Y*A*Y*Y~", ""),
            (
                "NM1*85*2*CLINIC*****XX*1234567893~",
                "Billing Provider Name",
            ),
            ("DTP*472*D8*20260302~", "Service Date"),
            ("DTP*472*RD8*20260302-20260303~", "Service Date"),
        ] {
            let id = text.split('*').next().unwrap_or("");
            let spec = spec(id, name).expect(text);
            assert_eq!(both(text.as_bytes(), spec), (true, true), "{text}");
        }
    }
}
