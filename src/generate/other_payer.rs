//! Writes what a payer before this one made of the claim.

use super::claim::{Claim, Line};
use super::fault::Fault;
use super::patient::{Earlier, Patient};
use super::plan::Run;
use super::pools::PLANS;
use super::provider::individual;
use super::scene::OtherPayer;
use super::service::{procedure, units};
use super::text::{Segments, Text};

/// Days after the service on which an earlier payer has answered.
const ANSWER_DAYS: i64 = 21;

/// What an earlier payer makes of a charge: 70 of a hundred allowed, of which
/// the patient owes a fifth.
struct Split {
    paid: i64,
    contractual: i64,
    patient: i64,
}

impl Split {
    fn of(charge: i64) -> Split {
        let allowed = charge * 7 / 10;
        let patient = allowed / 5;
        Split {
            paid: allowed - patient,
            contractual: charge - allowed,
            patient,
        }
    }

    fn adjustments(&self, out: &mut Segments) {
        out.put([b"CAS", b"CO", b"45", &Text::amount(self.contractual)]);
        out.put([b"CAS", b"PR", b"2", &Text::amount(self.patient)]);
    }
}

/// What the line's charge is short of when its adjudication must not balance.
fn line_error(claim: &Claim, first: bool) -> i64 {
    if first && claim.has(Fault::LineAdjudicationDoesNotBalance) {
        500
    } else {
        0
    }
}

fn answered(run: &Run, claim: &Claim) -> Text {
    Text::date(claim.date.plus_days(ANSWER_DAYS).min(run.spec.today))
}

/// Writes loops 2320, 2330A and 2330B.
pub(super) fn claim_level(
    out: &mut Segments,
    run: &Run,
    patient: &Patient,
    earlier: &Earlier,
    claim: &Claim,
) {
    let (name, id, filing) = PLANS[earlier.plan];
    out.put([
        b"SBR",
        b"P",
        b"18",
        b"",
        b"",
        b"",
        b"",
        b"",
        b"",
        filing.as_bytes(),
    ]);
    let paid = match earlier.report {
        OtherPayer::Claim => {
            let split = Split::of(claim.charge);
            split.adjustments(out);
            let error = if claim.has(Fault::OtherPayerDoesNotBalance) {
                500
            } else {
                0
            };
            split.paid + error
        }
        OtherPayer::Lines => claim
            .lines()
            .iter()
            .enumerate()
            .map(|(index, line)| Split::of(line.charge).paid + line_error(claim, index == 0))
            .sum(),
    };
    out.put([b"AMT", b"D", &Text::amount(paid)]);
    out.put([b"OI", b"", b"", b"Y", b"", b"", b"Y"]);
    individual(out, b"IL", &patient.person, b"MI", &earlier.member);
    out.put([
        b"NM1",
        b"PR",
        b"2",
        name.as_bytes(),
        b"",
        b"",
        b"",
        b"",
        b"PI",
        id.as_bytes(),
    ]);
    if earlier.report == OtherPayer::Claim {
        out.put([b"DTP", b"573", b"D8", &answered(run, claim)]);
    }
}

/// Writes loop 2430 of a line.
pub(super) fn line_level(
    out: &mut Segments,
    run: &Run,
    earlier: &Earlier,
    claim: &Claim,
    line: &Line,
    first: bool,
) {
    let split = Split::of(line.charge);
    let paid = split.paid + line_error(claim, first);
    out.begin(b"SVD");
    // The next plan of the pool is not on the claim.
    let unnamed = first && claim.has(Fault::LinePayerNotNamed);
    let plan = (earlier.plan + usize::from(unnamed)) % PLANS.len();
    out.element(PLANS[plan].1.as_bytes());
    out.element(&Text::amount(paid));
    procedure(out, line);
    out.element(b"");
    units(out, line);
    out.end();
    split.adjustments(out);
    out.put([b"DTP", b"573", b"D8", &answered(run, claim)]);
}
