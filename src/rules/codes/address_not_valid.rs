//! COD003: addresses that cannot be.

use super::parties::{capitals, on_line, providers, safe};
use crate::claim::Claim;
use crate::claim::text::Text;
use crate::codes::geography::{self, ZipFit};
use crate::rules::{
    Answer, Check, Context, Example, Features, LevelView, Report, Rule, RuleScope, Spot,
};
use crate::value::{Severity, State};

/// COD003.
pub static RULE: Rule = Rule {
    code: "COD003",
    name: "address-not-valid",
    snip: 4,
    scope: RuleScope::Segment,
    severity: Severity::Reject,
    what: "The billing provider's address (2010AA N3) is a street address, not a post office box or lock box. The ZIP code (N403) of the billing provider and of the service facility has nine digits, any other five or nine. The state (N402) is one unless the country (N404) is not the United States. A ZIP code that lies in another state is warned about.",
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
    answer: Answer::Claim("A7", "500", "85"),
    check: Check::LevelAndClaimWith(level, Features::PROVIDER_ADDRESS, claim),
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
    }
}

fn claim(claim: &Claim<'_>, _: &Context<'_>, report: &mut Report<'_>) {
    for (provider, line) in providers(claim) {
        if provider.city.is_some() {
            let (whose, asks) = match provider.loop_id {
                "2310C" => ("service facility", Asks::Nine),
                "2420C" => ("service facility", Asks::NineWanted),
                _ => ("provider", Asks::Plain),
            };
            let address = Address {
                line,
                ..Address::of(provider.loop_id, whose, asks)
            };
            city(&claim.text, provider.city, address, report);
        }
    }
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
    if !matches!(segment.element(4), b"" | b"US") {
        return;
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
        on_line(finding, address.line).help(
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
    on_line(finding, address.line).help("give the two letters of the state, or the country in N404 when it is not the United States");
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
    finding.fix = hyphen.map(|zip| safe("leave out the hyphen", zip));
}

fn wanted(nine: bool) -> &'static str {
    if nine {
        "nine digits"
    } else {
        "five or nine digits"
    }
}

/// Whether the line of an address names a box at a post office or bank.
fn is_box(line: &[u8]) -> bool {
    // Few addresses hold an X at all.
    if memchr::memchr2(b'X', b'x', line).is_none() {
        return false;
    }
    let words = || {
        line.split(|byte| !byte.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
    };
    // The two words before the one looked at.
    let mut before: [&[u8]; 2] = [b"", b""];
    for word in words() {
        let [second, first] = before;
        let is = |word: &[u8], text: &str| word.eq_ignore_ascii_case(text.as_bytes());
        let head = word
            .iter()
            .rposition(|byte| !byte.is_ascii_digit())
            .map_or(0, |last| last + 1);
        let name = word.get(..head).unwrap_or(word);
        let post_office = is(first, "PO")
            || (is(second, "P") && is(first, "O"))
            || (is(second, "POST") && is(first, "OFFICE"));
        if (is(name, "BOX") && (post_office || is(first, "LOCK")))
            || is(name, "POBOX")
            || is(name, "LOCKBOX")
        {
            return true;
        }
        before = [first, word];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::is_box;

    #[test]
    fn boxes_are_told_from_streets() {
        for line in [
            "PO BOX 12",
            "P.O. BOX 12",
            "P O BOX 12",
            "p.o.box 12",
            "POBOX 12",
            "PO BOX12",
            "POST OFFICE BOX 9",
            "LOCKBOX 4411",
            "LOCK BOX 4411",
            "SUITE 5 PO BOX 3",
            "PO-BOX 3",
            "POBOX12",
        ] {
            assert!(is_box(line.as_bytes()), "{line}");
        }
        for line in [
            "",
            "12 BOXWOOD ST",
            "RR 2 BOX 12",
            "BOX 12",
            "100 POBOXER LN",
            "6 FOX RD",
            "PO BOXWOOD",
            "1 POST OFFICE SQ",
            "LOCKE BOXER AVE",
            "PMB 12 MAIN ST",
        ] {
            assert!(!is_box(line.as_bytes()), "{line}");
        }
    }
}
