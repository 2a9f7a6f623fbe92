//! PTT010: a therapy code that did not exist on the date of service.

use crate::claim::{Claim, Line};
use crate::listed::one_of;
use crate::policy::{CodeLife, Policy};
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope, Spot};
use crate::value::{Date, Procedure, Severity};

/// PTT010.
pub static RULE: Rule = Rule {
    code: "PTT010",
    name: "therapy-code-not-live",
    snip: 6,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "The procedure code (SV101-2) of a therapy line exists on its date of service: not deleted before, and not added later.",
    why: "Codes change on the first of a year. A payer returns a line whose code it does not know on that day.",
    remedy: "Bill the code that describes the service on its date; the finding names the successors of a deleted one.",
    fails: Example {
        text: "SV1*HC:97001:GP*90*UN*1***1~\nDTP*472*D8*20260302~",
        note: "97001 was deleted on 2017-01-01",
    },
    passes: Example {
        text: "SV1*HC:97161:GP*90*UN*1***1~\nDTP*472*D8*20260302~",
        note: "one of its successors",
    },
    sources: &[
        "https://www.cms.gov/medicare/coding-billing/therapy-services/annual-therapy-update",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A7", "507", ""),
    check: Check::Service(check),
};

fn check(_: &Claim<'_>, line: &Line, context: &Context<'_>, report: &mut Report<'_>) {
    let (Some(policy), Some(procedure), Some(date), Some(sv1)) =
        (context.policy, line.procedure, line.from(), line.sv1)
    else {
        return;
    };
    let Some(answer) = policy.code_life(procedure, date) else {
        return;
    };
    let (message, help) = match answer.value {
        CodeLife::NotYet { from } => (
            format!(
                "{procedure} in SV101-2 exists from {from} only, and the date of service is {date}"
            ),
            "bill the code that described the service on its date".to_owned(),
        ),
        CodeLife::Deleted { on, use_instead } => (
            format!(
                "{procedure} in SV101-2 was deleted on {on}, and the date of service is {date}"
            ),
            instead(policy, use_instead, date),
        ),
    };
    report
        .add_on_line(context, &answer, line, Spot::component(sv1, 1, 2), message)
        .help(format!("{help} ({})", policy.name()));
}

/// What is billed on the date in place of a code that these came after. An add-on stands behind
/// its base code and never alone.
pub(crate) fn instead(policy: &Policy, named: &[Procedure], date: Date) -> String {
    let live = live(policy, named, date);
    let is_add_on = |code: &Procedure| {
        let base = policy.add_on(*code, date);
        base.is_some_and(|base| base.value.iter().any(|base| live.contains(base)))
    };
    let (more, first): (Vec<Procedure>, Vec<Procedure>) =
        live.iter().partition(|code| is_add_on(code));
    match (first.is_empty(), more.is_empty()) {
        (true, _) => "bill the code that describes the service on its date".to_owned(),
        (false, true) => format!("bill {} instead", one_of(first)),
        (false, false) => format!(
            "bill {} instead, and {} beside it for further time",
            one_of(first),
            one_of(more)
        ),
    }
}

/// The codes that live on the date, for those that do not the codes that came after them.
fn live(policy: &Policy, named: &[Procedure], date: Date) -> Vec<Procedure> {
    /// More successions than any code has seen.
    const STEPS: usize = 32;
    let mut seen = Vec::new();
    let mut waiting: Vec<Procedure> = named.iter().rev().copied().collect();
    let mut live = Vec::new();
    while let Some(code) = waiting.pop().filter(|_| seen.len() < STEPS) {
        if seen.contains(&code) {
            continue;
        }
        seen.push(code);
        match policy.code_life(code, date).map(|answer| answer.value) {
            None => live.push(code),
            Some(CodeLife::Deleted { use_instead, .. }) => {
                waiting.extend(use_instead.iter().rev());
            }
            Some(CodeLife::NotYet { .. }) => {}
        }
    }
    live
}
