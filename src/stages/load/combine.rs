//! Rows of several files as one table: the source's constants, then one dictionary per column.

use rayon::prelude::*;

use super::file::{Cells, Piece};
use crate::config::plan::SourcePlan;
use crate::format::delimited::trim;
use crate::model::field::{Field, LeadSchema};
use crate::model::rows::{Origin, RawRecords};
use crate::model::text::{BLANK, Dictionary, Interner, TextColumn};

/// Sets a source's `values` in every row, whatever the file says, and gives the budget its currency where neither the
/// amount nor the currency column names one.
pub(super) fn apply_constants(piece: &mut Piece, source: &SourcePlan, schema: &LeadSchema) {
    let rows = piece.lines.len();
    for (column, value) in &source.values {
        let mut values = Interner::default();
        let code = values.intern(trim(value));
        piece.columns[*column] = Some(Cells { codes: vec![code; rows], values });
    }
    let (amount, currency) = (schema.index_of(Field::BudgetAmount), schema.index_of(Field::BudgetCurrency));
    for (_, code) in source.currencies.iter().filter(|(column, _)| *column == amount) {
        let Some(amounts) = piece.columns[amount].take() else { continue };
        let plain: Vec<bool> = amounts.values.iter().map(|(text, _)| is_plain_amount(text)).collect();
        // The codes of the file's own currencies, read anew: what finds them is gone.
        let mut currencies = Cells { codes: vec![BLANK; rows], values: Interner::default() };
        if let Some(own) = piece.columns[currency].take() {
            let codes: Vec<u32> = own.values.iter().map(|(text, hash)| currencies.values.intern_hashed(text, hash)).collect();
            currencies.codes = own.codes.iter().map(|&code| codes[code as usize]).collect();
        }
        let given = currencies.values.intern(trim(code));
        for (row, &amount) in amounts.codes.iter().enumerate() {
            if plain[amount as usize] && currencies.codes[row] == BLANK {
                currencies.codes[row] = given;
            }
        }
        piece.columns[amount] = Some(amounts);
        piece.columns[currency] = Some(currencies);
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

/// Pieces of files one after the other, as records of so many columns.
pub(super) fn records(pieces: Vec<(Origin, Piece)>, columns: usize) -> RawRecords {
    let rows = pieces.iter().map(|(_, piece)| piece.lines.len()).sum();
    let mut origins = Vec::with_capacity(rows);
    let mut parts: Vec<Vec<(Option<Cells>, usize)>> = (0..columns).map(|_| Vec::with_capacity(pieces.len())).collect();
    for (at, piece) in pieces {
        let own = piece.lines.len();
        origins.extend(piece.lines.into_iter().map(|line| Origin { line, ..at }));
        for (part, column) in parts.iter_mut().zip(piece.columns) {
            part.push((column, own));
        }
    }
    // Of some fifty columns most are blank: they share one vector of codes.
    let blank = TextColumn { codes: vec![BLANK; rows].into(), dictionary: Dictionary::default() };
    let column = |parts: Vec<(Option<Cells>, usize)>| match parts.iter().all(|(cells, _)| cells.as_ref().is_none_or(Cells::is_blank)) {
        true => blank.clone(),
        false => one_column(parts, rows),
    };
    RawRecords { columns: parts.into_par_iter().map(column).collect(), origins }
}

/// The parts of a column under one dictionary, whose codes are in order of first appearance.
fn one_column(mut parts: Vec<(Option<Cells>, usize)>, rows: usize) -> TextColumn {
    if let [(Some(only), _)] = &mut parts[..] {
        let Cells { codes, values } = std::mem::take(only);
        return TextColumn { codes: codes.into(), dictionary: values.finish() };
    }
    let (mut all, mut values) = (Vec::with_capacity(rows), Interner::default());
    values.reserve(parts.iter().filter_map(|(part, _)| part.as_ref()).map(|part| part.values.bytes()).sum());
    for (part, rows_of_part) in parts {
        let Some(part) = part else {
            all.resize(all.len() + rows_of_part, BLANK);
            continue;
        };
        let codes: Vec<u32> = part.values.iter().map(|(value, hash)| values.intern_hashed(value, hash)).collect();
        all.extend(part.codes.iter().map(|&code| codes[code as usize]));
    }
    TextColumn { codes: all.into(), dictionary: values.finish() }
}
