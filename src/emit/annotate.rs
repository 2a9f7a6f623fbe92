//! `rejects.txt`: each rejected claim with a caret under what is at fault.
//!
//! Never the file is handed to a renderer (it may be one line of 200 MB): each
//! finding shows its own segment, cut to a window around the fault.

use std::fmt::Write as _;

use super::jsonl::{span, spot_name};
use super::record::Record;
use crate::claim::text::Text;
use crate::rules::envelope::Told;
use crate::rules::{Finding, Spot};
use crate::value::Severity;

/// Most characters of a segment that are shown.
const WINDOW: usize = 110;

/// Most findings shown for one claim; the findings file has them all.
const FINDINGS: usize = 60;

/// Appends the paragraph of a claim (or of a set's own faults).
pub fn claim(
    out: &mut Vec<u8>,
    record: &Record,
    findings: &[Finding],
    text: &Text<'_>,
    ordinal: impl Fn(u32) -> u64,
) {
    let mut page = heading(record);
    let mut line = String::new();
    for finding in findings.iter().take(FINDINGS) {
        let place = spot_name(text, finding.spot).unwrap_or_else(|| {
            String::from_utf8_lossy(text.segment(finding.spot.segment).id()).into_owned()
        });
        let _ = write!(
            page,
            "\n  {} {} {}",
            mark(finding.severity),
            finding.rule.code,
            finding.rule.name
        );
        let _ = write!(page, "\n    loop {}", finding.loop_id);
        if let Some(number) = finding.service_line {
            let _ = write!(page, ", service line {number}");
        }
        let _ = writeln!(page, ", segment {}, {place}", ordinal(finding.spot.segment));
        line.clear();
        let (shown_from, shown_to) = snippet(text, finding.spot, &mut line);
        let _ = writeln!(page, "    | {line}");
        let _ = writeln!(
            page,
            "    | {}{}",
            " ".repeat(shown_from),
            "^".repeat((shown_to - shown_from).max(1))
        );
        say(&mut page, "", &finding.message);
        say(&mut page, "help: ", &finding.help);
        if let Some(cited) = &finding.cited {
            say(&mut page, "policy: ", &cited.label);
            for source in &cited.sources {
                say(&mut page, "source: ", source);
            }
        }
        if let Some(fix) = &finding.fix {
            say(&mut page, "fix: ", &fix.title);
        }
    }
    if findings.len() > FINDINGS {
        let _ = writeln!(
            page,
            "\n  ... and {} more, in the findings file",
            findings.len() - FINDINGS
        );
    }
    page.push('\n');
    out.extend_from_slice(page.as_bytes());
}

/// Appends the paragraph of an envelope fault.
pub fn envelope(out: &mut Vec<u8>, record: &Record, told: &Told, severity: Severity) {
    let mut page = heading(record);
    let _ = writeln!(
        page,
        "\n  {} {} {}",
        mark(severity),
        told.rule.code,
        told.rule.name
    );
    say(&mut page, "", &told.message);
    say(&mut page, "help: ", &told.help);
    page.push('\n');
    out.extend_from_slice(page.as_bytes());
}

fn heading(record: &Record) -> String {
    let mut page = String::with_capacity(512);
    match &record.claim_id {
        Some(id) => {
            let _ = write!(page, "claim {id}");
            if let Some(charge) = record.charge {
                let _ = write!(page, "  ${charge}");
            }
            if let Some(dates) = record.dates {
                let _ = write!(page, "  {}", dates.from);
                if dates.through != dates.from {
                    let _ = write!(page, " to {}", dates.through);
                }
            }
            if let Some(payer) = &record.payer {
                let _ = write!(page, "  payer {}", payer.id);
                if !payer.program.is_empty() {
                    let _ = write!(page, " ({}", payer.program);
                    if !payer.jurisdiction.is_empty() {
                        let _ = write!(page, " {}", payer.jurisdiction);
                    }
                    page.push(')');
                }
            }
        }
        None => page.push_str("envelope"),
    }
    page.push_str("\n  ");
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "-".to_owned());
    let _ = write!(
        page,
        "interchange {}, group {}, transaction {}",
        name(&record.names.interchange),
        name(&record.names.group),
        name(&record.names.transaction)
    );
    if let Some(ordinal) = record.ordinal {
        let _ = write!(page, ", claim {ordinal} of the file");
    }
    let _ = writeln!(page, ", byte {}", record.offset);
    page
}

fn mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Reject => "REJECT",
        Severity::Warn => "warn  ",
        Severity::Info => "info  ",
    }
}

fn say(page: &mut String, label: &str, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(page, "    {label}{text}");
    }
}

/// Puts a window of the segment around the fault into `line` (bytes that can't be
/// printed as dots) and returns where in it the fault is: from, to, in characters. Of
/// what is not there, both are the place where it would be.
pub fn snippet(text: &Text<'_>, spot: Spot, line: &mut String) -> (usize, usize) {
    let whole = text.segment(spot.segment);
    let (segment, start) = (whole.text(), whole.start());
    let (from, to) = span(text, spot);
    let (from, to) = (
        from.saturating_sub(start).min(segment.len()),
        to.saturating_sub(start).min(segment.len()),
    );
    let first = if segment.len() <= WINDOW {
        0
    } else {
        from.saturating_sub(WINDOW / 2).min(segment.len() - 1)
    };
    let last = segment.len().min(first + WINDOW);
    if first > 0 {
        line.push_str("...");
    }
    let shift = line.len();
    line.extend(segment[first..last].iter().map(|&byte| {
        if (0x20..0x7F).contains(&byte) {
            char::from(byte)
        } else {
            '.'
        }
    }));
    if last < segment.len() {
        line.push_str("...");
    }
    if spot.element == 0 {
        // The whole segment: its identifier is enough of a mark.
        let id = segment
            .iter()
            .position(|byte| !byte.is_ascii_alphanumeric())
            .unwrap_or(segment.len());
        return (shift, shift + id.max(1));
    }
    let from = shift + from.saturating_sub(first);
    (from, (shift + to.saturating_sub(first)).max(from))
}
