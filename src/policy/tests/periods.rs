//! Every row of the built-in data holds from its first day through its last, and not
//! a day longer: by jurisdiction and period, over all there are.

use super::super::*;
use super::{code, modifier};
use crate::value::Date;

/// The days around a row's edges: before its first day, first, last, after its last.
fn edges(row: &Citation<'_>) -> [Option<Date>; 4] {
    let days = row.days().unwrap();
    let open = days.through == Date::MAX;
    [
        Some(days.from.plus_days(-1)),
        Some(days.from),
        Some(days.through).filter(|_| !open),
        Some(days.through.plus_days(1)).filter(|_| !open),
    ]
}

/// The strings of a list among a row's facts.
fn listed<'a>(row: &Citation<'a>, key: &str) -> Vec<&'a str> {
    let facts = row.facts().filter(|(name, _)| *name == key);
    facts
        .flat_map(|(_, list)| list.split('"').skip(1).step_by(2))
        .collect()
}

/// Asks on all four days; the row must answer on the two inside and only there.
fn check(row: &Citation<'_>, what: &str, ask: impl Fn(Date) -> Option<RowRef>) -> u32 {
    let [before, first, last, after] = edges(row);
    let mut asked = 0;
    for (day, inside) in [(before, false), (first, true), (last, true), (after, false)] {
        let Some(day) = day else { continue };
        asked += 1;
        assert_eq!(
            ask(day) == Some(row.row()),
            inside,
            "{row} {what} on {day} ({:?})",
            row.place()
        );
    }
    asked
}

#[test]
fn each_telehealth_period_of_each_jurisdiction_turns_on_its_days() {
    let book = PolicyBook::builtin();
    for (_, policy) in book.iter() {
        let mut asked = 0;
        for row in policy
            .rows()
            .filter(|row| row.kind() == Some(Kind::Telehealth))
        {
            asked += check(&row, "governs", |day| policy.governing_row(day));
            let word = row
                .facts()
                .find(|(key, _)| *key == "pt_telehealth")
                .unwrap()
                .1;
            for day in edges(&row)[1..3].iter().flatten() {
                let coverage = policy.coverage(*day).map(|answer| answer.value);
                let said = match coverage {
                    Some(Coverage::Covered) => "\"covered\"",
                    Some(Coverage::Limited) => "\"limited\"",
                    Some(Coverage::NotCovered) => "\"not_covered\"",
                    None => "\"unknown\"",
                };
                assert_eq!(said, word, "{row} on {day}");
            }
        }
        assert!(asked >= 2, "{} has no period", policy.key());
    }
}

#[test]
fn each_row_on_codes_and_modifiers_turns_on_its_days() {
    let book = PolicyBook::builtin();
    let mut asked = 0;
    for (_, policy) in book.iter() {
        for row in policy.rows() {
            match row.kind() {
                Some(Kind::CodeOnList) => {
                    // A row that does not know answers nothing; the days of the others
                    // tell that it does not stretch.
                    if row.facts().any(|fact| fact == ("on_list", "\"unknown\"")) {
                        continue;
                    }
                    for name in listed(&row, "codes") {
                        asked += check(&row, name, |day| {
                            policy.code(code(name), day).map(|answer| answer.row)
                        });
                    }
                }
                Some(Kind::ModifierRule)
                    if row.facts().any(|fact| fact == ("rule", "\"refused\"")) =>
                {
                    for name in listed(&row, "modifiers") {
                        asked += check(&row, name, |day| {
                            policy
                                .modifier_refused(modifier(name), day)
                                .map(|answer| answer.row)
                        });
                    }
                }
                Some(Kind::HandsOn) => {
                    for name in listed(&row, "codes") {
                        asked += check(&row, name, |day| {
                            policy.hands_on(code(name), day).map(|answer| answer.row)
                        });
                    }
                }
                Some(Kind::MueLimit) => {
                    for name in listed(&row, "codes") {
                        asked += check(&row, name, |day| {
                            policy.mue(code(name), day).map(|answer| answer.row)
                        });
                    }
                }
                Some(Kind::Ncci) => {
                    for name in listed(&row, "pairs") {
                        let (one, other) = name.split_once('/').unwrap();
                        asked += check(&row, name, |day| {
                            policy
                                .ncci_pair(code(one), code(other), day)
                                .map(|answer| answer.row)
                        });
                    }
                }
                Some(
                    kind @ (Kind::CommunicationService
                    | Kind::TherapyModifier
                    | Kind::Timed
                    | Kind::OneUnit
                    | Kind::StatusRow
                    | Kind::AddOn),
                ) => asked += by_code(policy, &row, kind),
                _ => {}
            }
        }
    }
    assert!(asked > 900, "{asked}");
}

/// The days of a row of the tables on therapy that speak of codes.
fn by_code(policy: &Policy, row: &Citation<'_>, kind: Kind) -> u32 {
    let mut asked = 0;
    for name in listed(row, "codes") {
        let code = code(name);
        asked += check(row, name, |day| match kind {
            Kind::CommunicationService => policy.communication(code, day).map(|a| a.row),
            Kind::TherapyModifier => policy.therapy(code, day).map(|a| a.row),
            Kind::Timed => policy.timed(code, day).map(|a| a.row),
            Kind::OneUnit => policy.one_unit(code, day).map(|a| a.row),
            Kind::StatusRow => policy.code_status(code, day).map(|a| a.row),
            Kind::AddOn => policy.add_on(code, day).map(|a| a.row),
            _ => None,
        });
    }
    asked
}
