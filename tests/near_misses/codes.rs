//! Code sets at the edges of what the program's lists cover.

use super::{MEDICARE, check, check_on, in_person};

const DIAGNOSIS: &str = "HI*ABK:M25561";

#[test]
fn what_a_value_asks_of_another_element() {
    check(
        MEDICARE,
        &[
            (
                "a first name of no person",
                &[("NM1*85*2*EXAMPLE THERAPY**", "NM1*85*2*EXAMPLE*THERAPY*")],
                "SYN012w",
            ),
            (
                "a blank for a middle name",
                &[(
                    "NM1*85*2*EXAMPLE THERAPY***",
                    "NM1*85*2*EXAMPLE THERAPY** *",
                )],
                "SYN014w",
            ),
            (
                "a first name of a person",
                &[("NM1*85*2*EXAMPLE THERAPY**", "NM1*85*1*EXAMPLE*THERAPY*")],
                "",
            ),
            (
                "an attachment that is sent, without its number",
                &[(DIAGNOSIS, "PWK*OZ*BM~\nHI*ABK:M25561")],
                "SYN012r",
            ),
            (
                "one with it",
                &[(DIAGNOSIS, "PWK*OZ*BM***AC*ATT1~\nHI*ABK:M25561")],
                "",
            ),
            (
                "one that is sent on request",
                &[(DIAGNOSIS, "PWK*OZ*AA~\nHI*ABK:M25561")],
                "",
            ),
        ],
    );
}

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

#[test]
fn who_is_named_and_how() {
    const MEMBER: &str = "NM1*IL*1*SAMPLE*PAT****MI*1EG4TE5MK73~";
    const RENDERING: &str = "NM1*82*1*THERAPIST*TAY****XX*1836009252~\nPRV*PE*PXC*225100000X~\n";
    const BILLING: &str = "*****XX*1470258363~\n";
    const TAX: &str = "REF*EI*741234567~\n";
    let licensed = format!("{TAX}REF*0B*L1~\n");
    let supervised = format!("{RENDERING}NM1*DQ*1*SUPER*SAM~\n");
    let group = "NM1*82*2*GROUP~\nPRV*PE*PXC*225100000X~\n";
    let nameless = "NM1*82*1*THERAPIST*TAY~\nPRV*PE*PXC*225100000X~\n";
    let placed = format!("{nameless}REF*LU*P1~\n");
    let licensed_too = format!("{nameless}REF*0B*L1~\n");
    check(
        &in_person(),
        &[
            (
                "a member without an id",
                &[(MEMBER, "NM1*IL*1*SAMPLE*PAT~")],
                "COD013r",
            ),
            (
                "half an id",
                &[(MEMBER, "NM1*IL*1*SAMPLE*PAT****MI~")],
                "SYN012r",
            ),
            ("an employer has none", &[(MEMBER, "NM1*IL*2*SAMPLE~")], ""),
            (
                "a license for an NPI",
                &[(BILLING, "~\n"), (TAX, &licensed)],
                "COD002w",
            ),
            ("nothing for it", &[(BILLING, "~\n")], "COD002r"),
            (
                "who rendered, by nothing",
                &[(RENDERING, nameless)],
                "COD002r",
            ),
            ("by the place", &[(RENDERING, &placed)], "COD002w"),
            ("by a license", &[(RENDERING, &licensed_too)], "COD002w"),
            ("a group, by nothing", &[(RENDERING, group)], "COD002w"),
            ("who supervised", &[(RENDERING, &supervised)], "COD002w"),
            (
                "who ordered",
                &[("REF*6R*1~\n", "REF*6R*1~\nNM1*DK*1*ORDER*OLA~\n")],
                "COD002r",
            ),
        ],
    );
}

#[test]
fn states_and_days_that_cannot_be() {
    const CLAIM: &str = "CLM*EX114*60***11:B:1*Y*A*Y*Y~\n";
    const SERVICE: &str = "DTP*472*D8*20260302~\n";
    const RENDERING: &str = "PRV*PE*PXC*225100000X~\n";
    let accident =
        |state| format!("CLM*EX114*60***11:B:1*Y*A*Y*Y**AA:::{state}~\nDTP*439*D8*20260214~\n");
    let (nowhere, abroad) = (accident("XX"), accident("ON:CA"));
    let seen = |day| format!("{CLAIM}DTP*304*D8*{day}~\n");
    let (before, ahead) = (seen("20260201"), seen("20300201"));
    let started = |day| format!("DTP*472*D8*20260302~\nDTP*454*D8*{day}~\n");
    let (started, starting) = (started("20260201"), started("20300201"));
    let stop = |state| {
        format!("PRV*PE*PXC*225100000X~\nNM1*PW*2~\nN3*1 ELM ST~\nN4*AUSTIN*{state}*78701~\n")
    };
    let (stop, no_stop) = (stop("TX"), stop("QQ"));
    check(
        &in_person(),
        &[
            ("an accident in no state", &[(CLAIM, &nowhere)], "COD003r"),
            ("in a province abroad", &[(CLAIM, &abroad)], ""),
            ("last seen", &[(CLAIM, &before)], ""),
            ("to be seen", &[(CLAIM, &ahead)], "COD010r"),
            ("a line's treatment started", &[(SERVICE, &started)], ""),
            ("to be started", &[(SERVICE, &starting)], "COD010r"),
            ("a stop of an ambulance", &[(RENDERING, &stop)], ""),
            ("in no state", &[(RENDERING, &no_stop)], "COD003r"),
            (
                "empty components at an end",
                &[("97110:GP*", "97110:GP::*")],
                "SYN014w",
            ),
            (
                "a professional office building",
                &[("N3*100 MAIN STREET~", "N3*POB 12 STE X~")],
                "",
            ),
            (
                "a drawer",
                &[("N3*100 MAIN STREET~", "N3*PO DRAWER 12~")],
                "COD003r",
            ),
            (
                "a street of that name",
                &[("N3*100 MAIN STREET~", "N3*100 DRAWER LN~")],
                "",
            ),
        ],
    );
}

#[test]
fn addresses_numbers_and_drugs_are_written_as_the_guide_has_them() {
    const CITY: &str = "N4*AUSTIN*TX*787011234~";
    const TAX: &str = "REF*EI*741234567~\n";
    const LINE: &str = "REF*6R*1~\n";
    let drug =
        |code: &str, quantity: &str| format!("{LINE}LIN**N4*{code}~\nCTP****{quantity}*UN~\n");
    let calls = |number: &str| format!("{TAX}PER*IC*DESK*TE*{number}~\n");
    let (whole, hyphens, ten, none) = (
        drug("12345678901", "1"),
        drug("12345-6789-01", "1"),
        drug("1234567890", "0.5"),
        drug("12345678901", "0"),
    );
    let (number, seven) = (calls("5125550100"), calls("555-0100"));
    check(
        &in_person(),
        &[
            ("USA", &[(CITY, "N4*AUSTIN*TX*787011234*USA~")], "COD003w"),
            ("US", &[(CITY, "N4*AUSTIN*TX*787011234*US~")], ""),
            (
                "USA, and no state of it",
                &[(CITY, "N4*AUSTIN*ZZ*787011234*USA~")],
                "COD003r COD003w",
            ),
            (
                "a number",
                &[(CITY, "N4*TORONTO*ON*M5V2T6*123~")],
                "COD003w",
            ),
            ("abroad", &[(CITY, "N4*TORONTO*ON*M5V2T6*CA~")], ""),
            ("a telephone", &[(TAX, &number)], ""),
            ("of seven digits", &[(TAX, &seven)], "COD024w"),
            ("a drug", &[(LINE, &whole)], ""),
            ("with hyphens", &[(LINE, &hyphens)], "COD020r"),
            ("of ten digits", &[(LINE, &ten)], "COD020r"),
            ("none of it", &[(LINE, &none)], "COD019r"),
        ],
    );
}

#[test]
fn nothing_furnished_is_told_once() {
    const LINE: &str = ":97110:GP*60*UN*2*";
    const VISIT: &str = ":99213*60*UN*2*";
    check(
        &in_person(),
        &[
            ("of therapy", &[(LINE, ":97110:GP*60*UN*0*")], "PTT003r"),
            (
                "less of therapy",
                &[(LINE, ":97110:GP*60*UN*-1*")],
                "PTT003r",
            ),
        ],
    );
    let other = in_person()
        .replace("SBR*P*18*******MB~", "SBR*P*18*******CI~")
        .replace(
            "MEDICARE PART B*****PI*01112~",
            "SUMMIT INSURANCE*****PI*SUM01~",
        )
        .replace(LINE, ":99213*60*UN*2*");
    check(
        &other,
        &[
            ("of a visit", &[(VISIT, ":99213*60*UN*0*")], "COD019r"),
            ("less", &[(VISIT, ":99213*60*UN*-1*")], "COD019r"),
            ("half a unit", &[(VISIT, ":99213*60*UN*0.5*")], ""),
            ("no minutes", &[(VISIT, ":00100*60*MJ*0*")], "COD019r"),
            ("minutes", &[(VISIT, ":00100*60*MJ*45*")], ""),
        ],
    );
}

#[test]
fn what_was_a_modifier_once_still_is_an_ambulance_s_trip() {
    const CODE: &str = ":A0428:RH*";
    // A day for which the list of modifiers is complete.
    const THEN: (&str, &str) = ("*20260302~", "*20251002~");
    let trip = "NM1*PW*2~\nN3*1 A ST~\nN4*AUSTIN*TX*78702~\nNM1*45*2~\nN3*2 B ST~\nN4*AUSTIN*TX*78702~\nLX*1~\n";
    let claim = by_another_payer("CI")
        .replace(
            "***11:B:1*Y*A*Y*Y~\n",
            "***41:B:1*Y*A*Y*Y~\nCR1****A*DH*12~\n",
        )
        .replace("LX*1~\n", trip)
        .replace(":97110:GP*", ":A0428:RH*");
    check(
        &claim,
        &[
            ("GD", &[(CODE, ":A0428:GD*")], ""),
            ("on no transport", &[(CODE, ":99213:GD*")], "COD006r"),
            ("a model's letters", &[(CODE, ":A0429:RW*")], "COD006w"),
            ("on no transport", &[(CODE, ":99213:RW*"), THEN], "COD006r"),
            ("no letters", &[(CODE, ":A0429:R4*"), THEN], "COD006r"),
            (
                "nowhere picked up",
                &[("NM1*PW*2~\nN3*1 A ST~\nN4*AUSTIN*TX*78702~\n", "")],
                "COD022w",
            ),
            ("no reason", &[("CR1****A*DH*12~\n", "")], "COD022w"),
        ],
    );
}

#[test]
fn one_provider_refers() {
    const REFERRER: &str = "NM1*DN*1*REFERRER*RAE****XX*1590007419~\n";
    let second = |role: &str| format!("{REFERRER}NM1*{role}*1*OTHER*OLA****XX*1836009252~\n");
    let (twice, care) = (second("DN"), second("P3"));
    check(
        &in_person(),
        &[
            ("two do", &[(REFERRER, &twice)], "COD023w"),
            ("and one cares", &[(REFERRER, &care)], ""),
        ],
    );
}

/// The claim for a payer of this filing indicator that nothing is known of.
pub(super) fn by_another_payer(filing: &str) -> String {
    in_person()
        .replace("SBR*P*18*******MB~", &format!("SBR*P*18*******{filing}~"))
        .replace(
            "MEDICARE PART B*****PI*01112~",
            "SUMMIT INSURANCE*****PI*SUM01~",
        )
}

#[test]
fn where_states_make_modifiers_an_unknown_one_is_no_reject() {
    const CODE: &str = ":97110:GP*";
    let payer = |filing| by_another_payer(filing).replace("*20260302~", "*20251002~");
    check(
        &payer("CI"),
        &[("W5", &[(CODE, ":97110:GP:W5*")], "COD006r")],
    );
    check(
        &payer("WC"),
        &[("W5", &[(CODE, ":97110:GP:W5*")], "COD006w")],
    );
    let own = [("HC:97110:GP*", "ER:WC002:W5*")];
    check(&payer("CI"), &[("of another list", &own, "COD006w")]);
}
