//! The header: where it stands, and column names from its cells: every column gets one, no two the same.

use std::collections::{BTreeMap, BTreeSet};

use super::reader::{Entry, Reader};

/// The reader at the header: behind the title lines that reports have above it, which fill a cell or two of a table
/// that is much wider, or a few with gaps between them.
pub(super) fn below_title(reader: Reader<'_>) -> Reader<'_> {
    const LOOKED_AT: usize = 25;
    const BYTES: usize = 256 << 10;
    let mut trial = reader.up_to(BYTES);
    let mut lines: Vec<Line> = Vec::new();
    while lines.len() < LOOKED_AT && lines.first().is_none_or(Line::may_be_title) {
        let (position, line) = (trial.position(), trial.line());
        let Some(Entry::Record(record)) = trial.read() else { break };
        lines.push(Line::of(position, line, record.iter().map(<[u8]>::trim_ascii)));
    }
    let is_header = |at: usize| {
        let (above, header, rows) = (&lines[..at], &lines[at], &lines[at + 1..]);
        let same = rows.iter().filter(|row| row.width == header.width).count();
        let fits = header.width >= 2 && 3 * header.filled >= 2 * header.width && header.is_names;
        let titles = above.iter().all(|line| line.is_title(header));
        fits && titles && !rows.is_empty() && 3 * same >= 2 * rows.len()
    };
    match (1..lines.len()).find(|&at| is_header(at)) {
        Some(at) => reader.starting_at(lines[at].position, lines[at].line),
        None => reader,
    }
}

/// What stands in one of the first lines.
struct Line {
    position: usize,
    line: u64,
    width: usize,
    filled: usize,
    /// Whether there are blank cells between filled ones.
    has_gaps: bool,
    /// Whether all cells may be names of columns: values have digits first, or an address.
    is_names: bool,
    /// Whether some cell is more than a name of a column would be: three words, or a number.
    is_told: bool,
}

impl Line {
    /// Cells that a title fills.
    const TITLE: usize = 2;

    fn of<'c>(position: usize, line: u64, cells: impl Iterator<Item = &'c [u8]>) -> Self {
        let mut this = Self { position, line, width: 0, filled: 0, has_gaps: false, is_names: true, is_told: false };
        let mut last = 0;
        for cell in cells {
            this.width += 1;
            if cell.is_empty() {
                continue;
            }
            this.filled += 1;
            this.has_gaps |= this.filled > 1 && this.width > last + 1;
            last = this.width;
            this.is_names &= !(cell[0].is_ascii_digit() || cell.contains(&b'@'));
            let words = cell.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count();
            this.is_told |= words > 2 || cell.iter().any(u8::is_ascii_digit);
        }
        this
    }

    fn may_be_title(&self) -> bool {
        self.filled <= Self::TITLE || self.has_gaps
    }

    /// Whether this may be a title above a header.
    fn is_title(&self, header: &Self) -> bool {
        match header.width {
            // A header, too, may lack one of two names.
            2 => self.filled == 0 || self.filled == 1 && self.is_told && self.width == header.width,
            _ if self.has_gaps && self.is_told => 3 * self.filled < 2 * header.width,
            width => self.filled <= Self::TITLE && 2 * self.filled < width,
        }
    }
}

/// Names for the columns of a list without header, known by an e-mail address in the first line; none of another one.
pub(super) fn names_of_list<'c>(first: impl Iterator<Item = &'c [u8]>) -> Option<Vec<String>> {
    let names = first.enumerate().map(|(at, cell)| match is_address(cell.trim_ascii()) {
        true => "email".to_owned(),
        false => format!("column {}", at + 1),
    });
    let names: Vec<String> = names.collect();
    names.iter().any(|name| name == "email").then_some(names)
}

fn is_address(cell: &[u8]) -> bool {
    let mut parts = cell.split(|&byte| byte == b'@');
    let (Some(name), Some(domain), None) = (parts.next(), parts.next(), parts.next()) else { return false };
    let graphic = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_graphic);
    graphic(name) && graphic(domain) && domain.contains(&b'.') && !cell.contains(&b'<')
}

/// The names: blanks become "column 7", repeats (in any case) "Email (2)".
pub fn column_names(cells: &[String]) -> Vec<String> {
    // A number must not make a name that another column bears of its own.
    let written: BTreeSet<String> = cells.iter().map(|cell| cell.to_lowercase()).collect();
    let (mut taken, mut copies) = (BTreeSet::new(), BTreeMap::new());
    let mut names = Vec::with_capacity(cells.len());
    for (index, cell) in cells.iter().enumerate() {
        let base = if cell.is_empty() { format!("column {}", index + 1) } else { cell.clone() };
        let mut name = base.clone();
        // Where the copies of a name go on.
        let copy = copies.entry(base.to_lowercase()).or_insert(2_usize);
        let plain = base.to_lowercase();
        let is_new = |name: &str| !taken.contains(name) && (name == plain || !written.contains(name));
        while !is_new(&name.to_lowercase()) {
            name = format!("{base} ({copy})");
            *copy += 1;
        }
        taken.insert(name.to_lowercase());
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_complete_and_unique() {
        let cases: &[(&[&str], &[&str])] = &[
            (&["a", "b"], &["a", "b"]),
            (&["Email", "Email", "email"], &["Email", "Email (2)", "email (3)"]),
            (&["Email", "Email", "Email (2)"], &["Email", "Email (3)", "Email (2)"]),
            (&["", "x", ""], &["column 1", "x", "column 3"]),
            (&["column 2", ""], &["column 2", "column 2 (2)"]),
            (&["Mail", "mail", "MAIL (2)"], &["Mail", "mail (3)", "MAIL (2)"]),
        ];
        for (cells, names) in cases {
            let cells: Vec<String> = cells.iter().map(|&cell| cell.to_owned()).collect();
            assert_eq!(column_names(&cells), *names);
        }
    }
    #[test]
    fn the_header_is_below_the_title() {
        let cases: &[(&str, u64)] = &[
            ("Leads of May\n\nName;Mail;City\nAna;a@b.c;Rom\n", 3),
            ("Leads of May;;\nby Ana;;\nName;Mail;City\nAna;a@b.c;Rom\nJan;;\n", 3),
            ("Report;2026\nA;B;C;D;E\n1;2;3;4;5\n", 2),
            ("Leads March 2026;;;;\n;;;;\nName;Mail;City;Phone;Firm\nAna;a@b.c;Rom;1;K\n", 3),
            ("Leads March 2026;;;Exported by;Ana\nName;Mail;City;Phone;Firm\nAna;a@b.c;Rom;1;K\n", 2),
            ("Leads March 2026;\nName;Mail\nAna;a@b.c\nJan;\n", 2),
            ("Leads March 2026;;\nName;Mail;\nAna;a@b.c;x\nJan;;\n", 2),
            ("Name;\nAna;Rom\nJan;Paris\n", 1),
            ("Name;;City;Firm;\nAna;x;Rom;y;z\nJan;x;Paris;y;z\n", 1),
            ("Name;Mail;City\nAna;a@b.c;Rom\n", 1),
            ("Name;Mail\nAna;a@b.c\nJan;x\n", 1),
            ("Name\nAna;Rom;x\nJan;Paris;y\n", 2),
            ("Name\nAna;a@b.c;x\nJan;j@b.c;y\n", 1),
            ("Notes\nfirst, then; second; third\nplain\nplain\n", 1),
            ("Title\nName;Mail;City\n", 1),
            ("Title\n\"open;a;b\n", 1),
            ("", 1),
        ];
        for (text, line) in cases {
            let mut reader = below_title(Reader::new(text.as_bytes(), b';', 1));
            reader.skip_blank_lines();
            assert_eq!(reader.line(), *line, "{text:?}");
        }
    }

    #[test]
    fn lists_without_header() {
        let names = |line: &str| names_of_list(line.split(',').map(str::as_bytes));
        assert_eq!(names("ana@b.example").unwrap(), ["email"]);
        assert_eq!(names("Ana, ana@b.example ,x").unwrap(), ["column 1", "email", "column 3"]);
        for header in ["Name,E-mail", "name,@", "a@b,c", "Ana <ana@b.example>", "a@b@c.example", "by ana@b.example"] {
            assert_eq!(names(header), None, "{header}");
        }
    }
}
