//! COD003: addresses that cannot be.

use super::boxes::is_box;
use super::parties::{capitals, on_line, providers, safe};
use crate::claim::Claim;
use crate::claim::text::Text;
use crate::codes::geography::{self, ZipFit};
use crate::rules::{
    Acknowledgement, Check, Context, Example, Features, Finding, LevelView, Report, Rule,
    RuleScope, Spot,
};
use crate::value::{Severity, State};

/// COD003.
pub static RULE: Rule = Rule {
    code: "COD003",
    name: "address-not-valid",
    snip: 4,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "The billing provider's address (2010AA N3) is a street address, not a post office box or drawer, caller or lock box. The ZIP code (N403) of the billing provider and of the service facility has nine digits, any other five or nine; that a line's service facility (2420C) has five is warned about. The state (N402, and CLM11-4 of an accident) is one unless the country (N404, CLM11-5) is not the United States. A country that is not two letters is warned about; USA is read as US. A ZIP code that lies in another state is warned about.",
    why: "Payers price by the nine-digit ZIP code and refuse a box as the place where a provider practises; a claim with an address that cannot be is returned.",
    remedy: "Give the street address in 2010AA and move a box to the pay-to address (2010AB). Look up the four digits behind the ZIP code, and write all nine without a hyphen.",
    fails: Example {
        text: "NM1*85*2*HARBOR PHYSICAL THERAPY*****XX*1234567893~\nN3*PO BOX 100~\nN4*AUSTIN*TX*78701~",
        note: "a box, and a ZIP code of five digits",
    },
    passes: Example {
        text: "NM1*85*2*HARBOR PHYSICAL THERAPY*****XX*1234567893~\nN3*100 MAIN ST~\nN4*AUSTIN*TX*787011234~",
        note: "a street, and a ZIP code of nine digits in its state",
    },
    sources: &[
        "005010X222A1, 2010AA N3 and N4, 2310C N4",
        "USPS Publication 28 (states), ZIP codes by their first three digits",
    ],
    asks_policy: false,
    answer: Acknowledgement::Claim("A7", "500", "85"),
    check: Check::LevelAndClaimWith(
        level,
        Features::PROVIDER_ADDRESS
            .or(Features::OTHER_PAYER)
            .or(Features::CAUSE_OR_DATE),
        claim,
    ),
};

/// How much the guide asks of an address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// Nine digits of ZIP code.
    Nine,
    /// Nine digits are wanted.
    NineWanted,
    /// A ZIP code of either length.
    Plain,
    /// Not read by the payer: what is missing only warns.
    Little,
}

#[derive(Clone, Copy)]
struct Address {
    loop_id: &'static str,
    whose: &'static str,
    asks: Asks,
    line: Option<u32>,
}

impl Address {
    fn of(loop_id: &'static str, whose: &'static str, asks: Asks) -> Address {
        Address {
            loop_id,
            whose,
            asks,
            line: None,
        }
    }
}

fn level(view: &LevelView<'_>, report: &mut Report<'_>) {
    let text = &view.text;
    if let Some(patient) = view.patient {
        city(
            text,
            patient.city,
            Address::of("2010CA", "patient", Asks::Plain),
            report,
        );
    } else if let Some(subscriber) = view.subscriber {
        city(
            text,
            subscriber.city,
            Address::of("2010BA", "subscriber", Asks::Plain),
            report,
        );
        city(
            text,
            subscriber.payer_city,
            Address::of("2010BB", "payer", Asks::Little),
            report,
        );
    } else {
        let billing = view.billing;
        street(text, billing.street, report);
        city(
            text,
            billing.city,
            Address::of("2010AA", "billing provider", Asks::Nine),
            report,
        );
        city(
            text,
            billing.pay_to_city,
            Address::of("2010AB", "pay-to address", Asks::Little),
            report,
        );
        city(
            text,
            billing.pay_to_plan_city,
            Address::of("2010AC", "pay-to plan", Asks::Little),
            report,
        );
    }
}

fn claim(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    for (provider, line) in providers(claim) {
        if provider.city.is_some() {
            let (whose, asks) = match provider.loop_id {
                "2310C" => ("service facility", Asks::Nine),
                "2420C" => ("service facility", Asks::NineWanted),
                "2310E" | "2310F" | "2420G" | "2420H" => ("ambulance stop", Asks::Little),
                _ => ("provider", Asks::Plain),
            };
            let address = Address {
                line,
                ..Address::of(provider.loop_id, whose, asks)
            };
            city(&claim.text, provider.city, address, report);
        }
    }
    for other in &claim.parts.others {
        let subscriber = Address::of("2330A", "other subscriber", Asks::Little);
        city(&claim.text, other.subscriber_city, subscriber, report);
        let payer = Address::of("2330B", "other payer", Asks::Little);
        city(&claim.text, other.payer_city, payer, report);
    }
    if claim.parts.cause {
        accident(claim, report);
    }
}

/// The state of an accident: CLM11-4, unless CLM11-5 names another country.
fn accident(claim: &Claim<'_>, report: &mut Report<'_>) {
    let text = &claim.text;
    let mut parts = text
        .segment(claim.parts.clm)
        .components(11, text.delimiters)
        .skip(3);
    let state = parts.next().unwrap_or_default();
    let country = parts.next().unwrap_or_default();
    let is_state = State::parse(state).is_some_and(geography::is_state);
    if state.is_empty() || is_state || !matches!(country, b"" | b"US") {
        return;
    }
    report
        .add(
            "2300",
            Spot::component(claim.parts.clm, 11, 4),
            "the state of the accident is not a state of the United States",
        )
        .answered(("A7", "728", ""))
        .help("give the two letters of the state, or the country in CLM11-5 when it is not the United States");
}

fn street(text: &Text<'_>, street: Option<u32>, report: &mut Report<'_>) {
    let Some(index) = street else { return };
    for element in [1_u8, 2] {
        if is_box(text.segment(index).element(usize::from(element))) {
            report
                .add(
                    "2010AA",
                    Spot::element(index, element),
                    "the billing provider's address is a post office box or lock box",
                )
                .answered(("A7", "503", "85"))
                .help("give the street address of the practice in 2010AA, and the box in the pay-to address 2010AB");
        }
    }
}

#[inline]
fn city(text: &Text<'_>, city: Option<u32>, address: Address, report: &mut Report<'_>) {
    if let Some(index) = city
        && !is_plain(text, index, address.asks)
    {
        look_at(text, index, address, report);
    }
}

/// Whether the N4 names no country, and a ZIP code in its state: nearly all do.
#[inline]
fn is_plain(text: &Text<'_>, index: u32, asks: Asks) -> bool {
    let n4 = text.segment(index).elements();
    let (name, zip) = (n4.at(2), n4.at(3));
    let nine = matches!(asks, Asks::Nine | Asks::NineWanted);
    n4.at(4).is_empty() && (zip.len() == 9 || !nine) && geography::fit(name, zip)
}

#[inline(never)]
fn look_at(text: &Text<'_>, index: u32, address: Address, report: &mut Report<'_>) {
    let segment = text.segment(index);
    match segment.element(4) {
        b"" | b"US" => {}
        country if is_united_states(country) => {
            let finding = odd_country(
                index,
                address,
                "is written otherwise than US",
                "leave N404 out: it is for addresses outside the United States",
                report,
            );
            finding.fix = Some(safe("write the country as US", "US"));
        }
        country => {
            if country.len() != 2 || !country.iter().all(u8::is_ascii_alphabetic) {
                odd_country(
                    index,
                    address,
                    "in N404 is not two letters",
                    "give the country's two letters of ISO 3166, or leave N404 out in the United States",
                    report,
                );
            }
            return;
        }
    }
    let (name, zip) = (segment.element(2), segment.element(3));
    let nine = matches!(address.asks, Asks::Nine | Asks::NineWanted);
    if (zip.len() == 9 || !nine) && geography::fit(name, zip) {
        return;
    }
    // A subdivision of a country stands in the state's place.
    if name.is_empty() && !segment.element(7).is_empty() {
        return;
    }
    let state = State::parse(name).filter(|&state| geography::is_state(state));
    if state.is_none() {
        no_state(name, index, address, report);
    }
    let digits = zip.iter().all(u8::is_ascii_digit);
    let right = match zip.len() {
        9 => digits,
        5 => digits && !nine,
        _ => false,
    };
    if !right {
        no_zip(zip, index, address, report);
    }
    if let Some(state) = state {
        let message = match geography::zip_fits(zip, state) {
            ZipFit::Fits | ZipFit::Malformed => return,
            ZipFit::OtherState => {
                format!("the {}'s ZIP code does not lie in {state}", address.whose)
            }
            ZipFit::NoSuchPrefix => {
                format!("no known ZIP code begins like the {}'s", address.whose)
            }
        };
        let finding = report.add_as(
            Severity::Warn,
            address.loop_id,
            Spot::element(index, 3),
            message,
        );
        on_line(finding, address.line).help("compare N402 and N403 with the address on file");
    }
}

/// Whether the country is the United States, written otherwise than by their code.
fn is_united_states(country: &[u8]) -> bool {
    let is = |name: &str| country.eq_ignore_ascii_case(name.as_bytes());
    is("US") || is("USA")
}

#[cold]
fn odd_country<'r>(
    index: u32,
    address: Address,
    what: &str,
    help: &str,
    report: &'r mut Report<'_>,
) -> &'r mut Finding {
    let finding = report.add_as(
        Severity::Warn,
        address.loop_id,
        Spot::element(index, 4),
        format!("the {}'s country {what}", address.whose),
    );
    on_line(finding, address.line).help(help)
}

#[cold]
fn no_state(name: &[u8], index: u32, address: Address, report: &mut Report<'_>) {
    let whose = address.whose;
    let spot = Spot::element(index, 2);
    if name.is_empty() {
        let severity = if address.asks == Asks::Little {
            Severity::Warn
        } else {
            Severity::Reject
        };
        let finding = report.add_as(
            severity,
            address.loop_id,
            spot,
            format!("the {whose}'s state is missing"),
        );
        on_line(finding, address.line).answered(("A6", "501", "85")).help(
            "fill N402 with the state, or N404 with the country when it is not the United States",
        );
        return;
    }
    let upper = capitals(name);
    let fixed = State::parse(upper.as_bytes()).is_some_and(geography::is_state);
    let finding = report.add(
        address.loop_id,
        spot,
        format!("the {whose}'s state in N402 is not a state of the United States"),
    );
    on_line(finding, address.line).answered(("A7", "501", "85")).help("give the two letters of the state, or the country in N404 when it is not the United States");
    finding.fix = fixed.then(|| safe("write the state in capitals", upper));
}

#[cold]
fn no_zip(zip: &[u8], index: u32, address: Address, report: &mut Report<'_>) {
    let whose = address.whose;
    let nine = matches!(address.asks, Asks::Nine | Asks::NineWanted);
    let digits = zip.iter().all(u8::is_ascii_digit);
    let hyphen = match zip {
        [five @ .., b'-', a, b, c, d]
            if five.len() == 5 && five.iter().chain([a, b, c, d]).all(u8::is_ascii_digit) =>
        {
            Some(
                five.iter()
                    .chain([a, b, c, d])
                    .map(|&digit| char::from(digit))
                    .collect::<String>(),
            )
        }
        _ => None,
    };
    let (message, severity) = match (zip.len(), address.asks) {
        (0, Asks::Little) => (format!("the {whose}'s ZIP code is missing"), Severity::Warn),
        (0, _) => (
            format!("the {whose}'s ZIP code is missing"),
            Severity::Reject,
        ),
        (5, Asks::NineWanted) if digits => (
            format!("the {whose}'s ZIP code has five digits"),
            Severity::Warn,
        ),
        (5, _) if digits => (
            format!("the {whose}'s ZIP code has five digits"),
            Severity::Reject,
        ),
        _ if hyphen.is_some() => (
            format!("the {whose}'s ZIP code is written with a hyphen"),
            Severity::Reject,
        ),
        _ => (
            format!("the {whose}'s ZIP code is not {}", wanted(nine)),
            Severity::Reject,
        ),
    };
    let finding = report.add_as(severity, address.loop_id, Spot::element(index, 3), message);
    on_line(finding, address.line).help(format!("give {} without a hyphen", wanted(nine)));
    if zip.is_empty() {
        finding.answered(("A6", "500", "85"));
    }
    finding.fix = hyphen.map(|zip| safe("leave out the hyphen", zip));
}

fn wanted(nine: bool) -> &'static str {
    if nine {
        "nine digits"
    } else {
        "five or nine digits"
    }
}
