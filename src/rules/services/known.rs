//! One service: what it is told by, and what is known of it.

use super::{SERVICES, WAYS};
use crate::claim::{Claim, Line};
use crate::codes::{self, place};
use crate::policy::Policy;
use crate::rules::codes::{admission_date_missing, ambulance_data_missing};
use crate::rules::telehealth::telehealth_policy_unknown;
use crate::rules::therapy::{rendering_provider_unfit, two_evaluations_on_one_date};
use crate::rules::{Context, Features, Remote};
use crate::value::{Date, Modifier, PlaceOfService, Procedure};

/// What a service is told by.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Key {
    pub(super) policy: u64,
    /// The first day of the ground, and the billing provider's state where it matters.
    pub(super) from_and_state: u64,
    /// Code, place, and whether the place is the line's own.
    pub(super) code_and_place: u64,
    pub(super) modifiers: u64,
    pub(super) taxonomy: [u8; 10],
}

/// A service that was met: one line of the processor's cache.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Known {
    policy: u64,
    from_and_state: u64,
    code_and_place: u64,
    modifiers: u64,
    taxonomy: [u8; 10],
    /// As many units on one line are nothing to look at.
    pub(super) units: u16,
    /// Whichever took this place last has another.
    pub(super) stamp: u32,
    /// [`Features::UNKNOWN_SERVICE`] among them until it has passed.
    pub(super) shows: Features,
    /// The codes it may be in a pair with, see [`partners`](crate::policy::PairBits::partners).
    pub(super) partners: u64,
}

const _: () = assert!(size_of::<Known>() == 64);

impl Known {
    pub(super) const NONE: Known = Known {
        policy: u64::MAX,
        from_and_state: 0,
        code_and_place: 0,
        modifiers: 0,
        taxonomy: [0; 10],
        units: 0,
        stamp: u32::MAX,
        shows: Features::ALL,
        partners: 0,
    };

    #[cold]
    pub(super) fn new(
        key: Key,
        stamp: u32,
        claim: &Claim<'_>,
        line: &Line,
        context: &Context<'_>,
    ) -> Known {
        let (policy, date) = (context.policy, line.from());
        let known = policy.zip(line.procedure);
        let units = known
            .zip(date)
            .map(|((policy, procedure), date)| units(policy, procedure, date));
        Known {
            policy: key.policy,
            from_and_state: key.from_and_state,
            code_and_place: key.code_and_place,
            modifiers: key.modifiers,
            taxonomy: key.taxonomy,
            units: units.map_or(u16::MAX, |units| units.try_into().unwrap_or(u16::MAX)),
            stamp,
            shows: look(claim, line, context).or(Features::UNKNOWN_SERVICE),
            partners: known.map_or(0, |(policy, procedure)| {
                policy.pair_bits(procedure).partners()
            }),
        }
    }

    /// Whether it is told by this key.
    #[inline]
    pub(super) fn is(&self, key: &Key) -> bool {
        self.code_and_place == key.code_and_place
            && self.modifiers == key.modifiers
            && self.policy == key.policy
            && self.from_and_state == key.from_and_state
            && self.taxonomy == key.taxonomy
    }
}

impl Key {
    /// The procedure, and the place and whether the line states it itself, in one number.
    #[inline]
    pub(super) fn code_and_place(
        procedure: Procedure,
        place: PlaceOfService,
        on_line: bool,
    ) -> u64 {
        let mut bytes = [0; 8];
        bytes[..5].copy_from_slice(&procedure.bytes());
        bytes[5..7].copy_from_slice(&place.bytes());
        bytes[7] = u8::from(on_line);
        u64::from_le_bytes(bytes)
    }

    /// Where the service is kept, or one of the places behind: see [`WAYS`].
    #[inline]
    pub(super) fn place(&self) -> usize {
        let taxonomy = self.taxonomy.first_chunk();
        let taxonomy = taxonomy.map_or(0, |eight| u64::from_le_bytes(*eight));
        // Sums of odd multiples: every part moves the high bits.
        let mixed = self
            .policy
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .wrapping_add(self.from_and_state.wrapping_mul(0xC2B2_AE3D_27D4_EB4F))
            .wrapping_add(self.code_and_place.wrapping_mul(0x1656_67B1_9E37_79F9))
            .wrapping_add(self.modifiers.wrapping_mul(0x27D4_EB2F_1656_67C5))
            .wrapping_add(taxonomy.wrapping_mul(0xFF51_AFD7_ED55_8CCD));
        (mixed >> 40) as usize % (SERVICES / WAYS) * WAYS
    }
}

/// What a service shows whoever bills it.
fn look(claim: &Claim<'_>, line: &Line, context: &Context<'_>) -> Features {
    let has = |code: &[u8; 2]| line.modifiers.has(code);
    let mut shows = Features::TELEHEALTH.when(line.is_telehealth());
    shows |= Features::KX.when(has(b"KX"));
    shows |= Features::VIDEO.when(has(b"95"));
    shows |= Features::OLD_VIDEO.when(has(b"GT"));
    shows |= Features::AUDIO.when(line.is_audio_only());
    shows |= Features::RECORDED.when(has(b"GQ"));
    shows |= Features::AMBULANCE_CODE.when(ambulance_data_missing::is_trip(line));
    shows |= Features::EVALUATION.when(two_evaluations_on_one_date::is_evaluation(line));
    let stands =
        |place: PlaceOfService, date| place::standing(place, date) == codes::Standing::InForce;
    shows |= Features::ODD_PLACE.when(!line.place.zip(line.from()).is_some_and(|(place, date)| {
        stands(place, date) && !admission_date_missing::is_inpatient(place)
    }));
    let (Some(policy), Some(date), Some(procedure)) = (context.policy, line.from(), line.procedure)
    else {
        return shows;
    };
    let conflict = |one: Modifier, other| policy.modifiers_conflict(one, other, date).is_some();
    let mut modifiers = line.modifiers.iter();
    shows |= Features::CONTRADICTION
        .when(modifiers.any(|one| line.modifiers.iter().any(|other| conflict(one, other))));
    shows |= Features::ADD_ON.when(policy.add_on(procedure, date).is_some());
    if let Some(certifier) = policy.certifying_provider(date) {
        let refers = certifier.value.qualifier == "DN";
        shows |= Features::UNCERTIFIED.when(refers);
        shows |= Features::ODD_CERTIFIER.when(!refers);
    }
    shows |= Features::ODD_RENDERER.when(rendering_provider_unfit::is_in_doubt(
        claim, line, policy, date,
    ));
    let lacks = |remote| telehealth_policy_unknown::lacks(line, &remote);
    shows.or(Features::POLICY_SILENT.when(Remote::of(claim, line, context).is_some_and(lacks)))
}

/// How many units of a code on one line no rule asks about.
fn units(policy: &Policy, procedure: Procedure, date: Date) -> u32 {
    let paid = policy
        .mue(procedure, date)
        .map_or(u32::MAX, |answer| u32::from(answer.value.units));
    if policy.one_unit(procedure, date).is_some() {
        paid.min(1)
    } else {
        paid
    }
}
