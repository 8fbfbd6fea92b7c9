//! Records of a delimited text, one at a time, parsed by `csv_core`, the parser of the `csv` crate: RFC 4180 with its
//! leniency (line ends `\n`, `\r\n` or `\r`, text after a closing quote, quotes inside unquoted fields). Here is what
//! that parser leaves to its caller: physical line numbers for every line end, limits per field, and going on after a
//! quote that is never closed.
//!
//! Most records need none of that: they stand on one line, without quotes or with quotes around whole cells. Their
//! cells are found where they stand, and not copied (0.5 ns a byte; the parser takes 2). Another record on one line is
//! parsed in one step. One that goes on over line ends, or is large, is parsed again field by field and line by line,
//! where the lines are counted and the limits kept.
//!
//! What is read at a position depends on nothing before it.

use std::ops::Range;

use csv_core::{ReadFieldResult, ReadRecordResult};
use memchr::{memchr, memchr2, memchr3};

/// A field with more bytes, its quotes resolved, is not one: it is a quote that was never closed, or damage.
pub const MAX_FIELD_BYTES: usize = 8 << 20;
/// A quoted field with more line ends is a quote that was never closed.
pub const MAX_FIELD_LINES: u64 = 10_000;

/// Cells with more bytes in all are not parsed in one step; so much is read in vain after a quote that is never closed.
const ONE_STEP_BYTES: usize = 64 << 10;

/// A reader at the start of the next record.
#[derive(Debug)]
pub struct Reader<'a> {
    input: &'a [u8],
    /// The same, where all of it is UTF-8.
    utf8: Option<&'a str>,
    delimiter: u8,
    position: usize,
    line: u64,
    /// For records that are not plain; made for the first of them.
    parser: Option<csv_core::Reader>,
    /// Where the cells of a plain record stand, counted from its beginning.
    cells: Vec<Range<usize>>,
    /// The cells of another record, one behind the other; longer than they are.
    text: Vec<u8>,
    /// Where each cell ends in the text; longer than the record is wide.
    ends: Vec<usize>,
}

/// What was read.
#[derive(Debug, Clone, Copy)]
pub enum Entry<'a, 'r> {
    /// A record.
    Record(Record<'a, 'r>),
    /// A record that cannot be used.
    Broken {
        /// What is wrong with it.
        fault: Fault,
        /// The physical line where it begins.
        line: u64,
        /// Its text as it stands: up to the line end where reading goes on.
        raw: &'r [u8],
    },
}

/// Why a record cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A quote that is never closed, or closed amid text lines further down. Reading goes on at the next physical line.
    UnbalancedQuote,
    /// A field over [`MAX_FIELD_BYTES`].
    FieldTooLarge,
}

/// One record; its cells are bytes, quotes and doubled quotes resolved, not trimmed.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a, 'r> {
    /// The physical line where it begins.
    pub line: u64,
    /// Its text as it stands, without line end.
    pub raw: &'a [u8],
    /// The same, where it is known to be UTF-8.
    utf8: Option<&'a str>,
    cells: Cells<'r>,
}

/// A record's cells.
#[derive(Debug, Clone, Copy)]
enum Cells<'r> {
    /// Parts of the record as it stands.
    Plain(&'r [Range<usize>]),
    /// What the parser made of it.
    Parsed { text: &'r [u8], ends: &'r [usize] },
}

impl<'a, 'r> Record<'a, 'r>
where
    'a: 'r,
{
    /// Number of cells, at least one.
    pub fn len(&self) -> usize {
        match self.cells {
            Cells::Plain(cells) => cells.len(),
            Cells::Parsed { ends, .. } => ends.len(),
        }
    }

    /// Never true.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A cell; none past the end.
    pub fn get(&self, index: usize) -> Option<&'r [u8]> {
        match self.cells {
            Cells::Plain(cells) => Some(&self.raw[cells.get(index)?.clone()]),
            Cells::Parsed { text, ends } => {
                let end = *ends.get(index)?;
                let start = index.checked_sub(1).map_or(0, |before| ends[before]);
                Some(&text[start..end])
            }
        }
    }

    /// A cell's text, where it takes neither parsing nor decoding to have it: a part of the text that is read.
    pub fn plain_text(&self, index: usize) -> Option<&'a str> {
        match self.cells {
            Cells::Plain(cells) => self.utf8?.get(cells.get(index)?.clone()),
            Cells::Parsed { .. } => None,
        }
    }

    /// All cells.
    pub fn iter(&self) -> impl Iterator<Item = &'r [u8]> {
        (0..self.len()).map_while(move |index| self.get(index))
    }
}

impl<'a> Reader<'a> {
    /// A reader of this text, whose first line has this number.
    pub fn new(input: &'a [u8], delimiter: u8, line: u64) -> Self {
        let (cells, text, ends) = (Vec::new(), Vec::new(), Vec::new());
        Self { input, utf8: None, delimiter, position: 0, line, parser: None, cells, text, ends }
    }

    /// A reader of this text.
    pub fn of_text(input: &'a str, delimiter: u8, line: u64) -> Self {
        Self { utf8: Some(input), ..Self::new(input.as_bytes(), delimiter, line) }
    }

    /// A reader of the same text at the beginning of another record, or of a line before it. It has a parser of its own:
    /// a clone of one of `csv_core` 0.1 lacks its tables, which is why readers cannot be cloned.
    pub fn starting_at(&self, position: usize, line: u64) -> Self {
        Self { position, line, utf8: self.utf8, ..Self::new(self.input, self.delimiter, line) }
    }

    /// A reader of the same text from the same position on, up to so many bytes further: a look at the beginning that a
    /// very long line does not make longer. A record that goes on behind that is cut off.
    pub(super) fn up_to(&self, bytes: usize) -> Self {
        let input = &self.input[..self.input.len().min(self.position + bytes)];
        Self { position: self.position, ..Self::new(input, self.delimiter, self.line) }
    }

    /// Parts into which the records from the position on can be divided to be read side by side, each about so large.
    ///
    /// A part begins where a record of so many cells, and some more behind it, can be read. That makes it likely that a
    /// record begins there; it may still be a line inside a quoted cell. Certainty comes from the part before: where
    /// its reader arrives at, a record begins.
    pub fn parts(&self, width: usize, size: usize) -> Vec<Range<usize>> {
        const RECORDS: usize = 8;
        const TRIES: usize = 32;
        let bytes = self.input;
        let good = |start: usize| {
            let mut trial = self.starting_at(start, 0);
            (0..RECORDS).all(|_| match trial.read() {
                Some(Entry::Record(record)) => record.len() == width,
                Some(Entry::Broken { .. }) => false,
                None => true,
            })
        };
        let line_after = |from: usize| {
            let end = from + memchr2(b'\n', b'\r', &bytes[from..])?;
            Some(end + line_end_length(&bytes[end..])).filter(|&start| start < bytes.len())
        };
        let mut parts = Vec::new();
        let mut start = self.position;
        let mut aim = start + size;
        while bytes.len().saturating_sub(aim) > size {
            let mut candidates = std::iter::successors(line_after(aim), |&at| line_after(at)).take(TRIES).peekable();
            if candidates.peek().is_none() {
                break;
            }
            if let Some(next) = candidates.find(|&at| good(at)) {
                parts.push(start..next);
                (start, aim) = (next, next);
            }
            aim += size;
        }
        parts.push(start..bytes.len());
        parts
    }

    /// The physical line at the position.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Bytes read so far.
    pub fn position(&self) -> usize {
        self.position
    }

    /// The next record; none at the end. Blank lines are skipped.
    pub fn read(&mut self) -> Option<Entry<'a, '_>> {
        self.read_before(self.input.len())
    }

    /// The next record, if it begins before this position.
    pub fn read_before(&mut self, end: usize) -> Option<Entry<'a, '_>> {
        self.skip_blank_lines();
        if self.position >= end {
            return None;
        }
        let (start, line) = (self.position, self.line);
        if self.plain() {
            let raw = &self.input[start..self.position];
            let utf8 = self.utf8.and_then(|text| text.get(start..self.position));
            self.take_line_end();
            return Some(Entry::Record(Record { line, raw, utf8, cells: Cells::Plain(&self.cells) }));
        }
        let parsed = match self.in_one_step() {
            Some(width) => Ok((width, None)),
            None => self.by_fields(),
        };
        if parsed.is_err() {
            self.position = start + line_length(&self.input[start..]);
            self.line = line;
        }
        let raw = &self.input[start..self.position];
        self.take_line_end();
        Some(match parsed {
            Ok((width, None)) => {
                let cells = Cells::Parsed { text: &self.text, ends: &self.ends[..width] };
                Entry::Record(Record { line, raw, utf8: None, cells })
            }
            Ok((_, Some(fault))) | Err(fault) => Entry::Broken { fault, line, raw },
        })
    }

    /// Finds the cells of a plain record, up to its line end. Where the record is none, the position is not moved.
    fn plain(&mut self) -> bool {
        self.cells.clear();
        if self.delimiter == b'"' || is_line_end(self.delimiter) {
            return false;
        }
        let all = &self.input[self.position..];
        let rest = &all[..all.len().min(ONE_STEP_BYTES)];
        let mut at = 0;
        loop {
            let (cell, end) = match rest.get(at) {
                Some(b'"') => {
                    let Some(length) = memchr(b'"', &rest[at + 1..]) else { return false };
                    let cell = at + 1..at + 1 + length;
                    if memchr2(b'\n', b'\r', &rest[cell.clone()]).is_some() {
                        return false;
                    }
                    let end = cell.end + 1;
                    (cell, end)
                }
                Some(&byte) if byte == self.delimiter => (at..at, at),
                _ => {
                    let end = memchr3(self.delimiter, b'\n', b'\r', &rest[at..]).map_or(rest.len(), |found| at + found);
                    (at..end, end)
                }
            };
            self.cells.push(cell);
            match rest.get(end) {
                Some(&byte) if byte == self.delimiter => at = end + 1,
                Some(&byte) if is_line_end(byte) => break at = end,
                // At the end of the window the record may go on.
                None if rest.len() == all.len() => break at = end,
                // Behind a closing quote is more.
                _ => return false,
            }
        }
        self.position += at;
        true
    }

    /// Steps over lines without text.
    pub fn skip_blank_lines(&mut self) {
        while self.position < self.input.len() {
            let rest = &self.input[self.position..];
            let blank = |&&byte: &&u8| is_blank(byte) && (byte == b' ' || self.delimiter != b'\t');
            let blanks = rest.iter().take_while(blank).count();
            if rest.get(blanks).is_some_and(|&byte| !is_line_end(byte)) {
                return;
            }
            self.position += blanks;
            self.take_line_end();
        }
    }

    /// Steps over one line end, if there is one.
    fn take_line_end(&mut self) {
        let length = line_end_length(&self.input[self.position..]);
        self.position += length;
        self.line += u64::from(length > 0);
    }

    /// Parses a record that is on one line, up to its line end, and gives its number of cells. Where the record needs a
    /// closer look there is none, and the position is not moved.
    fn in_one_step(&mut self) -> Option<usize> {
        self.make_room();
        let parser = restarted(&mut self.parser, self.delimiter);
        let rest = &self.input[self.position..];
        let (mut result, mut read, filled, mut width) =
            parser.read_record(rest, &mut self.text[..ONE_STEP_BYTES], &mut self.ends);
        if result == ReadRecordResult::InputEmpty {
            // A line end after the last line ends its record, unless a quote is open.
            let room = &mut self.text[filled..];
            let (last, line_end, _, cells) = parser.read_record(b"\n", room, &mut self.ends[width..]);
            (result, read, width) = (last, read + line_end, width + cells);
        }
        if result != ReadRecordResult::Record {
            return None;
        }
        let raw = &rest[..read - 1];
        // Where all bytes are in cells or between them, there were no quotes to resolve.
        let plain = raw.len() == filled + width - 1;
        (plain || !is_intricate(raw)).then(|| {
            self.position += raw.len();
            width
        })
    }

    /// Parses any record up to its line end and gives its number of cells. A fault beside it leaves no doubt where the
    /// record ends; with a fault alone the position means nothing.
    fn by_fields(&mut self) -> Result<(usize, Option<Fault>), Fault> {
        self.make_room();
        let parser = restarted(&mut self.parser, self.delimiter);
        let (mut filled, mut width, mut fault, mut line_end) = (0, 0, None, self.position);
        loop {
            let (begin, from, mut lines) = (self.position, filled, 0);
            let quoted = self.input.get(begin) == Some(&b'"');
            let record_end = loop {
                if self.position == line_end {
                    let rest = &self.input[self.position..];
                    let length = line_length(rest);
                    line_end += length + line_end_length(&rest[length..]);
                }
                // The last line ends as the others do.
                let at_end = self.position == self.input.len();
                let line = if at_end { b"\n" } else { &self.input[self.position..line_end] };
                let most = from + MAX_FIELD_BYTES + 1;
                let limit = self.text.len().min(most);
                let (result, read, written) = parser.read_field(line, &mut self.text[filled..limit]);
                self.position += read;
                filled += written;
                match result {
                    ReadFieldResult::Field { record_end } => break record_end || at_end,
                    ReadFieldResult::OutputFull if filled < most => self.text.resize(2 * self.text.len(), 0),
                    // The end of an unquoted field is beyond doubt: it and the record's other fields are passed over.
                    ReadFieldResult::OutputFull if !quoted => (fault, filled) = (Some(Fault::FieldTooLarge), from),
                    // One long line in quotes is a large field; many lines are an open quote.
                    ReadFieldResult::OutputFull if lines == 0 => return Err(Fault::FieldTooLarge),
                    ReadFieldResult::OutputFull => return Err(Fault::UnbalancedQuote),
                    ReadFieldResult::InputEmpty | ReadFieldResult::End => {
                        lines += u64::from(is_line_end(line[line.len() - 1]));
                        if at_end || lines > MAX_FIELD_LINES {
                            return Err(Fault::UnbalancedQuote);
                        }
                    }
                }
            };
            // What ended the field has been read too.
            let tail = if quoted { after_closing_quote(&self.input[begin..self.position - 1]) } else { b"" };
            if tail.iter().all(|&byte| is_blank(byte)) {
                filled -= tail.len();
            } else if lines > 0 {
                // The quote that "closed" it opens a field further down: the first one was never closed.
                return Err(Fault::UnbalancedQuote);
            }
            self.ends.resize(self.ends.len().max(width + 1), 0);
            self.ends[width] = filled;
            width += 1;
            self.line += lines;
            if record_end {
                self.position -= 1;
                return Ok((width, fault));
            }
        }
    }

    /// Of the cells of a record that is not plain.
    fn make_room(&mut self) {
        const CELLS: usize = 256;
        self.text.resize(self.text.len().max(ONE_STEP_BYTES), 0);
        self.ends.resize(self.ends.len().max(CELLS), 0);
    }
}

/// The parser, made where there is none yet, ready for a record.
fn restarted(parser: &mut Option<csv_core::Reader>, delimiter: u8) -> &mut csv_core::Reader {
    let parser = parser.get_or_insert_with(|| csv_core::ReaderBuilder::new().delimiter(delimiter).build());
    parser.reset();
    // Its first read skips a byte-order mark and line ends behind it, uncounted: let it be a read of nothing.
    parser.read_field(b"", &mut []);
    parser
}

/// Whether a record has a line end inside or a blank behind a quote. All pairs are looked at: that is vectorized.
fn is_intricate(raw: &[u8]) -> bool {
    let pairs = raw.iter().zip(&raw[1..]);
    pairs.fold(false, |found, (&byte, &next)| found | is_line_end(next) | (byte == b'"') & is_blank(next))
}

/// What stands behind the closing quote of a field that begins with a quote.
fn after_closing_quote(field: &[u8]) -> &[u8] {
    let mut rest = &field[1..];
    while let Some(at) = rest.iter().position(|&byte| byte == b'"') {
        rest = &rest[at + 1..];
        match rest {
            [b'"', more @ ..] => rest = more,
            tail => return tail,
        }
    }
    b""
}

fn line_length(text: &[u8]) -> usize {
    text.iter().position(|&byte| is_line_end(byte)).unwrap_or(text.len())
}

/// The length of the line end that the text begins with.
pub(super) fn line_end_length(text: &[u8]) -> usize {
    match text {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
