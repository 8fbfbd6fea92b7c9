//! Address cards (vCard 2.1 to 4.0, RFC 6350), one or many in a file.

use calcard::vcard::{VCard, VCardEntry, VCardParameterName, VCardParameterValue, VCardProperty, VCardValue};
use calcard::{Entry, Parser};

use super::{Flat, FlatWriter};
use crate::model::rows::RejectCode;

/// Columns, named as header matching knows them without a preset.
const COLUMNS: [&str; 30] = [
    "id",
    "full name",
    "last name",
    "first name",
    "middle name",
    "salutation",
    "name suffix",
    "company",
    "job title",
    "email",
    "phone",
    "street",
    "city",
    "region",
    "postcode",
    "country",
    "home street",
    "home city",
    "home region",
    "home postcode",
    "home country",
    "other street",
    "other city",
    "other region",
    "other postcode",
    "other country",
    "mailing address",
    "website",
    "notes",
    "modified",
];

/// Whether a text is address cards.
pub(in crate::format) fn is_cards(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    bytes.get(..11).is_some_and(|start| start.eq_ignore_ascii_case(b"BEGIN:VCARD"))
}

/// All cards; places are their numbers. A card that never ends costs no other one.
pub(super) fn flat(text: &str) -> Flat {
    let mut writer = FlatWriter::new(COLUMNS);
    for (place, part) in (1..).zip(parts_of(text)) {
        let ends = part.lines().next_back().is_some_and(|line| line.trim().eq_ignore_ascii_case("END:VCARD"));
        match Parser::new(part).entry() {
            Entry::VCard(card) if ends => {
                let cells = cells(&card);
                writer.record(place, cells.iter().map(String::as_str));
            }
            Entry::VCard(_) | Entry::UnterminatedComponent(_) => {
                writer.reject(place, RejectCode::MalformedRecord, &format!("without END:VCARD: {part}"));
            }
            _ => writer.reject(place, RejectCode::MalformedRecord, part),
        }
    }
    writer.finish()
}

/// The cards, each from its first line to its last, and what stands between them.
fn parts_of(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut at) = (Vec::new(), 0, 0usize, 0);
    let mut end_at = |from: &mut usize, to: usize| {
        let part = text[*from..to].trim();
        if !part.is_empty() {
            parts.push(part);
        }
        *from = to;
    };
    let mut before = "";
    for line in text.split_inclusive('\n') {
        let word = line.trim();
        if word.eq_ignore_ascii_case("BEGIN:VCARD") {
            // Only a card of an agent stands inside another one.
            let is_inside = depth > 0 && before.get(..5).is_some_and(|name| name.eq_ignore_ascii_case("AGENT"));
            if !is_inside {
                end_at(&mut start, at);
                depth = 0;
            }
            depth += 1;
        }
        at += line.len();
        if word.eq_ignore_ascii_case("END:VCARD") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                end_at(&mut start, at);
            }
        }
        before = word;
    }
    end_at(&mut start, at);
    parts
}

fn cells(card: &VCard) -> [String; COLUMNS.len()] {
    let all = |property: VCardProperty| card.entries.iter().filter(move |entry| entry.name == property);
    let first = |property: VCardProperty| all(property).map(joined).find(|text| !text.is_empty()).unwrap_or_default();
    let [last, given, middle, prefix, suffix] = parts(all(VCardProperty::N).next());
    let emails = reach(all(VCardProperty::Email));
    let phones = reach(all(VCardProperty::Tel));
    let addresses = Addresses::of(all(VCardProperty::Adr).collect());
    let [[street, city, region, postcode, country], home, other] = addresses.written;
    let [home_street, home_city, home_region, home_postcode, home_country] = home;
    let [other_street, other_city, other_region, other_postcode, other_country] = other;
    let company = all(VCardProperty::Org).next().and_then(|entry| entry.values.first()).map(text).unwrap_or_default();
    let title = match first(VCardProperty::Title) {
        title if title.is_empty() => first(VCardProperty::Role),
        title => title,
    };
    [
        first(VCardProperty::Uid),
        first(VCardProperty::Fn),
        last,
        given,
        middle,
        prefix,
        suffix,
        company,
        title,
        emails,
        phones,
        street,
        city,
        region,
        postcode,
        country,
        home_street,
        home_city,
        home_region,
        home_postcode,
        home_country,
        other_street,
        other_city,
        other_region,
        other_postcode,
        other_country,
        addresses.mailing.to_owned(),
        first(VCardProperty::Url),
        all(VCardProperty::Note).map(joined).filter(|note| !note.is_empty()).collect::<Vec<_>>().join("\n"),
        first(VCardProperty::Rev),
    ]
}

/// All addresses or numbers of a kind in one cell, each with the word that tells which it is, as in "work: …; home: …";
/// the preferred one first.
fn reach<'c>(entries: impl Iterator<Item = &'c VCardEntry>) -> String {
    let mut entries: Vec<&VCardEntry> = entries.filter(|entry| !plain(entry).is_empty()).collect();
    entries.sort_by_key(|entry| preference(entry));
    // A separator inside a value would begin another one.
    let written = |entry: &VCardEntry| labelled(label(entry), &plain(entry)).replace([';', '|'], " ");
    distinct(entries.into_iter().map(written)).join("; ")
}

fn labelled(label: &str, value: &str) -> String {
    if label.is_empty() { value.to_owned() } else { format!("{label}: {value}") }
}

/// The word for where an entry reaches its owner, if the card tells.
fn label(entry: &VCardEntry) -> &'static str {
    const LABELS: [(&str, &str); 5] =
        [("fax", "fax"), ("cell", "mobile"), ("work", "work"), ("home", "home"), ("other", "other")];
    LABELS.iter().find(|(name, _)| types(entry).any(|of| of == *name)).map_or("", |&(_, label)| label)
}

/// How far back an entry stands: RFC 6350 numbers preferences from 1 to 100; earlier versions have one preferred type.
fn preference(entry: &VCardEntry) -> u32 {
    let number = entry.params.iter().find_map(|param| match (&param.name, &param.value) {
        (VCardParameterName::Pref, VCardParameterValue::Integer(number)) => Some(*number),
        _ => None,
    });
    number.unwrap_or(if types(entry).any(|name| name == "pref") { 1 } else { 101 })
}

/// The addresses at work, at home and elsewhere: street, city, region, postal code, country.
struct Addresses {
    written: [[String; 5]; 3],
    /// Which of them is preferred, if the card tells.
    mailing: &'static str,
}

impl Addresses {
    /// An address of a kind that is there already, or of no kind, takes the next place that is free.
    fn of(mut entries: Vec<&VCardEntry>) -> Self {
        const NAMES: [&str; 3] = ["business", "home", "other"];
        entries.sort_by_key(|entry| preference(entry));
        let preferred = entries.first().filter(|entry| preference(entry) <= 100).copied();
        entries.sort_by_key(|entry| !["work", "home"].contains(&label(entry)));
        let mut this = Self { written: Default::default(), mailing: "" };
        for entry in entries {
            let [pobox, extended, street, city, region, postcode, country] = parts(Some(entry));
            let street: Vec<String> = [street, extended, pobox].into_iter().filter(|part| !part.is_empty()).collect();
            let own = match label(entry) {
                "work" => 0,
                "home" => 1,
                _ => 2,
            };
            let order = if own == 2 { [0, 2, 1] } else { [own, 2, 1 - own] };
            let free = order.into_iter().find(|&at| this.written[at].iter().all(String::is_empty));
            let Some(at) = free else {
                // One more than there are columns stands beside the last street.
                let parts = [street.join(", "), city, region, postcode, country];
                let whole: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                let whole = labelled(label(entry), &whole.join(", ").replace(['|', ';'], " "));
                this.written[2][0] = format!("{} | {whole}", this.written[2][0]);
                continue;
            };
            // In the place of another kind it says which kind it is.
            let own_label = if own == 2 || at == own || street.is_empty() { "" } else { label(entry) };
            this.written[at] = [labelled(own_label, &street.join(", ")), city, region, postcode, country];
            if preferred.is_some_and(|preferred| std::ptr::eq(preferred, entry)) {
                this.mailing = NAMES[at];
            }
        }
        this
    }
}

fn types(entry: &VCardEntry) -> impl Iterator<Item = String> {
    let of_type = entry.params.iter().filter(|param| param.name == VCardParameterName::Type);
    of_type.filter_map(|param| param.value.as_text().map(str::to_lowercase))
}

/// The parts of a structured value.
fn parts<const N: usize>(entry: Option<&VCardEntry>) -> [String; N] {
    std::array::from_fn(|at| entry.and_then(|entry| entry.values.get(at)).map(text).unwrap_or_default())
}

fn joined(entry: &VCardEntry) -> String {
    let texts = entry.values.iter().map(text).filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join(", ")
}

/// A number or address without the scheme of a link.
fn plain(entry: &VCardEntry) -> String {
    let text = joined(entry);
    let scheme = ["tel:", "mailto:"]
        .iter()
        .find(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    scheme.map_or(text.clone(), |scheme| text[scheme.len()..].to_owned())
}

fn text(value: &VCardValue) -> String {
    match value {
        VCardValue::Text(text) => text.trim().to_owned(),
        VCardValue::Component(texts) => texts.join(" ").trim().to_owned(),
        VCardValue::Integer(number) => number.to_string(),
        VCardValue::PartialDateTime(date) => moment(date),
        _ => String::new(),
    }
}

fn moment(date: &calcard::common::PartialDateTime) -> String {
    let (Some(year), Some(month), Some(day)) = (date.year, date.month, date.day) else { return String::new() };
    let time = match (date.hour, date.minute) {
        (Some(hour), Some(minute)) => format!(" {hour:02}:{minute:02}:{:02}", date.second.unwrap_or(0)),
        _ => String::new(),
    };
    format!("{year:04}-{month:02}-{day:02}{time}")
}

fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in texts.filter(|text| !text.is_empty()) {
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::delimited::{Entry, Reader};

    /// The filled cells of each card.
    fn rows(text: &str) -> Vec<Vec<(&'static str, String)>> {
        let flat = flat(text);
        let mut reader = Reader::new(&flat.text, super::super::DELIMITER, 1);
        reader.read();
        std::iter::from_fn(|| match reader.read()? {
            Entry::Record(record) => {
                let cells = record.iter().map(|cell| String::from_utf8(cell.to_vec()).unwrap());
                Some(COLUMNS.into_iter().zip(cells).filter(|(_, cell)| !cell.is_empty()).collect())
            }
            Entry::Broken { .. } => panic!("a broken record"),
        })
        .collect()
    }

    #[test]
    fn cards_of_three_versions() {
        let text = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Kirova;Ana;Maria;Dr.;\r\nFN:Dr. Ana Kirova\r\nORG:Kirova OOD;Sales\r\n\
            TITLE:Head of Sales\r\nEMAIL;TYPE=INTERNET,WORK:ana@kirova.bg\r\nEMAIL;TYPE=HOME:ana@abv.bg\r\n\
            TEL;TYPE=CELL:+359 88 123 4567\r\nTEL;TYPE=WORK,VOICE:+359 2 987 6543\r\nTEL;TYPE=WORK,FAX:+359 2 987 6544\r\n\
            ADR;TYPE=HOME:;;Ulitsa 1;Plovdiv;;4000;BG\r\nADR;TYPE=WORK:;fl. 3;12 Vitosha Blvd;Sofia;;1000;Bulgaria\r\n\
            NOTE:First line\\nsecond\\, with a comma\r\nURL:https://kirova.bg\r\nREV:20260307T100000Z\r\nUID:k-1\r\nEND:VCARD\r\n\
            BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg\r\n\
            TEL;HOME;VOICE:030 123456\r\nEND:VCARD\r\n\
            BEGIN:VCARD\nVERSION:4.0\nFN:Jan Nowak\nTEL;VALUE=uri;TYPE=\"voice,cell\":tel:+48-601-234-567\nEND:VCARD\n";
        let expected: [&[(&str, &str)]; 3] = [
            &[
                ("id", "k-1"),
                ("full name", "Dr. Ana Kirova"),
                ("last name", "Kirova"),
                ("first name", "Ana"),
                ("middle name", "Maria"),
                ("salutation", "Dr."),
                ("company", "Kirova OOD"),
                ("job title", "Head of Sales"),
                ("email", "work: ana@kirova.bg; home: ana@abv.bg"),
                ("phone", "mobile: +359 88 123 4567; work: +359 2 987 6543; fax: +359 2 987 6544"),
                ("street", "12 Vitosha Blvd, fl. 3"),
                ("city", "Sofia"),
                ("postcode", "1000"),
                ("country", "Bulgaria"),
                ("home street", "Ulitsa 1"),
                ("home city", "Plovdiv"),
                ("home postcode", "4000"),
                ("home country", "BG"),
                ("website", "https://kirova.bg"),
                ("notes", "First line\nsecond, with a comma"),
                ("modified", "2026-03-07 10:00:00"),
            ],
            &[("last name", "Müller"), ("first name", "Jörg"), ("phone", "home: 030 123456")],
            &[("full name", "Jan Nowak"), ("phone", "mobile: +48-601-234-567")],
        ];
        let expected: Vec<Vec<(&str, String)>> =
            expected.iter().map(|row| row.iter().map(|&(name, cell)| (name, cell.to_owned())).collect()).collect();
        assert_eq!(rows(text), expected);
    }

    #[test]
    fn every_address_has_a_place_and_the_preferred_one_is_chosen() {
        let text = "BEGIN:VCARD\nVERSION:4.0\nFN:Jan Nowak\nTEL:1\nTEL;PREF=1;TYPE=home:2\nADR:;;Rynek 1;Krakow;;;PL\n\
            ADR;TYPE=home;PREF=1:;;Polna 2;Poznan;;;PL\nADR;TYPE=home:;;Lipowa 3;Gdansk;;;PL\nADR;TYPE=work:;;Nowa 4;Lodz;;;\n\
            ADR;TYPE=work:;;Dluga 5;Lublin;;;Poland\nEND:VCARD\n";
        let expected = [
            ("full name", "Jan Nowak"),
            ("phone", "home: 2; 1"),
            ("street", "Nowa 4"),
            ("city", "Lodz"),
            ("home street", "Polna 2"),
            ("home city", "Poznan"),
            ("home country", "PL"),
            ("other street", "home: Lipowa 3 | work: Dluga 5, Lublin, Poland | Rynek 1, Krakow, PL"),
            ("other city", "Gdansk"),
            ("other country", "PL"),
            ("mailing address", "home"),
        ];
        assert_eq!(rows(text), [expected.map(|(name, cell)| (name, cell.to_owned())).to_vec()]);
    }

    #[test]
    fn a_card_that_never_ends_is_told() {
        let flat = flat("BEGIN:VCARD\nFN:Ana\nBEGIN:VCARD\nFN:Jan\nEND:VCARD\nx\nBEGIN:VCARD\nFN:Eva\n");
        let told: Vec<(u64, &str)> =
            flat.notes.rejects.iter().map(|(place, _, text)| (*place, text.as_str())).collect();
        let cut = ["without END:VCARD: BEGIN:VCARD\nFN:Ana", "x", "without END:VCARD: BEGIN:VCARD\nFN:Eva"];
        assert_eq!(told, [(1, cut[0]), (3, cut[1]), (4, cut[2])]);
        assert_eq!(flat.place(2), 2);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}") { flat(&format!("BEGIN:VCARD\n{text}\nEND:VCARD")); }
    }
}
