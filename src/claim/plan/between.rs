//! Which bytes may stand at each of some places, all of them held against others at once.

use super::read::Read;

/// Bytes that are looked at at a time.
pub(super) const LANES: usize = 32;

/// The least and the greatest byte at each place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Between {
    least: [u8; LANES],
    most: [u8; LANES],
}

impl Between {
    /// Any bytes.
    pub(super) const ANY: Between = Between {
        least: [0; LANES],
        most: [u8::MAX; LANES],
    };

    /// None: no byte is at once 1 or more and 0.
    pub(super) const NONE: Between = Between {
        least: [1; LANES],
        most: [0; LANES],
    };

    /// Lets these bytes stand at a place of the rows.
    pub(super) fn set(rows: &mut [Between], at: usize, (least, most): (u8, u8)) {
        if let Some(row) = rows.get_mut(at / LANES) {
            (row.least[at % LANES], row.most[at % LANES]) = (least, most);
        }
    }

    /// Lets the bytes stand from a place on that can stand for a sound value; `None` where that
    /// can't be said byte by byte.
    pub(super) fn set_value(
        rows: &mut [Between],
        at: usize,
        value: &[u8],
        read: &Read,
    ) -> Option<()> {
        for (at, &byte) in (at..).zip(value) {
            Between::set(rows, at, range_of(read, byte)?);
        }
        Some(())
    }

    /// Whether the bytes that follow are between those of the rows.
    #[inline]
    pub(super) fn hold(rows: &[Between], bytes: &[u8]) -> bool {
        let mut outside = [0; LANES];
        let mut behind = bytes;
        for between in rows {
            let Some((bytes, rest)) = behind.split_first_chunk::<LANES>() else {
                return false;
            };
            behind = rest;
            for lane in 0..LANES {
                let within = bytes[lane].max(between.least[lane]).min(between.most[lane]);
                outside[lane] |= within ^ bytes[lane];
            }
        }
        let (halves, _) = outside.as_chunks();
        u128::from_ne_bytes(halves[0]) | u128::from_ne_bytes(halves[1]) == 0
    }
}

/// The bytes that can stand in the place of one of a sound value, the others being alike;
/// `None` where that can't be said byte by byte.
fn range_of(read: &Read, byte: u8) -> Option<(u8, u8)> {
    match read {
        Read::Nothing => Some((0, u8::MAX)),
        Read::Number { .. } if byte.is_ascii_digit() => Some((b'0', b'9')),
        // A sign or a point, which stays where it is, or a character of a code.
        Read::Number { .. } | Read::Known | Read::Code(_) | Read::Character(_) | Read::Person => {
            Some((byte, byte))
        }
        Read::Period | Read::All => None,
    }
}
