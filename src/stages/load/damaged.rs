//! Rejected rows, as far as their cells can be told: a row that is no lead may still say that somebody wants no contact.

use std::borrow::Cow;

/// Of a row that is longer, no more is looked at: no wish stands behind so much.
const LONGEST: usize = 64 << 10;

/// The cells of a row with a quote that is never closed: from that quote on, a quote is a sign as any other.
pub(super) fn cells(raw: &[u8], delimiter: u8) -> Vec<Cow<'_, [u8]>> {
    let mut rest = &raw[..raw.len().min(LONGEST)];
    let mut cells = Vec::new();
    loop {
        let (cell, end) = quoted(rest, delimiter).unwrap_or_else(|| {
            let end = rest.iter().position(|&byte| byte == delimiter).unwrap_or(rest.len());
            let is_text = |byte: &u8| *byte != b'"';
            let start = rest[..end].iter().position(is_text).unwrap_or(end);
            let stop = rest[..end].iter().rposition(is_text).map_or(start, |last| last + 1);
            (Cow::Borrowed(&rest[start..stop]), end)
        });
        cells.push(cell);
        match rest.get(end) {
            Some(_) => rest = &rest[end + 1..],
            None => return cells,
        }
    }
}

/// A cell in quotes that are closed before the delimiter or the end, and where it ends.
fn quoted(text: &[u8], delimiter: u8) -> Option<(Cow<'_, [u8]>, usize)> {
    let (b'"', inside) = text.split_first()? else { return None };
    let mut cell = Vec::new();
    let mut bytes = inside.iter().enumerate();
    while let Some((at, &byte)) = bytes.next() {
        match (byte, inside.get(at + 1)) {
            (b'"', Some(b'"')) => {
                bytes.next();
                cell.push(byte);
            }
            (b'"', next) => return next.is_none_or(|&next| next == delimiter).then(|| (Cow::Owned(cell), at + 2)),
            _ => cell.push(byte),
        }
    }
    None
}

/// A row in two readings, each of so many cells at most: as it begins with the first column; and, of a row with cells too
/// many, as it ends with the last one, blank where there are none. A comma without quotes moves what is behind it: the
/// first reading is right up to there, the second one from there on.
pub(super) fn readings<'r>(cells: &'r [&'r str], width: usize) -> [&'r [&'r str]; 2] {
    let filled = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    let from_end = if filled > width { &cells[filled - width..filled] } else { &[] };
    [&cells[..cells.len().min(width)], from_end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_told_as_far_as_quotes_allow() {
        for (raw, want) in [
            ("3,Ana,\"wrote us", &["3", "Ana", "wrote us"][..]),
            ("\"Kirova, Ana\",a@x.org,\"yes,twice", &["Kirova, Ana", "a@x.org", "yes", "twice"]),
            ("\"An\"\"a\",\"x", &["An\"a", "x"]),
            ("\"Ana\" Kirova,yes,", &["Ana\" Kirova", "yes", ""]),
            ("\"", &[""]),
            ("", &[""]),
        ] {
            let cells = cells(raw.as_bytes(), b',');
            let cells: Vec<&str> = cells.iter().map(|cell| std::str::from_utf8(cell).unwrap()).collect();
            assert_eq!(cells, want, "{raw}");
        }
    }

    #[test]
    fn long_rows_are_read_from_both_ends() {
        let cells = ["1", "Kirova", "Ana", "a@x.org", "yes", ""];
        assert_eq!(readings(&cells, 4), [&cells[..4], &cells[1..5]]);
        assert_eq!(readings(&cells, 6), [&cells[..], &[]]);
        assert_eq!(readings(&cells[..2], 6), [&cells[..2], &[]]);
    }
}
