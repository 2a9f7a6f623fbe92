//! What is to be taken out of the boxes, in batches that are fair to all of them.

use std::collections::VecDeque;

use super::folders::{Entrance, Submitter};
use super::intake::Found;
use super::line::{BATCH_BYTES, BATCH_FILES};
use super::take::Wanted;

/// Files that are whole, box by box.
#[derive(Debug, Default)]
pub struct Boxes(VecDeque<VecDeque<Wanted>>);

impl Boxes {
    /// Adds the files of a box.
    pub fn add(&mut self, submitter: &Submitter, entrance: Entrance, found: Vec<Found>) {
        let wanted = |path, shape| Wanted {
            submitter: submitter.clone(),
            entrance,
            path,
            shape,
        };
        let files: VecDeque<Wanted> = found
            .into_iter()
            .map(|found| match found {
                Found::Whole(path, shape) => wanted(path, Some(shape)),
                Found::Foreign(path) => wanted(path, None),
            })
            .collect();
        if !files.is_empty() {
            self.0.push_back(files);
        }
    }

    /// Files that are left.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(VecDeque::len).sum()
    }

    /// Whether none is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next files: from each box in turn, so that a full one does not keep the files
    /// of another waiting.
    pub fn batch(&mut self) -> Option<Vec<Wanted>> {
        let (mut batch, mut bytes) = (Vec::new(), 0_u64);
        while batch.len() < BATCH_FILES && bytes < BATCH_BYTES {
            let Some(mut files) = self.0.pop_front() else {
                break;
            };
            if let Some(file) = files.pop_front() {
                bytes = bytes.saturating_add(file.bytes());
                batch.push(file);
            }
            if !files.is_empty() {
                self.0.push_back(files);
            }
        }
        (!batch.is_empty()).then_some(batch)
    }
}
