//! COD007: diagnosis codes that cannot be billed on the day.

use super::diagnosis_pointer_broken::points_at;
use super::parties::{capitals, safe};
use crate::claim::Claim;
use crate::claim::text::Span;
use crate::codes::diagnosis::{self, DiagnosisStanding};
use crate::rules::services::{Code, Diagnoses};
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Report, Rule, RuleScope, Spot,
};
use crate::value::{Date, DateRange, Severity, low_bits};

/// COD007.
pub static RULE: Rule = Rule {
    code: "COD007",
    name: "diagnosis-not-billable",
    snip: 5,
    scope: RuleScope::Claim,
    severity: Severity::Reject,
    what: "Each diagnosis (HI) is an ICD-10-CM code that exists and is billable on the date of service, written without a decimal point. Where a new release lies between the lines of a claim, the date is that of each line that points to the code (SV107). ICD-9 codes (BK, BF) stand only on claims for services before 2015-10-01, ICD-10 codes (ABK, ABF) only on later ones, never both. An external cause (V00 to Y99) is never the first. A sequela (seventh character S) that is the first, and a diagnosis that stands twice, are warned about. On days the program's list does not cover (before 2019-10-01, after 2027-03-31) a code it does not have is warned about. ICD-9 codes are not looked up.",
    why: "Payers return a diagnosis that is not in the release of the date of service, and one that needs more characters.",
    remedy: "Look the code up in the ICD-10-CM release in force on the date of service (a new one each 1 October, some changes each 1 April) and give it with all its characters.",
    fails: Example {
        text: "HI*ABK:M545~\nDTP*472*D8*20260302~",
        note: "M545 was divided on 2021-10-01 and is no code any more",
    },
    passes: Example {
        text: "HI*ABK:M5450~\nDTP*472*D8*20260302~",
        note: "M5450 is billable from 2021-10-01",
    },
    sources: &[
        "ICD-10-CM, releases in force from 2019-10-01 (CMS, NCHS)",
        "ICD-10-CM Official Guidelines for Coding and Reporting, section I.C.20 (external causes)",
        "ICD-10-CM Official Guidelines for Coding and Reporting, sections I.B.10 and I.C.19.a (sequela)",
        "45 CFR 162.1002 (ICD-10-CM from 2015-10-01)",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "255", ""),
    check: Check::ClaimWith(Features::ODD_DIAGNOSIS, check),
};

/// How many diagnoses a claim holds at most.
const MOST: usize = 12;

fn check(claim: &Claim<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    let Some(&hi) = claim.parts.diagnoses.first() else {
        return;
    };
    let dates = claim.dates().filter(|dates| dates.from <= dates.through);
    gap(claim, hi, report);
    let mut seen: [&[u8]; MOST] = [b""; MOST];
    let mut first_kind = None;
    for ((qualifier, code, position), slot) in claim.diagnoses().zip(0..MOST) {
        let Ok(element) = u8::try_from(position) else {
            continue;
        };
        let ninth = match qualifier {
            b"BK" | b"BF" => true,
            b"ABK" | b"ABF" => false,
            _ => continue,
        };
        if *first_kind.get_or_insert(ninth) != ninth {
            report
                .add("2300", Spot::component(hi, element, 1), "ICD-9 and ICD-10 codes stand on one claim")
                .help("code every diagnosis in the code set in force on the date of service: ICD-10-CM from 2015-10-01");
        } else if let Some(dates) = dates
            && wrong_set(ninth, dates)
        {
            set(ninth, Spot::component(hi, element, 1), report);
            // The other diagnoses are the same mistake.
            return;
        }
        if code.trim_ascii().is_empty() {
            continue;
        }
        let spot = Spot::component(hi, element, 2);
        if !code
            .iter()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
        {
            malformed(code, spot, element, report);
            continue;
        }
        if seen.iter().take(slot).any(|earlier| *earlier == code) {
            let shown = String::from_utf8_lossy(code);
            report
                .add_as(
                    Severity::Warn,
                    "2300",
                    spot,
                    format!("diagnosis {shown} stands twice"),
                )
                .help("name each diagnosis once, and point at it from every line it is for");
        }
        if let Some(place) = seen.get_mut(slot) {
            *place = code;
        }
        if let Some(dates) = dates
            && !ninth
        {
            let [first, last] = [dates.from, dates.through].map(|day| is_billable(code, day));
            let told = match (first, last) {
                (true, true) => None,
                (false, false) => Some((dates.from, None)),
                // A new release lies between: each line takes the code of its own day.
                _ => stranger(claim, code, position),
            };
            if told.is_none() && position == 1 {
                if is_external_cause(code) {
                    external_cause_first(code, spot, report);
                } else if is_sequela(code) {
                    sequela_first(code, spot, report);
                }
            }
            if let Some((day, line)) = told {
                tell(code, (day, line), dates, spot, context, report);
            }
        }
    }
}

/// Whether an ICD-10-CM code is of an external cause of morbidity.
fn is_external_cause(code: &[u8]) -> bool {
    matches!(code, [b'V'..=b'Y', ..])
}

/// Whether an ICD-10-CM code says by its seventh character that a condition came of an injury
/// or illness that is over.
fn is_sequela(code: &[u8]) -> bool {
    matches!(code, [_, _, _, _, _, _, b'S', ..])
}

/// The guidelines know sequelae that are coded first, so that this only warns.
#[cold]
fn sequela_first(code: &[u8], spot: Spot, report: &mut Report<'_>) {
    let code = String::from_utf8_lossy(code);
    report
        .add_as(
            Severity::Warn,
            "2300",
            spot,
            format!("{code} in HI01-2 is a sequela (seventh character S); the condition that came of it is coded before it"),
        )
        .help("name the condition that is treated first, with ABK, and the injury it came of behind it, with ABF; correct the pointers (SV107)")
        .answered(("A7", "254", ""));
}

#[cold]
fn external_cause_first(code: &[u8], spot: Spot, report: &mut Report<'_>) {
    let code = String::from_utf8_lossy(code);
    report
        .add(
            "2300",
            spot,
            format!("{code} in HI01-2 is an external cause, which is never the first diagnosis"),
        )
        .help("name the condition that was treated first, with ABK, and the external cause behind it, with ABF; correct the pointers (SV107)")
        .answered(("A7", "254", ""));
}

fn is_billable(code: &[u8], day: Date) -> bool {
    diagnosis::standing(code, day) == DiagnosisStanding::Billable
}

/// The day and number of the first line that points to the diagnosis at this place (SV107) when
/// it can't be billed.
fn stranger(claim: &Claim<'_>, code: &[u8], position: usize) -> Option<(Date, Option<u32>)> {
    claim.lines().iter().find_map(|line| {
        let day = line.from().filter(|_| points_at(claim, line, position))?;
        (!is_billable(code, day)).then_some((day, Some(line.number)))
    })
}

/// An element of HI without a diagnosis before one that has one.
fn gap(claim: &Claim<'_>, hi: u32, report: &mut Report<'_>) {
    let mut next = 1;
    for (_, _, position) in claim.diagnoses() {
        let Ok(element) = u8::try_from(position) else {
            return;
        };
        if position > next {
            report
                .add_as(
                    Severity::Warn,
                    "2300",
                    Spot::element(hi, element),
                    format!("HI{element:02} is filled, and HI{next:02} is empty"),
                )
                .help("move the diagnoses up so that none is empty between them, and correct the pointers (SV107)");
            return;
        }
        next = position + 1;
    }
}

/// How many diagnoses the claim has, when they stand in a row, are ICD-10-CM codes billable
/// on the first and the last day of service, the first no external cause and no sequela, and no
/// two are the same: there is nothing to tell of them.
pub(in crate::rules) fn plain(claim: &Claim<'_>, known: &mut Diagnoses) -> Option<usize> {
    let hi = claim.text.get(claim.parts.diagnoses.first().copied())?;
    let dates = claim.dates().filter(|dates| dates.from <= dates.through)?;
    let count = hi.len();
    if count > MOST || wrong_set(false, dates) {
        return None;
    }
    let hi = hi.elements();
    let mark = claim.text.delimiters.component;
    let heads = [[b'A', b'B', b'K', mark], [b'A', b'B', b'F', mark]];
    let [first, other] = heads.map(|head| u64::from(u32::from_le_bytes(head)));
    let mut seen: [Code; MOST] = [0; MOST];
    for place in 0..count {
        let span = Span::of(&hi, place + 1);
        // The qualifier with its separator, and a code of up to seven characters.
        let length = span.len.checked_sub(4).filter(|length| *length <= 7)?;
        let composite = claim.text.short(span)?;
        let head = low_bits(composite) & u64::from(u32::MAX);
        let code = low_bits(composite >> 32) | u64::from(length) << 56;
        let characters = code.to_le_bytes();
        let is_second = is_external_cause(&characters) || is_sequela(&characters);
        if (head != first && head != other)
            || (place == 0 && is_second)
            || seen.get(..place)?.contains(&code)
            || !known.can_bill(code, dates)
        {
            return None;
        }
        *seen.get_mut(place)? = code;
    }
    Some(count)
}

/// Whether all services lie on the other code set's side of 2015-10-01.
fn wrong_set(ninth: bool, dates: DateRange) -> bool {
    match Date::new(2015, 10, 1) {
        Some(change) if ninth => dates.from >= change,
        Some(change) => dates.through < change,
        None => false,
    }
}

#[cold]
fn set(ninth: bool, spot: Spot, report: &mut Report<'_>) {
    let (message, help) = if ninth {
        (
            "ICD-9 codes (BK, BF) end with services of 2015-09-30",
            "code the diagnoses in ICD-10-CM, with the qualifiers ABK and ABF",
        )
    } else {
        (
            "ICD-10 codes (ABK, ABF) begin with services of 2015-10-01",
            "code the diagnoses in ICD-9-CM, with the qualifiers BK and BF",
        )
    };
    report.add("2300", spot, message).help(help);
}

#[cold]
fn malformed(code: &[u8], spot: Spot, element: u8, report: &mut Report<'_>) {
    let mended: String = capitals(code)
        .chars()
        .filter(|&letter| letter != '.')
        .collect();
    let point = code.contains(&b'.');
    let form =
        mended.bytes().all(|byte| byte.is_ascii_alphanumeric()) && (3..=7).contains(&mended.len());
    let what = if form && point {
        "is written with a decimal point"
    } else {
        "is not of capital letters and digits only"
    };
    let finding = report.add(
        "2300",
        spot,
        format!("the diagnosis code in HI{element:02}-2 {what}"),
    );
    finding.help("write the code without a point, in capitals, such as M5450");
    finding.fix = form.then(|| safe("write the code without a point and in capitals", mended));
}

#[cold]
fn tell(
    code: &[u8],
    (day, line): (Date, Option<u32>),
    dates: DateRange,
    spot: Spot,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    let severity = diagnosis::confidence(code).map_or(Severity::Reject, |confidence| {
        context.severity_of(confidence)
    });
    let standing = diagnosis::standing(code, day);
    let code = String::from_utf8_lossy(code);
    let date = match line {
        Some(number) => format!("of line {number}, {day}"),
        None => day.to_string(),
    };
    let (message, help) = match standing {
        DiagnosisStanding::Billable => return,
        DiagnosisStanding::NotYet(first) => (
            format!("diagnosis {code} is billable from {first}, after the date of service {date}"),
            "give the code of the release in force on the date of service",
        ),
        DiagnosisStanding::Ended(last) => (
            format!("diagnosis {code} ended on {last}, before the date of service {date}"),
            "give its successor of the release in force on the date of service; often the code was divided and needs one more character",
        ),
        DiagnosisStanding::Header => (
            format!("diagnosis {code} is not billable: it needs more characters"),
            "give the code with all its characters, as the patient's record supports",
        ),
        DiagnosisStanding::Unknown => (
            format!("diagnosis {code} is not an ICD-10-CM code"),
            "look the code up in the release in force on the date of service",
        ),
    };
    let covered = match line {
        Some(_) => diagnosis::covers(day),
        None => diagnosis::covers(dates.from) && diagnosis::covers(dates.through),
    };
    if covered {
        report.add_as(severity, "2300", spot, message).help(help);
        return;
    }
    // Codes come and go each April and October: nobody is turned away for one the list
    // has not seen.
    let message = format!(
        "{message}, as far as the program's list knows; it is complete from {} through {}",
        diagnosis::first_day_covered(),
        diagnosis::last_day_covered()
    );
    report
        .add_as(Severity::Warn, "2300", spot, message)
        .help(help);
}
