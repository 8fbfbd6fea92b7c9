//! Codes and flags: columns that say a field's value in a program's own way, as a number (`statecode`) or as yes and no
//! (`IsConverted`). They mean it under these headers of this preset, and nowhere else.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::match_form;
use crate::config::plan::Code;
use crate::model::field::{Field, ValueType};

/// How exports and workbooks write yes, in lower case.
const YES: &[&str] = &[
    "true",
    "1",
    "1.0",
    "yes",
    "y",
    "t",
    "x",
    "on",
    "checked",
    "wahr",
    "ja",
    "vrai",
    "oui",
    "verdadero",
    "sí",
    "si",
    "vero",
    "sì",
    "истина",
    "да",
    "✓",
    "✔",
];
/// The same of no.
const NO: &[&str] = &[
    "false",
    "0",
    "0.0",
    "no",
    "n",
    "f",
    "off",
    "unchecked",
    "falsch",
    "nein",
    "faux",
    "non",
    "falso",
    "лъжа",
    "не",
    "✗",
];

/// A line as written: `{ status = "won", when = { IsWon = true } }`.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct CodeLine {
    when: BTreeMap<String, Cell>,
    #[serde(flatten)]
    means: BTreeMap<String, String>,
}

/// What a cell must be: yes or no however an export writes it, or this word.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Cell {
    Flag(bool),
    Word(String),
}

/// A value of a field, and the headers in match form and words that say so.
#[derive(Debug, Clone)]
pub struct PresetCode {
    /// Position of the field.
    pub(in crate::config) field: usize,
    pub(super) means: String,
    when: Vec<(String, Vec<String>)>,
}

impl PresetCode {
    /// The same for a file with these headers in match form; none where it lacks one that the code needs.
    pub(in crate::config) fn in_header(&self, forms: &[String]) -> Option<Code> {
        let column = |(header, words): &(String, Vec<String>)| {
            Some((forms.iter().position(|form| form == header)?, words.clone()))
        };
        let when: Option<Vec<_>> = self.when.iter().map(column).collect();
        Some(Code { when: when?, means: self.means.clone() })
    }
}

/// The lines of a section about these fields.
pub(super) fn codes(fields: &[&str], lines: Vec<CodeLine>) -> Result<Vec<PresetCode>, String> {
    lines.into_iter().map(|line| code(fields, line)).collect()
}

fn code(fields: &[&str], line: CodeLine) -> Result<PresetCode, String> {
    let mut means = line.means.into_iter();
    let (Some((field, means)), None) = (means.next(), means.next()) else {
        return Err("a code means one field: { status = \"open\", when = { statecode = \"0\" } }".to_owned());
    };
    // A column of numbers or days is no place for words.
    let is_text = Field::from_name(&field).is_none_or(|field| field.cleaner().value_type() == ValueType::Text);
    if !is_text {
        return Err(format!("`{field}` is not a field of words"));
    }
    let at = fields.iter().position(|&known| known == field).ok_or(format!("`{field}` is not a field"))?;
    if line.when.is_empty() {
        return Err(format!("nothing says `{field}`"));
    }
    let when = line.when.into_iter().map(|(header, cell)| (match_form(&header), cell.words())).collect();
    Ok(PresetCode { field: at, means, when })
}

impl Cell {
    fn words(self) -> Vec<String> {
        let all = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        match self {
            Self::Flag(true) => all(YES),
            Self::Flag(false) => all(NO),
            // A number of a workbook.
            Self::Word(word) if word.bytes().all(|byte| byte.is_ascii_digit()) => vec![format!("{word}.0"), word],
            Self::Word(word) => vec![word.to_lowercase()],
        }
    }
}
