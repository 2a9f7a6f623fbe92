//! TEL103: a place of service its payer does not take for telehealth on the date.

use super::advice::correction;
use super::{
    PlaceFault, Remote, forbidden, is_remote_place, one_of, place_spot, speaks_for,
    telehealth_home_not_taken as home, told, worded,
};
use crate::claim::{Claim, Line};
use crate::policy::PlaceRule;
use crate::rules::finding::FixSafety;
use crate::rules::{Acknowledgement, Check, Context, Example, Fix, Report, Rule, RuleScope};
use crate::value::{PlaceOfService, Severity};

/// TEL103.
pub static RULE: Rule = Rule {
    code: "TEL103",
    name: "telehealth-place-not-taken",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "The place of service of a telehealth line (SV105, else CLM05-1) must be one its payer takes for telehealth on the date of service: one of those it names, or, where it wants the place of the visit as it would have been in person, neither 02 nor 10. A place that does not go with the line's modifier is told as well. An in-person place under a telehealth modifier is TEL107.",
    why: "The place of service sets the fee and starts the payer's telehealth edits. Payers moved from the in-person place to 02, and then to 02 and 10, on different days; a place from before or after that day is denied or paid at the wrong rate.",
    remedy: "Use the place the payer takes on the date of service: 10 when the patient was at home, 02 elsewhere, or the in-person place where that is the rule.",
    fails: Example {
        text: "CLM*26463774*60***10:B:1*Y*A*Y*Y~\nLX*1~\nSV1*HC:97110:GP:95*60*UN*2***1~\nDTP*472*D8*20220302~",
        note: "a payer that on 2022-03-02 takes only 02",
    },
    passes: Example {
        text: "CLM*26463774*60***02:B:1*Y*A*Y*Y~\nLX*1~\nSV1*HC:97110:GP:95*60*UN*2***1~\nDTP*472*D8*20220302~",
        note: "02",
    },
    sources: &[
        "https://www.cms.gov/medicare/coding-billing/place-of-service-codes",
        "https://telehealth.hhs.gov/providers/billing-and-reimbursement",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A7", "249", ""),
    check: Check::Telehealth(check),
};

fn check(
    claim: &Claim<'_>,
    line: &Line,
    remote: &Remote<'_>,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    if !remote.takes_marks() {
        return;
    }
    let Some(place) = line.place else { return };
    match remote.place_fault(line) {
        None => against_modifier(claim, line, remote, place, context, report),
        Some((PlaceFault::InPerson, _)) => {}
        Some((PlaceFault::NotTaken, answer)) => {
            // TEL112 says that the home is not taken, which is why 10 is not.
            let at_home = forbidden(&home::RULE, remote.policy.home(remote.date));
            let there = at_home.filter(|_| place.bytes() == *b"10");
            if there.is_some_and(|home| speaks_for(home, told(&RULE, answer), claim, context)) {
                return;
            }
            let (loop_id, spot, name) = place_spot(claim, line);
            let (policy, date) = (remote.policy, remote.date);
            let (right, only) = match answer.value {
                PlaceRule::OneOf(places) => {
                    let open = remote.open_places(line, &answer, places, context);
                    let only = match *open {
                        [only] => Some(only),
                        _ => None,
                    };
                    (one_of(open), only)
                }
                PlaceRule::InPerson | PlaceRule::NoneNamed => (
                    "the place of service the visit would have had in person, not 02 or 10,"
                        .to_owned(),
                    None,
                ),
            };
            let right = correction(claim, line, &right, |other| {
                Remote::is_alike(claim, other, context, PlaceFault::NotTaken, answer.value)
            });
            let message = format!(
                "{} {} place of service {place} ({name}) for telehealth on {date}",
                policy.name(),
                worded(&answer, "does not take", "is not known to take")
            );
            let advice = format!("{}{}", right.advice(), right.reason());
            let help = format!(
                "{} ({})",
                advice.trim_end_matches(','),
                remote.stands(&answer)
            );
            let finding = report.add_cited(context, &answer, loop_id, spot, message);
            finding.help(help).line(line.number);
            let certain = right.shared.is_none() && !answer.open;
            if let Some(only) = only.filter(|only| certain && is_remote_place(*only)) {
                finding.fix(Fix {
                    safety: FixSafety::Unsafe,
                    title: format!("bill place of service {only}, the only one taken"),
                    replacement: only.to_string(),
                });
            }
        }
    }
}

/// A place the payer takes, but not under this modifier.
fn against_modifier(
    claim: &Claim<'_>,
    line: &Line,
    remote: &Remote<'_>,
    place: PlaceOfService,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    let policy = remote.policy;
    for modifier in line.modifiers.iter() {
        let Some(answer) = policy.modifier_places(modifier, remote.date) else {
            continue;
        };
        if answer.value.contains(&place) {
            continue;
        }
        let (loop_id, spot, name) = place_spot(claim, line);
        let message = format!(
            "{} takes modifier {modifier} with place of service {} only, and {name} is {place}, on {}",
            policy.name(),
            one_of(answer.value),
            remote.date
        );
        let place_there = correction(claim, line, &one_of(answer.value), |other| {
            let taken = (other.from())
                .filter(|_| other.modifiers.has(&modifier.bytes()))
                .and_then(|date| policy.modifier_places(modifier, date));
            taken.is_some_and(|taken| taken.value == answer.value)
        });
        let help = format!(
            "{}, or another modifier if the service was not what {modifier} says{} ({})",
            place_there.advice(),
            place_there.reason(),
            remote.stands(&answer)
        );
        report
            .add_cited(context, &answer, loop_id, spot, message)
            .help(help)
            .line(line.number);
        return;
    }
}
