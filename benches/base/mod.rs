//! Generated leads, loaded and standardized: what the benches of the linkage work on.

use std::fs::File;
use std::io::{BufWriter, Write};

use leadmill::config::plan::{DedupePlan, Plan};
use leadmill::config::{Outputs, compile};
use leadmill::model::leads::Leads;
use leadmill::model::matching::MatchColumns;
use leadmill::model::progress::Silent;
use leadmill::stages::{load, report, standardize};

use crate::synthetic::{KINDS, Request};

/// Sets the largest number of rows: `LEADMILL_BENCH_ROWS=1000000 cargo bench`.
const LARGEST: &str = "LEADMILL_BENCH_ROWS";

const PIPELINE: &str = r#"
name   = "generated"
output = "out"
as_of  = "2026-10-15"

[[source]]
name   = "leads"
path   = "leads.csv"

[source.fields]
source_id = "id"
first_name = "first_name"
last_name = "last_name"
company = "company"
job_title = "job_title"
email = "email"
phone = "phone"
street = "street"
city = "city"
region = "state"
postcode = "postcode"
country = "country"

[load]
name        = "optional"
max_rejects = "5%"

[standardize]
default_country = "US"

[dedupe]

[write]
formats = ["csv"]
"#;

/// Leads in a folder of their own, up to the form in which they are matched.
pub(crate) struct Base {
    /// How many there are.
    pub(crate) rows: u64,
    /// The pipeline over them.
    pub(crate) plan: Plan,
    /// Standardized.
    pub(crate) leads: Leads,
    /// In the form in which they are matched.
    pub(crate) columns: MatchColumns,
    /// Holds the files as long as they are needed.
    _folder: tempfile::TempDir,
}

/// 10,000 and 100,000 rows, and more if the environment asks for it.
pub(crate) fn sizes() -> Vec<usize> {
    let asked = std::env::var(LARGEST).ok();
    let largest = asked.map_or(100_000, |rows| rows.replace('_', "").parse().expect("LEADMILL_BENCH_ROWS is a number"));
    let mut sizes: Vec<usize> = [10_000, 100_000].into_iter().filter(|&rows| rows < largest).collect();
    sizes.push(largest);
    sizes
}

impl Base {
    /// Generates so many leads, always the same.
    pub(crate) fn new(rows: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the leads");
        let (_, _, make) = KINDS.iter().find(|(name, ..)| *name == "leads").expect("leads are a kind");
        let set = make(Request { rows, seed: 7 });
        let mut out = BufWriter::new(File::create(folder.path().join("leads.csv")).expect("a file for the leads"));
        set.write(0, &mut out).and_then(|()| out.flush()).expect("the leads are written");
        let pipeline = folder.path().join("pipeline.toml");
        std::fs::write(&pipeline, PIPELINE).expect("the pipeline is written");
        let outputs = Outputs {
            names: report::TABLES,
            tables: &report::schema,
            clean: &standardize::value,
            fold: &standardize::fold::fold,
            check_query: &report::queries::check_query,
        };
        let plan = match compile(&pipeline, &[], jiff::civil::date(2026, 10, 15), &outputs) {
            Ok((plan, _)) => plan,
            Err(faults) => panic!("{}", leadmill::config::render::human(&faults, false)),
        };
        let loaded = load::load(&plan.load, &plan.schema, &Silent).expect("the leads load");
        let leads = standardize::standardize(&plan.standardize, plan.load.name, loaded.raw).leads;
        let columns = standardize::match_columns(&leads, &[]);
        Base { rows: rows as u64, plan, leads, columns, _folder: folder }
    }

    /// How duplicates are looked for.
    pub(crate) fn dedupe(&self) -> &DedupePlan {
        self.plan.dedupe.as_ref().expect("the pipeline looks for duplicates")
    }
}
