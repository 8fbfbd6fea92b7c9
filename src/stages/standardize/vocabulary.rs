//! Closed sets of meanings (yes and no, statuses, time frames, months, currencies) and the words exports have for them.

use std::sync::LazyLock;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::clean::Clean;
use super::fold::compact;
use super::placeholder::is_placeholder;
use super::text::tidy;
use crate::model::entities::ActivityKind;
use crate::model::rows::FindingCode;

type Group = HashMap<String, &'static str, FixedState>;

static GROUPS: LazyLock<HashMap<&'static str, Group, FixedState>> =
    LazyLock::new(|| read(include_str!("data/vocabulary.txt")));

/// The meaning of a word in a group of `data/vocabulary.txt`; case, diacritics, spaces and punctuation don't count.
pub(super) fn meaning(group: &str, text: &str) -> Option<&'static str> {
    if text.len() > 80 {
        return None;
    }
    GROUPS.get(group)?.get(&key(text)).copied()
}

/// A lead's status: open, qualified or disqualified; none where blank, and where nobody knows the word, with a finding. A lead
/// of which no row has one is open.
pub fn status(raw: &str) -> Clean<String> {
    match meaning("status", raw) {
        Some(word) => Clean::of(word.to_owned()),
        None if raw.trim().is_empty() => Clean::blank(),
        None if is_placeholder(raw) => Clean::fault(FindingCode::Placeholder),
        None => Clean::fault(FindingCode::UnknownStatus),
    }
}

/// A purchase time frame: immediate, this_quarter, next_quarter, this_year; unknown for any other text, with a finding
/// unless it says so itself.
pub fn timeframe(raw: &str) -> Clean<String> {
    match meaning("timeframe", raw) {
        Some(word) => Clean::of(word.to_owned()),
        None if raw.trim().is_empty() => Clean::blank(),
        None => match compact(raw).as_str() {
            // our own words, with the underscore that compacting drops
            "thisquarter" => Clean::of("this_quarter".to_owned()),
            _ if is_placeholder(raw) => Clean::kept("unknown".to_owned(), FindingCode::Placeholder),
            _ => Clean::kept("unknown".to_owned(), FindingCode::UnknownTimeframe),
        },
    }
}

/// A rating type: automatic or manual.
pub fn rating_type(raw: &str) -> Clean<String> {
    meaning("rating_type", raw).map_or_else(|| no_choice(raw), |word| Clean::of(word.to_owned()))
}

/// Which address mailings go to: business, home or other; blank where an export says that none is chosen.
pub fn address_label(raw: &str) -> Clean<String> {
    let text = raw.trim();
    // A number of a workbook.
    match meaning("mailing", text.strip_suffix(".0").unwrap_or(text)) {
        Some("none") => Clean::blank(),
        Some(word) => Clean::of(word.to_owned()),
        None => no_choice(raw),
    }
}

/// What is none of a field's few words.
fn no_choice(raw: &str) -> Clean<String> {
    match raw.trim() {
        "" => Clean::blank(),
        text if is_placeholder(text) => Clean::fault(FindingCode::Placeholder),
        _ => Clean::fault(FindingCode::UnknownChoice),
    }
}

/// A currency: its ISO 4217 code, from the code, a symbol or a name. One that is not known stays, in capitals: amounts in it
/// are not taken for amounts in another one.
pub fn currency(raw: &str) -> Clean<String> {
    if let Some(code) = currency_code(raw) {
        return Clean::of(code);
    }
    match raw.trim() {
        "" => Clean::blank(),
        text if is_placeholder(text) => Clean::fault(FindingCode::Placeholder),
        text => Clean::kept(tidy(text).to_uppercase(), FindingCode::UnknownCurrency),
    }
}

/// The ISO 4217 code that a symbol, code or name stands for.
pub(super) fn currency_code(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('.');
    meaning("currency", text).map(str::to_owned)
}

/// The currencies that are written alike, where a sign or name is that of several: "$" is the dollar of many countries, and a
/// peso.
pub(super) fn currencies_alike(word: &str) -> &'static [&'static str] {
    match word.trim().trim_end_matches('.').to_lowercase().as_str() {
        "$" | "dollar" | "dollars" | "долар" | "долара" => &[
            "USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "ARS", "CLP", "COP", "DOP", "UYU", "BBD", "BMD",
            "BND", "BSD", "BZD", "FJD", "GYD", "JMD", "KYD", "LRD", "NAD", "SBD", "SRD", "TTD", "XCD",
        ],
        "£" | "pound" | "pounds" => &["GBP", "EGP", "FKP", "GIP", "LBP", "SHP", "SSP", "SYP"],
        "¥" => &["JPY", "CNY"],
        "fr" | "franken" => &["CHF", "BIF", "CDF", "DJF", "GNF", "KMF", "RWF", "XAF", "XOF", "XPF"],
        "lei" | "leu" => &["RON", "MDL"],
        "rs" | "rupees" => &["INR", "LKR", "MUR", "NPR", "PKR", "SCR"],
        "din" => &["RSD", "DZD", "IQD", "JOD", "KWD", "LYD", "MKD", "TND"],
        _ => &[],
    }
}

/// The kind of a history item in an export's words.
pub fn activity_kind(raw: &str) -> Option<ActivityKind> {
    ActivityKind::from_name(raw).or_else(|| ActivityKind::from_name(meaning("activity", raw)?))
}

fn key(text: &str) -> String {
    // symbols such as the euro sign would not survive folding
    let trimmed = text.trim();
    let symbolic = trimmed.chars().any(|c| "$€£¥₹₽₺₴₩₪₦₫✓✔✗".contains(c));
    let compacted = if symbolic { String::new() } else { compact(trimmed) };
    if compacted.is_empty() { trimmed.to_lowercase() } else { compacted }
}

fn read(data: &'static str) -> HashMap<&'static str, Group, FixedState> {
    let mut groups: HashMap<&'static str, Group, FixedState> = HashMap::default();
    let mut current = "";
    for line in data.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            current = name;
        } else if let Some((meaning, words)) = line.split_once(": ") {
            let group = groups.entry(current).or_default();
            for word in words.split(", ").chain([meaning]) {
                group.entry(key(word)).or_insert(meaning);
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses() {
        for (raw, want) in [
            ("New", "open"),
            ("Working - Contacted", "open"),
            ("Open - Not Contacted", "open"),
            ("Closed - Converted", "qualified"),
            ("Closed - Not Converted", "disqualified"),
            ("Qualified", "qualified"),
            ("unqualified", "disqualified"),
            ("Verloren", "disqualified"),
            ("Offen", "open"),
            ("IN_PROGRESS", "open"),
        ] {
            assert_eq!(status(raw), Clean::of(want.to_owned()), "{raw}");
        }
        assert_eq!(status(" "), Clean::blank());
        assert_eq!(status("n/a"), Clean::fault(FindingCode::Placeholder));
        assert_eq!(status("floating"), Clean::fault(FindingCode::UnknownStatus));
    }

    #[test]
    fn timeframes() {
        for (raw, want) in [
            ("Immediate", Some("immediate")),
            ("this_quarter", Some("this_quarter")),
            ("next_quarter", Some("next_quarter")),
            ("this_year", Some("this_year")),
            ("Within 3 months", Some("this_quarter")),
            ("sofort", Some("immediate")),
            ("Dieses Jahr", Some("this_year")),
            ("when pigs fly", Some("unknown")),
            ("", None),
        ] {
            assert_eq!(timeframe(raw).value.as_deref(), want, "{raw}");
        }
    }

    #[test]
    fn addresses_for_mailings() {
        for (raw, want) in [
            ("home", Some("home")),
            ("Home Address", Some("home")),
            ("Home (address)", Some("home")),
            ("HOME_ADDRESS", Some("home")),
            ("Privat", Some("home")),
            ("Privatadresse", Some("home")),
            ("Adresse personnelle", Some("home")),
            ("Dirección particular", Some("home")),
            ("Abitazione", Some("home")),
            ("Домашен адрес", Some("home")),
            ("Business", Some("business")),
            ("Work address", Some("business")),
            ("Geschäftlich", Some("business")),
            ("Bureau", Some("business")),
            ("Служебен", Some("business")),
            ("Other", Some("other")),
            ("Weitere Adresse", Some("other")),
            ("Otra dirección", Some("other")),
            // As Outlook numbers them.
            ("0", None),
            ("1", Some("home")),
            ("2", Some("business")),
            ("3.0", Some("other")),
            ("None", None),
            ("Keine", None),
            ("", None),
        ] {
            assert_eq!(address_label(raw), Clean { value: want.map(str::to_owned), finding: None }, "{raw}");
        }
        for raw in ["12 Main Street", "mobile", "4", "Addr"] {
            assert_eq!(address_label(raw), Clean::fault(FindingCode::UnknownChoice), "{raw}");
        }
        assert_eq!(address_label("n/a"), Clean::fault(FindingCode::Placeholder));
    }

    #[test]
    fn rating_types() {
        assert_eq!(rating_type("Manuell"), Clean::of("manual".to_owned()));
        assert_eq!(rating_type(" "), Clean::blank());
        assert_eq!(rating_type("hot"), Clean::fault(FindingCode::UnknownChoice));
    }

    #[test]
    fn currencies() {
        for (raw, want) in
            [("€", "EUR"), ("eur", "EUR"), ("$", "USD"), ("лв.", "BGN"), ("zł", "PLN"), ("CHF", "CHF"), ("US$", "USD")]
        {
            assert_eq!(currency(raw), Clean::of(want.to_owned()), "{raw}");
        }
        assert_eq!(currency("Doubloons "), Clean::kept("DOUBLOONS".to_owned(), FindingCode::UnknownCurrency));
        assert_eq!(currency("n/a"), Clean::fault(FindingCode::Placeholder));
    }

    #[test]
    fn every_currency_in_use_is_known() {
        let listed = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD \
            CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP \
            GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK \
            LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR \
            PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL \
            THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF \
            YER ZAR ZMW ZWG";
        for code in listed.split(' ').filter(|code| !code.is_empty()) {
            assert_eq!(currency(code), Clean::of(code.to_owned()));
            assert_eq!(currency(&code.to_lowercase()), Clean::of(code.to_owned()));
        }
    }

    #[test]
    fn kinds_of_history() {
        assert_eq!(activity_kind("Phone Call"), Some(ActivityKind::PhoneLog));
        assert_eq!(activity_kind("phone_log"), Some(ActivityKind::PhoneLog));
        assert_eq!(activity_kind("Meeting"), Some(ActivityKind::Appointment));
        assert_eq!(activity_kind("zzz"), None);
    }
}
