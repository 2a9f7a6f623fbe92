//! What the manifest says of faults around claims, which a rejects file is without: enough to
//! tell, when it is run again, whether anybody has looked at them.

use std::io;

use super::publish::Files;
use crate::emit::envelope::ControlMaps;
use crate::emit::manifest::Manifest;
use crate::rules::unreviewed::may_lie_around;
use crate::scrub::sets;
use crate::stored::plain;

/// Tells what the transaction sets of the rejects hold, if claims were rejected for what
/// stands around them.
pub(super) fn tell(files: &Files, manifest: &mut Manifest) -> io::Result<()> {
    let of_sets = manifest
        .control_numbers
        .iter()
        .any(|map| !map.around.is_empty());
    let mut rules = manifest.rules.iter();
    if !of_sets && !rules.any(|(code, counts)| may_lie_around(code) && counts.reject > 0) {
        return Ok(());
    }
    let Some(rejects) = files.finished("rejects") else {
        return Ok(());
    };
    let maps = std::mem::take(&mut manifest.control_numbers);
    let mut maps = maps.iter().peekable();
    let mut told = ControlMaps::default();
    sets::each(plain(rejects)?, &mut |set| {
        // Sets stand in the rejects in the order in which they got their numbers.
        if let Some(mut map) = maps.next_if(|map| map.output == set.names) {
            map.content = Some(set.content);
            told.push(map);
        }
    })?;
    told.extend(maps);
    manifest.control_numbers = told;
    Ok(())
}
