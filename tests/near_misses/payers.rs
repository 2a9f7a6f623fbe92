//! Several payers of one claim: their order, and what is said of the one that has judged it.

use super::{check, in_person};

const SBR: &str = "SBR*P*18*******MB~";
const LINE: &str = "LX*1~\n";
const JUDGED: &str = "REF*6R*1~\n";

/// Loop 2320 with this SBR and these segments, and 2330B with these behind.
fn other(sbr: &str, amounts: &str, behind: &str) -> String {
    format!(
        "{sbr}~\n{amounts}OI***Y***Y~\nNM1*IL*1*SAMPLE*PAT****MI*ABC1~\nNM1*PR*2*OTHER PLAN*****PI*OTHER1~\n{behind}LX*1~\n"
    )
}

#[test]
fn a_payer_that_has_judged_says_what_it_paid_and_when() {
    const FIRST: &str = "SBR*P*18*******CI";
    const DATE: &str = "DTP*573*D8*20260401~\n";
    let second = (SBR, "SBR*S*18***12****MB~");
    let line = format!("{JUDGED}SVD*OTHER1*40*HC:97110:GP**2~\nCAS*CO*45*20~\n");
    let dated_line = format!("{line}{DATE}");
    let paid = "CAS*CO*45*20~\nAMT*D*40~\n";
    let at_claim = other(FIRST, paid, DATE);
    let undated = other(FIRST, paid, "");
    let only_adjusted = other(FIRST, "CAS*CO*45*60~\n", "");
    let unjudged = other(FIRST, "", "");
    let on_lines = other(FIRST, "AMT*D*40~\n", "");
    let at_both = other(FIRST, "AMT*D*40~\n", DATE);
    let unpaid = other(FIRST, "", "");
    check(
        &in_person(),
        &[
            ("with a date", &[second, (LINE, &at_claim)], ""),
            ("without", &[second, (LINE, &undated)], "COD021r"),
            ("denied", &[second, (LINE, &only_adjusted)], "COD021r"),
            ("not judged yet", &[second, (LINE, &unjudged)], ""),
            (
                "on the line",
                &[second, (LINE, &on_lines), (JUDGED, &dated_line)],
                "",
            ),
            (
                "neither there",
                &[second, (LINE, &on_lines), (JUDGED, &line)],
                "SYN002r",
            ),
            (
                "at both places",
                &[second, (LINE, &at_both), (JUDGED, &dated_line)],
                "COD021w",
            ),
            (
                "lines judged, and no payment stated",
                &[second, (LINE, &unpaid), (JUDGED, &dated_line)],
                "BAL002r",
            ),
        ],
    );
}

#[test]
fn of_two_payers_each_says_when_it_judged() {
    const DATE: &str = "DTP*573*D8*20260401~\n";
    let first = other("SBR*P*18*******CI", "AMT*D*40~\n", "");
    let second = |behind: &str| {
        let loops = other("SBR*S*18*******CI", "CAS*CO*45*40~\nAMT*D*20~\n", behind);
        first.replace(LINE, &loops.replace("PI*OTHER1", "PI*OTHER2"))
    };
    let third = (SBR, "SBR*T*18***12****MB~");
    let line = format!("{JUDGED}SVD*OTHER1*40*HC:97110:GP**2~\nCAS*CO*45*20~\n{DATE}");
    let undated = second("");
    let dated = second(DATE);
    let twice = dated.replacen("PI*OTHER1~\n", &format!("PI*OTHER1~\n{DATE}"), 1);
    let nobody_s = line.replace("SVD*OTHER1", "SVD*OTHER3");
    check(
        &in_person(),
        &[
            (
                "one on the line, the other in 2330B",
                &[third, (LINE, &dated), (JUDGED, &line)],
                "",
            ),
            (
                "one on the line, the other nowhere",
                &[third, (LINE, &undated), (JUDGED, &line)],
                "COD021r",
            ),
            (
                "one at both places",
                &[third, (LINE, &twice), (JUDGED, &line)],
                "COD021w",
            ),
            (
                "a line judged by nobody who is named",
                &[third, (LINE, &undated), (JUDGED, &nobody_s)],
                "COD018r",
            ),
        ],
    );
}

#[test]
fn medicare_behind_another_says_why() {
    let first = other("SBR*P*18*******CI", "", "");
    let plan = other("SBR*P*18*******16", "", "");
    let medicare = other("SBR*S*18*******MB", "", "");
    let working = other("SBR*S*18***12****MB", "", "");
    let commercial = (SBR, "SBR*P*18*******CI~");
    let payer = (
        "MEDICARE PART B*****PI*01112~",
        "SUMMIT INSURANCE*****PI*SUM01~",
    );
    let cms = ("MEDICARE PART B*****PI*01112~", "EDSCMS*****PI*80882~");
    let second = (SBR, "SBR*S*18*******MB~");
    check(
        &in_person(),
        &[
            ("no reason", &[second, (LINE, &first)], "COD017r"),
            (
                "a plan of Medicare Advantage pays",
                &[second, (LINE, &plan)],
                "",
            ),
            ("its encounter", &[second, cms, (LINE, &first)], ""),
            (
                "a reason for the first payer",
                &[(SBR, "SBR*P*18***12****MB~")],
                "COD017w",
            ),
            (
                "as another payer, no reason",
                &[commercial, payer, (LINE, &medicare)],
                "COD017w",
            ),
            (
                "as another payer, with one",
                &[commercial, payer, (LINE, &working)],
                "",
            ),
        ],
    );
}

#[test]
fn ranks_follow_each_other() {
    let first = other("SBR*P*18*******CI", "", "");
    let second = other("SBR*S*18*******CI", "", "").replace("LX*1~\n", "");
    let both = format!("{second}{}", first.replace("OTHER", "THIRD"));
    let unknown = other("SBR*U*18*******CI", "", "");
    let third = (SBR, "SBR*T*18***12****MB~");
    check(
        &in_person(),
        &[
            ("the second is missing", &[third, (LINE, &first)], "COD014w"),
            ("all are there", &[third, (LINE, &both)], ""),
            ("one is unknown", &[third, (LINE, &unknown)], ""),
        ],
    );
}

#[test]
fn a_subscriber_who_is_the_patient_has_the_claim() {
    const PATIENT: &str = "HL*3*2*23*0~\nPAT*19~\nNM1*QC*1*SAMPLE*PIA~\nN3*7 ELM STREET~\nN4*AUSTIN*TX*78702~\nDMG*D8*20100412*F~\n";
    let own = in_person();
    let from = own.find("CLM*").unwrap();
    let to = own.find("SE*").unwrap();
    let claim = &own[from..to];
    let dependent = format!("{PATIENT}{claim}");
    // Claims of one charge and day under one identifier would be twins.
    let both = format!(
        "{claim}{}",
        dependent
            .replace("EX114", "EX115")
            .replace("20260302", "20260303")
    );
    let level = ("HL*2*1*22*0~", "HL*2*1*22*1~");
    let named = ("SBR*P*18*******MB~", "SBR*P*18*******CI~");
    let payer = (
        "MEDICARE PART B*****PI*01112~",
        "SUMMIT INSURANCE*****PI*SUM01~",
    );
    check(
        &own,
        &[
            (
                "only a dependent has one",
                &[level, named, payer, (claim, &dependent)],
                "COD016w",
            ),
            (
                "and nobody says that he is the patient",
                &[
                    level,
                    ("SBR*P*18*******MB~", "SBR*P********CI~"),
                    payer,
                    (claim, &dependent),
                ],
                "",
            ),
            ("both have", &[level, named, payer, (claim, &both)], ""),
        ],
    );
}
