//! A service that runs: what wakes it, what ends it, what it is told on the way.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use super::*;

#[test]
fn a_file_that_grows_is_left_until_it_rests() {
    let folder = Drop::new();
    let slow = fs::read_to_string(folder.config()).unwrap();
    let slow = slow.replace("settle_seconds = 0", "settle_seconds = 4");
    fs::write(folder.config(), slow).unwrap();
    let whole = night(0);
    fs::write(folder.at("inbox/half.837"), &whole[..whole.len() / 2]).unwrap();
    let mut child = started(&folder);
    assert_eq!(folder.names("inbox"), ["half.837"]);
    // The rest comes, with a complete IEA: a part of the time is enough.
    fs::write(folder.at("inbox/half.837"), &whole).unwrap();
    wait_for(|| folder.names("inbox").is_empty());
    wait_for(|| folder.at("outbox/half.manifest.json").exists());
    terminate(&mut child);
    assert_eq!(folder.published(".clean.837"), good(0));
}

#[test]
fn a_second_service_is_locked_out_and_sigterm_ends_the_first() {
    let folder = Drop::new();
    let mut first = started(&folder);
    let second = folder.command().arg("--once").output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("another telescrub watches"), "{said}");
    terminate(&mut first);
}

#[test]
fn a_wrong_configuration_keeps_the_old_one() {
    for wrong in [
        "[wathc]\n",
        "[watch]\nroot = \"claims\"\noutput_mode = \"9\"\n",
    ] {
        let folder = Drop::new();
        let mut child = started(&folder);
        fs::write(folder.config(), wrong).unwrap();
        hang_up(&child);
        let claims = fill(&folder, 0..2);
        wait_for(|| folder.published(".837").len() == claims.all.len());
        terminate(&mut child);
        let mut said = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        assert!(said.contains("the old one stays"), "{said}");
        check(&folder, &claims, "after the reload");
    }
}

#[test]
fn a_new_configuration_holds_from_the_next_file_on() {
    let folder = Drop::new();
    let mut child = started(&folder);
    folder.configure("output_mode = \"0640\"\n[watch.folders]\noutbox = \"answers\"\n");
    hang_up(&child);
    wait_for(|| folder.at("answers").is_dir());
    fs::write(folder.at("inbox/night.837"), night(0)).unwrap();
    let manifest = folder.at("answers/night.manifest.json");
    wait_for(|| manifest.exists());
    terminate(&mut child);
    let mode = fs::metadata(manifest).unwrap().permissions();
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777,
        0o640
    );
    assert_eq!(folder.names("outbox"), [""; 0]);
}

/// Where metrics are served, as the log says.
pub(super) fn address(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> String {
    let address = lines.find_map(|line| {
        let line = line.unwrap();
        let (_, address) = line.split_once("address=")?;
        address.split_whitespace().next().map(str::to_owned)
    });
    address.unwrap()
}

pub(super) fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn metrics_and_health_are_told_on_a_loopback_port() {
    let folder = Drop::new();
    folder.configure("metrics_port = 0\n");
    let mut child = folder
        .command()
        .env("TELESCRUB_LOG", "info")
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = address(&mut lines);
    assert!(address.starts_with("127.0.0.1:"), "{address}");
    let rest = std::thread::spawn(move || lines.map_while(Result::ok).count());
    fill(&folder, 0..2);
    let answered = "telescrub_files_total{outcome=\"answered\"} 2";
    wait_for(|| get(&address, "/metrics").contains(answered));
    assert!(get(&address, "/healthz").starts_with("HTTP/1.1 200"));
    assert!(get(&address, "/").starts_with("HTTP/1.1 404"));
    // The folder goes: the service stays, and says so; it comes back, and so does health.
    let (root, away) = (folder.at(".."), folder.folder.path().join("away"));
    let root = root.canonicalize().unwrap();
    fs::rename(&root, &away).unwrap();
    wait_for(|| get(&address, "/healthz").starts_with("HTTP/1.1 503"));
    fs::rename(&away, &root).unwrap();
    wait_for(|| get(&address, "/healthz").starts_with("HTTP/1.1 200"));
    terminate(&mut child);
    assert!(rest.join().unwrap() > 0);
}

#[test]
fn a_policy_that_is_old_or_does_not_cover_the_claims_is_told_every_time() {
    let folder = Drop::new();
    folder.configure("policy_age_days = 0\n");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("telescrub"));
    let spec = Spec {
        claims: 12,
        today: telescrub::value::Date::parse_iso("2029-12-31").unwrap(),
        first_year: 2029,
        last_year: 2029,
        ..common::spec()
    };
    fs::write(folder.at("inbox/late.837"), common::generated(&spec).0).unwrap();
    command
        .args(["watch", "--once", "--now", "2029-12-31", "--config"])
        .arg(folder.config());
    let said = String::from_utf8(command.output().unwrap().stderr).unwrap();
    assert!(said.contains("the policy is old"), "{said}");
    assert!(said.contains("past what the policy covers"), "{said}");
    let metrics = fs::read_to_string(folder.at("../.telescrub/metrics.prom")).unwrap();
    let past = metrics
        .lines()
        .find_map(|line| line.strip_prefix("telescrub_claims_past_policy_total "))
        .unwrap();
    assert!(past.parse::<u64>().unwrap() > 0, "{past}");
    assert!(metrics.contains("telescrub_policy_age_days "));
}

#[test]
fn a_service_that_is_left_up_judges_by_the_day_it_is() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let folder = Drop::new();
    fs::write(folder.at("inbox/first.837"), night(0)).unwrap();
    let midnight = AtomicBool::new(false);
    let day = || common::today().plus_days(i64::from(midnight.load(Ordering::Relaxed)));
    let at = |step: &'static str| {
        // Midnight comes, and with it the next file, while the first is published.
        if step == "published" && !midnight.swap(true, Ordering::Relaxed) {
            fs::write(folder.at("inbox/second.837"), night(1)).unwrap();
        }
    };
    let mut service = Service::open(folder.settings()).unwrap();
    let judgement = Judgement::new(common::today(), PolicyBook::builtin());
    let signals = Signals::default();
    let ended = service.run(judgement, true, &signals, &day, &mut || None, &at);
    assert!(ended.is_ok(), "{ended:?}");
    let judged_on = |stem: &str| {
        let manifest = fs::read(folder.at(&format!("outbox/{stem}.manifest.json"))).unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        manifest["today"].as_str().unwrap().to_owned()
    };
    assert_eq!(judged_on("first"), common::TODAY);
    assert_eq!(judged_on("second"), day().to_string());
}

#[test]
fn a_submitter_that_comes_after_the_first_start_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    let config = at("telescrub.toml");
    fs::write(&config, "[watch]\nroot = \"claims\"\nsettle_seconds = 0\n").unwrap();
    fs::create_dir(at("claims")).unwrap();
    let once = || {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("telescrub"));
        command.args(["watch", "--once", "--now", common::TODAY, "--config"]);
        let output = command.arg(&config).output().unwrap();
        assert!(output.status.success());
    };
    once();
    // The root has boxes of its own by now; one of them is no submitter, whatever it holds.
    fs::create_dir_all(at("claims/archive/inbox")).unwrap();
    fs::write(at("claims/archive/inbox/old.837"), night(2)).unwrap();
    fs::create_dir_all(at("claims/acme/inbox")).unwrap();
    fs::write(at("claims/acme/inbox/x.837"), night(0)).unwrap();
    fs::write(at("claims/inbox/y.837"), night(1)).unwrap();
    once();
    assert!(at("claims/acme/outbox/x.manifest.json").is_file());
    assert!(at("claims/outbox/y.manifest.json").is_file());
    assert!(at("claims/archive/inbox/old.837").is_file());
}

#[test]
fn a_log_that_cannot_be_written_stops_nothing() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..1);
    let mut command = folder.command();
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let status = command
        .args(["--once", "--log-format", "json"])
        .stderr(Stdio::from(full))
        .status();
    assert_eq!(status.unwrap().code(), Some(0));
    check(&folder, &claims, "without a log");
}
