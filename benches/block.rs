//! Blocking generated leads: the blocks of all rules, and the number of pairs in them.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use leadmill::engine;

#[allow(dead_code, reason = "shared with the other benches")]
mod base;
#[allow(dead_code, reason = "shared with the generator's command")]
mod synthetic;

fn block(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("block");
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    for rows in base::sizes() {
        let base = base::Base::new(rows);
        group.throughput(Throughput::Elements(base.rows));
        group.bench_with_input(BenchmarkId::new("forecast", rows), &base, |bencher, base| {
            bencher.iter(|| engine::forecast(black_box(&base.columns), base.dedupe()));
        });
    }
    group.finish();
}

criterion_group!(benches, block);
criterion_main!(benches);
