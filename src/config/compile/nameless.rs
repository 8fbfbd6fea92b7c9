//! Files whose columns name nobody: what would be rejected is told before anything is read, with what to do.

use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::mapping::map_leads;
use crate::config::options::tree::Table;
use crate::config::plan::{InputFile, NameRule, SourcePlan};
use crate::config::preset::Preset;
use crate::format::delimited::{Hints, sniff};
use crate::format::flat;
use crate::model::field::Field;

const NAMES: &[Field] = &[Field::FullName, Field::FirstName, Field::LastName];
const NAMES_AND_REACH: &[Field] = &[Field::FullName, Field::FirstName, Field::LastName, Field::Company, Field::Email];

/// Reports the first file of a source that has nothing a lead could be called by: all its rows would be rejected. Where
/// any value will do, a sheet of a workbook that fills no field, beside one that does.
pub(super) fn check(source: &SourcePlan, table: &Table, rule: NameRule, faults: &mut Diagnostics) {
    let span = table.span("path", Span::default());
    let names = match rule {
        NameRule::Required => NAMES,
        NameRule::Optional => NAMES_AND_REACH,
        NameRule::None => {
            let filled = |file: &&InputFile| file.mapping.iter().any(|column| column.target < Field::ALL.len());
            let is_left_open = ["sheet", "infer", "fields", "columns"].iter().all(|key| table.get(key).is_none());
            let cover = source.files.iter().find(|file| !filled(file)).filter(|_| is_left_open);
            if let Some((file, others)) = cover.and_then(|file| Some((file, other_sheets(file, NAMES_AND_REACH)?)))
                && others.has_names
            {
                let message = format!("no column of {} is known", file.shown);
                faults.push(Diagnostic::warning("unknown-sheet", span, message).help(others.help(file)));
            }
            return;
        }
    };
    let fills = |file: &InputFile, fields: &[Field]| {
        file.mapping.iter().any(|column| fields.iter().any(|&field| field as usize == column.target))
    };
    if source.values.iter().any(|&(column, _)| names.iter().any(|&name| name as usize == column)) {
        return;
    }
    let Some(file) = source.files.iter().find(|file| !fills(file, names)) else { return };
    let message = format!("no column of {} is a name: every row would be rejected", file.shown);
    let fault = Diagnostic::error("no-name-column", span, message);
    let others = if fills(file, NAMES_AND_REACH) { None } else { other_sheets(file, names) };
    let help = match others {
        Some(others) => others.help(file),
        None => {
            let fields = "say which column is full_name (or first_name, last_name) in `fields`";
            let reach = match rule == NameRule::Required && fills(file, NAMES_AND_REACH) {
                true => ", or accept rows that have an e-mail address or a company: `name = \"optional\"` under [load]",
                false => "",
            };
            format!("its first line is: {}; {fields}{reach}", first_line(file))
        }
    };
    faults.push(fault.help(help));
}

fn first_line(file: &InputFile) -> String {
    file.header.iter().take(8).map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The sheets of a workbook beside the one that is read.
struct Others {
    /// The sheet that is read.
    read: String,
    /// Those that show and have data, the best one first.
    names: Vec<String>,
    /// Whether the best one has a column for one of the fields that are missed.
    has_names: bool,
}

impl Others {
    fn help(&self, file: &InputFile) -> String {
        let Self { read, names, .. } = self;
        format!(
            "the sheet `{read}` is read, and its first line is: {}; to read another one, write sheet = \"{}\" (there are {})",
            first_line(file),
            names[0],
            names.join(", ")
        )
    }
}

/// The other sheets of a file that is a workbook; none where there are no others.
fn other_sheets(file: &InputFile, wanted: &[Field]) -> Option<Others> {
    const LOOKED_AT: usize = 10;
    let sheets = flat::sheets(&file.path)?;
    let mut found = Vec::new();
    for name in sheets.others.into_iter().take(LOOKED_AT) {
        let Ok(sniffed) = sniff(&sheets.book.join(&name), Hints::default()) else { continue };
        let mapping = map_leads(&sniffed.header, Preset::fitting(&sniffed.header, None), &[]);
        found.push((!mapping.fields.iter().any(|(field, _)| wanted.contains(field)), name));
    }
    let has_names = found.iter().any(|(lacks, _)| !lacks);
    found.sort_by_key(|(lacks, _)| *lacks);
    let names: Vec<String> = found.into_iter().map(|(_, name)| name).collect();
    (!names.is_empty()).then_some(Others { read: sheets.read, names, has_names })
}
