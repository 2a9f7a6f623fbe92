//! Providers whose identifier and taxonomy were found right.
//!
//! Practices bill for few providers, each again and again. Whether an NPI and a taxonomy
//! are right depends on nothing else, so those found right are kept.

use crate::codes::taxonomy;
use crate::rules::Features;
use crate::rules::codes::npi_malformed;

/// Providers kept at a time, a power of two; one more takes the place of another.
const KEPT: usize = 32;

/// NPI and taxonomy as they stand on claims; zeros for a taxonomy that does not.
type Names = ([u8; 10], [u8; 10]);

/// Providers found right.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Providers {
    right: [Names; KEPT],
}

impl Default for Providers {
    fn default() -> Providers {
        Providers {
            right: [([0; 10], [0; 10]); KEPT],
        }
    }
}

impl Providers {
    /// What a provider named so (NM108 and NM109, PRV03) shows.
    #[inline]
    pub(in crate::rules) fn shown(
        &mut self,
        qualifier: &[u8],
        npi: &[u8],
        taxonomy: &[u8],
    ) -> Features {
        let Some(names) = names(npi, taxonomy).filter(|_| qualifier == b"XX") else {
            return look(qualifier, npi, taxonomy);
        };
        let kept = &mut self.right[place(&names)];
        if *kept == names {
            return Features::NONE;
        }
        let shown = look(qualifier, npi, taxonomy);
        if shown == Features::NONE {
            *kept = names;
        }
        shown
    }
}

#[inline]
fn names(npi: &[u8], taxonomy: &[u8]) -> Option<Names> {
    let ten = |text: &[u8]| <[u8; 10]>::try_from(text).ok().filter(|ten| ten[0] != 0);
    let taxonomy = if taxonomy.is_empty() {
        [0; 10]
    } else {
        ten(taxonomy)?
    };
    Some((ten(npi)?, taxonomy))
}

/// Where the provider is kept.
#[inline]
fn place((npi, _): &Names) -> usize {
    let last = npi.last_chunk().map_or(0, |last| u64::from_le_bytes(*last));
    (last.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize % KEPT
}

#[inline(never)]
fn look(qualifier: &[u8], npi: &[u8], taxonomy: &[u8]) -> Features {
    Features::NO_NPI
        .when(npi.is_empty())
        .or(Features::ODD_NPI.when(qualifier == b"XX" && !npi_malformed::is_right(npi)))
        .or(Features::ODD_TAXONOMY.when(!taxonomy.is_empty() && taxonomy::kind(taxonomy).is_none()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_shows_the_same_whoever_was_met_before() {
        let mut providers = Providers::default();
        let npis: [&[u8]; 5] = [
            b"1234567893",
            b"1234567890",
            b"\0\0\0\0\0\0\0\0\0\0",
            b"1",
            b"",
        ];
        let taxonomies: [&[u8]; 5] = [
            b"225100000X",
            b"225X00000X",
            b"22510000XX",
            b"\0\0\0\0\0\0\0\0\0\0",
            b"",
        ];
        for _ in 0..2 {
            for npi in npis {
                for taxonomy in taxonomies {
                    for qualifier in [&b"XX"[..], b"24", b""] {
                        let plain = look(qualifier, npi, taxonomy);
                        assert_eq!(providers.shown(qualifier, npi, taxonomy), plain);
                    }
                }
            }
        }
    }
}
