//! The fingerprints of the claims before, in memory that does not grow.
//!
//! A filter of fixed size answers nearly always: this fingerprint is new. The
//! fingerprints themselves stand on shelves by their lowest bits; a shelf that is full
//! goes to a temporary file as a page that names the shelf's page before, and is read
//! again only when the filter could not say no.

use std::fs::File;
use std::hint::black_box;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use super::{Print, Twin};
use crate::value::low_bits;

/// Words of the filter for a night of millions of claims, and for any number: 8 and 32 MiB.
const FILTER_WORDS: u64 = 1 << 20;
const MOST_WORDS: u64 = 1 << 22;

/// Words of the filter for each claim, where they are few: the smaller it is, the nearer its
/// memory is kept. With eight marks a claim, hardly one is looked for in vain.
const WORDS_A_CLAIM: u64 = 4;

/// Claims for each word of the filter, where they are many. With eight marks a claim, one in two
/// hundred is looked for in vain; twice as many, and it is one in twelve, each of them in all
/// pages of a shelf.
const CLAIMS_A_WORD: u64 = 6;

/// Words of the filter that one fingerprint marks, two bits in each.
const MARKED_WORDS: usize = 4;

/// Marks that are fetched at a time: their memory is at hand until they are made.
const FETCHED: usize = 128;

/// Shelves, a power of two; full, they are 4 MiB.
const SHELVES: usize = 1 << 11;

/// Entries of a page. The first is the place in the file of the page before.
const PAGE_ENTRIES: usize = 128;
const ENTRY_BYTES: usize = 16;
const PAGE_BYTES: usize = PAGE_ENTRIES * ENTRY_BYTES;

/// Instead of the place of a page, where there is none before.
const NO_PAGE: u128 = u128::MAX;

/// Lowest bits of an entry: the claim. Above them stand the fingerprint's highest, which
/// together with those that chose the shelf tell billions of claims apart.
const CLAIM_BITS: u32 = 48;

/// The words that one fingerprint marks. They lie in one line of the processor's cache, so that
/// a mark waits for memory once.
#[derive(Clone, Copy, Default, Debug)]
#[repr(align(32))]
struct Marks([u64; MARKED_WORDS]);

/// The claims of an input so far.
#[derive(Debug)]
pub struct Seen {
    filter: Vec<Marks>,
    shelves: Vec<Vec<u128>>,
    /// Which of the latest fingerprints the filter knew before.
    known: Vec<bool>,
    /// Where the temporary file is made, and the file once a shelf was full.
    folder: PathBuf,
    file: Option<File>,
    pages: u64,
}

/// Words of the filter for so many claims, a power of two.
fn words(claims: u64) -> usize {
    let few = claims.saturating_mul(WORDS_A_CLAIM).min(FILTER_WORDS);
    let words = few.max(claims / CLAIMS_A_WORD).min(MOST_WORDS);
    low(u128::from(words)).max(MARKED_WORDS).next_power_of_two()
}

impl Seen {
    /// No claim so far of an input of so many; a temporary file goes to `folder` when it is
    /// needed, and vanishes with this.
    #[must_use]
    pub fn of(folder: PathBuf, claims: u64) -> Seen {
        Seen::sized(folder, words(claims), SHELVES)
    }

    fn sized(folder: PathBuf, words: usize, shelves: usize) -> Seen {
        Seen {
            filter: vec![Marks::default(); words / MARKED_WORDS],
            shelves: vec![Vec::new(); shelves],
            known: Vec::new(),
            folder,
            file: None,
            pages: 0,
        }
    }

    /// The twins among the next claims of the input; those that are no twins and not
    /// rejected are remembered.
    ///
    /// # Errors
    /// When the temporary file can't be written or read.
    pub fn twins(&mut self, prints: &[Print]) -> io::Result<Vec<Twin>> {
        let mut twins = Vec::new();
        let mut known = std::mem::take(&mut self.known);
        known.clear();
        for near in prints.chunks(FETCHED) {
            self.fetch(near);
            let marks = near
                .iter()
                .map(|print| self.mark(print.fingerprint, !print.rejected));
            known.extend(marks);
        }
        for (print, &known) in prints.iter().zip(&known) {
            if known && let Some(first) = self.find(print.fingerprint)? {
                let claim = print.claim;
                twins.push(Twin { claim, first });
            } else if !print.rejected {
                self.keep(print)?;
            }
        }
        self.known = known;
        Ok(twins)
    }

    /// Reads where each of the fingerprints will be marked. Each of them is a wait for memory;
    /// with nothing in between, many wait at once, and the marks no more.
    fn fetch(&self, prints: &[Print]) {
        let first = |print: &Print| {
            let marks = self.filter.get(self.place(print.fingerprint));
            marks.map_or(0, |Marks([first, ..])| *first)
        };
        black_box(prints.iter().map(first).fold(0, |all, word| all ^ word));
    }

    /// Where the filter has the marks of a fingerprint.
    #[inline]
    fn place(&self, fingerprint: u128) -> usize {
        low(fingerprint >> 16) & (self.filter.len() - 1)
    }

    /// Whether the filter holds all marks of a fingerprint; with `set`, it does from now on.
    fn mark(&mut self, fingerprint: u128, set: bool) -> bool {
        let place = self.place(fingerprint);
        let mut bits = low_bits(fingerprint >> 80);
        let Some(Marks(words)) = self.filter.get_mut(place) else {
            return true;
        };
        let mut lacks = 0;
        for word in words {
            let marks = 1_u64 << (bits & 63) | 1 << (bits >> 6 & 63);
            lacks |= marks & !*word;
            *word |= if set { marks } else { 0 };
            bits >>= 12;
        }
        lacks == 0
    }

    fn shelf(&self, fingerprint: u128) -> usize {
        low(fingerprint) & (self.shelves.len() - 1)
    }

    /// The claim of this fingerprint.
    fn find(&self, fingerprint: u128) -> io::Result<Option<u64>> {
        let among = |entries: &[u128]| {
            let mut entries = entries.iter().skip(1);
            let found = entries.find(|&entry| (entry ^ fingerprint) >> CLAIM_BITS == 0)?;
            u64::try_from(found & ((1 << CLAIM_BITS) - 1)).ok()
        };
        let mut shelf = self.shelves[self.shelf(fingerprint)].as_slice();
        let mut page;
        loop {
            if let Some(claim) = among(shelf) {
                return Ok(Some(claim));
            }
            let before = shelf.first().map(|&place| u64::try_from(place));
            let (Some(Ok(place)), Some(file)) = (before, &self.file) else {
                return Ok(None);
            };
            page = read(file, place)?;
            shelf = &page;
        }
    }

    fn keep(&mut self, print: &Print) -> io::Result<()> {
        let index = self.shelf(print.fingerprint);
        let mut before = NO_PAGE;
        if self.shelves[index].len() == PAGE_ENTRIES {
            before = u128::from(self.pages);
            let bytes: Vec<u8> = self.shelves[index]
                .drain(..)
                .flat_map(u128::to_le_bytes)
                .collect();
            if self.file.is_none() {
                self.file = Some(tempfile::tempfile_in(&self.folder)?);
            }
            if let Some(file) = &self.file {
                file.write_all_at(&bytes, self.pages * PAGE_BYTES as u64)?;
            }
            self.pages += 1;
        }
        let shelf = &mut self.shelves[index];
        if shelf.is_empty() {
            shelf.reserve_exact(PAGE_ENTRIES);
            shelf.push(before);
        }
        let high = print.fingerprint >> CLAIM_BITS << CLAIM_BITS;
        shelf.push(high | u128::from(print.claim) & ((1 << CLAIM_BITS) - 1));
        Ok(())
    }
}

/// A page of the file.
fn read(file: &File, place: u64) -> io::Result<Vec<u128>> {
    let mut bytes = [0; PAGE_BYTES];
    file.read_exact_at(&mut bytes, place * PAGE_BYTES as u64)?;
    let (entries, _) = bytes.as_chunks();
    Ok(entries
        .iter()
        .map(|&entry| u128::from_le_bytes(entry))
        .collect())
}

/// The lowest bits, as many as an index takes.
fn low(bits: u128) -> usize {
    usize::try_from(bits & u128::from(u32::MAX)).unwrap_or(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn print(claim: u64, of: u64) -> Print {
        Print {
            claim,
            fingerprint: xxhash_rust::xxh3::xxh3_128(&of.to_le_bytes()),
            rejected: false,
        }
    }

    /// Every other claim bills the same as one at half its place.
    fn find_twins(claims: u64, mut seen: Seen) -> Seen {
        for claim in 0..claims {
            let first = claim / 4 * 2;
            let (of, wanted) = match claim % 2 {
                0 => (claim, vec![]),
                _ => (first, vec![Twin { claim, first }]),
            };
            assert_eq!(seen.twins(&[print(claim, of)]).unwrap(), wanted);
        }
        seen
    }

    #[test]
    fn twins_are_found_in_memory_and_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let small = find_twins(60, Seen::of(folder.path().to_owned(), 60));
        assert!(small.file.is_none());
        // A filter this small is full of marks, so every claim is looked for.
        let large = find_twins(6_000, Seen::sized(folder.path().to_owned(), 4, 2));
        assert!(large.pages > 10);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn the_filter_grows_with_the_claims_up_to_its_limit() {
        assert_eq!(words(0), MARKED_WORDS);
        assert_eq!(words(1_000), 4_096);
        for (claims, mebibytes) in [
            (300_000, 8),
            (4_000_000, 8),
            (9_000_000, 16),
            (17_000_000, 32),
            (1_000_000_000, 32),
            (u64::MAX, 32),
        ] {
            assert_eq!(
                words(claims) * size_of::<u64>(),
                mebibytes << 20,
                "{claims}"
            );
        }
    }

    #[test]
    fn what_is_kept_in_memory_does_not_grow() {
        let folder = tempfile::tempdir().unwrap();
        let mut seen = Seen::sized(folder.path().to_owned(), 1 << 12, 4);
        for claim in 0..20_000 {
            assert!(seen.twins(&[print(claim, claim)]).unwrap().is_empty());
            assert!(
                seen.shelves
                    .iter()
                    .all(|shelf| shelf.capacity() <= PAGE_ENTRIES)
            );
        }
    }

    #[test]
    fn a_rejected_claim_has_no_twin() {
        let mut seen = Seen::of(std::env::temp_dir(), 3);
        let rejected = Print {
            rejected: true,
            ..print(1, 7)
        };
        assert!(seen.twins(&[rejected, print(2, 7)]).unwrap().is_empty());
        let third = seen.twins(&[print(3, 7)]).unwrap();
        assert_eq!(third, [Twin { claim: 3, first: 2 }]);
    }
}
