//! PTT002: the assistant's modifier beside the wrong discipline.

use crate::claim::{Claim, Line};
use crate::listed::one_of;
use crate::policy::{AssistantDoubt, Policy};
use crate::rules::spots::modifier_component;
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope, Spot};
use crate::value::{Modifier, Severity};

/// PTT002.
pub static RULE: Rule = Rule {
    code: "PTT002",
    name: "assistant-modifier-mismatched",
    snip: 6,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "The modifier of a physical therapist assistant (CQ) stands with GP, that of an occupational therapy assistant (CO) with GO, and the two never together, on dates on which the payer asks for them. On a code that is the therapist's own act, or that the payer's assistant rule does not reach, the modifier is warned about.",
    why: "The payer lowers the payment by this modifier and cannot tell by which rule when the discipline beside it is another. The line is returned.",
    remedy: "Correct the discipline, or the assistant's modifier; take it off when the therapist furnished the service.",
    fails: Example {
        text: "SV1*HC:97110:GP:CO*60*UN*2***1~",
        note: "physical therapy (GP) by an occupational therapy assistant (CO)",
    },
    passes: Example {
        text: "SV1*HC:97110:GP:CQ*60*UN*2***1~",
        note: "physical therapy by a physical therapist assistant",
    },
    sources: &[
        "https://www.cms.gov/medicare/coding-billing/therapy-services/billing-examples-using-cq/co-modifiers-services-furnished-whole-or-part-ptas-and-otas",
        "https://www.cms.gov/medicare/coding-billing/therapy-services",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A7", "453", ""),
    check: Check::Service(check),
};

fn check(claim: &Claim<'_>, line: &Line, context: &Context<'_>, report: &mut Report<'_>) {
    for modifier in line
        .modifiers
        .iter()
        .filter(|modifier| matches!(&modifier.bytes(), b"CQ" | b"CO"))
    {
        let (Some(policy), Some(date), Some(sv1)) = (context.policy, line.from(), line.sv1) else {
            return;
        };
        let Some(answer) = policy.assistant(modifier, date) else {
            doubt(claim, line, modifier, policy, context, report);
            continue;
        };
        let rule = answer.value;
        let against = line
            .modifiers
            .iter()
            .find(|other| rule.never_with.contains(other));
        let beside = line.modifiers.has(&rule.with.bytes());
        if beside && against.is_none() {
            doubt(claim, line, modifier, policy, context, report);
            continue;
        }
        let component = modifier_component(claim, sv1, modifier);
        let message = match against {
            Some(other) => format!(
                "SV101-{component} is {modifier}, which never stands with {other} on one line"
            ),
            None => format!(
                "SV101-{component} is {modifier}, which stands with {} only, on {date}",
                rule.with
            ),
        };
        let help = format!(
            "{modifier} goes with {}{}; take it off if the therapist furnished the service ({})",
            rule.with,
            if rule.never_with.is_empty() {
                String::new()
            } else {
                format!(" and never with {}", one_of(rule.never_with))
            },
            policy.name()
        );
        let spot = Spot::component(sv1, 1, component);
        report
            .add_on_line(context, &answer, line, spot, message)
            .help(help);
        // The other assistant's modifier would only say the same again.
        return;
    }
}

/// An assistant's modifier on a code that an assistant does not furnish, or that the
/// payer's rule on assistants does not reach.
fn doubt(
    claim: &Claim<'_>,
    line: &Line,
    modifier: Modifier,
    policy: &Policy,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    let (Some(procedure), Some(date), Some(sv1)) = (line.procedure, line.from(), line.sv1) else {
        return;
    };
    let stated = policy.assistant_doubt(modifier, procedure, date);
    let unmarked = || {
        policy
            .communication(procedure, date)
            .filter(|answer| answer.value.assistant_modifier == Some(false))
            .map(|answer| answer.map(|_| AssistantDoubt::NotApplicable))
    };
    let Some(answer) = stated.or_else(unmarked) else {
        return;
    };
    let why = match answer.value {
        AssistantDoubt::Unlikely => "is the therapist's own act",
        AssistantDoubt::NotApplicable => "is not marked for assistants",
    };
    let component = modifier_component(claim, sv1, modifier);
    let spot = Spot::component(sv1, 1, component);
    let message = format!("SV101-{component} is {modifier}, but {procedure} {why} on {date}");
    let answer = answer.capped(Some(Severity::Warn));
    report
        .add_on_line(context, &answer, line, spot, message)
        .help(format!(
            "take {modifier} off unless the record shows that the assistant furnished it ({})",
            policy.name()
        ));
}
