//! Load: exports to rows of text. Every record of every file becomes a row or a reject; nothing is dropped silently.
//! Files and parts of files are read side by side and put together in the order of the plan, so the result is the same
//! at any thread count.

mod combine;
mod damaged;
mod decisions;
mod file;
mod pieces;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use crate::config::plan::{CodedField, ColumnMapping, InputFile, LoadPlan, SourcePlan};
use crate::config::preset::CrmKind;
use crate::format::FormatError;
use crate::model::field::LeadSchema;
use crate::model::progress::Progress;
use crate::model::rows::{Finding, Origin, Places, RawCrm, RawRecords, RawTable, Reject};
use crate::model::summary::InputSummary;
use file::{Part, Rows};

pub use decisions::decisions;

/// All inputs as text.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Lead rows: sources in plan order, their files by path, rows as they stand.
    pub raw: RawTable,
    /// CRM records.
    pub crm: RawCrm,
    /// Rejected lead rows as far as their cells can be told: each in two readings, one behind the other (see
    /// [`damaged_refusals`](crate::stages::standardize::damaged_refusals)).
    pub damaged: RawTable,
    /// The same of contacts.
    pub damaged_contacts: RawRecords,
    /// Rows that could not be used, in the same order.
    pub rejects: Vec<Reject>,
    /// Reservations about rows that are used, in the same order.
    pub findings: Vec<Finding>,
    /// The files, in the order of [`Places::files`].
    pub inputs: Vec<InputSummary>,
    /// How many of them are lead exports: these come first.
    pub lead_files: usize,
}

/// Why loading failed as a whole.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A file was replaced while the program ran.
    #[error("the header of `{}` is no longer the one that was checked; run again", path.display())]
    HeaderChanged {
        /// The file.
        path: PathBuf,
    },
    /// The decisions file lacks a column.
    #[error("{} has no column {column}; a filled-in copy of the review table has it", path.display())]
    DecisionColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        column: &'static str,
    },
    /// A line of the decisions file cannot be read.
    #[error("{}, line {line}: a quote is never closed, or a cell is too large", path.display())]
    DecisionRow {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
    },
    /// Words that are no answers.
    #[error("{}", told.join("\n"))]
    DecisionWords {
        /// A sentence for each.
        told: Vec<String>,
    },
    /// Row numbers have 32 bits.
    #[error("the inputs have {rows} rows; at most {} can be loaded in one run", u32::MAX)]
    TooManyRows {
        /// How many.
        rows: u64,
    },
}

/// A file to read, and where its rows belong.
struct Job<'p> {
    file: &'p InputFile,
    mapping: &'p [ColumnMapping],
    codes: &'p [CodedField],
    origin: Origin,
    /// What its rows are; none for leads.
    kind: Option<CrmKind>,
    /// Names of the columns that the mapping targets.
    targets: Vec<&'p str>,
    /// The file's rows are leads as well, and told of there.
    again: bool,
}

/// Parts of a file that are read at a time, per thread: enough that no thread waits long for another one, and few, for
/// they are all in memory.
const PARTS_PER_THREAD: usize = 3;

/// Reads everything that the plan names.
pub fn load(plan: &LoadPlan, schema: &Arc<LeadSchema>, progress: &dyn Progress) -> Result<Loaded, LoadError> {
    let (jobs, places) = jobs(plan, schema);
    let size = |job: &Job<'_>| std::fs::metadata(&job.file.path).map_or(0, |about| about.len());
    let sizes: Vec<u64> = jobs.iter().map(size).collect();
    progress.begin("load", sizes.iter().sum());

    let mut leads = combine::Whole::new(schema.len(), plan.sources.iter().flat_map(|source| &source.files));
    let mut crm: Vec<Option<combine::Whole>> = CrmKind::ALL
        .iter()
        .map(|&kind| {
            let of_kind = jobs.iter().any(|job| job.kind == Some(kind));
            let files = plan.crm.of(kind).into_iter().flat_map(|file| &file.files);
            of_kind.then(|| combine::Whole::new(crm_columns(plan, kind).len(), files))
        })
        .collect();
    let mut damaged = combine::Whole::new(schema.len(), []);
    let mut damaged_contacts = combine::Whole::new(crm_columns(plan, CrmKind::Contacts).len(), []);
    let (mut rejects, mut findings, mut inputs) = (Vec::new(), Vec::new(), Vec::new());
    let mut rows = 0;
    let mut next = 0;
    while next < jobs.len() {
        // Small files are read side by side; a large one is alone in memory, and its parts are read side by side.
        let wave = next..wave_end(&sizes, next);
        next = wave.end;
        let alone = wave.len() == 1;
        let at_a_time = PARTS_PER_THREAD * rayon::current_num_threads();
        let opened = |job| {
            let Job { file, mapping, codes, origin, targets, .. }: &Job<'_> = job;
            let (file, mut parts) = (file::open(file, (mapping, codes), *origin, targets, alone)?, Vec::new());
            let hash = match alone {
                true => None,
                false => Some(file.read(at_a_time, |read, _| parts.extend(read.iter_mut().map(std::mem::take)))?),
            };
            Ok::<_, LoadError>((file, parts, hash))
        };
        let opened: Vec<_> = jobs[wave.clone()].par_iter().map(opened).collect();
        for (job, opened) in jobs[wave].iter().zip(opened) {
            // Of several failures the first in plan order is told, whichever thread met one first.
            let (file, mut parts, hash) = opened?;
            let constants = plan.sources.get(usize::from(job.origin.source)).filter(|_| job.kind.is_none());
            let constants = constants.map(|source| combine::Constants { source, schema });
            let whole = match job.kind {
                None => &mut leads,
                Some(kind) => crm[kind as usize].as_mut().expect("a file of this kind is in the plan"),
            };
            let whole_damaged = match job.kind {
                None => &mut damaged,
                Some(_) => &mut damaged_contacts,
            };
            let (mut told, mut read, mut rejected) = (0, 0, 0);
            let mut take = |parts: &mut [Part], done: u64| {
                for part in &mut *parts {
                    read += part.rows.lines.len() as u64;
                    rejected += part.rejects.len() as u64;
                    if !job.again {
                        rejects.append(&mut part.rejects);
                        findings.append(&mut part.findings);
                    }
                }
                // Of a file that is read in several goes, a little more than the first one lets expect.
                let times =
                    if done == 0 || done >= file.bytes() { 1.0 } else { 1.05 * file.bytes() as f64 / done as f64 };
                let rows: Vec<&Rows> = parts.iter().map(|part| &part.rows).collect();
                whole.append(&rows, &file, job.origin, constants.as_ref(), times);
                let rows: Vec<&Rows> =
                    parts.iter().map(|part| &part.damaged).filter(|it| !it.lines.is_empty()).collect();
                if !rows.is_empty() {
                    whole_damaged.append(&rows, &file, job.origin, constants.as_ref(), 1.0);
                }
                progress.advance(done - told);
                told = done;
            };
            let hash = match hash {
                None => file.read(at_a_time, &mut take)?,
                Some(hash) => {
                    take(&mut parts, 0);
                    hash
                }
            };
            rows += read;
            if rows > u64::from(u32::MAX) {
                return Err(LoadError::TooManyRows { rows });
            }
            progress.advance(file.bytes() - told);
            if job.again {
                continue;
            }
            inputs.push(InputSummary {
                shown: job.file.shown.clone(),
                bytes: file.bytes(),
                hash: format!("{hash:032x}"),
                rows: read + rejected,
                rejected,
            });
        }
    }

    let (raw, told) = leads.finish();
    let mut records = RawCrm::default();
    for (slot, whole) in crm_slots(&mut records).into_iter().zip(crm) {
        *slot = whole.map(combine::Whole::finish_told);
    }
    let places = Arc::new(places);
    let table = |RawRecords { columns, origins }, told| RawTable {
        schema: schema.clone(),
        columns,
        told,
        origins,
        places: places.clone(),
    };
    let (damaged, damaged_told) = damaged.finish();
    let (raw, damaged) = (table(raw, told), table(damaged, damaged_told));
    let damaged_contacts = damaged_contacts.finish_told();
    let lead_files = plan.sources.iter().map(|source| source.files.len()).sum();
    Ok(Loaded { raw, crm: records, damaged, damaged_contacts, rejects, findings, inputs, lead_files })
}

/// The files from one on that are opened side by side: a few megabytes of them, at least one.
fn wave_end(sizes: &[u64], first: usize) -> usize {
    const WAVE: u64 = 32 << 20;
    let mut all = 0;
    let fitting = sizes[first..].iter().take_while(|&&size| {
        all += size;
        all <= WAVE
    });
    first + fitting.count().max(1)
}

/// The files in the order in which their rows are put together: lead sources, then what the CRM has.
fn jobs<'p>(plan: &'p LoadPlan, schema: &'p LeadSchema) -> (Vec<Job<'p>>, Places) {
    let columns: Vec<&str> = schema.columns().iter().map(|column| column.name.as_str()).collect();
    let lead = |source: &'p SourcePlan| (source.name.clone(), source.trust, None, &source.files, columns.clone());
    let crm = CrmKind::ALL.iter().filter_map(|&kind| {
        let files = &plan.crm.of(kind)?.files;
        Some((kind.source_name(), 0, Some(kind), files, crm_columns(plan, kind)))
    });
    let (mut jobs, mut places, mut again) = (Vec::new(), Places::default(), Vec::new());
    for (name, trust, kind, files, targets) in plan.sources.iter().map(lead).chain(crm) {
        let source = u16::try_from(places.sources.len()).expect("a plan has at most MOST_SOURCES");
        places.sources.push(name);
        places.trust.push(trust);
        for (at, file) in files.iter().enumerate() {
            let origin = Origin { source, file: places.files.len() as u32, line: 0 };
            places.files.push(file.shown.clone());
            let (mapping, codes) = (&*file.mapping, &*file.codes);
            jobs.push(Job { file, mapping, codes, origin, kind, targets: targets.clone(), again: false });
            let of_lead = plan.sources.get(usize::from(source)).filter(|_| kind.is_none());
            let history = of_lead.and_then(|source| source.history.iter().find(|(file, _)| *file == at));
            again.extend(history.map(|(_, mapping)| {
                let kind = CrmKind::Activities;
                let targets = kind.fields().to_vec();
                Job { file, mapping, codes: &[], origin, kind: Some(kind), targets, again: true }
            }));
        }
    }
    jobs.append(&mut again);
    (jobs, places)
}

/// The columns of a kind of record: its fields, and what else the plan reads of it.
fn crm_columns(plan: &LoadPlan, kind: CrmKind) -> Vec<&str> {
    let further = plan.crm.of(kind).into_iter().flat_map(|file| &file.further);
    kind.fields().iter().copied().chain(further.map(String::as_str)).collect()
}

/// The records' places in the order of [`CrmKind::ALL`].
fn crm_slots(crm: &mut RawCrm) -> [&mut Option<RawRecords>; 10] {
    let RawCrm {
        accounts,
        contacts,
        opportunities,
        owners,
        activities,
        prices,
        quotes,
        orders,
        invoices,
        suppressions,
    } = crm;
    [accounts, contacts, opportunities, owners, activities, prices, quotes, orders, invoices, suppressions]
}
