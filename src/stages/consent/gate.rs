//! The gate: no outgoing list may name somebody whom its channel must not reach.
//!
//! Values are looked at, not names of columns: whatever a query does with an address, it is found as long as it stands
//! in a cell, in whatever case, beside others, as digits, or as it is dialled within its country.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::config::plan::ReportPlan;
use crate::model::column_values::Chunk;
use crate::model::consent::{Because, Channel, Consent, Refusal, Wishes};
use crate::model::crm::Contact;
use crate::model::emissions::EmittedContact;
use crate::model::entities::{ContactKind, Entities};
use crate::model::field::Field;
use crate::model::ids::row_id;
use crate::model::leads::{Leads, Values};
use crate::model::record_ids::spellings;
use crate::model::table::OutputType::{Integer, Text};
use crate::model::table::{OutputColumn, OutputTable, filled_text, integers, text};
use crate::model::text::BLANK;

use super::forms::{Form, forms, national_form, phone_form, source_id_form};
use super::people::{People, Person};

/// Whom lists could reach, and who must not be.
#[derive(Debug, Clone, Copy)]
pub struct Guarded<'a> {
    /// The rows.
    pub leads: &'a Leads,
    /// Golden leads.
    pub entities: &'a Entities,
    /// Who has which wishes.
    pub consent: &'a Consent,
    /// The CRM's contacts.
    pub contacts: &'a [Contact],
    /// Contacts that leads became or were linked to.
    pub emitted: &'a [EmittedContact],
    /// Rejected rows with a wish.
    pub refusals: &'a [Refusal],
    /// A number in E.164 without the code of its country.
    pub national: fn(&str) -> Option<&str>,
}

/// A cell that would reach somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The report's name.
    pub report: String,
    /// Row of the report, the first is 1.
    pub row: usize,
    /// Column of the report.
    pub column: String,
    /// The cell.
    pub value: String,
    /// The lead, or "" where it is none.
    pub lead_id: String,
    /// Why nothing may reach it.
    pub because: Because,
}

/// What is wrong with outgoing lists.
#[derive(Debug, Default)]
pub struct Breaches {
    /// The cells.
    pub cells: Vec<Breach>,
    /// Reports with rows that name nobody whom we know: nothing could be found in them.
    pub blind: Vec<String>,
}

/// What a text is known as.
#[derive(Default)]
struct Known {
    /// Some id or number.
    is_id: bool,
    /// One person's id.
    is_ones: bool,
    /// Somebody, at all.
    is_somebodys: bool,
    /// By channel: somebody who may be reached has it.
    open: [bool; 2],
    /// By channel: who must not be reached and has it.
    closed: [Option<u32>; 2],
}

/// The texts of the reports' cells.
type Cells = HashMap<String, Known, FixedState>;

/// Looks through every report that is an outgoing list.
pub fn breaches(plans: &[ReportPlan], reports: &[OutputTable], guarded: Guarded<'_>) -> Breaches {
    let outgoing: Vec<(&ReportPlan, &OutputTable)> = (plans.iter().filter(|plan| !plan.reaches.is_empty()))
        .filter_map(|plan| Some((plan, reports.iter().find(|it| it.name == format!("reports/{}", plan.slug))?)))
        .filter(|(_, report)| report.rows() > 0)
        .collect();
    let mut cells = Cells::default();
    for (_, report) in &outgoing {
        for (column, of) in columns(report).iter().zip(&report.columns) {
            column.iter().flatten().flat_map(|cell| forms(&of.name, cell)).for_each(|form| {
                cells.entry(form.text).or_default();
            });
        }
    }
    if cells.is_empty() {
        let blind = outgoing.iter().map(|(plan, _)| plan.name.clone()).collect();
        return Breaches { cells: Vec::new(), blind };
    }
    guarded.mark(&mut cells);
    let mut found = Breaches::default();
    for (plan, report) in outgoing {
        let mut names_somebody = false;
        let first = found.cells.len();
        for (column, of) in columns(report).iter().zip(&report.columns) {
            let filled = column.iter().enumerate().filter_map(|(row, cell)| Some((row, cell.as_ref()?)));
            let filled: Vec<(usize, &String, Vec<Form>)> =
                filled.map(|(row, cell)| (row, cell, forms(&of.name, cell))).collect();
            // Numbers and short words stand for many things: they are ids where all cells of the column are.
            let is_id = |form: &Form| cells.get(&form.text).is_some_and(|it| it.is_id);
            let has_ids = filled.iter().all(|(.., forms)| forms.iter().any(is_id));
            for (row, cell, forms) in filled {
                let known = forms.iter().filter(|form| has_ids || !form.is_vague);
                let known = known.filter_map(|form| cells.get(&form.text));
                let known: Vec<&Known> = known.filter(|it| it.is_somebodys).collect();
                names_somebody |= !known.is_empty();
                let closed =
                    known.iter().find_map(|known| plan.reaches.iter().find_map(|&it| Some((known.shut(it)?, it))));
                found.cells.extend(closed.map(|(person, channel)| Breach {
                    report: plan.name.clone(),
                    row: row + 1,
                    column: of.name.clone(),
                    value: cell.clone(),
                    ..guarded.breach(person, channel)
                }));
            }
        }
        // Row by row, as somebody reads it.
        found.cells[first..].sort_by_key(|breach| breach.row);
        if !names_somebody {
            found.blind.push(plan.name.clone());
        }
    }
    found
}

/// What of somebody a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// An e-mail address.
    Address,
    /// The only one of its kind.
    Id,
    /// A number, or an id of a source: others may have the same.
    Shared,
}

impl Known {
    /// Who must not be reached by a channel, where the text stands for nobody else: an address that somebody shares who
    /// may be reached is closed by sharing it, and an id is one person's. Sources have ids of their own: two may have one.
    fn shut(&self, channel: Channel) -> Option<u32> {
        self.closed[channel as usize].filter(|_| self.is_ones || !self.open[channel as usize])
    }
}

impl Guarded<'_> {
    fn people(&self) -> People<'_> {
        People { rows: self.leads, entities: self.entities, contacts: self.contacts, refusals: self.refusals }
    }

    /// Marks what is somebody's address, number or id. Emitted contacts have the numbers behind all people.
    fn mark(&self, cells: &mut Cells) {
        let people = self.people();
        let wishes = |person: u32| match people.person(person) {
            Person::Lead(lead) => self.consent.of(lead),
            Person::Contact(at) => self.consent.of_contact(at),
            Person::Refusal(at) => self.refusals[at].wishes,
        };
        let mut mark = |form: &str, person: u32, wishes: Wishes, what: What| {
            let Some(known) = cells.get_mut(form) else { return };
            known.is_id |= what != What::Address;
            known.is_ones |= what == What::Id;
            known.is_somebodys = true;
            for channel in Channel::ALL {
                match wishes.forbid(channel) {
                    true => known.closed[channel as usize] = known.closed[channel as usize].or(Some(person)),
                    false => known.open[channel as usize] = true,
                }
            }
        };
        for kind in [ContactKind::Email, ContactKind::Phone] {
            for (person, value) in people.addresses(kind) {
                match kind {
                    ContactKind::Email => mark(value, person, wishes(person), What::Address),
                    _ => {
                        let forms = [phone_form(value), (self.national)(value).map(national_form)];
                        forms.iter().flatten().for_each(|form| mark(form, person, wishes(person), What::Shared));
                    }
                }
            }
        }
        for (lead, id) in self.entities.ids.iter().enumerate() {
            mark(&id.to_lowercase(), lead as u32, self.consent.of(lead), What::Id);
        }
        for (&key, lead) in self.leads.keys.iter().zip(&self.entities.of) {
            mark(&row_id(key).to_lowercase(), lead.0, self.consent.of(lead.index()), What::Id);
        }
        if let Values::Text(ids) = self.leads.column(Field::SourceId) {
            for (&code, lead) in ids.codes.iter().zip(&self.entities.of).filter(|(code, _)| **code != BLANK) {
                let forms = source_id_form(&ids.dictionary.get(code).to_lowercase());
                let wishes = self.consent.of(lead.index());
                forms.iter().flatten().for_each(|form| mark(form, lead.0, wishes, What::Shared));
            }
        }
        for (at, contact) in self.contacts.iter().enumerate() {
            let others = spellings(&contact.id);
            for id in [&contact.id, &contact.external_id].into_iter().chain(&others) {
                mark(&id.to_lowercase(), people.contact(at), self.consent.of_contact(at), What::Id);
            }
        }
        for (at, contact) in self.emitted.iter().enumerate() {
            let wishes = Wishes::of([contact.opt_out, contact.do_not_email, contact.do_not_call]);
            mark(&contact.id.to_lowercase(), (people.len() + at) as u32, wishes, What::Id);
        }
    }

    /// Who it is and why nothing may reach him.
    fn breach(&self, person: u32, channel: Channel) -> Breach {
        let people = self.people();
        let emitted = (person as usize).checked_sub(people.len()).map(|at| &self.emitted[at]);
        let lead = match emitted {
            Some(contact) => Some(contact.origin.index()),
            None => match people.person(person) {
                Person::Lead(lead) => Some(lead),
                Person::Contact(_) | Person::Refusal(_) => None,
            },
        };
        let lines = &self.consent.lines;
        let own = lead.and_then(|lead| {
            let from = lines.partition_point(|line| line.lead.index() < lead);
            lines[from..].iter().take_while(|line| line.lead.index() == lead).find(|line| line.flag.forbid(channel))
        });
        let of_row = emitted.is_none() && matches!(people.person(person), Person::Refusal(_));
        let because = own.map_or(if of_row { Because::OwnRow } else { Because::Contact }, |line| line.because);
        let lead_id = lead.map(|lead| self.entities.ids[lead].clone()).unwrap_or_default();
        let [report, column, value] = [const { String::new() }; 3];
        Breach { report, row: 0, column, value, lead_id, because }
    }
}

/// The cells of a report, column by column; of what is neither text nor a whole number, none.
fn columns(report: &OutputTable) -> Vec<Vec<Option<String>>> {
    let texts = |chunk: Chunk| -> Vec<Option<String>> {
        match chunk {
            Chunk::Text(texts) => texts.iter().map(|text| text.map(str::to_owned)).collect(),
            Chunk::Words(words) => words.iter().map(|text| text.map(str::to_owned)).collect(),
            Chunk::Integer(numbers) => numbers.iter().map(|number| Some(number.as_ref()?.to_string())).collect(),
            _ => Vec::new(),
        }
    };
    report.chunks(0..report.rows()).into_iter().map(texts).collect()
}

/// The cells as a table.
pub fn table(cells: &[Breach]) -> OutputTable {
    let columns = vec![
        OutputColumn::required("report", Text, "Report that is an outgoing list"),
        OutputColumn::required("row", Integer, "Row of the report; the first is 1"),
        OutputColumn::required("column", Text, "Column of the report"),
        OutputColumn::required("value", Text, "The cell that would reach somebody who must not be reached"),
        OutputColumn::optional("lead_id", Text, "The golden lead, where it is one"),
        OutputColumn::required("because", Text, "Why nothing may reach it, as in the table consent"),
    ];
    let values = vec![
        text(cells.iter().map(|it| &it.report)),
        integers(cells.iter().map(|it| it.row as i64)),
        text(cells.iter().map(|it| &it.column)),
        text(cells.iter().map(|it| &it.value)),
        filled_text(cells.iter().map(|it| &it.lead_id)),
        text(cells.iter().map(|it| it.because.name())),
    ];
    OutputTable::new("opted_out", columns, values)
}
