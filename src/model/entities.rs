//! Golden leads: one per cluster, with the member that gave each field, the contact points and the history.

use super::facts::Facts;
use super::field::LeadSchema;
use super::leads::LeadId;
use std::sync::Arc;

/// A golden lead: the position in [`Entities`], which is sorted by lead id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityId(pub u32);

impl EntityId {
    /// As an index into per-entity columns.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// No member gave the field.
pub const NO_MEMBER: u32 = u32::MAX;

/// All golden leads.
///
/// The facts are `lead_id`, every column of the schema, `last_activity_at` and `members`, in that order; later stages
/// (edit) may change field values, never rows. In a run that only looks for duplicates nobody asks for the facts, the
/// contact points and the history: they are empty.
#[derive(Debug, Clone)]
pub struct Entities {
    /// The lead columns among the facts.
    pub schema: Arc<LeadSchema>,
    /// What is known of each golden lead, ascending by `lead_id`.
    pub facts: Facts,
    /// The public ids, ascending; the same as the facts' `lead_id`.
    pub ids: Arc<Vec<String>>,
    /// Entity `e` has the members `members[offsets[e] .. offsets[e + 1]]`.
    pub offsets: Vec<u32>,
    /// Member rows, ascending inside each entity.
    pub members: Vec<LeadId>,
    /// The member whose row survives: the most recent, by the tie rules.
    pub survivors: Vec<LeadId>,
    /// Entity of each lead row.
    pub of: Vec<EntityId>,
    /// For each schema column, the lead row that gave each entity's value, or [`NO_MEMBER`]; the only row of an entity may
    /// stand for a value that it does not have.
    pub lineage: Vec<Arc<Vec<u32>>>,
    /// E-mails, phones and addresses of all members, none lost.
    pub contact_points: Vec<ContactPoint>,
    /// History items of all members, oldest first inside each entity.
    pub history: Vec<HistoryItem>,
    /// What the members tell of stars given by hand, where there are such; ascending.
    pub ratings: Vec<Rating>,
}

/// Where the stars that a golden lead was given by hand come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rating {
    /// Whose.
    pub entity: EntityId,
    /// When the row that gave the stars was last changed, else created; microseconds since 1970.
    pub row_at: Option<i64>,
    /// Whether the lead's `rated_at` and `rating_expires_at` were said of other stars than these.
    pub of_others: [bool; 2],
}

impl Entities {
    /// Number of golden leads.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// True without golden leads.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Member rows of an entity.
    pub fn members(&self, entity: usize) -> &[LeadId] {
        &self.members[self.offsets[entity] as usize..self.offsets[entity + 1] as usize]
    }
}

/// What a contact point is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ContactKind {
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A postal address.
    Address,
}

impl ContactKind {
    /// As written to the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
        }
    }
}

/// Which of a lead's addresses or numbers one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ContactLabel {
    /// At work.
    Business,
    /// A mobile phone.
    Mobile,
    /// At home.
    Home,
    /// A fax machine.
    Fax,
    /// Any other.
    Other,
}

impl ContactLabel {
    /// Every label.
    pub const ALL: &'static [Self] = &[Self::Business, Self::Mobile, Self::Home, Self::Fax, Self::Other];

    /// As written to the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Mobile => "mobile",
            Self::Home => "home",
            Self::Fax => "fax",
            Self::Other => "other",
        }
    }

    /// The label of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|label| label.name() == name)
    }
}

/// An e-mail address, phone number or postal address of a golden lead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContactPoint {
    /// Whose.
    pub entity: EntityId,
    /// What it is.
    pub kind: ContactKind,
    /// Which one it is.
    pub label: ContactLabel,
    /// The value.
    pub value: String,
    /// Whether mailings go there: the first e-mail, and the address chosen for them (the main one without a choice).
    pub is_mailing: bool,
}

/// The kind of a history item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActivityKind {
    /// An e-mail.
    Email,
    /// A call.
    PhoneLog,
    /// An appointment.
    Appointment,
    /// A task.
    Task,
    /// A note.
    Note,
}

impl ActivityKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Email, Self::PhoneLog, Self::Appointment, Self::Task, Self::Note];

    /// As written in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PhoneLog => "phone_log",
            Self::Appointment => "appointment",
            Self::Task => "task",
            Self::Note => "note",
        }
    }

    /// One or several of them, in a sentence.
    pub fn in_words(self, several: bool) -> &'static str {
        match (self, several) {
            (Self::Email, false) => "e-mail",
            (Self::Email, true) => "e-mails",
            (Self::PhoneLog, false) => "call",
            (Self::PhoneLog, true) => "calls",
            (Self::Appointment, false) => "appointment",
            (Self::Appointment, true) => "appointments",
            (Self::Task, false) => "task",
            (Self::Task, true) => "tasks",
            (Self::Note, false) => "note",
            (Self::Note, true) => "notes",
        }
    }

    /// The kind of this name, upper or lower case, with spaces or underscores.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase().replace([' ', '-'], "_");
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// Something that happened with a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryItem {
    /// Whose.
    pub entity: EntityId,
    /// What kind.
    pub kind: ActivityKind,
    /// When, microseconds since 1970; none where the export did not say.
    pub at: Option<i64>,
    /// Subject line.
    pub subject: String,
    /// Text.
    pub text: String,
    /// Who wrote it.
    pub author: String,
}
