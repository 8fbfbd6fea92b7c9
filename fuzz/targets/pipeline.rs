//! A pipeline file, compiled as `leadmill check` does. Paths lead to a small export in a folder of its own; texts that
//! could lead out of it are left alone.
#![no_main]

use std::sync::LazyLock;

use jiff::civil::date;
use leadmill::config::diagnostic::Diagnostics;
use leadmill::config::plan::Plan;
use leadmill::config::{Outputs, compile_text, render};
use leadmill::stages::{report, standardize};
use tempfile::TempDir;

static PROJECT: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let export =
        "First Name,Last Name,Email,Company,Country,Phone,Budget\nAna,Kirova,ana@kirova.bg,Kirova OOD,BG,,900\n";
    for name in ["leads.csv", "more leads.csv", "owners.csv"] {
        std::fs::write(folder.path().join(name), export).expect("a file can be written");
    }
    folder
});

fn compiled(text: &str, sets: &[String]) -> Result<(Plan, Diagnostics), Diagnostics> {
    let outputs = Outputs {
        names: report::TABLES,
        tables: &report::schema,
        clean: &standardize::value,
        check_query: &report::queries::check_query,
    };
    compile_text(text, "pipeline.toml", PROJECT.path(), sets, date(2026, 11, 30), &outputs)
}

/// All that is said of a pipeline, which must be sayable.
fn told(faults: &Diagnostics) -> String {
    for fault in &faults.items {
        let spans = std::iter::once(fault.span).chain(fault.labels.iter().map(|(span, _)| *span));
        for span in spans {
            let text = &faults.texts[span.text].text;
            assert!(text.get(span.bytes()).is_some(), "{fault:?} is about no part of the text");
        }
        assert!(!fault.message.is_empty(), "nothing is said");
    }
    format!("{}\n{}", render::human(faults, false), render::json(faults))
}

leadmill_fuzz::target!(|bytes| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if ["/", "..", "~", "\\u", "\\U", "\\x"].iter().any(|way_out| text.contains(way_out)) {
        return;
    }
    let (plan, faults) = match compiled(text, &[]) {
        Ok((plan, warnings)) => (Some(plan), warnings),
        Err(faults) => (None, faults),
    };
    assert_eq!(plan.is_none(), faults.has_errors(), "a plan or an error");
    let again = match compiled(text, &[]) {
        Ok((_, faults)) | Err(faults) => faults,
    };
    assert_eq!(told(&faults), told(&again), "other words for the same text");
    // What a run leaves of a pipeline is the same pipeline.
    if let Some(plan) = plan
        && let Ok((set, _)) = compiled(text, &["as_of = \"2026-10-15\"".to_owned()])
    {
        let kept = compiled(&set.text, &[]).unwrap_or_else(|faults| panic!("{}\n{}", set.text, told(&faults))).0;
        assert_eq!(kept.fingerprint, set.fingerprint, "{} is another pipeline than {text}", set.text);
        assert_eq!(kept.name, plan.name);
    }
});
