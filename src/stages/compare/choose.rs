//! Which comparisons a file gets: those of the roles that its columns have, and those that the pipeline file names.

use rayon::prelude::*;

use super::NO_COLUMNS;
use super::names::{FullName, Half, Name};
use super::rows::Table;
use super::values::{HALF_THE_WORDS, Test, Usual, Values, usual};
use super::{Comparison, Measure, contact, place};
use crate::config::plan::{ComparisonPlan, LevelPlan};
use crate::model::matching::{MatchColumns, Role};

/// The comparisons of a file, in the order in which their weights are summed.
///
/// The probabilities beside the levels are starting points and weak priors for training, from files of the same kind;
/// files with fewer than some dozens of matches keep close to them.
pub fn choose<'a>(columns: &'a MatchColumns, given: &[ComparisonPlan]) -> Vec<Comparison<'a>> {
    let named = |column: usize| given.iter().any(|plan| columns.find(&plan.column) == Some(column));
    let table = Table::new(columns, |column| {
        let role = columns.columns[column].role;
        named(column) || (AUTOMATIC.contains(&role) && columns.role(role) == Some(column))
    });
    let mut chosen = automatic(&table, given);
    let mut compared: Vec<usize> = chosen.iter().flat_map(|comparison| comparison.columns.iter().copied()).collect();
    let mut wanted = Vec::new();
    for plan in given {
        let Some(column) = columns.find(&plan.column) else { continue };
        if !plan.levels.is_empty() || !compared.contains(&column) {
            wanted.push((column, plan));
            compared.push(column);
        }
    }
    chosen.par_extend(wanted.par_iter().with_max_len(1).map(|&(column, plan)| given_comparison(&table, column, plan)));
    told_apart(columns, &mut chosen);
    if let [Comparison { measure: Measure::Values(values), .. }] = &mut chosen[..] {
        values.alone();
    }
    chosen
}

/// Roles that are compared wherever a column has them.
const AUTOMATIC: [Role; 11] = {
    use Role::{City, Company, Country, Domain, Email, FirstName, FullName, LastName, Phone, Postcode, Street};
    [FirstName, LastName, FullName, Email, Phone, Domain, Company, Street, Postcode, City, Country]
};

/// A circle needs something that tells its members apart: people their names, the sites of an organisation their
/// addresses, and things, where neither people nor organisations are named, what they are called: the first text.
fn told_apart(columns: &MatchColumns, chosen: &mut [Comparison<'_>]) {
    let named = |name: &str| chosen.iter().any(|comparison| comparison.name == name);
    let people = ["first_name", "last_name", "full_name"].into_iter().any(named);
    if people || (named("company") && named("address")) {
        return;
    }
    let role = |comparison: &Comparison<'_>| columns.columns[comparison.columns[0]].role;
    let called = match named("company") {
        true => None,
        false => chosen.iter().position(|comparison| role(comparison) == Role::Text),
    };
    for (position, comparison) in chosen.iter_mut().enumerate() {
        comparison.circles = match called {
            Some(called) if position == called => {
                called_alike(comparison);
                [None, None, related_names(&comparison.levels)]
            }
            Some(_) => [None, None, related(role(comparison), comparison)],
            None => [None, None, None],
        };
    }
}

/// The same thing is called by most of the same words.
fn called_alike(comparison: &mut Comparison<'_>) {
    comparison.most_different = 0.06;
    comparison.weak_from = comparison.levels.iter().position(|label| label == HALF_THE_WORDS).map(|level| level as u8);
}

/// Related things, as works of one author and products of one line, are called alike by some of the words at most.
fn related_names(levels: &[String]) -> Option<Vec<f64>> {
    let related = [0.0, 0.0, 0.0, 0.0, 0.01, 0.02, 0.05, 0.12, 0.06, 0.74];
    (levels.len() == related.len()).then(|| related.to_vec())
}

/// What related things have in common, and how often, is learnt from the file: to begin with, half as often as the
/// same thing does. Identifiers and contact points are a thing's own.
fn related(role: Role, comparison: &Comparison<'_>) -> Option<Vec<f64>> {
    let own = matches!(role, Role::Identifier | Role::Email | Role::Phone | Role::Domain);
    (!own).then(|| comparison.m.iter().zip(&comparison.u).map(|(m, u)| (m + u) / 2.0).collect())
}

fn automatic<'a>(table: &Table<'a>, given: &[ComparisonPlan]) -> Vec<Comparison<'a>> {
    let columns = table.columns();
    let replaced =
        |column: usize| given.iter().any(|plan| plan.column == columns.columns[column].name && !plan.levels.is_empty());
    let role = |role: Role| columns.role(role).filter(|&column| !replaced(column) && columns.filled(column) > 0);
    let (first, last) = (role(Role::FirstName), role(Role::LastName));
    // What they need to know of all values takes time: they are made side by side.
    let mut makers: Vec<Box<dyn Fn() -> Comparison<'a> + Sync + '_>> = Vec::new();
    if let Some(column) = first {
        let name = move || Name::new(Half::First, table, column, columns.role(Role::LastName));
        makers.push(Box::new(move || Comparison {
            m: vec![0.0, 0.8, 0.01, 0.05, 0.06, 0.02, 0.04, 0.02],
            u: vec![0.0, 0.01, 5e-4, 3e-3, 5e-3, 0.02, 0.02, 0.9415],
            most_different: 0.05,
            ..comparison("first_name", Name::FIRST, &[Some(column)], Measure::Name(name()))
        }));
    }
    if let Some(column) = last {
        let name = move || Name::new(Half::Last, table, column, columns.role(Role::FirstName));
        makers.push(Box::new(move || Comparison {
            m: vec![0.0, 0.85, 0.01, 0.06, 0.02, 0.02, 0.04],
            u: vec![0.0, 3e-3, 5e-4, 3e-3, 1e-3, 0.01, 0.9825],
            // Families work together more often than chance has it.
            circles: [
                Some(vec![0.0, 0.04, 0.0, 3e-3, 3e-3, 0.01, 0.944]),
                Some(vec![0.0, 0.84, 0.0, 0.02, 0.03, 0.05, 0.06]),
                None,
            ],
            most_different: 0.06,
            ..comparison("last_name", Name::LAST, &[Some(column)], Measure::Name(name()))
        }));
    }
    if let Some(column) = role(Role::FullName).filter(|&column| !halves_tell_as_much(columns, column)) {
        let name = move || FullName::new(table, column);
        makers.push(Box::new(move || Comparison {
            m: vec![0.0, 0.7, 0.05, 0.08, 0.09, 0.05, 0.03],
            u: vec![0.0, 1e-3, 1e-4, 1e-3, 1e-3, 5e-3, 0.9919],
            most_different: 0.06,
            ..comparison("full_name", FullName::LEVELS, &[Some(column)], Measure::FullName(name()))
        }));
    }
    let email = role(Role::Email);
    if let Some(column) = email {
        makers.push(Box::new(move || Comparison {
            m: vec![0.0, 0.6, 0.02, 0.08, 0.06, 0.06, 0.18],
            u: vec![0.0, 1e-5, 1e-4, 1e-4, 1e-5, 2e-3, 0.99778],
            circles: [
                Some(vec![0.0, 5e-3, 0.05, 0.0, 0.0, 0.0, 0.945]),
                Some(vec![0.0, 0.02, 0.03, 0.0, 0.0, 0.0, 0.95]),
                None,
            ],
            most_different: 0.6,
            ..comparison(
                "email",
                contact::Email::LEVELS,
                &[Some(column)],
                Measure::Email(contact::Email::new(table, column)),
            )
        }));
    }
    if let Some(column) = role(Role::Phone) {
        makers.push(Box::new(move || Comparison {
            m: vec![0.0, 0.6, 0.05, 0.05, 0.3],
            u: vec![0.0, 1e-5, 1e-4, 1e-4, 0.99979],
            circles: [Some(vec![0.0, 0.15, 0.25, 0.05, 0.55]), Some(vec![0.0, 0.35, 0.05, 0.02, 0.58]), None],
            most_different: 0.7,
            ..comparison(
                "phone",
                contact::Phone::LEVELS,
                &[Some(column)],
                Measure::Phone(contact::Phone::new(table, column)),
            )
        }));
    }
    let domain = role(Role::Domain);
    if let Some(column) = role(Role::Company) {
        let measure = move || Measure::Company(place::Company::new(table, column, domain, email));
        makers.push(Box::new(move || Comparison {
            m: vec![0.0, 0.7, 0.07, 0.07, 0.04, 0.03, 0.03, 0.06],
            u: vec![0.0, 2e-3, 1e-3, 1e-3, 1e-3, 2e-3, 0.01, 0.983],
            circles: [Some(vec![0.0, 0.7, 0.1, 0.06, 0.03, 0.02, 0.03, 0.06]), None, None],
            most_different: 0.5,
            ..comparison("company", place::Company::LEVELS, &[Some(column), domain], measure())
        }));
    }
    let (street, postcode, city) = (role(Role::Street), role(Role::Postcode), role(Role::City));
    if street.or(postcode).or(city).is_some() {
        let measure = move || Measure::Address(place::Address::new(table, street, postcode, city));
        makers.push(Box::new(move || Comparison {
            m: vec![0.0, 0.5, 0.1, 0.1, 0.1, 0.08, 0.04, 0.08],
            u: vec![0.0, 1e-5, 1e-5, 1e-4, 1e-3, 0.01, 5e-3, 0.98388],
            circles: [
                Some(vec![0.0, 0.3, 0.05, 0.05, 0.1, 0.1, 0.05, 0.35]),
                Some(vec![0.0, 0.6, 0.05, 0.15, 0.06, 0.04, 0.02, 0.08]),
                None,
            ],
            most_different: 0.6,
            ..comparison("address", place::Address::LEVELS, &[street, postcode, city], measure())
        }));
    }
    let mut chosen: Vec<Comparison<'a>> = makers.par_iter().with_max_len(1).map(|make| make()).collect();
    if first.or(last).or(role(Role::FullName)).is_none() {
        chosen.iter_mut().for_each(sites_of_an_organisation);
    }
    if let Some(column) = role(Role::Country) {
        let among = Some(vec![0.0, 0.97, 0.03]);
        chosen.push(Comparison { circles: [among.clone(), among, None], ..usual_comparison(table, column) });
    }
    chosen
}

/// Where no people are, the members of a circle are sites of one organisation, which share its name and its phone and
/// differ in their addresses, or organisations in one house, which share its address and its switchboard.
fn sites_of_an_organisation(comparison: &mut Comparison<'_>) {
    comparison.circles = match comparison.name.as_str() {
        "company" => [Some(vec![0.0, 0.3, 0.1, 0.2, 0.15, 0.1, 0.1, 0.05]), None, None],
        "phone" => [Some(vec![0.0, 0.4, 0.2, 0.05, 0.35]), Some(vec![0.0, 0.3, 0.2, 0.05, 0.45]), None],
        "address" => [None, Some(vec![0.0, 0.6, 0.1, 0.2, 0.04, 0.02, 0.02, 0.02]), None],
        "email" => [Some(vec![0.0, 0.1, 0.3, 0.0, 0.0, 0.0, 0.6]), None, None],
        _ => [None, None, None],
    };
}

/// A whole name composed from its halves says nothing that they do not.
fn halves_tell_as_much(columns: &MatchColumns, full: usize) -> bool {
    let (Some(_), Some(last)) = (columns.role(Role::FirstName), columns.role(Role::LastName)) else { return false };
    2 * columns.filled(last) >= columns.filled(full)
}

fn comparison<'a>(name: &str, levels: &[&str], columns: &[Option<usize>], measure: Measure<'a>) -> Comparison<'a> {
    Comparison {
        name: name.to_owned(),
        levels: levels.iter().map(|&label| label.to_owned()).collect(),
        m: Vec::new(),
        u: Vec::new(),
        circles: [None, None, None],
        most_different: 0.4,
        doubtful: None,
        weak_from: None,
        columns: columns.iter().copied().flatten().collect(),
        measure,
    }
}

fn usual_comparison<'a>(table: &Table<'a>, column: usize) -> Comparison<'a> {
    let columns = table.columns();
    let Usual { tests, labels, m, u } = usual(&columns.columns[column]);
    let doubtful = tests.iter().position(|test| *test == Test::OtherNumbers).map(|at| at as u8 + 1);
    let name = match columns.columns[column].name.as_str() {
        name if NO_COLUMNS.contains(&name) => format!("{name} (column)"),
        name => name.to_owned(),
    };
    let u: Vec<f64> = std::iter::once(0.0).chain(u).collect();
    let among = among_colleagues(columns.columns[column].role, &u);
    Comparison {
        levels: std::iter::once("missing").chain(labels).map(str::to_owned).collect(),
        m: std::iter::once(0.0).chain(m).collect(),
        u,
        circles: [among.clone(), among, None],
        doubtful,
        ..comparison(&name, &[], &[Some(column)], Measure::Values(Values::new(table, column, tests)))
    }
}

/// What people of one company or household may well share: all but what is a person's own. How much of it they do is
/// learnt from the file.
fn among_colleagues(role: Role, u: &[f64]) -> Option<Vec<f64>> {
    use Role::{Category, City, Company, Country, Domain, Number, Postcode, Region, Street};
    let shared = matches!(role, Category | City | Company | Country | Domain | Number | Postcode | Region | Street);
    const EXACT: f64 = 0.4;
    let rest = (1.0 - EXACT) / (1.0 - u[1]);
    let level = |(level, &u): (usize, &f64)| if level == 1 { EXACT.max(u) } else { u * rest };
    (shared && u[1] < EXACT).then(|| u.iter().enumerate().map(level).collect())
}

fn given_comparison<'a>(table: &Table<'a>, column: usize, plan: &ComparisonPlan) -> Comparison<'a> {
    if plan.levels.is_empty() {
        return usual_comparison(table, column);
    }
    // Level numbers are bytes; nobody tells two hundred degrees of agreement apart.
    let levels = &plan.levels[..plan.levels.len().min(200)];
    let (count, tests) = (levels.len(), levels.iter().map(|&level| Test::Plan(level)).collect());
    let rest =
        |first: f64, sum: f64| move |level: usize| if level == 0 { first } else { sum / (count - 1).max(1) as f64 };
    let (m, u) = (rest(0.75, 0.15), rest(1e-3, 0.02));
    let ends = |of: &dyn Fn(usize) -> f64| -> Vec<f64> {
        let mut all: Vec<f64> = std::iter::once(0.0).chain((0..count).map(of)).collect();
        let left = 1.0 - all.iter().sum::<f64>();
        all.push(left);
        all
    };
    Comparison {
        levels: std::iter::once("missing".to_owned())
            .chain(levels.iter().map(label))
            .chain(std::iter::once("different".to_owned()))
            .collect(),
        m: ends(&m),
        u: ends(&u),
        ..comparison(&plan.column, &[], &[Some(column)], Measure::Values(Values::new(table, column, tests)))
    }
}

fn label(level: &LevelPlan) -> String {
    match level {
        LevelPlan::Exact => "exact".to_owned(),
        LevelPlan::JaroWinkler(least) => format!("jaro_winkler >= {least}"),
        LevelPlan::Levenshtein(most) => format!("levenshtein <= {most}"),
        LevelPlan::Jaccard(least) => format!("jaccard >= {least}"),
        LevelPlan::Prefix => "prefix".to_owned(),
        LevelPlan::DaysApart(most) => format!("days_apart <= {most}"),
        LevelPlan::SamePrefix(count) => format!("same_prefix {count}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;

    fn names(comparisons: &[Comparison<'_>]) -> Vec<String> {
        comparisons.iter().map(|comparison| comparison.name.clone()).collect()
    }

    #[test]
    fn roles_choose_and_the_plan_adds_and_replaces() {
        let columns = table(&[
            ("full_name", Role::FullName, &["ana kirova", "jan novak"]),
            ("first_name", Role::FirstName, &["ana", "jan"]),
            ("last_name", Role::LastName, &["kirova", "novak"]),
            ("company", Role::Company, &["", ""]),
            ("city", Role::City, &["sofia", "praha"]),
            ("birthday", Role::Date, &["1971-06-24", ""]),
            ("size", Role::Category, &["s", "m"]),
        ]);
        assert_eq!(names(&choose(&columns, &[])), ["first_name", "last_name", "address"]);
        let given = [
            ComparisonPlan {
                column: "last_name".to_owned(),
                role: None,
                levels: vec![LevelPlan::Exact, LevelPlan::Prefix],
            },
            ComparisonPlan { column: "birthday".to_owned(), role: None, levels: vec![] },
        ];
        let chosen = choose(&columns, &given);
        assert_eq!(names(&chosen), ["first_name", "address", "last_name", "birthday"]);
        assert_eq!(chosen[2].levels, ["missing", "exact", "prefix", "different"]);
    }

    #[test]
    fn things_are_told_apart_by_what_they_are_called() {
        let columns = table(&[
            ("title", Role::Text, &["a data base", "a view"]),
            ("authors", Role::Text, &["kirova", "novak"]),
            ("year", Role::Number, &["1999", "2001"]),
            ("isbn", Role::Identifier, &["1", "2"]),
        ]);
        let given = ["title", "authors", "year", "isbn"].map(|column| ComparisonPlan {
            column: column.to_owned(),
            role: None,
            levels: vec![],
        });
        let chosen = choose(&columns, &given);
        let title = &chosen[0];
        assert_eq!(title.levels[usize::from(title.weak_from.expect("the first text"))], "half the words");
        assert!(chosen[1..].iter().all(|comparison| comparison.weak_from.is_none()));
        let related: Vec<Option<f64>> = chosen.iter().map(|c| c.circles[2].as_ref().map(|levels| levels[1])).collect();
        assert_eq!(related, [Some(0.0), Some((0.4 + 5e-4) / 2.0), Some((0.85 + 0.04) / 2.0), None]);
        assert!(chosen.iter().all(|comparison| comparison.circles[..2] == [None, None]));
        // Where people are named, they are told apart, and things are not.
        let columns = table(&[
            ("last_name", Role::LastName, &["kirova", "novak"]),
            ("title", Role::Text, &["a data base", "a view"]),
            ("year", Role::Number, &["1999", "2001"]),
        ]);
        let chosen = choose(&columns, &given);
        assert!(chosen.iter().all(|comparison| comparison.circles[2].is_none() && comparison.weak_from.is_none()));
    }

    #[test]
    fn starting_probabilities_are_distributions() {
        let values: &[&str] = &["a b", "a c"];
        let all = [
            Role::FirstName,
            Role::LastName,
            Role::FullName,
            Role::Company,
            Role::Domain,
            Role::Email,
            Role::Phone,
            Role::Street,
            Role::City,
            Role::Region,
            Role::Postcode,
            Role::Country,
            Role::Date,
            Role::Identifier,
            Role::Category,
            Role::Number,
            Role::Text,
        ];
        let columns: Vec<(String, Role)> = all.iter().map(|&role| (format!("{role:?}"), role)).collect();
        let columns: Vec<(&str, Role, &[&str])> = columns.iter().map(|(n, r)| (n.as_str(), *r, values)).collect();
        let columns = table(&columns);
        let given: Vec<ComparisonPlan> = columns
            .columns
            .iter()
            .map(|column| ComparisonPlan { column: column.name.clone(), role: None, levels: vec![] })
            .chain([ComparisonPlan { column: "Text".to_owned(), role: None, levels: vec![LevelPlan::Exact] }])
            .collect();
        for comparison in choose(&columns, &given) {
            for distribution in [Some(&comparison.m), Some(&comparison.u)]
                .into_iter()
                .chain(comparison.circles.iter().map(Option::as_ref))
                .flatten()
            {
                assert_eq!(distribution.len(), comparison.levels.len(), "{}", comparison.name);
                assert!((distribution.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{}: {distribution:?}", comparison.name);
            }
        }
    }
}
