//! Parts of files put together as one table: the source's constants, then one dictionary per column.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rayon::prelude::*;

use super::file::{Cells, Opened, Rows};
use crate::config::plan::{InputFile, SourcePlan};
use crate::format::delimited::trim;
use crate::model::field::{Field, LeadSchema};
use crate::model::growing::GrowingColumn;
use crate::model::overlay::put_over;
use crate::model::rows::{Origin, RawRecords};
use crate::model::text::{BLANK, Dictionary, Interner, TextColumn};

/// Records that are being put together.
pub(super) struct Whole {
    columns: Vec<GrowingColumn>,
    /// What codes mean, by target.
    told: Vec<(usize, GrowingColumn)>,
    origins: Vec<Origin>,
}

/// What a source sets in its rows.
pub(super) struct Constants<'p> {
    pub(super) source: &'p SourcePlan,
    pub(super) schema: &'p LeadSchema,
}

impl Whole {
    /// Records of so many columns, of which codes in the files tell some.
    pub(super) fn new<'f>(columns: usize, files: impl IntoIterator<Item = &'f InputFile>) -> Self {
        let told: BTreeSet<usize> = files.into_iter().flat_map(|file| &file.codes).map(|coded| coded.target).collect();
        Self {
            columns: (0..columns).map(|_| GrowingColumn::default()).collect(),
            told: told.into_iter().map(|target| (target, GrowingColumn::default())).collect(),
            origins: Vec::new(),
        }
    }

    /// Appends rows of a file, column by column. So many times as many rows are expected to be read in all.
    pub(super) fn append(
        &mut self,
        parts: &[&Rows],
        file: &Opened<'_>,
        at: Origin,
        constants: Option<&Constants<'_>>,
        times: f64,
    ) {
        let first = self.origins.len();
        let rows: usize = parts.iter().map(|part| part.lines.len()).sum();
        let expected = (rows as f64 * times) as usize;
        if first == 0 {
            self.origins.reserve_exact(expected);
        }
        parts.iter().for_each(|part| self.origins.extend(part.lines.iter().map(|&line| Origin { line, ..at })));
        self.columns.par_iter_mut().enumerate().for_each(|(target, column)| {
            let mut row = first;
            for part in parts {
                let cells = match constants {
                    Some(constants) => constants.applied(part, file, target),
                    None => part.column(file, target).map(Cow::Borrowed),
                };
                if let Some(cells) = cells.filter(|cells| !cells.values.is_empty()) {
                    column.extend(row, &cells.codes, &cells.values);
                }
                row += part.lines.len();
            }
            if first == 0 && times > 1.0 && !column.is_blank() {
                column.will_have(expected);
            }
        });
        for (target, column) in &mut self.told {
            // The source's own values are in every row, whatever the file says.
            if constants.is_some_and(|constants| constants.set(*target).is_some()) {
                continue;
            }
            let mut row = first;
            for part in parts {
                if let Some(cells) = part.told(file, *target).filter(|cells| !cells.values.is_empty()) {
                    column.extend(row, &cells.codes, &cells.values);
                }
                row += part.lines.len();
            }
        }
    }

    /// The records, and what codes tell by target. Of some fifty columns most are blank: they share one vector of codes.
    pub(super) fn finish(self) -> (RawRecords, Vec<(usize, TextColumn)>) {
        let rows = self.origins.len();
        let blank = TextColumn { codes: vec![BLANK; rows].into(), dictionary: Dictionary::default() };
        let column = |column: GrowingColumn| if column.is_blank() { blank.clone() } else { column.finish(rows) };
        let told = self.told.into_iter().map(|(target, told)| (target, column(told))).collect();
        (RawRecords { columns: self.columns.into_iter().map(column).collect(), origins: self.origins }, told)
    }

    /// The records, with what codes mean in place of the cells.
    pub(super) fn finish_told(self) -> RawRecords {
        let (mut records, told) = self.finish();
        for (target, told) in told {
            put_over(&mut records.columns[target], &told);
        }
        records
    }
}

impl Constants<'_> {
    /// The source's value of a column.
    fn set(&self, target: usize) -> Option<&str> {
        self.source.values.iter().rfind(|(column, _)| *column == target).map(|(_, value)| value.as_str())
    }

    /// A column of a part with the source's `values` in every row, whatever the file says, and with the currency of the
    /// budget where neither the amount nor the currency column names one.
    fn applied<'c>(&self, part: &'c Rows, file: &Opened<'_>, target: usize) -> Option<Cow<'c, Cells>> {
        let own = |target: usize| match self.set(target) {
            Some(value) => {
                let mut values = Interner::default();
                let code = values.intern(trim(value));
                Some(Cow::Owned(Cells { codes: vec![code; part.lines.len()], values, ..Cells::default() }))
            }
            None => part.column(file, target).map(Cow::Borrowed),
        };
        let mut cells = own(target);
        let (amount, currency) =
            (self.schema.index_of(Field::BudgetAmount), self.schema.index_of(Field::BudgetCurrency));
        if target == currency
            && let Some(amounts) = own(amount)
        {
            let plain: Vec<bool> = amounts.values.iter().map(is_plain_amount).collect();
            for (_, code) in self.source.currencies.iter().filter(|(column, _)| *column == amount) {
                let mut currencies = cells.take().unwrap_or_default().into_owned();
                currencies.codes.resize(part.lines.len(), BLANK);
                let given = currencies.values.intern(trim(code));
                for (&amount, currency) in amounts.codes.iter().zip(&mut currencies.codes) {
                    if plain[amount as usize] && *currency == BLANK {
                        *currency = given;
                    }
                }
                cells = Some(Cow::Owned(currencies));
            }
        }
        cells
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
