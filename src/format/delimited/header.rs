//! Column names from a header's cells: every column gets one, no two the same.

use std::collections::BTreeSet;

/// The names: blanks become "column 7", repeats (in any case) "Email (2)".
pub fn column_names(cells: &[String]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut names = Vec::with_capacity(cells.len());
    for (index, cell) in cells.iter().enumerate() {
        let base = if cell.is_empty() { format!("column {}", index + 1) } else { cell.clone() };
        let mut name = base.clone();
        let mut copy = 2;
        while taken.contains(&name.to_lowercase()) || (copy > 2 && is_written(cells, &name)) {
            name = format!("{base} ({copy})");
            copy += 1;
        }
        taken.insert(name.to_lowercase());
        names.push(name);
    }
    names
}

/// A number must not take a name that another column bears of its own.
fn is_written(cells: &[String], name: &str) -> bool {
    cells.iter().any(|cell| cell == name)
}

#[cfg(test)]
mod tests {
    use super::column_names;

    #[test]
    fn names_are_complete_and_unique() {
        let cases: &[(&[&str], &[&str])] = &[
            (&["a", "b"], &["a", "b"]),
            (&["Email", "Email", "email"], &["Email", "Email (2)", "email (3)"]),
            (&["Email", "Email", "Email (2)"], &["Email", "Email (3)", "Email (2)"]),
            (&["", "x", ""], &["column 1", "x", "column 3"]),
            (&["column 2", ""], &["column 2", "column 2 (2)"]),
        ];
        for (cells, names) in cases {
            let cells: Vec<String> = cells.iter().map(|&cell| cell.to_owned()).collect();
            assert_eq!(column_names(&cells), *names);
        }
    }
}
