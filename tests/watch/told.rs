//! What an operator must hear of: what is left, what is late, what cannot be done.

use std::io::{BufRead, BufReader, Read, Write};

use super::operation::{address, get};
use super::*;

#[test]
fn what_is_written_behind_the_answer_is_kept() {
    let folder = Drop::new();
    let slow = fs::read_to_string(folder.config()).unwrap();
    let slow = slow.replace("settle_seconds = 0", "settle_seconds = 1");
    fs::write(folder.config(), slow).unwrap();
    let mut child = started(&folder);
    let mut upload = fs::File::create(folder.at("inbox/two.837")).unwrap();
    upload.write_all(&night(0)).unwrap();
    wait_for(|| folder.at("outbox/two.manifest.json").exists());
    wait_for(|| folder.names("../.telescrub/jobs").is_empty());
    upload.write_all(&night(1)).unwrap();
    drop(upload);
    let late = || {
        let mut names = folder.names("quarantine").into_iter();
        names.find(|name| name.rsplit('.').next() == Some("late"))
    };
    wait_for(|| late().is_some());
    terminate(&mut child);
    let late = late().unwrap();
    let bytes = fs::read(folder.at("quarantine").join(&late)).unwrap();
    assert!(bytes == [night(0), night(1)].concat());
    let why = fs::read_to_string(folder.at(&format!("quarantine/{late}.why.txt"))).unwrap();
    assert_eq!(folder.names("../.telescrub/answered"), [""; 0]);
    // What it says holds when it is followed.
    assert!(why.contains("another interchange control number"), "{why}");
    let mut again = String::from_utf8(bytes).unwrap();
    for number in ["00000001", "00000002"] {
        for place in ["*{}*0*P*", "IEA*1*{}"] {
            let [before, after] = ["0", "8"].map(|digit| format!("{digit}{number}"));
            again = again.replace(&place.replace("{}", &before), &place.replace("{}", &after));
        }
    }
    fs::write(folder.at("inbox/again.837"), again).unwrap();
    folder.once();
    let mut both = good(0);
    both.append(&mut good(1));
    assert_eq!(folder.published(".clean.837"), both);
}

#[test]
fn an_answered_input_that_a_stopped_service_kept_is_looked_at_by_the_next() {
    let folder = Drop::new();
    let slow = fs::read_to_string(folder.config()).unwrap();
    fs::write(
        folder.config(),
        slow.replace("settle_seconds = 0", "settle_seconds = 1"),
    )
    .unwrap();
    let mut upload = fs::File::create(folder.at("inbox/two.837")).unwrap();
    upload.write_all(&night(0)).unwrap();
    fs::write(folder.at("inbox/whole.837"), night(2)).unwrap();
    folder.once();
    assert_eq!(folder.names("../.telescrub/answered").len(), 2);
    upload.write_all(&night(1)).unwrap();
    drop(upload);
    folder.configure("");
    folder.once();
    assert_eq!(folder.names("../.telescrub/answered"), [""; 0]);
    let quarantine = folder.names("quarantine");
    assert_eq!(quarantine.len(), 2, "{quarantine:?}");
    assert!(quarantine[0].starts_with("two.") && quarantine[0].contains(".late"));
}

#[test]
fn a_batch_says_by_its_status_that_a_file_could_not_be_judged() {
    let folder = Drop::new();
    let status = || folder.command().arg("--once").status().unwrap().code();
    fill(&folder, 0..1);
    assert_eq!(status(), Some(0));
    fs::write(folder.at("inbox/letter.txt"), "Dear all").unwrap();
    assert_eq!(status(), Some(3));
    assert_eq!(status(), Some(0), "it was told once");
    // Sent twice: it was judged before.
    fs::write(folder.at("inbox/again.837"), night(0)).unwrap();
    assert_eq!(status(), Some(0));
}

#[test]
fn what_is_never_taken_is_told_once_and_counted() {
    let folder = Drop::new();
    let hours = std::time::SystemTime::now() - Duration::from_secs(7_200);
    for name in ["old.837.part", ".old.837", "old.837~", "new.837.part"] {
        let file = fs::File::create(folder.at("inbox").join(name)).unwrap();
        if !name.starts_with("new") {
            file.set_modified(hours).unwrap();
        }
    }
    fs::create_dir_all(folder.at("inbox/sub")).unwrap();
    fs::create_dir_all(folder.at("inbox/empty")).unwrap();
    fs::write(folder.at("inbox/sub/x.837"), night(0)).unwrap();
    let mut child = started(&folder);
    let text = || fs::read_to_string(folder.at("../.telescrub/metrics.prom")).unwrap();
    wait_for(|| text().contains("telescrub_ignored_files 4\n"));
    // Some looks more.
    fill(&folder, 1..2);
    wait_for(|| folder.at("outbox/night-1.manifest.json").exists());
    fs::remove_dir_all(folder.at("inbox/sub")).unwrap();
    wait_for(|| text().contains("telescrub_ignored_files 3\n"));
    terminate(&mut child);
    let mut said = String::new();
    let mut log = child.stderr.take().unwrap();
    log.read_to_string(&mut said).unwrap();
    assert_eq!(
        said.matches("is left in its box and not taken").count(),
        4,
        "{said}"
    );
    assert_eq!(said.matches("a folder is left").count(), 1, "{said}");
    assert!(
        !said.contains("old.837"),
        "names of files are no matter of logs: {said}"
    );
}

#[test]
fn a_new_ledger_among_marks_of_answered_files_is_told() {
    let folder = Drop::new();
    fill(&folder, 0..1);
    let private = folder.at("../.telescrub");
    let told = "the ledger is new";
    assert!(!folder.once().contains(told), "nothing was answered before");
    assert!(!folder.once().contains(told));
    for name in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
        let _ = fs::remove_file(private.join(name));
    }
    assert!(folder.once().contains(told));
    fs::write(private.join("ledger.db"), "").unwrap();
    let said = folder.once();
    assert!(said.contains(told) && said.contains("is empty"), "{said}");
}

#[test]
fn a_job_that_waited_counts_like_any_other_when_it_is_answered() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..1);
    let crashed = folder
        .command()
        .args(["--once", "--die-at", "published"])
        .output();
    assert!(!crashed.unwrap().status.success());
    folder.once();
    check(&folder, &claims, "resumed");
    let text = fs::read_to_string(folder.at("../.telescrub/metrics.prom")).unwrap();
    let sample = |name: &str| -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().parse().unwrap()
    };
    assert!(sample("telescrub_files_total{outcome=\"answered\"}") > 0.0);
    let clean = sample("telescrub_claims_total{outcome=\"clean\"}");
    assert_eq!(clean.to_string(), claims.good.len().to_string());
    assert!(sample("telescrub_dollars_total{outcome=\"clean\"}") > 0.0);
    assert!(sample("telescrub_last_success_timestamp_seconds") > 0.0);
}

#[test]
fn answers_that_cannot_be_published_are_no_health() {
    let folder = Drop::new();
    folder.configure("metrics_port = 0\n");
    let mut child = folder
        .command()
        .env("TELESCRUB_LOG", "info")
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = address(&mut lines);
    wait_for(|| folder.at("outbox").is_dir());
    // A folder stands where the archive's of today is to be: the same for root and others.
    let archive = folder.at("archive");
    fs::remove_dir(&archive).unwrap();
    std::os::unix::fs::symlink("/proc", &archive).unwrap();
    let claims = fill(&folder, 0..1);
    wait_for(|| get(&address, "/healthz").starts_with("HTTP/1.1 503"));
    let told = lines.find_map(|line| line.ok().filter(|line| line.contains("cannot be finished")));
    let told = told.unwrap();
    assert!(told.contains("alice") && told.contains("archive"), "{told}");
    let rest = std::thread::spawn(move || lines.map_while(Result::ok).count());
    // What is published of another submitter says nothing of this file, which still waits.
    let other = folder.at("../bob/inbox");
    fs::create_dir_all(&other).unwrap();
    fs::write(other.join("other.837"), night(5)).unwrap();
    let answered = "telescrub_files_total{outcome=\"answered\"} 1\n";
    wait_for(|| get(&address, "/metrics").contains(answered));
    assert!(get(&address, "/healthz").starts_with("HTTP/1.1 503"));
    fs::remove_file(&archive).unwrap();
    fs::create_dir(&archive).unwrap();
    hang_up(&child);
    wait_for(|| get(&address, "/healthz").starts_with("HTTP/1.1 200"));
    terminate(&mut child);
    let _ = rest.join();
    check(&folder, &claims, "published after all");
}

#[test]
fn metrics_that_cannot_be_written_are_told_once() {
    let folder = Drop::new();
    folder.configure("metrics_file = \"gone/telescrub.prom\"\n");
    let mut child = started(&folder);
    for seed in 0..3 {
        fs::write(folder.at("inbox/night.837"), night(seed)).unwrap();
        wait_for(|| {
            folder
                .published(".clean.837")
                .keys()
                .any(|id| id.starts_with(&format!("N{seed}-")))
        });
    }
    terminate(&mut child);
    let mut said = String::new();
    let mut log = child.stderr.take().unwrap();
    log.read_to_string(&mut said).unwrap();
    assert_eq!(
        said.matches("metrics cannot be written").count(),
        1,
        "{said}"
    );
}
