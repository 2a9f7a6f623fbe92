//! The amounts of CAS segments, which two rules add up.

use crate::claim::text::Text;
use crate::value::{Cents, CentsTotal};

/// The elements of a CAS segment that hold an amount: CAS03, CAS06 ... CAS18.
pub(super) const AMOUNTS: [u8; 6] = [3, 6, 9, 12, 15, 18];

/// The sum of all amounts of these CAS segments; `None` when one cannot be read,
/// which is another rule's finding.
pub(super) fn sum(text: &Text<'_>, segments: &[u32]) -> Option<CentsTotal> {
    let mut total = CentsTotal::ZERO;
    for &index in segments {
        let segment = text.segment(index);
        for at in AMOUNTS {
            let value = segment.element(usize::from(at));
            if !value.is_empty() {
                total = total.plus(Cents::parse(value)?);
            }
        }
    }
    Some(total)
}
