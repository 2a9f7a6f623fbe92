//! Hierarchical levels against their neighbours: HL01 to HL04.

use super::fault::{Fault, HierarchyFault, Scope};
use super::pass::Pass;
use crate::x12::envelope::number;
use crate::x12::{Delimiters, limits};

/// The open levels of a transaction set.
#[derive(Default)]
pub(super) struct Hierarchy {
    /// HL01 of the last level; 0 before the first.
    last: u64,
    /// Open levels 20, 22, 23: offset and HL01.
    open: [Option<OpenLevel>; 3],
}

#[derive(Clone, Copy)]
struct OpenLevel {
    at: u64,
    number: u64,
    says_children: bool,
    has_children: bool,
}

impl Pass<'_> {
    pub(super) fn level(&mut self, at: u64, text: &[u8], delimiters: Delimiters) {
        let mut parts = text.split(|&byte| byte == delimiters.element).skip(1);
        let mut next = || parts.next().unwrap_or(&[]);
        let (number_text, parent, level, child) = (next(), next(), next(), next());
        let parsed = number(number_text);
        let depth = match level {
            b"20" => 0,
            b"22" => 1,
            b"23" => 2,
            _ => {
                self.hierarchy_fault(at, HierarchyFault::Level);
                self.hierarchy.last = parsed.unwrap_or(self.hierarchy.last + 1);
                return;
            }
        };
        self.close_levels(depth);
        let mut fault = None;
        if depth > 0 {
            match &mut self.hierarchy.open[depth - 1] {
                Some(above) => {
                    above.has_children = true;
                    if number(parent) != Some(above.number) {
                        fault = Some(HierarchyFault::Parent);
                    }
                }
                None => fault = Some(HierarchyFault::Level),
            }
        } else if !parent.is_empty() {
            fault = Some(HierarchyFault::Parent);
        }
        if parsed != Some(self.hierarchy.last + 1) {
            fault = Some(HierarchyFault::Number);
        }
        if let Some(fault) = fault {
            self.hierarchy_fault(at, fault);
        }
        let number = parsed.unwrap_or(self.hierarchy.last + 1);
        self.hierarchy.last = number;
        self.hierarchy.open[depth] = Some(OpenLevel {
            at,
            number,
            says_children: child == b"1",
            has_children: false,
        });
    }

    /// Closes the open levels from this depth on and compares HL04 with what came.
    pub(super) fn close_levels(&mut self, depth: usize) {
        for slot in depth..3 {
            if let Some(level) = self.hierarchy.open[slot].take()
                && level.says_children != level.has_children
            {
                let fault = if level.has_children {
                    HierarchyFault::Child
                } else {
                    HierarchyFault::Childless
                };
                self.hierarchy_fault(level.at, fault);
            }
        }
    }

    fn hierarchy_fault(&mut self, at: u64, fault: HierarchyFault) {
        if self.survey.hierarchy.len() < limits::HIERARCHY_FAULTS {
            self.survey.hierarchy.push((at, fault));
        } else {
            self.survey.hierarchy_overflow = true;
            if let Some(header) = self.set.as_ref().map(|set| set.header) {
                let noted = self
                    .survey
                    .notes
                    .last()
                    .is_some_and(|note| note.header == header);
                if !noted {
                    self.note(Scope::Set, header, at, 0, Fault::Oversize);
                }
            }
        }
    }
}
