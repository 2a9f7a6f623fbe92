//! What every output says of a claim: which one it is, whose, and the verdict.

use std::borrow::Cow;

use crate::claim::Claim;
use crate::rules::Context;
use crate::value::{Cents, DateRange, Severity, Verdict};
use crate::x12::survey::{Names, Note, Scope};

/// The payer of a claim.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PayerRecord<'a> {
    /// 2010BB NM109.
    pub id: Cow<'a, str>,
    /// `medicare`, `medicaid`, `commercial`, or empty when no policy governs.
    pub program: &'a str,
    /// The state of a Medicaid program.
    pub jurisdiction: &'a str,
}

/// A transaction set and all its claims.
pub const TRANSACTION: &str = "transaction";

/// A level without claims: its faults take none along.
pub const LEVEL: &str = "level";

/// The verdict on what is no claim.
#[must_use]
pub fn verdict(rejected: bool) -> Verdict {
    if rejected {
        Verdict::Rejected
    } else {
        Verdict::Warned
    }
}

/// A claim, or an envelope or level without one, in the outputs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record<'a> {
    /// CLM01.
    pub claim_id: Option<Cow<'a, str>>,
    /// Where there is no claim: what the findings are of.
    pub scope: Option<&'static str>,
    /// `rejected`, `unchecked` or `warned`.
    pub verdict: Verdict,
    /// Whether it stands outside every transaction set.
    pub outside: bool,
    /// Control numbers: ISA13, GS06, ST02.
    pub names: [Option<&'a str>; 3],
    /// The claim's place in the input, from 1.
    pub ordinal: Option<u64>,
    /// Offset of CLM (or of the header segment) in the input.
    pub offset: u64,
    /// The payer.
    pub payer: Option<PayerRecord<'a>>,
    /// CLM02.
    pub charge: Option<Cents>,
    /// First and last day of service.
    pub dates: Option<DateRange>,
}

impl<'a> Record<'a> {
    /// The record of a claim.
    #[must_use]
    pub fn claim(
        claim: &Claim<'a>,
        context: &Context<'a>,
        names: &'a Names,
        ordinal: u64,
        verdict: Verdict,
    ) -> Record<'a> {
        let policy = context.policy;
        Record {
            claim_id: Some(String::from_utf8_lossy(claim.id())),
            scope: None,
            ordinal: Some(ordinal),
            payer: Some(PayerRecord {
                id: String::from_utf8_lossy(claim.payer_id()),
                program: policy.map_or("", |policy| policy.program().as_str()),
                jurisdiction: policy.map_or("", |policy| policy.jurisdiction()),
            }),
            charge: claim.charge(),
            dates: claim.dates(),
            verdict,
            ..Record::set(names, claim.text.offset(claim.clm().start()))
        }
    }

    /// The record of a fault that belongs to a transaction set but to no claim.
    #[must_use]
    pub fn set(names: &'a Names, offset: u64) -> Record<'a> {
        let Names {
            interchange,
            group,
            transaction,
        } = names;
        Record {
            scope: Some(TRANSACTION),
            ..Record::around([interchange, group, transaction], offset)
        }
    }

    /// The record of an envelope fault, found where the input has this offset.
    #[must_use]
    pub fn envelope(note: &'a Note, severity: Severity, offset: u64) -> Record<'a> {
        let Names {
            interchange,
            group,
            transaction,
        } = &note.envelope;
        Record {
            scope: Some(match note.scope {
                Scope::Input => "input",
                Scope::Interchange => "interchange",
                Scope::Group => "group",
                Scope::Set => TRANSACTION,
            }),
            verdict: verdict(severity == Severity::Reject),
            ..Record::around([interchange, group, transaction], offset)
        }
    }

    fn around(names: [&'a Option<String>; 3], offset: u64) -> Record<'a> {
        Record {
            claim_id: None,
            scope: None,
            verdict: Verdict::Rejected,
            outside: false,
            names: names.map(Option::as_deref),
            ordinal: None,
            offset,
            payer: None,
            charge: None,
            dates: None,
        }
    }
}
