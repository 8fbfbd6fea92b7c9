//! The rows of a set in memory, in the order of making; shuffled and numbered when they are written.

use std::io::{self, Write};

use super::ceiling::{self, Ceiling, Combination};
use super::record::{Shown, TRAPS, Traps};
use super::rng::Rng;

/// A file of a set.
pub(crate) struct FileFormat {
    /// What the file's name ends in, before `.csv`; empty for a set of one file.
    pub(crate) suffix: &'static str,
    /// Put before the number of a row: ids are unique in the whole set.
    pub(crate) id_prefix: &'static str,
    pub(crate) delimiter: char,
    /// The header without the id.
    pub(crate) header: &'static [&'static str],
    /// Whether the file starts with a byte order mark and ends lines as Windows does.
    pub(crate) windows: bool,
}

impl FileFormat {
    /// A plain file of a set.
    pub(crate) const fn plain(suffix: &'static str, id_prefix: &'static str, header: &'static [&'static str]) -> Self {
        FileFormat { suffix, id_prefix, delimiter: ',', header, windows: false }
    }
}

/// A set of files with the truth about them.
pub(crate) struct Rows {
    pub(crate) files: &'static [FileFormat],
    combinations: &'static [Combination],
    text: Vec<u8>,
    ends: Vec<usize>,
    file_of: Vec<u8>,
    entity: Vec<u32>,
    traps: Vec<Traps>,
    shown: Vec<Shown>,
    /// Which row stands where, and the number of each row in its file.
    order: Vec<u32>,
    numbers: Vec<u32>,
    ceiling: Option<Ceiling>,
}

fn field(text: &str, delimiter: char, out: &mut Vec<u8>) {
    if text.contains([delimiter, '"', '\n', '\r']) {
        out.push(b'"');
        out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

impl Rows {
    pub(crate) fn new(files: &'static [FileFormat], combinations: &'static [Combination]) -> Self {
        Rows {
            files,
            combinations,
            text: Vec::new(),
            ends: Vec::new(),
            file_of: Vec::new(),
            entity: Vec::new(),
            traps: Vec::new(),
            shown: Vec::new(),
            order: Vec::new(),
            numbers: Vec::new(),
            ceiling: None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Adds a row: its fields in the order of its file's header.
    pub(crate) fn push(&mut self, file: usize, entity: u32, fields: &[&str], traps: Traps, shown: Shown) {
        for text in fields {
            self.text.push(self.files[file].delimiter as u8);
            field(text, self.files[file].delimiter, &mut self.text);
        }
        self.ends.push(self.text.len());
        self.file_of.push(file as u8);
        self.entity.push(entity);
        self.traps.push(traps);
        self.shown.push(shown);
    }

    /// Shuffles the rows (Fisher and Yates), numbers them and finds the ceiling. The last entity's rows beyond `rows`
    /// are left out.
    pub(crate) fn finish(mut self, rows: usize, seed: u64) -> Self {
        let rows = rows.min(self.len());
        self.ends.truncate(rows);
        self.text.truncate(self.ends.last().copied().unwrap_or_default());
        self.file_of.truncate(rows);
        self.entity.truncate(rows);
        self.traps.truncate(rows);
        self.shown.truncate(rows);
        let mut rng = Rng::of(seed, 0x5bff, 0);
        self.order = (0..rows as u32).collect();
        for at in (1..rows).rev() {
            self.order.swap(at, rng.below(at + 1));
        }
        self.numbers = vec![0; rows];
        let mut next = vec![0; self.files.len()];
        for &row in &self.order {
            let file = usize::from(self.file_of[row as usize]);
            self.numbers[row as usize] = next[file];
            next[file] += 1;
        }
        self.ceiling = Some(ceiling::find(&self.entity, &self.shown, self.combinations));
        self.shown = Vec::new();
        self
    }

    /// What can be found at best.
    pub(crate) fn ceiling(&self) -> Option<&Ceiling> {
        self.ceiling.as_ref()
    }

    /// Every trap with the number of rows that it touched.
    pub(crate) fn trapped(&self) -> impl Iterator<Item = (&'static str, usize)> {
        TRAPS.iter().map(|(trap, name)| (*name, self.traps.iter().filter(|traps| traps.has(*trap)).count()))
    }

    /// The row's id: the prefix of its file and its number there, in seven digits or more.
    fn id(&self, row: usize, out: &mut impl Write) -> io::Result<()> {
        out.write_all(self.files[usize::from(self.file_of[row])].id_prefix.as_bytes())?;
        let mut digits = [b'0'; 10];
        let mut left = self.numbers[row];
        let mut start = digits.len();
        while left > 0 {
            start -= 1;
            digits[start] = b'0' + (left % 10) as u8;
            left /= 10;
        }
        out.write_all(&digits[start.min(digits.len() - 7)..])
    }

    /// Writes one file of the set.
    pub(crate) fn write(&self, file: usize, out: &mut impl Write) -> io::Result<()> {
        let format = &self.files[file];
        let end: &[u8] = if format.windows { b"\r\n" } else { b"\n" };
        let mut line = if format.windows { "\u{feff}id" } else { "id" }.as_bytes().to_vec();
        for name in format.header {
            line.push(format.delimiter as u8);
            field(name, format.delimiter, &mut line);
        }
        out.write_all(&line)?;
        out.write_all(end)?;
        for &row in &self.order {
            let row = row as usize;
            if usize::from(self.file_of[row]) == file {
                self.id(row, out)?;
                let start = if row == 0 { 0 } else { self.ends[row - 1] };
                out.write_all(&self.text[start..self.ends[row]])?;
                out.write_all(end)?;
            }
        }
        Ok(())
    }

    /// Writes the truth: id, cluster, traps and whether the row can be told to belong to another of its cluster.
    pub(crate) fn write_truth(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(b"id,cluster,trap,distinguishable\n")?;
        for &row in &self.order {
            let row = row as usize;
            self.id(row, out)?;
            let told = self.ceiling.as_ref().is_none_or(|ceiling| ceiling.told[row]);
            writeln!(out, ",C{:07},{},{}", self.entity[row], self.traps[row].names(), u8::from(told))?;
        }
        Ok(())
    }
}
