//! Which telehealth lines a therapy policy speaks of, and what it says of them.

use super::{MEDICARE, check, check_on};

/// The therapist who rendered becomes somebody else.
const BY_A_PHYSICIAN: (&str, &str) = ("PRV*PE*PXC*225100000X", "PRV*PE*PXC*207Q00000X");
/// Nothing says who rendered it.
const BY_NOBODY_NAMED: (&str, &str) = ("PRV*PE*PXC*225100000X~\n", "");

const LINE: &str = "SV1*HC:97110:GP:95*60*UN*2***1";

/// A second line behind the first, of the same date.
macro_rules! and_line {
    ($sv1:literal) => {
        (
            "REF*6R*1~\n",
            concat!(
                "REF*6R*1~\nLX*2~\n",
                $sv1,
                "~\nDTP*472*D8*20260302~\nREF*6R*2~\n"
            ),
        )
    };
}

#[test]
fn therapy_policy_judges_therapy_lines_only() {
    let visit = (LINE, "SV1*HC:99213:95*60*UN*1***1");
    let charge = ("CLM*EX114*60*", "CLM*EX114*160*");
    check(
        MEDICARE,
        &[
            (
                "an office visit by video",
                &[visit, BY_A_PHYSICIAN],
                "TEL190u",
            ),
            (
                "an office visit at the office with 95: no therapy rule's matter",
                &[visit, BY_A_PHYSICIAN, ("***02:B:1", "***11:B:1")],
                "TEL190u",
            ),
            (
                "an office visit with GT, which therapy claims may not carry",
                &[(LINE, "SV1*HC:99213:GT*60*UN*1***1"), BY_A_PHYSICIAN],
                "TEL190u",
            ),
            (
                "a psychologist's hour by telephone",
                &[
                    (LINE, "SV1*HC:90834:93*60*UN*1***1"),
                    ("PRV*PE*PXC*225100000X", "PRV*PE*PXC*103TC0700X"),
                ],
                "TEL190u",
            ),
            (
                "therapy and an office visit on one claim: the visit alone is unchecked",
                &[
                    charge,
                    and_line!("SV1*HC:99213:95*100*UN*1***1"),
                    BY_A_PHYSICIAN,
                ],
                "PTT008w TEL190u",
            ),
            (
                "a therapist bills an office visit: the policy is asked",
                &[visit],
                "TEL190u",
            ),
            (
                "exercise by a physician's staff without GP is therapy",
                &[
                    (LINE, "SV1*HC:97110:95*60*UN*2***1"),
                    BY_A_PHYSICIAN,
                    ("***02:B:1", "***11:B:1"),
                ],
                "PTT001r TEL107r",
            ),
            (
                "nobody named, GP on the line: therapy",
                &[BY_NOBODY_NAMED, ("***02:B:1", "***11:B:1")],
                "TEL107r",
            ),
            (
                "manual therapy by video, whoever furnished it",
                &[(LINE, "SV1*HC:97140:GP:95*60*UN*2***1"), BY_A_PHYSICIAN],
                "PTT008w TEL110r",
            ),
            (
                "an e-visit of a physician's practice marked as telehealth",
                &[(LINE, "SV1*HC:G2010:95*60*UN*1***1"), BY_A_PHYSICIAN],
                "TEL113w",
            ),
            (
                "an e-visit of a physician's practice, not marked",
                &[
                    (LINE, "SV1*HC:G2010*60*UN*1***1"),
                    BY_A_PHYSICIAN,
                    ("***02:B:1", "***11:B:1"),
                ],
                "",
            ),
        ],
    );
}

#[test]
fn medicare_speaks_of_all_three_therapies_and_a_medicaid_program_of_physical() {
    let occupational = (LINE, "SV1*HC:97530:GO:95*60*UN*2***1");
    let therapist = ("PRV*PE*PXC*225100000X", "PRV*PE*PXC*225X00000X");
    let california = [
        ("SBR*P*18*******MB", "SBR*P*18*******MC"),
        ("1EG4TE5MK73", "123456789"),
        ("*PI*01112", "*PI*EXCA1"),
        ("AUSTIN*TX*78702", "FRESNO*CA*93721"),
        ("AUSTIN*TX*787011234", "FRESNO*CA*937211234"),
    ];
    let with = |more: &[(&'static str, &'static str)]| -> Vec<(&'static str, &'static str)> {
        california.iter().chain(more).copied().collect()
    };
    check(
        MEDICARE,
        &[
            ("Medicare, GO", &[occupational, therapist], ""),
            (
                "Medicare, GO, in-person place",
                &[occupational, therapist, ("***02:B:1", "***11:B:1")],
                "TEL107r",
            ),
            (
                "California, GO without the modifier its therapy wants",
                &with(&[(LINE, "SV1*HC:97530:GO*60*UN*2***1"), therapist]),
                "TEL190u",
            ),
            (
                "California, GP without the modifier",
                &with(&[(LINE, "SV1*HC:97530:GP*60*UN*2***1")]),
                "TEL104r",
            ),
            (
                "California, GP",
                &with(&[(LINE, "SV1*HC:97530:GP:95*60*UN*2***1")]),
                "",
            ),
            (
                "California, hands needed, which its policy does not name",
                &with(&[(LINE, "SV1*HC:97140:GP:95*60*UN*2***1")]),
                "TEL110w",
            ),
        ],
    );
}

#[test]
fn one_visit_in_two_places() {
    let sum = ("CLM*EX114*60*", "CLM*EX114*100*");
    check(
        MEDICARE,
        &[
            (
                "at home, then elsewhere",
                &[sum, and_line!("SV1*HC:97112:GP:95*40*UN*1*10**1")],
                "TEL114w",
            ),
            (
                "by video, then at the office",
                &[sum, and_line!("SV1*HC:97112:GP*40*UN*1*11**1")],
                "TEL114i",
            ),
            (
                "by video, and manual therapy at the office",
                &[sum, and_line!("SV1*HC:97140:GP*40*UN*1*11**1")],
                "TEL114i",
            ),
            (
                "therapy by video and an office visit of another profession",
                &[sum, and_line!("SV1*HC:99213*40*UN*1*11**1")],
                "",
            ),
        ],
    );
}

#[test]
fn the_days_on_which_medicare_changed() {
    let office = ("***02:B:1", "***11:B:1");
    let home = ("***02:B:1", "***10:B:1");
    let by_phone = (":GP:95*", ":GP:93*");
    for (date, cases) in [
        ("2020-02-29", vec![(vec![], "TEL190u")]),
        ("2020-03-01", vec![(vec![office], ""), (vec![], "TEL103w")]),
        ("2021-12-31", vec![(vec![home], "COD004r TEL103w")]),
        (
            "2022-01-01",
            vec![(vec![home], "TEL103w"), (vec![office], "")],
        ),
        ("2023-12-31", vec![(vec![office], ""), (vec![], "TEL103w")]),
        ("2024-01-01", vec![(vec![office], "TEL107r"), (vec![], "")]),
        ("2024-12-31", vec![(vec![home, by_phone], "TEL190u")]),
        (
            "2025-01-01",
            vec![(vec![home, by_phone], ""), (vec![by_phone], "TEL103w")],
        ),
        // Two lapses, both closed backwards.
        ("2025-10-15", vec![(vec![], ""), (vec![home], "")]),
        ("2026-02-01", vec![(vec![], ""), (vec![home], "")]),
        ("2027-12-31", vec![(vec![], "")]),
        ("2028-01-01", vec![(vec![], "TEL101r")]),
    ] {
        for (changes, told) in cases {
            check_on(date, MEDICARE, &[("the visit", &changes, told)]);
        }
    }
}

#[test]
fn medicare_takes_any_listed_service_by_telephone_at_home_since_2025() {
    let home = ("***02:B:1", "***10:B:1");
    for code in ["97537", "97763", "97129"] {
        let line = format!("SV1*HC:{code}:GP:93*60*UN*1***1");
        let changes = [(LINE, &*line), home];
        check_on("2024-12-31", MEDICARE, &[(code, &changes, "TEL190u")]);
        check_on("2025-01-01", MEDICARE, &[(code, &changes, "")]);
    }
}

#[test]
fn a_discipline_is_added_to_those_a_policy_speaks_of() {
    let california = super::doubts::medicaid("CA", "93721");
    let judgement = telescrub::scrub::judge::Judgement::new(
        super::common::today(),
        telescrub::policy::PolicyBook::builtin(),
    );
    let changes = [
        (LINE, "SV1*HC:97530:GO:95*60*UN*2***1"),
        ("PRV*PE*PXC*225100000X", "PRV*PE*PXC*225X00000X"),
    ];
    let found = super::lines_by(&judgement, &california, &changes);
    let help = found[0]["findings"][0]["help"].as_str().unwrap();
    assert!(
        help.ends_with("with disciplines = [\"GP\", \"GO\"]"),
        "{help}"
    );
}
