//! Which claims of a block bill the same as an earlier one of the input.

use super::Judged;
use crate::scrub::duplicates::{Near, Print, Prints, Twin};

/// The twins of a block, as far as they are known.
pub(super) struct Twins<'a> {
    /// Those that were told to the pass, in order.
    pub known: &'a [Twin],
    /// The block's claims so far, where twins among them are looked for.
    near: Option<Near>,
}

impl<'a> Twins<'a> {
    /// Looks for twins within the block if that is asked for, and none are known.
    pub(super) fn new(known: &'a [Twin], seeks: bool) -> Twins<'a> {
        Twins {
            known,
            near: (seeks && known.is_empty()).then(Near::default),
        }
    }

    /// The first claim that this one bills the same as. It has a fingerprint if it is original.
    pub(super) fn first(
        &self,
        claim: u64,
        fingerprint: Option<u128>,
        judged: &mut Judged,
    ) -> Option<u64> {
        if let Ok(at) = self.known.binary_search_by_key(&claim, |twin| twin.claim) {
            return self.known.get(at).map(|twin| twin.first);
        }
        let (near, fingerprint) = self.near.as_ref().zip(fingerprint)?;
        let first = near.first(fingerprint, &judged.prints.prints)?;
        judged.twins.push(Twin { claim, first });
        Some(first)
    }

    /// Remembers the claim of this print, which bills the same as `first`.
    pub(super) fn take(&mut self, print: Option<Print>, first: Option<u64>, prints: &mut Prints) {
        let Some(print) = print else { return };
        let passes = !print.rejected && first.is_none();
        prints.prints.push(print);
        if let Some(near) = &mut self.near
            && passes
        {
            near.keep(&prints.prints);
        }
    }
}
