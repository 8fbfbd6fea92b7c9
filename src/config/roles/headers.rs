//! What a column's header says, in many spellings and languages.

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};

use crate::config::preset::{header_form, match_form};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Meaning {
    /// A name of the row itself: an id, a hash, a row number.
    Key,
    /// A given name.
    FirstName,
    /// Further given names.
    MiddleName,
    /// A family name.
    LastName,
    /// A second family name.
    LastName2,
    /// A person's whole name.
    FullName,
    /// A name: of whom or what, the values tell.
    Name,
    /// A form of address.
    Salutation,
    /// What follows a name.
    Suffix,
    /// A position.
    JobTitle,
    /// An organisation.
    Company,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A mobile number.
    Mobile,
    /// A number at home.
    HomePhone,
    /// A fax number.
    Fax,
    /// A street or a whole address.
    Street,
    /// A house number by itself.
    HouseNumber,
    /// A second line of an address.
    Street2,
    /// A city.
    City,
    /// A region.
    Region,
    /// A postal code.
    Postcode,
    /// A country.
    Country,
    /// A web address.
    Website,
    /// An internet domain.
    Domain,
    /// A date of the thing itself.
    Date,
    /// A year.
    Year,
    /// The year, the month or the day of a date that stands in three columns.
    DatePart,
    /// When the row was made.
    Created,
    /// When the row was changed.
    Modified,
    /// Free notes.
    Notes,
    /// A number that identifies.
    Identifier,
    /// The title of a thing, or a person's title.
    Title,
    /// Who made a thing.
    Authors,
    /// Where it appeared.
    Venue,
    /// A text about it.
    Description,
    /// Who makes or sells it.
    Manufacturer,
    /// What it costs.
    Price,
    /// A number that measures.
    Number,
    /// One of a few words.
    Category,
    /// A gender.
    Gender,
    /// Yes or no.
    Flag,
    /// An amount of business.
    Money,
    /// How the row came here and what becomes of it.
    Process,
    /// Something of another party: a spouse, a child, an employer.
    Other,
    /// A text of no known meaning.
    Text,
}

/// How well a header fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Its last words fit.
    Part,
    /// All but words that say whose it is.
    Qualified,
    /// The whole header.
    Whole,
}

/// What a header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// The meaning.
    pub meaning: Meaning,
    /// Which of several of this meaning: "ssn" of the identifiers; else "".
    pub kind: &'static str,
    /// How well it fits.
    pub fit: Fit,
}

type Phrases = HashMap<String, (Meaning, &'static str), FixedState>;

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let mut phrases = Phrases::default();
    for line in lines(include_str!("data/headers.txt")) {
        let Some((name, spellings)) = line.split_once(" = ") else { continue };
        let (name, kind) = name.split_once('/').unwrap_or((name, ""));
        let Some(meaning) = named(name) else { continue };
        for spelling in spellings.split(", ") {
            phrases.entry(match_form(spelling)).or_insert((meaning, kind));
        }
    }
    phrases
});

static QUALIFIERS: LazyLock<HashSet<String, FixedState>> = LazyLock::new(|| {
    lines(include_str!("data/qualifiers.txt")).flat_map(str::split_whitespace).map(match_form).collect()
});

static OTHERS: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
    let kinds = lines(include_str!("data/others.txt")).filter_map(|line| line.split_once(": "));
    kinds.flat_map(|(kind, words)| words.split_whitespace().map(move |word| (kind, match_form(word)))).collect()
});

/// Words that make a number of something, whatever it is: "document number".
const NUMBER_WORDS: [&str; 16] = [
    "number",
    "no",
    "nr",
    "num",
    "nummer",
    "code",
    "numero",
    "numer",
    "nomer",
    "kod",
    "номер",
    "код",
    "ref",
    "reference",
    "codigo",
    "codice",
];

/// What a header may say, likeliest first; nothing where no word of it is known.
pub fn said(header: &str) -> Vec<Said> {
    let look = |words: &[String], fit: Fit| {
        let &(meaning, kind) = PHRASES.get(&words.concat())?;
        Some(Said { meaning, kind, fit })
    };
    if let Some(&(meaning, kind)) = PHRASES.get(&header_form(header)) {
        return vec![Said { meaning, kind, fit: Fit::Whole }];
    }
    // With its numbers ("billing address 2"), then without ("phone 2", "Author 1").
    let numbered = words(header);
    let plain: Vec<String> = numbered.iter().filter(|word| !is_number(word)).cloned().collect();
    // A letter by itself numbers a column, too: "fname_c1".
    let telling = |word: &&String| !QUALIFIERS.contains(*word) && (is_number(word) || word.chars().nth(1).is_some());
    for words in [&numbered, &plain] {
        let essential: Vec<String> = words.iter().filter(telling).cloned().collect();
        if let Some(said) = look(words, Fit::Qualified).or_else(|| look(&essential, Fit::Qualified)) {
            return vec![said];
        }
    }
    let tail_of = |words: &[String]| (1..words.len()).find_map(|from| look(&words[from..], Fit::Part));
    let tail = tail_of(&numbered).or_else(|| tail_of(&plain));
    let head = (1..plain.len()).rev().find_map(|to| look(&plain[..to], Fit::Part));
    let candidates = match (tail, head) {
        // A "site name" is the name of a site: the first words say of what.
        (Some(Said { meaning: Meaning::Name, .. }), Some(_)) => [head, tail],
        // A "tax number id" identifies; any other "… id" names a row, of this table or another.
        (Some(Said { meaning: Meaning::Key, .. }), Some(Said { meaning: Meaning::Identifier, .. })) => [head, tail],
        (tail, head) => [tail, head.filter(|said| shows(said.meaning))],
    };
    let mut candidates: Vec<Said> = candidates.into_iter().flatten().collect();
    if candidates.is_empty() && plain.len() > 1 && plain.last().is_some_and(|word| NUMBER_WORDS.contains(&&**word)) {
        candidates.push(Said { meaning: Meaning::Identifier, kind: "", fit: Fit::Part });
    }
    candidates
}

fn is_number(word: &str) -> bool {
    word.parse::<u32>().is_ok()
}

/// Another party than the one that a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// A relative, an assistant, somebody to call in an emergency.
    Kin,
    /// Who employs the person.
    Employer,
}

/// Whether a header speaks of another party; not where that is all it says ("partner", "employer name").
pub fn other_party(header: &str) -> Option<Party> {
    if PHRASES.contains_key(&match_form(header)) {
        return None;
    }
    let words = words(header);
    let found =
        |kind: &str| words.iter().any(|word| OTHERS.iter().any(|(known, other)| *known == kind && other == word));
    match words.len() {
        0 | 1 => None,
        _ if found("kin") => Some(Party::Kin),
        _ if found("employer") => Some(Party::Employer),
        _ => None,
    }
}

/// Whether a header numbers what it says: "dependent 2 name".
pub fn is_numbered(header: &str) -> bool {
    words(header).iter().any(|word| is_number(word))
}

/// What a header says beside the part of an address that it names: whose address ("billing" of "billing_address_city",
/// "1" of "Address 1: City").
pub fn address_of(header: &str) -> String {
    let words = words(header);
    let names_part =
        |words: &[String]| PHRASES.get(&words.concat()).is_some_and(|(meaning, _)| meaning.is_of_an_address());
    let end = words.iter().rposition(|word| !is_number(word)).map_or(0, |last| last + 1);
    let words = &words[..end];
    let tail = (0..end).rev().find(|&from| names_part(&words[from..]));
    let rest = match (tail, (1..end).find(|&to| names_part(&words[..to]))) {
        (Some(from), _) => &words[..from],
        (None, Some(to)) => &words[to..],
        (None, None) => words,
    };
    let own = |word: &&String| !names_part(std::slice::from_ref(word)) && !COMMON.contains(&word.as_str());
    rest.iter().filter(own).map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Words of an address's header that don't say whose it is.
const COMMON: [&str; 12] =
    ["street", "town", "post", "the", "de", "of", "customer", "contact", "person", "client", "c", "primary"];

impl Meaning {
    /// Whether it is a part of an address.
    pub fn is_of_an_address(self) -> bool {
        use Meaning::{City, Country, HouseNumber, Postcode, Region, Street, Street2};
        matches!(self, Street | HouseNumber | Street2 | City | Region | Postcode | Country)
    }
}

/// Whether values show a meaning by themselves: what stands in front of a header is not what it is about, unless the
/// values say so, too.
fn shows(meaning: Meaning) -> bool {
    use Meaning::{
        Country, Created, Date, Email, Fax, Flag, Mobile, Modified, Phone, Postcode, Price, Process, Website, Year,
    };
    matches!(
        meaning,
        Country
            | Created
            | Date
            | Email
            | Fax
            | Flag
            | Mobile
            | Modified
            | Phone
            | Postcode
            | Price
            | Process
            | Website
            | Year
    )
}

/// Whether a header is a mere place holder: "col1", "field_3", "column 7", "x", "v12", "Unnamed: 3".
pub fn is_meaningless(header: &str) -> bool {
    let letters: String = match_form(header).chars().filter(|c| !c.is_ascii_digit()).collect();
    letters.chars().count() <= 1
        || ["col", "column", "field", "var", "feld", "spalte", "unnamed", "attr", "attribute", "value", "kolona"]
            .contains(&letters.as_str())
}

/// The words of a header, folded: split at anything but letters and digits, and where camel case or digits begin.
fn words(header: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let chars: Vec<char> = header.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let after = chars.get(at + 1);
        let camel = c.is_uppercase()
            && (before.is_some_and(char::is_lowercase)
                || before.is_some_and(char::is_uppercase) && after.is_some_and(|next| next.is_lowercase()));
        let number = before.is_some_and(|b| b.is_alphanumeric() && b.is_ascii_digit() != c.is_ascii_digit());
        if !c.is_alphanumeric() || camel || number {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(c);
        }
    }
    words.iter().map(|word| match_form(word)).filter(|word| !word.is_empty()).collect()
}

/// The lines of a data file without comments.
pub(super) fn lines(data: &'static str) -> impl Iterator<Item = &'static str> {
    data.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

fn named(name: &str) -> Option<Meaning> {
    use Meaning::{
        Authors, Category, City, Company, Country, Created, Date, Description, Domain, Email, Fax, FirstName, Flag,
        FullName, Gender, HomePhone, HouseNumber, Identifier, JobTitle, Key, LastName, LastName2, Manufacturer,
        MiddleName, Mobile, Modified, Money, Name, Notes, Number, Phone, Postcode, Price, Process, Region, Salutation,
        Street, Street2, Suffix, Title, Venue, Website, Year,
    };
    Some(match name {
        "key" => Key,
        "first_name" => FirstName,
        "middle_name" => MiddleName,
        "last_name" => LastName,
        "last_name_2" => LastName2,
        "full_name" => FullName,
        "name" => Name,
        "salutation" => Salutation,
        "suffix" => Suffix,
        "job_title" => JobTitle,
        "company" => Company,
        "email" => Email,
        "phone" => Phone,
        "mobile" => Mobile,
        "home_phone" => HomePhone,
        "fax" => Fax,
        "street" => Street,
        "house_number" => HouseNumber,
        "street_2" => Street2,
        "city" => City,
        "region" => Region,
        "postcode" => Postcode,
        "country" => Country,
        "website" => Website,
        "domain" => Domain,
        "date" => Date,
        "year" => Year,
        "created" => Created,
        "modified" => Modified,
        "notes" => Notes,
        "identifier" => Identifier,
        "title" => Title,
        "authors" => Authors,
        "venue" => Venue,
        "description" => Description,
        "manufacturer" => Manufacturer,
        "price" => Price,
        "number" => Number,
        "category" => Category,
        "gender" => Gender,
        "flag" => Flag,
        "money" => Money,
        "process" => Process,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_has_a_meaning() {
        for line in lines(include_str!("data/headers.txt")) {
            let name = line.split_once(" = ").expect("meaning = phrases").0;
            assert!(named(name.split('/').next().unwrap()).is_some(), "{name}");
        }
    }

    #[test]
    fn headers_fall_into_words() {
        let cases: &[(&str, &[&str])] = &[
            ("CustomerFirstName", &["customer", "first", "name"]),
            ("ZIPCode", &["zip", "code"]),
            ("address_1", &["address", "1"]),
            ("addr1", &["addr", "1"]),
            ("E-Mail", &["e", "mail"]),
        ];
        for (header, expected) in cases {
            assert_eq!(words(header), *expected, "{header}");
        }
    }

    #[test]
    fn place_holders() {
        for header in ["col1", "Column 7", "f3", "x", "Unnamed: 0", "V12", "7"] {
            assert!(is_meaningless(header), "{header}");
        }
        for header in ["city", "fname", "name", "id"] {
            assert!(!is_meaningless(header), "{header}");
        }
    }
}
