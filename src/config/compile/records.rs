//! `[score.contacts]` and `[score.accounts]`: the CRM's own records, scored by their columns, history and people.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::score::{Subject, card, points};
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::mapping::{Filled, Why};
use crate::config::options::Options;
use crate::config::options::tree::{Entry, Table};
use crate::config::plan::{
    ACCOUNT_COLUMNS, AccountPlan, CONSENT, CONTACT_COLUMNS, ColumnMapping, CriterionTest, CrmFile, CrmPlan, PEOPLE,
    PeoplePlan, PeopleWay, RecordPlans, ScorePlan,
};
use crate::config::preset::CrmKind;
use crate::model::field::ValueType;
use crate::rules::Scope;

/// Checks both tables. What conditions read of a CRM file beyond the fields of its kind is read from it.
pub(super) fn records(options: &Options, crm: &mut CrmPlan, as_of: Date, faults: &mut Diagnostics) -> RecordPlans {
    let Some(score) = options.table.table("score") else { return RecordPlans::default() };
    RecordPlans { contacts: contacts(score, crm, as_of, faults), accounts: accounts(score, crm, as_of, faults) }
}

fn contacts(score: &Table, crm: &mut CrmPlan, as_of: Date, faults: &mut Diagnostics) -> Option<ScorePlan> {
    let entry = score.entry("contacts")?;
    let table = entry.node.as_table()?;
    if crm.contacts.is_none() {
        faults.push(without_file(entry, "contacts"));
    }
    let plan = record_card(table, CrmKind::Contacts, &mut crm.contacts, as_of, faults);
    if plan.criteria.is_empty() && table.list("criterion").is_empty() {
        faults.push(without_criteria(entry));
    }
    Some(plan)
}

fn accounts(score: &Table, crm: &mut CrmPlan, as_of: Date, faults: &mut Diagnostics) -> Option<AccountPlan> {
    let entry = score.entry("accounts")?;
    let table = entry.node.as_table()?;
    let people = people(table, faults);
    if crm.accounts.is_none() && people.is_none() {
        faults
            .push(without_file(entry, "accounts").help("or roll them up from the leads' companies: people = \"max\""));
    }
    let card = record_card(table, CrmKind::Accounts, &mut crm.accounts, as_of, faults);
    if people.is_none() && card.criteria.is_empty() && table.list("criterion").is_empty() {
        faults.push(without_criteria(entry));
    }
    for (span, criterion) in table.tables("criterion") {
        if let Some(history) = ["each", "any", "none"].iter().find_map(|key| criterion.entry(key)) {
            let message = format!("`{}` is of no use here: an account has no history of its own", history.key);
            let fault = Diagnostic::error("no-history", history.key_span, message);
            faults.push(
                fault.help("score people's history in [score] and [score.contacts], and add it up with `people`"),
            );
        }
        for key in ["name", "group"] {
            if people.is_some() && criterion.text(key) == Some(PEOPLE) {
                let message = format!("`{PEOPLE}` is what the account's people add: choose another {key}");
                faults.push(Diagnostic::error("duplicate-name", criterion.span(key, span), message));
            }
        }
    }
    if let Some(entry) = table.table("group").and_then(|groups| groups.entry(PEOPLE)).filter(|_| people.is_some()) {
        let message = format!("`{PEOPLE}` is the group of what the account's people add");
        faults.push(
            Diagnostic::error("duplicate-name", entry.key_span, message).help("cap it with `cap` beside `people`"),
        );
    }
    Some(AccountPlan { card, people })
}

fn people(table: &Table, faults: &mut Diagnostics) -> Option<PeoplePlan> {
    let way = table.text("people");
    let mut useless = |key: &str, needed: &str| {
        if let Some(entry) = table.entry(key) {
            let message = format!("`{key}` needs `people = {needed}`");
            faults.push(Diagnostic::error("contradictory-keys", entry.key_span, message));
        }
    };
    if way.is_some_and(|way| way != "top") || table.get("people").is_none() {
        useless("top", "\"top\"");
    }
    if table.get("people").is_none() {
        useless("cap", "\"max\"`, `\"sum\"` or `\"top\"");
    }
    let top = table.integer("top").and_then(|top| u32::try_from(top).ok()).unwrap_or(3);
    let cap = table.get("cap").and_then(|node| points(node, faults));
    let way = match way? {
        "max" => PeopleWay::Max,
        "sum" => PeopleWay::Sum,
        _ => PeopleWay::Top(top),
    };
    Some(PeoplePlan { way, cap })
}

fn without_file(entry: &Entry, kind: &str) -> Diagnostic {
    let message = format!("[score.{kind}] scores the {kind} of the CRM, and [crm] names no file of them");
    let example = format!("[crm]\n{kind} = {{ path = \"crm_{kind}.csv\" }}");
    Diagnostic::error("missing-key", entry.key_span, message).help(example)
}

fn without_criteria(entry: &Entry) -> Diagnostic {
    let message = format!("[score.{}] has no criterion", entry.key);
    let help = format!("the default set is for leads; add [[score.{}.criterion]]", entry.key);
    Diagnostic::error("missing-key", entry.key_span, message).help(help)
}

fn record_card(
    table: &Table,
    kind: CrmKind,
    file: &mut Option<CrmFile>,
    as_of: Date,
    faults: &mut Diagnostics,
) -> ScorePlan {
    let own = own_columns(kind);
    let further = file.as_ref().map(|file| further(file, kind, own)).unwrap_or_default();
    let own = own.iter().map(|(name, kind)| ((*name).to_owned(), *kind));
    let columns = own.chain(further.iter().map(|one| (one.name.clone(), ValueType::Text))).collect();
    let plan = card(table, Subject::Records(&Scope { columns, as_of }), faults);
    let read: BTreeSet<&str> = plan.criteria.iter().flat_map(|criterion| read(&criterion.test)).collect();
    if let Some(file) = file {
        further.iter().filter(|one| read.contains(one.name.as_str())).for_each(|one| carry(one, kind, file, faults));
        AS_TEXT
            .iter()
            .filter(|name| kind == CrmKind::Accounts && read.contains(**name))
            .for_each(|name| again(name, file));
    }
    plan
}

/// Names of the columns of a CRM's files that fill no field.
pub(super) fn further_columns(file: &CrmFile, kind: CrmKind) -> Vec<String> {
    further(file, kind, own_columns(kind)).into_iter().map(|one| one.name).collect()
}

/// Has such a column read, if it is not read yet.
pub(super) fn read_further(name: &str, kind: CrmKind, file: &mut CrmFile, faults: &mut Diagnostics) {
    if file.further.iter().any(|known| known == name) {
        return;
    }
    if let Some(wanted) = further(file, kind, own_columns(kind)).iter().find(|one| one.name == name) {
        carry(wanted, kind, file, faults);
    }
}

/// The columns of ours that conditions on records see.
fn own_columns(kind: CrmKind) -> &'static [(&'static str, ValueType)] {
    if kind == CrmKind::Accounts { &ACCOUNT_COLUMNS } else { &CONTACT_COLUMNS }
}

/// The columns of a record that a criterion reads.
fn read(test: &CriterionTest) -> impl Iterator<Item = &str> {
    let columns = if let CriterionTest::When(condition) = test { &condition.columns[..] } else { &[] };
    columns.iter().map(String::as_str)
}

/// A column of a CRM's files that fills no field.
struct Further {
    name: String,
    /// Its place in the header of each file that has it.
    at: Vec<Option<usize>>,
}

/// Fields of an address, of which conditions see the columns under the names that the files give them.
const PLACES: [&str; 3] = ["street", "city", "postcode"];

/// The columns that fill no field, by name. A name that a column of ours has gets " (source)" appended.
fn further(file: &CrmFile, kind: CrmKind, own: &[(&str, ValueType)]) -> Vec<Further> {
    // Conditions read consent and addresses, of places and of e-mail but for the first, as the file has them.
    let as_it_stands = |target: usize| {
        let name = kind.fields().get(target).copied().unwrap_or_default();
        CONSENT.iter().any(|field| field.name() == name)
            || PLACES.contains(&name)
            || (kind == CrmKind::Contacts && ["country", "email_2", "email_3"].contains(&name))
    };
    let mut all: Vec<Further> = Vec::new();
    for (nth, input) in file.files.iter().enumerate() {
        let mut used: BTreeSet<String> = BTreeSet::new();
        for (at, header) in input.header.iter().enumerate() {
            if header.trim().is_empty()
                || input.mapping.iter().any(|own| own.from.contains(&at) && !as_it_stands(own.target))
            {
                continue;
            }
            let mut name = header.clone();
            while own.iter().any(|(own, _)| own.eq_ignore_ascii_case(&name)) || used.contains(&name) {
                name.push_str(" (source)");
            }
            used.insert(name.clone());
            let place = all.iter().position(|one| one.name == name).unwrap_or_else(|| {
                all.push(Further { name, at: vec![None; file.files.len()] });
                all.len() - 1
            });
            all[place].at[nth] = Some(at);
        }
    }
    all
}

/// Fields of an account that nothing but conditions asks for.
const AS_TEXT: [&str; 2] = ["website", "phone"];

/// Has a field read as a further column, too.
fn again(name: &str, file: &mut CrmFile) {
    let fields = CrmKind::Accounts.fields();
    let target = fields.len() + file.further.len();
    file.further.push(name.to_owned());
    for input in &mut file.files {
        let own = input.mapping.iter().find(|column| fields.get(column.target) == Some(&name));
        let from = own.map(|column| column.from.clone());
        input.mapping.extend(from.map(|from| ColumnMapping { target, from }));
    }
}

/// Has a further column read, and tells of it where the use of all columns is told.
fn carry(further: &Further, kind: CrmKind, file: &mut CrmFile, faults: &mut Diagnostics) {
    let target = kind.fields().len() + file.further.len();
    file.further.push(further.name.clone());
    for (input, at) in file.files.iter_mut().zip(&further.at) {
        let Some(at) = *at else { continue };
        input.mapping.push(ColumnMapping { target, from: vec![at] });
        let header = &input.header[at];
        let own = faults.mappings.iter_mut().filter(|mapping| mapping.crm && mapping.input == kind.name());
        for mapping in own.filter(|mapping| mapping.files.contains(&input.shown)) {
            if let Some(unread) = mapping.others.iter().position(|(name, _)| name == header) {
                let (_, from) = mapping.others.remove(unread);
                mapping.fields.push(Filled { field: further.name.clone(), from, why: Why::OwnName });
            }
        }
    }
}
