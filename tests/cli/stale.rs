//! What an earlier run left under the same names.

use super::*;

/// A night of which some claims are rejected.
fn bad() -> Vec<u8> {
    common::generated(&telescrub::generate::Spec {
        claims: 20,
        bad_percent: 50.0,
        ..common::spec()
    })
    .0
}

#[test]
fn outputs_that_this_run_does_not_write_go() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("night.837"), folder.path().join("out"));
    for name in [
        "night.rerun.json",
        "night.fixes.jsonl.zst",
        "day.clean.837",
        "night.837",
    ] {
        put(&out.join(name), b"of yesterday");
    }
    put(&input, bad());
    assert_eq!(scrub_into(&out, &[&input], &[]).0, 0);
    let plain = left_in(&out);
    assert!(plain.contains(&"night.rejects.837".to_owned()), "{plain:?}");
    // What is not this input's stays.
    assert!(plain.contains(&"day.clean.837".to_owned()), "{plain:?}");
    assert!(plain.contains(&"night.837".to_owned()), "{plain:?}");
    for gone in ["night.rerun.json", "night.fixes.jsonl.zst"] {
        assert!(!plain.contains(&gone.to_owned()), "{plain:?}");
    }

    assert_eq!(scrub_into(&out, &[&input], &["--zstd"]).0, 0);
    let packed = left_in(&out);
    assert!(packed.contains(&"night.clean.837.zst".to_owned()));
    assert!(
        !packed.contains(&"night.clean.837".to_owned()),
        "{packed:?}"
    );
    assert_eq!(packed.len(), plain.len());

    assert_eq!(scrub_into(&out, &[&input], &[]).0, 0);
    assert_eq!(left_in(&out), plain);

    put(&input, small());
    assert_eq!(
        scrub_into(&out, &[&input], &["--no-report", "--no-acknowledgements"]).0,
        0
    );
    let clean: Vec<String> = left_in(&out)
        .into_iter()
        .filter(|name| name.starts_with("night."))
        .collect();
    assert_eq!(
        clean,
        ["night.837", "night.clean.837", "night.manifest.json"]
    );
}

#[test]
fn a_refused_input_leaves_no_outputs_of_yesterday_and_a_failed_run_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("night.837"), folder.path().join("out"));
    let yesterday = || {
        put(&input, bad());
        assert_eq!(scrub_into(&out, &[&input], &[]).0, 0);
        assert!(left_in(&out).contains(&"night.clean.837".to_owned()));
    };
    yesterday();
    put(&input, b"Dear Sir");
    assert_eq!(scrub_into(&out, &[&input], &[]).0, 3);
    assert_eq!(left_in(&out), ["night.manifest.json"]);
    let manifest = std::fs::read(out.join("night.manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["status"], "refused");

    // Its own answers stay.
    yesterday();
    let other = String::from_utf8(small()).unwrap();
    put(&input, other.replace("*005010X222A1", "*005010X221A1"));
    assert_eq!(scrub_into(&out, &[&input], &[]).0, 3);
    assert_eq!(
        left_in(&out),
        ["night.999.edi", "night.manifest.json", "night.ta1.edi"]
    );
    let manifest = out.join("night.manifest.json");
    telescrub().arg("verify").arg(manifest).assert().success();

    yesterday();
    let all = left_in(&out);
    std::fs::remove_file(&input).unwrap();
    assert_eq!(scrub_into(&out, &[&input], &[]).0, 3);
    assert_eq!(left_in(&out), all);

    put(
        &input,
        [bad(), bad(), bad(), bad(), bad(), bad(), bad()].concat(),
    );
    let output = std::process::Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$@\"", "bash"])
        .arg(env!("CARGO_BIN_EXE_telescrub"))
        .args(["scrub", "--now", common::TODAY, "--out"])
        .args([&out, &input])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(left_in(&out), all);
}

#[test]
fn two_runs_under_one_name_give_their_outputs_names_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let start = |night: &str| {
        std::process::Command::new(env!("CARGO_BIN_EXE_telescrub"))
            .args(["scrub", "-q", "--now", common::TODAY, "--out"])
            .arg(&out)
            .arg(folder.path().join(night).join("night.837"))
            .spawn()
            .unwrap()
    };
    // The second has outputs that the first has not.
    put(&folder.path().join("one/night.837"), small());
    put(&folder.path().join("two/night.837"), bad());
    std::fs::create_dir(&out).unwrap();

    // Another run is about to name its outputs, and takes the lock away in the end.
    let path = out.join(".telescrub-publishing");
    let other = std::fs::File::create_new(&path).unwrap();
    other.lock().unwrap();
    let mut runs = ["one", "two"].map(start);
    std::thread::sleep(std::time::Duration::from_secs(2));
    for run in &mut runs {
        assert!(run.try_wait().unwrap().is_none());
    }
    assert!(!out.join("night.manifest.json").exists());
    std::fs::remove_file(&path).unwrap();
    drop(other);

    for round in 0..8 {
        for run in &mut runs {
            assert!(run.wait().unwrap().success());
        }
        let manifest = std::fs::read(out.join("night.manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        let outputs = manifest["outputs"].as_object().unwrap();
        let mut names: Vec<_> = outputs
            .values()
            .map(|output| output["file"].as_str().unwrap().to_owned())
            .collect();
        names.push("night.manifest.json".to_owned());
        names.sort();
        assert_eq!(left_in(&out), names, "{round}");
        let mut verify = telescrub();
        verify.arg("verify").arg(out.join("night.manifest.json"));
        verify.assert().success();
        runs = ["one", "two"].map(start);
    }
    for run in &mut runs {
        assert!(run.wait().unwrap().success());
    }
}
