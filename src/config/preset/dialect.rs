//! Dialects: the files that a CRM's importer takes, object by object. Each is a TOML file under `dialects/`, named as the
//! preset that reads the CRM's exports; what a column is called there, the preset knows for the same field.

mod cells;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::model::entities::ActivityKind;

pub use cells::{AccountCell, ContactCell, LeadCell, NewLeadCell, NoteCell, OpportunityCell, RoleCell};

/// A column of an import file: a cell of the record, or the same text for all.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, bound = "C: Deserialize<'de>")]
pub struct DialectColumn<C> {
    /// The header; `{key}` stands for the field of the external id.
    #[serde(rename = "as")]
    pub header: String,
    /// What stands there.
    #[serde(rename = "is")]
    pub cell: Option<C>,
    /// What stands there for every record.
    pub text: Option<String>,
    /// Most characters.
    pub most: Option<usize>,
    /// Whether a longer value is left out, since a part of it is worth nothing: half an e-mail address.
    #[serde(default)]
    pub whole: bool,
    /// Only where the CRM's export has the column: not every organisation has the field.
    #[serde(default)]
    pub if_exported: bool,
}

/// An object of the CRM and the columns of a file that makes records of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, bound = "C: Deserialize<'de>")]
pub struct DialectObject<C> {
    /// Name.
    pub object: String,
    /// Columns of the CRM's own id, the usual one first.
    pub ids: Vec<String>,
    /// The columns; the external id is the first.
    pub columns: Vec<DialectColumn<C>>,
}

/// Leads: the columns that a run may change, and those of a new one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DialectLeads {
    /// Name.
    pub object: String,
    /// Columns of the CRM's own id, the usual one first.
    pub ids: Vec<String>,
    /// What may change.
    pub columns: Vec<DialectColumn<LeadCell>>,
    /// A new lead; the external id is the first.
    pub new: Vec<DialectColumn<NewLeadCell>>,
}

/// A file that ties records of two kinds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DialectTie {
    /// Whose.
    pub of: ChangeKind,
    /// To what.
    pub to: ChangeKind,
    /// Its name.
    pub object: String,
    /// The external ids of both.
    pub columns: [String; 2],
}

/// A list of addresses that opts people out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DialectOptOut {
    /// Its name.
    pub object: String,
    /// The column of addresses.
    pub column: String,
}

/// Words for a lead's status.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusWords {
    /// Open again.
    pub open: String,
    /// Closed as qualified.
    pub qualified: String,
    /// Closed as disqualified.
    pub disqualified: String,
    /// Closed because another record is the same lead.
    pub duplicate: String,
}

/// What people are told about loading the files.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guide {
    /// What has to be done before, and the way.
    pub before: String,
    /// By operation.
    pub upsert: String,
    /// Update of existing records.
    pub update: String,
    /// Delete.
    pub delete: String,
    /// Emptying a field.
    pub clear: String,
    /// Tying records.
    pub associate: String,
    /// Untying records.
    pub dissociate: String,
    /// Opting people out.
    pub opt_out: String,
}

/// How owners are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnersBy {
    /// By their ids and nothing else.
    Id,
    /// By full name; where the owners file has ids, by these.
    Name,
    /// By e-mail address, where the owners file has one.
    Email,
}

/// A kind of records in a change set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Accounts.
    Accounts,
    /// Contacts.
    Contacts,
    /// Opportunities.
    Opportunities,
    /// Notes of opportunities.
    Notes,
    /// Leads.
    Leads,
}

impl ChangeKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Accounts, Self::Contacts, Self::Opportunities, Self::Notes, Self::Leads];

    /// The name in pipeline files, and of files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Contacts => "contacts",
            Self::Opportunities => "opportunities",
            Self::Notes => "notes",
            Self::Leads => "leads",
        }
    }
}

/// How one CRM's importer wants its files.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    /// Name, as of the preset.
    pub name: String,
    /// The product's name.
    pub title: String,
    /// The field of our ids, unless the pipeline names another.
    pub external_id: String,
    /// Whether files begin with a byte-order mark.
    pub bom: bool,
    /// Bytes of the largest file.
    pub most_bytes: usize,
    /// Rows of the largest file.
    pub most_rows: usize,
    /// What empties a field in an update; none: no update does.
    pub empty: Option<String>,
    /// How owners are named.
    pub owners: OwnersBy,
    /// What ids of users begin with, then those of others who may have a lead, where ids tell what they are of.
    #[serde(default)]
    pub owner_ids_begin: Vec<String>,
    /// Whether a lead is a contact of its own from the start.
    pub leads_are_contacts: bool,
    /// Whether no two contacts have the same e-mail address.
    #[serde(default)]
    pub one_contact_per_address: bool,
    /// What ids of leads begin with, where an export may have those of contacts in their place.
    #[serde(default)]
    pub lead_ids_begin: String,
    /// Stage of a new opportunity.
    pub stage: String,
    /// Days after the run on which an opportunity closes that nobody gave a day, where the CRM insists on one.
    pub close_after: Option<i64>,
    /// What a flag against contact says: true, false.
    pub truths: [String; 2],
    /// Words for 4 and 5 stars, 2 and 3, and fewer.
    pub ratings: [String; 3],
    /// Words for a lead's status.
    pub status: StatusWords,
    /// Reasons that a status may have, by status; none: any.
    #[serde(default)]
    pub reasons: BTreeMap<String, Vec<String>>,
    /// The reason of a record that is closed because another one is the same lead; the run gives it to no other by itself.
    pub duplicate_reason: Option<String>,
    /// Accounts.
    pub accounts: DialectObject<AccountCell>,
    /// Contacts.
    pub contacts: DialectObject<ContactCell>,
    /// Opportunities.
    pub opportunities: DialectObject<OpportunityCell>,
    /// What ties contacts to opportunities, where that is a record.
    pub roles: Option<DialectObject<RoleCell>>,
    /// Notes, where they can be imported twice.
    pub notes: Option<DialectObject<NoteCell>>,
    /// Files that tie records, where columns do not.
    #[serde(default, rename = "tie")]
    pub ties: Vec<DialectTie>,
    /// The list that opts people out, where no column does.
    pub opt_out: Option<DialectOptOut>,
    /// Words for kinds of history items.
    #[serde(default)]
    pub activities: BTreeMap<String, String>,
    /// Words for time frames.
    #[serde(default)]
    pub timeframes: BTreeMap<String, String>,
    /// Leads.
    pub leads: DialectLeads,
    /// What people are told.
    pub guide: Guide,
}

const FILES: &[&str] = &[
    include_str!("dialects/salesforce.toml"),
    include_str!("dialects/hubspot.toml"),
    include_str!("dialects/dynamics365.toml"),
];

static DIALECTS: LazyLock<Vec<Dialect>> = LazyLock::new(|| {
    let read = |text: &&str| toml::from_str(text).expect("the embedded dialects are read by a test");
    FILES.iter().map(read).collect()
});

/// The header of the column with a cell.
pub fn header_of<C: Copy + PartialEq>(columns: &[DialectColumn<C>], cell: C) -> Option<&str> {
    columns.iter().find(|column| column.cell == Some(cell)).map(|column| column.header.as_str())
}

impl Dialect {
    /// Whether a text is an id that the importer takes for an owner.
    pub fn is_owner_id(&self, text: &str) -> bool {
        self.owner_ids_begin.iter().any(|begin| text.starts_with(begin.as_str()))
    }

    /// The names that a pipeline file may give.
    pub const NAMES: &'static [&'static str] = &["salesforce", "hubspot", "dynamics365"];

    /// The columns of a contact who wants no e-mail, and no calls.
    pub fn wishes_of_contacts(&self) -> [Option<&str>; 2] {
        [ContactCell::NoEmail, ContactCell::NoCall].map(|cell| header_of(&self.contacts.columns, cell))
    }

    /// Those of a lead.
    pub fn wishes_of_leads(&self) -> [Option<&str>; 2] {
        match self.leads_are_contacts {
            true => self.wishes_of_contacts(),
            false => [NewLeadCell::NoEmail, NewLeadCell::NoCall].map(|cell| header_of(&self.leads.new, cell)),
        }
    }

    /// The dialect of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        DIALECTS.iter().find(|dialect| dialect.name == name)
    }

    /// The word for a kind of history item.
    pub fn activity(&self, kind: ActivityKind) -> &str {
        self.activities.get(kind.name()).map_or(kind.name(), String::as_str)
    }

    /// The same with the field of our ids in place of `{key}`.
    pub fn with_key(&self, key: &str) -> Self {
        fn fill<C>(columns: &mut [DialectColumn<C>], key: &str) {
            columns.iter_mut().for_each(|column| column.header = column.header.replace("{key}", key));
        }
        let mut dialect = self.clone();
        key.clone_into(&mut dialect.external_id);
        fill(&mut dialect.accounts.columns, key);
        fill(&mut dialect.contacts.columns, key);
        fill(&mut dialect.opportunities.columns, key);
        fill(&mut dialect.leads.columns, key);
        fill(&mut dialect.leads.new, key);
        dialect.roles.iter_mut().for_each(|roles| fill(&mut roles.columns, key));
        dialect.notes.iter_mut().for_each(|notes| fill(&mut notes.columns, key));
        for column in dialect.ties.iter_mut().flat_map(|tie| &mut tie.columns) {
            *column = column.replace("{key}", key);
        }
        dialect.guide.before = dialect.guide.before.replace("{key}", key);
        dialect.guide.associate = dialect.guide.associate.replace("{key}", key);
        dialect
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CrmKind, Preset, match_form};
    use super::*;
    use crate::stages::standardize::vocabulary;

    fn dialects() -> Vec<Dialect> {
        FILES.iter().map(|text| toml::from_str(text).unwrap()).collect()
    }

    /// Whether a column is read into a field: by the preset of the same name, or because it has the field's own.
    fn reads(preset: &Preset, kind: Option<CrmKind>, field: &str, header: &str) -> bool {
        let at = match kind {
            Some(kind) => kind.fields().iter().position(|known| *known == field),
            None => crate::model::field::Field::from_name(field).map(|field| field as usize),
        };
        let known = &preset.section(kind)[at.unwrap()];
        known.iter().flatten().any(|form| *form == match_form(header)) || match_form(field) == match_form(header)
    }

    #[test]
    fn every_dialect_is_read_and_named_as_its_preset() {
        let names: Vec<String> = dialects().into_iter().map(|dialect| dialect.name).collect();
        assert_eq!(names, Dialect::NAMES);
        assert!(Dialect::NAMES.iter().all(|name| Preset::NAMES.contains(name)));
    }

    #[test]
    fn a_column_is_a_cell_or_a_text_and_the_key_comes_first() {
        fn is_whole<C: Copy + PartialEq>(columns: &[DialectColumn<C>], key: Option<C>) -> bool {
            columns.iter().all(|column| column.cell.is_some() != column.text.is_some())
                && key.is_none_or(|key| columns[0].cell == Some(key) && columns[0].header == "{key}")
        }
        for dialect in dialects() {
            assert!(is_whole(&dialect.accounts.columns, Some(AccountCell::ExternalId)));
            assert!(is_whole(&dialect.contacts.columns, Some(ContactCell::ExternalId)));
            assert!(is_whole(&dialect.opportunities.columns, Some(OpportunityCell::ExternalId)));
            assert!(is_whole(&dialect.leads.new, Some(NewLeadCell::ExternalId)));
            assert!(is_whole(&dialect.leads.columns, None));
            assert!(dialect.roles.iter().all(|it| is_whole(&it.columns, Some(RoleCell::ExternalId))));
            assert!(dialect.notes.iter().all(|it| is_whole(&it.columns, Some(NoteCell::ExternalId))));
        }
    }

    #[test]
    fn what_is_written_is_what_the_preset_reads() {
        for dialect in dialects() {
            let preset = Preset::named(&dialect.name).unwrap();
            let key = dialect.external_id.as_str();
            for (kind, id, ids) in [
                (CrmKind::Accounts, "account_id", &dialect.accounts.ids),
                (CrmKind::Contacts, "contact_id", &dialect.contacts.ids),
                (CrmKind::Opportunities, "opportunity_id", &dialect.opportunities.ids),
            ] {
                assert!(reads(preset, Some(kind), "external_id", key), "{} {kind:?}", dialect.name);
                assert!(reads(preset, Some(kind), id, &ids[0]), "{} {kind:?}", dialect.name);
            }
            assert!(reads(preset, None, "source_id", &dialect.leads.ids[0]), "{}", dialect.name);
            let fields = |cell| match cell {
                AccountCell::Name => Some(&["company"][..]),
                AccountCell::Domain => Some(&["domain", "website"][..]),
                AccountCell::Country => Some(&["country"][..]),
                AccountCell::Owner => Some(&["owner"][..]),
                AccountCell::ExternalId => None,
            };
            for column in &dialect.accounts.columns {
                let Some(fields) = column.cell.and_then(fields) else { continue };
                let read = fields.iter().any(|field| reads(preset, Some(CrmKind::Accounts), field, &column.header));
                assert!(read, "{}: {}", dialect.name, column.header);
            }
            for column in &dialect.contacts.columns {
                let field = match column.cell {
                    Some(ContactCell::Email) => "email",
                    Some(ContactCell::Phone) => "phone",
                    _ => continue,
                };
                assert!(reads(preset, Some(CrmKind::Contacts), field, &column.header), "{}", column.header);
            }
            for column in &dialect.opportunities.columns {
                let field = match column.cell {
                    Some(OpportunityCell::Name) => "name",
                    Some(OpportunityCell::Amount) => "amount",
                    Some(OpportunityCell::Currency) => "currency",
                    Some(OpportunityCell::Owner) => "owner",
                    Some(OpportunityCell::Lead) => "lead_id",
                    _ => continue,
                };
                let read = reads(preset, Some(CrmKind::Opportunities), field, &column.header);
                assert!(read, "{}: {}", dialect.name, column.header);
            }
            for column in &dialect.leads.columns {
                if let Some(field) = column.cell.and_then(LeadCell::field) {
                    assert!(reads(preset, None, field.name(), &column.header), "{}: {}", dialect.name, column.header);
                }
            }
        }
    }

    #[test]
    fn words_for_a_status_are_read_as_it() {
        for dialect in dialects() {
            let StatusWords { open, qualified, disqualified, duplicate } = &dialect.status;
            for (word, status) in
                [(open, "open"), (qualified, "qualified"), (disqualified, "disqualified"), (duplicate, "disqualified")]
            {
                assert_eq!(vocabulary::status(word).value.as_deref(), Some(status), "{}: {word}", dialect.name);
            }
        }
    }
}
