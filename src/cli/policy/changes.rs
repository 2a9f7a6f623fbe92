//! What differs between two sets of policies.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::words;
use crate::counted::counted;
use crate::policy::{PolicyBook, diff};
use crate::value::{Confidence, Date};

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
                count => format!("{} from the built-in one", counted(count as u64, "change")),
            },
        };
        let rows = counted(policy.rows().count() as u64, "row");
        let days = words::known(policy);
        let _ = writeln!(
            text,
            "{}: good, {change}; {rows}, telehealth {days}",
            policy.key(),
        );
    }
    let payers = payer_changes(old, new).len();
    if payers > 0 {
        let changes = counted(payers as u64, "change");
        let _ = writeln!(text, "payer ids: good, {changes} from the built-in ones");
    }
    if text.is_empty() {
        text.push_str("good; nothing differs from the built-in policies\n");
    }
    text
}

/// A payer id of which two books say different things: what each says, if anything.
struct PayerChange {
    id: String,
    before: Option<(String, Confidence)>,
    after: Option<(String, Confidence)>,
}

fn payer_changes(old: &PolicyBook, new: &PolicyBook) -> Vec<PayerChange> {
    let (mut old, new) = (old.payer_ids(), new.payer_ids());
    let mut changes: Vec<PayerChange> = new
        .into_iter()
        .map(|(id, after)| PayerChange {
            before: old.remove(&id),
            after: Some(after),
            id,
        })
        .filter(|change| change.before != change.after)
        .collect();
    changes.extend(old.into_iter().map(|(id, before)| PayerChange {
        id,
        before: Some(before),
        after: None,
    }));
    changes.sort_by(|one, other| one.id.cmp(&other.id));
    changes
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
            let Some(kind) = change.kind else {
                list.push(json!({
                    "policy": key,
                    "change": "header",
                    "subject": change.subject,
                    "before": change.before,
                    "after": change.after,
                }));
                continue;
            };
            list.push(json!({
                "policy": key,
                "change": "row",
                "table": kind.as_str(),
                "subject": change.subject,
                "from": days.from.to_string(),
                "through": (days.through < Date::MAX).then(|| days.through.to_string()),
                "before": change.before,
                "after": change.after,
            }));
        }
    }
    let governed = |payer: &Option<(String, Confidence)>| {
        let payer = payer.as_ref();
        payer.map(
            |(policy, confidence)| json!({"policy": policy, "confidence": confidence.as_str()}),
        )
    };
    for change in payer_changes(old, new) {
        list.push(json!({
            "change": "payer",
            "payer": change.id,
            "before": governed(&change.before),
            "after": governed(&change.after),
        }));
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
            let _ = match change.kind {
                None => writeln!(text, "  {}", change.subject),
                Some(kind) => writeln!(
                    text,
                    "  [[{}]] {} {}",
                    kind.as_str(),
                    change.subject,
                    words::days(change.days)
                ),
            };
            for (mark, said) in [('-', change.before), ('+', change.after)] {
                if let Some(said) = said {
                    let _ = writeln!(text, "    {mark} {said}");
                }
            }
        }
    }
    let payers = payer_changes(old, new);
    if !payers.is_empty() {
        text.push_str("payer ids\n");
    }
    for change in payers {
        let _ = writeln!(text, "  {}", change.id);
        for (mark, said) in [('-', change.before), ('+', change.after)] {
            if let Some((policy, confidence)) = said {
                let _ = writeln!(text, "    {mark} {policy}, {}", confidence.as_str());
            }
        }
    }
    if text.is_empty() {
        text.push_str("nothing differs\n");
    }
    text
}
