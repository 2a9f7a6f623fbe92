//! Positions found in a block, in vectors that are filled anew for each block.

use std::ops::Deref;

use super::STRETCH;

/// Room for the positions of one stretch: there are no more than its bytes, but a pass may
/// write something to any of the places.
pub(super) type Room = [u32; STRETCH];

/// Room is made for so many positions at a time.
const SLAB: usize = 64 * STRETCH;

/// A list of positions. What lies behind its end was written before and stays there, so that
/// nothing is filled with zeros twice.
#[derive(Clone, Default, Debug)]
pub(in crate::x12) struct Positions {
    places: Vec<u32>,
    count: usize,
}

impl Positions {
    /// Empties the list, and keeps its room.
    pub(in crate::x12) fn clear(&mut self) {
        self.count = 0;
    }

    /// Adds as many positions as `write` leaves at the front of the room it is given, at most
    /// one for each byte of a stretch.
    // Inlined so that it is compiled with the instructions of its caller.
    #[allow(clippy::inline_always)]
    #[inline(always)]
    pub(super) fn add(&mut self, count: u32, write: impl FnOnce(&mut Room)) {
        if self.places.len() < self.count + STRETCH {
            self.grow();
        }
        if let Some(room) = self.places[self.count..].first_chunk_mut() {
            write(room);
            self.count += count as usize;
        }
    }

    /// Adds this many zeros.
    pub(in crate::x12) fn pad(&mut self, count: usize) {
        self.places.truncate(self.count);
        self.count += count;
        self.places.resize(self.count, 0);
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        self.places.resize(self.count + SLAB, 0);
    }
}

impl Deref for Positions {
    type Target = [u32];

    #[inline]
    fn deref(&self) -> &[u32] {
        &self.places[..self.count]
    }
}
