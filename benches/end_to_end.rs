//! Generated leads through the linkage engine, and through the whole line.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use leadmill::model::progress::Silent;
use leadmill::{engine, pipeline};

#[allow(dead_code, reason = "shared with the other benches")]
mod base;
#[allow(dead_code, reason = "shared with the generator's command")]
mod synthetic;

fn end_to_end(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("end to end");
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    for rows in base::sizes() {
        let base = base::Base::new(rows);
        group.throughput(Throughput::Elements(base.rows));
        group.bench_with_input(BenchmarkId::new("link", rows), &base, |bencher, base| {
            let link = || engine::link(black_box(&base.columns), base.dedupe(), &[], &Silent);
            bencher.iter(|| link().expect("no model is pinned").links);
        });
        group.bench_with_input(BenchmarkId::new("whole line", rows), &base, |bencher, base| {
            bencher.iter(|| pipeline::run(black_box(&base.plan), &Silent).expect("the leads go through"));
        });
    }
    group.finish();
}

criterion_group!(benches, end_to_end);
criterion_main!(benches);
