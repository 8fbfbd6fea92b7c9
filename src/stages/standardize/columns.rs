//! Whole columns: a kernel runs once per distinct value (and context: country, source), in parallel; rows get codes.
//!
//! Most values are clean as they come. A clean text column therefore shares the dictionary of the raw one and adds what
//! was changed; where nothing was, it shares the codes, too.

use std::borrow::Cow;
use std::sync::OnceLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;

use super::clean::{Clean, Labelled, Several};
use crate::model::coded::Coded;
use crate::model::growing::GrowingColumn;
use crate::model::leads::Values;
use crate::model::per_row::PerRow;
use crate::model::rows::FindingCode;
use crate::model::text::{BLANK, Interner, TextColumn};

/// What is wrong in which row.
pub(super) type Faults = Vec<(u32, FindingCode)>;

/// Values that one task cleans.
pub(super) const BLOCK: usize = 4096;

/// A clean column and its faults.
pub(super) struct Column {
    pub values: Values,
    pub faults: Faults,
}

/// The distinct values of a column with their contexts. Case 0 is the blank; the case of a value in the context where
/// it is first met has the number of its code, so that a column with one context needs no numbers of its own.
pub(super) struct Cases<'a> {
    raw: &'a TextColumn,
    /// Case per row.
    of: PerRow<u32>,
    contexts: Contexts,
}

enum Contexts {
    One(u32),
    /// Of each code, and the codes and contexts of the cases after them.
    Many(Vec<u32>, Vec<(u32, u32)>),
}

impl<'a> Cases<'a> {
    /// One case per distinct value.
    pub(super) fn by_value(raw: &'a TextColumn) -> Self {
        Self { raw, of: raw.codes.clone(), contexts: Contexts::One(0) }
    }

    /// One case per distinct value and context.
    pub(super) fn by_context(raw: &'a TextColumn, contexts: &[u32]) -> Self {
        const NONE: u32 = u32::MAX;
        if let Some(&only) = contexts.first()
            && (raw.is_blank() || contexts.iter().all(|&context| context == only))
        {
            return Self { raw, of: raw.codes.clone(), contexts: Contexts::One(only) };
        }
        let values = raw.dictionary.len();
        let mut first = vec![NONE; values];
        let mut further = Vec::new();
        let mut known: HashMap<(u32, u32), u32, FixedState> = HashMap::default();
        let of = raw.codes.iter().zip(contexts).map(|(&code, &context)| {
            let of_code = &mut first[code as usize];
            if *of_code == NONE {
                *of_code = context;
            }
            if code == BLANK || *of_code == context {
                return code;
            }
            *known.entry((code, context)).or_insert_with(|| {
                further.push((code, context));
                (values + further.len() - 1) as u32
            })
        });
        let of = of.collect();
        // A value that no row has, as the blank often is, is cleaned without a context.
        first.iter_mut().filter(|context| **context == NONE).for_each(|context| *context = 0);
        Self { raw, of, contexts: Contexts::Many(first, further) }
    }

    pub(super) fn len(&self) -> usize {
        let further = if let Contexts::Many(_, further) = &self.contexts { further.len() } else { 0 };
        self.raw.dictionary.len() + further
    }

    /// Case per row.
    pub(super) fn of(&self) -> &PerRow<u32> {
        &self.of
    }

    /// Text and context.
    pub(super) fn get(&self, case: u32) -> (&'a str, u32) {
        let (code, context) = self.code(case);
        (self.raw.dictionary.get(code), context)
    }

    /// From findings of cases to those of rows.
    pub(super) fn faults(&self, findings: impl IntoIterator<Item = (u32, FindingCode)>) -> Faults {
        faults(&self.of, self.len(), findings)
    }

    /// Code and context.
    fn code(&self, case: u32) -> (u32, u32) {
        match &self.contexts {
            Contexts::One(context) => (case, *context),
            Contexts::Many(first, further) => match (case as usize).checked_sub(first.len()) {
                None => (case, first[case as usize]),
                Some(at) => further[at],
            },
        }
    }

    /// A result per case.
    fn results<T: Send>(&self, kernel: impl Fn(&str, u32) -> T + Sync) -> Vec<T> {
        let result = |case: u32| {
            let (text, context) = self.get(case);
            kernel(text, context)
        };
        (0..self.len() as u32).into_par_iter().with_min_len(BLOCK).map(result).collect()
    }
}

/// Results per case.
pub(super) struct Distinct<T> {
    /// Case per row.
    pub of: PerRow<u32>,
    pub results: Vec<Clean<T>>,
}

impl<T: Send> Distinct<T> {
    /// One result per distinct value.
    pub(super) fn by_value(raw: &TextColumn, kernel: impl Fn(&str) -> Clean<T> + Sync) -> Self {
        Self::of_cases(&Cases::by_value(raw), |text, _| kernel(text))
    }

    /// One result per distinct value and context.
    pub(super) fn by_context(
        raw: &TextColumn,
        contexts: &[u32],
        kernel: impl Fn(&str, u32) -> Clean<T> + Sync,
    ) -> Self {
        Self::of_cases(&Cases::by_context(raw, contexts), kernel)
    }

    fn of_cases(cases: &Cases<'_>, kernel: impl Fn(&str, u32) -> Clean<T> + Sync) -> Self {
        Self { results: cases.results(kernel), of: cases.of.clone() }
    }
}

impl<T> Distinct<T> {
    /// The value of a row.
    pub(super) fn get(&self, row: usize) -> Option<&T> {
        self.results[self.of[row] as usize].value.as_ref()
    }

    /// What is wrong, row by row.
    pub(super) fn faults(&self) -> Faults {
        let findings = self.results.iter().enumerate().filter_map(|(case, clean)| Some((case as u32, clean.finding?)));
        faults(&self.of, self.results.len(), findings)
    }

    /// A value per row.
    pub(super) fn rows<U: Copy>(&self, read: impl Fn(&T) -> U) -> Coded<U> {
        Coded::new(self.of.clone(), self.results.iter().map(|clean| clean.value.as_ref().map(&read)))
    }
}

/// From findings of cases to those of rows.
fn faults(of: &[u32], cases: usize, findings: impl IntoIterator<Item = (u32, FindingCode)>) -> Faults {
    let mut by_case = Vec::new();
    for (case, finding) in findings {
        by_case.resize(cases, None);
        by_case[case as usize] = Some(finding);
    }
    if by_case.is_empty() {
        return Vec::new();
    }
    of.iter().zip(0u32..).filter_map(|(&case, row)| Some((row, by_case[case as usize]?))).collect()
}

/// A text column cleaned value by value.
pub(super) fn text(raw: &TextColumn, kernel: impl Fn(&str) -> Clean<Cow<'_, str>> + Sync) -> Column {
    located(raw, &[], |text, _| kernel(text))
}

/// A text column cleaned by value and context; without contexts by value.
pub(super) fn located(
    raw: &TextColumn,
    contexts: &[u32],
    kernel: impl Fn(&str, u32) -> Clean<Cow<'_, str>> + Sync,
) -> Column {
    let cases = if contexts.is_empty() { Cases::by_value(raw) } else { Cases::by_context(raw, contexts) };
    let Cleaned { values, faults, .. } = Cleaned::of(&cases, |text, context| kernel(text, context).map(Several::from));
    Column { values: Values::Text(values), faults }
}

/// The first value of each cell as a column, and the further values of those that have several.
pub(super) struct Cleaned {
    pub values: TextColumn,
    pub faults: Faults,
    /// Case per row.
    pub of: PerRow<u32>,
    /// All values of the cases that have several, or say which one theirs is; by case, ascending.
    pub listed: Vec<(u32, Vec<Labelled>)>,
}

/// What cleaning changed in some of the cases.
#[derive(Default)]
struct Changes {
    /// Case, and the code of its new text.
    codes: Vec<(u32, u32)>,
    texts: Interner,
    findings: Vec<(u32, FindingCode)>,
    listed: Vec<(u32, Vec<Labelled>)>,
}

impl Changes {
    /// Changes a case's text, which is told apart from others where those of the column are.
    fn change(&mut self, case: u32, text: &str, distinct: bool) {
        let code = match text {
            "" => BLANK,
            _ if distinct => self.texts.intern(text),
            _ => self.texts.add(text),
        };
        self.codes.push((case, code));
    }
}

impl Cleaned {
    pub(super) fn of(cases: &Cases<'_>, kernel: impl Fn(&str, u32) -> Clean<Several<'_>> + Sync) -> Self {
        let distinct = !cases.raw.dictionary.may_repeat();
        let blocks = (0..cases.len()).into_par_iter().step_by(BLOCK).map(|start| {
            let mut changes = Changes::default();
            for case in start as u32..cases.len().min(start + BLOCK) as u32 {
                let (text, context) = cases.get(case);
                let Clean { value, finding } = kernel(text, context);
                changes.findings.extend(finding.map(|finding| (case, finding)));
                let Several { first, listed } = value.unwrap_or_else(|| Several::from(Cow::Borrowed("")));
                let is_as_it_stood = matches!(&first, Cow::Borrowed(first) if std::ptr::eq(*first, text));
                if !is_as_it_stood && first != text {
                    changes.change(case, &first, distinct);
                }
                if !listed.is_empty() {
                    changes.listed.push((case, listed));
                }
            }
            changes
        });
        let mut blocks: Vec<Changes> = blocks.collect();
        let values = changed(cases, &blocks);
        let findings = blocks.iter_mut().flat_map(|changes| std::mem::take(&mut changes.findings));
        let faults = cases.faults(findings);
        let listed = blocks.into_iter().flat_map(|changes| changes.listed).collect();
        Self { values, faults, of: cases.of.clone(), listed }
    }

    /// The values of a row that has several, or says which one its is.
    pub(super) fn listed(&self, row: usize) -> &[Labelled] {
        match self.listed.binary_search_by_key(&self.of[row], |&(case, _)| case) {
            Ok(at) => &self.listed[at].1,
            Err(_) => &[],
        }
    }
}

/// The column with some of its cases' texts changed.
fn changed(cases: &Cases<'_>, blocks: &[Changes]) -> TextColumn {
    let raw = cases.raw;
    if blocks.iter().all(|changes| changes.codes.is_empty()) && matches!(cases.contexts, Contexts::One(_)) {
        return raw.clone();
    }
    // Where codes tell texts apart: each new text once, and the code of those that the raw column has, too.
    let distinct = !raw.dictionary.may_repeat();
    let mut told_apart = Interner::default();
    let mut next = 1..;
    let mut numbers = |texts: &Interner| std::iter::once(BLANK).chain(next.by_ref().take(texts.len() - 1)).collect();
    let new_codes: Vec<Vec<u32>> = match distinct {
        true => blocks.iter().map(|changes| told_apart.intern_all(&changes.texts)).collect(),
        false => blocks.iter().map(|changes| numbers(&changes.texts)).collect(),
    };
    let new: Vec<&str> = match distinct {
        true => told_apart.iter().skip(1).collect(),
        false => blocks.iter().flat_map(|changes| changes.texts.iter().skip(1)).collect(),
    };
    let values = raw.dictionary.len() as u32;
    let known: Vec<(u32, u32)> = match new.is_empty() || !distinct {
        true => Vec::new(),
        false => (1..values)
            .into_par_iter()
            .with_min_len(BLOCK)
            .filter_map(|code| Some((told_apart.find(raw.dictionary.get(code))?, code)))
            .collect(),
    };
    let mut codes = vec![BLANK; new.len() + 1];
    known.iter().for_each(|&(new, code)| codes[new as usize] = code);
    let mut added = Vec::new();
    for (code, text) in codes.iter_mut().skip(1).zip(new).filter(|(code, _)| **code == BLANK) {
        *code = values + added.len() as u32;
        added.push(text);
    }
    let mut code_of_case: Vec<u32> = (0..cases.len() as u32).map(|case| cases.code(case).0).collect();
    for (changes, new_codes) in blocks.iter().zip(new_codes) {
        changes.codes.iter().for_each(|&(case, new)| {
            code_of_case[case as usize] = codes[new_codes[new as usize] as usize];
        });
    }
    let codes = cases.of.iter().map(|&case| code_of_case[case as usize]).collect();
    let dictionary = if added.is_empty() { raw.dictionary.clone() } else { raw.dictionary.extended(added) };
    TextColumn { codes, dictionary }
}

/// In each row the first of several columns that has a value there.
pub(super) fn coalesced(columns: &[TextColumn]) -> TextColumn {
    let mut filled = columns.iter().filter(|column| !column.is_blank());
    let (Some(first), Some(second)) = (filled.next(), filled.next()) else {
        let first = columns.iter().find(|column| !column.is_blank()).or(columns.first());
        return first.cloned().unwrap_or_default();
    };
    let mut values = Interner::default();
    let mut merged = vec![BLANK; first.len()];
    for column in [first, second].into_iter().chain(filled) {
        let codes: Vec<u32> = column.dictionary.iter().map(|value| values.intern(value)).collect();
        for (merged, &code) in merged.iter_mut().zip(&column.codes).filter(|(merged, _)| **merged == BLANK) {
            *merged = codes[code as usize];
        }
    }
    TextColumn { codes: merged.into(), dictionary: values.finish() }
}

/// A text column of what `write` makes of each row's parts. The parts are looked up in blocks before they are copied: so
/// many of them are on their way from memory at once.
pub(super) fn composed<T>(rows: usize, parts: impl Fn(usize) -> T, write: impl Fn(T, &mut String)) -> TextColumn {
    const BLOCK: usize = 128;
    let mut column = GrowingColumn::made(rows);
    let mut block: Vec<T> = Vec::with_capacity(BLOCK);
    let mut buffer = String::new();
    for start in (0..rows).step_by(BLOCK) {
        block.extend((start..rows.min(start + BLOCK)).map(&parts));
        for parts in block.drain(..) {
            buffer.clear();
            write(parts, &mut buffer);
            column.push(&buffer);
        }
    }
    column.finish(rows)
}

/// The codes of columns without values, shared by all that have none: of some fifty columns most are blank.
#[derive(Default)]
pub(super) struct Blanks(OnceLock<PerRow<u32>>);

impl Blanks {
    /// A column with its rows in this order, each time the same number.
    pub(super) fn take(&self, column: &mut TextColumn, rows: &[u32]) {
        match column.is_blank() {
            true => column.codes = self.codes(rows.len()),
            false => column.take(rows),
        }
    }

    fn codes(&self, rows: usize) -> PerRow<u32> {
        self.0.get_or_init(|| vec![BLANK; rows].into()).clone()
    }

    /// Keeps these rows, ascending, of a column and of the column that it was cleaned from; each time the same number.
    pub(super) fn keep(&self, values: &mut Values, raw: &mut TextColumn, rows: &[u32]) {
        let is_blank = matches!(values, Values::Text(column) if column.is_blank());
        let codes = values.codes_mut();
        let shared = codes.is_shared_with(&raw.codes);
        if shared {
            *codes = PerRow::default();
        }
        self.keep_codes(&mut raw.codes, raw.dictionary.is_empty(), rows);
        match shared {
            true => *codes = raw.codes.clone(),
            false => self.keep_codes(codes, is_blank, rows),
        }
    }

    fn keep_codes(&self, codes: &mut PerRow<u32>, blank: bool, rows: &[u32]) {
        match blank {
            true => *codes = self.codes(rows.len()),
            false => codes.keep(rows),
        }
    }
}
