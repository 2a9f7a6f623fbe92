//! Whose Medicaid program governs a claim: by the states of subscriber, provider and payer.

use super::doubts::medicaid;
use super::{common, lines_by};
use telescrub::policy::PolicyBook;
use telescrub::scrub::judge::Judgement;

/// The state whose program a claim of these states is judged by, and what TEL192 or TEL191
/// advises.
fn governed(subscriber: &str, provider: &str, payer: Option<&str>) -> (String, String) {
    let judgement = Judgement::new(common::today(), PolicyBook::builtin());
    let claim = medicaid("TX", "78702")
        .replace("CITY*TX*787021234", &format!("CITY*{provider}*787021234"))
        .replace("CITY*TX*78702", &format!("CITY*{subscriber}*78702"));
    let address = payer.map_or_else(String::new, |state| {
        format!("N3*PO BOX 1~\nN4*CITY*{state}*78702~\n")
    });
    // A place in person, so that something is told of every claim.
    let changes = [
        ("CLM*EX114", &*format!("{address}CLM*EX114")),
        ("97110:GP:95", "97110:GP:95:22"),
    ];
    let found = lines_by(&judgement, &claim, &changes);
    let line = &found[0];
    let all = line["findings"].as_array().unwrap();
    let of = |rule| all.iter().find(|finding| finding["rule"] == rule);
    let help = of("TEL192").or(of("TEL191"));
    let help = help.map_or("", |finding| finding["help"].as_str().unwrap());
    let state = line["payer"]["jurisdiction"].as_str().unwrap_or_default();
    (state.to_owned(), help.to_owned())
}

#[test]
fn a_plan_takes_its_mail_wherever_it_likes() {
    for (subscriber, provider, payer, governs) in [
        ("TX", "TX", None, "TX"),
        ("TX", "TX", Some("CA"), "TX"),
        ("TX", "OK", Some("OK"), "OK"),
        ("TX", "OK", Some("TX"), "TX"),
        ("TX", "OK", Some("CA"), "TX"),
        ("TX", "OK", None, "TX"),
        ("GU", "GU", Some("TX"), ""),
    ] {
        let (state, help) = governed(subscriber, provider, payer);
        assert_eq!(state, governs, "{subscriber} {provider} {payer:?}");
        if subscriber != provider {
            assert!(help.contains("by which the claim was judged"), "{help}");
        }
    }
}

#[test]
fn no_policy_is_proposed_that_there_is_not() {
    let (_, help) = governed("GU", "GU", None);
    assert!(help.contains("payer_ids = [\"EXMC1\"]"), "{help}");
    assert!(!help.contains("medicaid/GU"), "{help}");
}
