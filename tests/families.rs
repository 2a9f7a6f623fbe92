//! Whole files, one for each family of rules: what is found in them and how it is told.
//!
//! `INSTA_UPDATE=always cargo test --test families` writes the snapshots again. Claims are
//! named for the rule they break; the others have to come out clean.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use telescrub::rules::registry::RULES;
use telescrub::x12::limits;

const FAMILIES: [&str; 7] = ["ENV", "SYN", "BAL", "COD", "PTT", "TEL", "DUP"];

/// Rules that no single file without a ledger or a payer of its own can break, or that need
/// a file of a size of its own: their fixtures show them.
const ELSEWHERE: [&str; 9] = [
    "ENV001", "ENV002", "ENV010", "ENV011", "TEL101", "TEL111", "TEL112", "TEL116", "DUP003",
];

#[test]
fn each_family_has_a_whole_file_and_what_is_told_of_it() {
    let mut told: BTreeSet<String> = BTreeSet::new();
    for family in FAMILIES {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/families/{family}.837"));
        let scrubbed = common::scrub_file(&path, 1, limits::BLOCK_BYTES, true);
        assert!(scrubbed.result.is_ok(), "{family}: {:?}", scrubbed.result);
        let mut text = String::new();
        for line in scrubbed.findings() {
            let id = line["claim_id"].as_str().unwrap_or("(no claim)");
            writeln!(text, "{id}: {}", line["verdict"].as_str().unwrap()).unwrap();
            for finding in line["findings"].as_array().unwrap() {
                let rule = finding["rule"].as_str().unwrap();
                told.insert(rule.to_owned());
                writeln!(
                    text,
                    "  {rule} {} at {} {}",
                    finding["severity"].as_str().unwrap(),
                    finding["loop"].as_str().unwrap_or("-"),
                    finding["element"].as_str().unwrap_or("-"),
                )
                .unwrap();
            }
            assert!(
                !id.contains("SOUND") || line["verdict"] != "rejected",
                "{line}"
            );
        }
        for id in claims_named_for_a_rule(&std::fs::read_to_string(&path).unwrap()) {
            let (code, named) = (&id[..6], format!("\n{id}: "));
            let told = format!("\n{text}");
            let from = told.find(&named);
            let from = from.unwrap_or_else(|| panic!("nothing is told of {id}"));
            assert!(
                told[from + 1..]
                    .lines()
                    .skip(1)
                    .take_while(|line| line.starts_with("  "))
                    .any(|line| line.starts_with(&format!("  {code} "))),
                "{id} is not told for {code}"
            );
        }
        let rejects = String::from_utf8(scrubbed.file("rejects.txt").to_vec()).unwrap();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("family-{family}"), format!("{text}\n{rejects}"));
        });
    }
    let missing: Vec<&str> = RULES
        .iter()
        .map(|rule| rule.code)
        .filter(|code| !told.contains(*code) && !ELSEWHERE.contains(code))
        .collect();
    assert!(missing.is_empty(), "in no family's file: {missing:?}");
}

/// Identifiers of the claims whose name begins with a rule's code.
fn claims_named_for_a_rule(file: &str) -> Vec<String> {
    file.split("~\n")
        .filter_map(|segment| segment.strip_prefix("CLM*")?.split('*').next())
        .filter(|id| {
            let code = id.get(..6);
            code.is_some_and(|code| RULES.iter().any(|rule| rule.code == code))
        })
        .map(str::to_owned)
        .collect()
}
