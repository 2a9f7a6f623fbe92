//! `telescrub view`.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Common, Status, logs};
use crate::claim::text::Text;
use crate::claim::{Claim, Line, Provider};
use crate::scrub::claims;
use crate::scrub::input::{self, Input};
use crate::scrub::refusal::refusal;
use crate::scrub::run::RunError;
use crate::value::{Cents, Date, DateRange};

/// Show claims as a person reads them: parties, dates, lines, amounts
#[derive(Debug, Args)]
pub(super) struct View {
    /// The 837P file, or - for standard input; plain or zstd
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only the claim with this identifier (CLM01)
    #[arg(long, value_name = "ID")]
    claim: Option<String>,
}

impl View {
    pub(super) fn run(&self, _: &Common) -> Status {
        let input = if self.file == Path::new("-") {
            Input::standard()
        } else {
            Input::of(&self.file)
        };
        let file = input.name();
        let unreadable = |error| RunError::Unreadable {
            file: file.clone(),
            error,
        };
        let shown = self.show(&input).map_err(unreadable);
        match shown {
            Ok(Ok(0)) if self.claim.is_none() => logs::error(&format!("{file}: holds no claim")),
            Ok(Ok(0)) => logs::error(&format!("{file}: no such claim")),
            Ok(Ok(_)) => return Status::Done,
            Ok(Err(reason)) => logs::error(&RunError::Refused { file, reason }),
            Err(error) => logs::error(&error),
        }
        Status::Input
    }

    /// Shows the claims that are asked for and counts them; `Err` inside is why nothing
    /// of the input is a claim.
    fn show(&self, input: &Input) -> io::Result<Result<u64, String>> {
        let surveyed = input::open(input, &std::env::temp_dir(), None)?;
        if let Some(reason) = refusal(&surveyed.survey) {
            return Ok(Err(reason));
        }
        let mut shown = 0_u64;
        claims::each(surveyed, &mut |claim| {
            let wanted = self.claim.as_ref().map(String::as_bytes);
            if wanted.is_none_or(|wanted| wanted == claim.id()) {
                shown += 1;
                tell!(out, "{}", page(claim));
            }
        })?;
        Ok(Ok(shown))
    }
}

fn words(bytes: &[u8]) -> String {
    input::written_out(&String::from_utf8_lossy(bytes))
}

/// An amount in dollars and cents; one that is none as it stands.
fn dollars(amount: &[u8]) -> String {
    Cents::parse(amount).map_or_else(|| words(amount), |cents| format!("${cents}"))
}

/// The name in an NM1 segment: first and last, or the organization.
fn name(text: &Text<'_>, segment: Option<u32>) -> String {
    let part = |position| words(text.element(segment, position));
    let (last, first) = (part(3), part(4));
    let id = part(9);
    let name = if first.is_empty() {
        last
    } else {
        format!("{first} {last}")
    };
    if id.is_empty() {
        name
    } else {
        format!("{name} ({id})")
    }
}

fn address(text: &Text<'_>, street: Option<u32>, city: Option<u32>) -> String {
    let parts = [
        words(text.element(street, 1)),
        words(text.element(street, 2)),
        words(text.element(city, 1)),
        words(text.element(city, 2)),
        words(text.element(city, 3)),
    ];
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

/// A value behind its label, and nothing where there is no value.
fn labelled(label: &str, value: String) -> String {
    if value.is_empty() {
        value
    } else {
        format!("{label}{value}")
    }
}

/// One day, or a range of them.
fn days(dates: Option<DateRange>) -> String {
    match dates {
        Some(DateRange { from, through }) if from != through => format!("{from} to {through}"),
        Some(DateRange { from, .. }) => from.to_string(),
        None => String::new(),
    }
}

fn page(claim: &Claim<'_>) -> String {
    use std::fmt::Write as _;
    let text = &claim.text;
    let mut page = String::new();
    let dates = days(claim.dates());
    let _ = writeln!(
        page,
        "claim {}   {}   {dates}   place {}   frequency {}",
        words(claim.id()),
        dollars(claim.clm().element(2)),
        words(claim.place()),
        words(claim.frequency())
    );
    let mut row = |label: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(page, "  {label:<14}{value}");
        }
    };
    row("billing", name(text, claim.billing.name));
    row("", address(text, claim.billing.street, claim.billing.city));
    row(
        "pay to",
        address(text, claim.billing.pay_to_street, claim.billing.pay_to_city),
    );
    row("pay-to plan", name(text, claim.billing.pay_to_plan));
    row("subscriber", name(text, claim.subscriber.name));
    row(
        "",
        address(text, claim.subscriber.street, claim.subscriber.city),
    );
    if let Some(patient) = claim.patient {
        row("patient", name(text, patient.name));
        row("", address(text, patient.street, patient.city));
    }
    row(
        "born",
        claim
            .birth()
            .map(|date| date.to_string())
            .unwrap_or_default(),
    );
    row(
        "payer",
        name(text, claim.subscriber.payer) + &labelled(" filing ", words(claim.filing_indicator())),
    );
    let subscriber = claim.subscriber;
    row(
        "",
        address(text, subscriber.payer_street, subscriber.payer_city),
    );
    row(
        "payer claim",
        words(text.element(claim.parts.payer_claim_number, 2)),
    );
    row(
        "patient paid",
        dollars(text.element(claim.parts.patient_paid, 2)),
    );
    for &date in &claim.parts.dates {
        let date = text.segment(date);
        let days = date.element(3);
        let day = Date::parse_d8(days).map_or_else(|| words(days), |day| day.to_string());
        row(date_of(date.element(1)), day);
    }
    for other in &claim.parts.others {
        row(
            "other payer",
            name(text, other.payer) + &labelled(" paid ", dollars(text.element(other.paid, 2))),
        );
    }
    for provider in &claim.parts.providers {
        for (label, value) in provider_words(text, provider) {
            row(label, value);
        }
    }
    let diagnoses: Vec<String> = claim.diagnoses().map(|(_, code, _)| words(code)).collect();
    row("diagnoses", diagnoses.join(" "));
    for line in claim.lines() {
        let _ = writeln!(page, "  {:>3}. {}", line.number, line_words(claim, line));
        for provider in &line.providers {
            for (label, value) in provider_words(text, provider) {
                let _ = writeln!(page, "       {label:<14}{value}");
            }
        }
    }
    page.push('\n');
    page
}

/// What a date of a claim (DTP01) is of.
fn date_of(qualifier: &[u8]) -> &'static str {
    match qualifier {
        b"431" => "onset",
        b"439" => "accident",
        b"454" => "first treated",
        b"304" => "last seen",
        b"435" => "admitted",
        b"096" => "discharged",
        _ => "other date",
    }
}

/// The name and address of a provider, the first behind what he does.
fn provider_words(text: &Text<'_>, provider: &Provider) -> Vec<(&'static str, String)> {
    let parts = [
        name(text, Some(provider.name)),
        address(text, provider.street, provider.city),
    ];
    let said = parts.into_iter().filter(|part| !part.is_empty());
    let labels = [role(provider.loop_id), ""];
    labels.into_iter().zip(said).collect()
}

/// What a provider of a claim (2310) or of a line (2420) does.
fn role(loop_id: &str) -> &'static str {
    match loop_id {
        "2310A" | "2420F" => "referring",
        "2310B" | "2420A" => "rendering",
        "2310C" | "2420C" => "facility",
        "2310D" | "2420D" => "supervising",
        "2420B" => "purchased",
        "2420E" => "ordering",
        "2310E" | "2420G" => "pick-up",
        _ => "drop-off",
    }
}

fn line_words(claim: &Claim<'_>, line: &Line) -> String {
    let text = &claim.text;
    let parts: Vec<String> = text
        .get(line.sv1)
        .map(|sv1| sv1.components(1, text.delimiters).map(words).collect())
        .unwrap_or_default();
    let part = |position: usize| parts.get(position - 1).map_or("", String::as_str);
    let code_and_modifiers: Vec<&str> = (2..=6).map(part).filter(|part| !part.is_empty()).collect();
    let description = labelled("  described as ", part(7).to_owned());
    let date = days(line.dates);
    let place = line
        .place
        .map(|place| place.to_string())
        .unwrap_or_default();
    let (units, unit) = (
        words(text.element(line.sv1, 4)),
        words(text.element(line.sv1, 3)),
    );
    let pointers = words(text.element(line.sv1, 7));
    let remote = if line.is_telehealth() {
        "  by telehealth"
    } else {
        ""
    };
    format!(
        "{date}  {:<14}  {units} {unit}  {}  place {place}  diagnoses {pointers}{remote}{description}",
        code_and_modifiers.join(" "),
        dollars(text.element(line.sv1, 2))
    )
}
