//! The pipeline: one call per stage, in order. This is the only place that knows the order.

use std::time::Instant;

use polars::prelude::DataFrame;
use thiserror::Error;

use crate::config::plan::{Plan, RejectLimit};
use crate::engine;
use crate::model::emissions::Action;
use crate::model::entities::{Entities, EntityId};
use crate::model::field::Field;
use crate::model::leads::Leads;
use crate::model::matching::{BlockingYield, Clusters, Links, Verdict};
use crate::model::progress::{Progress, Silent};
use crate::model::rows::{Finding, FindingCode, Places, Reject, shown};
use crate::model::scorecards::Points;
use crate::model::summary::{
    AssignSummary, BlockingSummary, DedupeSummary, InputSummary, LoadSummary, QualifySummary, RunSummary, ScoreSummary,
};
use crate::model::table::OutputTable;
use crate::stages::load::LoadError;
use crate::stages::report::queries::ReportError;
use crate::stages::report::{self, Evidence};
use crate::stages::{assign, cluster, edit, load, merge, qualify, score, standardize};

/// What a finished run leaves: every output table and the run in numbers.
#[derive(Debug)]
pub struct RunOutput {
    /// The output tables and reports.
    pub tables: Vec<OutputTable>,
    /// The run in numbers.
    pub summary: RunSummary,
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
        /// The rejects, to be written for the user to look at.
        table: Box<OutputTable>,
        /// The run so far.
        summary: Box<RunSummary>,
    },
    /// A report could not be made.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// Counts that must agree do not: a bug.
    #[error("the run does not add up: {0}. Nothing was published. This is a bug in leadmill; please report it")]
    Unreconciled(String),
}

/// Runs every stage on the inputs of the plan. Writing is left to the caller.
///
/// # Errors
/// When an input cannot be read, too many rows are unusable, or a report's query fails on the data.
pub fn run(plan: &Plan, progress: &dyn Progress) -> Result<RunOutput, RunError> {
    let mut watch = Stopwatch::start();
    let load::Loaded { raw, crm, mut rejects, mut findings, inputs } = load::load(&plan.load, &plan.schema, progress)?;
    watch.lap("load");

    progress.begin("standardize", 0);
    let standardized = standardize::standardize(&plan.standardize, plan.load.name_required, raw);
    let leads = standardized.leads;
    rejects.extend(standardized.rejects);
    findings.extend(standardized.findings);
    let (crm, crm_findings) = standardize::crm(&plan.standardize, &crm);
    findings.extend(crm_findings);
    watch.lap("standardize");
    check_rejects(plan, &leads, &inputs, &rejects)?;
    let mut places = Places::clone(&leads.places);

    let (links, clusters) = match &plan.dedupe {
        Some(dedupe) => {
            let columns = standardize::match_columns(&leads, &dedupe.custom_columns(&plan.schema));
            let decisions = match &dedupe.decisions {
                Some(file) => load::decisions(file, &leads, &mut places)?,
                None => load::Decisions::default(),
            };
            findings.extend(decisions.findings);
            let links = engine::link(&columns, dedupe, &decisions.verdicts, progress);
            watch.lap("link");
            let clusters = cluster::cluster(leads.len(), &links);
            (links, clusters)
        }
        None => (Links::default(), Clusters::from_assignment((0..leads.len() as u32).collect())),
    };
    watch.lap("cluster");

    progress.begin("merge", 0);
    let (mut entities, unlinked) = merge::merge(&plan.merge, &leads, &clusters, &crm.activities, plan.as_of);
    findings.extend(unlinked);
    watch.lap("merge");
    edit::edit(&plan.edits, &mut entities);

    progress.begin("score", 0);
    let scores = score::score(&plan.score, &entities, plan.as_of);
    watch.lap("score");
    let (assignments, unknown_owners) =
        assign::assign(&plan.assign, crm.owners.as_deref(), &entities, &scores, plan.as_of);
    findings.extend(at_survivors(&leads, &entities, Field::AssignedTo, FindingCode::UnknownOwner, unknown_owners));
    watch.lap("assign");

    progress.begin("qualify", 0);
    let frame = assignments.assigned_frame(scores.scored_frame(&entities));
    let subjects = qualify::Subjects {
        frame: &frame,
        entities: &entities,
        company_keys: &golden_keys(&frame, Field::Company, standardize::company::company_key),
        name_keys: &golden_keys(&frame, Field::FullName, standardize::crm::name_key),
        links: &links,
        assignments: &assignments,
    };
    let (emissions, unknown_links) = qualify::qualify(&plan.qualify, &subjects, &crm, plan.as_of);
    for (entity, code, text) in unknown_links {
        let field = match code {
            FindingCode::UnknownContact => Field::ExistingContactId,
            _ => Field::ExistingAccountId,
        };
        findings.extend(at_survivors(&leads, &entities, field, code, vec![(entity, text)]));
    }
    watch.lap("qualify");

    progress.begin("report", 0);
    let duplicate_rules: Vec<String> =
        plan.dedupe.iter().flat_map(|dedupe| dedupe.rules.iter().map(|rule| rule.name.clone())).collect();
    let mut tables = report::tables(Evidence {
        leads: &leads,
        places: &places,
        links: &links,
        duplicate_rules: &duplicate_rules,
        entities: &entities,
        scores: &scores,
        assignments: &assignments,
        emissions: &emissions,
        rejects: &rejects,
        findings: &findings,
    });
    let reports = report::queries::reports(&plan.reports, &tables)?;
    tables.extend(reports);
    watch.lap("report");

    let summary = RunSummary {
        load: load_summary(plan, &inputs, &leads, &rejects, findings.len()),
        dedupe: dedupe_summary(&links, &entities),
        score: score_summary(plan, &scores.stars, &scores.grade),
        assign: AssignSummary {
            kept: count(assignments.owner.iter().zip(&assignments.changed), |(owner, changed)| {
                owner.is_some() && !**changed
            }),
            assigned: count(&assignments.changed, |changed| **changed),
            unassigned: count(&assignments.owner, |owner| owner.is_none()),
        },
        qualify: qualify_summary(&emissions),
        tables: tables.iter().map(|table| (table.name.clone(), table.rows())).collect(),
        seconds: watch.laps,
        ..start_summary(plan, inputs)
    };
    reconcile(&summary, &leads, &entities, &scores, &tables)?;
    Ok(RunOutput { tables, summary })
}

/// What a run would meet: rows and pairs, before anything is compared.
#[derive(Debug, Clone, Default)]
pub struct Forecast {
    /// Usable rows.
    pub leads: u64,
    /// Unusable rows.
    pub rejects: u64,
    /// Memory of the input while running, in bytes: about three times the files.
    pub bytes: u64,
    /// Pairs per blocking rule.
    pub blocking: Vec<BlockingYield>,
}

/// Loads, standardizes and counts blocks; compares nothing and writes nothing.
///
/// # Errors
/// When an input cannot be read.
pub fn forecast(plan: &Plan) -> Result<Forecast, RunError> {
    let loaded = load::load(&plan.load, &plan.schema, &Silent)?;
    let bytes: u64 = loaded.inputs.iter().map(|input| input.bytes).sum();
    let standardized = standardize::standardize(&plan.standardize, plan.load.name_required, loaded.raw);
    let leads = standardized.leads;
    let blocking = plan.dedupe.as_ref().map_or_else(Vec::new, |dedupe| {
        let columns = standardize::match_columns(&leads, &dedupe.custom_columns(&plan.schema));
        engine::forecast(&columns, dedupe)
    });
    let rejects = (loaded.rejects.len() + standardized.rejects.len()) as u64;
    Ok(Forecast { leads: leads.len() as u64, rejects, bytes: 3 * bytes, blocking })
}

/// Seconds per stage.
struct Stopwatch {
    last: Instant,
    laps: Vec<(String, f64)>,
}

impl Stopwatch {
    fn start() -> Self {
        Self { last: Instant::now(), laps: Vec::new() }
    }

    fn lap(&mut self, stage: &str) {
        let now = Instant::now();
        let seconds = (now - self.last).as_secs_f64();
        self.laps.push((stage.to_owned(), (seconds * 1000.0).round() / 1000.0));
        self.last = now;
    }
}

fn start_summary(plan: &Plan, inputs: Vec<InputSummary>) -> RunSummary {
    RunSummary {
        pipeline: plan.name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        as_of: plan.as_of.to_string(),
        configuration: plan.fingerprint.clone(),
        inputs,
        ..RunSummary::default()
    }
}

fn count<T>(values: impl IntoIterator<Item = T>, holds: impl Fn(&T) -> bool) -> u64 {
    values.into_iter().filter(|value| holds(value)).count() as u64
}

/// Rejects of lead rows; those of CRM files are listed but have no share in the limit.
fn lead_rejects(plan: &Plan, rejects: &[Reject]) -> u64 {
    count(rejects, |reject| usize::from(reject.origin.source) < plan.load.sources.len())
}

fn check_rejects(plan: &Plan, leads: &Leads, inputs: &[InputSummary], rejects: &[Reject]) -> Result<(), RunError> {
    let rejected = lead_rejects(plan, rejects);
    let rows = leads.len() as u64 + rejected;
    let (over, allowed) = match plan.load.max_rejects {
        RejectLimit::Count(most) => (rejected > most, most.to_string()),
        RejectLimit::Share(most) => (rejected as f64 > most * rows as f64, format!("{}%", most * 100.0)),
    };
    if !over {
        return Ok(());
    }
    let commonest = crate::model::rows::RejectCode::ALL
        .iter()
        .map(|code| (count(rejects, |reject| reject.code == *code), code.name()))
        .max()
        .map_or(String::new(), |(count, name)| format!("{name} ({count} rows)"));
    let table = report::rejects_table(&leads.places, rejects);
    let summary =
        RunSummary { load: load_summary(plan, inputs, leads, rejects, 0), ..start_summary(plan, inputs.to_vec()) };
    let (table, summary) = (Box::new(table), Box::new(summary));
    Err(RunError::TooManyRejects { rejected, rows, allowed, commonest, table, summary })
}

/// Findings about golden leads stand at the rows that survive.
fn at_survivors(
    leads: &Leads,
    entities: &Entities,
    field: Field,
    code: FindingCode,
    found: Vec<(EntityId, String)>,
) -> Vec<Finding> {
    let finding = |(entity, text): (EntityId, String)| Finding {
        origin: leads.origins[entities.survivors[entity.index()].index()],
        field: field.name().to_owned(),
        code,
        text: shown(&text),
    };
    found.into_iter().map(finding).collect()
}

/// A field of the golden leads in match form, for the search among existing accounts and contacts; "" where blank.
fn golden_keys(frame: &DataFrame, field: Field, key: fn(&str) -> String) -> Vec<String> {
    let values = frame.column(field.name()).and_then(|column| column.str());
    let values = values.expect("golden leads have every standard field");
    values.iter().map(|value| value.map(key).unwrap_or_default()).collect()
}

fn load_summary(
    plan: &Plan,
    inputs: &[InputSummary],
    leads: &Leads,
    rejects: &[Reject],
    findings: usize,
) -> LoadSummary {
    // Lead files come first among the inputs.
    let lead_files = plan.load.sources.iter().map(|source| source.files.len()).sum();
    LoadSummary {
        rows: inputs.iter().take(lead_files).map(|input| input.rows).sum(),
        leads: leads.len() as u64,
        rejects: lead_rejects(plan, rejects),
        findings: findings as u64,
    }
}

fn dedupe_summary(links: &Links, entities: &Entities) -> DedupeSummary {
    DedupeSummary {
        compared: links.compared,
        matches: count(&links.rows, |link| link.verdict == Verdict::Match),
        review: count(&links.rows, |link| link.verdict == Verdict::Review),
        golden: entities.len() as u64,
        merged: count(0..entities.len(), |&entity| entities.members(entity).len() > 1),
        blocking: links
            .blocking
            .iter()
            .map(|rule| BlockingSummary {
                rule: rule.rule.clone(),
                blocks: rule.blocks,
                pairs: rule.pairs,
                largest: rule.largest,
                skipped: rule.skipped.clone(),
            })
            .collect(),
    }
}

fn score_summary(plan: &Plan, stars: &[u8], grades: &[String]) -> ScoreSummary {
    let mut by_stars = [0; 6];
    for &number in stars {
        by_stars[usize::from(number.min(5))] += 1;
    }
    let bands = plan.score.grades.iter();
    ScoreSummary {
        stars: by_stars,
        grades: bands.map(|(grade, _)| (grade.clone(), count(grades, |found| *found == grade))).collect(),
    }
}

fn qualify_summary(emissions: &crate::model::emissions::Emissions) -> QualifySummary {
    use crate::model::emissions::DecisionKind;
    let split = |actions: Vec<Action>| {
        let linked = count(&actions, |action| **action == Action::Link);
        [actions.len() as u64 - linked, linked]
    };
    QualifySummary {
        decisions: DecisionKind::ALL
            .iter()
            .map(|kind| (kind.name().to_owned(), count(&emissions.decisions, |decision| decision.kind == *kind)))
            .collect(),
        accounts: split(emissions.accounts.iter().map(|account| account.action).collect()),
        contacts: split(emissions.contacts.iter().map(|contact| contact.action).collect()),
        opportunities: split(emissions.opportunities.iter().map(|opportunity| opportunity.action).collect()),
        notes: emissions.notes.len() as u64,
    }
}

/// Every row in exactly one place, every score the sum of its ledger: checked in every run, before anything is shown.
fn reconcile(
    summary: &RunSummary,
    leads: &Leads,
    entities: &Entities,
    scores: &crate::model::scorecards::Scorecards,
    tables: &[OutputTable],
) -> Result<(), RunError> {
    let rows = |name: &str| tables.iter().find(|table| table.name == name).map_or(0, OutputTable::rows);
    let mut faults = Vec::new();
    let mut equal = |what: &str, left: usize, right: usize| {
        if left != right {
            faults.push(format!("{what} ({left} against {right})"));
        }
    };
    let read: u64 = summary.load.rows;
    equal("rows read = members + rejects", read as usize, rows("lead_members") + summary.load.rejects as usize);
    equal("members = lead rows", rows("lead_members"), leads.len());
    let mut seen = vec![0u8; leads.len()];
    entities.members.iter().for_each(|row| seen[row.index()] = seen[row.index()].saturating_add(1));
    equal("each row is in one lead", seen.iter().filter(|&&times| times == 1).count(), leads.len());
    equal("leads = open + closed", rows("leads"), rows("leads_open") + rows("leads_closed"));
    equal("decisions = leads", rows("decisions"), rows("leads"));
    let exact = (0..entities.len())
        .filter(|&lead| scores.lines.iter().map(|line| line.points[lead]).sum::<Points>() == scores.score[lead]);
    equal("scores = sums of their ledger", exact.count(), entities.len());
    if faults.is_empty() { Ok(()) } else { Err(RunError::Unreconciled(faults.join("; "))) }
}
