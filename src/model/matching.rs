//! What crosses into the linkage engine and what comes back: dense ids, codes, weights. No frames, no files.

use super::leads::LeadId;
use super::per_row::PerRow;
use super::pinned::PinnedModel;
use super::text::{BLANK, Dictionary};

/// What a column means for linkage; comparisons and blocking rules are chosen by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// A given name.
    FirstName,
    /// A family name.
    LastName,
    /// A whole name.
    FullName,
    /// A company or organisation.
    Company,
    /// An internet domain of a company (never a mailbox provider's).
    Domain,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// Street and number.
    Street,
    /// City.
    City,
    /// Region or state.
    Region,
    /// Postal code.
    Postcode,
    /// Country.
    Country,
    /// A date, ISO.
    Date,
    /// A number that identifies (tax id, membership).
    Identifier,
    /// A few repeated values.
    Category,
    /// A number that measures (a price, a year, a weight).
    Number,
    /// Anything else.
    Text,
}

impl Role {
    /// Every role with its name in pipeline files.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("first_name", Self::FirstName),
        ("last_name", Self::LastName),
        ("full_name", Self::FullName),
        ("company", Self::Company),
        ("domain", Self::Domain),
        ("email", Self::Email),
        ("phone", Self::Phone),
        ("street", Self::Street),
        ("city", Self::City),
        ("region", Self::Region),
        ("postcode", Self::Postcode),
        ("country", Self::Country),
        ("date", Self::Date),
        ("identifier", Self::Identifier),
        ("category", Self::Category),
        ("number", Self::Number),
        ("text", Self::Text),
    ];

    /// The name in pipeline files.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, role)| *role == self).map_or("", |(name, _)| name)
    }

    /// The role of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|&(_, role)| role)
    }
}

/// Codes per row: at most one, or several (all e-mails, all phones of a lead).
#[derive(Debug, Clone)]
pub enum Cells {
    /// One code per row, [`BLANK`] where there is none.
    One(PerRow<u32>),
    /// Row `i` has the codes `codes[offsets[i] .. offsets[i + 1]]`, distinct and never blank.
    Many {
        /// One more than rows.
        offsets: Vec<u32>,
        /// The codes, row after row.
        codes: Vec<u32>,
    },
}

/// A column in the form in which it is matched: lower case, diacritics folded, legal forms dropped, transliterated.
#[derive(Debug, Clone)]
pub struct MatchColumn {
    /// The lead column's name.
    pub name: String,
    /// What it means.
    pub role: Role,
    /// Codes per row.
    pub cells: Cells,
    /// Distinct values.
    pub dictionary: Dictionary,
}

impl MatchColumn {
    /// The codes of a row; empty where blank.
    pub fn of(&self, row: LeadId) -> &[u32] {
        let row = row.index();
        match &self.cells {
            Cells::One(codes) if codes[row] == BLANK => &[],
            Cells::One(codes) => &codes[row..=row],
            Cells::Many { offsets, codes } => &codes[offsets[row] as usize..offsets[row + 1] as usize],
        }
    }

    /// The first value of a row.
    pub fn first(&self, row: LeadId) -> Option<&str> {
        self.of(row).first().map(|&code| self.dictionary.get(code))
    }
}

/// The match forms of all leads.
#[derive(Debug, Clone)]
pub struct MatchColumns {
    /// Number of leads.
    pub rows: usize,
    /// The source of each lead, for rules between sources: the `[[source]]`, or as a column tells.
    pub sources: Vec<u16>,
    /// Per source, whether it has no duplicates in itself; a source past the end may have some.
    pub clean: Vec<bool>,
    /// Whether the lead is closed (qualified or disqualified), for rules that exclude inactive records.
    pub closed: Vec<bool>,
    /// The columns.
    pub columns: Vec<MatchColumn>,
}

impl MatchColumns {
    /// Per lead a group within which no two leads are compared (0 for none): its source, if only pairs across sources
    /// count, or if the source has no duplicates in itself. Empty where there is no such group.
    pub fn apart(&self, across: bool) -> Vec<u16> {
        if !across && !self.clean.contains(&true) {
            return Vec::new();
        }
        let alone = |source: u16| across || self.clean.get(usize::from(source)) == Some(&true);
        self.sources.iter().map(|&source| if alone(source) { source + 1 } else { 0 }).collect()
    }

    /// Position of a column by its lead column's name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// In how many rows a column has a value.
    pub fn filled(&self, column: usize) -> usize {
        (0..self.rows).filter(|&row| !self.columns[column].of(LeadId(row as u32)).is_empty()).count()
    }

    /// Position of the first column of a role.
    pub fn role(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|column| column.role == role)
    }
}

/// Two different leads, smaller id first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pair {
    /// The smaller id.
    pub left: LeadId,
    /// The larger id.
    pub right: LeadId,
}

impl Pair {
    /// A pair of two different leads, in order.
    pub fn new(a: LeadId, b: LeadId) -> Self {
        debug_assert!(a != b, "a lead is not its own duplicate");
        if a < b { Self { left: a, right: b } } else { Self { left: b, right: a } }
    }
}

/// What two leads say of being one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairEvidence {
    /// Log2 odds that they are one.
    pub weight: f64,
    /// Bits by which these might be higher, had both leads told all that is compared.
    pub untold: f64,
}

/// What is held of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// One lead.
    Match,
    /// A person decides.
    Review,
    /// Two leads.
    Distinct,
}

impl Verdict {
    /// As written to the links table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Review => "review",
            Self::Distinct => "distinct",
        }
    }
}

/// Who found a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkRule {
    /// A published duplicate rule, by its position in the plan.
    Rule(u16),
    /// The probabilistic model.
    Model,
    /// A person's verdict.
    Decision,
}

/// A compared pair that was kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// The pair.
    pub pair: Pair,
    /// Sum of the prior and all comparison weights, log2 of odds.
    pub weight: f64,
    /// Probability that both are one, from the weight.
    pub probability: f64,
    /// Who found it.
    pub rule: LinkRule,
    /// What is held of it.
    pub verdict: Verdict,
}

/// One comparison as the model used it, for evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonModel {
    /// Name, as a column prefix in the links table (`last_name`, `address`).
    pub name: String,
    /// Labels of its levels; level 0 is "missing" and weighs nothing, the last is "different".
    pub levels: Vec<String>,
    /// Probability of each level among matches (0 for missing).
    pub m: Vec<f64>,
    /// Probability of each level among non-matches (0 for missing).
    pub u: Vec<f64>,
}

/// The trained model: what a weight is made of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LinkModel {
    /// The comparisons in order.
    pub comparisons: Vec<ComparisonModel>,
    /// Probability that two leads drawn at random are one.
    pub prior: f64,
}

/// The kept pairs with their evidence, sorted by pair.
#[derive(Debug, Clone, Default)]
pub struct Links {
    /// The model that weighed them.
    pub model: LinkModel,
    /// The same as a file, to weigh another run with.
    pub pinned: PinnedModel,
    /// The kept pairs, each once, ascending.
    pub rows: Vec<Link>,
    /// Level per kept pair and comparison, row-major (`rows.len() x comparisons.len()`).
    pub levels: Vec<u8>,
    /// Weight per kept pair and comparison, row-major, after term-frequency adjustment.
    pub weights: Vec<f32>,
    /// What blocking did.
    pub blocking: Vec<BlockingYield>,
    /// Pairs compared.
    pub compared: u64,
}

/// What one blocking rule yielded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BlockingYield {
    /// The rule, as a user writes it.
    pub rule: String,
    /// Blocks of two or more leads.
    pub blocks: u64,
    /// Pairs that no earlier rule had.
    pub pairs: u64,
    /// Members of the largest block that was compared.
    pub largest: u64,
    /// Blocks over the limit, by key and size, largest first; at most ten are named.
    pub skipped: Vec<(String, u64)>,
}

/// A partition of all leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clusters {
    /// Cluster of each lead; clusters are numbered by their smallest lead.
    pub of: Vec<u32>,
    /// Cluster `c` has the members `members[offsets[c] .. offsets[c + 1]]`, ascending.
    pub offsets: Vec<u32>,
    /// All leads, cluster after cluster.
    pub members: Vec<LeadId>,
}

impl Clusters {
    /// From the cluster of each lead, numbered by smallest lead.
    pub fn from_assignment(of: Vec<u32>) -> Self {
        let count = of.iter().max().map_or(0, |&max| max as usize + 1);
        let mut offsets = vec![0u32; count + 1];
        for &cluster in &of {
            offsets[cluster as usize + 1] += 1;
        }
        for i in 0..count {
            offsets[i + 1] += offsets[i];
        }
        let mut next = offsets.clone();
        let mut members = vec![LeadId(0); of.len()];
        for (lead, &cluster) in of.iter().enumerate() {
            let slot = &mut next[cluster as usize];
            members[*slot as usize] = LeadId(lead as u32);
            *slot += 1;
        }
        Self { of, offsets, members }
    }

    /// Number of clusters.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// True without clusters.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Members of a cluster, ascending.
    pub fn members(&self, cluster: usize) -> &[LeadId] {
        &self.members[self.offsets[cluster] as usize..self.offsets[cluster + 1] as usize]
    }
}
