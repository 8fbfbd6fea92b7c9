//! `[write]`: formats of the output tables, and which of them.

use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::options::Options;
use crate::config::options::tree::Table;
use crate::config::plan::{OutputFormat, WritePlan};

/// Checks the section; `names` are the output tables.
pub(super) fn write(options: &Options, names: &[&str], faults: &mut Diagnostics) -> WritePlan {
    let Some(table) = options.table.table("write") else {
        return WritePlan { formats: vec![OutputFormat::Parquet, OutputFormat::Csv], bom: false, tables: None };
    };
    WritePlan {
        formats: formats(table, faults),
        bom: table.flag("bom").unwrap_or(false),
        tables: tables(table, names, faults),
    }
}

fn formats(table: &Table, faults: &mut Diagnostics) -> Vec<OutputFormat> {
    let Some(node) = table.get("formats") else { return vec![OutputFormat::Parquet, OutputFormat::Csv] };
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
    formats
}

fn tables(table: &Table, names: &[&str], faults: &mut Diagnostics) -> Option<Vec<String>> {
    let node = table.get("tables")?;
    let mut tables = Vec::new();
    for (span, name) in table.texts("tables") {
        if names.contains(&name) {
            tables.push(name.to_owned());
        } else {
            let fault = Diagnostic::error("unknown-table", span, format!("there is no output table `{name}`"));
            faults.push(fault.instead(name, names.iter().copied()));
        }
    }
    if table.is_empty_list("tables") {
        let fault = Diagnostic::error("empty-list", node.span, "`tables` needs at least one table");
        faults.push(fault.help(format!("the tables are {}; without this line all are written", names.join(", "))));
    }
    tables.sort();
    tables.dedup();
    Some(tables)
}
