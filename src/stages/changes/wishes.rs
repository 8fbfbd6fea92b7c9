//! Wishes for no contact that the CRM does not know of: every record of a person who has one gets it, whatever was decided
//! about the lead.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::golden::Golden;
use super::keys::Keys;
use super::own::OwnLead;
use super::sheet::{Operation, Sheet};
use super::{Made, file_word};
use crate::config::plan::ChangeSet;
use crate::model::consent::Channel;
use crate::model::emissions::{Action, EmittedContact};
use crate::model::entities::EntityId;
use crate::model::field::Field;
use crate::model::leads::Values;

/// The files of wishes.
#[derive(Default)]
pub(super) struct WishSheets {
    pub(super) load: Vec<Sheet>,
    /// What the records said before.
    pub(super) undo: Vec<Sheet>,
    /// Records of which no export says what they said.
    pub(super) for_good: usize,
}

/// A way of reaching people that a field stops.
#[derive(Clone, Copy)]
enum Way {
    Email,
    Call,
}

impl Way {
    /// Its place among ways.
    fn at(self) -> usize {
        self as usize
    }

    fn channel(self) -> Channel {
        Channel::ALL[self.at()]
    }

    /// Its flag beside that against all contact, and the place of the flag among those of consent.
    fn flag(self) -> (Field, usize) {
        match self {
            Self::Email => (Field::DoNotEmail, 1),
            Self::Call => (Field::DoNotCall, 2),
        }
    }

    fn is_wished(self, contact: &EmittedContact) -> bool {
        let own = match self {
            Self::Email => contact.do_not_email,
            Self::Call => contact.do_not_call,
        };
        contact.opt_out == Some(true) || own == Some(true)
    }

    fn is_wished_by(self, golden: &Golden, lead: EntityId) -> bool {
        [Field::OptOut, self.flag().0].iter().any(|&field| golden.flag(field, lead) == Some(true))
    }
}

/// A record of somebody who wants no contact, and what it said of it; none where no export tells.
type Wished<'a> = BTreeMap<&'a str, Option<Cow<'a, str>>>;

/// Who has wishes, and what the CRM says already.
pub(super) struct Wishing<'a, 'w> {
    pub(super) set: &'a ChangeSet,
    pub(super) made: Made<'a>,
    pub(super) own: &'w [OwnLead<'a>],
    pub(super) new_leads: &'w [EntityId],
    pub(super) keys: &'w Keys<'a>,
}

impl<'a> Wishing<'a, '_> {
    /// All files.
    pub(super) fn sheets(&self) -> WishSheets {
        let set = self.set;
        let dialect = &set.dialect;
        let rows: BTreeMap<&str, &OwnLead<'a>> = self.own.iter().map(|lead| (lead.id, lead)).collect();
        let people = self.own.iter().map(|lead| lead.entity).chain(self.new_leads.iter().copied());
        let asked = [Field::OptOut, Field::DoNotEmail, Field::DoNotCall, Field::Email];
        let golden = Golden::new(&self.made.entities.facts, people, &asked);
        let mut sheets = WishSheets::default();
        for (way, name) in [(Way::Email, "no_email"), (Way::Call, "no_call")] {
            let mut listed: BTreeSet<&str> = BTreeSet::new();
            let has_list = dialect.opt_out.is_some() && matches!(way, Way::Email);
            let contacts = self.contacts(way, &rows, has_list.then_some(&mut listed));
            let leads = self.leads(way, &golden, has_list.then_some(&mut listed));
            if has_list {
                let new = self.new_leads.iter().filter(|lead| way.is_wished_by(&golden, **lead));
                listed.extend(new.map(|&lead| golden.text(Field::Email, lead)).filter(|address| !address.is_empty()));
            }
            let (of_contacts, of_leads) = (&dialect.contacts, &dialect.leads);
            let [column, of_lead] = [dialect.wishes_of_contacts(), dialect.wishes_of_leads()].map(|all| all[way.at()]);
            if dialect.leads_are_contacts {
                let all = contacts.into_iter().chain(leads).collect();
                self.fields(name, (&of_contacts.object, &of_contacts.ids[0], column), &all, &mut sheets);
            } else {
                self.fields(name, (&of_contacts.object, &of_contacts.ids[0], column), &contacts, &mut sheets);
                let name = format!("{name}_leads");
                self.fields(&name, (&of_leads.object, &of_leads.ids[0], of_lead), &leads, &mut sheets);
            }
            if let Some(list) = dialect.opt_out.as_ref().filter(|_| has_list) {
                let mut sheet = Sheet::new("opt_outs", Operation::OptOut, &list.object, &[&list.column], ABOUT);
                sheets.for_good += listed.len();
                listed.into_iter().for_each(|address| sheet.row(std::iter::once(Cow::Borrowed(address))));
                sheets.load.push(sheet);
            }
        }
        sheets
    }

    /// The file that sets a field, and those that put it back.
    fn fields(&self, name: &str, of: (&str, &str, Option<&str>), wished: &Wished<'_>, sheets: &mut WishSheets) {
        let (object, id, Some(column)) = of else { return };
        let mut sheet = Sheet::new(name, Operation::Update, object, &[id, column], ABOUT);
        let about = "what they said before";
        let mut restore = Sheet::new(&format!("restore_{name}"), Operation::Update, object, &[id, column], about);
        let name = format!("empty_{name}_{}", file_word(column));
        let mut clear = Sheet::new(&name, Operation::Clear, object, &[id, column], about);
        for (record, was) in wished {
            let with = |cell: &str| [Cow::Owned((*record).to_owned()), Cow::Owned(cell.to_owned())].into_iter();
            sheet.row(with(self.set.truth(true)));
            match (was.as_deref(), self.set.dialect.empty.as_deref()) {
                (None, _) => sheets.for_good += 1,
                (Some(""), Some(empty)) => restore.row(with(empty)),
                (Some(""), None) => clear.row(with("")),
                (Some(was), _) => restore.row(with(was)),
            }
        }
        sheets.load.push(sheet);
        sheets.undo.extend([restore, clear]);
    }

    /// The CRM's contacts: those of the run, and all others who are known to have the wish.
    fn contacts(
        &self,
        way: Way,
        rows: &BTreeMap<&'a str, &OwnLead<'a>>,
        mut list: Option<&mut BTreeSet<&'a str>>,
    ) -> Wished<'a> {
        let Made { crm, consent, emissions, .. } = self.made;
        let of_run = emissions.contacts.iter().filter(|contact| way.is_wished(contact)).map(|contact| {
            let record = match (contact.action, self.keys.adopted(contact)) {
                (_, Some(adopted)) => Some(adopted.record),
                (Action::Link, None) => Some(contact.id.as_str()),
                (Action::Create, None) => None,
            };
            (record, contact.email.as_str())
        });
        let known = crm.contacts.iter().enumerate();
        let known = known.filter(|(at, _)| consent.of_contact(*at).forbid(way.channel()));
        let known = known.map(|(_, contact)| (Some(contact.id.as_str()), ""));
        let mut wished = Wished::new();
        for (record, address) in of_run.chain(known) {
            let row = record.and_then(|record| rows.get(record).copied());
            if record.is_some_and(|record| self.is_known(way, record, row)) {
                continue;
            }
            // The CRM may have its record under another address than the lead's best one.
            let addresses = record.into_iter().flat_map(|record| self.addresses(record, row)).chain([address]);
            let addresses: Vec<&str> = addresses.filter(|address| !address.is_empty()).collect();
            match (&mut list, record) {
                (Some(listed), _) if !addresses.is_empty() => listed.extend(addresses),
                // A new contact has its wishes in its own columns; a record without an id cannot be found.
                (_, Some(record)) if !record.starts_with('~') => {
                    wished.entry(record).or_insert_with(|| self.was(way, record, row));
                }
                _ => {}
            }
        }
        wished
    }

    /// The CRM's own leads, whatever was decided about them.
    fn leads(&self, way: Way, golden: &Golden, mut list: Option<&mut BTreeSet<&'a str>>) -> Wished<'a> {
        let mut wished = Wished::new();
        for lead in self.own.iter().filter(|lead| way.is_wished_by(golden, lead.entity)) {
            if self.is_known(way, lead.id, Some(lead)) {
                continue;
            }
            let addresses = self.addresses(lead.id, Some(lead));
            match &mut list {
                Some(listed) if !addresses.is_empty() => listed.extend(addresses),
                _ => drop(wished.insert(lead.id, self.was(way, lead.id, Some(lead)))),
            }
        }
        wished
    }

    /// What the CRM's record says of the wish.
    fn was(&self, way: Way, record: &str, row: Option<&OwnLead<'a>>) -> Option<Cow<'a, str>> {
        let in_row = row.and_then(|lead| {
            let column = self.set.files[lead.file].wishes[way.at()]?;
            Some(Cow::Borrowed(self.made.leads.raw[column].get(lead.row.index())))
        });
        in_row.or_else(|| {
            let contact = self.made.crm.contact_row(record).filter(|_| self.set.contact_wishes[way.at()])?;
            let said = self.made.crm.contacts[contact].consent[way.flag().1];
            Some(Cow::Borrowed(said.map_or("", |flag| self.set.truth(flag))))
        })
    }

    /// The addresses under which the CRM has a person.
    fn addresses(&self, record: &str, row: Option<&OwnLead<'a>>) -> Vec<&'a str> {
        let Made { crm, leads, .. } = self.made;
        let in_contacts = crm.contact_row(record).map(|at| crm.contacts[at].email.as_str());
        let in_row = row.and_then(|lead| leads.text(Field::Email, lead.row));
        in_contacts.into_iter().chain(in_row).filter(|address| !address.is_empty()).collect()
    }

    /// Whether the CRM's own record says so already.
    fn is_known(&self, way: Way, record: &str, row: Option<&OwnLead<'a>>) -> bool {
        let Made { crm, leads, .. } = self.made;
        let (field, flag) = way.flag();
        let contact = crm.contact_row(record).map(|at| crm.contacts[at].consent);
        let in_contacts = contact.is_some_and(|consent| consent[0] == Some(true) || consent[flag] == Some(true));
        let says = |field: Field, lead: &OwnLead<'_>| match leads.column(field) {
            Values::Boolean(flags) => flags[lead.row.index()] == Some(true),
            _ => false,
        };
        in_contacts || row.is_some_and(|lead| says(field, lead) || says(Field::OptOut, lead))
    }
}

const ABOUT: &str = "people who want no contact, as some lead says";
