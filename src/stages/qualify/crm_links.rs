//! Matching leads with the CRM's accounts, contacts and open opportunities, by exact keys.
//!
//! The strengths are fixed, probability-like numbers in per cent, so that "within 0.05" is exact:
//!
//! | account | | contact | |
//! |---|--:|---|--:|
//! | domain and company name, one country | 99 | e-mail and equal name | 99 |
//! | the same, a country blank | 98 | e-mail and compatible name | 95 |
//! | company name and country | 95 | name and account | 95 |
//! | domain and company name, other countries | 92 | name and phone | 93 |
//! | domain | 90 | a person's e-mail and similar name | 92 |
//! | company name, a country blank | 85 | e-mail, a name blank | 90 |
//! | company name and country, other domains | 85 | name and account or phone, other e-mails | 88 |
//!
//! An e-mail address with a name that contradicts is a shared mailbox and links nobody. Contacts that linkage has found
//! come beside these, as strong as they are probable. Where rules of the pipeline file find records, no others count.

use std::cmp::Reverse;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::model::crm::{Account, Contact, Crm, Opportunity, OpportunityStatus};
use crate::model::known_records::{Ground, KnownRecord};
use crate::model::record_ids::RecordIds;

/// Candidates so close to the best are as good as it, in per cent.
pub(super) const EQUALLY_GOOD: u8 = 5;

/// A record that may be the lead's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate<'a> {
    /// In per cent.
    pub(super) strength: u8,
    /// Whether only a person can tell that it is the lead's: linkage does not reach the threshold for links.
    pub(super) weak: bool,
    pub(super) id: &'a str,
    pub(super) account_id: &'a str,
}

impl<'a> Candidate<'a> {
    /// The account of the lead's contact, which is as telling as a domain.
    pub(super) fn of_contact(id: &'a str) -> Self {
        Self { strength: 90, weak: false, id, account_id: id }
    }

    /// One that linkage has found.
    fn known(known: &KnownRecord, id: &'a str, account_id: &'a str) -> Self {
        Self { strength: (known.probability * 100.0).floor() as u8, weak: known.is_weak, id, account_id }
    }
}

/// Records that rules of the pipeline file find.
fn by_rules(known: &[KnownRecord]) -> impl Iterator<Item = &KnownRecord> {
    known.iter().filter(|known| matches!(known.ground, Ground::Rule(_)))
}

/// What is known of a lead's company.
#[derive(Debug, Clone, Copy)]
pub(super) struct CompanyKeys<'a> {
    pub(super) name: &'a str,
    pub(super) domain: &'a str,
    pub(super) country: &'a str,
}

/// What is known of a lead's person.
#[derive(Debug, Clone, Copy)]
pub(super) struct PersonKeys<'a> {
    pub(super) name: &'a str,
    pub(super) emails: &'a [&'a str],
    pub(super) phones: &'a [&'a str],
    pub(super) account_id: &'a str,
}

type Index<'a, T> = HashMap<&'a str, Vec<&'a T>, FixedState>;

/// The CRM's records by their keys; inactive records are no candidates.
pub(super) struct CrmIndex<'a> {
    crm: &'a Crm,
    accounts: RecordIds<'a, Account>,
    accounts_by_name: Index<'a, Account>,
    accounts_by_domain: Index<'a, Account>,
    contacts: RecordIds<'a, Contact>,
    contacts_by_email: Index<'a, Contact>,
    contacts_by_name: Index<'a, Contact>,
    opportunities: RecordIds<'a, Opportunity>,
    open_by_account: Index<'a, Opportunity>,
    open_by_contact: Index<'a, Opportunity>,
}

impl<'a> CrmIndex<'a> {
    pub(super) fn new(crm: &'a Crm) -> Self {
        let accounts = || crm.accounts.iter().filter(|account| account.active);
        let contacts = || crm.contacts.iter().filter(|contact| contact.active);
        let open = || crm.opportunities.iter().filter(|it| it.status == OpportunityStatus::Open);
        Self {
            crm,
            accounts: RecordIds::accounts(&crm.accounts),
            accounts_by_name: index(accounts(), |account| [account.company_key.as_str()]),
            accounts_by_domain: index(accounts(), |account| [account.domain.as_str()]),
            contacts: RecordIds::contacts(&crm.contacts),
            contacts_by_email: index(contacts(), Contact::emails),
            contacts_by_name: index(contacts(), |contact| [contact.name_key.as_str()]),
            opportunities: RecordIds::opportunities(&crm.opportunities),
            open_by_account: index(open(), |opportunity| [opportunity.account_id.as_str()]),
            open_by_contact: index(open(), |opportunity| opportunity.contacts().map(String::as_str)),
        }
    }

    /// All records.
    pub(super) fn crm(&self) -> &'a Crm {
        self.crm
    }

    /// The account of an id: the CRM's, or the one that a run gave it before it came into the CRM.
    pub(super) fn account(&self, id: &str) -> Option<&'a Account> {
        self.accounts.record(id)
    }

    /// The contact of an id, likewise.
    pub(super) fn contact(&self, id: &str) -> Option<&'a Contact> {
        self.contacts.record(id)
    }

    /// The place of a contact among those of the CRM, which are sorted by id.
    pub(super) fn contact_place(&self, id: &str) -> Option<usize> {
        self.crm.contact_row(id)
    }

    /// The opportunity of an id, likewise.
    pub(super) fn opportunity(&self, id: &str) -> Option<&'a Opportunity> {
        self.opportunities.record(id)
    }

    /// The opportunity at a place of the CRM's list.
    pub(super) fn opportunity_at(&self, place: u32) -> &'a Opportunity {
        &self.crm.opportunities[place as usize]
    }

    /// Whether there are any opportunities.
    pub(super) fn has_opportunities(&self) -> bool {
        !self.crm.opportunities.is_empty()
    }

    /// Whether an account of this id exists; without accounts from the CRM, an id is taken at its word.
    pub(super) fn knows_account(&self, id: &str) -> bool {
        !self.crm.has_all_accounts() || self.account(id).is_some()
    }

    /// Whether a contact of this id exists; without contacts from the CRM, an id is taken at its word.
    pub(super) fn knows_contact(&self, id: &str) -> bool {
        !self.crm.has_all_contacts() || self.contact(id).is_some()
    }

    /// Whether an account may be linked unless a seller names it; one of which the CRM tells nothing may.
    pub(super) fn is_in_use(&self, id: &str) -> bool {
        self.account(id).is_none_or(|account| account.active)
    }

    /// The CRM's own id of an account that exists.
    pub(super) fn account_id(&self, id: &'a str) -> Option<&'a str> {
        let known = self.account(id).map(|account| account.id.as_str());
        known.or(Some(id).filter(|id| !id.is_empty() && !self.crm.has_all_accounts()))
    }

    /// The id of the only active account of this name in match form.
    pub(super) fn account_named(&self, name: &str) -> Option<&'a str> {
        match of(&self.accounts_by_name, name) {
            [only] => Some(&only.id),
            _ => None,
        }
    }

    /// The only active account of this domain; of several, the only one that has no parent: the others are its branches.
    pub(super) fn account_of_domain(&self, domain: &str) -> Option<&'a str> {
        let all = of(&self.accounts_by_domain, domain);
        let mut heads = all.iter().filter(|account| all.len() == 1 || account.parent_id.is_empty());
        heads.next().filter(|_| heads.next().is_none()).map(|only| only.id.as_str())
    }

    /// The CRM's own id of a contact that exists.
    pub(super) fn contact_id(&self, id: &'a str) -> Option<&'a str> {
        let known = self.contact(id).map(|contact| contact.id.as_str());
        known.or(Some(id).filter(|id| !id.is_empty() && !self.crm.has_all_contacts()))
    }

    /// Accounts that may be the lead's company, best first: by rules, else by their keys, else those that linkage has found.
    /// Where both name a country, it is the same, unless they have one domain. What is told apart from the lead is none.
    pub(super) fn account_candidates(
        &self,
        lead: CompanyKeys<'_>,
        known: &[KnownRecord],
        is_told_apart: impl Fn(&str) -> bool,
    ) -> Vec<Candidate<'a>> {
        let ranked = |candidates: &mut dyn Iterator<Item = Candidate<'a>>| {
            ranked(candidates.filter(|candidate| !is_told_apart(candidate.id)))
        };
        let by_rules = ranked(&mut by_rules(known).map(|known| {
            let account = &self.crm.accounts[known.record as usize];
            Candidate::known(known, &account.id, &account.id)
        }));
        if !by_rules.is_empty() {
            return by_rules;
        }
        let named = of(&self.accounts_by_name, lead.name).iter();
        let same_domain = of(&self.accounts_by_domain, lead.domain).iter();
        let by_keys = ranked(&mut named.chain(same_domain).filter_map(|account| {
            let name = !lead.name.is_empty() && account.company_key == lead.name;
            let domain = !lead.domain.is_empty() && account.domain == lead.domain;
            let blank = lead.country.is_empty() || account.country.is_empty();
            let domains_differ = !domain && !lead.domain.is_empty() && !account.domain.is_empty();
            let strength = match (domain, name) {
                (true, true) if blank => 98,
                (true, true) if lead.country != account.country => 92,
                (true, true) => 99,
                (true, false) => 90,
                (false, true) if blank => 85,
                (false, true) if lead.country != account.country => return None,
                (false, true) if domains_differ => 85,
                (false, true) => 95,
                (false, false) => return None,
            };
            Some(Candidate { strength, weak: false, id: &account.id, account_id: &account.id })
        }));
        if !by_keys.is_empty() {
            return by_keys;
        }
        ranked(&mut known.iter().filter_map(|known| {
            let account = &self.crm.accounts[known.record as usize];
            let abroad = !lead.country.is_empty() && !account.country.is_empty() && lead.country != account.country;
            let one_domain = !lead.domain.is_empty() && lead.domain == account.domain;
            (one_domain || !abroad).then(|| Candidate::known(known, &account.id, &account.id))
        }))
    }

    /// Contacts that may be the lead's person, best first: by rules, else by their keys, and those that linkage has found.
    pub(super) fn contact_candidates(
        &self,
        lead: PersonKeys<'_>,
        known: &[KnownRecord],
        is_told_apart: impl Fn(&str) -> bool,
    ) -> Vec<Candidate<'a>> {
        let ranked = |candidates: &mut dyn Iterator<Item = Candidate<'a>>| {
            ranked(candidates.filter(|candidate| !is_told_apart(candidate.id)))
        };
        let found = |known: &KnownRecord| {
            let contact = &self.crm.contacts[known.record as usize];
            Candidate::known(known, &contact.id, &contact.account_id)
        };
        let by_rules = ranked(&mut by_rules(known).map(found));
        if !by_rules.is_empty() {
            return by_rules;
        }
        let by_email = lead.emails.iter().flat_map(|email| of(&self.contacts_by_email, email));
        let by_name = of(&self.contacts_by_name, lead.name).iter();
        let by_keys = by_email.chain(by_name).filter_map(|contact| {
            let shared = contact.emails().find(|email| lead.emails.contains(email));
            let email = shared.is_some();
            let phone = lead.phones.contains(&contact.phone.as_str()) && !contact.phone.is_empty();
            let account = !lead.account_id.is_empty() && contact.account_id == lead.account_id;
            let emails_differ = !email && contact.emails().next().is_some() && !lead.emails.is_empty();
            let strength = match names(lead.name, &contact.name_key) {
                Names::Equal if email => 99,
                Names::Compatible if email => 95,
                Names::Equal if emails_differ && (account || phone) => 88,
                Names::Equal if account => 95,
                Names::Equal if phone => 93,
                Names::Different if shared.is_some_and(|it| is_persons(it, lead.name, &contact.name_key)) => 92,
                Names::Blank if email => 90,
                _ => return None,
            };
            Some(Candidate { strength, weak: false, id: &contact.id, account_id: &contact.account_id })
        });
        ranked(&mut by_keys.chain(known.iter().map(found)))
    }

    /// Open opportunities that may hang on this account or contact, by id.
    pub(super) fn open_opportunities(&self, account_id: &str, contact_id: &str) -> Vec<&'a Opportunity> {
        let by_account = of(&self.open_by_account, account_id).iter();
        let by_contact = of(&self.open_by_contact, contact_id).iter();
        let mut open: Vec<&Opportunity> = by_account.chain(by_contact).copied().collect();
        open.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        open.dedup_by(|a, b| a.id == b.id);
        open
    }
}

/// Records by their keys; blank ones are none.
fn index<'a, T, K: IntoIterator<Item = &'a str>>(
    records: impl Iterator<Item = &'a T>,
    keys: impl Fn(&'a T) -> K,
) -> Index<'a, T> {
    let mut index = Index::default();
    for record in records {
        for key in keys(record).into_iter().filter(|key| !key.is_empty()) {
            index.entry(key).or_insert_with(Vec::new).push(record);
        }
    }
    index
}

fn of<'i, 'a, T>(index: &'i Index<'a, T>, key: &str) -> &'i [&'a T] {
    index.get(key).map_or(&[], Vec::as_slice)
}

/// Strongest first, weak ones last, then by id; each record once, as strong as it is at best.
fn ranked<'a>(candidates: impl Iterator<Item = Candidate<'a>>) -> Vec<Candidate<'a>> {
    let rank = |it: &Candidate<'_>| (it.weak, Reverse(it.strength));
    let mut ranked: Vec<Candidate<'_>> = candidates.collect();
    ranked.sort_unstable_by(|a, b| a.id.cmp(b.id).then_with(|| rank(a).cmp(&rank(b))));
    ranked.dedup_by(|a, b| a.id == b.id);
    ranked.sort_by_key(rank);
    ranked
}

/// The candidate that is better than all others, if there is one.
pub(super) fn clear_winner<'a>(candidates: &[Candidate<'a>]) -> Option<Candidate<'a>> {
    match candidates {
        [best, ..] if best.weak => None,
        [best, second, ..] if !second.weak && best.strength - second.strength <= EQUALLY_GOOD => None,
        [best, ..] => Some(*best),
        [] => None,
    }
}

/// Whether two names in match form may be of one person; none where one of them is blank.
pub fn names_agree(a: &str, b: &str) -> Option<bool> {
    match names(a, b) {
        Names::Equal | Names::Compatible => Some(true),
        Names::Different => Some(false),
        Names::Blank => None,
    }
}

/// Whether two names in match form at one e-mail address are of one person; a blank one may be anybody's.
pub fn are_one_at(email: &str, name: &str, known: &str) -> bool {
    match names(name, known) {
        Names::Equal | Names::Compatible | Names::Blank => true,
        Names::Different => is_persons(email, name, known),
    }
}

enum Names {
    Equal,
    Compatible,
    Blank,
    Different,
}

/// Compatible: each word of the shorter name stands in the longer one, or is an initial of a word there that is left.
fn names(a: &str, b: &str) -> Names {
    if a.is_empty() || b.is_empty() {
        return Names::Blank;
    }
    if a == b {
        return Names::Equal;
    }
    fn words(name: &str) -> impl Iterator<Item = &str> {
        name.split(' ').filter(|word| !word.is_empty())
    }
    let (shorter, longer) = if words(a).count() > words(b).count() { (b, a) } else { (a, b) };
    let initial = |word: &str, other: &str| {
        let (short, long) = if word.len() <= other.len() { (word, other) } else { (other, word) };
        short.chars().nth(1).is_none() && long.starts_with(short)
    };
    // Nearly all pairs fail here: of 30,000 leads with one mailbox, 3,000 of them opted out, 80 million.
    if !words(shorter).all(|word| words(longer).any(|other| word == other || initial(word, other))) {
        return Names::Different;
    }
    let (mut shorter, mut longer): (Vec<&str>, Vec<&str>) = (words(shorter).collect(), words(longer).collect());
    shorter.retain(|word| match longer.iter().position(|other| other == word) {
        Some(place) => {
            longer.remove(place);
            false
        }
        None => true,
    });
    let compatible = shorter.iter().all(|word| match longer.iter().position(|other| initial(word, other)) {
        Some(place) => {
            longer.remove(place);
            true
        }
        None => false,
    });
    if compatible { Names::Compatible } else { Names::Different }
}

/// Words of names so much alike are spellings of one (Jaro-Winkler): "ana" and "anna" are, "jan" and "ivan" are not.
const ONE_SPELLING: f64 = 0.88;

/// Whether an address is a person's, whose name is written in two ways: one with a slip, where the address bears a word of
/// the name, or with another family name, where it bears the whole name that the CRM has.
fn is_persons(email: &str, name: &str, known: &str) -> bool {
    let local = email.split('@').next().unwrap_or_default();
    let words = |name: &'_ str| name.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let (name, known) = (words(name), words(known));
    let is_borne = |word: &String| word.chars().count() >= 3 && local.contains(word.as_str());
    let has_like = |word: &String| known.iter().any(|other| strsim::jaro_winkler(word, other) >= ONE_SPELLING);
    let is_slip = name.len() == known.len() && name.iter().all(has_like);
    let is_whole = known.len() > 1 && known.iter().all(is_borne);
    is_slip && known.iter().any(is_borne) || is_whole && name.iter().any(|word| known.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_word_by_word() {
        let cases = [
            ("ana kirova", "ana kirova", "equal"),
            ("ana kirova", "ana kirova maria", "compatible"),
            ("a kirova", "ana kirova", "compatible"),
            ("kirova", "ana kirova", "compatible"),
            ("ana kirova", "ivan kirova", "different"),
            ("a kirova", "ivan kirova", "different"),
            ("", "ana", "blank"),
            ("ana", "", "blank"),
        ];
        for (a, b, expected) in cases {
            for (left, right) in [(a, b), (b, a)] {
                let found = match names(left, right) {
                    Names::Equal => "equal",
                    Names::Compatible => "compatible",
                    Names::Blank => "blank",
                    Names::Different => "different",
                };
                assert_eq!(found, expected, "{left:?} and {right:?}");
            }
        }
    }

    #[test]
    fn an_address_may_be_a_persons_whatever_the_name() {
        for (email, name, known, is) in [
            ("ana@acme.com", "anna kirova", "ana kirova", true),
            ("kirova@acme.com", "ana kirowa", "ana kirova", true),
            ("info@acme.com", "anna kirova", "ana kirova", false),
            ("ana.kirova@acme.com", "ana petrova", "ana kirova", true),
            ("ana@acme.com", "ana petrova", "ana kirova", false),
            ("ana.kirova@acme.com", "ivan petrov", "ana kirova", false),
            ("jan@acme.com", "ivan novak", "jan novak", false),
        ] {
            assert_eq!(is_persons(email, name, known), is, "{email}: {name} and {known}");
        }
    }

    #[test]
    fn a_winner_is_more_than_five_per_cent_better() {
        let candidate = |strength, id| Candidate { strength, weak: false, id, account_id: "" };
        let cases: [(&[u8], Option<&str>); 5] =
            [(&[], None), (&[85], Some("0")), (&[99, 93], Some("0")), (&[99, 94], None), (&[95, 95, 85], None)];
        for (strengths, expected) in cases {
            let ids = ["0", "1", "2"];
            let candidates: Vec<_> = strengths.iter().zip(ids).map(|(&strength, id)| candidate(strength, id)).collect();
            assert_eq!(clear_winner(&candidates).map(|it| it.id), expected, "{strengths:?}");
        }
    }
}
