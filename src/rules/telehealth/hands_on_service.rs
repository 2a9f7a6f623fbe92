//! TEL110: a service that needs hands or a machine, billed by telehealth.

use super::{Obstacle, Remote, mark_spot};
use crate::claim::{Claim, Line};
use crate::rules::{Answer, Check, Context, Example, Report, Rule, RuleScope, Spot};
use crate::value::Severity;

/// TEL110.
pub static RULE: Rule = Rule {
    code: "TEL110",
    name: "hands-on-service-by-telehealth",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "A telehealth line must not bill a service that needs the therapist's hands, water or a machine where the patient is: manual therapy, massage, aquatic therapy, and physical agents such as ultrasound or electrical stimulation.",
    why: "Such a service cannot be delivered at a distance. A payer denies it, and a pattern of it draws an audit.",
    remedy: "If the service took place in person, correct the place of service and take the telehealth modifiers off. If the therapist guided the patient by video, bill the code for what was done.",
    fails: Example {
        text: "SV1*HC:97140:GP:95*45*UN*1*10**1~\nDTP*472*D8*20260302~",
        note: "manual therapy (97140) by video",
    },
    passes: Example {
        text: "SV1*HC:97110:GP:95*45*UN*1*10**1~\nDTP*472*D8*20260302~",
        note: "exercise under guidance by video",
    },
    sources: &[
        "https://www.cms.gov/medicare/coverage/telehealth/list-services",
        "https://telehealth.hhs.gov/providers/billing-and-reimbursement",
    ],
    asks_policy: true,
    answer: Answer::Claim("A7", "454", ""),
    check: Check::Telehealth(check),
};

fn check(
    claim: &Claim<'_>,
    line: &Line,
    remote: &Remote<'_>,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    let Some((Obstacle::HandsOn, answer)) = remote.obstacle else {
        return;
    };
    let Some(procedure) = line.procedure else {
        return;
    };
    let (_, _, mark) = mark_spot(claim, line, remote.sv1);
    let message = format!(
        "{procedure} in SV101-2 needs hands or equipment where the patient is, but {mark} says telehealth on {}",
        remote.date
    );
    let help = format!(
        "bill it as in person if it was, otherwise the code for what was done at a distance ({})",
        remote.stands(answer.row)
    );
    let spot = Spot::component(remote.sv1, 1, 2);
    report
        .add_cited(context, remote.policy, &answer, "2400", spot, message)
        .help(help)
        .line(line.number);
}
