//! A territory table: who has which country, region or area of postcodes. It is read when the plan is made, so that
//! what is wrong in it is told before a run, row by row.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::assign::Named;
use super::inputs::{self, choices, pairs};
use crate::config::diagnostic::{Diagnostic, Diagnostics, Severity, Span};
use crate::config::mapping::{LeadMapping, MappingProblem, map_leads};
use crate::config::options::tree::{Entry, Table};
use crate::config::plan::{InputFile, LONGEST_POSTCODE, TableFile, Territories, Territory, postcode_form};
use crate::format::FormatError;
use crate::format::delimited::{self, Document, trim};
use crate::model::field::{Cleaner, Field};

/// The columns of a table, by the names that they have among a lead's fields.
const COLUMNS: [Field; 4] = [Field::Country, Field::Region, Field::Postcode, Field::AssignedTo];
/// Their names in a territory table.
const NAMES: [&str; 4] = ["country", "region", "postcode", "owner"];

/// Faults of a file that are told one by one; of more only the number.
const TOLD: usize = 25;

/// Reads the table of a rule.
pub(super) fn read(territory: &Entry, named: &Named<'_>, faults: &mut Diagnostics) -> Territories {
    let lone;
    let table = match territory.node.as_table() {
        Some(table) => table,
        None => {
            lone = Table { entries: vec![inputs::renamed(territory.clone(), "path")] };
            &lone
        }
    };
    let span = table.span("path", territory.node.span);
    let files = inputs::inputs(table, named.project, &mut faults.items);
    let mut reader = Reader { named, span, territories: Territories::default(), places: HashMap::default() };
    for file in &files {
        if let Some(columns) = reader.columns(table, file, faults) {
            let mut wrong = Vec::new();
            let read = reader.file(file, columns, &mut wrong);
            // Errors before warnings, each in the order of the lines.
            wrong.sort_by_key(|fault| fault.severity);
            let rest = wrong.split_off(wrong.len().min(TOLD));
            faults.items.extend(wrong);
            if let Some(Diagnostic { severity, .. }) = rest.first() {
                let message = format!("{} has {} more faults", file.shown, rest.len());
                faults.push(Diagnostic { severity: *severity, ..Diagnostic::error("bad-territory", span, message) });
            }
            match read {
                Ok(file) => reader.territories.files.push(file),
                Err(error) => faults.push(Diagnostic::error("unreadable-input", span, error.to_string())),
            }
        }
    }
    if !files.is_empty() && reader.territories.places.is_empty() && !faults.has_errors() {
        let message = format!("{} has no row with an owner", files[0].shown);
        faults.push(Diagnostic::error("bad-territory", span, message));
    }
    reader.territories
}

/// A territory and where it was first told of.
struct Place {
    at: usize,
    /// Lines by owner.
    lines: Vec<(String, String)>,
}

struct Reader<'a> {
    named: &'a Named<'a>,
    span: Span,
    territories: Territories,
    /// By country, region and postcode.
    places: HashMap<(String, String, String), Place, FixedState>,
}

impl Reader<'_> {
    /// The header positions of country, region, postcode and owner.
    fn columns(&self, table: &Table, file: &InputFile, faults: &mut Diagnostics) -> Option<[Option<usize>; 4]> {
        let choices = choices(table);
        let ours = |name: &str| NAMES.iter().position(|own| *own == name).map(|at| COLUMNS[at].name());
        for choice in choices.iter().filter(|choice| ours(choice.ours).is_none()) {
            let message = format!("`{}` is not a column of a territory table", choice.ours);
            let fault = Diagnostic::error("unknown-field", choice.ours_span, message);
            faults.push(fault.instead(choice.ours, NAMES));
        }
        let given = pairs(&choices).into_iter().filter_map(|(name, theirs)| Some((ours(&name)?.to_owned(), theirs)));
        let LeadMapping { fields, problems, .. } = map_leads(&file.header, None, &given.collect::<Vec<_>>());
        for problem in &problems {
            let MappingProblem::UnknownHeader { theirs, .. } = problem else { continue };
            let span = choices.iter().find(|choice| choice.theirs == theirs).map_or(self.span, |it| it.theirs_span);
            let fault = Diagnostic::error("unknown-column", span, format!("{} has no column `{theirs}`", file.shown));
            faults.push(fault.instead(theirs, file.header.iter().map(String::as_str)));
        }
        let found = COLUMNS.map(|wanted| {
            let (_, from) = fields.iter().find(|(field, _)| *field == wanted)?;
            from.first().copied()
        });
        if found[3].is_none() {
            let message = format!("{} has no column `owner`", file.shown);
            let columns = file.header.join(", ");
            let help = format!(
                "its columns: {columns}; name one with territory = {{ path = …, fields = {{ owner = \"…\" }} }}"
            );
            faults.push(Diagnostic::error("missing-column", self.span, message).help(help));
            return None;
        }
        Some(found)
    }

    fn file(
        &mut self,
        file: &InputFile,
        columns: [Option<usize>; 4],
        faults: &mut Vec<Diagnostic>,
    ) -> Result<TableFile, FormatError> {
        let document = Document::open(&file.path, Some(file.dialect.encoding))?;
        let mut reader = document.reader(file.dialect.delimiter);
        document.header(&mut reader, &file.path)?;
        let mut rows = 0;
        while let Some(entry) = reader.read() {
            let (line, cells) = match entry {
                delimited::Entry::Broken { line, .. } => {
                    let line = document.place(line);
                    let message =
                        format!("{}, line {line}: a quote is never closed, or a cell is too large", file.shown);
                    faults.push(Diagnostic::error("bad-territory", self.span, message));
                    continue;
                }
                delimited::Entry::Record(record) => {
                    let cell = |at: Option<usize>| {
                        let bytes = at.and_then(|at| record.get(at)).unwrap_or_default();
                        trim(&document.text(bytes).0).to_owned()
                    };
                    (document.place(record.line), columns.map(cell))
                }
            };
            if cells.iter().all(String::is_empty) {
                continue;
            }
            rows += 1;
            let place = format!("{}, line {line}", file.shown);
            self.row(&place, &cells).unwrap_or_else(|wrong| faults.extend(wrong));
        }
        Ok(TableFile::of(file, &document, rows))
    }

    /// Adds a row: all that is wrong with it, if something is.
    fn row(&mut self, line: &str, [country, region, postcode, owner]: &[String; 4]) -> Result<(), Vec<Diagnostic>> {
        let fault = |code: &'static str, what: String| Diagnostic::error(code, self.span, format!("{line}: {what}"));
        let mut wrong = Vec::new();
        let code = match country.as_str() {
            "" if region.is_empty() && postcode.is_empty() => String::new(),
            "" => self.named.default_country.unwrap_or_default().to_uppercase(),
            given => (self.named.outputs.clean)(Cleaner::Country, given).unwrap_or_default(),
        };
        if code.is_empty() && !country.is_empty() {
            let fault = fault("bad-country", format!("`{country}` is not a country"));
            wrong.push(fault.help("write its name or its code, ISO 3166-1: \"DE\""));
        } else if code.is_empty() && !(region.is_empty() && postcode.is_empty()) {
            let what = if postcode.is_empty() { "region" } else { "postcode" };
            let fault = fault("bad-territory", format!("a {what} without a country could be anywhere"));
            wrong.push(fault.help("fill in the country, or set [standardize] default_country"));
        }
        let begins = without_country(&postcode_form(postcode.trim_end_matches(['*', '%', '.', '…'])), &code);
        if begins.is_empty() && !postcode.is_empty() {
            wrong.push(fault("bad-territory", format!("`{postcode}` is not how a postcode begins")));
        }
        if begins.len() > LONGEST_POSTCODE {
            wrong.push(fault("bad-territory", format!("`{postcode}` is longer than a postcode")));
        }
        let mut owners: Vec<String> = Vec::new();
        for name in owner.split([';', '|', '\n']).map(str::trim).filter(|name| !name.is_empty()) {
            match self.named.owner(name) {
                Some(known) => owners.push(known),
                None => {
                    let fault = fault("unknown-owner", format!("`{name}` is not in the owners file"));
                    wrong.push(fault.instead(name, self.named.owners.unwrap_or_default().iter().map(String::as_str)));
                }
            }
        }
        if owner.split([';', '|', '\n']).all(|name| name.trim().is_empty()) {
            wrong.push(fault("bad-territory", "the territory has no owner".to_owned()));
        }
        if wrong.iter().any(|fault| fault.severity == Severity::Error) {
            return Err(wrong);
        }
        let label = label(&code, region, &begins);
        let key = (code, (self.named.outputs.fold)(region), begins);
        let next = self.territories.places.len();
        let place = self.places.entry(key).or_insert_with_key(|(country, region, postcode)| {
            let (country, region, postcode) = (country.clone(), region.clone(), postcode.clone());
            self.territories.places.push(Territory { country, region, postcode, label, owners: Vec::new() });
            Place { at: next, lines: Vec::new() }
        });
        let territory = &mut self.territories.places[place.at];
        for owner in owners {
            if let Some((_, first)) = place.lines.iter().find(|(known, _)| *known == owner) {
                let what = match first == line {
                    true => format!("`{owner}` stands twice in this row, and counts once"),
                    false => format!("`{owner}` has {} already, by {first}; the row changes nothing", territory.label),
                };
                wrong.push(Diagnostic::warning("repeated-territory", self.span, format!("{line}: {what}")));
                continue;
            }
            place.lines.push((owner.clone(), line.to_owned()));
            territory.owners.push(owner);
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// "D-80" and "DE 80" begin as "80" does. Letters before the digits are a part of it where they are not the country's.
fn without_country(form: &str, country: &str) -> String {
    let short = country.get(..1).filter(|_| matches!(country, "DE" | "AT" | "FR" | "IT" | "ES" | "BE" | "SE" | "LU"));
    let rest = [Some(country), short].into_iter().flatten().find_map(|prefix| form.strip_prefix(prefix));
    rest.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(form).to_owned()
}

fn label(country: &str, region: &str, postcode: &str) -> String {
    let parts: Vec<&str> = [country, region, postcode].into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "rest of the world".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postcodes_lose_their_country() {
        let cases = [
            ("D80", "DE", "80"),
            ("DE80", "DE", "80"),
            ("80", "DE", "80"),
            ("A10", "AT", "10"),
            ("E28", "ES", "28"),
            ("SW1A", "GB", "SW1A"),
            ("BG10", "BG", "10"),
            ("B1", "GB", "B1"),
            ("D02", "IE", "D02"),
            ("", "DE", ""),
        ];
        for (form, country, expected) in cases {
            assert_eq!(without_country(form, country), expected, "{form} {country}");
        }
    }
}
