//! COD018: a line judged by a payer that the claim does not name.

use crate::claim::{Claim, Line};
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// COD018.
pub static RULE: Rule = Rule {
    code: "COD018",
    name: "other-payer-not-named",
    snip: 4,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "The payer that judged a line (2430 SVD01) is one of the other payers of the claim (2330B NM109).",
    why: "The next payer matches line adjudication with the other payers by this identifier; what matches none cannot be coordinated.",
    remedy: "Write the same identifier in SVD01 and in NM109 of that payer's loop 2330B.",
    fails: Example {
        text: "NM1*PR*2*OTHER PLAN*****PI*OTHER1~\nSV1*HC:97110:GP*60*UN*2***1~\nSVD*OTHER2*40*HC:97110:GP**2~",
        note: "the claim names OTHER1, the line OTHER2",
    },
    passes: Example {
        text: "NM1*PR*2*OTHER PLAN*****PI*OTHER1~\nSV1*HC:97110:GP*60*UN*2***1~\nSVD*OTHER1*40*HC:97110:GP**2~",
        note: "one identifier",
    },
    sources: &["005010X222A1, 2430 SVD01 and 2330B NM109"],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "479", ""),
    check: Check::LineWith(Features::ADJUDICATED, check),
};

fn check(claim: &Claim<'_>, line: &Line, _: &Context<'_>, report: &mut Report<'_>) {
    for adjudication in &line.adjudications {
        let payer = claim.text.segment(adjudication.svd).element(1);
        let named = claim
            .parts
            .others
            .iter()
            .any(|other| claim.text.element(other.payer, 9) == payer);
        // An empty identifier is the structure's finding.
        if !payer.is_empty() && !named {
            report
                .add(
                    "2430",
                    Spot::element(adjudication.svd, 1),
                    "SVD01 names a payer that no loop 2330B of the claim has",
                )
                .help("write the identifier of that payer's 2330B NM109 in SVD01")
                .line(line.number);
        }
    }
}
