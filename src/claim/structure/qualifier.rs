//! What tells uses of one segment identifier apart: a code in one of its elements.

use super::packed::pack;
use crate::x12::Segment;

/// Where the code stands that tells uses of one segment identifier apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum QualifierPlace {
    Element(usize),
    FirstComponent,
}

impl QualifierPlace {
    /// The code there, packed; `None` when it is too long for any code.
    #[inline]
    pub(super) fn of(self, segment: &Segment<'_>, component: u8) -> Option<u64> {
        pack(match self {
            QualifierPlace::Element(position) => segment.element(position),
            QualifierPlace::FirstComponent => {
                let element = segment.element(1);
                let end = element.iter().position(|&byte| byte == component);
                &element[..end.unwrap_or(element.len())]
            }
        })
    }
}

/// The first bytes of a segment's first element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::claim) struct Opening {
    bytes: u32,
    /// Ones where they matter.
    mask: u32,
}

impl Opening {
    /// However it opens.
    pub(in crate::claim) const ANY: Opening = Opening { bytes: 0, mask: 0 };

    /// The whole qualifier and the separator behind it, so that no other value opens so.
    pub(super) fn of(
        qualifier: QualifierPlace,
        segment: &Segment<'_>,
        component: u8,
    ) -> Option<Opening> {
        let element = segment.element(1);
        let length = match qualifier {
            QualifierPlace::Element(1) => element.len(),
            QualifierPlace::Element(_) => return None,
            QualifierPlace::FirstComponent => element
                .iter()
                .position(|&byte| byte == component)
                .unwrap_or(element.len()),
        };
        let mask = match length {
            0..=2 => (1 << (8 * (length + 1))) - 1,
            3 => u32::MAX,
            _ => return None,
        };
        let (bytes, separators) = segment.parts();
        let start = *separators.first()? as usize + 1;
        let first = bytes.get(start..start + 4)?.first_chunk()?;
        let bytes = u32::from_le_bytes(*first) & mask;
        Some(Opening { bytes, mask })
    }

    /// Whether it does not matter how a segment opens.
    #[inline]
    pub(in crate::claim) fn is_any(self) -> bool {
        self.mask == 0
    }

    /// Whether a segment opens so whose first element starts with these bytes.
    #[inline]
    pub(in crate::claim) fn holds(self, bytes: u32) -> bool {
        bytes & self.mask == self.bytes
    }
}
