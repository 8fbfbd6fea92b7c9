//! What the columns are taken for: what the user says, and the table that a user reads.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::Input;
use crate::config::roles::headers::Meaning;
use crate::config::roles::uses::Use;
use crate::config::roles::{Inference, Inferred};
use crate::model::field::Field;
use crate::model::matching::Role;
use crate::model::names::nearest;

use super::super::summary::number;

/// What `--role` arguments say.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) roles: Vec<(String, Role)>,
    pub(super) ignored: Vec<String>,
}

/// `--role COLUMN=ROLE` arguments.
pub(super) fn given(arguments: &[String], faults: &mut Vec<String>) -> Given {
    const IGNORE: &str = "ignore";
    let mut given = Given::default();
    for argument in arguments {
        let Some((column, role)) = argument.rsplit_once('=') else {
            faults.push(format!("--role: write COLUMN=ROLE, not `{argument}`"));
            continue;
        };
        match Role::from_name(role) {
            Some(role) => given.roles.push((column.to_owned(), role)),
            None if role == IGNORE => given.ignored.push(column.to_owned()),
            None => {
                let names: Vec<&str> = Role::ALL.iter().map(|(name, _)| *name).chain([IGNORE]).collect();
                let near = nearest(role, names.iter().copied());
                let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                faults.push(format!("--role: there is no role `{role}`{hint} (the roles are {})", names.join(", ")));
            }
        }
    }
    given
}

/// Columns, roles and reasons, input by input.
pub(super) fn report(inputs: &[Input], inferences: &[Inference], nameless: bool) -> String {
    let mut parts = Vec::new();
    for (input, inference) in inputs.iter().zip(inferences) {
        let looked = if input.whole { "" } else { ", a sample of which was looked at" };
        let rows = number(input.rows as u64, "row");
        let about = if input.whole { "" } else { "about " };
        parts.push(format!("{}: {about}{rows}{looked}; a table of {}", input.path.display(), inference.kind.noun()));
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(["column", "is", "filled", "different", "because"]);
        for column in &inference.columns {
            let percent = |share: f64| format!("{}%", (share * 100.0).round());
            table.add_row([
                column.header.clone(),
                taken_for(column.used),
                percent(column.fill),
                percent(column.variety),
                column.why.clone(),
            ]);
        }
        for at in [2, 3] {
            if let Some(column) = table.column_mut(at) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        parts.push(table.trim_fmt());
        parts.push(String::new());
    }
    if nameless {
        let key = inferences.first().and_then(|table| table.columns.iter().find(|column| is_key(column)));
        let hint = key.map_or(String::new(), |column| format!("; --id {:?} would name them", column.header));
        parts.push(format!("No --id: results name the rows by file and line{hint}.\n"));
    }
    parts.join("\n")
}

/// Whether every row has a value of its own that names it.
fn is_key(column: &Inferred) -> bool {
    column.meaning == Some(Meaning::Key) && column.fill == 1.0 && column.variety == 1.0
}

fn taken_for(used: Use) -> String {
    match used {
        Use::Id => "the row's id".to_owned(),
        Use::Source => "the source".to_owned(),
        Use::Field(Field::Website) => "website (its domain is compared)".to_owned(),
        Use::Field(field) | Use::NamedField(field) => field.name().to_owned(),
        Use::Kept(field) => format!("{}, not compared", field.name()),
        Use::Compared(role) => role.name().to_owned(),
        Use::DatePart(0) => "date (its year)".to_owned(),
        Use::DatePart(1) => "date (its month)".to_owned(),
        Use::DatePart(_) => "date (its day)".to_owned(),
        Use::Ignored => "not compared".to_owned(),
    }
}
