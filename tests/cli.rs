//! The program from outside: what it says, what it leaves, how it exits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use assert_cmd::Command;

fn telescrub() -> Command {
    let mut command = Command::cargo_bin("telescrub").unwrap();
    command.env("NO_COLOR", "1");
    command
}

/// Scrubs these bytes and returns the exit status, what was said, and the files left.
fn scrub(name: &str, bytes: &[u8]) -> (i32, String, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join(name);
    std::fs::write(&input, bytes).unwrap();
    let out = folder.path().join("out");
    let output = telescrub()
        .args(["scrub", "--now", common::TODAY, "--quiet", "--out"])
        .arg(&out)
        .arg(&input)
        .timeout(std::time::Duration::from_secs(120))
        .output()
        .unwrap();
    let mut files: Vec<String> = std::fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    (
        output.status.code().unwrap(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
        files,
    )
}

fn small() -> Vec<u8> {
    common::generated(&telescrub::generate::Spec {
        claims: 6,
        claims_per_set: 3,
        ..common::spec()
    })
    .0
}

/// The input with one piece of text replaced.
fn with(from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(small()).unwrap();
    assert!(text.contains(from), "{from} is not in the input");
    text.replacen(from, to, 1).into_bytes()
}

#[test]
fn what_is_no_837p_is_refused_with_its_name() {
    let other = |code: &str, version: &str| {
        with(
            "ST*837*0001*005010X222A1",
            &format!("ST*{code}*0001*{version}"),
        )
        .split(|&byte| byte == b'~')
        .map(<[u8]>::to_vec)
        .collect::<Vec<_>>()
        .join(&b'~')
    };
    let one_set = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        text.replace("ST*837*0002*005010X222A1", "ST*835*0002*005010X221A1")
            .into_bytes()
    };
    for (name, bytes, said) in [
        ("empty.837", Vec::new(), "is empty"),
        (
            "letter.txt",
            b"Dear Sir, please find attached".to_vec(),
            "plain text",
        ),
        ("claims.pdf", b"%PDF-1.7 ...".to_vec(), "PDF"),
        ("claims.zip", b"PK\x03\x04....".to_vec(), "zip archive"),
        ("claims.gz", b"\x1F\x8B\x08\x00....".to_vec(), "gunzip"),
        ("claims.json", b"{\"claims\":[]}".to_vec(), "JSON"),
        (
            "claims.edi",
            b"UNA:+.? 'UNB+UNOA:1+A+B'".to_vec(),
            "EDIFACT",
        ),
        (
            "nothing.837",
            small()[..106].to_vec(),
            "no transaction set follows",
        ),
        ("short.837", small()[..60].to_vec(), "ISA cannot be read"),
        (
            "835.edi",
            one_set(other("835", "005010X221A1")),
            "835 claim payment",
        ),
        (
            "837i.edi",
            one_set(other("837", "005010X223A2")),
            "837I institutional",
        ),
        (
            "837d.edi",
            one_set(other("837", "005010X224A2")),
            "837D dental",
        ),
        ("4010.edi", one_set(other("837", "004010X098A1")), "4010"),
    ] {
        let (status, stderr, files) = scrub(name, &bytes);
        assert_eq!(status, 3, "{name}: {stderr}");
        assert!(
            stderr.contains(said) && stderr.contains(name),
            "{name}: {stderr}"
        );
        assert!(
            files.iter().all(|file| file.ends_with(".manifest.json")),
            "{name}: {files:?}"
        );
    }
}

#[test]
fn damage_is_answered_with_its_rule() {
    let text = String::from_utf8(small()).unwrap();
    let truncated = text.as_bytes()[..text.len() * 3 / 4].to_vec();
    let glued = [small(), small()].concat();
    let cut_and_glued = [&text.as_bytes()[..text.len() * 3 / 4], &small()[..]].concat();
    let narrow = with("ISA*00*          *00*", "ISA*00**00*");
    let clash = with("*P*:~GS", "*P*~~GS");
    let long = with("NM1*40*2*", &format!("NM1*40*2*{}", "A".repeat(50 << 20)));
    let many = with("NM1*40*2*", &format!("NM1*40*2{}", "*A".repeat(1 << 20)));
    for (name, bytes, rule) in [
        ("truncated", truncated, "ENV003"),
        ("glued", glued, "ENV007"),
        ("cut and glued", cut_and_glued, "ENV003"),
        ("narrow ISA", narrow, "ENV002"),
        ("clashing delimiters", clash, "ENV00"),
        ("wrong set count", with("~SE*", "~SE*9"), "ENV005"),
        ("wrong set number", with("*0001~", "*0009~"), "ENV004"),
        ("no group trailer", with("~GE*", "~GX*"), "ENV003"),
        (
            "invalid UTF-8",
            {
                let mut bytes = small();
                bytes[400] = 0xFF;
                bytes
            },
            "SYN",
        ),
        (
            "NUL",
            {
                let mut bytes = small();
                bytes[400] = 0;
                bytes
            },
            "SYN",
        ),
        ("a segment of 50 MB", long, "SYN008"),
        ("a million elements", many, "SYN00"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("in.837");
        std::fs::write(&input, &bytes).unwrap();
        let output = telescrub()
            .args([
                "scrub",
                "--now",
                common::TODAY,
                "--quiet",
                "--verify",
                "--out",
            ])
            .arg(folder.path())
            .arg(&input)
            .timeout(std::time::Duration::from_secs(120))
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        let findings =
            std::fs::read_to_string(folder.path().join("in.findings.jsonl")).unwrap_or_default();
        assert!(
            matches!(output.status.code(), Some(0 | 3)),
            "{name}: {stderr}"
        );
        assert!(
            findings.contains(rule) || stderr.contains(rule),
            "{name}: {stderr}{findings:.300}"
        );
    }
}

#[test]
fn the_whole_sets_of_a_truncated_file_are_judged() {
    let text = String::from_utf8(small()).unwrap();
    let second = text.find("ST*837*0002").unwrap();
    let scrubbed = common::scrub(&text.as_bytes()[..second + 900], 1, 100);
    assert_eq!(scrubbed.result.unwrap().tally.clean.claims, 3);
}

#[test]
fn outputs_are_private_and_stale_ones_go() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("night.837");
    std::fs::write(&input, small()).unwrap();
    let out = folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("night.rejects.837"), b"of yesterday").unwrap();
    telescrub()
        .args(["scrub", "--now", common::TODAY, "--out"])
        .args([&out, &input])
        .assert()
        .success();
    assert!(!out.join("night.rejects.837").exists());
    let mode = std::fs::metadata(out.join("night.clean.837"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(std::fs::read(out.join("night.clean.837")).unwrap(), small());
}

#[test]
fn standard_input_zstd_and_folders_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let half = small();
    // Two frames, one after the other.
    let (a, b) = half.split_at(half.len() / 2);
    let frames = [
        zstd::encode_all(a, 3).unwrap(),
        zstd::encode_all(b, 3).unwrap(),
    ]
    .concat();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    std::fs::write(folder.path().join("in/night.837.zst"), frames).unwrap();
    let out = folder.path().join("out");
    telescrub()
        .args(["scrub", "--now", common::TODAY, "--out"])
        .args([out.as_path(), &folder.path().join("in"), Path::new("-")])
        .write_stdin(small())
        .assert()
        .success();
    assert_eq!(std::fs::read(out.join("night.clean.837")).unwrap(), small());
    assert_eq!(std::fs::read(out.join("stdin.clean.837")).unwrap(), small());
}

#[test]
fn exit_statuses_are_those_of_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let bad = common::generated(&telescrub::generate::Spec {
        claims: 20,
        bad_percent: 50.0,
        ..common::spec()
    })
    .0;
    let input = folder.path().join("bad.837");
    std::fs::write(&input, bad).unwrap();
    let run = |arguments: &[&str]| {
        telescrub()
            .args(arguments)
            .arg(&input)
            .output()
            .unwrap()
            .status
            .code()
            .unwrap()
    };
    let out = folder.path().join("out");
    let out = out.to_str().unwrap();
    assert_eq!(run(&["scrub", "--now", common::TODAY, "--out", out]), 0);
    assert_eq!(
        run(&[
            "scrub",
            "--now",
            common::TODAY,
            "--fail-on",
            "reject",
            "--out",
            out
        ]),
        1
    );
    assert_eq!(run(&["scrub", "--now", "tomorrow", "--out", out]), 2);
    assert_eq!(run(&["scrub", "--out", "/proc/nowhere"]), 2);
    let gone = telescrub()
        .args(["scrub", "--out", out, "/vanished/night.837"])
        .output()
        .unwrap();
    assert_eq!(gone.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&gone.stderr).contains("/vanished/night.837"));
}

#[test]
fn a_run_can_be_proved_again_until_a_byte_changes() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("night.837"), small()).unwrap();
    let run = |arguments: &[&str]| {
        telescrub()
            .current_dir(folder.path())
            .args(arguments)
            .output()
            .unwrap()
    };
    assert!(
        run(&["scrub", "--now", common::TODAY, "night.837", "--out", "."])
            .status
            .success()
    );
    let proof = run(&["verify", "night.manifest.json"]);
    assert!(proof.status.success());
    assert!(String::from_utf8_lossy(&proof.stdout).contains("is the input of the run"));
    let clean = folder.path().join("night.clean.837");
    let mut bytes = std::fs::read(&clean).unwrap();
    bytes[500] ^= 1;
    std::fs::write(&clean, bytes).unwrap();
    assert_eq!(
        run(&["verify", "night.manifest.json"]).status.code(),
        Some(1)
    );
}

#[test]
fn nothing_of_a_claim_reaches_the_screen() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.837");
    let bad = common::generated(&telescrub::generate::Spec {
        claims: 50,
        bad_percent: 60.0,
        ..common::spec()
    })
    .0;
    std::fs::write(&input, &bad).unwrap();
    let output = telescrub()
        .args([
            "scrub",
            "--now",
            common::TODAY,
            "--log-format",
            "json",
            "--out",
        ])
        .args([&folder.path().join("out"), &input])
        .env("TELESCRUB_LOG", "trace")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    for segment in bad.split(|&byte| byte == b'~') {
        let segment = String::from_utf8_lossy(segment);
        let parts: Vec<&str> = segment.split('*').collect();
        let secret = match parts.first() {
            Some(&"NM1") => parts.get(9),
            Some(&"CLM") => parts.get(1),
            _ => None,
        };
        if let Some(secret) = secret.filter(|secret| secret.len() > 6) {
            assert!(
                !said.contains(*secret),
                "an identifier of a claim is on the screen"
            );
        }
    }
}

#[test]
fn rules_are_listed_and_explained() {
    let list = telescrub()
        .args(["rules", "--format", "json"])
        .output()
        .unwrap();
    let rules: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
    for rule in rules.as_array().unwrap() {
        let code = rule["code"].as_str().unwrap();
        let page = telescrub().args(["explain", code]).output().unwrap();
        assert!(page.status.success());
        assert!(String::from_utf8_lossy(&page.stdout).contains(rule["what"].as_str().unwrap()));
    }
    assert_eq!(
        telescrub()
            .args(["explain", "TEL999"])
            .output()
            .unwrap()
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn a_reader_who_leaves_early_is_no_fault() {
    for arguments in [&["config", "schema"][..], &["rules"], &["policy", "list"]] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_telescrub"))
            .args(arguments)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert!(ended.status.success(), "{arguments:?}");
        assert!(ended.stderr.is_empty(), "{arguments:?}");
    }
}

/// Names in a folder that may not be there.
fn left_in(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder).map_or_else(
        |_| Vec::new(),
        |entries| {
            entries
                .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
                .collect()
        },
    )
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in.837"), folder.path().join("out"));
    let spec = telescrub::generate::Spec {
        claims: 2_000,
        ..common::spec()
    };
    std::fs::write(&input, common::generated(&spec).0).unwrap();
    // No file may grow past 64 KiB, as on a disk that fills up.
    let output = std::process::Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$@\"", "bash"])
        .arg(env!("CARGO_BIN_EXE_telescrub"))
        .args(["scrub", "--now", common::TODAY, "--out"])
        .args([&out, &input])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("its outputs cannot be written to"), "{said}");
    assert!(said.contains("nothing of it was published"), "{said}");
    assert_eq!(left_in(&out), [""; 0]);
}

#[test]
fn an_output_folder_that_cannot_be_made_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (
        folder.path().join("in.837"),
        folder.path().join("in.837/out"),
    );
    std::fs::write(&input, small()).unwrap();
    let output = telescrub()
        .args(["scrub", "--now", common::TODAY, "--out"])
        .args([&out, &input])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("cannot make the output folder"), "{said}");
}

#[test]
fn an_interrupt_leaves_no_half_written_output() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in.837"), folder.path().join("out"));
    let spec = telescrub::generate::Spec {
        claims: 60_000,
        bad_percent: 30.0,
        ..common::spec()
    };
    std::fs::write(&input, common::generated(&spec).0).unwrap();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_telescrub"))
        .args(["scrub", "--threads", "1", "--now", common::TODAY, "--out"])
        .args([&out, &input])
        .stderr(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while left_in(&out).is_empty() {
        assert!(child.try_wait().unwrap().is_none(), "ended before it wrote");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let interrupted = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupted.unwrap().success());
    assert!(!child.wait().unwrap().success());
    assert_eq!(left_in(&out), [""; 0]);
}

#[test]
fn a_run_that_waits_for_its_input_ends_at_the_second_interrupt() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_telescrub"))
        .args(["scrub", "-", "--out"])
        .arg(&out)
        .stdin(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // Its folder is made before its input is waited for.
    while !out.is_dir() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let started = std::time::Instant::now();
    let ended = loop {
        let _ = std::process::Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .stderr(std::process::Stdio::null())
            .status();
        std::thread::sleep(std::time::Duration::from_millis(50));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(started.elapsed().as_secs() < 30, "does not end");
    };
    assert!(!ended.success());
    assert_eq!(left_in(&out), [""; 0]);
}
