//! Levels that are left when their claims were taken out by hand.

use crate::{Desk, four_rejects};

#[test]
fn a_provider_whose_claims_were_all_taken_out_does_not_stand_in_the_clean_file() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk).replace("*Q*", "*Y*");
    let lines: Vec<&str> = rejects.split_inclusive('\n').collect();
    let provider = lines
        .iter()
        .rposition(|line| line.starts_with("HL*") && line.contains("*20*1"))
        .unwrap();
    let is_patient = |line: &&str| line.starts_with("HL*");
    let first = provider + 1 + lines[provider + 1..].iter().position(is_patient).unwrap();
    let end = lines.iter().rposition(|line| line.starts_with("SE*"));
    let edited = [&lines[..first], &lines[end.unwrap()..]].concat().concat();
    assert!(edited.contains("CLM*"), "no claim is left");

    desk.run(
        "rerun",
        &desk.write("saved.837", edited),
        "one",
        &["--verify"],
    );
    let clean = desk.read("one/saved.clean.837");
    assert!(clean.contains("CLM*"));
    assert!(desk.read("one/saved.rejects.txt").contains("SYN013"));
    desk.run(
        "scrub",
        &desk.path("one/saved.clean.837"),
        "two",
        &["--verify"],
    );
    assert_eq!(desk.read("two/saved.clean.clean.837"), clean);
}
