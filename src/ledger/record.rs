//! What goes from the workers to the ledger's thread, as bytes.

use crate::rules::Finding;
use crate::scrub::item::Fate;
use crate::scrub::listener::{EnvelopeSegment, JudgedClaim, Listener, SetFindings, SetHeader};
use crate::value::{Severity, Verdict};
use crate::x12::SegmentKind;
use crate::x12::survey::InterchangeKey;

const INTERCHANGE: u8 = b'I';
const CLAIM: u8 = b'C';

/// Payer identifiers have at most 80 characters; what is longer is none.
const PAYER_BYTES: usize = 80;

/// Listens for the ledger.
#[derive(Clone, Copy, Debug)]
pub struct Listen;

/// What the ledger keeps of a claim.
#[derive(Debug)]
pub(super) struct ClaimRecord<'a> {
    pub ordinal: i64,
    pub content: Option<i64>,
    pub name: i64,
    pub cents: i64,
    pub frequency: &'a str,
    pub verdict: Verdict,
    pub fate: &'static str,
    pub payer: &'a str,
    pub provider: &'a str,
    /// The rules that reject its transaction set.
    pub set_rules: Vec<&'a str>,
    /// Rule and severity of each finding.
    pub findings: Vec<(&'a str, Severity)>,
}

/// One thing kept.
#[derive(Debug)]
pub(super) enum Kept<'a> {
    Interchange([&'a str; 3]),
    Claim(ClaimRecord<'a>),
}

impl Listener for Listen {
    fn envelope(&self, envelope: &EnvelopeSegment<'_>, kept: &mut Vec<u8>) {
        if envelope.kind == SegmentKind::Isa {
            let key = InterchangeKey::of(|position| envelope.segment.element(position));
            kept.push(INTERCHANGE);
            for text in [&key.sender, &key.receiver, &key.number] {
                put(kept, text.as_bytes());
            }
        }
    }

    fn set(&self, _: &SetHeader<'_>, _: &mut Vec<u8>) {}

    fn set_findings(&self, _: &SetFindings<'_>, _: &mut Vec<u8>) {}

    fn claim(&self, judged: &JudgedClaim<'_>, kept: &mut Vec<u8>) {
        let Some(recalled) = judged.recalled else {
            return;
        };
        let claim = judged.claim;
        kept.push(CLAIM);
        for number in [
            i64::try_from(judged.ordinal).unwrap_or(i64::MAX),
            recalled.keys.content.unwrap_or(0),
            recalled.keys.name,
            judged.charge.0,
        ] {
            kept.extend_from_slice(&number.to_le_bytes());
        }
        kept.push(judged.verdict.index());
        kept.push(match judged.fate {
            Fate::Clean => 0,
            Fate::Held => 1,
            Fate::Rejected => 2,
        });
        put(kept, &claim.frequency()[..claim.frequency().len().min(1)]);
        put(kept, clear(claim.payer_id(), |id| id.len() <= PAYER_BYTES));
        let name = claim.billing.name;
        // Only an NPI stands in clear: a provider without one may have named himself
        // by a social security number.
        put(
            kept,
            clear(claim.text.element(name, 9), |npi| {
                claim.text.element(name, 8) == b"XX"
                    && npi.len() == 10
                    && npi.iter().all(u8::is_ascii_digit)
            }),
        );
        put_findings(kept, judged.findings, judged.set_rules);
    }
}

fn clear(value: &[u8], allowed: impl Fn(&[u8]) -> bool) -> &[u8] {
    if allowed(value) && value.iter().all(|byte| (0x20..0x7F).contains(byte)) {
        value
    } else {
        &[]
    }
}

fn put_findings(kept: &mut Vec<u8>, findings: &[Finding], set_rules: &[&str]) {
    let count = u8::try_from(set_rules.len()).unwrap_or(u8::MAX);
    kept.push(count);
    for rule in set_rules.iter().take(usize::from(count)) {
        put(kept, rule.as_bytes());
    }
    let count = u8::try_from(findings.len()).unwrap_or(u8::MAX);
    kept.push(count);
    for finding in findings.iter().take(usize::from(count)) {
        kept.push(match finding.severity {
            Severity::Info => 0,
            Severity::Warn => 1,
            Severity::Reject => 2,
        });
        put(kept, finding.rule.code.as_bytes());
    }
}

fn put(kept: &mut Vec<u8>, text: &[u8]) {
    let text = &text[..text.len().min(usize::from(u8::MAX))];
    kept.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    kept.extend_from_slice(text);
}

/// Reads what was kept, one after the other.
pub(super) struct Records<'a>(pub &'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = Kept<'a>;

    fn next(&mut self) -> Option<Kept<'a>> {
        match self.byte()? {
            INTERCHANGE => Some(Kept::Interchange([
                self.text()?,
                self.text()?,
                self.text()?,
            ])),
            _ => self.claim().map(Kept::Claim),
        }
    }
}

impl<'a> Records<'a> {
    fn claim(&mut self) -> Option<ClaimRecord<'a>> {
        let (ordinal, content, name, cents) = (
            self.number()?,
            self.number()?,
            self.number()?,
            self.number()?,
        );
        let verdict = Verdict::at(self.byte()?)?;
        let fate = ["clean", "held", "rejected"]
            .get(usize::from(self.byte()?))
            .copied()?;
        let (frequency, payer, provider) = (self.text()?, self.text()?, self.text()?);
        let mut set_rules = Vec::new();
        for _ in 0..self.byte()? {
            set_rules.push(self.text()?);
        }
        let mut findings = Vec::new();
        for _ in 0..self.byte()? {
            let severity = match self.byte()? {
                0 => Severity::Info,
                1 => Severity::Warn,
                _ => Severity::Reject,
            };
            findings.push((self.text()?, severity));
        }
        Some(ClaimRecord {
            ordinal,
            content: (content != 0).then_some(content),
            name,
            cents,
            frequency,
            verdict,
            fate,
            payer,
            provider,
            set_rules,
            findings,
        })
    }

    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(byte)
    }

    fn number(&mut self) -> Option<i64> {
        let (bytes, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(i64::from_le_bytes(*bytes))
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = usize::from(self.byte()?);
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(std::str::from_utf8(text).unwrap_or(""))
    }
}
