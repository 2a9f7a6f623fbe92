//! The service lines of a claim, in the memory of those of the claims before.

use std::ops::{Deref, DerefMut};

use super::view::Line;

/// Service lines in their order.
#[derive(Clone, Default, Debug)]
pub struct Lines {
    /// The lines, and behind them lines not in use, kept for their vectors.
    all: Vec<Line>,
    count: usize,
}

impl Lines {
    /// Takes all lines away.
    pub fn clear(&mut self) {
        self.count = 0;
    }

    /// Adds the line that starts at this LX.
    #[inline]
    pub fn start(&mut self, lx: u32) -> &mut Line {
        if self.count == self.all.len() {
            self.grow();
        }
        let line = &mut self.all[self.count];
        self.count += 1;
        line.number = u32::try_from(self.count).unwrap_or(u32::MAX);
        line.lx = lx;
        line.sv1 = None;
        line.date = None;
        line.control = None;
        line.providers.clear();
        // Few lines have any, and each is dropped by itself.
        if !line.adjudications.is_empty() {
            line.adjudications.clear();
        }
        line
    }

    #[cold]
    fn grow(&mut self) {
        self.all.push(Line::default());
    }

    /// The line that was started latest.
    #[inline]
    pub fn latest(&mut self) -> Option<&mut Line> {
        self.all.get_mut(self.count.checked_sub(1)?)
    }
}

impl Deref for Lines {
    type Target = [Line];

    #[inline]
    fn deref(&self) -> &[Line] {
        &self.all[..self.count]
    }
}

impl DerefMut for Lines {
    #[inline]
    fn deref_mut(&mut self) -> &mut [Line] {
        &mut self.all[..self.count]
    }
}
