//! What the rule book costs: the whole scrub by the first rules of the book and by all.
//!
//! The first rules are those that a scrub cannot do without: envelopes, syntax, balancing,
//! code sets, and what Medicare's telehealth asks. The rest may cost 15% at most.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use telescrub::rules::Rule;
use telescrub_benches::{folder, judgement, night, scrub};

/// Claims of the night: some 12 MB.
const CLAIMS: u64 = 20_000;

/// Codes of the first rules, by how they begin.
const FIRST: [&str; 28] = [
    "ENV", "SYN", "BAL", "COD001", "COD002", "COD003", "COD004", "COD005", "COD006", "COD008",
    "COD009", "COD010", "COD011", "TEL101", "TEL102", "TEL103", "TEL104", "TEL105", "TEL106",
    "TEL107", "TEL108", "TEL109", "TEL110", "TEL113", "TEL190", "TEL191", "PTT001", "DUP001",
];

fn is_first(rule: &Rule) -> bool {
    FIRST.iter().any(|begin| rule.code.starts_with(begin))
}

fn rules(criterion: &mut Criterion) {
    let bytes = night(CLAIMS, 1_000);
    let mut group = criterion.benchmark_group("rules");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.sample_size(20);
    let folder = folder();
    let input = folder.path().join("night.837");
    std::fs::write(&input, &bytes).expect("the folder takes it");
    for (name, judgement) in [
        ("whole scrub by the first rules", judgement().only(is_first)),
        ("whole scrub by all rules", judgement()),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| scrub(&input, folder.path(), &judgement, 1, false));
        });
    }
    group.finish();
}

criterion_group!(benches, rules);
criterion_main!(benches);
