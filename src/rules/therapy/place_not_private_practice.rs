//! PTT016: a place of service at which a therapist in private practice is not paid.

use super::therapy_of;
use crate::claim::{Claim, Line};
use crate::policy::{Program, RenderingStanding};
use crate::rules::spots::place_spot;
use crate::rules::{Acknowledgement, Check, Context, Example, Report, Rule, RuleScope};
use crate::value::Severity;

/// PTT016.
pub static RULE: Rule = Rule {
    code: "PTT016",
    name: "place-not-private-practice",
    snip: 7,
    scope: RuleScope::Line,
    severity: Severity::Warn,
    what: "On a Medicare claim, a therapy line that a physical therapist renders has no place of service of a hospital (21, 22, 23), a skilled nursing facility (31) or an inpatient rehabilitation facility (61).",
    why: "A therapist in private practice is paid for services in the office and in the patient's home, which none of these is. Therapy there is the facility's to bill, on an institutional claim.",
    remedy: "Correct the place of service, or leave the line to the facility.",
    fails: Example {
        text: "CLM*PT1001*60***22:B:1*Y*A*Y*Y~",
        note: "22: a hospital's outpatient department",
    },
    passes: Example {
        text: "CLM*PT1001*60***11:B:1*Y*A*Y*Y~",
        note: "11: the office",
    },
    sources: &[
        "http://medicalbillingforyou.blogspot.com/2016/11/physical-therapists-in-private-practice.html",
        "https://therapycomply.com/page-19605",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "249", ""),
    check: Check::Service(check),
};

fn check(claim: &Claim<'_>, line: &Line, context: &Context<'_>, report: &mut Report<'_>) {
    let (Some(place), Some(date), Some(policy)) = (line.place, line.from(), context.policy) else {
        return;
    };
    let facility = match &place.bytes() {
        b"21" | b"22" | b"23" => "a hospital",
        b"31" => "a skilled nursing facility",
        b"61" => "an inpatient rehabilitation facility",
        _ => return,
    };
    let rendering = claim.rendering(line);
    let taxonomy = rendering.map_or(claim.billing.taxonomy, |provider| provider.taxonomy);
    let code = claim.text.element(taxonomy, 3);
    let by_therapist = || {
        let standing = policy.rendering_taxonomy(code, date);
        standing.is_some_and(|answer| answer.value == RenderingStanding::Fits)
            && therapy_of(claim, line, policy, date).is_some()
    };
    if policy.program() != Program::Medicare || code.is_empty() || !by_therapist() {
        return;
    }
    let (loop_id, spot, name) = place_spot(claim, line);
    let message = format!(
        "place of service {place} in {name} is {facility}, where {} pays no therapist in private practice",
        policy.name()
    );
    report
        .add(loop_id, spot, message)
        .help("correct the place of service, or leave the line to the facility")
        .line(line.number);
}
