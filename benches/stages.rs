//! The stages of a scrub one by one, in bytes a second.

use std::hint::black_box;
use std::io::Cursor;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use telescrub::claim::walk::Walk;
use telescrub::claim::{glance, validate};
use telescrub::x12::survey::survey;
use telescrub::x12::{Delimiters, SegmentKind, Tokens};
use telescrub_benches::{folder, judgement, night, scrub};

/// Claims of the night: some 12 MB, more than the processor's caches hold.
const CLAIMS: u64 = 20_000;

const DELIMITERS: Delimiters = Delimiters {
    element: b'*',
    component: b':',
    repetition: b'^',
    segment: b'~',
};

fn stages(criterion: &mut Criterion) {
    let bytes = night(CLAIMS, 1_000);
    let mut group = criterion.benchmark_group("stages");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.sample_size(10);

    group.bench_function("scan", |bencher| {
        let mut tokens = Tokens::default();
        bencher.iter(|| {
            for block in bytes.chunks(1 << 20) {
                tokens.fill(black_box(block), DELIMITERS);
            }
            tokens.len()
        });
    });
    group.bench_function("survey", |bencher| {
        bencher.iter(|| survey(Cursor::new(black_box(&bytes)), None).map(|survey| survey.claims));
    });
    group.bench_function("parse", |bencher| {
        let mut tokens = Tokens::default();
        tokens.fill(&bytes, DELIMITERS);
        bencher.iter(|| parse(black_box(&bytes), &tokens));
    });

    let (judgement, folder) = (judgement(), folder());
    let input = folder.path().join("night.837");
    std::fs::write(&input, &bytes).expect("the folder takes it");
    for (name, threads, more) in [
        ("whole scrub, one thread", 1, false),
        ("whole scrub, two threads", 2, false),
        (
            "whole scrub with report and acknowledgements, one thread",
            1,
            true,
        ),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| scrub(&input, folder.path(), &judgement, threads, more));
        });
    }
    let single = folder.path().join("single.837");
    std::fs::write(&single, night(CLAIMS, CLAIMS)).expect("the folder takes it");
    for threads in [1, 2] {
        group.bench_function(format!("one single ST..SE, {threads} threads"), |bencher| {
            bencher.iter(|| scrub(&single, folder.path(), &judgement, threads, false));
        });
    }
    group.finish();
}

/// Every segment placed in its loop and every element held against the guide.
fn parse(bytes: &[u8], tokens: &Tokens) -> u64 {
    let mut walk = Walk::new();
    let mut faults = 0;
    let mut subs = tokens.sub_positions();
    for (at, seen) in (0..).zip(tokens.segments(bytes)) {
        let segment = seen.segment;
        let tell = &mut |_| faults += 1;
        let spec = match segment.kind() {
            SegmentKind::St => {
                walk.reset(at);
                None
            }
            SegmentKind::Hl => {
                let level = match segment.element(3) {
                    b"20" => 0,
                    b"22" => 1,
                    _ => 2,
                };
                let place = walk.open_level(level, at, tell);
                Some(walk.spec(place))
            }
            SegmentKind::Clm => {
                let place = walk.open_claim(at, tell);
                Some(walk.spec(place))
            }
            SegmentKind::Other => walk.step_again(&segment, at).or_else(|| {
                let place = walk.step(&segment, at, DELIMITERS.component, tell)?;
                Some(walk.spec(place))
            }),
            _ => None,
        };
        let end = segment.end();
        let count = subs.iter().take_while(|&&sub| (sub as usize) < end).count();
        let (own, rest) = subs.split_at(count);
        if let Some(spec) = spec
            && !glance::is_sound(&seen, spec, DELIMITERS.repetition, usize::MAX, &mut subs)
        {
            validate::elements(&segment, spec, DELIMITERS, own, |_, _| faults += 1);
        }
        subs = rest;
    }
    faults
}

criterion_group!(benches, stages);
criterion_main!(benches);
