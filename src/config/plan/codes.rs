//! What cells say of a field in the codes and flags of the program that wrote them.

/// A field that some columns of a file say in codes, beside the column that fills it, or without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodedField {
    /// Position of the field (in the lead schema, or in the CRM record's field list).
    pub target: usize,
    /// The first that holds counts, and wins over the field's own column.
    pub codes: Vec<Code>,
}

/// A value of a field, and the cells that say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Positions in the header, and the words of which each of these cells must be one, in lower case.
    pub when: Vec<(usize, Vec<String>)>,
    /// The field's value.
    pub means: String,
}

impl CodedField {
    /// The columns that say the field, in header order.
    pub fn columns(&self) -> Vec<usize> {
        let mut columns: Vec<usize> =
            self.codes.iter().flat_map(|code| &code.when).map(|(column, _)| *column).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}

impl Code {
    /// Whether the cells of a row say so.
    pub fn holds<'c>(&self, cell: impl Fn(usize) -> std::borrow::Cow<'c, str>) -> bool {
        self.when.iter().all(|(column, words)| {
            let cell = cell(*column);
            words
                .iter()
                .any(|word| word.eq_ignore_ascii_case(&cell) || !cell.is_ascii() && *word == cell.to_lowercase())
        })
    }
}
