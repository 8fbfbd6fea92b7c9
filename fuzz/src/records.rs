//! What must hold of the records of a delimited text, found out in another way than the reader does.

use leadmill::format::delimited::{Entry, Fault, Reader};

/// Reads a text, and counts and splits it again.
pub fn check(text: &[u8], delimiter: u8) {
    let mut reader = Reader::new(text, delimiter, 1);
    let mut end = 0;
    // Lines before a place.
    let (mut lines, mut before) = (0, 0);
    while let Some(entry) = reader.read() {
        let (line, raw) = match entry {
            Entry::Record(record) => (record.line, record.raw),
            Entry::Broken { line, raw, .. } => (line, raw),
        };
        let start = raw.as_ptr().addr() - text.as_ptr().addr();
        assert!(text[end..start].iter().all(|&byte| b"\r\n \t".contains(&byte)), "text is passed over before {start}");
        lines += line_ends(&text[before..start]);
        before = start;
        assert_eq!(line, 1 + lines, "the line of the record at {start}");
        end = start + raw.len();
        match entry {
            Entry::Record(record) => cells(&record.iter().collect::<Vec<_>>(), raw, delimiter),
            Entry::Broken { fault: Fault::UnbalancedQuote, .. } => {
                assert!(raw.contains(&b'"') && line_ends(raw) == 0, "no open quote in {raw:?}");
            }
            Entry::Broken { .. } => panic!("no field is so large"),
        }
    }
    assert!(text[end..].iter().all(|&byte| b"\r\n \t".contains(&byte)), "text is passed over after {end}");
}

fn line_ends(text: &[u8]) -> u64 {
    let ends = (0..text.len()).filter(|&at| match text[at] {
        b'\n' => true,
        b'\r' => text.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    ends.count() as u64
}

fn cells(cells: &[&[u8]], raw: &[u8], delimiter: u8) {
    if !raw.contains(&b'"') {
        assert_eq!(line_ends(raw), 0, "a line end outside of quotes");
        let split: Vec<&[u8]> = raw.split(|&byte| byte == delimiter).collect();
        assert_eq!(cells, split, "a record without quotes");
        return;
    }
    // Blanks behind a closing quote are dropped.
    let blank_behind = raw.windows(2).any(|pair| pair[0] == b'"' && matches!(pair[1], b' ' | b'\t'));
    if !blank_behind {
        let expected = unquoted(raw, delimiter);
        assert!(cells.iter().eq(expected.iter()), "{raw:?} is {cells:?}, not {expected:?}");
    }
}

/// The cells of a record, quotes and doubled quotes resolved; what stands behind a closing quote belongs to the cell.
fn unquoted(raw: &[u8], delimiter: u8) -> Vec<Vec<u8>> {
    let mut cells = vec![Vec::new()];
    let (mut rest, mut begins, mut quoted) = (raw, true, false);
    while let [byte, after @ ..] = rest {
        rest = after;
        let cell = cells.last_mut().expect("there is a first one");
        match (quoted, *byte) {
            (true, b'"') if rest.starts_with(b"\"") => {
                cell.push(b'"');
                rest = &rest[1..];
            }
            (true, b'"') => quoted = false,
            (false, b'"') if begins => quoted = true,
            (false, byte) if byte == delimiter => cells.push(Vec::new()),
            (_, byte) => cell.push(byte),
        }
        begins = !quoted && *byte == delimiter && cells.last().is_some_and(Vec::is_empty);
    }
    cells
}
