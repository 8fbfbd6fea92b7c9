//! A change in words, with the value that is there now.

use std::collections::BTreeMap;
use std::fmt::Write;

use polars::prelude::{AnyValue, Column};

use super::lift::{Board, Lift, Turns, comparison, lowers};
use crate::config::plan::{Criterion, CriterionTest, Items, ScorePlan};
use crate::model::calendar;
use crate::model::facts::Facts;
use crate::model::scorecards::Points;
use crate::rules::{Comparison, Condition};

/// Characters of a condition that are shown.
const SHOWN: usize = 120;
/// Characters of a text value that are shown.
const SHOWN_VALUE: usize = 40;

/// What changes a criterion or a part of the gate.
enum Said {
    /// The value of a column, to this.
    Value(String, String),
    /// One more history item of this kind.
    Item(String),
    /// What a condition, in its own words, says.
    Text(String),
    /// That it does not say it any more.
    NoText(String),
}

/// What to say of each criterion and each part of the gate.
pub(super) struct Words {
    names: Vec<String>,
    criteria: Vec<Said>,
    parts: Vec<Said>,
    /// Per part, what criteria give once a fact meets it.
    turns: Vec<Turns>,
    columns: BTreeMap<String, Column>,
}

impl Words {
    pub(super) fn new(plan: &ScorePlan, gate: &[Condition], turns: Vec<Turns>, facts: &Facts) -> Self {
        let criteria: Vec<Said> = plan.criteria.iter().map(of_criterion).collect();
        let parts: Vec<Said> = gate.iter().map(of_part).collect();
        let column = |said: &Said| match said {
            Said::Value(name, _) => facts.column(name).map(|column| (name.clone(), column)),
            _ => None,
        };
        Self {
            names: plan.criteria.iter().map(|criterion| criterion.name.clone()).collect(),
            columns: criteria.iter().chain(&parts).filter_map(column).collect(),
            criteria,
            parts,
            turns,
        }
    }

    /// "budget_amount from 4200 to at least 5000 (criterion Budget: +4) and …".
    pub(super) fn write(&self, out: &mut String, lead: usize, parts: &[usize], lift: &Lift, board: &Board) {
        let mut separator = "";
        for &part in parts {
            out.push_str(separator);
            self.change(out, lead, &self.parts[part]);
            self.told_by(out, &board.added(&self.turns[part]));
            separator = " and ";
        }
        for criteria in &lift.facts {
            out.push_str(separator);
            separator = " and ";
            let Some(&(first, added)) = criteria.first() else { continue };
            match &self.criteria[first] {
                said @ (Said::Value(..) | Said::Item(_)) => {
                    self.change(out, lead, said);
                    self.told_by(out, criteria);
                }
                Said::Text(text) => write_to(out, format_args!("criterion {}: +{added} ({text})", self.names[first])),
                Said::NoText(text) => {
                    write_to(out, format_args!("criterion {} not met: +{added} ({text})", self.names[first]));
                }
            }
        }
    }

    /// " (criteria Budget: +4, Small budget: -1)", or nothing.
    fn told_by(&self, out: &mut String, criteria: &[(usize, Points)]) {
        let word = if criteria.len() > 1 { "criteria" } else { "criterion" };
        for (nth, (criterion, added)) in criteria.iter().enumerate() {
            let sign = if *added > Points::ZERO { "+" } else { "" };
            match nth {
                0 => write_to(out, format_args!(" ({word} ")),
                _ => out.push_str(", "),
            }
            write_to(out, format_args!("{}: {sign}{added}", self.names[*criterion]));
        }
        if !criteria.is_empty() {
            out.push(')');
        }
    }

    fn change(&self, out: &mut String, lead: usize, said: &Said) {
        match said {
            Said::Value(name, wanted) => {
                write_to(out, format_args!("{name} from "));
                match self.columns.get(name).map(|column| column.get(lead)) {
                    Some(Ok(value)) => push(out, &value),
                    _ => out.push_str("blank"),
                }
                write_to(out, format_args!(" to {wanted}"));
            }
            Said::Item(kind) => write_to(out, format_args!("one more {kind}")),
            Said::Text(text) => out.push_str(text),
            Said::NoText(text) => write_to(out, format_args!("not {text}")),
        }
    }
}

fn of_criterion(criterion: &Criterion) -> Said {
    let is_lowering = lowers(criterion);
    match (&criterion.test, comparison(criterion)) {
        (_, Some(Comparison { column, met, unmet, .. })) => Said::Value(column, if is_lowering { unmet } else { met }),
        (CriterionTest::When(condition), None) if is_lowering => Said::NoText(shortened(&condition.sql)),
        (CriterionTest::When(condition), None) => Said::Text(shortened(&condition.sql)),
        (CriterionTest::Each { items, .. }, None) if is_lowering => {
            Said::NoText(format!("each {}", of_items(items, false)))
        }
        (CriterionTest::Any { items, at_least }, None) if *at_least > 1 => {
            Said::Text(format!("at least {at_least} {}", of_items(items, true)))
        }
        (
            CriterionTest::Each { items, .. } | CriterionTest::Any { items, .. } | CriterionTest::Without { items },
            None,
            // An item of today is within every window.
        ) => Said::Item(of_items(&Items { within_days: None, ..items.clone() }, false)),
        (CriterionTest::Known(_), None) => Said::Text(criterion.name.clone()),
    }
}

/// `e-mails within 30 days where author <> 'bot'`.
fn of_items(items: &Items, several: bool) -> String {
    let filter = items.filter.as_ref().map_or_else(String::new, |filter| format!(" where {}", filter.sql));
    shortened(&format!("{}{filter}", items.in_words(several)))
}

fn of_part(part: &Condition) -> Said {
    match part.comparison() {
        Some(Comparison { column, met, .. }) => Said::Value(column, met),
        None => Said::Text(shortened(&part.sql)),
    }
}

/// A condition on one line, its end cut off where it is long.
fn shortened(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn push(out: &mut String, value: &AnyValue<'_>) {
    match value {
        AnyValue::Null => out.push_str("blank"),
        AnyValue::Boolean(truth) => write_to(out, format_args!("{truth}")),
        AnyValue::Int64(number) => write_to(out, format_args!("{number}")),
        AnyValue::Float64(number) => write_to(out, format_args!("{number}")),
        AnyValue::Date(days) => write_to(out, format_args!("'{}'", calendar::day(*days))),
        AnyValue::Datetime(micros, ..) => write_to(out, format_args!("'{}'", calendar::timestamp(*micros))),
        other => {
            let text = other.get_str().unwrap_or_default();
            match text.char_indices().nth(SHOWN_VALUE) {
                Some((end, _)) => write_to(out, format_args!("'{}…'", &text[..end])),
                None => write_to(out, format_args!("'{text}'")),
            }
        }
    }
}

fn write_to(out: &mut String, words: std::fmt::Arguments<'_>) {
    out.write_fmt(words).expect("writing to a string");
}
