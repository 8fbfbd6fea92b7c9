//! What a run would do: decisions and records as a list of changes, and the same counted.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::model::amount::decimal;
use crate::model::emissions::{Action, Decision, DecisionKind, Found};
use crate::model::entities::EntityId;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::planned::{ChangeGroup, ChangeKind, ChangeLine, ChangedKind, PlannedChanges};
use crate::model::table::OutputType::{Number, Text};
use crate::model::table::{OutputColumn, OutputTable, filled_text, optional_numbers, text, words};

use super::Evidence;

/// The name of the table; its row is a change.
const CHANGES: &str = "changes";

/// How many changes of a kind a summary shows.
const SHOWN: usize = 10;

fn columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("kind", Text, "lead, account, contact or opportunity"),
        OutputColumn::required("change", Text, "create, link; qualify, disqualify, reactivate, block, review of leads"),
        OutputColumn::required("id", Text, "The lead's or the record's id"),
        OutputColumn::optional("name", Text, "The lead's or the record's name"),
        OutputColumn::required("lead_id", Text, "The lead, or the one that a record comes from first"),
        OutputColumn::optional("reason", Text, "Why: a code, or the reason in the pipeline file"),
        OutputColumn::optional("rule", Text, "The rule that decided"),
        OutputColumn::optional("matched", Text, "What a lead is linked to or blocked by, as kind:id"),
        OutputColumn::optional("candidates", Text, "What a person has to choose from, as kind:id"),
        OutputColumn::optional("owner", Text, "Owner"),
        OutputColumn::optional("estimated_value", Number, "Estimated value of a lead or opportunity"),
        OutputColumn::optional("currency", Text, "Its currency, ISO 4217"),
    ]
}

/// One change. What the decision says of it is the lead's.
struct Change<'a> {
    kind: ChangedKind,
    change: ChangeKind,
    id: &'a str,
    name: &'a str,
    lead: EntityId,
    owner: &'a str,
    value: Option<f64>,
    currency: &'a str,
}

/// What a decision does to its lead; none where it is left as it is.
fn of_decision(kind: DecisionKind) -> Option<ChangeKind> {
    match kind {
        DecisionKind::Qualified => Some(ChangeKind::Qualify),
        DecisionKind::Disqualified => Some(ChangeKind::Disqualify),
        DecisionKind::Reactivated => Some(ChangeKind::Reactivate),
        DecisionKind::Blocked => Some(ChangeKind::Block),
        DecisionKind::Review => Some(ChangeKind::Review),
        DecisionKind::Unchanged => None,
    }
}

fn of_action(action: Action) -> ChangeKind {
    match action {
        Action::Create => ChangeKind::Create,
        Action::Link => ChangeKind::Link,
    }
}

/// All that a run would do, by kind, change, name and id.
pub fn planned_changes(evidence: Evidence<'_>) -> PlannedChanges {
    let emissions = evidence.emissions;
    let texts = LeadTexts::of(&evidence.entities.facts, evidence);
    let mut changes: Vec<Change<'_>> = texts.leads(evidence);
    let unchanged = (emissions.decisions.len() - changes.len()) as u64;
    changes.extend(emissions.accounts.iter().map(|it| Change {
        kind: ChangedKind::Account,
        change: of_action(it.action),
        id: &it.id,
        name: &it.name,
        lead: it.origin,
        owner: &it.owner,
        value: None,
        currency: "",
    }));
    changes.extend(emissions.contacts.iter().map(|it| Change {
        kind: ChangedKind::Contact,
        change: of_action(it.action),
        id: &it.id,
        name: &it.full_name,
        lead: it.origin,
        owner: &it.owner,
        value: None,
        currency: "",
    }));
    changes.extend(emissions.opportunities.iter().map(|it| Change {
        kind: ChangedKind::Opportunity,
        change: of_action(it.action),
        id: &it.id,
        name: &it.name,
        lead: it.origin,
        owner: &it.owner,
        value: it.estimated_value,
        currency: if it.estimated_value.is_some() { &it.currency } else { "" },
    }));
    changes.par_sort_unstable_by(|a, b| {
        let key = |it: &Change<'_>| (it.kind, it.change);
        key(a).cmp(&key(b)).then_with(|| (a.name, a.id).cmp(&(b.name, b.id)))
    });
    let groups = changes.chunk_by(|a, b| (a.kind, a.change) == (b.kind, b.change));
    PlannedChanges {
        groups: groups.map(|group| counted(group, evidence)).collect(),
        table: table(&changes, evidence),
        unchanged,
        barred: None,
    }
}

/// What a run that decides nothing would do.
pub fn no_changes(evidence: Evidence<'_>) -> PlannedChanges {
    let unchanged = evidence.entities.len() as u64;
    PlannedChanges { groups: Vec::new(), table: table(&[], evidence), unchanged, barred: None }
}

fn table(changes: &[Change<'_>], evidence: Evidence<'_>) -> OutputTable {
    let ids = &evidence.entities.ids;
    let decision = |it: &Change<'_>| &evidence.emissions.decisions[it.lead.index()];
    // What was found belongs to the lead, not to each of its records.
    let found = |it: &Change<'_>, of: fn(&Found) -> &Vec<String>| match it.kind {
        ChangedKind::Lead => of(decision(it).found()).join("; "),
        _ => String::new(),
    };
    let values = vec![
        words(changes.iter().map(|it| it.kind.name())),
        words(changes.iter().map(|it| it.change.name())),
        text(changes.iter().map(|it| it.id)),
        filled_text(changes.iter().map(|it| it.name)),
        text(changes.iter().map(|it| ids[it.lead.index()].as_str())),
        words(changes.iter().map(|it| &*decision(it).reason)),
        words(changes.iter().map(|it| &*decision(it).rule)),
        filled_text(changes.iter().map(|it| found(it, |found| &found.matched))),
        filled_text(changes.iter().map(|it| found(it, |found| &found.candidates))),
        words(changes.iter().map(|it| it.owner)),
        optional_numbers(changes.iter().map(|it| it.value)),
        words(changes.iter().map(|it| it.currency)),
    ];
    OutputTable::new(CHANGES, columns(), values)
}

/// Changes of one kind, counted.
fn counted(changes: &[Change<'_>], evidence: Evidence<'_>) -> ChangeGroup {
    let (kind, change) = (changes[0].kind, changes[0].change);
    let decision = |it: &Change<'_>| &evidence.emissions.decisions[it.lead.index()];
    let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
    if kind == ChangedKind::Lead {
        changes.iter().for_each(|it| *reasons.entry(&decision(it).reason).or_default() += 1);
    }
    let mut reasons: Vec<(String, u64)> =
        reasons.into_iter().map(|(reason, count)| (reason.to_owned(), count)).collect();
    reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut values: BTreeMap<&str, i128> = BTreeMap::new();
    let valued = changes.iter().filter(|it| it.kind == ChangedKind::Opportunity);
    for (it, value) in valued.clone().filter_map(|it| Some((it, it.value?))) {
        let sum = values.entry(it.currency).or_default();
        *sum = sum.saturating_add(ten_thousandths(value));
    }
    let line = |it: &Change<'_>| ChangeLine {
        name: it.name.to_owned(),
        id: it.id.to_owned(),
        reason: decision(it).reason.to_string(),
        matched: match kind {
            ChangedKind::Lead => {
                let found = decision(it).found();
                if found.matched.is_empty() { found.candidates.join(", ") } else { found.matched.join(", ") }
            }
            _ => String::new(),
        },
        owner: it.owner.to_owned(),
        value: it.value.map(|value| money(&shown(ten_thousandths(value)), it.currency)).unwrap_or_default(),
    };
    ChangeGroup {
        kind,
        change,
        count: changes.len() as u64,
        reasons,
        values: values.into_iter().map(|(currency, sum)| (currency.to_owned(), shown(sum))).collect(),
        without_value: valued.filter(|it| it.value.is_none()).count() as u64,
        first: changes.iter().take(SHOWN).map(line).collect(),
    }
}

/// So that sums don't depend on the order; an amount that is too large for it counts as the largest.
fn ten_thousandths(value: f64) -> i128 {
    (value * 1e4).round() as i128
}

/// Whole amounts without decimals, others with two, or as many as they have.
fn shown(ten_thousandths: i128) -> String {
    match ten_thousandths {
        whole if whole % 10_000 == 0 => decimal(whole / 10_000, 0),
        cents if cents % 100 == 0 => decimal(cents / 100, 2),
        all => decimal(all, 4),
    }
}

fn money(amount: &str, currency: &str) -> String {
    format!("{amount} {currency}").trim_end().to_owned()
}

/// Names and values of the leads that something happens to.
struct LeadTexts {
    /// For each change: the lead, what happens, name, value, currency.
    rows: Vec<(EntityId, ChangeKind, String, Option<f64>, String)>,
}

impl LeadTexts {
    fn of(facts: &Facts, evidence: Evidence<'_>) -> Self {
        let column = |field: Field| facts.column(field.name());
        let names = [Field::FullName, Field::Company, Field::Email].map(column);
        let (values, currencies) = (column(Field::EstimatedValue), column(Field::BudgetCurrency));
        let text = |column: &Option<polars::prelude::Column>, lead: usize| {
            column.as_ref().and_then(|column| column.str().ok()?.get(lead)).unwrap_or_default().to_owned()
        };
        let row = |(lead, decision): (usize, &Decision)| {
            let change = of_decision(decision.kind)?;
            let name = names.iter().map(|column| text(column, lead)).find(|name| !name.is_empty()).unwrap_or_default();
            let value = values.as_ref().and_then(|values| values.f64().ok()?.get(lead));
            let currency = if value.is_some() { text(&currencies, lead) } else { String::new() };
            Some((EntityId(lead as u32), change, name, value, currency))
        };
        Self { rows: evidence.emissions.decisions.iter().enumerate().filter_map(row).collect() }
    }

    fn leads<'a>(&'a self, evidence: Evidence<'a>) -> Vec<Change<'a>> {
        let change =
            |(lead, change, name, value, currency): &'a (EntityId, ChangeKind, String, Option<f64>, String)| Change {
                kind: ChangedKind::Lead,
                change: *change,
                id: &evidence.entities.ids[lead.index()],
                name,
                lead: *lead,
                owner: evidence.assignments.owner.get(lead.index()),
                value: *value,
                currency,
            };
        self.rows.iter().map(change).collect()
    }
}
