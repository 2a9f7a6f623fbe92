//! Amounts of other payers that nearly balance, beside those that just do.

use super::{check, in_person};

/// The visit as a second claim: the first payer has paid 40 and left 20 to the patient,
/// told for the claim as a whole.
fn by_claim() -> String {
    in_person()
        .replace("SBR*P*18*******MB", "SBR*S*18***12****MB")
        .replace(
            "LX*1~\n",
            "SBR*P*18*******CI~\nCAS*PR*2*20~\nAMT*D*40~\nOI***Y***Y~\nNM1*IL*1*SAMPLE*PAT****MI*M1~\n\
             NM1*PR*2*FIRST PAYER*****PI*P1~\nDTP*573*D8*20260304~\nLX*1~\n",
        )
}

/// The same, told for the line.
fn by_line() -> String {
    by_claim()
        .replace("CAS*PR*2*20~\n", "")
        .replace("PI*P1~\nDTP*573*D8*20260304~\n", "PI*P1~\n")
        .replace(
            "REF*6R*1~\n",
            "REF*6R*1~\nSVD*P1*40*HC:97110:GP**2~\nCAS*PR*2*20~\nDTP*573*D8*20260304~\n",
        )
}

#[test]
fn another_payers_claim_balances_or_not() {
    check(
        &by_claim(),
        &[
            ("zeros behind the point", &[("AMT*D*40", "AMT*D*40.00")], ""),
            ("nothing behind the point", &[("AMT*D*40", "AMT*D*40.")], ""),
            (
                "nothing before the point",
                &[("AMT*D*40", "AMT*D*39.5"), ("2*20~", "2*20*1*1*.5~")],
                "",
            ),
            (
                "an adjustment taken back",
                &[("CAS*PR*2*20~", "CAS*PR*2*25~\nCAS*CO*45*-5~")],
                "",
            ),
            ("a cent less", &[("AMT*D*40", "AMT*D*39.99")], "BAL002r"),
            (
                "nothing adjusted",
                &[("CAS*PR*2*20~", "CAS*PR*2*20**3*0~\nCAS*CO*45*0.00~")],
                "BAL004w BAL004w",
            ),
            (
                "one group in two segments",
                &[("CAS*PR*2*20~", "CAS*PR*2*15~\nCAS*PR*3*5~")],
                "BAL004w",
            ),
            (
                "one group of seven reasons",
                &[(
                    "CAS*PR*2*20~",
                    "CAS*PR*1*1**2*1**3*1**66*1**85*1**100*1~\nCAS*PR*122*14~",
                )],
                "",
            ),
            (
                "the patient's liability for the claim",
                &[("AMT*D*40~\n", "AMT*D*40~\nAMT*EAF*20~\n")],
                "",
            ),
            (
                "of the same rank as another",
                &[(
                    "OI***Y***Y~\nNM1*IL*1*SAMPLE*PAT****MI*M1~\nNM1*PR*2*FIRST PAYER*****PI*P1~\nDTP*573*D8*20260304~\n",
                    "OI***Y***Y~\nNM1*IL*1*SAMPLE*PAT****MI*M1~\nNM1*PR*2*FIRST PAYER*****PI*P1~\nDTP*573*D8*20260304~\nSBR*S*18*******CI~\nOI***Y***Y~\nNM1*IL*1*SAMPLE*PAT****MI*M2~\nNM1*PR*2*THIRD PAYER*****PI*P3~\n",
                )],
                "COD014r",
            ),
            (
                "of a rank of its own",
                &[(
                    "OI***Y***Y~\nNM1*IL*1*SAMPLE*PAT****MI*M1~\nNM1*PR*2*FIRST PAYER*****PI*P1~\nDTP*573*D8*20260304~\n",
                    "OI***Y***Y~\nNM1*IL*1*SAMPLE*PAT****MI*M1~\nNM1*PR*2*FIRST PAYER*****PI*P1~\nDTP*573*D8*20260304~\nSBR*T*18*******CI~\nOI***Y***Y~\nNM1*IL*1*SAMPLE*PAT****MI*M2~\nNM1*PR*2*THIRD PAYER*****PI*P3~\n",
                )],
                "",
            ),
            (
                "paid in the future",
                &[("DTP*573*D8*20260304", "DTP*573*D8*20270304")],
                "COD010w",
            ),
            (
                "a patient liability below zero",
                &[("AMT*D*40~\n", "AMT*D*40~\nAMT*EAF*-20~\n")],
                "BAL004r",
            ),
            (
                "in no state",
                &[(
                    "NM1*PR*2*FIRST PAYER*****PI*P1~\n",
                    "NM1*PR*2*FIRST PAYER*****PI*P1~\nN3*1 MAIN ST~\nN4*AUSTIN*QQ*78701~\n",
                )],
                "COD003r",
            ),
            (
                "in a state",
                &[(
                    "NM1*PR*2*FIRST PAYER*****PI*P1~\n",
                    "NM1*PR*2*FIRST PAYER*****PI*P1~\nN3*1 MAIN ST~\nN4*AUSTIN*TX*78701~\n",
                )],
                "",
            ),
            ("no payment told", &[("AMT*D*40~\n", "")], "BAL002r"),
            (
                "not judged by that payer",
                &[
                    ("AMT*D*40~\n", ""),
                    ("CAS*PR*2*20~\n", ""),
                    ("DTP*573*D8*20260304~\n", ""),
                ],
                "",
            ),
            (
                "all of it the patient's",
                &[("AMT*D*40", "AMT*D*0"), ("CAS*PR*2*20", "CAS*PR*1*60")],
                "",
            ),
        ],
    );
}

#[test]
fn another_payers_lines_balance_or_not() {
    const PAID: &str = "DTP*573*D8*20260304~\nSE*";
    check(
        &by_line(),
        &[
            (
                "one part of it on the claim",
                &[("AMT*D*40", "CAS*CO*45*5~\nAMT*D*35")],
                "",
            ),
            (
                "that part told twice",
                &[("AMT*D*40", "CAS*CO*45*5~\nAMT*D*40")],
                "BAL002r",
            ),
            (
                "two parts of one line",
                &[(
                    "SVD*P1*40*HC:97110:GP**2~\n",
                    "SVD*P1*15*HC:97110:GP**1~\nDTP*573*D8*20260304~\nSVD*P1*25*HC:97110:GP**1~\n",
                )],
                "",
            ),
            (
                "a cent more",
                &[("CAS*PR*2*20", "CAS*PR*2*20.01")],
                "BAL003r",
            ),
            (
                "nothing adjusted",
                &[("CAS*PR*2*20~", "CAS*PR*2*20~\nCAS*CO*45*0~")],
                "BAL004w",
            ),
            (
                "the patient's liability on the line",
                &[(PAID, "DTP*573*D8*20260304~\nAMT*EAF*20~\nSE*")],
                "",
            ),
            (
                "the patient's liability on the line and the claim",
                &[
                    (PAID, "DTP*573*D8*20260304~\nAMT*EAF*20~\nSE*"),
                    ("AMT*D*40~\n", "AMT*D*40~\nAMT*EAF*20~\n"),
                ],
                "BAL002w",
            ),
            (
                "another payer's liability on the claim",
                &[
                    (PAID, "DTP*573*D8*20260304~\nAMT*EAF*20~\nSE*"),
                    (
                        "PI*P1~\n",
                        "PI*P1~\nSBR*T*18*******CI~\nAMT*EAF*20~\nOI***Y***Y~\nNM1*IL*1*SAMPLE*PAT****MI*M2~\nNM1*PR*2*THIRD PAYER*****PI*P3~\n",
                    ),
                ],
                "",
            ),
            (
                "paid and taken back",
                &[("CAS*PR*2*20", "CAS*CO*45*-20*1*94*40")],
                "",
            ),
            (
                "more than the one line judged was paid",
                &[
                    ("CLM*EX114*60*", "CLM*EX114*100*"),
                    ("AMT*D*40", "AMT*D*60"),
                    (
                        "SE*",
                        "LX*2~\nSV1*HC:97530:GP*40*UN*1***1~\nDTP*472*D8*20260302~\nSE*",
                    ),
                ],
                "BAL002w",
            ),
            (
                "less than the one line judged was paid",
                &[
                    ("CLM*EX114*60*", "CLM*EX114*100*"),
                    ("AMT*D*40", "AMT*D*30"),
                    (
                        "SE*",
                        "LX*2~\nSV1*HC:97530:GP*40*UN*1***1~\nDTP*472*D8*20260302~\nSE*",
                    ),
                ],
                "BAL002r",
            ),
            (
                "no payment told for the claim",
                &[("AMT*D*40~\n", "")],
                "BAL002r",
            ),
        ],
    );
}

#[test]
fn amounts_that_are_part_of_no_balance() {
    const LINE: &str = "REF*6R*1~\n";
    const CLAIM: &str = "HI*ABK:M25561~\n";
    check(
        &in_person(),
        &[
            ("a sales tax", &[(LINE, "REF*6R*1~\nAMT*T*1.5~\n")], ""),
            (
                "below zero",
                &[(LINE, "REF*6R*1~\nAMT*T*-1.5~\n")],
                "BAL004r",
            ),
            (
                "postage by the tenth of a cent",
                &[(LINE, "REF*6R*1~\nAMT*F4*1.505~\n")],
                "BAL004r",
            ),
            (
                "a repriced claim",
                &[(CLAIM, "HI*ABK:M25561~\nHCP*02*40*20~\n")],
                "",
            ),
            (
                "below zero",
                &[(CLAIM, "HI*ABK:M25561~\nHCP*02*-40*20~\n")],
                "BAL004r",
            ),
            (
                "repriced above the charge",
                &[(CLAIM, "HI*ABK:M25561~\nHCP*02*70*-10~\n")],
                "",
            ),
            (
                "more than an amount can be",
                &[("CLM*EX114*60*", "CLM*EX114*1234567890123456*")],
                "BAL004r",
            ),
            (
                "a claim of a hundred millions",
                &[
                    ("CLM*EX114*60*", "CLM*EX114*100000000*"),
                    (":GP*60*", ":GP*100000000*"),
                ],
                "BAL004r BAL004r",
            ),
            (
                "and a little less",
                &[
                    ("CLM*EX114*60*", "CLM*EX114*99999999.99*"),
                    (":GP*60*", ":GP*99999999.99*"),
                ],
                "",
            ),
            (
                "zeros in front",
                &[("CLM*EX114*60*", "CLM*EX114*0000000060*")],
                "",
            ),
        ],
    );
}
