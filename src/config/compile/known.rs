//! What the checks of conditions and columns know: the lead's columns, which of them anything fills, and the day.

use std::sync::Arc;

use jiff::civil::Date;

use super::sources::Sources;
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::options::Options;
use crate::config::options::tree::Table;
use crate::config::plan::CONSENT;
use crate::model::field::{Field, GroupColumns, LeadSchema, ValueType};
use crate::rules::Scope;

/// Columns and scopes.
pub(super) struct Known {
    pub(super) schema: Arc<LeadSchema>,
    /// Schema columns that have values: from a file, a constant, an edit, or derived from others.
    pub(super) filled: Vec<bool>,
    pub(super) as_of: Date,
    /// What edits see.
    pub(super) lead: Scope,
    /// What criteria see: who may be reached, too.
    pub(super) reachable: Scope,
    /// What assigning and qualifying see: the score, too.
    pub(super) scored: Scope,
}

impl Known {
    pub(super) fn new(options: &Options, sources: &Sources, as_of: Date) -> Self {
        let schema = Arc::new(sources.schema.clone());
        let lead = lead_columns(&schema);
        let may = ["may_email", "may_call"].map(|name| (name.to_owned(), ValueType::Boolean));
        let reachable: Vec<_> = lead.iter().cloned().chain(may).collect();
        let mut scored = reachable.clone();
        scored.extend(
            [
                ("score", ValueType::Number),
                ("score_percent", ValueType::Number),
                ("auto_stars", ValueType::Integer),
                ("stars", ValueType::Integer),
                ("grade", ValueType::Text),
            ]
            .map(|(name, value_type)| (name.to_owned(), value_type)),
        );
        scored.extend(schema.groups().iter().flat_map(GroupColumns::columns));
        let filled = filled(options, &schema, sources.filled.clone());
        Self {
            schema,
            filled,
            as_of,
            lead: Scope { columns: lead, as_of },
            reachable: Scope { columns: reachable, as_of },
            scored: Scope { columns: scored, as_of },
        }
    }

    /// The schema column of a name, or a fault.
    pub(super) fn column(&self, name: &str, span: Span, faults: &mut Diagnostics) -> Option<usize> {
        let found = self.schema.find(name);
        if found.is_none() {
            let fault = Diagnostic::error("unknown-column", span, format!("the leads have no column `{name}`"));
            faults.push(fault.instead(name, self.schema.columns().iter().map(|column| column.name.as_str())));
        }
        found
    }

    /// The name of a schema column as the frame has it.
    pub(super) fn name(&self, column: usize) -> String {
        self.schema.columns()[column].name.clone()
    }
}

fn lead_columns(schema: &LeadSchema) -> Vec<(String, ValueType)> {
    let mut columns = vec![("lead_id".to_owned(), ValueType::Text)];
    columns.extend(schema.columns().iter().map(|column| (column.name.clone(), column.cleaner.value_type())));
    columns.push(("last_activity_at".to_owned(), ValueType::Timestamp));
    columns.push(("members".to_owned(), ValueType::Integer));
    columns
}

/// What cleaning derives from other fields counts as filled, and what edits and assignments set.
fn filled(options: &Options, schema: &LeadSchema, mut filled: Vec<bool>) -> Vec<bool> {
    use Field::{
        AssignedTo, BudgetAmount, BudgetCurrency, ClosedAt, Company, Domain, Email, Email2, Email3, EstimatedValue,
        FileAs, FirstName, FullName, LastName, MiddleName, NameSuffix, RatingType, Salutation, SourceId, Status,
        StatusReason, Website,
    };
    const DERIVED: &[(&[Field], &[Field])] = &[
        (&[FirstName, LastName], &[FullName]),
        (&[FullName], &[FirstName, MiddleName, LastName, Salutation, NameSuffix]),
        (&[Website, Email, Email2, Email3], &[Domain]),
        (&[FullName, FirstName, LastName, Company], &[FileAs]),
        (&[BudgetAmount, EstimatedValue], &[BudgetCurrency]),
    ];
    for (given, derived) in DERIVED {
        if given.iter().any(|&field| filled[schema.index_of(field)]) {
            derived.iter().for_each(|&field| filled[schema.index_of(field)] = true);
        }
    }
    for always in [SourceId, Status, StatusReason, ClosedAt, RatingType] {
        filled[schema.index_of(always)] = true;
    }
    if options.table.table("assign").is_some() {
        filled[schema.index_of(AssignedTo)] = true;
    }
    let gives_consent = |name: &str| options.table.table(name).is_some();
    if gives_consent("consent") || gives_consent("crm") {
        CONSENT.iter().for_each(|&field| filled[schema.index_of(field)] = true);
    }
    for (_, edit) in options.table.tables("edit") {
        for entry in edit.table("set").into_iter().flat_map(|set| &set.entries) {
            if let Some(column) = schema.find(&entry.key) {
                filled[column] = true;
            }
        }
    }
    filled
}

/// Reports each name that an earlier table of the same kind bears.
pub(super) fn unique<'a>(tables: impl IntoIterator<Item = &'a Table>, kind: &str, faults: &mut Diagnostics) {
    let mut seen: Vec<(&str, Span)> = Vec::new();
    for table in tables {
        let Some((node, name)) = table.get("name").and_then(|node| Some((node, node.as_text()?))) else { continue };
        match seen.iter().find(|(earlier, _)| *earlier == name) {
            Some((_, first)) => {
                let message = format!("another {kind} is named `{name}`");
                let fault = Diagnostic::error("duplicate-name", node.span, message).also(*first, "the first");
                faults.push(fault.help("each needs a name of its own: results refer to it"));
            }
            None => seen.push((name, node.span)),
        }
    }
}
