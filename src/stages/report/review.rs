//! The file that people fill in: pairs of lead rows, and leads beside records of the CRM, the most worthwhile first.

use std::cmp::Ordering;

use rayon::prelude::*;

use crate::config::preset::CrmKind;
use crate::model::answers::QuestionKind;
use crate::model::column_values::{Chunk, ColumnValues};
use crate::model::crm::{Contact, Crm, Places};
use crate::model::emissions::Decision;
use crate::model::entities::EntityId;
use crate::model::field::Field;
use crate::model::ids;
use crate::model::leads::LeadId;
use crate::model::matching::{ComparisonModel, Link, LinkRule, Verdict};
use crate::model::questions::{Outlook, PairQuestion, RecordQuestion};
use crate::model::table::OutputType::{Integer, Number, Text};
use crate::model::table::{
    OutputColumn, OutputTable, filled_text, integers, numbers, optional_numbers, optional_text, words,
};

use super::{Evidence, links};

/// Fields that stand side by side.
const SIDE_BY_SIDE: [Field; 12] = [
    Field::FullName,
    Field::Company,
    Field::JobTitle,
    Field::Email,
    Field::Phone,
    Field::MobilePhone,
    Field::Domain,
    Field::Street,
    Field::City,
    Field::Postcode,
    Field::Country,
    Field::ProductInterest,
];

/// Rows of a lead by which an answer finds it again.
const MOST_ROWS: usize = 50;

/// What to fill in and what it is worth, both sides, then the evidence.
pub(super) fn columns(comparisons: &[ComparisonModel]) -> Vec<OutputColumn> {
    let mut columns = vec![
        OutputColumn::optional("decision", Text, "To fill in: match or distinct; new, where a record is asked about"),
        OutputColumn::required("kind", Text, "What is asked about: lead, account, contact or opportunity"),
        OutputColumn::required("stake", Number, "Value of the leads that the question keeps from qualifying"),
        OutputColumn::optional("currency", Text, "Its currency, ISO 4217"),
        OutputColumn::optional("owner", Text, "Whose the leads are"),
        OutputColumn::optional("decision_now", Text, "Decision on the leads as things stand, left and right"),
        OutputColumn::optional("if_match", Text, "What it would be, were both the same"),
        OutputColumn::optional("if_distinct", Text, "What it would be, were they two"),
        OutputColumn::optional("if_new", Text, "What it would be, were a new record made"),
        OutputColumn::required("leads", Integer, "Leads that the answer touches"),
        OutputColumn::required("rows", Integer, "Their input rows"),
        OutputColumn::optional("why", Text, "In what both sides agree and differ"),
    ];
    for field in SIDE_BY_SIDE {
        for side in ["left", "right"] {
            columns.push(OutputColumn::optional(&format!("{side}_{}", field.name()), Text, field.description()));
        }
    }
    let always = ["left_id", "right_id", "left_source", "right_source", "rule", "verdict"];
    let evidence = links::columns(comparisons).into_iter();
    columns.extend(evidence.map(|column| OutputColumn { nullable: !always.contains(&&*column.name), ..column }));
    columns.push(OutputColumn::optional("left_rows", Text, "All rows of the lead, where a record is asked about"));
    columns
}

/// A question.
struct Row<'a> {
    about: About<'a>,
    /// The row on the left; of a lead, the one that survives.
    left: LeadId,
    leads: Vec<EntityId>,
    stake: f64,
    currency: String,
}

enum About<'a> {
    /// Place among the links, and what is known of the leads' decisions.
    Pair(usize, &'a Link, Option<&'a PairQuestion>),
    Record(&'a RecordQuestion),
}

impl<'a> Row<'a> {
    fn kind(&self) -> QuestionKind {
        match self.about {
            About::Pair(..) => QuestionKind::Lead,
            About::Record(question) => question.asked.kind,
        }
    }

    fn record(&self) -> Option<&'a RecordQuestion> {
        match self.about {
            About::Pair(..) => None,
            About::Record(question) => Some(question),
        }
    }

    fn pair(&self) -> Option<(usize, &'a Link)> {
        match self.about {
            About::Pair(at, link, _) => Some((at, link)),
            About::Record(_) => None,
        }
    }

    fn probability(&self) -> Option<f64> {
        match self.about {
            About::Pair(_, link, _) => Some(link.probability),
            About::Record(question) => question.asked.strength.map(|strength| f64::from(strength) / 100.0),
        }
    }

    /// The most worthwhile first, then the likeliest, then by ids.
    fn order(&self, other: &Self) -> Ordering {
        let likely = |row: &Self| row.probability().unwrap_or(-1.0);
        let weight = |row: &Self| row.pair().map_or(f64::NEG_INFINITY, |(_, link)| link.weight);
        let right = |row: &Self| row.pair().map(|(_, link)| link.pair.right);
        let record = |row: &Self| row.record().map(|question| &question.asked.id);
        (other.stake.total_cmp(&self.stake))
            .then_with(|| likely(other).total_cmp(&likely(self)))
            .then_with(|| weight(other).total_cmp(&weight(self)))
            .then_with(|| (self.left, right(self), self.kind()).cmp(&(other.left, right(other), other.kind())))
            .then_with(|| record(self).cmp(&record(other)))
    }
}

pub(super) fn review(evidence: Evidence<'_>) -> OutputTable {
    let rows = rows(evidence);
    let row_id = |row: LeadId| ids::row_id(evidence.leads.keys[row.index()]);
    let text = |of: &(dyn Fn(&Row<'_>) -> String + Sync)| filled_text(rows.par_iter().map(of).collect::<Vec<String>>());
    let decision_now = |row: &Row<'_>| {
        let decisions = row.leads.iter().filter_map(|lead| evidence.emissions.decisions.get(lead.index()));
        sides(decisions.map(|Decision { kind, reason, .. }| Outlook { kind: *kind, reason: reason.clone() }))
    };
    let if_match = |row: &Row<'_>| match row.about {
        About::Pair(.., question) => question.and_then(|it| it.if_match.as_ref()).map(Outlook::to_string),
        About::Record(question) => Some(question.if_match.to_string()),
    };
    let if_distinct = |row: &Row<'_>| match row.about {
        About::Pair(.., question) => question.map(|it| sides(it.if_distinct.iter().cloned())),
        About::Record(question) => Some(question.if_distinct.to_string()),
    };
    let if_new = |row: &Row<'_>| row.record().map(|question| question.if_new.to_string());
    let members = |lead: &EntityId| evidence.entities.members(lead.index()).len() as i64;
    let mut values = vec![
        optional_text(rows.iter().map(|_| None::<&str>)),
        words(rows.iter().map(|row| row.kind().name())),
        numbers(rows.iter().map(|row| row.stake)),
        words(rows.iter().map(|row| row.currency.as_str())),
        text(&|row| owners(evidence, row)),
        text(&decision_now),
        text(&|row| if_match(row).unwrap_or_default()),
        text(&|row| if_distinct(row).unwrap_or_default()),
        text(&|row| if_new(row).unwrap_or_default()),
        integers(rows.iter().map(|row| row.leads.len() as i64)),
        integers(rows.iter().map(|row| row.leads.iter().map(members).sum())),
        text(&|row| why(evidence, row)),
    ];
    for field in SIDE_BY_SIDE {
        values.push(text(&|row| left(evidence, row, field)));
        values.push(text(&|row| right(evidence, row, field)));
    }
    values.extend([
        text(&|row| row_id(row.left)),
        text(&|row| match row.about {
            About::Pair(_, link, _) => row_id(link.pair.right),
            About::Record(question) => question.asked.id.clone(),
        }),
        text(&|row| source(evidence, row.left)),
        text(&|row| evidence.leads.text(Field::SourceId, row.left).unwrap_or_default().to_owned()),
        text(&|row| match row.about {
            About::Pair(_, link, _) => source(evidence, link.pair.right),
            About::Record(question) => file_kind(question.asked.kind).source_name(),
        }),
        text(&|row| match row.about {
            About::Pair(_, link, _) => {
                evidence.leads.text(Field::SourceId, link.pair.right).unwrap_or_default().to_owned()
            }
            About::Record(question) => question.asked.id.clone(),
        }),
        optional_numbers(rows.iter().map(Row::probability)),
        optional_numbers(rows.iter().map(|row| row.pair().map(|(_, link)| link.weight))),
        text(&|row| rule(evidence, row)),
        words(rows.iter().map(|_| Verdict::Review.name())),
    ]);
    values.extend(comparisons(evidence, &rows));
    let rows_of = |row: &Row<'_>| match row.record() {
        None => String::new(),
        Some(question) => {
            let members = evidence.entities.members(question.lead.index()).iter().filter(|other| **other != row.left);
            let rows = std::iter::once(&row.left).chain(members).take(MOST_ROWS);
            rows.map(|&row| row_id(row)).collect::<Vec<_>>().join("; ")
        }
    };
    values.push(text(&rows_of));
    OutputTable::new("review", columns(&evidence.links.model.comparisons), values)
}

/// All questions, the most worthwhile first.
fn rows(evidence: Evidence<'_>) -> Vec<Row<'_>> {
    let Evidence { links, entities, emissions, .. } = evidence;
    let questions = &emissions.questions;
    let pair = |(at, link): (usize, &Link)| {
        if !links::is_open(evidence, link) {
            return None;
        }
        let found = questions.pairs.binary_search_by_key(&at, |question| question.link as usize);
        let question = found.ok().map(|found| &questions.pairs[found]);
        let leads = [link.pair.left, link.pair.right].map(|row| entities.of[row.index()]);
        let held = (0..2).filter(|&side| question.is_some_and(|question| question.holds[side]));
        let (stake, currency) = stake(evidence, held.map(|side| leads[side]));
        let about = About::Pair(at, &evidence.links.rows[at], question);
        Some(Row { about, left: link.pair.left, leads: leads.to_vec(), stake, currency })
    };
    let record = |at: usize| {
        let question = &evidence.emissions.questions.records[at];
        let (stake, currency) = stake(evidence, [question.lead].into_iter());
        let left = entities.survivors[question.lead.index()];
        Row { about: About::Record(question), left, leads: vec![question.lead], stake, currency }
    };
    let mut rows: Vec<Row<'_>> = links.rows.par_iter().enumerate().filter_map(pair).collect();
    rows.par_extend((0..questions.records.len()).into_par_iter().map(record));
    rows.par_sort_by(Row::order);
    rows
}

/// What leads are worth together, and in which currency. An amount without one is taken to be in the other's; of amounts in
/// two currencies the larger number counts.
fn stake(evidence: Evidence<'_>, leads: impl Iterator<Item = EntityId>) -> (f64, String) {
    let worth = |lead: EntityId| {
        let value =
            number(evidence, Field::EstimatedValue, lead).or_else(|| number(evidence, Field::BudgetAmount, lead));
        value.map(|value| (value, golden(evidence, Field::BudgetCurrency, lead)))
    };
    let add = |(sum, currency): (f64, String), (value, other): (f64, String)| match currency.is_empty()
        || other.is_empty()
        || currency == other
    {
        true => (to_four_decimals(sum + value), if currency.is_empty() { other } else { currency }),
        false if value > sum => (value, other),
        false => (sum, currency),
    };
    leads.filter_map(worth).reduce(add).unwrap_or_default()
}

/// So that 0.1 and 0.2 are 0.3; amounts too large for decimals stay as they are.
fn to_four_decimals(amount: f64) -> f64 {
    let rounded = (amount * 1e4).round() / 1e4;
    if rounded.is_finite() { rounded } else { amount }
}

fn value(evidence: Evidence<'_>, field: Field, lead: EntityId) -> Option<Chunk> {
    let values = evidence.entities.facts.values(field.name())?;
    (lead.index() < values.len()).then(|| values.chunk(lead.index()..lead.index() + 1))
}

/// A number of a golden lead.
fn number(evidence: Evidence<'_>, field: Field, lead: EntityId) -> Option<f64> {
    match value(evidence, field, lead)? {
        Chunk::Number(values) => *values.first()?,
        _ => None,
    }
}

/// A text of a golden lead, or "".
fn golden(evidence: Evidence<'_>, field: Field, lead: EntityId) -> String {
    let text = match value(evidence, field, lead) {
        Some(Chunk::Text(chunk)) => chunk.iter().next().flatten().map(str::to_owned),
        Some(Chunk::Words(chunk)) => chunk.iter().next().flatten().map(str::to_owned),
        _ => None,
    };
    text.unwrap_or_default()
}

/// One of them where both sides are the same, else left; right.
fn sides(outlooks: impl Iterator<Item = Outlook>) -> String {
    let mut told: Vec<String> = outlooks.map(|outlook| outlook.to_string()).collect();
    told.dedup();
    told.join("; ")
}

fn owners(evidence: Evidence<'_>, row: &Row<'_>) -> String {
    let owner = &evidence.assignments.owner;
    let of_lead = |lead: &EntityId| (lead.index() < owner.codes.len()).then(|| owner.get(lead.index()));
    let mut owners: Vec<&str> = row.leads.iter().filter_map(of_lead).filter(|owner| !owner.is_empty()).collect();
    owners.dedup();
    owners.join("; ")
}

fn source(evidence: Evidence<'_>, row: LeadId) -> String {
    evidence.leads.places.sources[usize::from(evidence.leads.origins[row.index()].source)].clone()
}

fn file_kind(kind: QuestionKind) -> CrmKind {
    match kind {
        QuestionKind::Contact => CrmKind::Contacts,
        QuestionKind::Opportunity => CrmKind::Opportunities,
        QuestionKind::Account | QuestionKind::Lead => CrmKind::Accounts,
    }
}

/// Who found a pair, or why a lead is under review.
fn rule(evidence: Evidence<'_>, row: &Row<'_>) -> String {
    match row.about {
        About::Pair(_, link, _) => match link.rule {
            LinkRule::Model => "model".to_owned(),
            LinkRule::Decision => "decision".to_owned(),
            LinkRule::Rule(rule) => evidence.duplicate_rules[usize::from(rule)].name.clone(),
        },
        About::Record(question) => evidence.emissions.decisions[question.lead.index()].reason.clone().into_owned(),
    }
}

/// Of a pair the levels of its comparisons, where both rows say something.
fn why(evidence: Evidence<'_>, row: &Row<'_>) -> String {
    let (at, _) = match row.about {
        About::Pair(at, link, _) => (at, link),
        About::Record(question) => return question.why.clone(),
    };
    let comparisons = &evidence.links.model.comparisons;
    let levels = &evidence.links.levels[at * comparisons.len()..(at + 1) * comparisons.len()];
    let told = comparisons.iter().zip(levels).filter(|(_, level)| **level != 0);
    let told =
        told.map(|(comparison, &level)| format!("{}: {}", comparison.name, comparison.levels[usize::from(level)]));
    told.collect::<Vec<_>>().join(", ")
}

/// Level and weight of every comparison, blank for records.
fn comparisons(evidence: Evidence<'_>, rows: &[Row<'_>]) -> Vec<ColumnValues> {
    let links = evidence.links;
    let comparisons = &links.model.comparisons;
    let place = |row: &Row<'_>, comparison: usize| row.pair().map(|(at, _)| at * comparisons.len() + comparison);
    let both = |(at, comparison): (usize, &ComparisonModel)| {
        let level = |place: usize| comparison.levels[usize::from(links.levels[place])].as_str();
        let level = |row: &Row<'_>| place(row, at).map_or("", level);
        let weight = |row: &Row<'_>| place(row, at).map(|place| f64::from(links.weights[place]));
        [words(rows.iter().map(level)), optional_numbers(rows.iter().map(weight))]
    };
    comparisons.iter().enumerate().flat_map(both).collect()
}

/// A row's own cell, or the golden lead's.
fn left(evidence: Evidence<'_>, row: &Row<'_>, field: Field) -> String {
    match row.about {
        About::Pair(..) => evidence.leads.text(field, row.left).unwrap_or_default().to_owned(),
        About::Record(question) => golden(evidence, field, question.lead),
    }
}

fn right(evidence: Evidence<'_>, row: &Row<'_>, field: Field) -> String {
    let question = match row.about {
        About::Pair(_, link, _) => return evidence.leads.text(field, link.pair.right).unwrap_or_default().to_owned(),
        About::Record(question) => question,
    };
    let crm = evidence.crm;
    let account = |id: &str| crm.account_row(id).map(|row| &crm.accounts[row]);
    let contact = |id: &str| crm.contact_row(id).map(|row| &crm.contacts[row]);
    let name = |id: &str| account(id).map(|account| account.name.as_str());
    let id = question.asked.id.as_str();
    let text = match (question.asked.kind, field) {
        (QuestionKind::Account, Field::Company) => name(id),
        (QuestionKind::Account, Field::Domain) => account(id).map(|it| it.domain.as_str()),
        (QuestionKind::Account, Field::Country) => account(id).map(|it| it.country.as_str()),
        (QuestionKind::Account, Field::Phone) => account(id).map(|it| it.phone.as_str()),
        (QuestionKind::Contact, Field::FullName) => contact(id).map(|it| it.full_name.as_str()),
        (QuestionKind::Contact, Field::Email) => contact(id).map(|it| it.email.as_str()),
        (QuestionKind::Contact, Field::Phone) => contact(id).map(|it| it.phone.as_str()),
        (QuestionKind::Contact, Field::Company) => contact(id).and_then(|it| name(&it.account_id)),
        (QuestionKind::Contact, Field::Country) => contact(id).map(|it| country(crm, it)),
        (QuestionKind::Account | QuestionKind::Contact, _) => address(crm, question.asked.kind, id, field),
        (QuestionKind::Opportunity, _) => {
            let open = crm.opportunity_row(id).map(|row| &crm.opportunities[row]);
            match field {
                Field::Company => open.and_then(|it| name(&it.account_id)),
                Field::FullName => open.and_then(|it| contact(&it.contact_id)).map(|it| it.full_name.as_str()),
                Field::ProductInterest => {
                    open.map(|it| if it.product_interest.is_empty() { &it.name } else { &it.product_interest }.as_str())
                }
                _ => None,
            }
        }
        _ => None,
    };
    text.unwrap_or_default().to_owned()
}

/// A contact's country, else its account's.
fn country<'c>(crm: &'c Crm, contact: &Contact) -> &'c str {
    let own = crm.contact_row(&contact.id).map_or("", |row| Places::text(&crm.contact_places.country, row));
    let of_account = || crm.account_row(&contact.account_id).map_or("", |row| crm.accounts[row].country.as_str());
    if own.is_empty() { of_account() } else { own }
}

/// A part of the address of an account or a contact.
fn address<'c>(crm: &'c Crm, kind: QuestionKind, id: &str, field: Field) -> Option<&'c str> {
    let (places, row) = match kind {
        QuestionKind::Account => (&crm.account_places, crm.account_row(id)?),
        _ => {
            let row = crm.contact_row(id)?;
            crm.address_of_contact(row, crm.account_row(&crm.contacts[row].account_id))
        }
    };
    let column = match field {
        Field::Street => &places.street,
        Field::City => &places.city,
        Field::Postcode => &places.postcode,
        _ => return None,
    };
    Some(Places::text(column, row))
}
