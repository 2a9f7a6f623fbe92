//! TEL102: a code its payer does not pay by telehealth on the date.

use super::{Obstacle, Remote, denial_asked, speaks_for, told, worded};
use crate::claim::{Claim, Line};
use crate::policy::{CodeStanding, Policy, RowRef};
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope, Spot};
use crate::value::{Date, Procedure, Severity};

/// TEL102.
pub static RULE: Rule = Rule {
    code: "TEL102",
    name: "telehealth-code-not-payable",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "The procedure code (SV101-2) of a telehealth line must be one that its payer pays by telehealth on the date of service: on the payer's telehealth list, or not among the codes it excludes. Where the line asks for the denial (GY or GX), this is only warned about.",
    why: "Payers keep lists of the codes they pay by telehealth and change them with the calendar. A code that is not on the list on the date of service is denied, though it would be paid in person.",
    remedy: "Check the code against the payer's list for the date of service. If the visit was in person, correct place of service and modifiers; if another code describes what was done, bill that.",
    fails: Example {
        text: "SV1*HC:97533:GP:95*45*UN*1*10**1~\nDTP*472*D8*20260302~",
        note: "97533 is not on the payer's telehealth list on 2026-03-02",
    },
    passes: Example {
        text: "SV1*HC:97530:GP:95*45*UN*1*10**1~\nDTP*472*D8*20260302~",
        note: "97530 is on it",
    },
    sources: &[
        "https://www.cms.gov/medicare/coverage/telehealth/list-services",
        "https://telehealth.hhs.gov/providers/billing-and-reimbursement",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A7", "454", ""),
    check: Check::Telehealth(check),
};

fn check(
    claim: &Claim<'_>,
    line: &Line,
    remote: &Remote<'_>,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    if !remote.payable {
        return;
    }
    let Some(procedure) = line.procedure else {
        return;
    };
    let (policy, date) = (remote.policy, remote.date);
    let Some(answer) = policy.code(procedure, date) else {
        return;
    };
    let fault = match answer.value {
        CodeStanding::Listed => return,
        CodeStanding::NotListed => worded(
            &answer,
            "is not on the telehealth list of",
            "is on no telehealth list that was found of",
        ),
        CodeStanding::Excluded => "is expressly kept off telehealth by",
    };
    // A service that needs hands is told by TEL110, and a payer that pays no telehealth by
    // TEL101.
    let told_there = remote
        .obstacle
        .filter(|(obstacle, _)| *obstacle != Obstacle::Communication)
        .map(|(obstacle, fact)| told(obstacle.rule(), fact));
    if told_there.is_some_and(|there| speaks_for(there, told(&RULE, answer), claim, context)) {
        return;
    }
    let message = format!("{procedure} in SV101-2 {fault} {} on {date}", policy.name());
    let help = format!(
        "{}; billed in person it needs no telehealth place or modifier ({})",
        turn(policy, procedure, answer.row),
        remote.stands(&answer)
    );
    report
        .add_on_line(
            context,
            &answer.capped(denial_asked(line)),
            line,
            Spot::component(remote.sv1, 1, 2),
            message,
        )
        .help(help);
}

/// When the code came onto the list or left it, as far as the neighbouring rows say.
fn turn(policy: &Policy, procedure: Procedure, row: RowRef) -> String {
    let Some(days) = policy.cite(row).days() else {
        return "it is not payable by telehealth".to_owned();
    };
    let listed = |date: Date| {
        policy
            .code(procedure, date)
            .is_some_and(|answer| answer.value == CodeStanding::Listed)
    };
    if days.from > Date::MIN && listed(days.from.plus_days(-1)) {
        format!(
            "it was payable by telehealth until {}",
            days.from.plus_days(-1)
        )
    } else if days.through < Date::MAX && listed(days.through.plus_days(1)) {
        format!(
            "it becomes payable by telehealth on {}",
            days.through.plus_days(1)
        )
    } else {
        format!(
            "it has not been payable by telehealth since {} at the latest",
            days.from
        )
    }
}
