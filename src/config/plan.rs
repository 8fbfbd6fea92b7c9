//! The plan: a pipeline file with defaults applied, columns resolved and conditions compiled. Each stage takes its own
//! slice of it. It holds no spans: two files that mean the same give the same plan.

mod assign;
mod behaviour;
mod changes;
mod codes;
mod consent;
mod dedupe;
mod expect;
mod only;
mod parents;
mod qualify;
mod records;
mod scoring;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;

pub use assign::{
    AssignBy, AssignPlan, AssignRule, AssignTo, LONGEST_POSTCODE, TableFile, Territories, Territory, postcode_form,
};
pub use behaviour::{Decay, ITEM_COLUMNS, Items, KnownPoints};
pub use changes::{ChangeSet, LeadFile};
pub use codes::{Code, CodedField};
pub use consent::{CONSENT, ConsentPlan};
pub use dedupe::{
    BlockKey, ComparisonPlan, DECISION_COLUMNS, DedupePlan, DuplicateRule, KeyPart, LevelPlan, ModelFile, NamedColumn,
};
pub use expect::{Expectation, Limit, Measured, Sign, Tally};
pub use only::Only;
pub use parents::{Company, Parent, ParentPlan};
pub use qualify::{OnMatch, QualifyPlan, ReasonedRule, RecordRule, Switch};
pub use records::{ACCOUNT_COLUMNS, AccountPlan, CONTACT_COLUMNS, PEOPLE, PeoplePlan, PeopleWay, RecordPlans};
pub use scoring::{Bands, Missing, Resting, Validity};

pub use crate::config::locale::Locale;
pub use crate::config::preset::CrmKind;
pub use crate::format::delimited::Dialect;
use crate::model::calendar;
use crate::model::consent::Channel;
use crate::model::field::LeadSchema;
use crate::model::scorecards::Points;
use crate::rules::{Condition, Expression};

/// Everything a run needs.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The pipeline's name.
    pub name: String,
    /// The folder that relative paths start from.
    pub project: PathBuf,
    /// The output folder, absolute or relative to the working folder.
    pub output: PathBuf,
    /// The day that every rule about time refers to.
    pub as_of: Date,
    /// Columns of the lead table.
    pub schema: Arc<LeadSchema>,
    /// Hash of the resolved configuration, hexadecimal.
    pub fingerprint: String,
    /// The pipeline file as it runs, `--set` arguments applied.
    pub text: String,
    /// Reading inputs.
    pub load: LoadPlan,
    /// Cleaning values.
    pub standardize: StandardizePlan,
    /// Finding duplicates; none where `[dedupe] enabled = false`.
    pub dedupe: Option<DedupePlan>,
    /// People's answers to the review table, the latest file last.
    pub decisions: Vec<InputFile>,
    /// Making golden leads.
    pub merge: MergePlan,
    /// Bulk edits, in order.
    pub edits: Vec<EditPlan>,
    /// Wishes for no contact.
    pub consent: ConsentPlan,
    /// Scoring.
    pub score: ScorePlan,
    /// Scoring the CRM's own records.
    pub records: RecordPlans,
    /// Assigning owners.
    pub assign: AssignPlan,
    /// Qualifying.
    pub qualify: QualifyPlan,
    /// Reports beyond the built-in ones.
    pub reports: Vec<ReportPlan>,
    /// What the run is expected to be.
    pub expectations: Vec<Expectation>,
    /// Import files for CRMs.
    pub changes: Vec<ChangeSet>,
    /// Output formats and tables.
    pub write: WritePlan,
    /// Packs that are files of the user's, as the pipeline file names them.
    pub packs: Vec<PathBuf>,
    /// The stage for which the others were left out; none: all of them run.
    pub only: Option<Only>,
    /// The file's own test cases.
    pub tests: Vec<TestCase>,
}

/// A limit on rejects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RejectLimit {
    /// At most this many rows.
    Count(u64),
    /// At most this share of all rows, 0 to 1.
    Share(f64),
}

/// What a row must have to be a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameRule {
    /// A name.
    Required,
    /// A name, a company or an e-mail address.
    Optional,
    /// Any value at all.
    None,
}

/// What to read.
#[derive(Debug, Clone)]
pub struct LoadPlan {
    /// Lead exports, in file order.
    pub sources: Vec<SourcePlan>,
    /// How many rejects a run may have.
    pub max_rejects: RejectLimit,
    /// Which rows are usable.
    pub name: NameRule,
    /// What the CRM has.
    pub crm: CrmPlan,
}

/// Sources that a plan may have: rows know theirs by a number of 16 bits, and files of a CRM take some.
pub const MOST_SOURCES: usize = 65_000;

/// One lead source.
#[derive(Debug, Clone)]
pub struct SourcePlan {
    /// Name.
    pub name: String,
    /// Survivorship: the higher wins. Default 0.
    pub trust: i64,
    /// Files that the path matched, sorted by path.
    pub files: Vec<InputFile>,
    /// By file: the preset, where it has one.
    pub presets: Vec<Option<&'static str>>,
    /// How its dates and numbers are written, where the user says so.
    pub locale: Option<Locale>,
    /// Constants for every row of the source: schema column and raw text.
    pub values: Vec<(usize, String)>,
    /// A currency for amounts that name none, by schema column of the amount.
    pub currencies: Vec<(usize, String)>,
    /// Files whose rows are history items of their leads, too: the position in `files`, and the columns of an item.
    pub history: Vec<(usize, Vec<ColumnMapping>)>,
}

/// One delimited input file, its header understood.
#[derive(Debug, Clone)]
pub struct InputFile {
    /// Where to open it.
    pub path: PathBuf,
    /// As shown: relative to the project, with forward slashes.
    pub shown: String,
    /// How its bytes are read.
    pub dialect: Dialect,
    /// The header's cells, trimmed.
    pub header: Vec<String>,
    /// For each target, the input columns it is made of.
    pub mapping: Vec<ColumnMapping>,
    /// Fields that columns say in codes.
    pub codes: Vec<CodedField>,
}

/// A target column and the input columns that fill it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnMapping {
    /// Position of the target column (in the lead schema, or in the CRM record's field list).
    pub target: usize,
    /// Positions in the header; several are joined by ", " (street lines) in this order, blanks left out.
    pub from: Vec<usize>,
}

/// What `[crm]` names; none where it does not.
#[derive(Debug, Clone, Default)]
pub struct CrmPlan {
    /// Existing accounts.
    pub accounts: Option<CrmFile>,
    /// Existing contacts.
    pub contacts: Option<CrmFile>,
    /// Existing opportunities.
    pub opportunities: Option<CrmFile>,
    /// Owners.
    pub owners: Option<CrmFile>,
    /// History.
    pub activities: Option<CrmFile>,
    /// A price list.
    pub prices: Option<CrmFile>,
    /// Quotes.
    pub quotes: Option<CrmFile>,
    /// Orders.
    pub orders: Option<CrmFile>,
    /// Invoices, and credit notes.
    pub invoices: Option<CrmFile>,
    /// Suppression lists, of `[consent]`.
    pub suppressions: Option<CrmFile>,
}

impl CrmPlan {
    /// The input of a kind.
    pub fn of(&self, kind: CrmKind) -> Option<&CrmFile> {
        let file = match kind {
            CrmKind::Accounts => &self.accounts,
            CrmKind::Contacts => &self.contacts,
            CrmKind::Opportunities => &self.opportunities,
            CrmKind::Owners => &self.owners,
            CrmKind::Activities => &self.activities,
            CrmKind::Prices => &self.prices,
            CrmKind::Quotes => &self.quotes,
            CrmKind::Orders => &self.orders,
            CrmKind::Invoices => &self.invoices,
            CrmKind::Suppressions => &self.suppressions,
        };
        file.as_ref()
    }

    /// All inputs that it names.
    pub fn files(&self) -> impl Iterator<Item = &InputFile> {
        CrmKind::ALL.iter().filter_map(|&kind| self.of(kind)).flat_map(|file| &file.files)
    }
}

/// A CRM input: files and how their columns map to the record type's fields (`config::preset::CrmKind::fields`).
#[derive(Debug, Clone)]
pub struct CrmFile {
    /// Files, sorted by path.
    pub files: Vec<InputFile>,
    /// By file: the preset, where it has one.
    pub presets: Vec<Option<&'static str>>,
    /// How its dates and numbers are written, where the user says so.
    pub locale: Option<Locale>,
    /// Columns that are read beside the fields: their mappings' targets stand behind those of the fields.
    pub further: Vec<String>,
}

/// Cleaning.
#[derive(Debug, Clone, Default)]
pub struct StandardizePlan {
    /// ISO country for phones and addresses without one.
    pub default_country: Option<String>,
    /// Per source, how its dates and numbers are written; none where the values tell.
    pub locales: Vec<Option<Locale>>,
    /// Per source, whether its rows are history items themselves, so that their notes are not taken apart.
    pub whole_notes: Vec<bool>,
    /// The same as `locales` of the CRM's files, by kind.
    pub crm_locales: Vec<Option<Locale>>,
    /// Whether `file_as` is composed row by row, for a search for duplicates; golden leads are filed when they are written.
    pub rows_filed: bool,
    /// Columns of the CRM's files beside the fields, by kind.
    pub crm_further: Vec<Vec<String>>,
}

/// How one value survives from several members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Survivorship {
    /// Of the most recent row.
    MostRecent,
    /// Of the oldest row.
    Oldest,
    /// Of the row with the most filled fields.
    MostComplete,
    /// Of the source with the highest trust.
    MostTrusted,
    /// The longest text.
    Longest,
    /// The most frequent value.
    MostFrequent,
    /// True if any is true.
    AnyTrue,
    /// The smallest number or earliest date.
    Min,
    /// The largest number or latest date.
    Max,
}

impl Survivorship {
    /// Every way, with its name in the pipeline file.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("most_recent", Self::MostRecent),
        ("oldest", Self::Oldest),
        ("most_complete", Self::MostComplete),
        ("most_trusted", Self::MostTrusted),
        ("longest", Self::Longest),
        ("most_frequent", Self::MostFrequent),
        ("any_true", Self::AnyTrue),
        ("min", Self::Min),
        ("max", Self::Max),
    ];

    /// The name in the pipeline file.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, way)| *way == self).map_or("", |(name, _)| name)
    }
}

/// Making golden leads.
#[derive(Debug, Clone, Default)]
pub struct MergePlan {
    /// A way per schema column; consent fields are always any-true.
    pub survivorship: Vec<Survivorship>,
}

/// A bulk edit.
#[derive(Debug, Clone)]
pub struct EditPlan {
    /// Which leads; none: all.
    pub filter: Option<Condition>,
    /// Frame columns and the value that each gets.
    pub set: Vec<(String, EditValue)>,
    /// Frame columns to clear.
    pub clear: Vec<String>,
}

/// A literal of the column's type.
#[derive(Debug, Clone, PartialEq)]
pub enum EditValue {
    /// Text.
    Text(String),
    /// Whole number.
    Integer(i64),
    /// Number.
    Number(f64),
    /// True or false.
    Boolean(bool),
    /// Days since 1970.
    Date(i32),
    /// Microseconds since 1970.
    Timestamp(i64),
}

impl fmt::Display for EditValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "'{text}'"),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Boolean(truth) => write!(f, "{truth}"),
            Self::Date(days) => write!(f, "{}", calendar::day(*days)),
            Self::Timestamp(micros) => write!(f, "{}", calendar::timestamp(*micros)),
        }
    }
}

/// Scoring.
#[derive(Debug, Clone, Default)]
pub struct ScorePlan {
    /// Criteria in file order.
    pub criteria: Vec<Criterion>,
    /// score_percent where the second … fifth star begins, ascending.
    pub star_cuts: Vec<f64>,
    /// Grade and the score_percent where its band begins, highest first.
    pub grades: Vec<(String, f64)>,
    /// The groups that criteria name: those that the file declares first, in its order.
    pub groups: Vec<ScoreGroup>,
    /// Two groups, by position, whose bands together are the grade, in place of `grades`.
    pub grid: Option<[usize; 2]>,
    /// Criteria that do not count on as_of.
    pub resting: Vec<Resting>,
    /// How many days stars given by hand count where the lead does not say itself; none: for ever.
    pub manual_for: Option<i64>,
}

/// A named group with its limits and bands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScoreGroup {
    /// Name.
    pub name: String,
    /// Largest sum.
    pub cap: Option<Points>,
    /// Smallest sum.
    pub floor: Option<Points>,
    /// Bands of its percentage, if it has any.
    pub bands: Option<Bands>,
}

/// One criterion.
#[derive(Debug, Clone)]
pub struct Criterion {
    /// Name, unique among those that count on as_of.
    pub name: String,
    /// What it looks at.
    pub test: CriterionTest,
    /// What it gives.
    pub worth: Worth,
    /// Group, if any.
    pub group: Option<String>,
    /// What it gives a lead without data.
    pub missing: Missing,
    /// Its version, or that of its pack or of the whole rule set.
    pub version: Option<String>,
}

/// What a criterion looks at.
#[derive(Debug, Clone)]
pub enum CriterionTest {
    /// A condition on the lead.
    When(Condition),
    /// A count of history items; its points are per item.
    Each {
        /// Which items.
        items: Items,
        /// At most so many, the newest.
        at_most: Option<u32>,
        /// Points fall with age.
        decay: Option<Decay>,
    },
    /// Met once by so many history items.
    Any {
        /// Which items.
        items: Items,
        /// How many there must be.
        at_least: u32,
    },
    /// Met where there is no such history item.
    Without {
        /// Which items.
        items: Items,
    },
    /// Points that are known beforehand: no pipeline file asks for it, but rolling up does.
    Known(Arc<KnownPoints>),
}

/// What a criterion gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// `+w` when met, `-w` when not.
    Importance(Points),
    /// `p` when met, 0 when not.
    Points(Points),
}

/// A report.
#[derive(Debug, Clone)]
pub struct ReportPlan {
    /// Name as the user wrote it.
    pub name: String,
    /// File stem under `reports/`.
    pub slug: String,
    /// What it shows.
    pub body: ReportBody,
    /// The channels for which it is an outgoing list.
    pub reaches: Vec<Channel>,
}

/// What a report shows.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "a plan has a handful of them")]
pub enum ReportBody {
    /// A whole query over the output tables.
    Sql(String),
    /// Groups and measures over one table.
    Grouped {
        /// Output table.
        from: String,
        /// Rows that count.
        filter: Option<Condition>,
        /// Columns to group by; empty for one row.
        group_by: Vec<String>,
        /// Name and aggregate expression; empty: the table's columns themselves.
        measures: Vec<(String, Expression)>,
        /// Columns to show without grouping.
        columns: Vec<String>,
        /// Columns to sort by and whether descending.
        sort: Vec<(String, bool)>,
        /// At most so many rows.
        limit: Option<u32>,
    },
}

/// A format of the output tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OutputFormat {
    /// Parquet.
    Parquet,
    /// CSV.
    Csv,
}

/// Writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WritePlan {
    /// Formats of every table.
    pub formats: Vec<OutputFormat>,
    /// CSV with a byte-order mark, for Excel.
    pub bom: bool,
    /// Output tables to write; none: all. Reports are written always.
    pub tables: Option<Vec<String>>,
}

impl WritePlan {
    /// Whether an output table is written.
    pub fn writes(&self, table: &str) -> bool {
        self.tables.as_ref().is_none_or(|tables| tables.iter().any(|name| name == table))
    }
}

/// A `[[test]]` case: a lead as raw text and what is expected of its columns.
#[derive(Debug, Clone, PartialEq)]
pub struct TestCase {
    /// Name.
    pub name: String,
    /// Schema column and raw text.
    pub lead: Vec<(usize, String)>,
    /// Column of the `leads` table and the value expected, as CSV would show it.
    pub expect: Vec<(String, String)>,
}

impl MergePlan {
    /// The way a column survives.
    pub fn way(&self, column: usize) -> Survivorship {
        self.survivorship.get(column).copied().unwrap_or(Survivorship::MostRecent)
    }
}
