//! What is said, and how it looks.

use super::*;

#[test]
fn nothing_of_a_claim_reaches_the_screen() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.837");
    let bad = common::generated(&telescrub::generate::Spec {
        claims: 50,
        bad_percent: 60.0,
        ..common::spec()
    })
    .0;
    std::fs::write(&input, &bad).unwrap();
    let output = telescrub()
        .args([
            "scrub",
            "--now",
            common::TODAY,
            "--log-format",
            "json",
            "--out",
        ])
        .args([&folder.path().join("out"), &input])
        .env("TELESCRUB_LOG", "trace")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    for segment in bad.split(|&byte| byte == b'~') {
        let segment = String::from_utf8_lossy(segment);
        let parts: Vec<&str> = segment.split('*').collect();
        let secret = match parts.first() {
            Some(&"NM1") => parts.get(9),
            Some(&"CLM") => parts.get(1),
            _ => None,
        };
        if let Some(secret) = secret.filter(|secret| secret.len() > 6) {
            assert!(
                !said.contains(*secret),
                "an identifier of a claim is on the screen"
            );
        }
    }
}

#[test]
fn a_reader_who_leaves_early_is_no_fault() {
    for arguments in [&["config", "schema"][..], &["rules"], &["policy", "list"]] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_telescrub"))
            .args(arguments)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert!(ended.status.success(), "{arguments:?}");
        assert!(ended.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_reader_who_leaves_a_replay_early_is_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let spec = telescrub::generate::Spec {
        claims: 300,
        ..common::spec()
    };
    put(&root.join("in.837"), common::generated(&spec).0);
    // Texas pays nothing: each telehealth claim of it changes.
    let policy = "key = \"medicaid/TX\"\nprogram = \"medicaid\"\njurisdiction = \"TX\"\nname = \"T\"\npublisher = \"T\"\n\
        [sources]\ns = { title = \"T\", publisher = \"T\", url = \"https://t.example\", dated = \"2026-01\" }\n\
        [[telehealth]]\nfrom = 2020-01-01\npt_telehealth = \"not_covered\"\nsource = [\"s\"]\nconfidence = \"high\"\n";
    put(&root.join("policies/tx.toml"), policy);
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_telescrub"))
        .args(["replay", "--now", common::TODAY, "--policy"])
        .args([root.join("policies"), root.join("in.837")])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{said}");
    assert_eq!(said, "");
}

#[test]
fn synthetic_claims_take_a_name_once_they_are_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("night.837");
    put(&path, "of before");
    let generate = |more: &[&str]| {
        let mut run = telescrub();
        let run = run
            .args(["generate", "-q", "--claims", "5", "-o"])
            .arg(&path);
        run.args(more).output().unwrap().status.code()
    };
    assert_eq!(generate(&["--bad", "101"]), Some(2));
    assert_eq!(generate(&["--delimiters", "AAAA"]), Some(2));
    assert_eq!(generate(&["--labels", path.to_str().unwrap()]), Some(2));
    assert_eq!(left_in(folder.path()), ["night.837"]);
    assert_eq!(std::fs::read(&path).unwrap(), b"of before");
    assert_eq!(generate(&[]), Some(0));
    assert!(std::fs::read(&path).unwrap().starts_with(b"ISA*"));
    assert_eq!(left_in(folder.path()), ["night.837"]);
}

#[test]
fn a_night_without_files_is_no_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("in");
    std::fs::create_dir(&inbox).unwrap();
    let out = folder.path().join("out");
    let (status, _, said) = scrub_into(&out, &[&inbox], &[]);
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("hold no input"), "{said}");
    assert_eq!(left_in(&out), [""; 0]);
}

#[test]
fn rules_are_listed_and_explained() {
    let list = telescrub()
        .args(["rules", "--format", "json"])
        .output()
        .unwrap();
    let rules: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
    for rule in rules.as_array().unwrap() {
        let code = rule["code"].as_str().unwrap();
        let page = telescrub().args(["explain", code]).output().unwrap();
        assert!(page.status.success());
        assert!(String::from_utf8_lossy(&page.stdout).contains(rule["what"].as_str().unwrap()));
    }
    assert_eq!(
        telescrub()
            .args(["explain", "TEL999"])
            .output()
            .unwrap()
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn a_log_in_json_is_json_to_the_last_line() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    put(&root.join("in/night.837"), small());
    put(&root.join("in/letter.txt"), b"Dear Sir");
    put(&root.join("full"), b"a file, not a folder");
    put(&root.join("bad.toml"), b"surprise = 1\nother = 2\n");
    let [inbox, out, gone, full] = ["in", "out", "gone.837", "full"].map(|name| root.join(name));
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let scrub = |out: &Path, input: &Path| {
        [
            "scrub".to_owned(),
            path(input),
            "--out".to_owned(),
            path(out),
        ]
        .to_vec()
    };
    for (mut arguments, status, said) in [
        (
            scrub(&out, &inbox),
            3,
            "ENV001: no X12 interchange at byte 0",
        ),
        (scrub(&out, &inbox), 3, "the run has ended"),
        (scrub(&out, &gone), 3, "gone.837: cannot be read"),
        (scrub(&full, &inbox), 2, "cannot make the output folder"),
        (
            [
                scrub(&out, &inbox),
                vec!["--threads".to_owned(), "0".to_owned()],
            ]
            .concat(),
            2,
            "--threads takes 1 to 1024",
        ),
        (
            [
                scrub(&out, &inbox),
                vec!["--threads".to_owned(), "100000".to_owned()],
            ]
            .concat(),
            2,
            "--threads takes 1 to 1024",
        ),
        (
            [
                scrub(&out, &inbox),
                vec!["--config".to_owned(), path(&root.join("bad.toml"))],
            ]
            .concat(),
            2,
            "unknown key",
        ),
        (
            vec!["view".to_owned(), path(&root.join("in/letter.txt"))],
            3,
            "ENV001",
        ),
        (
            vec![
                "rerun".to_owned(),
                path(&inbox),
                "--out".to_owned(),
                path(&out),
            ],
            2,
            "was not found",
        ),
        (vec!["explain".to_owned(), "TEL999".to_owned()], 2, "TEL999"),
        (vec!["verify".to_owned(), path(&gone)], 2, "gone.837"),
    ] {
        arguments.extend(["--log-format", "json", "--now", common::TODAY].map(str::to_owned));
        let output = telescrub().args(&arguments).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let lines: Vec<serde_json::Value> = stderr
            .lines()
            .map(|line| {
                serde_json::from_str(line).unwrap_or_else(|_| panic!("{arguments:?}: {line}"))
            })
            .collect();
        assert_eq!(
            output.status.code(),
            Some(status),
            "{arguments:?}: {stderr}"
        );
        let told = lines.iter().any(|line| {
            let message = line["fields"]["message"].as_str().unwrap();
            line["level"].is_string() && message.contains(said)
        });
        assert!(told, "{arguments:?}: {said} is not in {stderr}");
    }
}

#[test]
fn no_escapes_where_there_is_no_terminal_or_they_are_not_wanted() {
    let folder = tempfile::tempdir().unwrap();
    put(&folder.path().join("in/night.837"), small());
    put(&folder.path().join("in/letter.txt"), b"Dear Sir");
    let scrub = format!(
        "{} scrub {in} {in}/night.837 --diff --out {out}",
        env!("CARGO_BIN_EXE_telescrub"),
        in = folder.path().join("in").display(),
        out = folder.path().join("out").display()
    );
    let output = std::process::Command::new("sh")
        .args(["-c", &scrub])
        .output()
        .unwrap();
    let piped = [output.stdout, output.stderr].concat();
    // `script` lends a terminal: there colours are on, unless NO_COLOR is set.
    let on_terminal = |no_color: &str| {
        let mut command = std::process::Command::new("script");
        command
            .args(["-qec", &scrub, "/dev/null"])
            .env_remove("NO_COLOR");
        if !no_color.is_empty() {
            command.env("NO_COLOR", no_color);
        }
        command.env("TERM", "xterm").output().unwrap().stdout
    };
    let colours = |bytes: &[u8]| bytes.windows(2).filter(|pair| pair == b"\x1B[").count();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(text(&piped).contains("is named twice"), "{}", text(&piped));
    assert_eq!(colours(&piped), 0, "{}", text(&piped));
    let (coloured, plain) = (on_terminal(""), on_terminal("1"));
    assert!(text(&coloured).contains("WARN"), "{}", text(&coloured));
    let styled = |bytes: &[u8]| {
        text(bytes)
            .lines()
            .any(|line| line.contains("WARN") && line.contains("\u{1b}[33m"))
    };
    assert!(styled(&coloured), "{}", text(&coloured));
    assert!(!styled(&plain), "{}", text(&plain));
}

#[test]
fn the_sums_come_as_json_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("night.837");
    put(&input, small());
    let (_, stdout, _) = scrub_into(&folder.path().join("out"), &[&input], &["--format", "json"]);
    let sums: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(stdout.lines().count(), 1);
    assert_eq!(sums["files"]["scrubbed"], 1);
    assert_eq!(sums["in"]["claims"], 6);
    assert_eq!(sums["in"], sums["clean"]);
    let (_, table, _) = scrub_into(
        &folder.path().join("out"),
        &[&input],
        &["--format", "table"],
    );
    assert!(
        table.starts_with("in                   6 claims"),
        "{table}"
    );
}

#[test]
fn rules_that_take_whole_sets_come_first_and_those_left_out_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("night.837");
    let spec = telescrub::generate::Spec {
        claims: 200,
        bad_percent: 60.0,
        ..common::spec()
    };
    let text = String::from_utf8(common::generated(&spec).0).unwrap();
    put(&input, common::miscounted(&text));
    let out = folder.path().join("out");
    let (_, table, _) = scrub_into(&out, &[&input], &[]);
    let rules: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("  "))
        .collect();
    assert!(
        rules[0].starts_with("  ENV005  envelope-count-wrong"),
        "{table}"
    );
    assert!(
        rules[0].contains("1 reject") && rules[0].contains(" claims with it"),
        "{table}"
    );
    let last = rules.last().unwrap();
    assert!(
        last.starts_with("  ... and ") && last.ends_with(" more rules"),
        "{table}"
    );
    // The page has a row for it, and its claims can be asked for by it.
    let page = std::fs::read_to_string(out.join("night.report.html")).unwrap();
    assert!(page.contains("data-filter=\"rule\" data-value=\"ENV005\""));
    assert!(page.contains("\"around\":[\"ENV005\"]"));
}

#[test]
fn a_claim_is_shown_with_its_places_and_the_providers_of_its_lines() {
    let fixture =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules/COD022/passes.837");
    let text = std::fs::read_to_string(fixture).unwrap();
    let page = telescrub()
        .args(["view", "-"])
        .write_stdin(text)
        .output()
        .unwrap();
    let page = String::from_utf8(page.stdout).unwrap();
    assert!(
        page.contains("\n  pick-up       1129 REINDEER ROAD, AUSTIN, TX, 78702\n"),
        "{page}"
    );
    let mut facility = with(
        "LX*1~",
        "NM1*77*2*POOL HOUSE~N3*1 WATER WAY~N4*AUSTIN*TX*78701~LX*1~",
    );
    let end = b"DTP*472";
    let at = facility
        .windows(end.len())
        .position(|window| window == end)
        .unwrap();
    let line_end = at
        + facility[at..]
            .iter()
            .position(|&byte| byte == b'~')
            .unwrap()
        + 1;
    let rendering = b"NM1*82*1*THERAPIST*TAY****XX*1836009252~";
    facility.splice(line_end..line_end, rendering.iter().copied());
    let page = telescrub()
        .args(["view", "-"])
        .write_stdin(facility)
        .output()
        .unwrap();
    let page = String::from_utf8(page.stdout).unwrap();
    let place = "\n  facility      POOL HOUSE\n                1 WATER WAY, AUSTIN, TX, 78701\n";
    assert!(page.contains(place), "{page}");
    let line = "\n       rendering     TAY THERAPIST (1836009252)\n";
    assert!(page.contains(line), "{page}");
}

#[test]
fn a_claim_is_shown_from_a_file_or_standard_input_in_dollars() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("night.837");
    // $1,034.50 and such are written without needless zeros in the file.
    put(&input, small());
    let from_file = telescrub().arg("view").arg(&input).output().unwrap();
    let piped = telescrub()
        .args(["view", "-"])
        .write_stdin(small())
        .output()
        .unwrap();
    assert!(from_file.status.success() && piped.status.success());
    assert_eq!(from_file.stdout, piped.stdout);
    let text = String::from_utf8(piped.stdout).unwrap();
    let amounts: Vec<&str> = text
        .split_whitespace()
        .filter_map(|word| word.strip_prefix('$'))
        .collect();
    assert!(amounts.len() >= 12, "{text}");
    for amount in amounts {
        let (_, cents) = amount.split_once('.').unwrap_or_default();
        assert_eq!(cents.len(), 2, "{amount}");
    }
    // What comes between CLM and the diagnoses: days, what was paid, what is replaced.
    let told = with(
        "HI*",
        "DTP*431*D8*20261001~DTP*484*D8*X~AMT*F5*20~REF*F8*77Q~HI*",
    );
    let told = telescrub()
        .args(["view", "-"])
        .write_stdin(told)
        .output()
        .unwrap();
    let text = String::from_utf8(told.stdout).unwrap();
    for row in [
        "  payer claim   77Q\n",
        "  patient paid  $20.00\n",
        "  onset         2026-10-01\n",
        "  other date    X\n",
    ] {
        assert!(text.contains(row), "{text}");
    }
    // The description of a service that has no code of its own is no modifier.
    let described = with(":GP", ":GP::::COLD PACK");
    let described = telescrub()
        .args(["view", "-"])
        .write_stdin(described)
        .output()
        .unwrap();
    let text = String::from_utf8(described.stdout).unwrap();
    assert!(text.contains("  described as COLD PACK\n"), "{text}");
    let none = telescrub()
        .args(["view", "-", "--claim", "nobody"])
        .write_stdin(small())
        .output()
        .unwrap();
    assert_eq!(none.status.code(), Some(3));
    assert_eq!(
        String::from_utf8_lossy(&none.stderr),
        "error: standard input: no such claim\n"
    );
}
