//! TEL116: an evaluation by telehealth where the payer takes patients seen before only.

use super::Remote;
use crate::claim::{Claim, Line};
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope, Spot};
use crate::value::{Procedure, Severity};

/// TEL116.
pub static RULE: Rule = Rule {
    code: "TEL116",
    name: "new-patient-by-telehealth",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Warn,
    what: "A telehealth line bills an evaluation (97161, 97162 or 97163) to a payer that pays telehealth for patients seen before only. That the patient is new no claim shows, so it only warns.",
    why: "An evaluation opens a plan of care, most often with the first visit. Such a payer wants that visit in person and denies it by telehealth.",
    remedy: "See whether the practice has treated the patient before. If not, the first visit has to be in person.",
    fails: Example {
        text: "SV1*HC:97161:GP:95*90*UN*1*02**1~\nDTP*472*D8*20260302~",
        note: "an evaluation by video, and a payer that wants the first visit in person",
    },
    passes: Example {
        text: "SV1*HC:97164:GP:95*60*UN*1*02**1~\nDTP*472*D8*20260302~",
        note: "a re-evaluation: the patient was seen before",
    },
    sources: &["https://www.cchpca.org/topic/live-video"],
    asks_policy: true,
    answer: Acknowledgement::Silent,
    check: Check::Telehealth(check),
};

fn check(
    _: &Claim<'_>,
    line: &Line,
    remote: &Remote<'_>,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    let opens = |code: &Procedure| matches!(&code.bytes(), b"97161" | b"97162" | b"97163");
    let Some(procedure) = line.procedure.filter(opens).filter(|_| remote.payable) else {
        return;
    };
    let (policy, date) = (remote.policy, remote.date);
    let Some(answer) = policy
        .established_patient_only(date)
        .filter(|answer| answer.value)
    else {
        return;
    };
    let message = format!(
        "{procedure} in SV101-2 opens a plan of care, and {} pays telehealth for patients seen before only on {date}",
        policy.name()
    );
    let help = format!(
        "see that the practice has treated the patient before ({})",
        remote.stands(&answer)
    );
    let spot = Spot::component(remote.sv1, 1, 2);
    report
        .add_on_line(context, &answer, line, spot, message)
        .help(help);
}
