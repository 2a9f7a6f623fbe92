//! TEL114: telehealth lines of one date at different places.

use super::place_spot;
use crate::claim::Claim;
use crate::rules::{Answer, Check, Context, Example, Report, Rule, RuleScope};
use crate::value::Severity;

/// TEL114.
pub static RULE: Rule = Rule {
    code: "TEL114",
    name: "telehealth-places-disagree",
    snip: 7,
    scope: RuleScope::Claim,
    severity: Severity::Warn,
    what: "Lines of one date of service carry place of service 10 (the patient at home) and 02 (the patient elsewhere).",
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
    answer: Answer::Silent,
    check: Check::Claim(check),
};

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    for (at, line) in claim.lines().iter().enumerate() {
        let (true, Some(place), Some(date)) =
            (line.has_telehealth_place(), line.place, line.from())
        else {
            continue;
        };
        let first = claim
            .lines()
            .iter()
            .take(at)
            .find(|other| other.has_telehealth_place() && other.from() == Some(date));
        let Some((number, other)) = first.and_then(|line| Some((line.number, line.place?))) else {
            continue;
        };
        if other == place {
            continue;
        }
        let (loop_id, spot, name) = place_spot(claim, line);
        let message = format!(
            "{name} says place of service {place} on line {}, but line {number} of the same date ({date}) says {other}",
            line.number
        );
        report
            .add(loop_id, spot, message)
            .help("use 10 on every line of the visit if the patient was at home, 02 if elsewhere")
            .line(line.number);
        // Further lines would say the same again.
        return;
    }
}
