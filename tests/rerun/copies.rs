//! One claim of the rejects, edited in more than one copy: it goes out once.

use super::*;

/// The rejects corrected, with each date of service so many days earlier: by its content each
/// claim is another one.
fn corrected(text: &str, days: u32) -> String {
    let mut parts = text.replace("*Q*", "*Y*");
    let mut from = 0;
    while let Some(at) = parts[from..].find("DTP*472*D8*") {
        let start = from + at + "DTP*472*D8*".len();
        let date: u32 = parts[start..start + 8].parse().unwrap();
        let date = if date % 100 > days {
            date - days
        } else {
            date + days
        };
        parts.replace_range(start..start + 8, &date.to_string());
        from = start;
    }
    parts
}

fn totals(desk: &Desk, name: &str) -> Value {
    desk.report(name)["totals"].clone()
}

#[test]
fn of_copies_that_are_edited_differently_one_goes_out_wherever_the_outputs_are() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk);
    let ledger = desk.path("ledger.db");
    let ledger = ["--ledger", ledger.to_str().unwrap()];
    desk.run("scrub", &desk.path("night.837"), "one", &ledger);
    for (days, standing) in [
        (0, "fixed"),
        (1, "accepted_already"),
        (2, "accepted_already"),
    ] {
        let copy = desk.write(&format!("copy-{days}.837"), corrected(&rejects, days));
        let out = format!("out-{days}");
        desk.run("rerun", &copy, &out, &ledger);
        let report = format!("{out}/copy-{days}.rerun.json");
        assert_eq!(totals(&desk, &report), serde_json::json!({ standing: 4 }));
        let clean = ids(&desk.read(&format!("{out}/copy-{days}.clean.837")));
        assert_eq!(clean.len(), if days == 0 { 4 } else { 0 });
    }
    // So it is when nothing but the ledger tells of the night.
    std::fs::remove_dir_all(desk.path("one")).unwrap();
    let copy = desk.write("copy-3.837", corrected(&rejects, 3));
    desk.run("rerun", &copy, "out-3", &ledger);
    let report = totals(&desk, "out-3/copy-3.rerun.json");
    assert_eq!(report, serde_json::json!({"accepted_already": 4}));
}

#[test]
fn a_copy_whose_outputs_lie_beside_is_known_without_a_ledger() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk);
    let copies = [0, 1].map(|days| {
        let name = format!("one/copy-{days}.837");
        desk.write(&name, corrected(&rejects, days))
    });
    desk.run("rerun", &copies[0], "two", &[]);
    desk.run("rerun", &copies[1], "two", &[]);
    let report = totals(&desk, "two/copy-1.rerun.json");
    assert_eq!(report, serde_json::json!({"accepted_already": 4}));
    // Both at once.
    desk.run("rerun", &copies[0], "both", &[copies[1].to_str().unwrap()]);
    let report = totals(&desk, "both/copy-1.rerun.json");
    assert_eq!(report, serde_json::json!({"accepted_already": 4}));
}

#[test]
fn an_accepted_claim_that_was_changed_since_is_not_sent_a_second_time() {
    let desk = Desk::new();
    let claims = ids(&four_rejects(&desk));
    let export = desk.read("night.837").replacen("000000001", "000000002", 1);
    let export = desk.write("export.837", corrected(&export, 1));
    desk.run("rerun", &export, "one", &[]);
    let report = totals(&desk, "one/export.rerun.json");
    assert_eq!(
        report,
        serde_json::json!({"accepted_already": 8, "fixed": 4})
    );
    assert_eq!(ids(&desk.read("one/export.clean.837")), claims);
}

#[test]
fn claims_that_share_a_name_go_out_each_once() {
    for with_ledger in [false, true] {
        let desk = Desk::new();
        let rejected = ids(&four_rejects(&desk));
        let accepted = ids(&desk.read("one/night.clean.837"));
        let mut night = desk.read("night.837");
        // Two rejected claims and an accepted one.
        for id in [&rejected[0], &rejected[1], &accepted[0]] {
            night = night.replace(&format!("CLM*{id}*"), "CLM*SHARED*");
        }
        let ledger = desk.path("ledger.db");
        let ledger = ["--ledger", ledger.to_str().unwrap()];
        let more = if with_ledger { &ledger[..] } else { &[] };
        desk.run(
            "scrub",
            &desk.write("shared.837", night),
            "shared",
            &[more, &["--rejects-lines"]].concat(),
        );
        let rejects = desk.read("shared/shared.rejects.837");
        assert_eq!(rejects.matches("CLM*SHARED*").count(), 2);
        // In parts.
        let half = rejects.replacen("*Q*", "*Y*", 1);
        desk.run("rerun", &desk.write("shared/half.837", half), "two", more);
        let report = totals(&desk, "two/half.rerun.json");
        assert_eq!(report, serde_json::json!({"fixed": 1, "still_failing": 3}));
        let rest = without(&rejects, "SHARED").replace("*Q*", "*Y*");
        desk.run("rerun", &desk.write("shared/rest.837", rest), "two", more);
        let report = totals(&desk, "two/rest.rerun.json");
        assert_eq!(report["fixed"], serde_json::json!(3), "{report}");
    }
}
