//! The room a specification leaves for a kind of claim.

use super::scene::{Day, Program, Scene};
use super::spec::Spec;
use crate::value::{Date, DateRange};

/// Days after which a calendar year is over, leap years too.
const PAST_FILING_DAYS: i64 = 370;

impl Scene {
    /// The days the scene and the specification leave for a program, when there
    /// are any.
    pub(super) fn window(&self, spec: &Spec, program: Program) -> Option<DateRange> {
        let widest = spec.window()?;
        let usual = match program {
            Program::Medicare => spec.medicare_window()?,
            Program::Medicaid | Program::Commercial => widest,
        };
        let own = DateRange {
            from: day(self.from)?,
            through: if self.past_filing {
                spec.today.plus_days(-PAST_FILING_DAYS)
            } else {
                day(self.through)?
            },
        };
        meet(own, usual).or_else(|| meet(own, widest))
    }

    /// Whether the specification leaves room for such a claim.
    pub(super) fn fits(&self, spec: &Spec) -> bool {
        let mix = &spec.payers;
        let state_there = self.states.is_empty()
            || mix.medicaid_states.is_empty()
            || mix
                .medicaid_states
                .iter()
                .any(|state| self.states.contains(&state.as_str()));
        let paid = |program| {
            let weight = match program {
                Program::Medicare => mix.medicare,
                Program::Medicaid => mix.medicaid,
                Program::Commercial => mix.commercial,
            };
            weight > 0 && self.window(spec, program).is_some()
        };
        let programs = [Program::Medicare, Program::Medicaid, Program::Commercial];
        let wanted = |program: &Program| self.program.is_none_or(|own| own == *program);
        state_there && programs.into_iter().filter(wanted).any(paid)
    }
}

fn meet(one: DateRange, other: DateRange) -> Option<DateRange> {
    let both = DateRange {
        from: one.from.max(other.from),
        through: one.through.min(other.through),
    };
    (both.from <= both.through).then_some(both)
}

fn day((year, month, day): Day) -> Option<Date> {
    Date::new(year, month, day)
}
