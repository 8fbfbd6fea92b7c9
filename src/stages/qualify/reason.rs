//! Why a decision is what it is. Closed: the codes are documented in the README; disqualify and reactivate rules give
//! the user's own words instead.

/// A reason that the engine gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// Qualified: its conditions hold.
    ConditionsMet,
    /// Unchanged: the conditions to qualify don't hold.
    ConditionsNotMet,
    /// Unchanged: closed before this run.
    AlreadyClosed,
    /// Unchanged: its opportunity was closed, and it was not opened again since.
    AlreadyQualified,
    /// Blocked: another open lead may be the same.
    DuplicateLead,
    /// Blocked: an open opportunity is the same.
    DuplicateOpportunity,
    /// Blocked: a disqualify rule holds, but an open opportunity hangs on the lead.
    HasOpportunity,
    /// Review: several accounts match equally well.
    AmbiguousAccount,
    /// Review: several contacts match equally well.
    AmbiguousContact,
    /// Review: several open opportunities match equally well.
    AmbiguousOpportunity,
    /// Review: an account is too likely to be ignored, and not likely enough to be linked.
    WeakAccount,
    /// Review: a contact is too likely to be ignored, and not likely enough to be linked.
    WeakContact,
    /// Review: an account matches, and the pipeline wants a person to look.
    AccountMatch,
    /// Review: a contact matches, and the pipeline wants a person to look.
    ContactMatch,
}

impl Reason {
    /// Every reason.
    pub const ALL: &'static [Self] = &[
        Self::ConditionsMet,
        Self::ConditionsNotMet,
        Self::AlreadyClosed,
        Self::AlreadyQualified,
        Self::DuplicateLead,
        Self::DuplicateOpportunity,
        Self::HasOpportunity,
        Self::AmbiguousAccount,
        Self::AmbiguousContact,
        Self::AmbiguousOpportunity,
        Self::WeakAccount,
        Self::WeakContact,
        Self::AccountMatch,
        Self::ContactMatch,
    ];

    /// As written to the decisions table.
    pub fn name(self) -> &'static str {
        match self {
            Self::ConditionsMet => "conditions_met",
            Self::ConditionsNotMet => "conditions_not_met",
            Self::AlreadyClosed => "already_closed",
            Self::AlreadyQualified => "already_qualified",
            Self::DuplicateLead => "duplicate_lead",
            Self::DuplicateOpportunity => "duplicate_opportunity",
            Self::HasOpportunity => "has_opportunity",
            Self::AmbiguousAccount => "ambiguous_account",
            Self::AmbiguousContact => "ambiguous_contact",
            Self::AmbiguousOpportunity => "ambiguous_opportunity",
            Self::WeakAccount => "weak_account",
            Self::WeakContact => "weak_contact",
            Self::AccountMatch => "account_match",
            Self::ContactMatch => "contact_match",
        }
    }
}
