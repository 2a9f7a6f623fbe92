//! Folders that can't be used, disks that fill up: told, waited for, and others go on.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;

use super::operation::{address, get};
use super::*;

/// Somebody who may not read everything, as root may.
const NOBODY: u32 = 65_534;

/// A second submitter, with a file of claims.
fn bob(folder: &Drop) -> std::collections::BTreeMap<String, u32> {
    fs::create_dir_all(folder.at("../bob/inbox")).unwrap();
    fs::write(folder.at("../bob/inbox/night-9.837"), night(9)).unwrap();
    good(9)
}

/// The claims in Bob's clean file, if he got one.
fn bobs(folder: &Drop) -> std::collections::BTreeMap<String, u32> {
    let mut claims = std::collections::BTreeMap::new();
    if let Ok(bytes) = fs::read(folder.at("../bob/outbox/night-9.clean.837")) {
        count(&bytes, &mut claims);
    }
    claims
}

fn give_away(path: &Path) {
    std::os::unix::fs::lchown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give_away(&entry.unwrap().path());
        }
    }
}

/// The program as run by somebody who is not root; the folder is theirs.
fn unprivileged(folder: &Drop) -> Command {
    let program = folder.folder.path().join("telescrub");
    if !program.exists() {
        if fs::metadata(folder.folder.path()).unwrap().uid() != 0 {
            return folder.command();
        }
        fs::copy(assert_cmd::cargo::cargo_bin!("telescrub"), &program).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }
    give_away(folder.folder.path());
    let mut command = Command::new(program);
    folder.watch(&mut command);
    command.uid(NOBODY).gid(NOBODY);
    command
}

fn said(command: &mut Command, status: i32) -> String {
    let output = command.arg("--once").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(status), "{said}");
    said
}

#[test]
fn an_upload_that_cannot_be_read_is_told_and_taken_when_it_can() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..2);
    let hidden = folder.at("inbox/night-0.837");
    fs::set_permissions(&hidden, fs::Permissions::from_mode(0o000)).unwrap();
    for _ in 0..2 {
        let told = said(&mut unprivileged(&folder), 3);
        assert!(told.contains("an upload cannot be read"), "{told}");
        assert_eq!(folder.names("inbox"), ["night-0.837"]);
        // Told once, however often the service is started.
        assert_eq!(folder.names("quarantine"), ["night-0.837.why.txt"]);
    }
    let why = fs::read_to_string(folder.at("quarantine/night-0.837.why.txt")).unwrap();
    assert!(why.contains("why: it cannot be read: "), "{why}");
    assert!(why.contains("chmod g+r"), "{why}");
    let metrics = fs::read_to_string(folder.at("../.telescrub/metrics.prom")).unwrap();
    assert!(
        metrics.contains("telescrub_unreadable_files 1\n"),
        "{metrics}"
    );
    fs::set_permissions(&hidden, fs::Permissions::from_mode(0o600)).unwrap();
    said(&mut unprivileged(&folder), 0);
    fs::remove_file(folder.at("quarantine/night-0.837.why.txt")).unwrap();
    check(&folder, &claims, "readable again");
}

#[test]
fn a_box_that_files_cannot_be_taken_from_is_told_and_others_go_on() {
    let folder = Drop::new();
    let bobs_good = bob(&folder);
    let claims = fill(&folder, 0..1);
    let inbox = folder.at("inbox");
    fs::set_permissions(&inbox, fs::Permissions::from_mode(0o555)).unwrap();
    let told = said(&mut unprivileged(&folder), 2);
    assert!(told.contains("cannot be taken out of its box"), "{told}");
    assert!(
        told.contains("1 file could not be answered now; it is not lost"),
        "{told}"
    );
    assert_eq!(bobs(&folder), bobs_good);
    fs::set_permissions(&inbox, fs::Permissions::from_mode(0o755)).unwrap();
    said(&mut unprivileged(&folder), 0);
    check(&folder, &claims, "writable again");
}

#[test]
fn a_file_that_cannot_be_taken_is_no_health_and_grows_older_with_each_try() {
    let folder = Drop::new();
    folder.configure("metrics_port = 0\n");
    let claims = fill(&folder, 0..1);
    let inbox = folder.at("inbox");
    fs::set_permissions(&inbox, fs::Permissions::from_mode(0o555)).unwrap();
    let mut child = unprivileged(&folder)
        .env("TELESCRUB_LOG", "info")
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = address(&mut lines);
    let rest = std::thread::spawn(move || lines.map_while(Result::ok).count());
    let age = || -> f64 {
        let page = get(&address, "/metrics");
        let sample = "telescrub_queue_age_seconds{state=\"whole\"} ";
        let mut lines = page.lines();
        let line = lines.find_map(|line| line.strip_prefix(sample));
        line.unwrap().parse().unwrap()
    };
    // It is tried again each second.
    wait_for(|| age() > 2.5);
    assert!(get(&address, "/healthz").starts_with("HTTP/1.1 503"));
    assert!(get(&address, "/metrics").contains("telescrub_queue_files{state=\"whole\"} 1\n"));
    fs::set_permissions(&inbox, fs::Permissions::from_mode(0o755)).unwrap();
    wait_for(|| get(&address, "/healthz").starts_with("HTTP/1.1 200"));
    terminate(&mut child);
    let _ = rest.join();
    check(&folder, &claims, "taken after all");
}

#[test]
fn a_folder_that_cannot_be_made_is_told_and_others_go_on() {
    let folder = Drop::new();
    let bobs_good = bob(&folder);
    let claims = fill(&folder, 0..1);
    fs::write(folder.at("outbox"), "in the way").unwrap();
    let mut child = folder.command().spawn().unwrap();
    wait_for(|| bobs(&folder) == bobs_good);
    assert_eq!(folder.names("inbox"), ["night-0.837"]);
    fs::remove_file(folder.at("outbox")).unwrap();
    wait_for(|| folder.published(".clean.837") == claims.good);
    terminate(&mut child);
    check(&folder, &claims, "out of the way");
}

#[test]
fn an_outbox_that_vanishes_costs_no_answer() {
    let folder = Drop::new();
    let bobs_good = bob(&folder);
    let claims = fill(&folder, 0..3);
    let once = std::sync::atomic::AtomicBool::new(false);
    let ended = folder.inside(&|step| {
        if step == "scrubbed" && !once.swap(true, std::sync::atomic::Ordering::Relaxed) {
            fs::remove_dir(folder.at("outbox")).unwrap();
        }
    });
    let error = ended.unwrap_err().to_string();
    assert!(error.contains("3 files could not be answered"), "{error}");
    assert_eq!(bobs(&folder), bobs_good);
    folder.once();
    check(&folder, &claims, "back again");
}

/// Proves each set of outputs in the outbox by its manifest; their stems.
fn proved(folder: &Drop) -> Vec<String> {
    let stem = |name: String| name.strip_suffix(".manifest.json").map(str::to_owned);
    let stems: Vec<String> = folder
        .names("outbox")
        .into_iter()
        .filter_map(stem)
        .collect();
    for stem in &stems {
        let output = Command::new(assert_cmd::cargo::cargo_bin!("telescrub"))
            .arg("verify")
            .arg(folder.at(&format!("outbox/{stem}.manifest.json")))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stem}: {said}");
    }
    stems
}

#[test]
fn a_name_that_was_decided_on_goes_to_no_other_file_while_its_answer_waits() {
    let folder = Drop::new();
    fs::write(folder.at("inbox/night.837"), night(1)).unwrap();
    let once = std::sync::atomic::AtomicBool::new(false);
    let ended = folder.inside(&|step| {
        if step == "decided" && !once.swap(true, std::sync::atomic::Ordering::Relaxed) {
            fs::remove_dir(folder.at("outbox")).unwrap();
            fs::write(folder.at("inbox/night.837"), night(2)).unwrap();
        }
    });
    let error = ended.unwrap_err().to_string();
    assert!(error.contains("1 file could not be answered"), "{error}");
    assert_eq!(proved(&folder), ["night-2"]);
    folder.once();
    assert_eq!(proved(&folder), ["night-2", "night"]);
    let mut both = good(1);
    both.append(&mut good(2));
    assert_eq!(folder.published(".clean.837"), both);
}

#[test]
fn a_set_whose_name_a_stranger_takes_gets_another_one_as_a_whole() {
    for kind in ["rejects.837", "held.837", "manifest.json"] {
        let folder = Drop::new();
        let claims = fill(&folder, 0..1);
        let stranger = format!("outbox/night-0.{kind}");
        let ended = folder.inside(&|step| {
            if step == "decided" {
                fs::write(folder.at(&stranger), "a stranger's").unwrap();
            }
        });
        ended.unwrap();
        assert_eq!(
            fs::read_to_string(folder.at(&stranger)).unwrap(),
            "a stranger's"
        );
        fs::remove_file(folder.at(&stranger)).unwrap();
        let names = folder.names("outbox");
        assert!(names.iter().all(|name| name.starts_with("night-0-2.")));
        assert_eq!(proved(&folder), ["night-0-2"]);
        check(&folder, &claims, kind);
    }
}

#[test]
fn a_death_while_a_set_gets_another_name_loses_and_doubles_nothing() {
    for (step, time) in [("made-way", 1), ("published-one", 1), ("published-one", 3)] {
        let folder = Drop::new();
        let claims = fill(&folder, 0..1);
        let dies = |at: &str| {
            let mut command = folder.command();
            command.args(["--once", "--die-at", at]);
            assert!(!command.output().unwrap().status.success());
        };
        dies("decided");
        fs::write(folder.at("outbox/night-0.999.edi"), "a stranger's").unwrap();
        dies(&format!("{step}:{time}"));
        folder.once();
        fs::remove_file(folder.at("outbox/night-0.999.edi")).unwrap();
        assert_eq!(proved(&folder), ["night-0-2"]);
        check(&folder, &claims, step);
    }
}

#[test]
fn a_disk_that_fills_up_is_waited_for() {
    let folder = Drop::new();
    let bobs_good = bob(&folder);
    let (large, _) = common::generated(&Spec {
        claims: 4_000,
        ..common::spec()
    });
    fs::write(folder.at("inbox/large.837"), &large).unwrap();
    // No file may grow past 1 MiB, as on a disk that fills up.
    let mut command = Command::new("bash");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 1024; exec \"$@\"", "bash"])
        .arg(assert_cmd::cargo::cargo_bin!("telescrub"));
    folder.watch(&mut command);
    let told = said(&mut command, 2);
    assert!(told.contains("cannot be finished now"), "{told}");
    assert_eq!(bobs(&folder), bobs_good);
    assert_eq!(folder.names("outbox"), [""; 0]);
    assert_eq!(folder.names("quarantine"), [""; 0]);
    folder.once();
    let mut claims = std::collections::BTreeMap::new();
    count(&large, &mut claims);
    let mut published = folder.published(".clean.837");
    published.append(&mut folder.published(".rejects.837"));
    assert_eq!(published, claims);
    assert_eq!(folder.names("quarantine"), [""; 0]);
}

#[test]
fn what_lies_among_the_jobs_and_cannot_be_taken_up_is_told_and_stops_no_other() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..1);
    assert!(
        !folder
            .command()
            .args(["--once", "--die-at", "taken"])
            .status()
            .unwrap()
            .success()
    );
    let jobs = folder.at("../.telescrub/jobs");
    let stray = jobs.join("a-file");
    fs::write(&stray, "a stray file").unwrap();
    let lost = jobs.join("job-lost");
    fs::create_dir_all(lost.join("input")).unwrap();
    fs::write(lost.join("input/night.837"), night(7)).unwrap();
    fs::write(lost.join("ticket.json"), "torn").unwrap();
    let told = said(&mut folder.command(), 2);
    assert!(told.contains("2 files could not be answered"), "{told}");
    assert_eq!(folder.published(".clean.837"), claims.good);

    folder.configure("metrics_port = 0\n");
    let mut child = folder
        .command()
        .env("TELESCRUB_LOG", "info")
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = address(&mut lines);
    let rest = std::thread::spawn(move || lines.map_while(Result::ok).count());
    wait_for(|| get(&address, "/healthz").starts_with("HTTP/1.1 503"));
    terminate(&mut child);
    let _ = rest.join();
    fs::remove_file(stray).unwrap();
    fs::remove_dir_all(lost).unwrap();
    folder.once();
    check(&folder, &claims, "looked into");
}

#[test]
fn corrected_rejects_wait_for_a_ledger_that_cannot_be_asked() {
    let folder = Drop::new();
    fill(&folder, 0..1);
    folder.once();
    let rejects = folder.at("outbox/night-0.rejects.837");
    fs::copy(rejects, folder.at("rerun/corrected.837")).unwrap();
    let ledger = folder.at("../.telescrub/ledger.db");
    let rename = |from: &str, to: &str| {
        let ledger = rusqlite::Connection::open(&ledger).unwrap();
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        ledger.execute_batch(&sql).unwrap();
    };
    let ended = folder.inside(&|step| match step {
        "taken" => rename("control_numbers", "away"),
        "scrubbed" => rename("away", "control_numbers"),
        _ => {}
    });
    let error = ended.unwrap_err().to_string();
    assert!(error.contains("1 file could not be answered"), "{error}");
    assert!(
        !folder
            .names("outbox")
            .contains(&"corrected.manifest.json".to_owned())
    );
    rename("away", "control_numbers");
    folder.once();
    assert!(folder.at("outbox/corrected.rerun.json").exists());
}
