//! One policy on one date, for programs: the facts as JSON.

use serde_json::{Map, Value, json};

use super::told::{self, Fact, Said};
use super::told_of_code;
use crate::policy::Policy;
use crate::value::{Date, Procedure, Severity};

/// The facts of a policy on a date, and of one code in it.
#[must_use]
pub(super) fn json(policy: &Policy, date: Date, code: Option<Procedure>) -> Value {
    let mut page = json!({
        "policy": policy.key(),
        "name": policy.name(),
        "publisher": policy.publisher(),
        "on": date.to_string(),
        "as_of": policy.as_of().map(|day| day.to_string()),
        "unknown": policy.knowledge(date).missing().collect::<Vec<_>>(),
        "summary": policy.summary(),
    });
    if let Some(page) = page.as_object_mut() {
        page.append(&mut object(policy, &told::telehealth(policy, date)));
        if let Some(code) = code {
            let mut facts = object(policy, &told_of_code::facts(policy, date, code));
            facts.insert("code".to_owned(), code.to_string().into());
            page.insert("code".to_owned(), facts.into());
        }
    }
    page
}

/// Facts by their keys: one that is not known is `null`, one of several rows an array.
fn object(policy: &Policy, facts: &[Fact]) -> Map<String, Value> {
    let value = |fact: &Fact| {
        let mut said = fact.said.iter().map(|said| row(policy, said));
        if fact.several {
            said.collect()
        } else {
            said.next().unwrap_or_default()
        }
    };
    facts
        .iter()
        .map(|fact| (fact.key.to_owned(), value(fact)))
        .collect()
}

/// What a row says, with its standing.
fn row(policy: &Policy, said: &Said) -> Value {
    let Some(standing) = said.standing else {
        return json!({ "value": said.value });
    };
    let row = policy.cite(standing.row);
    let sources: Vec<&str> = row.sources().map(|source| source.url.as_str()).collect();
    let end = row.days().map(|days| days.through);
    json!({
        "value": said.value,
        "confidence": standing.confidence.as_str(),
        "severity": standing.cap.map(Severity::as_str),
        "from": row.days().map(|days| days.from.to_string()),
        "through": end.filter(|&end| end < Date::MAX).map(|end| end.to_string()),
        "note": row.note(),
        "sources": sources,
    })
}
