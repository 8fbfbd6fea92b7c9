//! Which blocking rules a file gets: the user's, or those that the roles of its columns allow, from the most telling
//! key to the least. How many of them are used depends on the size of the file.

use super::keys::{Key, Part, Shape};
use super::plan::{ALL_PAIRS, pairs_of};
use crate::config::plan::{BlockKey, DedupePlan};
use crate::model::leads::LeadId;
use crate::model::matching::{MatchColumns, Role};

/// Automatic blocks of more members are split by a family name first: what fills them is a switchboard, an office
/// mailbox or a company, and its people differ in their names.
const SPLIT_AT: usize = 200;

/// Blocks of a single common word are never worth more.
const WORD_LIMIT: usize = 50;

/// Keys that all automatic rules together may make: a rule costs time in proportion to the leads, also where it finds
/// nothing new.
const KEYS: usize = 16_000_000;
/// Rules that every file gets, as far as its columns allow them.
const LEAST_RULES: usize = 14;

/// A rule: leads that share a key are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockingRule {
    /// As a user writes it.
    pub label: String,
    /// What it groups by; none compares every lead with every other one.
    pub key: Option<Key>,
    /// Members of the largest block that is compared whole.
    pub whole: usize,
    /// What a larger block is split by.
    pub finer: Option<Key>,
    /// Whether neighbours by name meet in what is too large even then.
    pub windows: bool,
    /// Whether the rule has to keep within the budget of pairs.
    pub capped: bool,
}

/// The rules of a file, in the order in which pairs are counted for them.
pub fn rules(columns: &MatchColumns, plan: &DedupePlan) -> Vec<BlockingRule> {
    match &plan.block_on {
        Some(keys) => keys.iter().filter_map(|key| given(columns, key, plan.max_block)).collect(),
        None if pairs_of(columns.rows) <= ALL_PAIRS => vec![every_pair(columns.rows)],
        None => automatic(columns, plan),
    }
}

fn every_pair(rows: usize) -> BlockingRule {
    let label = "every pair".to_owned();
    BlockingRule { label, key: None, whole: rows, finer: None, windows: false, capped: false }
}

/// A rule as the user wrote it; none where a column is not there to match by.
fn given(columns: &MatchColumns, key: &BlockKey, max_block: usize) -> Option<BlockingRule> {
    let part = |part: &crate::config::plan::KeyPart| {
        let shape = part.prefix.map_or(Shape::Whole, Shape::Prefix);
        columns.find(&part.column).map(|column| Part { column, shape })
    };
    let parts: Vec<Part> = key.parts.iter().map(part).collect::<Option<_>>()?;
    let finer = finer(columns, &parts);
    let key_of = Some(Key::All(parts));
    Some(BlockingRule { label: key.label.clone(), key: key_of, whole: max_block, finer, windows: true, capped: false })
}

/// A key in terms of roles.
type Template<'a> = &'a [(Role, Shape)];

/// Keys that reach a person or organisation directly.
const REACH: &[Template<'static>] = &[&[(Role::Email, Shape::Whole)], &[(Role::Phone, Shape::Whole)]];

/// Keys of people whose first and last names are in two columns.
const HALVES: &[Template<'static>] = {
    use Role::{City, Company, Date, Domain, Email, FirstName, LastName, Phone, Postcode, Street};
    use Shape::{Ending, Mailbox, Prefix, Sound, Whole};
    &[
        &[(LastName, Whole), (FirstName, Whole)],
        &[(Date, Whole), (LastName, Prefix(1))],
        &[(Company, Whole), (LastName, Whole)],
        &[(FirstName, Prefix(1)), (LastName, Prefix(1)), (Postcode, Whole)],
        &[(Company, Whole), (FirstName, Whole)],
        &[(Street, Whole), (FirstName, Prefix(1))],
        &[(LastName, Sound), (FirstName, Prefix(1)), (City, Whole)],
        &[(Domain, Whole), (FirstName, Prefix(1)), (LastName, Prefix(1))],
        &[(LastName, Sound), (Postcode, Whole)],
        &[(Date, Whole), (FirstName, Prefix(1))],
        &[(Postcode, Whole), (Street, Prefix(4))],
        &[(FirstName, Prefix(3)), (City, Whole)],
        &[(LastName, Sound), (Company, Prefix(4))],
        &[(Email, Mailbox)],
        &[(LastName, Sound), (FirstName, Prefix(3))],
        &[(Phone, Ending)],
        &[(Domain, Whole), (LastName, Whole)],
        &[(FirstName, Whole), (Postcode, Whole)],
        &[(LastName, Sound), (Date, Prefix(4))],
        &[(FirstName, Whole), (Date, Prefix(4))],
        &[(LastName, Prefix(3)), (Date, Prefix(7))],
        &[(Date, Whole)],
        &[(LastName, Sound), (City, Whole)],
        &[(LastName, Prefix(3)), (Postcode, Prefix(3))],
        &[(FirstName, Prefix(3)), (Company, Prefix(4))],
        &[(LastName, Sound)],
        &[(FirstName, Whole), (LastName, Prefix(1))],
    ]
};

/// Keys of people whose name is in one column.
const WHOLE_NAMES: &[Template<'static>] = {
    use Role::{City, Company, Date, Domain, Email, FullName, Phone, Postcode, Street};
    use Shape::{Ending, FirstLetter, LastWord, Mailbox, Prefix, SortedWords, Sound, Whole, Words};
    &[
        &[(FullName, SortedWords)],
        &[(Date, Whole), (FullName, FirstLetter)],
        &[(FullName, LastWord), (Postcode, Whole)],
        &[(FullName, LastWord), (FullName, FirstLetter), (City, Whole)],
        &[(Company, Whole), (FullName, LastWord)],
        &[(Domain, Whole), (FullName, LastWord)],
        &[(FullName, Sound), (FullName, Prefix(3))],
        &[(Company, Whole), (FullName, Prefix(3))],
        &[(Street, Whole), (Postcode, Whole)],
        &[(Email, Mailbox)],
        &[(Date, Whole)],
        &[(Phone, Ending)],
        &[(FullName, Sound), (Date, Prefix(4))],
        &[(FullName, Sound), (City, Whole)],
        &[(FullName, Prefix(3)), (Postcode, Whole)],
        &[(FullName, Words)],
    ]
};

/// Keys of organisations.
const ORGANISATIONS: &[Template<'static>] = {
    use Role::{City, Company, Domain, Phone, Postcode, Street};
    use Shape::{Ending, Prefix, RareWords, SortedWords, Whole, Words};
    &[
        &[(Company, SortedWords)],
        &[(Domain, Whole)],
        &[(Company, RareWords)],
        &[(Street, Whole)],
        &[(Company, Prefix(6)), (Postcode, Whole)],
        &[(Company, Prefix(6)), (City, Whole)],
        &[(Street, Prefix(6)), (Company, Prefix(3))],
        &[(Phone, Ending)],
        &[(Company, Words), (Postcode, Whole)],
        &[(Company, Words), (City, Whole)],
        &[(Company, Words)],
        &[(Street, Prefix(8))],
        &[(Street, RareWords)],
        &[(Company, Prefix(4))],
    ]
};

fn automatic(columns: &MatchColumns, plan: &DedupePlan) -> Vec<BlockingRule> {
    let filled = |role: Role| columns.role(role).filter(|&column| is_filled(columns, column));
    let halves = filled(Role::FirstName).zip(filled(Role::LastName));
    let (people_are_named, templates) = if filled(Role::LastName).is_some() {
        (true, HALVES)
    } else if filled(Role::FullName).is_some() {
        (true, WHOLE_NAMES)
    } else {
        (false, ORGANISATIONS)
    };
    let compared = compared(columns, plan);
    let date = compared.iter().copied().find(|&(_, role)| role == Role::Date).map(|(column, _)| column);
    let made = |template: &Template<'_>| -> Option<BlockingRule> {
        let part = |&(role, shape): &(Role, Shape)| {
            let column = if role == Role::Date { date } else { filled(role) };
            Some(Part { column: column?, shape })
        };
        Some(rule(columns, template.iter().map(part).collect::<Option<_>>()?, plan.max_block))
    };
    let mut rules: Vec<BlockingRule> = REACH.iter().filter_map(made).collect();
    let identifiers = compared.iter().filter(|(_, role)| *role == Role::Identifier);
    let whole =
        |&(column, _): &(usize, Role)| rule(columns, vec![Part { column, shape: Shape::Whole }], plan.max_block);
    rules.extend(identifiers.map(whole));
    let mut rest = templates.iter().filter_map(made);
    rules.extend(rest.by_ref().take(8));
    if let Some((first, last)) = halves {
        let label = "first_name and last_name either way".to_owned();
        let (key, whole) = (Some(Key::EitherWay(first, last)), SPLIT_AT.min(plan.max_block));
        rules.push(BlockingRule { label, key, whole, finer: None, windows: false, capped: true });
    }
    let telling = |text: usize| !people_are_named || tells_rows_apart(columns, text);
    rules.extend(texts(columns, &compared, telling, plan.max_block));
    rules.extend(rest);
    rules.dedup();
    rules.truncate((KEYS / columns.rows.max(1)).max(LEAST_RULES));
    rules
}

/// Most rows that have a text have one of their own: titles do, job titles do not.
fn tells_rows_apart(columns: &MatchColumns, text: usize) -> bool {
    2 * columns.columns[text].dictionary.len() >= columns.filled(text)
}

/// Rules from columns of text (titles, product names): words that few leads have, two at a time, then one. Where people
/// are named, a text that many of them share finds pairs of strangers only.
fn texts(
    columns: &MatchColumns,
    compared: &[(usize, Role)],
    telling: impl Fn(usize) -> bool,
    max_block: usize,
) -> Vec<BlockingRule> {
    let texts: Vec<usize> = compared
        .iter()
        .filter(|&&(column, role)| role == Role::Text && telling(column))
        .map(|(column, _)| *column)
        .collect();
    let numbers: Vec<usize> =
        compared.iter().filter(|(_, role)| *role == Role::Number).map(|(column, _)| *column).collect();
    let alone = |shape: Shape| move |&column: &usize| vec![Part { column, shape }];
    let mut keys: Vec<Vec<Part>> = Vec::new();
    keys.extend(texts.iter().map(alone(Shape::SortedWords)));
    keys.extend(texts.iter().map(alone(Shape::RareWords)));
    keys.extend(texts.iter().take(2).map(alone(Shape::Words)));
    for &text in texts.iter().take(2) {
        let with = |&number: &usize| {
            vec![Part { column: text, shape: Shape::Words }, Part { column: number, shape: Shape::Whole }]
        };
        keys.extend(numbers.iter().map(with));
    }
    keys.extend(texts.iter().take(2).map(alone(Shape::Prefix(6))));
    keys.into_iter().map(|parts| rule(columns, parts, max_block)).collect()
}

/// Custom columns that are compared because the pipeline file says so, with their roles.
fn compared(columns: &MatchColumns, plan: &DedupePlan) -> Vec<(usize, Role)> {
    let column = |name: &str| columns.find(name).map(|column| (column, columns.columns[column].role));
    plan.compare.iter().filter_map(|comparison| column(&comparison.column)).collect()
}

fn rule(columns: &MatchColumns, parts: Vec<Part>, max_block: usize) -> BlockingRule {
    let label = parts.iter().map(|part| shown(columns, *part)).collect::<Vec<_>>().join(" + ");
    let words = parts.iter().any(|part| matches!(part.shape, Shape::Words | Shape::RareWords));
    let finer = finer(columns, &parts).filter(|_| !words);
    let whole = if words { WORD_LIMIT } else { SPLIT_AT }.min(max_block);
    BlockingRule { label, key: Some(Key::All(parts)), whole, finer, windows: !words, capped: true }
}

fn shown(columns: &MatchColumns, part: Part) -> String {
    let name = &columns.columns[part.column].name;
    match part.shape {
        Shape::Whole => name.clone(),
        Shape::Prefix(count) => format!("{name}[{count}]"),
        Shape::Ending => format!("end of {name}"),
        Shape::Sound => format!("sound of {name}"),
        Shape::Mailbox => format!("mailbox of {name}"),
        Shape::LastWord => format!("last word of {name}"),
        Shape::FirstLetter => format!("{name}[1]"),
        Shape::SortedWords => format!("words of {name}"),
        Shape::Words => format!("a word of {name}"),
        Shape::RareWords => format!("two rare words of {name}"),
    }
}

/// What a block that is too large is split by: names that are not in its key yet.
fn finer(columns: &MatchColumns, parts: &[Part]) -> Option<Key> {
    let unused = |role: Role, shape: Shape| {
        columns
            .role(role)
            .filter(|&column| parts.iter().all(|part| part.column != column) && is_filled(columns, column))
            .map(|column| Part { column, shape })
    };
    unused(Role::LastName, Shape::Sound)
        .or_else(|| unused(Role::FirstName, Shape::Whole))
        .or_else(|| unused(Role::FullName, Shape::Sound))
        .or_else(|| unused(Role::Postcode, Shape::Whole))
        .or_else(|| unused(Role::City, Shape::Whole))
        .or_else(|| unused(Role::Company, Shape::Whole))
        .map(|part| Key::All(vec![part]))
}

fn is_filled(columns: &MatchColumns, column: usize) -> bool {
    (0..columns.rows).any(|row| !columns.columns[column].of(LeadId(row as u32)).is_empty())
}
