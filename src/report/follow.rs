//! On the workers: what the report keeps of each claim.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use super::kept::{self, Brief, CODE};
use crate::claim::Claim;
use crate::claim::text::Text;
use crate::emit::annotate;
use crate::emit::jsonl::spot_name;
use crate::policy::Cited;
use crate::rules::{Finding, Fix};
use crate::scrub::item::Fate;
use crate::scrub::listener::{
    EnvelopeSegment, JudgedClaim, Listener, Positions, SetFindings, SetHeader,
};
use crate::value::{Date, Severity, Verdict};
use crate::x12::survey::Names;

/// Most findings of one claim on the page; the findings file has them all.
const FINDINGS: usize = 20;

/// Hears of each claim and keeps what the page needs.
#[derive(Debug, Default)]
pub struct Follower {
    /// Set once the page holds all the claims it can: details are then not made.
    pub(super) full: AtomicBool,
}

/// A claim, or a transaction set's own findings, on the page.
#[derive(Serialize)]
struct Detail<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    ordinal: u64,
    offset: u64,
    envelope: [&'a str; 3],
    payer: &'a str,
    provider: &'a str,
    cents: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    dates: Option<[Date; 2]>,
    /// Whether the whole transaction set is rejected.
    set: bool,
    /// Whether it is rejected for an unknown policy alone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unchecked: bool,
    /// The rules that reject it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    around: &'a [&'static str],
    findings: Vec<FindingDetail<'a>>,
    /// Findings not on the page.
    more: usize,
}

#[derive(Serialize)]
struct FindingDetail<'a> {
    rule: &'a str,
    severity: Severity,
    #[serde(rename = "loop")]
    loop_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    segment: u64,
    place: String,
    text: String,
    mark: [usize; 2],
    message: &'a str,
    help: &'a str,
    /// Place among the citations of the page; of the claim, until it is on the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    cite: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a Fix>,
}

#[derive(Serialize)]
struct Cite<'a> {
    label: &'a str,
    sources: &'a [String],
}

impl Listener for Follower {
    fn envelope(&self, _: &EnvelopeSegment<'_>, _: &mut Vec<u8>) {}

    fn set(&self, _: &SetHeader<'_>, _: &mut Vec<u8>) {}

    fn set_findings(&self, found: &SetFindings<'_>, kept: &mut Vec<u8>) {
        let rejects = |finding: &Finding| finding.severity == Severity::Reject;
        if self.full.load(Ordering::Relaxed) || !found.findings.iter().any(rejects) {
            return;
        }
        let detail = Detail {
            id: None,
            ordinal: 0,
            offset: found.offset,
            envelope: names(found.names),
            payer: "",
            provider: "",
            cents: 0,
            dates: None,
            set: true,
            unchecked: false,
            around: &[],
            findings: Vec::new(),
            more: 0,
        };
        let effect = |finding: &Finding| finding.severity;
        put(
            kept,
            detail,
            found.findings,
            effect,
            &found.text,
            found.positions,
        );
    }

    fn claim(&self, judged: &JudgedClaim<'_>, kept: &mut Vec<u8>) {
        let claim = judged.claim;
        let text = claim.text;
        let dates = claim.dates();
        let name = |segment| text.element(segment, 3);
        let rejected = judged.fate == Fate::Rejected;
        let verdict = if rejected {
            Verdict::Rejected
        } else {
            judged.verdict
        };
        let for_unchecked = rejected && judged.verdict == Verdict::Unchecked;
        let effect = |finding: &Finding| match finding.severity {
            _ if for_unchecked && finding.unchecked => Severity::Reject,
            severity => severity,
        };
        let brief = Brief {
            verdict,
            charge: judged.charge,
            day: dates.map(|dates| dates.from),
            payer: [claim.payer_id(), name(claim.subscriber.payer)],
            provider: [npi(claim), name(claim.billing.name)],
        };
        let mut rules = [0; 32 * (CODE + 1)];
        let mut count = 0;
        let around = judged
            .set_rules
            .iter()
            .map(|code| (*code, Severity::Reject));
        let own = judged.findings.iter();
        let own = own.map(|finding| (finding.rule.code, effect(finding)));
        for (name, severity) in around.chain(own) {
            let mut code = [0; CODE + 1];
            let (rule, mark) = code.split_at_mut(CODE);
            if rule.len() != name.len() || severity == Severity::Info {
                continue;
            }
            rule.copy_from_slice(name.as_bytes());
            mark[0] = u8::from(severity == Severity::Reject);
            let told = rules.chunks_exact(CODE + 1).take(count);
            if !told.clone().any(|told| *told == code)
                && let Some(free) = rules.chunks_exact_mut(CODE + 1).nth(count)
            {
                free.copy_from_slice(&code);
                count += 1;
            }
        }
        kept::put_brief(kept, &brief, &rules[..count * (CODE + 1)]);
        if !rejected || self.full.load(Ordering::Relaxed) {
            return;
        }
        let detail = Detail {
            id: Some(&String::from_utf8_lossy(claim.id())),
            ordinal: judged.ordinal,
            offset: text.offset(claim.clm().start()),
            envelope: names(judged.names),
            payer: &String::from_utf8_lossy(brief.payer[0]),
            provider: &String::from_utf8_lossy(brief.provider[0]),
            cents: judged.charge.0,
            dates: dates.map(|dates| [dates.from, dates.through]),
            set: judged.set_rejected,
            unchecked: for_unchecked,
            around: judged.set_rules,
            findings: Vec::new(),
            more: 0,
        };
        put(
            kept,
            detail,
            judged.findings,
            effect,
            &text,
            judged.positions,
        );
    }
}

/// 2010AA NM109: the billing provider's NPI.
fn npi<'a>(claim: &Claim<'a>) -> &'a [u8] {
    claim.text.element(claim.billing.name, 9)
}

fn names(names: &Names) -> [&str; 3] {
    [&names.interchange, &names.group, &names.transaction]
        .map(|name| name.as_deref().unwrap_or_default())
}

/// Keeps the detail with its findings, each with what it does here.
fn put<'a>(
    kept: &mut Vec<u8>,
    mut detail: Detail<'a>,
    findings: &'a [Finding],
    effect: impl Fn(&Finding) -> Severity,
    text: &Text<'_>,
    positions: Positions<'_>,
) {
    let mut cites: Vec<&Cited> = Vec::new();
    detail.more = findings.len().saturating_sub(FINDINGS);
    detail.findings = annotate::foremost(findings, FINDINGS, &effect)
        .into_iter()
        .map(|finding| {
            let mut line = String::new();
            let (from, to) = annotate::snippet(text, finding.spot, &mut line);
            let cite = finding.cited.as_deref().map(|cited| {
                cites
                    .iter()
                    .position(|told| *told == cited)
                    .unwrap_or_else(|| {
                        cites.push(cited);
                        cites.len() - 1
                    })
            });
            FindingDetail {
                rule: finding.rule.code,
                severity: effect(finding),
                loop_id: finding.loop_id,
                line: finding.service_line,
                segment: positions.of(finding.spot.segment),
                place: spot_name(text, finding.spot).unwrap_or_else(|| {
                    String::from_utf8_lossy(text.segment(finding.spot.segment).id()).into_owned()
                }),
                text: line,
                mark: [from, to],
                message: &finding.message,
                help: &finding.help,
                cite,
                fix: finding.fix.as_ref(),
            }
        })
        .collect();
    // Both serialise into memory, and hold no map with odd keys: neither can fail.
    let mut object = serde_json::to_vec(&detail).unwrap_or_default();
    object.pop();
    let mut list = Vec::new();
    for cited in cites {
        let cite = Cite {
            label: &cited.label,
            sources: &cited.sources,
        };
        kept::put_long(&mut list, &serde_json::to_vec(&cite).unwrap_or_default());
    }
    kept::put_detail(kept, &object, &list);
}
