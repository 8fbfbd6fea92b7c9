//! Quotes, orders and invoices.

use std::collections::BTreeMap;

use super::super::clean::Clean;
use super::super::date::moment;
use super::super::email::email;
use super::super::number::amount;
use super::super::styles::sign_of;
use super::super::vocabulary::{currency, meaning};
use super::prices::money;
use super::{Record, column_sign, column_style, locale, newest};
use crate::config::plan::StandardizePlan;
use crate::config::preset::CrmKind;
use crate::model::calendar::MICROS_PER_DAY;
use crate::model::rows::{Finding, FindingCode, Origin, RawCrm, RawRecords};
use crate::model::sales::{Document, DocumentKind, DocumentState};

/// All documents, by kind and id.
pub(super) fn documents(raw: &RawCrm, plan: &StandardizePlan, findings: &mut Vec<Finding>) -> Vec<Document> {
    let kinds = [
        (DocumentKind::Quote, CrmKind::Quotes, &raw.quotes),
        (DocumentKind::Order, CrmKind::Orders, &raw.orders),
        (DocumentKind::Invoice, CrmKind::Invoices, &raw.invoices),
    ];
    let mut all = Vec::new();
    for (kind, of, raw) in kinds {
        all.extend(raw.iter().flat_map(|raw| of_kind((kind, of), raw, plan, findings)));
    }
    all
}

/// Of documents with one id the one that was changed last stays, by its own day where nothing says when that was. Rows
/// without an id that say the same are different documents where they stand in one file; in two files, the first ones are
/// one, the second ones, and so on: exports overlap.
fn of_kind(
    (kind, of): (DocumentKind, CrmKind),
    raw: &RawRecords,
    plan: &StandardizePlan,
    findings: &mut Vec<Finding>,
) -> Vec<Document> {
    let locale = locale(plan, of);
    let sign = locale.map(sign_of).or_else(|| column_sign(raw, 7));
    let (style, modified) = (column_style(raw, 9, locale), column_style(raw, 10, locale));
    // How often each id was made in a file.
    let mut made: BTreeMap<(Origin, String), u32> = BTreeMap::new();
    let mut id = |record: &Record<'_>| {
        let id = record.id(of);
        if !record.reference(0).is_empty() {
            return id;
        }
        let times = made.entry((Origin { line: 0, ..record.origin() }, id.clone())).or_default();
        *times += 1;
        if *times == 1 { id } else { format!("{id}~{times}") }
    };
    let dated = |record: Record<'_>| {
        // The currency may stand beside the amount.
        let beside = amount(record.cell(7), sign).value.and_then(|amount| amount.currency);
        let at = record.clean(9, "date", findings, |text| moment(text, style)).map(|at| at.micros);
        let modified_at = record.clean(10, "modified_at", findings, |text| moment(text, modified));
        let document = Document {
            kind,
            id: id(&record),
            state: record.clean(6, "status", findings, state).unwrap_or_default(),
            status: record.text(6),
            opportunity_id: record.reference(1),
            lead_id: record.reference(4),
            contact_id: record.reference(3),
            email: record.clean(5, "email", findings, email).unwrap_or_default(),
            account_id: record.reference(2),
            amount: record.clean(7, "amount", findings, |text| money(text, sign)),
            currency: record.clean(8, "currency", findings, currency).or(beside).unwrap_or_default(),
            date: at.and_then(|at| i32::try_from(at.div_euclid(MICROS_PER_DAY)).ok()),
            origin: None,
        };
        (document, modified_at.map(|at| at.micros).or(at), record.origin())
    };
    let dated = Record::all(raw).map(dated).collect();
    let kept = newest(dated, of, |it: &Document| &it.id, findings, Ord::cmp, |_, _| ());
    kept.into_iter().map(|(document, origin)| Document { origin: Some(origin), ..document }).collect()
}

/// What a status says; one that nobody knows lets the document hold, and is found.
fn state(raw: &str) -> Clean<DocumentState> {
    match meaning("document_status", raw) {
        Some("credit") => Clean::of(DocumentState::Credit),
        Some("void") => Clean::of(DocumentState::Void),
        Some("draft") => Clean::of(DocumentState::Draft),
        Some(_) => Clean::of(DocumentState::Holds),
        None if raw.trim().is_empty() => Clean::blank(),
        None => Clean::fault(FindingCode::UnknownStatus),
    }
}
