//! Write: the output folder appears complete under its name, or not at all.
//!
//! Everything is written to a folder beside it first, which then takes its place in one step; a run that is killed at
//! any moment leaves the last good output where it was. A lock keeps two runs from the same output.

mod digest;

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use rayon::prelude::*;
use thiserror::Error;

use crate::config::plan::{OutputFormat, WritePlan};
use crate::format;
use crate::model::column_values::Chunk;
use crate::model::summary::RunSummary;
use crate::model::table::{OutputTable, TextFile};

pub use digest::{file_hash, file_hashes};

/// The file by which a folder is known as ours.
const RUN_FILE: &str = "run.json";

/// Why an output folder could not be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The operating system refused.
    #[error("cannot write {path}: {reason}")]
    Io {
        /// What was written.
        path: PathBuf,
        /// Its answer.
        reason: io::Error,
    },
    /// The folder holds something else.
    #[error(
        "the output folder {folder} has a file that no run of leadmill wrote: {file}. A run replaces the whole folder: \
         choose another one, or move the file away"
    )]
    NotOurs {
        /// The folder.
        folder: PathBuf,
        /// The first such file.
        file: String,
    },
    /// A path that names no folder of its own.
    #[error("{0} cannot be an output folder; a run replaces the whole folder, so it needs one of its own")]
    NoFolder(PathBuf),
    /// The output path is no folder.
    #[error("the output {0} is a file; it must be a folder")]
    NotAFolder(PathBuf),
    /// Another run writes there.
    #[error("another run is writing to {0}; wait for it, or choose another output")]
    Busy(PathBuf),
    /// A table could not be encoded.
    #[error("cannot write {path}: {text}")]
    Encode {
        /// What was written.
        path: PathBuf,
        /// What went wrong.
        text: String,
    },
}

/// A claimed output folder: checked to be ours or empty, locked against other runs.
#[derive(Debug)]
pub struct Output {
    folder: PathBuf,
    staging: tempfile::TempDir,
    _lock: File,
}

impl Output {
    /// Claims an output folder before any work is done, so that an unwritable one is known at once.
    ///
    /// # Errors
    /// When the folder is not ours to replace, is not writable, or is in use.
    pub fn claim(folder: &Path) -> Result<Self, WriteError> {
        let mut folder = std::path::absolute(folder).map_err(at(folder))?;
        if folder.is_symlink() {
            folder = fs::canonicalize(&folder).map_err(at(&folder))?;
        }
        let (Some(parent), Some(name)) = (folder.parent(), folder.file_name()) else {
            return Err(WriteError::NoFolder(folder));
        };
        let name = name.to_string_lossy();
        fs::create_dir_all(parent).map_err(at(parent))?;
        let lock_path = parent.join(format!(".{name}.lock"));
        let lock = File::create(&lock_path).map_err(at(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(WriteError::Busy(folder)),
            Err(TryLockError::Error(reason)) => return Err(WriteError::Io { path: lock_path, reason }),
        }
        restore(&folder)?;
        check_ours(&folder)?;
        let prefix = format!(".{name}.new-");
        remove_leftovers(parent, &prefix);
        let staging = tempfile::Builder::new().prefix(&prefix).tempdir_in(parent).map_err(at(parent))?;
        Ok(Self { folder, staging, _lock: lock })
    }

    /// Writes all tables, the other files and run.json, then puts them in the place of the last output in one step.
    ///
    /// # Errors
    /// When something cannot be written; the last output then stands untouched.
    pub fn publish(
        self,
        plan: &WritePlan,
        tables: &[OutputTable],
        files: &[TextFile],
        summary: &RunSummary,
    ) -> Result<(), WriteError> {
        self.stage(plan, tables, files, summary)?;
        self.publish_staged()
    }

    /// Writes all tables, the other files and run.json to a folder beside the output, and gives that folder;
    /// [`Self::publish_staged`] puts it in the place of the last output.
    ///
    /// # Errors
    /// When something cannot be written.
    pub fn stage(
        &self,
        plan: &WritePlan,
        tables: &[OutputTable],
        files: &[TextFile],
        summary: &RunSummary,
    ) -> Result<&Path, WriteError> {
        write_all(self.staging.path(), plan, tables, files, summary)?;
        Ok(self.staging.path())
    }

    /// Writes another file beside what is staged, and run.json once more.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn stage_file(&self, file: &TextFile, summary: &RunSummary) -> Result<(), WriteError> {
        write_text(&self.staging.path().join(&file.name), &file.text)?;
        write_summary(self.staging.path(), summary)
    }

    /// Puts what is staged in the place of the last output, in one step.
    ///
    /// # Errors
    /// When that cannot be done; the last output then stands untouched.
    pub fn publish_staged(self) -> Result<(), WriteError> {
        replace(self.staging.path(), &self.folder)?;
        let failed = failed_folder(&self.folder);
        if failed.exists() && check_ours(&failed).is_ok() {
            // What an earlier run found says nothing about this one. Best effort: it does no harm.
            let _ = fs::remove_dir_all(failed);
        }
        Ok(())
    }

    /// Writes these tables, the other files and run.json to `<output>.failed/`, and says where.
    ///
    /// # Errors
    /// When something cannot be written.
    pub fn fail(
        self,
        plan: &WritePlan,
        tables: &[OutputTable],
        files: &[TextFile],
        summary: &RunSummary,
    ) -> Result<PathBuf, WriteError> {
        let staging = self.staging.path();
        write_all(staging, plan, tables, files, summary)?;
        let failed = failed_folder(&self.folder);
        check_ours(&failed)?;
        replace(staging, &failed)?;
        Ok(failed)
    }
}

/// Where a failed run leaves what it found: `<output>.failed`.
pub fn failed_folder(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".failed");
    PathBuf::from(name)
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> WriteError + '_ {
    move |reason| WriteError::Io { path: path.to_owned(), reason }
}

fn check_ours(folder: &Path) -> Result<(), WriteError> {
    match fs::metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(at(folder)(error)),
        Ok(found) if !found.is_dir() => Err(WriteError::NotAFolder(folder.to_owned())),
        Ok(_) => match foreign(folder)? {
            Some(file) => Err(WriteError::NotOurs { folder: folder.to_owned(), file }),
            None => Ok(()),
        },
    }
}

/// What file managers and spreadsheets leave wherever they looked.
fn is_litter(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini") || name.starts_with(".~lock.")
}

/// The first file of an output folder, by name, that is not one of the run that its run.json tells of.
fn foreign(folder: &Path) -> Result<Option<String>, WriteError> {
    let run: serde_json::Value =
        fs::read(folder.join(RUN_FILE)).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
    let tables = run["tables"].as_array().into_iter().flatten().filter_map(|table| table[0].as_str());
    let files = run["files"].as_array().into_iter().flatten().filter_map(|file| file[0].as_str()).map(str::to_owned);
    let tables = tables.flat_map(|table| ["parquet", "csv"].map(|ending| format!("{table}.{ending}")));
    let ours: BTreeSet<String> = tables.chain(files).collect();
    let mut folders = vec![(folder.to_owned(), String::new())];
    let mut foreign = BTreeSet::new();
    while let Some((next, prefix)) = folders.pop() {
        for entry in fs::read_dir(&next).map_err(at(&next))? {
            let entry = entry.map_err(at(&next))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let within = format!("{name}/");
            let has_ours =
                || name == "reports" || ours.range(within.clone()..).next().is_some_and(|it| it.starts_with(&within));
            if entry.path().is_dir() && has_ours() {
                folders.push((entry.path(), within));
            } else if !ours.contains(&name) && !is_litter(&name) && (name != RUN_FILE || run.is_null()) {
                foreign.insert(name);
            }
        }
    }
    Ok(foreign.pop_first())
}

/// Folders that killed runs left behind; nobody else writes here while we hold the lock.
fn remove_leftovers(parent: &Path, prefix: &str) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            // Best effort: a leftover does no harm.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Rows that are looked up for all formats at once, and a row group of Parquet: large enough to compress, small enough
/// that the text of a few tables at a time takes little memory.
const GROUP: usize = 64 * 1024;

/// Writes all tables, the other files and run.json to a folder that is there and empty.
///
/// # Errors
/// When something cannot be written.
pub fn write_all(
    folder: &Path,
    plan: &WritePlan,
    tables: &[OutputTable],
    files: &[TextFile],
    summary: &RunSummary,
) -> Result<(), WriteError> {
    write_tables(folder, plan, tables, summary)?;
    for file in files {
        let path = folder.join(&file.name);
        make_parent(&path)?;
        write_text(&path, &file.text)?;
    }
    write_summary(folder, summary)
}

/// Writes every table in every format, by all threads. One of its own waits for the disk, while others are encoded.
fn write_tables(folder: &Path, plan: &WritePlan, tables: &[OutputTable], run: &RunSummary) -> Result<(), WriteError> {
    for table in tables {
        make_parent(&folder.join(&table.name))?;
    }
    thread::scope(|scope| {
        let (written, arriving) = mpsc::channel::<(PathBuf, File)>();
        // On the disk before the folder takes its place: a power cut must not leave a whole folder of empty files.
        let syncing =
            scope.spawn(move || arriving.into_iter().try_for_each(|(path, file)| file.sync_all().map_err(at(&path))));
        // One after the other, each by all threads: the rows of several at a time would be in memory together.
        let encoded = tables.iter().try_for_each(|table| {
            for file in write_table(folder, plan, table, run)? {
                // Nobody is there to take it only where another file could not be synced, which is the error to tell.
                let _ = written.send(file);
            }
            Ok(())
        });
        drop(written);
        let synced = syncing.join().unwrap_or(Ok(()));
        encoded.and(synced)
    })
}

/// Makes the folder that a file is to stand in.
fn make_parent(path: &Path) -> Result<(), WriteError> {
    path.parent().map_or(Ok(()), |parent| fs::create_dir_all(parent).map_err(at(parent)))
}

fn write_table(
    folder: &Path,
    plan: &WritePlan,
    table: &OutputTable,
    run: &RunSummary,
) -> Result<Vec<(PathBuf, File)>, WriteError> {
    let rows = table.rows();
    let mut chunks = table.chunks(0..rows.min(GROUP));
    let mut files: Vec<TableFile> = plan
        .formats
        .iter()
        .map(|&format| TableFile::create(folder, plan, table, format, &chunks, run))
        .collect::<Result<_, _>>()?;
    let mut start = 0;
    while start < rows {
        start += GROUP;
        // The next rows are looked up while these are encoded.
        let (encoded, next) = rayon::join(
            || files.par_iter_mut().with_max_len(1).try_for_each(|file| file.write(&chunks)),
            || if start < rows { table.chunks(start..rows.min(start + GROUP)) } else { Vec::new() },
        );
        encoded?;
        chunks = next;
    }
    files.into_iter().map(TableFile::finish).collect()
}

/// A table's file in one format.
struct TableFile {
    path: PathBuf,
    writer: Writer,
}

enum Writer {
    Csv(format::csv::Writer<BufWriter<File>>),
    Parquet(Box<format::parquet::Writer<BufWriter<File>>>),
}

impl TableFile {
    /// Begins the file; `first` are the rows that will be written first.
    fn create(
        folder: &Path,
        plan: &WritePlan,
        table: &OutputTable,
        format: OutputFormat,
        first: &[Chunk],
        run: &RunSummary,
    ) -> Result<Self, WriteError> {
        let extension = match format {
            OutputFormat::Parquet => "parquet",
            OutputFormat::Csv => "csv",
        };
        let path = folder.join(format!("{}.{extension}", table.name));
        let file = BufWriter::with_capacity(1 << 18, File::create(&path).map_err(at(&path))?);
        let writer = match format {
            OutputFormat::Csv => {
                Writer::Csv(format::csv::Writer::new(&table.columns, plan.bom, file).map_err(at(&path))?)
            }
            OutputFormat::Parquet => {
                let metadata = [
                    ("leadmill.pipeline".to_owned(), run.pipeline.clone()),
                    ("leadmill.configuration".to_owned(), run.configuration.clone()),
                    ("leadmill.inputs".to_owned(), inputs_hash(run)),
                    ("leadmill.as_of".to_owned(), run.as_of.clone()),
                ];
                let writer = format::parquet::Writer::new(&table.columns, &metadata, first, file);
                Writer::Parquet(Box::new(writer.map_err(|error| unencoded(&path, &error))?))
            }
        };
        Ok(Self { path, writer })
    }

    fn write(&mut self, chunks: &[Chunk]) -> Result<(), WriteError> {
        match &mut self.writer {
            Writer::Csv(writer) => writer.write(chunks).map_err(at(&self.path)),
            Writer::Parquet(writer) => writer.write(chunks).map_err(|error| unencoded(&self.path, &error)),
        }
    }

    fn finish(self) -> Result<(PathBuf, File), WriteError> {
        let Self { path, writer } = self;
        let buffered = match writer {
            Writer::Csv(writer) => writer.finish().map_err(at(&path))?,
            Writer::Parquet(writer) => writer.finish().map_err(|error| unencoded(&path, &error))?,
        };
        let file = buffered.into_inner().map_err(|error| at(&path)(error.into_error()))?;
        Ok((path, file))
    }
}

fn unencoded(path: &Path, error: &impl std::fmt::Display) -> WriteError {
    WriteError::Encode { path: path.to_owned(), text: error.to_string() }
}

/// One hash over all inputs, independent of their order and place.
fn inputs_hash(run: &RunSummary) -> String {
    let mut hashes: Vec<&str> = run.inputs.iter().map(|input| input.hash.as_str()).collect();
    hashes.sort_unstable();
    format!("{:032x}", crate::model::ids::content_hash(&hashes))
}

fn write_summary(folder: &Path, summary: &RunSummary) -> Result<(), WriteError> {
    let path = folder.join(RUN_FILE);
    let text = serde_json::to_string_pretty(summary)
        .map_err(|error| WriteError::Encode { path: path.clone(), text: error.to_string() })?;
    write_text(&path, &format!("{text}\n"))
}

fn write_text(path: &Path, text: &str) -> Result<(), WriteError> {
    let mut file = File::create(path).map_err(at(path))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(at(path))
}

/// Puts `new` in the place of `folder`; what stood there is removed afterwards.
fn replace(new: &Path, folder: &Path) -> Result<(), WriteError> {
    allow_reading(new)?;
    if !folder.exists() {
        return fs::rename(new, folder).map_err(at(folder));
    }
    if exchange(new, folder).is_ok() {
        return Ok(()); // the staging folder now holds the last output and goes with its handle
    }
    // Without an exchange in one step: keep the last output under a name from which the next run restores it.
    let kept = kept_folder(folder);
    let _ = fs::remove_dir_all(&kept);
    fs::rename(folder, &kept).map_err(at(folder))?;
    if let Err(reason) = fs::rename(new, folder) {
        let _ = fs::rename(&kept, folder);
        return Err(at(folder)(reason));
    }
    let _ = fs::remove_dir_all(&kept);
    Ok(())
}

/// A temporary folder is private; an output folder is as readable as any other.
#[cfg(unix)]
fn allow_reading(folder: &Path) -> Result<(), WriteError> {
    use std::os::unix::fs::PermissionsExt as _;
    let model = folder.join(RUN_FILE);
    let readable = fs::metadata(&model).map_err(at(&model))?.permissions().mode();
    // Whoever may read the files may enter the folder.
    let mode = 0o700 | (readable & 0o077) | ((readable & 0o044) >> 2);
    fs::set_permissions(folder, fs::Permissions::from_mode(mode)).map_err(at(folder))
}

#[cfg(not(unix))]
fn allow_reading(_folder: &Path) -> Result<(), WriteError> {
    Ok(())
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).map_err(Into::into)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn exchange(_a: &Path, _b: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn kept_folder(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!(".{name}.last"))
}

/// Brings the last output back if a run was killed between the two renames of [`replace`].
fn restore(folder: &Path) -> Result<(), WriteError> {
    let kept = kept_folder(folder);
    if !folder.exists() && kept.is_dir() {
        fs::rename(&kept, folder).map_err(at(folder))?;
    }
    Ok(())
}
