//! Inputs of one name, and jobs that are started again.

use std::path::{Path, PathBuf};

use super::{batch, common, ids, runs, sent_again, telescrub};

/// Scrubs like [`scrub_into`], and says what there is to say.
fn said_on(out: &Path, input: &Path, ledger: &Path, more: &[&str]) -> (Option<i32>, String) {
    let output = telescrub()
        .args(["scrub", "--now", common::TODAY, "--out"])
        .args([out, input])
        .arg("--ledger")
        .arg(ledger)
        .args(more)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

#[test]
fn inputs_of_one_name_keep_their_outputs_in_any_order() {
    inputs_of_one_name("claims.837", |text| text);
}

#[test]
fn so_do_packed_ones() {
    inputs_of_one_name("claims.837.zst", |text| {
        zstd::encode_all(&text[..], 3).unwrap()
    });
}

fn inputs_of_one_name(name: &str, packed: impl Fn(Vec<u8>) -> Vec<u8>) {
    let (of_all, folder) = (name, tempfile::tempdir().unwrap());
    let path = |name: &str| folder.path().join(name);
    let (out, ledger) = (path("out"), path("ledger.db"));
    for (at, name) in ["a", "b", "x"].iter().enumerate() {
        std::fs::create_dir(path(name)).unwrap();
        let number = format!("{:09}", at + 1);
        let spec = common::spec();
        let spec = telescrub::generate::Spec {
            claims: 5,
            seed: at as u64 + 1,
            ..spec
        };
        let text = String::from_utf8(common::generated(&spec).0).unwrap();
        let text = packed(sent_again(&text, &number).into_bytes());
        std::fs::write(path(name).join(of_all), text).unwrap();
    }
    let scrub = |names: &[&str]| {
        let inputs = names.iter().map(|name| path(name).join(of_all));
        let mut run = telescrub();
        run.args(["scrub", "-q", "--now", common::TODAY, "--out"])
            .arg(&out)
            .args(inputs);
        assert!(
            run.arg("--ledger")
                .arg(&ledger)
                .output()
                .unwrap()
                .status
                .success()
        );
        let clean = ["claims", "claims-2", "claims-3"];
        clean.map(|stem| {
            ids(&std::fs::read(out.join(format!("{stem}.clean.837"))).unwrap_or_default())
        })
    };
    let [first, second, none] = scrub(&["a", "b"]);
    assert!(first.len() == 5 && second.len() == 5 && none.is_empty());
    for order in [&["b", "a"][..], &["b"], &["a"], &["x", "b", "a"]] {
        let [own, others, third] = scrub(order);
        assert!(own == first && others == second, "{order:?}");
        assert_eq!(third.len(), if order.contains(&"x") { 5 } else { 0 });
    }
    // Those of the first are sent and put away.
    for entry in std::fs::read_dir(&out).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().starts_with("claims.") {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    let [own, others, third] = scrub(&["b"]);
    assert!(own.is_empty() && others == second && third.len() == 5);
}

#[test]
fn a_job_that_is_started_again_leaves_what_it_has_published() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (input, out, ledger) = (at("in.837"), at("out"), at("ledger.db"));
    let all = |out: &Path| -> Vec<(PathBuf, Vec<u8>)> {
        let paths = std::fs::read_dir(out).unwrap();
        let mut paths: Vec<_> = paths.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let read = |path: PathBuf| (path.clone(), std::fs::read(path).unwrap());
        paths.into_iter().map(read).collect()
    };
    std::fs::write(&input, batch(20, 30.0)).unwrap();
    let (status, said) = said_on(&out, &input, &ledger, &[]);
    assert_eq!((status, said.as_str()), (Some(0), ""));
    let first = all(&out);
    assert!(out.join("in.clean.837").is_file());
    // Whatever the second run is asked to do differently.
    for more in [&[][..], &["--zstd"], &["--fix"]] {
        let (status, said) = said_on(&out, &input, &ledger, more);
        assert_eq!(status, Some(0), "{said}");
        assert!(said.contains("was scrubbed on 2026-11-23"), "{said}");
        assert!(all(&out) == first, "the outputs stay");
    }
    // One that asks for the verdict gets that of the first run.
    let (status, _) = said_on(&out, &input, &ledger, &["--fail-on", "reject"]);
    assert_eq!(status, Some(1));
    assert_eq!(runs(&ledger), [(1, "published".to_owned())]);

    // Elsewhere it is judged by what the ledger knows.
    let (status, _) = said_on(&at("other"), &input, &ledger, &[]);
    assert_eq!(status, Some(0));
    assert!(!at("other").join("in.clean.837").exists());

    // Other claims under the same name are another night, whose outputs take the place; the
    // clean file, which may not have been sent, is kept.
    let clean = std::fs::read(out.join("in.clean.837")).unwrap();
    let other = sent_again(&batch(20, 30.0), "000000777");
    for (text, kept) in [
        (other.clone(), Some("in.clean.837.of-2026-11-23")),
        (other + "\n", None),
    ] {
        std::fs::write(&input, text).unwrap();
        let (status, said) = said_on(&out, &input, &ledger, &[]);
        assert_eq!(status, Some(0), "{said}");
        assert_eq!(
            said.contains("it is kept there as"),
            kept.is_some(),
            "{said}"
        );
        assert!(!out.join("in.clean.837").exists(), "all of it is known");
    }
    assert_eq!(
        std::fs::read(out.join("in.clean.837.of-2026-11-23")).unwrap(),
        clean
    );
}
