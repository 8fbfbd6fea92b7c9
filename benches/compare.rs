//! Comparing pairs of generated leads: the kernels on distinct values, and all comparisons of a pair.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use leadmill::model::leads::LeadId;
use leadmill::stages::compare::{Memo, choose, similarity};

#[allow(dead_code, reason = "shared with the other benches")]
mod base;
#[allow(dead_code, reason = "shared with the generator's command")]
mod synthetic;

/// Pairs compared in one iteration.
const PAIRS: usize = 10_000;

fn kernels(criterion: &mut Criterion) {
    let base = base::Base::new(10_000);
    let mut group = criterion.benchmark_group("kernels");
    for name in ["last_name", "company", "street"] {
        let Some(column) = base.columns.columns.iter().find(|column| column.name == name) else { continue };
        let values = &column.dictionary;
        let count = values.len() as u32 - 1;
        // Neighbours in the order of appearance are unrelated, as most pairs are that blocking offers.
        let pairs: Vec<(&str, &str)> =
            (0..PAIRS as u32).map(|at| (values.get(1 + at % count), values.get(1 + (at * 7 + 3) % count))).collect();
        group.throughput(Throughput::Elements(pairs.len() as u64));
        group.bench_function(BenchmarkId::new("jaro_winkler", name), |bencher| {
            bencher.iter(|| pairs.iter().map(|(a, b)| similarity::jaro_winkler(a, b)).sum::<f64>());
        });
        group.bench_function(BenchmarkId::new("osa", name), |bencher| {
            bencher.iter(|| pairs.iter().map(|(a, b)| similarity::osa(a, b)).sum::<usize>());
        });
        group.bench_function(BenchmarkId::new("within 1", name), |bencher| {
            bencher.iter(|| pairs.iter().filter(|(a, b)| similarity::within(a, b, 1)).count());
        });
    }
    group.finish();
}

fn comparisons(criterion: &mut Criterion) {
    let base = base::Base::new(100_000);
    let chosen = choose(&base.columns, &base.dedupe().compare);
    let rows = base.leads.len();
    let pairs: Vec<(LeadId, LeadId)> =
        (0..PAIRS).map(|at| (LeadId((at * 7 % rows) as u32), LeadId((at * 13 + 1) as u32 % rows as u32))).collect();
    let mut group = criterion.benchmark_group("compare");
    group.throughput(Throughput::Elements(pairs.len() as u64));
    for comparison in &chosen {
        group.bench_function(&comparison.name, |bencher| {
            let mut memo = Memo::default();
            let mut level = |a, b| u64::from(comparison.reach(a, b, &mut memo).level);
            bencher.iter(|| pairs.iter().map(|&(a, b)| level(black_box(a), b)).sum::<u64>());
        });
    }
    group.finish();
}

criterion_group!(benches, kernels, comparisons);
criterion_main!(benches);
