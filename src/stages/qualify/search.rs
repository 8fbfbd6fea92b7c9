//! Where a lead's account and contact are looked for: what a seller chose, else candidates among the CRM's records.

use std::collections::BTreeSet;
use std::ops::Deref;

use crate::model::answers::{QuestionKind, RecordVerdicts};
use crate::model::entities::{ContactKind, ContactLabel, EntityId};
use crate::model::field::Field;
use crate::model::issued::RecordKind;
use crate::model::known_records::KnownRecords;

use super::crm_links::{Candidate, CompanyKeys, CrmIndex, EQUALLY_GOOD, PersonKeys, clear_winner};
use super::fields::LeadFields;
use super::{MatchForm, Subjects, kept};

/// The golden leads and the CRM's records, as far as accounts are looked for.
#[derive(Clone, Copy)]
pub(super) struct AccountSearch<'a> {
    pub(super) company_key: MatchForm,
    pub(super) fields: &'a LeadFields,
    pub(super) index: &'a CrmIndex<'a>,
    pub(super) known: &'a KnownRecords,
    pub(super) verdicts: &'a RecordVerdicts,
}

/// The golden leads and the CRM's records.
#[derive(Clone, Copy)]
pub(super) struct Search<'a> {
    pub(super) subjects: &'a Subjects<'a>,
    pub(super) of_accounts: AccountSearch<'a>,
}

/// What answers say of a lead's account.
pub(super) enum Settled<'a> {
    /// It is this one.
    Account(&'a str),
    /// The CRM does not have it.
    New,
}

impl<'a> AccountSearch<'a> {
    /// The account and the contact that a seller linked the lead to, or "", whether or not they exist.
    pub(super) fn given(&self, lead: usize) -> (&'a str, &'a str) {
        (self.fields.text(Field::ExistingAccountId, lead), self.fields.text(Field::ExistingContactId, lead))
    }

    /// A seller's choice of account, else the account of the contact that a seller chose.
    pub(super) fn chosen_account(&self, lead: usize) -> Option<&'a str> {
        self.given_account(lead).or_else(|| self.account_of(self.given(lead).1))
    }

    /// A seller's choice of account, if it exists. Exports of some programs give its name in the place of its id.
    pub(super) fn given_account(&self, lead: usize) -> Option<&'a str> {
        let named = || self.index.account_named(&self.fields.key(self.company_key, Field::ExistingAccountId, lead));
        self.index.account_id(self.given(lead).0).or_else(named)
    }

    /// The account of a contact, if it exists, in use or not.
    pub(super) fn own_account_of(&self, contact: &str) -> Option<&'a str> {
        self.index.account_id(&self.index.contact(contact)?.account_id)
    }

    /// The account that a contact brings: its own, unless that is out of use.
    pub(super) fn account_of(&self, contact: &str) -> Option<&'a str> {
        self.own_account_of(contact).filter(|account| self.index.is_in_use(account))
    }

    /// The account of a contact, where it is the lead's own company: the contact's e-mail address is of its domain, or the
    /// names of both are alike.
    pub(super) fn account_of_colleague(&self, lead: usize, contact: &str) -> Option<&'a str> {
        let domain = self.fields.text(Field::Domain, lead);
        let host = self.index.contact(contact)?.email.split_once('@').map_or("", |(_, host)| host);
        let is_under = host == domain || host.strip_suffix(domain).is_some_and(|sub| sub.ends_with('.'));
        let account = self.account_of(contact)?;
        let names = || {
            let known = self.index.account(account).map_or("", |account| account.company_key.as_str());
            is_one_company(&self.fields.key(self.company_key, Field::Company, lead), known)
        };
        (!domain.is_empty() && is_under || names()).then_some(account)
    }

    /// Accounts that may be the lead's company, best first.
    pub(super) fn accounts(&self, lead: usize) -> Vec<Candidate<'a>> {
        self.accounts_beside(lead, &BTreeSet::new())
    }

    /// The same, as if these were not there.
    pub(super) fn accounts_beside(&self, lead: usize, passed: &BTreeSet<&str>) -> Vec<Candidate<'a>> {
        let keys = CompanyKeys {
            name: &self.fields.key(self.company_key, Field::Company, lead),
            domain: self.fields.text(Field::Domain, lead),
            country: self.fields.text(Field::Country, lead),
        };
        self.index.account_candidates(keys, self.known.of(lead), |id| {
            self.is_told_apart(lead, QuestionKind::Account, id) || passed.contains(id)
        })
    }

    /// The account that people's answers give a lead: the one that they say, else a new one where they say so, else that of
    /// the contact that they say, unless they said that it is not the lead's.
    pub(super) fn answered_account(&self, lead: usize) -> Option<Settled<'a>> {
        if let Some(answered) = self.answered(lead, QuestionKind::Account) {
            return Some(Settled::Account(answered));
        }
        if self.makes_new(lead, QuestionKind::Account) {
            return Some(Settled::New);
        }
        let contact = self.answered(lead, QuestionKind::Contact);
        let of_contact = contact.and_then(|contact| self.account_of(contact));
        self.allowed_account(lead, of_contact).map(Settled::Account)
    }

    /// The record that a person's answer gives the lead.
    pub(super) fn answered(&self, lead: usize, kind: QuestionKind) -> Option<&'a str> {
        let verdicts: &'a RecordVerdicts = self.verdicts;
        verdicts.matched(EntityId(lead as u32), kind)
    }

    /// Whether a person's answer gives the lead a new record.
    pub(super) fn makes_new(&self, lead: usize, kind: QuestionKind) -> bool {
        self.verdicts.makes_new(EntityId(lead as u32), kind)
    }

    /// An account that a contact brings, unless a person said that it is not the lead's.
    pub(super) fn allowed_account(&self, lead: usize, account: Option<&'a str>) -> Option<&'a str> {
        account.filter(|id| !self.is_told_apart(lead, QuestionKind::Account, id))
    }

    /// Whether a person said that a record is not the lead's.
    pub(super) fn is_told_apart(&self, lead: usize, kind: QuestionKind, record: &str) -> bool {
        self.verdicts.excludes(EntityId(lead as u32), kind, record)
    }
}

impl<'a> Deref for Search<'a> {
    type Target = AccountSearch<'a>;

    fn deref(&self) -> &AccountSearch<'a> {
        &self.of_accounts
    }
}

impl<'a> Search<'a> {
    pub(super) fn new(subjects: &'a Subjects<'a>, fields: &'a LeadFields, index: &'a CrmIndex<'a>) -> Self {
        Self {
            subjects,
            of_accounts: AccountSearch {
                company_key: subjects.company_key,
                fields,
                index,
                known: subjects.known_accounts,
                verdicts: subjects.verdicts,
            },
        }
    }

    /// A seller's choice of contact.
    pub(super) fn chosen_contact(&self, lead: usize) -> Option<&'a str> {
        let (_, contact) = self.given(lead);
        self.index.contact_id(contact)
    }

    /// Accounts that may be the lead's company, best first; of those that match equally well, or that only a person could
    /// tell, the one where the lead's person is known.
    pub(super) fn likely_accounts(&self, lead: usize) -> Vec<Candidate<'a>> {
        let mut candidates = self.accounts(lead);
        let [best, ..] = candidates[..] else { return candidates };
        if clear_winner(&candidates).is_some() {
            return candidates;
        }
        let known = clear_winner(&self.contacts(lead, "")).and_then(|contact| self.account_of(contact.id));
        let is_as_good = |it: &Candidate<'_>| best.weak || best.strength - it.strength <= EQUALLY_GOOD;
        let is_known = |it: &Candidate<'_>| Some(it.id) == known && is_as_good(it);
        if let Some(place) = candidates.iter().position(is_known) {
            candidates = vec![Candidate { weak: false, ..candidates.swap_remove(place) }];
        }
        candidates
    }

    /// Contacts that may be the lead's person, best first; `account`: the lead's, or "".
    pub(super) fn contacts(&self, lead: usize, account: &str) -> Vec<Candidate<'a>> {
        self.contacts_beside(lead, account, &BTreeSet::new())
    }

    /// The same, as if these were not there.
    pub(super) fn contacts_beside(&self, lead: usize, account: &str, passed: &BTreeSet<&str>) -> Vec<Candidate<'a>> {
        self.index.contact_candidates(
            PersonKeys {
                name: &self.fields.key(self.subjects.name_key, Field::FullName, lead),
                emails: &self.emails(lead),
                phones: &self.phones(lead),
                account_id: account,
            },
            self.subjects.known_contacts.of(lead),
            |id| self.is_told_apart(lead, QuestionKind::Contact, id) || passed.contains(id),
        )
    }

    /// The records of the CRM that an answer `new` has passed over already, where an earlier run made one of the kind for the
    /// lead and the CRM does not know it by the id that it got. What comes into question beside these was not there then: it
    /// is what became of the new record in a CRM that keeps no ids of ours.
    pub(super) fn passed_over(&self, lead: usize, kind: RecordKind) -> Option<BTreeSet<&'a str>> {
        let is_known = |id: &str| match kind {
            RecordKind::Account => self.index.account(id).is_some(),
            RecordKind::Contact => self.index.contact(id).is_some(),
            RecordKind::Opportunity => self.index.opportunity(id).is_some(),
            // What only change sets make, nobody is asked about.
            RecordKind::Lead | RecordKind::Note => false,
        };
        match kept::given(kind, lead, self.subjects).any(is_known) {
            true => None,
            false => kept::passed_over(kind, lead, self.subjects),
        }
    }

    /// All e-mail addresses of a lead.
    pub(super) fn emails(&self, lead: usize) -> Vec<&'a str> {
        self.reach(lead, ContactKind::Email, &Field::EMAILS)
    }

    /// All its phone numbers.
    pub(super) fn phones(&self, lead: usize) -> Vec<&'a str> {
        self.reach(lead, ContactKind::Phone, &Field::PHONES)
    }

    /// All e-mail addresses or phone numbers of a lead, those of its members included (a fax reaches nobody in person).
    fn reach(&self, lead: usize, kind: ContactKind, fields: &[Field]) -> Vec<&'a str> {
        let points = &self.subjects.entities.contact_points;
        let from = points.partition_point(|point| point.entity.index() < lead);
        let own = points[from..].iter().take_while(|point| point.entity.index() == lead);
        let others = own
            .filter(|point| point.kind == kind && point.label != ContactLabel::Fax)
            .map(|point| point.value.as_str());
        let mut values: Vec<&str> = fields
            .iter()
            .map(|&field| self.fields.text(field, lead))
            .chain(others)
            .filter(|it| !it.is_empty())
            .collect();
        values.sort_unstable();
        values.dedup();
        values
    }
}

/// Names of companies so much alike are spellings of one, where a person belongs to both (Jaro-Winkler).
const ONE_COMPANY: f64 = 0.92;

/// Whether two names of companies in match form may be one's: alike, or one the initials of the other.
fn is_one_company(a: &str, b: &str) -> bool {
    let initials = |name: &str| name.split(' ').filter_map(|word| word.chars().next()).collect::<String>();
    let are_initials = |short: &str, long: &str| short.chars().count() > 1 && short == initials(long);
    let alike = || strsim::jaro_winkler(a, b) >= ONE_COMPANY;
    !a.is_empty() && !b.is_empty() && (are_initials(a, b) || are_initials(b, a) || alike())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn companies_are_called_alike() {
        for (a, b, is) in [
            ("titan harrison marketinng", "titan harrison marketing", true),
            ("gc", "gibson consulting", true),
            ("gibson consulting", "gc", true),
            ("g", "gibson", false),
            ("", "acme", false),
            ("royal meyer electronics", "sapphire halawick", false),
            ("acme north", "beta north", false),
        ] {
            assert_eq!(is_one_company(a, b), is, "{a:?} and {b:?}");
        }
    }
}
