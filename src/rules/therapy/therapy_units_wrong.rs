//! PTT003: units of a therapy code that are not whole, not above zero, or more than is paid.

use super::{Units, one_unit_code_with_more, renderer, units};
use crate::claim::{Claim, Line};
use crate::codes;
use crate::policy::MuePer;
use crate::rules::spoken_for::{speaks_for, told};
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::{Procedure, Severity};

/// PTT003.
pub static RULE: Rule = Rule {
    code: "PTT003",
    name: "therapy-units-wrong",
    snip: 6,
    scope: RuleScope::Line,
    severity: Severity::Reject,
    what: "The units (SV104) of a therapy code are whole and above zero, and not more than the payer's medically unlikely edit in force on the date: for the line, or for all lines of the code that one provider rendered on that date, as the edit counts. They are units (SV103 UN): minutes (MJ) are for anesthesia.",
    why: "Units decide the payment. A fraction or zero is returned; units above the edit are denied for the whole line, not only for what is too many.",
    remedy: "Count the minutes again and correct SV104. What was furnished above the edit can be appealed with the record where the edit is a clinical one.",
    fails: Example {
        text: "SV1*HC:97110:GP*600*UN*20***1~",
        note: "20 units of 15 minutes are five hours of exercise",
    },
    passes: Example {
        text: "SV1*HC:97110:GP*60*UN*2***1~",
        note: "half an hour",
    },
    sources: &[
        "https://www.cms.gov/medicare/coding-billing/ncci-medicare/medicare-ncci-medically-unlikely-edits-mues",
        "https://www.cms.gov/medicare/coding-billing/therapy-services",
        "005010X222A1, 2400 SV103 (MJ for anesthesia)",
    ],
    asks_policy: true,
    answer: Acknowledgement::Claim("A7", "476", ""),
    check: Check::ClaimWith(Features::MANY_UNITS.or(Features::SAME_CODE), check),
};

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    for (at, line) in claim.lines().iter().enumerate() {
        let (Some(procedure), Some(sv1)) = (line.procedure, line.sv1) else {
            continue;
        };
        let Some(units) = units(claim, line) else {
            if claim.text.segment(sv1).element(3) == b"MJ" {
                minutes(line, sv1, context, report);
            }
            continue;
        };
        let Units::Whole(units) = units else {
            broken(claim, line, sv1, context, report);
            continue;
        };
        let (Some(policy), Some(date)) = (context.policy, line.from()) else {
            continue;
        };
        let Some(answer) = policy.mue(procedure, date) else {
            continue;
        };
        let limit = u32::from(answer.value.units);
        // That a code is bundled or not taken, and so has no units at all, is PTT013's.
        if limit == 0 && policy.code_status(procedure, date).is_some() {
            continue;
        }
        // Too many units of a code that has one a day is PTT004's.
        let once = policy.one_unit(procedure, date).filter(|_| units > 1);
        let once = once.map(|once| told(&one_unit_code_with_more::RULE, once));
        if once.is_some_and(|once| speaks_for(once, told(&RULE, answer), claim, context)) {
            continue;
        }
        let by_day = answer.value.per != MuePer::Line;
        let before = if by_day { others(claim, at, line) } else { 0 };
        let total = before.saturating_add(units);
        // Told once, at the line that passes the limit.
        if total <= limit || before > limit {
            continue;
        }
        let counted = if by_day { "a day" } else { "a line" };
        let time = policy
            .timed(procedure, date)
            .map_or_else(String::new, |minutes| {
                format!(" ({} minutes)", u64::from(total) * u64::from(minutes.value))
            });
        let message = if before > 0 {
            format!(
                "SV104 makes {total} units of {procedure}{time} on {date}, and the payer pays {limit} {counted}"
            )
        } else {
            format!(
                "SV104 is {units} units of {procedure}{time} on {date}, and the payer pays {limit} {counted}"
            )
        };
        let help = match answer.value.per {
            MuePer::DayClinical => "count the minutes again; more can be appealed with the record",
            MuePer::Line | MuePer::DayByPolicy => {
                "count the minutes again; nothing above the edit is paid"
            }
        };
        report
            .add_on_line(context, &answer, line, Spot::element(sv1, 4), message)
            .help(format!("{help} ({})", policy.name()));
    }
}

/// Units of the same code by the same provider on the same date, on the lines before.
fn others(claim: &Claim<'_>, at: usize, line: &Line) -> u32 {
    let before = claim.lines().iter().take(at);
    let same = before.filter(|other| {
        other.procedure == line.procedure
            && other.from() == line.from()
            && renderer(claim, other) == renderer(claim, line)
    });
    same.filter_map(|other| match units(claim, other)? {
        Units::Whole(units) => Some(units),
        Units::None | Units::Broken => None,
    })
    .fold(0, u32::saturating_add)
}

/// Units that are zero or a fraction, on a code that is known to count whole ones.
fn broken(
    claim: &Claim<'_>,
    line: &Line,
    sv1: u32,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    let units = String::from_utf8_lossy(claim.text.segment(sv1).element(4)).into_owned();
    tell(
        line,
        Spot::element(sv1, 4),
        |procedure| {
            format!("SV104 is {units} units, and {procedure} is billed in whole units above zero")
        },
        "bill the whole units furnished, at least 1",
        context,
        report,
    );
}

/// Minutes on a code that is known to count units.
fn minutes(line: &Line, sv1: u32, context: &Context<'_>, report: &mut Report<'_>) {
    tell(
        line,
        Spot::element(sv1, 3),
        |procedure| format!("SV103 says minutes (MJ), and {procedure} is billed in units"),
        "minutes are for anesthesia: make SV103 UN and SV104 the units furnished",
        context,
        report,
    );
}

/// Whether the code is a therapy code, whose units are looked at here.
pub(in crate::rules) fn counts_units(line: &Line, context: &Context<'_>) -> bool {
    let (Some(procedure), Some(date)) = (line.procedure, line.from()) else {
        return false;
    };
    codes::procedure::life(procedure, date).is_some()
        || (context.policy).is_some_and(|policy| policy.therapy(procedure, date).is_some())
}

/// Tells it of a therapy code; of others it is not known how they count.
#[cold]
fn tell(
    line: &Line,
    spot: Spot,
    message: impl FnOnce(Procedure) -> String,
    help: &str,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    let Some(procedure) = line.procedure else {
        return;
    };
    if !counts_units(line, context) {
        return;
    }
    // How units are counted is no policy.
    let finding = report.add("2400", spot, message(procedure));
    finding.line(line.number).help(help);
}
