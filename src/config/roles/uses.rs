//! What becomes of each column: a standard field, a comparison of its own, or nothing.

use super::Asked;
use super::dates::PARTS;
use super::decide::{Decided, TableKind};
use super::headers::Meaning;
use super::profile::Profile;
use super::shapes::Shape;
use crate::config::mapping::map_leads;
use crate::model::field::Field;
use crate::model::matching::Role;

/// How a column is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It names the rows.
    Id,
    /// It tells the sources apart.
    Source,
    /// It fills a field that linkage compares by itself.
    Field(Field),
    /// It fills a field that linkage compares only when told to.
    NamedField(Field),
    /// It fills a field that linkage does not compare.
    Kept(Field),
    /// A comparison of its own.
    Compared(Role),
    /// The year (0), the month or the day of a date that is compared.
    DatePart(u8),
    /// Not compared.
    Ignored,
}

/// A use with its reason.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chosen {
    pub(super) used: Use,
    pub(super) why: String,
}

/// Custom columns with fewer filled rows tell too few of them apart.
const SPARSE: f64 = 0.05;
/// The same for second names, which few people have.
const SPARSE_NAME: f64 = 0.01;
/// The same for texts that no header explains.
const SPARSE_TEXT: f64 = 0.10;

/// What becomes of the columns of one table. `alone`: no other source could have an equal identifier.
pub(super) fn uses(
    header: &[String],
    decided: &[Decided],
    profiles: &[Profile],
    kind: TableKind,
    asked: &Asked<'_>,
    alone: bool,
) -> Vec<Chosen> {
    let mut chosen: Vec<Option<Chosen>> = vec![None; header.len()];
    for (at, name) in header.iter().enumerate() {
        let used = if asked.id_of(header) == Some(name.as_str()) {
            Some((Use::Id, "--id"))
        } else if asked.source == Some(name.as_str()) {
            Some((Use::Source, "--source"))
        } else if asked.ignored.contains(name) {
            Some((Use::Ignored, "--ignore"))
        } else {
            None
        };
        chosen[at] = used.map(|(used, why)| Chosen { used, why: why.to_owned() });
    }
    let mut taken: Vec<Field> = Vec::new();
    for at in by_strength(header, decided, profiles, asked) {
        if chosen[at].is_some() {
            continue;
        }
        let (decided, profile) = (&decided[at], &profiles[at]);
        let forced = asked.role(&header[at]);
        let used = match forced {
            Some(role) => of_role(role, &taken),
            None => of_meaning(decided, profile, kind, &taken, alone),
        };
        let (used, why) = match used {
            Ok(used) if forced.is_some() => (used, "--role".to_owned()),
            Ok(used) => (used, decided.why.clone()),
            Err(reason) => (Use::Ignored, reason),
        };
        // A number or a second line joins the street.
        let joins = matches!(decided.meaning, Some(Meaning::HouseNumber | Meaning::Street2 | Meaning::LastName2));
        if let Use::Field(field) | Use::NamedField(field) | Use::Kept(field) = used
            && (!joins || forced.is_some())
        {
            taken.push(field);
        }
        chosen[at] = Some(Chosen { used, why });
    }
    let mut chosen: Vec<Chosen> = chosen.into_iter().flatten().collect();
    lone_house_numbers(decided, &mut chosen);
    lone_regions(&mut chosen);
    keep_what_has_a_field(header, decided, &mut chosen);
    chosen
}

/// Columns in the order in which they may choose a field: what the user said, then the surest and fullest.
fn by_strength(header: &[String], decided: &[Decided], profiles: &[Profile], asked: &Asked<'_>) -> Vec<usize> {
    let strength = |at: usize| f64::from(decided[at].sure) * (0.05 + profiles[at].fill());
    let mut order: Vec<usize> = (0..header.len()).collect();
    order.sort_by(|&a, &b| {
        let forced = |at: usize| asked.role(&header[at]).is_none();
        forced(a).cmp(&forced(b)).then(strength(b).total_cmp(&strength(a))).then(a.cmp(&b))
    });
    order
}

/// The fields of a meaning, best first, and the role of a column that finds them taken.
fn fields_of(meaning: Meaning) -> Option<(&'static [Field], Role)> {
    use Field::{
        City, Company, Country, Domain, Email, Email2, Email3, FirstName, FullName, HomePhone, LastName, MobilePhone,
        Phone, Postcode, Region, Street, Website,
    };
    Some(match meaning {
        Meaning::FirstName => (&[FirstName], Role::FirstName),
        Meaning::LastName => (&[LastName], Role::LastName),
        Meaning::FullName => (&[FullName], Role::FullName),
        Meaning::Company => (&[Company], Role::Company),
        Meaning::Email => (&[Email, Email2, Email3], Role::Email),
        Meaning::Phone => (&[Phone, MobilePhone, HomePhone], Role::Phone),
        Meaning::Mobile => (&[MobilePhone, HomePhone, Phone], Role::Phone),
        Meaning::HomePhone => (&[HomePhone, MobilePhone, Phone], Role::Phone),
        Meaning::Street => (&[Street], Role::Street),
        Meaning::City => (&[City], Role::City),
        Meaning::Region => (&[Region], Role::Region),
        Meaning::Postcode => (&[Postcode], Role::Postcode),
        Meaning::Country => (&[Country], Role::Country),
        Meaning::Website => (&[Website], Role::Text),
        Meaning::Domain => (&[Domain], Role::Domain),
        _ => return None,
    })
}

/// The use of a role that the user gave.
fn of_role(role: Role, taken: &[Field]) -> Result<Use, String> {
    let meaning = match role {
        Role::FirstName => Meaning::FirstName,
        Role::LastName => Meaning::LastName,
        Role::FullName => Meaning::FullName,
        Role::Company => Meaning::Company,
        Role::Domain => Meaning::Domain,
        Role::Email => Meaning::Email,
        Role::Phone => Meaning::Phone,
        Role::Street => Meaning::Street,
        Role::City => Meaning::City,
        Role::Region => Meaning::Region,
        Role::Postcode => Meaning::Postcode,
        Role::Country => Meaning::Country,
        Role::Date | Role::Identifier | Role::Category | Role::Number | Role::Text => return Ok(Use::Compared(role)),
    };
    let free = fields_of(meaning).and_then(|(fields, _)| fields.iter().copied().find(|field| !taken.contains(field)));
    Ok(free.map_or(Use::Compared(role), Use::Field))
}

/// The use of a meaning, or why there is none.
fn of_meaning(
    decided: &Decided,
    profile: &Profile,
    kind: TableKind,
    taken: &[Field],
    alone: bool,
) -> Result<Use, String> {
    let Some(meaning) = decided.meaning else { return Err(decided.why.clone()) };
    let fill = profile.fill();
    let enough = |least: f64, role: Role| match fill >= least {
        true => Ok(Use::Compared(role)),
        false => Err("too few rows have a value".to_owned()),
    };
    let free = |field: Field| !taken.contains(&field);
    if meaning == Meaning::Website && !kind.is_party() {
        return Err("a link to the thing, not what it is".to_owned());
    }
    if let Some((fields, role)) = fields_of(meaning) {
        return match fields.iter().copied().find(|&field| free(field)) {
            Some(field) => Ok(Use::Field(field)),
            None if meaning == Meaning::Website => Err("a second web address".to_owned()),
            None if matches!(meaning, Meaning::Phone | Meaning::Mobile | Meaning::HomePhone | Meaning::Email) => {
                Err("one of more than three".to_owned())
            }
            // Of a second given or family name, few rows need to have one.
            None if matches!(meaning, Meaning::FirstName | Meaning::LastName) => enough(SPARSE_NAME, Role::Text),
            None => enough(SPARSE, role),
        };
    }
    let thing = !kind.is_party();
    match meaning {
        Meaning::MiddleName if free(Field::MiddleName) => Ok(Use::NamedField(Field::MiddleName)),
        Meaning::MiddleName => enough(SPARSE_NAME, Role::Text),
        // Where few have a second one, it is none of the first.
        Meaning::LastName2 if fill < 0.3 => enough(SPARSE_NAME, Role::Text),
        Meaning::LastName2 => Ok(Use::Field(Field::LastName)),
        // A flat or a suite tells doors apart; what else stands in a second line is left out as often as not, and is
        // compared as something that a household shares.
        Meaning::Street2
            if profile.share(Shape::Digits) + profile.share(Shape::Numbered) < 0.5 && profile.chars > 4.0 =>
        {
            enough(SPARSE, Role::Street)
        }
        Meaning::HouseNumber | Meaning::Street2 => Ok(Use::Field(Field::Street)),
        Meaning::DatePart => Ok(Use::DatePart(PARTS.iter().position(|part| *part == decided.kind).unwrap_or(0) as u8)),
        Meaning::Other if decided.kind == "name" => enough(SPARSE_TEXT, Role::Text),
        Meaning::Other => Err("says who another party is".to_owned()),
        Meaning::Fax if free(Field::Fax) => Ok(Use::Kept(Field::Fax)),
        Meaning::Fax => Err("a fax number of an office".to_owned()),
        Meaning::Salutation if free(Field::Salutation) => Ok(Use::Kept(Field::Salutation)),
        Meaning::Suffix if free(Field::NameSuffix) => Ok(Use::Kept(Field::NameSuffix)),
        Meaning::JobTitle if free(Field::JobTitle) => Ok(Use::NamedField(Field::JobTitle)),
        Meaning::Salutation | Meaning::Suffix | Meaning::JobTitle => Err("who it is does not depend on it".to_owned()),
        Meaning::Identifier if alone && profile.whole && profile.unique() => {
            Err("no two rows share a value".to_owned())
        }
        Meaning::Identifier if decided.sure == 1 => enough(SPARSE_TEXT, Role::Identifier),
        Meaning::Identifier => enough(0.01, Role::Identifier),
        Meaning::Date if !thing && decided.kind.is_empty() && (profile.years < 25 || decided.sure == 2) => {
            Err("dates of what happened, not of who it is".to_owned())
        }
        Meaning::Date => enough(SPARSE, Role::Date),
        Meaning::Created if thing && decided.sure == 1 && profile.share(Shape::Moment) < 0.5 => {
            enough(SPARSE, Role::Date)
        }
        Meaning::Created | Meaning::Modified => Err("when the row was made, not what it is about".to_owned()),
        Meaning::Title if matches!(kind, TableKind::Person | TableKind::Lead) => {
            Err("what the person made, not who it is".to_owned())
        }
        Meaning::Title | Meaning::Authors | Meaning::Venue => enough(SPARSE, Role::Text),
        Meaning::Description if thing => enough(SPARSE, Role::Text),
        Meaning::Description | Meaning::Notes => Err("free notes".to_owned()),
        Meaning::Manufacturer => enough(SPARSE, Role::Company),
        Meaning::Price | Meaning::Number | Meaning::Money | Meaning::Year => enough(SPARSE, Role::Number),
        Meaning::Category | Meaning::Gender if profile.distinct <= 60 || profile.repeats() => {
            enough(SPARSE, Role::Category)
        }
        Meaning::Category | Meaning::Gender => enough(SPARSE_TEXT, Role::Text),
        Meaning::Text => enough(SPARSE_TEXT, Role::Text),
        Meaning::Key => Err("names the row, not what it is about".to_owned()),
        Meaning::Flag => Err("yes or no".to_owned()),
        _ => Err("how the row came here or what becomes of it".to_owned()),
    }
}

/// A house number without a street, or a second family name without a first one, stands by itself.
fn lone_house_numbers(decided: &[Decided], chosen: &mut [Chosen]) {
    for (part, whole, field, role) in [
        (Meaning::HouseNumber, Meaning::Street, Field::Street, Role::Text),
        (Meaning::Street2, Meaning::Street, Field::Street, Role::Text),
        (Meaning::LastName2, Meaning::LastName, Field::LastName, Role::LastName),
    ] {
        let main =
            |(decided, chosen): (&Decided, &Chosen)| decided.meaning == Some(whole) && chosen.used == Use::Field(field);
        if decided.iter().zip(chosen.iter()).any(main) {
            continue;
        }
        for (decided, chosen) in decided.iter().zip(chosen.iter_mut()) {
            if decided.meaning == Some(part) && chosen.used == Use::Field(field) {
                chosen.used = Use::Compared(role);
            }
        }
    }
}

/// Where neither a street nor a city nor a postal code tells the place, the region does.
fn lone_regions(chosen: &mut [Chosen]) {
    let finer = |chosen: &Chosen| matches!(chosen.used, Use::Field(Field::Street | Field::City | Field::Postcode));
    if chosen.iter().any(finer) {
        return;
    }
    for column in chosen.iter_mut().filter(|column| column.used == Use::Field(Field::Region)) {
        column.used = Use::NamedField(Field::Region);
    }
}

/// Fields that linkage does not look at, but results show and survivorship goes by.
const KEPT: [Field; 19] = [
    Field::JobTitle,
    Field::Source,
    Field::InitiatedBy,
    Field::ManualStars,
    Field::RatedAt,
    Field::RatingExpiresAt,
    Field::PurchaseTimeframe,
    Field::BudgetAmount,
    Field::BudgetCurrency,
    Field::PurchaseProcess,
    Field::ProductInterest,
    Field::EstimatedValue,
    Field::EstimatedCloseDate,
    Field::CreatedAt,
    Field::ModifiedAt,
    Field::OptOut,
    Field::DoNotEmail,
    Field::DoNotCall,
    Field::Notes,
];

/// Columns that are not compared still fill the field that their header names.
fn keep_what_has_a_field(header: &[String], decided: &[Decided], chosen: &mut [Chosen]) {
    for (field, from) in map_leads(header, None, &[]).fields {
        let taken = chosen.iter().any(|chosen| chosen.used == Use::Kept(field));
        for at in from {
            // A header of ours knows better than a guess from the values.
            let guessed = matches!(chosen[at].used, Use::Compared(_)) && decided[at].sure == 1;
            let asked = chosen[at].why.starts_with("--");
            let willing = !asked && (guessed || chosen[at].used == Use::Ignored && decided[at].meaning.is_some());
            if willing && !taken && KEPT.contains(&field) {
                chosen[at].used = Use::Kept(field);
            }
        }
    }
}
