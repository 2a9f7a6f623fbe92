//! What was wrong around claims, in envelopes and levels, and whether somebody has looked.

use super::*;

/// A night with one fault around claims, scrubbed to `one`; the rejects in lines.
fn scrubbed(desk: &Desk, fault: Fault, more: &[&str]) -> String {
    let bad_percent = if fault == Fault::ParentUnknown {
        20.0
    } else {
        0.0
    };
    let night = Spec {
        faults: vec![fault],
        ..spec(18, bad_percent)
    };
    let night = desk.write("night.837", common::generated(&night).0);
    desk.run(
        "scrub",
        &night,
        "one",
        &[&["--rejects-lines"], more].concat(),
    );
    desk.read("one/night.rejects.837")
}

/// The standing of every claim in a report, if it is the same.
fn standing_of_all(desk: &Desk, report: &str) -> String {
    let mut standings: Vec<_> = desk.standings(report).into_values().collect();
    standings.sort();
    standings.dedup();
    standings.join(" ")
}

/// The control number of the first transaction set.
fn number(rejects: &str) -> &str {
    let set = rejects
        .lines()
        .find(|line| line.starts_with("ST*"))
        .unwrap();
    set.split('*').nth(2).unwrap()
}

const FAULTS: [Fault; 4] = [
    Fault::SetCountWrong,
    Fault::SetControlMismatch,
    Fault::SetControlRepeated,
    Fault::ParentUnknown,
];

#[test]
fn what_was_wrong_around_claims_rejects_them_until_somebody_has_looked() {
    for fault in FAULTS {
        let desk = Desk::new();
        let rejects = scrubbed(&desk, fault, &[]);
        let input = desk.path("one/night.rejects.837");
        desk.run("rerun", &input, "two", &["--verify"]);
        let report = desk.report("two/night.rejects.rerun.json");
        let claims = report["claims"].as_array().unwrap();
        assert_eq!(claims.len(), ids(&rejects).len(), "{fault:?}");
        for claim in claims {
            assert_eq!(claim["standing"], "still_failing", "{claim}");
            assert_eq!(claim["was"], serde_json::json!([fault.rule()]));
            assert_eq!(claim["now"], claim["was"]);
            assert_eq!(claim["fixed_by"], Value::Null);
        }
        assert!(!desk.path("two/night.rejects.clean.837").exists());
        // All outputs say so.
        let manifest = desk.report("two/night.rejects.manifest.json");
        assert_eq!(manifest["totals"]["clean"]["claims"], 0);
        assert_eq!(manifest["acknowledgements"]["accepted"]["claims"], 0);
        let said = desk.read("two/night.rejects.rejects.txt");
        for told in [
            "so the run before this one found it; nothing in the transaction set was changed since",
            "give the transaction set another control number in ST02 and SE02",
            "--envelopes-checked",
        ] {
            assert!(said.contains(told), "{fault:?}: {said}");
        }
        let first: Value = serde_json::from_str(
            desk.read("one/night.findings.jsonl")
                .lines()
                .next()
                .unwrap(),
        )
        .unwrap();
        let message = first["findings"][0]["message"].as_str().unwrap();
        assert!(said.contains(message), "{message}: {said}");

        let told = |more: &[&str]| {
            let output = Command::new(assert_cmd::cargo::cargo_bin!("telescrub"))
                .args(["rerun", "--now", common::TODAY, "--out"])
                .args([&desk.path("told"), &input])
                .args(more)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            (
                said.contains("if all is whole, say --envelopes-checked"),
                said,
            )
        };
        assert!(told(&[]).0, "{}", told(&[]).1);
        assert!(!told(&["--envelopes-checked"]).0);

        // The whole file is confirmed, or the set bears another number.
        desk.run("rerun", &input, "checked", &["--envelopes-checked"]);
        let report = desk.report("checked/night.rejects.rerun.json");
        for claim in report["claims"].as_array().unwrap() {
            assert_eq!(claim["standing"], "fixed", "{claim}");
            assert_eq!(claim["fixed_by"], "surroundings");
        }
        let mut renumbered = rejects.clone();
        while let Some(line) = renumbered
            .lines()
            .find(|line| line.starts_with("ST*") && !line.contains("*900"))
        {
            let given = line.split('*').nth(2).unwrap().to_owned();
            let other = format!("900{}", &given[3..]);
            renumbered = renumbered.replace(&format!("*{given}"), &format!("*{other}"));
        }
        let input = desk.write("numbered.837", &renumbered);
        let manifest = desk.path("one/night.manifest.json");
        desk.run("rerun", &input, "one", &[]);
        assert_eq!(
            standing_of_all(&desk, "one/numbered.rerun.json"),
            "fixed",
            "{fault:?}"
        );
        assert_eq!(ids(&desk.read("one/numbered.clean.837")), ids(&rejects));
        assert!(manifest.is_file());

        // The same in the file as it was published, where no other rerun is known.
        std::fs::remove_file(desk.path("one/numbered.manifest.json")).unwrap();
        let input = desk.write("one/night.rejects.837", &renumbered);
        let (status, said, _) = desk.told(&input, "placed", &[]);
        assert_eq!(status, 0, "{said}");
        let standing = standing_of_all(&desk, "placed/night.rejects.rerun.json");
        assert_eq!(standing, "fixed", "{fault:?}");
        assert!(!said.contains("stand in no file"), "{said}");
    }
}

#[test]
fn an_editor_that_only_saves_has_looked_at_nothing() {
    for fault in [Fault::SetCountWrong, Fault::ParentUnknown] {
        let desk = Desk::new();
        let rejects = scrubbed(&desk, fault, &[]);
        let as_saved = [
            rejects.replace('\n', "\r\n"),
            rejects.replace('\n', "  \n") + "\n \n",
            rejects.replace('\n', ""),
            rejects.trim_end().trim_end_matches('~').to_owned(),
            format!("\u{feff}{rejects}"),
        ];
        for (at, text) in as_saved.iter().enumerate() {
            let input = desk.write(&format!("saved{at}.837"), text);
            desk.run("rerun", &input, "one", &[]);
            let standing = standing_of_all(&desk, &format!("one/saved{at}.rerun.json"));
            assert_eq!(standing, "still_failing", "{fault:?}, {at}");
        }
    }
}

#[test]
fn a_set_in_which_anything_was_changed_was_looked_at_and_its_neighbour_was_not() {
    let desk = Desk::new();
    let night = common::generated(&spec(18, 0.0)).0;
    // Every set counts wrong.
    let night = String::from_utf8(night).unwrap().replace("~SE*", "~SE*9");
    let night = desk.write("night.837", night);
    desk.run("scrub", &night, "one", &["--rejects-lines"]);
    let rejects = desk.read("one/night.rejects.837");
    let claims = ids(&rejects);
    assert_eq!(claims.len(), 18);
    let (first, second) = (&claims[0], &claims[1]);
    let line = rejects
        .lines()
        .find(|line| line.starts_with("CLM*"))
        .unwrap();
    let street = rejects
        .lines()
        .find(|line| line.starts_with("N3*"))
        .unwrap();
    let begin = rejects
        .lines()
        .find(|line| line.starts_with("BHT*"))
        .unwrap();
    let submitter = begin.replace("*CH", "*RP");
    let other = format!("{first}X");
    let edits = [
        ("a claim", rejects.replacen(first, &other, 1)),
        ("a level", rejects.replacen(street, "N3*1 OTHER STREET~", 1)),
        ("the header", rejects.replacen(begin, &submitter, 1)),
        ("taken away", without(&rejects, first)),
        (
            "added",
            rejects.replacen(line, &format!("{}\n{line}", "NTE*ADD*LOOKED AT~"), 1),
        ),
    ];
    for (what, text) in edits {
        assert_ne!(text, rejects, "{what}");
        desk.run("rerun", &desk.write("edited.837", text), "one", &[]);
        let standings = desk.standings("one/edited.rerun.json");
        // The neighbours in the same set go out, those of the other sets do not.
        let of_second = &standings[second];
        assert!(
            of_second == "fixed" || what == "added",
            "{what}: {of_second}"
        );
        for claim in &claims[6..] {
            assert_eq!(standings[claim], "still_failing", "{what}");
        }
    }
}

#[test]
fn what_is_left_of_the_earlier_run_is_enough_to_tell_what_nobody_looked_at() {
    for fault in FAULTS {
        for (gone, edited) in [(false, false), (true, false), (false, true), (true, true)] {
            let desk = Desk::new();
            let file = desk.path("ledger.db");
            let ledger = ["--ledger", file.to_str().unwrap()];
            let ledger = if gone { &ledger[..] } else { &[] };
            let rejects = scrubbed(&desk, fault, ledger);
            let rejects = if edited {
                let given = number(&rejects);
                rejects.replace(given, &format!("900{}", &given[3..]))
            } else {
                rejects
            };
            // Edited in place, or all files gone but the ledger.
            let place = if gone {
                "desk.837"
            } else {
                "one/night.rejects.837"
            };
            let input = desk.write(place, format!("\n{rejects}"));
            if gone {
                std::fs::remove_dir_all(desk.path("one")).unwrap();
            }
            desk.run("rerun", &input, "two", ledger);
            let stem = if gone { "desk" } else { "night.rejects" };
            let report = desk.report(&format!("two/{stem}.rerun.json"));
            let first = ids(&rejects).remove(0);
            for claim in report["claims"].as_array().unwrap() {
                let looked_at = edited && claim["claim_id"] == first.as_str();
                let now = claim["now"] == serde_json::json!([fault.rule()]);
                assert_eq!(now, claim["standing"] == "still_failing", "{claim}");
                assert!(!looked_at || !now, "{fault:?}, {gone}: {claim}");
                assert!(edited || now, "{fault:?}, {gone}: {claim}");
            }
            assert_eq!(report["unlisted"], 0);
        }
    }
}

#[test]
fn claims_exported_anew_are_judged_as_they_are() {
    for fault in FAULTS {
        let desk = Desk::new();
        let wanted = ids(&scrubbed(&desk, fault, &[]));
        let right = String::from_utf8(common::generated(&spec(18, 0.0)).0).unwrap();
        // The practice system has them in envelopes of its own, right or wrong as before.
        for (wrong, export) in [(false, right), (true, desk.read("night.837"))] {
            let export = desk.write("export.837", export.replace("*000000001", "*000000002"));
            let manifest = desk.path("one/night.manifest.json");
            desk.run(
                "rerun",
                &export,
                "two",
                &["--manifest", manifest.to_str().unwrap()],
            );
            let standings = desk.standings("two/export.rerun.json");
            // No count is taken for an editor's.
            let expected = if wrong { "still_failing" } else { "fixed" };
            for claim in &wanted {
                assert_eq!(standings[claim], expected, "{fault:?}, {wrong}");
            }
            let found = desk.read("two/export.findings.jsonl");
            assert!(!found.contains("nothing in the transaction set was changed since"));
        }
    }
}

#[test]
fn a_claim_that_is_new_in_a_set_takes_no_place_of_one_in_a_set_that_was_rejected_as_a_whole() {
    let desk = Desk::new();
    four_rejects(&desk);
    // The first set is counted wrong too: its claims are rejected, and no finding names them.
    let night = desk.read("night.837");
    let at = night.find("SE*").unwrap() + 3;
    let night = format!("{}9{}", &night[..at], &night[at..]);
    desk.run(
        "scrub",
        &desk.write("night.837", night),
        "one",
        &["--rejects-lines"],
    );
    let rejects = desk.read("one/night.rejects.837");
    let sets: Vec<usize> = rejects.match_indices("ST*837*").map(|(at, _)| at).collect();
    assert_eq!(sets.len(), 2);
    // The whole set is taken out, and a claim comes into the other one.
    let edited = [&rejects[..sets[0]], &rejects[sets[1]..]].concat();
    let edited = edited.replace("*Q*", "*Y*");
    let (head, claim) = edited.split_at(edited.find("CLM*").unwrap());
    let claim = &claim[..claim.find("HL*").unwrap()];
    let id = ids(claim).remove(0);
    let new = claim.replace(&id, "NEW1");
    let edited = format!("{head}{new}{}", &edited[head.len()..]);
    let input = desk.write("one/night.rejects.837", edited);
    desk.run("rerun", &input, "two", &[]);
    let report = desk.report("two/night.rejects.rerun.json");
    assert_eq!(
        desk.standings("two/night.rejects.rerun.json")["NEW1"],
        "not_from_that_run"
    );
    assert!(report["unlisted"].as_u64().unwrap() > 0, "{report}");
}
