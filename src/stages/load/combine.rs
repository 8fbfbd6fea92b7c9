//! Rows of several files as one table: the source's constants, then one dictionary per column.

use rayon::prelude::*;

use super::file::FileRows;
use crate::config::plan::SourcePlan;
use crate::format::delimited::trim;
use crate::model::field::{Field, LeadSchema};
use crate::model::rows::{Origin, RawRecords};
use crate::model::text::{BLANK, TextColumn};

/// Sets a source's `values` in every row, whatever the file says, and gives the budget its currency where neither the
/// amount nor the currency column names one.
pub(super) fn apply_constants(file: &mut FileRows, source: &SourcePlan, schema: &LeadSchema) {
    let rows = file.lines.len();
    for (column, value) in &source.values {
        let mut constant = TextColumn::default();
        let code = constant.dictionary.intern(trim(value));
        constant.codes = vec![code; rows];
        file.columns[*column] = Some(constant);
    }
    let (amount, currency) = (schema.index_of(Field::BudgetAmount), schema.index_of(Field::BudgetCurrency));
    for (_, code) in source.currencies.iter().filter(|(column, _)| *column == amount) {
        let Some(amounts) = file.columns[amount].take() else { continue };
        let plain: Vec<bool> = amounts.dictionary.iter().map(is_plain_amount).collect();
        let mut currencies = file.columns[currency].take().unwrap_or_default();
        currencies.codes.resize(rows, BLANK);
        let given = currencies.dictionary.intern(trim(code));
        for (row, &amount) in amounts.codes.iter().enumerate() {
            if plain[amount as usize] && currencies.codes[row] == BLANK {
                currencies.codes[row] = given;
            }
        }
        file.columns[amount] = Some(amounts);
        file.columns[currency] = Some(currencies);
    }
}

/// An amount that names no currency: neither letters nor a currency sign.
fn is_plain_amount(text: &str) -> bool {
    // Unicode's currency symbols (general category Sc) that a keyboard or an export yields.
    let sign = |c: char| {
        matches!(c, '$' | '¢'..='¥' | '֏' | '؋' | '৲' | '৳' | '฿' | '៛')
            || matches!(c, '\u{20A0}'..='\u{20CF}' | '﷼' | '＄' | '￠' | '￡' | '￥' | '￦')
    };
    !text.is_empty() && !text.chars().any(|c| c.is_alphabetic() || sign(c))
}

/// Files one after the other, as records of so many columns.
pub(super) fn records(files: Vec<(Origin, FileRows)>, columns: usize) -> RawRecords {
    let rows = files.iter().map(|(_, file)| file.lines.len()).sum();
    let mut origins = Vec::with_capacity(rows);
    let mut parts: Vec<Vec<(Option<TextColumn>, usize)>> =
        (0..columns).map(|_| Vec::with_capacity(files.len())).collect();
    for (at, file) in files {
        origins.extend(file.lines.iter().map(|&line| Origin { line, ..at }));
        for (part, column) in parts.iter_mut().zip(file.columns) {
            part.push((column, file.lines.len()));
        }
    }
    RawRecords { columns: parts.into_par_iter().map(|parts| one_column(parts, rows)).collect(), origins }
}

/// The parts of a column under one dictionary, whose codes are in order of first appearance.
fn one_column(parts: Vec<(Option<TextColumn>, usize)>, rows: usize) -> TextColumn {
    let mut whole = TextColumn::default();
    for (part, rows_of_part) in parts {
        match part {
            None => whole.codes.resize(whole.codes.len() + rows_of_part, BLANK),
            Some(part) if whole.codes.is_empty() => whole = part,
            Some(part) => {
                let codes: Vec<u32> = part.dictionary.iter().map(|value| whole.dictionary.intern(value)).collect();
                whole.codes.reserve(rows - whole.codes.len());
                whole.codes.extend(part.codes.iter().map(|&code| codes[code as usize]));
            }
        }
    }
    whole
}
