//! COD010: dates that cannot follow each other.

use super::parties::on_line;
use crate::claim::{Claim, Line};
use crate::rules::therapy::therapy_units_wrong;
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, LevelView, Report, Rule, RuleScope, Spot,
};
use crate::value::{Date, Severity};

/// COD010.
pub static RULE: Rule = Rule {
    code: "COD010",
    name: "date-out-of-order",
    snip: 4,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "No service starts in the future or before the patient's birth. One that has begun and ends in the future is rejected for therapy codes and warned about for others up to 31 days ahead; supplies and equipment (codes A4 to A9, B, E, K, L), which are billed for a month or three ahead, may end up to 100 days after today. Onset (DTP*431), accident (439) and initial treatment (454) are not after the last service; an admission (435) that is, is warned about, unless an ambulance brought the patient; one in the future is rejected. Discharge (096) is not before admission. Birth, death, discharge and what was before the claim (the last visit, x-ray, test, prescription, certification) are not in the future. A service after the patient's death is warned about, and another payer's payment (573) in the future, since payers date checks ahead.",
    why: "A payer returns a claim with a date that cannot be; most such dates are slips of one digit.",
    remedy: "Correct the date that is wrong. A claim may not be sent before the service was given.",
    fails: Example {
        text: "DMG*D8*20260410*F~\nLX*1~\nSV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20260302~",
        note: "the patient would be treated before birth",
    },
    passes: Example {
        text: "DMG*D8*19560410*F~\nLX*1~\nSV1*HC:97110:GP*60*UN*2***1~\nDTP*472*D8*20260302~",
        note: "born, then treated",
    },
    sources: &[
        "005010X222A1, DMG02, PAT06, DTP*096, DTP*304, DTP*431, DTP*435, DTP*439, DTP*454, DTP*472, DTP*484, DTP*573",
        "Medicare Claims Processing Manual, chapter 20 (equipment and supplies billed with a span of dates)",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "187", ""),
    check: Check::SubscriberAndClaimWith(
        level,
        Features::ODD_DATE
            .or(Features::SPAN)
            .or(Features::CAUSE_OR_DATE)
            .or(Features::OTHER_PAYER)
            .or(Features::ADJUDICATED),
        claim,
    ),
};

fn level(view: &LevelView<'_>, report: &mut Report<'_>) {
    let (person, loop_id, level) = match (view.patient, view.subscriber) {
        (Some(patient), _) => (&patient.person, "2010CA", "2000C"),
        (None, Some(subscriber)) => (&subscriber.person, "2010BA", "2000B"),
        (None, None) => return,
    };
    let lies_ahead = |date: Option<Date>| date.is_some_and(|date| date > view.today);
    if !(lies_ahead(person.birth) || lies_ahead(person.death)) {
        return;
    }
    let (demographics, pat) = match (view.patient, view.subscriber) {
        (Some(patient), _) => (patient.demographics, patient.pat),
        (None, subscriber) => (
            subscriber.and_then(|subscriber| subscriber.demographics),
            subscriber.and_then(|subscriber| subscriber.pat),
        ),
    };
    if let Some(index) = demographics.filter(|_| lies_ahead(person.birth)) {
        in_future(
            loop_id,
            Spot::element(index, 2),
            ("birth date", "158"),
            report,
        );
    }
    if let Some(index) = pat.filter(|_| lies_ahead(person.death)) {
        in_future(
            level,
            Spot::element(index, 6),
            ("date of death", "159"),
            report,
        );
    }
}

#[cold]
fn in_future(
    loop_id: &'static str,
    spot: Spot,
    (what, status): (&str, &'static str),
    report: &mut Report<'_>,
) {
    report
        .add(loop_id, spot, format!("the {what} lies in the future"))
        .answered(("A7", status, "QC"))
        .help("correct the date; the century is the usual slip");
}

fn claim(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    let (birth, death) = (claim.person().birth, claim.person().death);
    for line in claim.lines() {
        let (Some(index), Some(dates)) = (line.date, line.dates) else {
            continue;
        };
        // A range that ends before it starts is SYN011's.
        let fault = if dates.from > dates.through {
            continue;
        } else if dates.from > context.today {
            Fault::Future
        } else if birth.is_some_and(|birth| dates.from < birth) {
            Fault::BeforeBirth
        } else if let Some(fault) = not_over(line, dates.through, context) {
            fault
        } else if death.is_some_and(|death| dates.from > death) {
            Fault::AfterDeath
        } else {
            continue;
        };
        service(line, index, fault, context.today, report);
    }
    payments(claim, context.today, report);
    for &index in &claim.parts.dates {
        past(claim, index, None, context.today, report);
    }
    for &(line, index) in &claim.parts.line_dates {
        past(claim, index, Some(line), context.today, report);
    }
    discharge(claim, report);
    let Some(service) = claim.dates() else { return };
    for &index in &claim.parts.dates {
        let kind = claim.text.segment(index).element(1);
        let Some(date) = day(claim, index) else {
            continue;
        };
        if kind == b"435" && date > context.today {
            let spot = Spot::element(index, 3);
            let finding = report.add("2300", spot, "the date of admission lies in the future");
            finding
                .answered(("A7", "189", ""))
                .help("correct the date; it cannot be after today");
            continue;
        }
        if date <= service.through {
            continue;
        }
        let (what, status, severity) = match kind {
            b"431" => ("onset of the illness", "397", Severity::Reject),
            b"439" => ("accident", "727", Severity::Reject),
            // The ambulance may come before midnight, and the patient be admitted after it.
            b"435" if is_by_ambulance(claim) => continue,
            b"435" => ("admission", "189", Severity::Warn),
            b"454" => ("initial treatment", "701", Severity::Reject),
            _ => continue,
        };
        report
            .add_as(severity, "2300", Spot::element(index, 3), format!("the date of {what} is after the last date of service, {}", service.through))
            .answered(("A7", status, ""))
            .help("it comes before the service or falls on the same day: correct it or the date of service");
    }
}

/// The days ahead for which supplies may be billed: three months, as diabetics get them.
const SUPPLIES_AHEAD: i64 = 100;

/// The days after which a service that is not over is a slip of the pen, whatever it is.
const OTHERS_AHEAD: i64 = 31;

/// What is wrong with a service that ends after today.
#[inline]
fn not_over(line: &Line, through: Date, context: &Context<'_>) -> Option<Fault> {
    if through <= context.today {
        return None;
    }
    let ahead = through.days() - context.today.days();
    if is_supply(line) {
        return (ahead > SUPPLIES_AHEAD).then_some(Fault::NotOver { certain: true });
    }
    Some(Fault::NotOver {
        certain: ahead > OTHERS_AHEAD || therapy_units_wrong::counts_units(line, context),
    })
}

/// Whether the line is for equipment or supplies, which are given for days to come.
fn is_supply(line: &Line) -> bool {
    line.procedure.is_some_and(|code| {
        matches!(
            &code.bytes(),
            [b'A', b'4'..=b'9', ..] | [b'B' | b'E' | b'K' | b'L', ..]
        )
    })
}

/// Whether the claim is an ambulance's.
fn is_by_ambulance(claim: &Claim<'_>) -> bool {
    claim.parts.ambulance.is_some() || matches!(claim.place(), b"41" | b"42")
}

/// The day of discharge before that of admission.
fn discharge(claim: &Claim<'_>, report: &mut Report<'_>) {
    let of = |qualifier: &[u8]| {
        let mut dates = claim.parts.dates.iter().copied();
        let index = dates.find(|&index| claim.text.segment(index).element(1) == qualifier)?;
        Some((index, day(claim, index)?))
    };
    let (Some((index, discharged)), Some((_, admitted))) = (of(b"096"), of(b"435")) else {
        return;
    };
    if discharged < admitted {
        report
            .add(
                "2300",
                Spot::element(index, 3),
                format!("the date of discharge is before that of admission, {admitted}"),
            )
            .answered(("A7", "190", ""))
            .help("correct the date of discharge (DTP*096) or of admission (DTP*435)");
    }
}

/// The day in DTP03. Admission may come with a time; the day stands in front.
fn day(claim: &Claim<'_>, index: u32) -> Option<Date> {
    let day = claim.text.segment(index).element(3);
    Date::parse_d8(day.get(..8).unwrap_or(day))
}

/// What was before the claim, on the claim or a line. What comes before the service, as the
/// claim states it, is compared with that.
fn past(claim: &Claim<'_>, index: u32, line: Option<u32>, today: Date, report: &mut Report<'_>) {
    let kind = claim.text.segment(index).element(1);
    let what = match (kind, line) {
        (b"096", None) => "discharge",
        (b"304", _) => "last visit",
        (b"453", _) => "acute manifestation",
        (b"455", _) => "last x-ray",
        (b"471", _) => "prescription",
        (b"484", _) => "last menstrual period",
        (b"444", _) => "first contact",
        (b"454", Some(_)) => "initial treatment",
        (b"461", _) => "last certification",
        (b"738" | b"739", _) => "test",
        _ => return,
    };
    if day(claim, index).is_some_and(|date| date > today) {
        let finding = report.add(
            if line.is_some() { "2400" } else { "2300" },
            Spot::element(index, 3),
            format!("the date of {what} lies in the future"),
        );
        let status = match kind {
            b"096" => "190",
            b"304" => "757",
            b"453" => "715",
            b"454" => "701",
            b"455" => "210",
            b"461" => "580",
            b"471" => "214",
            b"484" => "191",
            b"738" | b"739" => "653",
            // Only that it lies in the future: no status speaks of the first contact.
            _ => "510",
        };
        let finding = on_line(finding, line).answered(("A7", status, ""));
        finding.help("correct the date; it cannot be after today");
    }
}

/// When other payers paid the claim or its lines.
fn payments(claim: &Claim<'_>, today: Date, report: &mut Report<'_>) {
    let others = claim.parts.others.iter();
    let of_claim = others.map(|other| ("2330B", other.adjudicated, None));
    let of_lines = claim.lines().iter().flat_map(|line| {
        let judged = line.adjudications.iter();
        judged.map(|judged| ("2430", judged.date, Some(line.number)))
    });
    for (loop_id, date, line) in of_claim.chain(of_lines) {
        let Some(index) = date else { continue };
        if day(claim, index).is_some_and(|date| date > today) {
            let finding = report.add_as(
                Severity::Warn,
                loop_id,
                Spot::element(index, 3),
                "the date of another payer's payment lies in the future",
            );
            on_line(finding, line)
                .answered(("A7", "516", "PR"))
                .help("give the date of the check or remittance advice, unless it is dated ahead");
        }
    }
}

#[derive(Clone, Copy)]
enum Fault {
    Future,
    /// Begun, but not over.
    NotOver {
        /// Whether it cannot be meant.
        certain: bool,
    },
    BeforeBirth,
    AfterDeath,
}

#[cold]
fn service(line: &Line, index: u32, fault: Fault, today: Date, report: &mut Report<'_>) {
    let (severity, message, help) = match fault {
        Fault::Future => (
            Severity::Reject,
            format!("the date of service is after today, {today}"),
            "correct the date, or send the claim after the service was given",
        ),
        Fault::NotOver { certain } => (
            if certain {
                Severity::Reject
            } else {
                Severity::Warn
            },
            format!("the service ends after today, {today}"),
            "correct the last day, or send the claim after the service was given; only equipment and supplies are billed for days to come, a month or three",
        ),
        Fault::BeforeBirth => (
            Severity::Reject,
            "the date of service is before the patient's birth".to_owned(),
            "correct the date of service or the birth date in DMG02",
        ),
        // Some services, as reading a test, may rightly come after.
        Fault::AfterDeath => (
            Severity::Warn,
            "the date of service is after the patient's death".to_owned(),
            "correct the date of service or the date of death in PAT06, unless the service could be given without the patient",
        ),
    };
    let finding = report.add_as(severity, "2400", Spot::element(index, 3), message);
    on_line(finding, Some(line.number)).help(help);
}
