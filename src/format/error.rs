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
    /// Something without an end of its own is there.
    #[error(
        "`{}` is a pipe or a device, not a file; name a file, or `-` for what is piped to this program",
        path.display()
    )]
    NoFile {
        /// Its path.
        path: PathBuf,
    },
    /// A link leads nowhere.
    #[error("`{}` is a link to `{}`, and nothing is there", path.display(), target.display())]
    DeadLink {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
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
    #[error("`{}` is {}, not a table: {}", path.display(), kind.noun(), kind.advice())]
    Binary {
        /// The file.
        path: PathBuf,
        /// What it is.
        kind: FileKind,
    },
    /// It is not what it seems to be, or a part of it is missing.
    #[error("`{}` cannot be read: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        what: String,
    },
    /// Bytes that are neither text nor a kind of file that is known.
    #[error(
        "`{}` cannot be read: it is no text, nor another kind of file that is known here; export the data as CSV (UTF-8)",
        path.display()
    )]
    NoText {
        /// The file.
        path: PathBuf,
    },
    /// A password stands before it.
    #[error(
        "`{}` is protected with a password; open it, save it without the password, and name that file",
        path.display()
    )]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// Of several tables in a file none is named, or one that is not there.
    #[error("{}", one_of(path, wanted.as_deref(), parts, noun))]
    NoSuchPart {
        /// The file.
        path: PathBuf,
        /// The name that was asked for.
        wanted: Option<String>,
        /// The names that are there.
        parts: Vec<String>,
        /// What they are.
        noun: &'static str,
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
    /// Whether the file is one that never held a table, rather than one that cannot be read.
    pub fn is_no_table(&self) -> bool {
        use FileKind::{Document, Html, OldOffice, Pdf, Picture, Program};
        match self {
            Self::Binary { kind, .. } => matches!(kind, Document | Html | OldOffice | Pdf | Picture | Program),
            Self::NoText { .. } | Self::NulByte { .. } => true,
            _ => false,
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        match self {
            Self::Missing { path }
            | Self::Folder { path }
            | Self::NoFile { path }
            | Self::DeadLink { path, .. }
            | Self::Unreadable { path, .. }
            | Self::Empty { path }
            | Self::Binary { path, .. }
            | Self::Damaged { path, .. }
            | Self::NoText { path }
            | Self::Locked { path }
            | Self::NoSuchPart { path, .. }
            | Self::NulByte { path, .. }
            | Self::Header { path, .. } => path,
        }
    }
}

/// Names that are told of many.
const TOLD: usize = 10;
/// Characters that are told of what stands in a file: longer names are damage.
const LONGEST: usize = 200;

/// The beginning of a text out of a file, as a part of a sentence: on one line.
pub(super) fn quoted(text: &str) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    let mut quoted: String = text.chars().take(LONGEST).map(shown).collect();
    if text.chars().nth(LONGEST).is_some() {
        quoted.push('…');
    }
    quoted
}

fn one_of(path: &Path, wanted: Option<&str>, parts: &[String], noun: &str) -> String {
    let path = path.display();
    let names: Vec<String> = parts.iter().take(TOLD).map(|name| quoted(name)).collect();
    let mut there = names.join(", ");
    if parts.len() > TOLD {
        there += ", …";
    }
    match (wanted, &names[..]) {
        (Some(wanted), _) => format!("`{path}` has no {noun} `{wanted}`; there are {there}"),
        (None, [first, ..]) => {
            format!("`{path}` holds more than one {noun}: name one, as in `{path}/{first}` (there are {there})")
        }
        (None, []) => format!("`{path}` holds no {noun}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_damaged_files_do_not_fill_the_screen() {
        let parts = vec!["a\nb\u{1b}".to_owned(), "x".repeat(60_000)];
        let told = FormatError::NoSuchPart { path: "a.zip".into(), wanted: None, parts, noun: "file" }.to_string();
        let expected = "`a.zip` holds more than one file: name one, as in `a.zip/a b ` (there are a b , xxx";
        assert!(told.starts_with(expected) && told.ends_with("xxx…)") && told.len() < 400, "{told}");
    }
}
