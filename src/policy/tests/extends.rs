//! A file that extends a built-in policy, and folders that hold none.

use super::super::*;
use super::{code, day, modifier};

/// The payer of the format's README, with more before its first row.
fn acme(more: &str) -> PolicyBook {
    let readme = include_str!("../data/README.md");
    let (_, rest) = readme.split_once("```toml\n").unwrap();
    let (text, _) = rest.split_once("```").unwrap();
    let text = text.replacen("[[telehealth]]", &format!("{more}\n[[telehealth]]"), 1);
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("acme.toml"), text).unwrap();
    let mut book = PolicyBook::builtin();
    book.overlay(dir.path()).unwrap();
    book
}

#[test]
fn own_rows_on_telehealth_stand_alone() {
    let book = acme("");
    let policy = book.get(book.find("commercial/acme").unwrap());
    let date = day("2026-03-02");
    let standing = |text: &str| policy.code(code(text), date).map(|answer| answer.value);
    assert_eq!(standing("97110"), Some(CodeStanding::Listed));
    assert_eq!(
        standing("97112"),
        Some(CodeStanding::NotListed),
        "on Medicare's list"
    );
    let gt = modifier("GT");
    assert!(
        policy.modifier_refused(gt, date).is_none(),
        "Medicare refuses it"
    );
    let PlaceRule::OneOf(places) = policy.place(date).unwrap().value else {
        panic!("places are required");
    };
    assert_eq!(places.len(), 2);
    assert!(
        policy
            .modifiers_any_of(date, false)
            .unwrap()
            .value
            .contains(&gt)
    );
    assert!(policy.hands_on(code("97140"), date).is_none());
    // Counted by the month, as the therapy rules ask.
    assert!(policy.communication(code("98981"), date).is_some());
    let rows = policy.telehealth_rows(date);
    let (own, taken): (Vec<_>, Vec<_>) =
        rows.partition(|row| row.label().starts_with("commercial/acme"));
    assert_eq!(own.len(), 1);
    // `policy show` tells their notes and sources.
    assert!(!taken.is_empty());
    for row in taken {
        assert_eq!(row.kind(), Some(schema::Kind::CommunicationService));
    }
}

#[test]
fn what_is_taken_over_is_cited_as_what_it_is() {
    let book = acme("");
    let policy = book.get(book.find("commercial/acme").unwrap());
    let date = day("2026-03-02");
    let units = policy.cite(policy.mue(code("97110"), date).unwrap().row);
    assert!(units.label().starts_with("medicare "), "{}", units.label());
    assert_eq!(units.holder().0, "Medicare Part B");
    let own = policy.cite(policy.coverage(date).unwrap().row);
    assert_eq!(own.label(), "commercial/acme 2026-01-01..");
    assert_eq!(
        own.holder(),
        ("Acme Health", "Acme Health, provider manual")
    );
}

#[test]
fn rows_that_nothing_can_satisfy_are_refused() {
    let refusal = |from: &str, to: &str| {
        let readme = include_str!("../data/README.md");
        let (_, rest) = readme.split_once("```toml\n").unwrap();
        let (text, _) = rest.split_once("```").unwrap();
        assert!(text.contains(from), "{from}");
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("acme.toml"), text.replace(from, to)).unwrap();
        let refused = PolicyBook::builtin().overlay(dir.path()).unwrap_err();
        let told: Vec<String> = refused.iter().map(ToString::to_string).collect();
        told.join("\n")
    };
    let wanted = "modifiers_any_of = [\"95\", \"GT\"]";
    for (from, to, says) in [
        (
            wanted,
            "modifiers_any_of = [\"95\"]\nmodifiers_not_allowed = [\"95\"]",
            "a modifier is wanted and stands in",
        ),
        (
            "codes_mode = \"list\"",
            "codes_mode = \"list\"\ncodes_excluded = [\"97110\"]",
            "stands in `codes` and in `codes_excluded`",
        ),
        ("pos_rule = \"required\"\n", "", "`pos` needs `pos_rule`"),
        (
            "[[telehealth]]\nfrom = 2026-01-01",
            "[[modifier]]\nfrom = 2026-06-01\nmodifiers = [\"95\", \"GT\"]\nrule = \"refused\"\nsource = [\"manual-2026\"]\nconfidence = \"high\"\n\n[[telehealth]]\nfrom = 2026-01-01",
            "wants one of these modifiers and refuses every one",
        ),
    ] {
        let told = refusal(from, to);
        assert!(told.contains(says) && told.lines().count() == 1, "{told}");
    }
    // One of two is enough.
    let one = "[[modifier]]\nfrom = 2026-06-01\nmodifiers = [\"GT\"]\nrule = \"refused\"\nsource = [\"manual-2026\"]\nconfidence = \"high\"\n";
    assert!(acme(one).find("commercial/acme").is_some());
}

#[test]
fn a_folder_that_brings_nothing_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let told = |book: &mut PolicyBook| {
        let refused = book.overlay(dir.path()).unwrap_err();
        refused.iter().map(ToString::to_string).collect::<String>()
    };
    let mut book = PolicyBook::builtin();
    assert!(told(&mut book).ends_with("holds no policy file (*.toml)"));
    let deep = dir.path().join("a/b/c/d/e");
    std::fs::create_dir_all(&deep).unwrap();
    assert!(told(&mut book).contains("lies too deep"));
    // As deep as is looked, and beside a link in a circle.
    std::fs::remove_dir(&deep).unwrap();
    let readme = include_str!("../data/README.md");
    let (_, rest) = readme.split_once("```toml\n").unwrap();
    std::fs::write(
        dir.path().join("a/b/c/d/acme.toml"),
        rest.split_once("```").unwrap().0,
    )
    .unwrap();
    book.overlay(dir.path()).unwrap();
    #[cfg(unix)]
    {
        std::fs::remove_file(dir.path().join("a/b/c/d/acme.toml")).unwrap();
        std::fs::write(
            dir.path().join("acme.toml"),
            rest.split_once("```").unwrap().0,
        )
        .unwrap();
        std::os::unix::fs::symlink("..", dir.path().join("a/b/c/d/up")).unwrap();
        book.overlay(dir.path()).unwrap();
    }
}
