//! What was proved of a run, and what was not.

use std::fmt;

/// What was proved, and what could not be, a line each.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    lines: Vec<String>,
}

impl Report {
    pub(super) fn say(&mut self, line: &str) {
        self.lines.push(format!("proved: {line}"));
    }

    /// Says what could not be asked.
    pub(super) fn leave_out(&mut self, line: &str) {
        self.lines.push(format!("not asked: {line}"));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}
