//! What several rules ask about the providers of a claim.

use crate::claim::text::Text;
use crate::claim::{Claim, Provider};
use crate::rules::finding::FixSafety;
use crate::rules::{Finding, Fix};

/// The providers of the claim and of its lines, each with its line's number. The
/// billing provider is not among them.
pub(super) fn providers<'c>(
    claim: &Claim<'c>,
) -> impl Iterator<Item = (&'c Provider, Option<u32>)> {
    let parts = claim.parts;
    let on_lines = parts.lines.iter().flat_map(|line| {
        line.providers
            .iter()
            .map(|provider| (provider, Some(line.number)))
    });
    parts
        .providers
        .iter()
        .map(|provider| (provider, None))
        .chain(on_lines)
}

/// Whether a REF with this qualifier follows in the loop that the NM1 segment opens.
pub(super) fn has_reference(text: &Text<'_>, name: u32, qualifier: &[u8]) -> bool {
    let end = u32::try_from(text.tokens.len()).unwrap_or(u32::MAX);
    (name.saturating_add(1)..end)
        .map(|index| text.segment(index))
        .take_while(|segment| matches!(segment.id(), b"N3" | b"N4" | b"PRV" | b"REF" | b"PER"))
        .any(|segment| segment.id() == b"REF" && segment.element(1) == qualifier)
}

/// Puts the finding on a service line, when it is on one.
pub(super) fn on_line(finding: &mut Finding, line: Option<u32>) -> &mut Finding {
    finding.service_line = line;
    finding
}

/// A safe fix.
pub(super) fn safe(title: &str, replacement: impl Into<String>) -> Fix {
    Fix {
        safety: FixSafety::Safe,
        title: title.to_owned(),
        replacement: replacement.into(),
    }
}

/// The value in capitals.
pub(super) fn capitals(value: &[u8]) -> String {
    String::from_utf8_lossy(value).to_ascii_uppercase()
}
