//! What may stand in the columns of a dialect's files, kind by kind.

use serde::Deserialize;

use crate::model::field::Field;

macro_rules! cells {
    ($(#[$about:meta])* $name:ident { $($(#[$of:meta])* $cell:ident,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$of])* $cell,)+
        }
    };
}

cells! {
    /// A cell of an account.
    AccountCell {
        /// Our id.
        ExternalId,
        /// Name.
        Name,
        /// Domain.
        Domain,
        /// Country.
        Country,
        /// Owner.
        Owner,
    }
}

cells! {
    /// A cell of a contact.
    ContactCell {
        /// Our id.
        ExternalId,
        /// First name.
        FirstName,
        /// Last name; the whole one where there is nothing else.
        LastName,
        /// Position.
        JobTitle,
        /// E-mail address.
        Email,
        /// Phone.
        Phone,
        /// The account's external id.
        Account,
        /// Whether it wants no e-mail.
        NoEmail,
        /// Whether it wants no calls.
        NoCall,
        /// Owner.
        Owner,
    }
}

cells! {
    /// A cell of an opportunity.
    OpportunityCell {
        /// Our id.
        ExternalId,
        /// Name.
        Name,
        /// Sales stage.
        Stage,
        /// Estimated day of closing.
        CloseDate,
        /// Estimated value.
        Amount,
        /// Its currency.
        Currency,
        /// Product of interest.
        ProductInterest,
        /// When the lead wants to buy.
        Timeframe,
        /// Where the lead was heard of.
        Source,
        /// The account's external id.
        Account,
        /// The contact's external id.
        Contact,
        /// The CRM's id of the lead that it came from.
        Lead,
        /// The lead's history.
        Notes,
        /// Owner.
        Owner,
    }
}

cells! {
    /// A cell of what ties a contact to an opportunity.
    RoleCell {
        /// Our id.
        ExternalId,
        /// The opportunity's external id.
        Opportunity,
        /// The contact's external id.
        Contact,
    }
}

cells! {
    /// A cell of a note.
    NoteCell {
        /// Our id.
        ExternalId,
        /// First line.
        Subject,
        /// Text, with who wrote it where that is known.
        Text,
        /// Day.
        Date,
        /// What kind.
        Activity,
        /// The opportunity's external id.
        Opportunity,
    }
}

cells! {
    /// A cell of a lead that a run may change.
    LeadCell {
        /// Status.
        Status,
        /// Its reason, one of the CRM's words.
        StatusReason,
        /// Its reason, in the run's words.
        Reason,
        /// Owner.
        Owner,
        /// Score.
        Score,
        /// Grade.
        Grade,
        /// Hot, warm or cold, by stars.
        Rating,
    }
}

impl LeadCell {
    /// The field that an export's column of it fills; none: the column is known by its header.
    pub fn field(self) -> Option<Field> {
        match self {
            Self::Status => Some(Field::Status),
            Self::StatusReason => Some(Field::StatusReason),
            Self::Owner => Some(Field::AssignedTo),
            Self::Reason | Self::Score | Self::Grade | Self::Rating => None,
        }
    }
}

cells! {
    /// A cell of a new lead.
    NewLeadCell {
        /// Our id.
        ExternalId,
        /// What it is about: the product, else the company.
        Topic,
        /// First name.
        FirstName,
        /// Last name; the whole one where there is nothing else.
        LastName,
        /// Company; the name where there is none.
        Company,
        /// Position.
        JobTitle,
        /// E-mail address.
        Email,
        /// Phone.
        Phone,
        /// Mobile phone.
        MobilePhone,
        /// Country.
        Country,
        /// Where it was heard of.
        Source,
        /// Status.
        Status,
        /// Whether it wants no e-mail.
        NoEmail,
        /// Whether it wants no calls.
        NoCall,
        /// Owner.
        Owner,
    }
}
