//! The account of every lead, found as for qualifying, but for all leads and before anybody is assigned: whom an account
//! belongs to may decide who gets its leads.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;

use super::MatchForm;
use super::companies::Companies;
use super::crm_links::{CrmIndex, clear_winner};
use super::fields::LeadFields;
use super::search::{AccountSearch, Settled};
use crate::model::answers::RecordVerdicts;
use crate::model::assignments::{LeadAccount, LeadAccounts};
use crate::model::crm::Crm;
use crate::model::facts::Facts;
use crate::model::field::Field;
use crate::model::known_records::KnownRecords;

/// For each lead the account that a seller chose, else that of the contact whom a seller chose, else the one that a person's
/// answer names, else the one in the CRM that matches best, else the company that it shares with other leads. Where several
/// match equally well it is none of them: such leads are kept together by their company.
pub fn accounts(
    facts: &Facts,
    company_key: MatchForm,
    crm: &Crm,
    known: &KnownRecords,
    verdicts: &RecordVerdicts,
) -> LeadAccounts {
    let fields = LeadFields::new(facts);
    let index = CrmIndex::new(crm);
    let search = AccountSearch { company_key, fields: &fields, index: &index, known, verdicts };
    let best = |lead| clear_winner(&search.accounts(lead)).map(|account| account.id);
    let found = |lead| match search.answered_account(lead) {
        Some(Settled::Account(answered)) => Some(answered),
        Some(Settled::New) => None,
        None => best(lead),
    };
    let existing = |lead| search.chosen_account(lead).or_else(|| found(lead));
    let existing: Vec<Option<&str>> = (0..facts.leads()).into_par_iter().map(existing).collect();

    let mut accounts = LeadAccounts { of: Vec::with_capacity(existing.len()), known: vec![LeadAccount::default()] };
    let mut by_id: HashMap<&str, u32, FixedState> = HashMap::default();
    let is_settled = |lead: usize| {
        existing[lead].is_some() || [Field::Company, Field::Domain].iter().all(|&field| !fields.has(field, lead))
    };
    let leads: Vec<usize> = (0..existing.len()).filter(|&lead| !is_settled(lead)).collect();
    let companies = Companies::of(&leads, company_key, &fields);
    let mut drafts = leads.iter().zip(&companies.of).peekable();
    let mut by_draft = vec![None; companies.drafts.len()];
    for (lead, id) in existing.into_iter().enumerate() {
        let next = accounts.known.len() as u32;
        let number = match id {
            Some(id) => *by_id.entry(id).or_insert(next),
            None => match drafts.next_if(|(of, _)| **of == lead) {
                Some((_, &draft)) => *by_draft[draft].get_or_insert(next),
                None => 0,
            },
        };
        if number == next {
            let owner = id.and_then(|id| index.account(id)).map(|account| account.owner.clone());
            let id = id.unwrap_or_default().to_owned();
            accounts.known.push(LeadAccount { id, owner: owner.unwrap_or_default() });
        }
        accounts.of.push(number);
    }
    accounts
}

#[cfg(test)]
mod tests {
    use polars::prelude::Column;

    use super::*;
    use crate::model::crm::{Account, Contact};
    use crate::sample;

    fn account(id: &str, key: &str, domain: &str, owner: &str) -> Account {
        let [id, name, company_key, domain, owner] = [id, key, key, domain, owner].map(str::to_owned);
        Account { id, name, company_key, domain, active: true, owner, ..Account::default() }
    }

    #[test]
    fn leads_of_one_account_have_one_number() {
        // company, domain, country, existing account, existing contact
        let rows: [([Option<&str>; 5], u32, &str); 11] = [
            ([Some("Acme"), None, None, None, None], 1, "by name"),
            ([None, Some("acme.com"), None, None, None], 1, "by domain"),
            ([Some("Beta"), None, None, Some("A"), None], 1, "as a seller says"),
            ([Some("Beta"), None, None, None, Some("C")], 2, "by the contact's account"),
            ([Some("Twin"), None, None, None, None], 3, "two accounts of the name: the company itself"),
            ([Some("Twin"), None, None, None, None], 3, "and again"),
            ([Some("New"), None, Some("DE"), None, None], 4, "not in the CRM"),
            ([Some("New"), Some("new.de"), None, None, None], 4, "a country blank"),
            ([Some("New"), None, Some("FR"), None, None], 5, "another country"),
            ([None, Some("new.de"), None, Some("none such"), None], 4, "the domain alone"),
            ([None, None, Some("DE"), None, None], 0, "nothing to tell"),
        ];
        let fields = ["company", "domain", "country", "existing_account_id", "existing_contact_id"];
        let columns = fields.iter().enumerate().map(|(at, name)| {
            Column::new((*name).into(), rows.iter().map(|row| row.0[at]).collect::<Vec<Option<&str>>>())
        });
        let entities = sample::entities(rows.len(), columns);
        let contact = |id: &str, account_id: &str| Contact {
            id: id.to_owned(),
            account_id: account_id.to_owned(),
            active: true,
            ..Contact::default()
        };
        let crm = Crm {
            accounts: vec![
                account("A", "acme", "acme.com", "anna"),
                account("B", "beta", "", "jan"),
                account("T1", "twin", "", ""),
                account("T2", "twin", "", ""),
            ],
            contacts: vec![contact("C", "B")],
            ..Crm::default()
        };
        let found =
            accounts(&entities.facts, str::to_lowercase, &crm, &KnownRecords::default(), &RecordVerdicts::default());
        for (row, number) in rows.iter().zip(&found.of) {
            assert_eq!(*number, row.1, "{}", row.2);
        }
        let known: Vec<_> = found.known.iter().map(|it| (it.id.as_str(), it.owner.as_str())).collect();
        assert_eq!(known, [("", ""), ("A", "anna"), ("B", "jan"), ("", ""), ("", ""), ("", "")]);
    }
}
