//! The drop folder from outside: whatever dies when, each claim is answered once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use telescrub::generate::Spec;

struct Drop {
    folder: tempfile::TempDir,
}

impl Drop {
    fn new() -> Drop {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("claims/alice/inbox")).unwrap();
        let config = "[watch]\nroot = \"claims\"\nsettle_seconds = 0\nscan_seconds = 1\n";
        fs::write(folder.path().join("telescrub.toml"), config).unwrap();
        Drop { folder }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join("claims/alice").join(path)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("telescrub"));
        command
            .args(["watch", "--now", common::TODAY, "--config"])
            .arg(self.folder.path().join("telescrub.toml"))
            .env("NO_COLOR", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }

    /// Empties the inbox; what was said.
    fn once(&self) -> String {
        let output = self.command().arg("--once").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        said
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.at(folder))
            .map(|entries| {
                entries
                    .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
                    .collect()
            })
            .unwrap_or_default();
        names.sort();
        names
    }

    /// How often each claim stands in a published file with this end.
    fn published(&self, end: &str) -> BTreeMap<String, u32> {
        let mut claims = BTreeMap::new();
        for name in self.names("outbox") {
            if name.ends_with(end) {
                count(
                    &fs::read(self.at("outbox").join(name)).unwrap(),
                    &mut claims,
                );
            }
        }
        claims
    }
}

fn count(bytes: &[u8], claims: &mut BTreeMap<String, u32>) {
    for segment in String::from_utf8_lossy(bytes).split('~') {
        if let Some(rest) = segment.trim_start().strip_prefix("CLM*") {
            let id = rest.split('*').next().unwrap_or_default();
            *claims.entry(id.to_owned()).or_default() += 1;
        }
    }
}

/// A file of claims that no other seed writes.
fn night(seed: u64) -> Vec<u8> {
    let (bytes, _) = common::generated(&Spec {
        claims: 12,
        bad_percent: 20.0,
        seed,
        ..common::spec()
    });
    let text = String::from_utf8(bytes).unwrap();
    // An interchange of its own: the ledger knows its control number.
    text.replace("CLM*", &format!("CLM*N{seed}-"))
        .replace("*000000001*0*P*", &format!("*{:09}*0*P*", seed + 1))
        .replace("IEA*1*000000001", &format!("IEA*1*{:09}", seed + 1))
        .into_bytes()
}

/// The claims of a night that nothing is wrong with.
fn good(seed: u64) -> BTreeMap<String, u32> {
    let mut claims = BTreeMap::new();
    let scrubbed = common::scrub(&night(seed), 1, 1 << 20);
    count(scrubbed.file("clean.837"), &mut claims);
    claims
}

/// Claims of some nights: all of them, and those nothing is wrong with.
#[derive(Default)]
struct Claims {
    all: BTreeMap<String, u32>,
    good: BTreeMap<String, u32>,
}

/// Puts some nights into the inbox; the claims in them.
fn fill(folder: &Drop, seeds: std::ops::Range<u64>) -> Claims {
    let mut claims = Claims::default();
    for seed in seeds {
        let bytes = night(seed);
        count(&bytes, &mut claims.all);
        claims.good.append(&mut good(seed));
        fs::write(folder.at(&format!("inbox/night-{seed}.837")), bytes).unwrap();
    }
    claims
}

/// Every claim stands in one clean or one rejects file, the good ones in the clean, and
/// nothing is left over.
fn check(folder: &Drop, claims: &Claims, what: &str) {
    let mut published = folder.published(".clean.837");
    assert_eq!(published, claims.good, "{what}");
    for (claim, times) in folder.published(".rejects.837") {
        *published.entry(claim).or_default() += times;
    }
    assert_eq!(published, claims.all, "{what}");
    assert_eq!(folder.names("inbox"), [""; 0], "{what}");
    assert_eq!(folder.names("quarantine"), [""; 0], "{what}");
    let work = folder.at("../.telescrub/work");
    assert_eq!(fs::read_dir(work).unwrap().count(), 0, "{what}");
}

#[test]
fn each_file_is_scrubbed_answered_and_archived() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..4);
    folder.once();
    check(&folder, &claims, "plain");
    let day = fs::read_dir(folder.at("archive"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let archived = fs::read_dir(day.path()).unwrap().count();
    assert_eq!(archived, 8, "four inputs with their manifests");
}

#[test]
fn a_death_at_any_step_loses_and_doubles_nothing() {
    let steps = [
        "ticketed",
        "taken",
        "scrubbed",
        "decided",
        "recorded",
        "marked",
        "published-one",
        "published",
        "archived",
    ];
    for step in steps {
        for time in [1, 2, 5] {
            let folder = Drop::new();
            let claims = fill(&folder, 0..3);
            let mut command = folder.command();
            command
                .args(["--once", "--die-at"])
                .arg(format!("{step}:{time}"));
            let died = !command.output().unwrap().status.success();
            // Each file passes each step once, and publishes more than two outputs.
            assert_eq!(died, time < 4 || step == "published-one", "{step}:{time}");
            folder.once();
            check(&folder, &claims, &format!("{step}:{time}"));
        }
    }
}

#[test]
fn kills_at_any_moment_lose_and_double_nothing() {
    let rounds: u64 = std::env::var("TELESCRUB_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(8);
    let folder = Drop::new();
    let mut claims = Claims::default();
    let mut kills = 0;
    let mut microseconds = 7_u64;
    while kills < rounds {
        let mut filled = fill(&folder, kills * 3..kills * 3 + 3);
        claims.all.append(&mut filled.all);
        claims.good.append(&mut filled.good);
        let mut child = folder.command().arg("--once").spawn().unwrap();
        // Spread over the life of a run, without a clock deciding what is tested.
        microseconds = microseconds
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        std::thread::sleep(Duration::from_micros((microseconds >> 33) % 60_000));
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
    }
    folder.once();
    check(&folder, &claims, "after the kills");
}

#[test]
fn a_content_that_comes_again_is_not_scrubbed_again() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..1);
    folder.once();
    fs::write(folder.at("inbox/again.837"), night(0)).unwrap();
    let packed = zstd::encode_all(night(0).as_slice(), 3).unwrap();
    fs::write(folder.at("inbox/packed.837"), packed).unwrap();
    folder.once();
    assert_eq!(
        folder.names("quarantine"),
        [
            "again.837",
            "again.837.why.txt",
            "packed.837",
            "packed.837.why.txt"
        ]
    );
    let mut published = folder.published(".clean.837");
    published.append(&mut folder.published(".rejects.837"));
    assert_eq!(published, claims.all);
}

#[test]
fn an_answer_that_was_not_fetched_is_not_overwritten() {
    let folder = Drop::new();
    for seed in 0..3 {
        fs::write(folder.at("inbox/claims.837"), night(seed)).unwrap();
        folder.once();
    }
    let clean: Vec<String> = folder
        .names("outbox")
        .into_iter()
        .filter(|name| name.ends_with("clean.837"))
        .collect();
    assert_eq!(
        clean,
        [
            "claims-2.clean.837",
            "claims-3.clean.837",
            "claims.clean.837"
        ]
    );
}

#[test]
fn hostile_neighbours_are_told_apart_and_harm_nobody() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..1);
    let secret = folder.folder.path().join("secret");
    fs::write(&secret, "untouched").unwrap();
    let inbox = folder.at("inbox");
    std::os::unix::fs::symlink(&secret, inbox.join("link.837")).unwrap();
    fs::hard_link(&secret, inbox.join("hard.837")).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(inbox.join("pipe.837"))
            .status()
            .unwrap()
            .success()
    );
    let _socket = std::os::unix::net::UnixListener::bind(inbox.join("socket.837")).unwrap();
    fs::create_dir(inbox.join("folder.837")).unwrap();
    fs::write(inbox.join("upload.837.filepart"), night(9)).unwrap();
    for name in [
        b"two\nlines.837".to_vec(),
        b"..dots".to_vec(),
        b"not \xFF utf-8.837".to_vec(),
        vec![b'n'; 255],
    ] {
        fs::write(inbox.join(OsStr::from_bytes(&name)), "no claims").unwrap();
    }
    let said = folder.once();
    assert_eq!(
        folder.names("inbox"),
        ["..dots", "folder.837", "upload.837.filepart"],
        "dot files, folders and uploads are left alone"
    );
    let quarantine = folder.names("quarantine");
    let reasons = quarantine
        .iter()
        .filter(|name| name.ends_with(".why.txt"))
        .count();
    assert_eq!((quarantine.len(), reasons), (14, 7), "{quarantine:?}");
    assert_eq!(fs::read(&secret).unwrap(), b"untouched");
    let mut published = folder.published(".clean.837");
    published.append(&mut folder.published(".rejects.837"));
    assert_eq!(published, claims.all);
    assert!(
        !said.contains("two\nlines"),
        "a name must not forge a line of the log"
    );
}

#[test]
fn a_file_that_grows_is_left_until_it_rests() {
    let folder = Drop::new();
    let config = fs::read_to_string(folder.folder.path().join("telescrub.toml")).unwrap();
    let slow = config.replace("settle_seconds = 0", "settle_seconds = 3600");
    fs::write(folder.folder.path().join("telescrub.toml"), slow).unwrap();
    let whole = night(0);
    fs::write(folder.at("inbox/half.837"), &whole[..whole.len() / 2]).unwrap();
    let mut child = folder.command().spawn().unwrap();
    wait_for(|| folder.at("../.telescrub/metrics.prom").exists());
    assert_eq!(folder.names("inbox"), ["half.837"]);
    // The rest comes, with a complete IEA: no need to wait.
    fs::write(folder.at("inbox/half.837"), &whole).unwrap();
    wait_for(|| folder.names("inbox").is_empty());
    wait_for(|| {
        folder
            .names("outbox")
            .iter()
            .any(|name| name.ends_with("manifest.json"))
    });
    terminate(&mut child);
}

#[test]
fn a_second_service_is_locked_out_and_sigterm_ends_the_first() {
    let folder = Drop::new();
    let mut first = folder.command().spawn().unwrap();
    wait_for(|| folder.at("../.telescrub/metrics.prom").exists());
    let second = folder.command().arg("--once").output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("another telescrub watches"), "{said}");
    terminate(&mut first);
}

#[test]
fn a_wrong_configuration_keeps_the_old_one() {
    let folder = Drop::new();
    let mut child = folder.command().spawn().unwrap();
    wait_for(|| folder.at("../.telescrub/metrics.prom").exists());
    fs::write(folder.folder.path().join("telescrub.toml"), "[wathc]\n").unwrap();
    let hang_up = Command::new("kill")
        .args(["-HUP", &child.id().to_string()])
        .status();
    assert!(hang_up.unwrap().success());
    let claims = fill(&folder, 0..2);
    wait_for(|| folder.published(".837").len() == claims.all.len());
    terminate(&mut child);
    check(&folder, &claims, "after the reload");
}

fn wait_for(done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "it does not come"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn terminate(child: &mut Child) {
    let status = Command::new("kill").arg(child.id().to_string()).status();
    assert!(status.unwrap().success());
    assert!(child.wait().unwrap().success(), "SIGTERM is a clean end");
}

#[test]
fn a_claim_accepted_before_is_told_whatever_file_brings_it() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..1);
    folder.once();
    // The same claims in an interchange of another number.
    let again = String::from_utf8(night(0)).unwrap();
    let again = again.replace("000000001", "000000077");
    fs::write(folder.at("inbox/again.837"), again).unwrap();
    folder.once();
    assert_eq!(folder.published(".clean.837"), claims.good);
    let told = fs::read_to_string(folder.at("outbox/again.findings.jsonl")).unwrap();
    assert_eq!(told.matches("DUP003").count(), claims.good.len());
    let ledger = folder.at("../.telescrub/ledger.db");
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(ledger).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn duplicates_are_accepted_where_they_are_asked_for() {
    let folder = Drop::new();
    let path = folder.folder.path().join("telescrub.toml");
    let config = fs::read_to_string(&path).unwrap();
    fs::write(&path, config + "accept_duplicates = true\n").unwrap();
    let claims = fill(&folder, 0..1);
    folder.once();
    fs::write(folder.at("inbox/again.837"), night(0)).unwrap();
    folder.once();
    let twice = claims.good.into_keys().map(|claim| (claim, 2));
    assert_eq!(folder.published(".clean.837"), twice.collect());
}

#[test]
fn a_damaged_ledger_stops_the_service_and_costs_no_claim() {
    let folder = Drop::new();
    let first = fill(&folder, 0..1);
    folder.once();
    let ledger = folder.at("../.telescrub/ledger.db");
    let whole = fs::read(&ledger).unwrap();
    fs::write(&ledger, b"this is no ledger, whatever its name says").unwrap();
    let mut claims = fill(&folder, 1..2);
    let output = folder.command().arg("--once").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("ledger.db"), "{said}");
    assert_eq!(folder.names("inbox"), ["night-1.837"]);
    fs::write(&ledger, whole).unwrap();
    folder.once();
    claims.all.extend(first.all);
    claims.good.extend(first.good);
    check(&folder, &claims, "after the ledger was restored");
}

#[test]
fn corrected_rejects_are_told_claim_by_claim() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..1);
    folder.once();
    let rejects = fs::read(folder.at("outbox/night-0.rejects.837")).unwrap();
    let mut rejected = BTreeMap::new();
    count(&rejects, &mut rejected);
    assert!(!rejected.is_empty());
    fs::write(folder.at("rerun/corrected.837"), rejects).unwrap();
    folder.once();
    let report = fs::read(folder.at("outbox/corrected.rerun.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    let told = report["claims"].as_array().unwrap();
    assert_eq!(told.len(), rejected.len());
    for claim in told {
        assert!(rejected.contains_key(claim["claim_id"].as_str().unwrap()));
        assert_eq!(claim["standing"], "still_failing");
    }
    assert_eq!(folder.published(".clean.837"), claims.good);

    // A file that comes from no run is scrubbed like any other.
    fs::write(folder.at("rerun/stranger.837"), night(5)).unwrap();
    folder.once();
    assert!(folder.at("outbox/stranger.clean.837").is_file());
    assert!(!folder.at("outbox/stranger.rerun.json").exists());
}

/// What only the patients, the subscribers and their claims are called.
fn secrets(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let mut secrets = Vec::new();
    for segment in text.split('~') {
        let elements: Vec<&str> = segment.trim().split('*').collect();
        match elements[..] {
            ["NM1", "IL" | "QC", _, last, first, ..] => {
                secrets.extend([last, first].map(str::to_owned));
                secrets.extend(elements.get(9).map(|&id| id.to_owned()));
            }
            ["CLM", id, ..] => secrets.push(id.to_owned()),
            ["DMG", _, birth, ..] => secrets.push(birth.to_owned()),
            _ => {}
        }
    }
    secrets.retain(|secret| secret.len() > 3);
    assert!(secrets.len() > 20);
    secrets
}

#[test]
fn nothing_of_a_claim_reaches_logs_or_metrics() {
    let folder = Drop::new();
    let mut secrets = secrets(&night(3));
    secrets.extend(self::secrets(&night(4)));
    fs::write(folder.at("inbox/night.837"), night(3)).unwrap();
    // One that is refused, one that is cut in the middle of a name, one that comes again.
    fs::write(folder.at("inbox/refused.837"), &night(4)[200..]).unwrap();
    let whole = night(4);
    let name = whole.windows(7).position(|at| at == b"NM1*IL*").unwrap() + 10;
    fs::write(folder.at("inbox/cut.837"), &whole[..name]).unwrap();
    let mut said = String::new();
    for more in [
        &["--die-at", "scrubbed"][..],
        &["--die-at", "published-one:3"],
        &[],
    ] {
        let mut command = folder.command();
        command.args(["--once", "--log-format", "json"]).args(more);
        command
            .env("RUST_LOG", "trace")
            .env("RUST_BACKTRACE", "full");
        said += &String::from_utf8_lossy(&command.output().unwrap().stderr);
        fs::write(folder.at("inbox/again.837"), night(3)).unwrap();
    }
    assert!(said.contains("answered"), "{said}");
    for line in said.lines().filter(|line| line.starts_with('{')) {
        assert!(
            serde_json::from_str::<serde_json::Value>(line).is_ok(),
            "{line}"
        );
    }
    let metrics = fs::read_to_string(folder.at("../.telescrub/metrics.prom")).unwrap();
    let mut why = String::new();
    for name in folder.names("quarantine") {
        if name.ends_with(".why.txt") {
            why += &fs::read_to_string(folder.at("quarantine").join(name)).unwrap();
        }
    }
    assert!(!metrics.is_empty() && !why.is_empty());
    for secret in secrets {
        let told = [&said, &metrics, &why].map(|text| text.contains(&secret));
        assert_eq!(told, [false; 3], "{} characters", secret.len());
    }
}

#[test]
fn a_file_that_unpacks_to_more_than_is_allowed_is_refused() {
    let folder = Drop::new();
    let path = folder.folder.path().join("telescrub.toml");
    let config = fs::read_to_string(&path).unwrap();
    fs::write(&path, config + "max_unpacked_mb = 1\n").unwrap();
    let mut bomb = night(1);
    bomb.resize(1_200_000, b' ');
    fs::write(
        folder.at("inbox/bomb.837"),
        zstd::encode_all(&bomb[..], 3).unwrap(),
    )
    .unwrap();
    bomb.truncate(900_000);
    fs::write(
        folder.at("inbox/large.837"),
        zstd::encode_all(&bomb[..], 3).unwrap(),
    )
    .unwrap();
    folder.once();
    assert_eq!(folder.names("quarantine"), ["bomb.837", "bomb.837.why.txt"]);
    let why = fs::read_to_string(folder.at("quarantine/bomb.837.why.txt")).unwrap();
    assert!(why.contains("grows past 1000000 bytes"), "{why}");
    assert!(folder.at("outbox/large.clean.837").is_file());
}
