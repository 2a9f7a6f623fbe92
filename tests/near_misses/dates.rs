//! Days of service, admission and discharge that can be, beside such as cannot.

use super::{check, in_person};

/// The day all is judged is 2026-11-23.
#[test]
fn a_service_that_has_begun_may_be_for_days_to_come() {
    const DAY: &str = "DTP*472*D8*20260302~";
    const LINE: &str = ":97110:GP*60*";
    const BORN_AFTER: (&str, &str) = ("DMG*D8*19500412*F", "DMG*D8*20261121*F");
    let begun = (DAY, "DTP*472*RD8*20261120-20261219~");
    let months = (DAY, "DTP*472*RD8*20261120-20270220~");
    let year = (DAY, "DTP*472*RD8*20261120-20271119~");
    check(
        &commercial(),
        &[
            ("equipment", &[begun, (LINE, ":E0601:RR*60*")], ""),
            ("supplies", &[begun, (LINE, ":A4253:NU*60*")], ""),
            ("orthotics", &[begun, (LINE, ":L3000*60*")], ""),
            ("an office visit", &[begun, (LINE, ":99213*60*")], "COD010w"),
            ("therapy", &[begun, (LINE, ":97110:GP*60*")], "COD010r"),
            (
                "supplies of three months",
                &[months, (LINE, ":A4253:NU*60*")],
                "",
            ),
            ("of a year", &[year, (LINE, ":A4253:NU*60*")], "COD010r"),
            (
                "a visit of months",
                &[months, (LINE, ":99213*60*")],
                "COD010r",
            ),
            (
                "a birth after it began",
                &[begun, (LINE, ":E0601:RR*60*"), BORN_AFTER],
                "COD010r",
            ),
            (
                "equipment from tomorrow on",
                &[
                    (DAY, "DTP*472*RD8*20261124-20261219~"),
                    (LINE, ":E0601:RR*60*"),
                ],
                "COD010r",
            ),
        ],
    );
}

#[test]
fn a_service_that_ends_before_it_starts_is_told_once() {
    let reversed = ("DTP*472*D8*20260302", "DTP*472*RD8*20260303-20260302");
    let visit = (":97110:GP*60*UN*2", ":99213*60*UN*1");
    check(
        &commercial(),
        &[("a reversed range", &[reversed, visit], "SYN011r")],
    );
}

#[test]
fn admission_and_discharge_stand_in_their_order() {
    const CLAIM: &str = "***11:B:1*Y*A*Y*Y~\n";
    let with = |place: &str, dates: &str| format!("***{place}:B:1*Y*A*Y*Y~\n{dates}");
    let trip = ":A0427:SH*60*";
    let cr1 = "CR1****A*DH*12~\n";
    let stops = "REF*6R*1~\n";
    let told = |place: &str, dates: &str, wanted: &str| {
        let changed = with(place, dates);
        check(&commercial(), &[(dates, &[(CLAIM, &changed)], wanted)]);
    };
    told("21", "DTP*435*D8*20260228~\nDTP*096*D8*20260303~\n", "");
    told("21", "DTP*435*D8*20260303~\n", "COD010w");
    told(
        "21",
        "DTP*435*D8*20260228~\nDTP*096*D8*20260227~\n",
        "COD010r",
    );
    told(
        "21",
        "DTP*435*D8*20260228~\nDTP*096*D8*20261124~\n",
        "COD010r",
    );
    for place in ["21", "51", "61"] {
        told(place, "", "COD025w");
        told(place, "DTP*435*D8*20260228~\n", "");
    }
    for place in ["11", "22", "31"] {
        told(place, "", "");
    }
    told("11", "DTP*439*D8*20260303~\n", "COD010r COD015w");
    let line = ("*60*UN*2***1~", "*60*UN*2*21**1~");
    check(&commercial(), &[("on a line", &[line], "COD025w")]);
    // Brought before midnight, admitted after it.
    let changed = with("41", &format!("DTP*435*D8*20260303~\n{cr1}"));
    check(
        &commercial(),
        &[(
            "by ambulance",
            &[(CLAIM, &changed), (":97110:GP*60*", trip), (stops, stops)],
            "COD022w",
        )],
    );
}

/// The claim for a commercial payer, by a physician's practice.
fn commercial() -> String {
    in_person()
        .replace("SBR*P*18*******MB~", "SBR*P*18*******CI~")
        .replace(
            "NM1*PR*2*MEDICARE PART B*****PI*01112~",
            "NM1*PR*2*SUMMIT INSURANCE*****PI*SUM01~",
        )
        .replace("PRV*BI*PXC*261QP2000X~", "PRV*BI*PXC*207Q00000X~")
}
