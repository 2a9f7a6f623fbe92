//! One fault is told once, by the rule that speaks for both; a rule that is off, or that only
//! warns, speaks for none that rejects.

use telescrub::policy::PolicyBook;
use telescrub::rules::registry::find;
use telescrub::rules::severities::{Setting, Severities};
use telescrub::scrub::judge::Judgement;
use telescrub::value::Severity;

use super::{Changes, MEDICARE, check, common, told_by};

const LINE: &str = "SV1*HC:97110:GP:95*60*UN*2***1";
const OFFICE: (&str, &str) = ("***02:B:1", "***11:B:1");

/// What is told where a rule has another severity, or is off for every payer or for one.
fn told(rule: &str, setting: Setting, payer: Option<&[u8]>, changes: Changes<'_>) -> String {
    let mut severities = Severities::default();
    let rule = find(rule).unwrap();
    match payer {
        Some(payer) => severities.set_for(payer, rule, setting),
        None => severities.set(rule, setting),
    }
    let judgement =
        Judgement::new(common::today(), PolicyBook::builtin()).with_severities(severities);
    told_by(&judgement, MEDICARE, changes)
}

#[test]
fn a_service_that_needs_hands_is_off_the_list_too() {
    let by_hand = [(LINE, "SV1*HC:97140:GP:95*60*UN*2***1")];
    check(MEDICARE, &[("told once", &by_hand, "TEL110r")]);
    assert_eq!(told("TEL110", Setting::Off, None, &by_hand), "TEL102r");
    let payer = Some(&b"01112"[..]);
    assert_eq!(told("TEL110", Setting::Off, payer, &by_hand), "TEL102r");
    let other = Some(&b"OTHER"[..]);
    assert_eq!(told("TEL110", Setting::Off, other, &by_hand), "TEL110r");
    assert_eq!(
        told("TEL110", Setting::To(Severity::Warn), None, &by_hand),
        "TEL102r TEL110w"
    );
    assert_eq!(told("TEL102", Setting::Off, None, &by_hand), "TEL110r");
}

#[test]
fn a_modifier_that_is_wanted_is_missed_where_the_one_in_its_place_may_stand() {
    let audio = [
        (LINE, "SV1*HC:97110:GP:FQ*60*UN*2***1"),
        ("***02:B:1", "***10:B:1"),
    ];
    check(MEDICARE, &[("told once", &audio, "TEL105r")]);
    assert_eq!(told("TEL105", Setting::Off, None, &audio), "TEL104r");
    assert_eq!(
        told("TEL105", Setting::To(Severity::Warn), None, &audio),
        "TEL104r TEL105w"
    );
}

#[test]
fn a_line_that_asks_for_the_denial_is_not_sent_back() {
    check(
        MEDICARE,
        &[
            (
                "a code off the list",
                &[(LINE, "SV1*HC:97533:GP:95*60*UN*2***1")],
                "TEL102r",
            ),
            (
                "with GY",
                &[(LINE, "SV1*HC:97533:GP:95:GY*60*UN*2***1")],
                "TEL102w",
            ),
            (
                "with GX",
                &[(LINE, "SV1*HC:97533:GP:95:GX*60*UN*2***1")],
                "TEL102w",
            ),
            (
                "with GA, which asks for payment",
                &[(LINE, "SV1*HC:97533:GP:95:GA*60*UN*2***1")],
                "TEL102r",
            ),
            (
                "hands, with GY",
                &[(LINE, "SV1*HC:97140:GP:95:GY*60*UN*2***1")],
                "TEL110w",
            ),
            (
                "GY excuses no wrong place",
                &[(LINE, "SV1*HC:97110:GP:95:GY*60*UN*2***1"), OFFICE],
                "TEL107r",
            ),
        ],
    );
}
