//! Ordinary therapy billing: units, pairs, modifiers, who rendered it.

use super::{Changes, check, check_on, in_person};

const LINE: &str = "SV1*HC:97110:GP*60*UN*2***1";

/// One line for the claim's own.
macro_rules! line {
    ($sv1:literal) => {
        (LINE, concat!("SV1*HC:", $sv1, "***1"))
    };
}

/// A second line of the same date, 40 dollars.
macro_rules! and_line {
    ($sv1:literal) => {
        (
            "REF*6R*1~\n",
            concat!(
                "REF*6R*1~\nLX*2~\nSV1*HC:",
                $sv1,
                "***1~\nDTP*472*D8*20260302~\nREF*6R*2~\n"
            ),
        )
    };
}

const SUM: (&str, &str) = ("CLM*EX114*60*", "CLM*EX114*100*");
const BY_AN_OT: (&str, &str) = ("PRV*PE*PXC*225100000X", "PRV*PE*PXC*225X00000X");
const BY_A_PHYSICIAN: (&str, &str) = ("PRV*PE*PXC*225100000X", "PRV*PE*PXC*207Q00000X");

mod units;

#[test]
fn a_therapist_in_private_practice_at_a_facility() {
    const OFFICE: &str = "***11:B:1";
    check(
        &in_person(),
        &[
            ("a hospital", &[(OFFICE, "***22:B:1")], "PTT016w"),
            (
                "a nursing facility's stay",
                &[(OFFICE, "***31:B:1")],
                "PTT016w",
            ),
            ("the home", &[(OFFICE, "***12:B:1")], ""),
            ("a custodial home", &[(OFFICE, "***33:B:1")], ""),
            (
                "another line of the claim",
                &[("*60*UN*2***1~", "*60*UN*2*21**1~")],
                "COD025w PTT016w",
            ),
            (
                "no therapist",
                &[(OFFICE, "***22:B:1"), ("PRV*PE*PXC*225100000X~\n", "")],
                "",
            ),
        ],
    );
}

#[test]
fn modifiers_of_other_services_on_a_therapy_line() {
    const LINE: &str = "97110:GP*";
    let cases: [(&str, Changes<'_>, &str); 9] = [
        (
            "a laboratory test repeated",
            &[(LINE, "97110:GP:91*")],
            "PTT015w",
        ),
        ("both sides", &[(LINE, "97110:GP:50*")], "PTT015w"),
        ("a visit of its own", &[(LINE, "97110:GP:25*")], "PTT015w"),
        (
            "an evaluation of its own",
            &[("97110:GP*60*UN*2", "97161:GP:25*60*UN*1")],
            "",
        ),
        (
            "no notice, and a notice",
            &[(LINE, "97110:GP:GZ:GA*")],
            "PTT015w",
        ),
        (
            "no notice, and no benefit",
            &[(LINE, "97110:GP:GY:GZ*")],
            "PTT015w",
        ),
        ("a notice", &[(LINE, "97110:GP:GA*")], ""),
        (
            "a voluntary notice, and no benefit",
            &[(LINE, "97110:GP:GX:GY*")],
            "",
        ),
        ("a distinct service", &[(LINE, "97110:GP:59*")], ""),
    ];
    check(&in_person(), &cases);
}

#[test]
fn disciplines_and_assistants() {
    check(
        &in_person(),
        &[
            ("no discipline", &[line!("97110*60*UN*2")], "PTT001r"),
            ("two", &[line!("97110:GP:GO*60*UN*2")], "PTT001r"),
            (
                "one of them twice",
                &[line!("97110:GP:GP*60*UN*2")],
                "COD006r",
            ),
            (
                "the letter O for a zero",
                &[line!("9711O:GP*60*UN*2")],
                "COD005r",
            ),
            (
                "an office visit needs none",
                &[line!("99213*60*UN*1"), BY_A_PHYSICIAN],
                "",
            ),
            (
                "training of caregivers by a physician needs none",
                &[line!("97550*60*UN*1"), BY_A_PHYSICIAN],
                "",
            ),
            (
                "and by a therapist does",
                &[line!("97550*60*UN*1")],
                "PTT001r",
            ),
            ("under GO too", &[line!("97550:GO*60*UN*1")], "PTT001r"),
            (
                "what is therapy only by a doubtful source",
                &[line!("97129*60*UN*1")],
                "PTT001w",
            ),
            ("an OT under GO", &[line!("97530:GO*60*UN*2"), BY_AN_OT], ""),
            (
                "an OT under GP: a payer knows him by NPI, not by taxonomy",
                &[line!("97530:GP*60*UN*2"), BY_AN_OT],
                "PTT001w",
            ),
            (
                "a speech therapist under GP",
                &[
                    line!("97530:GP*60*UN*2"),
                    ("PRV*PE*PXC*225100000X", "PRV*PE*PXC*235Z00000X"),
                ],
                "PTT001w",
            ),
            ("a PT under GO", &[line!("97530:GO*60*UN*2")], "PTT001r"),
            (
                "a PT evaluation under GO",
                &[line!("97161:GO*60*UN*1"), BY_AN_OT],
                "PTT001r",
            ),
            ("an assistant under GP", &[line!("97110:GP:CQ*60*UN*2")], ""),
            (
                "the other assistant",
                &[line!("97110:GP:CO*60*UN*2")],
                "PTT002r",
            ),
            (
                "an assistant without discipline",
                &[line!("97110:CQ*60*UN*2")],
                "PTT001r PTT002r",
            ),
            (
                "an assistant evaluates",
                &[line!("97161:GP:CQ*60*UN*1")],
                "PTT002w",
            ),
            (
                "an assistant and a device",
                &[line!("98977:GP:CQ*60*UN*1")],
                "PTT002w",
            ),
            ("an assistant monitors", &[line!("98980:GP:CQ*60*UN*1")], ""),
        ],
    );
}

#[test]
fn codes_and_their_standing() {
    check(
        &in_person(),
        &[
            ("97014", &[line!("97014:GP*60*UN*1")], "PTT013r"),
            ("what stands for it", &[line!("G0283:GP*60*UN*1")], ""),
            (
                "hot packs are bundled",
                &[line!("97010:GP*60*UN*1")],
                "PTT013w",
            ),
            (
                "unlisted, undescribed",
                &[line!("97799:GP*60*UN*1")],
                "PTT013w",
            ),
            (
                "unlisted, described",
                &[line!("97799:GP::::BALANCE TEST*60*UN*1")],
                "",
            ),
            (
                "laser is not covered",
                &[line!("97037:GP*60*UN*1")],
                "PTT013r",
            ),
            (
                "and is billed for a denial",
                &[line!("97037:GP:GY*60*UN*1")],
                "",
            ),
            (
                "restricted coverage",
                &[line!("97026:GP*60*UN*1")],
                "PTT013w",
            ),
            (
                "a device priced by hand, described or not",
                &[line!("98978:GP::::DEVICE*60*UN*1")],
                "PTT013w PTT014w",
            ),
            (
                "a code of the functional reports, which ended",
                &[line!("G8978:GP*60*UN*1")],
                "PTT013w",
            ),
            (
                "the physicians' review of images",
                &[line!("G2010:GP*60*UN*1")],
                "PTT014r",
            ),
            (
                "by a physician",
                &[line!("G2010*60*UN*1"), BY_A_PHYSICIAN],
                "",
            ),
            ("the therapists' one", &[line!("G2250:GP*60*UN*1")], ""),
            ("a code of 2016", &[line!("97001:GP*60*UN*1")], "PTT010r"),
            (
                "more training without the first half hour",
                &[line!("97551:GP*60*UN*1")],
                "PTT012r",
            ),
        ],
    );
}

#[test]
fn an_assistant_who_renders_is_told_once() {
    let lines = (
        "REF*6R*1~\n",
        "REF*6R*1~\nLX*2~\nSV1*HC:97112:GP*40*UN*1***1~\nDTP*472*D8*20260302~\nREF*6R*2~\nNM1*82*1*OTHER*OLA****XX*1234567893~\nPRV*PE*PXC*225100000X~\nLX*3~\nSV1*HC:97530:GP*20*UN*1***1~\nDTP*472*D8*20260303~\nREF*6R*3~\n",
    );
    let changes = [
        (
            "PRV*PE*PXC*225100000X~\nLX*1",
            "PRV*PE*PXC*225200000X~\nLX*1",
        ),
        ("CLM*EX114*60*", "CLM*EX114*120*"),
        lines,
    ];
    check(
        &in_person(),
        &[("around another's line", &changes, "PTT008r")],
    );
}

#[test]
fn check_ins_were_a_therapist_s_in_2020() {
    for (date, bare, under_gp) in [
        ("2020-12-31", "PTT001r", ""),
        ("2021-01-01", "PTT014r", "PTT014r"),
    ] {
        check_on(
            date,
            &in_person(),
            &[
                ("no discipline", &[line!("G2012*60*UN*1")], bare),
                ("GP", &[line!("G2012:GP*60*UN*1")], under_gp),
                ("a review of images", &[line!("G2010*60*UN*1")], bare),
            ],
        );
    }
}

#[test]
fn who_certified_and_who_rendered() {
    const CERTIFIER: &str = "NM1*DN*1*REFERRER*RAE****XX*1590007419~\n";
    const HIMSELF: (&str, &str) = (
        "NM1*DN*1*REFERRER*RAE****XX*1590007419",
        "NM1*DN*1*THERAPIST*TAY****XX*1836009252",
    );
    const ALONE: (&str, &str) = (
        "NM1*82*1*THERAPIST*TAY****XX*1836009252~\nPRV*PE*PXC*225100000X~\n",
        "",
    );
    const SOLO: (&str, &str) = (
        "PRV*BI*PXC*261QP2000X~\nNM1*85*2*EXAMPLE THERAPY*****XX*1470258363",
        "PRV*BI*PXC*225100000X~\nNM1*85*1*THERAPIST*TAY****XX*1836009252",
    );
    check(
        &in_person(),
        &[
            ("nobody certified", &[(CERTIFIER, "")], "PTT007r"),
            ("the therapist", &[HIMSELF], "PTT007r"),
            (
                "the therapist, after an office visit",
                &[
                    HIMSELF,
                    line!("99213*60*UN*1"),
                    and_line!("97110:GP*40*UN*2"),
                    SUM,
                ],
                "PTT007r",
            ),
            (
                "the therapist, who bills for himself",
                &[HIMSELF, ALONE, SOLO],
                "PTT007r",
            ),
            ("a group as billed", &[ALONE], ""),
            (
                "nobody has to for an office visit",
                &[(CERTIFIER, ""), line!("99213*60*UN*1"), BY_A_PHYSICIAN],
                "",
            ),
            (
                "an assistant rendered",
                &[("225100000X", "225200000X")],
                "PTT008r",
            ),
            ("a sports therapist", &[("225100000X", "2251S0007X")], ""),
            ("a physician's staff", &[BY_A_PHYSICIAN], "PTT008w"),
            (
                "an evaluation of another therapy's",
                &[line!("97161:GP*60*UN*1"), BY_AN_OT],
                "PTT008w",
            ),
            (
                "certified on one line of two",
                &[
                    (CERTIFIER, ""),
                    and_line!("97530:GP*40*UN*1"),
                    SUM,
                    (
                        "REF*6R*1~\n",
                        "REF*6R*1~\nNM1*DN*1*REFERRER*RAE****XX*1590007419~\n",
                    ),
                ],
                "PTT007r",
            ),
            (
                "KX on a speech therapist's line, none on a later one",
                &[
                    line!("92507:GN:KX*60*UN*1"),
                    and_line!("97110:GP*40*UN*2"),
                    SUM,
                    (
                        "DTP*472*D8*20260302~\nREF*6R*2",
                        "DTP*472*D8*20260304~\nREF*6R*2",
                    ),
                ],
                "PTT009w",
            ),
            ("KX", &[line!("97110:GP:KX*60*UN*2")], ""),
            (
                "KX on what is no therapy line",
                &[line!("97550:KX*60*UN*1"), BY_A_PHYSICIAN],
                "PTT009w",
            ),
            (
                "KX on an office visit",
                &[line!("99213:KX*60*UN*1"), BY_A_PHYSICIAN],
                "PTT009w",
            ),
            (
                "several days on a timed line",
                &[("DTP*472*D8*20260302", "DTP*472*RD8*20260302-20260304")],
                "PTT011w",
            ),
        ],
    );
}
