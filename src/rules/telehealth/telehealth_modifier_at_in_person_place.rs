//! TEL107: half a telehealth line, a modifier that says remote at a place that says in person.

use super::advice::{correction, remote_modifiers};
use super::{PlaceFault, Remote, is_remote_modifier, one_of, place_spot, worded};
use crate::claim::{Claim, Line};
use crate::policy::PlaceRule;
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope};
use crate::value::Severity;

/// TEL107.
pub static RULE: Rule = Rule {
    code: "TEL107",
    name: "telehealth-modifier-at-in-person-place",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "A line whose modifier says telehealth carries an in-person place of service (SV105, else CLM05-1) on a date on which its payer wants 02 or 10. The other half, a telehealth place without its modifier, is TEL104.",
    why: "Until the payer's change of rule the in-person place was right and many billing systems still send it. Since then modifier and place contradict each other, and the line is denied.",
    remedy: "Bill 10 when the patient was at home and 02 elsewhere. If the visit was in person, take the telehealth modifier off.",
    fails: Example {
        text: "CLM*26463774*60***11:B:1*Y*A*Y*Y~\nLX*1~\nSV1*HC:97110:GP:95*60*UN*2***1~\nDTP*472*D8*20260302~",
        note: "95 says telehealth, 11 says office",
    },
    passes: Example {
        text: "CLM*26463774*60***10:B:1*Y*A*Y*Y~\nLX*1~\nSV1*HC:97110:GP:95*60*UN*2***1~\nDTP*472*D8*20260302~",
        note: "10: by telehealth, the patient at home",
    },
    sources: &[
        "https://www.cms.gov/medicare/coding-billing/place-of-service-codes",
        "https://telehealth.hhs.gov/providers/billing-and-reimbursement",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A8", "249", ""),
    check: Check::Telehealth(check),
};

fn check(
    claim: &Claim<'_>,
    line: &Line,
    remote: &Remote<'_>,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    if line.has_telehealth_place() {
        return;
    }
    if !remote.takes_marks() {
        return;
    }
    let Some((PlaceFault::InPerson, answer)) = remote.place_fault(line) else {
        return;
    };
    let (Some(place), PlaceRule::OneOf(places)) = (line.place, answer.value) else {
        return;
    };
    let Some(modifier) = line
        .modifiers
        .iter()
        .find(|modifier| is_remote_modifier(*modifier))
    else {
        return;
    };
    let (loop_id, spot, name) = place_spot(claim, line);
    let wanted = one_of(remote.open_places(line, &answer, places, context));
    let place_there = correction(claim, line, &wanted, |other| {
        Remote::is_alike(claim, other, context, PlaceFault::InPerson, answer.value)
    });
    let message = format!(
        "modifier {modifier} says telehealth, but {name} is {place}; {} {} place of service {wanted} on {}",
        remote.policy.name(),
        worded(&answer, "wants", "may want"),
        remote.date
    );
    let help = format!(
        "{}, or take {} off if the visit was in person{} ({})",
        place_there.advice(),
        remote_modifiers(line),
        place_there.reason(),
        remote.stands(&answer)
    );
    report
        .add_cited(context, &answer, loop_id, spot, message)
        .help(help)
        .line(line.number);
}
