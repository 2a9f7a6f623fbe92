//! Runs by plan beside the plain way.

use super::*;
use crate::claim::structure::{Condition, ElementSpec, Kind, Relation, SegmentSpec, Usage, unpack};
use crate::claim::validate::elements;
use crate::x12::{Delimiters, Segment, SegmentKind, Tokens};
use proptest::prelude::*;

const DELIMITERS: Delimiters = Delimiters::USUAL;

/// What becomes of a run: whether it is sound, and what it leaves behind.
type Came = (bool, String);

/// The plain way through the run from this segment to the next that opens something.
fn plain(text: &Text<'_>, walk: &mut Walk, segments: Range<u32>) -> Came {
    let mut gathered = Gathered::default();
    let mut sound = true;
    for index in segments.clone() {
        let segment = text.segment(index);
        let mut tell = |_| sound = false;
        let place = match segment.kind() {
            SegmentKind::Hl => Some(walk.open_level(depth(&segment), index, &mut tell)),
            SegmentKind::Clm => {
                gathered.start_claim(index);
                Some(walk.open_claim(index, &mut tell))
            }
            _ => walk.step(&segment, index, b':', &mut tell),
        };
        let Some(place) = place else { continue };
        let spec = walk.spec(place);
        gathered.note(spec, index);
        let subs: Vec<u32> = (text.tokens.sub_positions().iter().copied())
            .filter(|&at| (segment.start()..segment.end()).contains(&(at as usize)))
            .collect();
        elements(&segment, spec, DELIMITERS, &subs, |_, _| sound = false);
    }
    let mut tell = |_| sound = false;
    if text.segment(segments.start).kind() == SegmentKind::Clm {
        walk.close_claim(&mut tell);
    } else {
        walk.close_inner(&mut tell);
    }
    (sound, format!("{gathered:?} {:?}", walk.level_seen()))
}

/// The same by plan.
fn planned(text: &Text<'_>, walk: &mut Walk, segments: Range<u32>, plans: &mut Plans) -> Came {
    let mut gathered = Gathered::default();
    let start = text.tokens.start_of(segments.start);
    let subs = text.tokens.sub_positions();
    let mut subs = &subs[subs.partition_point(|&at| (at as usize) < start)..];
    let first = text.segment(segments.start);
    let sound = if first.kind() == SegmentKind::Clm {
        gathered.start_claim(segments.start);
        assert!(walk.takes_claim());
        let sound = plans.claim(text, segments.clone(), &mut subs, &mut gathered);
        walk.pass_claim();
        sound
    } else {
        let depth = depth(&first);
        let seen = plans.level(depth, text, segments.clone(), &mut subs, &mut gathered);
        walk.open_level(depth, segments.start, &mut |_| {});
        if let Some(seen) = seen {
            walk.pass_level(seen);
        }
        seen.is_some()
    };
    if sound {
        let end = text.tokens.start_of(segments.end);
        assert!(subs.first().is_none_or(|&sub| sub as usize > end));
    }
    (sound, format!("{gathered:?} {:?}", walk.level_seen()))
}

fn depth(hl: &Segment<'_>) -> usize {
    match hl.element(3) {
        b"20" => 0,
        b"22" => 1,
        _ => 2,
    }
}

/// Runs found sound the plain way, and by plan. None may be sound by plan only, or be left in
/// another state.
fn compare(text: &str, plans: &mut Plans) -> Result<(u32, u32), TestCaseError> {
    let mut tokens = Tokens::default();
    tokens.fill(text.as_bytes(), DELIMITERS);
    let block = Text {
        bytes: text.as_bytes(),
        tokens: &tokens,
        delimiters: DELIMITERS,
        stretches: &[],
    };
    let bounds: Vec<u32> = tokens.bounds().to_vec();
    let mut walk = Walk::new();
    walk.reset(0);
    let (mut sound, mut by_plan) = (0, 0);
    for run in bounds.windows(2) {
        let (from, to) = (run[0], run[1]);
        let first = block.segment(from);
        // The level is told by its code, so that one of an unknown code has no plan.
        let takes = match first.kind() {
            SegmentKind::Hl => matches!(first.element(3), b"20" | b"22" | b"23"),
            SegmentKind::Clm => walk.takes_claim(),
            _ => false,
        };
        if !takes {
            continue;
        }
        let start = tokens.start_of(from);
        let odds = tokens.odd_positions().iter();
        let is_usual = !(tokens.blank_positions().iter().chain(odds))
            .map(|&at| at as usize)
            .any(|at| (start..tokens.start_of(to)).contains(&at));
        let mut other = walk.clone();
        let plain = plain(&block, &mut walk, from..to);
        let planned = planned(&block, &mut other, from..to, plans);
        sound += u32::from(plain.0);
        if planned.0 && is_usual {
            prop_assert!(plain.0, "{}", text);
            prop_assert_eq!(planned.1, plain.1, "{}", text);
            by_plan += 1;
        }
    }
    Ok((sound, by_plan))
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
            "A".repeat(least + seed % (longest - least + 1).min(40))
        }
    }
}

/// A segment of this use as the guide wants it.
fn sound_segment(spec: &SegmentSpec, seed: usize) -> String {
    let mut values: Vec<String> = spec
        .elements
        .iter()
        .enumerate()
        .map(|(at, element)| sound_value(element, seed.wrapping_mul(at + 7) >> (at % 3)))
        .collect();
    // Relations are kept by leaving out what they speak of, or by filling all of it.
    for (relation, _) in &spec.relations {
        let wanted = match relation {
            Relation::AtMostOne(_) => continue,
            relation => relation.elements(),
        };
        let bits = |at: usize| wanted >> (at + 1) & 1 == 1;
        if (0..values.len()).any(|at| bits(at) && !values[at].is_empty()) {
            for at in (0..values.len()).filter(|&at| bits(at)) {
                if values[at].is_empty() {
                    values[at] = sound_value(&spec.elements[at], 1);
                }
            }
        }
    }
    match spec.condition {
        Some(Condition::PersonName) if values[1] == "2" => {
            for at in [3, 4, 6] {
                values[at].clear();
            }
        }
        Some(Condition::AttachmentNumber) if values[1] != "AA" => {
            for at in [4, 5] {
                values[at] = sound_value(&spec.elements[at], 1);
            }
        }
        _ => {}
    }
    let text = format!("{}*{}", spec.id, values.join("*"));
    format!("{}~", text.trim_end_matches('*'))
}

/// The segments of a loop and of those under it, some left out, as the seeds have it.
fn sound_loop(node: u8, seeds: &mut impl Iterator<Item = usize>, segments: &mut Vec<String>) {
    let node = STRUCTURE.node(node);
    for (at, &segment) in node.segments.iter().enumerate() {
        let spec = &STRUCTURE.segments[usize::from(segment)];
        let seed = seeds.next().unwrap_or(1);
        if at == 0 || spec.usage == Usage::Required || seed.is_multiple_of(5) {
            segments.push(sound_segment(spec, seed));
        }
    }
    for &child in &node.children {
        let below = STRUCTURE.node(child);
        let seed = seeds.next().unwrap_or(1);
        if ["2000B", "2000C", "2300"].contains(&below.id) {
            continue;
        }
        let is_required = below.usage == Usage::Required;
        if is_required || seed.is_multiple_of(4) {
            for _ in 0..=usize::from(below.id == "2400") * (seed % 3) {
                sound_loop(child, seeds, segments);
            }
        }
    }
}

/// A level of each kind, and a claim under each of the lower two.
fn sound_levels(seeds: &[usize]) -> Vec<String> {
    let mut segments = Vec::new();
    let mut seeds = seeds.iter().copied().cycle();
    for id in ["2000A", "2000B", "2300", "2000C", "2300"] {
        let node = STRUCTURE.find(id).unwrap_or(0);
        sound_loop(node, &mut seeds, &mut segments);
    }
    segments
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

/// A change of one segment.
fn change(segments: &mut Vec<String>, at: usize, how: u8, element: usize, value: &str) {
    let at = at % segments.len();
    match how {
        0 => {
            segments.remove(at);
        }
        1 => segments.insert(at, segments[at].clone()),
        2 => {
            let other = (at + element) % segments.len();
            segments.swap(at, other);
        }
        3 => segments[at] = format!("{}*{value}~", segments[at].trim_end_matches('~')),
        _ => {
            let segment = segments[at].trim_end_matches('~');
            let mut elements: Vec<&str> = segment.split('*').collect();
            let place = 1 + element % elements.len();
            match elements.get_mut(place) {
                Some(element) => *element = value,
                None => elements.truncate(2.max(place - 1)),
            }
            segments[at] = format!("{}~", elements.join("*"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn no_run_passes_by_plan_in_which_the_plain_way_finds_something(
        seeds in proptest::collection::vec(0_usize..1000, 1..60),
        changes in proptest::collection::vec(
            (0_usize..1000, 0_u8..12, 0_usize..24, value()),
            1..8,
        ),
    ) {
        let mut plans = Plans::new(DELIMITERS);
        let mut segments = sound_levels(&seeds);
        for (at, how, element, value) in [(0, 9, 99, String::new())].iter().chain(&changes) {
            change(&mut segments, *at, *how, *element, value);
            if segments.is_empty() {
                break;
            }
            let text = format!("{}SE*9*1~IEA*1*000000001~", segments.concat());
            compare(&text, &mut plans)?;
        }
    }
}

#[test]
fn nearly_every_sound_run_passes_by_plan() {
    let mut plans = Plans::new(DELIMITERS);
    let (mut sound, mut passed) = (0, 0);
    for seed in 1..400_usize {
        let seeds: Vec<usize> = (1..90)
            .map(|at: usize| (seed * at).wrapping_mul(2_654_435_761) >> 7 & 0xFFFF)
            .collect();
        let text = format!("{}SE*9*1~IEA*1*000000001~", sound_levels(&seeds).concat());
        let (plain, by_plan) = compare(&text, &mut plans).expect("the same");
        sound += plain;
        passed += by_plan;
    }
    assert!(sound > 400, "{sound} runs are sound");
    assert!(passed * 5 > sound * 4, "{passed} of {sound}");
}

/// A level and a claim of it, with lines that are alike.
const USUAL: &str = "HL*2*1*22*0~SBR*P*18*******MB~NM1*IL*1*DOE*JO****MI*1AA~N3*1 A ST~\
    N4*AUSTIN*TX*787018165~DMG*D8*19360813*M~NM1*PR*2*PAYER*****PI*04412~\
    CLM*A1*219***10:B:1*Y*A*Y*Y~HI*ABK:M25661*ABF:M7542*ABF:M7541~\
    NM1*DN*1*A*B****XX*1434949453~\
    LX*1~SV1*HC:97161:GP:95*135*UN*1***1:2~DTP*472*RD8*20260831-20260901~REF*6R*1~\
    LX*2~SV1*HC:97110*84.50*UN*2***1~DTP*472*D8*20260831~REF*6R*2~\
    LX*3~SV1*HC:97112*48.50*UN*1***2~DTP*472*D8*20260301~REF*6R*3~\
    LX*4~SV1*HC:97140*10.75*UN*3***3~DTP*472*D8*20260401~REF*6R*4~SE*9*1~IEA*1*000000001~";

#[test]
fn runs_as_they_come_pass_by_plan() {
    let mut plans = Plans::new(DELIMITERS);
    assert_eq!(compare(USUAL, &mut plans).expect("the same"), (2, 2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]
    #[test]
    fn runs_as_they_come_pass_by_plan_with_other_bytes_only_if_they_are_sound(
        changes in proptest::collection::vec(
            (0_usize..1000, prop_oneof!["[A-Z0-9]", "[0-9.:^*~ -]", Just("é".to_owned())]),
            1..5,
        ),
        cuts in proptest::option::weighted(0.2, (0_usize..1000, 0_usize..4)),
    ) {
        let mut plans = Plans::new(DELIMITERS);
        for _ in 0..3 {
            compare(USUAL, &mut plans)?;
        }
        let mut text = USUAL.to_owned();
        if let Some((at, count)) = cuts {
            let at = at % (text.len() - 30);
            text.replace_range(at..at + count, "");
        }
        for (at, with) in &changes {
            let at = at % text.len();
            if text.is_char_boundary(at) && text.is_char_boundary(at + 1) {
                text.replace_range(at..=at, with);
            }
            compare(&text, &mut plans)?;
        }
    }
}

#[test]
fn plans_are_made_anew_for_other_delimiters() {
    let other = Delimiters {
        component: b'^',
        repetition: b':',
        ..DELIMITERS
    };
    let mut plans = Plans::of_thread(DELIMITERS);
    compare(USUAL, &mut plans).expect("the same");
    plans.put_back();
    assert!(Plans::of_thread(other).shapes.is_empty());
}
