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

/// What the built-in policies and one of a commercial payer that says this judge.
fn with_payer(rows: &str) -> Judgement {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        r#"key = "commercial/acme"
program = "commercial"
jurisdiction = "US"
name = "Acme Health"
publisher = "Acme Health, provider manual"
payer_ids = ["ACME1"]
{rows}
[sources]
manual = {{ title = "Provider manual", publisher = "Acme Health", url = "https://acme.example/manual", dated = "2026-01" }}
"#
    );
    std::fs::write(folder.path().join("acme.toml"), text).unwrap();
    let mut policies = PolicyBook::builtin();
    policies.overlay(folder.path()).unwrap();
    Judgement::new(common::today(), policies)
}

/// What is told of a claim to that payer.
fn told_of_payer(rows: &str, claim: &str, changes: Changes<'_>) -> String {
    let mut all = vec![("PI*01112", "PI*ACME1"), ("*MB~", "*CI~")];
    all.extend_from_slice(changes);
    told_by(&with_payer(rows), claim, &all)
}

const BY_THE_CLINIC: (&str, &str) = (
    "NM1*82*1*THERAPIST*TAY****XX*1836009252~\nPRV*PE*PXC*225100000X~\n",
    "",
);

#[test]
fn too_many_units_of_a_session_are_above_the_edit_too() {
    let unlisted = [OFFICE, (LINE, "SV1*HC:97039:GP::::HEAT*60*UN*5***1")];
    check(
        MEDICARE,
        &[("a doubtful row", &unlisted, "PTT003r PTT004w")],
    );
    let evaluation = [OFFICE, (LINE, "SV1*HC:97161:GP*60*UN*2***1")];
    check(MEDICARE, &[("told once", &evaluation, "PTT004r")]);
    assert_eq!(told("PTT004", Setting::Off, None, &evaluation), "PTT003r");
}

#[test]
fn a_discipline_that_every_telehealth_line_needs_is_missed_where_no_therapist_is_named() {
    let rows = r#"extends = "medicare"
[[telehealth]]
from = 2020-01-01
pt_telehealth = "covered"
codes_mode = "list"
codes = ["97110", "97129"]
pos_rule = "required"
pos = ["02", "10"]
modifiers_any_of = ["95"]
modifiers_all_of = ["GP"]
audio_only = "not_allowed"
pta = "allowed"
source = ["manual"]
confidence = "high"
"#;
    for (line, wanted) in [
        ("97129:95*60*UN*1", "TEL104r"),
        ("97129:GP:95*60*UN*1", ""),
        ("97110:95*60*UN*2", "PTT001r"),
    ] {
        let line = format!("SV1*HC:{line}***1");
        let changes = [BY_THE_CLINIC, (LINE, &line)];
        assert_eq!(told_of_payer(rows, MEDICARE, &changes), wanted, "{line}");
    }
}

#[test]
fn a_modifier_that_is_not_taken_is_told_where_audio_only_is_not_asked_about() {
    for (confidence, wanted) in [("high", "TEL105r TEL113w"), ("low", "TEL105r TEL113w")] {
        let rows = format!(
            r#"[[telehealth]]
from = 2020-01-01
pt_telehealth = "covered"
codes_mode = "same_as_in_person"
pos_rule = "required"
pos = ["02", "10"]
modifiers_any_of = ["95"]
modifiers_not_allowed = ["93"]
audio_only = "not_allowed"
pta = "allowed"
source = ["manual"]
confidence = "high"
[[communication]]
from = 2020-01-01
codes = ["98970"]
kind = "e_visit"
telehealth = "no"
therapist_may_bill = "yes"
source = ["manual"]
confidence = "{confidence}"
"#
        );
        let e_visit = [OFFICE, (LINE, "SV1*HC:98970:GP:93*60*UN*1***1")];
        let told = told_of_payer(&rows, MEDICARE, &e_visit);
        assert_eq!(told, wanted, "{confidence}");
        let therapy = [(LINE, "SV1*HC:97110:GP:93*60*UN*2***1")];
        assert_eq!(told_of_payer(&rows, MEDICARE, &therapy), "TEL108r");
    }
}

#[test]
fn two_evaluations_are_a_pair_where_no_rule_on_evaluations_is_known() {
    let again = [
        OFFICE,
        (LINE, "SV1*HC:97161:GP*60*UN*1***1"),
        ("CLM*EX114*60*", "CLM*EX114*100*"),
        (
            "REF*6R*1~\n",
            "REF*6R*1~\nLX*2~\nSV1*HC:97164:GP*40*UN*1***1~\nDTP*472*D8*20260302~\nREF*6R*2~\n",
        ),
    ];
    let own_rule = r#"extends = "medicare"
[[claim_rule]]
from = 2020-01-01
rule = "one_date_per_line"
source = ["manual"]
confidence = "high"
"#;
    let told = told_of_payer("extends = \"medicare\"", MEDICARE, &again);
    assert_eq!(told, "PTT006r");
    assert_eq!(told_of_payer(own_rule, MEDICARE, &again), "PTT005r");
}

#[test]
fn a_code_that_ended_is_told_by_the_list_where_the_policy_is_not_as_firm() {
    let gone = [OFFICE, (LINE, "SV1*HC:97001:GP*60*UN*1***1")];
    check(MEDICARE, &[("told once", &gone, "PTT010r")]);
    assert_eq!(told("PTT010", Setting::Off, None, &gone), "COD005r");
    let doubtful = r#"[[code_life]]
from = 2017-01-01
codes = ["97001"]
event = "deleted"
source = ["manual"]
confidence = "low"
"#;
    let told = told_of_payer(doubtful, MEDICARE, &gone);
    assert_eq!(told, "COD005r PTT010w");
}

#[test]
fn another_discipline_under_gp_is_told_where_its_modifier_is_not_asked_about() {
    let by_an_ot = ("PRV*PE*PXC*225100000X", "PRV*PE*PXC*225X00000X");
    check(
        MEDICARE,
        &[
            (
                "always therapy",
                &[OFFICE, by_an_ot, (LINE, "SV1*HC:97110:GP*60*UN*2***1")],
                "PTT001w",
            ),
            (
                "therapy in a therapist's hands",
                &[OFFICE, by_an_ot, (LINE, "SV1*HC:97129:GP*60*UN*1***1")],
                "PTT008w",
            ),
        ],
    );
}

#[test]
fn modifiers_that_a_payer_keeps_apart_are_told_where_only_the_place_says_telehealth() {
    let rows = r#"[[telehealth]]
from = 2020-01-01
pt_telehealth = "covered"
codes_mode = "same_as_in_person"
pos_rule = "required"
pos = ["02", "10"]
modifiers_any_of = []
audio_only = "not_allowed"
pta = "allowed"
source = ["manual"]
confidence = "high"
[[modifier]]
from = 2020-01-01
modifiers = ["U1", "U2"]
rule = "not_together"
source = ["manual"]
confidence = "high"
"#;
    for (modifiers, wanted) in [
        ("GP:U1:U2", "TEL106r"),
        ("GP:95:U1:U2", "TEL106r"),
        ("GP:U1", ""),
    ] {
        let line = format!("SV1*HC:97110:{modifiers}*60*UN*2***1");
        let told = told_of_payer(rows, MEDICARE, &[(LINE, &line)]);
        assert_eq!(told, wanted, "{modifiers}");
        let told = told_of_payer(rows, MEDICARE, &[OFFICE, (LINE, &line)]);
        let in_person = !modifiers.contains("95");
        assert_eq!(told.contains("TEL106"), !in_person, "{told}");
    }
}
