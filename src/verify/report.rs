//! What was proved of a run.

use std::fmt;

/// What was proved, a line each.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    lines: Vec<String>,
}

impl Report {
    pub(super) fn say(&mut self, line: String) {
        self.lines.push(line);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            writeln!(f, "proved: {line}")?;
        }
        Ok(())
    }
}
