//! Fixtures: leads, a CRM and a plan in a few literals.

mod affiliations;
mod batch;
mod duplicates;
mod linking;
mod outcomes;

use std::sync::Arc;

use polars::prelude::{DataFrame, DataType, Expr, col, lit};
use proptest::prelude::*;

use super::*;
use crate::config::plan::{OnMatch, ParentPlan, ReasonedRule};
use crate::model::consent::Consent;
use crate::model::crm::{Account, Contact, Opportunity, OpportunityStatus};
use crate::model::emissions::{Action, DecisionKind};
use crate::model::entities::{ActivityKind, ContactKind, ContactLabel, ContactPoint, HistoryItem};
use crate::model::field::{Field as F, LeadSchema, ValueType};
use crate::model::issued::IssuedIds;
use crate::model::leads::LeadId;
use crate::model::matching::{Link, LinkRule, Pair};
use crate::sample::condition;

const AS_OF: Date = Date::constant(1970, 1, 11);
const TODAY: i64 = 10 * 86_400_000_000;

fn rule(expr: Expr, reason: &str) -> ReasonedRule {
    ReasonedRule { filter: condition(expr), reason: reason.to_owned() }
}

/// Leads qualify with a budget of 5000; everything is created, accounts and contacts are linked.
fn plan() -> QualifyPlan {
    QualifyPlan {
        filter: Some(condition(col("budget_amount").gt_eq(lit(5000.0)))),
        gate: Vec::new(),
        create_account: Switch::Always,
        create_contact: Switch::Always,
        create_opportunity: Switch::Always,
        on_account_match: OnMatch::Link,
        on_contact_match: OnMatch::Link,
        rules: Vec::new(),
        link_at: 0.99,
        review_at: 0.9,
        link_opportunity: false,
        block_on_duplicate_lead: true,
        opportunity_per_account: false,
        keeps_leads: false,
        earlier: None,
        disqualify: vec![rule(col("need").eq(lit("none")), "No need")],
        reactivate: vec![rule(col("need").eq(lit("again")), "Asked again")],
        parents: ParentPlan::default(),
    }
}

#[derive(Debug, Clone)]
struct Case {
    plan: QualifyPlan,
    leads: Vec<Vec<(F, &'static str)>>,
    crm: Crm,
    /// Pairs of leads in review.
    review: Vec<(u32, u32)>,
    history: Vec<HistoryItem>,
    contact_points: Vec<ContactPoint>,
    verdicts: RecordVerdicts,
}

/// Leads `L0`, `L1` …, each with a budget of 5000 unless it says otherwise.
fn case<const N: usize>(leads: [&[(F, &'static str)]; N]) -> Case {
    Case {
        plan: plan(),
        leads: leads.into_iter().map(<[_]>::to_vec).collect(),
        crm: Crm::default(),
        review: Vec::new(),
        history: Vec::new(),
        contact_points: Vec::new(),
        verdicts: RecordVerdicts::default(),
    }
}

const ANA: &[(F, &str)] = &[
    (F::FullName, "Ana Kirova"),
    (F::Company, "Acme Ltd"),
    (F::Domain, "acme.com"),
    (F::Country, "BG"),
    (F::Email, "ana@acme.com"),
    (F::Phone, "+3591"),
];

fn with(lead: &[(F, &'static str)], more: &[(F, &'static str)]) -> Vec<(F, &'static str)> {
    more.iter().chain(lead).copied().collect()
}

fn text(lead: &[(F, &'static str)], field: F) -> &'static str {
    lead.iter().find(|(f, _)| *f == field).map_or(if field == F::BudgetAmount { "5000" } else { "" }, |(_, text)| text)
}

fn frame(leads: &[Vec<(F, &'static str)>], ids: &[String]) -> DataFrame {
    let mut columns =
        vec![StringChunked::from_iter_values("lead_id".into(), ids.iter().map(String::as_str)).into_column()];
    for &field in F::ALL {
        let texts = leads.iter().map(|lead| Some(text(lead, field)).filter(|text| !text.is_empty()));
        let column = StringChunked::from_iter_options(field.name().into(), texts).into_column();
        let column = match field.cleaner().value_type() {
            ValueType::Text => column,
            ValueType::Integer => column.cast(&DataType::Int64).unwrap(),
            ValueType::Number => column.cast(&DataType::Float64).unwrap(),
            ValueType::Date => column.cast(&DataType::Int32).unwrap().cast(&DataType::Date).unwrap(),
            ValueType::Timestamp => {
                let kind = DataType::Datetime(TimeUnit::Microseconds, None);
                column.cast(&DataType::Int64).unwrap().cast(&kind).unwrap()
            }
            ValueType::Boolean => {
                let flags = leads.iter().map(|lead| text(lead, field).parse::<bool>().ok());
                BooleanChunked::from_iter_options(field.name().into(), flags).into_column()
            }
        };
        columns.push(column);
    }
    DataFrame::new(leads.len(), columns).unwrap()
}

/// A match form that is good enough here: lower case, no legal form, words sorted.
fn key(text: &str) -> String {
    let text = text.to_lowercase();
    let mut words: Vec<&str> = text.split_whitespace().filter(|word| !matches!(*word, "ltd" | "gmbh")).collect();
    words.sort_unstable();
    words.join(" ")
}

impl Case {
    fn plan(mut self, change: impl FnOnce(&mut QualifyPlan)) -> Self {
        change(&mut self.plan);
        self
    }

    fn account(mut self, id: &str, name: &str, domain: &str, country: &str) -> Self {
        let [id, name, domain, country] = [id, name, domain, country].map(str::to_owned);
        let company_key = key(&name);
        self.crm.accounts.push(Account { id, name, company_key, domain, country, active: true, ..Account::default() });
        self.crm.accounts.sort();
        self
    }

    fn contact(mut self, id: &str, name: &str, email: &str, phone: &str, account: &str) -> Self {
        let [id, full_name, email, phone, account_id] = [id, name, email, phone, account].map(str::to_owned);
        self.crm.contacts.push(Contact {
            id,
            name_key: key(name),
            full_name,
            email,
            phone,
            account_id,
            active: true,
            ..Contact::default()
        });
        self.crm.contacts.sort();
        self
    }

    fn opportunity(mut self, id: &str, account: &str, contact: &str, product: &str, status: OpportunityStatus) -> Self {
        let [id, account_id, contact_id, product_interest] = [id, account, contact, product].map(str::to_owned);
        let (name, amount, closed_at) = (format!("About {id}"), None, None);
        self.crm.opportunities.push(Opportunity {
            id,
            name,
            status,
            account_id,
            contact_id,
            product_interest,
            amount,
            closed_at,
            ..Opportunity::default()
        });
        self
    }

    fn run_with_findings(&self) -> (Emissions, Vec<(EntityId, FindingCode, String)>) {
        self.with_subjects(|subjects| qualify(&self.plan, subjects, &self.crm, AS_OF))
    }

    fn with_subjects<T>(&self, ask: impl FnOnce(&Subjects<'_>) -> T) -> T {
        let count = self.leads.len() as u32;
        let ids: Vec<String> = (0..count).map(|lead| format!("L{lead}")).collect();
        let facts = Facts::from(frame(&self.leads, &ids));
        let schema = Arc::new(LeadSchema::new([]));
        let entities = Entities {
            lineage: Vec::new(),
            schema,
            facts: facts.clone(),
            ids: ids.into(),
            offsets: (0..=count).collect(),
            members: (0..count).map(LeadId).collect(),
            survivors: (0..count).map(LeadId).collect(),
            of: (0..count).map(EntityId).collect(),
            contact_points: self.contact_points.clone(),
            history: self.history.clone(),
            ratings: Vec::new(),
        };
        let link = |&(a, b): &(u32, u32)| Link {
            pair: Pair::new(LeadId(a), LeadId(b)),
            weight: 1.0,
            probability: 0.7,
            rule: LinkRule::Model,
            verdict: Verdict::Review,
        };
        let links = Links { rows: self.review.iter().map(link).collect(), ..Links::default() };
        let assignments = Assignments {
            owner: vec!["maria"; count as usize].into_iter().collect(),
            changed: vec![false; count as usize],
            ..Assignments::default()
        };
        let (facts, reactivated) = reactivate(&self.plan, facts);
        let subjects = Subjects {
            consent: &Consent::default(),
            facts: &facts,
            reactivated: &reactivated,
            entities: &entities,
            company_key: key,
            name_key: key,
            product_key: key,
            street_key: key,
            links: &links,
            known_accounts: &KnownRecords::default(),
            known_contacts: &KnownRecords::default(),
            assignments: &assignments,
            originated: &[],
            reopened: &[],
            contact_keys: &[],
            held: HeldIds { issued: &IssuedIds::default(), keys: &[] },
            verdicts: &self.verdicts,
        };
        ask(&subjects)
    }

    fn run(&self) -> Emissions {
        self.run_with_findings().0
    }

    /// Decision and reason of a lead.
    fn decided(&self, lead: usize) -> (DecisionKind, String) {
        let decision = self.run().decisions.swap_remove(lead);
        (decision.kind, decision.reason.into_owned())
    }

    #[track_caller]
    fn expect(&self, lead: usize, kind: DecisionKind, reason: &str) {
        assert_eq!(self.decided(lead), (kind, reason.to_owned()));
    }
}

use DecisionKind::{Blocked, Disqualified, Qualified, Reactivated, Review, Unchanged};
use OpportunityStatus::{Lost, Open, Won};

/// Action and id of the only record.
fn only<T>(records: &[T], show: impl Fn(&T) -> (Action, &str)) -> (&'static str, &str) {
    assert_eq!(records.len(), 1);
    let (action, id) = show(&records[0]);
    (action.name(), id)
}
