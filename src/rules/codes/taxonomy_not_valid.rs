//! COD009: taxonomy codes that are none.

use super::parties::{capitals, on_line, providers, safe};
use crate::claim::Claim;
use crate::claim::text::Text;
use crate::codes::taxonomy;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, LevelView, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// COD009.
pub static RULE: Rule = Rule {
    code: "COD009",
    name: "taxonomy-not-valid",
    snip: 5,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "A provider's specialty (PRV03 of the billing provider and of rendering providers) has the form of a taxonomy code: ten characters, the last one X. One of that form that the program's list does not have is warned about, since the list is renewed twice a year.",
    why: "Payers match the taxonomy with the provider's enrolment, and some pay by it; what is no taxonomy code matches nothing.",
    remedy: "Give the code under which the provider is enrolled with this payer, such as 225100000X for a physical therapist.",
    fails: Example {
        text: "PRV*BI*PXC*2251000X~",
        note: "eight characters",
    },
    passes: Example {
        text: "PRV*BI*PXC*225100000X~",
        note: "a physical therapist",
    },
    sources: &["NUCC health care provider taxonomy, version 25.1 (code source 682)"],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "145", "85"),
    check: Check::ProviderAndClaimWith(level, Features::ODD_TAXONOMY, claim),
};

fn level(view: &LevelView<'_>, report: &mut Report<'_>) {
    judge(&view.text, view.billing.taxonomy, "2000A", None, report);
}

fn claim(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    for (provider, line) in providers(claim) {
        judge(
            &claim.text,
            provider.taxonomy,
            provider.loop_id,
            line,
            report,
        );
    }
}

fn judge(
    text: &Text<'_>,
    taxonomy: Option<u32>,
    loop_id: &'static str,
    line: Option<u32>,
    report: &mut Report<'_>,
) {
    let Some(index) = taxonomy else { return };
    let code = text.segment(index).element(3);
    if !code.trim_ascii().is_empty() && !taxonomy::is_listed(code) {
        tell(code, index, loop_id, line, report);
    }
}

#[cold]
fn tell(
    code: &[u8],
    index: u32,
    loop_id: &'static str,
    line: Option<u32>,
    report: &mut Report<'_>,
) {
    let spot = Spot::element(index, 3);
    if taxonomy::well_formed(code) {
        let code = String::from_utf8_lossy(code);
        let finding = report.add_as(
            Severity::Warn,
            loop_id,
            spot,
            format!("taxonomy code {code} is not in the program's list"),
        );
        on_line(finding, line).help(format!(
            "check it against the provider's enrolment; the list is complete through {}",
            taxonomy::last_day_covered()
        ));
        return;
    }
    let upper = capitals(code);
    let fixed = taxonomy::well_formed(upper.as_bytes());
    let finding = report.add(
        loop_id,
        spot,
        "the taxonomy code in PRV03 is not ten characters that end with X",
    );
    on_line(finding, line)
        .help("give the ten characters of the code, such as 225100000X for a physical therapist");
    finding.fix = fixed.then(|| safe("write the code in capitals", upper));
}
