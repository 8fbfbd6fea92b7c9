//! The pipeline: one call per stage, in order. This is the only place that knows the order.

mod account;
mod answers;
pub mod backtest;
mod changes;
pub mod diff;
mod duplicates;
pub mod evaluate;
mod forecast;
mod gates;
mod issued;
mod known_records;
mod linked;
mod logistic;
mod past;
pub mod planned;
mod records;
mod reopened;
mod revenue;
mod stopwatch;
pub mod train_score;
mod trial;
pub mod why;

use std::collections::BTreeSet;

use thiserror::Error;

use crate::config::plan::{Only, Plan};
use crate::model::answers::Answer;
use crate::model::assignments::Assignments;
use crate::model::consent::Consent;
use crate::model::emissions::Emissions;
use crate::model::entities::{Entities, EntityId};
use crate::model::expectations::ExpectationSummary;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::issued::{HeldIds, IssuedIds};
use crate::model::known_records::Known;
use crate::model::leads::Leads;
use crate::model::matching::Links;
use crate::model::pinned::{MODEL_FILE, Misfit};
use crate::model::planned::PlannedChanges;
use crate::model::progress::Progress;
use crate::model::records::RecordScores;
use crate::model::rows::{Finding, FindingCode, Origin, shown};
use crate::model::sales::Revenue;
use crate::model::scorecards::Scorecards;
use crate::model::summary::RunSummary;
use crate::model::table::{OutputTable, TextFile};
use crate::stages::load::{LoadError, Loaded};
use crate::stages::report::queries::ReportError;
use crate::stages::report::{self, Evidence};
use crate::stages::{self, assign, consent, edit, load, merge, nearest, qualify, score, standardize};

pub use forecast::{Forecast, forecast};
use issued::Earlier;
use linked::{Linked, linked};
pub use past::{PastError, PastRun, Rebuilt, rebuild};
use stopwatch::Stopwatch;
pub use trial::{Miss, Trial, trials};

/// What a finished run leaves: every output table and the run in numbers.
#[derive(Debug)]
pub struct RunOutput {
    /// The output tables and reports.
    pub tables: Vec<OutputTable>,
    /// What else it leaves: the pipeline file as it ran, and the model that weighed the pairs.
    pub files: Vec<TextFile>,
    /// The run in numbers.
    pub summary: RunSummary,
    /// What it does, one thing at a time, where that was asked.
    pub changes: Option<PlannedChanges>,
}

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Its output is to be published.
    Publish,
    /// Somebody wants to look at what would be published.
    Look,
}

/// Why a run could not finish.
#[derive(Debug, Error)]
pub enum RunError {
    /// An input could not be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// More rows were unusable than `max_rejects` allows.
    #[error(
        "{rejected} of {rows} rows were rejected, and [load] max_rejects allows {allowed}; the most frequent reason is {commonest}"
    )]
    TooManyRejects {
        /// Rows rejected.
        rejected: u64,
        /// Rows read.
        rows: u64,
        /// The limit as a user would write it.
        allowed: String,
        /// The most frequent code and its count.
        commonest: String,
        /// What would make leads of most of them, where something would.
        help: Option<&'static str>,
        /// The rejects, to be written for the user to look at.
        table: Box<OutputTable>,
        /// The run so far.
        summary: Box<RunSummary>,
    },
    /// An outgoing list would reach somebody who must not be reached, or cannot be checked.
    #[error("{told}. Nothing was published")]
    OptedOut {
        /// What is wrong, in a sentence.
        told: String,
        /// The cells, to be written for the user to look at.
        table: Box<OutputTable>,
        /// The run so far.
        summary: Box<RunSummary>,
    },
    /// A suppression list suppresses nobody.
    #[error(transparent)]
    Suppression(#[from] standardize::UselessList),
    /// The ids that earlier runs gave cannot be read.
    #[error("{0}")]
    Earlier(String),
    /// Sources could not be told apart.
    #[error(transparent)]
    Sources(#[from] standardize::SourceError),
    /// The pinned model is of other columns.
    #[error(transparent)]
    Model(#[from] Misfit),
    /// A report could not be made.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// Something must not be as it is for the output to be published.
    #[error("{}", told(.heading, .breached))]
    Gate {
        /// What was breached, and how often.
        heading: String,
        /// A sentence for each breach, without its full stop.
        breached: Vec<String>,
        /// What would have been published, to be written for the user to look at.
        output: Box<RunOutput>,
    },
    /// Counts that must agree do not: a bug.
    #[error("the run does not add up: {0}. Nothing was published. This is a bug in leadmill; please report it")]
    Unreconciled(String),
}

/// The breaches of a gate: one behind its heading, several in lines of their own.
fn told(heading: &str, breached: &[String]) -> String {
    match breached {
        [one] => format!("{heading}: {one}"),
        several => several.iter().fold(format!("{heading}:"), |told, one| format!("{told}\n  {one}")),
    }
}

/// Runs every stage on the inputs of the plan. Writing is left to the caller.
///
/// # Errors
/// When an input cannot be read, too many rows are unusable, a report's query fails on the data, or an expectation fails.
pub fn run(plan: &Plan, progress: &dyn Progress) -> Result<RunOutput, RunError> {
    start(plan, Purpose::Publish, progress)
}

/// The whole line, from the inputs.
fn start(plan: &Plan, purpose: Purpose, progress: &dyn Progress) -> Result<RunOutput, RunError> {
    let mut watch = Stopwatch::start();
    let earlier = issued::earlier(plan)?;
    let loaded = load::load(&plan.load, &plan.schema, progress)?;
    watch.lap("load");
    line(plan, loaded, &earlier, purpose, watch, progress)
}

/// The line from raw rows to output tables.
fn line(
    plan: &Plan,
    loaded: Loaded,
    earlier: &Earlier,
    purpose: Purpose,
    mut watch: Stopwatch,
    progress: &dyn Progress,
) -> Result<RunOutput, RunError> {
    let mut linked = linked(plan, loaded, &earlier.ids, &mut watch, progress)?;
    linked.read.earlier_ids.clone_from(&earlier.summary);
    if plan.only == Some(Only::Dedupe) {
        return duplicates::line(plan, linked, earlier, purpose, watch, progress);
    }
    let mut decided = decided(plan, &linked, &earlier.ids, &mut watch, progress);
    linked.findings.append(&mut decided.findings);
    let change_files = changes::files(plan, &mut linked, &mut decided, &earlier.ids);
    let Decided {
        entities,
        consent,
        scores,
        facts,
        known,
        records,
        assignments,
        emissions,
        answers,
        issued,
        revenue,
        findings: _,
    } = decided;

    progress.begin("report", 0);
    let near_misses = wanted(plan, "near_misses").then(|| {
        let open: Vec<bool> = emissions.status.iter().map(|status| status == "open").collect();
        nearest::near_misses(&plan.score, &plan.qualify.gate, &scores, &facts, &open)
    });
    let evidence = linked.evidence(plan, &entities, &scores, &records, &assignments, &emissions);
    let evidence = Evidence {
        near_misses: near_misses.as_ref(),
        consent: &consent,
        known: Some(&known),
        issued: Some(&issued),
        revenue: &revenue,
        answers: &answers,
        ..evidence
    };
    let mut tables = report::tables(evidence, &|table| wanted(plan, table));
    let mut reports = report::queries::reports(&plan.reports, &tables)?;
    let mut changes = (purpose == Purpose::Look).then(|| report::planned_changes(evidence));
    if plan.reaches_people() {
        match (guard(plan, &linked, evidence, &reports), &mut changes) {
            (Err(barred), Some(changes)) => planned::bar(plan, &barred, changes, &mut reports),
            (guarded, _) => guarded?,
        }
    }
    let expectations = gates::expectations(plan, &linked, evidence, &tables);
    if !gates::is_shut(&expectations) {
        tables.retain(|table| plan.writes(&table.name));
    }
    tables.extend(report::owner_load(evidence, &plan.reports));
    tables.extend(report::sales(evidence, &plan.reports));
    tables.extend(reports);
    watch.lap("report");
    finished(plan, &linked, evidence, (tables, change_files), expectations, changes, watch)
}

/// Golden leads, and what the rules say of them.
struct Decided {
    entities: Entities,
    consent: Consent,
    scores: Scorecards,
    /// With scores, and owners as assigned.
    facts: Facts,
    /// Records of the CRM that they may be.
    known: Known,
    records: RecordScores,
    assignments: Assignments,
    emissions: Emissions,
    /// With what came of those about records.
    answers: Vec<Answer>,
    /// The ids of records, those of earlier runs among them.
    issued: IssuedIds,
    revenue: Revenue,
    /// What was found on the way.
    findings: Vec<Finding>,
}

/// The stages that go by rules: merging, editing, scoring, assigning, qualifying.
fn decided(
    plan: &Plan,
    linked: &Linked,
    earlier_ids: &IssuedIds,
    watch: &mut Stopwatch,
    progress: &dyn Progress,
) -> Decided {
    let Scored { mut entities, mut consent, scores, mut findings } = scored(plan, linked, watch, progress);
    let leads = &linked.leads;
    // Reactivated leads are open when owners are given.
    let (facts, reactivated) = qualify::reactivate(&plan.qualify, scores.scored(&entities.facts));
    let company_key = standardize::company::company_key;
    let known = known_records::known(plan, &facts, &entities, &linked.crm, progress);
    watch.lap("link to CRM");
    let (mut answers, verdicts) = answers::verdicts(plan, linked, &entities);
    let accounts = (plan.assign.keeps_accounts())
        .then(|| qualify::accounts(&facts, company_key, &linked.crm, &known.accounts, &verdicts));
    let givable = assign::Subjects {
        facts: &facts,
        ids: &entities.ids,
        owners: linked.crm.owners.as_deref(),
        accounts: accounts.as_ref(),
        fold: standardize::fold::fold,
    };
    let (assignments, unknown_owners) = assign::assign(&plan.assign, givable, plan.as_of);
    let unknown_owners = unknown_owners.into_iter().map(|(lead, text)| (lead, FindingCode::UnknownOwner, text));
    findings.extend(at_survivors(leads, &entities, unknown_owners));
    watch.lap("assign");

    let facts = assignments.assigned(&facts);
    progress.begin("qualify", 0);
    let originated = qualify::originated(&linked.crm, leads, &entities);
    let reopened = reopened::duplicates(plan, linked, &entities, &facts, &reactivated);
    let contact_keys = stages::changes::contact_keys(&plan.changes, leads, &entities);
    let subjects = qualify::Subjects {
        facts: &facts,
        reactivated: &reactivated,
        entities: &entities,
        company_key,
        name_key: standardize::crm::name_key,
        product_key: standardize::crm::product_key,
        street_key: standardize::match_form::street_key,
        links: &linked.links,
        known_accounts: &known.accounts,
        known_contacts: &known.contacts,
        assignments: &assignments,
        originated: &originated,
        reopened: &reopened,
        contact_keys: &contact_keys,
        consent: &consent,
        held: HeldIds { issued: earlier_ids, keys: &leads.keys },
        verdicts: &verdicts,
    };
    let (emissions, unknown_records) = qualify::qualify(&plan.qualify, &subjects, &linked.crm, plan.as_of);
    answers::tell(&mut answers, &emissions.questions);
    findings.extend(stages::answers::findings(&answers));
    // Most were found in the row that says so; an edit may have set others.
    let found: BTreeSet<(Origin, FindingCode)> =
        linked.findings.iter().chain(&findings).map(|finding| (finding.origin, finding.code)).collect();
    let unknown_records = at_survivors(leads, &entities, unknown_records).into_iter();
    let is_new =
        |finding: &Finding| finding.code == FindingCode::LostId || !found.contains(&(finding.origin, finding.code));
    findings.extend(unknown_records.filter(is_new));
    watch.lap("qualify");
    let issued = earlier_ids.with(&emissions.issued, leads, &entities);
    // Companies that the CRM has not are called as the accounts are that were just made of them.
    let subjects = qualify::Subjects { held: HeldIds { issued: &issued, ..subjects.held }, ..subjects };
    let (revenue, several_currencies) = revenue::revenue(plan, linked, &subjects, &emissions);
    findings.extend(several_currencies);
    if !revenue.rows.is_empty() {
        watch.lap("revenue");
    }
    let records = records::records(plan, &linked.crm, &subjects, &scores);
    if plan.records.contacts.is_some() || plan.records.accounts.is_some() {
        watch.lap("score records");
    }
    let given = (&*linked.crm.contacts, &*linked.refusals);
    consent::follow(&mut consent, &mut entities, leads, given, &emissions);
    Decided {
        entities,
        consent,
        scores,
        facts,
        known,
        records,
        assignments,
        emissions,
        answers,
        issued,
        revenue,
        findings,
    }
}

/// Whether an output table is written, or read by a report or an expectation.
fn wanted(plan: &Plan, table: &str) -> bool {
    plan.writes(table) || report::queries::read(&plan.reports, table) || gates::read(plan, table)
}

/// Golden leads and their scores.
struct Scored {
    entities: Entities,
    consent: Consent,
    scores: Scorecards,
    /// What was found on the way.
    findings: Vec<Finding>,
}

/// The stages from clean rows to scores.
fn scored(plan: &Plan, linked: &Linked, watch: &mut Stopwatch, progress: &dyn Progress) -> Scored {
    progress.begin("merge", 0);
    let contact_points = wanted(plan, "contact_points")
        || [&plan.load.crm.contacts, &plan.load.crm.accounts].iter().any(|file| file.is_some())
        || revenue::has_documents(plan);
    let Linked { leads, clusters, crm, .. } = linked;
    let (mut entities, findings) =
        merge::merge(&plan.merge, leads, clusters, &crm.activities, plan.as_of, contact_points);
    watch.lap("merge");
    edit::edit(&plan.edits, &mut entities);
    watch.lap("edit");
    let said = consent::Said {
        leads: &linked.leads,
        links: &linked.links,
        refusals: &linked.refusals,
        suppressions: &linked.suppressions,
        name_key: standardize::crm::name_key,
        names_agree: qualify::names_agree,
    };
    let consent = consent::consent(&plan.consent, said, &mut entities, &linked.crm.contacts);
    watch.lap("consent");

    progress.begin("score", 0);
    let scores = score::score(&plan.score, &entities, plan.as_of);
    watch.lap("score");
    Scored { entities, consent, scores, findings }
}

/// Holds the reports that are outgoing lists to what people wish.
fn guard(plan: &Plan, linked: &Linked, evidence: Evidence<'_>, reports: &[OutputTable]) -> Result<(), RunError> {
    let guarded = consent::gate::Guarded {
        leads: &linked.leads,
        entities: evidence.entities,
        consent: evidence.consent,
        contacts: &linked.crm.contacts,
        emitted: &evidence.emissions.contacts,
        refusals: &linked.refusals,
        national: standardize::phone::within_country,
    };
    let found = consent::gate::breaches(&plan.reports, reports, guarded);
    match account::told(&found) {
        None => Ok(()),
        Some(told) => {
            let table = consent::gate::table(&found.cells);
            let summary = Box::new(account::failed(plan, &linked.read, &table));
            Err(RunError::OptedOut { told, table: Box::new(table), summary })
        }
    }
}

/// What is left to be written, once its counts agree and its gates are open.
fn finished(
    plan: &Plan,
    linked: &Linked,
    evidence: Evidence<'_>,
    (tables, further): (Vec<OutputTable>, Vec<TextFile>),
    expectations: Vec<ExpectationSummary>,
    changes: Option<PlannedChanges>,
    watch: Stopwatch,
) -> Result<RunOutput, RunError> {
    let mut files = files(plan, evidence.links);
    files.extend(further);
    let summary = account::summary(plan, &linked.read, evidence, &tables, &files, watch);
    let summary = RunSummary { expectations, ..summary };
    account::reconcile(&summary, evidence, &tables)?;
    gates::pass(RunOutput { tables, files, summary, changes })
}

/// The name of the pipeline file in the output folder.
pub const PIPELINE_FILE: &str = "pipeline.toml";

/// What another run, or a question about this one, starts from.
fn files(plan: &Plan, links: &Links) -> Vec<TextFile> {
    let mut files = vec![TextFile { name: PIPELINE_FILE.to_owned(), text: plan.text.clone() }];
    if plan.dedupe.is_some() {
        files.push(TextFile { name: MODEL_FILE.to_owned(), text: links.pinned.text() });
    }
    files
}

/// Findings about golden leads stand at the rows that survive.
fn at_survivors(
    leads: &Leads,
    entities: &Entities,
    found: impl IntoIterator<Item = (EntityId, FindingCode, String)>,
) -> Vec<Finding> {
    let finding = |(entity, code, text): (EntityId, FindingCode, String)| {
        let field = match code {
            FindingCode::UnknownOwner | FindingCode::OwnerWithoutId => Field::AssignedTo.name(),
            FindingCode::UnknownContact | FindingCode::ContradictoryLink => Field::ExistingContactId.name(),
            FindingCode::UnknownProduct
            | FindingCode::AmbiguousPrice
            | FindingCode::NoCurrentPrice
            | FindingCode::MixedCurrencies => Field::ProductInterest.name(),
            FindingCode::UnknownParent | FindingCode::ParentCycle => Field::Company.name(),
            FindingCode::LostId | FindingCode::CutValue => "",
            FindingCode::SharedAddress => Field::Email.name(),
            _ => Field::ExistingAccountId.name(),
        };
        Finding {
            origin: leads.origins[entities.survivors[entity.index()].index()],
            field: field.to_owned(),
            code,
            text: shown(&text),
        }
    };
    found.into_iter().map(finding).collect()
}
