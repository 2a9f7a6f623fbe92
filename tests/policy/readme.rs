//! The README's own payer: its policy file works as it stands there.

use super::{fixture, said, scrub, telescrub};

/// The block of the README that starts with this line.
fn block(first: &str) -> String {
    let readme = include_str!("../../README.md");
    let start = readme.find(&format!("```toml\n{first}")).unwrap() + "```toml\n".len();
    let rest = &readme[start..];
    rest[..rest.find("```").unwrap()].to_owned()
}

#[test]
fn a_payer_written_from_the_readme_is_judged_at_the_first_run() {
    let folder = tempfile::tempdir().unwrap();
    let policies = folder.path().join("policies");
    std::fs::create_dir(&policies).unwrap();
    std::fs::write(
        policies.join("acme.toml"),
        block("key = \"commercial/acme\""),
    )
    .unwrap();
    let policies = policies.to_str().unwrap();
    let checked = said(telescrub().args(["policy", "check", policies]));
    assert!(checked.contains("commercial/acme: good, new"), "{checked}");

    let claim = std::fs::read_to_string(fixture("rules/TEL111/passes.837")).unwrap();
    let claim = claim.replace("*PI*EXAMPLE1~", "*PI*ACME1~");
    let judged = |name: &str, text: &str| {
        let input = folder.path().join(name);
        std::fs::write(&input, text).unwrap();
        let files = scrub(&input, &["--policy", policies]);
        files.get("findings.jsonl").cloned().unwrap_or_default()
    };
    // The visit it pays has no finding; a code off its list and a call are refused.
    assert_eq!(judged("visit.837", &claim), "");
    for (from, to, rule) in [
        ("HC:97110:", "HC:97112:", "TEL102"),
        (":95*", ":93*", "TEL108"),
        ("***02:B:1", "***11:B:1", "TEL107"),
        (":95*", "*", "TEL104"),
    ] {
        assert!(claim.contains(from), "{from}");
        let found = judged("other.837", &claim.replace(from, to));
        assert!(
            found.contains(rule) && found.contains("\"verdict\":\"rejected\""),
            "{to}: {found}"
        );
        assert!(found.contains("https://acme.example/manual"), "{found}");
    }
}
