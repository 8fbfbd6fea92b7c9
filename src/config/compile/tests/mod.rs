//! Pipeline files compiled against small inputs in a folder of their own.

mod faults;
mod packs;
mod plans;
mod properties;

use std::path::Path;

use jiff::civil::{Date, date};

use super::{Outputs, compile};
use crate::config::diagnostic::{Diagnostics, Given};
use crate::config::plan::Plan;
use crate::model::field::{Cleaner, LeadSchema, ValueType};
use crate::model::table::{OutputColumn, OutputType};

const TODAY: Date = date(2026, 11, 21);

/// Inputs that the cases read.
const FILES: [(&str, &str); 12] = [
    (
        "leads.csv",
        "Full Name,Email,Phone,Company,Job Title,Country,Budget (EUR),Budget 2026,Shoe size\n\
         Ana,a@b.bg,,Acme,CEO,BG,1,2,3\n",
    ),
    ("more/one.csv", "full_name,email\nAna,a@b.bg\n"),
    ("more/two.tsv", "full_name\temail\nAna\ta@b.bg\n"),
    ("more/notes.md", "no input\n"),
    ("binary.csv", "PK\u{3}\u{4}\0\0\0\0\0\0\0\u{1}\u{2}\0"),
    ("empty.csv", ""),
    ("accounts.csv", "account_id,company,domain,country,parent_account_id,status\nA1,Acme,acme.bg,BG,,active\n"),
    ("contacts.csv", "contact_id,full_name,email,phone,account_id,status\nC1,Ana,a@b.bg,,A1,active\n"),
    ("opportunities.csv", "opportunity_id,name,status,account_id,contact_id,product_interest,amount,closed_at\n"),
    ("owners.csv", "owner,email,capacity,languages,absent_until\nanna,anna@x.bg,10,de,\njan,jan@x.bg,,de,\n"),
    ("activities.csv", "email,activity,at,subject,text,author\na@b.bg,email,2026-11-01,Hi,,\n"),
    ("decided.csv", "left_id,right_id,decision\nL1,L2,match\n"),
];

/// A folder with the inputs.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(folder.path().join("more")).expect("a folder inside");
    std::fs::create_dir(folder.path().join("bare")).expect("a folder inside");
    for (name, text) in FILES {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn compile_text(folder: &Path, text: &str, sets: &[&str]) -> Result<(Plan, Diagnostics), Diagnostics> {
    let path = folder.join("pipeline.toml");
    std::fs::write(&path, text).expect("the pipeline file");
    let sets: Vec<String> = sets.iter().map(|&set| set.to_owned()).collect();
    let clean = |_: crate::model::field::Cleaner, text: &str| (!text.contains('!')).then(|| text.to_owned());
    compile(
        &path,
        &sets,
        TODAY,
        &Outputs {
            names: &["leads", "links"],
            tables: &tables,
            clean: &clean,
            fold: &str::to_lowercase,
            check_query: &check_query,
        },
    )
}

/// Output tables as the reporting stage would name them, few.
fn tables(name: &str, schema: &LeadSchema) -> Option<Vec<OutputColumn>> {
    let kind = |cleaner: Cleaner| match cleaner.value_type() {
        ValueType::Text => OutputType::Text,
        ValueType::Integer => OutputType::Integer,
        ValueType::Number => OutputType::Number,
        ValueType::Boolean => OutputType::Boolean,
        ValueType::Date => OutputType::Date,
        ValueType::Timestamp => OutputType::Timestamp,
    };
    let mut columns = vec![OutputColumn::required("lead_id", OutputType::Text, "")];
    match name {
        "leads" => {
            let lead = |column: &crate::model::field::LeadColumn| {
                OutputColumn::optional(&column.name, kind(column.cleaner), "")
            };
            columns.extend(schema.columns().iter().map(lead));
            columns.push(OutputColumn::required("score", OutputType::Decimal, ""));
            columns.push(OutputColumn::required("stars", OutputType::Integer, ""));
            columns.push(OutputColumn::optional("grade", OutputType::Text, ""));
            columns.push(OutputColumn::required("stage", OutputType::Text, ""));
            columns.push(OutputColumn::required("reasons_for", OutputType::Text, ""));
        }
        "decisions" => columns.push(OutputColumn::required("decision", OutputType::Text, "")),
        _ => return None,
    }
    Some(columns)
}

fn check_query(sql: &str, _: &LeadSchema) -> Result<(), String> {
    if sql.contains("no_such_table") { Err("there is no table `no_such_table`".to_owned()) } else { Ok(()) }
}

/// `line:column code message | label | help`, sorted as reported; a `--set` argument's faults have `set` for the line.
fn lines(faults: &Diagnostics) -> Vec<String> {
    let line = |fault: &crate::config::diagnostic::Diagnostic| {
        let text = &faults.texts[fault.span.text];
        let (line, column) = text.position(fault.span.start);
        let place = match text.given {
            Given::ByFile(_) => format!("{line}:{column}"),
            Given::BySet => format!("set:{column}"),
            Given::ByDefault => format!("default:{line}:{column}"),
        };
        let warning = if fault.severity == crate::config::diagnostic::Severity::Warning { "warning " } else { "" };
        format!("{place} {warning}{} {}", fault.code, fault.message)
    };
    faults.items.iter().map(line).collect()
}
