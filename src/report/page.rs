//! The page itself: the template filled, the claims put in as data.

use std::io::{self, Read, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::chart;
use super::gather::{Facts, Gathering};
use super::sections::{about, charts, fixes, headline, notes, remainder, share, totals};
use super::sums::Sums;
use super::text::{escape, script_json};
use crate::rules::registry;
use crate::scrub::item::Fate;

/// The page, with `{{name}}` where something is put in.
const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

impl Gathering<'_> {
    /// Writes the page, if there is a claim to speak of.
    ///
    /// # Errors
    /// When it can't be written, or what was put aside can't be read.
    pub fn write(mut self, out: &mut impl Write, facts: &Facts<'_>) -> io::Result<()> {
        if facts.tally.total().claims == 0 {
            return Ok(());
        }
        let spooled = self.spooled()?;
        write(out, &self, facts, spooled)
    }
}

/// Writes the page; `spooled` holds the JSON of the listed claims.
fn write(
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
            script_json(out, &gathered.cites.join(&b",\n"[..]))?;
            let words = Value::Object(words(gathered)).to_string();
            // Its opening brace goes: it continues the object begun above.
            out.write_all(b"],")?;
            script_json(out, &words.as_bytes()[1..])?;
            continue;
        }
        let text = match name {
            "policy" => security(),
            "style" => STYLE.to_owned(),
            "script" => SCRIPT.to_owned(),
            "input" => escape(&facts.manifest.input.file),
            "about" => about(facts),
            "headline" => headline(&facts.manifest.totals),
            "annotated" => escape(facts.annotated),
            "ring" => {
                let tally = facts.tally;
                let unchecked = match facts.judgement.unchecked {
                    Fate::Rejected => 0,
                    Fate::Clean | Fate::Held => tally.unchecked.claims,
                };
                let noted = tally.warned.claims + unchecked;
                let clean = tally.total().claims - tally.rejected.claims;
                chart::ring([
                    clean.saturating_sub(noted),
                    tally.warned.claims,
                    unchecked,
                    tally.rejected.claims,
                ])
            }
            "share" => share(facts),
            "totals" => totals(&facts.manifest.totals, facts.judgement.unchecked),
            "charts" => charts(gathered, facts),
            "notes" => notes(facts),
            "fixes" => fixes(facts),
            "rest" => remainder(gathered, facts),
            other => {
                let problem = format!("page.html asks for {other}, which nobody writes");
                return Err(io::Error::other(problem));
            }
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

#[cfg(test)]
mod tests {
    use super::*;

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
