//! Which blocking rules a file gets: the user's, or those that the roles of its columns allow.

use super::keys::{Key, Part, Shape};
use crate::config::plan::{BlockKey, DedupePlan};
use crate::model::leads::LeadId;
use crate::model::matching::{MatchColumns, Role};

/// Automatic blocks of more members are split by a family name first: what fills them is a switchboard, an office
/// mailbox or a company, and its people differ in their names.
const SPLIT_AT: usize = 200;

/// Blocks of a single common word are never worth more.
const WORD_LIMIT: usize = 50;

/// A rule: leads that share a key are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockingRule {
    /// As a user writes it.
    pub label: String,
    /// What it groups by.
    pub key: Key,
    /// Members of the largest block that is compared whole.
    pub whole: usize,
    /// What a larger block is split by.
    pub finer: Option<Key>,
    /// Members of the largest part of a split block.
    pub limit: usize,
}

/// The rules of a file, in the order in which pairs are counted for them.
pub fn rules(columns: &MatchColumns, plan: &DedupePlan) -> Vec<BlockingRule> {
    match &plan.block_on {
        Some(keys) => keys.iter().filter_map(|key| given(columns, key, plan.max_block)).collect(),
        None => automatic(columns, plan),
    }
}

/// A rule as the user wrote it; none where a column is not there to match by.
fn given(columns: &MatchColumns, key: &BlockKey, max_block: usize) -> Option<BlockingRule> {
    let part = |part: &crate::config::plan::KeyPart| {
        let shape = part.prefix.map_or(Shape::Whole, Shape::Prefix);
        columns.find(&part.column).map(|column| Part { column, shape })
    };
    let parts: Vec<Part> = key.parts.iter().map(part).collect::<Option<_>>()?;
    let finer = finer(columns, &parts.iter().map(|part| part.column).collect::<Vec<_>>());
    Some(BlockingRule { label: key.label.clone(), key: Key::All(parts), whole: max_block, finer, limit: max_block })
}

fn automatic(columns: &MatchColumns, plan: &DedupePlan) -> Vec<BlockingRule> {
    use Role::{City, Company, Domain, Email, FirstName, FullName, LastName, Phone, Postcode, Street};
    use Shape::{FirstLetter, LastWord, Mailbox, Prefix, SortedWords, Sound, Whole, Words};
    let filled = |role: Role| columns.role(role).filter(|&column| is_filled(columns, column));
    let halves = filled(FirstName).is_some() && filled(LastName).is_some();
    let mut templates: Vec<&[(Role, Shape)]> = vec![&[(Email, Whole)], &[(Phone, Whole)]];
    if filled(LastName).is_some() {
        templates.extend::<[&[(Role, Shape)]; 12]>([
            &[(LastName, Whole), (FirstName, Whole)],
            &[(LastName, Whole), (Postcode, Whole)],
            &[(LastName, Whole), (FirstName, Prefix(1)), (City, Whole)],
            &[(Company, Whole), (LastName, Whole)],
            &[(Company, Whole), (FirstName, Whole)],
            &[(Domain, Whole), (LastName, Whole)],
            &[(Domain, Whole), (FirstName, Prefix(1)), (LastName, Prefix(1))],
            &[(LastName, Sound), (FirstName, Prefix(3))],
            &[(FirstName, Whole), (Postcode, Whole)],
            &[(Street, Whole), (Postcode, Whole)],
            &[(Street, Whole), (FirstName, Prefix(1))],
            &[(Email, Mailbox)],
        ]);
    }
    if !halves && filled(FullName).is_some() {
        templates.extend::<[&[(Role, Shape)]; 8]>([
            &[(FullName, SortedWords)],
            &[(FullName, LastWord), (Postcode, Whole)],
            &[(FullName, LastWord), (FullName, FirstLetter), (City, Whole)],
            &[(Company, Whole), (FullName, LastWord)],
            &[(Company, Whole), (FullName, Prefix(3))],
            &[(FullName, Sound), (FullName, Prefix(3))],
            &[(Street, Whole), (Postcode, Whole)],
            &[(Email, Mailbox)],
        ]);
    }
    if filled(LastName).is_none() && filled(FullName).is_none() {
        templates.extend::<[&[(Role, Shape)]; 6]>([
            &[(Company, SortedWords)],
            &[(Domain, Whole)],
            &[(Company, Prefix(6)), (Postcode, Whole)],
            &[(Company, Prefix(6)), (City, Whole)],
            &[(Street, Whole)],
            &[(Company, Words)],
        ]);
    }
    let mut rules: Vec<BlockingRule> = templates
        .iter()
        .filter_map(|parts| {
            let parts: Option<Vec<Part>> =
                parts.iter().map(|&(role, shape)| Some(Part { column: filled(role)?, shape })).collect();
            Some(rule(columns, parts?, plan.max_block))
        })
        .collect();
    if let (true, Some(first), Some(last)) = (halves, filled(FirstName), filled(LastName)) {
        let (whole, limit) = (SPLIT_AT.min(plan.max_block), plan.max_block);
        let label = "first_name and last_name either way".to_owned();
        rules.push(BlockingRule { label, key: Key::EitherWay(first, last), whole, finer: None, limit });
    }
    rules.extend(compared(columns, plan));
    rules
}

/// Rules from dates and identifiers that are compared because the pipeline file says so.
fn compared(columns: &MatchColumns, plan: &DedupePlan) -> Vec<BlockingRule> {
    let name = columns.role(Role::LastName).or_else(|| columns.role(Role::FullName));
    let mut rules = Vec::new();
    for comparison in &plan.compare {
        let Some(column) = columns.find(&comparison.column) else { continue };
        let whole = Part { column, shape: Shape::Whole };
        match (columns.columns[column].role, name) {
            (Role::Identifier, _) | (Role::Date, None) => rules.push(rule(columns, vec![whole], plan.max_block)),
            (Role::Date, Some(name)) => {
                let first = columns.role(Role::FirstName).unwrap_or(name);
                for column in [name, first] {
                    let initial = Part { column, shape: Shape::Prefix(1) };
                    rules.push(rule(columns, vec![whole, initial], plan.max_block));
                }
            }
            _ => {}
        }
    }
    rules.dedup();
    rules
}

fn rule(columns: &MatchColumns, parts: Vec<Part>, max_block: usize) -> BlockingRule {
    let label = parts.iter().map(|part| shown(columns, *part)).collect::<Vec<_>>().join(" + ");
    let words = parts.iter().any(|part| part.shape == Shape::Words);
    let finer = finer(columns, &parts.iter().map(|part| part.column).collect::<Vec<_>>()).filter(|_| !words);
    let whole = if words { WORD_LIMIT } else { SPLIT_AT }.min(max_block);
    BlockingRule { label, key: Key::All(parts), whole, finer, limit: max_block }
}

fn shown(columns: &MatchColumns, part: Part) -> String {
    let name = &columns.columns[part.column].name;
    match part.shape {
        Shape::Whole => name.clone(),
        Shape::Prefix(count) => format!("{name}[{count}]"),
        Shape::Sound => format!("sound of {name}"),
        Shape::Mailbox => format!("mailbox of {name}"),
        Shape::LastWord => format!("last word of {name}"),
        Shape::FirstLetter => format!("{name}[1]"),
        Shape::SortedWords => format!("words of {name}"),
        Shape::Words => format!("a word of {name}"),
    }
}

/// What a block that is too large is split by: names that are not in its key yet.
fn finer(columns: &MatchColumns, used: &[usize]) -> Option<Key> {
    let unused = |role: Role, shape: Shape| {
        columns.role(role).filter(|column| !used.contains(column)).map(|column| Part { column, shape })
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
