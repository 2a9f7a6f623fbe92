//! Claims for therapy whose payer's own therapy rules are not known: counted, never in silence.

use telescrub::generate::Spec;
use telescrub::scrub::tally::{Sum, Tally};

use super::common;

/// The tally of one claim, whose subscriber's payer and SBR09 are these, and which bills this on
/// each line.
fn tally(filing: &str, service: &str) -> Tally {
    let spec = Spec {
        claims: 1,
        telehealth_percent: 0,
        ..common::spec()
    };
    let text = String::from_utf8(common::generated(&spec).0).unwrap();
    let segments = text.split_inclusive('~').map(|segment| {
        let mut elements: Vec<&str> = segment.split('*').collect();
        match elements[0].trim() {
            "SBR" => elements[9] = filing,
            "NM1" if elements[1] == "PR" => elements[9] = "NOWHERE~",
            "SV1" => elements[1] = service,
            _ => {}
        }
        elements.join("*")
    });
    let text: String = segments.collect();
    common::scrub(text.as_bytes(), 1, 1 << 20)
        .result
        .unwrap()
        .tally
}

#[test]
fn therapy_for_a_payer_without_therapy_rules_is_counted() {
    for (filing, service, counted) in [
        ("MB~", "HC:97110:GP", false),
        ("MC~", "HC:97110:GP", true),
        // A code that is nothing but therapy, and one that is so by its modifier.
        ("CI~", "HC:97110", true),
        ("CI~", "HC:99213:GP", true),
        ("CI~", "HC:99213", false),
    ] {
        let tally = tally(filing, service);
        assert_eq!(tally.total().claims, 1);
        let expected = if counted {
            tally.total()
        } else {
            Sum::default()
        };
        assert_eq!(tally.therapy_unknown, expected, "{filing} {service}");
    }
}
