//! `findings.jsonl`: one JSON object a claim that has findings, and one for findings of no claim.
//!
//! An object whose `claim_id` is null says in `scope` what its findings are of, and a `rejected`
//! one what it takes along: an `interchange`, a functional `group` or a `transaction` set with all
//! claims in it; a `level` without claims, or segments of the `input` outside of transaction
//! sets, nothing but themselves.

use super::json::{Json, key};
use super::plain;
use super::record::Record;
use crate::claim::text::Text;
use crate::rules::envelope::EnvelopeFault;
use crate::rules::finding::FixSafety;
use crate::rules::syntax::element_name;
use crate::rules::{Finding, Fix, Rule, Spot};
use crate::value::Severity;
use crate::x12::survey::Note;

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
    record: &Record<'_>,
    findings: &[Finding],
    text: &Text<'_>,
    ordinal: impl Fn(u32) -> u64,
) {
    let mut json = start(out, record);
    for finding in findings {
        let (start, end) = span(text, finding.spot);
        let (element, value) = (spot_name(text, finding.spot), &text.bytes[start..end]);
        head(&mut json, finding.rule, finding.severity);
        key!(json, "loop").word(finding.loop_id);
        key!(json, "service_line").number(finding.service_line.map(u64::from));
        key!(json, "segment").bytes(text.segment(finding.spot.segment).id());
        key!(json, "segment_ordinal").number(ordinal(finding.spot.segment));
        key!(json, "element").text(element.as_deref());
        key!(json, "byte_offset").number(text.offset(start));
        key!(json, "byte_len").number((end - start) as u64);
        key!(json, "value");
        put_value(&mut json, value);
        say(&mut json, &finding.message, &finding.help);
        let cited = finding.cited.as_ref();
        key!(json, "policy").text(cited.map(|cited| cited.label.as_str()));
        key!(json, "source").open(b'[');
        for source in cited.iter().flat_map(|cited| &cited.sources) {
            json.text(source.as_str());
        }
        json.close(b']');
        key!(json, "fix");
        match &finding.fix {
            Some(fix) => put_fix(&mut json, fix),
            None => json.null(),
        };
        json.close(b'}');
    }
    end(&mut json);
}

/// Appends the line of an envelope fault.
pub fn envelope(
    out: &mut Vec<u8>,
    record: &Record<'_>,
    note: &Note,
    told: &EnvelopeFault,
    severity: Severity,
) {
    let mut json = start(out, record);
    head(&mut json, told.rule, severity);
    key!(json, "loop").null();
    key!(json, "service_line").null();
    key!(json, "segment").null();
    key!(json, "segment_ordinal").number((note.ordinal > 0).then_some(note.ordinal));
    key!(json, "element").null();
    key!(json, "byte_offset").number(note.at);
    key!(json, "byte_len").number(u64::from(note.len));
    key!(json, "value").null();
    say(&mut json, &told.message, &told.help);
    key!(json, "policy").null();
    key!(json, "source").open(b'[').close(b']');
    key!(json, "fix").null().close(b'}');
    end(&mut json);
}

/// Starts a line, up to its first finding.
fn start<'a>(out: &'a mut Vec<u8>, record: &Record<'_>) -> Json<'a> {
    let mut json = Json::new(out);
    let [interchange, group, transaction] = record.names;
    json.open(b'{');
    key!(json, "claim_id").text(record.claim_id.as_deref());
    if let Some(scope) = record.scope {
        key!(json, "scope").word(scope);
    }
    key!(json, "verdict").word(record.verdict.as_str());
    key!(json, "transaction").text(transaction);
    key!(json, "group").text(group);
    key!(json, "interchange").text(interchange);
    key!(json, "claim_ordinal").number(record.ordinal);
    key!(json, "byte_offset").number(record.offset);
    key!(json, "payer");
    match &record.payer {
        Some(payer) => {
            json.open(b'{');
            key!(json, "id").text(&*payer.id);
            key!(json, "program").text(payer.program);
            key!(json, "jurisdiction").text(payer.jurisdiction);
            json.close(b'}')
        }
        None => json.null(),
    };
    key!(json, "charge").printed(record.charge, plain::amount);
    key!(json, "dates_of_service");
    match record.dates {
        Some(dates) => json
            .open(b'[')
            .printed(Some(dates.from), plain::day)
            .printed(Some(dates.through), plain::day)
            .close(b']'),
        None => json.null(),
    };
    key!(json, "findings").open(b'[');
    json
}

/// Starts a finding with its rule.
fn head(json: &mut Json<'_>, rule: &Rule, severity: Severity) {
    json.open(b'{');
    key!(json, "rule").word(rule.code);
    key!(json, "name").word(rule.name);
    key!(json, "severity").word(severity.as_str());
    key!(json, "snip").number(u64::from(rule.snip));
}

fn say(json: &mut Json<'_>, message: &str, help: &str) {
    key!(json, "message").text(message);
    key!(json, "help").text((!help.is_empty()).then_some(help));
}

fn put_fix<'a, 'j>(json: &'a mut Json<'j>, fix: &Fix) -> &'a mut Json<'j> {
    let safety = match fix.safety {
        FixSafety::Safe => "safe",
        FixSafety::Unsafe => "unsafe",
    };
    json.open(b'{');
    key!(json, "safety").text(safety);
    key!(json, "title").text(fix.title.as_str());
    key!(json, "replacement").text(fix.replacement.as_str());
    json.close(b'}')
}

fn end(json: &mut Json<'_>) {
    json.close(b']').close(b'}').close(b'\n');
}

/// A value as text, cut where it gets long.
fn put_value(json: &mut Json<'_>, value: &[u8]) {
    const MOST: usize = 200;
    match value.get(..MOST) {
        _ if value.is_empty() => json.null(),
        Some(start) if start.len() < value.len() => {
            json.text(&*format!("{}...", String::from_utf8_lossy(start)))
        }
        _ => json.bytes(value),
    };
}
