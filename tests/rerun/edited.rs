//! What an editor does to a claim's name and to the levels above it.

use super::*;

/// The rejects without the levels of this claim's own, from its subscriber's HL to its CLM.
fn without_levels(text: &str, id: &str) -> String {
    let claim = text.find(&format!("CLM*{id}*")).unwrap();
    let mut levels = text[..claim].rmatch_indices("HL*");
    let level = levels.find(|(at, _)| {
        let hl = text[*at..].split('~').next().unwrap();
        hl.split('*').nth(3) == Some("22")
    });
    [&text[..level.unwrap().0], &text[claim..]].concat()
}

#[test]
fn a_claim_that_stands_under_another_member_is_told_so() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk).replace("*Q*", "*Y*");
    let claims = ids(&rejects);
    let lost = desk.write("one/lost.837", without_levels(&rejects, &claims[1]));
    let line = |start: &str| {
        rejects
            .lines()
            .find(|line| line.starts_with(start))
            .unwrap()
    };
    let member = line("NM1*IL*");
    let corrected = member.rsplit_once('*').unwrap().0;
    let corrected = rejects.replace(member, &format!("{corrected}*M123456789~"));
    let corrected = desk.write("one/corrected.837", corrected);
    for (input, stem, at) in [(lost, "lost", 1), (corrected, "corrected", 0)] {
        let (_, said, _) = desk.told(&input, "two", &[]);
        let report = desk.report(&format!("two/{stem}.rerun.json"));
        for (other, claim) in report["claims"].as_array().unwrap().iter().enumerate() {
            let differs = claim["differs"].as_array().unwrap();
            let person = differs.contains(&Value::from("person"));
            assert_eq!(person, other == at, "{stem}: {claim}");
        }
        assert!(said.contains("but under another member"), "{said}");
        assert!(
            said.contains("1 of them under another member or payer than before"),
            "{said}"
        );
    }
    let as_they_were = desk.write("one/same.837", &rejects);
    let (_, said, _) = desk.told(&as_they_were, "two", &[]);
    assert!(!said.contains("under another"), "{said}");
}

#[test]
fn a_payer_is_known_again_also_where_the_rejects_were_changed_in_place() {
    let desk = Desk::new();
    let rejects = four_rejects(&desk);
    let line = rejects
        .lines()
        .find(|line| line.starts_with("NM1*PR*"))
        .unwrap();
    let other = format!("{}*OTHER1~", line.rsplit_once('*').unwrap().0);
    desk.write("one/night.rejects.837", rejects.replacen(line, &other, 1));
    let (_, said, _) = desk.told(&desk.path("one/night.rejects.837"), "two", &[]);
    assert!(
        said.contains("still failing, but under another payer"),
        "{said}"
    );
}

#[test]
fn a_claim_whose_name_was_too_long_is_known_by_its_start() {
    let desk = Desk::new();
    let night = String::from_utf8(common::generated(&spec(6, 0.0)).0).unwrap();
    let short = ids(&night)[0].clone();
    let long = format!("{short}{}", "0".repeat(30));
    let [short_clm, long_clm] = [&short, &long].map(|id| format!("CLM*{id}*"));
    let night = desk.write("night.837", night.replace(&short_clm, &long_clm));
    desk.run("scrub", &night, "one", &[]);
    let shorter = desk.read("one/night.rejects.837");
    let shorter = desk.write("one/shorter.837", shorter.replace(&long_clm, &short_clm));
    desk.run("rerun", &shorter, "one", &[]);
    let standings = desk.standings("one/shorter.rerun.json");
    assert_eq!(standings, BTreeMap::from([(short, "fixed".to_owned())]));
}
