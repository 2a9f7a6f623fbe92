//! A glance beside the full check.

use super::form::unpack;
use super::*;
use crate::claim::structure::{Kind, STRUCTURE, Usage};
use crate::claim::validate::elements;
use crate::x12::{Delimiters, Tokens};
use proptest::prelude::*;

/// Segments behind the one that is looked at.
const BEHIND: &str = "REF*6R*1~LX*2~SV1*HC:97110:GP*84*UN*2***1~DTP*472*D8*20260831~LX*3~SE*9*1~";

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
        && tokens.segments(text).next().is_some_and(|seen| {
            is_sound(&seen, spec, DELIMITERS.repetition, usize::MAX, &mut behind)
        });
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
