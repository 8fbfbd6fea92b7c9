//! One import file: a header, records, and the parts that the importer's limits make of it.

use std::borrow::Cow;

use serde::Serialize;

use crate::config::preset::dialect::{Dialect, DialectColumn};
use crate::model::entities::EntityId;

/// What an importer does with the rows of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Operation {
    /// Changes the records that have these keys, and makes the others.
    Upsert,
    /// Changes records that are there.
    Update,
    /// Deletes records.
    Delete,
    /// Empties the other column of these records.
    Clear,
    /// Ties two records.
    Associate,
    /// Unties two records.
    Dissociate,
    /// Opts these addresses out.
    OptOut,
}

impl Operation {
    /// As people are told.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Upsert => "create or update",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Clear => "empty",
            Self::Associate => "tie",
            Self::Dissociate => "untie",
            Self::OptOut => "opt out",
        }
    }

    /// How it is done with a product's importer.
    pub(super) fn told(self, dialect: &Dialect) -> &str {
        let guide = &dialect.guide;
        match self {
            Self::Upsert => &guide.upsert,
            Self::Update => &guide.update,
            Self::Delete => &guide.delete,
            Self::Clear => &guide.clear,
            Self::Associate => &guide.associate,
            Self::Dissociate => &guide.dissociate,
            Self::OptOut => &guide.opt_out,
        }
    }
}

/// A value that a field has no room for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Misfit {
    /// The lead that it comes from.
    pub(super) lead: EntityId,
    /// What is told of it.
    pub(super) told: String,
}

/// A file in the making.
pub(super) struct Sheet {
    /// What its name says: `accounts`, `delete_notes`.
    pub(super) name: String,
    pub(super) operation: Operation,
    /// The CRM's name of the records.
    pub(super) object: String,
    /// The columns that identify a record; of a tie both.
    pub(super) key: Vec<String>,
    /// What the rows are, for people.
    pub(super) about: &'static str,
    writer: csv::Writer<Vec<u8>>,
    /// Where each record ends, the header's first.
    ends: Vec<usize>,
    /// What did not fit.
    pub(super) misfits: Vec<Misfit>,
}

impl Sheet {
    /// A file of these columns, of which the first identifies a record; of a tie both do.
    pub(super) fn new<H: AsRef<str>>(
        name: &str,
        operation: Operation,
        object: &str,
        header: &[H],
        about: &'static str,
    ) -> Self {
        let keys = if matches!(operation, Operation::Associate | Operation::Dissociate) { 2 } else { 1 };
        let mut sheet = Self {
            name: name.to_owned(),
            operation,
            object: object.to_owned(),
            key: header.iter().take(keys).map(|column| column.as_ref().to_owned()).collect(),
            about,
            writer: csv::WriterBuilder::new().from_writer(Vec::new()),
            ends: Vec::new(),
            misfits: Vec::new(),
        };
        sheet.row(header.iter().map(|column| Cow::Borrowed(column.as_ref())));
        sheet
    }

    /// Adds a record.
    pub(super) fn row<'a>(&mut self, cells: impl Iterator<Item = Cow<'a, str>>) {
        // Writing to memory cannot fail, and a record has as many cells as the header.
        let record = csv::StringRecord::from_iter(cells);
        let written = self.writer.write_record(&record).and_then(|()| Ok(self.writer.flush()?));
        debug_assert!(written.is_ok(), "{}: {written:?}", self.name);
        self.ends.push(self.writer.get_ref().len());
    }

    /// Adds the record of a lead; what does not fit is told.
    pub(super) fn record<'a, C: Copy>(
        &mut self,
        columns: &'a [DialectColumn<C>],
        lead: EntityId,
        mut cell: impl FnMut(C) -> Cow<'a, str>,
    ) {
        let mut misfits = Vec::new();
        let cells = columns.iter().map(|column| match (&column.text, column.cell) {
            (Some(text), _) => Cow::Borrowed(text.as_str()),
            (None, Some(of)) => {
                let whole = cell(of);
                if !fits(&whole, column.most) {
                    let room = column.most.unwrap_or_default();
                    let done = if column.whole { "is left out" } else { "is cut" };
                    let told =
                        format!("{} {} takes {room} characters, so it {done}: {whole}", self.object, column.header);
                    misfits.push(Misfit { lead, told });
                }
                fitted(whole, column)
            }
            (None, None) => Cow::Borrowed(""),
        });
        let cells: Vec<Cow<'a, str>> = cells.collect();
        self.row(cells.into_iter());
        self.misfits.extend(misfits);
    }

    /// Records that have nothing in a column stand in a file of their own without it: a blank might empty the field, or be
    /// refused.
    pub(super) fn apart(self, column: Option<&str>) -> Vec<Self> {
        let mut reader = csv::Reader::from_reader(self.writer.get_ref().as_slice());
        let header: Vec<String> =
            reader.headers().map(|header| header.iter().map(str::to_owned).collect()).unwrap_or_default();
        let Some(at) = column.and_then(|column| header.iter().position(|known| known == column)) else {
            return vec![self];
        };
        let rows: Vec<csv::StringRecord> = reader.records().flatten().collect();
        if rows.iter().all(|row| !row[at].is_empty()) {
            return vec![self];
        }
        let without = |cells: &mut dyn Iterator<Item = String>| -> Vec<String> {
            cells.enumerate().filter(|(column, _)| *column != at).map(|(_, cell)| cell).collect()
        };
        let other = without(&mut header.iter().cloned());
        let mut with = Self::new(&self.name, self.operation, &self.object, &header, self.about);
        let name = format!("{}_without_{}", self.name, super::file_word(&header[at]));
        let mut lacking = Self::new(&name, self.operation, &self.object, &other, self.about);
        for row in rows {
            let mut cells = row.iter().map(str::to_owned);
            match row[at].is_empty() {
                true => lacking.row(without(&mut cells).into_iter().map(Cow::Owned)),
                false => with.row(cells.map(Cow::Owned)),
            }
        }
        with.misfits = self.misfits;
        vec![with, lacking]
    }

    /// Number of records.
    pub(super) fn rows(&self) -> usize {
        self.ends.len() - 1
    }

    /// The first cell of each record.
    pub(super) fn keys(&self) -> impl Iterator<Item = String> {
        let mut reader = csv::Reader::from_reader(self.writer.get_ref().as_slice());
        let rows: Vec<String> =
            reader.records().flatten().map(|row| row.get(0).unwrap_or_default().to_owned()).collect();
        rows.into_iter()
    }

    /// The texts of its files and their rows: one, or as many as the importer's limits make.
    pub(super) fn parts(&self, dialect: &Dialect) -> Vec<(String, usize)> {
        let text = String::from_utf8_lossy(self.writer.get_ref());
        let (header, body) = text.split_at(self.ends[0]);
        let mark = if dialect.bom { "\u{feff}" } else { "" };
        let most = dialect.most_bytes.saturating_sub(mark.len() + header.len());
        let mut parts = Vec::new();
        let ends: Vec<usize> = self.ends[1..].iter().map(|end| end - header.len()).collect();
        let (mut from, mut first) = (0, 0);
        while first < ends.len() {
            // One record at least, however large.
            let fits = ends[first..].iter().take(dialect.most_rows).take_while(|end| **end - from <= most).count();
            let rows = fits.max(1);
            let end = ends[first + rows - 1];
            parts.push((format!("{mark}{header}{}", &body[from..end]), rows));
            (from, first) = (end, first + rows);
        }
        parts
    }
}

/// The headers of columns.
pub(super) fn headers<C>(columns: &[DialectColumn<C>]) -> Vec<&str> {
    columns.iter().map(|column| column.header.as_str()).collect()
}

/// The cells of a record: what stands in a column for every record, or what it has, cut where the field is shorter.
pub(super) fn cells<'a, C: Copy>(
    columns: &'a [DialectColumn<C>],
    mut cell: impl FnMut(C) -> Cow<'a, str>,
) -> impl Iterator<Item = Cow<'a, str>> {
    columns.iter().map(move |column| match (&column.text, column.cell) {
        (Some(text), _) => Cow::Borrowed(text.as_str()),
        (None, Some(of)) => fitted(cell(of), column),
        (None, None) => Cow::Borrowed(""),
    })
}

/// What of a value fits into a field: all of it, or its beginning and an ellipsis; nothing where a part is worth nothing.
pub(super) fn fitted<'a, C>(value: Cow<'a, str>, column: &DialectColumn<C>) -> Cow<'a, str> {
    match fits(&value, column.most) {
        false if column.whole => Cow::Borrowed(""),
        _ => cut(value, column.most),
    }
}

/// Room is counted in units of UTF-16, as the products count it.
fn fits(text: &str, most: Option<usize>) -> bool {
    most.is_none_or(|most| text.len() <= most || text.encode_utf16().count() <= most)
}

/// At most so many characters; what is cut ends with an ellipsis.
fn cut(text: Cow<'_, str>, most: Option<usize>) -> Cow<'_, str> {
    let Some(most) = most.filter(|_| !fits(&text, most)) else { return text };
    let mut room = most - 1;
    let kept = text.chars().take_while(|c| match room.checked_sub(c.len_utf16()) {
        Some(left) => {
            room = left;
            true
        }
        None => false,
    });
    let kept: String = kept.collect();
    Cow::Owned(format!("{}…", kept.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &[&str]) -> Sheet {
        let mut sheet = Sheet::new("accounts", Operation::Upsert, "Account", &["key", "name"], "");
        rows.iter().for_each(|name| sheet.row([Cow::Borrowed("1"), Cow::Borrowed(*name)].into_iter()));
        sheet
    }

    #[test]
    fn a_file_is_split_where_the_importer_takes_no_more() {
        let dialect = Dialect::named("dynamics365").unwrap();
        let sheet = sheet(&["a", "b,\"c\"\nd", "e"]);
        let whole = "\u{feff}key,name\n1,a\n1,\"b,\"\"c\"\"\nd\"\n1,e\n";
        assert_eq!(sheet.parts(dialect), [(whole.to_owned(), 3)]);
        let two = Dialect { most_rows: 2, bom: false, ..dialect.clone() };
        let parts = [("key,name\n1,a\n1,\"b,\"\"c\"\"\nd\"\n".to_owned(), 2), ("key,name\n1,e\n".to_owned(), 1)];
        assert_eq!(sheet.parts(&two), parts);
        // Of nine bytes of header and four of a record each.
        let bytes = Dialect { most_bytes: 13, bom: false, ..dialect.clone() };
        let rows: Vec<usize> = sheet.parts(&bytes).iter().map(|(_, rows)| *rows).collect();
        assert_eq!(rows, [1, 1, 1]);
        assert_eq!(sheet.rows(), 3);
    }

    #[test]
    fn what_is_too_long_is_cut_at_a_character() {
        let of = |text: &'static str, most| cut(Cow::Borrowed(text), Some(most)).into_owned();
        assert_eq!(of("Müller", 6), "Müller");
        assert_eq!(of("Müller AG", 8), "Müller…");
        assert_eq!(of("Müller AG", 4), "Mül…");
        assert_eq!(cut(Cow::Borrowed("x"), None), "x");
        // One outside the basic plane takes the room of two.
        assert_eq!(of("ab𝛼c", 5), "ab𝛼c");
        assert_eq!(of("ab𝛼c", 4), "ab…");
    }

    #[test]
    fn records_without_an_owner_stand_apart() {
        let header = ["key", "name", "OwnerId"];
        let mut sheet = Sheet::new("accounts", Operation::Upsert, "Account", &header, "");
        for row in [["1", "a", "005A"], ["2", "b", ""]] {
            sheet.row(row.into_iter().map(Cow::Borrowed));
        }
        let dialect = Dialect::named("salesforce").unwrap();
        let parts: Vec<(String, String)> =
            sheet.apart(Some("OwnerId")).iter().map(|it| (it.name.clone(), it.parts(dialect)[0].0.clone())).collect();
        let named = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let expected =
            [named("accounts", "key,name,OwnerId\n1,a,005A\n"), named("accounts_without_ownerid", "key,name\n2,b\n")];
        assert_eq!(parts, expected);
    }
}
