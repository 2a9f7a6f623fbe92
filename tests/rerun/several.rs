//! Rejects of several nights in one file.

use super::*;

/// A night whose second claim is a twin of its first, and one of which every transaction set
/// is counted wrong.
fn two_nights(desk: &Desk, more: &[&str]) -> [PathBuf; 2] {
    let text = |seed| {
        let spec = Spec {
            seed,
            ..spec(6, 0.0)
        };
        String::from_utf8(common::generated(&spec).0).unwrap()
    };
    let nights = [
        ("monday", with_twins(&text(1), 5)),
        ("tuesday", text(2).replace("~SE*", "~SE*9")),
    ];
    nights.map(|(name, night)| {
        let input = desk.write(&format!("{name}.837"), night);
        desk.run("scrub", &input, "one", more);
        desk.path(&format!("one/{name}.rejects.837"))
    })
}

/// Tries to run the file again; what is said.
fn refused(desk: &Desk, input: &Path, more: &[&str]) -> String {
    let output = desk.command("rerun", input, "two", more).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(!desk.path("two/merged.manifest.json").exists());
    said
}

#[test]
fn merged_rejects_are_refused_and_alone_they_fail_again() {
    for ledger in [false, true] {
        let desk = Desk::new();
        let ledger_file = desk.path("ledger.db");
        let with_ledger = ["--ledger", ledger_file.to_str().unwrap()];
        let more = if ledger { &with_ledger[..] } else { &[] };
        let nights = two_nights(&desk, more);
        let [monday, tuesday] = nights.each_ref().map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            assert!(text.contains("CLM*"), "{text}");
            text
        });
        // Behind one another, and Tuesday's transaction set in Monday's group.
        let set = &tuesday[tuesday.find("ST*").unwrap()..tuesday.find("GE*").unwrap()];
        let at = monday.find("GE*").unwrap();
        for merged in [
            format!("{monday}{tuesday}"),
            [&monday[..at], set, &monday[at..]].concat(),
        ] {
            let input = desk.write("one/merged.837", merged);
            if ledger {
                // The ledger knows both, wherever their files are.
                std::fs::rename(&input, desk.path("merged.837")).unwrap();
            }
            let input = desk.path(if ledger {
                "merged.837"
            } else {
                "one/merged.837"
            });
            let said = refused(&desk, &input, more);
            for part in [
                "rejects of more than one run",
                "monday.manifest.json",
                "tuesday.manifest.json",
                "each run by themselves",
            ] {
                assert!(said.contains(part), "{said}");
            }
        }
        for (name, input) in ["monday", "tuesday"].iter().zip(&nights) {
            desk.run("rerun", input, "two", more);
            let standings = desk.standings(&format!("two/{name}.rejects.rerun.json"));
            assert!(
                standings
                    .values()
                    .all(|standing| standing == "still_failing"),
                "{standings:?}"
            );
        }
    }
}

#[test]
fn a_claim_that_an_editor_renames_stays_of_its_run_however_often_it_is_run_again() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk);
    let first = ids(&rejects)[0].clone();
    let renamed = rejects.replace(&format!("CLM*{first}*"), "CLM*ANOTHER*");
    let input = desk.write("one/edited.837", renamed);
    // The second time the run before knows the claim by its new name.
    for _ in 0..2 {
        desk.run("rerun", &input, "one", &[]);
        let standings = desk.standings("one/edited.rerun.json");
        assert_eq!(standings["ANOTHER"], "not_from_that_run");
    }
}

#[test]
fn a_night_without_a_ledger_is_known_by_its_numbers_however_often_its_rejects_come_with_one() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk);
    let night = desk.report("one/night.manifest.json")["run"].clone();
    let ledger = desk.path("ledger.db");
    let ledger = ["--ledger", ledger.to_str().unwrap()];
    // Whoever looks at a transaction set may give it another number. The ledger knows these
    // claims by their names from the first time on.
    let sets = rejects.split("ST*837*").skip(1);
    let numbers = sets.map(|set| set.split('*').next().unwrap());
    let renumbered = numbers
        .enumerate()
        .fold(rejects.clone(), |text, (at, number)| {
            text.replace(&format!("*{number}"), &format!("*77777777{at}"))
        });
    assert_ne!(renumbered, rejects);
    let again = [&rejects, &renumbered, &rejects.replace("*Q*", "*Y*")];
    for (at, (text, standing)) in again
        .into_iter()
        .zip(["still_failing", "still_failing", "fixed"])
        .enumerate()
    {
        let input = desk.write(&format!("one/desk{at}.837"), text);
        desk.run("rerun", &input, "two", &ledger);
        let report = desk.report(&format!("two/desk{at}.rerun.json"));
        assert_eq!(report["rerun_of"], serde_json::json!([night]));
        assert_eq!(report["totals"], serde_json::json!({ standing: 4 }));
    }
}

#[test]
fn rejects_of_two_generations_of_a_night_send_a_claim_once() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk);
    let first = desk.path("one/night.rejects.837");
    desk.run("rerun", &first, "again", &["--rejects-lines"]);
    let second = desk.path("again/night.rejects.rejects.837");
    for path in [&first, &second] {
        let mended = std::fs::read_to_string(path).unwrap().replace("*Q*", "*Y*");
        std::fs::write(path, mended).unwrap();
    }
    for (out, files) in [("up", [&first, &second]), ("down", [&second, &first])] {
        desk.run("rerun", files[0], out, &[files[1].to_str().unwrap()]);
        let clean = ["night.rejects.clean.837", "night.rejects.rejects.clean.837"];
        let sent = clean.map(|name| ids(&desk.read(&format!("{out}/{name}"))));
        assert_eq!(sent.concat(), ids(&rejects), "{out}");
    }
}

#[test]
fn a_rerun_that_was_cut_short_before_its_report_tells_it_when_it_is_started_again() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk);
    let input = desk.write("one/part.837", without(&rejects, &ids(&rejects)[3]));
    let ledger = desk.path("ledger.db");
    let ledger = ["--ledger", ledger.to_str().unwrap()];
    desk.run("rerun", &input, "two", &ledger);
    let report = desk.report("two/part.rerun.json");
    assert_eq!(report["totals"]["missing"], 1);
    std::fs::remove_file(desk.path("two/part.rerun.json")).unwrap();
    desk.run("rerun", &input, "two", &ledger);
    assert_eq!(desk.report("two/part.rerun.json"), report);
}
