//! Words for how a lead ended: won, lost, not decided yet.

use serde::Serialize;

use crate::model::names::plain;
use crate::stages::standardize::boolean::boolean;
use crate::stages::standardize::placeholder::is_placeholder;
use crate::stages::standardize::vocabulary;

/// Stages of a deal that has no outcome yet, in plain letters: those that Salesforce, HubSpot, Dynamics 365, Pipedrive and
/// Zoho begin with.
const UNDECIDED: [&str; 36] = [
    "prospecting",
    "qualification",
    "needsanalysis",
    "valueproposition",
    "iddecisionmakers",
    "identifydecisionmakers",
    "perceptionanalysis",
    "proposal",
    "proposalpricequote",
    "proposalmade",
    "proposalsent",
    "negotiation",
    "negotiationreview",
    "negotiationsstarted",
    "appointmentscheduled",
    "qualifiedtobuy",
    "presentationscheduled",
    "decisionmakerboughtin",
    "contractsent",
    "qualify",
    "develop",
    "propose",
    "close",
    "leadin",
    "contactmade",
    "demoscheduled",
    "demo",
    "discovery",
    "quote",
    "quotesent",
    "pending",
    "onhold",
    "verhandlung",
    "angebot",
    "négociation",
    "преговори",
];

/// How a cell of the outcome's column is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Won.
    Won,
    /// Lost.
    Lost,
    /// Not decided yet.
    Open,
    /// Nothing there.
    Blank,
}

/// How a word is read, and whether it is known to mean that. Words of the user's own for a win leave everything else as
/// lost; else yes and no, and the statuses of leads in the words of exports, in many languages.
pub(super) fn verdict(word: &str, won: &[String]) -> (Verdict, bool) {
    if word.is_empty() {
        return (Verdict::Blank, true);
    }
    if !won.is_empty() {
        let is_won = won.iter().any(|own| own == word || (!plain(own).is_empty() && plain(own) == plain(word)));
        return match is_won {
            true => (Verdict::Won, true),
            false if is_placeholder(word) && boolean(word).value.is_none() => (Verdict::Blank, true),
            false => (Verdict::Lost, false),
        };
    }
    if let Some(answer) = boolean(word).value {
        return (answered(answer), true);
    }
    if is_placeholder(word) {
        return (Verdict::Blank, true);
    }
    if UNDECIDED.contains(&plain(word).as_str()) {
        return (Verdict::Open, true);
    }
    let status = vocabulary::status(word);
    match (status.value.as_deref(), status.finding) {
        (Some("qualified"), None) => (Verdict::Won, true),
        (Some("disqualified"), None) => (Verdict::Lost, true),
        (Some("open"), None) => (Verdict::Open, true),
        _ => (Verdict::Lost, false),
    }
}

fn answered(yes: bool) -> Verdict {
    if yes { Verdict::Won } else { Verdict::Lost }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_people_mean_them() {
        use Verdict::{Blank, Lost, Open, Won};
        for (word, expected) in [
            ("won", (Won, true)),
            ("Closed Won", (Won, true)),
            ("qualified", (Won, true)),
            ("TRUE", (Won, true)),
            ("1", (Won, true)),
            ("1.0", (Won, true)),
            ("Ja", (Won, true)),
            ("да", (Won, true)),
            ("Gewonnen", (Won, true)),
            ("спечелен", (Won, true)),
            ("no", (Lost, true)),
            ("0", (Lost, true)),
            ("closed lost", (Lost, true)),
            ("Perdu", (Lost, true)),
            ("went silent", (Lost, false)),
            ("in progress", (Open, true)),
            ("neu", (Open, true)),
            ("Negotiation/Review", (Open, true)),
            ("appointmentscheduled", (Open, true)),
            ("", (Blank, true)),
            ("-", (Blank, true)),
            ("n/a", (Blank, true)),
        ] {
            assert_eq!(verdict(word, &[]), expected, "{word:?}");
        }
        let own = ["Signed".to_owned(), "paid up".to_owned()];
        for (word, expected) in [("signed", Won), ("Paid-up", Won), ("won", Lost), ("n/a", Blank), ("", Blank)] {
            assert_eq!(verdict(word, &own).0, expected, "{word:?}");
        }
    }
}
