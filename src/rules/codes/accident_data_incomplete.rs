//! COD015: an accident that the claim names and does not date, or dates and does not name.

use crate::claim::Claim;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// COD015.
pub static RULE: Rule = Rule {
    code: "COD015",
    name: "accident-data-incomplete",
    snip: 4,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "A claim that comes of an accident (CLM11 AA or OA) gives its date (DTP*439), and of an auto accident the state (CLM11-4) or, abroad, the country (CLM11-5). A date without a cause in CLM11 is warned about.",
    why: "Payers look for another insurer who pays first and return a claim that names an accident without saying when and where.",
    remedy: "Give the date of the accident in DTP*439 and the state in CLM11-4, or take the cause out of CLM11 if there was no accident.",
    fails: Example {
        text: "CLM*26463774*60***11:B:1*Y*A*Y*Y**AA:::TX~\nHI*ABK:M542~",
        note: "an auto accident, and no date of it",
    },
    passes: Example {
        text: "CLM*26463774*60***11:B:1*Y*A*Y*Y**AA:::TX~\nDTP*439*D8*20260214~\nHI*ABK:M542~",
        note: "when and where it was",
    },
    sources: &["005010X222A1, 2300 CLM11 and DTP*439"],
    asks_policy: false,
    answer: Acknowledgement::Claim("A6", "727", ""),
    check: Check::ClaimWith(Features::CAUSE_OR_DATE, check),
};

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    let (clm, delimiters) = (claim.clm(), claim.text.delimiters);
    let dated = claim
        .parts
        .dates
        .iter()
        .copied()
        .find(|&date| claim.text.segment(date).element(1) == b"439");
    if clm.element(11).is_empty() {
        if let Some(date) = dated {
            report
                .add_as(
                    Severity::Warn,
                    "2300",
                    Spot::segment(date),
                    "the claim dates an accident (DTP*439), and CLM11 names none",
                )
                .help("give AA, OA or EM in CLM11-1, or take the date out");
        }
        return;
    }
    let causes = || (1..=3_u8).map(|at| (at, clm.component(11, usize::from(at), delimiters)));
    let Some((at, cause)) = causes().find(|(_, cause)| matches!(*cause, b"AA" | b"OA")) else {
        return;
    };
    let cause = String::from_utf8_lossy(cause);
    if dated.is_none() {
        let spot = Spot::component(claim.parts.clm, 11, at);
        let message =
            format!("CLM11-{at} is {cause}, an accident, and no DTP*439 says when it was");
        report
            .add("2300", spot, message)
            .help("add DTP*439*D8 with the date of the accident");
    }
    let place = |at: usize| clm.component(11, at, delimiters);
    if causes().any(|(_, cause)| cause == b"AA") && place(4).is_empty() && place(5).is_empty() {
        report
            .add("2300", Spot::component(claim.parts.clm, 11, 4), "CLM11 says auto accident, and CLM11-4 does not say in which state")
            .answered(("A6", "728", ""))
            .help("give the state in CLM11-4, or the country in CLM11-5 when it was not in the United States");
    }
}
