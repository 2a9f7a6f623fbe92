//! TEL111: an assistant by telehealth where the payer does not allow it.

use super::{Remote, modifier_component};
use crate::claim::{Claim, Line};
use crate::policy::Permission;
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope, Spot};
use crate::value::Severity;

/// TEL111.
pub static RULE: Rule = Rule {
    code: "TEL111",
    name: "assistant-by-telehealth-not-allowed",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "A telehealth line that says a therapy assistant furnished it (modifier CQ or CO) needs a payer that lets assistants furnish therapy by telehealth on the date of service.",
    why: "Some payers pay therapy by telehealth only from the therapist himself, since an assistant at a distance cannot be supervised as they demand.",
    remedy: "See who furnished the service. If the therapist did, take CQ or CO off; if the assistant did, the line is not payable by telehealth.",
    fails: Example {
        text: "SV1*HC:97110:GP:CQ:95*60*UN*2*02**1~\nDTP*472*D8*20260302~",
        note: "a payer that pays no assistant by telehealth",
    },
    passes: Example {
        text: "SV1*HC:97110:GP:95*60*UN*2*02**1~\nDTP*472*D8*20260302~",
        note: "furnished by the therapist",
    },
    sources: &[
        "https://telehealth.hhs.gov/providers/billing-and-reimbursement",
        "https://www.cms.gov/medicare/coding-billing/therapy-services",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A7", "453", ""),
    check: Check::Telehealth(check),
};

fn check(
    claim: &Claim<'_>,
    line: &Line,
    remote: &Remote<'_>,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    let mark = line
        .modifiers
        .iter()
        .find(|modifier| matches!(&modifier.bytes(), b"CQ" | b"CO"));
    let Some(modifier) = mark else { return };
    if !remote.payable {
        return;
    }
    let Some(answer) = remote.policy.assistant_by_telehealth(remote.date) else {
        return;
    };
    if answer.value != Permission::NotAllowed {
        return;
    }
    let component = modifier_component(claim, remote.sv1, modifier);
    let message = format!(
        "modifier {modifier} in SV101-{component} says an assistant furnished the service, and {} does not allow that by telehealth on {}",
        remote.policy.name(),
        remote.date
    );
    let help = format!(
        "take {modifier} off if the therapist furnished it; an assistant's telehealth is not payable ({})",
        remote.stands(&answer)
    );
    let spot = Spot::component(remote.sv1, 1, component);
    report
        .add_on_line(context, &answer, line, spot, message)
        .help(help);
}
