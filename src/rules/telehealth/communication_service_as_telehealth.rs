//! TEL113: a communication-technology service billed as telehealth.

use super::{Obstacle, Remote, mark_spot};
use crate::claim::{Claim, Line};
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope};
use crate::value::Severity;

/// TEL113.
pub static RULE: Rule = Rule {
    code: "TEL113",
    name: "communication-service-as-telehealth",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Warn,
    what: "E-visits, virtual check-ins, remote evaluations and remote therapeutic monitoring are communication-technology services. Where the payer does not count them as telehealth they carry neither place of service 02 or 10 nor a telehealth modifier, and no rule on the places and modifiers of telehealth asks for one. One that the sources do not settle to be telehealth is TEL190's.",
    why: "Such a service is remote by nature and takes no mark for it. With the mark a payer may hold it against its telehealth list, on which it does not stand; that it denies each such line is not known.",
    remedy: "Bill the place of service where the therapist practises and take the telehealth modifier off.",
    fails: Example {
        text: "SV1*HC:98970:GP:95*20*UN*1*10**1~\nDTP*472*D8*20260302~",
        note: "an e-visit marked as telehealth",
    },
    passes: Example {
        text: "SV1*HC:98970:GP*20*UN*1*11**1~\nDTP*472*D8*20260302~",
        note: "the same e-visit at the therapist's office",
    },
    sources: &[
        "https://www.cms.gov/medicare/coding-billing/therapy-services",
        "https://www.cms.gov/medicare/coverage/telehealth",
    ],
    asks_policy: true,
    answer: Acknowledgement::Silent,
    check: Check::Telehealth(check),
};

fn check(
    claim: &Claim<'_>,
    line: &Line,
    remote: &Remote<'_>,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    let Some((Obstacle::Communication, answer)) = remote.obstacle else {
        return;
    };
    let Some(procedure) = line.procedure else {
        return;
    };
    let Some(service) = remote.policy.communication_service(procedure, remote.date) else {
        return;
    };
    let (loop_id, spot, mark) = mark_spot(claim, line, remote.sv1);
    let message = format!(
        "{procedure} is a communication service ({}), not telehealth to {} on {}, but {mark} says telehealth",
        service.value.as_str(),
        remote.policy.name(),
        remote.date
    );
    let help = format!(
        "bill the place of service of the therapist's practice, without 02, 10 or a telehealth modifier ({})",
        remote.stands(&answer)
    );
    report
        .add_cited(context, &answer, loop_id, spot, message)
        .help(help)
        .line(line.number);
}
