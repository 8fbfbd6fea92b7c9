//! Rules that know the outcome: a criterion that reads how a lead was closed does not foretell it.

use serde::Serialize;

use crate::config::plan::{CriterionTest, Plan};
use crate::model::field::Field;
use crate::model::names::plain;

/// Columns that say how a lead ended, whatever pipeline has them.
const STAGE: &str = "stage";

/// A criterion that reads the outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Leak {
    /// The criterion.
    pub criterion: String,
    /// The column that it reads.
    pub column: String,
    /// The column from which an edit sets that one; none where it tells the outcome itself.
    pub through: Option<String>,
}

/// Criteria that read the status of the lead or what is set by it, or a column of the same name as the outcomes'.
pub(in crate::pipeline) fn leaks(plan: &Plan, outcome_column: Option<&str>) -> Vec<Leak> {
    let known = [Field::Status, Field::StatusReason, Field::ClosedAt].map(|field| plain(field.name()));
    let outcome = outcome_column.map(plain);
    let tells = |column: &str| {
        let column = plain(column);
        known.contains(&column) || column == STAGE || outcome.as_ref() == Some(&column)
    };
    // What an edit sets where such a column says so, knows it as well.
    let mut set: Vec<(&str, &str)> = Vec::new();
    for edit in &plan.edits {
        let read = edit.filter.iter().flat_map(|filter| &filter.columns);
        let from = read.map(String::as_str).find_map(|column| {
            let through = set.iter().find(|(name, _)| *name == column).map(|(_, from)| *from);
            if tells(column) { Some(column) } else { through }
        });
        if let Some(from) = from {
            let columns = edit.set.iter().map(|(column, _)| column).chain(&edit.clear);
            set.extend(columns.filter(|column| !tells(column)).map(|column| (column.as_str(), from)));
        }
    }
    let mut leaks = Vec::new();
    for criterion in &plan.score.criteria {
        let CriterionTest::When(condition) = &criterion.test else { continue };
        for column in &condition.columns {
            let through = set.iter().find(|(name, _)| name == column).map(|(_, from)| (*from).to_owned());
            if tells(column) || through.is_some() {
                leaks.push(Leak { criterion: criterion.name.clone(), column: column.clone(), through });
            }
        }
    }
    leaks
}
