//! Segments and elements that nearly fit the guide.

use super::{MEDICARE, check};

#[test]
fn blanks_alone_are_no_value() {
    check(
        MEDICARE,
        &[
            (
                "no member id but blanks",
                &[("MI*1EG4TE5MK73", "MI*  ")],
                "SYN012r SYN014w",
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
                "blanks in one of two alternatives",
                &[("N4*AUSTIN*TX*78702~", "N4*AUSTIN*TX*78702**** ~")],
                "SYN012r SYN012r SYN014w",
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
