//! New accounts, contacts, opportunities and notes, and what ties them.

use std::borrow::Cow;

use super::Made;
use super::addresses::Addresses;
use super::golden::Golden;
use super::keys::Keys;
use super::names::{first_name, last_name};
use super::notes::Notes;
use super::sheet::{Operation, Sheet, cells, headers};
use crate::config::plan::ChangeSet;
use crate::config::preset::dialect::{AccountCell, ChangeKind, ContactCell, OpportunityCell, RoleCell, header_of};
use crate::model::calendar;
use crate::model::emissions::{Action, EmittedContact, EmittedOpportunity};
use crate::model::field::Field;
use crate::model::ids;

/// The files of new records, in the order in which they are loaded.
pub(super) struct Records {
    pub(super) sheets: Vec<Sheet>,
    /// Ties between records that the CRM had before: an undo has to untie them.
    pub(super) ties: Option<Sheet>,
    pub(super) notes: Notes,
}

/// What is asked of the leads that records came from.
const ASKED: &[Field] = &[Field::FullName, Field::FirstName, Field::LastName];

pub(super) struct Maker<'a, 'k> {
    pub(super) set: &'a ChangeSet,
    pub(super) made: Made<'a>,
    pub(super) keys: &'k mut Keys<'a>,
    pub(super) addresses: &'k mut Addresses<'a>,
    /// The CRM's id of each golden lead's record, ascending.
    pub(super) lead_ids: &'a [(u32, &'a str)],
}

impl<'a> Maker<'a, '_> {
    /// All files.
    pub(super) fn records(mut self) -> Records {
        let of = &self.set.dialect;
        let mut sheets = self.accounts().apart(header_of(&of.accounts.columns, AccountCell::Owner));
        sheets.extend(self.contacts().apart(header_of(&of.contacts.columns, ContactCell::Owner)));
        sheets.extend(self.opportunities().apart(header_of(&of.opportunities.columns, OpportunityCell::Owner)));
        sheets.extend(self.roles());
        let (ties, old) = self.ties();
        sheets.extend(ties);
        let notes = self.notes();
        Records { sheets, ties: old, notes }
    }

    fn accounts(&self) -> Sheet {
        let of = &self.set.dialect.accounts;
        let mut sheet = Sheet::new("accounts", Operation::Upsert, &of.object, &headers(&of.columns), "new accounts");
        for account in self.made.emissions.accounts.iter().filter(|it| it.action == Action::Create) {
            sheet.record(&of.columns, account.origin, |cell| match cell {
                AccountCell::ExternalId => Cow::Borrowed(account.id.as_str()),
                AccountCell::Name => Cow::Borrowed(&account.name),
                AccountCell::Domain => Cow::Borrowed(&account.domain),
                AccountCell::Country => Cow::Borrowed(&account.country),
                AccountCell::Owner => self.made.owner(self.set, &account.owner).unwrap_or_default(),
            });
        }
        sheet
    }

    /// Contacts that are to be made.
    fn new_contacts(&self) -> Vec<&'a EmittedContact> {
        let all = self.made.emissions.contacts.iter();
        all.filter(|it| it.action == Action::Create && self.keys.adopted(it).is_none()).collect()
    }

    fn contacts(&mut self) -> Sheet {
        let set = self.set;
        let of = &set.dialect.contacts;
        let mut sheet = Sheet::new("contacts", Operation::Upsert, &of.object, &headers(&of.columns), "new contacts");
        let new = self.new_contacts();
        let golden = Golden::new(&self.made.entities.facts, new.iter().map(|contact| contact.origin), ASKED);
        let truth = |flag: Option<bool>| Cow::Borrowed(flag.map_or("", |flag| set.truth(flag)));
        for contact in new {
            let account = self.keys.account(&contact.account_id);
            let address = self.addresses.claim(Cow::Borrowed(&contact.email), &contact.id, contact.origin);
            let name = || {
                let of = |field| golden.text(field, contact.origin);
                let same = of(Field::FullName) == contact.full_name;
                let parts = if same { [of(Field::FirstName), of(Field::LastName)] } else { ["", ""] };
                (contact.full_name.as_str(), parts)
            };
            sheet.record(&of.columns, contact.origin, |cell| match cell {
                ContactCell::ExternalId => Cow::Borrowed(contact.id.as_str()),
                ContactCell::FirstName => first_name(name()),
                ContactCell::LastName => last_name(name()),
                ContactCell::JobTitle => Cow::Borrowed(&contact.job_title),
                ContactCell::Email => address.clone(),
                ContactCell::Phone => Cow::Borrowed(&contact.phone),
                ContactCell::Account => account.clone(),
                ContactCell::NoEmail => truth(contact.opt_out.max(contact.do_not_email)),
                ContactCell::NoCall => truth(contact.opt_out.max(contact.do_not_call)),
                ContactCell::Owner => self.made.owner(set, &contact.owner).unwrap_or_default(),
            });
        }
        sheet
    }

    pub(super) fn new_opportunities(&self) -> impl Iterator<Item = &'a EmittedOpportunity> + use<'a> {
        self.made.emissions.opportunities.iter().filter(|it| it.action == Action::Create)
    }

    fn opportunities(&mut self) -> Sheet {
        let set = self.set;
        let of = &set.dialect.opportunities;
        let about = "new opportunities";
        let mut sheet = Sheet::new("opportunities", Operation::Upsert, &of.object, &headers(&of.columns), about);
        let asked: Vec<_> = of.columns.iter().filter_map(|column| column.cell).collect();
        for opportunity in self.new_opportunities() {
            // Only what the file names needs a key.
            let account = asked.contains(&OpportunityCell::Account).then(|| self.keys.account(&opportunity.account_id));
            let contact = asked.contains(&OpportunityCell::Contact).then(|| self.keys.contact(&opportunity.contact_id));
            sheet.record(&of.columns, opportunity.origin, |cell| match cell {
                OpportunityCell::ExternalId => Cow::Borrowed(opportunity.id.as_str()),
                OpportunityCell::Name => Cow::Borrowed(&opportunity.name),
                OpportunityCell::Stage => Cow::Borrowed(&set.dialect.stage),
                OpportunityCell::CloseDate => self.close_date(opportunity),
                OpportunityCell::Amount => {
                    opportunity.estimated_value.map_or(Cow::Borrowed(""), |value| Cow::Owned(value.to_string()))
                }
                OpportunityCell::Currency => Cow::Borrowed(&opportunity.currency),
                OpportunityCell::ProductInterest => Cow::Borrowed(&opportunity.product_interest),
                OpportunityCell::Timeframe => {
                    let ours = &opportunity.purchase_timeframe;
                    Cow::Borrowed(set.dialect.timeframes.get(ours).unwrap_or(ours))
                }
                OpportunityCell::Source => Cow::Borrowed(&opportunity.source),
                OpportunityCell::Account => account.clone().unwrap_or_default(),
                OpportunityCell::Contact => contact.clone().unwrap_or_default(),
                OpportunityCell::Lead => Cow::Borrowed(self.lead_id(opportunity)),
                OpportunityCell::Notes => Cow::Owned(self.notes_of(opportunity)),
                OpportunityCell::Owner => self.made.owner(set, &opportunity.owner).unwrap_or_default(),
            });
        }
        sheet
    }

    /// The day of closing; where the CRM insists on one, some time after the run.
    fn close_date(&self, opportunity: &EmittedOpportunity) -> Cow<'a, str> {
        let day = opportunity.estimated_close_date.map(calendar::day);
        let some_time = || {
            let after = self.set.dialect.close_after?;
            Some(calendar::day(calendar::days(self.made.as_of).saturating_add(i32::try_from(after).ok()?)))
        };
        day.or_else(some_time).map_or(Cow::Borrowed(""), |day| Cow::Owned(day.to_string()))
    }

    /// The CRM's id of the lead that an opportunity came from first, or "".
    fn lead_id(&self, opportunity: &EmittedOpportunity) -> &'a str {
        let found = self.lead_ids.binary_search_by_key(&opportunity.origin.0, |(entity, _)| *entity);
        found.map_or("", |at| self.lead_ids[at].1)
    }

    /// The history of a new opportunity's leads, item by item.
    fn notes_of(&self, opportunity: &EmittedOpportunity) -> String {
        let notes = &self.made.emissions.notes;
        let from = notes.partition_point(|note| note.opportunity_id < opportunity.id);
        let of = notes[from..].iter().take_while(|note| note.opportunity_id == opportunity.id);
        let items: Vec<String> = of
            .map(|note| {
                let at = note.at.map(calendar::timestamp);
                let parts = [at.as_deref().unwrap_or_default(), self.set.dialect.activity(note.activity), &note.author];
                let head: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                format!("{}\n{}", head.join(", "), note.text)
            })
            .collect();
        items.join("\n\n")
    }

    /// Which contact plays a part in which opportunity, where that is a record of its own.
    fn roles(&mut self) -> Option<Sheet> {
        let of = self.set.dialect.roles.as_ref()?;
        let about = "the contacts of the new opportunities";
        let mut sheet = Sheet::new("roles", Operation::Upsert, &of.object, &headers(&of.columns), about);
        for opportunity in self.new_opportunities().filter(|it| !it.contact_id.is_empty()) {
            let contact = self.keys.contact(&opportunity.contact_id);
            if contact.is_empty() {
                continue;
            }
            sheet.row(cells(&of.columns, |cell| match cell {
                RoleCell::ExternalId => Cow::Owned(ids::content_id('R', &["role", &opportunity.id, &contact])),
                RoleCell::Opportunity => Cow::Borrowed(opportunity.id.as_str()),
                RoleCell::Contact => contact.clone(),
            }));
        }
        Some(sheet)
    }

    /// Files that tie records, and of them the ties between records that were there before.
    fn ties(&mut self) -> (Vec<Sheet>, Option<Sheet>) {
        let set = self.set;
        let (mut sheets, mut old) = (Vec::new(), None::<Sheet>);
        for tie in &set.dialect.ties {
            let name = format!("{}_of_{}", tie.to.name(), tie.of.name());
            let about = "what belongs to what";
            let mut sheet = Sheet::new(&name, Operation::Associate, &tie.object, &tie.columns, about);
            for (key, other, is_old) in self.tied(tie.of, tie.to) {
                let cells = [key, other];
                if is_old {
                    let unties = || {
                        let name = format!("untie_{name}");
                        let about = "ties between records that were there before";
                        Sheet::new(&name, Operation::Dissociate, &tie.object, &tie.columns, about)
                    };
                    old.get_or_insert_with(unties).row(cells.iter().cloned());
                }
                sheet.row(cells.into_iter());
            }
            sheets.push(sheet);
        }
        (sheets, old)
    }

    /// The external ids of both, and whether both were there before.
    fn tied(&mut self, of: ChangeKind, to: ChangeKind) -> Vec<(Cow<'a, str>, Cow<'a, str>, bool)> {
        let mut tied = Vec::new();
        let new_account = |made: Made<'a>, id: &str| {
            let accounts = &made.emissions.accounts;
            let at = accounts.binary_search_by(|it| it.id.as_str().cmp(id));
            at.is_ok_and(|at| accounts[at].action == Action::Create)
        };
        match (of, to) {
            (ChangeKind::Contacts, ChangeKind::Accounts) => {
                for contact in self.made.emissions.contacts.iter().filter(|it| !it.account_id.is_empty()) {
                    let adopted = self.keys.adopted(contact);
                    if adopted.is_none() && contact.action == Action::Link {
                        continue;
                    }
                    let is_old = adopted.is_some() && !new_account(self.made, &contact.account_id);
                    if adopted.is_some_and(|it| it.account == contact.account_id) {
                        continue;
                    }
                    tied.push((self.keys.contact(&contact.id), self.keys.account(&contact.account_id), is_old));
                }
            }
            (ChangeKind::Opportunities, _) => {
                for opportunity in self.new_opportunities() {
                    let other = match to {
                        ChangeKind::Accounts => self.keys.account(&opportunity.account_id),
                        ChangeKind::Contacts => self.keys.contact(&opportunity.contact_id),
                        ChangeKind::Opportunities | ChangeKind::Notes | ChangeKind::Leads => Cow::Borrowed(""),
                    };
                    tied.push((Cow::Borrowed(opportunity.id.as_str()), other, false));
                }
            }
            _ => {}
        }
        tied.retain(|(key, other, _)| !key.is_empty() && !other.is_empty());
        tied
    }
}
