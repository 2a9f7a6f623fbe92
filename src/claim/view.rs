//! One claim with everything it stands under, as a rule asks for it.
//!
//! Values are read from the bytes when asked for, as the type asked for; what several rules
//! ask is read once, when the claim is whole.

use super::lines::Line;
use super::parts::{BillingParts, ClaimParts, PatientParts, Person, SubscriberParts};
use super::provider::Provider;
use super::read::setting;
use super::text::Text;
use crate::value::{Cents, Date, DateRange, State};
use crate::x12::Segment;

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

    /// Whether the claim is sent as a new one: it is no replacement or void (CLM05-3 7 or 8),
    /// and names no claim that it corrects (REF*F8).
    #[inline]
    #[must_use]
    pub fn is_sent_as_new(&self) -> bool {
        let is_new = || !matches!(self.frequency(), b"7" | b"8");
        self.parts.payer_claim_number.is_none() && (self.parts.original || is_new())
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
