//! Memory does not grow with what is wrong with an input.

use super::*;

/// Scrubs a file, and says how many kilobytes the program had in memory at most.
fn peak(out: &Path, input: &Path) -> u64 {
    let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_telescrub"))
        .args(["scrub", "-q", "--now", common::TODAY, "--threads", "1"])
        .args(["--no-report", "--no-acknowledgements", "--out"])
        .args([out, input])
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", run.id());
    let mut peak = 0;
    while run.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let now = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = now.and_then(|line| line.split_whitespace().next());
        peak = now.map_or(peak, |now| now.parse().unwrap());
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(run.wait().unwrap().success());
    peak
}

#[test]
fn what_is_told_of_stray_segments_is_written_as_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let claims = common::generated(&telescrub::generate::Spec {
        claims: 60_000,
        claims_per_set: 1,
        sets_per_group: 60_000,
        ..common::spec()
    });
    let plain = String::from_utf8(claims.0).unwrap();
    let stray = plain.replace("~ST*", "~REF*XX*STRAY~ST*");
    let [plain, stray] = [("plain", plain), ("stray", stray)].map(|(name, text)| {
        let input = folder.path().join(format!("{name}.837"));
        put(&input, text);
        peak(&folder.path().join("out"), &input)
    });
    let told = std::fs::metadata(folder.path().join("out/stray.findings.jsonl")).unwrap();
    assert!(told.len() > 30 << 20);
    // What is kept of each for the verdicts has its place, what is said of it has none.
    assert!(stray < plain + (48 << 10), "{plain} kB, {stray} kB");
}

#[test]
fn blanks_take_no_memory_wherever_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let text = String::from_utf8(small()).unwrap();
    let blanks = "\n".repeat(64 << 20);
    let behind_isa = text.find("GS*").unwrap();
    let within = [&text[..behind_isa], &blanks, &text[behind_isa..]].concat();
    let texts = [
        text.clone(),
        blanks.clone() + &text,
        within,
        text.clone() + &blanks,
    ];
    let peaks = texts.map(|text| {
        let input = folder.path().join("in.837");
        put(&input, text);
        peak(&out, &input)
    });
    let most = peaks[0] + (24 << 10);
    assert!(peaks.iter().all(|&peak| peak < most), "{peaks:?} kB");
}
