//! The profile as one page for a browser: no scripts, nothing fetched.

use std::fmt::Write as _;

use super::columns::Suspicion;
use super::{TableProfile, percent};
use crate::cli::html::escaped;
use crate::cli::summary::{grouped, number};

const STYLE: &str = "
:root { color-scheme: light dark; --line: #8884; --bar: #4a7dbd; --warn: #b45309 }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 78rem; padding: 0 1rem }
h1 { font-size: 1.3rem } h2 { font-size: 1.1rem; margin-top: 2.5rem }
.about { color: #777 }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .45rem .7rem; border-bottom: 1px solid var(--line) }
th { font-weight: 600 } td:nth-child(2) { white-space: nowrap } td.number { text-align: right; font-variant-numeric: tabular-nums }
.bar { display: inline-block; width: 6rem; height: .6rem; background: var(--line); border-radius: 3px; margin-right: .5rem }
.bar i { display: block; height: 100%; background: var(--bar); border-radius: 3px }
.values { list-style: none; margin: 0; padding: 0 } .values .bar { width: 3rem }
.warn { color: var(--warn) } small { color: #777 }
";

/// The whole page.
pub(super) fn page(tables: &[TableProfile]) -> String {
    let mut out = String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Profile</title>\n");
    let _ = writeln!(out, "<style>{STYLE}</style>\n</head>\n<body>\n<h1>Profile</h1>");
    for table in tables {
        one(table, &mut out);
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn one(table: &TableProfile, out: &mut String) {
    let rows = table.rows as u64;
    let _ = writeln!(out, "<h2>{}</h2>", escaped(&table.input));
    let columns = number(table.columns.len() as u64, "column");
    let _ = writeln!(out, "<p class=\"about\">{}, {columns}; a table of {}</p>", number(rows, "row"), table.about);
    out.push_str("<div class=\"scroll\"><table>\n<tr><th>Column<th>Filled<th>Different<th>Commonest<th>Look at</tr>\n");
    for column in &table.columns {
        let _ = write!(out, "<tr><td>{}<br><small>{}</small>", escaped(&column.column), escaped(&column.is));
        let filled = percent(column.filled, rows);
        let _ = write!(
            out,
            "<td>{}{filled}%<td class=\"number\">{}<td><ul class=\"values\">",
            bar(filled),
            grouped(column.distinct)
        );
        for value in &column.commonest {
            let share = percent(value.rows, column.filled);
            let _ = write!(out, "<li>{}{} <small>{}</small>", bar(share), escaped(&value.value), grouped(value.rows));
        }
        out.push_str("</ul><td>");
        let told = column.suspicious.iter().map(Suspicion::sentence);
        let told: Vec<String> = told.map(|told| format!("<span class=\"warn\">{}</span>", escaped(&told))).collect();
        let hint = column.hint.iter().map(|hint| escaped(hint));
        out.push_str(&told.into_iter().chain(hint).collect::<Vec<_>>().join("<br>"));
        out.push_str("</tr>\n");
    }
    out.push_str("</table></div>\n");
}

fn bar(percent: u64) -> String {
    format!("<span class=\"bar\"><i style=\"width:{percent}%\"></i></span>")
}
