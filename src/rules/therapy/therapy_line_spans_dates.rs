//! PTT011: a timed therapy line that spans several dates of service.

use crate::claim::{Claim, Line};
use crate::policy::ClaimRule;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// PTT011.
pub static RULE: Rule = Rule {
    code: "PTT011",
    name: "therapy-line-spans-dates",
    snip: 6,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "A line of a timed therapy code (DTP*472) covers one date of service.",
    why: "Units are counted by the minutes of a day. With a range of dates the payer cannot tell how many belong to which, and returns the line.",
    remedy: "Bill one line for each date with the units furnished on it.",
    fails: Example {
        text: "SV1*HC:97110:GP*120*UN*4***1~\nDTP*472*RD8*20260302-20260304~",
        note: "four units in three days",
    },
    passes: Example {
        text: "LX*1~\nSV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20260302~\nLX*2~\nSV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20260304~",
        note: "a line for each visit",
    },
    sources: &["https://www.cms.gov/medicare/coding-billing/therapy-services"],
    asks_policy: true,
    answer: Acknowledgement::Claim("A7", "187", ""),
    check: Check::LineWith(Features::SPAN, check),
};

fn check(_: &Claim<'_>, line: &Line, context: &Context<'_>, report: &mut Report<'_>) {
    let Some(dates) = line.dates.filter(|dates| dates.from < dates.through) else {
        return;
    };
    let (Some(policy), Some(procedure), Some(date)) = (context.policy, line.procedure, line.date)
    else {
        return;
    };
    if policy.timed(procedure, dates.from).is_none() {
        return;
    }
    let Some(answer) = policy.claim_rule(ClaimRule::OneDatePerLine, dates.from) else {
        return;
    };
    let message = format!(
        "DTP03 spans {} to {}, but {procedure} is billed by the minutes of one date of service",
        dates.from, dates.through
    );
    report
        .add_on_line(context, &answer, line, Spot::element(date, 3), message)
        .help(format!(
            "bill one line for each date with its own units ({})",
            policy.name()
        ));
}
