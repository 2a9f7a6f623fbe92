//! TEL104: the telehealth modifier the payer wants is not on the line.

use super::advice::offered;
use super::{
    Channel, NO_ROOM, Remote, all_of, audio_only_not_allowed as audio_only, forbidden,
    free_modifier_component, is_video, modifier_component, modifier_place, one_of, speaks_for,
    store_and_forward_not_allowed as recorded, telehealth_modifier_not_taken as not_taken, told,
    worded,
};
use crate::claim::{Claim, Line};
use crate::policy;
use crate::rules::finding::FixSafety;
use crate::rules::therapy::discipline_modifier_wrong;
use crate::rules::{Acknowledgement, Check, Context, Example, Fix, Report, Rule, RuleScope, Spot};
use crate::value::{Modifier, Severity};

/// TEL104.
pub static RULE: Rule = Rule {
    code: "TEL104",
    name: "telehealth-modifier-missing",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "A telehealth line must carry a modifier its payer wants on the date of service: one of those that mark live video, or, on a line that says audio-only or store-and-forward, one of those that mark that; and every modifier the payer wants on all telehealth lines.",
    why: "Without its modifier the payer's system reads the line as an in-person service, or as one it cannot price, and denies it.",
    remedy: "Add the modifier to SV101-3 to SV101-6, behind the modifiers that decide the payment, such as GP.",
    fails: Example {
        text: "SV1*HC:97110:GP*60*UN*2*02**1~\nDTP*472*D8*20260302~",
        note: "place of service 02, and neither 95 nor GT, of which the payer wants one",
    },
    passes: Example {
        text: "SV1*HC:97110:GP:95*60*UN*2*02**1~\nDTP*472*D8*20260302~",
        note: "95 marks the line as live video",
    },
    sources: &[
        "https://telehealth.hhs.gov/providers/billing-and-reimbursement",
        "https://www.cms.gov/medicare/coverage/telehealth",
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
    if !remote.takes_marks() {
        return;
    }
    one(claim, line, remote, context, report);
    every(claim, line, remote, context, report);
}

/// One of the modifiers that mark the way the service was delivered.
fn one(
    claim: &Claim<'_>,
    line: &Line,
    remote: &Remote<'_>,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    let channel = remote.channel;
    let Some(answer) = remote.wanted(channel) else {
        return;
    };
    if answer.value.is_empty() || line.modifiers.has_any(answer.value) {
        return;
    }
    // A way of delivery the payer does not allow is told by TEL108 or TEL109, and a
    // modifier it does not take by TEL105, which names the one to put in its place.
    let (policy, date) = (remote.policy, remote.date);
    let way_forbidden = match channel {
        Channel::Video => None,
        Channel::AudioOnly => {
            audio_only::forbids(line, remote).map(|way| told(&audio_only::RULE, way))
        }
        Channel::StoreAndForward => forbidden(&recorded::RULE, policy.store_and_forward(date)),
    };
    let refused = line
        .modifiers
        .iter()
        .filter(|modifier| super::is_remote_modifier(*modifier))
        .filter_map(|modifier| {
            let rule = if modifier.bytes() == *b"GQ" {
                &recorded::RULE
            } else {
                &not_taken::RULE
            };
            Some(told(rule, remote.refused(claim, modifier)?))
        });
    let missing = told(&RULE, answer);
    if way_forbidden
        .into_iter()
        .chain(refused)
        .any(|other| speaks_for(other, missing, claim, context))
    {
        return;
    }
    let way = match channel {
        Channel::Video => "telehealth",
        Channel::AudioOnly => "audio-only telehealth",
        Channel::StoreAndForward => "store-and-forward telehealth",
    };
    let offered = offered(answer.value);
    let message = format!(
        "{} {} modifier {} on {way} on {date}, and SV101-3 to SV101-6 hold none of that",
        policy.name(),
        worded(&answer, "wants", "may want"),
        one_of(&offered)
    );
    tell(
        claim,
        line,
        remote,
        context,
        report,
        &answer,
        (&offered, &one_of(&offered)),
        message,
    );
}

/// The modifiers wanted on every telehealth line.
fn every(
    claim: &Claim<'_>,
    line: &Line,
    remote: &Remote<'_>,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    let (policy, date) = (remote.policy, remote.date);
    let Some(answer) = policy.modifiers_all_of(date) else {
        return;
    };
    // The discipline modifier of a therapy code is asked for by PTT001, where that looks at it.
    let discipline = discipline_modifier_wrong::found(claim, line, policy, date).filter(|found| {
        let wrong = told(&discipline_modifier_wrong::RULE, found.answer);
        speaks_for(wrong, told(&RULE, answer), claim, context)
    });
    let missing = || {
        answer.value.iter().copied().filter(|wanted| {
            !line.modifiers.has(&wanted.bytes())
                && !(discipline.as_ref()).is_some_and(|found| found.any_of.contains(wanted))
        })
    };
    if missing().next().is_none() {
        return;
    }
    let codes = all_of(missing());
    let message = format!(
        "{} {} {codes} on every telehealth line on {date}, and SV101 lacks it",
        policy.name(),
        worded(&answer, "wants", "may want")
    );
    tell(
        claim,
        line,
        remote,
        context,
        report,
        &answer,
        (answer.value, &codes),
        message,
    );
}

#[expect(
    clippy::too_many_arguments,
    reason = "what both halves of the rule say alike"
)]
fn tell(
    claim: &Claim<'_>,
    line: &Line,
    remote: &Remote<'_>,
    context: &Context<'_>,
    report: &mut Report<'_>,
    answer: &policy::Answer<&[Modifier]>,
    (wanted, codes): (&[Modifier], &str),
    message: String,
) {
    let free = free_modifier_component(claim, remote.sv1);
    let (spot, advice, title) = match other_mark(remote, line, wanted) {
        Some(other) => {
            let component = modifier_component(claim, remote.sv1, other);
            (
                Spot::component(remote.sv1, 1, component),
                format!("put {codes} in place of {other}"),
                Some(format!("bill {codes} for {other}")),
            )
        }
        None => (
            modifier_place(remote.sv1, free),
            if free.is_some() {
                format!("add {codes} to SV101")
            } else {
                format!("{NO_ROOM} for {codes}")
            },
            free.map(|_| format!("add modifier {codes}")),
        ),
    };
    let finding = report.add_on_line(context, answer, line, spot, message);
    finding.help(format!("{advice} ({})", remote.stands(answer)));
    if let ([only], Some(title), false) = (wanted, title, answer.open) {
        finding.fix(Fix {
            safety: FixSafety::Unsafe,
            title,
            replacement: only.to_string(),
        });
    }
}

/// The line's other mark of live video, where one is wanted: both on one line contradict each
/// other (TEL106).
fn other_mark(remote: &Remote<'_>, line: &Line, wanted: &[Modifier]) -> Option<Modifier> {
    let elsewhere = remote.wanted(Channel::Video);
    let is_wanted = |modifier: &Modifier| {
        wanted.contains(modifier) || elsewhere.is_some_and(|answer| answer.value.contains(modifier))
    };
    let replaced = wanted.iter().copied().all(is_video);
    let mut marks = line.modifiers.iter().filter(|modifier| is_video(*modifier));
    marks.find(|mark| replaced && !is_wanted(mark))
}
