//! PTT004: a code that is billed once a day, billed with more units.

use super::{Units, units};
use crate::claim::{Claim, Line};
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// PTT004.
pub static RULE: Rule = Rule {
    code: "PTT004",
    name: "one-unit-code-with-more",
    snip: 6,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "A code that is not timed, such as an evaluation or an unattended modality, is billed with one unit however long it took.",
    why: "Its fee is for the session. A line with more units is denied as a whole.",
    remedy: "Bill 1 in SV104 and the fee of one session in SV102.",
    fails: Example {
        text: "SV1*HC:97161:GP*180*UN*2***1~",
        note: "an evaluation is one unit, whether it took twenty minutes or an hour",
    },
    passes: Example {
        text: "SV1*HC:97161:GP*90*UN*1***1~",
        note: "one unit",
    },
    sources: &[
        "https://www.cms.gov/medicare/coding-billing/therapy-services",
        "https://www.cms.gov/medicare/coding-billing/ncci-medicare/medicare-ncci-medically-unlikely-edits-mues",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A7", "476", ""),
    check: Check::LineWith(Features::MANY_UNITS, check),
};

fn check(claim: &Claim<'_>, line: &Line, context: &Context<'_>, report: &mut Report<'_>) {
    let (Some(policy), Some(procedure), Some(date), Some(sv1)) =
        (context.policy, line.procedure, line.from(), line.sv1)
    else {
        return;
    };
    let Some(Units::Whole(units)) = units(claim, line) else {
        return;
    };
    if units <= 1 {
        return;
    }
    let Some(answer) = policy.one_unit(procedure, date) else {
        return;
    };
    let message =
        format!("SV104 is {units}, but {procedure} is billed once whatever the time, on {date}");
    report
        .add_on_line(context, &answer, line, Spot::element(sv1, 4), message)
        .help(format!(
            "bill 1 in SV104, and the charge of one session ({})",
            policy.name()
        ));
}
