//! Any text as a configuration, as a policy of a user's folder, and as a manifest: each is
//! taken or refused in words.
#![no_main]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use telescrub::config::Config;
use telescrub::policy::PolicyBook;
use telescrub::verify;

static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("telescrub-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
});

/// Starts from the fixtures and the texts of the program, if `TELESCRUB_FUZZ_SEEDS` is set.
fn seeds() {
    let Some(seeds) = std::env::var_os("TELESCRUB_FUZZ_SEEDS") else {
        return;
    };
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let files = ["fixtures", "src/policy/data"]
        .iter()
        .flat_map(|folder| walkdir::WalkDir::new(root.join(folder)))
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "toml"));
    for (number, file) in files.enumerate() {
        let text = std::fs::read(file.path()).expect("a text");
        if text.len() < 12_000 {
            let name = Path::new(&seeds).join(format!("text-{number}.toml"));
            std::fs::write(name, text).expect("the folder takes it");
        }
    }
}

fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Err(errors) = Config::parse("telescrub.toml", text, Path::new("")) {
        assert!(errors.iter().all(|error| !error.to_string().is_empty()));
    }
    let policies = FOLDER.join("policies");
    std::fs::create_dir_all(&policies).expect("a folder");
    for name in ["own.toml", "payers.toml"] {
        let file = policies.join(name);
        std::fs::write(&file, text).expect("the folder takes it");
        if let Err(errors) = PolicyBook::builtin().overlay(&policies) {
            assert!(errors.iter().all(|error| !error.to_string().is_empty()));
        }
        std::fs::remove_file(file).expect("the file");
    }
    if text.starts_with('{') {
        let manifest = FOLDER.join("in.manifest.json");
        std::fs::write(&manifest, text).expect("the folder takes it");
        if let Err(error) = verify::manifest(&manifest, None) {
            assert!(!error.to_string().is_empty());
        }
    }
}

fuzz_target!(init: seeds(), |bytes: &[u8]| {
    check(bytes);
});
