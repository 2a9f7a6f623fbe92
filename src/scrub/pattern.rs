//! Names with wildcards, for shells that leave `*.837` alone.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// Whether the path has a part with `*`, `?` or `[`.
#[must_use]
pub fn is_pattern(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.iter().any(|byte| matches!(byte, b'*' | b'?' | b'['))
}

/// What is there of such names, in their order. A name that starts with a dot has to be
/// asked for with its dot, as in a shell.
#[must_use]
pub fn matching(pattern: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for part in pattern.components() {
        let Component::Normal(name) = part else {
            for path in &mut found {
                path.push(part);
            }
            continue;
        };
        if !is_pattern(Path::new(name)) {
            for path in &mut found {
                path.push(name);
            }
            continue;
        }
        found = found
            .iter()
            .flat_map(|folder| {
                let names = names_in(folder).into_iter();
                let fits =
                    names.filter(|other| fits(name.as_encoded_bytes(), other.as_encoded_bytes()));
                fits.map(|other| folder.join(other)).collect::<Vec<_>>()
            })
            .collect();
    }
    found.retain(|path| path.symlink_metadata().is_ok());
    found
}

fn names_in(folder: &Path) -> Vec<OsString> {
    let here = folder.as_os_str().is_empty();
    let folder = if here { Path::new(".") } else { folder };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<OsString> = entries.map(|entry| entry.file_name()).collect();
    names.sort();
    names
}

/// Whether a name is one that the pattern stands for: `*` for any characters, `?` for
/// one, `[a-z]` for one of these, `[!a-z]` for one of the others.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    if name.first() == Some(&b'.') && pattern.first() != Some(&b'.') {
        return false;
    }
    // The last `*`, and how much of the name it takes: more when the rest does not fit.
    let (mut at, mut place, mut star) = (0, 0, None);
    loop {
        let step = match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, place));
                at += 1;
                continue;
            }
            None if place == name.len() => return true,
            None => None,
            Some(_) => name.get(place).and_then(|&byte| one(&pattern[at..], byte)),
        };
        if let Some(length) = step {
            at += length;
            place += 1;
            continue;
        }
        match star {
            Some((after, taken)) if taken < name.len() => {
                star = Some((after, taken + 1));
                (at, place) = (after + 1, taken + 1);
            }
            _ => return false,
        }
    }
}

/// The length of the pattern's first part, which stands for one byte, if for this one.
fn one(pattern: &[u8], byte: u8) -> Option<usize> {
    let (first, rest) = pattern.split_first()?;
    match first {
        b'?' => Some(1),
        b'[' => {
            let negated = rest.first() == Some(&b'!');
            let set = &rest[usize::from(negated)..];
            // A bracket that comes first stands for itself.
            let Some(length) = set.iter().skip(1).position(|&byte| byte == b']') else {
                return (byte == b'[').then_some(1);
            };
            let set = &set[..=length];
            let mut known = false;
            let mut at = 0;
            while let Some(&low) = set.get(at) {
                if let (Some(b'-'), Some(&high)) = (set.get(at + 1), set.get(at + 2)) {
                    known |= (low..=high).contains(&byte);
                    at += 3;
                } else {
                    known |= low == byte;
                    at += 1;
                }
            }
            (known != negated).then_some(set.len() + 2 + usize::from(negated))
        }
        _ => (*first == byte).then_some(1),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stand_for_names_as_in_a_shell() {
        for (pattern, name, expected) in [
            ("*.837", "night.837", true),
            ("*.837", "night.837.zst", false),
            ("*.837*", "night.837.zst", true),
            ("*a*b", "xaxbxb", true),
            ("*a*b", "xaxbx", false),
            ("night-?.837", "night-1.837", true),
            ("night-?.837", "night-.837", false),
            ("night-[0-3].837", "night-3.837", true),
            ("night-[!0-3].837", "night-3.837", false),
            ("night-[!0-3].837", "night-x.837", true),
            ("[]a]", "]", true),
            ("[a", "[a", true),
            ("*", ".hidden", false),
            (".*", ".hidden", true),
            ("", "", true),
            ("*", "", true),
            ("?", "", false),
        ] {
            let found = fits(pattern.as_bytes(), name.as_bytes());
            assert_eq!(found, expected, "{pattern} {name}");
        }
    }

    #[test]
    fn names_come_in_order_from_every_folder_that_fits() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b/2.837", "b/1.837", "a/3.837", "a/3.txt", "c/.4.837"] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"").unwrap();
        }
        let found = matching(&folder.path().join("[a-c]/*.837"));
        let found: Vec<_> = found
            .iter()
            .map(|path| path.strip_prefix(folder.path()).unwrap().to_str().unwrap())
            .collect();
        assert_eq!(found, ["a/3.837", "b/1.837", "b/2.837"]);
        assert!(matching(&folder.path().join("x/*")).is_empty());
    }
}
