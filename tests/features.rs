//! What rules are asked of a claim goes by what it shows, and services that passed are not
//! asked about again. Neither may hide a finding: what is found is what is found when every
//! rule is asked of every claim.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)] // a test may fail

mod common;

use std::path::{Path, PathBuf};

use telescrub::generate::Spec;
use telescrub::policy::PolicyBook;
use telescrub::scrub::judge::Judgement;
use telescrub::value::Date;
use telescrub::x12::limits;

/// Scrubs the file both ways and compares what is found; how many claims have findings.
fn compare(judgement: &Judgement, path: &Path) -> usize {
    let scrub = |judgement: &Judgement| {
        let scrubbed = common::scrub_as(judgement, path, 1, limits::BLOCK_BYTES, false, None);
        let failed = scrubbed.result.as_ref().err().map(ToString::to_string);
        (failed, scrubbed.findings())
    };
    let (sifted, all) = (scrub(judgement), scrub(&judgement.clone().asking_all()));
    // What is refused is so either way.
    assert_eq!(sifted.0, all.0, "{}", path.display());
    let (sifted, all) = (sifted.1, all.1);
    assert_eq!(sifted.len(), all.len(), "{}", path.display());
    for (sifted, all) in sifted.iter().zip(&all) {
        assert_eq!(sifted, all, "{}", path.display());
    }
    all.len()
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn nothing_is_hidden_in_the_fixtures() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let claims = ["rules", "families"].map(|folder| files(&fixtures.join(folder)));
    let mut compared = 0;
    for path in claims.iter().flatten() {
        let name = path.to_string_lossy();
        if !(name.ends_with(".837") || name.ends_with(".837.zst")) {
            continue;
        }
        let mut policies = PolicyBook::builtin();
        let overlay = path.with_file_name("policy");
        if overlay.is_dir() {
            policies.overlay(&overlay).unwrap();
        }
        compared += compare(&Judgement::new(common::today(), policies), path);
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn nothing_is_hidden_in_generated_files_with_faults_and_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.837");
    for (seed, today, first_year, damage) in [
        (1, common::TODAY, 2020, 0),
        (2, common::TODAY, 2026, 1_500),
        (3, "2024-02-29", 2020, 1_500),
        (4, "2021-07-01", 2021, 1_500),
        (5, "2028-06-30", 2027, 1_500),
    ] {
        let today = Date::parse_iso(today).unwrap();
        let spec = Spec {
            seed,
            claims: 2_000,
            claims_per_set: 20,
            bad_percent: 30.0,
            first_year,
            last_year: today.year(),
            today,
            ..common::spec()
        };
        let (mut input, _) = common::generated(&spec);
        // A letter or digit somewhere becomes another.
        let mut random = seed;
        let mut draw = |below: usize| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(random >> 33).unwrap() % below
        };
        for _ in 0..damage {
            let at = 500 + draw(input.len() - 500);
            if input[at].is_ascii_alphanumeric() {
                input[at] = *b"0123456789AGKPXT.-".get(draw(18)).unwrap();
            }
        }
        std::fs::write(&path, &input).unwrap();
        let found = compare(&Judgement::new(today, PolicyBook::builtin()), &path);
        assert!(found > 500, "{found} with seed {seed}");
    }
}
