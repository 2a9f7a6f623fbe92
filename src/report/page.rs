//! The page itself: the template filled, the claims put in as data.

use std::fmt::Write as _;
use std::io::{self, Read, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::chart::{self, Bars};
use super::gather::{Facts, Gathering};
use super::sums::{Row, Sums};
use crate::emit::manifest::Total;
use crate::rules::{envelope, registry};
use crate::scrub::tally::Sum;
use crate::value::{Cents, Severity};

/// The page, with `{{name}}` where something is put in.
const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Most faults of envelopes on the page; the findings file has them all.
const NOTES: usize = 100;

/// Most fixes on the page; the fixes file has them all.
const FIXES: usize = 200;

/// Writes the page; `spooled` holds the JSON of the listed claims.
pub(super) fn write(
    out: &mut impl Write,
    gathered: &Gathering<'_>,
    facts: &Facts<'_>,
    mut spooled: impl Read,
) -> io::Result<()> {
    let mut rest = TEMPLATE;
    while let Some((before, after)) = rest.split_once("{{") {
        out.write_all(before.as_bytes())?;
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        rest = after;
        if name == "data" {
            out.write_all(b"{\"claims\":[\n")?;
            io::copy(&mut spooled, out)?;
            out.write_all(b"\n],\"cites\":[")?;
            json(out, &gathered.cites.join(&b",\n"[..]))?;
            let words = Value::Object(words(gathered)).to_string();
            // Its opening brace goes: it continues the object begun above.
            out.write_all(b"],")?;
            json(out, &words.as_bytes()[1..])?;
            continue;
        }
        let text = match name {
            "policy" => security(),
            "style" => STYLE.to_owned(),
            "script" => SCRIPT.to_owned(),
            "input" => escape(&facts.manifest.input.file),
            "about" => about(facts),
            "headline" => headline(&facts.manifest.totals),
            "ring" => {
                let tally = facts.tally;
                let noted = tally.warned.claims + tally.unchecked.claims;
                let clean = tally.total().claims - tally.rejected.claims;
                chart::ring([
                    clean.saturating_sub(noted),
                    tally.warned.claims,
                    tally.unchecked.claims,
                    tally.rejected.claims,
                ])
            }
            "share" => share(facts),
            "totals" => totals(&facts.manifest.totals),
            "charts" => charts(gathered, facts),
            "notes" => notes(facts),
            "fixes" => fixes(facts),
            "rest" => remainder(gathered, facts),
            _ => String::new(),
        };
        out.write_all(text.as_bytes())?;
    }
    out.write_all(rest.as_bytes())
}

/// The content security policy: this style sheet and this script, nothing else.
fn security() -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// Writes JSON that is safe inside a script element: `<` only occurs in strings, and
/// there may be written otherwise.
pub(super) fn json(out: &mut impl Write, text: &[u8]) -> io::Result<()> {
    for (index, part) in text.split(|&byte| byte == b'<').enumerate() {
        if index > 0 {
            out.write_all(b"\\u003c")?;
        }
        out.write_all(part)?;
    }
    Ok(())
}

/// Text for markup and for attributes in double quotes.
pub(super) fn escape(text: &str) -> String {
    let mut page = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\'' => page.push_str("&#39;"),
            '\0' => page.push('\u{FFFD}'),
            other => page.push(other),
        }
    }
    page
}

/// A number with commas.
pub(super) fn grouped(number: u64) -> String {
    group(&number.to_string())
}

/// Dollars and cents with commas.
pub(super) fn dollars(cents: Cents) -> String {
    dollar_text(&cents.to_string())
}

fn dollar_text(plain: &str) -> String {
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", plain),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "00"));
    format!("{sign}${}.{part}", group(whole))
}

fn group(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Names of payers, providers and rules that the listed claims may speak of.
fn words(gathered: &Gathering<'_>) -> Map<String, Value> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let names = |sums: &Sums| {
        let rejecting = sums.rows.iter().filter(|row| row.cell.rejects() > 0);
        rejecting
            .map(|row| (text(&row.key), Value::String(text(&row.name))))
            .collect::<Map<_, _>>()
    };
    let mut rules = Map::new();
    for row in &gathered.rules.rows {
        if let Some(rule) = registry::find(&text(&row.key)) {
            rules.insert(rule.code.to_owned(), json!(rule.name));
        }
    }
    let mut words = Map::new();
    words.insert("payers".to_owned(), names(&gathered.payers).into());
    words.insert("providers".to_owned(), names(&gathered.providers).into());
    words.insert("rules".to_owned(), rules.into());
    words
}

fn about(facts: &Facts<'_>) -> String {
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

fn headline(totals: &crate::emit::manifest::Totals) -> String {
    let rejected = &totals.rejected;
    if rejected.claims == 0 {
        return format!("All {} claims passed", grouped(totals.input.claims));
    }
    format!(
        "{} of {} claims rejected, {} held back",
        grouped(rejected.claims),
        grouped(totals.input.claims),
        dollar_text(&rejected.charges)
    )
}

/// The share of claims that are not rejected, in percent, never rounded up to 100.
fn share(facts: &Facts<'_>) -> String {
    let Sum { claims, .. } = facts.tally.total();
    let passed = u128::from(claims - facts.tally.rejected.claims.min(claims));
    let permille = passed * 1000 / u128::from(claims.max(1));
    if permille == 1000 {
        return "100%".to_owned();
    }
    format!("{}.{}%", permille / 10, permille % 10)
}

fn totals(totals: &crate::emit::manifest::Totals) -> String {
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
        "of the clean and held, the policy unknown",
        &totals.unchecked,
    );
    row(
        "warned",
        "Warned",
        "of the clean, with a warning",
        &totals.warned,
    );
    page
}

fn charts(gathered: &Gathering<'_>, facts: &Facts<'_>) -> String {
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
    let mut page = chart::by_date(&gathered.days);
    page += &chart::bars(
        &gathered.rules,
        &Bars {
            id: "by-rule",
            title: "By rule",
            what: "Claims a rule rejects, and claims it only warns of",
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
    let unseen = facts.tally.total().claims - gathered.claims.min(facts.tally.total().claims);
    if unseen > 0 {
        let _ = write!(
            page,
            "<p class=\"note\">{} claims stand in transaction sets that can't be judged; they are rejected and counted above, but not in these charts.</p>",
            grouped(unseen)
        );
    }
    page
}

/// Faults of the input and its envelopes.
fn notes(facts: &Facts<'_>) -> String {
    let severity = |told: &envelope::Told| facts.judgement.envelope_severity(told);
    let notes: Vec<_> = facts
        .survey
        .notes
        .iter()
        .map(|note| (note, envelope::describe(note)))
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
fn fixes(facts: &Facts<'_>) -> String {
    let Some(fixes) = &facts.manifest.fixes else {
        return String::new();
    };
    let mut page = format!(
        "<section id=\"fixes\" aria-labelledby=\"fixes-title\"><h2 id=\"fixes-title\">Fixes applied</h2>\
         <p class=\"note\">{} fixes in {} claims; the claims were judged again with them.</p>\
         <div class=\"scroll\"><table><thead><tr><th scope=\"col\">Claim</th><th scope=\"col\">Rule</th>\
         <th scope=\"col\">Element</th><th scope=\"col\">Before</th><th scope=\"col\">After</th></tr></thead><tbody>",
        grouped(fixes.fixes),
        grouped(fixes.claims)
    );
    for fix in fixes.first.iter().take(FIXES) {
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{} <small>{}</small></td><td>{}</td><td><del>{}</del></td><td><ins>{}</ins></td></tr>",
            escape(&fix.claim),
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

/// Where the rejects are that are not on the page.
fn remainder(gathered: &Gathering<'_>, facts: &Facts<'_>) -> String {
    let mut page = String::new();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_markup_comes_out_as_text() {
        assert_eq!(
            escape("<script>\"a\" & 'b'</script>"),
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;"
        );
        let mut out = Vec::new();
        json(&mut out, br#"{"a":"</script><!--"}"#).unwrap();
        assert!(!out.contains(&b'<'));
        let value: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["a"], "</script><!--");
    }

    #[test]
    fn numbers_have_commas() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(dollars(Cents(-123_456_789)), "-$1,234,567.89");
        assert_eq!(dollars(Cents(5)), "$0.05");
    }

    #[test]
    fn the_template_names_what_there_is() {
        let names: Vec<&str> = TEMPLATE
            .split("{{")
            .skip(1)
            .filter_map(|part| part.split_once("}}").map(|(name, _)| name))
            .collect();
        for name in [
            "policy", "style", "script", "data", "totals", "charts", "notes", "rest",
        ] {
            assert_eq!(
                names.iter().filter(|&&held| held == name).count(),
                1,
                "{name}"
            );
        }
        assert!(!SCRIPT.contains("</script") && !STYLE.contains("</style"));
    }
}
