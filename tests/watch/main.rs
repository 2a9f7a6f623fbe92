//! The drop folder from outside: whatever dies when, each claim is answered once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

#[path = "../common/mod.rs"]
mod common;

mod answers;
mod crashes;
mod duplicates;
mod hostile;
mod operation;
mod privacy;
mod told;
mod troubles;
mod unpublished;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use telescrub::config::Config;
use telescrub::generate::Spec;
use telescrub::policy::PolicyBook;
use telescrub::scrub::judge::Judgement;
use telescrub::watch::{Service, Settings, Signals, WatchError};

struct Drop {
    folder: tempfile::TempDir,
}

impl Drop {
    fn new() -> Drop {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("claims/alice/inbox")).unwrap();
        let drop = Drop { folder };
        drop.configure("");
        drop
    }

    /// Writes the configuration: the usual one, with these lines behind it.
    fn configure(&self, more: &str) {
        let config = "[watch]\nroot = \"claims\"\nsettle_seconds = 0\nscan_seconds = 1\n";
        fs::write(self.config(), format!("{config}{more}")).unwrap();
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("telescrub.toml")
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join("claims/alice").join(path)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("telescrub"));
        self.watch(&mut command);
        command
    }

    fn watch(&self, command: &mut Command) {
        command
            .args(["watch", "--now", common::TODAY, "--config"])
            .arg(self.config())
            .env("NO_COLOR", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
    }

    /// Empties the inbox; what was said.
    fn once(&self) -> String {
        let output = self.command().arg("--once").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // A file that could not be judged is an answer too.
        let status = output.status.code();
        assert!(matches!(status, Some(0 | 3)), "{status:?}: {said}");
        said
    }

    /// Empties the inbox in this process, where `at` hears of each step.
    fn inside(&self, at: &(dyn Fn(&'static str) + Sync)) -> Result<(), WatchError> {
        let settings = self.settings();
        let judgement = Judgement::new(common::today(), PolicyBook::builtin());
        let mut service = Service::open(settings)?;
        let signals = Signals::default();
        service.run(judgement, true, &signals, &common::today, &mut || None, at)
    }

    fn settings(&self) -> Settings {
        let config = Config::read(&self.config()).unwrap();
        Settings::of(&config.watch.unwrap(), 2).unwrap()
    }

    /// The input of the only job there is.
    fn taken(&self) -> PathBuf {
        let job = only(self.at("../.telescrub/jobs"));
        only(job.join("input"))
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

/// What is in a folder that holds one thing.
fn only(folder: PathBuf) -> PathBuf {
    let mut entries = fs::read_dir(folder).unwrap();
    let path = entries.next().unwrap().unwrap().path();
    assert!(entries.next().is_none());
    path
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
    let work = folder.at("../.telescrub/jobs");
    assert_eq!(fs::read_dir(work).unwrap().count(), 0, "{what}");
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

fn hang_up(child: &Child) {
    let status = Command::new("kill")
        .args(["-HUP", &child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
}

/// Starts the service, and waits until it has looked through the boxes.
fn started(folder: &Drop) -> Child {
    let child = folder.command().spawn().unwrap();
    wait_for(|| folder.at("../.telescrub/metrics.prom").exists());
    child
}
