//! The whole scrub beside what others take to merely parse the same bytes, one core each.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use telescrub_benches::{folder, judgement, night, scrub};
use x12_types::util::Parser;
use x12_types::v005010::{_837, Transmission};

/// Some 12 MB. `edi` and `x12-types` become slower with the size, this program does not.
const CLAIMS: u64 = 20_000;
/// Some 60 KB: what `x12-types` takes much longer for than all others for the rest.
const FEW_CLAIMS: u64 = 100;

fn peers(criterion: &mut Criterion) {
    let bytes = night(CLAIMS, 1_000);
    let text = String::from_utf8(bytes.clone()).expect("a night is ASCII");
    let mut group = criterion.benchmark_group("peers");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("x12-stream-parser walks the elements", |bencher| {
        bencher.iter(|| {
            let delimiters = x12_stream_parser::Delimiters::new(b'~', b'*', b':');
            let parser = x12_stream_parser::Parser::new(black_box(&bytes), delimiters);
            parser
                .filter_map(Result::ok)
                .map(|segment| segment.elements().map(<[u8]>::len).sum::<usize>())
                .sum::<usize>()
        });
    });
    group.bench_function("edi parses", |bencher| {
        bencher.iter(|| edi::parse(black_box(&text)).map(|document| document.interchanges.len()));
    });
    let (judgement, folder) = (judgement(), folder());
    let input = folder.path().join("night.837");
    std::fs::write(&input, &bytes).expect("the folder takes it");
    group.bench_function("telescrub scrubs, one thread", |bencher| {
        bencher.iter(|| scrub(&input, folder.path(), &judgement, 1, false));
    });

    let few = String::from_utf8(night(FEW_CLAIMS, FEW_CLAIMS)).expect("a night is ASCII");
    group.throughput(Throughput::Bytes(few.len() as u64));
    group.bench_function("x12-types parses", |bencher| {
        bencher.iter(|| Transmission::<_837>::parse(black_box(&few)).is_ok());
    });
    group.finish();
}

criterion_group!(benches, peers);
criterion_main!(benches);
