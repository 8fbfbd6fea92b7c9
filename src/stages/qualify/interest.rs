//! What a lead wants to buy, carried to its opportunity.
//!
//! Leads of one opportunity fill what is still blank. Where an account has one opportunity for all its leads, theirs
//! are several wishes: products are joined, values summed, and the soonest time counts.

use crate::model::emissions::EmittedOpportunity;
use crate::model::field::Field;

use super::companies::fill;
use super::fields::LeadFields;

/// Between the products of one opportunity.
const SEPARATOR: &str = "; ";

/// Time frames, the soonest first.
const TIME_FRAMES: [&str; 5] = ["immediate", "this_quarter", "next_quarter", "this_year", "unknown"];

/// What a lead says about its purchase; "" where it says nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interest<'a> {
    product: &'a str,
    value: Option<f64>,
    currency: &'a str,
    time_frame: &'a str,
    /// Days since 1970.
    close_date: Option<i32>,
    source: &'a str,
}

impl<'a> Interest<'a> {
    /// A lead's.
    pub(super) fn of(fields: &'a LeadFields, lead: usize) -> Self {
        Self {
            product: fields.text(Field::ProductInterest, lead),
            value: fields.estimated_value(lead),
            currency: fields.text(Field::BudgetCurrency, lead),
            time_frame: fields.text(Field::PurchaseTimeframe, lead),
            close_date: fields.estimated_close_date(lead),
            source: fields.text(Field::Source, lead),
        }
    }

    /// Fills what is blank, and adds products: none that a lead wants is lost.
    pub(super) fn fill(self, held: &mut EmittedOpportunity) {
        self.join_product(held);
        self.fill_value(held);
        fill(&mut held.purchase_timeframe, self.time_frame);
        held.estimated_close_date = held.estimated_close_date.or(self.close_date);
        fill(&mut held.source, self.source);
    }

    /// Adds the wish to those of the account's other leads; its value only where values `add_up`.
    pub(super) fn join(self, held: &mut EmittedOpportunity, add_up: bool) {
        self.join_product(held);
        match (held.estimated_value, self.value) {
            (Some(sum), Some(value)) if add_up && one_currency(&held.currency, self.currency) => {
                held.estimated_value = Some(to_four_decimals(sum + value));
                fill(&mut held.currency, self.currency);
            }
            (Some(_), Some(_)) => {}
            _ => self.fill_value(held),
        }
        let sooner = soonness(self.time_frame) < soonness(&held.purchase_timeframe);
        if held.purchase_timeframe.is_empty() || (sooner && !self.time_frame.is_empty()) {
            self.time_frame.clone_into(&mut held.purchase_timeframe);
        }
        held.estimated_close_date = held.estimated_close_date.into_iter().chain(self.close_date).min();
        fill(&mut held.source, self.source);
    }

    /// Adds the products that are not there yet.
    fn join_product(self, held: &mut EmittedOpportunity) {
        for product in products(self.product) {
            let product_key = product.to_lowercase();
            if products(&held.product_interest).any(|it| it.to_lowercase() == product_key) {
                continue;
            }
            if !held.product_interest.is_empty() {
                held.product_interest.push_str(SEPARATOR);
            }
            held.product_interest.push_str(product);
        }
    }

    /// The first value comes with its own currency, whatever a lead without a value said before; a value that stands there
    /// keeps its own, said or not.
    fn fill_value(self, held: &mut EmittedOpportunity) {
        match (held.estimated_value, self.value) {
            (Some(_), _) => {}
            (None, Some(value)) => {
                held.estimated_value = Some(value);
                if !self.currency.is_empty() {
                    self.currency.clone_into(&mut held.currency);
                }
            }
            (None, None) => fill(&mut held.currency, self.currency),
        }
    }
}

/// The products that a text names.
pub(super) fn products(text: &str) -> impl Iterator<Item = &str> {
    text.split(SEPARATOR.trim_end()).map(str::trim).filter(|product| !product.is_empty())
}

/// An amount without a currency is taken to be in the others'.
fn one_currency(a: &str, b: &str) -> bool {
    a.is_empty() || b.is_empty() || a == b
}

fn soonness(time_frame: &str) -> usize {
    TIME_FRAMES.iter().position(|it| *it == time_frame).unwrap_or(TIME_FRAMES.len())
}

/// So that 0.1 and 0.2 are 0.3; amounts too large for decimals stay as they are.
fn to_four_decimals(amount: f64) -> f64 {
    let rounded = (amount * 1e4).round() / 1e4;
    if rounded.is_finite() { rounded } else { amount }
}
