//! Who has which lead, why, and what that makes of everybody's load.

use super::column_values::ColumnValues;
use super::facts::Facts;
use super::field::Field;
use super::table::of_text;
use super::text::TextColumn;

/// Owners of all golden leads, in entity order. Owners, rules and reasons are few: each lead has their codes.
#[derive(Debug, Clone, Default)]
pub struct Assignments {
    /// The owner; blank where unassigned.
    pub owner: TextColumn,
    /// The owner before assigning, the fallback queue among them; blank where there was none.
    pub previous: TextColumn,
    /// The rule that gave the owner; blank where none did.
    pub rule: TextColumn,
    /// Why: the rule that chose, `kept` for an owner from the export, or why nobody was chosen.
    pub reason: TextColumn,
    /// Whether this run gave the owner.
    pub changed: Vec<bool>,
    /// Everybody who has, had or may have open leads, by name.
    pub loads: Vec<OwnerLoad>,
}

/// What assigning made of an owner's open leads: `before + given - taken = after`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerLoad {
    /// The owner, or the fallback queue.
    pub owner: String,
    /// Open leads before assigning.
    pub before: u64,
    /// Open leads that this run gave.
    pub given: u64,
    /// Open leads that this run gave to somebody else.
    pub taken: u64,
    /// Open leads after assigning.
    pub after: u64,
    /// How many open leads at most; none: any number.
    pub capacity: Option<u64>,
}

impl Assignments {
    /// The golden leads with `assigned_to` as assigned.
    pub fn assigned(&self, facts: &Facts) -> Facts {
        let mut facts = facts.clone();
        facts.put(Field::AssignedTo.name(), self.owners());
        facts
    }

    /// The owners as a column.
    pub fn owners(&self) -> ColumnValues {
        of_text(&self.owner)
    }
}

/// Which account each golden lead belongs to, for those who keep an account's leads together.
#[derive(Debug, Clone, Default)]
pub struct LeadAccounts {
    /// A place in `known` per lead; 0: the lead has no account.
    pub of: Vec<u32>,
    /// The accounts; the first stands for none.
    pub known: Vec<LeadAccount>,
}

/// An account of golden leads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeadAccount {
    /// The CRM's id, or "" for an account that it has not.
    pub id: String,
    /// Who has it in the CRM, or "".
    pub owner: String,
}
