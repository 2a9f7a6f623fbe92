//! TEL112: the patient's home as the place, where the payer does not take it.

use super::advice::correction;
use super::{Remote, place_spot};
use crate::claim::{Claim, Line};
use crate::policy::Permission;
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope};
use crate::value::Severity;

/// TEL112.
pub static RULE: Rule = Rule {
    code: "TEL112",
    name: "telehealth-home-not-taken",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "A line with place of service 10 (telehealth, the patient at home) needs a payer that lets the patient be at home on the date of service.",
    why: "Some payers want the patient at a clinic or another listed site. They deny a visit to the home, whatever the code.",
    remedy: "If the patient was elsewhere, bill 02. If the patient was at home, the visit is not payable by telehealth on this date.",
    fails: Example {
        text: "SV1*HC:97110:GP:95*60*UN*2*10**1~\nDTP*472*D8*20260302~",
        note: "a payer that wants the patient at a listed site",
    },
    passes: Example {
        text: "SV1*HC:97110:GP:95*60*UN*2*02**1~\nDTP*472*D8*20260302~",
        note: "the patient was at a clinic",
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
    if line.place.is_none_or(|place| place.bytes() != *b"10") {
        return;
    }
    if !remote.takes_marks() {
        return;
    }
    let Some(answer) = remote.policy.home(remote.date) else {
        return;
    };
    if answer.value != Permission::NotAllowed {
        return;
    }
    let (loop_id, spot, name) = place_spot(claim, line);
    let message = format!(
        "{name} 10 says the patient was at home, which {} does not take for telehealth on {}",
        remote.policy.name(),
        remote.date
    );
    let elsewhere = correction(claim, line, "02", |other| {
        Remote::of(claim, other, context).is_some_and(|remote| {
            let home = remote.policy.home(remote.date);
            remote.takes_marks() && home.is_some_and(|home| home.value == Permission::NotAllowed)
        })
    });
    let help = format!(
        "{} if the patient was elsewhere{} ({})",
        elsewhere.advice(),
        elsewhere.reason(),
        remote.stands(&answer)
    );
    report
        .add_cited(context, &answer, loop_id, spot, message)
        .help(help)
        .line(line.number);
}
