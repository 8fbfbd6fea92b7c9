//! What rules see of the golden leads: columns by name, of which most are never looked at, and stay where they are.

use polars::prelude::{Column, DataFrame, PlSmallStr};

use super::column_values::ColumnValues;
use super::field::Field;
use super::filing::Filing;
use super::mask::Mask;

/// The columns of the golden leads, in order, a value per lead. A column in lead rows becomes one of the frame engine
/// when a rule reads it: of some seventy columns a pipeline's rules read ten. Clones share the values.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    leads: usize,
    columns: Vec<(PlSmallStr, ColumnValues)>,
}

impl Facts {
    /// Facts of so many leads.
    pub fn new(leads: usize) -> Self {
        Self { leads, columns: Vec::new() }
    }

    /// Number of leads.
    pub fn leads(&self) -> usize {
        self.leads
    }

    /// The columns' names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// The values of a column.
    pub fn values(&self, name: &str) -> Option<&ColumnValues> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, values)| values)
    }

    /// A column of the frame engine.
    pub fn column(&self, name: &str) -> Option<Column> {
        self.values(name).map(|values| values.column().with_name(name.into()))
    }

    /// The values of a column, each once, and which of them each lead has; none where they are nearly as many as the leads.
    pub fn distinct(&self, name: &str) -> Option<Distinct> {
        let (values, codes) = self.values(name)?.distinct()?;
        Some(Distinct { values: values.with_name(name.into()), codes })
    }

    /// Whether each lead has a value of a column; none where that is not known without a look at the values.
    pub fn filled(&self, name: &str) -> Option<Mask> {
        self.values(name)?.filled()
    }

    /// Puts values into a column, which is added behind the others if there is none of the name.
    pub fn put(&mut self, name: &str, values: impl Into<ColumnValues>) {
        let values = values.into();
        debug_assert_eq!(values.len(), self.leads, "one value per golden lead");
        match self.columns.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = values,
            None => self.columns.push((name.into(), values)),
        }
    }

    /// Has `file_as` composed of the columns as they are now.
    pub fn file(&mut self) {
        if let Some(filing) = Filing::of(self) {
            self.put(Field::FileAs.name(), ColumnValues::Filed(Box::new(filing)));
        }
    }

    /// The same after a change of these columns, unless `file_as` itself was changed.
    pub fn refile(&mut self) {
        if let Some(ColumnValues::Filed(_)) = self.values(Field::FileAs.name()) {
            self.file();
        }
    }

    /// The same with further or other columns.
    pub fn with(&self, columns: impl IntoIterator<Item = Column>) -> Self {
        let mut facts = self.clone();
        for column in columns {
            facts.put(column.name().clone().as_str(), column);
        }
        facts
    }

    /// Some of the columns as a frame; names that are no column are left out.
    pub fn frame<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> DataFrame {
        let columns = names.into_iter().filter_map(|name| self.column(name)).collect();
        DataFrame::new(self.leads, columns).expect("columns of one length with distinct names")
    }
}

/// A column of few different values.
#[derive(Debug, Clone)]
pub struct Distinct {
    /// The values, the blank among them.
    pub values: Column,
    /// For each lead the place of its value.
    pub codes: Vec<u32>,
}

impl From<DataFrame> for Facts {
    fn from(frame: DataFrame) -> Self {
        Self::new(frame.height()).with(frame.columns().to_vec())
    }
}
