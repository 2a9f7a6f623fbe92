//! COD013: member ids that are not there, or cannot be ones of their program.

use super::parties::safe;
use crate::rules::{Acknowledgement, Check, Example, LevelView, Report, Rule, RuleScope, Spot};
use crate::value::{Date, Severity};

/// COD013.
pub static RULE: Rule = Rule {
    code: "COD013",
    name: "member-id-malformed",
    snip: 7,
    scope: RuleScope::Subscriber,
    severity: Severity::Reject,
    what: "A subscriber who is a person (2010BA NM102 is 1) has a member id (NM108 and NM109). On a Medicare Part B claim (SBR09 MB) it is a Medicare beneficiary identifier: eleven characters, at each place a digit or a letter as CMS lays down, and never one of the letters S, L, O, I, B and Z. Other payers' ids have no pattern that is published for all of them.",
    why: "A payer finds its members by this number; Medicare returns the claim before it looks whose it is. A number of the old kind, with the social security number in it, has not been taken since 2020.",
    remedy: "Copy the member id from the card: Medicare's from the red, white and blue one, without its hyphens.",
    fails: Example {
        text: "SBR*P*18*******MB~\nNM1*IL*1*SAMPLE*PAT****MI*1SG4TE5MK73~",
        note: "the second character can be no S",
    },
    passes: Example {
        text: "SBR*P*18*******MB~\nNM1*IL*1*SAMPLE*PAT****MI*1EG4TE5MK73~",
        note: "the specimen CMS prints",
    },
    sources: &[
        "005010X222A1, 2010BA NM108 and NM109 (required when NM102 is 1)",
        "https://www.cms.gov/medicare/new-medicare-card/understanding-the-mbi-with-format.pdf",
        "CMS Common Edits and Enhancements, X222.121.2010BA.NM109.020",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "164", "IL"),
    check: Check::Subscriber(check),
};

/// What stands at each place: `1` a digit but 0, `D` a digit, `L` a letter, `E` either.
const PLACES: &[u8; 11] = b"1LEDLEDLLDD";

/// Whether nothing is wrong with the number, all places looked at together.
#[inline]
fn is_right(id: &[u8]) -> bool {
    /// The places that may hold a byte, bit 0 the first.
    const MAY_HOLD: [u16; 256] = {
        let mut places = [0; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            let digit = byte.is_ascii_digit();
            let letter = byte.is_ascii_uppercase()
                && !matches!(byte, b'S' | b'L' | b'O' | b'I' | b'B' | b'Z');
            let mut at = 0;
            while at < PLACES.len() {
                let fits = match PLACES[at] {
                    b'1' => digit && byte != b'0',
                    b'D' => digit,
                    b'L' => letter,
                    _ => letter || digit,
                };
                if fits {
                    places[byte as usize] |= 1 << at;
                }
                at += 1;
            }
            byte += 1;
        }
        places
    };
    let Ok(id) = <&[u8; PLACES.len()]>::try_from(id) else {
        return false;
    };
    let held = |at: usize| MAY_HOLD[usize::from(id[at])] & 1 << at;
    (0..PLACES.len()).fold(0, |all, at| all | held(at)) == (1 << PLACES.len()) - 1
}

/// The first place, from 1, that holds what it cannot; one past the last place that is
/// there when the length is wrong.
fn misfit(id: &[u8]) -> Option<usize> {
    let letter = |byte: u8| byte.is_ascii_uppercase() && !b"SLOIBZ".contains(&byte);
    let wrong = PLACES
        .iter()
        .zip(id)
        .position(|(place, &byte)| match place {
            b'1' => !matches!(byte, b'1'..=b'9'),
            b'D' => !byte.is_ascii_digit(),
            b'L' => !letter(byte),
            _ => !letter(byte) && !byte.is_ascii_digit(),
        });
    let length = (id.len() != PLACES.len()).then(|| id.len().min(PLACES.len()));
    wrong.or(length).map(|index| index + 1)
}

/// No id at all. That of NM108 and NM109 only one is filled is a matter of syntax.
#[cold]
fn nobody_s(view: &LevelView<'_>, name: u32, report: &mut Report<'_>) {
    let segment = view.text.segment(name);
    if segment.element(2) == b"1" && segment.element(8).is_empty() {
        report
            .add(
                "2010BA",
                Spot::element(name, 9),
                "the subscriber is a person and has no member id",
            )
            .answered(("A6", "164", "IL"))
            .help("fill NM108 with MI and NM109 with the id on the member's card");
    }
}

fn check(view: &LevelView<'_>, report: &mut Report<'_>) {
    let Some(subscriber) = view.subscriber else {
        return;
    };
    let Some(name) = subscriber.name else { return };
    if subscriber.member.len == 0 {
        nobody_s(view, name, report);
    }
    if subscriber.filing != *b"MB" {
        return;
    }
    if is_right(view.text.of(subscriber.member)) {
        return;
    }
    let segment = view.text.segment(name);
    let id = segment.element(9);
    if segment.element(8) != b"MI" || id.trim_ascii().is_empty() {
        return;
    }
    // Through 2019 Medicare took the old numbers too.
    let Some(place) = misfit(id).filter(|_| Date::new(2020, 1, 1) <= Some(view.today)) else {
        return;
    };
    let message = if id.len() == PLACES.len() {
        format!("NM109 is no Medicare beneficiary identifier: its character {place} does not fit")
    } else {
        format!(
            "NM109 is no Medicare beneficiary identifier: it has {} characters, not 11",
            id.len()
        )
    };
    let finding = report.add("2010BA", Spot::element(name, 9), message);
    finding.help("copy the eleven characters from the Medicare card, without hyphens; if the card is a Medicare Advantage plan's, make SBR09 16");
    let plain: Vec<u8> = id
        .iter()
        .filter(|byte| !matches!(byte, b'-' | b' '))
        .map(u8::to_ascii_uppercase)
        .collect();
    finding.fix = misfit(&plain).is_none().then(|| {
        safe(
            "write it in capitals without hyphens",
            String::from_utf8_lossy(&plain),
        )
    });
}

#[cfg(test)]
mod tests {
    use super::{is_right, misfit};

    #[test]
    fn each_place_takes_its_own_characters() {
        assert_eq!(misfit(b"1EG4TE5MK73"), None);
        assert_eq!(misfit(b"9AA0AA0AA00"), None);
        for place in 0..11 {
            for byte in 0..=u8::MAX {
                let mut id = *b"1EG4TE5MK73";
                id[place] = byte;
                assert_eq!(is_right(&id), misfit(&id).is_none());
            }
        }
        for (id, place) in [
            (&b"0EG4TE5MK73"[..], 1),
            (b"1SG4TE5MK73", 2),
            (b"1EL4TE5MK73", 3),
            (b"1EGATE5MK73", 4),
            (b"1EG44E5MK73", 5),
            (b"1EG4TE5M373", 9),
            (b"1EG4TE5MK7A", 11),
            (b"1EG4TE5MK7", 11),
            (b"1EG4TE5MK733", 12),
            (b"1eg4TE5MK73", 2),
            (b"", 1),
        ] {
            assert_eq!(misfit(id), Some(place));
            assert!(!is_right(id));
        }
    }
}
