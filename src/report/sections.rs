//! The parts of the page that stand in it as markup.

use std::fmt::Write as _;

use super::chart::{self, Bars};
use super::dates;
use super::gather::{Facts, Gathering};
use super::sums::Row;
use super::text::{dollar_text, escape, grouped};
use crate::emit::manifest::{Total, Totals};
use crate::rules::envelope::EnvelopeFault;
use crate::rules::{faults, registry};
use crate::scrub::item::Fate;
use crate::scrub::tally::Sum;
use crate::value::Severity;

/// Most faults of envelopes on the page; the findings file has them all.
const NOTES: usize = 100;

/// Most fixes on the page; the fixes file has them all.
const FIXES: usize = 200;

pub(super) fn about(facts: &Facts<'_>) -> String {
    let manifest = facts.manifest;
    let input = &manifest.input;
    let mut page = String::new();
    for (word, value) in [
        ("Judged on", manifest.today.clone()),
        ("By", manifest.program.clone()),
        ("Policy", manifest.policy.clone()),
        (
            "Input",
            format!(
                "{} bytes; interchanges: {}; transaction sets: {}",
                grouped(input.bytes),
                grouped(input.interchanges),
                grouped(input.transaction_sets)
            ),
        ),
        ("Run", manifest.run.clone()),
    ] {
        let _ = write!(
            page,
            "<div><dt>{word}</dt><dd>{}</dd></div>",
            escape(&value)
        );
    }
    page
}

pub(super) fn headline(totals: &Totals) -> String {
    let Totals {
        input,
        rejected,
        held,
        ..
    } = totals;
    let parts = |part: &Total, word: &str| {
        let (part, dollars) = (grouped(part.claims), dollar_text(&part.charges));
        format!("{part} of {} {word} ({dollars})", claims(input.claims))
    };
    match (rejected.claims, held.claims) {
        (0, 0) if input.claims == 1 => "The one claim passed".to_owned(),
        (0, 0) => format!("All {} passed", claims(input.claims)),
        (0, _) => parts(held, "held"),
        (_, 0) => parts(rejected, "rejected"),
        (_, held) => format!("{}, {} held", parts(rejected, "rejected"), grouped(held)),
    }
}

/// So many claims, in words.
fn claims(count: u64) -> String {
    match count {
        1 => "1 claim".to_owned(),
        count => format!("{} claims", grouped(count)),
    }
}

/// The share of claims that are not rejected, in percent, never rounded up to 100.
pub(super) fn share(facts: &Facts<'_>) -> String {
    let Sum { claims, .. } = facts.tally.total();
    let passed = u128::from(claims - facts.tally.rejected.claims.min(claims));
    let permille = passed * 1000 / u128::from(claims.max(1));
    if permille == 1000 {
        return "100%".to_owned();
    }
    format!("{}.{}%", permille / 10, permille % 10)
}

/// The sums; claims of an unknown policy go where `unchecked` says.
pub(super) fn totals(totals: &Totals, unchecked: Fate) -> String {
    let mut page = String::new();
    let mut row = |kind: &str, word: &str, what: &str, total: &Total| {
        let _ = write!(
            page,
            "<tr class=\"{kind}\"><th scope=\"row\">{word}<small>{what}</small></th><td>{}</td><td>{}</td></tr>",
            grouped(total.claims),
            dollar_text(&total.charges)
        );
    };
    row("in", "In", "all claims of the input", &totals.input);
    row(
        "clean",
        "Clean",
        "in the clean file, ready to send",
        &totals.clean,
    );
    row(
        "rejected",
        "Rejected",
        "in the rejects file, to be mended",
        &totals.rejected,
    );
    row(
        "held",
        "Held",
        "in the held file, the policy unknown",
        &totals.held,
    );
    row(
        "unchecked",
        "Unchecked",
        match unchecked {
            Fate::Clean => "of the clean, the policy unknown",
            Fate::Held => "all of the held, the policy unknown",
            Fate::Rejected => "of the rejected, the policy unknown",
        },
        &totals.unchecked,
    );
    row(
        "warned",
        "Warned",
        "of the clean, with a warning",
        &totals.warned,
    );
    if let Some(unknown) = &totals.therapy_unknown {
        row(
            "therapy_unknown",
            "PTT unknown",
            "of the clean and held, the payer's therapy rules unknown",
            unknown,
        );
    }
    if let Some(unread) = &totals.unread {
        row(
            "unread",
            "Unread",
            "inside other segments, in none of these sums",
            unread,
        );
    }
    page
}

pub(super) fn charts(gathered: &Gathering<'_>, facts: &Facts<'_>) -> String {
    let party = |row: &Row| {
        let key = String::from_utf8_lossy(&row.key).into_owned();
        let name = String::from_utf8_lossy(&row.name).into_owned();
        match (key.is_empty(), name.is_empty()) {
            (true, true) => ("not named".to_owned(), String::new()),
            (true, false) => (name, "no identifier".to_owned()),
            (false, true) => (key, String::new()),
            (false, false) => (name, key),
        }
    };
    let mut page = dates::chart(&gathered.days);
    page += &chart::bars(
        &gathered.rules,
        &Bars {
            id: "by-rule",
            title: "By rule",
            what: "Claims a rule rejects, alone or with their envelope, and claims it only warns of",
            filter: "rule",
            words: |row| {
                let code = String::from_utf8_lossy(&row.key).into_owned();
                let name = registry::find(&code).map_or("", |rule| rule.name);
                (code, name.replace('-', " "))
            },
            of: false,
        },
    );
    page += &chart::bars(
        &gathered.payers,
        &Bars {
            id: "by-payer",
            title: "By payer",
            what: "Rejected claims, of all sent to the payer",
            filter: "payer",
            words: party,
            of: true,
        },
    );
    page += &chart::bars(
        &gathered.providers,
        &Bars {
            id: "by-provider",
            title: "By billing provider",
            what: "Rejected claims, of all the provider billed",
            filter: "provider",
            words: party,
            of: true,
        },
    );
    let unseen = unseen(gathered, facts);
    if unseen > 0 {
        let _ = write!(
            page,
            "<p class=\"note\">In transaction sets that can't be judged, or outside of every set: {}. They are rejected and counted above, but not in these charts.</p>",
            claims(unseen)
        );
    }
    page
}

/// Faults of the input and its envelopes.
pub(super) fn notes(facts: &Facts<'_>) -> String {
    let severity = |told: &EnvelopeFault| facts.judgement.envelope_severity(told);
    let notes: Vec<_> = facts
        .survey
        .notes
        .iter()
        .map(|note| (note, faults::describe(note)))
        .filter(|(_, told)| severity(told).is_some())
        .collect();
    if notes.is_empty() {
        return String::new();
    }
    let mut page = String::from(
        "<section id=\"envelopes\" aria-labelledby=\"envelopes-title\"><h2 id=\"envelopes-title\">Faults of the envelopes</h2><ul>",
    );
    for (note, told) in notes.iter().take(NOTES) {
        let word = if severity(told) == Some(Severity::Reject) {
            "rejected"
        } else {
            "warned"
        };
        let name = |name: &Option<String>| escape(name.as_deref().unwrap_or("-"));
        let _ = write!(
            page,
            "<li><p><span class=\"rule {word}\">{}</span> {}</p><p>{}</p><p class=\"help\">{}</p>\
             <p class=\"where\">interchange {}, group {}, transaction set {}, byte {}</p></li>",
            told.rule.code,
            told.rule.name.replace('-', " "),
            escape(&told.message),
            escape(&told.help),
            name(&note.envelope.interchange),
            name(&note.envelope.group),
            name(&note.envelope.transaction),
            grouped(note.at)
        );
    }
    page.push_str("</ul>");
    if notes.len() > NOTES {
        let _ = write!(
            page,
            "<p class=\"note\">{} more are in the findings file.</p>",
            grouped((notes.len() - NOTES) as u64)
        );
    }
    page.push_str("</section>");
    page
}

/// The fixes that were applied.
pub(super) fn fixes(facts: &Facts<'_>) -> String {
    let Some(fixes) = &facts.manifest.fixes else {
        return String::new();
    };
    let mut page = format!(
        "<section id=\"fixes\" aria-labelledby=\"fixes-title\"><h2 id=\"fixes-title\">Fixes applied</h2>\
         <p class=\"note\">{} fixes in {} claims and {} levels above claims; the claims were judged again with them.</p>\
         <div class=\"scroll\"><table><thead><tr><th scope=\"col\">Claim or loop</th><th scope=\"col\">Rule</th>\
         <th scope=\"col\">Element</th><th scope=\"col\">Before</th><th scope=\"col\">After</th></tr></thead><tbody>",
        grouped(fixes.fixes),
        grouped(fixes.claims),
        grouped(fixes.levels)
    );
    for fix in fixes.first.iter().take(FIXES) {
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{} <small>{}</small></td><td>{}</td><td><del>{}</del></td><td><ins>{}</ins></td></tr>",
            escape(&fix.place()),
            escape(&fix.rule),
            escape(&fix.title),
            escape(&fix.element),
            escape(&fix.before),
            escape(&fix.after)
        );
    }
    page.push_str("</tbody></table></div>");
    let more = fixes.fixes - fixes.fixes.min(FIXES as u64);
    if more > 0 {
        let _ = write!(
            page,
            "<p class=\"note\">{} more are in the fixes file.</p>",
            grouped(more)
        );
    }
    page.push_str("</section>");
    page
}

/// Claims that nobody judges, in transaction sets that can't be or outside of every set: they are
/// rejected with what they stand in.
fn unseen(gathered: &Gathering<'_>, facts: &Facts<'_>) -> u64 {
    let all = facts.tally.total().claims;
    all - gathered.claims.min(all)
}

/// Where the rejects are that are not on the page.
pub(super) fn remainder(gathered: &Gathering<'_>, facts: &Facts<'_>) -> String {
    let mut page = String::new();
    let unseen = unseen(gathered, facts);
    if unseen > 0 {
        let _ = write!(
            page,
            "<p class=\"note\" id=\"unlisted\">Not listed: {} rejected in transaction sets that can't be judged, or outside of every set. Each is in {}, with the reason.</p>",
            claims(unseen),
            escape(facts.annotated)
        );
    }
    if gathered.is_full() {
        let _ = write!(
            page,
            "<p class=\"note\" id=\"rest\">This page lists the first {} rejects. All {} rejected claims are in {}; sums and charts count every claim.</p>",
            grouped(gathered.listed),
            grouped(facts.tally.rejected.claims),
            escape(facts.annotated)
        );
    }
    page
}
