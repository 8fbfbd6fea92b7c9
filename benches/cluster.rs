//! Clustering the links of generated leads.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use leadmill::engine;
use leadmill::model::progress::Silent;
use leadmill::stages::cluster;

#[allow(dead_code, reason = "shared with the other benches")]
mod base;
#[allow(dead_code, reason = "shared with the generator's command")]
mod synthetic;

fn clusters(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("cluster");
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    for rows in base::sizes() {
        let base = base::Base::new(rows);
        let linkage = engine::link(&base.columns, base.dedupe(), &[], &Silent).expect("no model is pinned");
        let terms = cluster::Terms {
            match_weight: engine::weigh::weight(base.dedupe().match_at),
            prior: engine::weigh::weight(linkage.links.model.prior),
            clean: &[],
            evidence: &|pair| linkage.evidence(pair),
        };
        group.throughput(Throughput::Elements(linkage.links.rows.len() as u64));
        group.bench_with_input(BenchmarkId::new("links", rows), &linkage.links, |bencher, links| {
            bencher.iter(|| cluster::cluster(base.leads.len(), black_box(links), &terms));
        });
    }
    group.finish();
}

criterion_group!(benches, clusters);
criterion_main!(benches);
