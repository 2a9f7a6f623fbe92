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
use super::spans::{LANES, Spans, bits, flag};
use super::structure::{ElementSpec, Kind, Relation, SegmentSpec, Usage};
use super::validate::{broken, period, simple};
use crate::value::Date;
use crate::x12::{EDGES, Segment};

/// Elements that are looked at; longer segments are left to the full check.
const ELEMENTS: usize = EDGES - 1;

/// What a segment looks like to a glance; in a mask the element at an index has the bit of
/// that index.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// The lengths of the first eight elements, and of the others.
    spans: [Spans; 2],
    /// Elements the segment may have.
    elements: usize,
    /// Elements whose value is one of some characters, which their bits are; see
    /// [`character_bit`].
    characters: u32,
    character_bits: [u64; ELEMENTS],
    /// Elements whose value is one of some codes.
    coded: u32,
    codes: [CodeSet; ELEMENTS],
    /// Elements in whose value something else has to be read.
    valued: u32,
    reads: [Read; ELEMENTS],
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
    /// One of these codes of one character, each with a bit; see [`character_bit`].
    Character(u64),
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
            match read {
                Read::Nothing => {}
                Read::Character(bits) => {
                    form.characters |= 1 << at;
                    form.character_bits[at] = bits;
                }
                Read::Code(codes) => {
                    form.coded |= 1 << at;
                    form.codes[at] = codes;
                }
                read => {
                    form.valued |= 1 << at;
                    form.reads[at] = read;
                }
            }
        }
        form.relations = relations
            .filter(|relation| can_break(*relation, elements))
            .map(from_zero)
            .collect();
        form
    }
}

/// Fewest and most characters, and what to read in a value of such a length.
fn look(spec: &ElementSpec) -> (u16, u16, Read) {
    if !spec.codes.is_empty() && !matches!(spec.kind, Kind::Period | Kind::Composite) {
        let codes = spec.codes.iter().map(|&code| unpack(code));
        let codes: Vec<Vec<u8>> = codes.filter(|code| passes(spec, code)).collect();
        let bits = codes.iter().try_fold(0, |bits, code| match code[..] {
            [character] => character_bit(character).map(|bit| bits | 1_u64 << bit),
            _ => None,
        });
        if let Some(bits @ 1..) = bits {
            return (1, 1, Read::Character(bits));
        }
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

/// The bit of a character in a set: digits and capitals have one.
#[inline]
fn character_bit(character: u8) -> Option<u32> {
    let bit = u32::from(character.wrapping_sub(b'0'));
    (bit < u64::BITS).then_some(bit)
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

/// The relation with bits by the index of the element instead of its position, from 1.
fn from_zero(relation: Relation) -> Relation {
    match relation {
        Relation::Paired(all) => Relation::Paired(all >> 1),
        Relation::AtLeastOne(all) => Relation::AtLeastOne(all >> 1),
        Relation::AtMostOne(all) => Relation::AtMostOne(all >> 1),
        Relation::IfThenAll(first, all) => Relation::IfThenAll(first >> 1, all >> 1),
        Relation::IfThenAny(first, all) => Relation::IfThenAny(first >> 1, all >> 1),
    }
}

/// The first eight of them, and the others.
#[inline]
fn halves(gaps: &[u8; ELEMENTS]) -> [[u8; LANES]; 2] {
    let (halves, _) = gaps.as_chunks();
    [halves[0], halves[1]]
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
    gaps: Option<&[u8; ELEMENTS]>,
    spec: &SegmentSpec,
    repetition: u8,
    subs: &mut &[u32],
) -> bool {
    let form = &spec.form;
    let count = segment.len();
    let (Some((bytes, edges)), Some(gaps)) = (segment.edges(), gaps) else {
        return false;
    };
    if count == 0 || count > form.elements {
        return false;
    }
    let ([first, others], [gaps, gaps_behind]) = (&form.spans, halves(gaps));
    let Some(filled) = first.filled(gaps, count.min(LANES)) else {
        return false;
    };
    let (mut last, mut present) = (filled, bits(filled));
    if count > LANES {
        let Some(filled) = others.filled(gaps_behind, count - LANES) else {
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
    for at in Indexes(present & form.characters) {
        if !is_character(bytes, edges[at] + 1, form.character_bits[at]) {
            return false;
        }
    }
    for at in Indexes(present & form.coded) {
        if !is_code(bytes, (edges[at] + 1, edges[at + 1]), &form.codes[at]) {
            return false;
        }
    }
    for at in Indexes(present & form.valued) {
        let place = (edges[at] + 1, edges[at + 1]);
        let sound = match &form.reads[at] {
            Read::Number { decimal } if is_number(bytes, place, *decimal) => true,
            Read::Period => {
                // No first element is a period.
                let before = edges[at.saturating_sub(1)] + 1;
                let format = slice(bytes, (before, edges[at]));
                let value = slice(bytes, place);
                if format == b"D8" {
                    Date::parse_d8(value).is_some()
                } else {
                    period_is_sound(format, value, spec.elements.get(at))
                }
            }
            _ => spec_passes(bytes, place, spec.elements.get(at)),
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
        if *at >= count {
            break;
        }
        let place = (edges[*at] + 1, edges[*at + 1]);
        let spec = || spec.elements.get(*at);
        if place.0 != place.1 && !composite.is_sound(bytes, place, repetition, subs, spec) {
            return false;
        }
    }
    // A separator of components where no composite is.
    subs.first().is_none_or(|&sub| sub > edges[count])
}

/// What the full check says of the value between these places.
#[inline(never)]
fn spec_passes(bytes: &[u8], place: (u32, u32), spec: Option<&ElementSpec>) -> bool {
    spec.is_some_and(|spec| passes(spec, slice(bytes, place)))
}

#[inline]
fn slice(bytes: &[u8], (start, end): (u32, u32)) -> &[u8] {
    bytes.get(start as usize..end as usize).unwrap_or(&[])
}

/// The indexes of the bits of a mask, from the lowest on.
struct Indexes(u32);

impl Iterator for Indexes {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let at = self.0.trailing_zeros() as usize;
        self.0 &= self.0.checked_sub(1)?;
        Some(at % ELEMENTS)
    }
}

/// Whether the character here is one of these bits.
#[inline]
fn is_character(bytes: &[u8], at: u32, bits: u64) -> bool {
    let bit = bytes.get(at as usize).and_then(|&byte| character_bit(byte));
    bit.is_some_and(|bit| bits >> bit & 1 == 1)
}

/// Whether the value between these places is one of the codes.
#[inline]
fn is_code(bytes: &[u8], (start, end): (u32, u32), codes: &CodeSet) -> bool {
    let (start, length) = (start as usize, end - start);
    let code = bytes.get(start..start + 4).and_then(<[u8]>::first_chunk);
    code.is_some_and(|&code| codes.has(short(code, length)))
}

/// Whether a period in this format is one; see [`period`].
#[inline(never)]
fn period_is_sound(format: &[u8], value: &[u8], spec: Option<&ElementSpec>) -> bool {
    let mut sound = spec.is_some();
    if let Some(spec) = spec {
        period(format, value, spec, |_| sound = false);
    }
    sound
}

/// Whether the value between these places is a number without a sign; `false` too for one
/// longer than eight bytes.
#[inline]
fn is_number(bytes: &[u8], (start, end): (u32, u32), decimal: bool) -> bool {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let (start, length) = (start as usize, end - start);
    let value = bytes.get(start..start + 8).and_then(<[u8]>::first_chunk);
    let (Some(&value), Some(unused @ 0..64)) = (value, 64_u32.checked_sub(length * 8)) else {
        return false;
    };
    let value = u64::from_le_bytes(value);
    // A digit is 0 to 9 less '0'; any other byte gets its highest bit, here or by the sum.
    let digits = value ^ ZEROS;
    let others = (((digits & LOW) + 0x7676_7676_7676_7676) | digits) & !LOW;
    let others = others << unused;
    if others == 0 {
        return true;
    }
    let at = others.trailing_zeros() / 8 * 8;
    let is_point = (value << unused) >> at & 0xFF == u64::from(b'.');
    let is_alone = others.is_power_of_two();
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
    fn is_sound<'a>(
        &self,
        bytes: &[u8],
        (mut start, end): (u32, u32),
        repetition: u8,
        subs: &mut &[u32],
        spec: impl Fn() -> Option<&'a ElementSpec>,
    ) -> bool {
        let mut behind = *subs;
        let mut filled = 0_u32;
        for (at, component) in self.components.iter().enumerate() {
            let mut edge = end;
            if let [sub, others @ ..] = behind
                && *sub < end
            {
                (edge, behind) = (*sub, others);
            }
            // A separator of an element before this one stands before the start: such a
            // length is none.
            let length = edge.wrapping_sub(start);
            if length != 0 {
                let fits = length.wrapping_sub(component.least) <= component.more;
                let sound = match &component.read {
                    _ if !fits => false,
                    Read::Nothing => true,
                    Read::Code(codes) => is_code(bytes, (start, edge), codes),
                    Read::Character(bits) => is_character(bytes, start, *bits),
                    // Only elements are known to stand behind their format.
                    Read::Period => false,
                    _ => {
                        let spec = spec().and_then(|spec| spec.components.get(at));
                        spec_passes(bytes, (start, edge), spec)
                    }
                };
                if !sound {
                    return false;
                }
                filled |= 1 << at;
            }
            if edge == end {
                *subs = behind;
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
        let glance = !blank
            && is_sound(
                &segment,
                tokens.gaps(0),
                spec,
                DELIMITERS.repetition,
                &mut behind,
            );
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
            let place = (0, u32::try_from(text.len()).unwrap_or(0));
            let is_plain = !text.starts_with('-');
            let digits = crate::claim::validate::number_digits(text.as_bytes(), decimal);
            prop_assert_eq!(is_number(&value, place, decimal), is_plain && digits.is_some());
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
