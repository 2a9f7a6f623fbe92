//! TEL109: store-and-forward where it is not allowed.

use super::{Remote, modifier_component};
use crate::claim::{Claim, Line};
use crate::policy::Permission;
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope, Spot};
use crate::value::{Modifier, Severity};

/// TEL109.
pub static RULE: Rule = Rule {
    code: "TEL109",
    name: "store-and-forward-not-allowed",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "A line that says store-and-forward (modifier GQ) needs a payer that pays physical therapy recorded and sent on the date of service, and one that takes GQ where the billing provider is.",
    why: "Therapy is delivered live; few payers pay a recording, some only in demonstrations in single states. Elsewhere GQ is denied.",
    remedy: "If the visit was live, bill the modifier for that. If images or videos were reviewed later, see whether the payer pays a remote evaluation instead.",
    fails: Example {
        text: "SV1*HC:97110:GP:GQ*60*UN*2*02**1~\nDTP*472*D8*20260302~",
        note: "a payer that pays no recorded service in this state",
    },
    passes: Example {
        text: "SV1*HC:97110:GP:95*60*UN*2*02**1~\nDTP*472*D8*20260302~",
        note: "live video",
    },
    sources: &[
        "https://www.cms.gov/medicare/coverage/telehealth",
        "https://www.cchpca.org/topic/store-and-forward",
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
    if !line.modifiers.has(b"GQ") {
        return;
    }
    if !remote.can_refuse() {
        return;
    }
    let (policy, date) = (remote.policy, remote.date);
    let Some(modifier) = Modifier::parse(b"GQ") else {
        return;
    };
    // A communication service is no telehealth that is stored and forwarded.
    let forbidden = policy
        .store_and_forward(date)
        .filter(|answer| answer.value == Permission::NotAllowed && remote.takes_marks())
        .map(|answer| answer.map(|_| ()));
    let refused = remote.refused(claim, modifier);
    // The firmer of the two speaks.
    let strength =
        |answer: &crate::policy::Answer<()>| answer.severity(RULE.severity, context.reject_at);
    let Some(answer) = [forbidden, refused]
        .into_iter()
        .flatten()
        .max_by_key(strength)
    else {
        return;
    };
    let component = modifier_component(claim, remote.sv1, modifier);
    let message = format!(
        "modifier GQ in SV101-{component} says store-and-forward, which {} does not pay here on {date}",
        policy.name()
    );
    let advice = if remote.takes_marks() {
        let by_video = remote.by_video(line, modifier);
        format!("{by_video} if the service was live; a recorded one is not payable as telehealth")
    } else {
        format!("take {modifier} off")
    };
    let help = format!("{advice} ({})", remote.stands(&answer));
    let spot = Spot::component(remote.sv1, 1, component);
    report
        .add_on_line(context, &answer, line, spot, message)
        .help(help);
}
