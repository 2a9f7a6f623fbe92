//! What the sources themselves call a thing to check is warned about, and rejects no claim.

use telescrub::policy::PolicyBook;
use telescrub::scrub::judge::Judgement;
use telescrub::value::{Confidence, Date, Severity};

use super::{Changes, MEDICARE, check_on, common, told_by};

/// The claim to the Medicaid program of a state.
pub(super) fn medicaid(state: &str, zip: &str) -> String {
    MEDICARE
        .replace("SBR*P*18*******MB", "SBR*P*18*******MC")
        .replace("1EG4TE5MK73", "123456789")
        .replace("*PI*01112", "*PI*EXMC1")
        .replace("AUSTIN*TX*787011234", &format!("CITY*{state}*{zip}1234"))
        .replace("AUSTIN*TX*78702", &format!("CITY*{state}*{zip}"))
}

const NO_MODIFIER: (&str, &str) = ("97110:GP:95", "97110:GP");
const GT: (&str, &str) = ("97110:GP:95", "97110:GP:GT");
const FR: (&str, &str) = ("97110:GP:95", "97110:GP:FR");
const AT_HOME: (&str, &str) = ("***02:B:1", "***10:B:1");
const AT_THE_OFFICE: (&str, &str) = ("***02:B:1", "***11:B:1");

#[test]
fn a_place_the_sources_do_not_speak_of() {
    const AS_IT_IS: (&str, &str) = ("97110:GP:95", "97110:GP:95");
    for (state, zip, date, modifier, named, home, office) in [
        (
            "MO",
            "65101",
            "2026-03-02",
            NO_MODIFIER,
            "",
            "TEL103w",
            "TEL107r",
        ),
        (
            "DE",
            "19901",
            "2026-11-20",
            NO_MODIFIER,
            "",
            "TEL103w",
            "TEL107r",
        ),
        (
            "VT",
            "05602",
            "2026-11-20",
            NO_MODIFIER,
            "",
            "TEL103w",
            "TEL107r",
        ),
        (
            "MT",
            "59601",
            "2022-06-01",
            GT,
            "TEL190u",
            "TEL103w TEL190u",
            "TEL107r TEL190w",
        ),
        ("MT", "59601", "2026-03-02", GT, "", "TEL103w", "TEL107r"),
        (
            "CA",
            "93721",
            "2022-06-01",
            AS_IT_IS,
            "",
            "TEL103w",
            "TEL104r TEL107r",
        ),
    ] {
        check_on(
            date,
            &medicaid(state, zip),
            &[
                ("the place they name", &[modifier], named),
                ("the patient's home", &[modifier, AT_HOME], home),
                (
                    "a place in person is no doubt",
                    &[AT_THE_OFFICE, GT],
                    office,
                ),
            ],
        );
    }
}

#[test]
fn a_place_that_was_taken_for_a_time() {
    check_on(
        "2021-06-01",
        &medicaid("WI", "53703"),
        &[
            ("billed as permanent policy has it", &[], "TEL103w TEL190u"),
            ("as the emergency's has it", &[AT_THE_OFFICE], "TEL190u"),
        ],
    );
    check_on(
        "2023-06-01",
        &medicaid("WI", "53703"),
        &[(
            "permanent policy alone",
            &[AT_THE_OFFICE],
            "TEL107r TEL190w",
        )],
    );
}

#[test]
fn a_modifier_that_not_every_line_needs() {
    for (state, zip, date, told) in [
        ("WA", "98501", "2026-03-02", "TEL104w TEL190u"),
        ("OH", "43215", "2020-06-01", "TEL104w TEL190u"),
        ("OH", "43215", "2020-12-01", "TEL104r TEL190w"),
    ] {
        check_on(
            date,
            &medicaid(state, zip),
            &[("none", &[NO_MODIFIER], told)],
        );
    }
    // Rows that are trusted less than the lines they speak of are capped all the same.
    let trusting = |key: &str, date: &str| {
        let policies = PolicyBook::builtin();
        let policy = policies.get(policies.find(key).unwrap());
        let date = Date::parse_iso(date).unwrap();
        let wanted = policy.modifiers_any_of(date, false).unwrap();
        wanted.severity(Severity::Reject, Confidence::Low)
    };
    assert_eq!(trusting("medicaid/OH", "2026-01-01"), Severity::Warn);
    assert_eq!(trusting("medicaid/GA", "2025-10-01"), Severity::Warn);
}

#[test]
fn a_supervisor_by_video_marks_the_line_in_massachusetts() {
    check_on(
        "2023-06-01",
        &medicaid("MA", "02108"),
        &[
            ("95", &[], ""),
            ("FR alone", &[FR], ""),
            ("neither", &[NO_MODIFIER], "TEL104r"),
        ],
    );
    check_on(
        "2023-11-01",
        &medicaid("MA", "02108"),
        &[("FR alone, after that bulletin", &[FR], "TEL104r")],
    );
}

#[test]
fn what_the_sources_leave_open_is_to_be_checked_and_not_mended() {
    let found = |date: &str, claim: &str, changes: super::Changes<'_>, rule: &str| {
        let judgement = Judgement::new(Date::parse_iso(date).unwrap(), PolicyBook::builtin());
        let service = format!("*{}~", date.replace('-', ""));
        let mut all = vec![("*20260302~", &*service)];
        all.extend_from_slice(changes);
        let lines = super::lines_by(&judgement, claim, &all);
        let all = lines[0]["findings"].as_array().unwrap().clone();
        let found = all.into_iter().find(|finding| finding["rule"] == rule);
        found.unwrap_or_else(|| panic!("no {rule} on {date}"))
    };
    let home = [GT, AT_HOME];
    for (state, zip, date, changes, rule, words) in [
        (
            "MT",
            "59601",
            "2026-03-02",
            &home[..],
            "TEL103",
            "is not known to take",
        ),
        (
            "MO",
            "65101",
            "2026-03-02",
            &home[..],
            "TEL103",
            "is not known to take",
        ),
        (
            "WA",
            "98501",
            "2026-03-02",
            &[NO_MODIFIER][..],
            "TEL104",
            "may want",
        ),
        (
            "GA",
            "30303",
            "2026-03-02",
            &[NO_MODIFIER][..],
            "TEL104",
            "may want",
        ),
        (
            "OH",
            "43215",
            "2020-06-01",
            &[NO_MODIFIER][..],
            "TEL104",
            "may want",
        ),
        (
            "TX",
            "78702",
            "2026-03-02",
            &[("97110:GP", "97542:GP")][..],
            "TEL102",
            "is on no telehealth list that was found",
        ),
    ] {
        let finding = found(date, &medicaid(state, zip), changes, rule);
        let told = finding["message"].as_str().unwrap();
        assert!(told.contains(words), "{state}: {told}");
        let help = finding["help"].as_str().unwrap();
        assert!(
            help.contains("the sources do not settle it: check"),
            "{help}"
        );
        assert!(finding["fix"].is_null(), "{finding}");
    }
    // A supervisor by video is true of few lines, and is not offered.
    let massachusetts = medicaid("MA", "02108");
    let finding = found("2023-06-01", &massachusetts, &[NO_MODIFIER], "TEL104");
    assert_eq!(finding["fix"]["replacement"], "95", "{finding}");
    assert!(!finding["message"].as_str().unwrap().contains("FR"));
}

#[test]
fn some_payers_tell_a_telephone_call_by_a_modifier_of_their_own() {
    let by = |modifier: &'static str| [("97110:GP:95", modifier), ("***02:B:1", "***10:B:1")];
    for (state, zip, date, modifiers, unknown) in [
        // 10 is no place before 2022 (COD004), and none is named then.
        ("MA", "02108", "2022-06-01", "97110:GP:V3", "TEL190u"),
        (
            "WA",
            "98501",
            "2020-06-01",
            "97110:GP:CR",
            "COD004r TEL190w",
        ),
        (
            "WA",
            "98501",
            "2020-06-01",
            "97110:GP:CR:95",
            "COD004r TEL190w",
        ),
    ] {
        check_on(
            date,
            &medicaid(state, zip),
            &[(modifiers, &by(modifiers), unknown)],
        );
    }
    let lacks = |modifiers: &'static str| {
        let judgement = Judgement::new(
            Date::parse_iso("2020-06-01").unwrap(),
            PolicyBook::builtin(),
        );
        let changes = [("*20260302~", "*20200601~"), ("97110:GP:95", modifiers)];
        let lines = super::lines_by(&judgement, &medicaid("WA", "98501"), &changes);
        lines[0]["findings"][0]["message"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(lacks("97110:GP:CR").contains("whether it allows audio-only"));
    // CR is said of many lines of that time: one that says video is by video.
    assert!(lacks("97110:GP:95:CR").contains("the modifiers it wants for live video"));
}

#[test]
fn a_rule_is_as_sure_as_the_row_that_calls_the_code_therapy() {
    const LINE: &str = "97110:GP:95*60*UN*2";
    let mut judgement = Judgement::new(common::today(), PolicyBook::builtin());
    judgement.reject_at = Confidence::High;
    let by_the_clinic = (
        "NM1*82*1*THERAPIST*TAY****XX*1836009252~\nPRV*PE*PXC*225100000X~\n",
        "",
    );
    let told = |changes: Changes<'_>| told_by(&judgement, MEDICARE, changes);
    let hardening = [AT_THE_OFFICE, (LINE, "97545*60*UN*1")];
    assert_eq!(told(&hardening), "PTT001w PTT013w");
    let [office, line] = hardening;
    let by_nobody = told(&[office, line, by_the_clinic]);
    assert_eq!(by_nobody, "PTT001w PTT013w");
    assert_eq!(told(&[AT_THE_OFFICE, (LINE, "97110*60*UN*2")]), "PTT001r");
}

#[test]
fn a_warning_hides_no_unknown() {
    let texas = medicaid("TX", "78702");
    check_on(
        "2026-03-02",
        &texas,
        &[
            (
                "a code on the list, at a place that is not known",
                &[],
                "TEL190u",
            ),
            (
                "one that is off it by a disputed list",
                &[("HC:97110", "HC:97533")],
                "TEL102w TEL190u",
            ),
        ],
    );
    // The program is thought to pay no therapy by telehealth on this day, and not surely.
    check_on(
        "2020-02-29",
        &medicaid("IN", "46204"),
        &[("the same visit", &[], "TEL101w TEL190u")],
    );
}

#[test]
fn a_payer_id_that_is_a_guess_does_not_overrule_the_filing_indicator() {
    let wisconsin = ("*PI*EXMC1", "*PI*WISC_TXIX");
    check_on(
        "2026-03-02",
        &medicaid("TX", "78702"),
        &[
            ("Medicaid's", &[wisconsin, NO_MODIFIER], "TEL104r TEL190w"),
            (
                "a commercial payer's: whose policy it is, is not told",
                &[wisconsin, NO_MODIFIER, ("*MC~", "*CI~")],
                "TEL191w",
            ),
        ],
    );
}

#[test]
fn entries_of_code_lists_are_trusted_as_far_as_the_user_trusts() {
    let ended = [("ABK:M25561", "ABK:M722"), ("*20260302~", "*20261102~")];
    let early = [
        ("97110:GP:95", "97110:GP:95:93"),
        ("*20260302~", "*20211102~"),
    ];
    let today = Date::parse_iso("2026-11-23").unwrap();
    let mut judgement = Judgement::new(today, PolicyBook::builtin());
    assert_eq!(told_by(&judgement, MEDICARE, &ended), "COD007r");
    assert!(told_by(&judgement, MEDICARE, &early).contains("COD006r"));
    judgement.reject_at = Confidence::High;
    assert_eq!(told_by(&judgement, MEDICARE, &ended), "COD007w");
    assert!(told_by(&judgement, MEDICARE, &early).contains("COD006w"));
}
