//! Fixes that add a modifier: in the first free place, whatever the separators, and nothing
//! else moves.

use telescrub::rules::finding::FixSafety;
use telescrub::scrub::judge::Fixing;

use super::{MEDICARE, common, in_person};

/// The SV1 segment of the claim as it comes out when fixes that need a person's word are
/// applied.
fn mended(claim: &str) -> String {
    let fixing = Fixing {
        apply: Some(FixSafety::Unsafe),
        show: false,
    };
    let (scrubbed, _) = common::scrub_fixing(claim.as_bytes(), fixing, 1, 1 << 20);
    assert!(scrubbed.result.is_ok(), "{:?}", scrubbed.result);
    let out = ["clean.837", "rejects.837"]
        .map(|kind| String::from_utf8(scrubbed.file(kind).to_vec()).unwrap());
    let all = out.concat();
    let line = all.lines().find(|line| line.starts_with("SV1"));
    line.unwrap().to_owned()
}

#[test]
fn a_modifier_goes_where_there_is_room() {
    let office = in_person();
    let line = "SV1*HC:97110:GP*60*UN*2***1~";
    for (before, after) in [
        ("SV1*HC:97110*60*UN*2***1~", "SV1*HC:97110:GP*60*UN*2***1~"),
        (
            "SV1*HC:97110:KX*60*UN*2***1~",
            "SV1*HC:97110:KX:GP*60*UN*2***1~",
        ),
        (
            "SV1*HC:97110:KX:59:76*60*UN*2***1~",
            "SV1*HC:97110:KX:59:76:GP*60*UN*2***1~",
        ),
        (
            "SV1*HC:97110:KX::::BALANCE*60*UN*2***1~",
            "SV1*HC:97110:KX:GP:::BALANCE*60*UN*2***1~",
        ),
        // All four places are taken.
        (
            "SV1*HC:97110:KX:59:76:XS*60*UN*2***1~",
            "SV1*HC:97110:KX:59:76:XS*60*UN*2***1~",
        ),
    ] {
        assert!(office.contains(line));
        assert_eq!(mended(&office.replace(line, before)), after);
    }
    // 95 is expected of Medicare lines, whose sources dispute it: it is put in behind GP.
    let plain = MEDICARE.replace("97110:GP:95", "97110:GP");
    assert_eq!(mended(&plain), "SV1*HC:97110:GP:95*60*UN*2***1~");
}

#[test]
fn separators_are_the_inputs_own() {
    let other = |claim: &str| -> String {
        claim
            .chars()
            .map(|letter| match letter {
                '*' => '|',
                ':' => '>',
                '^' => '!',
                '~' => '\'',
                same => same,
            })
            .collect()
    };
    let bare = in_person().replace("97110:GP", "97110:KX");
    assert_eq!(mended(&other(&bare)), "SV1|HC>97110>KX>GP|60|UN|2|||1'");
}
