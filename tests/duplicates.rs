//! The same claim twice in one input: found in order, whatever the threads and blocks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use std::path::Path;

use telescrub::x12::limits;

/// One claim of the fixture with this claim identifier, charge and frequency.
fn claim(id: usize, charge: u64, frequency: char) -> String {
    let reference = if frequency == '1' {
        ""
    } else {
        "REF*F8*CN1~\n"
    };
    format!(
        "CLM*EX{id}*{charge}***11:B:{frequency}*Y*A*Y*Y~\n{reference}HI*ABK:M25561~\n\
         NM1*DN*1*REFERRER*RAE****XX*1590007419~\nNM1*82*1*THERAPIST*TAY****XX*1836009252~\n\
         PRV*PE*PXC*225100000X~\nLX*1~\nSV1*HC:97110:GP*{charge}*UN*2***1~\n\
         DTP*472*D8*20260302~\nREF*6R*{id}~\n"
    )
}

/// The fixture with these claims in place of its own.
fn batch(claims: &[String]) -> Vec<u8> {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/DUP001/fires.837");
    let text = std::fs::read_to_string(fixture).unwrap();
    let (head, rest) = text.split_at(text.find("CLM*").unwrap());
    let tail = &rest[rest.find("GE*").unwrap()..];
    let body = claims.concat();
    let segments = |text: &str| text.matches('~').count();
    // ISA and GS stand before ST; SE counts itself.
    let count = segments(head) - 2 + segments(&body) + 1;
    format!("{head}{body}SE*{count}*0001~\n{tail}").into_bytes()
}

/// The twins told, as (claim, message).
fn twins(scrubbed: &common::Scrubbed) -> Vec<(u64, String)> {
    let mut told = Vec::new();
    for line in scrubbed.findings() {
        for finding in line["findings"].as_array().unwrap() {
            if finding["rule"] == "DUP001" {
                let message = finding["message"].as_str().unwrap().to_owned();
                told.push((line["claim_ordinal"].as_u64().unwrap(), message));
            }
        }
    }
    told
}

#[test]
fn twins_are_told_in_order_whatever_the_threads_and_blocks() {
    // Claims 1 to 50, then 40 of them again, the last of these twice.
    let charges = (1..=50).chain(11..=50).chain([50]);
    let claims: Vec<String> = charges
        .enumerate()
        .map(|(id, charge)| claim(id, charge, '1'))
        .collect();
    let input = batch(&claims);
    let first = common::scrub(&input, 1, limits::BLOCK_BYTES);
    let wanted = (51..=90).map(|claim| (claim, claim - 40)).chain([(91, 50)]);
    let wanted: Vec<(u64, String)> = wanted
        .map(|(claim, first)| {
            let message = format!(
                "the claim bills the same as claim {first} of the file, counted by CLM segments"
            );
            (claim, message)
        })
        .collect();
    assert_eq!(twins(&first), wanted);
    assert_eq!(first.result.as_ref().unwrap().tally.rejected.claims, 41);
    let pages = String::from_utf8_lossy(first.file("rejects.txt")).into_owned();
    assert_eq!(pages.matches("REJECT DUP001").count(), 41);
    for (threads, block) in [(2, 1), (8, 997), (2, 5_000)] {
        let other = common::scrub(&input, threads, block);
        assert!(
            first.files == other.files,
            "{threads} threads, blocks of {block}"
        );
    }
    let again = common::scrub(first.file("clean.837"), 2, limits::BLOCK_BYTES);
    assert_eq!(again.file("clean.837"), first.file("clean.837"));
}

#[test]
fn a_twin_may_be_written_otherwise() {
    let plain = claim(1, 60, '1');
    let other = claim(2, 60, '1');
    for (from, to, is_twin) in [
        ("UN*2*", "UN*2.0*", true),
        ("UN*2*", "UN*02*", true),
        ("UN*2*", "UN*2.50*", false),
        ("UN*2*", "UN*20*", false),
        ("*60*UN", "*60.00*UN", true),
        ("D8*20260302", "RD8*20260302-20260302", true),
        ("D8*20260302", "RD8*20260302-20260303", false),
    ] {
        assert!(other.contains(from));
        let input = batch(&[plain.clone(), other.replace(from, to)]);
        let told = twins(&common::scrub(&input, 1, limits::BLOCK_BYTES));
        assert_eq!(told.len(), usize::from(is_twin), "{to}");
    }
}

#[test]
fn what_one_claim_has_alone_makes_it_no_twin() {
    let plain = claim(1, 60, '1').replace("REF*6R*1~\n", "");
    let plain = plain.replace("*UN*2*", "*UN*1*");
    let twins_of = |one: &str, other: &str| {
        let input = batch(&[one.to_owned(), other.to_owned()]);
        twins(&common::scrub(&input, 1, limits::BLOCK_BYTES)).len()
    };
    let drug = "D8*20260302~\nLIN**N4*00409117530~\nCTP****1*UN~";
    for (from, to, other) in [
        ("HC:97110:GP", "ER:WC002", "ER:WC003"),
        (
            "HC:97110:GP",
            "HC:97799:GP::::EVENING",
            "HC:97799:GP::::MORNING",
        ),
        ("11:B:1", "11:B:6", "11:B:1"),
        ("D8*20260302~", drug, &drug.replace("530~", "531~")),
    ] {
        let [one, other] = [to, other].map(|to| plain.replace(from, to));
        assert_eq!(twins_of(&one, &one), 1, "{to}");
        assert_eq!(twins_of(&one, &other), 0, "{to}");
        assert_eq!(twins_of(&one, &plain), 0, "{to}");
    }
}

#[test]
fn two_who_rendered_without_an_npi_are_two() {
    let without = claim(1, 60, '1').replace("*TAY****XX*1836009252~", "*TAY~");
    let without = without.replace("*225100000X~", "*225100000X~\nREF*0B*PT1~");
    let other = without.replace("THERAPIST", "ANOTHER");
    for (second, count) in [(&without, 1), (&other, 0)] {
        let input = batch(&[without.clone(), second.clone()]);
        let told = twins(&common::scrub(&input, 1, limits::BLOCK_BYTES));
        assert_eq!(told.len(), count);
    }
}

/// The fixture's claims, whose text is changed so, with the right SE01.
fn changed(change: impl Fn(String) -> String) -> Vec<u8> {
    let text = String::from_utf8(batch(&[claim(1, 60, '1'), claim(2, 60, '1')])).unwrap();
    let text = change(text);
    let (from, to) = (text.find("ST*").unwrap(), text.find("SE*").unwrap());
    let count = text[from..to].matches('~').count() + 1;
    let behind = text[to + 3..].find('*').unwrap();
    format!("{}SE*{count}{}", &text[..to], &text[to + 3 + behind..]).into_bytes()
}

/// The same with the segment that starts so made another, or several.
fn with(text: &str, start: &str, segments: &str) -> String {
    let at = text.find(start).unwrap();
    let end = at + text[at..].find('~').unwrap() + 1;
    format!("{}{segments}{}", &text[..at], &text[end..])
}

#[test]
fn claims_without_an_npi_or_a_member_s_number_have_twins_too() {
    let atypical = |text: String| {
        let text = with(&text, "NM1*85*", "NM1*85*2*EXAMPLE TRANSPORT~");
        let text = with(&text, "PRV*BI*", "PRV*BI*PXC*344600000X~");
        text.replacen("~\nCLM*", "~\nREF*G2*A12345~\nCLM*", 1)
    };
    let worker = |text: String| {
        let text = with(&text, "HL*2*", "HL*2*1*22*1~");
        let text = with(&text, "SBR*", "SBR*P********WC~");
        let text = with(&text, "NM1*IL*", "NM1*IL*2*EXAMPLE MILLS~");
        let text = with(&text, "DMG*", "REF*Y4*WC1~");
        let patient = "HL*3*2*23*0~\nPAT*20~\nNM1*QC*1*WORKER*WANDA~\nN3*1 MILL LANE~\n\
            N4*AUSTIN*TX*78701~\nDMG*D8*19800101*F~\nCLM*";
        text.replacen("CLM*", patient, 1)
    };
    for change in [&atypical as &dyn Fn(String) -> String, &worker] {
        let input = changed(change);
        let told = twins(&common::scrub(&input, 1, limits::BLOCK_BYTES));
        assert_eq!(told.len(), 1, "{}", String::from_utf8_lossy(&input));
    }
}

#[test]
fn two_injuries_of_one_worker_are_two_claims() {
    let told = |second: &str| {
        let input = changed(|text| {
            let from = text.find("HL*2*").unwrap();
            let [first, last] = ["CLM*EX1*", "CLM*EX2*"].map(|id| text.find(id).unwrap());
            let level = with(
                &text[from..first],
                "DMG*",
                "DMG*D8*19560214*F~\nREF*Y4*WC1~",
            );
            let other = with(&level, "HL*2*", "HL*3*1*22*0~").replace("WC1", second);
            format!(
                "{}{level}{}{other}{}",
                &text[..from],
                &text[first..last],
                &text[last..]
            )
        });
        twins(&common::scrub(&input, 1, limits::BLOCK_BYTES)).len()
    };
    assert_eq!([told("WC1"), told("WC2")], [1, 0]);
}

#[test]
fn corrections_and_twins_of_rejected_claims_are_no_duplicates() {
    // A replacement and a void bill as the claim does that they correct.
    let corrected = batch(&[claim(1, 60, '1'), claim(2, 60, '7'), claim(3, 60, '8')]);
    assert!(twins(&common::scrub(&corrected, 1, limits::BLOCK_BYTES)).is_empty());
    // The first is rejected for its diagnosis: the second goes out, and the third is its twin.
    let broken = claim(1, 60, '1').replace("M25561", "M2556");
    let mended = batch(&[broken, claim(2, 60, '1'), claim(3, 60, '1')]);
    let told = twins(&common::scrub(&mended, 1, limits::BLOCK_BYTES));
    assert_eq!(
        told,
        [(
            3,
            "the claim bills the same as claim 2 of the file, counted by CLM segments".to_owned()
        )]
    );
    // What a payer tells visits apart by.
    let apart = [
        claim(2, 60, '1').replace("97110:GP*", "97110:GP:76*"),
        claim(2, 60, '1').replace("20260302", "20260304"),
        claim(2, 60, '1').replace("UN*2", "UN*1"),
        claim(2, 60, '1').replace("TAY****XX*1836009252", "LEE****XX*1194725016"),
    ];
    for other in apart {
        let input = batch(&[claim(1, 60, '1'), other]);
        assert!(twins(&common::scrub(&input, 1, limits::BLOCK_BYTES)).is_empty());
    }
}

#[test]
fn a_refused_file_is_answered_the_same_whatever_the_blocks() {
    let twins = batch(&[claim(1, 60, '1'), claim(2, 60, '1'), claim(3, 70, '1')]);
    let mut input = b"CLM*LOST*10***11:B:1~".to_vec();
    input.extend_from_slice(&twins);
    let first = common::scrub(&input, 1, limits::BLOCK_BYTES);
    assert!(first.result.is_err());
    let answer = String::from_utf8_lossy(first.file("ta1.edi")).into_owned();
    assert!(answer.contains("*R*022~"), "{answer}");
    for block in [1, 300] {
        let other = common::scrub(&input, 1, block);
        assert!(first.files == other.files, "blocks of {block}");
    }
}
