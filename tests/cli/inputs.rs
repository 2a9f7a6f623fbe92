//! Which files are read, and under which names they go out.

use std::os::unix::fs::PermissionsExt;

use telescrub::scrub::inputs::{Inputs, Wanted};

use super::*;

#[test]
fn standard_input_zstd_and_folders_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let half = small();
    // Two frames, one after the other.
    let (a, b) = half.split_at(half.len() / 2);
    let frames = [
        zstd::encode_all(a, 3).unwrap(),
        zstd::encode_all(b, 3).unwrap(),
    ]
    .concat();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    std::fs::write(folder.path().join("in/night.837.zst"), frames).unwrap();
    let out = folder.path().join("out");
    telescrub()
        .args(["scrub", "--now", common::TODAY, "--out"])
        .args([out.as_path(), &folder.path().join("in"), Path::new("-")])
        .write_stdin(small())
        .assert()
        .success();
    assert_eq!(std::fs::read(out.join("night.clean.837")).unwrap(), small());
    assert_eq!(std::fs::read(out.join("stdin.clean.837")).unwrap(), small());
}

/// The claims of a file, by CLM01.
fn claims(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let claims = text
        .split('~')
        .filter_map(|segment| segment.strip_prefix("CLM*"));
    claims
        .map(|rest| rest.split('*').next().unwrap().to_owned())
        .collect()
}

/// A night of its own.
fn night(seed: u64) -> Vec<u8> {
    common::generated(&telescrub::generate::Spec {
        claims: 4,
        seed,
        ..common::spec()
    })
    .0
}

#[test]
fn claims_that_two_inputs_hold_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (name, seed) in [("in/a.837", 1), ("in/b.837", 1), ("in/c.837", 2)] {
        put(&at(name), night(seed));
    }
    let told = |more: &[&str]| {
        let (status, _, said) = scrub_into(&at("out"), &[&at("in")], more);
        assert_eq!(status, 0, "{said}");
        said.matches("its claims go out twice").count()
    };
    assert_eq!(told(&[]), 1);
    // A ledger rejects them.
    assert_eq!(told(&["--ledger", at("ledger.db").to_str().unwrap()]), 0);
}

#[test]
fn inputs_of_one_name_never_share_an_output() {
    let folder = tempfile::tempdir().unwrap();
    let names = [
        "a/claims.837",
        "b/claims.837",
        "c/claims-2.837",
        "claims.txt",
        "claims-2.txt",
    ];
    let paths: Vec<_> = names.iter().map(|name| folder.path().join(name)).collect();
    let mut expected = Vec::new();
    for (seed, path) in (1..).zip(&paths) {
        put(path, night(seed));
        expected.extend(claims(&night(seed)));
    }
    expected.sort();
    for turn in 0..paths.len() {
        let out = folder.path().join(format!("out{turn}"));
        let mut order: Vec<&Path> = paths.iter().map(AsRef::as_ref).collect();
        order.rotate_left(turn);
        assert_eq!(scrub_into(&out, &order, &[]).0, 0);
        let clean: Vec<_> = left_in(&out)
            .into_iter()
            .filter(|name| name.ends_with(".clean.837"))
            .collect();
        let mut found: Vec<String> = clean
            .iter()
            .flat_map(|name| claims(&std::fs::read(out.join(name)).unwrap()))
            .collect();
        found.sort();
        assert_eq!(found, expected, "{order:?}: {clean:?}");
    }
}

#[test]
fn an_input_that_is_named_twice_is_scrubbed_once() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (
        folder.path().join("in/night.837"),
        folder.path().join("out"),
    );
    put(&input, night(1));
    let (status, _, said) = scrub_into(&out, &[&input, &folder.path().join("in")], &[]);
    assert_eq!(status, 0);
    assert!(
        said.contains("night.837 is named twice, and taken once"),
        "{said}"
    );
    let clean = left_in(&out)
        .into_iter()
        .filter(|name| name.ends_with("clean.837"));
    assert_eq!(clean.collect::<Vec<_>>(), ["night.clean.837"]);
}

#[test]
fn outputs_in_the_input_folder_are_not_taken_for_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let desk = folder.path().join("desk");
    put(&desk.join("night.837"), night(1));
    // Made by hand, with no manifest beside it: an input like any other.
    put(&desk.join("mine.clean.837"), night(2));
    for below in [desk.clone(), desk.join("out")] {
        let first = scrub_into(&below, &[&desk], &[]);
        let left = left_in(&below);
        let again = scrub_into(&below, &[&desk], &[]);
        assert_eq!((first.0, again.0), (0, 0));
        assert_eq!(left_in(&below), left);
        assert!(
            again.2.contains(
                "files were left out, as outputs of an earlier run with its manifest beside them"
            ),
            "{}",
            again.2
        );
        assert!(
            first.1.contains("2 files scrubbed") && again.1.contains("2 files scrubbed"),
            "{}",
            again.1
        );
    }
}

#[test]
fn an_input_is_never_replaced_by_an_output() {
    let folder = tempfile::tempdir().unwrap();
    let [night_path, clean] = ["night.837", "night.clean.837"].map(|name| folder.path().join(name));
    put(&night_path, night(1));
    put(&clean, night(2));
    for inputs in [[night_path.as_path(), &clean], [&clean, &night_path]] {
        let (status, _, said) = scrub_into(folder.path(), &inputs, &[]);
        assert_eq!(status, 2, "{said}");
        assert!(
            said.contains("night.837 would replace the input ")
                && said.contains("choose another folder"),
            "{said}"
        );
        assert_eq!(std::fs::read(&clean).unwrap(), night(2));
        assert_eq!(left_in(folder.path()), ["night.837", "night.clean.837"]);
    }
    // A clean file scrubbed again, on its own, is in nobody's way.
    assert_eq!(scrub_into(folder.path(), &[&clean], &[]).0, 0);
    assert_eq!(
        std::fs::read(folder.path().join("night.clean.clean.837")).unwrap(),
        night(2)
    );
}

#[test]
fn patterns_that_the_shell_left_alone_are_read() {
    let folder = tempfile::tempdir().unwrap();
    for (seed, name) in [
        (1, "in/b.837"),
        (2, "in/a.837"),
        (3, "in/c.txt"),
        (4, "in/.d.837"),
    ] {
        put(&folder.path().join(name), night(seed));
    }
    let out = folder.path().join("out");
    assert_eq!(
        scrub_into(&out, &[&folder.path().join("i?/*.837")], &[]).0,
        0
    );
    let clean: Vec<_> = left_in(&out)
        .into_iter()
        .filter(|name| name.ends_with("clean.837"))
        .collect();
    assert_eq!(clean, ["a.clean.837", "b.clean.837"]);
    // A file of just that name goes before what the pattern stands for.
    put(&folder.path().join("in/*.837"), night(5));
    let out = folder.path().join("other");
    assert_eq!(
        scrub_into(&out, &[&folder.path().join("in/*.837")], &[]).0,
        0
    );
    assert_eq!(
        claims(&std::fs::read(out.join("*.clean.837")).unwrap()),
        claims(&night(5))
    );
    let (status, _, said) = scrub_into(&out, &[&folder.path().join("in/*.x12")], &[]);
    assert_eq!(status, 3);
    assert!(
        said.contains("in/*.x12: cannot be read: no file has such a name"),
        "{said}"
    );
}

#[test]
fn a_folder_that_cannot_be_listed_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    std::fs::set_permissions(root, std::fs::Permissions::from_mode(0o755)).unwrap();
    put(&root.join("in/a.837"), night(1));
    put(&root.join("in/locked/b.837"), night(2));
    put(&root.join("in/z.837"), night(3));
    std::fs::create_dir(root.join("out")).unwrap();
    std::fs::set_permissions(
        root.join("in/locked"),
        std::fs::Permissions::from_mode(0o000),
    )
    .unwrap();
    std::fs::set_permissions(root.join("out"), std::fs::Permissions::from_mode(0o777)).unwrap();
    let output = as_nobody(root)
        .args(["scrub", "--now", common::TODAY, "--out"])
        .args([root.join("out"), root.join("in")])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    std::fs::set_permissions(
        root.join("in/locked"),
        std::fs::Permissions::from_mode(0o755),
    )
    .unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("in/locked: cannot be read: "), "{said}");
    assert!(root.join("out/a.clean.837").is_file() && root.join("out/z.clean.837").is_file());
}

#[test]
fn a_folder_that_vanishes_is_told_file_by_file() {
    let folder = tempfile::tempdir().unwrap();
    let (inbox, out) = (folder.path().join("in"), folder.path().join("out"));
    put(&inbox.join("a.837"), night(1));
    put(&inbox.join("b.837"), night(2));
    std::fs::create_dir(&out).unwrap();
    let inputs = Inputs::of(std::slice::from_ref(&inbox), Wanted::Claims);
    std::fs::remove_dir_all(&inbox).unwrap();
    let mut said = Vec::new();
    let batch = common::in_batch(&inputs, &out, &mut |error| said.push(error.to_string()));
    assert_eq!((batch.scrubbed, batch.refused, batch.failed), (0, 2, 0));
    assert!(
        said[0].contains("a.837: cannot be read: No such file"),
        "{said:?}"
    );
    assert!(
        said[1].contains("b.837: cannot be read: No such file"),
        "{said:?}"
    );
    assert_eq!(left_in(&out), [""; 0]);
    // One that is not there from the start.
    let (status, _, said) = scrub_into(&out, &[&inbox], &[]);
    assert_eq!(status, 3);
    assert!(said.contains("in: cannot be read: No such file"), "{said}");
}

#[test]
fn what_is_no_file_does_not_stop_the_files_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let (inbox, out) = (folder.path().join("in"), folder.path().join("out"));
    put(&inbox.join("z.837"), small());
    let pipe = inbox.join("a.837");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(inbox.join("b.837")).unwrap();
    put(&inbox.join("two\nlines\u{1b}[31m"), b"no claims");
    let (status, _, said) = scrub_into(&out, &[&inbox], &[]);
    assert_eq!(status, 3);
    assert!(said.contains("two\\nlines\\u{1b}[31m: "), "{said}");
    std::fs::remove_file(inbox.join("two\nlines\u{1b}[31m")).unwrap();
    for named in [inbox.clone(), inbox.join("*.837")] {
        let (status, _, said) = scrub_into(&out, &[&named], &[]);
        assert_eq!(status, 0, "{said}");
        for left in ["a.837 is a pipe", "b.837 is a pipe"] {
            assert!(said.contains(left), "{said}");
        }
        assert!(out.join("z.clean.837").is_file());
    }
    // Named by itself it is read, as a shell's <(zcat ...) is.
    let writer = std::thread::spawn(move || std::fs::write(pipe, small()));
    let pipe = inbox.join("a.837");
    assert_eq!(scrub_into(&out, &[&pipe], &[]).0, 0);
    writer.join().unwrap().unwrap();
    assert_eq!(std::fs::read(out.join("a.clean.837")).unwrap(), small());
}
