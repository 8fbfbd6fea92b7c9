//! The owners file: who may have leads, how many, in which languages, and when not.

use super::super::clean::Clean;
use super::super::date::{DateStyle, moment};
use super::super::email::email;
use super::super::number::{amount, whole};
use super::{Record, locale, style_of};
use crate::config::plan::StandardizePlan;
use crate::config::preset::CrmKind;
use crate::model::crm::{Absence, Owner};
use crate::model::language::Languages;
use crate::model::rows::{Finding, FindingCode, RawRecords};

/// Owners keep the file's order: round robin goes by it. Rows without a name are left out; of repeated names the first stays.
pub(super) fn owners(raw: &RawRecords, plan: &StandardizePlan, findings: &mut Vec<Finding>) -> Vec<Owner> {
    let dates = [4, 5].into_iter().filter_map(|column| raw.columns.get(column));
    let dates = dates.flat_map(|column| column.dictionary.iter()).flat_map(parts).flat_map(|part| match ends(part) {
        Some((from, until)) => [from, until],
        None => [part, ""],
    });
    let style = style_of(dates, locale(plan, CrmKind::Owners));
    let mut owners: Vec<Owner> = Vec::new();
    for record in Record::all(raw) {
        let name = record.text(0);
        if name.is_empty() || owners.iter().any(|owner| owner.name == name) {
            continue;
        }
        let until = record.clean(4, "absent_until", findings, |text| times(text, style)).unwrap_or_default();
        let from = record.clean(5, "absent_from", findings, |text| times(text, style)).unwrap_or_default();
        owners.push(Owner {
            name,
            email: record.clean(1, "email", findings, email).unwrap_or_default(),
            capacity: record.clean(2, "capacity", findings, capacity),
            languages: record.clean(3, "languages", findings, languages).unwrap_or_default(),
            absences: absences(from, until),
            weight: record.clean(6, "weight", findings, weight).unwrap_or(Owner::WEIGHT),
            id: record.text(7),
        });
    }
    owners
}

fn capacity(text: &str) -> Clean<u64> {
    number(text, |value| whole(value).and_then(|value| u64::try_from(value).ok()))
}

/// Ten-thousandths; none negative, and none so large that sums would not fit.
fn weight(text: &str) -> Clean<u64> {
    number(text, |value| (0.0..=1e6).contains(&value).then(|| (value * Owner::WEIGHT as f64).round() as u64))
}

fn number(text: &str, read: impl Fn(f64) -> Option<u64>) -> Clean<u64> {
    match amount(text, None) {
        Clean { value: Some(amount), finding } => match read(amount.value) {
            Some(value) => Clean { value: Some(value), finding },
            None => Clean::fault(FindingCode::InvalidNumber),
        },
        Clean { value: None, finding } => Clean { value: None, finding },
    }
}

fn languages(text: &str) -> Clean<Languages> {
    match Languages::listed(text) {
        (languages, unknown) if unknown.is_empty() => Clean::of(languages),
        (languages, _) => Clean::kept(languages, FindingCode::UnknownChoice),
    }
}

/// What a cell says of absences.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Times {
    /// A day alone: the first or the last of an absence, as its column says.
    day: Option<i32>,
    /// Whole periods: "2026-12-20..2027-01-06".
    periods: Vec<Absence>,
}

/// A day, or periods with ";" between them. What is no date, or ends before it begins, is left out.
fn times(text: &str, style: DateStyle) -> Clean<Times> {
    let (mut times, mut faulty) = (Times::default(), false);
    let day = |text: &str| {
        let read = moment(text, style);
        (read.value.map(|at| at.day), read.finding.is_some())
    };
    for part in parts(text) {
        match ends(part) {
            Some((from, until)) => {
                let ((from, no_from), (until, no_until)) = (day(from), day(until));
                let turned = from.zip(until).is_some_and(|(from, until)| until < from);
                let open = from.is_none() && until.is_none();
                match no_from || no_until || turned || open {
                    true => faulty = true,
                    false => times.periods.push(Absence { from, until }),
                }
            }
            // Of several days nobody could say which are first and which last.
            None if parts(text).count() > 1 => faulty = true,
            None => {
                let (found, wrong) = day(part);
                times.day = found;
                faulty |= wrong;
            }
        }
    }
    match faulty {
        true => Clean::kept(times, FindingCode::InvalidDate),
        false => Clean::of(times),
    }
}

/// The periods of a cell; a comma parts them where they are written as periods, and may stand in a date where not.
fn parts(text: &str) -> impl Iterator<Item = &str> + Clone {
    let periods = text.contains("..") || text.contains('…');
    let parts = text.split(move |c: char| matches!(c, ';' | '\n') || periods && c == ',');
    parts.map(str::trim).filter(|part| !part.is_empty())
}

/// The ends of a period, if it is written as one.
fn ends(part: &str) -> Option<(&str, &str)> {
    ["..", "…", " – ", " - "].iter().find_map(|between| part.split_once(between)).map(|(a, b)| (a.trim(), b.trim()))
}

/// Whole periods, and the one from the day in one column to the day in the other.
fn absences(from: Times, until: Times) -> Vec<Absence> {
    let own = Absence { from: from.day, until: until.day };
    let turned = own.from.zip(own.until).is_some_and(|(from, until)| until < from);
    let own = (own.from.is_some() || own.until.is_some()) && !turned;
    let own = own.then_some(Absence { from: from.day, until: until.day });
    own.into_iter().chain(from.periods).chain(until.periods).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::calendar::days;
    use crate::model::rows::Origin;
    use crate::model::text::TextColumn;

    /// Owners by (languages, absent_until, absent_from, weight).
    fn read(rows: &[[&str; 4]]) -> (Vec<Owner>, Vec<(String, FindingCode)>) {
        let mut raw = RawRecords { columns: vec![TextColumn::default(); 7], origins: Vec::new() };
        for (row, [languages, until, from, weight]) in rows.iter().enumerate() {
            let cells = [&format!("owner {row}"), "", "", *languages, *until, *from, *weight];
            raw.columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
            raw.origins.push(Origin { source: 0, file: 0, line: row as u64 + 2 });
        }
        let mut findings = Vec::new();
        let owners = owners(&raw, &StandardizePlan::default(), &mut findings);
        (owners, findings.into_iter().map(|finding| (finding.field, finding.code)).collect())
    }

    #[test]
    fn periods_of_absence() {
        let day = |year, month, day| Some(days(date(year, month, day)));
        let (christmas, carnival) = ((day(2026, 12, 20), day(2027, 1, 6)), (day(2027, 3, 1), day(2027, 3, 5)));
        let cases = [
            ("2026-11-30", "", vec![(None, day(2026, 11, 30))], false),
            ("2027-01-06", "2026-12-20", vec![christmas], false),
            ("", "2026-12-20", vec![(day(2026, 12, 20), None)], false),
            ("2026-12-20..2027-01-06; 2027-03-01..2027-03-05", "", vec![christmas, carnival], false),
            ("2026-12-20..2027-01-06, 2027-03-01..2027-03-05", "", vec![christmas, carnival], false),
            ("20.12.2026 - 06.01.2027", "", vec![christmas], false),
            ("", "2026-12-20 – 2027-01-06", vec![christmas], false),
            ("..2026-11-30", "", vec![(None, day(2026, 11, 30))], false),
            ("2026-12-20..", "", vec![(day(2026, 12, 20), None)], false),
            ("2027-01-06..2026-12-20; 2027-03-01..2027-03-05", "", vec![carnival], true),
            ("2026-12-20; 2027-01-06", "", vec![], true),
            ("..", "", vec![], true),
            ("soon", "", vec![], true),
            ("", "", vec![], false),
        ];
        for (until, from, expected, faulty) in cases {
            let (owners, findings) = read(&[["", until, from, ""]]);
            let found: Vec<_> = owners[0].absences.iter().map(|absence| (absence.from, absence.until)).collect();
            assert_eq!((found, findings.len()), (expected, usize::from(faulty)), "{until} | {from}");
        }
    }

    #[test]
    fn the_first_and_the_last_day_are_absences() {
        let (owners, _) = read(&[["", "2026-12-20..2027-01-06; 2027-03-01..2027-03-05", "", ""]]);
        let there = |year, month, day| owners[0].is_there(days(date(year, month, day)));
        let cases = [
            ((2026, 12, 19), true),
            ((2026, 12, 20), false),
            ((2027, 1, 6), false),
            ((2027, 1, 7), true),
            ((2027, 2, 28), true),
            ((2027, 3, 1), false),
            ((2027, 3, 6), true),
        ];
        for ((year, month, day), expected) in cases {
            assert_eq!(there(year, month, day), expected, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn weights_and_languages() {
        let (owners, findings) = read(&[["de, Klingon", "", "", "2.5"], ["", "", "", ""], ["", "", "", "-1"]]);
        assert_eq!(owners.iter().map(|owner| owner.weight).collect::<Vec<_>>(), [25_000, 10_000, 10_000]);
        assert_eq!(owners[0].languages.codes().collect::<Vec<_>>(), ["de"]);
        assert!(owners[1].languages.is_empty());
        let expected = [("languages", FindingCode::UnknownChoice), ("weight", FindingCode::InvalidNumber)];
        assert_eq!(findings, expected.map(|(field, code)| (field.to_owned(), code)));
    }
}
