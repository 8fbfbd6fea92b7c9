//! The one currency of a golden lead's amounts. The estimated value survives by itself, the budget with the currency; where
//! their rows are in two currencies, no amount is told in that of the other.

use std::sync::Arc;

use crate::config::plan::{MergePlan, Survivorship};
use crate::model::entities::NO_MEMBER;
use crate::model::field::Field;
use crate::model::leads::{LeadId, Leads, Values};
use crate::model::matching::Clusters;
use crate::model::rows::{Finding, FindingCode, shown};

use super::ranking::{Order, Orders};
use super::survivorship::pick;

const BUDGET: usize = Field::BudgetAmount as usize;
const CURRENCY: usize = Field::BudgetCurrency as usize;
const ESTIMATE: usize = Field::EstimatedValue as usize;

/// Where the estimated value is in another currency than the one that survives, comes instead, the first that there is: an
/// estimated value in the budget's currency, the value's own currency where no budget names one, a budget in the value's currency.
/// Else the value is left out, and is found at its row.
pub(super) fn settle(
    plan: &MergePlan,
    leads: &Leads,
    groups: &Clusters,
    orders: &Orders,
    lineage: &mut [Arc<Vec<u32>>],
) -> Vec<Finding> {
    let are_asked = [CURRENCY, ESTIMATE].iter().all(|&column| lineage[column].len() == groups.len());
    let are_blank = [CURRENCY, ESTIMATE].iter().any(|&column| leads.values[column].is_blank());
    let mut findings = Vec::new();
    if !are_asked || are_blank || groups.len() == leads.len() {
        return findings;
    }
    let currency = |row: u32| leads.values[CURRENCY].text(row as usize).unwrap_or_default();
    for entity in 0..groups.len() {
        let [value, named] = [ESTIMATE, CURRENCY].map(|column| lineage[column][entity]);
        if value == named || value == NO_MEMBER || named == NO_MEMBER {
            continue;
        }
        let (own, held) = (currency(value), currency(named));
        if own.is_empty() || own == held {
            continue;
        }
        let best = |column: usize, way: Survivorship, fits: &dyn Fn(&str) -> bool| {
            let rows = orders.of(Order::of(way), groups, entity).iter().copied();
            let values = &leads.values[column];
            let rows: Vec<LeadId> = rows.filter(|row| values.is_filled(row.index()) && fits(currency(row.0))).collect();
            pick(way, values, &rows)
        };
        if let Some(row) = best(ESTIMATE, plan.way(ESTIMATE), &|code| code.is_empty() || code == held) {
            Arc::make_mut(&mut lineage[ESTIMATE])[entity] = row.0;
            continue;
        }
        let budget = lineage[BUDGET].get(entity).copied().filter(|&row| row != NO_MEMBER);
        if budget.is_none_or(|row| currency(row).is_empty()) {
            Arc::make_mut(&mut lineage[CURRENCY])[entity] = value;
        } else if let Some(row) = best(BUDGET, way_of_budget(plan), &|code| code == own) {
            Arc::make_mut(&mut lineage[BUDGET])[entity] = row.0;
            Arc::make_mut(&mut lineage[CURRENCY])[entity] = row.0;
        } else {
            let Values::Number(amounts) = &leads.values[ESTIMATE] else { continue };
            let amount = amounts[value as usize].unwrap_or_default();
            findings.push(Finding {
                origin: leads.origins[value as usize],
                field: Field::EstimatedValue.name().to_owned(),
                code: FindingCode::MixedCurrencies,
                text: shown(&format!("{own} {amount}, and the lead's budget is in {held}")),
            });
            Arc::make_mut(&mut lineage[ESTIMATE])[entity] = NO_MEMBER;
        }
    }
    findings
}

/// How the budget survives, with its currency.
fn way_of_budget(plan: &MergePlan) -> Survivorship {
    let ways = [plan.way(BUDGET), plan.way(CURRENCY)];
    ways.into_iter().find(|&way| way != Survivorship::MostRecent).unwrap_or(Survivorship::MostRecent)
}
