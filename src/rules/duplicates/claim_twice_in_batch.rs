//! DUP001: the same claim twice in one input.

use crate::claim::Claim;
use crate::rules::{Acknowledgement, Check, Example, Report, Rule, RuleScope, Spot};
use crate::value::Severity;

/// DUP001.
pub static RULE: Rule = Rule {
    code: "DUP001",
    name: "claim-twice-in-batch",
    snip: 7,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "No two claims of an input bill the same: billing provider (NPI, else tax number), payer, member and patient, the number of an accident or injury (REF*Y4), and on the service lines, in whatever order, dates, codes with modifiers, descriptions (SV101-7) and drugs (LIN03), units, charges, place and rendering provider; of an ambulance also where the claim says that the patient was taken up and let off (2310E, 2310F). The claim identifier (CLM01) does not count. A replacement or void (CLM05-3 7 or 8) and a claim with the payer's number (REF*F8) are no duplicates; neither are a claim of another frequency, such as 6, and one whose earlier twin is rejected. A twin that is run again unchanged (`rerun`) stays one, whether the other is in the file or not.",
    why: "The payer denies the second claim as a duplicate of the first, or pays both and asks for the money back.",
    remedy: "Take one of the two out. If the service was furnished again on the same day, say so by modifier 76 or 59; send a correction as a replacement.",
    fails: Example {
        text: "CLM*26463774*60***11:B:1*Y*A*Y*Y~\nLX*1~\nSV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20260302~\nCLM*26463775*60***11:B:1*Y*A*Y*Y~\nLX*1~\nSV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20260302~",
        note: "one visit of one patient, exported twice under two identifiers",
    },
    passes: Example {
        text: "CLM*26463774*60***11:B:1*Y*A*Y*Y~\nLX*1~\nSV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20260302~\nCLM*26463775*60***11:B:1*Y*A*Y*Y~\nLX*1~\nSV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20260304~",
        note: "two visits on two days",
    },
    sources: &[
        "CMS Medicare Claims Processing Manual, chapter 1, section 120 (detection of duplicate claims)",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A3", "78", ""),
    check: Check::Batch,
};

/// Tells that the claim is the twin of an earlier one, given by its place in the input.
pub fn tell(claim: &Claim<'_>, first: u64, report: &mut Report<'_>) {
    report
        .add(
            "2300",
            Spot::segment(claim.parts.clm),
            format!(
                "the claim bills the same as claim {first} of the file, counted by CLM segments"
            ),
        )
        .help(HELP);
}

/// Tells that the claim is as an earlier run rejected it, as the twin of another there.
pub fn tell_again(claim: &Claim<'_>, report: &mut Report<'_>) {
    report
        .add(
            "2300",
            Spot::segment(claim.parts.clm),
            "the claim bills the same as another of the run that it was rejected by, and is unchanged since".to_owned(),
        )
        .help(HELP);
}

const HELP: &str = "take one of the two out; if the service was furnished again on that day, say so by modifier 76 or 59, and send a correction as a replacement (CLM05-3 7)";
