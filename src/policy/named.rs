//! Which codes a policy speaks of, and which of its rows make it on a date.

use std::collections::BTreeSet;

use crate::value::{Date, Procedure};

use super::cite::Citation;
use super::dated::procedure_key;
use super::facts::CodeStanding;
use super::schema::{CodesMode, Kind};
use super::tables::Policy;

/// The procedure codes a policy names on a date, by how they stand towards telehealth.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NamedCodes {
    /// Payable by telehealth.
    pub listed: Vec<Procedure>,
    /// Named as not on the list.
    pub not_listed: Vec<Procedure>,
    /// Named as never payable by telehealth.
    pub excluded: Vec<Procedure>,
    /// What holds for every code that is not named; `None` when it is not known.
    pub others: Option<CodeStanding>,
}

impl Policy {
    /// The rows about telehealth that hold on a date, in the order of the files.
    pub fn telehealth_rows(&self, date: Date) -> impl Iterator<Item = Citation<'_>> {
        self.rows().filter(move |row| {
            row.kind().is_some_and(Kind::is_about_telehealth)
                && row.days().is_some_and(|days| days.contains(date))
        })
    }

    /// The procedure codes the policy names for telehealth on a date.
    #[must_use]
    pub fn named_codes(&self, date: Date) -> NamedCodes {
        let mut named = NamedCodes {
            others: self
                .telehealth
                .at((), date)
                .and_then(|entry| match entry.value.codes_mode {
                    CodesMode::List => Some(CodeStanding::NotListed),
                    CodesMode::SameAsInPerson => Some(CodeStanding::Listed),
                    CodesMode::CodeRows | CodesMode::Unknown => None,
                }),
            ..NamedCodes::default()
        };
        for code in self.codes_in_rows(|row| row.days().is_some_and(|days| days.contains(date))) {
            match self.code(code, date).map(|answer| answer.value) {
                Some(CodeStanding::Listed) => named.listed.push(code),
                Some(CodeStanding::NotListed) => named.not_listed.push(code),
                Some(CodeStanding::Excluded) => named.excluded.push(code),
                None => {}
            }
        }
        named
    }

    /// Whether a row on telehealth names the code on this date, to pay it or not.
    #[must_use]
    pub fn names_code(&self, procedure: Procedure, date: Date) -> bool {
        let key = procedure_key(procedure);
        let in_period = || {
            self.telehealth.at((), date).is_some_and(|entry| {
                let lists = [&entry.value.codes, &entry.value.codes_excluded];
                lists.iter().any(|list| list.binary_search(&key).is_ok())
            })
        };
        self.codes.at(key, date).is_some() || self.hands_on.at(key, date).is_some() || in_period()
    }

    /// Every procedure code that a row on telehealth codes names on any date.
    #[must_use]
    pub fn codes_ever_named(&self) -> BTreeSet<Procedure> {
        self.codes_in_rows(|_| true)
    }

    fn codes_in_rows(&self, wanted: impl Fn(&Citation<'_>) -> bool) -> BTreeSet<Procedure> {
        self.rows()
            .filter(|row| matches!(row.kind(), Some(Kind::Telehealth | Kind::CodeOnList)))
            .filter(wanted)
            .flat_map(|row| row.facts())
            .filter(|(key, _)| matches!(*key, "codes" | "codes_excluded"))
            // The strings of a list, as the file writes them.
            .flat_map(|(_, list)| list.split('"').skip(1).step_by(2))
            .filter_map(|code| Procedure::parse(code.as_bytes()))
            .collect()
    }
}
