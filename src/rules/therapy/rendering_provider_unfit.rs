//! PTT008: a rendering provider who cannot render the service.

use std::collections::BTreeSet;

use super::{discipline, discipline_modifier_wrong, is_therapy};
use crate::claim::{Claim, Line};
use crate::policy::{Policy, RenderingStanding};
use crate::rules::spoken_for::{speaks_for, told};
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::{Date, Severity};

/// PTT008.
pub static RULE: Rule = Rule {
    code: "PTT008",
    name: "rendering-provider-unfit",
    snip: 7,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "Who renders a service by the taxonomy code of the claim (PRV03 in 2310B or 2420A, else the billing provider's) is one who may: a physical therapist assistant never renders in his own name. Another specialty than physical therapy on a line under GP is only warned about, since therapy may be furnished incident to a physician's service.",
    why: "Assistants do not enroll with the payer: their NPI is unknown to it as a rendering provider, and the claim is returned.",
    remedy: "Name the supervising physical therapist as the rendering provider, and put CQ on the lines the assistant furnished.",
    fails: Example {
        text: "NM1*82*1*ASSISTANT*SKY****XX*1609876549~\nPRV*PE*PXC*225200000X~",
        note: "the taxonomy code of a physical therapist assistant",
    },
    passes: Example {
        text: "NM1*82*1*THERAPIST*TAY****XX*1836009252~\nPRV*PE*PXC*225100000X~",
        note: "the physical therapist who supervised",
    },
    sources: &[
        "NUCC health care provider taxonomy, 2251 and 225200000X (code source 682)",
        "https://www.cms.gov/medicare/coding-billing/therapy-services",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A7", "145", "82"),
    check: Check::ClaimWith(Features::ODD_RENDERER, check),
};

/// Whether there may be something to tell of who rendered the line.
pub(in crate::rules) fn is_in_doubt(
    claim: &Claim<'_>,
    line: &Line,
    policy: &Policy,
    date: Date,
) -> bool {
    let rendering = claim.rendering(line);
    let taxonomy = rendering.map_or(claim.billing.taxonomy, |provider| provider.taxonomy);
    let code = claim.text.element(taxonomy, 3);
    let standing = policy.rendering_taxonomy(code, date);
    !code.is_empty() && standing.is_some_and(|answer| answer.value != RenderingStanding::Fits)
}

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    let Some(policy) = context.policy else { return };
    let mut told_of = BTreeSet::new();
    for line in claim.lines() {
        let rendering = claim.rendering(line);
        let taxonomy = rendering.map_or(claim.billing.taxonomy, |provider| provider.taxonomy);
        let (Some(segment), Some(date)) = (taxonomy, line.from()) else {
            continue;
        };
        let code = claim.text.segment(segment).element(3);
        if code.is_empty() {
            continue;
        }
        let Some(answer) = policy.rendering_taxonomy(code, date) else {
            continue;
        };
        let never = match answer.value {
            RenderingStanding::Fits => continue,
            RenderingStanding::Never => true,
            RenderingStanding::Other => false,
        };
        let under_gp = || {
            discipline(line).is_some_and(|modifier| modifier.bytes() == *b"GP")
                && is_therapy(policy, line)
        };
        // That another discipline bills GP is PTT001's, where that looks at the code.
        let by_another = || {
            discipline_modifier_wrong::found(claim, line, policy, date).is_some_and(|found| {
                let wrong = told(&discipline_modifier_wrong::RULE, found.answer);
                speaks_for(wrong, told(&RULE, answer), claim, context)
            })
        };
        // A clinic that bills without naming who rendered says nothing of him.
        if !never && (rendering.is_none() || by_another() || !under_gp()) {
            continue;
        }
        // One provider is told once by each row.
        if !told_of.insert((segment, answer.row)) {
            continue;
        }
        let shown = String::from_utf8_lossy(code);
        let (message, help) = if never {
            (
                format!(
                    "taxonomy code {shown} in PRV03 is an assistant's, who never renders in his own name"
                ),
                "name the supervising physical therapist, and put CQ on the assistant's lines",
            )
        } else {
            (
                format!(
                    "taxonomy code {shown} in PRV03 is not a physical therapist's, and line {} is under GP",
                    line.number
                ),
                "check that this provider may furnish physical therapy under the payer's rules",
            )
        };
        let loop_id = rendering.map_or("2000A", |provider| provider.loop_id);
        let finding = report.add_cited(
            context,
            &answer,
            loop_id,
            Spot::element(segment, 3),
            message,
        );
        finding.help(format!("{help} ({})", policy.name()));
        finding.service_line = on_line(rendering.map(|provider| provider.loop_id), line);
    }
}

/// The number of the line, when the provider stands on it.
fn on_line(loop_id: Option<&str>, line: &Line) -> Option<u32> {
    (loop_id == Some("2420A")).then_some(line.number)
}
