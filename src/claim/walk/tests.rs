//! Steps that are taken again, beside steps that are looked for.

use super::*;
use crate::x12::{Delimiters, SegmentKind, Tokens};
use proptest::prelude::*;

const DELIMITERS: Delimiters = Delimiters {
    element: b'*',
    component: b':',
    repetition: b'^',
    segment: b'~',
};

/// Takes a segment with or without what was remembered, and tells what came of it.
fn take(walk: &mut Walk, segment: &Segment<'_>, index: u32, again: bool) -> String {
    let mut told = Vec::new();
    let mut tell = |what: Told| told.push(what);
    let again = again.then(|| walk.step_again(segment, index)).flatten();
    let spec = again.or_else(|| {
        let place = match segment.kind() {
            SegmentKind::Hl => {
                let depth = match segment.element(3) {
                    b"20" => 0,
                    b"22" => 1,
                    _ => 2,
                };
                Some(walk.open_level(depth, index, &mut tell))
            }
            SegmentKind::Clm => {
                walk.close_claim(&mut tell);
                Some(walk.open_claim(index, &mut tell))
            }
            _ => walk.step(segment, index, DELIMITERS.component, &mut tell),
        };
        place.map(|place| walk.spec(place))
    });
    let used = spec.map(|spec| (spec.loop_id, spec.id, spec.bit));
    format!("{used:?} in {} {told:?}", walk.node())
}

/// A use of a segment as far as it takes to be placed.
fn opening(which: usize, code: usize) -> String {
    let spec = &STRUCTURE.segments[which % STRUCTURE.segments.len()];
    let Some((element, codes)) = spec.told_apart() else {
        return format!("{}*1~", spec.id);
    };
    let code = codes[code % codes.len()].to_be_bytes();
    let code: String = code
        .into_iter()
        .filter(|&byte| byte != 0)
        .map(char::from)
        .collect();
    format!("{}{}{code}:1*X~", spec.id, "*".repeat(element.max(1)))
        .replace(if element == 0 { "" } else { ":1" }, "")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn a_step_taken_again_is_the_step_that_is_looked_for(
        runs in proptest::collection::vec((0_usize..212, 1_usize..12, 1_usize..4, 0_usize..9), 1..12),
    ) {
        let mut text = String::from("BHT*0019~HL*1**20*1~HL*2*1*22*0~CLM*A~");
        for (first, count, times, code) in runs {
            let run: String = (first..first + count).map(|which| opening(which, code)).collect();
            text.push_str(&run.repeat(times));
        }
        text = text.repeat(2);
        let mut tokens = Tokens::default();
        tokens.fill(text.as_bytes(), DELIMITERS);
        let mut walks = [Walk::new(), Walk::new()];
        let count = u32::try_from(tokens.len()).unwrap_or(0);
        for index in 0..count {
            let segment = tokens.segment(text.as_bytes(), index as usize);
            let [one, other] = &mut walks;
            let looked_for = take(one, &segment, index, false);
            prop_assert_eq!(take(other, &segment, index, true), looked_for, "{}", index);
        }
    }
}
