//! The stages of a scrub one by one, in bytes a second.

use std::hint::black_box;
use std::io::Cursor;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use telescrub::claim::structure::STRUCTURE;
use telescrub::claim::validate;
use telescrub::claim::walk::Walk;
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
    let subs = tokens.sub_positions();
    let mut next = 0;
    for index in 0..tokens.len() {
        let segment = tokens.segment(bytes, index);
        let first = next;
        while subs
            .get(next)
            .is_some_and(|&at| (at as usize) < segment.end())
        {
            next += 1;
        }
        let at = u32::try_from(index).expect("a night has fewer segments");
        match segment.kind() {
            SegmentKind::St => walk.reset(at),
            kind @ (SegmentKind::Other | SegmentKind::Hl | SegmentKind::Clm) => {
                let tell = &mut |_| faults += 1;
                let level = match segment.element(3) {
                    b"20" => 0,
                    b"22" => 1,
                    _ => 2,
                };
                let place = match kind {
                    SegmentKind::Hl => Some(walk.open_level(level, at, tell)),
                    SegmentKind::Clm => Some(walk.open_claim(at, tell)),
                    _ => walk.step(&segment, at, DELIMITERS.component, tell),
                };
                if let Some(place) = place {
                    let spec = STRUCTURE.spec(place);
                    validate::elements(&segment, spec, DELIMITERS, &subs[first..next], |_, _| {
                        faults += 1;
                    });
                }
            }
            _ => {}
        }
    }
    faults
}

criterion_group!(benches, stages);
criterion_main!(benches);
