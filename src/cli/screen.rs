//! The summary after a run, and the progress bar during it.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::counted::counted;
use crate::scrub::batch::Batch;
use crate::scrub::tally::{Sum, Tally};

/// How many rules the summary names.
const TOP_RULES: usize = 8;

/// A bar over so many bytes; invisible where there is no terminal.
#[must_use]
pub(super) fn progress_bar(bytes: u64, quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::hidden());
    }
    let bar = ProgressBar::new(bytes);
    let template = "{bar:40} {bytes}/{total_bytes} {binary_bytes_per_sec} {eta}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// The sums that close a run.
#[derive(Debug, serde::Serialize)]
pub(super) struct Summary<'a> {
    /// Inputs by what became of them.
    files: Files,
    /// Claims and dollars, and findings by rule. In = clean + held + rejected.
    #[serde(rename = "in")]
    total: Sum,
    #[serde(flatten)]
    tally: &'a Tally,
    bytes: u64,
    seconds: f64,
}

#[derive(Debug, serde::Serialize)]
struct Files {
    scrubbed: u64,
    /// Scrubbed before, with their outputs still there.
    repeated: u64,
    refused: u64,
    failed: u64,
}

impl Summary<'_> {
    /// The sums of a batch that took so long.
    pub(super) fn of(batch: &Batch, elapsed: Duration) -> Summary<'_> {
        Summary {
            files: Files {
                scrubbed: batch.scrubbed,
                repeated: batch.repeated,
                refused: batch.refused,
                failed: batch.failed,
            },
            total: batch.tally.total(),
            tally: &batch.tally,
            bytes: batch.bytes,
            seconds: elapsed.as_secs_f64(),
        }
    }

    /// To the log.
    pub(super) fn log(&self) {
        tracing::info!(
            scrubbed = self.files.scrubbed,
            repeated = self.files.repeated,
            refused = self.files.refused,
            failed = self.files.failed,
            claims = self.total.claims,
            clean = self.tally.clean.claims,
            rejected = self.tally.rejected.claims,
            held = self.tally.held.claims,
            unread = self.tally.unread.claims,
            bytes = self.bytes,
            seconds = self.seconds,
            "the run has ended"
        );
    }

    /// As a table.
    pub(super) fn table(&self) -> String {
        let tally = self.tally;
        let mut text = String::new();
        let mut row = |label: &str, sum: Sum| {
            let claims = counted(sum.claims, "claim");
            let (number, claims) = claims.split_once(' ').unwrap_or_default();
            let dollars = format!("${}", sum.charges);
            let _ = writeln!(text, "{label:<12}{number:>10} {claims:<6} {dollars:>16}");
        };
        row("in", self.total);
        row("clean", tally.clean);
        row("rejected", tally.rejected);
        if tally.held.claims > 0 {
            row("held", tally.held);
        }
        if tally.unchecked.claims > 0 {
            row("unchecked", tally.unchecked);
        }
        if tally.therapy_unknown.claims > 0 {
            row("PTT unknown", tally.therapy_unknown);
        }
        if tally.warned.claims > 0 {
            row("warned", tally.warned);
        }
        if tally.unread.claims > 0 {
            row("unread", tally.unread);
        }
        self.rules(&mut text);
        let repeated = match self.files.repeated {
            0 => String::new(),
            before => format!("{before} before, "),
        };
        let _ = writeln!(
            text,
            "{} scrubbed, {repeated}{} refused, {} failed; {}",
            counted(self.files.scrubbed, "file"),
            self.files.refused,
            self.files.failed,
            self.pace(),
        );
        text
    }

    /// How much was read in what time; the speed, where it is not that of the start.
    fn pace(&self) -> String {
        #[allow(clippy::cast_precision_loss)] // for people, three digits of it
        let bytes = self.bytes as f64;
        let seconds = self.seconds;
        if bytes < 1e6 {
            return format!("{:.0} KB in {seconds:.2} s", bytes / 1e3);
        }
        let megabytes = bytes / 1e6;
        format!(
            "{megabytes:.1} MB in {seconds:.2} s, {:.0} MB/s",
            megabytes / seconds.max(1e-9)
        )
    }

    /// The rules with most findings; before them those that reject whole transaction sets, the
    /// one with most claims first.
    fn rules(&self, text: &mut String) {
        let taken = |code: &str| self.tally.taken_along.get(code).map_or(0, |sum| sum.claims);
        let mut rules: Vec<_> = self.tally.rules.iter().collect();
        rules.sort_by_key(|(code, count)| {
            (
                Reverse(taken(code)),
                Reverse(count.reject),
                Reverse(count.warn),
                **code,
            )
        });
        let more = rules.len().saturating_sub(TOP_RULES);
        for (code, count) in rules.into_iter().take(TOP_RULES) {
            let name = crate::rules::registry::find(code).map_or("", |rule| rule.name);
            let _ = write!(
                text,
                "  {code:<8}{name:<44}{:>6} reject {:>6} warn",
                count.reject, count.warn
            );
            let _ = match taken(code) {
                0 => writeln!(text),
                1 => writeln!(text, "  and 1 claim with it"),
                claims => writeln!(text, "  and {claims} claims with it"),
            };
        }
        match more {
            0 => {}
            1 => text.push_str("  ... and 1 more rule\n"),
            more => {
                let _ = writeln!(text, "  ... and {more} more rules");
            }
        }
    }
}

/// As one JSON object on a line.
pub(super) fn json(sums: &impl serde::Serialize) -> String {
    serde_json::to_string(sums).map_or_else(|_| String::new(), |text| text + "\n")
}

/// The longest cell of a table in characters; no screen is wider.
const CELL_CHARS: usize = 200;

/// Rows of cells as columns; a column of numbers to the right, the first row over them.
#[must_use]
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: &'_ [String], at: usize| -> String {
        let cell = row.get(at).map_or("", String::as_str);
        cell.chars().take(CELL_CHARS).collect()
    };
    let width = |at| rows.iter().map(|row| cell(row, at).chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|at| width(at).unwrap_or(0)).collect();
    let number = |at| {
        let mut cells = rows.iter().skip(1).map(|row| cell(row, at)).peekable();
        cells.peek().is_some() && cells.all(|cell| cell.parse::<f64>().is_ok())
    };
    let right: Vec<bool> = (0..columns).map(number).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (at, width) in widths.iter().enumerate() {
            let cell = cell(row, at);
            let _ = if right[at] && at > 0 {
                write!(line, "{cell:>width$}  ")
            } else {
                write!(line, "{cell:<width$}  ")
            };
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_of_any_length_fits_into_a_table() {
        let long = "A".repeat(70_000);
        let shown = table(&[
            vec!["claim".to_owned(), String::new()],
            vec![long, "1".to_owned()],
        ]);
        let widest = shown.lines().map(str::len).max();
        assert!(widest < Some(CELL_CHARS + 10), "{widest:?}");
    }
}
