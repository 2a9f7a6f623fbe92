//! One open envelope of an output, from where its header waits for a claim to its end.

use super::text::Text;
use crate::scrub::item::Item;

/// An envelope header waiting for its first claim, or already written.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub text: Text,
    pub segments: u64,
    /// The control number as read, and as written.
    pub number: Vec<u8>,
    pub written_number: Vec<u8>,
    pub written: bool,
    /// Groups in an interchange, sets in a group, segments in a set: as written.
    pub count: u64,
    pub open: bool,
    /// Whether something of it has gone elsewhere.
    pub left: bool,
    /// Of an interchange: groups, of a group: sets that never held a claim, whole and
    /// in order. They go where the first claim around them goes.
    pub waiting: Waiting,
}

/// Envelopes without a claim.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    pub bytes: Vec<u8>,
    /// How many, of the kind right below; transaction sets and segments in all.
    pub count: u64,
    pub sets: u64,
    pub segments: u64,
}

impl Header {
    /// Waits with a header that stands in the block.
    pub(super) fn wait(&mut self, item: &Item, segments: u64, number: Vec<u8>) {
        self.text.of_block(item.start as usize, item.end as usize);
        self.opened(segments, number);
    }

    /// Waits with a header of our own making.
    pub(super) fn wait_with(&mut self, text: Vec<u8>, number: Vec<u8>) {
        self.text.of(text);
        self.opened(1, number);
    }

    fn opened(&mut self, segments: u64, number: Vec<u8>) {
        self.segments = segments;
        self.written_number.clone_from(&number);
        self.number = number;
        self.written = false;
        self.count = 0;
        self.open = true;
        self.left = false;
        self.waiting = Waiting::default();
    }

    pub(super) fn closed(&mut self) {
        self.written = false;
        self.open = false;
    }
}

impl Waiting {
    pub(super) fn add(&mut self, whole: &Waiting) {
        self.bytes.extend_from_slice(&whole.bytes);
        self.count += whole.count;
        self.sets += whole.sets;
        self.segments += whole.segments;
    }
}
