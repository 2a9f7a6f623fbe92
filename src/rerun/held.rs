//! Claims that the earlier run held, since nobody knew whether they should go out.

use std::path::Path;

use super::outputs::{from_listed, listed};
use super::told::Told;
use super::was::Was;
use crate::emit::envelope::ControlMap;
use crate::emit::manifest::Manifest;

/// The claims that the run of this manifest held: those of its held file, or if that was
/// changed in place, those of which the findings say so.
pub(super) fn claims(
    folder: &Path,
    manifest: &Manifest,
    room: &Path,
    maps: &[ControlMap],
    told: &Told,
) -> Vec<Was> {
    if manifest.totals.held.claims == 0 {
        return Vec::new();
    }
    if let Some(listed) = listed(folder, manifest, "held", room) {
        return from_listed(&listed, maps, told, true);
    }
    let held = told.claims.iter().filter(|claim| claim.held);
    held.map(|claim| Was {
        id: Some(claim.id.clone()),
        payer: claim.payer.clone(),
        ordinal: Some(claim.ordinal),
        held: true,
        ..Was::default()
    })
    .collect()
}
