//! `[[qualify.rule]]`: duplicate rules between leads and the CRM's records.

use super::dedupe::duplicate_rule;
use super::known::{Known, unique};
use super::records::{further_columns, read_further};
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::options::Options;
use crate::config::options::tree::Table;
use crate::config::plan::{CrmPlan, RecordRule};
use crate::config::preset::CrmKind;
use crate::model::field::ValueType;

/// Checks the rules; those that are published. What they look at beyond the fields of a record is read from its files.
pub(super) fn rules(options: &Options, known: &Known, crm: &mut CrmPlan, faults: &mut Diagnostics) -> Vec<RecordRule> {
    let Some(table) = options.table.table("qualify") else { return Vec::new() };
    unique(table.tables("rule").map(|(_, rule)| rule), "duplicate rule", faults);
    let mut rules = Vec::new();
    for (span, rule) in table.tables("rule") {
        let of = match rule.text("of") {
            Some("account") => CrmKind::Accounts,
            Some("contact") => CrmKind::Contacts,
            _ => continue,
        };
        if rule.is_empty_list("same") {
            faults.push(Diagnostic::error("empty-list", rule.span("same", span), "`same` needs at least one column"));
        }
        let is_published = rule.flag("published").unwrap_or(true);
        let same = same(rule, of, (known, is_published), crm, (span, faults));
        if is_published {
            rules.push(RecordRule { of, rule: duplicate_rule(rule, same, true) });
        }
    }
    rules
}

/// The columns that a rule looks at, which both the leads and the records have.
fn same(
    rule: &Table,
    of: CrmKind,
    (known, is_published): (&Known, bool),
    crm: &mut CrmPlan,
    (span, faults): (Span, &mut Diagnostics),
) -> Vec<String> {
    let file = if of == CrmKind::Accounts { &mut crm.accounts } else { &mut crm.contacts };
    let fields = RecordRule::of(of);
    let Some(file) = file.as_mut() else {
        let kind = of.name();
        let message = format!("the rule is about {kind} of the CRM, and [crm] names no file of them");
        let example = format!("[crm]\n{kind} = {{ path = \"crm_{kind}.csv\" }}");
        faults.push(Diagnostic::error("missing-key", rule.span("of", span), message).help(example));
        return Vec::new();
    };
    let further = further_columns(file, of);
    let mut same = Vec::new();
    for (span, name) in rule.texts("same") {
        let Some(column) = known.column(name, span, faults) else { continue };
        let name = known.name(column);
        if known.schema.columns()[column].cleaner.value_type() != ValueType::Text {
            let message = format!("`{name}` is no text: records are told apart by texts");
            faults.push(Diagnostic::error("wrong-type", span, message));
        } else if fields.iter().any(|field| field.name() == name) {
            same.push(name);
        } else if let Some(of_records) = further.iter().find(|one| one.eq_ignore_ascii_case(&name)) {
            if is_published {
                read_further(of_records, of, file, faults);
            }
            same.push(name);
        } else {
            let message = format!("the {} of the CRM have no column `{name}`", of.name());
            let fault = Diagnostic::error("unknown-column", span, message);
            let valid = fields.iter().map(|field| field.name()).chain(further.iter().map(String::as_str));
            faults.push(fault.instead(&name, valid));
        }
    }
    same
}
