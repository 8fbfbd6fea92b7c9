//! The batch: records of all qualifying leads, where leads of one company share an account.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::config::plan::QualifyPlan;
use crate::model::consent::Wishes;
use crate::model::emissions::{
    Action, Emissions, EmittedAccount, EmittedContact, EmittedOpportunity, OpportunityLine, OpportunityNote, ValueFrom,
};
use crate::model::entities::{ActivityKind, EntityId};
use crate::model::field::Field;
use crate::model::money;
use crate::model::rows::FindingCode;

use super::Subjects;
use super::catalogue::{Catalogue, Wanted};
use super::companies::{Companies, Draft, fill};
use super::crm_links::CrmIndex;
use super::decide::{Outcome, Tie, Wish};
use super::fields::LeadFields;
use super::interest::{Interest, settle_close_date, value_of_lines, worth};
use super::kept::Keeper;
use super::new_ids::NewIds;
use super::own;
use super::parents;

/// The records that the outcomes ask for, by id; each once. Leads go in entity order: the first of a company gives the
/// account's name, and each further one fills what is still blank. Repeats are leads whose opportunity another lead of the
/// batch has, and that lead: they are blocked already, or linked, as if it were in the CRM.
pub(super) fn emit(
    plan: &QualifyPlan,
    subjects: &Subjects<'_>,
    fields: &LeadFields,
    (index, catalogue, as_of): (&CrmIndex<'_>, &Catalogue<'_>, Date),
    repeats: &[(usize, usize)],
    outcomes: &mut [Outcome<'_>],
) -> (Emissions, Vec<(EntityId, FindingCode, String)>) {
    // Few leads qualify.
    let wishing = outcomes.par_iter().enumerate().filter_map(|(lead, it)| it.wish.as_ref().map(|_| lead));
    let qualifying: Vec<usize> = wishing.collect();
    let makes = |&lead: &usize| outcomes[lead].wish.as_ref().is_some_and(|wish| wish.account == Tie::New);
    let makers: Vec<usize> = qualifying.iter().copied().filter(makes).collect();
    let companies = Companies::of(&makers, subjects.company_key, fields);
    let keeper = Keeper { subjects, index };
    let made = NewIds::settle(plan, keeper, companies.settled(&makers, keeper), &qualifying, repeats, outcomes);
    for &(lead, first) in repeats {
        outcomes[lead].decision.found_mut().matched.push(format!("opportunity:{}", made.opportunity(first)));
    }
    let mut drafts = makers.iter().zip(companies.of.iter().map(|&draft| &companies.drafts[draft])).peekable();
    let mut batch = Batch {
        plan,
        subjects,
        fields,
        index,
        catalogue,
        lines: BTreeMap::new(),
        findings: Vec::new(),
        made: &made,
        accounts: BTreeMap::new(),
        contacts: BTreeMap::new(),
        opportunities: BTreeMap::new(),
    };
    let mut notes = Vec::new();
    for lead in qualifying {
        let outcome = &mut outcomes[lead];
        let Some(wish) = outcome.wish.as_deref().copied() else { continue };
        let draft = drafts.next_if(|(maker, _)| **maker == lead).map(|(_, draft)| draft);
        let account_id = batch.account(lead, wish, draft);
        let contact_id = batch.contact(lead, wish, &account_id);
        let found = outcome.decision.found_mut();
        found.qualified_times = 1;
        if let Some(opportunity) = wish.opportunity {
            let id = batch.opportunity(lead, opportunity, &account_id, &contact_id);
            notes.extend(batch.notes(lead, &id));
            let had = own::opportunities(lead, subjects, index);
            found.qualified_times = had.iter().filter(|it| it.id != id).count() as u32 + 1;
            found.opportunity_id = id;
        }
        (found.account_id, found.contact_id) = (account_id, contact_id);
    }
    notes.sort_unstable_by(|a, b| note_key(a).cmp(&note_key(b)));
    notes.dedup();
    parents::tie(&plan.parents, &mut batch.accounts, index, subjects.company_key, &mut batch.findings);
    let lines = batch.settle(as_of);
    let emissions = Emissions {
        accounts: batch.accounts.into_values().collect(),
        contacts: batch.contacts.into_values().collect(),
        opportunities: batch.opportunities.into_values().collect(),
        lines,
        notes,
        issued: made.records(outcomes),
        ..Emissions::default()
    };
    (emissions, batch.findings)
}

type NoteKey<'a> = (&'a str, Option<i64>, EntityId, ActivityKind, &'a str, &'a str);

fn note_key(note: &OpportunityNote) -> NoteKey<'_> {
    (&note.opportunity_id, note.at, note.lead, note.activity, &note.text, &note.author)
}

struct Batch<'a> {
    plan: &'a QualifyPlan,
    subjects: &'a Subjects<'a>,
    fields: &'a LeadFields,
    index: &'a CrmIndex<'a>,
    catalogue: &'a Catalogue<'a>,
    /// By opportunity, in the order of the leads.
    lines: BTreeMap<String, Vec<OpportunityLine>>,
    findings: Vec<(EntityId, FindingCode, String)>,
    made: &'a NewIds,
    accounts: BTreeMap<String, EmittedAccount>,
    contacts: BTreeMap<String, EmittedContact>,
    opportunities: BTreeMap<String, EmittedOpportunity>,
}

impl Batch<'_> {
    fn text(&self, field: Field, lead: usize) -> String {
        self.fields.text(field, lead).to_owned()
    }

    fn owner(&self, lead: usize) -> String {
        self.subjects.assignments.owner.get(lead).to_owned()
    }

    /// The id of the lead's account, or "". A record that an earlier run made, and that the CRM has by now, is linked.
    fn account(&mut self, lead: usize, wish: Wish<'_>, draft: Option<&Draft>) -> String {
        let id = match (wish.account, draft) {
            (Tie::Existing(id), _) => id.to_owned(),
            (Tie::New, Some(_)) => self.made.account(lead).to_owned(),
            (Tie::New | Tie::Without, _) => return String::new(),
        };
        let known = self.index.account(&id);
        let id = known.map_or(id, |known| known.id.clone());
        let action = if known.is_some() || draft.is_none() { Action::Link } else { Action::Create };
        let mut account = EmittedAccount {
            id: id.clone(),
            origin: EntityId(lead as u32),
            action,
            name: known.map(|it| it.name.clone()).unwrap_or_default(),
            domain: known.map(|it| it.domain.clone()).unwrap_or_default(),
            country: known.map(|it| it.country.clone()).unwrap_or_default(),
            // An existing account keeps its owner.
            owner: if action == Action::Create { self.owner(lead) } else { String::new() },
            parent_id: known.map(|it| it.parent_id.clone()).unwrap_or_default(),
        };
        fill(&mut account.name, self.fields.text(Field::Company, lead));
        fill(&mut account.domain, draft.map_or(self.fields.text(Field::Domain, lead), |draft| &draft.domain));
        fill(&mut account.country, draft.map_or(self.fields.text(Field::Country, lead), |draft| &draft.country));
        match self.accounts.get_mut(&id) {
            // A further lead of the company may know what the first one did not.
            Some(held) => {
                fill(&mut held.name, &account.name);
                fill(&mut held.domain, &account.domain);
                fill(&mut held.country, &account.country);
            }
            None => drop(self.accounts.insert(id.clone(), account)),
        }
        id
    }

    /// The id of the lead's contact, or "".
    fn contact(&mut self, lead: usize, wish: Wish<'_>, account_id: &str) -> String {
        let (id, mut action) = match wish.contact {
            Tie::Existing(id) => (id.to_owned(), Action::Link),
            Tie::New => (self.made.contact(lead).to_owned(), Action::Create),
            Tie::Without => return String::new(),
        };
        let known = self.index.contact(&id);
        if known.is_some() {
            action = Action::Link;
        }
        let id = known.map_or(id, |known| known.id.clone());
        let held =
            |text: fn(&crate::model::crm::Contact) -> &String| known.map(|it| text(it).clone()).unwrap_or_default();
        // A wish counts, whoever brought it: true before false before not said.
        let mut consent = self.fields.consent(lead);
        if let Some((contact, at)) = known.zip(self.index.contact_place(&id)) {
            let wishes = self.subjects.consent.of_contact(at);
            for ((flag, known), (wish, _)) in consent.iter_mut().zip(contact.consent).zip(Wishes::FLAGS) {
                *flag = known.max(*flag).max(wishes.has(wish).then_some(true));
            }
        }
        let [opt_out, do_not_email, do_not_call] = consent;
        let mut contact = EmittedContact {
            id: id.clone(),
            origin: EntityId(lead as u32),
            action,
            account_id: held(|it| &it.account_id),
            full_name: held(|it| &it.full_name),
            email: held(|it| &it.email),
            phone: held(|it| &it.phone),
            job_title: self.text(Field::JobTitle, lead),
            owner: if action == Action::Create { self.owner(lead) } else { String::new() },
            opt_out,
            do_not_email,
            do_not_call,
        };
        fill(&mut contact.account_id, account_id);
        fill(&mut contact.full_name, self.fields.text(Field::FullName, lead));
        fill(&mut contact.email, self.fields.first(&Field::EMAILS, lead));
        fill(&mut contact.phone, self.fields.first(&Field::PHONES, lead));
        let held = match self.contacts.get_mut(&id) {
            Some(held) => {
                fill(&mut held.account_id, &contact.account_id);
                fill(&mut held.full_name, &contact.full_name);
                fill(&mut held.email, &contact.email);
                fill(&mut held.phone, &contact.phone);
                fill(&mut held.job_title, &contact.job_title);
                held
            }
            None => self.contacts.entry(id.clone()).or_insert(contact),
        };
        // A wish counts, whichever lead brought it: true before false before not said.
        held.opt_out = held.opt_out.max(opt_out);
        held.do_not_email = held.do_not_email.max(do_not_email);
        held.do_not_call = held.do_not_call.max(do_not_call);
        id
    }

    /// The id of the lead's opportunity.
    fn opportunity(&mut self, lead: usize, tie: Tie<'_>, account_id: &str, contact_id: &str) -> String {
        let id = match tie {
            Tie::Existing(id) => id.to_owned(),
            Tie::New | Tie::Without => self.made.opportunity(lead).to_owned(),
        };
        let interest = Interest::of(self.fields, lead);
        let (known, per_account) = (self.index.opportunity(&id), self.plan.opportunity_per_account);
        let wanted = self.wanted(lead, &id, interest);
        // Of an account's several leads each has a wish of its own; one lead's value is settled when all lines are there.
        let sums = if per_account { worth(&wanted.lines) } else { Vec::new() };
        let interest = interest.or_worth(&sums);
        match self.opportunities.get_mut(&id) {
            None => {
                let mut opportunity = self.new_opportunity(lead, &id, account_id, contact_id);
                // What the CRM has stands; the lead's products are added.
                interest.fill(&mut opportunity, self.catalogue);
                self.opportunities.insert(id.clone(), opportunity);
            }
            // An amount of the CRM's has the leads' values in it already, when an earlier run made the opportunity.
            Some(held) if per_account => {
                let left_out = interest.join(held, self.catalogue, known.is_none_or(|it| it.amount.is_none()));
                let of_lead = |told| (EntityId(lead as u32), FindingCode::MixedCurrencies, told);
                self.findings.extend(left_out.map(of_lead));
            }
            Some(held) => interest.fill(held, self.catalogue),
        }
        self.findings.extend(wanted.findings);
        if !wanted.lines.is_empty() {
            self.lines.entry(id.clone()).or_default().extend(wanted.lines);
        }
        id
    }

    /// What the lead adds to an opportunity: products that neither the CRM nor, where the wish is one, an earlier lead has
    /// in it.
    fn wanted(&self, lead: usize, id: &str, interest: Interest<'_>) -> Wanted {
        let known = self.index.opportunity(id).map(|known| (known.product_interest.as_str(), known.currency.as_str()));
        let held = self.opportunities.get(id).filter(|_| !self.plan.opportunity_per_account);
        let held = held.map(|held| (held.product_interest.as_str(), held.currency.as_str()));
        let (there, currency) = held.or(known).unwrap_or_default();
        let currency = Some(interest.currency()).filter(|own| !own.is_empty()).unwrap_or(currency);
        self.catalogue.lines(lead, interest.product(), there, currency)
    }

    /// The lines, numbered; opportunities get what follows from all of their leads.
    fn settle(&mut self, as_of: Date) -> Vec<OpportunityLine> {
        let mut all = Vec::new();
        for (id, held) in &mut self.opportunities {
            settle_close_date(held, held.action == Action::Create, as_of);
            let mut lines = self.lines.remove(id).unwrap_or_default();
            // Of an account's several leads, one whose own lines do not add up has no part in the value of the others.
            if self.plan.opportunity_per_account && !matches!(held.value_from, ValueFrom::Nothing | ValueFrom::Crm) {
                for of_lead in lines.chunk_by(|a, b| a.lead == b.lead) {
                    let (lead, sums) = (of_lead[0].lead, worth(of_lead));
                    if sums.len() > 1 && self.fields.estimated_value(lead.index()).is_none() {
                        self.findings.push((lead, FindingCode::MixedCurrencies, money::told(&sums)));
                    }
                }
            }
            let several = value_of_lines(held, &lines).map(|told| (held.origin, FindingCode::MixedCurrencies, told));
            self.findings.extend(several);
            for (line, number) in lines.iter_mut().zip(1..) {
                line.line = number;
                line.opportunity_id.clone_from(id);
            }
            all.append(&mut lines);
        }
        all
    }

    fn new_opportunity(&self, lead: usize, id: &str, account_id: &str, contact_id: &str) -> EmittedOpportunity {
        let known = self.index.opportunity(id);
        let whose = self.fields.first(&[Field::Company, Field::FullName, Field::Email], lead);
        let what = match self.fields.text(Field::ProductInterest, lead) {
            "" => "New business",
            product => product,
        };
        let mut opportunity = EmittedOpportunity {
            id: id.to_owned(),
            origin: EntityId(lead as u32),
            action: if known.is_some() { Action::Link } else { Action::Create },
            name: known.map(|it| it.name.clone()).unwrap_or_default(),
            stage: "develop",
            account_id: known.map(|it| it.account_id.clone()).unwrap_or_default(),
            contact_id: known.map(|it| it.contact_id.clone()).unwrap_or_default(),
            product_interest: known.map(|it| it.product_interest.clone()).unwrap_or_default(),
            estimated_value: known.and_then(|it| it.amount),
            value_from: known.and_then(|it| it.amount).map_or(ValueFrom::Nothing, |_| ValueFrom::Crm),
            currency: known.map(|it| it.currency.clone()).unwrap_or_default(),
            purchase_timeframe: String::new(),
            estimated_close_date: None,
            close_date_from: None,
            owner: if known.is_some() { String::new() } else { self.owner(lead) },
            source: String::new(),
        };
        fill(&mut opportunity.name, &format!("{whose}: {what}"));
        fill(&mut opportunity.account_id, account_id);
        fill(&mut opportunity.contact_id, contact_id);
        opportunity
    }

    /// The lead's whole history, and its notes where an edit changed them after they became history.
    fn notes(&self, lead: usize, opportunity_id: &str) -> Vec<OpportunityNote> {
        let history = &self.subjects.entities.history;
        let from = history.partition_point(|item| item.entity.index() < lead);
        let own = history[from..].iter().take_while(|item| item.entity.index() == lead);
        let note = |at, author: &str, activity, text: String| OpportunityNote {
            opportunity_id: opportunity_id.to_owned(),
            lead: EntityId(lead as u32),
            at,
            author: author.to_owned(),
            activity,
            text,
        };
        let mut notes: Vec<OpportunityNote> = own
            .map(|item| {
                let parts: Vec<&str> =
                    [item.subject.as_str(), &item.text].into_iter().filter(|it| !it.is_empty()).collect();
                note(item.at, &item.author, item.kind, parts.join("\n\n"))
            })
            .collect();
        let text = self.fields.text(Field::Notes, lead);
        if !text.is_empty() && !notes.iter().any(|it| it.activity == ActivityKind::Note && it.text == text) {
            notes.push(note(None, "", ActivityKind::Note, text.to_owned()));
        }
        notes
    }
}
