//! TEL110: a service that needs hands or a machine, billed by telehealth.

use super::advice::in_person_at;
use super::{Obstacle, Remote, denial_asked, mark_spot};
use crate::claim::{Claim, Line};
use crate::codes::procedure;
use crate::policy::CodeStanding;
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope, Spot};
use crate::value::{Procedure, Severity};

/// TEL110.
pub static RULE: Rule = Rule {
    code: "TEL110",
    name: "hands-on-service-by-telehealth",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "A telehealth line must not bill a service that needs the therapist's hands, water or a machine where the patient is: manual therapy, massage, aquatic therapy, and physical agents such as ultrasound or electrical stimulation. Where the payer's policy does not name the code, or the line asks for the denial (GY or GX), this is only warned about.",
    why: "Such a service cannot be delivered at a distance. A payer denies it, and a pattern of it draws an audit.",
    remedy: "If the service took place in person, correct the place of service and take the telehealth modifiers off. If the therapist guided the patient by video, bill the code for what was done.",
    fails: Example {
        text: "SV1*HC:97140:GP:95*45*UN*1*10**1~\nDTP*472*D8*20260302~",
        note: "manual therapy (97140) by video",
    },
    passes: Example {
        text: "SV1*HC:97110:GP:95*45*UN*1*10**1~\nDTP*472*D8*20260302~",
        note: "exercise under guidance by video",
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
    let Some(procedure) = line.procedure else {
        return;
    };
    let date = remote.date;
    let stated = match remote.obstacle {
        Some((Obstacle::HandsOn, answer)) => Some(answer),
        None if unstated(procedure, remote) => None,
        _ => return,
    };
    let (_, _, mark) = mark_spot(claim, line, remote.sv1);
    let message = format!(
        "{procedure} in SV101-2 needs hands or equipment where the patient is, but {mark} says telehealth on {date}"
    );
    let help = format!(
        "bill it as in person if it was{}, otherwise the code for what was done at a distance",
        in_person_at(claim, line, context)
    );
    let spot = Spot::component(remote.sv1, 1, 2);
    match stated {
        Some(answer) => {
            let help = format!("{help} ({})", remote.stands(&answer));
            report
                .add_on_line(
                    context,
                    &answer.capped(denial_asked(line)),
                    line,
                    spot,
                    message,
                )
                .help(help)
        }
        // The payer may mean it all the same: its policy does not name the code.
        None => report
            .add_as(Severity::Warn, "2400", spot, message)
            .help(help)
            .line(line.number),
    };
}

/// Whether the code needs hands by its nature, and the policy neither names it nor keeps
/// a list on which it is not.
fn unstated(code: Procedure, remote: &Remote<'_>) -> bool {
    let (policy, date) = (remote.policy, remote.date);
    let standing = || policy.code(code, date).map(|answer| answer.value);
    remote.payable
        && procedure::therapy(code) == Some(procedure::Therapy::HandsOn)
        && !policy.names_code(code, date)
        && matches!(standing(), None | Some(CodeStanding::Listed))
}
