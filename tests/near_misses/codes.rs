//! Code sets at the edges of what the program's lists cover.

use super::{MEDICARE, check, check_on, in_person};

const DIAGNOSIS: &str = "HI*ABK:M25561";

#[test]
fn past_the_end_of_a_list_nothing_is_rejected_for_being_unknown() {
    let unknown = (DIAGNOSIS, "HI*ABK:M99999X");
    let divided = (DIAGNOSIS, "HI*ABK:M722");
    let heading = (DIAGNOSIS, "HI*ABK:M2556");
    check_on(
        "2027-03-31",
        MEDICARE,
        &[
            ("the last day covered", &[], ""),
            ("unknown on it", &[unknown], "COD007r"),
            ("ended before it", &[divided], "COD007r"),
            ("a heading", &[heading], "COD007r"),
            (
                "a place nobody assigned",
                &[("***02:B:1", "***98:B:1")],
                "COD004w TEL107r",
            ),
        ],
    );
    for date in ["2027-04-01", "2027-06-01"] {
        check_on(
            date,
            MEDICARE,
            &[
                ("a known code", &[], ""),
                ("unknown", &[unknown], "COD007w"),
                ("ended", &[divided], "COD007w"),
                ("a heading", &[heading], "COD007w"),
                (
                    "a decimal point is wrong on any day",
                    &[(DIAGNOSIS, "HI*ABK:M25.561")],
                    "COD007r",
                ),
                (
                    "an unknown modifier",
                    &[(":GP:95*", ":GP:95:ZZ*")],
                    "COD006w",
                ),
                (
                    "an unknown specialty",
                    &[("225100000X", "225199999X")],
                    "COD009w",
                ),
            ],
        );
    }
    check(
        MEDICARE,
        &[
            (
                "a place nobody assigned",
                &[("***02:B:1", "***98:B:1")],
                "COD004r TEL107r",
            ),
            ("an unknown code", &[unknown], "COD007r"),
        ],
    );
}

#[test]
fn what_one_part_of_a_claim_asks_of_another() {
    const CLAIM: &str = "CLM*EX114*60***11:B:1*Y*A*Y*Y~\n";
    const ACCIDENT: &str = "CLM*EX114*60***11:B:1*Y*A*Y*Y**AA:::TX~\n";
    const WHEN: &str = "DTP*439*D8*20260214~\n";
    let dated = format!("{ACCIDENT}{WHEN}");
    let nowhere = dated.replace("AA:::TX", "AA");
    let abroad = dated.replace("AA:::TX", "AA::::MX");
    let other = dated.replace("AA:::TX", "OA");
    let work = ACCIDENT.replace("AA:::TX", "EM");
    let unnamed = format!("{CLAIM}{WHEN}");
    check(
        &in_person(),
        &[
            ("an auto accident, when and where", &[(CLAIM, &dated)], ""),
            ("not when", &[(CLAIM, ACCIDENT)], "COD015r"),
            ("not where", &[(CLAIM, &nowhere)], "COD015r"),
            ("abroad", &[(CLAIM, &abroad)], ""),
            ("another accident needs no place", &[(CLAIM, &other)], ""),
            ("work, which may be no accident", &[(CLAIM, &work)], ""),
            ("a date of none", &[(CLAIM, &unnamed)], "COD015w"),
            ("no birth date", &[("DMG*D8*19500412*F~\n", "")], "COD016r"),
            (
                "nobody says that the subscriber is the patient",
                &[("SBR*P*18*", "SBR*P**")],
                "COD016r",
            ),
            (
                "a replacement without the payer's number",
                &[("***11:B:1", "***11:B:7")],
                "COD011r",
            ),
        ],
    );
}
