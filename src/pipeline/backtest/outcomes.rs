//! Outcomes: a table that says of leads whether they were won.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::words::{Verdict, verdict};
use crate::format::FormatError;
use crate::format::delimited::{Document, Entry, Hints, sniff, trim};
use crate::model::names::{nearest, plain};
use crate::model::text::TextColumn;
use crate::stages::standardize::number::{DecimalSign, amount, decimal_sign};
use crate::stages::standardize::placeholder::is_placeholder;

/// Column names for an outcome, in plain letters, those that say it most clearly first.
const OUTCOMES: [&str; 35] = [
    "outcome",
    "won",
    "iswon",
    "iswonlost",
    "wonlost",
    "result",
    "converted",
    "isconverted",
    "closedwon",
    "conversion",
    "qualified",
    "isqualified",
    "sold",
    "bought",
    "purchased",
    "customer",
    "becamecustomer",
    "dealstage",
    "dealstatus",
    "stage",
    "stagename",
    "leadstatus",
    "status",
    "label",
    "target",
    "ergebnis",
    "gewonnen",
    "abschluss",
    "résultat",
    "gagné",
    "resultado",
    "ganado",
    "esito",
    "vinto",
    "резултат",
];
/// Column names for what a win was worth, in plain letters.
const VALUES: [&str; 22] = [
    "value",
    "dealvalue",
    "dealamount",
    "dealsize",
    "wonvalue",
    "wonamount",
    "closedvalue",
    "closedamount",
    "actualrevenue",
    "actualvalue",
    "revenue",
    "amount",
    "contractvalue",
    "ordervalue",
    "orderamount",
    "wert",
    "auftragswert",
    "umsatz",
    "betrag",
    "montant",
    "importe",
    "valore",
];

/// Which columns of a table of outcomes count; what is not given is guessed from headers and values.
#[derive(Debug, Clone, Copy, Default)]
pub struct OutcomeColumns<'a> {
    /// The lead's id or e-mail address.
    pub id: Option<&'a str>,
    /// The outcome.
    pub outcome: Option<&'a str>,
    /// Words that mean a win; without any the usual ones do.
    pub won: &'a [String],
    /// What a win was worth.
    pub value: Option<&'a str>,
}

/// Why a table of outcomes is of no use.
#[derive(Debug, thiserror::Error)]
pub enum OutcomeError {
    /// It cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A line cannot be read.
    #[error("{}, line {line}: a quote is never closed, or a cell is too large", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line.
        line: u64,
    },
    /// A named column is not there.
    #[error("{table} has no column `{name}`{hint}; it has {columns}")]
    Column {
        /// The table.
        table: String,
        /// The name.
        name: String,
        /// The nearest name.
        hint: String,
        /// All names.
        columns: String,
    },
    /// The outcome's column could not be guessed.
    #[error("which column of {table} is the outcome? Name it with --outcome; {hint}")]
    Guess {
        /// The table.
        table: String,
        /// What there is to choose from.
        hint: String,
    },
    /// None of the words for a win is there.
    #[error("no row of {table} has {words} in `{column}`; it has {found}")]
    Words {
        /// The table.
        table: String,
        /// The outcome's column.
        column: String,
        /// The words.
        words: String,
        /// The commonest values.
        found: String,
    },
    /// A column is no number.
    #[error("`{name}` of {table} has no number")]
    NoNumber {
        /// The table.
        table: String,
        /// The column.
        name: String,
    },
    /// No row.
    #[error("{table} has no rows")]
    Empty {
        /// The table.
        table: String,
    },
}

/// A word of the outcome's column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutcomeWord {
    /// As written.
    pub word: String,
    /// Rows that have it.
    pub rows: u64,
    /// How it was read.
    pub verdict: Verdict,
    /// Whether it is a word that means this; others count as lost.
    pub known: bool,
}

/// A table as it stands.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// What the table is called.
    pub(super) shown: String,
    /// Names of the columns.
    pub(super) header: Vec<String>,
    /// The columns.
    pub(super) columns: Vec<TextColumn>,
}

impl Cells {
    /// Reads a table of any format.
    pub(super) fn read(path: &Path) -> Result<Self, OutcomeError> {
        let sniffed = sniff(path, Hints::default())?;
        let document = Document::open(path, Some(sniffed.dialect.encoding))?;
        let mut reader = document.reader(sniffed.dialect.delimiter);
        document.header(&mut reader, path)?;
        let header = sniffed.header;
        let mut columns = vec![TextColumn::default(); header.len()];
        while let Some(entry) = reader.read() {
            let record = match entry {
                Entry::Record(record) => record,
                Entry::Broken { line, .. } => {
                    return Err(OutcomeError::Line { path: path.to_owned(), line: document.place(line) });
                }
            };
            for (at, column) in columns.iter_mut().enumerate() {
                column.push(trim(&document.text(record.get(at).unwrap_or_default()).0));
            }
        }
        let cells = Self { shown: path.display().to_string(), header, columns };
        if cells.rows() == 0 { Err(OutcomeError::Empty { table: cells.shown }) } else { Ok(cells) }
    }

    pub(super) fn rows(&self) -> usize {
        self.columns.first().map_or(0, TextColumn::len)
    }

    /// The column of a name that the user gives.
    pub(super) fn named(&self, name: &str) -> Result<usize, OutcomeError> {
        let exact = self.header.iter().position(|column| column == name);
        let found = exact.or_else(|| self.header.iter().position(|column| plain(column) == plain(name)));
        found.ok_or_else(|| OutcomeError::Column {
            table: self.shown.clone(),
            name: name.to_owned(),
            hint: nearest(name, self.header.iter().map(String::as_str))
                .map_or_else(String::new, |near| format!(" (`{near}` is near)")),
            columns: names(&self.header),
        })
    }

    /// Rows of each value of a column, by code.
    pub(super) fn counts(&self, column: usize) -> Vec<u64> {
        let column = &self.columns[column];
        let mut counts = vec![0; column.dictionary.len()];
        column.codes.iter().for_each(|&code| counts[code as usize] += 1);
        counts
    }

    /// The column with the outcomes: the named one; else one whose header says it and whose values do, too; else the
    /// only one whose values all do.
    pub(super) fn outcome(&self, columns: OutcomeColumns<'_>, taken: &[usize]) -> Result<usize, OutcomeError> {
        if let Some(name) = columns.outcome {
            return self.named(name);
        }
        let free = || (0..self.header.len()).filter(|column| !taken.contains(column));
        let rank = |column: usize| OUTCOMES.iter().position(|known| *known == plain(&self.header[column]));
        let mut by_header: Vec<usize> = free().filter(|&column| rank(column).is_some()).collect();
        by_header.sort_by_key(|&column| rank(column));
        let told: Vec<Told> = (0..self.header.len()).map(|column| self.told(column, columns.won)).collect();
        if let Some(&column) = by_header.iter().find(|&&column| told[column].won > 0 && told[column].lost > 0) {
            return Ok(column);
        }
        let clear = |told: &Told| told.won > 0 && told.lost > 0 && told.unknown == 0;
        let by_values: Vec<usize> = free().filter(|&column| clear(&told[column])).collect();
        match (by_values.as_slice(), by_header.as_slice()) {
            ([one], _) => Ok(*one),
            // What is wrong with it is told when it is read.
            ([], [first, ..]) => Ok(*first),
            ([], []) => Err(self.guess(format!("it has {}", names(&self.header)))),
            (several, _) => {
                let several: Vec<String> = several.iter().map(|&column| self.header[column].clone()).collect();
                Err(self.guess(format!("{} could each be it", names(&several))))
            }
        }
    }

    fn guess(&self, hint: String) -> OutcomeError {
        OutcomeError::Guess { table: self.shown.clone(), hint }
    }

    fn told(&self, column: usize, won: &[String]) -> Told {
        let mut told = Told::default();
        for (word, rows) in self.columns[column].dictionary.iter().zip(self.counts(column)) {
            match verdict(word, won) {
                (Verdict::Won, _) => told.won += rows,
                (Verdict::Lost, true) => told.lost += rows,
                (Verdict::Lost, false) => told.unknown += rows,
                (Verdict::Open | Verdict::Blank, _) => {}
            }
        }
        // With words of the user's own nobody else's mean anything.
        if !won.is_empty() {
            told.lost += std::mem::take(&mut told.unknown);
            if told.won == 0 {
                told.lost = 0;
            }
        }
        told
    }

    /// The column with the values of wins, where there is one.
    pub(super) fn value(&self, columns: OutcomeColumns<'_>, taken: &[usize]) -> Result<Option<usize>, OutcomeError> {
        if let Some(name) = columns.value {
            let column = self.named(name)?;
            let numbers = self.numbers(column);
            if numbers.values.iter().all(Option::is_none) {
                return Err(OutcomeError::NoNumber { table: self.shown.clone(), name: self.header[column].clone() });
            }
            return Ok(Some(column));
        }
        let at = |known: &str| {
            (0..self.header.len()).find(|column| !taken.contains(column) && plain(&self.header[*column]) == *known)
        };
        let found = VALUES.iter().find_map(|known| at(known));
        Ok(found.filter(|&column| self.numbers(column).values.iter().any(Option::is_some)))
    }

    /// How each word of a column is read, by code.
    pub(super) fn verdicts(
        &self,
        column: usize,
        won: &[String],
    ) -> Result<(Vec<Verdict>, Vec<OutcomeWord>), OutcomeError> {
        let dictionary = &self.columns[column].dictionary;
        let mut words: Vec<OutcomeWord> = Vec::new();
        let mut verdicts = Vec::with_capacity(dictionary.len());
        for (word, rows) in dictionary.iter().zip(self.counts(column)) {
            let (verdict, known) = verdict(word, won);
            verdicts.push(verdict);
            if rows > 0 {
                words.push(OutcomeWord { word: word.to_owned(), rows, verdict, known });
            }
        }
        words.sort_by(|a, b| (a.verdict, b.rows, &a.word).cmp(&(b.verdict, a.rows, &b.word)));
        if !won.is_empty() && !verdicts.contains(&Verdict::Won) {
            const SHOWN: usize = 8;
            words.sort_by(|a, b| b.rows.cmp(&a.rows).then(a.word.cmp(&b.word)));
            let found: Vec<String> = words.iter().take(SHOWN).map(|word| format!("`{}`", word.word)).collect();
            return Err(OutcomeError::Words {
                table: self.shown.clone(),
                column: self.header[column].clone(),
                words: names(won).replace(", ", " or "),
                found: found.join(", "),
            });
        }
        Ok((verdicts, words))
    }

    /// The numbers of a column.
    pub(super) fn numbers(&self, column: usize) -> Numbers {
        let column = &self.columns[column];
        let mut signs = [0, 0];
        for word in column.dictionary.iter() {
            match decimal_sign(word) {
                Some(DecimalSign::Point) => signs[0] += 1,
                Some(DecimalSign::Comma) => signs[1] += 1,
                None => {}
            }
        }
        let sign = match signs[0].cmp(&signs[1]) {
            std::cmp::Ordering::Greater => Some(DecimalSign::Point),
            std::cmp::Ordering::Less => Some(DecimalSign::Comma),
            std::cmp::Ordering::Equal => None,
        };
        let mut currencies: Vec<String> = Vec::new();
        let mut unreadable = Vec::new();
        let values = column.dictionary.iter().map(|word| {
            let amount = amount(word, sign);
            if amount.value.is_none() && amount.finding.is_some() && !is_placeholder(word) {
                unreadable.push(word.to_owned());
            }
            let amount = amount.value?;
            currencies.extend(amount.currency);
            Some(amount.value)
        });
        let values = values.collect();
        currencies.sort();
        currencies.dedup();
        Numbers { values, currencies, unreadable }
    }
}

/// Rows of a column by what its words say.
#[derive(Debug, Clone, Copy, Default)]
struct Told {
    won: u64,
    lost: u64,
    unknown: u64,
}

/// Numbers of a column.
pub(super) struct Numbers {
    /// By code.
    pub(super) values: Vec<Option<f64>>,
    /// Their currencies, where written.
    pub(super) currencies: Vec<String>,
    /// Texts that are none.
    pub(super) unreadable: Vec<String>,
}

/// Names in code marks.
pub(super) fn names(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Cells {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("closed.csv");
        std::fs::write(&path, text).unwrap();
        Cells { shown: "closed.csv".to_owned(), ..Cells::read(&path).unwrap() }
    }

    #[test]
    fn the_outcome_is_found_by_header_and_values() {
        let none = OutcomeColumns::default();
        let outcome = |text: &str, columns: OutcomeColumns<'_>| {
            let cells = cells(text);
            cells.outcome(columns, &[0]).map(|column| cells.header[column].clone()).map_err(|error| error.to_string())
        };
        let found = |name: &str| Ok(name.to_owned());
        // The header says it, and so do the values; a status in which nobody won does not.
        assert_eq!(outcome("id,status,won\n1,open,yes\n2,open,no\n", none), found("won"));
        assert_eq!(outcome("id,won,Status\n1,x1,Closed Won\n2,x2,Closed Lost\n", none), found("Status"));
        // Values alone, where only one column has nothing else.
        assert_eq!(outcome("id,verdict,note\n1,yes,yes\n2,no,maybe later\n", none), found("verdict"));
        let both = outcome("id,a,b\n1,yes,no\n2,no,yes\n", none).unwrap_err();
        assert!(both.contains("`a`, `b` could each be it"), "{both}");
        let nothing = outcome("id,x\n1,p\n2,q\n", none).unwrap_err();
        assert!(nothing.contains("Name it with --outcome; it has `id`, `x`"), "{nothing}");
        let named = OutcomeColumns { outcome: Some("X"), ..none };
        assert_eq!(outcome("id,x\n1,p\n", named), found("x"));
        let wrong = outcome("id,outcome\n1,yes\n", OutcomeColumns { outcome: Some("outcomes"), ..none }).unwrap_err();
        assert!(wrong.contains("no column `outcomes` (`outcome` is near)"), "{wrong}");
        // A word of the user's own finds its column.
        let signed = ["signed".to_owned()];
        let own = OutcomeColumns { won: &signed, ..none };
        assert_eq!(outcome("id,a,Stage\n1,yes,signed\n2,no,talks\n", own), found("Stage"));
        let cells = cells("id,stage\n1,talks\n2,gone\n");
        let told = cells.verdicts(1, &signed).unwrap_err().to_string();
        assert!(told.contains("has `signed` in `stage`; it has `gone`, `talks`"), "{told}");
    }

    #[test]
    fn values_are_amounts_in_the_columns_own_style() {
        let table = cells("id;won;Deal Value\n1;yes;1.250,00 €\n2;no;\n3;yes;2.500\n4;yes;lots\n");
        let column = table.value(OutcomeColumns::default(), &[0, 1]).unwrap().unwrap();
        let numbers = table.numbers(column);
        let values: Vec<Option<f64>> =
            table.columns[column].codes.iter().map(|&code| numbers.values[code as usize]).collect();
        assert_eq!(values, [Some(1250.0), None, Some(2500.0), None]);
        assert_eq!((numbers.currencies, numbers.unreadable), (vec!["EUR".to_owned()], vec!["lots".to_owned()]));
        let told = table.value(OutcomeColumns { value: Some("won"), ..OutcomeColumns::default() }, &[]).unwrap_err();
        assert!(told.to_string().contains("`won` of closed.csv has no number"), "{told}");
    }
}
