//! Load: exports to rows of text. Every record of every file becomes a row or a reject; nothing is dropped silently.
//! Files are read in parallel and put together in the order of the plan, so the result is the same at any thread count.

mod combine;
mod decisions;
mod file;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use crate::config::plan::{InputFile, LoadPlan};
use crate::config::preset::CrmKind;
use crate::format::FormatError;
use crate::model::field::LeadSchema;
use crate::model::progress::Progress;
use crate::model::rows::{Finding, Origin, Places, RawCrm, RawRecords, RawTable, Reject};
use crate::model::summary::InputSummary;
use file::FileRows;

pub use decisions::{Decisions, decisions};

/// All inputs as text.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Lead rows: sources in plan order, their files by path, rows as they stand.
    pub raw: RawTable,
    /// CRM records.
    pub crm: RawCrm,
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
    #[error("{} has no column {column}; a decided copy of the review table has it", path.display())]
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
    /// A verdict is none.
    #[error("{}, line {line}: the decision \"{found}\" is neither match nor distinct", path.display())]
    DecisionWord {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
        /// What stands there.
        found: String,
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
    origin: Origin,
    /// Names of the columns that the file's mapping targets.
    targets: Vec<&'p str>,
}

/// Reads everything that the plan names.
pub fn load(plan: &LoadPlan, schema: &Arc<LeadSchema>, progress: &dyn Progress) -> Result<Loaded, LoadError> {
    let (jobs, places) = jobs(plan, schema);
    let size = |job: &Job<'_>| std::fs::metadata(&job.file.path).map_or(0, |about| about.len());
    progress.begin("load", jobs.iter().map(size).sum());
    // Of several failures the first in plan order is told, whichever thread met one first.
    let read: Vec<Result<FileRows, LoadError>> =
        jobs.par_iter().map(|job| file::read(job.file, job.origin, &job.targets, progress)).collect();
    let mut files = read.into_iter().collect::<Result<Vec<_>, _>>()?;

    let rows: u64 = files.iter().map(|file| file.rows() as u64).sum();
    if rows > u64::from(u32::MAX) {
        return Err(LoadError::TooManyRows { rows });
    }
    let inputs = jobs.iter().zip(&files).map(|(job, file)| file.summary(&job.file.shown)).collect();
    let (mut rejects, mut findings) = (Vec::new(), Vec::new());
    for file in &mut files {
        rejects.append(&mut file.rejects);
        findings.append(&mut file.findings);
    }

    let mut files = jobs.iter().map(|job| job.origin).zip(files).peekable();
    let mut leads = Vec::new();
    for (index, source) in plan.sources.iter().enumerate() {
        while let Some((origin, file)) = files.next_if(|(origin, _)| usize::from(origin.source) == index) {
            for mut piece in file.pieces {
                combine::apply_constants(&mut piece, source, schema);
                leads.push((origin, piece));
            }
        }
    }
    let raw = combine::records(leads, schema.len());
    let mut crm = RawCrm::default();
    let mut place = plan.sources.len();
    for (kind, records) in crm_slots(&mut crm).into_iter().enumerate() {
        let kind = CrmKind::ALL[kind];
        if crm_files(plan, kind).is_some() {
            let own = std::iter::from_fn(|| files.next_if(|(origin, _)| usize::from(origin.source) == place));
            let own = own.flat_map(|(origin, file)| file.pieces.into_iter().map(move |piece| (origin, piece)));
            *records = Some(combine::records(own.collect(), kind.fields().len()));
            place += 1;
        }
    }
    let raw = RawTable { schema: schema.clone(), columns: raw.columns, origins: raw.origins, places: Arc::new(places) };
    let lead_files = plan.sources.iter().map(|source| source.files.len()).sum();
    Ok(Loaded { raw, crm, rejects, findings, inputs, lead_files })
}

/// The files in the order in which their rows are put together: lead sources, then what the CRM has.
fn jobs<'p>(plan: &'p LoadPlan, schema: &'p LeadSchema) -> (Vec<Job<'p>>, Places) {
    let columns: Vec<&str> = schema.columns().iter().map(|column| column.name.as_str()).collect();
    let sources = plan.sources.iter().map(|source| (source.name.clone(), source.trust, &source.files, columns.clone()));
    let crm = CrmKind::ALL.iter().filter_map(|&kind| {
        let files = crm_files(plan, kind)?;
        Some((format!("crm.{}", kind.name()), 0, files, kind.fields().to_vec()))
    });
    let (mut jobs, mut places) = (Vec::new(), Places::default());
    for (name, trust, files, targets) in sources.chain(crm) {
        let source = u16::try_from(places.sources.len()).expect("a pipeline file has fewer than 65,536 sources");
        places.sources.push(name);
        places.trust.push(trust);
        for file in files {
            let origin = Origin { source, file: places.files.len() as u32, line: 0 };
            places.files.push(file.shown.clone());
            jobs.push(Job { file, origin, targets: targets.clone() });
        }
    }
    (jobs, places)
}

fn crm_files(plan: &LoadPlan, kind: CrmKind) -> Option<&Vec<InputFile>> {
    let crm = &plan.crm;
    let file = match kind {
        CrmKind::Accounts => &crm.accounts,
        CrmKind::Contacts => &crm.contacts,
        CrmKind::Opportunities => &crm.opportunities,
        CrmKind::Owners => &crm.owners,
        CrmKind::Activities => &crm.activities,
    };
    file.as_ref().map(|file| &file.files)
}

/// The records' places in the order of [`CrmKind::ALL`].
fn crm_slots(crm: &mut RawCrm) -> [&mut Option<RawRecords>; 5] {
    [&mut crm.accounts, &mut crm.contacts, &mut crm.opportunities, &mut crm.owners, &mut crm.activities]
}
