//! The claims of a file, counted by a plain reader.

use std::collections::BTreeMap;

use telescrub::x12::is_filling;

use crate::plain::read;

/// The claims of a file, each with all its segments, and how often it stands there.
pub fn claims(bytes: &[u8], claims: &mut BTreeMap<Vec<u8>, i64>, by: i64) -> i64 {
    let (mut open, mut count) = (None::<Vec<u8>>, 0);
    for part in read(bytes) {
        let Some(delimiters) = part.delimiters else {
            continue;
        };
        let text = &bytes[part.start..part.end];
        // What means nothing may stay away where no interchange is open.
        if !text.is_empty() && is_filling(text) {
            continue;
        }
        let id = text
            .split(|&byte| byte == delimiters.element)
            .next()
            .unwrap_or(&[]);
        let id = if text.starts_with(b"ISA")
            && text
                .get(3)
                .is_some_and(|byte| !byte.is_ascii_alphanumeric())
        {
            b"ISA"
        } else {
            id
        };
        if matches!(
            id,
            b"CLM" | b"HL" | b"ST" | b"SE" | b"GS" | b"GE" | b"ISA" | b"IEA"
        ) && let Some(claim) = open.take()
        {
            *claims.entry(claim).or_default() += by;
        }
        if id == b"CLM" {
            count += 1;
            open = Some(Vec::new());
        }
        if let Some(claim) = &mut open {
            claim.extend_from_slice(text.trim_ascii());
            claim.push(b'\n');
        }
    }
    if let Some(claim) = open {
        *claims.entry(claim).or_default() += by;
    }
    claims.retain(|_, count| *count != 0);
    count
}
