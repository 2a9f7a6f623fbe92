//! What the earlier run accepted: told, and not sent again.

use super::*;

#[test]
fn claims_exported_anew_are_known_by_their_names() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk);
    let claims = ids(&rejects);
    let night = desk.read("night.837").replacen("000000001", "000000002", 1);
    let input = desk.write("export.837", night.replace("*Q*", "*Y*"));
    desk.run("rerun", &input, "one", &[]);
    let standings = desk.standings("one/export.rerun.json");
    assert_eq!(standings.len(), 12);
    for (id, standing) in &standings {
        let expected = if claims.contains(id) {
            "fixed"
        } else {
            "accepted_already"
        };
        assert_eq!(standing, expected);
    }
    // What that run accepted is not sent again.
    assert_eq!(ids(&desk.read("one/export.clean.837")), claims);
    assert_eq!(ids(&desk.read("one/export.rejects.837")).len(), 8);
    let again = desk.report("one/export.rerun.json");
    let mut claims = again["claims"].as_array().unwrap().iter();
    assert!(
        claims
            .all(|claim| claim["standing"] == "fixed"
                || claim["now"] == serde_json::json!(["DUP003"]))
    );
}

#[test]
fn a_stranger_and_a_replacement_of_an_accepted_claim_are_not_from_that_run() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk);
    let clean = desk.read("one/night.clean.837");
    let accepted = ids(&clean).remove(0);
    let line = clean
        .split('~')
        .find(|segment| {
            segment
                .trim_start()
                .starts_with(&format!("CLM*{accepted}*"))
        })
        .unwrap();
    let replacement = line.replace(":B:1*", ":B:7*") + "~REF*F8*PAYER1";
    let stranger = &ids(&clean)[1];
    let export = clean
        .replace(line, &replacement)
        .replace(&format!("CLM*{stranger}*"), "CLM*STRANGER*")
        .replace("97110", "97112");
    let input = desk.write("export.837", export);
    desk.run(
        "rerun",
        &input,
        "two",
        &[
            "--manifest",
            desk.path("one/night.manifest.json").to_str().unwrap(),
        ],
    );
    let standings = desk.standings("two/export.rerun.json");
    assert_eq!(standings[&accepted], "not_from_that_run");
    assert_eq!(standings["STRANGER"], "not_from_that_run");
    assert_eq!(standings[&ids(&clean)[2]], "accepted_already");
    for id in ids(&rejects) {
        assert_eq!(standings[&id], "missing");
    }
}

#[test]
fn the_ledger_knows_what_was_accepted_when_the_files_are_gone() {
    let desk = Desk::new();
    let file = desk.path("ledger.db");
    let ledger = ["--ledger", file.to_str().unwrap()];
    let rejects = four_rejects(&desk);
    desk.run("scrub", &desk.path("night.837"), "first", &ledger);
    std::fs::remove_dir_all(desk.path("first")).unwrap();
    let night = desk.read("night.837").replacen("000000001", "000000002", 1);
    let input = desk.write("export.837", night.replace("*Q*", "*Y*"));
    desk.run("rerun", &input, "second", &ledger);
    for (id, standing) in desk.standings("second/export.rerun.json") {
        let fixed = ids(&rejects).contains(&id);
        let expected = if fixed { "fixed" } else { "accepted_already" };
        assert_eq!(standing, expected, "{id}");
    }
}

#[test]
fn a_twin_that_comes_back_alone_still_fails_whatever_is_left_of_the_earlier_run() {
    for (ledger, gone) in [(false, ""), (false, "clean.837"), (true, ""), (true, "all")] {
        let desk = Desk::new();
        let night = String::from_utf8(common::generated(&spec(12, 0.0)).0).unwrap();
        let night = desk.write("night.837", with_twins(&night, 3));
        let file = desk.path("ledger.db");
        let more = ["--ledger", file.to_str().unwrap()];
        let more = if ledger { &more[..] } else { &[] };
        desk.run("scrub", &night, "one", more);
        let rejects = desk.read("one/night.rejects.837");
        assert_eq!(ids(&rejects).len(), 4);
        let input = desk.write("desk.837", &rejects);
        match gone {
            "" => {}
            "all" => std::fs::remove_dir_all(desk.path("one")).unwrap(),
            kind => std::fs::remove_file(desk.path(&format!("one/night.{kind}"))).unwrap(),
        }
        let manifest = desk.path("one/night.manifest.json");
        let by_hand = ["--manifest", manifest.to_str().unwrap()];
        let more = if gone == "clean.837" || !ledger {
            &by_hand[..]
        } else {
            more
        };
        desk.run("rerun", &input, "two", more);
        for (id, standing) in desk.standings("two/desk.rerun.json") {
            assert_eq!(standing, "still_failing", "{id}, {ledger}, {gone}");
        }
        assert!(!desk.path("two/desk.clean.837").exists());
    }
}

#[test]
fn a_twin_with_another_fault_mended_is_a_twin_still() {
    let desk = Desk::new();
    let night = String::from_utf8(common::generated(&spec(6, 0.0)).0).unwrap();
    let night = with_twins(&night, 2);
    desk.run("scrub", &desk.write("night.837", &night), "one", &[]);
    let rejects = desk.read("one/night.rejects.837");
    // An address is no part of what is billed: the claim bills the same as before.
    let street = rejects
        .split('~')
        .find(|segment| segment.trim_start().starts_with("N3*"))
        .unwrap();
    let touched = rejects.replace(street, "N3*1 OTHER STREET");
    desk.run("rerun", &desk.write("desk.837", touched), "one", &[]);
    let report = desk.report("one/desk.rerun.json");
    for claim in report["claims"].as_array().unwrap() {
        assert_eq!(claim["standing"], "still_failing", "{claim}");
        assert_eq!(claim["now"], serde_json::json!(["DUP003"]));
    }
}

/// What an interchange is known by, and what stands in its transaction sets.
fn envelope(text: &str) -> (&str, &str, &str) {
    let start = text.find("ST*").unwrap();
    let end = text.find("GE*").unwrap();
    let element = |segment: &str, at: usize| {
        let from = text.find(segment).unwrap();
        let segment = text[from..].split('~').next().unwrap();
        segment.split('*').nth(at).unwrap()
    };
    (element("ISA*", 13), element("GS*", 6), &text[start..end])
}

#[test]
fn each_part_of_rejects_that_is_run_again_has_an_interchange_of_its_own() {
    let ledger = ["--ledger", "ledger.db"];
    for more in [&[][..], &ledger] {
        let desk = Desk::new();
        let rejects = four_rejects(&desk);
        let file = desk.path("ledger.db");
        let ledger = ["--ledger", file.to_str().unwrap()];
        let more = if more.is_empty() { more } else { &ledger };
        if !more.is_empty() {
            desk.run("scrub", &desk.path("night.837"), "one", more);
        }
        let half = desk.write("one/half.837", rejects.replacen("*Q*", "*Y*", 2));
        desk.run("rerun", &half, "two", more);
        let all = desk.write("one/all.837", rejects.replace("*Q*", "*Y*"));
        desk.run("rerun", &all, "two", more);
        assert_eq!(
            desk.report("two/all.rerun.json")["totals"],
            serde_json::json!({"accepted_already": 2, "fixed": 2})
        );
        let [half, all] = ["half", "all"].map(|stem| desk.read(&format!("two/{stem}.clean.837")));
        assert_eq!(ids(&half), ids(&rejects)[..2]);
        assert_eq!(ids(&all), ids(&rejects)[2..]);
        let [given, of_half, of_all] = [&rejects, &half, &all].map(|text| envelope(text));
        assert!(given.0 != of_half.0 && given.0 != of_all.0 && of_half.0 != of_all.0);
        assert!(given.1 != of_half.1 && given.1 != of_all.1 && of_half.1 != of_all.1);
        // A part that passes as a whole is as it came, but for the envelopes around its sets.
        let left = desk.read("two/half.rejects.837").replace("*Q*", "*Y*");
        let manifest = desk.path("two/half.manifest.json");
        let by_hand = ["--manifest", manifest.to_str().unwrap()];
        desk.run("rerun", &desk.write("left.837", &left), "three", &by_hand);
        let clean = desk.read("three/left.clean.837");
        assert_eq!(envelope(&clean).2, envelope(&left).2);
        let mut verify = Command::new(assert_cmd::cargo::cargo_bin!("telescrub"));
        verify
            .arg("verify")
            .arg(desk.path("three/left.manifest.json"));
        assert!(verify.output().unwrap().status.success());
    }
}

/// The rejects with so many of their claims corrected, as replacements.
fn replaced(rejects: &str, first: usize, count: usize) -> String {
    let mut claims = rejects.split("CLM*");
    let mut text = claims.next().unwrap().to_owned();
    for (at, claim) in claims.enumerate() {
        text += "CLM*";
        if (first..first + count).contains(&at) {
            let claim = claim.replacen(":B:1*Q*", ":B:7*Y*", 1);
            text += &claim.replacen("HI*", "REF*F8*PAYER1~\nHI*", 1);
        } else {
            text += claim;
        }
    }
    text
}

#[test]
fn a_replacement_that_comes_a_second_time_is_told_by_its_interchange() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk);
    let ledger = desk.path("ledger.db");
    let ledger = ["--ledger", ledger.to_str().unwrap()];
    desk.run("scrub", &desk.path("night.837"), "one", &ledger);
    let half = desk.write("half.837", replaced(&rejects, 0, 2));
    desk.run("rerun", &half, "two", &ledger);
    assert_eq!(ids(&desk.read("two/half.clean.837")), ids(&rejects)[..2]);
    let all = desk.write("all.837", replaced(&rejects, 0, 4));
    let (_, said, _) = desk.told(&all, "three", &ledger);
    assert!(said.contains("all: 4 newly failing"), "{said}");
    assert!(
        said.contains("take out of edited rejects the replacements and voids"),
        "{said}"
    );
    // What is said helps.
    let others = desk.write("others.837", replaced(&rejects, 2, 2));
    desk.run("rerun", &others, "three", &ledger);
    let totals = |name: &str| desk.report(name)["totals"].clone();
    let expected = serde_json::json!({"fixed": 2, "still_failing": 2});
    assert_eq!(totals("three/others.rerun.json"), expected);
}

#[test]
fn a_rerun_that_was_killed_before_its_report_gives_it_when_it_is_started_again() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk);
    let ledger = desk.path("ledger.db");
    let ledger = ["--ledger", ledger.to_str().unwrap()];
    desk.run("scrub", &desk.path("night.837"), "one", &ledger);
    let half = desk.write("half.837", rejects.replacen("*Q*", "*Y*", 2));
    desk.run("rerun", &half, "two", &ledger);
    let report = desk.read("two/half.rerun.json");
    std::fs::remove_file(desk.path("two/half.rerun.json")).unwrap();
    let (status, said, warned) = desk.told(&half, "two", &ledger);
    assert_eq!(status, 0, "{warned}");
    assert!(said.contains("half: 2 fixed, 2 still failing"), "{said}");
    assert!(warned.contains("was scrubbed on"), "{warned}");
    assert_eq!(desk.read("two/half.rerun.json"), report);
    // It is told once.
    let (_, said, _) = desk.told(&half, "two", &ledger);
    assert!(!said.contains("half: "), "{said}");
}

#[test]
fn what_a_rerun_accepted_that_lies_beside_is_not_sent_again_without_a_ledger() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk);
    let half = rejects.replacen("*Q*", "*Y*", 2);
    let half = desk.write("one/half.837", half);
    let all = desk.write("one/all.837", rejects.replace("*Q*", "*Y*"));
    let totals = |name: &str| desk.report(&format!("two/{name}.rerun.json"))["totals"].clone();
    // The second time it replaces what it was the first time.
    for _ in 0..2 {
        desk.run("rerun", &half, "two", &[]);
        let expected = serde_json::json!({"fixed": 2, "still_failing": 2});
        assert_eq!(totals("half"), expected);
    }
    let manifest = desk.path("one/night.manifest.json");
    let by_hand = ["--manifest", manifest.to_str().unwrap()];
    for more in [&[][..], &by_hand] {
        desk.run("rerun", &all, "two", more);
        let expected = serde_json::json!({"accepted_already": 2, "fixed": 2});
        assert_eq!(totals("all"), expected);
        let told = desk.read("two/all.rejects.txt");
        let of_half = format!("the same claim was accepted on {}", common::TODAY);
        assert_eq!(told.matches(&of_half).count(), 2, "{told}");
        let claims = ids(&rejects);
        assert_eq!(ids(&desk.read("two/all.clean.837")), claims[2..]);
    }
    // Both at once replace both, the first has its claims, and the second what is left.
    desk.run("rerun", &all, "two", &[half.to_str().unwrap()]);
    assert_eq!(totals("all"), serde_json::json!({"fixed": 4}));
    let expected = serde_json::json!({"accepted_already": 4});
    assert_eq!(totals("half"), expected);
    assert_eq!(desk.read("two/half.clean.837"), "");
}
