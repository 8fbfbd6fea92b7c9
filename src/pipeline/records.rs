//! Scores of the CRM's own records, once the leads are scored.

use crate::config::plan::Plan;
use crate::model::crm::Crm;
use crate::model::records::{Affiliations, RecordScores};
use crate::model::scorecards::Scorecards;
use crate::stages::qualify::{self, Subjects};
use crate::stages::score::records as score;
use crate::stages::standardize::domain::email_domain;

/// Contacts, then accounts, to which people add theirs: contacts, and the leads that are open when owners are given.
pub(super) fn records(plan: &Plan, crm: &Crm, subjects: &Subjects<'_>, leads: &Scorecards) -> RecordScores {
    let contacts = plan.records.contacts.as_ref().map(|plan_of| score::contacts(plan_of, crm, plan.as_of));
    let accounts = plan.records.accounts.as_ref().map(|plan_of| {
        let affiliations = match plan_of.people {
            Some(_) => {
                let domain = |email: &str| email_domain(email).unwrap_or_default().to_owned();
                let domains: Vec<String> = crm.contacts.iter().map(|contact| domain(&contact.email)).collect();
                qualify::affiliations(subjects, crm, &domains)
            }
            None => Affiliations::default(),
        };
        score::accounts(plan_of, crm, &affiliations, leads, contacts.as_ref(), plan.as_of)
    });
    let (accounts, people) = accounts.map_or((None, None), |(accounts, people)| (Some(accounts), people));
    RecordScores { contacts, accounts, people }
}
