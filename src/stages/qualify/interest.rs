//! What a lead wants to buy, carried to its opportunity.
//!
//! Leads of one opportunity fill what is still blank. Where an account has one opportunity for all its leads, theirs
//! are several wishes: products are joined, values summed, and the soonest time counts.

use jiff::civil::{Date, date};

use crate::model::calendar;
use crate::model::emissions::{CloseDateFrom, EmittedOpportunity, OpportunityLine, ValueFrom};
use crate::model::field::Field;
use crate::model::money::{self, Money};

use super::catalogue::Catalogue;
use super::companies::fill;
use super::fields::LeadFields;

/// Between the products of one opportunity.
const SEPARATOR: &str = "; ";

/// Time frames, the soonest first.
const TIME_FRAMES: [&str; 5] = ["immediate", "this_quarter", "next_quarter", "this_year", "unknown"];

/// Days in which who wants to buy immediately is expected to.
const IMMEDIATE: i32 = 30;

/// What a lead says about its purchase; "" where it says nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interest<'a> {
    product: &'a str,
    value: Option<f64>,
    value_from: ValueFrom,
    currency: &'a str,
    time_frame: &'a str,
    /// Days since 1970.
    close_date: Option<i32>,
    source: &'a str,
}

impl<'a> Interest<'a> {
    /// A lead's.
    pub(super) fn of(fields: &'a LeadFields, lead: usize) -> Self {
        let value = fields.estimated_value(lead);
        Self {
            product: fields.text(Field::ProductInterest, lead),
            value,
            value_from: if value.is_some() { ValueFrom::Lead } else { ValueFrom::Nothing },
            currency: fields.text(Field::BudgetCurrency, lead),
            time_frame: fields.text(Field::PurchaseTimeframe, lead),
            close_date: fields.estimated_close_date(lead),
            source: fields.text(Field::Source, lead),
        }
    }

    /// The products, as the lead has them.
    pub(super) fn product(self) -> &'a str {
        self.product
    }

    /// The lead's currency, or "".
    pub(super) fn currency(self) -> &'a str {
        self.currency
    }

    /// With the sum of its lines as its value, where it has none of its own.
    pub(super) fn or_worth(mut self, sums: &'a [(String, Money)]) -> Self {
        if let (None, [(currency, sum)]) = (self.value, sums) {
            self = Self { value: Some(sum.to_f64()), value_from: ValueFrom::Lines, currency, ..self };
        }
        self
    }

    /// Fills what is blank, and adds products: none that a lead wants is lost.
    pub(super) fn fill(self, held: &mut EmittedOpportunity, catalogue: &Catalogue<'_>) {
        self.join_product(held, catalogue);
        self.fill_value(held);
        fill(&mut held.purchase_timeframe, self.time_frame);
        held.estimated_close_date = held.estimated_close_date.or(self.close_date);
        fill(&mut held.source, self.source);
    }

    /// Adds the wish to those of the account's other leads; its value only where values `add_up`. Gives, in words, a value
    /// that is in another currency and so could not be added.
    #[must_use]
    pub(super) fn join(self, held: &mut EmittedOpportunity, catalogue: &Catalogue<'_>, add_up: bool) -> Option<String> {
        self.join_product(held, catalogue);
        let mut left_out = None;
        match (held.estimated_value, self.value) {
            (Some(sum), Some(value)) if add_up && one_currency(&held.currency, self.currency) => {
                held.estimated_value = Some(to_four_decimals(sum + value));
                held.value_from = held.value_from.and(self.value_from);
                fill(&mut held.currency, self.currency);
            }
            (Some(_), Some(value)) if add_up => {
                left_out = Some(format!("{} {value}, and the opportunity is in {}", self.currency, held.currency));
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
        left_out
    }

    /// Adds the products that are not there yet, in whatever quantity.
    fn join_product(self, held: &mut EmittedOpportunity, catalogue: &Catalogue<'_>) {
        for product in catalogue.further(self.product, &held.product_interest) {
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
                held.value_from = self.value_from;
                // The currency of a price list is that of its prices, and no lead's.
                if !self.currency.is_empty() || self.value_from == ValueFrom::Lines {
                    self.currency.clone_into(&mut held.currency);
                }
            }
            (None, None) => fill(&mut held.currency, self.currency),
        }
    }
}

/// Gives an opportunity that has no value the sum of its lines, where they are in one currency; else the sums.
pub(super) fn value_of_lines(held: &mut EmittedOpportunity, lines: &[OpportunityLine]) -> Option<String> {
    if held.estimated_value.is_some() {
        return None;
    }
    let sums = worth(lines);
    match &sums[..] {
        [] => {}
        [(currency, sum)] => {
            held.estimated_value = Some(sum.to_f64());
            held.value_from = ValueFrom::Lines;
            currency.clone_into(&mut held.currency);
        }
        several => return Some(money::told(several)),
    }
    None
}

/// The sums of lines with prices, by currency.
pub(super) fn worth(lines: &[OpportunityLine]) -> Vec<(String, Money)> {
    money::by_currency(lines.iter().filter_map(|line| Some((line.currency.as_str(), line.amount?))))
}

/// Says where the day of closing comes from; a new opportunity without one gets the last day of its time frame.
pub(super) fn settle_close_date(held: &mut EmittedOpportunity, is_new: bool, as_of: Date) {
    held.close_date_from = held.estimated_close_date.map(|_| CloseDateFrom::Lead);
    if held.estimated_close_date.is_none() && is_new {
        held.estimated_close_date = last_day(&held.purchase_timeframe, as_of);
        held.close_date_from = held.estimated_close_date.map(|_| CloseDateFrom::Timeframe);
    }
}

/// The last day of a time frame: quarters and years are those of the calendar.
fn last_day(time_frame: &str, as_of: Date) -> Option<i32> {
    let end = |year: i16, month: i8| Some(date(year, month, 1).last_of_month());
    let of_quarter = (as_of.month() - 1) / 3 * 3 + 3;
    let day = match time_frame {
        "immediate" => return Some(calendar::days(as_of).saturating_add(IMMEDIATE)),
        "this_quarter" => end(as_of.year(), of_quarter),
        "next_quarter" if of_quarter == 12 => end(as_of.year().checked_add(1).filter(|year| *year <= 9999)?, 3),
        "next_quarter" => end(as_of.year(), of_quarter + 3),
        "this_year" => end(as_of.year(), 12),
        _ => None,
    };
    day.map(calendar::days)
}

/// The products that a text names.
pub(super) fn products(text: &str) -> impl Iterator<Item = &str> {
    text.split(SEPARATOR.trim_end()).map(str::trim).filter(|product| !product.is_empty())
}

/// A product and how many of it are wanted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Asked<'a> {
    pub(super) name: &'a str,
    /// None where nothing is said.
    pub(super) quantity: Option<Money>,
}

/// "3 x Pump", "3× Pump", "Pump (3)", "Pump (3x)", "Pump x 3"; any other text is a name.
pub(super) fn asked(text: &str) -> Asked<'_> {
    let times = |c: char| matches!(c, 'x' | 'X' | '×' | '*');
    let of = |number: &str, name| Some(Asked { name, quantity: Some(quantity(number.trim())?) });
    let is_name = |name: &&str| name.chars().any(char::is_alphabetic);
    let before = || {
        let (number, rest) = text.split_at(text.find(|c: char| !(c.is_ascii_digit() || ".,".contains(c)))?);
        let sign = rest.trim_start().chars().next().filter(|c| times(*c))?;
        let name = rest.trim_start().strip_prefix(sign)?;
        // "3xA" may be a name.
        let set_off = name.starts_with(char::is_whitespace) || !sign.is_alphabetic();
        of(number, Some(name.trim()).filter(is_name).filter(|_| set_off)?)
    };
    let in_brackets = || {
        let (name, number) = text.strip_suffix(')')?.rsplit_once('(')?;
        let number = number.trim();
        let number = number.strip_prefix(times).or_else(|| number.strip_suffix(times)).unwrap_or(number);
        of(number, Some(name.trim()).filter(is_name)?)
    };
    let behind = || {
        let (name, number) = text.rsplit_once(times)?;
        let set_off = name.ends_with(char::is_whitespace);
        of(number, Some(name.trim()).filter(is_name).filter(|_| set_off)?)
    };
    before().or_else(in_brackets).or_else(behind).unwrap_or(Asked { name: text, quantity: None })
}

/// Digits, with a fraction behind a point or comma; before three digits these separate thousands. None is nothing.
fn quantity(number: &str) -> Option<Money> {
    const MOST: f64 = 1e9;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let plain = match number.split_once(['.', ',']) {
        None => is_number(number).then(|| number.to_owned())?,
        Some((whole, rest)) if !is_number(whole) || !is_number(rest) => return None,
        Some((whole, rest)) if rest.len() == 3 && whole.len() <= 3 => format!("{whole}{rest}"),
        Some((whole, rest)) => format!("{whole}.{rest}"),
    };
    let number = plain.parse::<f64>().ok().filter(|number| *number <= MOST)?;
    Money::of(number).filter(|quantity| quantity.is_positive())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_told_from_names() {
        for (text, name, number) in [
            ("3 x Pump", "Pump", Some("3")),
            ("3x Pump", "Pump", Some("3")),
            ("3×Pump", "Pump", Some("3")),
            ("2.5 * Cable", "Cable", Some("2.5")),
            ("2,5 x Cable", "Cable", Some("2.5")),
            ("1.000 x Label", "Label", Some("1000")),
            ("Pump (3)", "Pump", Some("3")),
            ("Pump (x3)", "Pump", Some("3")),
            ("Pump (12x)", "Pump", Some("12")),
            ("Pump x 3", "Pump", Some("3")),
            ("Pump x3", "Pump", Some("3")),
            ("Pump", "Pump", None),
            ("3xPump", "3xPump", None),
            ("Pump 3000", "Pump 3000", None),
            ("365 Suite", "365 Suite", None),
            ("Pump (large)", "Pump (large)", None),
            ("Pump (0)", "Pump (0)", None),
            ("0 x Pump", "0 x Pump", None),
            ("3 x 4", "3 x 4", None),
            ("Max 3", "Max 3", None),
            ("(3)", "(3)", None),
            ("99999999999 x Pump", "99999999999 x Pump", None),
            ("1.2.3 x Pump", "1.2.3 x Pump", None),
            ("x", "x", None),
        ] {
            let quantity = number.map(|number| Money::of(number.parse().unwrap()).unwrap());
            assert_eq!(asked(text), Asked { name, quantity }, "{text}");
        }
    }

    #[test]
    fn time_frames_end_with_the_calendar() {
        for (as_of, time_frame, last) in [
            (date(2026, 11, 30), "immediate", Some(date(2026, 12, 30))),
            (date(2026, 11, 30), "this_quarter", Some(date(2026, 12, 31))),
            (date(2026, 11, 30), "next_quarter", Some(date(2027, 3, 31))),
            (date(2026, 1, 1), "this_quarter", Some(date(2026, 3, 31))),
            (date(2026, 3, 31), "next_quarter", Some(date(2026, 6, 30))),
            (date(2026, 7, 1), "this_year", Some(date(2026, 12, 31))),
            (date(2026, 7, 1), "unknown", None),
            (date(2026, 7, 1), "", None),
            (Date::MAX, "next_quarter", None),
        ] {
            assert_eq!(last_day(time_frame, as_of), last.map(calendar::days), "{as_of} {time_frame}");
        }
    }
}
