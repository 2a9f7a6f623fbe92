//! What changed between two policies, by what it is about and from when.

use std::collections::{BTreeMap, BTreeSet};

use crate::value::{Date, DateRange};

use toml::Value;

use super::cite::{Citation, words};
use super::schema::Kind;
use super::tables::Policy;

/// A stretch of days on which two policies say different things of one thing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The table it stands in; `None` for a key at the top of the file, which has no days.
    pub kind: Option<Kind>,
    /// A code, a pair, a modifier; for a telehealth period or the top of the file the key.
    pub subject: String,
    /// The days it is about.
    pub days: DateRange,
    /// What the first policy says, as a file would; `None` for nothing.
    pub before: Option<String>,
    /// What the second says.
    pub after: Option<String>,
}

/// What one policy says of one thing: the stretches, in date order.
type Said = BTreeMap<(Option<Kind>, String), Vec<(DateRange, String)>>;

/// Every difference in fact, confidence or severity between two policies, in order
/// of table, subject and date. How rows are cut or grouped makes none.
#[must_use]
pub fn diff(before: &Policy, after: &Policy) -> Vec<Change> {
    let (before, after) = (said(before), said(after));
    let subjects: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let mut changes = Vec::new();
    for subject in subjects {
        let none = Vec::new();
        let was = before.get(subject).unwrap_or(&none);
        let is = after.get(subject).unwrap_or(&none);
        compare(subject, was, is, &mut changes);
    }
    changes
}

fn compare(
    (kind, subject): &(Option<Kind>, String),
    was: &[(DateRange, String)],
    is: &[(DateRange, String)],
    changes: &mut Vec<Change>,
) {
    // Between two neighbouring cuts neither side changes what it says.
    let mut cuts: BTreeSet<Date> = BTreeSet::new();
    for (days, _) in was.iter().chain(is) {
        cuts.insert(days.from);
        if days.through < Date::MAX {
            cuts.insert(days.through.plus_days(1));
        }
    }
    let cuts: Vec<Date> = cuts.into_iter().collect();
    let mut open: Option<Change> = None;
    for (index, &from) in cuts.iter().enumerate() {
        let next = cuts.get(index + 1);
        let through = next.map_or(Date::MAX, |next| next.plus_days(-1));
        let (old, new) = (on(was, from), on(is, from));
        if let Some(change) = &mut open {
            if change.before.as_deref() == old && change.after.as_deref() == new {
                change.days.through = through;
                continue;
            }
            changes.extend(open.take());
        }
        if old != new {
            open = Some(Change {
                kind: *kind,
                subject: subject.clone(),
                days: DateRange { from, through },
                before: old.map(str::to_owned),
                after: new.map(str::to_owned),
            });
        }
    }
    changes.extend(open);
}

fn on(said: &[(DateRange, String)], date: Date) -> Option<&str> {
    said.iter()
        .find(|(days, _)| days.contains(date))
        .map(|(_, text)| text.as_str())
}

fn said(policy: &Policy) -> Said {
    let mut said = Said::new();
    let always = DateRange {
        from: Date::MIN,
        through: Date::MAX,
    };
    for (key, value) in header(policy) {
        let said = said.entry((None, key.to_owned())).or_default();
        said.push((always, value));
    }
    for row in policy.rows() {
        let (Some(kind), Some(days)) = (row.kind(), row.days()) else {
            continue;
        };
        for (subject, text) in statements(&row, kind) {
            said.entry((Some(kind), subject))
                .or_default()
                .push((days, text));
        }
    }
    said
}

/// What the top of a policy's file says, but its payer ids: who has those depends on all files.
fn header(policy: &Policy) -> impl Iterator<Item = (&'static str, String)> {
    let text = |text: &str| (!text.is_empty()).then(|| Value::from(text).to_string());
    let disciplines = policy.disciplines.as_ref().map(|disciplines| {
        let list: Vec<String> = disciplines.iter().map(ToString::to_string).collect();
        Value::from(list).to_string()
    });
    [
        ("program", text(policy.program.as_str())),
        ("jurisdiction", text(&policy.jurisdiction)),
        ("name", text(&policy.name)),
        ("publisher", text(&policy.publisher)),
        ("disciplines", disciplines),
        ("as_of", policy.as_of.map(|day| day.to_string())),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key, value?)))
}

/// A row as statements about its subjects.
fn statements(row: &Citation<'_>, kind: Kind) -> Vec<(String, String)> {
    let standing = row
        .confidence()
        .map(|confidence| ("confidence", confidence.as_str().into()))
        .into_iter()
        .chain(row.cap().map(|cap| ("severity", cap.as_str().into())));
    let facts: Vec<(&str, Value)> = row.values().chain(standing).collect();
    // A period says many things of one time: each is a subject of its own.
    if kind == Kind::Telehealth {
        return facts
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_string()))
            .collect();
    }
    let mut names = vec![String::new()];
    let mut text = Vec::new();
    for (key, value) in facts {
        if naming(kind).contains(&key) {
            names = names
                .iter()
                .flat_map(|name| {
                    let words = words(&value).into_iter();
                    words.map(move |word| format!("{name} {word}"))
                })
                .collect();
        } else {
            text.push(format!("{key} = {value}"));
        }
    }
    let text = text.join("; ");
    names
        .into_iter()
        .map(|name| (name.trim_start().to_owned(), text.clone()))
        .collect()
}

/// The keys that say what a row of a kind is about.
fn naming(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::ModifierRule => &["modifiers", "rule", "channel"],
        Kind::AssistantRule => &["modifier", "rule", "codes"],
        Kind::Ncci | Kind::NcciWithdrawn => &["pairs"],
        Kind::Life => &["codes", "event"],
        Kind::Rendering => &["begins_with"],
        Kind::ClaimRuleRow => &["rule"],
        _ => &["codes"],
    }
}
