//! Looking for the next interchange: the three bytes `ISA`, wherever they stand.

use memchr::memmem;

use super::STRETCH;

/// What is looked for.
pub(super) const ISA: [u8; 3] = *b"ISA";

/// A stretch, and the bytes behind it that what starts in it may reach to.
pub(super) const REACH: usize = STRETCH + ISA.len() - 1;

/// Skips the stretches in which none starts, as `starts` says.
// Inlined so that it is compiled with the instructions of its caller.
#[allow(clippy::inline_always)]
#[inline(always)]
pub(super) fn after(bytes: &[u8], starts: impl Fn(&[u8; REACH]) -> bool) -> Option<usize> {
    let mut base = 0;
    while let Some(reach) = bytes[base..].first_chunk()
        && !starts(reach)
    {
        base += STRETCH;
    }
    memmem::find(&bytes[base..], &ISA).map(|at| base + at)
}
