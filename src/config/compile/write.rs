//! `[write]`: formats of the output tables.

use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::options::Options;
use crate::config::plan::{OutputFormat, WritePlan};

/// Checks the section.
pub(super) fn write(options: &Options, faults: &mut Diagnostics) -> WritePlan {
    let table = options.table.table("write");
    let bom = table.and_then(|table| table.flag("bom")).unwrap_or(false);
    let Some((table, node)) = table.and_then(|table| Some((table, table.get("formats")?))) else {
        return WritePlan { formats: vec![OutputFormat::Parquet, OutputFormat::Csv], bom };
    };
    let mut formats = Vec::new();
    for (span, name) in table.texts("formats") {
        match name {
            "parquet" => formats.push(OutputFormat::Parquet),
            "csv" => formats.push(OutputFormat::Csv),
            "xlsx" | "html" => {
                let fault =
                    Diagnostic::error("unsupported-format", span, format!("the format {name} is not supported yet"));
                faults.push(fault.help("use parquet, csv"));
            }
            _ => {
                let fault = Diagnostic::error("unknown-word", span, format!("`{name}` is not a format"));
                faults.push(fault.instead(name, ["parquet", "csv"]));
            }
        }
    }
    if table.is_empty_list("formats") {
        let fault = Diagnostic::error("empty-list", node.span, "`formats` needs at least one format");
        faults.push(fault.help("use parquet, csv"));
    }
    formats.sort();
    formats.dedup();
    WritePlan { formats, bom }
}
