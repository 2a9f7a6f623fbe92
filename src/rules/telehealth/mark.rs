//! What says of a line that it is telehealth, and where.

use std::fmt::{self, Display};

use super::{is_remote_modifier, modifier_component, place_spot};
use crate::claim::{Claim, Line};
use crate::rules::Spot;
use crate::value::{Modifier, PlaceOfService};

/// What says of a line that it is telehealth.
pub(super) enum Mark {
    /// The place of service, and where it stands.
    Place(PlaceOfService, &'static str),
    /// A modifier, and which component of SV101 it is.
    Modifier(Modifier, u8),
    /// The service itself.
    Service,
}

impl Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mark::Place(place, name) => write!(f, "place of service {place} in {name}"),
            Mark::Modifier(modifier, component) => {
                write!(f, "modifier {modifier} in SV101-{component}")
            }
            Mark::Service => f.write_str("SV101"),
        }
    }
}

/// Where the line says that it is telehealth: its place, else its first such modifier.
pub(super) fn mark_spot(claim: &Claim<'_>, line: &Line, sv1: u32) -> (&'static str, Spot, Mark) {
    if let Some(place) = line.place.filter(|_| line.has_telehealth_place()) {
        let (loop_id, spot, name) = place_spot(claim, line);
        return (loop_id, spot, Mark::Place(place, name));
    }
    match line
        .modifiers
        .iter()
        .find(|modifier| is_remote_modifier(*modifier))
    {
        Some(modifier) => {
            let component = modifier_component(claim, sv1, modifier);
            let mark = Mark::Modifier(modifier, component);
            ("2400", Spot::component(sv1, 1, component), mark)
        }
        None => ("2400", Spot::element(sv1, 1), Mark::Service),
    }
}
