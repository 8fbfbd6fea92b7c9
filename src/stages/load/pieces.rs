//! A file's records, read side by side in parts and handed on in order. What a reader reads depends on where it starts
//! alone. So a part that starts where the one before it came to an end is right; another one started inside a record, and
//! is read again.
//!
//! A large plain file is never in memory as a whole: a piece ends with a line, and a record that does not end with it
//! waits for the next one. Whether a record is broken depends on what follows: one that is broken waits, too, and where
//! that does not help, the rest of the file is one piece.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use memchr::memrchr;
use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;

use super::LoadError;
use super::file::{Opened, Part};
use crate::format::FormatError;
use crate::format::delimited::Reader;

/// Files over twice this size are read in parts, side by side. The dictionaries of a part this large stay in the
/// processor's cache, and yet spare most values a look into the large ones.
const PART: usize = if cfg!(test) { 64 } else { 2 << 20 };

/// Where the next record begins, in a text, and in which line of the file.
#[derive(Debug, Clone, Copy)]
struct Place {
    position: usize,
    line: u64,
}

impl Opened<'_> {
    /// Reads all records, so many parts at a time, and hands them on in order, with the bytes of the file that are done.
    /// They come back to be used again: their room is not asked for twice. Returns the hash of the file (xxh3-128).
    ///
    /// # Errors
    /// When the file cannot be read to its end.
    pub(super) fn read(&self, at_a_time: usize, take: impl FnMut(&mut [Part], u64) + Send) -> Result<u128, LoadError> {
        let mut reader = self.document.reader(self.delimiter);
        reader.read(); // the header
        let first = Place { position: reader.position(), line: reader.line() };
        let mut reading = Reading { file: self, parts: Vec::new(), at_a_time, take };
        match self.pieces {
            None => {
                let read = || reading.read(&reader, first, false, &|position| self.document.progress(position));
                Ok(rayon::join(|| self.document.hash(), read).0)
            }
            Some(path) => {
                let hash = reading.read_pieces(path, first);
                let hash = hash.map_err(|reason| FormatError::Unreadable { path: path.to_owned(), reason })?;
                hash.ok_or_else(|| LoadError::HeaderChanged { path: path.to_owned() })
            }
        }
    }
}

/// A file that is being read.
struct Reading<'a, T> {
    file: &'a Opened<'a>,
    parts: Vec<Part>,
    at_a_time: usize,
    take: T,
}

impl<T: FnMut(&mut [Part], u64) + Send> Reading<'_, T> {
    /// Reads the records of a text from a place on, up to its end, or, of a piece that others follow, up to parts with a
    /// broken record.
    fn read(&mut self, text: &Reader<'_>, from: Place, goes_on: bool, done: &impl Fn(usize) -> u64) -> Place {
        let Self { file, parts, at_a_time, take } = self;
        let reader = text.starting_at(from.position, 0);
        let ranges = reader.parts(file.header.len(), PART);
        parts.resize_with((*at_a_time).min(ranges.len()).max(parts.len()), Part::default);
        let mut noted = file.document.notes();
        let mut place = from;
        for ranges in ranges.chunks(*at_a_time) {
            let parts = &mut parts[..ranges.len()];
            parts.par_iter_mut().zip(ranges).for_each(|(part, range)| part.read(file, &reader, range.clone()));
            let begin = place;
            for (part, range) in parts.iter_mut().zip(ranges) {
                if place.position != range.start {
                    // Nothing is left of it where a record of an earlier part reaches beyond it.
                    part.read(file, &reader, place.position..range.end.max(place.position));
                }
                part.count_lines_from(place.line, &file.document);
                place = Place { position: part.end, line: place.line + part.line_ends };
            }
            if goes_on && parts.iter().any(Part::has_broken) {
                return begin;
            }
            if let (Some(notes), Some(first)) = (noted.take(), parts.first_mut()) {
                first.note(file, notes);
            }
            take(parts, done(place.position));
        }
        place
    }

    /// Reads a file from its first record on, and gives its hash; none where it is another one than that which was opened.
    fn read_pieces(&mut self, path: &Path, first: Place) -> io::Result<Option<u128>> {
        let mut blocks = Blocks::of(File::open(path)?, self.at_a_time * PART);
        blocks.read()?;
        let mut piece: Vec<u8> = Vec::with_capacity(blocks.size + blocks.size / 4);
        // Bytes of the file before the piece; how often the record at its beginning has waited.
        let (mut before, mut place, mut waited) = (0, first, 0);
        loop {
            let held = piece.len();
            piece.append(&mut blocks.next);
            if waited > 1 {
                blocks.read_rest(&mut piece)?;
            }
            let goes_on = blocks.go_on;
            if before == 0 && held == 0 && piece.starts_with(BYTE_ORDER_MARK) {
                piece.drain(..BYTE_ORDER_MARK.len());
                before = BYTE_ORDER_MARK.len() as u64;
            }
            if held == 0 && place.position > 0 && !self.file.document.begins_as(&piece) {
                return Ok(None);
            }
            let end = if goes_on { memrchr(b'\n', &piece).map_or(0, |at| at + 1) } else { piece.len() };
            if end > place.position || !goes_on {
                let delimiter = self.file.delimiter;
                let text = match std::str::from_utf8(&piece[..end]) {
                    Ok(text) => Reader::of_text(text, delimiter, 1),
                    Err(_) => Reader::new(&piece[..end], delimiter, 1),
                };
                let all = self.file.document.file_bytes;
                let done = |position: usize| all.min(before + position as u64);
                // Meanwhile the next block comes from the disk.
                let (reached, read) = rayon::join(|| self.read(&text, place, goes_on, &done), || blocks.read());
                read?;
                waited = match reached.position {
                    at if at == end => 0,
                    at if at == place.position => waited + 1,
                    _ => 1,
                };
                piece.drain(..reached.position);
                before += reached.position as u64;
                place = Place { position: 0, ..reached };
            } else {
                blocks.read()?;
            }
            if !goes_on {
                return Ok(Some(blocks.hash.digest128()));
            }
        }
    }
}

/// A file's bytes, block by block.
struct Blocks {
    file: File,
    size: usize,
    /// The block that was read last.
    next: Vec<u8>,
    /// Whether others may follow.
    go_on: bool,
    /// Of all that has been read.
    hash: Xxh3,
}

impl Blocks {
    fn of(file: File, size: usize) -> Self {
        Self { file, size, next: Vec::with_capacity(size), go_on: true, hash: Xxh3::new() }
    }

    /// Reads the next block, if one follows.
    fn read(&mut self) -> io::Result<()> {
        if self.go_on {
            let read = self.file.by_ref().take(self.size as u64).read_to_end(&mut self.next)?;
            self.hash.update(&self.next);
            self.go_on = read == self.size;
        }
        Ok(())
    }

    /// Appends all that follows.
    fn read_rest(&mut self, to: &mut Vec<u8>) -> io::Result<()> {
        let held = to.len();
        self.file.read_to_end(to)?;
        self.hash.update(&to[held..]);
        self.go_on = false;
        Ok(())
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
