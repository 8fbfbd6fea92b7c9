//! Finding duplicates, as planned.

use std::path::PathBuf;

use crate::model::field::Field;
use crate::model::matching::Role;
use crate::model::pinned::PinnedModel;

/// Finding duplicates. What is none or empty is chosen from the data.
#[derive(Debug, Clone)]
pub struct DedupePlan {
    /// Probability that the evidence across two groups of rows must reach on average to make them one.
    pub match_at: f64,
    /// Probability from which a person decides about a pair that is not one.
    pub review_at: f64,
    /// Blocking keys, none for automatic.
    pub block_on: Option<Vec<BlockKey>>,
    /// Members of the largest block that is compared whole.
    pub max_block: usize,
    /// Comparisons, none for automatic; given ones replace automatic ones of the same column.
    pub compare: Vec<ComparisonPlan>,
    /// Published duplicate rules.
    pub rules: Vec<DuplicateRule>,
    /// Only pairs of different sources are compared.
    pub across: bool,
    /// The lead column that tells the sources apart; none: each `[[source]]` is one.
    pub source: Option<String>,
    /// Sources that have no duplicates in themselves.
    pub clean: Vec<String>,
    /// The model to weigh with; none: it is trained.
    pub model: Option<ModelFile>,
}

/// The columns that a filled-in review file must have; `kind` and `left_rows` are read where they are there.
pub const DECISION_COLUMNS: [&str; 3] = ["left_id", "right_id", "decision"];

/// A blocking key: leads that agree on all its parts are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockKey {
    /// As the user wrote it: `last_name + postcode[3]`.
    pub label: String,
    /// The parts.
    pub parts: Vec<KeyPart>,
}

/// One part of a blocking key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPart {
    /// Lead column.
    pub column: String,
    /// Only the first characters.
    pub prefix: Option<usize>,
}

/// A comparison that the user gave.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonPlan {
    /// Lead column.
    pub column: String,
    /// What the column means; none: found out from its values.
    pub role: Option<Role>,
    /// Levels from best to worst; "different" is implied. Empty: chosen from the column's role.
    pub levels: Vec<LevelPlan>,
}

/// A lead column that linkage needs beside the standard ones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedColumn {
    /// Lead column.
    pub name: String,
    /// Upper and lower case differ.
    pub cased: bool,
    /// What it means; none: found out from its values.
    pub role: Option<Role>,
}

/// A level of agreement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LevelPlan {
    /// Equal in match form.
    Exact,
    /// Jaro-Winkler similarity of at least this.
    JaroWinkler(f64),
    /// Damerau-Levenshtein (optimal string alignment) distance of at most this.
    Levenshtein(usize),
    /// Share of common words (Jaccard) of at least this.
    Jaccard(f64),
    /// One is a prefix or the initial of the other.
    Prefix,
    /// Dates at most this many days apart.
    DaysApart(u32),
    /// Equal first characters, this many.
    SamePrefix(usize),
}

/// A published duplicate rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateRule {
    /// Name.
    pub name: String,
    /// Columns that must be the same.
    pub same: Vec<String>,
    /// Closed leads, or records out of use, are left out.
    pub exclude_inactive: bool,
    /// A blank equals nothing; else blank equals blank.
    pub ignore_blanks: bool,
    /// Upper and lower case differ.
    pub case_sensitive: bool,
}

/// A model that an earlier run left.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFile {
    /// Where it was read from.
    pub path: PathBuf,
    /// As shown: relative to the project, with forward slashes.
    pub shown: String,
    /// Size.
    pub bytes: u64,
    /// xxh3-128 of the bytes, hexadecimal.
    pub hash: String,
    /// What it says.
    pub model: PinnedModel,
}

impl DedupePlan {
    /// Looks for who stands in two lists that have no duplicates in themselves; all else is chosen from the data.
    pub fn between(match_at: f64, review_at: f64) -> Self {
        Self {
            match_at,
            review_at,
            block_on: None,
            max_block: Self::MAX_BLOCK,
            compare: Vec::new(),
            rules: Vec::new(),
            across: true,
            source: None,
            clean: Vec::new(),
            model: None,
        }
    }

    /// Members of the largest block that is compared whole, where the pipeline says nothing else.
    pub const MAX_BLOCK: usize = 5000;

    /// Columns that blocking, comparisons or rules name; those with a role that the user gave come first.
    pub fn named_columns(&self) -> Vec<NamedColumn> {
        let plain = |name: &String| NamedColumn { name: name.clone(), cased: false, role: None };
        let compared =
            self.compare.iter().map(|comparison| NamedColumn { role: comparison.role, ..plain(&comparison.column) });
        let keys = self.block_on.iter().flatten().flat_map(|key| key.parts.iter().map(|part| plain(&part.column)));
        let same = self.rules.iter().flat_map(|rule| {
            rule.same.iter().map(move |name| NamedColumn { cased: rule.case_sensitive, ..plain(name) })
        });
        let mut named: Vec<NamedColumn> = compared.chain(keys).chain(same).collect();
        named.sort_by(|a, b| (&a.name, a.cased, a.role.is_none()).cmp(&(&b.name, b.cased, b.role.is_none())));
        named.dedup_by(|a, b| a.name == b.name && a.cased == b.cased);
        named
    }

    /// Whether the search looks at a field by name.
    pub fn reads(&self, field: Field) -> bool {
        let name = field.name();
        self.named_columns().iter().any(|column| column.name == name) || self.source.as_deref() == Some(name)
    }

    /// The model to weigh with; none: it is trained.
    pub fn pinned_model(&self) -> Option<&PinnedModel> {
        self.model.as_ref().map(|file| &file.model)
    }
}
