//! DUP003: a claim that was accepted before, sent again as an original.

use crate::claim::Claim;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::Severity;

/// DUP003.
pub static RULE: Rule = Rule {
    code: "DUP003",
    name: "claim-accepted-before",
    snip: 7,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "No claim that bills the same, as DUP001 compares them, was accepted in an earlier run. Needs a ledger (`--ledger`); `rerun` also asks the run that the rejects came from, and other reruns of it whose outputs lie there or that the ledger knows, and of these a claim that alone had its name (CLM01 and billing provider) counts as accepted by it as well, whatever was changed in it. A replacement or void (CLM05-3 7 or 8) and a claim with the payer's number (REF*F8) are no duplicates, an original may follow a void that an earlier run accepted, and a claim that was rejected may come again.",
    why: "The payer denies the second claim as a duplicate; if it pays it, the money has to be given back.",
    remedy: "Do not send it again. If the payer lost the first one, ask for its status (276). If the claim is to be changed, send a replacement: CLM05-3 7 with the payer's claim number in REF*F8. If the service was furnished twice, say so by a modifier (76, 77).",
    fails: Example {
        text: "CLM*26463774*60***11:B:1*Y*A*Y*Y~",
        note: "an original whose claim was accepted two days ago",
    },
    passes: Example {
        text: "CLM*26463774*60***11:B:7*Y*A*Y*Y~\nREF*F8*20260300012345~",
        note: "a replacement of that claim",
    },
    sources: &[
        "CMS Medicare Claims Processing Manual, chapter 1, section 120 (detection of duplicate claims)",
        "005010X222A1, 2300 CLM05-3",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A3", "78", ""),
    check: Check::ClaimWith(Features::ACCEPTED_BEFORE, check),
};

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    let Some(day) = context.accepted_before else {
        return;
    };
    if !claim.is_sent_as_new() {
        return;
    }
    report
        .add(
            "2300",
            Spot::component(claim.parts.clm, 5, 3),
            format!("the same claim was accepted on {day}, and this one is sent as an original"),
        )
        .help("do not send it again; to change the first one, send a replacement: CLM05-3 7 with the payer's claim number in REF*F8");
}
