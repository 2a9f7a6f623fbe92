//! `findings.jsonl`: one JSON object a claim that has findings.

use serde::Serialize;

use super::record::{PayerRecord, Record};
use crate::claim::text::Text;
use crate::rules::envelope::Told;
use crate::rules::syntax::element_name;
use crate::rules::{Finding, Fix, Spot};
use crate::value::{Cents, Date, Severity};
use crate::x12::survey::Note;

#[derive(Serialize)]
struct LineJson<'a> {
    claim_id: Option<&'a str>,
    verdict: &'a str,
    transaction: Option<&'a str>,
    group: Option<&'a str>,
    interchange: Option<&'a str>,
    claim_ordinal: Option<u64>,
    byte_offset: u64,
    payer: Option<&'a PayerRecord>,
    charge: Option<Cents>,
    dates_of_service: Option<[Date; 2]>,
    findings: Vec<FindingJson<'a>>,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'a str,
    name: &'a str,
    severity: Severity,
    snip: u8,
    #[serde(rename = "loop")]
    loop_id: Option<&'a str>,
    service_line: Option<u32>,
    segment: Option<String>,
    segment_ordinal: Option<u64>,
    element: Option<String>,
    byte_offset: u64,
    byte_len: u64,
    value: Option<String>,
    message: &'a str,
    help: Option<&'a str>,
    policy: Option<&'a str>,
    source: Vec<&'a str>,
    fix: Option<&'a Fix>,
}

/// The bytes a spot names: from, to (places in the block). Of an element that is
/// not there, the place where it would be.
#[must_use]
pub fn span(text: &Text<'_>, spot: Spot) -> (usize, usize) {
    let segment = text.segment(spot.segment);
    if spot.element == 0 {
        return (segment.start(), segment.end());
    }
    let element = usize::from(spot.element);
    let start = segment.element_start(element);
    if spot.component == 0 {
        return (start, start + segment.element(element).len());
    }
    let mut at = start;
    for (index, part) in segment.components(element, text.delimiters).enumerate() {
        if index + 1 == usize::from(spot.component) {
            return (at, at + part.len());
        }
        at += part.len() + 1;
    }
    let end = start + segment.element(element).len();
    (end, end)
}

/// The name of a spot's element as billers say it, such as `SV101-3`.
#[must_use]
pub fn spot_name(text: &Text<'_>, spot: Spot) -> Option<String> {
    if spot.element == 0 {
        return None;
    }
    let segment = text.segment(spot.segment);
    let id = String::from_utf8_lossy(segment.id()).into_owned();
    let at = crate::claim::validate::At {
        element: spot.element,
        component: spot.component,
    };
    Some(element_name(&id, at))
}

/// Appends the line of a claim.
pub fn claim(
    out: &mut Vec<u8>,
    record: &Record,
    findings: &[Finding],
    text: &Text<'_>,
    ordinal: impl Fn(u32) -> u64,
) {
    let findings = findings
        .iter()
        .map(|finding| {
            let (start, end) = span(text, finding.spot);
            let value = &text.bytes[start..end];
            FindingJson {
                rule: finding.rule.code,
                name: finding.rule.name,
                severity: finding.severity,
                snip: finding.rule.snip,
                loop_id: Some(finding.loop_id),
                service_line: finding.service_line,
                segment: Some(
                    String::from_utf8_lossy(text.segment(finding.spot.segment).id()).into_owned(),
                ),
                segment_ordinal: Some(ordinal(finding.spot.segment)),
                element: spot_name(text, finding.spot),
                byte_offset: text.offset(start),
                byte_len: (end - start) as u64,
                value: (!value.is_empty()).then(|| shortened(value)),
                message: &finding.message,
                help: (!finding.help.is_empty()).then_some(finding.help.as_str()),
                policy: finding.cited.as_ref().map(|cited| cited.label.as_str()),
                source: finding
                    .cited
                    .as_ref()
                    .map(|cited| cited.sources.iter().map(String::as_str).collect())
                    .unwrap_or_default(),
                fix: finding.fix.as_ref(),
            }
        })
        .collect();
    write_line(out, record, findings);
}

/// Appends the line of an envelope fault.
pub fn envelope(out: &mut Vec<u8>, record: &Record, note: &Note, told: &Told, severity: Severity) {
    let finding = FindingJson {
        rule: told.rule.code,
        name: told.rule.name,
        severity,
        snip: told.rule.snip,
        loop_id: None,
        service_line: None,
        segment: None,
        segment_ordinal: (note.ordinal > 0).then_some(note.ordinal),
        element: None,
        byte_offset: note.at,
        byte_len: u64::from(note.len),
        value: None,
        message: &told.message,
        help: (!told.help.is_empty()).then_some(told.help.as_str()),
        policy: None,
        source: Vec::new(),
        fix: None,
    };
    write_line(out, record, vec![finding]);
}

fn write_line(out: &mut Vec<u8>, record: &Record, findings: Vec<FindingJson<'_>>) {
    let line = LineJson {
        claim_id: record.claim_id.as_deref(),
        verdict: record.verdict,
        transaction: record.names.transaction.as_deref(),
        group: record.names.group.as_deref(),
        interchange: record.names.interchange.as_deref(),
        claim_ordinal: record.ordinal,
        byte_offset: record.offset,
        payer: record.payer.as_ref(),
        charge: record.charge,
        dates_of_service: record.dates.map(|dates| [dates.from, dates.through]),
        findings,
    };
    let start = out.len();
    if serde_json::to_writer(&mut *out, &line).is_err() {
        // Writing to memory does not fail; half a line must not stay all the same.
        out.truncate(start);
        return;
    }
    out.push(b'\n');
}

/// A value as text, cut where it gets long.
fn shortened(value: &[u8]) -> String {
    const MOST: usize = 200;
    let text = String::from_utf8_lossy(&value[..value.len().min(MOST)]);
    if value.len() > MOST {
        format!("{text}...")
    } else {
        text.into_owned()
    }
}
