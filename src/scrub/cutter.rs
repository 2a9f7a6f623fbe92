//! Cutting an input into blocks: as the survey planned it, and where it made no plan, by
//! looking for the cuts.

use std::io::{self, Read};

use super::block::Block;
use super::looking::Looking;
use super::planned::Planned;
use crate::x12::SegmentSource;
use crate::x12::cuts::Standing;
use crate::x12::survey::{Blocks, Survey};

/// Cuts a stream into blocks.
pub struct Cutter<R> {
    way: Way<R>,
    strange: Vec<u64>,
    target: usize,
}

enum Way<R> {
    /// As the survey planned it.
    Planned(Box<Planned<R>>),
    /// The cuts are looked for.
    Looking(Box<Looking<R>>),
    /// To no end: there is no more.
    Ended,
}

impl<R: Read> Cutter<R> {
    /// A cutter for blocks of about `target` bytes.
    pub fn new(input: R, survey: &Survey, target: usize) -> Cutter<R> {
        let strange = survey.strange_levels();
        match Blocks::of(&survey.plan, target) {
            Some(blocks) => Cutter {
                way: Way::Planned(Box::new(Planned::new(input, blocks))),
                strange,
                target,
            },
            None => Cutter::looking(input, survey, target),
        }
    }

    /// The same, without a plan.
    pub(super) fn looking(input: R, survey: &Survey, target: usize) -> Cutter<R> {
        let (source, standing) = (SegmentSource::new(input), Standing::default());
        let looking = Looking::new(source, standing, survey.strange_levels(), target);
        Cutter {
            way: Way::Looking(Box::new(looking)),
            strange: Vec::new(),
            target,
        }
    }

    /// Fills `block` with the next block. False at the end of the input.
    ///
    /// # Errors
    /// When the input cannot be read, or is not the one that was surveyed.
    pub fn next(&mut self, block: &mut Block) -> io::Result<bool> {
        if let Way::Planned(planned) = &mut self.way {
            if planned.next(block)? {
                return Ok(true);
            }
            self.way = match std::mem::replace(&mut self.way, Way::Ended) {
                Way::Planned(planned) => match planned.rest() {
                    Some((source, standing)) => {
                        let strange = std::mem::take(&mut self.strange);
                        let looking = Looking::new(source, standing, strange, self.target);
                        Way::Looking(Box::new(looking))
                    }
                    None => Way::Ended,
                },
                way => way,
            };
        }
        match &mut self.way {
            Way::Looking(looking) => looking.next(block),
            Way::Planned(_) | Way::Ended => Ok(false),
        }
    }
}
