//! The stages of a scrub one by one, in bytes a second.

use std::fs::File;
use std::hint::black_box;
use std::io::Cursor;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use telescrub::claim::gather::Gathered;
use telescrub::claim::plan::Plans;
use telescrub::claim::structure::SegmentSpec;
use telescrub::claim::text::Text;
use telescrub::claim::validate;
use telescrub::claim::walk::Walk;
use telescrub::emit::envelope::{Enveloper, Numbering, Source};
use telescrub::emit::numbers::FreshNumbers;
use telescrub::scrub::block::Block;
use telescrub::scrub::cutter::Cutter;
use telescrub::scrub::item::Fate;
use telescrub::scrub::judge::{Assignment, Judged, Notes, judge};
use telescrub::x12::survey::{Survey, survey};
use telescrub::x12::{Delimiters, SegmentKind, Tokens, limits};
use telescrub_benches::{folder, judgement, night, scrub};

/// Claims of the night: some 12 MB, more than the processor's caches hold.
const CLAIMS: u64 = 20_000;

const DELIMITERS: Delimiters = Delimiters::USUAL;

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
    let survey = survey(Cursor::new(&bytes), None).expect("memory is read");
    let notes = Notes::new(&survey);
    let assignment = Assignment {
        judgement: &judgement,
        survey: &survey,
        notes: &notes,
        listeners: &[],
        twins: &[],
        seeks_twins: true,
        mending: false,
        earlier: None,
        known: None,
    };
    let blocks = blocks(&bytes, &survey);
    let mut tokens = Tokens::default();
    group.bench_function("judge", |bencher| {
        bencher.iter(|| {
            for block in &blocks {
                black_box(judge(black_box(block), &mut tokens, assignment));
            }
        });
    });
    let judged: Vec<Judged> = blocks
        .iter()
        .map(|block| judge(block, &mut tokens, assignment))
        .collect();
    group.bench_function("write", |bencher| {
        bencher.iter(|| write(&blocks, &judged, &survey, folder.path()));
    });

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

/// The blocks that a scrub of these bytes works on.
fn blocks(bytes: &[u8], survey: &Survey) -> Vec<Block> {
    let mut cutter = Cutter::new(Cursor::new(bytes), survey, limits::BLOCK_BYTES);
    let mut blocks = Vec::new();
    loop {
        let mut block = Block::default();
        if !cutter.next(&mut block).expect("memory is read") {
            return blocks;
        }
        blocks.push(block);
    }
}

/// The clean file and the rejects, as files; how many claims went into them.
fn write(blocks: &[Block], judged: &[Judged], survey: &Survey, folder: &Path) -> u64 {
    let enveloper = |name: &str, fate, numbering| {
        let file = File::create(folder.join(name)).expect("the folder takes it");
        Enveloper::new(file, fate, numbering, folder, true)
    };
    let fresh = Numbering::Fresh(FreshNumbers::new(&survey.hash, "rejects"));
    let mut outputs = [
        enveloper("clean.837", Fate::Clean, Numbering::Keep),
        enveloper("rejects.837", Fate::Rejected, fresh),
    ];
    for (block, judged) in blocks.iter().zip(judged) {
        let source = Source {
            bytes: &block.bytes,
            delimiters: block.delimiters,
            items: &judged.items,
            changed: &[],
            used: &survey.numbers,
            refused: &judged.refused,
        };
        for output in &mut outputs {
            output.block(&source).expect("the folder takes it");
        }
    }
    for output in &mut outputs {
        output.finish().expect("the folder takes it");
    }
    outputs.iter().map(|output| output.claims).sum()
}

/// Every segment placed in its loop and every element held against the guide: levels and
/// claims by plan, what has none segment by segment.
fn parse(bytes: &[u8], tokens: &Tokens) -> u64 {
    let text = Text {
        bytes,
        tokens,
        delimiters: DELIMITERS,
        stretches: &[],
    };
    let mut walk = Walk::new();
    let mut plans = Plans::of_thread(DELIMITERS);
    let mut gathered = Gathered::default();
    let mut subs = tokens.sub_positions();
    let mut faults = 0;
    let end = u32::try_from(tokens.len()).expect("a short night");
    let ends = tokens.bounds().iter().skip(1).copied().chain([end]);
    for (from, to) in tokens.bounds().iter().copied().zip(ends) {
        let tell = &mut |_| faults += 1;
        let passed = subs.partition_point(|&sub| (sub as usize) < tokens.start_of(from));
        subs = &subs[passed..];
        let first = text.segment(from);
        let level = match first.element(3) {
            b"20" => 0,
            b"22" => 1,
            _ => 2,
        };
        walk.close_inner(tell);
        let place = match first.kind() {
            SegmentKind::St => {
                walk.reset(from);
                None
            }
            SegmentKind::Hl => {
                gathered.start_level(level);
                let place = walk.open_level(level, from, tell);
                let seen = plans.level(level, &text, from..to, &mut subs, &mut gathered);
                if let Some(seen) = seen {
                    walk.pass_level(seen);
                    continue;
                }
                Some(place)
            }
            SegmentKind::Clm => {
                gathered.start_claim(from);
                if plans.claim(&text, from..to, &mut subs, &mut gathered) {
                    walk.pass_claim();
                    continue;
                }
                Some(walk.open_claim(from, tell))
            }
            _ => continue,
        };
        if let Some(place) = place {
            faults += check(&text, from, walk.spec(place));
        }
        for at in from + 1..to {
            let tell = &mut |_| faults += 1;
            if let Some(place) = walk.step(&text.segment(at), at, DELIMITERS.component, tell) {
                faults += check(&text, at, walk.spec(place));
            }
        }
    }
    plans.put_back();
    faults
}

/// Faults in the elements of a segment.
fn check(text: &Text<'_>, at: u32, spec: &SegmentSpec) -> u64 {
    let segment = text.segment(at);
    let subs = text.tokens.sub_positions();
    let from = subs.partition_point(|&sub| (sub as usize) < segment.start());
    let to = subs.partition_point(|&sub| (sub as usize) < segment.end());
    let mut faults = 0;
    let own = &subs[from..to];
    validate::elements(&segment, spec, DELIMITERS, own, |_, _| faults += 1);
    faults
}

criterion_group!(benches, stages);
criterion_main!(benches);
