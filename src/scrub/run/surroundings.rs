//! What the manifest says of faults around claims, which a rejects file is without: enough to
//! tell, when it is run again, whether anybody has looked at them.

use std::collections::HashMap;
use std::io;

use super::publish::Files;
use crate::emit::manifest::Manifest;
use crate::rules::unreviewed::may_lie_around;
use crate::scrub::sets;
use crate::verify::plain;

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
    let mut contents = HashMap::new();
    sets::each(plain(rejects)?, &mut |set| {
        contents.insert(set.names, set.content);
    })?;
    for map in &mut manifest.control_numbers {
        map.content = contents.remove(&map.output);
    }
    Ok(())
}
