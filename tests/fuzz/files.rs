//! The claim files under a folder.

/// Reads them, in the order of their names.
pub fn files(folder: &str) -> Vec<Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "837"))
        .filter_map(|entry| std::fs::read(entry.path()).ok())
        .collect()
}
