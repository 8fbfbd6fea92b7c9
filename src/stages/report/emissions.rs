//! Records to create or link in the CRM.

use crate::model::table::OutputType::{Boolean, Date, Number, Text, Timestamp};
use crate::model::table::{
    OutputColumn, OutputTable, dates, filled_text, optional_booleans, optional_numbers, text, timestamps, words,
};

use super::Evidence;

fn record_columns(id: &str, what: &str) -> Vec<OutputColumn> {
    vec![
        OutputColumn::required(id, Text, &format!("Own id of a new {what}, the CRM's id of a linked one")),
        OutputColumn::required("lead_id", Text, "The lead that it came from first"),
        OutputColumn::required("action", Text, "create or link"),
    ]
}

pub(super) fn account_columns() -> Vec<OutputColumn> {
    let mut columns = record_columns("account_id", "account");
    columns.extend([
        OutputColumn::optional("name", Text, "Company or organisation"),
        OutputColumn::optional("domain", Text, "Registrable domain"),
        OutputColumn::optional("country", Text, "Country, ISO 3166-1 alpha-2"),
        OutputColumn::optional("owner", Text, "Owner"),
        OutputColumn::optional("parent_account_id", Text, "Parent account, in the CRM or in this table"),
    ]);
    columns
}

pub(super) fn accounts(evidence: Evidence<'_>) -> OutputTable {
    let (ids, accounts) = (&evidence.entities.ids, &evidence.emissions.accounts);
    let values = vec![
        text(accounts.iter().map(|account| &account.id)),
        text(accounts.iter().map(|account| &ids[account.origin.index()])),
        text(accounts.iter().map(|account| account.action.name())),
        filled_text(accounts.iter().map(|account| &account.name)),
        filled_text(accounts.iter().map(|account| &account.domain)),
        filled_text(accounts.iter().map(|account| &account.country)),
        filled_text(accounts.iter().map(|account| &account.owner)),
        filled_text(accounts.iter().map(|account| &account.parent_id)),
    ];
    OutputTable::new("accounts", account_columns(), values)
}

pub(super) fn contact_columns() -> Vec<OutputColumn> {
    let mut columns = record_columns("contact_id", "contact");
    columns.extend([
        OutputColumn::optional("account_id", Text, "Account"),
        OutputColumn::optional("full_name", Text, "Whole name"),
        OutputColumn::optional("email", Text, "E-mail address"),
        OutputColumn::optional("phone", Text, "Phone in E.164"),
        OutputColumn::optional("job_title", Text, "Position"),
        OutputColumn::optional("owner", Text, "Owner"),
        OutputColumn::optional("opt_out", Boolean, "Wants no contact; blank where neither lead nor CRM says"),
        OutputColumn::optional("do_not_email", Boolean, "Wants no e-mail; blank where neither lead nor CRM says"),
        OutputColumn::optional("do_not_call", Boolean, "Wants no calls; blank where neither lead nor CRM says"),
    ]);
    columns
}

pub(super) fn contacts(evidence: Evidence<'_>) -> OutputTable {
    let (ids, contacts) = (&evidence.entities.ids, &evidence.emissions.contacts);
    let values = vec![
        text(contacts.iter().map(|contact| &contact.id)),
        text(contacts.iter().map(|contact| &ids[contact.origin.index()])),
        text(contacts.iter().map(|contact| contact.action.name())),
        filled_text(contacts.iter().map(|contact| &contact.account_id)),
        filled_text(contacts.iter().map(|contact| &contact.full_name)),
        filled_text(contacts.iter().map(|contact| &contact.email)),
        filled_text(contacts.iter().map(|contact| &contact.phone)),
        filled_text(contacts.iter().map(|contact| &contact.job_title)),
        filled_text(contacts.iter().map(|contact| &contact.owner)),
        optional_booleans(contacts.iter().map(|contact| contact.opt_out)),
        optional_booleans(contacts.iter().map(|contact| contact.do_not_email)),
        optional_booleans(contacts.iter().map(|contact| contact.do_not_call)),
    ];
    OutputTable::new("contacts", contact_columns(), values)
}

pub(super) fn opportunity_columns() -> Vec<OutputColumn> {
    let mut columns = record_columns("opportunity_id", "opportunity");
    columns.extend([
        OutputColumn::required("name", Text, "Name"),
        OutputColumn::required("stage", Text, "Sales stage"),
        OutputColumn::optional("account_id", Text, "Account"),
        OutputColumn::optional("contact_id", Text, "Contact"),
        OutputColumn::optional("product_interest", Text, "Product or family of interest"),
        OutputColumn::optional("estimated_value", Number, "Estimated value"),
        OutputColumn::required(
            "value_from",
            Text,
            "Where the value comes from: lead, lines, lead and lines, crm or none",
        ),
        OutputColumn::optional("currency", Text, "Currency, ISO 4217"),
        OutputColumn::optional("purchase_timeframe", Text, "When the lead wants to buy"),
        OutputColumn::optional("estimated_close_date", Date, "Estimated day of closing"),
        OutputColumn::optional(
            "close_date_from",
            Text,
            "Where that day comes from: lead, or timeframe, whose last day it is",
        ),
        OutputColumn::optional("owner", Text, "Owner"),
        OutputColumn::optional("source", Text, "Where the lead was heard of"),
    ]);
    columns
}

pub(super) fn opportunities(evidence: Evidence<'_>) -> OutputTable {
    let (ids, opportunities) = (&evidence.entities.ids, &evidence.emissions.opportunities);
    let values = vec![
        text(opportunities.iter().map(|opportunity| &opportunity.id)),
        text(opportunities.iter().map(|opportunity| &ids[opportunity.origin.index()])),
        text(opportunities.iter().map(|opportunity| opportunity.action.name())),
        text(opportunities.iter().map(|opportunity| &opportunity.name)),
        text(opportunities.iter().map(|opportunity| opportunity.stage)),
        filled_text(opportunities.iter().map(|opportunity| &opportunity.account_id)),
        filled_text(opportunities.iter().map(|opportunity| &opportunity.contact_id)),
        filled_text(opportunities.iter().map(|opportunity| &opportunity.product_interest)),
        optional_numbers(opportunities.iter().map(|opportunity| opportunity.estimated_value)),
        words(opportunities.iter().map(|opportunity| opportunity.value_from.name())),
        filled_text(opportunities.iter().map(|opportunity| &opportunity.currency)),
        filled_text(opportunities.iter().map(|opportunity| &opportunity.purchase_timeframe)),
        dates(opportunities.iter().map(|opportunity| opportunity.estimated_close_date)),
        filled_text(opportunities.iter().map(|it| it.close_date_from.map_or("", |from| from.name()))),
        filled_text(opportunities.iter().map(|opportunity| &opportunity.owner)),
        filled_text(opportunities.iter().map(|opportunity| &opportunity.source)),
    ];
    OutputTable::new("opportunities", opportunity_columns(), values)
}

pub(super) fn note_columns() -> Vec<OutputColumn> {
    vec![
        OutputColumn::required("opportunity_id", Text, "Opportunity"),
        OutputColumn::required("lead_id", Text, "The lead that it came from"),
        OutputColumn::optional("at", Timestamp, "When it was written"),
        OutputColumn::optional("author", Text, "Who wrote it"),
        OutputColumn::required("activity", Text, "email, phone_log, appointment, task or note"),
        OutputColumn::optional("text", Text, "Text"),
    ]
}

pub(super) fn notes(evidence: Evidence<'_>) -> OutputTable {
    let (ids, notes) = (&evidence.entities.ids, &evidence.emissions.notes);
    let values = vec![
        text(notes.iter().map(|note| &note.opportunity_id)),
        text(notes.iter().map(|note| &ids[note.lead.index()])),
        timestamps(notes.iter().map(|note| note.at)),
        filled_text(notes.iter().map(|note| &note.author)),
        text(notes.iter().map(|note| note.activity.name())),
        filled_text(notes.iter().map(|note| &note.text)),
    ];
    OutputTable::new("opportunity_notes", note_columns(), values)
}
