//! Nothing of a claim where it does not belong.

use super::*;

/// What only the patients, the subscribers and their claims are called.
fn secrets(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let mut secrets = Vec::new();
    for segment in text.split('~') {
        let elements: Vec<&str> = segment.trim().split('*').collect();
        match elements[..] {
            ["NM1", "IL" | "QC", _, last, first, ..] => {
                secrets.extend([last, first].map(str::to_owned));
                secrets.extend(elements.get(9).map(|&id| id.to_owned()));
            }
            ["CLM", id, ..] => secrets.push(id.to_owned()),
            ["DMG", _, birth, ..] => secrets.push(birth.to_owned()),
            _ => {}
        }
    }
    secrets.retain(|secret| secret.len() > 3);
    assert!(secrets.len() > 20);
    secrets
}

#[test]
fn nothing_of_a_claim_reaches_logs_or_metrics() {
    let folder = Drop::new();
    let mut secrets = secrets(&night(3));
    secrets.extend(self::secrets(&night(4)));
    fs::write(folder.at("inbox/night.837"), night(3)).unwrap();
    // One that is refused, one that is cut in the middle of a name, one that comes again.
    fs::write(folder.at("inbox/refused.837"), &night(4)[200..]).unwrap();
    let whole = night(4);
    let name = whole.windows(7).position(|at| at == b"NM1*IL*").unwrap() + 10;
    fs::write(folder.at("inbox/cut.837"), &whole[..name]).unwrap();
    let mut said = String::new();
    for more in [
        &["--die-at", "scrubbed"][..],
        &["--die-at", "published-one:3"],
        &[],
    ] {
        let mut command = folder.command();
        command.args(["--once", "--log-format", "json"]).args(more);
        command
            .env("TELESCRUB_LOG", "trace")
            .env("RUST_BACKTRACE", "full");
        said += &String::from_utf8_lossy(&command.output().unwrap().stderr);
        fs::write(folder.at("inbox/again.837"), night(3)).unwrap();
    }
    assert!(said.contains("answered"), "{said}");
    for line in said.lines().filter(|line| line.starts_with('{')) {
        assert!(
            serde_json::from_str::<serde_json::Value>(line).is_ok(),
            "{line}"
        );
    }
    let metrics = fs::read_to_string(folder.at("../.telescrub/metrics.prom")).unwrap();
    let mut why = String::new();
    for name in folder.names("quarantine") {
        if name.ends_with(".why.txt") {
            why += &fs::read_to_string(folder.at("quarantine").join(name)).unwrap();
        }
    }
    assert!(!metrics.is_empty() && !why.is_empty());
    for secret in secrets {
        let told = [&said, &metrics, &why].map(|text| text.contains(&secret));
        assert_eq!(told, [false; 3], "{} characters", secret.len());
    }
}
