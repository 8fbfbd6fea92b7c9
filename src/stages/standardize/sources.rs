//! Which source each lead belongs to for linkage: its `[[source]]`, or what a column says.

use std::collections::BTreeSet;

use thiserror::Error;

use super::match_form::as_text;
use crate::config::plan::DedupePlan;
use crate::model::leads::Leads;
use crate::model::matching::MatchColumns;
use crate::model::names::nearest;

/// Why sources cannot be told apart.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SourceError {
    /// A column that names no sources.
    #[error(
        "[dedupe] source: the column `{column}` has {found} different values, and sources are at most {}; \
         name a column with one value per source",
        u16::MAX
    )]
    TooMany {
        /// The column.
        column: String,
        /// How many values.
        found: usize,
    },
    /// A clean source that no row comes from.
    #[error("[dedupe] clean: no row comes from a source `{name}`{hint}")]
    Unknown {
        /// As written.
        name: String,
        /// The nearest name, or nothing.
        hint: String,
    },
}

/// Numbers the sources as the plan tells them apart, and marks those without duplicates in themselves. Rows whose
/// source column is blank are a source of their own.
///
/// # Errors
/// When the column has more values than there can be sources, or a source to be clean has no rows.
pub fn tell_sources(columns: &mut MatchColumns, leads: &Leads, plan: &DedupePlan) -> Result<(), SourceError> {
    let names: Vec<String> = match plan.source.as_deref().and_then(|name| leads.schema.find(name)) {
        None => leads.places.sources.clone(),
        Some(at) => {
            let text = as_text(&leads.values[at]);
            let text = text.told_apart();
            let used: BTreeSet<u32> = text.codes.iter().copied().collect();
            if used.len() > usize::from(u16::MAX) {
                let column = plan.source.clone().unwrap_or_default();
                return Err(SourceError::TooMany { column, found: used.len() });
            }
            let mut names: Vec<&str> = used.iter().map(|&code| text.dictionary.get(code)).collect();
            names.sort_unstable();
            let mut number = vec![0u16; text.dictionary.len()];
            for code in used {
                let place = names.binary_search(&text.dictionary.get(code)).unwrap_or_default();
                number[code as usize] = place as u16;
            }
            columns.sources = text.codes.iter().map(|&code| number[code as usize]).collect();
            names.into_iter().map(str::to_owned).collect()
        }
    };
    for clean in &plan.clean {
        if leads.is_empty() || names.contains(clean) {
            continue;
        }
        let near = nearest(clean, names.iter().map(String::as_str));
        let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        return Err(SourceError::Unknown { name: clean.clone(), hint });
    }
    columns.clean = names.iter().map(|name| plan.clean.contains(name)).collect();
    Ok(())
}
