//! TEL101: a telehealth line whose payer pays no physical therapy by telehealth on its date.

use super::advice::in_person_at;
use super::{Obstacle, Remote, denial_asked, mark_spot};
use crate::claim::{Claim, Line};
use crate::rules::balance::WITH_THE_LINE;
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope};
use crate::value::Severity;

/// TEL101.
pub static RULE: Rule = Rule {
    code: "TEL101",
    name: "telehealth-not-paid",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "A line says it was furnished by telehealth (place of service 02 or 10, or one of the modifiers 95, GT, GQ, 93, FQ, G0) on a date on which its payer pays no physical therapy by telehealth at all.",
    why: "The payer denies the line whatever code, place and modifier it carries. Many allowances were made for a time only and end on a known day, so the same claim can be right one day and wrong the next.",
    remedy: "If the visit took place in person, correct the place of service and take the telehealth modifiers off. If it was by telehealth, it cannot be billed to this payer for this date; see the cited policy for what was announced.",
    fails: Example {
        text: "SV1*HC:97110:GP:95*60*UN*2*10**1~\nDTP*472*D8*20280110~",
        note: "a payer whose telehealth allowance for physical therapists ended on 2027-12-31",
    },
    passes: Example {
        text: "SV1*HC:97110:GP:95*60*UN*2*10**1~\nDTP*472*D8*20271220~",
        note: "the same line while the allowance was in force",
    },
    sources: &[
        "https://telehealth.hhs.gov/providers/billing-and-reimbursement",
        "https://www.cms.gov/medicare/coverage/telehealth",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A3", "732", ""),
    check: Check::Telehealth(check),
};

fn check(
    claim: &Claim<'_>,
    line: &Line,
    remote: &Remote<'_>,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    let Some((Obstacle::NotCovered, answer)) = remote.obstacle else {
        return;
    };
    let (loop_id, spot, mark) = mark_spot(claim, line, remote.sv1);
    let (policy, date) = (remote.policy, remote.date);
    let message = format!(
        "{mark} says telehealth, but {} does not pay physical therapy by telehealth on {date}",
        policy.name()
    );
    let help = format!(
        "bill the line as in person if it was{}, otherwise take it off the claim {WITH_THE_LINE} ({})",
        in_person_at(claim, line, context),
        remote.stands(&answer)
    );
    report
        .add_cited(
            context,
            &answer.capped(denial_asked(line)),
            loop_id,
            spot,
            message,
        )
        .help(help)
        .line(line.number);
}
