//! The currency of a row's amounts: they have one field for it.

use super::clean::Clean;
use super::columns::{Column, Distinct};
use super::number::currency_word;
use super::vocabulary::{currencies_alike, currency_code};
use crate::model::field::Field;
use crate::model::leads::Values;
use crate::model::rows::{FindingCode, RawTable};
use crate::model::text::{BLANK, Interner, TextColumn};

/// The amounts, the one that the currency is called after first.
const AMOUNTS: [Field; 2] = [Field::BudgetAmount, Field::EstimatedValue];

/// A currency as it is written beside an amount.
struct Written {
    code: String,
    /// All that are written so: "$" is the sign of many.
    alike: &'static [&'static str],
}

impl Written {
    fn beside(amount: &str) -> Clean<Self> {
        let written = currency_word(amount)
            .and_then(|word| Some(Self { code: currency_code(&word)?, alike: currencies_alike(&word) }));
        Clean { value: written, finding: None }
    }

    fn may_be(&self, code: &str) -> bool {
        self.code == code || self.alike.contains(&code)
    }
}

/// The currency of each row, and the amounts that are in another one.
pub(super) struct Currencies {
    values: Values,
    left_out: [Vec<u32>; 2],
}

impl Currencies {
    /// As given, else as written with the budget, else with the estimated value.
    pub(super) fn of(raw: &RawTable, columns: &[Column]) -> Self {
        let at = |field: Field| raw.schema.index_of(field);
        let given = match &columns[at(Field::BudgetCurrency)].values {
            Values::Text(given) => given.clone(),
            _ => TextColumn::default(),
        };
        let written = AMOUNTS.map(|field| Distinct::by_value(&raw.columns[at(field)], Written::beside));
        let mut left_out = [Vec::new(), Vec::new()];
        if written.iter().flat_map(|of| &of.results).all(|beside| beside.value.is_none()) {
            return Self { values: Values::Text(given), left_out };
        }
        let amounts = AMOUNTS.map(|field| &columns[at(field)].values);
        let mut names = Interner::default();
        let known: Vec<u32> = given.dictionary.iter().map(|code| names.intern(code)).collect();
        let mut codes: Vec<u32> = given.codes.iter().map(|&code| known[code as usize]).collect();
        for (row, code) in codes.iter_mut().enumerate() {
            let beside = |nth: usize| written[nth].get(row).filter(|_| amounts[nth].is_filled(row));
            let both = [beside(0), beside(1)];
            if *code == BLANK {
                *code = match both {
                    [None, None] => continue,
                    // "$" beside "CAD" is the Canadian one.
                    [Some(budget), Some(value)] if budget.may_be(&value.code) => names.intern(&value.code),
                    [Some(one), _] | [None, Some(one)] => names.intern(&one.code),
                };
            }
            for (left_out, beside) in left_out.iter_mut().zip(both) {
                if beside.is_some_and(|beside| !beside.may_be(names.get(*code))) {
                    left_out.push(row as u32);
                }
            }
        }
        Self { values: Values::Text(TextColumn { codes: codes.into(), dictionary: names.finish() }), left_out }
    }

    /// Puts the currencies into their column, and leaves the amounts out that do not fit.
    pub(super) fn settle(self, raw: &RawTable, columns: &mut [Column]) {
        columns[raw.schema.index_of(Field::BudgetCurrency)].values = self.values;
        for (field, rows) in AMOUNTS.into_iter().zip(self.left_out).filter(|(_, rows)| !rows.is_empty()) {
            let column = &mut columns[raw.schema.index_of(field)];
            if let Values::Number(amounts) = &column.values {
                let mut kept: Vec<Option<f64>> = amounts.iter().collect();
                rows.iter().for_each(|&row| kept[row as usize] = None);
                column.values = Values::Number(kept.into_iter().collect());
            }
            column.faults.extend(rows.into_iter().map(|row| (row, FindingCode::MixedCurrencies)));
        }
    }
}
