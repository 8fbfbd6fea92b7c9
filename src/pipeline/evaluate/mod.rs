//! Evaluate: a run's leads against labels. Everything is counted; labels never reach the engine.

mod blocking;
mod counts;
mod thresholds;
mod truth;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use serde::Serialize;

use super::past::{PastError, PastRun};
use crate::model::ids;
use crate::model::text::{BLANK, Dictionary};
pub use blocking::{Blocking, MOST_PAIRS, blocking};
pub use counts::{BCubed, ClusterCounts, Pairwise};
use counts::{Labelled, most_torn};
pub use thresholds::Threshold;
use thresholds::{Edge, UNLABELLED};
pub use truth::{Truth, TruthColumns, TruthError, TruthRow};

/// Groups that are named.
const NAMED: usize = 5;
/// Rows that are named.
const EXAMPLES: usize = 3;

/// A run against labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// Rows on both sides.
    pub rows: RowCounts,
    /// Pairs of rows.
    pub pairwise: Pairwise,
    /// Rows.
    pub bcubed: BCubed,
    /// Whole clusters.
    pub clusters: ClusterCounts,
    /// Share of the true pairs that were compared; none where it is not known.
    pub blocking: Option<Blocking>,
    /// Why it is not known.
    pub blocking_unknown: Option<String>,
    /// What other thresholds would give.
    pub thresholds: Vec<Threshold>,
    /// Leads of several labels, the worst first.
    pub impure: Vec<TornGroup>,
    /// Labels over several leads, the worst first.
    pub split: Vec<TornGroup>,
}

/// Rows on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RowCounts {
    /// Rows of the run.
    pub members: u64,
    /// Rows of the labels file.
    pub labelled: u64,
    /// Labelled rows that the run has.
    pub both: u64,
    /// Labelled rows that no lead of the run has (rejected, or not among its inputs): each counts as a lead of its own.
    pub missing: u64,
    /// Some of them.
    pub missing_examples: Vec<String>,
    /// Rows of the run without a label: they do not count.
    pub unlabelled: u64,
    /// Some of them.
    pub unlabelled_examples: Vec<String>,
    /// Rows of the run whose id another row has, too, so that the label could not be told: they do not count.
    pub ambiguous: u64,
    /// Lines of the labels file that were left out: blank, or an id a second time.
    pub unused_labels: u64,
}

/// A lead of several labels, or a label over several leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TornGroup {
    /// The lead's id, or the label.
    pub group: String,
    /// Labelled rows in it.
    pub rows: u64,
    /// Labels in the lead, or leads of the label.
    pub parts: u64,
    /// Wrong pairs of the lead, or missed pairs of the label.
    pub pairs: u64,
    /// Two rows that show it, to ask `why` about.
    pub examples: [String; 2],
}

/// A run's rows with their labels.
#[derive(Debug, Default)]
pub struct Joined {
    /// Rows by the bits of their row id.
    places: HashMap<u128, u32, FixedState>,
    /// The bits of each row's id.
    row_bits: Vec<u128>,
    /// Lead of each row, as the number of its bits.
    leads: Vec<u32>,
    lead_bits: Vec<u128>,
    /// Source of each row.
    sources: Vec<u32>,
    /// Id of each row as the labels file has it; blank where it has not.
    ids: Vec<u32>,
    /// Label of each row.
    labels: Vec<u32>,
    counts: RowCounts,
    /// Labelled rows that the run has not: label and source.
    missing: Vec<(u32, u32)>,
}

/// Joins a run's rows with labels.
///
/// # Errors
/// When the members table cannot be read.
pub fn join(run: &PastRun, truth: &Truth) -> Result<Joined, PastError> {
    let mut joined = Joined::default();
    let mut source_names = Dictionary::default();
    let members = run.table("lead_members")?;
    let rows = run.summary.load.leads as usize;
    joined.places.reserve(rows);
    let mut leads: HashMap<u128, u32, FixedState> = HashMap::with_capacity_and_hasher(rows, FixedState::default());
    let mut strange = None;
    let (mut source, mut source_text) = (BLANK, String::new());
    members.read(&["source", "source_id", "row_id", "lead_id"], |row| {
        let (row_id, lead_id) = (row.text(2), row.text(3));
        let (Some(row_bits), Some(lead_bits)) = (ids::bits('R', &row_id), ids::bits('L', &lead_id)) else {
            strange = Some(format!("`{row_id}` in `{lead_id}` are no ids of a row and a lead"));
            return;
        };
        let next = joined.lead_bits.len() as u32;
        let lead = *leads.entry(lead_bits).or_insert(next);
        if lead == next {
            joined.lead_bits.push(lead_bits);
        }
        joined.leads.push(lead);
        let name = row.text(0);
        if name != source_text {
            source = source_names.intern(&name);
            source_text = name.into_owned();
        }
        joined.sources.push(source);
        joined.places.insert(row_bits, joined.row_bits.len() as u32);
        joined.row_bits.push(row_bits);
        let id = truth.ids.find(&row.text(1)).unwrap_or(BLANK);
        if id == BLANK && joined.counts.unlabelled_examples.len() < EXAMPLES {
            let id = row.text(1);
            joined.counts.unlabelled_examples.push(if id.is_empty() { row_id } else { id }.into_owned());
        }
        joined.ids.push(id);
    })?;
    if let Some(reason) = strange {
        return Err(PastError::NoRun { folder: run.folder.clone(), reason });
    }
    // A column `source` counts if it speaks of the run's sources.
    let by_source =
        truth.sources.len() > 1 && truth.sources.iter().skip(1).all(|name| source_names.find(name).is_some());
    let mut label_of = vec![UNLABELLED; joined.ids.len()];
    let mut taken = vec![false; truth.rows.len()];
    let starts = truth.starts();
    let counts = &mut joined.counts;
    for (row, &id) in joined.ids.iter().enumerate() {
        // Nothing is labelled with a blank id.
        let start = starts[id as usize] as usize;
        let of = &truth.rows[start..starts[id as usize + 1] as usize];
        let source = |known: &TruthRow| source_names.find(truth.sources.get(known.source)).unwrap_or(BLANK);
        let found = match of {
            [_] if !by_source => Some(0),
            _ => of.iter().position(|known| source(known) == joined.sources[row]),
        };
        match found {
            Some(at) if !taken[start + at] => {
                taken[start + at] = true;
                label_of[row] = of[at].label;
                counts.both += 1;
            }
            Some(_) => counts.ambiguous += 1,
            None => counts.unlabelled += 1,
        }
    }
    for (known, _) in truth.rows.iter().zip(&taken).filter(|(_, taken)| !**taken) {
        counts.missing += 1;
        if counts.missing_examples.len() < EXAMPLES {
            counts.missing_examples.push(truth.ids.get(known.id).to_owned());
        }
        let source = source_names.intern(truth.sources.get(known.source));
        joined.missing.push((known.label, source));
    }
    if truth.pairs {
        // Pairs say all there is: a row that none names is alone.
        let alone = label_of.iter_mut().filter(|label| **label == UNLABELLED);
        alone.zip(truth.labels.len() as u32..).for_each(|(label, own)| *label = own);
        counts.both += counts.unlabelled;
        (counts.unlabelled, counts.unlabelled_examples) = (0, Vec::new());
    }
    counts.members = joined.ids.len() as u64;
    counts.labelled = truth.rows.len() as u64;
    counts.unused_labels = truth.blank + truth.repeated;
    joined.labels = label_of;
    Ok(joined)
}

/// The figures of a run; `cross` counts only pairs of rows from different sources.
///
/// # Errors
/// When a table cannot be read.
pub fn evaluate(run: &PastRun, truth: &Truth, joined: &Joined, cross: bool) -> Result<Evaluation, PastError> {
    let rows = joined.labelled();
    let pairwise = Pairwise::of(&rows, cross);
    let (bcubed, clusters) = counts::clusters(&rows);
    let dedupe = &run.summary.dedupe;
    let thresholds = match (dedupe.match_at, dedupe.review_at) {
        (Some(match_at), Some(review_at)) => {
            let edges = edges(run, joined)?;
            let run = [match_at, review_at];
            thresholds::thresholds(&joined.labels, &joined.sources, edges, pairwise.true_pairs, run, cross)
        }
        _ => Vec::new(),
    };
    let group = |group: String, torn: &counts::Torn| TornGroup {
        group,
        rows: torn.rows,
        parts: torn.parts,
        pairs: torn.pairs,
        examples: torn.examples.map(|row| joined.name(truth, row as usize)),
    };
    let labelled = || (0..joined.labels.len()).filter(|&row| joined.labels[row] != UNLABELLED);
    let impure = most_torn(labelled().map(|row| (joined.leads[row], joined.labels[row], row as u32)), NAMED);
    let split = most_torn(labelled().map(|row| (joined.labels[row], joined.leads[row], row as u32)), NAMED);
    let lead_id = |torn: &counts::Torn| ids::public_id('L', joined.lead_bits[torn.group as usize]);
    Ok(Evaluation {
        rows: joined.counts.clone(),
        pairwise,
        bcubed,
        clusters,
        blocking: None,
        blocking_unknown: None,
        thresholds,
        impure: impure.iter().map(|torn| group(lead_id(torn), torn)).collect(),
        split: split.iter().map(|torn| group(truth.labels.get(torn.group).to_owned(), torn)).collect(),
    })
}

impl Joined {
    /// What a user calls a row: its id in the labels file, else our own of it.
    fn name(&self, truth: &Truth, row: usize) -> String {
        match self.ids[row] {
            BLANK => ids::row_id(self.row_bits[row]),
            id => truth.ids.get(id).to_owned(),
        }
    }

    /// The row of a row id.
    fn place(&self, row_id: &str) -> Option<u32> {
        self.places.get(&ids::bits('R', row_id)?).copied()
    }

    /// The labelled rows, those that the run has not as leads of their own; by lead, then label.
    fn labelled(&self) -> Vec<Labelled> {
        let row = |row: usize| Labelled { lead: self.leads[row], label: self.labels[row], source: self.sources[row] };
        let own = self.lead_bits.len() as u32..;
        let missing = own.zip(&self.missing).map(|(lead, &(label, source))| Labelled { lead, label, source });
        let known = (0..self.labels.len()).filter(|&row| self.labels[row] != UNLABELLED).map(row);
        let mut rows: Vec<Labelled> = known.chain(missing).collect();
        rows.sort_unstable();
        rows
    }
}

/// The kept pairs.
fn edges(run: &PastRun, joined: &Joined) -> Result<Vec<Edge>, PastError> {
    let mut edges = Vec::new();
    run.table("links")?.read(&["left_id", "right_id", "probability", "weight", "rule", "verdict"], |row| {
        let (Some(left), Some(right)) = (joined.place(&row.text(0)), joined.place(&row.text(1))) else { return };
        let certain = if row.text(5) == "match" { f64::INFINITY } else { f64::NEG_INFINITY };
        let probability = if row.text(4) == "model" { row.value(2).unwrap_or(0.0) } else { certain };
        edges.push(Edge { left, right, probability, weight: row.value(3).unwrap_or(0.0) });
    })?;
    Ok(edges)
}
