//! The files that the earlier run published, as long as nobody has changed them.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};

use super::around;
use super::listing::{self, Listed};
use super::told::Told;
use super::was::Was;
use crate::emit::envelope::ControlMap;
use crate::emit::manifest::Manifest;
use crate::stored::hash_file;

/// The output of this kind, if it still is as the run published it.
pub(super) fn published(folder: &Path, manifest: &Manifest, kind: &str) -> Option<PathBuf> {
    let published = manifest.outputs.get(kind)?;
    let path = folder.join(&published.file);
    let (bytes, hash) = hash_file(&path).ok()?;
    (bytes == published.bytes && hash == published.blake3).then_some(path)
}

/// The claims of the output of this kind as the run published it, if it still is.
pub(super) fn listed(
    folder: &Path,
    manifest: &Manifest,
    kind: &str,
    room: &Path,
) -> Option<Vec<Listed>> {
    let contents = listing::list(&published(folder, manifest, kind)?, room).ok()?;
    Some(contents.claims)
}

/// The claims of the rejects, or of the held file, with what the findings say of each, found
/// by the control numbers of the input.
pub(super) fn from_listed(
    listed: &[Listed],
    maps: &[ControlMap],
    told: &Told,
    held: bool,
) -> Vec<Was> {
    let maps: HashMap<&[String; 3], &ControlMap> =
        maps.iter().map(|map| (&map.output, map)).collect();
    let mut by_name = told.by_name(held);
    listed
        .iter()
        .map(|claim| {
            let map = maps.get(&*claim.envelope);
            let envelope = map.map_or(&*claim.envelope, |map| &map.input);
            let found = by_name
                .get_mut(&(claim.id.as_str(), envelope))
                .and_then(VecDeque::pop_front);
            let own = found.map_or(&[][..], |found| &found.rules);
            let of_set = map.map_or(&[][..], |map| &map.around);
            Was {
                rules: around::rules(own, of_set, told, envelope),
                around: found.map_or_else(Vec::new, |found| found.around.clone()),
                ordinal: found.map(|found| found.ordinal),
                held,
                content: Some(claim.content),
                provider: Some(claim.provider.clone()),
                person: Some(claim.person),
                payer: Some(claim.payer.clone()),
                envelope: Some(claim.envelope.clone()),
                id: Some(claim.id.clone()),
                ..Was::default()
            }
        })
        .collect()
}
