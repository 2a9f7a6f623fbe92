//! What a level and a claim are made of.
//!
//! The parts are indexes of segments in a block, gathered by the walk. What many rules ask of
//! them is read once, when the level or the claim is whole.

use super::lines::{Line, Lines};
use super::provider::Provider;
use super::structure::SegmentSpec;
use super::text::Span;
use crate::value::{Cents, Date, DateRange};
use crate::x12::limits;

/// Loop 2000A and 2010AA/AB: the billing provider.
#[derive(Clone, Copy, Default, Debug)]
pub struct BillingParts {
    /// HL of the level.
    pub hl: Option<u32>,
    /// PRV: the billing provider's taxonomy.
    pub taxonomy: Option<u32>,
    /// 2010AA NM1.
    pub name: Option<u32>,
    /// 2010AA N3.
    pub street: Option<u32>,
    /// 2010AA N4.
    pub city: Option<u32>,
    /// 2010AA REF*EI or REF*SY.
    pub tax: Option<u32>,
    /// 2010AA PER, the latest two.
    pub contacts: [Option<u32>; 2],
    /// 2010AB N3: the pay-to address.
    pub pay_to_street: Option<u32>,
    /// 2010AB N4.
    pub pay_to_city: Option<u32>,
    /// 2010AC NM1: the pay-to plan.
    pub pay_to_plan: Option<u32>,
    /// 2010AC N4.
    pub pay_to_plan_city: Option<u32>,
    /// 2010AA NM109, read once the level is whole; so are the values below.
    pub npi: Span,
    /// 2000A PRV03.
    pub taxonomy_code: Span,
    /// 2010AA N402, zeros where it is not two characters long.
    pub state: [u8; 2],
}

/// What many ask of a subscriber or patient, read once the level is whole.
#[derive(Clone, Copy, Default, Debug)]
pub struct Person {
    /// NM103: the last name.
    pub last: Span,
    /// NM104: the first name.
    pub first: Span,
    /// DMG02 as it is written.
    pub born: Span,
    /// DMG02: the day of birth.
    pub birth: Option<Date>,
    /// PAT06: the day of death.
    pub death: Option<Date>,
}

/// Loop 2000B, 2010BA and 2010BB: subscriber and payer.
#[derive(Clone, Copy, Default, Debug)]
pub struct SubscriberParts {
    /// HL of the level.
    pub hl: Option<u32>,
    /// SBR.
    pub sbr: Option<u32>,
    /// PAT.
    pub pat: Option<u32>,
    /// 2010BA NM1.
    pub name: Option<u32>,
    /// 2010BA N3.
    pub street: Option<u32>,
    /// 2010BA N4.
    pub city: Option<u32>,
    /// 2010BA DMG.
    pub demographics: Option<u32>,
    /// 2010BA REF*Y4: the number of an accident or injury.
    pub case: Option<u32>,
    /// 2010BB NM1.
    pub payer: Option<u32>,
    /// 2010BB N3.
    pub payer_street: Option<u32>,
    /// 2010BB N4.
    pub payer_city: Option<u32>,
    /// What is read of the subscriber once the level is whole; so are the values below.
    pub person: Person,
    /// 2010BA NM109: the member's number.
    pub member: Span,
    /// 2010BB NM109: the payer's identifier.
    pub payer_id: Span,
    /// Whether the payer is the first to pay: SBR01 is P, and SBR05 has no reason why not.
    pub is_primary: bool,
    /// Whether the subscriber is the patient: SBR02 is 18.
    pub is_patient: bool,
    /// SBR09: the claim filing indicator, zeros where it is not two characters long.
    pub filing: [u8; 2],
}

impl SubscriberParts {
    /// The parts of a level that says of nobody whose claims stand under it.
    #[must_use]
    pub fn of_nobody(hl: Option<u32>) -> SubscriberParts {
        SubscriberParts {
            hl,
            ..SubscriberParts::default()
        }
    }
}

/// Loop 2000C and 2010CA: a patient who is not the subscriber.
#[derive(Clone, Copy, Default, Debug)]
pub struct PatientParts {
    /// HL of the level.
    pub hl: Option<u32>,
    /// PAT.
    pub pat: Option<u32>,
    /// 2010CA NM1.
    pub name: Option<u32>,
    /// 2010CA N3.
    pub street: Option<u32>,
    /// 2010CA N4.
    pub city: Option<u32>,
    /// 2010CA DMG.
    pub demographics: Option<u32>,
    /// 2010CA REF*Y4: the number of an accident or injury.
    pub case: Option<u32>,
    /// What is read of the patient once the level is whole.
    pub person: Person,
}

/// Loop 2320: another payer of the same claim.
#[derive(Clone, Default, Debug)]
pub struct OtherPayer {
    /// SBR.
    pub sbr: Option<u32>,
    /// CAS segments at claim level.
    pub adjustments: Vec<u32>,
    /// AMT*D: what that payer paid.
    pub paid: Option<u32>,
    /// 2330A NM1.
    pub subscriber: Option<u32>,
    /// 2330A N4.
    pub subscriber_city: Option<u32>,
    /// 2330B NM1.
    pub payer: Option<u32>,
    /// 2330B N4.
    pub payer_city: Option<u32>,
    /// 2330B DTP*573.
    pub adjudicated: Option<u32>,
}

/// A segment of amounts that are part of no balance, such as a sales tax.
#[derive(Clone, Copy, Debug)]
pub struct Amounts {
    /// The segment.
    pub segment: u32,
    /// What the guide says of it.
    pub spec: &'static SegmentSpec,
    /// The number of the line it stands on.
    pub line: Option<u32>,
}

/// The parts of a claim, gathered by the walk.
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own about the claim
#[derive(Clone, Default, Debug)]
pub struct ClaimParts {
    /// CLM.
    pub clm: u32,
    /// CLM02.
    pub charge: Option<Cents>,
    /// Whether CLM02 is written as amounts are billed ([`Cents::parse_billed`]).
    pub charge_billed: bool,
    /// Whether CLM05-3 is 1 or empty.
    pub original: bool,
    /// Claim-level DTP.
    pub dates: Vec<u32>,
    /// DTP of lines but the dates of service and of judgements, each with its line's number.
    pub line_dates: Vec<(u32, u32)>,
    /// Amounts that are part of no balance.
    pub amounts: Vec<Amounts>,
    /// LIN and CTP of drugs (2410), each with its line's number.
    pub drugs: Vec<(u32, u32)>,
    /// AMT*F5: what the patient paid.
    pub patient_paid: Option<u32>,
    /// REF*F8: the payer's claim number.
    pub payer_claim_number: Option<u32>,
    /// HI segments with diagnoses.
    pub diagnoses: Vec<u32>,
    /// Claim-level CR1, ambulance transport.
    pub ambulance: Option<u32>,
    /// Providers of the claim (2310A to 2310F).
    pub providers: Vec<Provider>,
    /// Other payers (2320).
    pub others: Vec<OtherPayer>,
    /// Service lines (2400).
    pub lines: Lines,
    /// Whether some line has providers of its own, or judgements of other payers.
    pub nested: bool,
    /// Whether CLM11 names an accident or another cause.
    pub cause: bool,
    /// First and last day of service over all lines.
    pub service: Option<DateRange>,
}

impl ClaimParts {
    /// Whether the claim holds so many times what the guide allows of something that
    /// comparing its parts would take too long.
    #[inline]
    #[must_use]
    pub fn are_too_many(&self) -> bool {
        let most = limits::PARTS;
        self.lines.len() > most
            || self.providers.len() > most
            || self.others.len() > most
            || self.diagnoses.len() > most
            || self.dates.len() > most
            || self
                .others
                .iter()
                .any(|other| other.adjustments.len() > most)
            || self.nested && self.lines.iter().any(Line::holds_too_many)
    }
}
