//! Survivorship: which row gives each field of a golden lead.
//!
//! Fields that only mean something together (a name, an address, an amount with its currency, a status with its reason
//! and date, stars given by hand with their dates) survive as a unit from one row: one that has both names, the city, the amount, before one that has only a
//! part. The first field of the unit for which the pipeline asks for another way than the default decides for the unit;
//! fields with yet another way of their own leave it. A blank inside the unit is filled from the next row that doesn't
//! contradict it (case and accents aside; with an equal postcode the city may be called otherwise); only where there is
//! none, from the next row that has a value at all: a blank never survives against a value.

use std::sync::Arc;

use rayon::prelude::*;

use crate::config::plan::{CONSENT, MergePlan, Survivorship};
use crate::model::entities::NO_MEMBER;
use crate::model::field::{AddressFields, Field};
use crate::model::leads::{LeadId, Leads, Values};
use crate::model::matching::Clusters;

use super::ranking::{Order, Orders};

/// The orders of the rows that these columns ask for, and the most recent first, which tells the survivor.
pub(super) fn orders(plan: &MergePlan, columns: &[usize]) -> Vec<Order> {
    let units = units(plan, columns);
    let ways = units.iter().map(|unit| unit.way).chain(alone(&units, columns).map(|column| way(plan, column)));
    std::iter::once(Order::Recent).chain(ways.map(Order::of)).collect()
}

/// The units that give any of these columns.
fn units(plan: &MergePlan, columns: &[usize]) -> Vec<FormedUnit> {
    let formed = Unit::all().into_iter().map(|unit| FormedUnit::new(&unit, plan));
    formed.filter(|unit| unit.columns.iter().any(|column| columns.contains(column))).collect()
}

/// The columns that survive by themselves.
fn alone<'a>(units: &'a [FormedUnit], columns: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
    columns.iter().copied().filter(|column| !units.iter().any(|unit| unit.columns.contains(column)))
}

/// For each of these schema columns, the row that gives each golden lead's value, or [`NO_MEMBER`]; nothing for others.
/// Where no rows share a lead, each gives all that its lead has, and what it lacks: one vector for all columns.
pub(super) fn lineage(
    plan: &MergePlan,
    leads: &Leads,
    groups: &Clusters,
    orders: &Orders,
    survivors: &[LeadId],
    columns: &[usize],
) -> Vec<Arc<Vec<u32>>> {
    if groups.len() == leads.len() {
        let rows = Arc::new(groups.members.iter().map(|row| row.0).collect());
        return vec![rows; leads.schema.len()];
    }
    let units = units(plan, columns);
    let jobs: Vec<Job> = units.iter().map(Job::Unit).chain(alone(&units, columns).map(Job::Column)).collect();
    let source_id = leads.schema.index_of(Field::SourceId);
    let asked = |column: usize| columns.contains(&column) || units.iter().any(|unit| unit.asks(column));
    let rows = &Rows { leads, filled: filled(leads, asked) };
    let done: Vec<Vec<(usize, Vec<u32>)>> = jobs
        .into_par_iter()
        .with_max_len(1)
        .map(|job| match job {
            Job::Column(column) if column == source_id => {
                let filled = |row: LeadId| if rows.have(column, row) { row.0 } else { NO_MEMBER };
                vec![(column, survivors.iter().map(|&row| filled(row)).collect())]
            }
            Job::Column(column) => vec![(column, column_lineage(way(plan, column), column, rows, groups, orders))],
            Job::Unit(unit) => unit.lineage(rows, groups, orders),
        })
        .collect();
    let mut lineage = vec![Arc::default(); leads.schema.len()];
    for (column, rows) in done.into_iter().flatten().filter(|(column, _)| columns.contains(column)) {
        lineage[column] = Arc::new(rows);
    }
    lineage
}

/// Lead rows, and which of them have a value in the columns that are asked for: a bit per row, so that rows in any order
/// are looked up in a core's cache.
struct Rows<'a> {
    leads: &'a Leads,
    filled: Vec<Vec<u64>>,
}

impl Rows<'_> {
    fn have(&self, column: usize, row: LeadId) -> bool {
        self.filled[column][row.index() / 64] >> (row.index() % 64) & 1 == 1
    }
}

fn filled(leads: &Leads, asked: impl Fn(usize) -> bool + Sync) -> Vec<Vec<u64>> {
    let word = |values: &Values, start: usize| {
        let rows = start..leads.len().min(start + 64);
        rows.rev().fold(0, |word, row| word << 1 | u64::from(values.is_filled(row)))
    };
    let bits = |(column, values): (usize, &Values)| match asked(column) {
        true => (0..leads.len()).step_by(64).map(|start| word(values, start)).collect(),
        false => Vec::new(),
    };
    leads.values.par_iter().enumerate().map(bits).collect()
}

enum Job<'a> {
    Column(usize),
    Unit(&'a FormedUnit),
}

/// A wish for no contact survives every merge.
fn way(plan: &MergePlan, column: usize) -> Survivorship {
    if CONSENT.iter().any(|&field| field as usize == column) { Survivorship::AnyTrue } else { plan.way(column) }
}

fn column_lineage(way: Survivorship, column: usize, all: &Rows<'_>, groups: &Clusters, orders: &Orders) -> Vec<u32> {
    let mut filled = Vec::new();
    (0..groups.len())
        .map(|entity| {
            let rows = orders.of(Order::of(way), groups, entity);
            if let [only] = rows {
                return if all.have(column, *only) { only.0 } else { NO_MEMBER };
            }
            filled.clear();
            filled.extend(rows.iter().copied().filter(|&row| all.have(column, row)));
            pick(way, &all.leads.values[column], &filled).map_or(NO_MEMBER, |row| row.0)
        })
        .collect()
}

/// The row whose value survives, among rows in the way's order; where values are equally good, the first.
pub(super) fn pick(way: Survivorship, values: &Values, rows: &[LeadId]) -> Option<LeadId> {
    let first = rows.first().copied();
    if rows.len() < 2 {
        return first;
    }
    match way {
        Survivorship::MostRecent | Survivorship::Oldest | Survivorship::MostComplete | Survivorship::MostTrusted => {
            first
        }
        Survivorship::Longest => best(rows, |row| values.text(row.index()).map_or(0, |text| text.chars().count())),
        Survivorship::MostFrequent => most_frequent(values, rows),
        Survivorship::AnyTrue => match values {
            Values::Boolean(flags) => rows.iter().copied().find(|row| flags[row.index()] == Some(true)).or(first),
            _ => first,
        },
        Survivorship::Min => rows.iter().copied().min_by(|&a, &b| compare(values, a, b)),
        // `max_by` would give the last of equals.
        Survivorship::Max => rows.iter().copied().min_by(|&a, &b| compare(values, b, a)),
    }
}

/// The first row of the largest measure.
fn best<K: Ord>(rows: &[LeadId], measure: impl Fn(LeadId) -> K) -> Option<LeadId> {
    rows.iter().copied().min_by_key(|&row| std::cmp::Reverse(measure(row)))
}

fn compare(values: &Values, a: LeadId, b: LeadId) -> std::cmp::Ordering {
    let (a, b) = (a.index(), b.index());
    match values {
        Values::Text(column) => column.get(a).cmp(column.get(b)),
        Values::Integer(values) | Values::Timestamp(values) => values[a].cmp(&values[b]),
        Values::Number(values) => values[a].unwrap_or(0.0).total_cmp(&values[b].unwrap_or(0.0)),
        Values::Boolean(values) => values[a].cmp(&values[b]),
        Values::Date(values) => values[a].cmp(&values[b]),
    }
}

fn most_frequent(values: &Values, rows: &[LeadId]) -> Option<LeadId> {
    let mut places: Vec<usize> = (0..rows.len()).collect();
    places.sort_unstable_by(|&a, &b| compare(values, rows[a], rows[b]).then(a.cmp(&b)));
    let same = places.chunk_by(|&a, &b| compare(values, rows[a], rows[b]).is_eq());
    // Within a chunk the places ascend, so its first is its best.
    same.min_by_key(|chunk| (std::cmp::Reverse(chunk.len()), chunk[0])).map(|chunk| rows[chunk[0]])
}

/// Fields that survive together.
struct Unit {
    fields: Vec<Field>,
    /// Rows that have all of these come before others.
    whole: Vec<Field>,
    /// Every field that another row may fill, and where such a row should not contradict the unit.
    fills: Vec<(Field, Vec<Field>)>,
}

use Field as F;

impl Unit {
    fn all() -> Vec<Self> {
        let names = Self {
            fields: vec![F::FullName, F::FirstName, F::MiddleName, F::LastName, F::Salutation, F::NameSuffix],
            whole: vec![F::FirstName, F::LastName],
            fills: vec![
                (F::FirstName, vec![F::LastName]),
                (F::LastName, vec![F::FirstName]),
                (F::FullName, vec![F::FirstName, F::LastName]),
                (F::MiddleName, vec![F::FirstName, F::LastName]),
                (F::Salutation, vec![F::LastName]),
                (F::NameSuffix, vec![F::LastName]),
            ],
        };
        let budget = Self {
            fields: vec![F::BudgetAmount, F::BudgetCurrency],
            whole: vec![F::BudgetAmount],
            fills: vec![(F::BudgetAmount, vec![F::BudgetCurrency]), (F::BudgetCurrency, vec![F::BudgetAmount])],
        };
        let status = Self {
            fields: vec![F::Status, F::StatusReason, F::ClosedAt],
            whole: vec![F::Status],
            fills: vec![
                (F::Status, vec![F::StatusReason]),
                (F::StatusReason, vec![F::Status]),
                (F::ClosedAt, vec![F::Status, F::StatusReason]),
            ],
        };
        let rating = Self {
            fields: vec![F::ManualStars, F::RatedAt, F::RatingExpiresAt],
            whole: vec![F::ManualStars],
            fills: vec![
                (F::ManualStars, vec![F::RatedAt, F::RatingExpiresAt]),
                (F::RatedAt, vec![F::ManualStars]),
                (F::RatingExpiresAt, vec![F::ManualStars, F::RatedAt]),
            ],
        };
        [names, budget, status, rating].into_iter().chain(AddressFields::ALL.map(Self::address)).collect()
    }

    fn address(of: AddressFields) -> Self {
        let AddressFields { street, city, region, postcode, country, .. } = of;
        Self {
            fields: of.fields().to_vec(),
            whole: vec![city],
            fills: vec![
                (country, vec![city, postcode]),
                (city, vec![postcode, country]),
                (region, vec![city, country]),
                (postcode, vec![city, country]),
                (street, vec![city, postcode, country]),
            ],
        }
    }
}

/// A unit under a plan: the fields that stay in it, and the way that they share.
struct FormedUnit {
    /// A row whose main address is the one at home has none of its own.
    is_main_address: bool,
    way: Survivorship,
    /// The column whose way it is.
    deciding: usize,
    columns: Vec<usize>,
    whole: Vec<usize>,
    fills: Vec<(usize, Vec<usize>)>,
}

impl FormedUnit {
    fn new(unit: &Unit, plan: &MergePlan) -> Self {
        let default = Survivorship::MostRecent;
        let column = |field: &Field| *field as usize;
        let deciding =
            unit.fields.iter().map(column).find(|&c| plan.way(c) != default).unwrap_or(column(&unit.fields[0]));
        let way = plan.way(deciding);
        let stays = |&column: &usize| plan.way(column) == way || plan.way(column) == default;
        let kept = |fields: &[Field]| fields.iter().map(column).filter(stays).collect::<Vec<_>>();
        let main = AddressFields::ALL[0];
        Self {
            is_main_address: unit.fields[0] == main.street,
            way,
            deciding,
            columns: kept(&unit.fields),
            whole: kept(&unit.whole),
            fills: unit
                .fills
                .iter()
                .map(|(field, keys)| (column(field), kept(keys)))
                .filter(|(field, _)| stays(field))
                .collect(),
        }
    }

    /// Whether the unit looks at a column.
    fn asks(&self, column: usize) -> bool {
        let fills = || self.fills.iter().any(|(field, keys)| *field == column || keys.contains(&column));
        self.deciding == column || self.columns.contains(&column) || self.whole.contains(&column) || fills()
    }

    fn lineage(&self, all: &Rows<'_>, groups: &Clusters, orders: &Orders) -> Vec<(usize, Vec<u32>)> {
        let mut lineage: Vec<(usize, Vec<u32>)> =
            self.columns.iter().map(|&column| (column, Vec::with_capacity(groups.len()))).collect();
        let mut candidates = Vec::new();
        for entity in 0..groups.len() {
            let rows = self.givers(all.leads, orders.of(Order::of(self.way), groups, entity));
            let giver = match rows {
                [only] => Some(*only),
                _ => self.giver(all, rows, &mut candidates),
            };
            for (column, given) in &mut lineage {
                let row = giver.filter(|&row| all.have(*column, row));
                given.push(row.map_or(NO_MEMBER, |row| row.0));
            }
            if rows.len() > 1 {
                self.fill(all, rows, &mut lineage);
            }
        }
        lineage
    }

    fn is_status(&self) -> bool {
        self.columns.contains(&(F::Status as usize))
    }

    /// The rows that may give the unit: a status of a record that was closed for another one is not the lead's.
    fn givers<'r>(&self, leads: &Leads, rows: &'r [LeadId]) -> &'r [LeadId] {
        let going_on = || rows.iter().take_while(|row| !leads.is_closed_duplicate(**row)).count();
        match leads.closed_duplicates.is_empty() || !self.is_status() {
            true => rows,
            false => &rows[..going_on()],
        }
    }

    /// The row that gives the unit: one that has it whole, or the field that decides by its value, before one that has
    /// only a part.
    fn giver(&self, all: &Rows<'_>, rows: &[LeadId], candidates: &mut Vec<LeadId>) -> Option<LeadId> {
        let filled = |column: usize, row: LeadId| all.have(column, row);
        let by_value = Order::of(self.way) == Order::Trusted && self.way != Survivorship::MostTrusted;
        let whole = |row| !self.whole.is_empty() && self.whole.iter().all(|&column| filled(column, row));
        let preferred = |row: LeadId| if by_value { filled(self.deciding, row) } else { whole(row) };
        candidates.clear();
        candidates.extend(rows.iter().copied().filter(|&row| preferred(row)));
        if self.is_main_address && candidates.iter().any(|&row| !is_lent(all, row)) {
            candidates.retain(|&row| !is_lent(all, row));
        }
        if candidates.is_empty() {
            return rows.iter().copied().find(|&row| self.columns.iter().any(|&column| filled(column, row)));
        }
        pick(self.way, &all.leads.values[self.deciding], candidates)
    }

    /// Fills what the giver lacks for the last entity of the lineage: what rows that agree can give, then the rest.
    fn fill(&self, all: &Rows<'_>, rows: &[LeadId], lineage: &mut [(usize, Vec<u32>)]) {
        for strict in [true, false] {
            for (column, keys) in &self.fills {
                let blank = |(c, given): &(usize, Vec<u32>)| c == column && given.last() == Some(&NO_MEMBER);
                let Some(place) = lineage.iter().position(blank) else { continue };
                let gives =
                    |row: &LeadId| all.have(*column, *row) && (!strict || agrees(all.leads, lineage, keys, *row));
                if let (Some(row), Some(given)) = (rows.iter().copied().find(gives), lineage[place].1.last_mut()) {
                    *given = row.0;
                }
            }
        }
    }
}

/// Whether the main address of a row is its address at home, or a further one.
fn is_lent(all: &Rows<'_>, row: LeadId) -> bool {
    let [main, others @ ..] = AddressFields::ALL;
    let lent = |other: &AddressFields| {
        other.places().iter().any(|&field| all.leads.column(field).is_filled(row.index()))
            && main.places().iter().zip(other.places()).all(|(&a, b)| all.leads.text(a, row) == all.leads.text(b, row))
    };
    others.iter().any(lent)
}

/// Whether a row contradicts none of the keys as they are held for the last entity. A city of the same postcode is the
/// same under another name (Milan, Milano).
fn agrees(leads: &Leads, lineage: &[(usize, Vec<u32>)], keys: &[usize], row: LeadId) -> bool {
    let held = |key: usize| {
        let given = lineage.iter().find(|(column, _)| *column == key).and_then(|(_, given)| given.last().copied());
        given.filter(|&given| given != NO_MEMBER).map(LeadId)
    };
    let same_postcode = |of: &AddressFields| {
        let postcodes = &leads.values[of.postcode as usize];
        let held = held(of.postcode as usize);
        held.is_some_and(|held| postcodes.is_filled(row.index()) && !contradict(postcodes, held, row))
    };
    keys.iter().all(|&key| {
        held(key).is_none_or(|held| !contradict(&leads.values[key], held, row))
            || AddressFields::ALL.iter().any(|of| of.city as usize == key && same_postcode(of))
    })
}

/// Both have a value, and not the same but for case and accents.
fn contradict(values: &Values, a: LeadId, b: LeadId) -> bool {
    if !values.is_filled(a.index()) || !values.is_filled(b.index()) || compare(values, a, b).is_eq() {
        return false;
    }
    match (values.text(a.index()), values.text(b.index())) {
        (Some(a), Some(b)) => folded(a) != folded(b),
        _ => true,
    }
}

/// In plain letters and lower case.
fn folded(text: &str) -> String {
    deunicode::deunicode(text).to_lowercase()
}
