//! What would change: two plans on the same leads, and which of their rules moved each lead.

mod moved;

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::{Decided, Linked, RunError, Stopwatch, decided, linked};
use crate::config::plan::Plan;
use crate::format::csv;
use crate::model::entities::Entities;
use crate::model::issued::IssuedIds;
use crate::model::leads::Leads;
use crate::model::progress::Progress;
use crate::model::table::{OutputColumn, OutputTable, OutputType, filled_text};
use crate::stages::load;

pub use moved::{LeadChange, Move, MoveKind};

/// A value on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
pub struct Sides<T> {
    /// With the old plan.
    pub old: T,
    /// With the new plan.
    pub new: T,
}

/// How the leads of two plans differ.
#[derive(Debug, Clone, Serialize)]
pub struct Diff {
    /// Stages that the plans set up differently, so that each read and merged the rows by itself; empty: done once.
    pub apart: Vec<&'static str>,
    /// Leads that both sides have.
    pub both: u64,
    /// What changed.
    pub changed: Changed,
    /// Leads by old stars, then by new ones.
    pub stars: Matrix,
    /// Leads by old grade, then by new ones.
    pub grades: Matrix,
    /// What moved leads, and how many.
    pub moves: Vec<Moves>,
    /// Leads with other stars, another grade, owner or decision, the largest change first.
    pub leads: Vec<LeadChange>,
    /// Leads that only one side has.
    pub alone: Sides<Vec<Alone>>,
}

/// How many leads changed, by kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Changed {
    /// Their score, whatever comes of it.
    pub score: u64,
    /// Their stars.
    pub stars: u64,
    /// Their grade.
    pub grade: u64,
    /// Their owner.
    pub owner: u64,
    /// Their decision or status.
    pub decision: u64,
    /// Any of these but the score.
    pub any: u64,
}

/// Leads by an old and a new value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Matrix {
    /// The values of the old side, in order.
    pub old: Vec<String>,
    /// The values of the new side, in order.
    pub new: Vec<String>,
    /// Leads: a row per old value.
    pub leads: Vec<Vec<u64>>,
}

/// How many leads something moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moves {
    /// What.
    #[serde(flatten)]
    pub what: Move,
    /// How many.
    pub leads: u64,
}

/// A lead that the other side has not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alone {
    /// Its id.
    pub lead_id: String,
    /// Its rows, as `source:source_id`.
    pub rows: Vec<String>,
    /// The leads of the other side that have these rows.
    pub there: Vec<String>,
}

impl Diff {
    /// All changed leads, and those of one side, one line each, as a CSV file.
    ///
    /// # Errors
    /// None that a text in memory could give.
    pub fn csv(&self) -> std::io::Result<Vec<u8>> {
        let lone = |side| move |lead: &Alone| (side, lead.lead_id.clone(), lead.rows.join(" "));
        let lone: Vec<(&str, String, String)> =
            self.alone.old.iter().map(lone("before")).chain(self.alone.new.iter().map(lone("after"))).collect();
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        let mut column = |name: &str, changed: &dyn Fn(&LeadChange) -> String, alone: &dyn Fn(usize) -> String| {
            let cells = self.leads.iter().map(changed).chain((0..lone.len()).map(alone));
            columns.push(OutputColumn::optional(name, OutputType::Text, ""));
            values.push(filled_text(cells));
        };
        let blank = |_: usize| String::new();
        column("lead_id", &|lead| lead.lead_id.clone(), &|at| lone[at].1.clone());
        column("side", &|_| "both".to_owned(), &|at| lone[at].0.to_owned());
        column("full_name", &|lead| lead.full_name.clone(), &blank);
        column("company", &|lead| lead.company.clone(), &blank);
        for (name, of) in [
            ("score", (|lead| lead.score.clone()) as fn(&LeadChange) -> Sides<String>),
            ("stars", |lead| Sides { old: lead.stars.old.to_string(), new: lead.stars.new.to_string() }),
            ("grade", |lead| lead.grade.clone()),
            ("owner", |lead| lead.owner.clone()),
            ("decision", |lead| lead.decision.clone()),
            ("status", |lead| lead.status.clone()),
        ] {
            column(&format!("{name}_before"), &|lead| of(lead).old, &blank);
            column(&format!("{name}_after"), &|lead| of(lead).new, &blank);
        }
        column("by", &LeadChange::by, &blank);
        column("rows", &|_| String::new(), &|at| lone[at].2.clone());
        let table = OutputTable::new("diff", columns, values);
        let mut writer = csv::Writer::new(&table.columns, false, Vec::new())?;
        writer.write(&table.chunks(0..table.rows()))?;
        writer.finish()
    }

    /// Whether anything is otherwise than before.
    pub fn is_change(&self) -> bool {
        self.changed.any > 0 || self.changed.score > 0 || !self.alone.old.is_empty() || !self.alone.new.is_empty()
    }
}

/// A plan's leads, and what it makes of them.
struct Side<'a> {
    plan: &'a Plan,
    linked: &'a Linked,
    decided: Decided,
}

/// Runs both plans up to the decisions, and compares lead by lead. Nothing is written.
///
/// # Errors
/// When an input cannot be read, or too many of its rows are unusable.
pub fn diff(old: &Plan, new: &Plan, progress: &dyn Progress) -> Result<Diff, RunError> {
    let apart = set_apart(old, new);
    let of_new = rows(new, progress)?;
    let of_old = if apart.is_empty() { None } else { Some(rows(old, progress)?) };
    let side = |plan, linked| {
        let mut watch = Stopwatch::start();
        Side { plan, linked, decided: decided(plan, linked, &IssuedIds::default(), &mut watch, progress) }
    };
    let sides = Sides { old: side(old, of_old.as_ref().unwrap_or(&of_new)), new: side(new, &of_new) };
    progress.begin("compare", 0);
    Ok(compared(&sides, apart))
}

fn rows(plan: &Plan, progress: &dyn Progress) -> Result<Linked, RunError> {
    let loaded = load::load(&plan.load, &plan.schema, progress)?;
    linked(plan, loaded, &IssuedIds::default(), &mut Stopwatch::start(), progress)
}

/// The stages up to finding duplicates that plans set up differently. Plans have no places in files, so the same
/// meaning has the same parts.
fn set_apart(old: &Plan, new: &Plan) -> Vec<&'static str> {
    fn same(old: &impl std::fmt::Debug, new: &impl std::fmt::Debug) -> bool {
        format!("{old:?}") == format!("{new:?}")
    }
    // The queue is known while rows are cleaned.
    let queue = |plan: &Plan| plan.assign.fallback.clone();
    let stages = [
        ("load", same(&old.load, &new.load) && old.schema == new.schema),
        ("standardize", same(&old.standardize, &new.standardize) && queue(old) == queue(new)),
        ("dedupe", same(&old.dedupe, &new.dedupe) && same(&old.decisions, &new.decisions)),
    ];
    stages.into_iter().filter(|(_, same)| !same).map(|(stage, _)| stage).collect()
}

fn compared(sides: &Sides<Side<'_>>, apart: Vec<&'static str>) -> Diff {
    let ids = Sides { old: ids(&sides.old), new: ids(&sides.new) };
    let pairs = pairs(ids.old, ids.new);
    let columns = moved::Columns::new(sides);
    let mut leads: Vec<LeadChange> =
        pairs.par_iter().filter(|&&pair| columns.differ(pair)).map(|&pair| columns.change(pair)).collect();
    leads.par_sort_by(|a, b| b.size().cmp(&a.size()).then_with(|| a.lead_id.cmp(&b.lead_id)));

    let count = |is_changed: &(dyn Fn(Sides<usize>) -> bool + Sync)| {
        pairs.par_iter().filter(|&&pair| is_changed(pair)).count() as u64
    };
    let changed = Changed {
        score: count(&|pair| columns.score(pair)),
        stars: count(&|pair| columns.stars(pair)),
        grade: count(&|pair| columns.grade(pair)),
        owner: count(&|pair| columns.owner(pair)),
        decision: count(&|pair| columns.decision(pair)),
        any: leads.len() as u64,
    };
    let mut moves: BTreeMap<&Move, u64> = BTreeMap::new();
    for what in leads.iter().flat_map(LeadChange::moves) {
        *moves.entry(what).or_default() += 1;
    }
    let mut moves: Vec<Moves> = moves.into_iter().map(|(what, leads)| Moves { what: what.clone(), leads }).collect();
    moves.sort_by(|a, b| b.leads.cmp(&a.leads).then_with(|| a.what.cmp(&b.what)));
    Diff {
        apart,
        both: pairs.len() as u64,
        changed,
        stars: columns.stars_matrix(&pairs),
        grades: columns.grades_matrix(&pairs),
        moves,
        leads,
        alone: Sides { old: alone(&sides.old, &sides.new, ids.new), new: alone(&sides.new, &sides.old, ids.old) },
    }
}

fn ids<'a>(side: &'a Side<'_>) -> &'a [String] {
    &side.decided.entities.ids
}

/// The places of the leads that both sides have; ids are ascending.
fn pairs(old: &[String], new: &[String]) -> Vec<Sides<usize>> {
    let mut at = 0;
    let pair = |(place, id): (usize, &String)| {
        while at < old.len() && old[at] < *id {
            at += 1;
        }
        (at < old.len() && old[at] == *id).then_some(Sides { old: at, new: place })
    };
    new.iter().enumerate().filter_map(pair).collect()
}

/// The leads of a side that the other one has not, and where their rows are there.
fn alone(side: &Side<'_>, other: &Side<'_>, ids: &[String]) -> Vec<Alone> {
    let entities = &side.decided.entities;
    let lone: Vec<usize> =
        (0..entities.len()).filter(|&lead| ids.binary_search(&entities.ids[lead]).is_err()).collect();
    if lone.is_empty() {
        return Vec::new();
    }
    // Rows are known by their content.
    let theirs: BTreeMap<_, usize> = other.linked.leads.keys.iter().copied().zip(0..).collect();
    let there = |lead: usize| {
        let rows = entities.members(lead).iter();
        let rows = rows.filter_map(|row| theirs.get(&side.linked.leads.keys[row.index()]));
        let of: &Entities = &other.decided.entities;
        let mut there: Vec<String> = rows.map(|&row| of.ids[of.of[row].index()].clone()).collect();
        there.sort();
        there.dedup();
        there
    };
    let rows = |lead: usize| entities.members(lead).iter().map(|row| name(&side.linked.leads, row.index())).collect();
    lone.into_iter()
        .map(|lead| Alone { lead_id: entities.ids[lead].clone(), rows: rows(lead), there: there(lead) })
        .collect()
}

/// A row as a user knows it: its source, and its id there, else file and line.
fn name(leads: &Leads, row: usize) -> String {
    use crate::model::field::Field;
    let origin = leads.origins[row];
    let id = leads.values[leads.schema.index_of(Field::SourceId)].text(row);
    match id {
        Some(id) => format!("{}:{id}", leads.places.sources[usize::from(origin.source)]),
        None => format!("{}:{}", leads.places.files[origin.file as usize], origin.line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_are_paired_by_id() {
        let ids = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let found = pairs(&ids("a b d e"), &ids("b c d f"));
        let places: Vec<(usize, usize)> = found.into_iter().map(|pair| (pair.old, pair.new)).collect();
        assert_eq!(places, [(1, 0), (2, 2)]);
    }
}
