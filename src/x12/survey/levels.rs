//! Hierarchical levels as the survey comes by them.

use super::pass::Pass;
use crate::x12::hierarchy::HierarchyFault;
use crate::x12::level::Hl;
use crate::x12::limits;

impl Pass<'_> {
    pub(super) fn level(&mut self, at: u64, hl: &Hl<'_>) {
        let mut found = Vec::new();
        let mut tell = |at, fault| found.push((at, fault));
        self.hierarchy.level(at, hl, &mut tell);
        for (at, fault) in found {
            self.hierarchy_fault(at, fault);
        }
    }

    /// The set ends, and all its levels.
    pub(super) fn close_levels(&mut self) {
        let mut found = Vec::new();
        self.hierarchy
            .close(0, &mut |at, fault| found.push((at, fault)));
        for (at, fault) in found {
            self.hierarchy_fault(at, fault);
        }
    }

    fn hierarchy_fault(&mut self, at: u64, fault: HierarchyFault) {
        if self.survey.hierarchy.len() < limits::HIERARCHY_FAULTS {
            self.survey.hierarchy.push((at, fault));
        } else {
            self.survey.hierarchy_overflow = true;
            self.oversize(at, 0);
        }
    }
}
