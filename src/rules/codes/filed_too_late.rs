//! COD012: services past the payer's limit for filing them.

use crate::claim::Claim;
use crate::policy::FilingLimit;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// COD012.
pub static RULE: Rule = Rule {
    code: "COD012",
    name: "filed-too-late",
    snip: 7,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "A claim is filed within the payer's limit, counted from the first day of each service line to today. A claim that names a delay reason (CLM20) is warned about; a replacement or void (CLM05-3 7 or 8) is not looked at, since its original was filed before.",
    why: "What is filed late is denied, and as a rule neither the payer nor the patient may be charged for it afterwards.",
    remedy: "Where the payer's rules excuse the delay, give the reason in CLM20 and send the proof. Otherwise the service can no longer be billed.",
    fails: Example {
        text: "SBR*P*18*******MB~\nDTP*472*D8*20250301~",
        note: "sent to Medicare on 2026-03-05, four days after the year was over",
    },
    passes: Example {
        text: "SBR*P*18*******MB~\nDTP*472*D8*20260302~",
        note: "sent on 2026-03-05",
    },
    sources: &["42 CFR 424.44 (time limits for filing Medicare claims)"],
    asks_policy: true,
    answer: Acknowledgement::Claim("A3", "718", ""),
    check: Check::ClaimWith(Features::LATE, check),
};

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    let Some(policy) = context.policy else { return };
    let mut before = None;
    for line in claim.lines() {
        // Lines of one day are told once.
        let (Some(date), Some(spot)) = (line.from(), line.date) else {
            continue;
        };
        if before == Some(date) {
            continue;
        }
        before = Some(date);
        let Some(answer) = policy.timely_filing(date) else {
            continue;
        };
        let last = answer.value.last_day(date);
        if context.today <= last || matches!(claim.frequency(), b"7" | b"8") {
            continue;
        }
        let excused = !claim.clm().element(20).is_empty();
        let answer = answer.capped(excused.then_some(Severity::Warn));
        let limit = match answer.value {
            FilingLimit::OneYear => "one calendar year".to_owned(),
            FilingLimit::Days(days) => format!("{days} days"),
        };
        let message = format!(
            "the service of {date} could be filed through {last} ({limit}), and today is {}",
            context.today
        );
        let help = if excused {
            "send the proof of the delay reason in CLM20 with the claim"
        } else {
            "if the payer's rules excuse the delay, give the reason in CLM20; else the service can no longer be billed"
        };
        report
            .add_on_line(context, &answer, line, Spot::element(spot, 3), message)
            .help(format!("{help} ({})", policy.name()));
    }
}
