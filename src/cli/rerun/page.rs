//! What a rerun tells on the screen.

use std::fmt::Write as _;

use crate::cli::screen::{self, Summary};
use crate::rerun::Above;
use crate::rerun::Report;
use crate::rerun::compare::{Entry, FixedBy};
use crate::rules::envelope::interchange_taken_before;
use crate::scrub::input::written_out;

/// A file that was run again.
#[derive(serde::Serialize)]
pub(super) struct Told {
    /// The start of the names of its outputs.
    #[serde(rename = "file")]
    pub(super) stem: String,
    /// Claims that go out with warnings.
    #[serde(skip)]
    pub(super) warned: u64,
    #[serde(flatten)]
    pub(super) report: Report,
}

/// Behind the report of a rerun in which claims fail for what nobody has looked at.
const UNREVIEWED: &str = "claims are rejected again for what was wrong around them, since their transaction sets came back unchanged; the rejects say what it was: if all is whole, say --envelopes-checked";

/// Behind the report of a rerun whose interchange was taken before.
const TAKEN_BEFORE: &str = "claims of an interchange with this control number were accepted before: give a new export another number in ISA13 and IEA02; take out of edited rejects the replacements and voids that were accepted already, or run again what was rejected then";

/// As one JSON object.
pub(super) fn json(told: &[Told], summary: &Summary<'_>) -> String {
    #[derive(serde::Serialize)]
    struct Page<'a> {
        #[serde(flatten)]
        summary: &'a Summary<'a>,
        reruns: &'a [Told],
    }
    screen::json(&Page {
        summary,
        reruns: told,
    })
}

/// Lines for people: each file, then the sums.
pub(super) fn text(told: &[Told], summary: &Summary<'_>) -> String {
    let files: String = told.iter().map(file).collect();
    files + &summary.table()
}

fn file(told: &Told) -> String {
    let (stem, report) = (&told.stem, &told.report);
    let mut rows = vec![
        ["claim", "standing", "was", "now"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for entry in &report.claims {
        let ordinal = |ordinal: u64| format!("(claim {ordinal} of that run)");
        let id = entry.claim_id.as_deref().map(written_out);
        rows.push(vec![
            id.or(entry.earlier_ordinal.map(ordinal))
                .unwrap_or_default(),
            standing(entry),
            entry.was.join(" "),
            entry.now.join(" "),
        ]);
    }
    let totals: Vec<String> = report
        .totals
        .iter()
        .map(|(standing, count)| format!("{count} {}", standing.words()))
        .collect();
    let mut text = screen::table(&rows);
    let totals = totals.join(", ");
    let _ = writeln!(
        text,
        "{stem}: {}",
        if totals.is_empty() {
            "no claims"
        } else {
            &totals
        }
    );
    if report.unlisted > 0 {
        let unlisted = match report.unlisted {
            1 => "1 rejected claim of that run stands".to_owned(),
            count => format!("{count} rejected claims of that run stand"),
        };
        let _ = writeln!(
            text,
            "{unlisted} in no file any more: its rejects were changed in place"
        );
    }
    let elsewhere = report
        .claims
        .iter()
        .filter(|entry| !entry.differs.is_empty());
    let elsewhere = elsewhere.count();
    if elsewhere > 0 {
        let _ = writeln!(
            text,
            "{elsewhere} of them under another member or payer than before: if nobody corrected that, a level above a claim was lost in editing (HL to NM1*PR), and another patient would be billed"
        );
    }
    let taken = interchange_taken_before::RULE.code;
    let mut claims = report.claims.iter();
    // What the run before said of it says nothing of the numbers that the rejects bear now.
    let found = |entry: &Entry| {
        let [was, now] =
            [&entry.was, &entry.now].map(|rules| rules.iter().any(|rule| rule == taken));
        now && !was
    };
    if claims.any(found) {
        let _ = writeln!(text, "{TAKEN_BEFORE}");
    }
    if told.warned > 0 {
        let _ = writeln!(
            text,
            "{} pass with warnings: read them in {stem}.report.html or {stem}.findings.jsonl",
            told.warned
        );
    }
    if report.unreviewed {
        let _ = writeln!(text, "{UNREVIEWED}");
    }
    text
}

fn standing(entry: &Entry) -> String {
    let words = match entry.fixed_by {
        Some(FixedBy::Surroundings) => "fixed, unchanged: the fault was around it",
        Some(FixedBy::Fix) => "fixed by --fix",
        Some(FixedBy::Severity) => "not fixed, let through: what rejected it only warns now",
        _ => entry.standing.words(),
    };
    let above = entry.differs.iter().map(|above| match above {
        Above::Person => "member",
        Above::Payer => "payer",
    });
    let above: Vec<&str> = above.collect();
    if above.is_empty() {
        return words.to_owned();
    }
    format!("{words}, but under another {}", above.join(" and "))
}
