//! Whether a text is a table or prose: a read-me among exports has lines, too, and commas in them.

use super::reader::{Entry, Reader};

/// Whether the records behind a header look like a table's: most are as wide as the header, and their cells are words and
/// not sentences. `is_flat` is a table of another format, in which all are as wide: one record alone may be settings or
/// particulars of the files beside it.
pub(super) fn is_table(header: &[String], reader: &mut Reader<'_>, is_flat: bool) -> bool {
    const LOOKED_AT: usize = 50;
    let (mut rows, mut same) = (0, 0);
    let mut cells = Cells::default();
    header.iter().for_each(|name| cells.add(name.as_bytes()));
    while rows < LOOKED_AT {
        let Some(entry) = reader.read() else { break };
        rows += 1;
        let Entry::Record(record) = entry else { continue };
        same += usize::from(record.len() == header.len());
        record.iter().for_each(|cell| cells.add(cell));
    }
    match header.len() {
        _ if is_flat => rows > 1,
        0 | 1 => rows > 0 && 2 * same >= rows && cells.most_words < 4 && header.iter().all(|name| is_name(name)),
        _ => 2 * same >= rows && cells.words < 3 * cells.filled,
    }
}

/// Whether the only name in a header begins as one: a title is underlined or marked, a program has signs.
fn is_name(name: &str) -> bool {
    name.chars().next().is_none_or(char::is_alphanumeric)
}

/// What stands in cells.
#[derive(Default)]
struct Cells {
    filled: usize,
    words: usize,
    most_words: usize,
}

impl Cells {
    fn add(&mut self, cell: &[u8]) {
        let words = words(cell);
        self.filled += usize::from(words > 0);
        self.words += words;
        self.most_words = self.most_words.max(words);
    }
}

fn words(cell: &[u8]) -> usize {
    cell.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_table_of(text: &str, delimiter: u8) -> bool {
        let mut reader = Reader::new(text.as_bytes(), delimiter, 1);
        let Some(Entry::Record(record)) = reader.read() else { return false };
        let header: Vec<String> = record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
        is_table(&header, &mut reader, false)
    }

    #[test]
    fn tables_and_prose() {
        let cases: &[(&str, bool)] = &[
            ("Badge,Firm\n1,Acme\n2,Rom\n", true),
            ("Badge,Firm\n", true),
            ("Badge,Firm,City\n1,Acme\n2,Rom,x\n3,Y,Z\n", true),
            ("badge\nB-1\nB-2\n", true),
            ("firm\nAcme Ltd\nNordwind Import AD\n", true),
            ("README\n======\n\nThese are the leads of the fair.\n", false),
            ("Dear all, these are the leads\nof the fair.\n\nBest, Ana, Sofia, Bulgaria\n", false),
            ("These are the leads of May\n", false),
            ("You may do with this what you like, but\nat your own risk, and without any warranty.\n", false),
            ("# Leads\n\n- leads.csv, all\n", false),
            ("<?xml version=\"1.0\"?>\n<a>b</a>\n", false),
            ("Leads:\nleads.csv, leads\ndeals.csv, deals\n", false),
            ("version 2\n", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_table_of(text, b','), *expected, "{text}");
        }
    }
}
