//! A job that dies while its outputs get their names, and is started again: each claim of each
//! night stands in one file that somebody is told of.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rusqlite::Connection;

use super::*;

/// A job of every night, with a ledger.
struct Job {
    folder: tempfile::TempDir,
}

impl Job {
    fn new() -> Job {
        Job {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The claims of a night, of which some are rejected: CLM01 in their order.
    fn night(&self, seed: u64) -> Vec<String> {
        let spec = telescrub::generate::Spec {
            claims: 20,
            bad_percent: 40.0,
            seed,
            ..common::spec()
        };
        let text = String::from_utf8(common::generated(&spec).0).unwrap();
        let number = format!("*{seed:09}");
        put(&self.at("claims.837"), text.replace("*000000001", &number));
        ids(text.as_bytes())
    }

    /// What is said of it.
    fn run(&self, more: &[&str]) -> String {
        let ledger = self.at("ledger.db");
        let more = [&["--ledger", ledger.to_str().unwrap()], more].concat();
        let (status, _, said) = scrub_into(&self.at("out"), &[&self.at("claims.837")], &more);
        assert_eq!(status, 0, "{said}");
        said
    }

    /// How often each claim stands in files with names.
    fn claims(&self) -> BTreeMap<String, u32> {
        let mut claims = BTreeMap::new();
        for name in left_in(&self.at("out")) {
            let with_claims = [".clean.837", ".rejects.837"];
            if with_claims.iter().any(|kind| name.contains(kind)) {
                for id in ids(&std::fs::read(self.at("out").join(name)).unwrap()) {
                    *claims.entry(id).or_default() += 1;
                }
            }
        }
        claims
    }

    /// Puts the outputs of the latest run back to where they are when it dies after so many of
    /// them have got their names; how many that are at most.
    fn die(&self, after: usize) -> usize {
        let ledger = Connection::open(self.at("ledger.db")).unwrap();
        let latest = "run = (SELECT max(run) FROM runs)";
        ledger
            .execute(
                &format!("UPDATE runs SET state = 'prepared' WHERE {latest}"),
                [],
            )
            .unwrap();
        let mut files = ledger
            .prepare(&format!(
                "SELECT file, temporary FROM files WHERE position > 0 AND {latest} ORDER BY position"
            ))
            .unwrap();
        let names = files
            .query_map([], |row| Ok([row.get(0)?, row.get(1)?]))
            .unwrap();
        let names: Vec<[String; 2]> = names.map(Result::unwrap).collect();
        for name in names.iter().skip(after) {
            let [file, temporary] = name.each_ref().map(|name| self.at("out").join(name));
            std::fs::rename(file, temporary).unwrap();
        }
        names.len()
    }
}

fn ids(bytes: &[u8]) -> Vec<String> {
    let segments = String::from_utf8_lossy(bytes).into_owned();
    let claims = segments
        .split('~')
        .filter_map(|segment| segment.trim().strip_prefix("CLM*"));
    claims
        .map(|rest| rest.split('*').next().unwrap().to_owned())
        .collect()
}

fn once(ids: impl IntoIterator<Item = String>) -> BTreeMap<String, u32> {
    ids.into_iter().map(|id| (id, 1)).collect()
}

#[test]
fn a_death_between_names_costs_no_claim_and_doubles_none() {
    let (mut after, mut outputs) = (0, 1);
    while after <= outputs {
        let job = Job::new();
        let claims = job.night(1);
        job.run(&[]);
        let whole = left_in(&job.at("out"));
        let first = job.claims();
        assert_eq!(first, once(claims));
        outputs = job.die(after);
        let said = job.run(&[]);
        let expected = if after == 0 {
            "the ledger drops it"
        } else {
            "was scrubbed on"
        };
        assert!(said.contains(expected), "{after}: {said}");
        assert_eq!(job.claims(), first, "{after}");
        assert_eq!(left_in(&job.at("out")), whole, "{after}");
        let manifest = job.at("out/claims.manifest.json");
        let proof = telescrub().arg("verify").arg(&manifest).output().unwrap();
        assert!(proof.status.success(), "{after}");
        after += 1;
    }
    assert!(outputs > 5);
}

#[test]
fn a_death_while_another_night_takes_the_place_keeps_the_clean_file_of_the_first_once() {
    let (mut after, mut outputs) = (0, 1);
    while after <= outputs {
        let job = Job::new();
        let first = job.night(1);
        job.run(&[]);
        let (clean, rejects) = (
            job.at("out/claims.clean.837"),
            job.at("out/claims.rejects.837"),
        );
        let accepted = std::fs::read(&clean).unwrap();
        // Those have been corrected, and sent.
        let rejected = ids(&std::fs::read(&rejects).unwrap());
        let left = first.into_iter().filter(|id| !rejected.contains(id));
        let left: Vec<String> = left.collect();
        let second = job.night(2);
        let said = job.run(&[]);
        let kept = "claims.clean.837.of-2026-11-23";
        assert!(said.contains(kept), "{said}");
        outputs = job.die(after);
        if after == 0 {
            // It stands there until the new one takes its name.
            put(&clean, accepted);
        }
        job.run(&[]);
        assert_eq!(
            job.claims(),
            once(left.into_iter().chain(second)),
            "{after}"
        );
        let of = left_in(&job.at("out"))
            .into_iter()
            .filter(|name| name.contains(".of-"));
        assert_eq!(of.collect::<Vec<_>>(), [kept], "{after}");
        after += 1;
    }
}

#[test]
fn a_clean_file_without_its_manifest_is_known_by_what_it_holds() {
    let job = Job::new();
    let first = job.night(1);
    job.run(&[]);
    let manifest = job.at("out/claims.manifest.json");
    std::fs::remove_file(&manifest).unwrap();
    assert!(job.run(&[]).contains("was scrubbed on 2026-11-23"));
    assert_eq!(job.claims(), once(first));

    let clean = std::fs::read(job.at("out/claims.clean.837")).unwrap();
    job.night(2);
    assert!(job.run(&[]).contains("claims.clean.837.of-2026-11-23"));
    let kept = job.at("out/claims.clean.837.of-2026-11-23");
    assert_eq!(std::fs::read(kept).unwrap(), clean);
}

#[test]
fn a_clean_file_whose_name_has_no_room_is_kept_under_a_shorter_one() {
    let job = Job::new();
    let out = job.at("out");
    let stem = "n".repeat(236);
    let input = job.at(&format!("{stem}.837"));
    let ledger = job.at("ledger.db");
    let more = ["-q", "--ledger", ledger.to_str().unwrap()];
    let mut clean = Vec::new();
    for night in 1..3 {
        job.night(night);
        std::fs::rename(job.at("claims.837"), &input).unwrap();
        let (status, _, said) = scrub_into(&out, &[&input], &more);
        assert_eq!(status, 0, "{said}");
        clean.push(std::fs::read(out.join(format!("{stem}.clean.837"))).unwrap());
    }
    let kept: Vec<_> = left_in(&out)
        .into_iter()
        .filter(|name| name.contains(".of-"))
        .collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(std::fs::read(out.join(&kept[0])).unwrap(), clean[0]);
}

#[test]
fn a_clean_file_that_is_kept_is_no_input() {
    let job = Job::new();
    for night in 1..4 {
        job.night(night);
        job.run(&[]);
    }
    std::fs::remove_file(job.at("out/claims.manifest.json")).unwrap();
    for name in left_in(&job.at("out")) {
        if !name.contains(".of-") {
            std::fs::remove_file(job.at("out").join(name)).unwrap();
        }
    }
    assert_eq!(left_in(&job.at("out")).len(), 2);
    let (status, _, said) = scrub_into(&job.at("other"), &[&job.at("out")], &[]);
    assert_eq!(status, 0, "{said}");
    assert_eq!(left_in(&job.at("other")), [""; 0]);
}

#[test]
fn what_became_of_a_run_waits_until_its_folder_can_be_read() {
    let job = Job::new();
    let claims = job.night(1);
    job.run(&[]);
    job.die(0);
    let (out, away) = (job.at("out"), job.at("away"));
    std::fs::rename(&out, &away).unwrap();
    let prune = || {
        let ledger = job.at("ledger.db");
        let output = telescrub()
            .args(["ledger", "prune", "--keep-days", "9999", "--ledger"])
            .arg(ledger)
            .output()
            .unwrap();
        assert!(output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(prune().contains("cannot be told while"));
    std::fs::rename(&away, &out).unwrap();
    assert!(prune().contains("the ledger drops it"));
    assert_eq!(left_in(&out), [""; 0]);
    job.run(&[]);
    assert_eq!(job.claims(), once(claims));
}

#[test]
fn outputs_that_are_gone_stay_accepted_and_that_is_said() {
    let job = Job::new();
    job.night(1);
    job.run(&[]);
    job.die(0);
    let out = job.at("out");
    std::fs::remove_dir_all(&out).unwrap();
    let said = job.run(&[]);
    assert!(said.contains("cannot be told while"), "{said}");
    std::fs::remove_dir_all(&out).unwrap();
    std::fs::create_dir(&out).unwrap();
    let said = job.run(&[]);
    assert!(said.contains("neither its outputs nor their"), "{said}");
}

#[test]
fn a_ledger_that_died_in_the_making_is_empty_and_is_made_again() {
    let job = Job::new();
    job.night(1);
    let ledger = job.at("ledger.db");
    put(&ledger, "");
    let stats = || {
        let output = telescrub()
            .args(["stats", "--ledger"])
            .arg(&ledger)
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(stats().contains("is empty"), "{}", stats());
    job.run(&[]);
    assert_eq!(stats(), "");
}

#[test]
fn a_ledger_may_lie_in_an_output_folder_that_is_to_be_made_however_it_is_named() {
    let job = Job::new();
    job.night(1);
    let run = |command: &str, input: &str, out: &str, ledger: &str| {
        let output = telescrub()
            .current_dir(job.folder.path())
            .args([command, "-q", "--now", common::TODAY, input])
            .args(["--out", out, "--ledger", ledger])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{said}");
    };
    run("scrub", "claims.837", "./one", "one/ledger.db");
    run("scrub", "claims.837", "two", "./two/ledger.db");
    run(
        "rerun",
        "two/claims.rejects.837",
        "three",
        "three/ledger.db",
    );
}
