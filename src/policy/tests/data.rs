//! What the built-in policies answer, on the days where it matters.

use super::super::*;
use super::{code, day, medicaid, modifier};
use crate::value::{Cents, Confidence, PlaceOfService, Severity};

/// The codes CMS opened to physical therapists in spring 2020.
const SEED: [&str; 15] = [
    "97161", "97162", "97163", "97164", "97110", "97112", "97150", "97116", "97530", "97535",
    "97542", "97750", "97755", "97760", "97761",
];

#[test]
fn every_built_in_policy_loads_and_cites() {
    let book = PolicyBook::builtin();
    for (id, policy) in book.iter() {
        assert_eq!(book.faults(id), &[], "{}", policy.key());
        assert_eq!(book.find(policy.key()), Some(id));
        assert!(
            policy.payer_ids.is_empty(),
            "built-in payer ids stand in payers.toml"
        );
        for row in policy.rows() {
            assert!(row.sources().next().is_some(), "{row} cites nothing");
        }
        for source in policy.sources() {
            assert!(source.url.starts_with("http"), "{}", source.url);
        }
    }
    assert_eq!(book.keys().count(), 53);
    let (payers, faults) = payers::read(builtin::PAYERS.0, builtin::PAYERS.1);
    assert_eq!(faults, []);
    for payer in payers {
        assert!(book.find(&payer.policy).is_some());
        assert!(book.by_payer_id(payer.id.as_bytes()).is_some());
    }
    assert_eq!(book.by_payer_id(b"NOBODY"), None);
}

/// What a program is known to have none of is said; a key left out says that nobody looked.
#[test]
fn known_to_be_none_is_not_left_out() {
    let book = PolicyBook::builtin();
    for (state, from, keys) in [
        (
            "AK",
            "2024-11-22",
            &["codes_excluded", "modifiers_not_allowed"][..],
        ),
        (
            "CA",
            "2023-01-01",
            &["codes_excluded", "modifiers_not_allowed"],
        ),
        ("CT", "2023-05-12", &["modifiers_not_allowed", "pos"]),
        ("WI", "2020-03-01", &["pos"]),
    ] {
        let policy = medicaid(&book, state);
        let row = policy.cite(policy.governing_row(day(from)).unwrap());
        for key in keys {
            assert!(
                row.facts().any(|fact| fact == (*key, "[]")),
                "{state} {key}"
            );
        }
    }
}

#[test]
fn the_seed_codes_are_payable_by_telehealth_under_medicare() {
    let book = PolicyBook::builtin();
    let medicare = book.get(book.medicare().unwrap());
    for date in ["2021-06-10", "2026-03-02"].map(day) {
        assert_eq!(medicare.coverage(date).unwrap().value, Coverage::Covered);
        for seed in SEED {
            let answer = medicare.code(code(seed), date).unwrap();
            assert_eq!(answer.value, CodeStanding::Listed, "{seed} {date}");
            assert!(medicare.hands_on(code(seed), date).is_none(), "{seed}");
        }
    }
    let manual = medicare.code(code("97140"), day("2026-03-02")).unwrap();
    assert_eq!(manual.value, CodeStanding::NotListed);
    assert!(
        medicare
            .hands_on(code("97140"), day("2026-03-02"))
            .is_some()
    );
    assert!(medicare.code(code("99213"), day("2026-03-02")).is_none());
}

#[test]
fn medicare_turns_on_its_days_and_not_a_day_off() {
    let book = PolicyBook::builtin();
    let medicare = book.get(book.medicare().unwrap());
    let coverage = |date| medicare.coverage(day(date)).map(|answer| answer.value);
    assert_eq!(coverage("2020-02-29"), None);
    for first_and_last in [
        "2020-03-01",
        "2023-05-11",
        "2023-05-12",
        "2025-09-30",
        "2025-10-01",
        "2025-11-12",
        "2026-01-30",
        "2026-01-31",
        "2026-02-03",
        "2026-02-04",
        "2027-12-31",
    ] {
        assert_eq!(
            coverage(first_and_last),
            Some(Coverage::Covered),
            "{first_and_last}"
        );
    }
    let after = medicare.coverage(day("2028-01-01")).unwrap();
    assert_eq!(
        (after.value, after.confidence),
        (Coverage::NotCovered, Confidence::Medium)
    );

    let place = |date| medicare.place(day(date)).unwrap();
    assert_eq!(place("2023-12-31").value, PlaceRule::InPerson);
    assert_eq!(
        place("2023-12-31").severity(Severity::Reject, Confidence::Medium),
        Severity::Warn
    );
    let remote = ["02", "10"].map(|pos| PlaceOfService::parse(pos.as_bytes()).unwrap());
    assert_eq!(place("2024-01-01").value, PlaceRule::OneOf(&remote));
    assert_eq!(
        place("2024-01-01").severity(Severity::Reject, Confidence::Medium),
        Severity::Reject
    );

    let video = |date| medicare.modifiers_any_of(day(date), false).unwrap();
    assert_eq!(video("2023-12-31").value, &[modifier("95")]);
    assert_eq!(video("2023-12-31").cap, None);
    assert_eq!(video("2024-01-01").value, &[modifier("95")]);
    assert_eq!(video("2024-01-01").cap, Some(Severity::Warn));
    let phone = |date| medicare.modifiers_any_of(day(date), true);
    assert!(phone("2024-12-31").is_none());
    assert_eq!(phone("2025-01-01").unwrap().value, &[modifier("93")]);

    // 97537 joined the list in 2023; 97550 exists from 2024 and is on it from 2025.
    let standing = |text, date| medicare.code(code(text), day(date)).unwrap().value;
    assert_eq!(standing("97537", "2022-12-31"), CodeStanding::NotListed);
    assert_eq!(standing("97537", "2023-01-01"), CodeStanding::Listed);
    assert_eq!(standing("97550", "2024-12-31"), CodeStanding::NotListed);
    assert_eq!(standing("97550", "2025-01-01"), CodeStanding::Listed);
}

#[test]
fn medicare_refuses_the_modifiers_of_others() {
    let book = PolicyBook::builtin();
    let medicare = book.get(book.medicare().unwrap());
    let refused = |text, date| medicare.modifier_refused(modifier(text), day(date));
    assert!(refused("GT", "2026-03-02").is_some());
    assert!(refused("95", "2026-03-02").is_none());
    assert!(refused("93", "2021-12-31").is_some());
    assert!(refused("93", "2022-01-01").is_none());
    let states = refused("GQ", "2026-03-02").unwrap().value.except_states;
    assert_eq!(states.len(), 2);
    assert_eq!(
        refused("G0", "2026-03-02").unwrap().cap,
        Some(Severity::Warn)
    );
    let both = medicare.modifiers_conflict(modifier("95"), modifier("93"), day("2026-03-02"));
    assert!(both.is_some());
}

#[test]
fn communication_services_are_told_from_telehealth() {
    let book = PolicyBook::builtin();
    let medicare = book.get(book.medicare().unwrap());
    let service = |text, date| {
        medicare
            .communication_service(code(text), day(date))
            .map(|answer| answer.value)
    };
    assert_eq!(
        service("G2061", "2020-12-31"),
        Some(CommunicationKind::EVisit)
    );
    assert_eq!(service("G2061", "2021-01-01"), None);
    assert_eq!(
        service("98975", "2022-01-01"),
        Some(CommunicationKind::RemoteMonitoring)
    );
    // CMS counts the telephone codes among telehealth in one place and not in another.
    assert_eq!(service("98966", "2026-03-02"), None);
    assert!(
        medicare
            .communication(code("98966"), day("2026-03-02"))
            .is_some()
    );
    assert_eq!(service("97110", "2026-03-02"), None);
}

#[test]
fn texas_pays_a_closed_list_and_names_what_it_never_pays() {
    let book = PolicyBook::builtin();
    let texas = medicaid(&book, "TX");
    let date = day("2026-03-02");
    let standing = |text| texas.code(code(text), date).unwrap();
    for listed in [
        "97161", "97162", "97163", "97164", "97110", "97112", "97116", "97150", "97530", "97535",
        "97537", "97750",
    ] {
        assert_eq!(standing(listed).value, CodeStanding::Listed, "{listed}");
    }
    let manual = standing("97140");
    assert_eq!(manual.value, CodeStanding::Excluded);
    assert_eq!(
        manual.severity(Severity::Reject, Confidence::Medium),
        Severity::Reject
    );
    let missing = standing("97542");
    assert_eq!(missing.value, CodeStanding::NotListed);
    assert_eq!(
        missing.severity(Severity::Reject, Confidence::Medium),
        Severity::Warn
    );
    assert_eq!(texas.cite(manual.row).label(), "medicaid/TX 2022-09-01..");
    assert!(
        texas
            .cite(manual.row)
            .sources()
            .any(|source| source.publisher == "TMHP")
    );
}

#[test]
fn unknown_is_not_none() {
    let book = PolicyBook::builtin();
    // Texas wants 95 on a video line; nothing read says what its place of service is.
    let texas = medicaid(&book, "TX");
    let date = day("2026-03-02");
    assert!(texas.place(date).is_none());
    assert_eq!(
        texas.modifiers_any_of(date, false).unwrap().value,
        &[modifier("95")]
    );
    // Kansas is known to ask for no modifier any more; New York's of 2025 is not known.
    let kansas = medicaid(&book, "KS").modifiers_any_of(date, false).unwrap();
    assert_eq!(kansas.value, &[]);
    assert!(
        medicaid(&book, "NY")
            .modifiers_any_of(day("2025-03-02"), false)
            .is_none()
    );
    // A date before any row, and a row that says it does not know.
    assert!(texas.coverage(day("2019-01-01")).is_none());
    assert!(texas.governing_row(day("2019-01-01")).is_none());
    let utah = medicaid(&book, "UT");
    assert!(utah.coverage(date).is_none());
    assert!(utah.governing_row(date).is_some());
}

#[test]
fn therapy_edits_answer_by_date() {
    let book = PolicyBook::builtin();
    let medicare = book.get(book.medicare().unwrap());
    let date = day("2026-03-02");
    let therapy = medicare.therapy(code("97161"), date).unwrap().value;
    assert_eq!(
        (therapy.class, therapy.any_of),
        (TherapyClass::Always, &[modifier("GP")][..])
    );
    assert_eq!(
        medicare
            .therapy(code("97110"), date)
            .unwrap()
            .value
            .any_of
            .len(),
        3
    );
    assert_eq!(medicare.mue(code("97110"), date).unwrap().value.units, 6);
    assert_eq!(
        medicare.mue(code("97110"), day("2021-06-10")).unwrap().cap,
        Some(Severity::Warn)
    );
    let pair = |one, other, date| medicare.ncci_pair(code(one), code(other), day(date));
    let exclusive = pair("97124", "97140", "2026-03-02").unwrap().value;
    assert!(!exclusive.modifier_allowed);
    assert_eq!(
        pair("97140", "97124", "2026-03-02").unwrap().value,
        exclusive
    );
    assert!(pair("97530", "97116", "2026-03-02").is_none(), "withdrawn");
    assert!(pair("97530", "97535", "2021-12-31").is_some());
    assert!(pair("97530", "97535", "2022-01-01").is_none());
    assert!(medicare.one_unit(code("97161"), date).is_some());
    assert_eq!(medicare.timed(code("97110"), date).unwrap().value, 15);
    let CodeLife::Deleted { on, use_instead } =
        medicare.code_life(code("97001"), date).unwrap().value
    else {
        panic!("97001 is gone");
    };
    assert_eq!((on, use_instead.len()), (day("2017-01-01"), 3));
    assert!(medicare.code_life(code("97161"), date).is_none());
    let early = medicare
        .code_life(code("97550"), day("2023-12-31"))
        .unwrap();
    assert_eq!(
        early.value,
        CodeLife::NotYet {
            from: day("2024-01-01")
        }
    );
    assert_eq!(
        medicare.kx_threshold(date).unwrap().value.pt_slp,
        Cents(248_000)
    );
    assert!(medicare.kx_threshold(day("2027-01-01")).is_none());
    let limit = medicare.timely_filing(day("2024-02-29")).unwrap().value;
    assert_eq!(limit.last_day(day("2024-02-29")), day("2025-02-28"));
    let rendering = |taxonomy: &[u8]| medicare.rendering_taxonomy(taxonomy, date).unwrap().value;
    assert_eq!(rendering(b"2251X0800X"), RenderingStanding::Fits);
    assert_eq!(rendering(b"225200000X"), RenderingStanding::Never);
    assert_eq!(rendering(b"207Q00000X"), RenderingStanding::Other);
    assert_eq!(
        medicare.add_on(code("97551"), date).unwrap().value,
        &[code("97550")]
    );
    let assistant = medicare
        .assistant(modifier("CQ"), day("2020-01-01"))
        .unwrap()
        .value;
    assert_eq!(
        (assistant.with, assistant.pay_percent),
        (modifier("GP"), Some(100))
    );
}

#[test]
fn what_is_missing_is_named() {
    let book = PolicyBook::builtin();
    let known = medicaid(&book, "TX").knowledge(day("2026-03-02"));
    assert!(known.coverage && known.modifiers && !known.place);
    assert!(known.missing().any(|words| words == "place of service"));
}

#[test]
fn a_policy_answers_alike_between_its_turns() {
    let book = PolicyBook::builtin();
    for (_, policy) in book.iter() {
        for citation in (0..policy.rows.len()).map(|row| &policy.rows[row]) {
            for day in [citation.days.from, citation.days.through.plus_days(1)] {
                assert!(policy.turns.contains(&day));
            }
            let days = policy.alike(citation.days.from);
            assert_eq!(days.from, citation.days.from);
            assert!(days.through <= citation.days.through);
        }
    }
}

#[test]
fn codes_of_a_pair_meet() {
    let book = PolicyBook::builtin();
    let policy = book.get(book.medicare().unwrap());
    assert!(policy.edits.pairs.keys().count() > 10);
    for key in policy.edits.pairs.keys() {
        let [one, other] = crate::policy::dated::codes_of_pair(key)
            .map(|key| code(std::str::from_utf8(&key.to_be_bytes()[3..]).unwrap()));
        let (one, other) = (policy.pair_bits(one), policy.pair_bits(other));
        assert!(one.meets(other.own()) && other.meets(one.own()));
    }
}
