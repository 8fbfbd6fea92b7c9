//! What each column means: its header's word where the values bear it out, else what the values say. Which kind of
//! table it is settles the words that have several meanings.

use super::headers::{Fit, Meaning, Party, Said, is_meaningless, is_numbered, other_party, said};
use super::neighbours::{settle_ages, settle_names, settle_neighbours};
use super::profile::Profile;
use super::shapes::Shape;
use super::{address, dates};

/// What a table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// Persons.
    Person,
    /// Organisations.
    Organisation,
    /// Persons of organisations.
    Lead,
    /// Publications, films, songs: a title and who made it.
    Publication,
    /// Products: a name and what it costs or who sells it.
    Product,
    /// Anything else.
    Thing,
}

impl TableKind {
    /// In a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Person => "persons",
            Self::Organisation => "organisations",
            Self::Lead => "leads (persons and their companies)",
            Self::Publication => "publications",
            Self::Product => "products",
            Self::Thing => "things of no known kind",
        }
    }

    /// Whether its rows are persons or organisations, whom a job title or an amount of business does not tell apart.
    pub fn is_party(self) -> bool {
        matches!(self, Self::Person | Self::Organisation | Self::Lead)
    }
}

/// What a column means, and why we think so.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The meaning; none for a column that says nothing.
    pub meaning: Option<Meaning>,
    /// Which of several of this meaning.
    pub kind: &'static str,
    /// How sure: 3 the whole header says so, 2 a part of it, 1 only the values.
    pub sure: u8,
    /// The reason, to be read after "because".
    pub why: String,
}

impl Decided {
    pub(super) fn by_values(meaning: Meaning, why: impl Into<String>) -> Self {
        Self { meaning: Some(meaning), kind: "", sure: 1, why: why.into() }
    }

    pub(super) fn nothing(why: impl Into<String>) -> Self {
        Self { meaning: None, kind: "", sure: 3, why: why.into() }
    }
}

/// What the columns of a table mean, and what kind of table that makes it.
pub fn decide(header: &[String], profiles: &[Profile]) -> (Vec<Decided>, TableKind) {
    let first: Vec<Decided> = header.iter().zip(profiles).map(|(name, profile)| column(name, profile)).collect();
    let kind = kind_of(&first, profiles);
    let mut decided: Vec<Decided> = first
        .into_iter()
        .zip(profiles)
        .map(|(decided, profile)| match decided.meaning {
            Some(Meaning::Name) => Decided { meaning: Some(name(profile, kind, has_other_half(header))), ..decided },
            Some(Meaning::Title) => title(decided, profile, kind),
            Some(Meaning::JobTitle) if decided.kind == "or_thing" => {
                // A designation is a position, or what a thing is called, as in French.
                let is_position = kind.is_party() || profile.share(Shape::Job) >= 0.2;
                let meaning = if is_position { Meaning::JobTitle } else { Meaning::Title };
                Decided { meaning: Some(meaning), kind: "", ..decided }
            }
            // Who wrote a company is its contact.
            Some(Meaning::Authors) if kind.is_party() && fits(Meaning::FullName, profile) => {
                Decided { meaning: Some(Meaning::FullName), ..decided }
            }
            // With whom somebody works tells who it is.
            Some(Meaning::Authors)
                if kind == TableKind::Organisation || kind.is_party() && profile.share(Shape::List) < 0.3 =>
            {
                Decided::nothing("names no one")
            }
            _ => decided,
        })
        .collect();
    settle_names(&mut decided, profiles);
    settle_neighbours(&mut decided, header, profiles);
    dates::compose(&mut decided, profiles, kind);
    address::settle(&mut decided, header, profiles);
    settle_ages(&mut decided, profiles);
    (decided, kind)
}

/// One column by itself.
fn column(header: &str, profile: &Profile) -> Decided {
    if profile.filled == 0 {
        return Decided::nothing("empty");
    }
    if profile.distinct == 1 && profile.filled > 2 {
        return Decided::nothing("the same in every row");
    }
    let said = if is_meaningless(header) { Vec::new() } else { said(header) };
    if let Some(shaped) = unmistakable(profile)
        && !said.iter().any(|said| agrees(said.meaning, shaped.meaning))
    {
        return shaped;
    }
    if said.is_empty() {
        return by_values(profile);
    }
    if let Some(said) = said.into_iter().find(|said| fits(said.meaning, profile)) {
        return match other_party(header) {
            Some(party) if !(party == Party::Employer && is_shared_with_employer(said.meaning)) => {
                of_other(header, said)
            }
            _ => by_header(header, said, profile),
        };
    }
    // A header that is wrong about its values: only what nobody could mistake is believed.
    let seen = by_values(profile);
    match seen.meaning {
        Some(
            Meaning::Phone
            | Meaning::Company
            | Meaning::FullName
            | Meaning::Street
            | Meaning::Country
            | Meaning::Category
            | Meaning::FirstName,
        ) => Decided { why: format!("the header says otherwise, but {}", seen.why), ..seen },
        _ => Decided::nothing("the values are not what the header says"),
    }
}

/// What tells of the employer tells of the employee.
fn is_shared_with_employer(meaning: Meaning) -> bool {
    meaning.is_of_an_address()
        || matches!(meaning, Meaning::Company | Meaning::Name | Meaning::Key | Meaning::Website | Meaning::Domain)
}

/// A parent's name is evidence of a kind; a child's number or a manager's address tells nothing of the row.
fn of_other(header: &str, said: Said) -> Decided {
    use Meaning::{Company, FirstName, FullName, LastName, LastName2, MiddleName, Name, Other};
    let names = matches!(said.meaning, Company | FirstName | FullName | LastName | LastName2 | MiddleName | Name);
    let kind = if names && !is_numbered(header) { "name" } else { "" };
    Decided { meaning: Some(Other), kind, sure: 2, why: format!("header \"{}\"", header.trim()) }
}

fn by_header(header: &str, said: Said, profile: &Profile) -> Decided {
    let sure = if said.fit == Fit::Part { 2 } else { 3 };
    let why = format!("header \"{}\"{}", header.trim(), support(said.meaning, profile));
    // An id that recurs is of something: of whom the row is about, unless a few values are shared by many rows.
    if said.meaning == Meaning::Key && profile.variety() < 0.98 {
        return match profile.variety() >= 0.5 {
            true => Decided {
                meaning: Some(Meaning::Identifier),
                kind: said.kind,
                sure: 2,
                why: format!("{why}, and it recurs"),
            },
            false => Decided::nothing("an id of something that many rows share"),
        };
    }
    if said.meaning == Meaning::Identifier && said.kind.is_empty() && profile.variety() < 0.1 {
        return Decided { meaning: Some(Meaning::Category), kind: "", sure: 2, why };
    }
    // Pages on one host are of persons or firms there.
    if matches!(said.meaning, Meaning::Website | Meaning::Domain) && profile.one_host >= 0.5 && profile.distinct > 2 {
        return Decided {
            meaning: Some(Meaning::Identifier),
            kind: "page",
            sure: 2,
            why: format!("{why}; pages of one site"),
        };
    }
    if profile.counts && matches!(said.meaning, Meaning::Identifier | Meaning::Number) {
        return Decided { meaning: Some(Meaning::Key), kind: "", sure, why: "counts the rows".to_owned() };
    }
    Decided { meaning: Some(said.meaning), kind: said.kind, sure, why }
}

/// What the values add to the header's word.
fn support(meaning: Meaning, profile: &Profile) -> String {
    let (shape, noun) = match meaning {
        Meaning::FirstName | Meaning::FullName => (Shape::Given, "have a known given name"),
        Meaning::Email => (Shape::Email, "are addresses"),
        Meaning::Phone | Meaning::Mobile | Meaning::HomePhone | Meaning::Fax => (Shape::Phone, "are numbers"),
        Meaning::Company => (Shape::LegalForm, "have a legal form"),
        Meaning::Street => (Shape::StreetWord, "name a kind of street"),
        Meaning::Postcode => (Shape::Postcode, "have the form of one"),
        Meaning::Country => (Shape::Country, "are countries"),
        Meaning::Date => (Shape::Day, "are dates"),
        _ => return String::new(),
    };
    match percent(profile.share(shape)) {
        0 => String::new(),
        share => format!("; {share}% {noun}"),
    }
}

fn percent(share: f64) -> u32 {
    (share * 100.0).round() as u32
}

/// What no header can talk away.
fn unmistakable(profile: &Profile) -> Option<Decided> {
    let share = |shape: Shape| profile.share(shape);
    let found = |meaning: Meaning, shape: Shape, noun: &str| {
        Some(Decided::by_values(meaning, format!("{}% are {noun}", percent(share(shape)))))
    };
    if share(Shape::Email) >= 0.6 {
        return found(Meaning::Email, Shape::Email, "e-mail addresses");
    }
    if share(Shape::Hash) >= 0.8 {
        return found(Meaning::Key, Shape::Hash, "hashes");
    }
    if share(Shape::Url) >= 0.6 && profile.one_host >= 0.5 && profile.distinct > 2 {
        let mut page = Decided::by_values(Meaning::Identifier, "pages of one site");
        page.kind = "page";
        return Some(page);
    }
    if share(Shape::Url) >= 0.6 {
        return found(Meaning::Website, Shape::Url, "web addresses");
    }
    None
}

/// Whether a header's word and an unmistakable shape are of one mind.
fn agrees(said: Meaning, shape: Option<Meaning>) -> bool {
    match shape {
        Some(Meaning::Email) => matches!(said, Meaning::Email | Meaning::Process),
        Some(Meaning::Website | Meaning::Identifier) => {
            matches!(said, Meaning::Website | Meaning::Domain | Meaning::Process)
        }
        Some(Meaning::Key) => matches!(said, Meaning::Key | Meaning::Process),
        _ => false,
    }
}

/// Whether the values can be what the header says.
fn fits(meaning: Meaning, profile: &Profile) -> bool {
    let share = |shape: Shape| profile.share(shape);
    let lettered = share(Shape::Word) + share(Shape::Words);
    let textual = share(Shape::Number) < 0.5 && share(Shape::Day) < 0.5 && share(Shape::Boolean) < 0.8;
    match meaning {
        Meaning::FirstName | Meaning::MiddleName | Meaning::LastName | Meaning::LastName2 => {
            lettered >= 0.5 && share(Shape::LegalForm) < 0.3
        }
        // A few values again and again name no persons.
        Meaning::FullName => {
            lettered >= 0.5 && share(Shape::LegalForm) < 0.25 && (share(Shape::Given) >= 0.3 || !profile.repeats())
        }
        Meaning::Email => share(Shape::Email) >= 0.3,
        Meaning::Phone | Meaning::Mobile | Meaning::HomePhone | Meaning::Fax => share(Shape::Phone) >= 0.3,
        Meaning::Street => textual && profile.chars >= 4.0 && share(Shape::Phone) < 0.5,
        Meaning::HouseNumber => share(Shape::HouseNumber) >= 0.5,
        Meaning::City => textual && profile.chars <= 40.0 && share(Shape::Numbered) < 0.5,
        Meaning::Region => textual && profile.chars <= 40.0 && share(Shape::Status) < 0.3,
        Meaning::Postcode => share(Shape::Postcode) >= 0.5,
        Meaning::Country => textual && profile.chars <= 40.0,
        Meaning::Website | Meaning::Domain => share(Shape::Url) >= 0.3,
        Meaning::Date => share(Shape::Day) >= 0.5 || share(Shape::Year) >= 0.8,
        Meaning::Created | Meaning::Modified => share(Shape::Day) >= 0.5 || share(Shape::Number) >= 0.9,
        Meaning::Year => share(Shape::Year) >= 0.5,
        Meaning::Salutation => share(Shape::Salutation) >= 0.4,
        Meaning::DatePart => share(Shape::DayOfMonth) >= 0.5,
        Meaning::Suffix => profile.chars <= 8.0,
        Meaning::Identifier => share(Shape::Boolean) < 0.8 && profile.words <= 4.0,
        Meaning::Price | Meaning::Number | Meaning::Money => share(Shape::Number) >= 0.5,
        Meaning::Gender => profile.distinct <= 12,
        Meaning::Flag => profile.distinct <= 6,
        Meaning::Company
        | Meaning::Name
        | Meaning::JobTitle
        | Meaning::Authors
        | Meaning::Venue
        | Meaning::Manufacturer
        | Meaning::Title
        | Meaning::Description => textual,
        Meaning::Street2
        | Meaning::Other
        | Meaning::Key
        | Meaning::Notes
        | Meaning::Category
        | Meaning::Process
        | Meaning::Text => true,
    }
}

/// What the values say by themselves.
fn by_values(profile: &Profile) -> Decided {
    use Shape::{
        Amount, Boolean, Code, Country, Day, Digits, Email, Gender, Given, Job, LegalForm, List, Moment, Number,
        Numbered, Organisation, Phone, Postcode, PunctuatedPhone, Region, Salutation, Status, StreetWord, Word, Words,
        Year,
    };
    let share = |shape: Shape| profile.share(shape);
    let say = |meaning: Meaning, shape: Shape, noun: &str| {
        Decided::by_values(meaning, format!("{}% {noun}", percent(share(shape))))
    };
    let lettered = share(Word) + share(Words);
    let unique = profile.whole && profile.unique();
    if let Some(shaped) = unmistakable(profile) {
        return shaped;
    }
    if share(Email) >= 0.5 {
        return say(Meaning::Email, Email, "are e-mail addresses");
    }
    if share(Moment) >= 0.6 {
        return say(Meaning::Created, Moment, "are moments with a time of day");
    }
    if share(Day) >= 0.7 {
        // People's births and things' dates lie decades apart; what a program notes down does not.
        return match profile.years >= 25 {
            true => Decided::by_values(Meaning::Date, format!("dates over {} years", profile.years)),
            false => Decided::by_values(Meaning::Created, format!("dates within {} years", profile.years.max(1))),
        };
    }
    if share(Gender) >= 0.95 && profile.distinct <= 6 && share(Boolean) < 0.95 {
        return say(Meaning::Gender, Gender, "are words of gender");
    }
    if share(Boolean) >= 0.95 && profile.distinct <= 4 {
        return say(Meaning::Flag, Boolean, "are yes or no");
    }
    if share(Salutation) >= 0.7 {
        return say(Meaning::Salutation, Salutation, "are forms of address");
    }
    if share(Status) >= 0.7 {
        return say(Meaning::Process, Status, "are words of a status");
    }
    if share(Country) >= 0.9 {
        return say(Meaning::Country, Country, "are countries");
    }
    if share(Region) >= 0.8 && profile.repeats_in_general() {
        return say(Meaning::Region, Region, "are regions or their codes");
    }
    if share(Phone) >= 0.6 && share(PunctuatedPhone) >= 0.3 {
        return say(Meaning::Phone, Phone, "are phone numbers");
    }
    if share(Year) >= 0.95 && profile.distinct <= 150 {
        return say(Meaning::Year, Year, "are years");
    }
    if profile.counts {
        return Decided::by_values(Meaning::Key, "counts the rows");
    }
    // Amounts are rounded, postal codes are not.
    let round = share(Shape::Round) >= 0.4 && share(Digits) >= 0.9;
    if !round
        && profile.fill() >= 0.15
        && share(Postcode) >= 0.7
        && (3.9..=9.0).contains(&profile.chars)
        && profile.distinct > 3
        && !unique
    {
        return say(Meaning::Postcode, Postcode, "have the form of a postal code");
    }
    if share(Phone) >= 0.8 && (9.0..=13.5).contains(&profile.chars) && share(Digits) >= 0.8 && !profile.even {
        return say(Meaning::Phone, Phone, "have as many digits as phone numbers");
    }
    if share(Digits) >= 0.9 && profile.unique() && !profile.even
        || unique && (share(Code) >= 0.8 || share(Digits) >= 0.9 && profile.even)
    {
        return Decided::by_values(Meaning::Key, "a code that no two rows share");
    }
    let long = profile.chars >= 6.5 || profile.chars >= 5.5 && profile.even;
    if !round && share(Digits) >= 0.9 && long || share(Code) >= 0.8 && share(Number) < 0.5 {
        return match profile.variety() >= 0.1 {
            true => Decided::by_values(Meaning::Identifier, "codes that recur"),
            false => Decided::by_values(Meaning::Category, "few codes"),
        };
    }
    if share(Number) >= 0.8 {
        let meaning = if share(Amount) >= 0.5 { Meaning::Price } else { Meaning::Number };
        return say(meaning, Number, "are numbers");
    }
    if share(StreetWord) >= 0.5 || share(Numbered) >= 0.7 && share(StreetWord) >= 0.2 {
        return say(Meaning::Street, StreetWord, "name a kind of street");
    }
    if share(LegalForm) >= 0.25 {
        return say(Meaning::Company, LegalForm, "have a legal form");
    }
    if share(Organisation) >= 0.35 {
        return say(Meaning::Company, Organisation, "have a word of organisations");
    }
    if share(List) >= 0.6
        && profile.words >= 3.0
        && profile.variety() > 0.1
        && profile.words <= 30.0
        && share(Given) > 0.02
    {
        return say(Meaning::Authors, List, "are lists of names");
    }
    // A few names again and again are those of the people who keep the table.
    if share(Given) >= 0.4 && share(Words) + share(Word) >= 0.5 && profile.repeats() {
        return Decided::by_values(Meaning::Process, format!("{} names that recur", profile.distinct));
    }
    if share(Given) >= 0.4 && share(Words) >= 0.5 {
        return say(Meaning::FullName, Given, "have a known given name");
    }
    if share(Given) >= 0.4 && share(Word) >= 0.5 {
        return say(Meaning::FirstName, Given, "are known given names");
    }
    if share(Job) >= 0.5 && profile.variety() < 0.5 || share(Job) >= 0.8 && profile.words <= 4.0 {
        return say(Meaning::JobTitle, Job, "name a position");
    }
    if profile.repeats() {
        return Decided::by_values(Meaning::Category, format!("{} values that recur", profile.distinct));
    }
    if profile.words >= 25.0 || profile.chars >= 200.0 {
        return Decided::by_values(Meaning::Description, "long texts");
    }
    let why = if lettered >= 0.8 { "words" } else { "texts of no known form" };
    Decided::by_values(Meaning::Text, why)
}

/// What kind of table its columns make it.
fn kind_of(decided: &[Decided], profiles: &[Profile]) -> TableKind {
    let has = |meanings: &[Meaning]| {
        decided.iter().any(|column| column.meaning.is_some_and(|meaning| meanings.contains(&meaning)))
    };
    let kind = |kind: &str| decided.iter().any(|column| column.kind == kind);
    let named = |shape: Shape, least: f64| {
        let mut names = decided.iter().zip(profiles).filter(|(column, _)| column.meaning == Some(Meaning::Name));
        names.any(|(_, profile)| profile.share(shape) >= least)
    };
    use Meaning::{
        Authors, City, Company, Description, Email, FirstName, FullName, Gender, LastName, Manufacturer, Mobile, Name,
        Phone, Postcode, Price, Salutation, Street, Title, Venue, Year,
    };
    let contact = has(&[Email, Phone, Mobile]);
    let place = has(&[Street, City, Postcode]);
    let person = has(&[FirstName, LastName, FullName, Gender, Salutation]) || kind("birth") || kind("ssn");
    // Who has two names in two columns is what the row is about, whatever else it tells of.
    let named_person = has(&[FirstName]) && has(&[LastName]);
    let company = has(&[Company]);
    if !contact && !named_person && has(&[Authors]) && has(&[Title, Venue, Year, Name])
        || !contact && !person && (has(&[Venue]) && has(&[Title]) || kind("doi") || kind("isbn"))
    {
        return TableKind::Publication;
    }
    let product = has(&[Manufacturer]) && has(&[Title, Name, Price])
        || kind("product")
        || kind("model")
        || has(&[Price]) && has(&[Title, Name, Description])
        || has(&[Title]) && has(&[Description]);
    if product && !contact && !has(&[FirstName, LastName]) {
        return TableKind::Product;
    }
    let person = person || named(Shape::Given, 0.4);
    let company = company || named(Shape::LegalForm, 0.15) || named(Shape::Organisation, 0.3);
    match (person, company) {
        (true, true) => TableKind::Lead,
        (true, false) => TableKind::Person,
        (false, true) => TableKind::Organisation,
        (false, false) if contact || place && has(&[Name]) => TableKind::Organisation,
        (false, false) => TableKind::Thing,
    }
}

/// Whether a header speaks of the other half of a name: then a bare "name" is a family name ("Vorname, Name") or a
/// given one ("nombre, apellidos").
fn has_other_half(header: &[String]) -> Option<Meaning> {
    let said: Vec<Meaning> =
        header.iter().filter_map(|name| said(name).first().copied()).map(|said| said.meaning).collect();
    let has = |meaning: Meaning| said.contains(&meaning);
    match (has(Meaning::FirstName), has(Meaning::LastName)) {
        (true, false) => Some(Meaning::LastName),
        (false, true) => Some(Meaning::FirstName),
        _ => None,
    }
}

/// What a bare "name" names.
fn name(profile: &Profile, kind: TableKind, half: Option<Meaning>) -> Meaning {
    let share = |shape: Shape| profile.share(shape);
    let company = share(Shape::LegalForm) >= 0.15 || share(Shape::Organisation) >= 0.3;
    match (half, kind) {
        (_, TableKind::Publication | TableKind::Product) => Meaning::Title,
        _ if company && share(Shape::Given) < 0.5 => Meaning::Company,
        (Some(half), _) if share(Shape::Word) >= 0.5 || profile.words < 1.6 => half,
        _ if share(Shape::Given) >= 0.25 => Meaning::FullName,
        (_, TableKind::Organisation) => Meaning::Company,
        (_, TableKind::Person | TableKind::Lead) => Meaning::FullName,
        _ => Meaning::Title,
    }
}

/// A person's title is a form of address or a position; anything else's is its name.
fn title(decided: Decided, profile: &Profile, kind: TableKind) -> Decided {
    let share = |shape: Shape| profile.share(shape);
    let meaning = match kind {
        _ if share(Shape::Salutation) >= 0.5 => Meaning::Salutation,
        // A whole sentence is the title of what the person made.
        TableKind::Person | TableKind::Lead if profile.words >= 4.5 => Meaning::Title,
        TableKind::Person | TableKind::Lead => Meaning::JobTitle,
        TableKind::Organisation if share(Shape::Job) >= 0.2 => Meaning::JobTitle,
        _ => Meaning::Title,
    };
    Decided { meaning: Some(meaning), ..decided }
}
