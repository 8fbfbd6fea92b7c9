//! What leads want, and what came of them: lines of opportunities, revenue, and how sources perform.

use std::collections::BTreeMap;

use polars::prelude::{Column, DataType};

use crate::config::plan::ReportPlan;
use crate::model::column_values::ColumnValues;
use crate::model::money::{self, Money};
use crate::model::table::OutputType::{Date, Decimal, Integer, Number, Text};
use crate::model::table::{
    OutputColumn, OutputTable, booleans, dates, filled_text, integers, numbers, optional_integers, optional_numbers,
    optional_text, text, words,
};

use super::Evidence;

pub(super) fn line_columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("opportunity_id", Text, "Opportunity"),
        OutputColumn::required("line", Integer, "Number of the line in it"),
        OutputColumn::required("lead_id", Text, "The lead that wants it"),
        OutputColumn::required("wanted", Text, "What is wanted, as the lead has it"),
        OutputColumn::optional("product", Text, "The product as in the price list"),
        OutputColumn::optional("product_id", Text, "Its id there"),
        OutputColumn::optional("family", Text, "Its family, or the family that is wanted"),
        OutputColumn::required("quantity", Decimal, "How many; 1 where the lead does not say"),
        OutputColumn::optional("price", Decimal, "What one costs on the day of the run"),
        OutputColumn::optional("discount", Decimal, "Percent that are taken off"),
        OutputColumn::optional(
            "amount",
            Decimal,
            "quantity x price less discount, rounded to the currency's smallest unit, halves away from zero",
        ),
        OutputColumn::optional("currency", Text, "Currency of price and amount, ISO 4217"),
    ]
}

/// Opportunity by opportunity.
pub(super) fn lines(evidence: Evidence<'_>) -> OutputTable {
    let (ids, lines) = (&evidence.entities.ids, &evidence.emissions.lines);
    let exact = |amount: Option<Money>| amount.map(Money::to_f64);
    let values = vec![
        text(lines.iter().map(|line| &line.opportunity_id)),
        integers(lines.iter().map(|line| i64::from(line.line))),
        text(lines.iter().map(|line| &ids[line.lead.index()])),
        words(lines.iter().map(|line| line.wanted.as_str())),
        filled_text(lines.iter().map(|line| &line.product)),
        filled_text(lines.iter().map(|line| &line.product_id)),
        filled_text(lines.iter().map(|line| &line.family)),
        numbers(lines.iter().map(|line| line.quantity.to_f64())),
        optional_numbers(lines.iter().map(|line| exact(line.price))),
        optional_numbers(lines.iter().map(|line| exact(line.discount))),
        optional_numbers(lines.iter().map(|line| exact(line.amount))),
        filled_text(lines.iter().map(|line| &line.currency)),
    ];
    OutputTable::new("opportunity_lines", line_columns(), values)
}

pub(super) fn revenue_columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required(
            "document",
            Text,
            "quote, order, invoice, or opportunity: a won one without orders and invoices",
        ),
        OutputColumn::required("document_id", Text, "The CRM's id of it"),
        OutputColumn::optional("date", Date, "Its day"),
        OutputColumn::optional("amount", Decimal, "Its amount"),
        OutputColumn::optional("currency", Text, "Currency of the amount, ISO 4217"),
        OutputColumn::optional("status", Text, "Its status, as the CRM has it"),
        OutputColumn::optional("revenue", Decimal, "What of it counts: each sale once; blank where nothing does"),
        OutputColumn::optional("opportunity_id", Text, "Opportunity"),
        OutputColumn::optional("account_id", Text, "Account"),
        OutputColumn::optional("contact_id", Text, "Contact"),
        OutputColumn::optional("lead_id", Text, "The lead that it goes back to"),
        OutputColumn::optional("through", Text, "How that is known: opportunity, lead, contact, email or account"),
        OutputColumn::optional(
            "reason",
            Text,
            "Why it leads to no lead: no_reference, unknown_reference, lead_came_later or undated",
        ),
        OutputColumn::optional("source", Text, "Where the lead was heard of"),
        OutputColumn::optional("initiated_by", Text, "Who or what exactly initiated the lead"),
        OutputColumn::optional(
            "days_from_created",
            Integer,
            "Days from the creation of the lead's first row to the document",
        ),
    ]
}

/// Every document, by kind and id.
pub(super) fn revenue(evidence: Evidence<'_>) -> OutputTable {
    let (ids, rows) = (&evidence.entities.ids, &evidence.revenue.rows);
    let exact = |amount: Option<Money>| amount.map(Money::to_f64);
    let lead = |at: usize| rows[at].lead.ok().map(|(lead, _)| lead);
    let all = || 0..rows.len();
    // For runs without revenue nobody asks for the leads' attribution.
    let names = if rows.is_empty() { Attribution::default() } else { Attribution::of(evidence) };
    let values = vec![
        words(rows.iter().map(|row| row.document.kind.name())),
        text(rows.iter().map(|row| &row.document.id)),
        dates(rows.iter().map(|row| row.document.date)),
        optional_numbers(rows.iter().map(|row| exact(row.document.amount))),
        filled_text(rows.iter().map(|row| &row.document.currency)),
        filled_text(rows.iter().map(|row| &row.document.status)),
        optional_numbers(rows.iter().map(|row| exact(row.revenue))),
        filled_text(rows.iter().map(|row| &row.document.opportunity_id)),
        filled_text(rows.iter().map(|row| &row.document.account_id)),
        filled_text(rows.iter().map(|row| &row.document.contact_id)),
        optional_text(all().map(|at| lead(at).map(|lead| &ids[lead.index()]))),
        filled_text(rows.iter().map(|row| row.lead.map_or("", |(_, through)| through.name()))),
        filled_text(rows.iter().map(|row| row.lead.err().map_or("", |why| why.name()))),
        filled_text(all().map(|at| lead(at).map_or("", |lead| names.source(lead.index())))),
        filled_text(all().map(|at| lead(at).map_or("", |lead| names.initiator(lead.index())))),
        optional_integers(rows.iter().map(|row| row.days.map(i64::from))),
    ];
    OutputTable::new("revenue", revenue_columns(), values)
}

/// `became_won`, `won_at`, `revenue` and `revenue_currency` of all golden leads.
pub(super) fn lead_values(evidence: Evidence<'_>) -> [ColumnValues; 4] {
    let (of, leads) = (evidence.revenue, evidence.entities.len());
    if of.leads.is_empty() {
        let blank = |kind: &DataType| Column::full_null("".into(), leads, kind).into();
        let nobody = booleans((0..leads).map(|_| false));
        return [nobody, blank(&DataType::Date), blank(&DataType::Float64), blank(&DataType::String)];
    }
    [
        booleans((0..leads).map(|lead| of.of(lead).is_some_and(|it| it.won))),
        dates((0..leads).map(|lead| of.of(lead)?.won_at)),
        optional_numbers((0..leads).map(|lead| Some(of.of(lead)?.total()?.to_f64()))),
        filled_text((0..leads).map(|lead| of.of(lead).map(|it| it.currencies()).unwrap_or_default())),
    ]
}

/// Source and initiator of the golden leads, as they are after edits.
#[derive(Default)]
struct Attribution {
    source: Option<Column>,
    initiated_by: Option<Column>,
}

impl Attribution {
    fn of(evidence: Evidence<'_>) -> Self {
        let facts = &evidence.entities.facts;
        Self { source: facts.column("source"), initiated_by: facts.column("initiated_by") }
    }

    fn source(&self, lead: usize) -> &str {
        text_of(self.source.as_ref(), lead)
    }

    fn initiator(&self, lead: usize) -> &str {
        text_of(self.initiated_by.as_ref(), lead)
    }
}

fn text_of(column: Option<&Column>, lead: usize) -> &str {
    column.and_then(|column| column.str().ok()?.get(lead)).unwrap_or_default()
}

/// Leads that were counted together.
#[derive(Default)]
struct Tally {
    leads: i64,
    open: i64,
    qualified: i64,
    opportunities: i64,
    won: i64,
    sums: Vec<(String, Money)>,
}

impl Tally {
    fn count(&mut self, evidence: Evidence<'_>, lead: usize) {
        let (emissions, revenue) = (evidence.emissions, evidence.revenue.of(lead));
        self.leads += 1;
        match emissions.status.get(lead) {
            "open" => self.open += 1,
            "qualified" => self.qualified += 1,
            _ => {}
        }
        self.opportunities += i64::from(emissions.stage[lead] != "qualify");
        self.won += i64::from(revenue.is_some_and(|it| it.won));
        self.sums.extend(revenue.into_iter().flat_map(|it| it.sums.iter().cloned()));
    }

    fn sums(&self) -> Vec<(String, Money)> {
        money::by_currency(self.sums.iter().map(|(currency, sum)| (currency.as_str(), *sum)))
    }

    /// A share of the leads in percent, with two decimals.
    fn percent(&self, part: i64) -> f64 {
        (part as f64 * 10_000.0 / self.leads.max(1) as f64).round() / 100.0
    }
}

/// The built-in reports about sales, for runs with quotes, orders or invoices, unless planned reports have their names.
pub fn sales(evidence: Evidence<'_>, plans: &[ReportPlan]) -> Vec<OutputTable> {
    if !evidence.revenue.has_documents {
        return Vec::new();
    }
    let names = Attribution::of(evidence);
    let mut by_source: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut by_campaign: BTreeMap<(&str, &str), Tally> = BTreeMap::new();
    for lead in 0..evidence.entities.len() {
        by_source.entry(names.source(lead)).or_default().count(evidence, lead);
        by_campaign.entry((names.source(lead), names.initiator(lead))).or_default().count(evidence, lead);
    }
    let reports = [("funnel", funnel(&by_source)), ("source_performance", performance(&by_campaign))];
    let is_own = |slug: &str| plans.iter().any(|plan| plan.slug == slug);
    reports.into_iter().filter(|(slug, _)| !is_own(slug)).map(|(_, report)| report).collect()
}

/// How many leads of a source went how far.
fn funnel(by_source: &BTreeMap<&str, Tally>) -> OutputTable {
    let columns = vec![
        OutputColumn::optional("source", Text, "Where the leads were heard of"),
        OutputColumn::required("leads", Integer, "Golden leads"),
        OutputColumn::required("open", Integer, "Of these, open ones"),
        OutputColumn::required("qualified", Integer, "Qualified ones"),
        OutputColumn::required("opportunities", Integer, "Those that have had an opportunity"),
        OutputColumn::required("won", Integer, "Those that brought something"),
        OutputColumn::optional("revenue", Decimal, "What they brought; blank where that is in several currencies"),
        OutputColumn::optional("currency", Text, "Currency of the revenue; several: the sum in each"),
    ];
    let rows = || by_source.iter();
    let currency = |tally: &Tally| match &tally.sums()[..] {
        [] => String::new(),
        [(currency, _)] => currency.clone(),
        several => money::told(several),
    };
    let total = |tally: &Tally| if let [(_, sum)] = tally.sums()[..] { Some(sum.to_f64()) } else { None };
    let values = vec![
        filled_text(rows().map(|(source, _)| *source)),
        integers(rows().map(|(_, tally)| tally.leads)),
        integers(rows().map(|(_, tally)| tally.open)),
        integers(rows().map(|(_, tally)| tally.qualified)),
        integers(rows().map(|(_, tally)| tally.opportunities)),
        integers(rows().map(|(_, tally)| tally.won)),
        optional_numbers(rows().map(|(_, tally)| total(tally))),
        filled_text(rows().map(|(_, tally)| currency(tally))),
    ];
    OutputTable::new("reports/funnel", columns, values)
}

/// Leads of one source and initiator, and what they brought in one currency.
struct Performance<'a> {
    of: (&'a str, &'a str),
    tally: &'a Tally,
    sum: Option<(String, Money)>,
}

/// What came of the leads of each source and initiator; a row for each currency.
fn performance(by_campaign: &BTreeMap<(&str, &str), Tally>) -> OutputTable {
    let columns = vec![
        OutputColumn::optional("source", Text, "Where the leads were heard of"),
        OutputColumn::optional("initiated_by", Text, "Who or what exactly initiated them: a campaign, a person"),
        OutputColumn::required("leads", Integer, "Golden leads, whatever the currency of their revenue"),
        OutputColumn::required("qualified", Integer, "Of these, qualified ones"),
        OutputColumn::required("qualified_percent", Number, "Their share of the leads"),
        OutputColumn::required("won", Integer, "Leads that brought something"),
        OutputColumn::required("won_percent", Number, "Their share of the leads"),
        OutputColumn::optional("revenue", Decimal, "What they brought in this currency"),
        OutputColumn::optional("currency", Text, "Currency, ISO 4217: a row for each"),
    ];
    let mut rows: Vec<Performance<'_>> = Vec::new();
    for (&of, tally) in by_campaign {
        let sums = tally.sums();
        if sums.is_empty() {
            rows.push(Performance { of, tally, sum: None });
        }
        rows.extend(sums.into_iter().map(|sum| Performance { of, tally, sum: Some(sum) }));
    }
    let sums = || rows.iter().map(|row| row.sum.as_ref());
    let values = vec![
        filled_text(rows.iter().map(|row| row.of.0)),
        filled_text(rows.iter().map(|row| row.of.1)),
        integers(rows.iter().map(|row| row.tally.leads)),
        integers(rows.iter().map(|row| row.tally.qualified)),
        numbers(rows.iter().map(|row| row.tally.percent(row.tally.qualified))),
        integers(rows.iter().map(|row| row.tally.won)),
        numbers(rows.iter().map(|row| row.tally.percent(row.tally.won))),
        optional_numbers(sums().map(|sum| Some(sum?.1.to_f64()))),
        filled_text(sums().map(|sum| sum.map_or("", |(currency, _)| currency.as_str()))),
    ];
    OutputTable::new("reports/source_performance", columns, values)
}
