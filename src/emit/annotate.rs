//! `rejects.txt`: each rejected claim with a caret under what is at fault.
//!
//! Never the file is handed to a renderer (it may be one line of 200 MB): each
//! finding shows its own segment, cut to a window around the fault.

use super::jsonl::{span, spot_name};
use super::plain::{self, put};
use super::record::Record;
use crate::claim::text::Text;
use crate::rules::envelope::Told;
use crate::rules::{Finding, Rule, Spot};
use crate::value::Severity;

/// Most characters of a segment that are shown.
const WINDOW: usize = 110;

/// Most findings shown for one claim; the findings file has them all.
const FINDINGS: usize = 60;

/// Appends the paragraph of a claim (or of a set's own faults).
pub fn claim(
    out: &mut Vec<u8>,
    record: &Record<'_>,
    findings: &[Finding],
    text: &Text<'_>,
    ordinal: impl Fn(u32) -> u64,
) {
    heading(out, record);
    let mut line = String::new();
    for finding in findings.iter().take(FINDINGS) {
        let segment = text.segment(finding.spot.segment);
        put_rule(out, finding.rule, finding.severity);
        put(out, &["\n    loop ", finding.loop_id]);
        if let Some(number) = finding.service_line {
            put(out, &[", service line "]);
            plain::number(out, u64::from(number));
        }
        put(out, &[", segment "]);
        plain::number(out, ordinal(finding.spot.segment));
        match spot_name(text, finding.spot) {
            Some(place) => put(out, &[", ", &place]),
            None => put(out, &[", ", &String::from_utf8_lossy(segment.id())]),
        }
        line.clear();
        let (from, to) = snippet(text, finding.spot, &mut line);
        put(out, &["\n    | ", &line, "\n    | "]);
        out.extend(std::iter::repeat_n(b' ', from));
        out.extend(std::iter::repeat_n(b'^', (to - from).max(1)));
        out.push(b'\n');
        say(out, "", &finding.message);
        say(out, "help: ", &finding.help);
        if let Some(cited) = &finding.cited {
            say(out, "policy: ", &cited.label);
            for source in &cited.sources {
                say(out, "source: ", source);
            }
        }
        if let Some(fix) = &finding.fix {
            say(out, "fix: ", &fix.title);
        }
    }
    if findings.len() > FINDINGS {
        put(out, &["\n  ... and "]);
        plain::number(out, (findings.len() - FINDINGS) as u64);
        put(out, &[" more, in the findings file\n"]);
    }
    out.push(b'\n');
}

/// Appends the paragraph of an envelope fault.
pub fn envelope(out: &mut Vec<u8>, record: &Record<'_>, told: &Told, severity: Severity) {
    heading(out, record);
    put_rule(out, told.rule, severity);
    out.push(b'\n');
    say(out, "", &told.message);
    say(out, "help: ", &told.help);
    out.push(b'\n');
}

fn heading(out: &mut Vec<u8>, record: &Record<'_>) {
    match &record.claim_id {
        Some(id) => {
            put(out, &["claim ", id]);
            if let Some(charge) = record.charge {
                put(out, &["  $"]);
                plain::amount(out, charge);
            }
            if let Some(dates) = record.dates {
                put(out, &["  "]);
                plain::day(out, dates.from);
                if dates.through != dates.from {
                    put(out, &[" to "]);
                    plain::day(out, dates.through);
                }
            }
            if let Some(payer) = &record.payer {
                put(out, &["  payer ", &payer.id]);
                let jurisdiction = payer.jurisdiction;
                match (payer.program, jurisdiction) {
                    ("", _) => {}
                    (program, "") => put(out, &[" (", program, ")"]),
                    (program, _) => put(out, &[" (", program, " ", jurisdiction, ")"]),
                }
            }
        }
        None => put(out, &["envelope"]),
    }
    let [interchange, group, transaction] = record.names.map(|name| name.unwrap_or("-"));
    put(out, &["\n  interchange ", interchange, ", group ", group]);
    put(out, &[", transaction ", transaction]);
    if let Some(ordinal) = record.ordinal {
        put(out, &[", claim "]);
        plain::number(out, ordinal);
        put(out, &[" of the file"]);
    }
    put(out, &[", byte "]);
    plain::number(out, record.offset);
    out.push(b'\n');
}

fn put_rule(out: &mut Vec<u8>, rule: &Rule, severity: Severity) {
    let parts = ["\n  ", mark(severity), " ", rule.code, " ", rule.name];
    put(out, &parts);
}

fn mark(severity: Severity) -> &'static str {
    match severity {
        Severity::Reject => "REJECT",
        Severity::Warn => "warn  ",
        Severity::Info => "info  ",
    }
}

fn say(out: &mut Vec<u8>, label: &str, text: &str) {
    if !text.is_empty() {
        put(out, &["    ", label, text, "\n"]);
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
    let shown = &segment[first..last];
    let printable = |byte: &u8| (0x20..0x7F).contains(byte);
    match std::str::from_utf8(shown) {
        Ok(plain) if shown.iter().all(printable) => line.push_str(plain),
        _ => line.extend(shown.iter().map(|byte| match byte {
            byte if printable(byte) => char::from(*byte),
            _ => '.',
        })),
    }
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
