//! Disks and folders that do not do as they are asked, and runs that are stopped.

use std::os::unix::fs::PermissionsExt;

use super::*;

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
    assert_eq!(std::fs::read(out.join("night.clean.837")).unwrap(), small());

    let spec = telescrub::generate::Spec {
        claims: 40,
        bad_percent: 30.0,
        ..common::spec()
    };
    let bad = String::from_utf8(common::generated(&spec).0).unwrap();
    // Something to mend, and a payer whose policy nobody knows.
    let number = bad.find("REF*EI*").unwrap() + 9;
    let bad = format!("{}-{}", &bad[..number], &bad[number..]);
    std::fs::write(&input, bad).unwrap();
    let (status, _, said) = scrub_into(&out, &[&input], &["--fix", "--unchecked", "hold"]);
    assert_eq!(status, 0, "{said}");
    let left = left_in(&out);
    let kinds = [
        "277ca.edi",
        "999.edi",
        "clean.837",
        "findings.jsonl",
        "fixes.jsonl",
        "manifest.json",
        "rejects.837",
        "rejects.txt",
        "report.html",
        "ta1.edi",
    ];
    for kind in kinds {
        assert!(left.contains(&format!("night.{kind}")), "{kind}");
    }
    for name in left {
        let metadata = std::fs::metadata(out.join(&name)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{name}");
    }
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
fn outputs_that_cannot_all_be_named_are_taken_back_and_are_no_duplicates_later() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in.837"), folder.path().join("out"));
    let spec = telescrub::generate::Spec {
        claims: 40,
        bad_percent: 30.0,
        ..common::spec()
    };
    std::fs::write(&input, common::generated(&spec).0).unwrap();
    // A folder stands where the rejects belong: the clean file gets its name before it shows.
    let blocked = out.join("in.rejects.837");
    std::fs::create_dir_all(&blocked).unwrap();
    let scrub = |out: &Path| {
        let mut run = telescrub();
        run.args(["scrub", "-q", "--now", common::TODAY, "--out"])
            .args([out, &input])
            .arg("--ledger")
            .arg(folder.path().join("ledger.db"));
        run.output().unwrap()
    };
    let failed = scrub(&out);
    let said = String::from_utf8_lossy(&failed.stderr);
    assert_eq!(failed.status.code(), Some(2), "{said}");
    assert!(said.contains("its outputs cannot be written to"), "{said}");
    assert!(said.contains("nothing of it was published"), "{said}");
    assert_eq!(left_in(&out), ["in.rejects.837"]);

    std::fs::remove_dir(&blocked).unwrap();
    assert!(scrub(&out).status.success());
    assert!(out.join("in.clean.837").is_file());
    let findings = std::fs::read_to_string(out.join("in.findings.jsonl")).unwrap();
    assert!(!findings.contains("DUP003") && !findings.contains("ENV010"));
    // Now it was taken.
    let again = folder.path().join("again");
    assert!(scrub(&again).status.success());
    assert!(!again.join("in.clean.837").exists());
}

#[test]
fn a_run_that_cannot_be_published_leaves_the_outputs_of_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in.837"), folder.path().join("out"));
    put(&input, small());
    assert_eq!(scrub_into(&out, &[&input], &["-q"]).0, 0);
    let blocked = out.join("in.ta1.edi");
    std::fs::remove_file(&blocked).unwrap();
    std::fs::create_dir(&blocked).unwrap();
    let held = || {
        let names = left_in(&out).into_iter();
        names
            .map(|name| (std::fs::read(out.join(&name)).ok(), name))
            .collect::<Vec<_>>()
    };
    let before = held();
    assert!(before.iter().any(|(_, name)| name == "in.clean.837"));
    put(
        &input,
        String::from_utf8(small())
            .unwrap()
            .replace("CLM*L", "CLM*M"),
    );
    let (status, _, said) = scrub_into(&out, &[&input], &["-q"]);
    assert_eq!(status, 2, "{said}");
    assert!(
        said.contains("in.ta1.edi is a folder; nothing of it was published"),
        "{said}"
    );
    assert!(held() == before, "{:?}", left_in(&out));
}

#[test]
fn an_interrupted_pipe_leaves_the_outputs_of_the_run_before() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let pipe = || {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_telescrub"));
        child
            .args(["scrub", "-", "-q", "--now", common::TODAY, "--out"])
            .arg(&out);
        child
            .stdin(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null());
        child.spawn().unwrap()
    };
    let mut child = pipe();
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), &small()).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    let before = left_in(&out);
    assert!(before.contains(&"stdin.clean.837".to_owned()));

    let mut child = pipe();
    // Until it listens, an interrupt just ends it.
    let listens = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        u64::from_str_radix(caught.unwrap().trim(), 16).unwrap() & 0b10 != 0
    };
    while !listens() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let interrupt = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    std::thread::sleep(std::time::Duration::from_millis(200));
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(left_in(&out), before);
    assert_eq!(std::fs::read(out.join("stdin.clean.837")).unwrap(), small());
}

#[test]
fn a_hangup_that_whoever_started_the_run_ignores_does_not_end_it() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut child = std::process::Command::new("bash")
        .args(["-c", "trap '' HUP; exec \"$@\"", "bash"])
        .arg(env!("CARGO_BIN_EXE_telescrub"))
        .args(["scrub", "-", "-q", "--now", common::TODAY, "--out"])
        .arg(&out)
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    while !out.is_dir() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    std::thread::sleep(std::time::Duration::from_millis(100));
    let hangup = std::process::Command::new("kill")
        .args(["-HUP", &child.id().to_string()])
        .status();
    assert!(hangup.unwrap().success());
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), &small()).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    assert_eq!(std::fs::read(out.join("stdin.clean.837")).unwrap(), small());
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
    interrupted("scrub", &input, &out);
    assert_eq!(left_in(&out), [""; 0]);

    // The same of its rejects, once there are some.
    let (status, _, said) = scrub_into(&out, &[&input], &["--no-report", "--quiet"]);
    assert_eq!(status, 0, "{said}");
    let again = folder.path().join("again");
    interrupted("rerun", &out.join("in.rejects.837"), &again);
    assert_eq!(left_in(&again), [""; 0]);
}

/// Starts a command on a file, and interrupts it once it writes.
fn interrupted(command: &str, input: &Path, out: &Path) {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_telescrub"))
        .args([command, "--threads", "1", "--now", common::TODAY, "--out"])
        .args([out, input])
        .stderr(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while left_in(out).is_empty() {
        assert!(child.try_wait().unwrap().is_none(), "ended before it wrote");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let interrupted = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupted.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
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

#[test]
fn an_output_folder_that_takes_no_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    std::fs::set_permissions(root, std::fs::Permissions::from_mode(0o755)).unwrap();
    let (input, out) = (root.join("in.837"), root.join("out"));
    put(&input, small());
    std::fs::create_dir(&out).unwrap();
    std::fs::set_permissions(&out, std::fs::Permissions::from_mode(0o555)).unwrap();
    let output = as_nobody(root)
        .args(["scrub", "--now", common::TODAY, "--out"])
        .args([&out, &input])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    let expected = format!(
        "error: {}: its outputs cannot be written to {}: Permission denied",
        input.display(),
        out.display()
    );
    assert!(said.starts_with(&expected), "{said}");
    assert!(
        said.trim_end().ends_with("; nothing of it was published"),
        "{said}"
    );
    assert_eq!(left_in(&out), [""; 0]);
}

#[test]
fn a_screen_that_cannot_be_written_to_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in.837"), folder.path().join("out"));
    std::fs::write(&input, small()).unwrap();
    let (input, out) = (input.to_str().unwrap(), out.to_str().unwrap());
    for arguments in [
        &["rules", "--format", "json"][..],
        &["config", "schema"],
        &["explain", "TEL104"],
        &["view", input],
        &["scrub", "--now", common::TODAY, "--out", out, input],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_telescrub"))
            .args(arguments)
            .stdout(full.unwrap())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains("standard output cannot be written"), "{said}");
    }
    assert!(Path::new(out).join("in.manifest.json").is_file());
}

#[test]
fn a_ledger_may_lie_in_an_output_folder_that_is_made_first() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in.837"), folder.path().join("out"));
    std::fs::write(&input, small()).unwrap();
    let ledger = out.join("ledger.db");
    let more = ["--ledger", ledger.to_str().unwrap()];
    let (status, _, said) = scrub_into(&out, &[&input], &more);
    assert_eq!(status, 0, "{said}");
}
