//! Input rows as read: where each came from, the text of its cells, and the rows and values that were unusable.

use std::sync::Arc;

use super::field::LeadSchema;
use super::text::TextColumn;

/// Where an input row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// Index of the source in [`Places::sources`].
    pub source: u16,
    /// Index of the file in [`Places::files`].
    pub file: u32,
    /// Physical line where the record begins; the header is line 1.
    pub line: u64,
}

/// Names of the sources and files that origins point to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// Names of the sources, in pipeline order.
    pub sources: Vec<String>,
    /// Trust per source, as in the pipeline file.
    pub trust: Vec<i64>,
    /// Paths as matched, relative to the project.
    pub files: Vec<String>,
}

/// All usable input rows, as text: one dictionary-coded column per lead column, trimmed, blank where absent.
#[derive(Debug, Clone)]
pub struct RawTable {
    /// The lead table's columns.
    pub schema: Arc<LeadSchema>,
    /// One column per schema column, all of the same length.
    pub columns: Vec<TextColumn>,
    /// What codes and flags of the files' programs say of some columns, by their position: where it says something, it
    /// counts, and not the cell.
    pub told: Vec<(usize, TextColumn)>,
    /// One origin per row.
    pub origins: Vec<Origin>,
    /// What the origins point to.
    pub places: Arc<Places>,
}

/// Why a whole row could not be used. Closed: the codes are documented in the README.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RejectCode {
    /// More filled cells than the header has columns.
    LongRow,
    /// No usable name (and none of what `name = "optional"` accepts instead).
    NoName,
    /// No value in any column, where `name = "none"` accepts any.
    EmptyRow,
    /// A record that its program says was deleted.
    DeletedRecord,
    /// A quote that is never closed; reading went on after it.
    UnbalancedQuote,
    /// A field larger than the limit.
    FieldTooLarge,
    /// The header line again, inside the data.
    RepeatedHeader,
    /// No record of its file's format: a mail without header, a card without end, a line that is no JSON object.
    MalformedRecord,
}

impl RejectCode {
    /// Every code.
    pub const ALL: &'static [Self] = &[
        Self::LongRow,
        Self::NoName,
        Self::EmptyRow,
        Self::DeletedRecord,
        Self::UnbalancedQuote,
        Self::FieldTooLarge,
        Self::RepeatedHeader,
        Self::MalformedRecord,
    ];

    /// Whether it says nothing against the file: such rows have no share in the limit on rejects.
    pub fn is_expected(self) -> bool {
        matches!(self, Self::EmptyRow | Self::DeletedRecord)
    }

    /// The code as written to the rejects table.
    pub fn name(self) -> &'static str {
        match self {
            Self::LongRow => "long_row",
            Self::NoName => "no_name",
            Self::EmptyRow => "empty_row",
            Self::DeletedRecord => "deleted_record",
            Self::UnbalancedQuote => "unbalanced_quote",
            Self::FieldTooLarge => "field_too_large",
            Self::RepeatedHeader => "repeated_header",
            Self::MalformedRecord => "malformed_record",
        }
    }
}

/// An input row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Where it stands.
    pub origin: Origin,
    /// The column at fault, where one is.
    pub field: Option<String>,
    /// Why.
    pub code: RejectCode,
    /// The row as read, shortened to [`SHOWN_CHARS`] characters.
    pub text: String,
}

/// What is wrong with a value (the row is used without it, or with it as it came).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FindingCode {
    /// Fewer cells than the header has columns; padded.
    ShortRow,
    /// Not a valid e-mail address.
    InvalidEmail,
    /// Not a possible phone number.
    InvalidPhone,
    /// Not a web address or domain.
    InvalidWebsite,
    /// Not a known country.
    UnknownCountry,
    /// Not a postal code.
    InvalidPostcode,
    /// Not a date.
    InvalidDate,
    /// Not a number or amount.
    InvalidNumber,
    /// Not a currency code.
    UnknownCurrency,
    /// Neither yes nor no.
    InvalidBoolean,
    /// Not a known status.
    UnknownStatus,
    /// A time frame that is not understood.
    UnknownTimeframe,
    /// None of the few words that a field has.
    UnknownChoice,
    /// A stand-in such as "n/a" or "test@test.com"; treated as blank.
    Placeholder,
    /// A date that could be day-month or month-day; the column's reading was used.
    AmbiguousDate,
    /// Bytes that could not be decoded; shown as U+FFFD.
    UndecodableText,
    /// An owner who is not among the owners.
    UnknownOwner,
    /// A linked account that does not exist.
    UnknownAccount,
    /// A linked contact that does not exist.
    UnknownContact,
    /// A linked opportunity that does not exist.
    UnknownOpportunity,
    /// An initiator's id or e-mail address that nobody has.
    UnknownInitiator,
    /// A history item whose lead is not among the rows.
    UnknownLead,
    /// The same source id on several rows of a source.
    RepeatedSourceId,
    /// A verdict on a row that no longer exists.
    StaleDecision,
    /// Verdicts that contradict one another.
    ContradictoryDecision,
    /// An entry of a suppression list that says nothing of whom it suppresses, or not for which channel.
    UnusableSuppression,
    /// A cell of a sheet whose formula has failed (`#N/A`); treated as blank.
    CellError,
    /// A number of a sheet with more digits than sheets keep; the last ones may be lost.
    RoundedNumber,
    /// Another record of the CRM with the same id, which was changed later, says something else.
    RepeatedRecord,
    /// A linked account or contact that is out of use.
    InactiveRecord,
    /// A linked contact that belongs to another account than the one that is linked.
    ContradictoryLink,
    /// A product that the price list does not have, or a row of the list without a product.
    UnknownProduct,
    /// A product with several prices on the day of the run.
    AmbiguousPrice,
    /// A product of the price list without a price on the day of the run.
    NoCurrentPrice,
    /// Amounts in several currencies, which were not added up, or of which one was left out.
    MixedCurrencies,
    /// An order or invoice that counts as sold, and does not say for how much.
    NoAmount,
    /// An opportunity of a document that may be several.
    AmbiguousOpportunity,
    /// A parent account that is neither in the CRM nor among the accounts of the run, or several that it could be.
    UnknownParent,
    /// An account that would be above itself.
    ParentCycle,
    /// A record that had another id in an earlier run.
    LostId,
    /// An owner whom a CRM's import cannot name.
    OwnerWithoutId,
    /// A value that a field of a CRM has no room for, or a further one where records of the CRM have one.
    CutValue,
    /// An e-mail address that a CRM has for one contact only, which is another one.
    SharedAddress,
}

impl FindingCode {
    /// Every code.
    pub const ALL: &'static [Self] = &[
        Self::ShortRow,
        Self::InvalidEmail,
        Self::InvalidPhone,
        Self::InvalidWebsite,
        Self::UnknownCountry,
        Self::InvalidPostcode,
        Self::InvalidDate,
        Self::InvalidNumber,
        Self::UnknownCurrency,
        Self::InvalidBoolean,
        Self::UnknownStatus,
        Self::UnknownTimeframe,
        Self::UnknownChoice,
        Self::Placeholder,
        Self::AmbiguousDate,
        Self::UndecodableText,
        Self::UnknownOwner,
        Self::UnknownAccount,
        Self::UnknownContact,
        Self::UnknownOpportunity,
        Self::UnknownInitiator,
        Self::UnknownLead,
        Self::RepeatedSourceId,
        Self::StaleDecision,
        Self::ContradictoryDecision,
        Self::UnusableSuppression,
        Self::CellError,
        Self::RoundedNumber,
        Self::RepeatedRecord,
        Self::InactiveRecord,
        Self::ContradictoryLink,
        Self::UnknownProduct,
        Self::AmbiguousPrice,
        Self::NoCurrentPrice,
        Self::MixedCurrencies,
        Self::NoAmount,
        Self::AmbiguousOpportunity,
        Self::UnknownParent,
        Self::ParentCycle,
        Self::LostId,
        Self::OwnerWithoutId,
        Self::CutValue,
        Self::SharedAddress,
    ];

    /// The code as written to the findings table.
    pub fn name(self) -> &'static str {
        match self {
            Self::ShortRow => "short_row",
            Self::InvalidEmail => "invalid_email",
            Self::InvalidPhone => "invalid_phone",
            Self::InvalidWebsite => "invalid_website",
            Self::UnknownCountry => "unknown_country",
            Self::InvalidPostcode => "invalid_postcode",
            Self::InvalidDate => "invalid_date",
            Self::InvalidNumber => "invalid_number",
            Self::UnknownCurrency => "unknown_currency",
            Self::InvalidBoolean => "invalid_boolean",
            Self::UnknownStatus => "unknown_status",
            Self::UnknownTimeframe => "unknown_timeframe",
            Self::UnknownChoice => "unknown_choice",
            Self::Placeholder => "placeholder",
            Self::AmbiguousDate => "ambiguous_date",
            Self::UndecodableText => "undecodable_text",
            Self::UnknownOwner => "unknown_owner",
            Self::UnknownAccount => "unknown_account",
            Self::UnknownContact => "unknown_contact",
            Self::UnknownOpportunity => "unknown_opportunity",
            Self::UnknownInitiator => "unknown_initiator",
            Self::UnknownLead => "unknown_lead",
            Self::RepeatedSourceId => "repeated_source_id",
            Self::StaleDecision => "stale_decision",
            Self::ContradictoryDecision => "contradictory_decision",
            Self::UnusableSuppression => "unusable_suppression",
            Self::CellError => "cell_error",
            Self::RoundedNumber => "rounded_number",
            Self::RepeatedRecord => "repeated_record",
            Self::InactiveRecord => "inactive_record",
            Self::ContradictoryLink => "contradictory_link",
            Self::UnknownProduct => "unknown_product",
            Self::AmbiguousPrice => "ambiguous_price",
            Self::NoCurrentPrice => "no_current_price",
            Self::MixedCurrencies => "mixed_currencies",
            Self::NoAmount => "no_amount",
            Self::AmbiguousOpportunity => "ambiguous_opportunity",
            Self::UnknownParent => "unknown_parent",
            Self::ParentCycle => "parent_cycle",
            Self::LostId => "lost_id",
            Self::OwnerWithoutId => "owner_without_id",
            Self::CutValue => "cut_value",
            Self::SharedAddress => "shared_address",
        }
    }
}

/// A value that could not be used, or was used with a reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The row.
    pub origin: Origin,
    /// The lead column, or "" for the row as a whole.
    pub field: String,
    /// What is wrong.
    pub code: FindingCode,
    /// The value as read, shortened to [`SHOWN_CHARS`] characters.
    pub text: String,
}

/// How many characters of an offending row or value the rejects and findings tables show.
pub const SHOWN_CHARS: usize = 500;

/// The first [`SHOWN_CHARS`] characters of a text.
pub fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Records of one CRM kind as text: one column per field of the kind, in the order of its field list.
#[derive(Debug, Clone, Default)]
pub struct RawRecords {
    /// One column per field.
    pub columns: Vec<TextColumn>,
    /// One origin per record.
    pub origins: Vec<Origin>,
}

/// All CRM inputs as text; none where the pipeline names no such file.
#[derive(Debug, Clone, Default)]
pub struct RawCrm {
    /// Existing accounts.
    pub accounts: Option<RawRecords>,
    /// Existing contacts.
    pub contacts: Option<RawRecords>,
    /// Existing opportunities.
    pub opportunities: Option<RawRecords>,
    /// Owners.
    pub owners: Option<RawRecords>,
    /// History.
    pub activities: Option<RawRecords>,
    /// Price list.
    pub prices: Option<RawRecords>,
    /// Quotes.
    pub quotes: Option<RawRecords>,
    /// Orders.
    pub orders: Option<RawRecords>,
    /// Invoices.
    pub invoices: Option<RawRecords>,
    /// Entries of suppression lists.
    pub suppressions: Option<RawRecords>,
}
