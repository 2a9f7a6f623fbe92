//! Deaths at every step, and kills at any moment.

use std::path::Path;

use super::*;
use telescrub::watch::decision::Decision;

/// The steps that a batch of three files goes through, and how often each; of the
/// outputs of a file, more than two.
const STEPS: [(&str, u32); 17] = [
    ("opened", 3),
    ("ticketed", 1),
    ("taken-one", 3),
    ("taken", 1),
    ("scrubbed", 3),
    ("entered", 1),
    ("drafted-one", 3),
    ("drafted", 1),
    ("made-one", 3),
    ("decided", 1),
    ("recorded", 1),
    ("marked", 3),
    ("published-one", 7),
    ("published", 3),
    ("archived", 3),
    ("lasting", 1),
    ("removed-one", 3),
];

fn dies(folder: &Drop, step: &str, time: u32) -> bool {
    let mut command = folder.command();
    command
        .args(["--once", "--die-at"])
        .arg(format!("{step}:{time}"));
    !command.output().unwrap().status.success()
}

#[test]
fn a_death_at_any_step_loses_and_doubles_nothing() {
    for (step, passes) in STEPS {
        for time in (1..=passes).step_by(2) {
            let folder = Drop::new();
            let claims = fill(&folder, 0..3);
            assert!(dies(&folder, step, time), "{step}:{time}");
            folder.once();
            check(&folder, &claims, &format!("{step}:{time}"));
        }
    }
}

#[test]
fn whoever_opens_the_ledger_after_a_death_takes_no_job_for_published_that_is_not() {
    for step in ["entered", "made-one", "decided", "recorded", "marked"] {
        let folder = Drop::new();
        let claims = fill(&folder, 0..3);
        assert!(dies(&folder, step, 1), "{step}");
        prune(&folder.at("../.telescrub/ledger.db"));
        folder.once();
        check(&folder, &claims, step);
    }
}

#[test]
fn the_service_knows_nothing_of_what_is_no_job_of_its_own() {
    let folder = Drop::new();
    assert_eq!(Decision::publishes(&folder.at("outbox"), "content"), None);
    let job = folder.at("../.telescrub/jobs/job-gone/out");
    assert_eq!(Decision::publishes(&job, "content"), None);
    fs::create_dir_all(&job).unwrap();
    assert_eq!(Decision::publishes(&job, "content"), Some(false));
}

#[test]
fn a_drop_folder_that_is_not_mounted_settles_nothing() {
    let folder = Drop::new();
    let ledger = folder.folder.path().join("ledger.db");
    folder.configure(&format!("ledger = {ledger:?}\n"));
    let claims = fill(&folder, 0..1);
    assert!(dies(&folder, "entered", 1));
    let root = folder.folder.path().join("claims");
    let away = folder.folder.path().join("away");
    fs::rename(&root, &away).unwrap();
    // Whoever opens the ledger finds nothing; the second service finds what the first has made.
    prune(&ledger);
    for _ in 0..2 {
        fs::create_dir_all(&root).unwrap();
        folder.once();
    }
    fs::remove_dir_all(&root).unwrap();
    fs::rename(&away, &root).unwrap();
    folder.once();
    check(&folder, &claims, "mounted again");
}

#[test]
fn a_run_that_was_answered_counts_though_the_ledger_was_not_told() {
    let folder = Drop::new();
    let claims = fill(&folder, 0..1);
    folder.once();
    let ledger = folder.at("../.telescrub/ledger.db");
    let open = || rusqlite::Connection::open(&ledger).unwrap();
    open()
        .execute("UPDATE runs SET state = 'prepared'", [])
        .unwrap();
    prune(&ledger);
    let state = "SELECT state FROM runs";
    let state: String = open().query_row(state, [], |row| row.get(0)).unwrap();
    assert_eq!(state, "published");
    check(&folder, &claims, "told");
}

fn prune(ledger: &Path) {
    let pruned = Command::new(assert_cmd::cargo::cargo_bin!("telescrub"))
        .args(["ledger", "prune", "--keep-days", "9999", "--ledger"])
        .arg(ledger)
        .status();
    assert!(pruned.unwrap().success());
}

#[test]
fn what_a_kill_left_in_the_private_folder_goes_once_nobody_else_works_there() {
    let folder = Drop::new();
    let mut child = started(&folder);
    let left = folder.at("../.telescrub/.telescrub-left");
    fs::write(&left, "half a page").unwrap();
    let other = folder.at("../.telescrub/.other");
    fs::write(&other, "of somebody else").unwrap();
    // A second service finds the first at work and touches nothing.
    let second = folder.command().arg("--once").status().unwrap();
    assert!(!second.success() && left.exists());
    terminate(&mut child);
    folder.once();
    assert!(!left.exists() && other.exists());
}

#[test]
fn a_death_while_the_last_one_is_mended_loses_and_doubles_nothing() {
    for (first, second) in [
        ("taken-one:2", "scrubbed:2"),
        ("entered:1", "entered:1"),
        ("drafted-one:2", "made-one:1"),
        ("made-one:2", "marked:1"),
        ("decided:1", "published-one:4"),
        ("recorded:1", "archived:2"),
        ("published-one:9", "published-one:3"),
        ("archived:2", "lasting:1"),
        ("lasting:1", "removed-one:2"),
        ("removed-one:1", "removed-one:1"),
    ] {
        let folder = Drop::new();
        let claims = fill(&folder, 0..3);
        for at in [first, second] {
            let (step, time) = at.split_once(':').unwrap();
            assert!(dies(&folder, step, time.parse().unwrap()), "{first} {at}");
        }
        folder.once();
        check(&folder, &claims, &format!("{first}, {second}"));
    }
}

#[test]
fn a_death_on_the_way_to_quarantine_keeps_the_file_and_its_reason() {
    for step in [
        "scrubbed",
        "drafted",
        "decided",
        "explained",
        "archived",
        "lasting",
    ] {
        let folder = Drop::new();
        fs::write(folder.at("inbox/other.837"), "no claims").unwrap();
        assert!(dies(&folder, step, 1), "{step}");
        folder.once();
        assert_eq!(folder.names("inbox"), [""; 0], "{step}");
        let quarantine = folder.names("quarantine");
        assert_eq!(quarantine, ["other.837", "other.837.why.txt"], "{step}");
    }
}

/// What a kill left behind.
#[derive(Debug, Default)]
struct Left {
    /// Kills that left a job that was not decided on.
    undecided: u32,
    /// Kills that left one whose decision was not carried out to its end.
    decided: u32,
}

impl Left {
    fn look(&mut self, folder: &Drop) {
        let work = folder.at("../.telescrub/jobs");
        let jobs: Vec<PathBuf> = fs::read_dir(work)
            .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
            .unwrap_or_default();
        let decided = jobs
            .iter()
            .filter(|job| job.join("publish.json").exists())
            .count();
        self.decided += u32::from(decided > 0);
        self.undecided += u32::from(jobs.len() > decided);
    }
}

#[test]
fn kills_at_any_moment_lose_and_double_nothing() {
    let rounds: u64 = std::env::var("TELESCRUB_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(12);
    let folder = Drop::new();
    let started = Instant::now();
    let mut claims = fill(&folder, 0..3);
    folder.once();
    // Kills are spread over the life of a run, however fast the machine is.
    let life = u64::try_from(started.elapsed().as_micros()).unwrap().max(1);
    let mut random = 7_u64;
    let mut left = Left::default();
    let mut twins = 0;
    for round in 1..=rounds {
        let mut filled = fill(&folder, round * 3..round * 3 + 3);
        claims.all.append(&mut filled.all);
        claims.good.append(&mut filled.good);
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        if random >> 62 == 0 {
            // A content that came before, answered by now or not.
            let twin = night((random >> 33) % (round * 3));
            fs::write(folder.at(&format!("inbox/twin-{round}.837")), twin).unwrap();
            twins += 1;
        }
        let mut child = folder.command().arg("--once").spawn().unwrap();
        std::thread::sleep(Duration::from_micros((random >> 33) % life));
        child.kill().unwrap();
        child.wait().unwrap();
        left.look(&folder);
    }
    folder.once();
    let quarantine = folder.names("quarantine");
    assert_eq!(quarantine.len(), twins * 2, "{quarantine:?}");
    for name in quarantine {
        fs::remove_file(folder.at("quarantine").join(name)).unwrap();
    }
    check(&folder, &claims, "after the kills");
    let claims = claims.all.len();
    eprintln!("{rounds} kills, {claims} claims, {twins} twins, {left:?}");
}
