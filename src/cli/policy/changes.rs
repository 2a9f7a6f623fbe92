//! What differs between two sets of policies.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::words;
use crate::policy::{PolicyBook, diff};
use crate::value::Date;

/// The policies of `new` that `old` does not have or has otherwise, a line each.
#[must_use]
pub(super) fn summary(new: &PolicyBook, old: &PolicyBook) -> String {
    let mut text = String::new();
    for (_, policy) in new.iter() {
        let known = old.find(policy.key()).map(|id| old.get(id));
        let change = match known {
            None => "new".to_owned(),
            Some(known) => match diff(known, policy).len() {
                0 => continue,
                1 => "1 change from the built-in one".to_owned(),
                count => format!("{count} changes from the built-in one"),
            },
        };
        let rows = match policy.rows().count() {
            1 => "1 row".to_owned(),
            count => format!("{count} rows"),
        };
        let days = words::known(policy);
        let _ = writeln!(
            text,
            "{}: good, {change}; {rows}, telehealth {days}",
            policy.key(),
        );
    }
    if text.is_empty() {
        text.push_str("good; nothing differs from the built-in policies\n");
    }
    text
}

/// Every change as JSON: a list of objects.
#[must_use]
pub(super) fn json(old: &PolicyBook, new: &PolicyBook) -> Value {
    let keys: BTreeSet<&str> = old.keys().chain(new.keys()).collect();
    let mut list = Vec::new();
    for key in keys {
        let (Some(before), Some(after)) = (old.find(key), new.find(key)) else {
            let what = if new.find(key).is_some() {
                "new"
            } else {
                "gone"
            };
            list.push(json!({ "policy": key, "change": what }));
            continue;
        };
        for change in diff(old.get(before), new.get(after)) {
            let days = change.days;
            list.push(json!({
                "policy": key,
                "change": "row",
                "table": change.kind.as_str(),
                "subject": change.subject,
                "from": days.from.to_string(),
                "through": (days.through < Date::MAX).then(|| days.through.to_string()),
                "before": change.before,
                "after": change.after,
            }));
        }
    }
    Value::Array(list)
}

/// Every change, policy by policy.
#[must_use]
pub(super) fn text(old: &PolicyBook, new: &PolicyBook) -> String {
    let keys: BTreeSet<&str> = old.keys().chain(new.keys()).collect();
    let mut text = String::new();
    for key in keys {
        let (before, after) = (old.find(key), new.find(key));
        let (Some(before), Some(after)) = (before, after) else {
            let what = if after.is_some() { "new" } else { "gone" };
            let _ = writeln!(text, "{key}: {what}");
            continue;
        };
        let changes = diff(old.get(before), new.get(after));
        if changes.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{key}");
        for change in changes {
            let _ = writeln!(
                text,
                "  [[{}]] {} {}",
                change.kind.as_str(),
                change.subject,
                words::days(change.days)
            );
            for (mark, said) in [('-', change.before), ('+', change.after)] {
                if let Some(said) = said {
                    let _ = writeln!(text, "    {mark} {said}");
                }
            }
        }
    }
    if text.is_empty() {
        text.push_str("nothing differs\n");
    }
    text
}
