//! PTT001: the discipline modifier of a therapy code.

use super::{is_discipline, rendering_discipline};
use crate::claim::{Claim, Line};
use crate::policy::{self, ClaimRule, Therapy, TherapyClass};
use crate::rules::finding::FixSafety;
use crate::rules::telehealth::{free_modifier_component, modifier_component, one_of};
use crate::rules::{Answer, Check, Context, Example, Finding, Fix, Report, Rule, RuleScope, Spot};
use crate::value::{Modifier, Severity};

/// PTT001.
pub static RULE: Rule = Rule {
    code: "PTT001",
    name: "discipline-modifier-wrong",
    snip: 6,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "A code that is always therapy carries exactly one of GP (physical), GO (occupational) and GN (speech), one the code takes, and the one that fits who rendered it. A code that is therapy only in a therapist's hands is held to it, as a warning, when a physical therapist rendered it.",
    why: "The modifier says under which plan of care the service was furnished. Medicare returns an always-therapy line without it, counts it towards the wrong yearly threshold with the wrong one, and cannot read it with two.",
    remedy: "Put the modifier of the discipline on the line, and only that one.",
    fails: Example {
        text: "SV1*HC:97110*60*UN*2***1~",
        note: "97110 is always therapy, and no discipline is named",
    },
    passes: Example {
        text: "SV1*HC:97110:GP*60*UN*2***1~",
        note: "under a physical therapy plan of care",
    },
    sources: &[
        "https://www.cms.gov/medicare/coding-billing/therapy-services",
        "https://www.cms.gov/medicare/coding-billing/therapy-services/annual-therapy-update",
    ],
    asks_policy: true,
    answer: Answer::Claim("A7", "453", ""),
    check: Check::Service(check),
};

fn check(claim: &Claim<'_>, line: &Line, context: &Context<'_>, report: &mut Report<'_>) {
    let (Some(policy), Some(procedure), Some(date), Some(sv1)) =
        (context.policy, line.procedure, line.from(), line.sv1)
    else {
        return;
    };
    let Some(mut answer) = policy.therapy(procedure, date) else {
        return;
    };
    let Therapy {
        class,
        any_of,
        pt_modifier,
    } = answer.value;
    let fitting = rendering_discipline(claim, line).map(|modifier| match pt_modifier {
        // What a physical therapist puts on this code the payer may state itself.
        Some(stated) if modifier.bytes() == *b"GP" => stated,
        _ => modifier,
    });
    let by_pt =
        rendering_discipline(claim, line).is_some_and(|modifier| modifier.bytes() == *b"GP");
    if class == TherapyClass::Sometimes && !by_pt {
        return;
    }
    if class == TherapyClass::Sometimes {
        // Whether such a code is therapy here the claim does not show for sure.
        answer = answer.capped(Some(Severity::Warn));
    }
    // Where the policy states the sentence itself, that is cited.
    let by_rule = |rule| {
        let stated = policy.claim_rule(rule, date)?;
        Some(stated.map(|()| answer.value).capped(answer.cap))
    };
    let mut found = line
        .modifiers
        .iter()
        .filter(|modifier| is_discipline(*modifier));
    let component = |modifier| modifier_component(claim, sv1, modifier);
    // The one that fits who rendered the line, if the code takes it; else what it takes.
    let right = fitting.filter(|modifier| any_of.contains(modifier));
    let wanted = || right.map_or_else(|| one_of(any_of), |modifier| modifier.to_string());
    let first = found.next();
    // The same one twice is COD006's.
    let second = found.find(|modifier| Some(*modifier) != first);
    let (component, message) = match (first, second) {
        (None, _) => {
            if by_pt {
                answer = by_rule(ClaimRule::TherapistRendersUnderGp).unwrap_or(answer);
            }
            let free = free_modifier_component(claim, sv1);
            let message = format!(
                "{procedure} is a therapy code and carries none of {} on {date}",
                one_of(any_of)
            );
            let finding = tell(
                line,
                sv1,
                context,
                report,
                policy,
                &answer,
                free.unwrap_or(3),
                message,
                &wanted(),
            );
            let only = right.or(match any_of {
                [only] => Some(*only),
                _ => None,
            });
            if let (Some(only), Some(_)) = (only, free) {
                finding.fix(replacement(only));
            }
            return;
        }
        (Some(one), Some(other)) => {
            answer = by_rule(ClaimRule::OneDisciplinePerLine).unwrap_or(answer);
            (
                component(other),
                format!(
                    "{procedure} carries both {one} and {other}; a line belongs to one discipline"
                ),
            )
        }
        (Some(one), None) if !any_of.contains(&one) => (
            component(one),
            format!(
                "{procedure} takes {}, and SV101-{} is {one} on {date}",
                one_of(any_of),
                component(one)
            ),
        ),
        (Some(one), None) => match right {
            Some(right) if right != one => {
                let place = component(one);
                let message = format!(
                    "SV101-{place} is {one}, but the taxonomy of who rendered the line fits {right}"
                );
                tell(
                    line,
                    sv1,
                    context,
                    report,
                    policy,
                    &answer,
                    place,
                    message,
                    &wanted(),
                )
                .fix(replacement(right));
                return;
            }
            _ => return,
        },
    };
    tell(
        line,
        sv1,
        context,
        report,
        policy,
        &answer,
        component,
        message,
        &wanted(),
    );
}

#[expect(
    clippy::too_many_arguments,
    reason = "what every case of the rule says alike"
)]
fn tell<'r>(
    line: &Line,
    sv1: u32,
    context: &Context<'_>,
    report: &'r mut Report<'_>,
    policy: &policy::Policy,
    answer: &policy::Answer<Therapy<'_>>,
    component: u8,
    message: String,
    wanted: &str,
) -> &'r mut Finding {
    let help = format!(
        "put {wanted} on the line, and no other discipline ({})",
        policy.name()
    );
    let finding = report.add_cited(
        context,
        policy,
        answer,
        "2400",
        Spot::component(sv1, 1, component),
        message,
    );
    finding.help(help).line(line.number)
}

fn replacement(modifier: Modifier) -> Fix {
    Fix {
        safety: FixSafety::Unsafe,
        title: format!("bill modifier {modifier}"),
        replacement: modifier.to_string(),
    }
}
