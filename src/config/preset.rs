//! Presets: which headers other programs' exports use for our fields. Each is a TOML file under `presets/`; `default`
//! holds plain words in several languages and stands behind all of them.

mod codes;
mod detect;
pub mod dialect;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::model::field::Field;
use codes::CodeLine;

pub use codes::PresetCode;

/// A kind of CRM input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CrmKind {
    /// Existing accounts.
    Accounts,
    /// Existing contacts.
    Contacts,
    /// Existing opportunities.
    Opportunities,
    /// Owners.
    Owners,
    /// History.
    Activities,
    /// A price list.
    Prices,
    /// Quotes.
    Quotes,
    /// Orders.
    Orders,
    /// Invoices, and credit notes.
    Invoices,
    /// Suppression lists, of `[consent]`.
    Suppressions,
}

impl CrmKind {
    /// Every kind, in the order in which they are read.
    pub const ALL: &'static [Self] = &[
        Self::Accounts,
        Self::Contacts,
        Self::Opportunities,
        Self::Owners,
        Self::Activities,
        Self::Prices,
        Self::Quotes,
        Self::Orders,
        Self::Invoices,
        Self::Suppressions,
    ];

    /// The name in pipeline files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Contacts => "contacts",
            Self::Opportunities => "opportunities",
            Self::Owners => "owners",
            Self::Activities => "activities",
            Self::Prices => "prices",
            Self::Quotes => "quotes",
            Self::Orders => "orders",
            Self::Invoices => "invoices",
            Self::Suppressions => "suppressions",
        }
    }

    /// What findings and rejects call the source of its records.
    pub fn source_name(self) -> String {
        match self {
            Self::Suppressions => "consent.suppress".to_owned(),
            _ => format!("crm.{}", self.name()),
        }
    }

    /// The fields of its records, in the order of `RawRecords::columns`.
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Accounts => &[
                "account_id",
                "company",
                "domain",
                "website",
                "country",
                "phone",
                "parent_account_id",
                "status",
                "owner",
                "modified_at",
                "external_id",
                "street",
                "city",
                "postcode",
            ],
            Self::Contacts => &[
                "contact_id",
                "full_name",
                "email",
                "phone",
                "account_id",
                "status",
                "modified_at",
                "external_id",
                "opt_out",
                "do_not_email",
                "do_not_call",
                "street",
                "city",
                "postcode",
                "country",
                "email_2",
                "email_3",
            ],
            Self::Opportunities => &[
                "opportunity_id",
                "name",
                "status",
                "account_id",
                "contact_id",
                "product_interest",
                "amount",
                "closed_at",
                "owner",
                "lead_id",
                "currency",
                "modified_at",
                "external_id",
            ],
            Self::Owners => {
                &["owner", "email", "capacity", "languages", "absent_until", "absent_from", "weight", "owner_id"]
            }
            Self::Activities => &["lead_id", "email", "activity", "at", "subject", "text", "author"],
            Self::Prices => {
                &["product", "family", "price", "currency", "discount", "valid_from", "valid_until", "product_id"]
            }
            Self::Quotes | Self::Orders | Self::Invoices => &[
                "document_id",
                "opportunity_id",
                "account_id",
                "contact_id",
                "lead_id",
                "email",
                "status",
                "amount",
                "currency",
                "date",
                "modified_at",
            ],
            Self::Suppressions => {
                &["email", "email_2", "email_hash", "domain", "phone", "mobile_phone", "channel", "reason"]
            }
        }
    }

    /// Groups of fields; of each group a file must have at least one.
    pub fn required(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Accounts => &[&["account_id"], &["company"]],
            Self::Contacts => &[&["contact_id"], &["full_name", "email"]],
            Self::Opportunities => &[&["opportunity_id"], &["account_id", "contact_id"]],
            Self::Owners => &[&["owner"]],
            Self::Activities => &[&["lead_id", "email"], &["activity"]],
            Self::Prices => &[&["product", "product_id"], &["price"]],
            Self::Quotes | Self::Orders | Self::Invoices => {
                &[&["document_id"], &["opportunity_id", "account_id", "contact_id", "lead_id", "email"], &["amount"]]
            }
            Self::Suppressions => &[&["email", "email_hash", "domain", "phone", "mobile_phone"]],
        }
    }
}

/// For each field (by position) the headers that may fill it, best first, in match form. A candidate of several headers
/// is joined: address lines. So are all the headers that begin as one with a star does.
pub(super) type Candidates = Vec<Vec<Vec<String>>>;

/// The headers of one program's exports.
#[derive(Debug, Clone)]
pub struct Preset {
    name: &'static str,
    /// Headers in match form that together are of this program alone, however little each says.
    known_by: Vec<Vec<String>>,
    leads: Candidates,
    crm: Vec<Candidates>,
    /// Codes and flags: of leads, then of each kind of CRM input.
    codes: Vec<Vec<PresetCode>>,
}

const FILES: &[(&str, &str)] = &[
    ("hubspot", include_str!("presets/hubspot.toml")),
    ("salesforce", include_str!("presets/salesforce.toml")),
    ("dynamics365", include_str!("presets/dynamics365.toml")),
    ("outlook", include_str!("presets/outlook.toml")),
    ("act", include_str!("presets/act.toml")),
    ("email", include_str!("presets/email.toml")),
    ("pipedrive", include_str!("presets/pipedrive.toml")),
    ("zoho", include_str!("presets/zoho.toml")),
    ("linkedin", include_str!("presets/linkedin.toml")),
];

static PRESETS: LazyLock<Vec<Preset>> =
    LazyLock::new(|| FILES.iter().map(|&(name, text)| embedded(name, text)).collect());
static DEFAULT: LazyLock<Preset> = LazyLock::new(|| embedded("default", include_str!("presets/default.toml")));

impl Preset {
    /// The names that a pipeline file may give.
    pub const NAMES: &'static [&'static str] =
        &["hubspot", "salesforce", "dynamics365", "outlook", "act", "email", "pipedrive", "zoho", "linkedin"];

    /// What a pipeline file gives for a preset where none is wanted.
    pub const NONE: &'static str = "none";

    /// The preset of this name.
    pub fn named(name: &str) -> Option<&'static Preset> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// The one preset that a header clearly fits, as that of leads or of a kind of CRM input.
    pub fn fitting(header: &[String], kind: Option<CrmKind>) -> Option<&'static Preset> {
        detect::fitting(header, kind)
    }

    /// Plain words in several languages: what a header means whatever program wrote it.
    pub(super) fn plain_words() -> &'static Preset {
        &DEFAULT
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The headers of leads or of a kind of CRM input.
    pub(super) fn section(&self, kind: Option<CrmKind>) -> &Candidates {
        kind.map_or(&self.leads, |kind| self.crm(kind))
    }

    /// What columns of leads or of a kind of CRM input say in codes.
    pub(super) fn codes(&self, kind: Option<CrmKind>) -> &[PresetCode] {
        &self.codes[kind.map_or(0, |kind| kind as usize + 1)]
    }

    fn crm(&self, kind: CrmKind) -> &Candidates {
        &self.crm[kind as usize]
    }
}

/// A header in match form: letters and digits only, lower case, without accents, so that "E-Mail", "e_mail" and "EMAIL"
/// are one. A header without letters and digits stays as it is.
pub(super) fn match_form(header: &str) -> String {
    let folded: String = header
        .nfkd()
        .filter(|&c| !is_combining_mark(c))
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .flat_map(|c| if c == 'ß' { ['s', 's'].into_iter().take(2) } else { [c, c].into_iter().take(1) })
        .collect();
    if folded.is_empty() { header.trim().to_owned() } else { folded }
}

/// A file's header in match form, without the object that web services put around the fields of a record: HubSpot's
/// `properties.firstname` (once `properties.firstname.value`), Airtable's `fields.Name`, `attributes.name` of JSON:API.
pub(super) fn header_form(header: &str) -> String {
    // What Salesforce says of a record, and not in it.
    const ABOUT: [&str; 2] = ["attributes.type", "attributes.url"];
    let inside = ["properties.", "fields.", "attributes."].iter().find_map(|around| header.strip_prefix(around));
    match inside {
        Some(field) if !ABOUT.contains(&header) => match_form(field.strip_suffix(".value").unwrap_or(field)),
        _ => match_form(header),
    }
}

/// The file as written: per kind and field the candidate headers, and which of them together give the program away.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PresetFile {
    known_by: Vec<Vec<String>>,
    /// By section.
    codes: BTreeMap<String, Vec<CodeLine>>,
    leads: Section,
    accounts: Section,
    contacts: Section,
    opportunities: Section,
    owners: Section,
    activities: Section,
    prices: Section,
    quotes: Section,
    orders: Section,
    invoices: Section,
    suppressions: Section,
}

type Section = BTreeMap<String, Vec<Candidate>>;

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Candidate {
    One(String),
    Joined(Vec<String>),
}

/// Fields of contacts for which the words of leads count.
const OF_CONTACTS: &[&str] = &["opt_out", "do_not_email", "do_not_call", "country", "email_2", "email_3"];
/// Fields of accounts and contacts for which the words of leads count, too.
const PLACES: &[&str] = &["street", "city", "postcode"];
/// Fields of suppression lists likewise.
const REACH: &[&str] = &["email", "email_2", "domain", "phone", "mobile_phone"];

fn embedded(name: &'static str, text: &str) -> Preset {
    parse(name, text).expect("the embedded presets are parsed by a test")
}

fn parse(name: &'static str, text: &str) -> Result<Preset, String> {
    let mut file: PresetFile = toml::from_str(text).map_err(|fault| fault.to_string())?;
    let lead_fields: Vec<&str> = Field::ALL.iter().map(|field| field.name()).collect();
    let mut codes = vec![codes::codes(&lead_fields, file.codes.remove("leads").unwrap_or_default())?];
    for kind in CrmKind::ALL {
        codes.push(codes::codes(kind.fields(), file.codes.remove(kind.name()).unwrap_or_default())?);
    }
    if let Some(other) = file.codes.keys().next() {
        return Err(format!("`{other}` has no codes"));
    }
    let mut crm = [
        file.accounts,
        file.contacts,
        file.opportunities,
        file.owners,
        file.activities,
        file.prices,
        file.quotes,
        file.orders,
        file.invoices,
        file.suppressions,
    ];
    // Programs call the consent of a contact as they call that of a lead; a list of people names them as an export does.
    for (kind, fields) in [(CrmKind::Contacts, OF_CONTACTS), (CrmKind::Suppressions, REACH)] {
        let own = &mut crm[kind as usize];
        let is_read = !own.is_empty();
        for field in fields.iter().filter(|_| is_read) {
            if let Some(words) = file.leads.get(*field).filter(|_| !own.contains_key(*field)) {
                own.insert((*field).to_owned(), words.clone());
            }
        }
    }
    // An address is that of bills or deliveries, else called as a lead's.
    for kind in [CrmKind::Accounts, CrmKind::Contacts] {
        let own = &mut crm[kind as usize];
        let is_read = !own.is_empty();
        for field in PLACES.iter().filter(|_| is_read) {
            let words = file.leads.get(*field).into_iter().flatten().cloned();
            own.entry((*field).to_owned()).or_default().extend(words);
        }
    }
    let forms = |headers: &Vec<String>| headers.iter().map(|header| match_form(header)).collect();
    Ok(Preset {
        name,
        known_by: file.known_by.iter().map(forms).collect(),
        leads: candidates(&lead_fields, file.leads)?,
        crm: CrmKind::ALL
            .iter()
            .zip(crm)
            .map(|(kind, section)| candidates(kind.fields(), section))
            .collect::<Result<_, _>>()?,
        codes,
    })
}

/// What a preset lists in match form, with the star that stands for anything behind it.
fn wanted_form(header: &str) -> String {
    match header.strip_suffix('*') {
        Some(beginning) => format!("{}*", match_form(beginning)),
        None => match_form(header),
    }
}

/// Whether a header in match form is one that a preset lists.
pub(super) fn is_wanted(form: &str, wanted: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(beginning) => form.len() > beginning.len() && form.starts_with(beginning),
        None => form == wanted,
    }
}

fn candidates(fields: &[&str], section: Section) -> Result<Candidates, String> {
    let mut all = vec![Vec::new(); fields.len()];
    for (field, headers) in section {
        let position = fields.iter().position(|&known| known == field).ok_or(format!("`{field}` is not a field"))?;
        all[position] = headers
            .into_iter()
            .map(|candidate| match candidate {
                Candidate::One(header) => vec![wanted_form(&header)],
                Candidate::Joined(headers) => headers.iter().map(|header| wanted_form(header)).collect(),
            })
            .collect();
    }
    Ok(all)
}

#[cfg(test)]
mod tests;
