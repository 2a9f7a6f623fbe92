//! Units, pairs of codes and who bills them.

use super::{LINE, SUM};
use crate::{check, check_on, in_person};

/// The second line's own provider, an occupational therapist.
const BY_ANOTHER_TOO: (&str, &str) = (
    "REF*6R*2~\n",
    "REF*6R*2~\nNM1*82*1*OTHER*OLA****XX*1234567893~\nPRV*PE*PXC*225X00000X~\n",
);
/// The second line's day as a range.
const TWO_DAYS_ALIKE: (&str, &str) = (
    "DTP*472*D8*20260302~\nREF*6R*2",
    "DTP*472*RD8*20260302-20260302~\nREF*6R*2",
);

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn units_and_pairs() {
    check(
        &in_person(),
        &[
            ("six units", &[line!("97110:GP*60*UN*6")], ""),
            ("seven", &[line!("97110:GP*60*UN*7")], "PTT003r"),
            (
                "none of a code that is therapy by a doubtful source",
                &[line!("97129:GP*60*UN*0")],
                "PTT003r",
            ),
            (
                "three and four over two lines",
                &[
                    line!("97110:GP*60*UN*3"),
                    and_line!("97110:GP:CQ*40*UN*4"),
                    SUM,
                ],
                "PTT003r",
            ),
            (
                "eight by two providers",
                &[
                    line!("97110:GP*60*UN*4"),
                    and_line!("97110:GO*40*UN*4"),
                    SUM,
                    BY_ANOTHER_TOO,
                ],
                "",
            ),
            (
                "half an hour in minutes",
                &[line!("97110:GP*60*MJ*30")],
                "PTT003r",
            ),
            ("half a unit", &[line!("97110:GP*60*UN*0.5")], "PTT003r"),
            (
                "seven, with zeros in front",
                &[line!("97110:GP*60*UN*00007")],
                "PTT003r",
            ),
            (
                "one and a half, with zeros in front",
                &[line!("97110:GP*60*UN*0001.5")],
                "PTT003r",
            ),
            (
                "two evaluations' worth, with zeros in front",
                &[line!("97161:GP*60*UN*00002")],
                "PTT004r",
            ),
            (
                "two, with zeros on both sides",
                &[line!("97110:GP*60*UN*0002.0")],
                "",
            ),
            (
                "two of one written long",
                &[line!("97110:GP*60*UN*2.0")],
                "",
            ),
            (
                "two evaluations' worth",
                &[line!("97161:GP*60*UN*2")],
                "PTT004r",
            ),
            (
                "exercise and the group",
                &[and_line!("97150:GP*40*UN*1"), SUM],
                "PTT005r",
            ),
            (
                "told apart",
                &[
                    line!("97110:GP:59*60*UN*2"),
                    and_line!("97150:GP*40*UN*1"),
                    SUM,
                ],
                "",
            ),
            (
                "told apart by XS",
                &[
                    line!("97110:GP:XS*60*UN*2"),
                    and_line!("97150:GP*40*UN*1"),
                    SUM,
                ],
                "",
            ),
            (
                "a pair that was withdrawn: activities and gait",
                &[
                    line!("97530:GP*60*UN*2"),
                    and_line!("97116:GP*40*UN*1"),
                    SUM,
                ],
                "",
            ),
            (
                "another: evaluation and manual therapy",
                &[
                    line!("97161:GP*60*UN*1"),
                    and_line!("97140:GP*40*UN*1"),
                    SUM,
                ],
                "",
            ),
            (
                "manual therapy and activities",
                &[
                    line!("97140:GP*60*UN*1"),
                    and_line!("97530:GP*40*UN*1"),
                    SUM,
                ],
                "",
            ),
            (
                "manual therapy and massage, which no modifier parts",
                &[
                    line!("97140:GP*60*UN*1"),
                    and_line!("97124:GP:59*40*UN*1"),
                    SUM,
                ],
                "PTT005r",
            ),
            (
                "two evaluations",
                &[
                    line!("97161:GP*60*UN*1"),
                    and_line!("97163:GP*40*UN*1"),
                    SUM,
                ],
                "PTT006r",
            ),
            (
                "evaluation and re-evaluation",
                &[
                    line!("97161:GP*60*UN*1"),
                    and_line!("97164:GP*40*UN*1"),
                    SUM,
                ],
                "PTT006r",
            ),
            (
                "the same line twice",
                &[
                    and_line!("97110:GP*60*UN*2"),
                    ("CLM*EX114*60*", "CLM*EX114*120*"),
                ],
                "DUP002r",
            ),
            (
                "and written otherwise",
                &[
                    line!("97110:GP:KX*60*UN*2"),
                    and_line!("97110:KX:GP*60.00*UN*02.0"),
                    ("UN*02.0***1", "UN*02.0*11**1"),
                    ("CLM*EX114*60*", "CLM*EX114*120*"),
                    TWO_DAYS_ALIKE,
                ],
                "DUP002r",
            ),
            (
                "at two places",
                &[
                    line!("97110:GP*60*UN*2"),
                    and_line!("97110:GP*60*UN*2.0"),
                    ("UN*2.0***1", "UN*2.0*12**1"),
                    ("CLM*EX114*60*", "CLM*EX114*120*"),
                ],
                "",
            ),
        ],
    );
}

#[test]
fn a_therapist_who_bills_himself_is_one_whether_a_line_names_him_or_not() {
    const SOLO: (&str, &str) = (
        "PRV*BI*PXC*261QP2000X~\nNM1*85*2*EXAMPLE THERAPY*****XX*1470258363",
        "PRV*BI*PXC*225100000X~\nNM1*85*1*THERAPIST*TAY****XX*1836009252",
    );
    const UNNAMED: (&str, &str) = (
        "NM1*82*1*THERAPIST*TAY****XX*1836009252~\nPRV*PE*PXC*225100000X~\n",
        "",
    );
    const NAMED: (&str, &str) = (
        "REF*6R*2~\n",
        "REF*6R*2~\nNM1*82*1*THERAPIST*TAY****XX*1836009252~\nPRV*PE*PXC*225100000X~\n",
    );
    check(
        &in_person(),
        &[
            (
                "exercise and the group",
                &[and_line!("97150:GP*40*UN*1"), SUM, SOLO, UNNAMED, NAMED],
                "PTT005r",
            ),
            (
                "ten units over two lines",
                &[
                    line!("97110:GP*60*UN*5"),
                    and_line!("97110:GP:CQ*40*UN*5"),
                    SUM,
                    SOLO,
                    UNNAMED,
                    NAMED,
                ],
                "PTT003r",
            ),
            (
                "by another therapist",
                &[
                    and_line!("97150:GO*40*UN*1"),
                    SUM,
                    SOLO,
                    UNNAMED,
                    BY_ANOTHER_TOO,
                ],
                "",
            ),
        ],
    );
}

#[test]
fn before_the_edit_an_evaluation_beside_a_reevaluation_is_warned_about() {
    for (date, day, told) in [
        ("2020-09-30", "*20200930~", "PTT006w"),
        ("2020-10-01", "*20201001~", "PTT006r"),
    ] {
        let first = line!("97161:GP*60*UN*1");
        let on_the_day = ("*20260302~", day);
        let again = [first, and_line!("97164:GP*40*UN*1"), SUM, on_the_day];
        let other = [first, and_line!("97162:GP*40*UN*1"), SUM, on_the_day];
        check_on(
            date,
            &in_person(),
            &[
                ("evaluation and re-evaluation", &again, told),
                ("two complexities", &other, "PTT006r"),
            ],
        );
    }
}
