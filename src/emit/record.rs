//! What every output says of a claim: which one it is, whose, and the verdict.

use crate::claim::Claim;
use crate::rules::{Context, Finding};
use crate::scrub::block::OpenNames;
use crate::value::{Cents, DateRange};
use crate::x12::survey::Note;

/// Control numbers of the envelopes around a claim.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct EnvelopeNames {
    /// ISA13.
    pub interchange: Option<String>,
    /// GS06.
    pub group: Option<String>,
    /// ST02.
    pub transaction: Option<String>,
}

impl EnvelopeNames {
    /// A control number as it is told, if there is one.
    #[must_use]
    pub fn name(element: &[u8]) -> Option<String> {
        let text = String::from_utf8_lossy(element);
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// From the names a block starts with.
    #[must_use]
    pub fn from_open(open: &OpenNames) -> EnvelopeNames {
        let name = EnvelopeNames::name;
        EnvelopeNames {
            interchange: name(&open.interchange),
            group: name(&open.group),
            transaction: name(&open.transaction),
        }
    }
}

/// The payer of a claim.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct PayerRecord {
    /// 2010BB NM109.
    pub id: String,
    /// `medicare`, `medicaid`, `commercial`, or empty when no policy governs.
    pub program: String,
    /// The state of a Medicaid program.
    pub jurisdiction: String,
}

/// A claim, or an envelope or level without one, in the outputs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// CLM01.
    pub claim_id: Option<String>,
    /// `rejected`, `unchecked` or `warned`.
    pub verdict: &'static str,
    /// Control numbers.
    pub names: EnvelopeNames,
    /// The claim's place in the input, from 1.
    pub ordinal: Option<u64>,
    /// Offset of CLM (or of the header segment) in the input.
    pub offset: u64,
    /// The payer.
    pub payer: Option<PayerRecord>,
    /// CLM02.
    pub charge: Option<Cents>,
    /// First and last day of service.
    pub dates: Option<DateRange>,
}

impl Record {
    /// The record of a claim.
    #[must_use]
    pub fn claim(
        claim: &Claim<'_>,
        context: &Context<'_>,
        names: &EnvelopeNames,
        ordinal: u64,
        verdict: &'static str,
    ) -> Record {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let policy = context.policy;
        Record {
            claim_id: Some(text(claim.id())),
            verdict,
            names: names.clone(),
            ordinal: Some(ordinal),
            offset: claim.text.offset(claim.clm().start()),
            payer: Some(PayerRecord {
                id: text(claim.payer_id()),
                program: policy
                    .map(|policy| policy.program().as_str().to_owned())
                    .unwrap_or_default(),
                jurisdiction: policy
                    .map(|policy| policy.jurisdiction().to_owned())
                    .unwrap_or_default(),
            }),
            charge: claim.charge(),
            dates: claim.dates(),
        }
    }

    /// The record of a fault that belongs to a transaction set but to no claim.
    #[must_use]
    pub fn set(names: &EnvelopeNames, offset: u64) -> Record {
        Record {
            claim_id: None,
            verdict: "rejected",
            names: names.clone(),
            ordinal: None,
            offset,
            payer: None,
            charge: None,
            dates: None,
        }
    }

    /// The record of an envelope fault.
    #[must_use]
    pub fn envelope(note: &Note, finding: &Finding) -> Record {
        let names = EnvelopeNames {
            interchange: note.envelope.interchange.clone(),
            group: note.envelope.group.clone(),
            transaction: note.envelope.transaction.clone(),
        };
        let rejected = finding.severity == crate::value::Severity::Reject;
        Record {
            verdict: if rejected { "rejected" } else { "warned" },
            ..Record::set(&names, note.header)
        }
    }
}
