//! The hierarchical levels of a transaction set: whether each HL fits those around it.
//!
//! A fault is told of the one HL that bears it. What a wrong HL says about another is no
//! proof against that other: it is taken at its word when it agrees with it.

use super::level::Hl;

/// What is wrong with one HL segment, seen against its neighbours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HierarchyFault {
    /// HL01 does not follow on the HL01 before it.
    Number,
    /// HL02 does not name the level that is open above.
    Parent,
    /// A level that stands nowhere: HL03 is none of the 837P, or its parent is not open, or
    /// HL02 names an open level that such a one can't stand under.
    Level,
    /// HL04 says there are no levels below, and there are.
    Child,
    /// HL04 says there are levels below, and there are none.
    Childless,
}

/// The levels that are open in a transaction set.
#[derive(Default, Debug)]
pub(super) struct Hierarchy {
    /// HL01 of the last level: as it said, and as counted since the last that was right.
    last: [u64; 2],
    /// Open levels 20, 22, 23.
    open: [Option<Open>; 3],
}

#[derive(Clone, Copy, Debug)]
struct Open {
    at: u64,
    number: u64,
    says_children: bool,
    has_children: bool,
}

impl Open {
    /// A level that does not fit came below: whatever this one says of its children holds.
    fn believe(&mut self) {
        self.has_children |= self.says_children;
    }
}

impl Hierarchy {
    /// Whether no HL came.
    pub(super) fn is_empty(&self) -> bool {
        self.last[1] == 0
    }

    /// Takes the next HL, which stands at this offset.
    pub(super) fn level(
        &mut self,
        at: u64,
        hl: &Hl<'_>,
        tell: &mut impl FnMut(u64, HierarchyFault),
    ) {
        let (follows, this) = self.count(hl.number);
        let parent_number = hl.parent;
        let is_named =
            |open: &Option<Open>| open.is_some_and(|open| parent_number == Some(open.number));
        let named = self.open.iter().position(is_named);
        let depth = match hl.kind {
            b"20" if named.is_none() => Some(0),
            b"22" => Some(1),
            b"23" => Some(2),
            _ => None,
        };
        let depth = depth.filter(
            |&depth: &usize| match self.open.get(depth.wrapping_sub(1)) {
                None => true,
                Some(above) => above.is_some() && (named.is_none() || is_named(above)),
            },
        );
        let Some(depth) = depth else {
            let above = named.or_else(|| self.open.iter().rposition(Option::is_some));
            if let Some(above) = above.and_then(|above| self.open[above].as_mut()) {
                above.believe();
            }
            tell(at, HierarchyFault::Level);
            return;
        };
        self.close(depth, tell);
        let names_parent = match depth.checked_sub(1).map(|above| &mut self.open[above]) {
            Some(Some(above)) if parent_number == Some(above.number) => {
                above.has_children = true;
                true
            }
            Some(Some(above)) => {
                above.believe();
                false
            }
            _ => hl.is_top,
        };
        if !names_parent {
            tell(at, HierarchyFault::Parent);
        }
        if !follows {
            tell(at, HierarchyFault::Number);
        }
        self.open[depth] = Some(Open {
            at,
            number: this,
            says_children: hl.child == b"1",
            has_children: false,
        });
    }

    /// Closes the open levels from this depth on and compares HL04 with what came.
    pub(super) fn close(&mut self, depth: usize, tell: &mut impl FnMut(u64, HierarchyFault)) {
        for slot in &mut self.open[depth..] {
            match slot.take() {
                Some(level) if level.says_children && !level.has_children => {
                    tell(level.at, HierarchyFault::Childless);
                }
                Some(level) if !level.says_children && level.has_children => {
                    tell(level.at, HierarchyFault::Child);
                }
                _ => {}
            }
        }
    }

    /// Whether HL01 follows, and what counts as the level's number. Behind a wrong number
    /// both count: one more than it, and the number that was due, so that one wrong HL
    /// does not make the next one wrong.
    fn count(&mut self, said: Option<u64>) -> (bool, u64) {
        let due = self.last.map(|last| last + 1);
        let follows = said.is_some_and(|said| due.contains(&said));
        let this = said.unwrap_or(due[1]);
        self.last = [this, if follows { this } else { due[1] }];
        (follows, this)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::Delimiters;

    const DELIMITERS: Delimiters = Delimiters::USUAL;

    /// The faults of these HL segments, by their index.
    fn faults(levels: &[&str]) -> Vec<(u64, HierarchyFault)> {
        let mut found = Vec::new();
        let mut tell = |at, fault| found.push((at, fault));
        let mut hierarchy = Hierarchy::default();
        for (at, level) in (0..).zip(levels) {
            let hl = Hl::read(level.as_bytes(), DELIMITERS);
            hierarchy.level(at, &hl, &mut tell);
        }
        hierarchy.close(0, &mut tell);
        found.sort_by_key(|&(at, _)| at);
        found
    }

    #[test]
    fn a_sound_hierarchy_has_no_fault() {
        let levels = [
            "HL*1**20*1",
            "HL*2*1*22*0",
            "HL*3*1*22*1",
            "HL*4*3*23*0",
            "HL*5**20*1",
            "HL*6*5*22*0",
        ];
        assert_eq!(faults(&levels), []);
    }

    #[test]
    fn a_wrong_level_is_the_only_one_told() {
        use HierarchyFault::{Child, Childless, Level, Number, Parent};
        let sound = [
            "HL*1**20*1",
            "HL*2*1*22*0",
            "HL*3*1*22*1",
            "HL*4*3*23*0",
            "HL*5*3*23*0",
            "HL*6*1*22*0",
        ];
        let wrong: [(usize, &str, &[HierarchyFault]); 12] = [
            (1, "HL*9*1*22*0", &[Number]),
            (1, "HL*1*1*22*0", &[Number]),
            (1, "HL*X*1*22*0", &[Number]),
            (3, "HL*4*7*23*0", &[Parent]),
            (3, "HL*4*1*23*0", &[Level]),
            (3, "HL*4*3*22*0", &[Level]),
            (3, "HL*4*3*2X*0", &[Level]),
            (1, "HL*2*1*20*0", &[Level]),
            (1, "HL*2*1*23*0", &[Level]),
            (5, "HL*6*3*22*0", &[Level]),
            (5, "HL*6*1*22*1", &[Childless]),
            (2, "HL*3*1*22*0", &[Child]),
        ];
        for (at, level, expected) in wrong {
            let mut levels = sound;
            levels[at] = level;
            let expected: Vec<_> = expected.iter().map(|&fault| (at as u64, fault)).collect();
            assert_eq!(faults(&levels), expected, "{level}");
        }
    }

    #[test]
    fn a_lost_level_makes_only_its_children_wrong() {
        use HierarchyFault::{Level, Number, Parent};
        // HL*2, a subscriber.
        let levels = ["HL*1**20*1", "HL*3*1*22*1", "HL*4*3*23*0"];
        assert_eq!(faults(&levels), [(1, Number)]);
        // HL*3, a subscriber with a patient.
        let levels = ["HL*1**20*1", "HL*2*1*22*0", "HL*4*3*23*0", "HL*5*1*22*0"];
        assert_eq!(faults(&levels), [(2, Parent), (2, Number)]);
        // The first billing provider, and the second.
        let levels = ["HL*2*1*22*0", "HL*3**20*1", "HL*4*3*22*0"];
        assert_eq!(faults(&levels), [(0, Level)]);
        let levels = ["HL*1**20*1", "HL*2*1*22*0", "HL*4*3*22*0", "HL*5*3*22*0"];
        assert_eq!(faults(&levels), [(2, Parent), (2, Number), (3, Parent)]);
    }

    #[test]
    fn a_doubled_level_is_told_once() {
        let levels = ["HL*1**20*1", "HL*2*1*22*0", "HL*2*1*22*0", "HL*3*1*22*0"];
        assert_eq!(faults(&levels), [(2, HierarchyFault::Number)]);
    }
}
