use proptest::prelude::*;

use super::plain::{Passed, tells};
use super::simd::Instructions;
use super::*;
use crate::x12::SegmentKind;
use crate::x12::entry::key;

const STANDARD: Delimiters = Delimiters::USUAL;

const LINES: Delimiters = Delimiters {
    element: b'|',
    component: b'>',
    repetition: b'{',
    segment: b'\n',
};

/// What a block holds, list by list.
type Lists = [Vec<u32>; 5];

fn lists(found: &Found) -> Lists {
    let [majors, ends, subs] = [&found.majors, &found.ends, &found.subs].map(|list| list.to_vec());
    [majors, ends, subs, found.odds.clone(), found.blanks.clone()]
}

/// The plain rule, byte by byte.
fn plain_separators(bytes: &[u8], delimiters: Delimiters) -> Lists {
    let byte = |at: usize| bytes.get(at).copied();
    let is_major = |at| {
        [delimiters.element, delimiters.segment]
            .map(Some)
            .contains(&byte(at))
    };
    let is_sub = |at| {
        [delimiters.component, delimiters.repetition]
            .map(Some)
            .contains(&byte(at))
    };
    let is_edge = |at| is_major(at) || is_sub(at);
    let is_line = |at| matches!(byte(at), Some(b'\r' | b'\n'));
    let ends_line = |at: usize| is_line(at) && at > 0 && byte(at - 1) == Some(delimiters.segment);
    let mut found = Lists::default();
    let [majors, ends, subs, odds, blanks] = &mut found;
    for (at, own) in bytes.iter().enumerate() {
        let position = u32::try_from(at).expect("a short block");
        if is_major(at) {
            if byte(at) == Some(delimiters.segment) {
                ends.push(u32::try_from(majors.len()).expect("few"));
            }
            majors.push(position);
        } else if is_sub(at) {
            subs.push(position);
        }
        let odd = !(0x20..0x7F).contains(own) && *own != delimiters.segment;
        if odd && !ends_line(at) && !(is_line(at) && at > 0 && ends_line(at - 1)) {
            odds.push(position);
        }
        if *own == b' ' && (at == 0 || is_edge(at - 1) || is_edge(at + 1)) {
            blanks.push(position);
        }
    }
    found
}

fn same_separators(bytes: &[u8], delimiters: Delimiters) {
    let plain = plain_separators(bytes, delimiters);
    for instructions in Instructions::there() {
        let mut found = Found::default();
        let before = b"what was found before~*: ".repeat(300);
        simd::separators(instructions, &before, delimiters, &mut found);
        simd::separators(instructions, bytes, delimiters, &mut found);
        assert_eq!(lists(&found), plain, "{instructions:?}");
    }
}

/// The plain rule: the bytes up to each terminator, without the blanks before them.
fn plain_segments(bytes: &[u8], delimiters: Delimiters, found: &Found) -> (Vec<Entry>, Vec<u32>) {
    let (mut entries, mut bounds) = (Vec::new(), Vec::new());
    let (mut next, mut first) = (0, 0);
    for (index, &end) in (0..).zip(&*found.ends) {
        let terminator = found.majors[end as usize] as usize;
        let text = &bytes[next..=terminator];
        let is_filling = |&&byte: &&u8| delimiters.pass_over(byte);
        let start = next + text.iter().take_while(is_filling).count();
        let text = &bytes[start..=terminator];
        let len = (found.majors[first as usize] as usize).checked_sub(start);
        let id = &text[..len.unwrap_or(0)];
        let kind = SegmentKind::of(&text[..text.len() - 1], delimiters);
        let kind = match (key(id), kind) {
            (0, SegmentKind::Isa) => SegmentKind::Isa,
            (0, _) => SegmentKind::Other,
            (_, kind) => kind,
        };
        if kind != SegmentKind::Other {
            bounds.push(index);
        }
        let start = u32::try_from(start).expect("a short block");
        entries.push(Entry {
            start,
            first,
            key: key(id),
            kind,
        });
        (next, first) = (terminator + 1, end + 1);
    }
    (entries, bounds)
}

fn same_segments(bytes: &[u8], delimiters: Delimiters) {
    let mut found = Found::default();
    separators(bytes, delimiters, &mut found);
    let plain = plain_segments(bytes, delimiters, &found);
    let mut plain_gaps = Vec::new();
    for pair in found.majors.windows(2) {
        plain_gaps.push(u8::try_from(pair[1] - pair[0]).map_or(127, |gap| gap.min(127)));
    }
    for instructions in Instructions::there() {
        let mut entries = vec![Entry::default(); plain.0.len()];
        let mut bounds = Vec::new();
        simd::segments(
            instructions,
            bytes,
            delimiters,
            &found,
            &mut entries,
            &mut bounds,
        );
        assert_eq!(
            (&entries, &bounds),
            (&plain.0, &plain.1),
            "{instructions:?}"
        );
        let mut gaps = vec![1; 7];
        simd::gaps(instructions, &found.majors, &mut gaps);
        assert_eq!(gaps, plain_gaps, "{instructions:?}");
    }
}

/// The plain rule, segment by segment.
fn plain_pass(bytes: &[u8], limit: usize, terminator: u8) -> Passed {
    let mut passed = Passed::default();
    let window = &bytes[..limit];
    while let Some(len) = window[passed.end..]
        .iter()
        .position(|&byte| byte == terminator)
        && !tells(bytes, passed.end, terminator)
    {
        passed.segments += 1;
        passed.end += len + 1;
    }
    // The terminator behind is known when it stands in the same stretch.
    let behind = &window[passed.end..];
    let next = behind.iter().position(|&byte| byte == terminator);
    let next = next.map(|len| passed.end + len);
    passed.terminator = next.filter(|next| next / STRETCH == passed.end / STRETCH);
    passed
}

fn same_pass(bytes: &[u8], limit: usize, terminator: u8) {
    let plain = plain_pass(bytes, limit, terminator);
    // A segment that tells ends the pass whether its terminator is there or not.
    for instructions in Instructions::there() {
        let passed = simd::pass(instructions, bytes, limit, terminator);
        assert_eq!(passed, plain, "{instructions:?}");
    }
}

/// Bytes with many separators, and with few.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let any = || {
        prop_oneof![
            Just(b'~'),
            Just(b'*'),
            Just(b':'),
            Just(b'^'),
            Just(b'\n'),
            Just(b'\r'),
            Just(b' '),
            any::<u8>()
        ]
    };
    let usual = prop_oneof![20 => Just(b'X'), 1 => any()];
    prop_oneof![
        proptest::collection::vec(any(), 0..700),
        proptest::collection::vec(usual, 0..700),
        proptest::collection::vec(any(), 4000..4200),
    ]
}

/// Segments of every kind.
fn segments() -> impl Strategy<Value = Vec<u8>> {
    let part = proptest::sample::select(vec![
        "HL*1",
        "CLM*A",
        "ST*837",
        "SE*1",
        "GS*HC",
        "GE*1",
        "IEA*1",
        "ISA*00",
        "SV1*HC",
        "SBR*P",
        "HI*BK",
        "REF*D9",
        "N3*1 X ST",
        "",
        "S",
        "I",
        "CAS",
        "\u{1f}L",
        "~",
        "~",
        "~",
        "~\n",
        "~\r\n",
        "~ ",
        "\t",
        "NM1*IL*1*A LONG NAME OF SOMEBODY*AND ANOTHER*AND ONE MORE*OF MORE THAN SIXTY-FOUR BYTES",
    ]);
    proptest::collection::vec(part, 0..60).prop_map(|parts| parts.concat().into_bytes())
}

proptest! {
    #[test]
    fn the_fast_passes_find_what_the_plain_rule_finds(bytes in bytes()) {
        same_separators(&bytes, STANDARD);
        same_separators(&bytes, LINES);
    }

    #[test]
    fn segments_are_what_the_plain_rule_says(bytes in prop_oneof![segments(), bytes()]) {
        same_segments(&bytes, STANDARD);
        same_segments(&bytes, LINES);
    }

    #[test]
    fn the_fast_passes_pass_over_what_the_plain_rule_does(
        bytes in prop_oneof![segments(), bytes()],
        short in 0..100_usize,
    ) {
        let limit = bytes.len().saturating_sub(short);
        same_pass(&bytes, limit, b'~');
        same_pass(&bytes, limit, b'\n');
    }
}

#[test]
fn an_empty_segment_at_the_end_is_passed_over() {
    for bytes in [&b"~"[..], b"A*B~~", b"A*B~ ~", b"A*B~~\n"] {
        same_pass(bytes, bytes.len(), b'~');
    }
}

proptest! {
    #[test]
    fn the_fast_searches_find_the_first_isa(
        filling in proptest::sample::select(vec!["X", "IS", "ISS", "SA", "I"]),
        before in 0..300_usize,
        behind in 0..200_usize,
        there in any::<bool>(),
    ) {
        let isa = if there { "ISA" } else { "ISB" };
        let text = [&filling.repeat(before), isa, &filling.repeat(behind), isa].concat();
        let found = text.find("ISA");
        for instructions in Instructions::there() {
            let isa = simd::find_isa(instructions, text.as_bytes());
            assert_eq!(isa, found, "{instructions:?}");
        }
    }
}

#[test]
fn a_line_end_behind_a_terminator_is_not_odd() {
    let mut found = Found::default();
    separators(b"A*B~\r\nC*D~\nE*\nF~", STANDARD, &mut found);
    assert_eq!(found.odds, [13]);
    assert_eq!(found.ends.len(), 3);
}
