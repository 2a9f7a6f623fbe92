//! Services that are remote by nature: no mark of telehealth is asked of them, and one that
//! the payer refuses is refused all the same.

use super::{MEDICARE, check, check_on, common, lines_by};
use telescrub::policy::PolicyBook;
use telescrub::scrub::judge::Judgement;
use telescrub::value::Confidence;

const LINE: &str = "SV1*HC:97110:GP:95*60*UN*2***1";
const OFFICE: (&str, &str) = ("***02:B:1", "***11:B:1");
const HOME: (&str, &str) = ("***02:B:1", "***10:B:1");

#[test]
fn a_service_that_is_no_telehealth_is_asked_for_none_of_its_marks() {
    check(
        MEDICARE,
        &[
            (
                "remote monitoring with 95 at the office, by a row of low confidence",
                &[(LINE, "SV1*HC:98978:GP:95*60*UN*1***1"), OFFICE],
                "PTT013w PTT014w TEL113w",
            ),
            (
                "a virtual check-in by telephone at the office, by such a row",
                &[(LINE, "SV1*HC:98016:GP:93*60*UN*1***1"), OFFICE],
                "PTT014w TEL113w",
            ),
            (
                "a virtual check-in at home without a modifier",
                &[(LINE, "SV1*HC:98016:GP*60*UN*1***1"), HOME],
                "PTT014w TEL113w",
            ),
            (
                "an e-visit with 95 at the office",
                &[(LINE, "SV1*HC:98970:GP:95*60*UN*1***1"), OFFICE],
                "TEL113w",
            ),
            (
                "an e-visit with GT, which no line to this payer carries",
                &[(LINE, "SV1*HC:98970:GP:GT*60*UN*1***1"), OFFICE],
                "TEL105r TEL113w",
            ),
            (
                "an e-visit with FQ",
                &[(LINE, "SV1*HC:98970:GP:FQ*60*UN*1***1"), OFFICE],
                "TEL105r TEL113w",
            ),
            (
                "an e-visit with GQ",
                &[(LINE, "SV1*HC:98970:GP:GQ*60*UN*1***1"), OFFICE],
                "TEL109r TEL113w",
            ),
        ],
    );
}

#[test]
fn no_mark_is_asked_of_a_service_that_may_or_may_not_be_telehealth() {
    let at_home = (LINE, "SV1*HC:98966:GP*60*UN*1***1");
    let audio = (LINE, "SV1*HC:98966:GP:93*60*UN*1***1");
    check(
        MEDICARE,
        &[
            ("a telephone assessment at 10", &[at_home, HOME], "TEL190u"),
            ("with 93 at the office", &[audio, OFFICE], "TEL190u"),
            (
                "with GT",
                &[(LINE, "SV1*HC:98966:GP:GT*60*UN*1***1"), OFFICE],
                "TEL105r TEL190w",
            ),
        ],
    );
    check_on(
        "2023-12-20",
        MEDICARE,
        &[("at 02 in 2023", &[at_home], "TEL190u")],
    );
}

#[test]
fn no_mark_of_video_is_offered_for_a_telephone_call() {
    let judgement = Judgement::new(common::today(), PolicyBook::builtin());
    for (sv1, place) in [
        ("98966:GP", HOME),
        ("98967:GP:93", OFFICE),
        ("98966:GP:GT", OFFICE),
        ("98970:GP:GT", OFFICE),
        ("98970:GP:GQ", OFFICE),
        ("98016:GP:93", OFFICE),
    ] {
        let line = format!("SV1*HC:{sv1}*60*UN*1***1");
        let found = lines_by(&judgement, MEDICARE, &[(LINE, &line), place]);
        for finding in found[0]["findings"].as_array().unwrap() {
            let help = finding["help"].as_str().unwrap();
            assert!(!help.contains("95"), "{sv1}: {help}");
            assert!(!help.contains("live video"), "{sv1}: {help}");
            assert!(finding["fix"].is_null(), "{sv1}: {finding}");
        }
    }
    let found = lines_by(
        &judgement,
        MEDICARE,
        &[(LINE, "SV1*HC:98966:GP*60*UN*1***1"), HOME],
    );
    let told = found[0]["findings"][0]["message"].as_str().unwrap();
    assert!(
        told.ends_with(
            "the place of service it wants; the modifiers it wants on a telephone assessment"
        ),
        "{told}"
    );
}

#[test]
fn a_user_who_trusts_little_gets_no_contradicting_advice() {
    let mut judgement = Judgement::new(common::today(), PolicyBook::builtin());
    judgement.reject_at = Confidence::High;
    let told = super::told_by(
        &judgement,
        MEDICARE,
        &[(LINE, "SV1*HC:98986:GP:95*60*UN*1***1"), OFFICE],
    );
    assert!(
        told.contains("TEL113w") && !told.contains("TEL107"),
        "{told}"
    );
}
