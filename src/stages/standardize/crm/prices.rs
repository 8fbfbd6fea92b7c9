//! The price list.

use super::super::clean::Clean;
use super::super::date::moment;
use super::super::number::{DecimalSign, amount};
use super::super::styles::sign_of;
use super::super::vocabulary::currency;
use super::{Record, column_sign, column_style, locale, product_key};
use crate::config::plan::StandardizePlan;
use crate::config::preset::CrmKind;
use crate::model::calendar::MICROS_PER_DAY;
use crate::model::money::Money;
use crate::model::rows::{Finding, FindingCode, RawRecords, shown};
use crate::model::sales::Price;

/// Every price, in content order; rows that say the same count once. A row without a product is found.
pub(super) fn prices(raw: &RawRecords, plan: &StandardizePlan, findings: &mut Vec<Finding>) -> Vec<Price> {
    let locale = locale(plan, CrmKind::Prices);
    let sign = |column| locale.map(sign_of).or_else(|| column_sign(raw, column));
    let (of_price, of_discount) = (sign(2), sign(4));
    let (from, until) = (column_style(raw, 5, locale), column_style(raw, 6, locale));
    let read = |record: Record<'_>| {
        let product_id = record.text(7);
        // A list of nothing but article numbers calls its products by them.
        let product = Some(record.text(0)).filter(|name| !name.is_empty()).unwrap_or_else(|| product_id.clone());
        if product.is_empty() {
            let (field, code) = ("product".to_owned(), FindingCode::UnknownProduct);
            findings.push(Finding { origin: record.origin(), field, code, text: shown(record.cell(2)) });
            return None;
        }
        let written = record.clean(2, "price", findings, |text| amount(text, of_price));
        let named = record.clean(3, "currency", findings, currency);
        let price = record.clean(2, "price", &mut Vec::new(), |text| money(text, of_price));
        if written.is_some() && price.is_none() {
            findings.push(invalid(&record, "price", 2));
        }
        let discount = record.clean(4, "discount", findings, |text| percent(text, of_discount));
        let mut day = |column, name, style| {
            let at = record.clean(column, name, findings, |text| moment(text, style));
            at.and_then(|at| i32::try_from(at.micros.div_euclid(MICROS_PER_DAY)).ok())
        };
        let (valid_from, valid_until) = (day(5, "valid_from", from), day(6, "valid_until", until));
        let family = record.text(1);
        Some(Price {
            product_key: product_key(&product),
            id_key: product_key(&product_id),
            family_key: product_key(&family),
            product,
            product_id,
            family,
            price,
            currency: named.or_else(|| written?.currency).unwrap_or_default(),
            discount,
            valid_from,
            valid_until,
        })
    };
    let mut prices: Vec<Price> = Record::all(raw).filter_map(read).collect();
    prices.sort();
    prices.dedup();
    prices
}

fn invalid(record: &Record<'_>, field: &str, column: usize) -> Finding {
    let (field, code) = (field.to_owned(), FindingCode::InvalidNumber);
    Finding { origin: record.origin(), field, code, text: shown(record.cell(column)) }
}

/// An amount as an exact decimal; one that is too large is none.
pub(super) fn money(text: &str, sign: Option<DecimalSign>) -> Clean<Money> {
    let Clean { value, finding } = amount(text, sign);
    match value.map(|amount| Money::of(amount.value)) {
        Some(None) => Clean::fault(FindingCode::InvalidNumber),
        value => Clean { value: value.flatten(), finding },
    }
}

/// A share in percent, 0 to 100.
fn percent(text: &str, sign: Option<DecimalSign>) -> Clean<Money> {
    match money(text, sign) {
        Clean { value: Some(share), .. } if !(0.0..=100.0).contains(&share.to_f64()) => {
            Clean::fault(FindingCode::InvalidNumber)
        }
        share => share,
    }
}
