//! What a run did, in numbers that must agree.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_128;

use super::stopwatch::Stopwatch;
use super::{RunError, past};
use crate::config::plan::{DedupePlan, LoadPlan, NameRule, PEOPLE, Plan, RejectLimit, SourcePlan};
use crate::model::answers::{Answer, AnswerState};
use crate::model::assignments::Assignments;
use crate::model::emissions::{Action, DecisionKind, Emissions};
use crate::model::entities::Entities;
use crate::model::field::Field;
use crate::model::leads::Leads;
use crate::model::matching::{Links, Verdict};
use crate::model::records::RecordScores;
use crate::model::rows::{Reject, RejectCode};
use crate::model::scorecards::{Points, Scorecards};
use crate::model::summary::{
    AssignSummary, BlockingSummary, DedupeSummary, EarlierSummary, InputSummary, LoadSummary, QualifySummary,
    RunSummary, ScoreSummary,
};
use crate::model::table::{OutputTable, TextFile};
use crate::model::text::BLANK;
use crate::stages::consent::gate::Breaches;
use crate::stages::report::{self, Evidence};

/// What was read.
#[derive(Debug)]
pub(super) struct Read {
    /// Lead records.
    pub(super) rows: u64,
    /// All input files.
    pub(super) inputs: Vec<InputSummary>,
    /// Ids that earlier runs gave.
    pub(super) earlier_ids: Option<EarlierSummary>,
}

/// The tables of territories and of parents, which were read while the plan was made.
pub(super) fn tables(plan: &Plan) -> impl Iterator<Item = InputSummary> {
    plan.assign.files().chain(&plan.qualify.parents.files).map(|file| InputSummary {
        shown: file.shown.clone(),
        bytes: file.bytes,
        hash: file.hash.clone(),
        rows: file.rows,
        rejected: 0,
    })
}

/// The whole run in numbers.
pub(super) fn summary(
    plan: &Plan,
    read: &Read,
    evidence: Evidence<'_>,
    tables: &[OutputTable],
    files: &[TextFile],
    watch: Stopwatch,
) -> RunSummary {
    let Evidence { leads, links, entities, scores, assignments, emissions, rejects, findings, .. } = evidence;
    RunSummary {
        load: load_summary(plan, read.rows, leads, rejects, findings.len()),
        dedupe: dedupe_summary(plan.dedupe.as_ref(), links, entities, report::open_reviews(evidence) as u64),
        score: score_summary(plan, scores),
        assign: assign_summary(assignments),
        qualify: qualify_summary(emissions),
        answers: answer_summary(evidence.answers),
        tables: tables.iter().map(|table| (table.name.clone(), table.rows())).collect(),
        files: files.iter().map(|file| (file.name.clone(), text_hash(&file.text))).collect(),
        seconds: watch.seconds,
        cpu_seconds: watch.cpu_seconds,
        ..start_summary(plan, read)
    }
}

fn start_summary(plan: &Plan, read: &Read) -> RunSummary {
    RunSummary {
        pipeline: plan.name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        as_of: plan.as_of.to_string(),
        configuration: plan.fingerprint.clone(),
        project: project_from(&plan.output, &plan.project),
        inputs: read.inputs.clone(),
        earlier_ids: read.earlier_ids.clone(),
        ..RunSummary::default()
    }
}

/// The hash by which a file of the output folder is known to be the run's own.
pub(super) fn text_hash(text: &str) -> String {
    format!("{:032x}", xxh3_128(text.as_bytes()))
}

/// The way from the output folder to the project, so that both may move together; absolute where there is none.
pub(super) fn project_from(output: &Path, project: &Path) -> String {
    let (Ok(output), Ok(project)) = (std::path::absolute(output), std::path::absolute(project)) else {
        return project.display().to_string();
    };
    let (from, to) = (past::straight(&output), past::straight(&project));
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    if common == 0 {
        return to.display().to_string();
    }
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(to.components().skip(common)).collect();
    way.to_string_lossy().replace('\\', "/")
}

fn count<T>(values: impl IntoIterator<Item = T>, holds: impl Fn(&T) -> bool) -> u64 {
    values.into_iter().filter(|value| holds(value)).count() as u64
}

/// Rejects of lead rows; those of CRM files are listed but have no share in the limit.
pub(super) fn lead_rejects<'a>(plan: &Plan, rejects: impl IntoIterator<Item = &'a Reject>) -> u64 {
    count(rejects, |reject| usize::from(reject.origin.source) < plan.load.sources.len())
}

fn load_summary(plan: &Plan, rows: u64, leads: &Leads, rejects: &[Reject], findings: usize) -> LoadSummary {
    LoadSummary { rows, leads: leads.len() as u64, rejects: lead_rejects(plan, rejects), findings: findings as u64 }
}

fn dedupe_summary(plan: Option<&DedupePlan>, links: &Links, entities: &Entities, review: u64) -> DedupeSummary {
    DedupeSummary {
        match_at: plan.map(|plan| plan.match_at),
        review_at: plan.map(|plan| plan.review_at),
        compared: links.compared,
        matches: count(&links.rows, |link| link.verdict == Verdict::Match),
        review,
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

fn score_summary(plan: &Plan, scores: &Scorecards) -> ScoreSummary {
    let mut stars = [0; 6];
    for &number in &scores.stars {
        stars[usize::from(number.min(5))] += 1;
    }
    let mut of_code = vec![0; scores.grade.dictionary.len()];
    scores.grade.codes.iter().for_each(|&code| of_code[code as usize] += 1);
    let count = |grade: &str| scores.grade.dictionary.find(grade).map_or(0, |code| of_code[code as usize]);
    let grades = plan.score.grade_names().into_iter();
    ScoreSummary { stars, grades: grades.map(|grade| (grade.clone(), count(&grade))).collect() }
}

fn assign_summary(assignments: &Assignments) -> AssignSummary {
    let owners = || assignments.owner.codes.iter().zip(&assignments.changed);
    AssignSummary {
        kept: count(owners(), |(owner, changed)| **owner != BLANK && !**changed),
        assigned: count(owners(), |(_, changed)| **changed),
        unassigned: count(owners(), |(owner, _)| **owner == BLANK),
    }
}

fn qualify_summary(emissions: &Emissions) -> QualifySummary {
    let split = |actions: Vec<Action>| {
        let linked = count(&actions, |action| **action == Action::Link);
        [actions.len() as u64 - linked, linked]
    };
    let mut of_kind = [0; DecisionKind::ALL.len()];
    emissions.decisions.iter().for_each(|decision| of_kind[decision.kind as usize] += 1);
    QualifySummary {
        decisions: DecisionKind::ALL.iter().map(|&kind| (kind.name().to_owned(), of_kind[kind as usize])).collect(),
        accounts: split(emissions.accounts.iter().map(|account| account.action).collect()),
        contacts: split(emissions.contacts.iter().map(|contact| contact.action).collect()),
        opportunities: split(emissions.opportunities.iter().map(|opportunity| opportunity.action).collect()),
        notes: emissions.notes.len() as u64,
        questions: emissions.questions.records.len() as u64,
    }
}

fn answer_summary(answers: &[Answer]) -> Vec<(String, u64)> {
    let of_state = |state: &AnswerState| count(answers, |answer| answer.state == *state);
    AnswerState::ALL.iter().map(|state| (state.name().to_owned(), of_state(state))).collect()
}

/// Every row in exactly one place, every score the sum of its ledger: checked in every run, before anything is shown.
/// Tables that nobody wants are not there to be counted.
pub(super) fn reconcile(summary: &RunSummary, evidence: Evidence<'_>, tables: &[OutputTable]) -> Result<(), RunError> {
    let Evidence { leads, entities, scores, .. } = evidence;
    let rows = |name: &str| tables.iter().find(|table| table.name == name).map(OutputTable::rows);
    let mut faults = Vec::new();
    let mut equal = |what: &str, left: usize, right: usize| {
        if left != right {
            faults.push(format!("{what} ({left} against {right})"));
        }
    };
    let members = entities.members.len();
    equal("rows read = members + rejects", summary.load.rows as usize, members + summary.load.rejects as usize);
    equal("members = lead rows", rows("lead_members").unwrap_or(members), leads.len());
    let mut leads_of_row = vec![0u8; leads.len()];
    entities.members.iter().for_each(|row| leads_of_row[row.index()] = leads_of_row[row.index()].saturating_add(1));
    equal("rows in one lead = rows", count(&leads_of_row, |&&leads| leads == 1) as usize, leads.len());
    let golden = entities.len();
    equal("leads = golden leads", rows("leads").unwrap_or(golden), golden);
    if let (Some(open), Some(closed)) = (rows("leads_open"), rows("leads_closed")) {
        equal("leads = open + closed", golden, open + closed);
    }
    equal("decisions = leads", rows("decisions").unwrap_or(golden), golden);
    equal("scores = sums of their ledger", exact(scores), scores.score.len());
    for (kind, of) in [("contacts", &evidence.records.contacts), ("accounts", &evidence.records.accounts)] {
        let Some(of) = of else { continue };
        equal(&format!("scores of {kind} = sums of their ledger"), exact(&of.scores), of.ids.len());
    }
    let (counted, line) = rolled_up(evidence.records);
    equal("accounts whose people's scores = their line", counted, line);
    if faults.is_empty() { Ok(()) } else { Err(RunError::Unreconciled(faults.join("; "))) }
}

/// How many scores are the sums of their ledger lines.
fn exact(scores: &Scorecards) -> usize {
    let sum = |at: usize| scores.lines.iter().map(|line| line.points(at)).sum::<Points>();
    (0..scores.score.len()).into_par_iter().filter(|&at| sum(at) == scores.score[at]).count()
}

/// Accounts for which the people's counted scores are what the line `people` says, and all accounts with such a line.
fn rolled_up(records: &RecordScores) -> (usize, usize) {
    let (Some(accounts), Some(people)) = (&records.accounts, &records.people) else { return (0, 0) };
    let Some(line) = accounts.scores.lines.iter().find(|line| line.name == PEOPLE) else { return (0, 0) };
    let mut sums = vec![Points::ZERO; accounts.ids.len()];
    people.iter().for_each(|person| sums[person.account as usize] += person.counted);
    ((0..line.len()).filter(|&account| sums[account] == line.points(account)).count(), accounts.ids.len())
}

/// Rejects of lead rows that have any value: rows without anything are listed, and say nothing about the others.
pub(super) fn unusable(plan: &Plan, rejects: &[Reject]) -> u64 {
    lead_rejects(plan, rejects.iter().filter(|reject| !reject.code.is_expected()))
}

/// Fails where more lead rows are unusable than the plan allows.
pub(super) fn check_rejects(plan: &Plan, leads: &Leads, read: &Read, rejects: &[Reject]) -> Result<(), RunError> {
    let of_code = |code| lead_rejects(plan, rejects.iter().filter(|reject| reject.code == code));
    let rejected = unusable(plan, rejects);
    let rows = leads.len() as u64 + rejected;
    let (over, allowed) = match plan.load.max_rejects {
        RejectLimit::Count(most) => (rejected > most, most.to_string()),
        RejectLimit::Share(most) => {
            // In whole hundredths of a percent, so that 29% of 100 rows are 29.
            let hundredths = (most * 10_000.0).round() as u64;
            let over = u128::from(rejected) * 10_000 > u128::from(hundredths) * u128::from(rows);
            (over, format!("{}%", hundredths as f64 / 100.0))
        }
    };
    if !over {
        return Ok(());
    }
    let commonest = RejectCode::ALL
        .iter()
        .filter(|code| !code.is_expected())
        .map(|code| (of_code(*code), code.name()))
        .max()
        .map_or(String::new(), |(count, name)| format!("{name} ({count} rows)"));
    let help = if 2 * of_code(RejectCode::NoName) > rejected { without_names(&plan.load) } else { None };
    let table = report::rejects_table(&leads.places, rejects);
    let load = load_summary(plan, read.rows, leads, rejects, 0);
    let summary = RunSummary { load, ..failed(plan, read, &table) };
    let (table, summary) = (Box::new(table), Box::new(summary));
    Err(RunError::TooManyRejects { rejected, rows, allowed, commonest, help, table, summary })
}

/// A run that fails with a table to look at.
pub(super) fn failed(plan: &Plan, read: &Read, table: &OutputTable) -> RunSummary {
    RunSummary { tables: vec![(table.name.clone(), table.rows())], ..start_summary(plan, read) }
}

/// What is wrong with outgoing lists, in a sentence; none where nothing is.
pub(super) fn told(found: &Breaches) -> Option<String> {
    let mut reports: Vec<&str> = found.cells.iter().map(|breach| breach.report.as_str()).collect();
    reports.dedup();
    let reaching = reports.iter().map(|report| {
        let rows: BTreeSet<usize> =
            found.cells.iter().filter(|breach| breach.report == **report).map(|breach| breach.row).collect();
        let rows = if rows.len() == 1 { "1 row".to_owned() } else { format!("{} rows", rows.len()) };
        format!("the report \"{report}\" would reach people who opted out, in {rows}")
    });
    let blind = found.blind.iter().map(|report| {
        format!(
            "the report \"{report}\" is an outgoing list (reaches), but no column of it has anybody's address, number or \
             id: nothing can be checked"
        )
    });
    let told: Vec<String> = reaching.chain(blind).collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// How rows that have no name become leads.
fn without_names(plan: &LoadPlan) -> Option<&'static str> {
    let reaches = |column: usize| [Field::Email, Field::Company].iter().any(|&field| field as usize == column);
    let mapped = |source: &SourcePlan| {
        let columns = source.files.iter().flat_map(|file| &file.mapping).map(|column| column.target);
        columns.chain(source.values.iter().map(|&(column, _)| column)).any(reaches)
    };
    match plan.name {
        NameRule::Required if plan.sources.iter().any(mapped) => Some(
            "rows without a name are leads, too, with `name = \"optional\"` under [load], if they have an e-mail \
             address or a company; with `name = \"none\"`, if they have any value",
        ),
        NameRule::Required | NameRule::Optional => Some(
            "`leadmill check` shows which column is the name; with `name = \"none\"` under [load], any value makes a \
             row a lead",
        ),
        NameRule::None => None,
    }
}
