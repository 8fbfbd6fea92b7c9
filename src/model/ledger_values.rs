//! The values of the columns of the score ledger, lead by lead its lines, read from the lines where they stand: a hundred
//! criteria on a million leads make a hundred million rows.

use std::ops::Range;
use std::sync::Arc;

use super::column_values::{Chunk, WordChunk};
use super::scorecards::LedgerLine;
use super::text::{BLANK, Interner, TextColumn};

/// What a column of the ledger tells.
#[derive(Debug, Clone)]
pub enum LedgerValue {
    /// The golden lead's id.
    LeadId,
    /// A word for each line.
    Word(TextColumn),
    /// Whether the lead met the line.
    Met,
    /// The points that the line gives the lead.
    Points,
}

/// The rows of the ledger.
#[derive(Debug, Clone)]
pub struct LedgerRows {
    /// The golden leads' ids.
    pub ids: Arc<Vec<String>>,
    /// The lines, each of all leads.
    pub lines: Arc<Vec<LedgerLine>>,
}

impl LedgerRows {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.ids.len() * self.lines.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a column tells of some of them.
    pub(super) fn chunk(&self, value: &LedgerValue, range: Range<usize>) -> Chunk {
        let lines = self.lines.len();
        let cells = range.clone().map(|row| (row / lines, &self.lines[row % lines]));
        match value {
            LedgerValue::LeadId => Chunk::Words(self.ids(range)),
            LedgerValue::Word(words) if words.is_blank() => Chunk::Blank(range.len()),
            LedgerValue::Word(words) => {
                let codes = range.map(|row| words.codes[row % lines]).collect();
                Chunk::Words(WordChunk { words: words.dictionary.clone(), codes })
            }
            LedgerValue::Met => Chunk::Boolean(cells.map(|(lead, line)| line.met(lead)).collect()),
            LedgerValue::Points => Chunk::Number(cells.map(|(lead, line)| Some(line.points(lead).to_f64())).collect()),
        }
    }

    fn ids(&self, range: Range<usize>) -> WordChunk {
        let (mut words, mut codes) = (Interner::default(), Vec::with_capacity(range.len()));
        let (mut lead, mut code) = (None, BLANK);
        for row in range {
            let of_row = row / self.lines.len();
            if lead != Some(of_row) {
                (lead, code) = (Some(of_row), words.add(&self.ids[of_row]));
            }
            codes.push(code);
        }
        WordChunk { words: words.finish(), codes }
    }
}
