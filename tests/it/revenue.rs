//! From what leads want to what they brought: price lists, lines, quotes, orders, invoices and parent accounts.

mod documents;
mod lines;
mod parents;
mod references;
mod reports;
mod sales;

use std::collections::BTreeMap;

use crate::workdir::{Row, Workdir};

/// A project with these files and a pipeline about `leads.csv` in which every row is a lead of its own.
fn project(files: &[(&str, &str)], options: &str) -> Workdir {
    let workdir = Workdir::new();
    for (name, content) in files {
        workdir.file(name, content);
    }
    let crm: Vec<String> = files
        .iter()
        .filter_map(|(name, _)| name.strip_prefix("crm/")?.strip_suffix(".csv"))
        .map(|kind| format!("{kind} = {{ path = \"crm/{kind}.csv\" }}\n"))
        .collect();
    let pipeline = format!(
        "as_of = 2026-11-30\n[[source]]\nname = \"s\"\npath = \"leads.csv\"\nfields = {{ source_id = \"id\" }}\n\
         [load]\nname = \"none\"\n[crm]\n{}[dedupe]\nenabled = false\n[write]\nformats = [\"csv\"]\n{options}\n",
        crm.concat()
    );
    workdir.file("p.toml", pipeline);
    workdir
}

/// Runs the pipeline.
fn run(workdir: &Workdir) {
    workdir.succeed(&["run", "p.toml", "--quiet"]);
}

/// Cells of a table, joined by " | ", with the ids of leads as the export has them; blanks at the end are left out.
fn cells(workdir: &Workdir, table: &str, columns: &[&str]) -> Vec<String> {
    let leads = workdir.table("out/p/leads.csv");
    let ids: BTreeMap<&str, &str> =
        leads.iter().map(|lead| (lead["lead_id"].as_str(), lead["source_id"].as_str())).collect();
    let cell =
        |row: &Row, column: &str| ids.get(row[column].as_str()).map_or(row[column].clone(), |id| (*id).to_owned());
    let line = |row: &Row| columns.iter().map(|column| cell(row, column)).collect::<Vec<_>>().join(" | ");
    let mut lines: Vec<String> = workdir.table(&format!("out/p/{table}.csv")).iter().map(line).collect();
    lines.iter_mut().for_each(|line| line.truncate(line.trim_end_matches([' ', '|']).len()));
    lines
}

/// The same, sorted.
fn sorted(workdir: &Workdir, table: &str, columns: &[&str]) -> Vec<String> {
    let mut lines = cells(workdir, table, columns);
    lines.sort();
    lines
}

/// Findings of these codes: "file:line code text", sorted.
fn findings(workdir: &Workdir, codes: &[&str]) -> Vec<String> {
    let mut found = workdir.table("out/p/findings.csv");
    found.retain(|row| codes.contains(&row["code"].as_str()));
    let mut found: Vec<String> =
        found.iter().map(|row| format!("{}:{} {} {}", row["file"], row["line"], row["code"], row["text"])).collect();
    found.sort();
    found
}

/// The tables of a run, by name.
fn tables(workdir: &Workdir, names: &[&str]) -> Vec<Vec<u8>> {
    names.iter().map(|name| std::fs::read(workdir.path(&format!("out/p/{name}.csv"))).unwrap()).collect()
}

/// The rows of a file behind its header in the opposite order.
fn reversed(text: &str) -> String {
    let mut lines = text.lines();
    let header = lines.next().unwrap();
    let rows: Vec<&str> = lines.rev().collect();
    format!("{header}\n{}\n", rows.join("\n"))
}

/// One thread, and files whose rows stand in another order, give the same bytes.
fn hold_in_any_order(files: &[(&str, &str)], options: &str, names: &[&str]) {
    let workdir = project(files, options);
    run(&workdir);
    let expected = tables(&workdir, names);
    workdir.succeed(&["run", "p.toml", "--quiet", "--threads", "1"]);
    assert!(tables(&workdir, names) == expected, "one thread gives something else");
    let turned: Vec<(&str, String)> = files.iter().map(|(name, text)| (*name, reversed(text))).collect();
    let turned: Vec<(&str, &str)> = turned.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let other = project(&turned, options);
    run(&other);
    assert!(tables(&other, names) == expected, "another order of rows gives something else");
}
