//! Tables in marked-up text that programs call workbooks: pages of the web (HTML) and workbooks as XML of Excel 2003
//! (SpreadsheetML). Both are read as they come, whether well-formed or not.

use std::borrow::Cow;

use hashbrown::HashMap;
use mail_parser::decoders::html::html_to_text;

use super::cell::{Format, Value};

/// As many as Excel has.
const MOST_COLUMNS: u32 = 16_384;
const MOST_ROWS: u32 = 1 << 20;

/// A table.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) is_hidden: bool,
    cells: Vec<Cell>,
}

#[derive(Debug)]
struct Cell {
    row: u32,
    column: u32,
    content: Content,
    format: Format,
}

#[derive(Debug)]
enum Content {
    Text(String),
    Number(f64),
    Truth(bool),
    Iso(String),
}

impl Sheet {
    /// Shows every cell, with row and column.
    pub(super) fn each(
        &self,
        mut see: impl FnMut((u32, u32), &Value<'_>, Format) -> Result<(), String>,
    ) -> Result<(), String> {
        self.cells.iter().try_for_each(|Cell { row, column, content, format }| {
            let value = match content {
                Content::Text(text) => Value::Text(text),
                Content::Number(number) => Value::Number(*number),
                Content::Truth(truth) => Value::Truth(*truth),
                Content::Iso(text) => Value::Iso(text),
            };
            see((*row, *column), &value, *format)
        })
    }
}

/// The tables of a page, in the order in which they begin; of one inside another's cell, both are tables.
pub(super) fn of_html(text: &str) -> Vec<Sheet> {
    let (mut tables, mut open): (Vec<Table>, Vec<usize>) = (Vec::new(), Vec::new());
    for tag in tags(text) {
        if tag.is("table") && !tag.is_end {
            // The cell around a table is layout.
            if let Some(outer) = open.last().and_then(|&at| tables.get_mut(at)) {
                outer.cell = None;
            }
            open.push(tables.len());
            tables.push(Table::default());
            continue;
        }
        let Some(table) = open.last().and_then(|&at| tables.get_mut(at)) else { continue };
        let (is_table, is_row, is_cell) = (tag.is("table"), tag.is("tr"), tag.is("td") || tag.is("th"));
        if is_table || is_row || is_cell {
            table.end_cell(&text[..tag.start]);
        }
        match tag.is_end {
            true if is_table => drop(open.pop()),
            false if is_row => table.next_row(),
            false if is_cell => table.begin_cell(&tag),
            _ => {}
        }
    }
    if let Some(last) = open.last().and_then(|&at| tables.get_mut(at)) {
        last.end_cell(text);
    }
    let sheet = |(at, table): (usize, Table)| Sheet { name: format!("table {}", at + 1), ..table.sheet };
    tables.into_iter().enumerate().map(sheet).collect()
}

/// A table of a page that is being read.
#[derive(Default)]
struct Table {
    sheet: Sheet,
    /// Rows begun so far.
    rows: u32,
    column: u32,
    /// Column, first byte of the content, columns and rows that it takes.
    cell: Option<(u32, usize, u32, u32)>,
    /// Columns that a cell of an earlier row takes, and the row before which that ends.
    taken: Vec<(u32, u32)>,
}

impl Table {
    fn next_row(&mut self) {
        self.rows += 1;
        self.column = 0;
        let rows = self.rows;
        self.taken.retain(|&(_, end)| end >= rows);
    }

    fn begin_cell(&mut self, tag: &Tag<'_>) {
        self.rows = self.rows.max(1);
        while self.taken.iter().any(|&(column, _)| column == self.column) {
            self.column += 1;
        }
        let span = |name: &str| tag.attribute(name).and_then(|span| span.trim().parse().ok()).unwrap_or(1).max(1);
        self.cell = Some((self.column, tag.end, span("colspan"), span("rowspan")));
    }

    /// Ends the open cell where the text ends.
    fn end_cell(&mut self, text: &str) {
        let Some((column, start, columns, rows)) = self.cell.take() else { return };
        let content = html_to_text(&without_remarks(text.get(start..).unwrap_or_default()));
        let cell = Cell { row: self.rows - 1, column, content: Content::Text(content), format: Format::General };
        self.sheet.cells.push(cell);
        self.column = column.saturating_add(columns).min(MOST_COLUMNS);
        if rows > 1 {
            let end = self.rows.saturating_add(rows - 1);
            self.taken.extend((column..self.column).map(|column| (column, end)));
        }
    }
}

/// A cell's content without the remarks that LibreOffice puts into it.
fn without_remarks(content: &str) -> Cow<'_, str> {
    let (mut left, mut rest) = (String::new(), content);
    while let Some((before, remark)) = rest.split_once("<comment>") {
        left.push_str(before);
        rest = remark.split_once("</comment>").map_or("", |(_, after)| after);
    }
    if left.is_empty() && rest.len() == content.len() { Cow::Borrowed(content) } else { Cow::Owned(left + rest) }
}

/// The sheets of a workbook as XML of Excel 2003.
pub(super) fn of_spreadsheet_ml(text: &str) -> Vec<Sheet> {
    let mut sheets: Vec<Sheet> = Vec::new();
    let mut formats: HashMap<&str, Format, foldhash::fast::FixedState> = HashMap::default();
    let (mut style, mut row, mut column, mut next_column) = ("", 0u32, 0u32, 0u32);
    let (mut next_row, mut format, mut in_comment) = (0u32, Format::General, false);
    let mut data: Option<(usize, &str)> = None;
    let mut visible = 0;
    for tag in tags(text) {
        let number = |name: &str| tag.attribute(name).and_then(|number| number.parse::<u32>().ok());
        match (tag.local_name(), tag.is_end) {
            ("Style", false) => style = tag.attribute("ID").unwrap_or_default(),
            ("NumberFormat", false) => {
                let code = unescaped(tag.attribute("Format").unwrap_or_default());
                let of_code = if code == "Percent" { Format::Percent } else { Format::of_code(&code) };
                formats.insert(style, of_code);
            }
            ("Worksheet", false) => {
                (next_row, next_column) = (0, 0);
                sheets.push(Sheet { name: unescaped(tag.attribute("Name").unwrap_or_default()), ..Sheet::default() });
            }
            ("Visible", false) => visible = tag.end,
            ("Visible", true) => {
                let is_hidden = text.get(visible..tag.start).is_some_and(|word| word.contains("Hidden"));
                if let Some(sheet) = sheets.last_mut() {
                    sheet.is_hidden = is_hidden;
                }
            }
            ("Row", false) => {
                row = number("Index").map_or(next_row, |index| index.saturating_sub(1)).min(MOST_ROWS);
                next_row = row.saturating_add(1).saturating_add(number("Span").unwrap_or(0)).min(MOST_ROWS);
                next_column = 0;
            }
            ("Cell", false) => {
                column = number("Index").map_or(next_column, |index| index.saturating_sub(1)).min(MOST_COLUMNS);
                next_column = column.saturating_add(1).saturating_add(number("MergeAcross").unwrap_or(0));
                format =
                    tag.attribute("StyleID").and_then(|style| formats.get(style).copied()).unwrap_or(Format::General);
            }
            ("Comment", is_end) => in_comment = !is_end && !tag.is_closed,
            ("Data", false) if !in_comment && !tag.is_closed => {
                data = Some((tag.end, tag.attribute("Type").unwrap_or_default()));
            }
            ("Data", true) => {
                let Some((start, kind)) = data.take() else { continue };
                let inside = text.get(start..tag.start).unwrap_or_default();
                // Rich text has tags of HTML in it.
                let shown = if inside.contains('<') { html_to_text(inside) } else { unescaped(inside) };
                let format = if kind == "Error" { Format::Failed } else { format };
                let content = match (kind, shown.trim().parse::<f64>()) {
                    ("Number", Ok(number)) => Content::Number(number),
                    ("Boolean", Ok(number)) => Content::Truth(number != 0.0),
                    ("DateTime", _) => Content::Iso(shown),
                    _ => Content::Text(shown),
                };
                let cell = Cell { row, column, content, format };
                if let Some(sheet) = sheets.last_mut() {
                    sheet.cells.push(cell);
                }
            }
            _ => {}
        }
    }
    sheets
}

/// A tag of marked-up text.
struct Tag<'t> {
    name: &'t str,
    attributes: &'t str,
    is_end: bool,
    /// Whether it has no content: `<Cell/>`.
    is_closed: bool,
    /// Its first byte, and the first one behind it.
    start: usize,
    end: usize,
}

impl<'t> Tag<'t> {
    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    fn local_name(&self) -> &'t str {
        self.name.rsplit(':').next().unwrap_or_default()
    }

    /// The value of an attribute, with or without a prefix, in quotes or not.
    fn attribute(&self, name: &str) -> Option<&'t str> {
        let mut rest = self.attributes;
        while let Some((before, after)) = rest.split_once('=') {
            let named = before.trim_end().rsplit(|c: char| c.is_whitespace() || c == ':').next().unwrap_or_default();
            let after = after.trim_start();
            let (value, behind) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => after[1..].split_once(quote)?,
                _ => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
            };
            if named.eq_ignore_ascii_case(name) {
                return Some(value);
            }
            rest = behind;
        }
        None
    }
}

/// All tags of a text, without comments and the like.
fn tags(text: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + memchr::memchr(b'<', &text.as_bytes()[at..])?;
            let rest = &text[start..];
            let passed_over = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">"), ("<?", ">")];
            if let Some((_, end)) = passed_over.into_iter().find(|(begin, _)| rest.starts_with(begin)) {
                at = rest.find(end).map_or(text.len(), |found| start + found + end.len());
                continue;
            }
            let inside = rest[1..].strip_prefix('/').unwrap_or(&rest[1..]);
            let is_end = inside.len() + 1 < rest.len();
            let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_');
            let name = &inside[..inside.find(|c: char| !is_of_name(c)).unwrap_or(inside.len())];
            if name.is_empty() {
                at = start + 1;
                continue;
            }
            let attributes = &inside[name.len()..];
            let length = length_of_attributes(attributes);
            let attributes = &attributes[..length];
            let end = text.len() - inside.len() + name.len() + length;
            at = (end + 1).min(text.len());
            let is_closed = attributes.ends_with('/');
            return Some(Tag { name, attributes, is_end, is_closed, start, end: at });
        }
    })
}

/// Up to the `>` that is not in quotes; where the quotes are odd, up to the first one.
fn length_of_attributes(text: &str) -> usize {
    let mut quote = None;
    let end = text.bytes().position(|byte| {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
        quote.is_none() && byte == b'>'
    });
    end.or_else(|| text.find('>')).unwrap_or(text.len())
}

/// A text of XML as it is meant.
fn unescaped(text: &str) -> String {
    let mut meant = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        meant.push_str(before);
        let entity = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        let character = entity.and_then(|(name, _)| match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => match name.strip_prefix("#x") {
                Some(number) => char::from_u32(u32::from_str_radix(number, 16).ok()?),
                None => char::from_u32(name.strip_prefix('#')?.parse().ok()?),
            },
        });
        match (character, entity) {
            (Some(character), Some((_, behind))) => {
                meant.push(character);
                rest = behind;
            }
            _ => {
                meant.push('&');
                rest = after;
            }
        }
    }
    meant.push_str(rest);
    meant
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(sheet: &Sheet) -> Vec<String> {
        let mut told = Vec::new();
        let shown = sheet.each(|(row, column), value, format| {
            let mut text = String::new();
            super::super::cell::show(value, format, &mut text);
            told.push(format!("{row},{column} {text}"));
            Ok(())
        });
        shown.unwrap();
        told
    }

    #[test]
    fn tables_of_pages() {
        let text = "<!-- <table><tr><td>no --><HTML><table class='a>b'><TR><th>Name<th colspan=2>Mail</tr>\
            <tr><td rowspan=\"2\">M&uuml;ller &amp; Co<br>KG</td><td>a<b>@b</b>.c</td><td><comment>a remark</comment>&nbsp;</td></tr>\
            <tr><td>x<td>y<script>1 < 2</script></table><p>behind<table><tr><td>open";
        let sheets = of_html(text);
        assert_eq!(sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(), ["table 1", "table 2"]);
        let told = cells(&sheets[0]).into_iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        assert_eq!(told, ["0,0 Name", "0,1 Mail", "1,0 Müller & Co\nKG", "1,1 a@b.c", "1,2", "2,1 x", "2,2 y"]);
        assert_eq!(cells(&sheets[1]), ["0,0 open"]);
        // A table for the layout around one with data.
        let sheets = of_html("<table><tr><td>menu</td><td><table><tr><td>1</td></tr></table></td></tr></table>");
        assert_eq!(sheets.iter().map(cells).collect::<Vec<_>>(), [vec!["0,0 menu"], vec!["0,0 1"]]);
        for text in ["", "<", "<table", "<td>x", "<table><td>", "</table></td>", "<table><tr><td colspan=99999999999>"]
        {
            of_html(text);
        }
    }

    #[test]
    fn sheets_of_spreadsheet_ml() {
        let text = "<?xml version=\"1.0\"?><Workbook xmlns:ss=\"x\"><Styles><Style ss:ID=\"p\">\
            <NumberFormat ss:Format=\"0%\"/></Style><Style ss:ID=\"z\"><NumberFormat ss:Format=\"00000\"/></Style></Styles>\
            <Worksheet ss:Name=\"A &amp; B\"><Table><Row><Cell ss:MergeAcross=\"1\"><Data ss:Type=\"String\">Ana &lt;3&#10;x</Data>\
            <Comment><ss:Data>no</ss:Data></Comment></Cell><Cell/><Cell ss:StyleID=\"p\"><Data ss:Type=\"Number\">0.5</Data></Cell>\
            </Row><Row ss:Index=\"5\"><Cell ss:Index=\"3\" ss:StyleID=\"z\"><Data ss:Type=\"Number\">501</Data></Cell>\
            <Cell><Data ss:Type=\"DateTime\">2026-03-01T00:00:00.000</Data></Cell>\
            <Cell><Data ss:Type=\"Boolean\">1</Data></Cell><Cell><Data ss:Type=\"Error\">#N/A</Data></Cell></Row></Table>\
            <WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet><Worksheet ss:Name=\"C\"/></Workbook>";
        let sheets = of_spreadsheet_ml(text);
        assert_eq!((sheets[0].name.as_str(), sheets[0].is_hidden), ("A & B", true));
        assert_eq!(
            cells(&sheets[0]),
            ["0,0 Ana <3\nx", "0,3 50%", "4,2 00501", "4,3 2026-03-01", "4,4 true", "4,5 #N/A"]
        );
        assert_eq!((sheets.len(), sheets[1].is_hidden, cells(&sheets[1]).len()), (2, false, 0));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[<>/a-dé\"'=:&;#! tdrSle-]{0,80}") {
            of_html(&format!("<table><tr><td>{text}"));
            of_spreadsheet_ml(&format!("<Worksheet><Row><Cell><Data>{text}"));
        }
    }
}
