//! Providers whose identifier and taxonomy were found right.
//!
//! Practices bill for few providers, each again and again. Whether an NPI and a taxonomy
//! are right depends on nothing else, so those found right are kept.

use crate::claim::text::{Span, Text};
use crate::codes::taxonomy;
use crate::rules::Features;
use crate::rules::codes::npi_malformed;
use crate::value::low_bits;

/// Providers kept at a time, a power of two; one more takes the place of another.
const KEPT: usize = 256;

/// NPI and taxonomy as they stand on claims, as numbers; 0 for a taxonomy that does not.
type Names = (u128, u128);

/// Providers found right.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Providers {
    right: [Names; KEPT],
}

impl Default for Providers {
    fn default() -> Providers {
        Providers {
            right: [(0, 0); KEPT],
        }
    }
}

impl Providers {
    /// What a provider named so (NM108 and NM109, PRV03) shows.
    #[inline]
    pub(in crate::rules) fn shown(
        &mut self,
        text: &Text<'_>,
        qualifier: &[u8],
        npi: Span,
        taxonomy: Span,
    ) -> Features {
        let names = match (text.short(npi), text.short(taxonomy)) {
            // A number that begins with zeros is taken for nobody's.
            (Some(own), Some(code))
                if qualifier == b"XX"
                    && (npi.len == 10 && own & 0xFF != 0)
                    && (taxonomy.len == 0 || taxonomy.len == 10 && code & 0xFF != 0) =>
            {
                (own, code)
            }
            _ => return look(text, qualifier, npi, taxonomy),
        };
        let kept = &mut self.right[place(names.0)];
        if *kept == names {
            return Features::NONE;
        }
        let shown = look(text, qualifier, npi, taxonomy);
        if shown == Features::NONE {
            *kept = names;
        }
        shown
    }
}

/// Where the provider is kept: the last digits of an NPI differ most.
#[inline]
fn place(npi: u128) -> usize {
    let last = low_bits(npi >> 16);
    (last.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize % KEPT
}

#[inline(never)]
fn look(text: &Text<'_>, qualifier: &[u8], npi: Span, taxonomy: Span) -> Features {
    let (npi, taxonomy) = (text.of(npi), text.of(taxonomy));
    Features::NO_NPI
        .when(npi.is_empty())
        .or(Features::ODD_NPI.when(qualifier == b"XX" && npi_malformed::fault(npi).is_some()))
        .or(Features::ODD_TAXONOMY.when(!taxonomy.is_empty() && !taxonomy::is_listed(taxonomy)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::{Delimiters, Tokens};

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
        let delimiters = Delimiters {
            element: b'*',
            component: b':',
            repetition: b'^',
            segment: b'~',
        };
        for _ in 0..2 {
            for npi in npis {
                for taxonomy in taxonomies {
                    let tokens = Tokens::default();
                    let bytes = [npi, taxonomy, b"################"].concat();
                    let len = |part: &[u8]| u32::try_from(part.len()).unwrap_or(0);
                    let text = Text {
                        bytes: &bytes,
                        tokens: &tokens,
                        delimiters,
                        stretches: &[],
                    };
                    let spans = [(0, len(npi)), (len(npi), len(taxonomy))];
                    let [own, code] = spans.map(|(start, len)| Span { start, len });
                    for qualifier in [&b"XX"[..], b"24", b""] {
                        let plain = look(&text, qualifier, own, code);
                        assert_eq!(providers.shown(&text, qualifier, own, code), plain);
                    }
                }
            }
        }
    }
}
