//! Where on a claim a line says what it says: its place of service, its modifiers, room for
//! another.

use crate::claim::{Claim, Line};
use crate::rules::Spot;
use crate::value::Modifier;

/// Where the line's place of service stands: loop, spot, and the element's name.
pub(super) fn place_spot(claim: &Claim<'_>, line: &Line) -> (&'static str, Spot, &'static str) {
    match line.sv1 {
        Some(sv1) if line.place_on_line => ("2400", Spot::element(sv1, 5), "SV105"),
        _ => ("2300", Spot::component(claim.parts.clm, 5, 1), "CLM05-1"),
    }
}

/// The component of SV101 that holds this modifier, from 3 to 6.
pub(super) fn modifier_component(claim: &Claim<'_>, sv1: u32, modifier: Modifier) -> u8 {
    let segment = claim.text.segment(sv1);
    let parts = segment.components(1, claim.text.delimiters);
    let found = (1_u8..)
        .zip(parts)
        .skip(2)
        .find(|(_, part)| **part == modifier.bytes());
    found.map_or(3, |(position, _)| position)
}

/// The first component of SV101 that is free for a modifier, from 3 to 6; `None` when all
/// four are taken.
pub(super) fn free_modifier_component(claim: &Claim<'_>, sv1: u32) -> Option<u8> {
    let (segment, delimiters) = (claim.text.segment(sv1), claim.text.delimiters);
    (3..=6_u8).find(|&at| segment.component(1, usize::from(at), delimiters).is_empty())
}

/// Where a modifier goes: to a free component of SV101, which is shown as a whole when there
/// is none.
pub(super) fn modifier_place(sv1: u32, free: Option<u8>) -> Spot {
    free.map_or(Spot::element(sv1, 1), |free| Spot::component(sv1, 1, free))
}

/// What is to be done before a modifier can be added where no component is free.
pub(super) const NO_ROOM: &str =
    "SV101-3 to SV101-6 are all taken: take one off that does not decide the payment, to make room";
