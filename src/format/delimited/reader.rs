//! Records of a delimited text, one at a time, without copying: RFC 4180 with the leniency of the `csv` crate (line
//! ends `\n`, `\r\n` or `\r`, text after a closing quote, quotes inside unquoted fields), and with what that crate
//! lacks: physical line numbers for every line end, limits per field, and going on after a quote that is never closed.

/// A field with more bytes is not one: it is a quote that was never closed, or damage.
pub const MAX_FIELD_BYTES: usize = 8 << 20;
/// A quoted field with more line ends is a quote that was never closed.
pub const MAX_FIELD_LINES: u64 = 10_000;

/// A reader at the start of the next record.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    input: &'a [u8],
    delimiter: u8,
    position: usize,
    line: u64,
    cells: Vec<Cell>,
    scratch: Vec<u8>,
}

/// What was read.
#[derive(Debug, Clone, Copy)]
pub enum Entry<'r> {
    /// A record.
    Record(Record<'r>),
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
pub struct Record<'r> {
    /// The physical line where it begins.
    pub line: u64,
    /// Its text as it stands, without line end.
    pub raw: &'r [u8],
    input: &'r [u8],
    scratch: &'r [u8],
    cells: &'r [Cell],
}

/// Where a cell's bytes are: in the input, or in the scratch buffer where quotes had to be resolved.
#[derive(Debug, Clone, Copy)]
struct Cell {
    start: usize,
    end: usize,
    in_scratch: bool,
}

impl<'r> Record<'r> {
    /// Number of cells, at least one.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Never true.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// A cell; none past the end.
    pub fn get(&self, index: usize) -> Option<&'r [u8]> {
        let cell = self.cells.get(index)?;
        Some(&(if cell.in_scratch { self.scratch } else { self.input })[cell.start..cell.end])
    }

    /// All cells.
    pub fn iter(&self) -> impl Iterator<Item = &'r [u8]> {
        (0..self.len()).map_while(move |index| self.get(index))
    }
}

impl<'a> Reader<'a> {
    /// A reader of this text, whose first line has this number.
    pub fn new(input: &'a [u8], delimiter: u8, line: u64) -> Self {
        Self { input, delimiter, position: 0, line, cells: Vec::new(), scratch: Vec::new() }
    }

    /// Bytes read so far.
    pub fn position(&self) -> usize {
        self.position
    }

    /// The next record; none at the end. Blank lines are skipped.
    pub fn read(&mut self) -> Option<Entry<'_>> {
        self.skip_blank_lines();
        if self.position == self.input.len() {
            return None;
        }
        let (start, line) = (self.position, self.line);
        self.cells.clear();
        self.scratch.clear();
        let mut fault = None;
        loop {
            let begin = self.position;
            let field = if self.input.get(begin) == Some(&b'"') { self.quoted() } else { self.unquoted() };
            match field {
                Ok(cell) => self.cells.push(cell),
                // The end of an unquoted field is beyond doubt: the record's other fields are passed over.
                Err(Fault::FieldTooLarge) if self.position > begin => fault = Some(Fault::FieldTooLarge),
                Err(broken) => {
                    self.position = start + line_length(&self.input[start..]);
                    let raw = &self.input[start..self.position];
                    self.take_line_end();
                    self.line = line + 1;
                    return Some(Entry::Broken { fault: broken, line, raw });
                }
            }
            if self.input.get(self.position) != Some(&self.delimiter) {
                break;
            }
            self.position += 1;
        }
        let raw = &self.input[start..self.position];
        self.take_line_end();
        if let Some(fault) = fault {
            return Some(Entry::Broken { fault, line, raw });
        }
        let (input, scratch, cells) = (self.input, &self.scratch[..], &self.cells[..]);
        Some(Entry::Record(Record { line, raw, input, scratch, cells }))
    }

    fn skip_blank_lines(&mut self) {
        loop {
            let rest = &self.input[self.position..];
            let blank = |&&byte: &&u8| byte == b' ' || (byte == b'\t' && self.delimiter != b'\t');
            let spaces = rest.iter().take_while(blank).count();
            match rest.get(spaces) {
                Some(b'\n' | b'\r') => {
                    self.position += spaces;
                    self.take_line_end();
                }
                None => {
                    self.position += spaces;
                    return;
                }
                Some(_) => return,
            }
        }
    }

    /// Steps over one line end, if there is one.
    fn take_line_end(&mut self) {
        let length = match self.input[self.position..] {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return,
        };
        self.position += length;
        self.line += 1;
    }

    /// The length up to the next delimiter or line end.
    fn span(&self, from: usize) -> usize {
        let rest = &self.input[from..];
        let delimiter = self.delimiter;
        rest.iter().position(|&b| b == delimiter || b == b'\n' || b == b'\r').unwrap_or(rest.len())
    }

    fn unquoted(&mut self) -> Result<Cell, Fault> {
        let start = self.position;
        let length = self.span(start);
        self.position += length;
        if length > MAX_FIELD_BYTES {
            return Err(Fault::FieldTooLarge);
        }
        Ok(Cell { start, end: self.position, in_scratch: false })
    }

    /// A field that begins with a quote. On a fault the position is not moved.
    fn quoted(&mut self) -> Result<Cell, Fault> {
        let open = self.position;
        let resolved = self.scratch.len();
        let (mut from, mut at, mut lines) = (open + 1, open + 1, 0);
        loop {
            let limit = self.input.len().min(open + 1 + MAX_FIELD_BYTES);
            let window = self.input.get(at..limit).unwrap_or_default();
            let Some(step) = window.iter().position(|b| matches!(b, b'"' | b'\n' | b'\r')) else {
                // One long line in quotes is a large field; the end of the text in quotes is an open quote.
                let too_large = lines == 0 && limit < self.input.len();
                return Err(if too_large { Fault::FieldTooLarge } else { Fault::UnbalancedQuote });
            };
            at += step;
            match self.input[at..] {
                [b'"', b'"', ..] => {
                    self.scratch.extend_from_slice(&self.input[from..=at]);
                    at += 2;
                    from = at;
                }
                [b'"', ..] => break,
                [b'\r', b'\n', ..] => {
                    at += 2;
                    lines += 1;
                }
                _ => {
                    at += 1;
                    lines += 1;
                }
            }
            if lines > MAX_FIELD_LINES {
                return Err(Fault::UnbalancedQuote);
            }
        }
        let tail = at + 1..at + 1 + self.span(at + 1);
        let mut cell = Cell { start: from, end: at, in_scratch: false };
        let keep_tail = !self.input[tail.clone()].iter().all(|&b| b == b' ' || b == b'\t');
        if keep_tail && lines > 0 {
            // The quote that "closed" it opens a field further down: the first one was never closed.
            return Err(Fault::UnbalancedQuote);
        }
        if keep_tail || self.scratch.len() > resolved {
            self.scratch.extend_from_slice(&self.input[from..at]);
            if keep_tail {
                self.scratch.extend_from_slice(&self.input[tail.clone()]);
            }
            cell = Cell { start: resolved, end: self.scratch.len(), in_scratch: true };
        }
        self.position = tail.end;
        self.line += lines;
        Ok(cell)
    }
}

fn line_length(text: &[u8]) -> usize {
    text.iter().position(|&b| b == b'\n' || b == b'\r').unwrap_or(text.len())
}
