//! TEL114: telehealth lines of one date at different places.

use super::place_spot;
use crate::claim::{Claim, Line};
use crate::rules::therapy::discipline;
use crate::rules::{Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope};
use crate::value::Severity;

/// TEL114.
pub static RULE: Rule = Rule {
    code: "TEL114",
    name: "telehealth-places-disagree",
    snip: 7,
    scope: RuleScope::Claim,
    severity: Severity::Warn,
    what: "Lines of one date of service carry place of service 10 (the patient at home) and 02 (the patient elsewhere), or therapy lines of one discipline are by telehealth and in person on one date (mentioned only).",
    why: "A patient is in one place during a visit. The two places are paid at different rates, and a payer asks which is true.",
    remedy: "Bill every line of the visit with the place where the patient was. Leave it when there were two visits on the day.",
    fails: Example {
        text: "LX*1~\nSV1*HC:97110:GP:95*60*UN*2*10**1~\nDTP*472*D8*20260302~\nLX*2~\nSV1*HC:97112:GP:95*30*UN*1*02**1~\nDTP*472*D8*20260302~",
        note: "one visit, and the patient both at home and elsewhere",
    },
    passes: Example {
        text: "LX*1~\nSV1*HC:97110:GP:95*60*UN*2*10**1~\nDTP*472*D8*20260302~\nLX*2~\nSV1*HC:97112:GP:95*30*UN*1*10**1~\nDTP*472*D8*20260302~",
        note: "at home throughout",
    },
    sources: &["https://www.cms.gov/medicare/coding-billing/place-of-service-codes"],
    asks_policy: false,
    answer: Acknowledgement::Silent,
    check: Check::ClaimWith(Features::MIXED_PLACES, check),
};

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    // Places of service in person are a matter of other rules.
    if !claim.lines().iter().any(Line::is_telehealth) {
        return;
    }
    for (at, line) in claim.lines().iter().enumerate().skip(1) {
        let Some((place, date)) = line.place.zip(line.from()) else {
            continue;
        };
        let earlier = || {
            claim
                .lines()
                .iter()
                .take(at)
                .filter(|other| other.from() == Some(date))
        };
        let elsewhere = line
            .has_telehealth_place()
            .then(|| {
                earlier().find(|other| other.has_telehealth_place() && other.place != Some(place))
            })
            .flatten();
        let odd = elsewhere.or_else(|| earlier().find(|other| is_mixed(line, other)));
        let Some((other, there)) = odd.and_then(|other| Some((other, other.place?))) else {
            continue;
        };
        let (loop_id, spot, name) = place_spot(claim, line);
        let (severity, message, help) = if elsewhere.is_some() {
            (
                Severity::Warn,
                format!(
                    "{name} says place of service {place} on line {}, but line {} of the same date ({date}) says {there}",
                    line.number, other.number
                ),
                "use 10 on every line of the visit if the patient was at home, 02 if elsewhere",
            )
        } else {
            (
                // Two visits in a day are rare, and no payer's rule.
                Severity::Info,
                format!(
                    "lines {} and {} are therapy of one date ({date}), one in person and the other by telehealth",
                    other.number, line.number
                ),
                "bill the lines of one visit alike, unless there were two visits on the day",
            )
        };
        report
            .add_as(severity, loop_id, spot, message)
            .help(help)
            .line(line.number);
        // Further lines would say the same again.
        return;
    }
}

/// Two therapy lines of one discipline, one by telehealth and the other in person.
fn is_mixed(one: &Line, other: &Line) -> bool {
    let therapy = discipline(one).is_some_and(|modifier| discipline(other) == Some(modifier));
    therapy && one.is_telehealth() != other.is_telehealth()
}
