//! A glance at a segment: whether [`validate::elements`] can find nothing in it.
//!
//! Nearly every segment is as the guide wants it. So the lengths of all its elements are
//! compared side by side first, and only values of which the guide asks more than a length
//! are read. Whatever a glance does not settle is left to the full check, which alone tells
//! what is wrong: a glance may look away from a sound segment, never let a faulty one pass.
//!
//! What a glance looks for is worked out once for each use of a segment, its [`Form`].
//!
//! [`validate::elements`]: super::validate::elements

use super::code_set::{CodeSet, short};
use super::spans::{LANES, Spans, bits, flag, lane};
use super::structure::{ElementSpec, Kind, Relation, SegmentSpec, Usage};
use super::validate::{broken, period, simple};
use crate::x12::{EDGES, Segment};

/// Elements that are looked at; longer segments are left to the full check.
const ELEMENTS: usize = EDGES - 1;

/// What a segment looks like to a glance. Masks have the bits that [`bits`] tells, those of
/// the second eight elements behind those of the first.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// The lengths of the first eight elements, and of the others.
    spans: [Spans; 2],
    /// Elements the segment may have.
    elements: usize,
    /// Elements whose value has to be read.
    valued: u32,
    /// The index of the element of each bit, and what to read in it.
    reads: [(usize, Read); ELEMENTS],
    /// Relations that elements of a right presence can break.
    relations: Vec<Relation>,
    /// Elements that are composites, with their indexes, in order.
    composites: Vec<(usize, Composite)>,
}

/// What to look for in a value of a right length.
#[derive(Clone, Debug, Default)]
enum Read {
    /// Nothing more.
    #[default]
    Nothing,
    /// One of these codes.
    Code(CodeSet),
    /// A number, with a decimal point or without.
    Number { decimal: bool },
    /// A date or dates in the format the element before it names.
    Period,
    /// What the full check looks for.
    All,
}

/// A composite.
#[derive(Clone, Debug, Default)]
struct Composite {
    components: Vec<Component>,
    /// Bits of those that can't be empty.
    required: u32,
}

/// One component: the fewest characters, how many more at most, what to read.
#[derive(Clone, Debug)]
struct Component {
    least: u32,
    more: u32,
    read: Read,
}

impl Form {
    /// The form of a segment with these elements and relations, whose uses are told apart
    /// by the codes of this element (0 for none), or of its first component.
    #[must_use]
    pub fn of(
        elements: &[ElementSpec],
        relations: impl Iterator<Item = Relation>,
        told_apart: Option<(usize, &[u64])>,
    ) -> Form {
        let mut form = Form {
            elements: elements.len().min(ELEMENTS),
            ..Form::default()
        };
        let placed = |element: usize, spec: &ElementSpec| {
            told_apart.is_some_and(|(at, codes)| {
                at == element && codes.iter().all(|code| passes(spec, &unpack(*code)))
            })
        };
        for (at, element) in elements.iter().take(ELEMENTS).enumerate() {
            let spans = &mut form.spans[at / LANES];
            if element.usage == Usage::NotUsed {
                spans.limit(at, 0, 0);
                continue;
            }
            if element.usage == Usage::Required {
                spans.require(at);
            }
            if element.kind == Kind::Composite {
                let mut composite = Composite::of(element);
                if let (Some(spec), Some(first)) =
                    (element.components.first(), composite.components.first_mut())
                    && at == 0
                    && placed(0, spec)
                {
                    first.read = Read::Nothing;
                }
                form.composites.push((at, composite));
                continue;
            }
            let (least, most, mut read) = look(element);
            if placed(at + 1, element) {
                read = Read::Nothing;
            }
            spans.limit(at, least, most);
            if !matches!(read, Read::Nothing) {
                form.valued |= 1 << bit(at);
            }
            form.reads[bit(at)] = (at, read);
        }
        form.relations = relations
            .filter(|relation| can_break(*relation, elements))
            .map(in_lanes)
            .collect();
        form
    }
}

/// Fewest and most characters, and what to read in a value of such a length.
fn look(spec: &ElementSpec) -> (u16, u16, Read) {
    if !spec.codes.is_empty() && !matches!(spec.kind, Kind::Period | Kind::Composite) {
        let codes = spec.codes.iter().map(|&code| unpack(code));
        let codes: Vec<Vec<u8>> = codes.filter(|code| passes(spec, code)).collect();
        return CodeSet::of(&codes).map_or((0, u16::MAX, Read::All), |set| (0, 3, Read::Code(set)));
    }
    match spec.kind {
        Kind::Text | Kind::Code => (spec.min, spec.max, Read::Nothing),
        // No sign and no point: a number with one is shorter in digits.
        Kind::Integer | Kind::Decimal if spec.min <= 1 => {
            let decimal = spec.kind == Kind::Decimal;
            (1, spec.max, Read::Number { decimal })
        }
        Kind::Period => (0, u16::MAX, Read::Period),
        _ => (0, u16::MAX, Read::All),
    }
}

/// Whether the full check finds nothing in this value.
#[inline(never)]
fn passes(spec: &ElementSpec, value: &[u8]) -> bool {
    let mut sound = !value.is_empty();
    if sound {
        simple(value, spec, |_| sound = false);
    }
    sound
}

/// The characters of a packed code.
fn unpack(code: u64) -> Vec<u8> {
    let bytes = code.to_be_bytes();
    bytes.into_iter().skip_while(|&byte| byte == 0).collect()
}

/// Whether elements can break the relation although none is missing that is required, and
/// none is there that is not used.
fn can_break(relation: Relation, elements: &[ElementSpec]) -> bool {
    let mask = |usage: Usage| {
        let specs = (1_u32..).zip(elements);
        let alike = specs.filter(|(_, spec)| spec.usage == usage);
        alike.fold(0_u32, |mask, (at, _)| mask | 1 << at)
    };
    let (required, situational) = (mask(Usage::Required), mask(Usage::Situational));
    let used = required | situational;
    match relation {
        Relation::Paired(mask) => mask & used != 0 && mask & required != mask,
        Relation::AtLeastOne(mask) => mask & required == 0,
        Relation::AtMostOne(mask) => (mask & used).count_ones() > 1,
        Relation::IfThenAll(first, mask) => first & used != 0 && mask & required != mask,
        Relation::IfThenAny(first, mask) => first & used != 0 && mask & required == 0,
    }
}

/// The bit of the element at this index.
fn bit(element: usize) -> usize {
    if element < ELEMENTS {
        element / LANES * LANES + lane(element)
    } else {
        // No element that is looked at.
        31
    }
}

/// The relation between the bits of a glance.
fn in_lanes(relation: Relation) -> Relation {
    let mask = |mask: u32| {
        let elements = (1..32).filter(|at| mask >> at & 1 == 1);
        elements.fold(0, |bits, at| bits | 1_u32 << bit(at - 1))
    };
    match relation {
        Relation::Paired(all) => Relation::Paired(mask(all)),
        Relation::AtLeastOne(all) => Relation::AtLeastOne(mask(all)),
        Relation::AtMostOne(all) => Relation::AtMostOne(mask(all)),
        Relation::IfThenAll(first, all) => Relation::IfThenAll(mask(first), mask(all)),
        Relation::IfThenAny(first, all) => Relation::IfThenAny(mask(first), mask(all)),
    }
}

/// Whether nothing can be wrong with the elements of a segment of this use, which was told
/// from other uses by its code.
///
/// `subs` are the places of the component and repetition separators in the block from the
/// segment on; of a sound segment its own are taken. No blank may stand beside a separator
/// (see [`crate::x12::Tokens::blank_positions`]).
#[inline]
#[must_use]
pub fn is_sound(
    segment: &Segment<'_>,
    spec: &SegmentSpec,
    repetition: u8,
    subs: &mut &[u32],
) -> bool {
    let form = &spec.form;
    let count = segment.len();
    let Some((bytes, edges)) = segment.edges() else {
        return false;
    };
    if count == 0 || count > form.elements {
        return false;
    }
    let [first, others] = &form.spans;
    let Some(mut last) = edges
        .first_chunk()
        .and_then(|edges| first.filled(edges, count))
    else {
        return false;
    };
    let mut present = bits(last);
    if count > LANES {
        let behind = edges.last_chunk();
        let Some(filled) = behind.and_then(|edges| others.filled(edges, count - LANES)) else {
            return false;
        };
        last = filled;
        present |= bits(filled) << LANES;
    } else if others.requires() {
        return false;
    }
    // Empty elements at the end.
    if last & flag(count - 1) == 0 {
        return false;
    }
    let mut valued = present & form.valued;
    while valued != 0 {
        let (at, read) = &form.reads[valued.trailing_zeros() as usize % ELEMENTS];
        valued &= valued - 1;
        let at = *at % ELEMENTS;
        let place = (edges[at] + 1, edges[at + 1]);
        let sound = match read {
            Read::Period => {
                // No first element is a period.
                let before = edges[at.saturating_sub(1)] + 1;
                let format = slice(bytes, (before, edges[at]));
                period_is_sound(format, slice(bytes, place), spec.elements.get(at))
            }
            read => read.is_sound(bytes, place, || spec.elements.get(at)),
        };
        if !sound {
            return false;
        }
    }
    let relations = form.relations.iter();
    if relations
        .copied()
        .any(|relation| broken(relation, present).is_some())
    {
        return false;
    }
    for (at, composite) in &form.composites {
        let (start, end) = (edges[*at] + 1, edges[*at + 1]);
        if *at >= count {
            break;
        }
        let is_empty = start == end;
        let components = spec
            .elements
            .get(*at)
            .map_or(&[][..], |spec| &spec.components);
        if !is_empty && !composite.is_sound(bytes, (start, end), repetition, subs, components) {
            return false;
        }
    }
    // A separator of components where no composite is.
    subs.first().is_none_or(|&sub| sub > edges[count])
}

impl Read {
    /// Whether the value between these places is as it should be; `spec` is what the full
    /// check asks of it.
    #[inline]
    fn is_sound<'a>(
        &self,
        bytes: &[u8],
        place: (u32, u32),
        spec: impl Fn() -> Option<&'a ElementSpec>,
    ) -> bool {
        let (start, length) = (place.0 as usize, place.1 - place.0);
        match self {
            Read::Nothing => return true,
            Read::Code(codes) => {
                let code = bytes.get(start..start + 4).and_then(<[u8]>::first_chunk);
                return code.is_some_and(|&code| codes.has(short(code, length)));
            }
            Read::Number { decimal } => {
                let value = bytes.get(start..start + 8).and_then(<[u8]>::first_chunk);
                if value.is_some_and(|&value| is_number(value, length, *decimal)) {
                    return true;
                }
            }
            // Only elements are known to stand behind their format.
            Read::Period => return false,
            Read::All => {}
        }
        spec().is_some_and(|spec| passes(spec, slice(bytes, place)))
    }
}

fn slice(bytes: &[u8], (start, end): (u32, u32)) -> &[u8] {
    bytes.get(start as usize..end as usize).unwrap_or(&[])
}

/// Whether a period in this format is one; see [`period`].
#[inline]
fn period_is_sound(format: &[u8], value: &[u8], spec: Option<&ElementSpec>) -> bool {
    let mut sound = spec.is_some();
    if let Some(spec) = spec {
        period(format, value, spec, |_| sound = false);
    }
    sound
}

/// Whether the first bytes, so many of them, are a number without a sign; `false` too for
/// what is longer than all of them.
#[inline]
fn is_number(value: [u8; 8], length: u32, decimal: bool) -> bool {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let Some(unused @ 0..64) = 64_u32.checked_sub(length * 8) else {
        return false;
    };
    let value = u64::from_le_bytes(value);
    // A digit is 0 to 9 less '0'; any other byte gets its highest bit, here or by the sum.
    let digits = value ^ ZEROS;
    let others = ((digits & LOW) + 0x7676_7676_7676_7676 | digits) & !LOW;
    let others = others << unused;
    if others == 0 {
        return true;
    }
    let at = others.trailing_zeros() & 56;
    let is_point = (value << unused) >> at & 0xFF == u64::from(b'.');
    let is_alone = others & (others - 1) == 0;
    decimal && is_alone && is_point && length > 1
}

impl Composite {
    fn of(element: &ElementSpec) -> Composite {
        let component = |spec: &ElementSpec| {
            let (least, most, read) = match spec.usage {
                Usage::NotUsed => (0, 0, Read::Nothing),
                _ => look(spec),
            };
            Component {
                least: u32::from(least),
                more: u32::from(most.saturating_sub(least)),
                read,
            }
        };
        Composite {
            components: element.components.iter().map(component).collect(),
            required: element.required_components,
        }
    }

    /// Whether nothing is wrong with the composite between these places; takes its
    /// separators.
    #[inline]
    fn is_sound(
        &self,
        bytes: &[u8],
        (first, end): (u32, u32),
        repetition: u8,
        subs: &mut &[u32],
        specs: &[ElementSpec],
    ) -> bool {
        let mut start = first;
        let mut filled = 0_u32;
        for (at, component) in self.components.iter().enumerate() {
            let edge = match **subs {
                [sub, ref rest @ ..] if sub < end => {
                    *subs = rest;
                    sub
                }
                _ => end,
            };
            // A separator of an element before this one stands before the start: such a
            // length is none.
            let length = edge.wrapping_sub(start);
            if length != 0 {
                let fits = length.wrapping_sub(component.least) <= component.more;
                if !fits
                    || !component
                        .read
                        .is_sound(bytes, (start, edge), || specs.get(at))
                {
                    return false;
                }
                filled |= 1 << at;
            }
            if edge == end {
                return self.required & !filled == 0;
            }
            if bytes.get(edge as usize) == Some(&repetition) {
                return false;
            }
            start = edge + 1;
        }
        // More components than there may be.
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::structure::STRUCTURE;
    use crate::claim::validate::elements;
    use crate::x12::{Delimiters, Tokens};
    use proptest::prelude::*;

    /// Segments behind the one that is looked at.
    const BEHIND: &str =
        "REF*6R*1~LX*2~SV1*HC:97110:GP*84*UN*2***1~DTP*472*D8*20260831~LX*3~SE*9*1~";

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
        let mut behind = tokens.sub_positions();
        let glance = !blank && is_sound(&segment, spec, DELIMITERS.repetition, &mut behind);
        if glance {
            assert_eq!(behind.len(), tokens.sub_positions().len() - subs.len());
        }
        (full, glance)
    }

    fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            3 => Just(String::new()),
            2 => "[A-Z0-9]{1,3}",
            1 => "[A-Z0-9 :^.-]{1,12}",
            1 => "-?[0-9]{0,9}[.]?[0-9]{0,3}",
            1 => Just("20260302".to_owned()),
            1 => Just("20260302-20260303".to_owned()),
            1 => Just("D8".to_owned()),
            1 => Just("XX".to_owned()),
            1 => Just("A\0".to_owned()),
            1 => Just("HC:97110:GP:95".to_owned()),
            1 => Just("11:B:1".to_owned()),
            1 => Just("ABK:M545".to_owned()),
            1 => Just("100.50".to_owned()),
            1 => "[A-Z]{120,130}",
        ]
    }

    /// A value as the guide wants it, or empty where that may be.
    fn sound_value(spec: &ElementSpec, seed: usize) -> String {
        let skips = spec.usage == Usage::Situational && seed.is_multiple_of(3);
        if skips || spec.usage == Usage::NotUsed {
            return String::new();
        }
        if !spec.codes.is_empty() {
            let code = unpack(spec.codes[seed % spec.codes.len()]);
            return String::from_utf8_lossy(&code).into_owned();
        }
        let longest = usize::from(spec.max.min(130));
        match spec.kind {
            Kind::Composite => {
                let parts = spec.components.iter().enumerate();
                let parts: Vec<String> = parts
                    .map(|(at, part)| sound_value(part, seed / (at + 1)))
                    .collect();
                parts.join(":").trim_end_matches(':').to_owned()
            }
            Kind::Integer | Kind::Decimal => "7".repeat(1 + seed % longest),
            Kind::Date | Kind::Period => "20260302".to_owned(),
            Kind::Time => "1200".to_owned(),
            Kind::Digits(count) => "1".repeat(usize::from(count)),
            Kind::Text | Kind::Code => {
                let least = usize::from(spec.min).max(1);
                "A".repeat(least + seed % (longest - least + 1))
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn a_glance_passes_no_segment_in_which_the_full_check_finds_something(
            which in 0..STRUCTURE.segments.len(),
            seeds in proptest::collection::vec(0_usize..1000, 24),
            others in proptest::collection::vec((0_usize..24, value()), 0..3),
            count in 0_usize..24,
            behind in "(LX\\*1~|NTE\\*ADD\\*[A-Z]{100,200}~|)",
        ) {
            let spec = &STRUCTURE.segments[which];
            let told_apart = |values: &[String]| spec.told_apart().is_none_or(|(element, codes)| {
                let value = values.get(element.max(1) - 1).map_or("", String::as_str);
                let value = if element == 0 { value.split(':').next().unwrap_or("") } else { value };
                codes.iter().any(|&code| unpack(code) == value.as_bytes())
            });
            let mut values: Vec<String> = spec
                .elements
                .iter()
                .zip(&seeds)
                .map(|(element, &seed)| sound_value(element, seed))
                .collect();
            while values.last().is_some_and(String::is_empty) {
                values.pop();
            }
            let mut looked = 0;
            for (at, value) in [(24, String::new())].into_iter().chain(others) {
                if let Some(place) = values.get_mut(at) {
                    *place = value;
                } else {
                    values.truncate(count.max(1).max(values.len().saturating_sub(at % 3)));
                }
                if !told_apart(&values) {
                    continue;
                }
                looked += 1;
                let text = format!("{}*{}~{behind}{BEHIND}", spec.id, values.join("*"));
                let (full, glance) = both(text.as_bytes(), spec);
                prop_assert!(full || !glance, "{text}");
            }
            prop_assume!(looked > 0);
        }

        #[test]
        fn a_number_at_once_is_one_digit_by_digit(
            text in prop_oneof!["[0-9]{1,8}", "[0-9]{0,4}[.][0-9]{0,3}", "[0-9.A\\-/:\u{0}]{1,8}"],
            behind in proptest::array::uniform8(0_u8..),
            decimal in proptest::bool::ANY,
        ) {
            let mut value = behind;
            value[..text.len()].copy_from_slice(text.as_bytes());
            let length = u32::try_from(text.len()).unwrap_or(0);
            let is_plain = !text.starts_with('-');
            let digits = crate::claim::validate::number_digits(text.as_bytes(), decimal);
            prop_assert_eq!(is_number(value, length, decimal), is_plain && digits.is_some());
        }
    }

    #[test]
    fn nearly_every_sound_segment_needs_no_more_than_a_glance() {
        let mut sound = 0;
        let mut passed = 0;
        for (spec, seed) in STRUCTURE
            .segments
            .iter()
            .flat_map(|spec| (0..40).map(move |seed| (spec, seed)))
        {
            let values: Vec<String> = spec
                .elements
                .iter()
                .enumerate()
                .map(|(at, element)| sound_value(element, seed + at))
                .collect();
            let text = format!("{}*{}", spec.id, values.join("*"));
            let text = format!("{}~{BEHIND}", text.trim_end_matches('*'));
            let (full, glance) = both(text.as_bytes(), spec);
            sound += u32::from(full);
            passed += u32::from(full && glance);
        }
        assert!(passed * 10 > sound * 9, "{passed} of {sound}");
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
            let text = format!("{text}{BEHIND}");
            assert_eq!(both(text.as_bytes(), spec), (true, true), "{text}");
        }
    }
}
