//! Segments and elements that nearly fit the guide.

use super::{MEDICARE, check, in_person, lines_by};
use telescrub::policy::PolicyBook;
use telescrub::scrub::judge::Judgement;

#[test]
fn blanks_alone_are_no_value() {
    check(
        MEDICARE,
        &[
            (
                "no member id but blanks",
                &[("MI*1EG4TE5MK73", "MI*  ")],
                "SYN012r",
            ),
            ("no payer id", &[("PI*01112", "PI*  ")], "SYN005r"),
            ("no claim number", &[("CLM*EX114", "CLM* ")], "SYN005r"),
            ("no patient name", &[("SAMPLE*PAT", " *PAT")], "SYN005r"),
            ("no first name", &[("SAMPLE*PAT", "SAMPLE* ")], "SYN014w"),
            ("no street", &[("N3*7 ELM STREET", "N3* ")], "SYN005r"),
            ("no code", &[("HC:97110:GP:95", "HC:  :GP:95")], "SYN005r"),
            (
                "a blank where the guide has nothing",
                &[("PAT****MI", "PAT** **MI")],
                "SYN006r",
            ),
            (
                "an attachment's number of blanks",
                &[("HI*ABK:", "PWK*OZ*BM***AC* ~\nHI*ABK:")],
                "SYN012r",
            ),
            (
                "blanks in one of two alternatives",
                &[("N4*AUSTIN*TX*78702~", "N4*AUSTIN*TX*78702**** ~")],
                "SYN012r SYN012r",
            ),
        ],
    );
}

#[test]
fn an_element_that_is_not_used_asks_for_no_other() {
    check(
        MEDICARE,
        &[
            (
                "NM111 alone",
                &[("XX*1470258363~", "XX*1470258363**45~")],
                "SYN006r",
            ),
            (
                "NM110 and NM111",
                &[("XX*1470258363~", "XX*1470258363*72*45~")],
                "SYN006r SYN006r",
            ),
        ],
    );
}

#[test]
fn a_segment_that_strayed_is_told_alone() {
    const BILLING: &str = "PRV*BI*PXC*261QP2000X~\nNM1*85*2*EXAMPLE THERAPY*****XX*1470258363~\n";
    const LINE: &str = "LX*1~\nSV1*HC:97110:GP*60*UN*2***1~\n";
    let behind = |segment: &str| format!("{LINE}{segment}~\n");
    let dated = behind("DTP*431*D8*20260201");
    let homebound = behind("CRC*75*Y*IH");
    let odd = behind("DTP*431*D8*20260230");
    let attached = behind("PWK*OZ*ED***AC*A1");
    check(
        &in_person(),
        &[
            (
                "the specialty behind the name",
                &[(
                    BILLING,
                    "NM1*85*2*EXAMPLE THERAPY*****XX*1470258363~\nPRV*BI*PXC*261QP2000X~\n",
                )],
                "SYN001r",
            ),
            (
                "the subscriber's rank behind the name",
                &[
                    ("SBR*P*18*******MB~\n", ""),
                    ("MI*1EG4TE5MK73~\n", "MI*1EG4TE5MK73~\nSBR*P*18*******MB~\n"),
                ],
                "SYN001r",
            ),
            ("the claim's date in a line", &[(LINE, &dated)], "SYN001r"),
            ("the claim's condition", &[(LINE, &homebound)], "SYN001r"),
            ("a wrong date of it", &[(LINE, &odd)], "SYN001r SYN011r"),
            (
                "the claim's number and a provider in a line",
                &[(
                    "REF*6R*1~\n",
                    "REF*EA*X1~\nREF*6R*1~\nNM1*82*1*DOE*JO****XX*1245319599~\n",
                )],
                "SYN001r",
            ),
            ("a code of no attachment", &[(LINE, &attached)], "SYN010r"),
            (
                "the line's date behind its provider",
                &[(
                    "DTP*472*D8*20260302~\nREF*6R*1~\n",
                    "NM1*82*1*DOE*JO****XX*1245319599~\nDTP*472*D8*20260302~\nPRV*PE*PXC*225100000X~\n",
                )],
                "SYN001r",
            ),
        ],
    );
}

#[test]
fn an_sbr_is_known_whatever_its_rank() {
    let other = "SBR*X*18*******CI~\nOI***Y***Y~\nNM1*IL*1*SAMPLE*PAT****MI*M1~\nNM1*PR*2*OTHER PLAN*****PI*P1~\nLX*1~\n";
    check(
        &in_person(),
        &[
            ("of no code", &[("SBR*P*18", "SBR*Z*18")], "SYN010r"),
            ("of none", &[("SBR*P*18", "SBR**18")], "SYN005r"),
            ("another payer's", &[("LX*1~\n", other)], "SYN010r"),
        ],
    );
}

#[test]
fn parts_of_a_persons_name_are_a_persons() {
    const NAME: &str = "NM1*85*2*EXAMPLE THERAPY*****XX*";
    const PERSON: &str = "NM1*85*1*EXAMPLE*THEA*TAY**JR*XX*";
    check(
        &in_person(),
        &[
            ("a person's", &[(NAME, PERSON)], ""),
            (
                "a first name",
                &[(NAME, "NM1*85*2*EXAMPLE*THERAPY****XX*")],
                "SYN012w",
            ),
            (
                "a middle name",
                &[(NAME, "NM1*85*2*EXAMPLE THERAPY**TAY***XX*")],
                "SYN012w",
            ),
            (
                "a suffix",
                &[(NAME, "NM1*85*2*EXAMPLE THERAPY****JR*XX*")],
                "SYN012w",
            ),
            (
                "all of them, told once",
                &[(NAME, "NM1*85*2*EXAMPLE*THEA*TAY**JR*XX*")],
                "SYN012w",
            ),
            (
                "one the guide does not use",
                &[(
                    "NM1*41*2*EXAMPLE BILLING*****46*",
                    "NM1*41*2*EXAMPLE BILLING****JR*46*",
                )],
                "SYN006r",
            ),
        ],
    );
}

#[test]
fn capitals_are_asked_for_where_they_help() {
    let judgement = Judgement::new(crate::common::today(), PolicyBook::builtin());
    let help = |segment: &str| {
        let claim = in_person();
        let with = format!("{segment}~\nHI*ABK:M25561~\n");
        let lines = lines_by(&judgement, &claim, &[("HI*ABK:M25561~\n", &with)]);
        let finding = &lines[0]["findings"][0];
        assert_eq!(finding["rule"], "SYN001", "{segment}");
        finding["help"].as_str().unwrap().to_owned()
    };
    for (segment, wanted) in [
        ("REF*g1*123", "write REF01 in capitals: G1"),
        ("HI*bg:AA", "write HI01-1 in capitals: BG"),
    ] {
        assert_eq!(help(segment), wanted);
    }
    // No capitals give these a place in the claim.
    for segment in ["REF*zz*123", "HI*BX:m25561", "NM1*il*1*DOE", "PWK*ab*BM"] {
        assert!(help(segment).contains("correct its qualifier"), "{segment}");
    }
}

#[test]
fn another_payer_that_stands_too_early_takes_nothing_of_the_claim() {
    let early = "SBR*S*18*******CI~\nOI***Y***Y~\nNM1*IL*1*SAMPLE*PAT****MI*X1~\n\
                 NM1*PR*2*OTHER*****PI*OTH1~\nHI*ABK:M25561";
    check(
        MEDICARE,
        &[(
            "before HI",
            &[("HI*ABK:M25561", early)],
            "SYN001r SYN001r SYN001r",
        )],
    );
}

#[test]
fn a_line_that_begins_too_early_is_told_and_not_who_certified() {
    const LINE: &str = "LX*1~\nSV1*HC:97110:GP:95*60*UN*2***1~\nDTP*472*D8*20260302~\nREF*6R*1~\n";
    const HI: &str = "HI*ABK:M25561~\n";
    let whole = format!("{LINE}{HI}");
    for (name, early, left, wanted) in [
        ("a line before HI", whole.as_str(), "", "SYN001r"),
        (
            "its LX behind HI",
            "HI*ABK:M25561~\nLX*1~\n",
            &LINE[6..],
            "SYN001r SYN001r SYN001r",
        ),
        (
            "another LX behind HI",
            "HI*ABK:M25561~\nLX*1~\n",
            LINE,
            "SYN002r SYN002r SYN015r",
        ),
    ] {
        check(MEDICARE, &[(name, &[(LINE, left), (HI, early)], wanted)]);
    }
}

#[test]
fn each_line_has_a_number_of_its_own() {
    const LINE: &str = "REF*6R*1~\n";
    const SUM: (&str, &str) = ("CLM*EX114*60*", "CLM*EX114*100*");
    let second = |control: &str| {
        format!("{LINE}LX*2~\nSV1*HC:97530:GP*40*UN*1***1~\nDTP*472*D8*20260302~\n{control}")
    };
    let long = "REF*6R*12345678901234567890~\n";
    let (own, none, again) = (second("REF*6R*2~\n"), second(""), second(LINE));
    let longs = again.replace(LINE, long);
    check(
        &in_person(),
        &[
            ("its own", &[SUM, (LINE, &own)], ""),
            ("none", &[SUM, (LINE, &none)], ""),
            ("that of another", &[SUM, (LINE, &again)], "SYN015w"),
            ("a long one", &[SUM, (LINE, &longs)], "SYN015w"),
        ],
    );
}
