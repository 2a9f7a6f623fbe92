//! One transaction set, read by the `edi` crate.
//!
//! `edi` reads whole documents and panics on some malformed counts, so it gets one
//! transaction set at a time in an envelope of its own, and a panic of it is an answer.

use crate::x12::is_blank;

/// Whether an independent parser is built in.
pub(super) const INDEPENDENT: bool = cfg!(feature = "edi");

/// Whether `edi` takes such a segment: it knows none that is empty, has no elements, or
/// an identifier that is no name; and text only. More than blanks is white space to it: it
/// would take an identifier for one that has such a byte beside it, and drops separators at the
/// end where these are white space.
pub(super) fn can_read(segment: &[u8], element: u8) -> bool {
    let Ok(text) = std::str::from_utf8(segment) else {
        return false;
    };
    let Some((id, _)) = text.split_once(char::from(element)) else {
        return false;
    };
    if element.is_ascii_whitespace() && segment.last() == Some(&element) {
        return false;
    }
    let id = id.trim_matches(|byte: char| byte.is_ascii() && is_blank(byte as u8));
    (2..=3).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Compares what `edi` makes of a transaction set with the segments our reader saw.
///
/// `document` is a whole interchange with that one set; `segments` are the segments
/// between ST and SE, without terminators. Returns what differs, in words.
#[cfg(feature = "edi")]
pub(super) fn compare(document: &[u8], segments: &[&[u8]], element: u8) -> Result<(), String> {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    let Ok(text) = std::str::from_utf8(document) else {
        return Err("bytes that are no text".to_owned());
    };
    quiet::install();
    let outcome = quiet::quietly(|| {
        catch_unwind(AssertUnwindSafe(|| {
            let parsed =
                edi::loose_parse(text).map_err(|_| "the second parser refuses it".to_owned())?;
            let sets: Vec<_> = parsed
                .interchanges
                .iter()
                .flat_map(|interchange| &interchange.functional_groups)
                .flat_map(|group| &group.transactions)
                .collect();
            let [set] = sets.as_slice() else {
                return Err(format!(
                    "the second parser sees {} transaction sets",
                    sets.len()
                ));
            };
            if set.segments.len() != segments.len() {
                return Err(format!(
                    "{} segments here, {} there",
                    segments.len(),
                    set.segments.len()
                ));
            }
            for (at, (theirs, ours)) in set.segments.iter().zip(segments).enumerate() {
                let mut parts = ours.split(|&byte| byte == element);
                let id = parts.next().unwrap_or(&[]);
                let same = theirs.segment_abbreviation.trim() == trimmed(id)
                    && theirs
                        .elements
                        .iter()
                        .map(|element| element.trim())
                        .eq(parts.map(trimmed));
                if !same {
                    return Err(format!("segment {} reads differently", at + 2));
                }
            }
            Ok(())
        }))
    });
    outcome.unwrap_or_else(|_| Err("the second parser breaks down on it".to_owned()))
}

/// `edi` trims what Unicode calls white space.
#[cfg(feature = "edi")]
fn trimmed(part: &[u8]) -> &str {
    std::str::from_utf8(part).unwrap_or_default().trim()
}

/// Without `edi` there is nobody to ask.
#[cfg(not(feature = "edi"))]
#[allow(clippy::unnecessary_wraps)] // its twin finds differences
pub(super) fn compare(_: &[u8], _: &[&[u8]], _: u8) -> Result<(), String> {
    Ok(())
}

/// Keeps the message of a caught panic, which may hold claim content, off the screen.
#[cfg(feature = "edi")]
mod quiet {
    use std::cell::Cell;
    use std::sync::Once;

    thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }
    static INSTALLED: Once = Once::new();

    pub(super) fn install() {
        INSTALLED.call_once(|| {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| {
                if !QUIET.get() {
                    before(info);
                }
            }));
        });
    }

    pub(super) fn quietly<T>(work: impl FnOnce() -> T) -> T {
        QUIET.set(true);
        let result = work();
        QUIET.set(false);
        result
    }
}
