//! PTT012: an add-on code without a code it adds to.

use crate::claim::{Claim, Line};
use crate::listed::one_of;
use crate::policy::{CommunicationKind, Policy};
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::{Date, Procedure, Severity};

/// PTT012.
pub static RULE: Rule = Rule {
    code: "PTT012",
    name: "add-on-without-base",
    snip: 6,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "An add-on code, which counts more of a service, stands on a claim with a code of the service itself on the same date. Of remote monitoring, which is counted by the month, the first part may stand on an earlier claim: there its lack is only warned about.",
    why: "An add-on is never paid by itself; its line is denied.",
    remedy: "Bill the base code for the first part of the service on the same claim, or the base code alone.",
    fails: Example {
        text: "SV1*HC:97551:GP*28*UN*1***1~",
        note: "more caregiver training, and no first half hour of it",
    },
    passes: Example {
        text: "SV1*HC:97550:GP*55*UN*1***1~\nSV1*HC:97551:GP*28*UN*1***1~",
        note: "the first half hour, then the next quarter",
    },
    sources: &[
        "https://www.cms.gov/medicare/coding-billing/ncci-medicare/medicare-ncci-add-code-edits",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A8", "454", ""),
    check: Check::LineWith(Features::ADD_ON, check),
};

fn check(claim: &Claim<'_>, line: &Line, context: &Context<'_>, report: &mut Report<'_>) {
    let (Some(policy), Some(procedure), Some(date), Some(sv1)) =
        (context.policy, line.procedure, line.from(), line.sv1)
    else {
        return;
    };
    let Some(answer) = policy.add_on(procedure, date) else {
        return;
    };
    let monthly = by_month(policy, procedure, date);
    let same_time = |other: Date| {
        other == date || (monthly && (other.year(), other.month()) == (date.year(), date.month()))
    };
    let based = claim.lines().iter().any(|other| {
        other
            .procedure
            .is_some_and(|code| answer.value.contains(&code))
            && other.from().is_some_and(same_time)
    });
    if based {
        return;
    }
    let base = one_of(answer.value);
    let span = if monthly {
        "in the same month"
    } else {
        "on the same date"
    };
    let message = format!(
        "{procedure} in SV101-2 is an add-on, and no line of the claim bills {base} {span}"
    );
    let answer = answer.capped(monthly.then_some(Severity::Warn));
    report
        .add_on_line(context, &answer, line, Spot::component(sv1, 1, 2), message)
        .help(format!(
            "bill {base} for the first part of the service ({})",
            policy.name()
        ));
}

/// Whether the service is counted by the month, as remote monitoring is.
fn by_month(policy: &Policy, procedure: Procedure, date: Date) -> bool {
    policy
        .communication(procedure, date)
        .is_some_and(|answer| answer.value.kind == CommunicationKind::RemoteMonitoring)
}
