//! What is rejected, and that it is the same wherever the file is cut.

use std::collections::BTreeSet;

use telescrub::x12::limits;

use crate::common;
use crate::set::Set;

pub fn rejected(scrubbed: &common::Scrubbed) -> BTreeSet<String> {
    assert!(scrubbed.result.is_ok(), "{:?}", scrubbed.result);
    let text = String::from_utf8(scrubbed.file("rejects.837").to_vec()).unwrap();
    text.split('~')
        .filter(|segment| segment.starts_with("CLM*"))
        .map(|segment| segment.split('*').nth(1).unwrap().to_owned())
        .collect()
}

/// The damaged set rejects exactly these claims, in whatever blocks it is cut.
pub fn costs(what: &str, damaged: &Set, expected: &BTreeSet<String>) {
    let bytes = damaged.bytes();
    let whole = common::scrub(&bytes, 1, limits::BLOCK_BYTES);
    let found = rejected(&whole);
    assert_eq!(
        &found,
        expected,
        "{what}: {} claims too many, {} too few",
        found.difference(expected).count(),
        expected.difference(&found).count()
    );
    same_in_pieces(what, &bytes, &whole, &[(2, 1)]);
}

/// Whether all outputs are the same by these threads and block sizes.
pub fn same_in_pieces(what: &str, bytes: &[u8], whole: &common::Scrubbed, cuts: &[(usize, usize)]) {
    for &(threads, block) in cuts {
        let pieces = common::scrub(bytes, threads, block);
        for (name, content) in &whole.files {
            let other = pieces.file(name);
            let at =
                (0..content.len().max(other.len())).find(|&at| content.get(at) != other.get(at));
            if let Some(at) = at {
                let near = |bytes: &[u8]| {
                    let from = at.saturating_sub(150).min(bytes.len());
                    String::from_utf8_lossy(&bytes[from..(at + 150).min(bytes.len())]).into_owned()
                };
                panic!(
                    "{what}: {name} differs at {at} with {threads} threads and blocks of {block}\n{}\n---\n{}",
                    near(content),
                    near(other)
                );
            }
        }
        assert_eq!(pieces.files.len(), whole.files.len(), "{what}");
    }
}
