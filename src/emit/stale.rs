//! The names of a run's outputs, and what an earlier run left under them.

use std::io;
use std::path::Path;

use super::manifest::Manifest;

/// What follows the stem in the name of an output. None of them ends like another, so
/// that two inputs of different stems never share a name.
pub const KINDS: [&str; 12] = [
    "clean.837",
    "rejects.837",
    "held.837",
    "rejects.txt",
    "findings.jsonl",
    "fixes.jsonl",
    "report.html",
    "ta1.edi",
    "999.edi",
    "277ca.edi",
    "rerun.json",
    MANIFEST,
];

/// The kind of the one output that is always there.
const MANIFEST: &str = "manifest.json";

/// The stem of an output of this name and what follows it, without `.zst`; `None` for a
/// name that the program does not give.
#[must_use]
pub fn parts(name: &str) -> Option<(&str, &'static str)> {
    let plain = name.strip_suffix(".zst").unwrap_or(name);
    KINDS.iter().find_map(|kind| {
        let stem = plain.strip_suffix(kind)?.strip_suffix('.')?;
        (!stem.is_empty()).then_some((stem, *kind))
    })
}

/// Whether a file is the output of a run, by its name and the manifest beside it: what
/// follows its stem.
#[must_use]
pub fn is_output(path: &Path) -> Option<&'static str> {
    let (stem, kind) = parts(path.file_name()?.to_str()?)?;
    let manifest = path.with_file_name(manifest_of(stem));
    manifest.is_file().then_some(kind)
}

/// The manifest of the outputs that lie under the names of this stem, if it can be read.
#[must_use]
pub fn manifest(folder: &Path, stem: &str) -> Option<Manifest> {
    let bytes = std::fs::read(folder.join(manifest_of(stem))).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// The name of the manifest of this stem.
#[must_use]
fn manifest_of(stem: &str) -> String {
    format!("{stem}.{MANIFEST}")
}

/// Takes away what an earlier run left under the names of this stem, compressed or not,
/// but for the names to keep. Its manifest goes first: while there is one, the files
/// are those that it speaks of.
///
/// # Errors
/// When the folder does not let go of a file.
pub fn clear(folder: &Path, stem: &str, keep: &[&str]) -> io::Result<()> {
    for kind in KINDS.iter().rev() {
        let name = format!("{stem}.{kind}");
        for name in [format!("{name}.zst"), name] {
            if keep.contains(&name.as_str()) {
                continue;
            }
            match std::fs::remove_file(folder.join(&name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_by_its_end() {
        assert_eq!(parts("night.clean.837"), Some(("night", "clean.837")));
        assert_eq!(parts("a.b.rejects.837.zst"), Some(("a.b", "rejects.837")));
        assert_eq!(parts("x.manifest.json"), Some(("x", "manifest.json")));
        for other in [
            "night.837",
            "clean.837",
            ".clean.837",
            "night.clean.837.gz",
            "night.txt",
        ] {
            assert_eq!(parts(other), None, "{other}");
        }
        for (at, kind) in KINDS.iter().enumerate() {
            for other in &KINDS[at + 1..] {
                assert!(!kind.ends_with(other) && !other.ends_with(kind));
            }
        }
    }

    #[test]
    fn only_outputs_of_the_stem_go() {
        let folder = tempfile::tempdir().unwrap();
        let gone = [
            "a.clean.837",
            "a.clean.837.zst",
            "a.manifest.json",
            "a.rerun.json",
        ];
        let stay = [
            "a.rejects.837",
            "a.837",
            "a.notes.txt",
            "b.clean.837",
            "a.b.clean.837",
        ];
        for name in gone.iter().chain(&stay) {
            std::fs::write(folder.path().join(name), b"").unwrap();
        }
        clear(folder.path(), "a", &["a.rejects.837"]).unwrap();
        assert!(gone.iter().all(|name| !folder.path().join(name).exists()));
        assert!(stay.iter().all(|name| folder.path().join(name).exists()));
    }

    #[test]
    fn an_output_has_a_manifest_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.clean.837");
        std::fs::write(&path, b"").unwrap();
        assert_eq!(is_output(&path), None);
        std::fs::write(folder.path().join("a.manifest.json"), b"").unwrap();
        assert_eq!(is_output(&path), Some("clean.837"));
    }
}
