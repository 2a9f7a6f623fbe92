//! PTT: is ordinary physical therapy billed as its payer wants it?
//!
//! As with telehealth, policy decides and the rules ask: which codes are therapy, how
//! many units are paid, when a code lived.

pub mod add_on_without_base;
pub mod assistant_modifier_mismatched;
pub mod certifier_missing;
pub mod code_not_for_therapists;
pub mod code_not_paid_as_billed;
pub mod discipline_modifier_wrong;
pub mod modifier_unfit_for_therapy;
pub mod one_unit_code_with_more;
pub mod pair_not_paid_together;
pub mod place_not_private_practice;
pub mod rendering_provider_unfit;
pub mod therapy_code_not_live;
pub mod therapy_line_spans_dates;
pub mod therapy_units_wrong;
pub mod threshold_modifier_doubtful;
pub mod two_evaluations_on_one_date;

use crate::claim::{Claim, Line};
use crate::codes::procedure;
use crate::policy::{Policy, TherapyClass};
use crate::value::{Date, Modifier};

/// The modifiers of physical, occupational and speech therapy.
fn is_discipline(modifier: Modifier) -> bool {
    matches!(&modifier.bytes(), b"GP" | b"GO" | b"GN")
}

/// The discipline a line is billed under.
pub(super) fn discipline(line: &Line) -> Option<Modifier> {
    line.modifiers
        .iter()
        .find(|modifier| is_discipline(*modifier))
}

/// Whether the policy takes the line for therapy: its code always is, or it may be and
/// the line names a discipline.
fn is_therapy(policy: &Policy, line: &Line) -> bool {
    let known = line.procedure.zip(line.from());
    let Some(answer) = known.and_then(|(procedure, date)| policy.therapy(procedure, date)) else {
        return false;
    };
    answer.value.class == TherapyClass::Always || discipline(line).is_some()
}

/// Whether the claim bills therapy, by a discipline modifier or by a code that is nothing else,
/// on a date for which nothing is known of its payer's therapy rules.
pub(crate) fn is_unknown(claim: &Claim<'_>, policy: Option<&Policy>) -> bool {
    claim.lines().iter().any(|line| {
        let is_known = |date| policy.is_some_and(|policy| policy.knows_therapy(date));
        line.from().is_some_and(|date| !is_known(date))
            && (discipline(line).is_some() || line.procedure.and_then(procedure::therapy).is_some())
    })
}

/// The discipline under which a line is therapy; `None` when it is none that the claim
/// shows: an office visit, a talk with a psychologist.
///
/// The line's own modifier (GP, GO, GN) says so, else who rendered it, else a code that
/// is always therapy or that the policy names.
pub(super) fn therapy_of(
    claim: &Claim<'_>,
    line: &Line,
    policy: &Policy,
    date: Date,
) -> Option<Modifier> {
    let by_code = || {
        let code = line.procedure?;
        let always = policy
            .therapy(code, date)
            .filter(|answer| answer.value.class == TherapyClass::Always);
        let therapy =
            always.is_some() || procedure::therapy(code).is_some() || policy.names_code(code, date);
        therapy.then(|| Modifier::parse(b"GP")).flatten()
    };
    discipline(line)
        .or_else(|| rendering_discipline(claim, line))
        .or_else(by_code)
}

/// The modifier of the discipline of who rendered the line, by taxonomy: a therapist's
/// or an assistant's. `None` when the claim does not say.
fn rendering_discipline(claim: &Claim<'_>, line: &Line) -> Option<Modifier> {
    let segment = match claim.rendering(line) {
        Some(provider) => provider.taxonomy,
        // Without a rendering provider the billing provider rendered the line.
        None => claim.billing.taxonomy,
    };
    let code = match claim.text.element(segment, 3) {
        [b'2', b'2', b'5', b'1' | b'2', ..] => b"GP",
        [b'2', b'2', b'5', b'X', ..] | [b'2', b'2', b'4', b'Z', ..] => b"GO",
        [b'2', b'3', b'5', b'Z', ..] | b"2355S0801X" => b"GN",
        _ => return None,
    };
    Modifier::parse(code)
}

/// The NPI of who rendered the line: without a rendering provider the billing provider did.
fn renderer<'c>(claim: &Claim<'c>, line: &'c Line) -> &'c [u8] {
    let rendering = claim.rendering(line);
    let name = rendering.map_or(claim.billing.name, |provider| Some(provider.name));
    claim.text.element(name, 9)
}

/// The units of a line, SV104 where SV103 says units.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Units {
    Whole(u32),
    /// Zero, or below it.
    None,
    /// A fraction.
    Broken,
}

/// The units of a line; `None` when it counts something else or is no number, which
/// is the syntax rules' matter.
fn units(claim: &Claim<'_>, line: &Line) -> Option<Units> {
    let sv1 = claim.text.segment(line.sv1?);
    if sv1.element(3) != b"UN" {
        return None;
    }
    let text = sv1.element(4);
    let (below, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let point = digits
        .iter()
        .position(|&byte| byte == b'.')
        .unwrap_or(digits.len());
    let (whole, fraction) = digits.split_at_checked(point)?;
    let fraction = fraction.get(1..).unwrap_or_default();
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_u32, |number, byte| {
            byte.is_ascii_digit().then(|| {
                number
                    .saturating_mul(10)
                    .saturating_add(u32::from(byte - b'0'))
            })
        })
    };
    let (units, rest) = (number(whole)?, number(fraction)?);
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    Some(match (units, rest) {
        (0, 0) => Units::None,
        _ if below => Units::None,
        (_, 1..) => Units::Broken,
        (units, 0) => Units::Whole(units),
    })
}
