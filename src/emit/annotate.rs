//! `rejects.txt`: each rejected claim with a caret under what is at fault.
//!
//! The file itself is never handed to a renderer (it may be one line of 200 MB): each
//! finding shows its own segment, cut to a window around the fault.

use std::cmp::Reverse;

use super::jsonl::{span, spot_name};
use super::plain::{self, put};
use super::record::{LEVEL, Record};
use crate::claim::text::Text;
use crate::claim::validate::At;
use crate::rules::envelope::EnvelopeFault;
use crate::rules::syntax::element_name;
use crate::rules::{Finding, Rule, Spot};
use crate::value::{Cents, Severity, Verdict};
use crate::x12::survey::Note;

/// Most characters of a segment that are shown.
const WINDOW: usize = 110;

/// Most findings shown for one claim; the findings file has them all.
const FINDINGS: usize = 60;

/// What the page says first: its numbers are not those of the file that is corrected.
pub const HEAD: &str = "Segments, bytes and control numbers are those of the input. The rejects file has its own: \
                        find a claim there by its number (CLM01).\n\n";

/// Appends the paragraph of a claim (or of a set's own faults).
pub fn claim(
    out: &mut Vec<u8>,
    record: &Record<'_>,
    findings: &[Finding],
    text: &Text<'_>,
    ordinal: impl Fn(u32) -> u64,
) {
    heading(out, record);
    let is_rejecting = |finding: &Finding| finding.severity == Severity::Reject;
    if record.verdict == Verdict::Rejected && !findings.iter().any(is_rejecting) {
        let why = if record.outside {
            "because it stands outside every transaction set"
        } else {
            "with its transaction set"
        };
        put(out, &["\n  rejected ", why, ": see the envelope above\n"]);
    }
    if record.verdict == Verdict::Unchecked {
        let why = "\n  rejected because --unchecked reject was asked: its policy is not known\n";
        put(out, &[why]);
    }
    let mut line = String::new();
    let effect = |finding: &Finding| match finding.severity {
        _ if record.verdict == Verdict::Unchecked && finding.unchecked => Severity::Reject,
        severity => severity,
    };
    for finding in foremost(findings, FINDINGS, effect) {
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
            Some(place) => {
                put(out, &[", "]);
                put_shown(out, &place);
            }
            None if segment.id().is_empty() => put(out, &[", empty"]),
            None => {
                put(out, &[", "]);
                put_shown(out, &String::from_utf8_lossy(segment.id()));
            }
        }
        line.clear();
        let marked = snippet(text, finding.spot, &mut line);
        put_marked(out, &line, marked);
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

/// As many of a claim's findings as there is room for: in their order where all fit, else first
/// those that do most to it.
pub fn foremost(
    findings: &[Finding],
    most: usize,
    effect: impl Fn(&Finding) -> Severity,
) -> Vec<&Finding> {
    let mut shown: Vec<&Finding> = findings.iter().collect();
    if shown.len() > most {
        shown.sort_by_key(|finding| Reverse(effect(finding)));
        shown.truncate(most);
    }
    shown
}

/// Appends the paragraph of an envelope fault.
pub fn envelope(
    out: &mut Vec<u8>,
    record: &Record<'_>,
    note: &Note,
    told: &EnvelopeFault,
    severity: Severity,
) {
    heading(out, record);
    put_rule(out, told.rule, severity);
    put(out, &["\n    "]);
    if note.ordinal > 0 {
        put(out, &["segment "]);
        plain::number(out, note.ordinal);
        put(out, &[", "]);
    }
    let segment = note.shown.as_slice();
    let id = id_len(segment);
    if id > 0 {
        let at = At {
            element: told.element,
            component: 0,
        };
        let name = element_name(&String::from_utf8_lossy(&segment[..id]), at);
        put(out, &[&name, ", "]);
    }
    put(out, &["byte "]);
    plain::number(out, note.at);
    if segment.is_empty() {
        out.push(b'\n');
    } else {
        let mut line = String::new();
        let place = (told.element > 0).then(|| element_place(segment, told.element));
        let marked = window(segment, place, &mut line);
        put_marked(out, &line, marked);
    }
    say(out, "", &told.message);
    let help = match told.help_in_rejects.as_str() {
        "" => &told.help,
        other => other,
    };
    say(out, "help: ", help);
    out.push(b'\n');
}

/// Where an element of a segment that starts with its identifier stands: from, to.
fn element_place(segment: &[u8], element: u8) -> (usize, usize) {
    let separator = segment.get(id_len(segment)).copied().unwrap_or_default();
    let mut from = 0;
    for (at, part) in segment.split(|&byte| byte == separator).enumerate() {
        if at == usize::from(element) {
            return (from, from + part.len());
        }
        from += part.len() + 1;
    }
    (segment.len(), segment.len())
}

/// How long the identifier is that the segment starts with.
fn id_len(segment: &[u8]) -> usize {
    let is_other = |byte: &u8| !byte.is_ascii_alphanumeric();
    segment.iter().position(is_other).unwrap_or(segment.len())
}

fn heading(out: &mut Vec<u8>, record: &Record<'_>) {
    match &record.claim_id {
        Some(id) => {
            put(out, &["claim "]);
            put_shown(out, id);
            if let Some(charge) = record.charge {
                let sign = if charge < Cents::ZERO { "-" } else { "" };
                put(out, &["  ", sign, "$"]);
                plain::amount(out, Cents(charge.0.saturating_abs()));
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
                put(out, &["  payer "]);
                put_shown(out, if payer.id.is_empty() { "-" } else { &payer.id });
                let jurisdiction = payer.jurisdiction;
                match (payer.program, jurisdiction) {
                    ("", _) => {}
                    (program, "") => put(out, &[" (", program, ")"]),
                    (program, _) => put(out, &[" (", program, " ", jurisdiction, ")"]),
                }
            }
        }
        None => put(out, &[taken_along(record.scope)]),
    }
    let [interchange, group, transaction] = record.names.map(|name| name.unwrap_or("-"));
    put(out, &["\n  interchange "]);
    put_shown(out, interchange);
    put(out, &[", group "]);
    put_shown(out, group);
    put(out, &[", transaction "]);
    put_shown(out, transaction);
    if let Some(ordinal) = record.ordinal {
        put(out, &[", claim "]);
        plain::number(out, ordinal);
        put(out, &[" of the file"]);
    }
    put(out, &[", byte "]);
    plain::number(out, record.offset);
    out.push(b'\n');
}

/// What a rejected envelope or level takes along, as a heading.
fn taken_along(scope: Option<&str>) -> &'static str {
    match scope {
        Some("interchange") => "envelope: interchange, rejected with all claims in it",
        Some("group") => "envelope: functional group, rejected with all claims in it",
        Some("transaction") => "envelope: transaction set, rejected with all claims in it",
        Some(LEVEL) => "level without claims, rejected by itself",
        _ => "envelope: segments outside of every transaction set",
    }
}

/// A value of the input, control characters as dots.
fn put_shown(out: &mut Vec<u8>, value: &str) {
    if value.contains(char::is_control) {
        put(out, &[&value.replace(char::is_control, ".")]);
    } else {
        put(out, &[value]);
    }
}

fn put_rule(out: &mut Vec<u8>, rule: &Rule, severity: Severity) {
    let parts = ["\n  ", mark(severity), " ", rule.code, " ", rule.name];
    put(out, &parts);
}

fn put_marked(out: &mut Vec<u8>, line: &str, (from, to): (usize, usize)) {
    if line.is_empty() {
        out.push(b'\n');
        return;
    }
    put(out, &["\n    | ", line, "\n    | "]);
    out.extend(std::iter::repeat_n(b' ', from));
    out.extend(std::iter::repeat_n(b'^', (to - from).max(1)));
    out.push(b'\n');
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
    let segment = text.segment(spot.segment);
    let start = segment.start();
    let (from, to) = span(text, spot);
    let place = (from.saturating_sub(start), to.saturating_sub(start));
    window(segment.text(), (spot.element > 0).then_some(place), line)
}

/// The same of a segment by itself; without a place its identifier is marked.
fn window(segment: &[u8], place: Option<(usize, usize)>, line: &mut String) -> (usize, usize) {
    let (from, to) = place.unwrap_or_default();
    let (from, to) = (from.min(segment.len()), to.min(segment.len()));
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
    if place.is_none() {
        return (shift, shift + id_len(segment).max(1));
    }
    let from = shift + from.saturating_sub(first);
    (from, (shift + to.saturating_sub(first)).max(from))
}
