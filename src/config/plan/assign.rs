//! Assigning, as planned.

use super::InputFile;
use crate::format::delimited::Document;
use crate::rules::Condition;

/// Assigning.
#[derive(Debug, Clone, Default)]
pub struct AssignPlan {
    /// Rules in file order; the first that holds assigns.
    pub rules: Vec<AssignRule>,
    /// Whether leads that no rule holds for go to the owner of their account.
    pub sticky: bool,
    /// Whether the owner of an account gets its leads past the capacity, too.
    pub sticky_over_capacity: bool,
    /// Where leads go that nobody could be given to.
    pub fallback: Option<String>,
}

/// How an owner is picked among several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AssignBy {
    /// In turn.
    RoundRobin,
    /// Who has the fewest open leads.
    LeastLoaded,
    /// In turn, in proportion to weights.
    Weighted,
}

impl AssignBy {
    /// As written in a pipeline file.
    pub fn name(self) -> &'static str {
        match self {
            Self::RoundRobin => "round_robin",
            Self::LeastLoaded => "least_loaded",
            Self::Weighted => "weighted",
        }
    }
}

/// One assignment rule.
#[derive(Debug, Clone)]
pub struct AssignRule {
    /// Name.
    pub name: String,
    /// Which leads; none: all.
    pub filter: Option<Condition>,
    /// Who gets them.
    pub to: AssignTo,
    /// How to pick.
    pub by: AssignBy,
    /// Weights of owners in ten-thousandths; who has none here goes by the owners file.
    pub weights: Vec<(String, u64)>,
    /// Takes leads that have an owner, too.
    pub reassign: bool,
    /// Only who speaks a language of the lead can get it.
    pub languages: bool,
    /// A lead goes to the owner of its account before anybody else.
    pub sticky: bool,
}

/// Whom a rule gives leads to.
#[derive(Debug, Clone)]
pub enum AssignTo {
    /// These owners, in this order.
    Owners(Vec<String>),
    /// Everybody in the owners file.
    Everybody,
    /// Who has the lead's territory.
    Territories(Territories),
}

/// A territory table.
#[derive(Debug, Clone, Default)]
pub struct Territories {
    /// The files that it was read from.
    pub files: Vec<TableFile>,
    /// The territories, each once, in the order of the files.
    pub places: Vec<Territory>,
}

/// A file that was read while the plan was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFile {
    /// Relative to the project, with forward slashes.
    pub shown: String,
    /// Where it is.
    pub path: std::path::PathBuf,
    /// Size.
    pub bytes: u64,
    /// xxh3-128 of the bytes, hexadecimal.
    pub hash: String,
    /// Rows.
    pub rows: u64,
}

impl TableFile {
    /// What was read of an input.
    pub fn of(file: &InputFile, document: &Document, rows: u64) -> Self {
        Self {
            shown: file.shown.clone(),
            path: file.path.clone(),
            bytes: document.file_bytes,
            hash: format!("{:032x}", document.hash()),
            rows,
        }
    }
}

/// A territory: leads of a country, a region of it, an area of postcodes, or the rest of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Territory {
    /// Country, ISO 3166-1 alpha-2; "" for the rest of the world.
    pub country: String,
    /// Region in folded form, or "" for the whole country.
    pub region: String,
    /// How the postcodes begin: letters and digits only, upper case; "" for all.
    pub postcode: String,
    /// As shown: `DE 80`, `DE Bayern`, `DE`, `rest of the world`.
    pub label: String,
    /// Who has it, in the order of the rows.
    pub owners: Vec<String>,
}

impl AssignPlan {
    /// The files of all territory tables.
    pub fn files(&self) -> impl Iterator<Item = &TableFile> {
        self.rules.iter().flat_map(|rule| match &rule.to {
            AssignTo::Territories(table) => table.files.as_slice(),
            _ => &[],
        })
    }

    /// Whether leads of one account are kept together anywhere.
    pub fn keeps_accounts(&self) -> bool {
        self.sticky || self.rules.iter().any(|rule| rule.sticky)
    }
}

/// Letters and digits of a postcode, upper case: the form in which territories compare them.
pub fn postcode_form(postcode: &str) -> String {
    postcode.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Bytes of the longest beginning of a postcode that a territory can have.
pub const LONGEST_POSTCODE: usize = 12;
