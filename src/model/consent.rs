//! Who wants no contact: the wishes, who gave them, and what they mean for those who are to be reached.

use super::entities::EntityId;
use super::field::Field;
use super::rows::Origin;

/// A way to reach people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// E-mail.
    Email,
    /// Calls.
    Call,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 2] = [Self::Email, Self::Call];

    /// The name in pipeline files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Call => "call",
        }
    }

    /// The channel of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

/// Wishes for no contact, none to three of the consent flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Wishes(u8);

impl Wishes {
    /// No wish.
    pub const NONE: Self = Self(0);
    /// No contact at all.
    pub const OPT_OUT: Self = Self(1);
    /// No e-mail.
    pub const DO_NOT_EMAIL: Self = Self(2);
    /// No calls.
    pub const DO_NOT_CALL: Self = Self(4);

    /// Each wish and its field, in the order of the fields.
    pub const FLAGS: [(Self, Field); 3] = [
        (Self::OPT_OUT, Field::OptOut),
        (Self::DO_NOT_EMAIL, Field::DoNotEmail),
        (Self::DO_NOT_CALL, Field::DoNotCall),
    ];

    /// The wish not to be reached by these channels: by all of them is no contact at all.
    pub fn against(channels: &[Channel]) -> Self {
        let has = |channel| channels.contains(&channel);
        match (has(Channel::Email), has(Channel::Call)) {
            (true, true) => Self::OPT_OUT,
            (true, false) => Self::DO_NOT_EMAIL,
            (false, true) => Self::DO_NOT_CALL,
            (false, false) => Self::NONE,
        }
    }

    /// The wishes of flags in the order of [`Wishes::FLAGS`].
    pub fn of(flags: [Option<bool>; 3]) -> Self {
        let said = Self::FLAGS.iter().zip(flags).filter(|(_, flag)| *flag == Some(true));
        said.fold(Self::NONE, |all, ((wish, _), _)| all.with(*wish))
    }

    /// These and others.
    pub fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Those of these that are none of the others.
    pub fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether all of others are among these.
    pub fn has(self, others: Self) -> bool {
        others.without(self).is_none()
    }

    /// Whether there is no wish.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Each wish by itself.
    pub fn each(self) -> impl Iterator<Item = Self> {
        Self::FLAGS.into_iter().map(|(wish, _)| wish).filter(move |&wish| self.has(wish))
    }

    /// Whether a channel is closed.
    pub fn forbid(self, channel: Channel) -> bool {
        self.has(Self::OPT_OUT) || self.has(Self::against(&[channel]))
    }

    /// The field of a single wish.
    pub fn field(self) -> Field {
        Self::FLAGS.iter().find(|(wish, _)| *wish == self).map_or(Field::OptOut, |(_, field)| *field)
    }
}

/// What an entry of a suppression list stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suppressed {
    /// Whoever has this address, clean.
    Email(String),
    /// Whoever has an address in this domain or one below it; lower case.
    Domain(String),
    /// Whoever has an address with this digest, of 16 (MD5), 20 (SHA-1) or 32 (SHA-256) bytes.
    Hash(Vec<u8>),
    /// Whoever has this number, in E.164.
    Phone(String),
}

/// An entry of a suppression list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Whom it stands for.
    pub whom: Suppressed,
    /// What is wished.
    pub wishes: Wishes,
    /// Where it stands.
    pub origin: Origin,
}

/// The wish of an input row that is no lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where it stands.
    pub origin: Origin,
    /// What is wished.
    pub wishes: Wishes,
    /// Clean e-mail addresses.
    pub emails: Vec<String>,
    /// Phone numbers in E.164.
    pub phones: Vec<String>,
}

/// Why a consent flag of a lead is true. Closed: the codes are documented in the README.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Because {
    /// A row of the lead says so, or an edit.
    OwnRow,
    /// An e-mail address of the lead is on a suppression list.
    SuppressedEmail,
    /// The domain of an address, or the lead's own, is on a suppression list.
    SuppressedDomain,
    /// The hash of an address is on a suppression list.
    SuppressedHash,
    /// A phone number of the lead is on a suppression list.
    SuppressedPhone,
    /// Who is likely the same person, in another row, wished it or is on a list.
    Duplicate,
    /// The CRM's contact of the same person.
    Contact,
    /// Somebody else with the same address or number, for that channel.
    SameAddress,
}

impl Because {
    /// The code as written to the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::OwnRow => "own_row",
            Self::SuppressedEmail => "suppressed_email",
            Self::SuppressedDomain => "suppressed_domain",
            Self::SuppressedHash => "suppressed_hash",
            Self::SuppressedPhone => "suppressed_phone",
            Self::Duplicate => "duplicate",
            Self::Contact => "contact",
            Self::SameAddress => "same_address",
        }
    }
}

/// Where a wish was first expressed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Giver {
    /// In a row of a lead, a rejected one, or a suppression list.
    Row(Origin),
    /// In a contact of the CRM, by its id.
    Contact(String),
    /// In an edit of the pipeline.
    Edit,
}

/// Why a flag of a lead is true.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsentLine {
    /// Whose.
    pub lead: EntityId,
    /// A single wish.
    pub flag: Wishes,
    /// Why.
    pub because: Because,
    /// Who says so.
    pub giver: Giver,
    /// The smallest probability among the likely duplicates on the way; none where there is none on it.
    pub probability: Option<f64>,
}

/// The wishes of all golden leads and contacts.
#[derive(Debug, Clone, Default)]
pub struct Consent {
    /// By golden lead; empty where nobody has any.
    pub wishes: Vec<Wishes>,
    /// By contact of the CRM, in their order; empty where nobody has any.
    pub contacts: Vec<Wishes>,
    /// Why, by lead, flag and reason.
    pub lines: Vec<ConsentLine>,
}

impl Consent {
    /// The wishes of a golden lead.
    pub fn of(&self, lead: usize) -> Wishes {
        self.wishes.get(lead).copied().unwrap_or_default()
    }

    /// The wishes of a contact of the CRM, by its place.
    pub fn of_contact(&self, at: usize) -> Wishes {
        self.contacts.get(at).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_close_channels() {
        let none = Wishes::NONE;
        assert!(none.is_none() && !none.forbid(Channel::Email) && !none.forbid(Channel::Call));
        assert!(Wishes::OPT_OUT.forbid(Channel::Email) && Wishes::OPT_OUT.forbid(Channel::Call));
        assert!(Wishes::DO_NOT_EMAIL.forbid(Channel::Email) && !Wishes::DO_NOT_EMAIL.forbid(Channel::Call));
        assert!(Wishes::DO_NOT_CALL.forbid(Channel::Call) && !Wishes::DO_NOT_CALL.forbid(Channel::Email));
        assert_eq!(Wishes::against(&Channel::ALL), Wishes::OPT_OUT);
        assert_eq!(Wishes::against(&[Channel::Call]), Wishes::DO_NOT_CALL);
        let both = Wishes::of([Some(false), Some(true), Some(true)]);
        assert_eq!(both.each().collect::<Vec<_>>(), [Wishes::DO_NOT_EMAIL, Wishes::DO_NOT_CALL]);
        assert_eq!(both.without(Wishes::DO_NOT_EMAIL), Wishes::DO_NOT_CALL);
        assert!(both.has(Wishes::DO_NOT_CALL) && !both.has(Wishes::OPT_OUT) && both.has(none));
    }
}
