//! COD025: a patient who stays at a hospital, and no day of admission.

use crate::claim::Claim;
use crate::rules::spots::place_spot;
use crate::rules::{Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope};
use crate::value::{PlaceOfService, Severity};

/// COD025.
pub static RULE: Rule = Rule {
    code: "COD025",
    name: "admission-date-missing",
    snip: 4,
    scope: RuleScope::Claim,
    severity: Severity::Warn,
    what: "A claim for services to an inpatient, by its place of service (21, 51 or 61, CLM05-1 or SV105), gives the day of admission (DTP*435).",
    why: "Many payers match the visit with the hospital's own claim by this day, and return a claim without it.",
    remedy: "Add DTP*435 with the day of admission, or correct the place of service if the patient was not admitted (22 for an outpatient on campus, 19 off campus).",
    fails: Example {
        text: "CLM*26463774*60***21:B:1*Y*A*Y*Y~\nHI*ABK:M25561~",
        note: "at an inpatient hospital since nobody knows when",
    },
    passes: Example {
        text: "CLM*26463774*60***21:B:1*Y*A*Y*Y~\nDTP*435*D8*20260301~\nHI*ABK:M25561~",
        note: "admitted on 2026-03-01",
    },
    sources: &[
        "005010X222A1, 2300 DTP*435 (required on claims for inpatient visits)",
        "CMS place of service codes for professional claims (21, 51, 61)",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A6", "189", ""),
    check: Check::ClaimWith(Features::ODD_PLACE, check),
};

/// Whether who is treated at this place stays there, by the definition of its code.
pub(in crate::rules) fn is_inpatient(place: PlaceOfService) -> bool {
    matches!(&place.bytes(), b"21" | b"51" | b"61")
}

fn check(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    let at_one = |place: Option<PlaceOfService>| place.filter(|&place| is_inpatient(place));
    let mut lines = claim.lines().iter();
    let Some((line, place)) = lines.find_map(|line| Some((line, at_one(line.place)?))) else {
        return;
    };
    let mut dates = claim.parts.dates.iter();
    if dates.any(|&date| claim.text.segment(date).element(1) == b"435") {
        return;
    }
    let (loop_id, spot, element) = place_spot(claim, line);
    let finding = report.add(
        loop_id,
        spot,
        format!("{element} is {place}, where patients stay, and no DTP*435 says since when"),
    );
    finding.service_line = line.place_on_line.then_some(line.number);
    finding.help("add DTP*435*D8 with the day of admission; if the patient was not admitted, correct the place of service");
}
