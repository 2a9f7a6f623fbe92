//! Which files are run again.

use super::*;

#[test]
fn a_rerun_never_takes_the_place_of_the_run_it_corrects() {
    let desk = Desk::new();
    let night = desk.write("night.837", common::generated(&spec(20, 50.0)).0);
    desk.run("scrub", &night, "out", &[]);
    let before = [
        desk.read("out/night.clean.837"),
        desk.read("out/night.manifest.json"),
    ];
    std::fs::create_dir(desk.path("mine")).unwrap();
    let mine = desk.write("mine/night.837", desk.read("out/night.rejects.837"));
    let (status, _, said) = desk.told(&mine, "out", &[]);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("would replace those of"), "{said}");
    let after = [
        desk.read("out/night.clean.837"),
        desk.read("out/night.manifest.json"),
    ];
    assert!(after == before);
    // Elsewhere it takes nobody's place.
    let manifest = desk.path("out/night.manifest.json");
    let named = ["--manifest", manifest.to_str().unwrap()];
    assert_eq!(desk.told(&mine, "again", &named).0, 0);
}

#[test]
fn of_a_folder_with_outputs_only_the_rejects_are_run_again() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk);
    let output = Command::new(assert_cmd::cargo::cargo_bin!("telescrub"))
        .args(["rerun", "--now", common::TODAY, "--out"])
        .args([desk.path("two"), desk.path("one"), desk.path("gone.837")])
        .output()
        .unwrap();
    // What can't be read is told, and costs the others nothing.
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(
        said.contains("gone.837: cannot be read: No such file"),
        "{said}"
    );
    assert!(
        said.contains("files were left out, as outputs of an earlier run"),
        "{said}"
    );
    let standings = desk.standings("two/night.rejects.rerun.json");
    assert_eq!(standings.len(), 4);
    assert!(
        standings
            .values()
            .all(|standing| standing == "still_failing")
    );
    assert_eq!(
        ids(&desk.read("two/night.rejects.rejects.837")),
        ids(&rejects)
    );
    let made: Vec<_> = std::fs::read_dir(desk.path("two"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(
        made.iter().all(|name| name.starts_with("night.rejects.")),
        "{made:?}"
    );
}

#[test]
fn rejects_of_an_unknown_run_do_not_stop_those_of_a_known_one() {
    let desk = Desk::new();
    four_rejects(&desk);
    let strange = common::generated(&Spec {
        seed: 99,
        ..spec(3, 0.0)
    })
    .0;
    let strange = desk.write("strange.837", strange);
    let output = Command::new(assert_cmd::cargo::cargo_bin!("telescrub"))
        .args(["rerun", "--now", common::TODAY, "--out"])
        .args([
            desk.path("two"),
            strange,
            desk.path("one/night.rejects.837"),
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("strange.837: the run these rejects came from was not found"),
        "{said}"
    );
    assert_eq!(desk.standings("two/night.rejects.rerun.json").len(), 4);
}

#[test]
fn what_is_no_claim_file_is_told_by_what_it_is() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk);
    let utf16: Vec<u8> = rejects.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let headless = &rejects[rejects.find("GS*").unwrap()..];
    let advice = "ISA*00*          *00*          *ZZ*PAYER01        *ZZ*CLINIC01       *261123*0101*^*00501*000000001*0*P*:~GS*HP*PAYER01*CLINIC01*20261123*0900*1*X*005010X221A1~ST*835*0001~BPR*I*0*C*NON************20261123~SE*3*0001~GE*1*1~IEA*1*000000001~";
    let told = desk.read("one/night.rejects.txt");
    let utf16 = [&[0xFF, 0xFE], &utf16[..]].concat();
    let files: [(&[u8], &str); 6] = [
        (b"", "the file is empty"),
        (&utf16, "UTF-16"),
        (b"PK\x03\x04 and so on", "zip archive"),
        (told.as_bytes(), "plain text, not X12"),
        (headless.as_bytes(), "X12 without its ISA header"),
        (
            advice.as_bytes(),
            "holds no claims (837P), only what is not judged here (835 claim payment/advice",
        ),
    ];
    for (bytes, what) in files {
        let input = desk.write("one/edited.837", bytes);
        let (status, _, said) = desk.told(&input, "two", &[]);
        assert_eq!(status, 3, "{said}");
        assert!(said.contains(what), "{said}");
        assert!(!said.contains("--manifest"), "{said}");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_told_and_the_others_are_written() {
    let desk = Desk::new();
    let large = desk.write("large.837", common::generated(&spec(2_000, 100.0)).0);
    desk.run("scrub", &large, "one", &["--no-report"]);
    four_rejects(&desk);
    // One set comes again; of all others the report says that they are missing.
    let rejects = desk.read("one/large.rejects.837");
    let after = |from: usize, what: &str| from + rejects[from..].find(what).unwrap();
    let second = after(after(0, "~ST*") + 1, "~ST*");
    let end = after(0, "~GE*");
    let trailers = [
        end..after(end + 1, "~"),
        rejects.rfind("~IEA*").unwrap()..rejects.len(),
    ];
    let part = trailers.map(|trailer| &rejects[trailer]).concat();
    let part = [&rejects[..second], &part].concat();
    let part = desk.write("one/part.837", part);
    // No file may grow past 256 KiB, as on a disk that fills up.
    let output = Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 256; exec \"$@\"", "bash"])
        .arg(env!("CARGO_BIN_EXE_telescrub"))
        .args(["rerun", "--now", common::TODAY, "--out"])
        .args([
            &desk.path("two"),
            &part,
            &desk.path("one/night.rejects.837"),
        ])
        .output()
        .unwrap();
    let [page, said] = [&output.stdout, &output.stderr].map(|said| String::from_utf8_lossy(said));
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("part.rerun.json cannot be written to"),
        "{said}"
    );
    assert!(!desk.path("two/part.rerun.json").exists());
    // What was published stays, and is told on the screen.
    assert!(desk.path("two/part.manifest.json").is_file());
    assert!(page.contains("missing from the rerun"), "{page}");
    let totals = &desk.report("two/night.rejects.rerun.json")["totals"];
    assert_eq!(*totals, serde_json::json!({"still_failing": 4}));
}
