//! What a run before a rerun accepted: nothing of it may be sent again.

use std::hash::Hasher as _;
use std::io;
use std::path::Path;

use xxhash_rust::xxh3::Xxh3;

use super::listing::Listed;
use crate::claim::Claim;
use crate::scrub::claims;
use crate::scrub::duplicates::Prints;
use crate::scrub::input::{self, Input};
use crate::value::Date;

/// The accepted claims of a run, as far as they have to be known again.
#[derive(Clone, Debug)]
pub(super) struct Accepted {
    /// The day of the run.
    pub day: Date,
    /// Its identity.
    pub run: String,
    /// Hashes of CLM01, CLM05-3 and the billing provider's identifier, ascending.
    names: Vec<u64>,
    /// Fingerprints of the originals, as DUP001 compares them, ascending.
    pub prints: Vec<u128>,
}

impl Accepted {
    /// Reads the clean file of a run of this day. What is compressed is unpacked into `room`.
    pub(super) fn read(path: &Path, room: &Path, day: Date, run: String) -> io::Result<Accepted> {
        let mut accepted = Accepted {
            day,
            run,
            names: Vec::new(),
            prints: Vec::new(),
        };
        let mut prints = Prints::default();
        let mut take = |claim: &Claim<'_>| {
            let provider = claim.text.element(claim.billing.name, 9);
            accepted
                .names
                .push(name(claim.id(), provider, claim.frequency()));
            if claim.is_sent_as_new() {
                accepted.prints.extend(prints.of(claim));
            }
        };
        claims::each(input::open(&Input::of(path), room, None)?, &mut take)?;
        accepted.names.sort_unstable();
        accepted.prints.sort_unstable();
        Ok(accepted)
    }

    /// How many claims of this name and frequency are among them.
    pub(super) fn times(&self, claim: &Listed) -> usize {
        let [id, provider, frequency] =
            [&*claim.id, &*claim.provider, &*claim.frequency].map(str::as_bytes);
        let name = name(id, provider, frequency);
        let before = self.names.partition_point(|other| *other < name);
        let names = self.names.get(before..).unwrap_or_default();
        names.partition_point(|other| *other == name)
    }
}

fn name(id: &[u8], provider: &[u8], frequency: &[u8]) -> u64 {
    let mut hasher = Xxh3::new();
    for part in [id, provider, frequency] {
        hasher.write(part.trim_ascii());
        hasher.write(b"\0");
    }
    hasher.finish()
}
