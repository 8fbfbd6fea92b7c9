//! One column: numbers, the commonest values, and what looks wrong.

use rayon::prelude::*;
use serde::Serialize;

use crate::cli::summary::number;
use crate::config::roles::Inferred;
use crate::config::roles::headers::Meaning;
use crate::config::roles::uses::Use;
use crate::model::field::{Cleaner, Field};
use crate::model::text::{BLANK, TextColumn};
use crate::stages::standardize;
use crate::stages::standardize::placeholder::{is_placeholder, is_placeholder_name};

/// Characters of a value that are shown.
const SHOWN: usize = 40;
/// Values that are shown of what looks wrong.
const EXAMPLES: usize = 3;
/// Rows that an address or a number may have before it is no person's own.
const SHARED: u64 = 5;

/// What is told of a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct ColumnProfile {
    pub(super) column: String,
    /// What it is taken for.
    pub(super) is: String,
    pub(super) because: String,
    /// Rows with a value.
    pub(super) filled: u64,
    pub(super) distinct: u64,
    pub(super) commonest: Vec<Counted>,
    pub(super) suspicious: Vec<Suspicion>,
    pub(super) hint: Option<String>,
}

/// A value and its rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Counted {
    pub(super) value: String,
    pub(super) rows: u64,
}

/// Values that look wrong for one reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Suspicion {
    pub(super) what: &'static str,
    pub(super) rows: u64,
    /// The commonest of them.
    pub(super) examples: Vec<String>,
}

impl Suspicion {
    /// "3 rows: stand-ins for no value (n/a, test@test.com)"
    pub(super) fn sentence(&self) -> String {
        format!("{}: {} ({})", number(self.rows, "row"), self.what, self.examples.join(", "))
    }
}

pub(super) fn profile_of(inferred: &Inferred, column: &TextColumn, commonest: usize) -> ColumnProfile {
    let mut counts = vec![0u64; column.dictionary.len()];
    column.codes.iter().for_each(|&code| counts[code as usize] += 1);
    counts[BLANK as usize] = 0;
    let mut values: Vec<(&str, u64)> = (0u32..)
        .zip(counts)
        .filter(|&(_, count)| count > 0)
        .map(|(code, count)| (column.dictionary.get(code), count))
        .collect();
    values.par_sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let filled: u64 = values.iter().map(|value| value.1).sum();
    // A value of one row is not common.
    let shown = values.iter().take(commonest).take_while(|value| value.1 > 1);
    ColumnProfile {
        column: inferred.header.clone(),
        is: taken_for(inferred),
        because: inferred.why.clone(),
        filled,
        distinct: values.len() as u64,
        commonest: shown.map(|&(value, rows)| Counted { value: shortened(value), rows }).collect(),
        suspicious: suspicious(inferred, &values, filled),
        hint: hint(inferred, &values, filled, column.len() as u64),
    }
}

fn taken_for(inferred: &Inferred) -> String {
    match (inferred.used, inferred.meaning) {
        (_, Some(Meaning::Key)) => "id".to_owned(),
        (Use::Field(field) | Use::NamedField(field) | Use::Kept(field), _) => field.name().to_owned(),
        (Use::Compared(role), _) => role.name().to_owned(),
        (Use::DatePart(_), _) => "part of a date".to_owned(),
        _ => "other".to_owned(),
    }
}

/// The cleaner of a column whose values can be wrong by themselves.
fn checked(inferred: &Inferred) -> Option<(Cleaner, &'static str)> {
    let (Use::Field(field) | Use::NamedField(field) | Use::Kept(field)) = inferred.used else { return None };
    Some(match field.cleaner() {
        Cleaner::Email => (Cleaner::Email, "no e-mail address"),
        Cleaner::Country => (Cleaner::Country, "no country"),
        Cleaner::Website => (Cleaner::Website, "no web address"),
        Cleaner::Domain => (Cleaner::Domain, "no domain"),
        Cleaner::Currency => (Cleaner::Currency, "no currency"),
        Cleaner::Postcode => (Cleaner::Postcode, "no postal code"),
        _ => return None,
    })
}

fn is_name(inferred: &Inferred) -> bool {
    let (Use::Field(field) | Use::NamedField(field) | Use::Kept(field)) = inferred.used else { return false };
    matches!(field, Field::FullName | Field::FirstName | Field::LastName | Field::Company | Field::Street | Field::City)
}

fn suspicious(inferred: &Inferred, values: &[(&str, u64)], filled: u64) -> Vec<Suspicion> {
    let checked = checked(inferred);
    let name = is_name(inferred);
    let reason = |value: &str| -> Option<usize> {
        if is_placeholder(value) {
            Some(0)
        } else if name && is_placeholder_name(value) {
            Some(1)
        } else if is_damaged(value) {
            Some(2)
        } else if let Some((cleaner, _)) = checked
            && standardize::value(cleaner, value).is_none()
        {
            Some(3)
        } else {
            None
        }
    };
    let reasons: Vec<Option<usize>> = values.par_iter().map(|(value, _)| reason(value)).collect();
    let wrong = checked.map_or("", |(_, wrong)| wrong);
    let mut found: Vec<Suspicion> = ["stand-ins for no value", "test data", "damaged letters", wrong]
        .into_iter()
        .enumerate()
        .filter_map(|(at, what)| {
            let of = || values.iter().zip(&reasons).filter(|(_, reason)| **reason == Some(at)).map(|(value, _)| value);
            let rows = of().map(|value| value.1).sum();
            let examples = of().take(EXAMPLES).map(|value| shortened(value.0)).collect();
            (rows > 0).then_some(Suspicion { what, rows, examples })
        })
        .collect();
    let good = values.iter().zip(&reasons).filter(|(_, reason)| reason.is_none()).map(|(value, _)| *value);
    found.extend(too_common(inferred, good, values.len(), filled));
    found
}

/// Values that more rows have than is likely: a default of a form, a switchboard, an office's mailbox.
fn too_common<'v>(
    inferred: &Inferred,
    mut good: impl Iterator<Item = (&'v str, u64)>,
    distinct: usize,
    filled: u64,
) -> Option<Suspicion> {
    let own = matches!(
        inferred.meaning,
        Some(Meaning::Email | Meaning::Phone | Meaning::Mobile | Meaning::HomePhone | Meaning::FullName)
    );
    if own {
        let shared: Vec<(&str, u64)> = good.filter(|&(_, rows)| rows >= SHARED && rows * 1000 > filled).collect();
        let examples: Vec<String> = shared.iter().take(EXAMPLES).map(|value| shortened(value.0)).collect();
        let rows = shared.iter().map(|value| value.1).sum();
        return (rows > 0).then_some(Suspicion { what: "shared by many rows", rows, examples });
    }
    let (value, rows) = good.next()?;
    let most = distinct > 1 && filled >= 20 && rows * 10 >= filled * 9;
    most.then(|| Suspicion { what: "one value in nearly all rows", rows, examples: vec![shortened(value)] })
}

/// Letters that a wrong encoding left behind.
fn is_damaged(value: &str) -> bool {
    let mut before = ' ';
    value.chars().any(|c| {
        let damaged =
            c == '\u{FFFD}' || (matches!(before, 'Ã' | 'Â' | 'Ð' | 'Ñ') && ('\u{80}'..='\u{BF}').contains(&c));
        before = c;
        damaged
    })
}

fn hint(inferred: &Inferred, values: &[(&str, u64)], filled: u64, rows: u64) -> Option<String> {
    if filled == 0 {
        return Some("empty".to_owned());
    }
    if values.len() == 1 && rows > 1 {
        return Some("the same in every row that has it".to_owned());
    }
    if inferred.meaning == Some(Meaning::Key) && values.len() as u64 == rows && rows > 1 {
        return Some(format!("names the rows: --id {:?}", inferred.header));
    }
    None
}

fn shortened(value: &str) -> String {
    let value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inferred(meaning: Meaning, used: Use) -> Inferred {
        Inferred {
            header: "x".to_owned(),
            meaning: Some(meaning),
            kind: "",
            used,
            name: String::new(),
            why: String::new(),
            fill: 1.0,
            variety: 1.0,
        }
    }

    fn told(meaning: Meaning, field: Field, values: &[&str]) -> (Vec<String>, Option<String>) {
        let profile = profile_of(&inferred(meaning, Use::Field(field)), &values.iter().copied().collect(), 3);
        (profile.suspicious.iter().map(Suspicion::sentence).collect(), profile.hint)
    }

    #[test]
    fn what_looks_wrong_is_counted_with_examples() {
        let mut emails = vec!["ana@kirova.bg", "test@test.com", "n/a", "ana.kirova", "j\u{c3}\u{b6}rg@x.de", ""];
        emails.extend(["info@acme.com"; 6]);
        let (suspicious, hint) = told(Meaning::Email, Field::Email, &emails);
        assert_eq!(
            suspicious,
            [
                "2 rows: stand-ins for no value (n/a, test@test.com)",
                "1 row: damaged letters (jÃ¶rg@x.de)",
                "1 row: no e-mail address (ana.kirova)",
                "6 rows: shared by many rows (info@acme.com)",
            ]
        );
        assert_eq!(hint, None);
        let (suspicious, _) = told(Meaning::LastName, Field::LastName, &["Kirova", "Test", "Müller"]);
        assert_eq!(suspicious, ["1 row: test data (Test)"]);
        let mut sources = vec!["Web"; 30];
        sources.push("Fair");
        let (suspicious, _) = told(Meaning::Text, Field::Source, &sources);
        assert_eq!(suspicious, ["30 rows: one value in nearly all rows (Web)"]);
    }

    #[test]
    fn empty_constant_and_key_columns_say_so() {
        assert_eq!(told(Meaning::City, Field::City, &["", ""]).1.as_deref(), Some("empty"));
        let same = told(Meaning::City, Field::City, &["Sofia", "Sofia", ""]).1;
        assert_eq!(same.as_deref(), Some("the same in every row that has it"));
        let profile = profile_of(&inferred(Meaning::Key, Use::Ignored), &["1", "2"].into_iter().collect(), 3);
        assert_eq!(profile.hint.as_deref(), Some("names the rows: --id \"x\""));
        assert!(profile.commonest.is_empty(), "no value comes twice");
    }
}
