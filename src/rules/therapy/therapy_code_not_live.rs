//! PTT010: a therapy code that did not exist on the date of service.

use crate::claim::{Claim, Line};
use crate::policy::CodeLife;
use crate::rules::finding::FixSafety;
use crate::rules::telehealth::one_of;
use crate::rules::{Answer, Check, Context, Example, Fix, Report, Rule, RuleScope, Spot};
use crate::value::Severity;

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
    answer: Answer::Claim("A7", "507", ""),
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
    let (message, help, only) = match answer.value {
        CodeLife::NotYet { from } => (
            format!(
                "{procedure} in SV101-2 exists from {from} only, and the date of service is {date}"
            ),
            "bill the code that described the service on its date".to_owned(),
            None,
        ),
        CodeLife::Deleted { on, use_instead } => (
            format!(
                "{procedure} in SV101-2 was deleted on {on}, and the date of service is {date}"
            ),
            if use_instead.is_empty() {
                "bill the code that describes the service on its date".to_owned()
            } else {
                format!("bill {} instead", one_of(use_instead))
            },
            match use_instead {
                [only] => Some(*only),
                _ => None,
            },
        ),
    };
    let finding = report.add_on_line(context, &answer, line, Spot::component(sv1, 1, 2), message);
    finding.help(format!("{help} ({})", policy.name()));
    if let Some(only) = only {
        finding.fix(Fix {
            safety: FixSafety::Unsafe,
            title: format!("bill {only} for {procedure}"),
            replacement: only.to_string(),
        });
    }
}
