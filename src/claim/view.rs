//! One claim with everything it stands under, as a rule asks for it.
//!
//! The parts are indexes of segments in a block; values are read from the bytes when
//! asked for, as the type asked for. What several rules ask of a service line (its
//! procedure, modifiers, place, dates) is read once, when the claim is whole.

use super::lines::Lines;
use super::read::setting;
use super::text::{Span, Text};
use crate::value::{Cents, Date, DateRange, ModifierSet, PlaceOfService, Procedure, State};
use crate::x12::{Segment, limits};

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
    /// 2010AB NM1: the pay-to address.
    pub pay_to: Option<u32>,
    /// 2010AB N3.
    pub pay_to_street: Option<u32>,
    /// 2010AB N4.
    pub pay_to_city: Option<u32>,
    /// 2010AC NM1: the pay-to plan.
    pub pay_to_plan: Option<u32>,
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
    /// Whether the payer is the first to pay: SBR01 is P.
    pub is_primary: bool,
    /// Whether the subscriber is the patient: SBR02 is 18.
    pub is_patient: bool,
    /// SBR09: the claim filing indicator, zeros where it is not two characters long.
    pub filing: [u8; 2],
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
    /// What is read of the patient once the level is whole.
    pub person: Person,
}

/// A provider named in a claim or on a line, other than the billing provider.
#[derive(Clone, Copy, Debug)]
pub struct Provider {
    /// The loop, such as `2310B`.
    pub loop_id: &'static str,
    /// The NM1 segment.
    pub name: u32,
    /// PRV, if there is one.
    pub taxonomy: Option<u32>,
    /// N3 of a facility.
    pub street: Option<u32>,
    /// N4 of a facility.
    pub city: Option<u32>,
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
    /// 2330B NM1.
    pub payer: Option<u32>,
    /// 2330B DTP*573.
    pub adjudicated: Option<u32>,
}

/// Loop 2430: how another payer judged a line.
#[derive(Clone, Default, Debug)]
pub struct Adjudication {
    /// SVD.
    pub svd: u32,
    /// CAS segments.
    pub adjustments: Vec<u32>,
    /// DTP*573.
    pub date: Option<u32>,
}

/// Loop 2400: one service line.
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own about the line
#[derive(Clone, Default, Debug)]
pub struct Line {
    /// Its number in the claim, from 1, as counted (not LX01).
    pub number: u32,
    /// LX.
    pub lx: u32,
    /// SV1.
    pub sv1: Option<u32>,
    /// DTP*472.
    pub date: Option<u32>,
    /// REF*6R: the sender's number of the line.
    pub control: Option<u32>,
    /// Providers of the line (2420A to 2420F).
    pub providers: Vec<Provider>,
    /// How other payers judged it (2430).
    pub adjudications: Vec<Adjudication>,
    /// SV101-2 where SV101-1 is HC and the code is five capitals or digits.
    pub procedure: Option<Procedure>,
    /// SV101-3 to SV101-6, as far as they are two capitals or digits.
    pub modifiers: ModifierSet,
    /// Whether SV101 is the code with its modifiers and nothing else, and all of them can
    /// be read.
    pub plain: bool,
    /// SV102.
    pub charge: Option<Cents>,
    /// Whether SV102 is written as amounts are billed ([`Cents::parse_billed`]).
    pub charge_billed: bool,
    /// SV105, else CLM05-1.
    pub place: Option<PlaceOfService>,
    /// Whether the place stands on the line (SV105).
    pub place_on_line: bool,
    /// Whether one of the modifiers 95, GT, GQ, 93, FQ, G0 stands on the line.
    pub telehealth_modifier: bool,
    /// DTP*472: first and last day of service.
    pub dates: Option<DateRange>,
    /// Whether LX01 is the line's number, written as such numbers are.
    pub numbered: bool,
    /// SV104 where it is one to three digits and above zero, and SV103 says units.
    pub units: Option<u16>,
    /// SV107 where it is pointers of one digit, no two of them the same: bit 1 for the
    /// first diagnosis and so on. No bit where it is anything else.
    pub pointers: u16,
    /// Where SV103 and SV104 stand.
    pub measure: [Span; 2],
    /// Where the day or days of DTP*472 stand.
    pub day: Span,
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

/// A whole claim with its levels.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The block.
    pub text: Text<'a>,
    /// The billing provider's level.
    pub billing: &'a BillingParts,
    /// The subscriber's level.
    pub subscriber: &'a SubscriberParts,
    /// The patient's level, when the patient is a dependent.
    pub patient: Option<&'a PatientParts>,
    /// The claim's own parts.
    pub parts: &'a ClaimParts,
}

impl<'a> Claim<'a> {
    /// The CLM segment.
    #[inline]
    #[must_use]
    pub fn clm(&self) -> Segment<'a> {
        self.text.segment(self.parts.clm)
    }

    /// CLM01: the submitter's claim identifier.
    #[must_use]
    pub fn id(&self) -> &'a [u8] {
        self.clm().element(1)
    }

    /// CLM02: the total charge.
    #[inline]
    #[must_use]
    pub fn charge(&self) -> Option<Cents> {
        self.parts.charge
    }

    /// CLM05-1: the place of service of the claim.
    #[must_use]
    pub fn place(&self) -> &'a [u8] {
        setting(self.clm().element(5), self.text.delimiters).0
    }

    /// CLM05-3: the frequency code (1 original, 7 replacement, 8 void).
    #[must_use]
    pub fn frequency(&self) -> &'a [u8] {
        setting(self.clm().element(5), self.text.delimiters).1
    }

    /// Whether the claim stands for itself: its frequency code is 1, and it names no claim
    /// that it corrects (REF*F8).
    #[inline]
    #[must_use]
    pub fn is_original(&self) -> bool {
        self.parts.original && self.parts.payer_claim_number.is_none()
    }

    /// The service lines.
    #[inline]
    #[must_use]
    pub fn lines(&self) -> &'a [Line] {
        &self.parts.lines
    }

    /// First and last day of service over all lines.
    #[inline]
    #[must_use]
    pub fn dates(&self) -> Option<DateRange> {
        self.parts.service
    }

    /// SBR09: the claim filing indicator (MB Medicare Part B, MC Medicaid, CI commercial ...).
    #[must_use]
    pub fn filing_indicator(&self) -> &'a [u8] {
        self.text.element(self.subscriber.sbr, 9)
    }

    /// 2010BB NM109: the payer's identifier.
    #[must_use]
    pub fn payer_id(&self) -> &'a [u8] {
        self.text.element(self.subscriber.payer, 9)
    }

    /// The state in an N4 segment.
    #[must_use]
    pub fn state(&self, city: Option<u32>) -> Option<State> {
        State::parse(self.text.element(city, 2))
    }

    /// The provider who rendered the line: 2420A, else 2310B; `None` when it is the
    /// billing provider.
    #[inline]
    #[must_use]
    pub fn rendering(&self, line: &'a Line) -> Option<&'a Provider> {
        // As bytes of one length the names are compared at once.
        let of = |providers: &'a [Provider], id: &[u8; 5]| {
            let named = |provider: &&Provider| {
                <&[u8; 5]>::try_from(provider.loop_id.as_bytes()).is_ok_and(|own| own == id)
            };
            providers.iter().find(named)
        };
        of(&line.providers, b"2420A").or_else(|| of(&self.parts.providers, b"2310B"))
    }

    /// The patient: the dependent if there is one, else the subscriber.
    #[inline]
    #[must_use]
    pub fn person(&self) -> &'a Person {
        match self.patient {
            Some(patient) => &patient.person,
            None => &self.subscriber.person,
        }
    }

    /// The birth date of the patient.
    #[must_use]
    pub fn birth(&self) -> Option<Date> {
        self.person().birth
    }

    /// The diagnosis codes with their qualifier, in the order of the pointers, from
    /// the first HI segment: qualifier, code, element position.
    pub fn diagnoses(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8], usize)> + '_ {
        let segment = self
            .parts
            .diagnoses
            .first()
            .map(|&index| self.text.segment(index));
        segment.into_iter().flat_map(move |segment| {
            (1..=segment.len()).filter_map(move |position| {
                let mut parts = segment.components(position, self.text.delimiters);
                let qualifier = parts.next()?;
                let code = parts.next().unwrap_or(&[]);
                (!qualifier.is_empty() || !code.is_empty()).then_some((qualifier, code, position))
            })
        })
    }
}

impl Line {
    /// See [`ClaimParts::are_too_many`].
    #[cold]
    fn holds_too_many(&self) -> bool {
        let most = limits::PARTS;
        let judged = &self.adjudications;
        self.providers.len() > most
            || judged.len() > most
            || judged.iter().any(|one| one.adjustments.len() > most)
    }

    /// First day of service of the line.
    #[inline]
    #[must_use]
    pub fn from(&self) -> Option<Date> {
        self.dates.map(|dates| dates.from)
    }

    /// Whether the line says it was furnished by telehealth: place of service 02 or
    /// 10, or one of the modifiers 95, GT, GQ, 93, FQ, G0.
    #[inline]
    #[must_use]
    pub fn is_telehealth(&self) -> bool {
        self.has_telehealth_place() || self.has_telehealth_modifier()
    }

    /// Place of service 02 or 10.
    #[inline]
    #[must_use]
    pub fn has_telehealth_place(&self) -> bool {
        self.place
            .is_some_and(|place| matches!(&place.bytes(), b"02" | b"10"))
    }

    /// One of the modifiers 95, GT, GQ, 93, FQ, G0.
    #[inline]
    #[must_use]
    pub fn has_telehealth_modifier(&self) -> bool {
        self.telehealth_modifier
    }

    /// Whether the line says audio-only: modifier 93 or FQ.
    #[inline]
    #[must_use]
    pub fn is_audio_only(&self) -> bool {
        self.modifiers.has(b"93") || self.modifiers.has(b"FQ")
    }
}
