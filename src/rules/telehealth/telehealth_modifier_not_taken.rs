//! TEL105: a modifier the payer does not take on a telehealth line.

use super::advice::offered;
use super::{
    Channel, Remote, audio_only_not_allowed as audio_only, is_remote_modifier, modifier_component,
    one_of, speaks_for, told, worded,
};
use crate::claim::{Claim, Line};
use crate::rules::finding::FixSafety;
use crate::rules::{Acknowledgement, Check, Context, Example, Fix, Report, Rule, RuleScope, Spot};
use crate::value::Severity;

/// TEL105.
pub static RULE: Rule = Rule {
    code: "TEL105",
    name: "telehealth-modifier-not-taken",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "A telehealth line must not carry a modifier that its payer does not take on the date of service, such as GT where professional claims no longer use it. Modifier GQ is TEL109's. Of a communication service marked as telehealth (TEL113) this holds too.",
    why: "Front ends return a line whose modifier they do not accept as invalid; others price it wrongly.",
    remedy: "Take the modifier off, or put in its place the one the payer wants for the way the service was delivered.",
    fails: Example {
        text: "SV1*HC:97110:GP:GT*60*UN*2*10**1~\nDTP*472*D8*20260302~",
        note: "a payer that takes GT only on institutional claims",
    },
    passes: Example {
        text: "SV1*HC:97110:GP:95*60*UN*2*10**1~\nDTP*472*D8*20260302~",
        note: "95 marks live video there",
    },
    sources: &[
        "https://www.cms.gov/medicare/coverage/telehealth",
        "https://telehealth.hhs.gov/providers/billing-and-reimbursement",
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
    if !remote.can_refuse() {
        return;
    }
    let (policy, date) = (remote.policy, remote.date);
    for modifier in line
        .modifiers
        .iter()
        .filter(|modifier| modifier.bytes() != *b"GQ")
    {
        let Some(answer) = remote.refused(claim, modifier) else {
            continue;
        };
        // Audio-only that is not allowed at all is TEL108's.
        let audio = matches!(&modifier.bytes(), b"93" | b"FQ");
        let way = audio_only::forbids(line, remote).filter(|_| audio);
        let way = way.map(|way| told(&audio_only::RULE, way));
        if way.is_some_and(|way| speaks_for(way, told(&RULE, answer), claim, context)) {
            continue;
        }
        let component = modifier_component(claim, remote.sv1, modifier);
        let service = remote.communication.filter(|_| !remote.takes_marks());
        let kind = service.map_or_else(
            || "a telehealth line".to_owned(),
            |service| format!("a communication service ({})", service.kind.as_str()),
        );
        let message = format!(
            "{} {} modifier {modifier} (SV101-{component}) on {kind} on {date}",
            policy.name(),
            worded(&answer, "does not take", "is not known to take"),
        );
        let stated = remote
            .wanted(remote.channel)
            .filter(|_| remote.takes_marks());
        let wanted = stated.map(|answer| answer.value).unwrap_or_default();
        // Without its only mark the line would go as a service in person, or by video.
        let only_mark = is_remote_modifier(modifier)
            && !(line.modifiers.iter()).any(|other| other != modifier && is_remote_modifier(other));
        let replace = is_remote_modifier(modifier)
            && !wanted.is_empty()
            && !wanted.contains(&modifier)
            && !line.modifiers.has_any(wanted);
        let offered = offered(wanted);
        let advice = if replace {
            format!("put {} in its place", one_of(&offered))
        } else if service.is_some_and(|service| service.telehealth.is_none()) {
            format!(
                "take {modifier} off; which modifier it wants on {kind} is not known: ask the payer"
            )
        } else if service.is_some() {
            format!("take {modifier} off")
        } else if stated.is_none() && only_mark {
            let way = match remote.channel {
                Channel::Video => "live video",
                Channel::AudioOnly => "audio-only",
                Channel::StoreAndForward => "store-and-forward",
            };
            format!("which modifier it wants for {way} is not known: ask the payer")
        } else {
            format!("take {modifier} off")
        };
        let help = format!("{advice} ({})", remote.stands(&answer));
        let spot = Spot::component(remote.sv1, 1, component);
        let finding = report.add_on_line(context, &answer, line, spot, message);
        finding.help(help);
        if let (true, [only], false) = (replace, &*offered, answer.open) {
            finding.fix(Fix {
                safety: FixSafety::Unsafe,
                title: format!("bill {only} for {modifier}"),
                replacement: only.to_string(),
            });
        }
    }
}
