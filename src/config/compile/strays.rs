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
        match found {
            Ok(sample) if !alone && is_prose(path, &sample.header) => Self::Stray(None),
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

/// Whether a file that can be read, with this header, holds prose or settings: no column of it is known, and its lines
/// are no records.
fn is_prose(path: &Path, header: &[String]) -> bool {
    is_unknown(path, header, &[]) && sniff(path, Hints::default()).is_ok_and(|sniffed| !sniffed.is_table)
}

/// Whether neither a file's name nor its header says that it is a table; `given` are columns that the user names.
pub(super) fn is_unknown(path: &Path, header: &[String], given: &[String]) -> bool {
    // A read-me may begin with "Notes".
    let known = || {
        let mapping = map_leads(header, Preset::fitting(header, None), &[]);
        mapping.fields.iter().any(|(field, _)| *field != Field::Notes)
    };
    let is_given = given.iter().any(|column| header.contains(column));
    !is_called_table(path) && !is_given && header != flat::MAIL_COLUMNS && !known()
}

fn is_called_table(path: &Path) -> bool {
    let ending = |path: &Path| path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let packed = ending(path).is_some_and(|ending| ending == "gz");
    let ending = if packed { path.file_stem().and_then(|stem| ending(Path::new(stem))) } else { ending(path) };
    ending.is_some_and(|ending| TABLES.contains(&ending.as_str()))
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
        let path = Path::new("list.txt");
        assert!(is_unknown(path, &header("README"), &[]));
        assert!(is_unknown(path, &header("Notes"), &[]));
        assert!(!is_unknown(path, &header("E-mail"), &[]));
        assert!(!is_unknown(path, &header("Badge"), &["Badge".to_owned()]));
        assert!(!is_unknown(Path::new("list.csv"), &header("Badge"), &[]));
    }

    #[test]
    fn many_are_told_in_one_sentence() {
        let names: Vec<String> = (1..=12).map(|n| format!("{n}.png")).collect();
        assert_eq!(sentence(&names[..1]).unwrap(), "1.png holds no table; it is left out");
        let told = sentence(&names).unwrap();
        assert!(told.starts_with("12 files hold no table") && told.ends_with("9.png, 10.png, …"), "{told}");
    }
}
