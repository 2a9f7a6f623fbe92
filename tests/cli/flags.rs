//! Flags that ask for what there is not: they are refused with what to do, not passed over.

use super::{common, put, telescrub};

/// The exit status and what was said on standard error.
fn refused(arguments: &[&str]) -> String {
    let output = telescrub().args(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    said
}

#[test]
fn generate_says_which_flag_is_missing() {
    let generate = ["generate", "--now", common::TODAY, "--claims", "5"];
    let with = |more: &[&'static str]| [&generate[..], more].concat();
    let said = refused(&with(&["--faults", "npi-check-digit"]));
    assert!(said.contains("such as --bad 5"), "{said}");
    let said = refused(&with(&["--interchanges", "10"]));
    assert!(said.contains("these claims fill 1"), "{said}");
    // A fault of an envelope is planted once, whatever --bad says.
    for bad in [&[][..], &["--bad", "5"]] {
        let faults = with(&["--faults", "set-count-wrong"]);
        let output = telescrub().args(faults).args(bad).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("5 claims, $"), "{said}");
        assert!(said.contains("1 fault planted"), "{said}");
    }
}

#[test]
fn generate_writes_through_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let [file, link] = ["claims.837", "link"].map(|name| folder.path().join(name));
    put(&file, "before");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let mut command = telescrub();
    command.args(["generate", "--quiet", "--claims", "2", "--out"]);
    assert!(command.arg(&link).output().unwrap().status.success());
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert!(std::fs::read(&file).unwrap().starts_with(b"ISA*"));
}

#[test]
fn stats_refuses_what_has_no_answer() {
    let days = ["--from", "2026-02-02", "--through", "2026-02-01"];
    let said = refused(&[&["stats", "--ledger", "none.db"], &days[..]].concat());
    assert!(said.contains("lies after --through"), "{said}");
    let said = refused(&["stats", "--ledger", "none.db", "--format", "csv"]);
    assert!(said.contains("--by payer"), "{said}");
}

#[test]
fn a_configuration_that_cannot_be_read_is_told_by_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("telescrub.toml");
    let name = config.to_str().unwrap();
    for command in [&["explain", "TEL104"][..], &["rules"], &["policy", "list"]] {
        let said = refused(&[command, &["--config", name]].concat());
        // The whole file is meant: no line of it.
        let place = format!("error: {name}: cannot be read: ");
        assert!(said.starts_with(&place), "{said}");
    }
    put(&config, b"# Jos\xC3\xA9\n# Jos\xE9\n");
    let said = refused(&["rules", "--config", name]);
    assert!(said.contains("telescrub.toml:2: "), "{said}");
    assert!(said.contains("help: save it as UTF-8"), "{said}");
}
