//! `[qualify] parents`: which company is whose parent, in the pipeline file or in a table, which is read when the plan is
//! made: companies above themselves, or below two others, are told before a run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Outputs;
use super::inputs;
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::options::tree::{Entry, Table, Value};
use crate::config::plan::{Company, InputFile, Parent, ParentPlan, TableFile};
use crate::config::preset::match_form;
use crate::format::FormatError;
use crate::format::delimited::{self, Document, trim};
use crate::model::field::Cleaner;

/// Headers of a company and of its parent, in match form.
const COLUMNS: [&[&str]; 2] = [
    &["domain", "account", "company", "name", "child", "childdomain", "accountname", "companyname"],
    &["parentdomain", "parent", "parentaccount", "parentcompany", "parentname", "parentaccountname"],
];

/// Faults that are told one by one; of more only the number.
const TOLD: usize = 25;

/// Reads the key.
pub(super) fn parents(qualify: &Table, project: &Path, outputs: &Outputs<'_>, faults: &mut Diagnostics) -> ParentPlan {
    let Some(entry) = qualify.entry("parents") else { return ParentPlan::default() };
    let mut reader = Reader { outputs, plan: ParentPlan::default(), seen: BTreeMap::new(), wrong: Vec::new() };
    match &entry.node.value {
        Value::Table(table) => {
            for entry in &table.entries {
                if let Some(parent) = entry.node.as_text() {
                    reader.add(&entry.key, parent, "", entry.key_span);
                }
            }
        }
        _ => reader.files(entry, project, faults),
    }
    reader.cycles();
    let rest = reader.wrong.split_off(reader.wrong.len().min(TOLD));
    faults.items.extend(reader.wrong);
    if !rest.is_empty() {
        let message = format!("`parents` has {} more faults", rest.len());
        faults.push(Diagnostic::error("bad-parent", entry.node.span, message));
    }
    reader.plan
}

/// A company that was read: its parent, and where that stands.
struct Seen {
    parent: String,
    place: String,
    span: Span,
}

struct Reader<'a> {
    outputs: &'a Outputs<'a>,
    plan: ParentPlan,
    /// By company, folded.
    seen: BTreeMap<String, Seen>,
    wrong: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn files(&mut self, entry: &Entry, project: &Path, faults: &mut Diagnostics) {
        let lone = Table { entries: vec![inputs::renamed(entry.clone(), "path")] };
        let span = entry.node.span;
        for file in inputs::inputs(&lone, project, &mut faults.items) {
            let columns = COLUMNS.map(|names| {
                let forms: Vec<String> = file.header.iter().map(|name| match_form(name)).collect();
                names.iter().find_map(|name| forms.iter().position(|form| form == name))
            });
            let [Some(of), Some(parent)] = columns else {
                let lacking = if columns[0].is_none() { "domain" } else { "parent_domain" };
                let message = format!("{} has no column `{lacking}`", file.shown);
                let help = format!(
                    "its columns: {}; call the company's `domain` (or `name`) and its parent's `parent_domain`",
                    file.header.join(", ")
                );
                faults.push(Diagnostic::error("missing-column", span, message).help(help));
                continue;
            };
            match self.file(&file, [of, parent], span) {
                Ok(table) => self.plan.files.push(table),
                Err(error) => faults.push(Diagnostic::error("unreadable-input", span, error.to_string())),
            }
        }
    }

    fn file(&mut self, file: &InputFile, columns: [usize; 2], span: Span) -> Result<TableFile, FormatError> {
        let document = Document::open(&file.path, Some(file.dialect.encoding))?;
        let mut reader = document.reader(file.dialect.delimiter);
        document.header(&mut reader, &file.path)?;
        let mut rows = 0;
        while let Some(entry) = reader.read() {
            let record = match entry {
                delimited::Entry::Record(record) => record,
                delimited::Entry::Broken { line, .. } => {
                    let line = document.place(line);
                    let message =
                        format!("{}, line {line}: a quote is never closed, or a cell is too large", file.shown);
                    self.wrong.push(Diagnostic::error("bad-parent", span, message));
                    continue;
                }
            };
            let cell = |at: usize| trim(&document.text(record.get(at).unwrap_or_default()).0).to_owned();
            let [of, parent] = columns.map(cell);
            rows += 1;
            let place = format!("{}, line {}", file.shown, document.place(record.line));
            match (of.is_empty(), parent.is_empty()) {
                // A company of which the table says that it has no parent.
                (_, true) => {}
                (true, false) => {
                    let message = format!("{place}: `{parent}` is a parent, but the row does not say of which company");
                    let fault = Diagnostic::error("bad-parent", span, message);
                    self.wrong.push(fault.help("fill in the company's domain or name, or take the row out"));
                }
                (false, false) => self.add(&of, &parent, &place, span),
            }
        }
        Ok(TableFile::of(file, &document, rows))
    }

    fn add(&mut self, of: &str, parent: &str, place: &str, span: Span) {
        let (of, parent) = (self.company(of), self.company(parent));
        let keys = [&of, &parent].map(|company| self.key(company));
        let at = |what: String| if place.is_empty() { what } else { format!("{place}: {what}") };
        if keys[0] == keys[1] {
            let fault = Diagnostic::error("bad-parent", span, at(format!("`{}` is its own parent", of.shown())));
            self.wrong.push(fault.help("leave out companies that have no parent"));
            return;
        }
        let [key, parent_key] = keys;
        if let Some(first) = self.seen.get(&key) {
            if first.parent == parent_key {
                return;
            }
            let message = at(format!("`{}` has two parents, `{}` and another", of.shown(), parent.shown()));
            let fault = Diagnostic::error("bad-parent", span, message);
            self.wrong.push(match first.place.is_empty() {
                true => fault.also(first.span, "the other is here"),
                false => fault.help(format!("the other stands in {}: keep one of them", first.place)),
            });
            return;
        }
        self.seen.insert(key, Seen { parent: parent_key, place: place.to_owned(), span });
        self.plan.parents.push(Parent { of, parent });
    }

    /// A text with a point and without blanks that is a domain; anything else is a name.
    fn company(&self, text: &str) -> Company {
        let text = text.trim();
        let is_one_word = text.contains('.') && !text.ends_with('.') && !text.contains(char::is_whitespace);
        let domain = is_one_word.then(|| (self.outputs.clean)(Cleaner::Domain, text)).flatten();
        domain.map_or_else(|| Company::Name(text.to_owned()), Company::Domain)
    }

    fn key(&self, company: &Company) -> String {
        match company {
            Company::Domain(domain) => domain.clone(),
            Company::Name(name) => match (self.outputs.fold)(name) {
                folded if folded.is_empty() => name.to_lowercase(),
                folded => folded,
            },
        }
    }

    /// Tells each circle of companies once.
    fn cycles(&mut self) {
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for (start, seen) in &self.seen {
            let mut way = vec![start.as_str()];
            let mut at = seen.parent.as_str();
            while let Some(next) = self.seen.get(at)
                && !way.contains(&at)
            {
                way.push(at);
                at = &next.parent;
            }
            if at == start.as_str() && !told.contains(at) {
                told.extend(&way);
                way.push(at);
                let place = if seen.place.is_empty() { String::new() } else { format!("{}: ", seen.place) };
                let message = format!("{place}each of these would be above itself: {}", way.join(" > "));
                let fault = Diagnostic::error("parent-cycle", seen.span, message);
                self.wrong.push(fault.help("take one of them out: a company's parent cannot be below it"));
            }
        }
    }
}
