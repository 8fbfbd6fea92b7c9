//! How leads are filed: by the name that an export gives, else by the name and company that the lead has come to have.

use std::ops::Range;

use polars::prelude::BooleanChunked;

use super::column_values::{Chunk, ColumnValues, TextChunk};
use super::facts::Facts;
use super::field::Field;

/// What `file_as` is made of, column by column: nothing is composed before a stretch of it is asked for.
#[derive(Debug, Clone)]
pub struct Filing([ColumnValues; 4]);

impl Filing {
    /// The columns that it reads.
    pub const FIELDS: [Field; 4] = [Field::FileAs, Field::LastName, Field::FirstName, Field::Company];

    /// Of golden leads; none without these columns.
    pub fn of(facts: &Facts) -> Option<Self> {
        let [given, last, first, company] = Self::FIELDS.map(|field| facts.values(field.name()));
        let given = match given? {
            ColumnValues::Filed(filing) => filing.0[0].clone(),
            given => given.clone(),
        };
        Some(Self([given, last?.clone(), first?.clone(), company?.clone()]))
    }

    /// Number of leads.
    pub fn len(&self) -> usize {
        self.0[0].len()
    }

    /// True without leads.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The leads of a mask.
    pub fn filtered(&self, mask: &BooleanChunked) -> Self {
        Self(self.0.each_ref().map(|values| values.filtered(mask)))
    }

    /// The columns of [`Self::FIELDS`].
    pub fn parts(&self) -> &[ColumnValues; 4] {
        &self.0
    }

    /// The names of some leads.
    pub fn chunk(&self, range: Range<usize>) -> TextChunk {
        let chunks = self.0.each_ref().map(|values| values.chunk(range.clone()));
        Self::compose(chunks.each_ref())
    }

    /// Names from a stretch of each column of [`Self::FIELDS`].
    pub fn compose(chunks: [&Chunk; 4]) -> TextChunk {
        let [given, last, first, company] = chunks.map(texts);
        const USUAL: usize = 40;
        let mut filed = TextChunk::default();
        filed.text.reserve(given.len() * USUAL);
        filed.ends.reserve(given.len());
        filed.filled.reserve(given.len());
        for row in 0..given.len() {
            let begin = filed.text.len();
            write(given[row], [last[row], first[row], company[row]], &mut filed.text);
            filed.ends.push(filed.text.len());
            filed.filled.push(filed.text.len() > begin);
        }
        filed
    }
}

/// As given, else "Last, First (Company)", "First", or the company.
pub fn write(given: Option<&str>, [last, first, company]: [Option<&str>; 3], filed: &mut String) {
    if let Some(given) = given {
        return filed.push_str(given);
    }
    let begin = filed.len();
    for part in [last, first].into_iter().flatten() {
        if filed.len() > begin {
            filed.push_str(", ");
        }
        filed.push_str(part);
    }
    match company {
        Some(company) if filed.len() == begin => filed.push_str(company),
        Some(company) => filed.extend([" (", company, ")"]),
        None => {}
    }
}

fn texts(chunk: &Chunk) -> Vec<Option<&str>> {
    match chunk {
        Chunk::Text(chunk) => chunk.iter().collect(),
        Chunk::Words(chunk) => chunk.iter().collect(),
        none => vec![None; none.len()],
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::{Column, NamedFrom, Series};

    use super::*;

    fn column(name: Field, values: &[Option<&str>]) -> Column {
        Series::new(name.name().into(), values).into()
    }

    #[test]
    fn leads_are_filed_as_given_else_by_name_and_company() {
        let mut facts = Facts::new(5).with([
            column(Field::FileAs, &[Some("Boss"), None, None, None, None]),
            column(Field::LastName, &[Some("Lee"), Some("Lee"), None, None, None]),
            column(Field::FirstName, &[None, Some("Ann"), Some("Ann"), None, None]),
            column(Field::Company, &[None, Some("Acme"), None, Some("Acme"), None]),
        ]);
        let filed = |facts: &Facts| {
            let chunk = Filing::of(facts).expect("all columns").chunk(0..5);
            chunk.iter().map(|name| name.map(str::to_owned)).collect::<Vec<_>>()
        };
        let expected = [Some("Boss"), Some("Lee, Ann (Acme)"), Some("Ann"), Some("Acme"), None];
        assert_eq!(filed(&facts), expected.map(|name| name.map(str::to_owned)));
        // Filed again after a change, what was given is what the exports gave.
        facts.file();
        facts.put(Field::LastName.name(), column(Field::LastName, &[Some("Roe"); 5]));
        let expected = ["Boss", "Roe, Ann (Acme)", "Roe, Ann", "Roe (Acme)", "Roe"];
        assert_eq!(filed(&facts), expected.map(|name| Some(name.to_owned())));
    }
}
