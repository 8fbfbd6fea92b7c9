//! Files among an input's others that hold no table: a read-me, a licence, a picture. Where some other file is usable,
//! they are left out, and that is told. A file whose name says that it is a table is never left out.

use std::path::Path;

use crate::config::mapping::map_leads;
use crate::config::preset::Preset;
use crate::config::roles::sample::Sample;
use crate::format::delimited::{Hints, sniff};
use crate::format::{FormatError, flat};
use crate::model::field::Field;

/// Endings by which a file says that it is a table.
const TABLES: [&str; 15] = [
    "csv", "tsv", "tab", "xlsx", "xlsm", "xlsb", "xls", "ods", "fods", "parquet", "ndjson", "jsonl", "eml", "mbox",
    "vcf",
];

/// What a look at one of the files of a command line finds.
#[derive(Debug)]
pub enum Looked {
    /// A table.
    Table(Sample),
    /// None, beside other files; and the sentence to tell where there are no others.
    Stray(Option<String>),
    /// Nothing at all, beside other files.
    Empty(String),
    /// A file that cannot be read.
    Fault(String),
}

impl Looked {
    /// What was found in a file, `alone` or one of several.
    pub fn of(path: &Path, alone: bool, found: Result<Sample, FormatError>) -> Self {
        let is_table = || sniff(path, Hints::default()).is_ok_and(|sniffed| sniffed.is_table);
        match found {
            Ok(sample) if !alone && is_stray(path, &sample.header, &[], is_table) => Self::Stray(None),
            Ok(sample) => Self::Table(sample),
            Err(error) if !alone && is_unreadable(path, &error) => Self::Stray(Some(error.to_string())),
            Err(error @ FormatError::Empty { .. }) if !alone => Self::Empty(error.to_string()),
            Err(error) => Self::Fault(error.to_string()),
        }
    }
}

/// Whether a file that cannot be read never held a table.
pub(super) fn is_unreadable(path: &Path, why: &FormatError) -> bool {
    why.is_no_table() && !is_called_table(path)
}

/// Whether a file that can be read, with this header, is none that was meant: no column of it is known to us or named by
/// the user, and either its name or its lines say that it is no table.
pub(super) fn is_stray(path: &Path, header: &[String], given: &[String], is_table: impl FnOnce() -> bool) -> bool {
    // A read-me may begin with "Notes".
    let is_known = || {
        let mapping = map_leads(header, Preset::fitting(header, None), &[]);
        mapping.fields.iter().any(|(field, _)| *field != Field::Notes)
    };
    let is_given = given.iter().any(|column| header.contains(column));
    let may_be = !is_called_table(path) && !is_given && header != flat::MAIL_COLUMNS;
    may_be && (is_called_text(path) || !is_table()) && !is_known()
}

fn ending(path: &Path) -> Option<String> {
    path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase())
}

fn is_called_table(path: &Path) -> bool {
    let packed = ending(path).is_some_and(|ending| ending == "gz");
    let ending = if packed { path.file_stem().and_then(|stem| ending(Path::new(stem))) } else { ending(path) };
    ending.is_some_and(|ending| TABLES.contains(&ending.as_str()))
}

fn is_called_text(path: &Path) -> bool {
    const ENDINGS: [&str; 19] = [
        "md", "rst", "log", "sql", "ini", "toml", "yaml", "yml", "xml", "html", "htm", "css", "js", "py", "sh", "bat",
        "md5", "sha256", "asc",
    ];
    const NAMES: [&str; 5] = ["readme", "license", "licence", "copying", "changelog"];
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    NAMES.contains(&stem.as_str()) || ending(path).is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// The sentence that tells of them; none where there are none.
pub fn sentence(names: &[String]) -> Option<String> {
    const TOLD: usize = 10;
    match names {
        [] => None,
        [one] => Some(format!("{one} holds no table; it is left out")),
        many => {
            let more = if many.len() > TOLD { ", …" } else { "" };
            let told = many[..many.len().min(TOLD)].join(", ");
            Some(format!("{} files hold no table and are left out: {told}{more}", many.len()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_say_that_a_file_is_a_table() {
        for name in ["leads.csv", "leads.CSV.gz", "may/book.xlsx", "leads.zip/a.tsv"] {
            assert!(is_called_table(Path::new(name)), "{name}");
        }
        for name in ["README.txt", "LICENSE", "photos.zip", "a.png", "leads.gz", "package.json"] {
            assert!(!is_called_table(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn columns_that_are_known_or_given_make_a_table() {
        let header = |line: &str| -> Vec<String> { line.split(',').map(str::to_owned).collect() };
        let is = |path: &str, line: &str, given: &[String], is_table: bool| {
            is_stray(Path::new(path), &header(line), given, || is_table)
        };
        assert!(is("list.txt", "Leads of May", &[], false));
        assert!(is("list.txt", "Notes", &[], false));
        assert!(!is("list.txt", "Badge", &[], true));
        assert!(!is("list.txt", "E-mail", &[], false));
        assert!(!is("list.txt", "Badge", &["Badge".to_owned()], false));
        assert!(!is("list.csv", "Badge", &[], false));
        for path in ["in/README.txt", "README.md", "schema.sql", "meta.xml"] {
            assert!(is(path, "a,b", &[], true) && !is(path, "Name,E-mail", &[], true), "{path}");
        }
    }

    #[test]
    fn many_are_told_in_one_sentence() {
        let names: Vec<String> = (1..=12).map(|n| format!("{n}.png")).collect();
        assert_eq!(sentence(&names[..1]).unwrap(), "1.png holds no table; it is left out");
        let told = sentence(&names).unwrap();
        assert!(told.starts_with("12 files hold no table") && told.ends_with("9.png, 10.png, …"), "{told}");
    }
}
