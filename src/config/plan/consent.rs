//! Whom nothing may reach, as planned.

use super::{InputFile, LoadPlan, Plan};
use crate::config::preset::CrmKind;
use crate::model::consent::Wishes;
use crate::model::field::Field;
use crate::model::rows::Origin;

/// Fields for which any true member makes the golden lead true, whatever the pipeline says; in the order of
/// [`Wishes::FLAGS`].
pub const CONSENT: [Field; 3] = [Field::OptOut, Field::DoNotEmail, Field::DoNotCall];

/// How wishes for no contact spread. The suppression lists themselves are read with the records of the CRM.
#[derive(Debug, Clone, Default)]
pub struct ConsentPlan {
    /// For each file of suppression lists what its entries wish, where they don't say.
    pub lists: Vec<Wishes>,
    /// Probability from which the wish of a likely duplicate counts; none: of all that are kept.
    pub duplicates_from: Option<f64>,
}

impl LoadPlan {
    /// The files of suppression lists, and the place of the first among all files, before its first line.
    pub fn suppression_lists(&self) -> (&[InputFile], Origin) {
        let of = |kind: &CrmKind| self.crm.of(*kind).map_or(&[][..], |file| &file.files[..]);
        let own = of(&CrmKind::Suppressions);
        let before = || CrmKind::ALL.iter().filter(|kind| **kind != CrmKind::Suppressions);
        let leads = self.sources.iter().map(|source| source.files.len());
        let source = self.sources.len() + before().filter(|kind| self.crm.of(**kind).is_some()).count();
        let file = leads.chain(before().map(|kind| of(kind).len())).sum::<usize>();
        (own, Origin { source: source as u16, file: file as u32, line: 0 })
    }
}

impl Plan {
    /// Whether some report is an outgoing list.
    pub fn reaches_people(&self) -> bool {
        self.reports.iter().any(|report| !report.reaches.is_empty())
    }
}
