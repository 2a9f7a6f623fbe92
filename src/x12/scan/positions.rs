//! Positions found in a block, in vectors that are filled anew for each block.

use std::ops::Deref;

use super::STRETCH;

/// Room for the positions of one stretch: there are no more than its bytes, but a pass may
/// write something to any of the places.
pub(super) type Room = [u32; STRETCH];

/// Stretches for whose positions room is made at a time.
pub(super) const STRETCHES: usize = 64;

/// Their bytes.
const SLAB: usize = STRETCHES * STRETCH;

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

    /// Room for the positions of some stretches.
    pub(super) fn slab(&mut self) -> Option<Slab<'_>> {
        if self.places.len() < self.count + SLAB + STRETCH {
            self.grow();
        }
        let room = self.places.get_mut(self.count..)?.first_chunk_mut()?;
        Some(Slab { room, count: 0 })
    }

    /// Takes what was added to the slab.
    pub(super) fn take(&mut self, count: usize) {
        self.count += count;
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
        self.places.resize(self.count + 2 * SLAB, 0);
    }
}

/// Room for the positions of [`STRETCHES`] stretches, and how many there are.
pub(super) struct Slab<'a> {
    room: &'a mut [u32; SLAB + STRETCH],
    pub(super) count: usize,
}

impl Slab<'_> {
    /// Adds as many positions as `write` leaves at the front of the room it is given, at most
    /// one for each byte of a stretch.
    // Inlined so that it is compiled with the instructions of its caller, which sees that there
    // is room at every place that the bits of a count can name.
    #[allow(clippy::inline_always)]
    #[inline(always)]
    pub(super) fn add(&mut self, count: u32, write: impl FnOnce(&mut Room)) {
        let place = self.count % SLAB;
        if let Some(room) = self.room[place..].first_chunk_mut() {
            write(room);
            self.count += count as usize;
        }
    }
}

impl Deref for Positions {
    type Target = [u32];

    #[inline]
    fn deref(&self) -> &[u32] {
        &self.places[..self.count]
    }
}
