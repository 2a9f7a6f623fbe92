//! How long loading and looking up take, for who changes them.

use super::super::*;
use super::{code, day, modifier};

/// `cargo test --release --lib policy -- --ignored --nocapture` prints the times.
#[test]
#[ignore = "prints times, asserts nothing"]
fn load_and_look_up_times() {
    use std::time::Instant;
    let start = Instant::now();
    let book = PolicyBook::builtin();
    println!("book {:?}", start.elapsed());
    let start = Instant::now();
    println!("version {} {:?}", book.version(), start.elapsed());
    let start = Instant::now();
    let medicare_files = builtin::POLICIES[0].files;
    for (_, text) in medicare_files {
        let _ = std::hint::black_box(toml::de::DeTable::parse(text));
    }
    println!("medicare, TOML only {:?}", start.elapsed());
    for key in ["medicare", "medicaid/TX", "medicaid/NC", "medicaid/NM"] {
        let start = Instant::now();
        let rows = book.get(book.find(key).unwrap()).rows().count();
        println!("{key}: {rows} rows in {:?}", start.elapsed());
    }
    let start = Instant::now();
    let rows: usize = book.iter().map(|(_, policy)| policy.rows().count()).sum();
    println!("the rest: {rows} rows in {:?}", start.elapsed());
    let start = Instant::now();
    let _ = book.by_payer_id(b"NCMCD");
    println!("payers {:?}", start.elapsed());
    let medicare = book.get(book.medicare().unwrap());
    let date = day("2026-03-02");
    let rounds = 1_000_000_u32;
    let time = |name: &str, ask: &dyn Fn() -> bool| {
        let start = Instant::now();
        let hits = (0..rounds).filter(|_| std::hint::black_box(ask())).count();
        println!("{name}: {:?} each, {hits}", start.elapsed() / rounds);
    };
    let exercise = std::hint::black_box(code("97110"));
    let marked = std::hint::black_box(modifier("95"));
    time("coverage", &|| medicare.coverage(date).is_some());
    time("code", &|| medicare.code(exercise, date).is_some());
    time("place", &|| medicare.place(date).is_some());
    time("any_of", &|| {
        medicare.modifiers_any_of(date, false).is_some()
    });
    time("refused", &|| {
        medicare.modifier_refused(marked, date).is_some()
    });
    time("mue", &|| medicare.mue(exercise, date).is_some());
    time("pair", &|| {
        medicare.ncci_pair(exercise, code("97140"), date).is_some()
    });
    time("find", &|| book.find("medicaid/TX").is_some());
}
