//! Fields of some golden leads: of a million leads a few thousand become records.

use polars::prelude::{BooleanChunked, DataType, NewChunkedArray, StringChunked};

use crate::model::entities::EntityId;
use crate::model::facts::Facts;
use crate::model::field::Field;

/// Texts of the leads that were asked for.
pub(super) struct Golden {
    /// Ascending.
    of: Vec<u32>,
    fields: Vec<(Field, Option<StringChunked>)>,
}

impl Golden {
    /// These fields of these leads.
    pub(super) fn new(facts: &Facts, of: impl IntoIterator<Item = EntityId>, fields: &[Field]) -> Self {
        let mut of: Vec<u32> = of.into_iter().map(|entity| entity.0).collect();
        of.sort_unstable();
        of.dedup();
        let mut asked = vec![false; facts.leads()];
        of.iter().for_each(|&entity| asked[entity as usize] = true);
        let asked = BooleanChunked::from_slice("asked".into(), &asked);
        let texts = |field: &Field| {
            let column = facts.values(field.name())?.filtered(&asked).column();
            column.cast(&DataType::String).ok()?.str().ok().map(|texts| texts.rechunk().into_owned())
        };
        Self { of, fields: fields.iter().map(|field| (*field, texts(field))).collect() }
    }

    /// A field of a lead, or "".
    pub(super) fn text(&self, field: Field, of: EntityId) -> &str {
        let texts = self.fields.iter().find(|(known, _)| *known == field).and_then(|(_, texts)| texts.as_ref());
        let at = self.of.binary_search(&of.0).ok();
        texts.zip(at).and_then(|(texts, at)| texts.get(at)).unwrap_or_default()
    }

    /// A flag of a lead.
    pub(super) fn flag(&self, field: Field, of: EntityId) -> Option<bool> {
        self.text(field, of).parse().ok()
    }
}
