//! The hot stages on the sample campaign (2,004 rows), and the whole line: `cargo bench`.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use leadmill::config::plan::{NameRule, Plan};
use leadmill::config::{Outputs, compile};
use leadmill::model::progress::Silent;
use leadmill::stages::{cluster, load, merge, report, score, standardize};
use leadmill::{engine, pipeline};

fn campaign() -> Plan {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/campaign.toml");
    let outputs = Outputs {
        names: report::TABLES,
        tables: &report::schema,
        clean: &standardize::value,
        fold: &standardize::fold::fold,
        check_query: &report::queries::check_query,
    };
    match compile(&file, &[], jiff::civil::date(2026, 10, 15), &outputs) {
        Ok((plan, _)) => plan,
        Err(faults) => panic!("{}", leadmill::config::render::human(&faults, false)),
    }
}

fn stages(criterion: &mut Criterion) {
    let plan = campaign();
    let loaded = load::load(&plan.load, &plan.schema, &Silent).expect("the samples load");
    let rows = loaded.raw.origins.len() as u64;
    let leads = standardize::standardize(&plan.standardize, NameRule::Required, loaded.raw.clone()).leads;
    let leads = Arc::new(leads);
    let columns = standardize::match_columns(&leads, &[]);
    let dedupe = plan.dedupe.as_ref().expect("the campaign looks for duplicates");
    let linkage = engine::link(&columns, dedupe, &[], &Silent).expect("no model is pinned");
    let terms = cluster::Terms {
        match_weight: engine::weigh::weight(dedupe.match_at),
        prior: engine::weigh::weight(linkage.links.model.prior),
        clean: &[],
        evidence: &|pair| linkage.evidence(pair),
    };
    let clusters = cluster::cluster(leads.len(), &linkage.links, &terms);
    let entities = merge::merge(&plan.merge, &leads, &clusters, &[], plan.as_of, true).0;

    let mut group = criterion.benchmark_group("campaign");
    group.throughput(Throughput::Elements(rows)).sample_size(20);
    group.bench_function("load", |bencher| {
        bencher.iter(|| load::load(black_box(&plan.load), &plan.schema, &Silent).expect("the samples load"));
    });
    group.bench_function("standardize", |bencher| {
        bencher
            .iter(|| standardize::standardize(&plan.standardize, NameRule::Required, black_box(&loaded.raw).clone()));
    });
    group.bench_function("match_columns", |bencher| {
        bencher.iter(|| standardize::match_columns(black_box(&leads), &[]));
    });
    group.bench_function("link", |bencher| {
        bencher.iter(|| engine::link(black_box(&columns), dedupe, &[], &Silent).expect("no model is pinned"));
    });
    group.bench_function("cluster", |bencher| {
        bencher.iter(|| cluster::cluster(leads.len(), black_box(&linkage.links), &terms));
    });
    group.bench_function("merge", |bencher| {
        bencher.iter(|| merge::merge(&plan.merge, black_box(&leads), &clusters, &[], plan.as_of, true));
    });
    group.bench_function("score", |bencher| {
        bencher.iter(|| score::score(&plan.score, black_box(&entities), plan.as_of));
    });
    group.bench_function("whole line", |bencher| {
        bencher.iter(|| pipeline::run(black_box(&plan), &Silent).expect("the campaign runs"));
    });
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
