//! TEL108: audio-only where payer or code does not allow it.

use super::{Channel, Remote, audio_mark, modifier_component};
use crate::claim::{Claim, Line};
use crate::policy::{Answer, Permission};
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope, Spot};
use crate::value::Severity;

/// TEL108.
pub static RULE: Rule = Rule {
    code: "TEL108",
    name: "audio-only-not-allowed",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "A line that says audio-only (modifier 93 or FQ, or another that the payer marks such lines with, where none of live video stands beside it) needs a payer, and a code, for which physical therapy by telephone alone is allowed on the date of service.",
    why: "Many payers pay therapy by live video only. A line that says audio-only is denied there, and changing the modifier without the record to support it is a false claim.",
    remedy: "If the visit was by video, bill the video modifier. If it was by telephone alone, it is not payable as telehealth; see whether the payer pays a telephone assessment instead.",
    fails: Example {
        text: "SV1*HC:97110:GP:93*60*UN*2*02**1~\nDTP*472*D8*20260302~",
        note: "a payer that does not pay therapy by telephone alone",
    },
    passes: Example {
        text: "SV1*HC:97110:GP:95*60*UN*2*02**1~\nDTP*472*D8*20260302~",
        note: "the visit was by video, and says so",
    },
    sources: &[
        "https://telehealth.hhs.gov/providers/billing-and-reimbursement",
        "https://www.cchpca.org/topic/audio-only",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A7", "453", ""),
    check: Check::Telehealth(check),
};

/// That the line says audio-only and must not.
pub(super) fn forbids(line: &Line, remote: &Remote<'_>) -> Option<Answer<Permission>> {
    let apart = (remote.communication).is_some_and(|service| service.telehealth == Some(false));
    if !remote.payable || apart || remote.channel != Channel::AudioOnly {
        return None;
    }
    let answer = remote.policy.audio_only(line.procedure?, remote.date)?;
    (answer.value == Permission::NotAllowed).then_some(answer)
}

fn check(
    claim: &Claim<'_>,
    line: &Line,
    remote: &Remote<'_>,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    let Some(answer) = forbids(line, remote) else {
        return;
    };
    let (policy, date) = (remote.policy, remote.date);
    let (Some(modifier), Some(procedure)) = (audio_mark(line, policy, date), line.procedure) else {
        return;
    };
    let component = modifier_component(claim, remote.sv1, modifier);
    let message = format!(
        "modifier {modifier} in SV101-{component} says audio-only, which {} does not allow for {procedure} on {date}",
        policy.name()
    );
    let advice = if remote.communication.is_none() {
        format!("{} if it was live video; ", remote.by_video(line, modifier))
    } else {
        String::new()
    };
    let help = format!(
        "{advice}by telephone alone it is not payable as telehealth ({})",
        remote.stands(&answer)
    );
    let spot = Spot::component(remote.sv1, 1, component);
    report
        .add_on_line(context, &answer, line, spot, message)
        .help(help);
}
