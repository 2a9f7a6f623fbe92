//! Which codes a policy speaks of, and which of its rows make it on a date.

use std::collections::BTreeSet;

use crate::value::{Date, Modifier, Procedure};

use super::answer::Answer;
use super::cite::Citation;
use super::dated::procedure_key;
use super::facts::CodeStanding;
use super::schema::Kind;
use super::tables::Policy;
use super::telehealth::of_unnamed;

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
    pub others: Option<Answer<CodeStanding>>,
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
            others: self.telehealth.at((), date).and_then(of_unnamed),
            ..NamedCodes::default()
        };
        for code in self.codes_in_rows(date) {
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

    /// The modifiers of which the rows about telehealth say on a date that they are refused or
    /// bound, in order.
    #[must_use]
    pub fn named_modifiers(&self, date: Date) -> Vec<Modifier> {
        let named: BTreeSet<String> = self
            .telehealth_rows(date)
            .flat_map(|row| {
                [
                    row.words_of("modifiers"),
                    row.words_of("modifiers_not_allowed"),
                ]
            })
            .flatten()
            .collect();
        let modifiers = named.iter();
        modifiers
            .filter_map(|modifier| Modifier::parse(modifier.as_bytes()))
            .collect()
    }

    fn codes_in_rows(&self, date: Date) -> BTreeSet<Procedure> {
        self.telehealth_rows(date)
            .filter(|row| matches!(row.kind(), Some(Kind::Telehealth | Kind::CodeOnList)))
            .flat_map(|row| [row.words_of("codes"), row.words_of("codes_excluded")])
            .flatten()
            .filter_map(|code| Procedure::parse(code.as_bytes()))
            .collect()
    }
}
