//! Why a file could not be read or understood: one sentence that names the file and what to do.

use std::io;
use std::path::{Path, PathBuf};

use super::kind::FileKind;

/// A file that cannot be used at all. (A row that cannot be used is a reject, not an error.)
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// Nothing is there.
    #[error("there is no file `{}`", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// A folder is there.
    #[error("`{}` is a folder, not a file; to read the files in it write `{}/*.csv`", path.display(), path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// The operating system refuses.
    #[error("cannot read `{}`: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Its reason.
        reason: io::Error,
    },
    /// Not even a header.
    #[error("`{}` is empty: it has no header line", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Another kind of file.
    #[error("`{}` is {}, not delimited text: {}", path.display(), kind.noun(), kind.advice())]
    Binary {
        /// The file.
        path: PathBuf,
        /// What it is.
        kind: FileKind,
    },
    /// NUL bytes, but not in the pattern of UTF-16.
    #[error(
        "`{}` is not text: line {line} holds a NUL byte; export the data as CSV (UTF-8) and name that file",
        path.display()
    )]
    NulByte {
        /// The file.
        path: PathBuf,
        /// Line of the first one.
        line: u64,
    },
    /// The header cannot be read as one.
    #[error("the header of `{}` (line {line}) cannot be read: {problem}", path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// Its line.
        line: u64,
        /// What is wrong.
        problem: &'static str,
    },
}

impl FormatError {
    /// The file.
    pub fn path(&self) -> &Path {
        match self {
            Self::Missing { path }
            | Self::Folder { path }
            | Self::Unreadable { path, .. }
            | Self::Empty { path }
            | Self::Binary { path, .. }
            | Self::NulByte { path, .. }
            | Self::Header { path, .. } => path,
        }
    }
}
