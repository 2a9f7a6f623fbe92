//! PTT009: KX where the claim itself shows that it is out of place or lacking.

use super::{discipline, is_therapy};
use crate::claim::{Claim, Line};
use crate::listed::one_of;
use crate::policy::{self, KxThreshold, Policy, TherapyClass};
use crate::rules::spots::modifier_component;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::{Date, Modifier, Severity};

/// PTT009.
pub static RULE: Rule = Rule {
    code: "PTT009",
    name: "threshold-modifier-doubtful",
    snip: 6,
    scope: RuleScope::Line,
    severity: Severity::Warn,
    what: "KX says that the patient's therapy of the calendar year has passed the payer's threshold and is medically necessary still. It is warned about on a line that is not therapy, since its code is that under GP, GO or GN only and it names none, or is an evaluation by a physician (99202 to 99499). So is a therapy line of a later date in the same year, of the same threshold, that lacks KX. The year's running total stands on no claim, so nothing is rejected.",
    why: "KX attests to something: on a line to which no threshold applies it is wrong, and a therapy line past the threshold without it is denied.",
    remedy: "Take KX off a service that is not therapy. Once the threshold is passed, put it on every therapy line through the end of the year.",
    fails: Example {
        text: "SV1*HC:97110:GP:KX*60*UN*2***1~\nDTP*472*D8*20260302~\nSV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20260304~",
        note: "past the threshold on March 2, and not so on March 4",
    },
    passes: Example {
        text: "SV1*HC:97110:GP:KX*60*UN*2***1~\nDTP*472*D8*20260302~\nSV1*HC:97110:GP:KX*60*UN*2***1~\nDTP*472*D8*20260304~",
        note: "KX on every line once the threshold is passed",
    },
    sources: &["https://www.cms.gov/medicare/coding-billing/therapy-services"],
    asks_policy: true,
    answer: Acknowledgement::Silent,
    check: Check::ClaimWith(Features::KX, check),
};

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    let Some(policy) = context.policy else { return };
    for line in claim.lines() {
        let mut modifiers = line.modifiers.iter();
        if let Some(kx) = modifiers.find(|modifier| modifier.bytes() == *b"KX")
            && let Some(date) = line.from()
            && let Some(answer) = policy.kx_threshold(date)
        {
            let attested = Attested {
                line,
                kx,
                date,
                policy,
                answer,
            };
            attested.without_discipline(claim, context, report);
            attested.and_lacking_later(claim, context, report);
        }
    }
}

/// A line that carries KX on a date with a threshold.
struct Attested<'a> {
    line: &'a Line,
    kx: Modifier,
    date: Date,
    policy: &'a Policy,
    answer: policy::Answer<KxThreshold>,
}

impl Attested<'_> {
    /// KX on a line that names no discipline, of a code that is therapy under one only, or never. A
    /// code that always is therapy and lacks its discipline is PTT001's.
    fn without_discipline(
        &self,
        claim: &Claim<'_>,
        context: &Context<'_>,
        report: &mut Report<'_>,
    ) {
        let (Some(procedure), Some(sv1)) = (self.line.procedure, self.line.sv1) else {
            return;
        };
        if discipline(self.line).is_some() {
            return;
        }
        let therapy = self.policy.therapy(procedure, self.date);
        let component = modifier_component(claim, sv1, self.kx);
        let spot = Spot::component(sv1, 1, component);
        if therapy.is_none() && matches!(&procedure.bytes(), [b'9', b'9', b'2'..=b'4', ..]) {
            let message = format!(
                "SV101-{component} is KX, and {procedure} counts towards no therapy threshold"
            );
            report
                .add_on_line(context, &self.answer, self.line, spot, message)
                .help(format!("take KX off ({})", self.policy.name()));
            return;
        }
        let Some(answer) = therapy.filter(|answer| answer.value.class == TherapyClass::Sometimes)
        else {
            return;
        };
        let message = format!(
            "SV101-{component} is KX, and {procedure} counts towards the yearly therapy threshold only under {}",
            one_of(answer.value.any_of)
        );
        report
            .add_on_line(context, &answer, self.line, spot, message)
            .help(format!(
                "name the discipline if the service is therapy, else take KX off ({})",
                self.policy.name()
            ));
    }

    /// A therapy line of a later date in the year that goes on without KX.
    fn and_lacking_later(&self, claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
        if !is_therapy(self.policy, self.line) && discipline(self.line).is_none() {
            return;
        }
        let lacking = claim.lines().iter().find_map(|other| {
            let later = other.from()?;
            let goes_on = later > self.date
                && later.year() == self.date.year()
                && !other.modifiers.has(b"KX")
                && pool(other) == pool(self.line)
                && is_therapy(self.policy, other);
            goes_on.then_some((other, later, other.sv1?))
        });
        let Some((other, later, sv1)) = lacking else {
            return;
        };
        let message = format!(
            "KX on line {} says that the yearly threshold was passed by {}, and this line of {later} lacks it",
            self.line.number, self.date
        );
        let help = format!(
            "add KX, or take it off line {} if the threshold of ${} was not passed then ({})",
            self.line.number,
            if pool(other) == Some(true) {
                self.answer.value.ot
            } else {
                self.answer.value.pt_slp
            },
            self.policy.name()
        );
        let spot = Spot::element(sv1, 1);
        report
            .add_on_line(context, &self.answer, other, spot, message)
            .help(help);
    }
}

/// Which of the two thresholds the line counts towards: occupational therapy has its own.
fn pool(line: &Line) -> Option<bool> {
    discipline(line).map(|modifier| modifier.bytes() == *b"GO")
}
