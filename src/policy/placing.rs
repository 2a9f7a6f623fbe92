//! A policy in the making, and a row on its way into it.

use crate::value::{DateRange, Procedure};

use super::dated::{Dated, Key, Standing, procedure_key};
use super::error::{PolicyError, Problem};
use super::tables::Policy;
use super::words::Code;

/// A policy in the making.
pub(super) struct Compiler {
    pub(super) policy: Policy,
    pub(super) errors: Vec<PolicyError>,
}

/// One row on its way into the tables.
pub(super) struct Placing<'a> {
    pub(super) file: &'a str,
    pub(super) line: u32,
    pub(super) days: DateRange,
    pub(super) standing: Standing,
}

impl Compiler {
    /// Notes a fault of a file.
    pub(super) fn fault(&mut self, file: &str, line: u32, problem: Problem) {
        self.errors.push(PolicyError {
            file: file.to_owned(),
            line,
            problem,
        });
    }

    /// Notes that a row contradicts itself.
    pub(super) fn contradiction(&mut self, at: &Placing<'_>, message: &str) {
        self.fault(at.file, at.line, Problem::Contradiction(message.to_owned()));
    }
}

impl Placing<'_> {
    /// Files one fact under one key.
    pub(super) fn put<K: Key, T>(&self, table: &mut Dated<K, T>, key: K, value: T) {
        table.push(key, self.days, self.standing, value);
    }

    /// Files one fact under each of some codes.
    pub(super) fn put_codes<T: Clone>(
        &self,
        table: &mut Dated<u64, T>,
        codes: &[Code<Procedure>],
        value: &T,
    ) {
        for code in codes {
            self.put(table, procedure_key(code.0), value.clone());
        }
    }
}
