//! Who has an account: its leads stay together.

use super::columns::ByValue;
use super::roster::{Holder, Roster};
use crate::model::assignments::{LeadAccount, LeadAccounts};
use crate::model::text::BLANK;

/// Whom each account belongs to.
pub(super) struct Homes<'a> {
    pub(super) accounts: &'a LeadAccounts,
    /// By account.
    first: Vec<Option<Home>>,
    /// Whom the account's first lead of this run went to.
    of_run: Vec<Option<Home>>,
}

/// An owner of an account, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Home {
    pub(super) seat: usize,
    pub(super) why: Why,
    /// What is said of it, by code; blank until it is said first.
    pub(super) reason: u32,
}

/// Why an account belongs to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// This lead of the account is with the owner.
    Lead(u32),
    /// The CRM says so of this account.
    Crm(u32),
}

impl<'a> Homes<'a> {
    /// Who has most of an account's open leads that have an owner (of equals the first by name), else its owner in the CRM.
    pub(super) fn new(
        accounts: &'a LeadAccounts,
        roster: &Roster<'_>,
        holders: &ByValue<Holder<'_>>,
        open: &[bool],
    ) -> Self {
        let in_crm = |(account, known): (usize, &LeadAccount)| {
            let seat = if known.owner.is_empty() { None } else { roster.seat(&known.owner) };
            seat.map(|seat| Home { seat, why: Why::Crm(account as u32), reason: BLANK })
        };
        let mut first: Vec<Option<Home>> = accounts.known.iter().enumerate().map(in_crm).collect();
        let held = (0..open.len()).filter(|&lead| open[lead] && accounts.of[lead] != 0);
        let held = held.filter_map(|lead| Some((accounts.of[lead], holders.of(lead).seat?, lead as u32)));
        let mut held: Vec<(u32, usize, u32)> = held.collect();
        held.sort_unstable();
        for of_account in held.chunk_by(|a, b| a.0 == b.0) {
            let with_owner = of_account.chunk_by(|a, b| a.1 == b.1);
            let name = |seat: usize| roster.seats()[seat].name;
            let most = with_owner.max_by(|a, b| a.len().cmp(&b.len()).then_with(|| name(b[0].1).cmp(name(a[0].1))));
            if let Some(&[(account, seat, lead), ..]) = most {
                first[account as usize] = Some(Home { seat, why: Why::Lead(lead), reason: BLANK });
            }
        }
        Self { accounts, of_run: vec![None; first.len()], first }
    }

    /// Whom a lead's account belongs to, the one before the other.
    pub(super) fn of(&mut self, lead: usize) -> [Option<&mut Home>; 2] {
        match self.accounts.of[lead] as usize {
            0 => [None, None],
            account => [self.first[account].as_mut(), self.of_run[account].as_mut()],
        }
    }

    /// A lead went to somebody.
    pub(super) fn went(&mut self, lead: usize, seat: usize) {
        let account = self.accounts.of[lead] as usize;
        if account != 0 {
            self.of_run[account].get_or_insert(Home { seat, why: Why::Lead(lead as u32), reason: BLANK });
        }
    }
}
