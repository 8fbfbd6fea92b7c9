//! Standardizing of single values, whatever they are. The first byte says which country they are of.
#![no_main]

use leadmill::model::calendar;
use leadmill::model::field::Cleaner;
use leadmill::stages::standardize::{
    boolean, city, company, country, date, domain, email, fold, match_form, number, person, phone, placeholder,
    postcode, text, value, vocabulary,
};

const COUNTRIES: [&str; 16] =
    ["", "US", "DE", "GB", "BG", "FR", "IN", "CN", "BR", "JP", "AT", "CH", "ES", "IT", "NL", "PL"];

leadmill_fuzz::target!(|bytes| {
    let Some((&how, raw)) = bytes.split_first() else { return };
    let raw = &*String::from_utf8_lossy(raw);
    let country = Some(COUNTRIES[usize::from(how & 15)]).filter(|country| !country.is_empty());
    dates(raw, how);
    numbers(raw);
    reach(raw, country);
    names(raw, how);
    texts(raw);
});

fn dates(raw: &str, how: u8) {
    let order = if how & 16 == 0 { date::DateOrder::DayFirst } else { date::DateOrder::MonthFirst };
    let style = date::DateStyle { order, serials: how & 32 == 0 };
    date::evidence(raw);
    let Some(at) = date::moment(raw, style).value else { return };
    // A day as written, its moment elsewhere at most a day away.
    let day = calendar::day(at.day);
    assert!((1900..=2100).contains(&day.year()), "{raw:?} is {day}");
    let apart = at.micros - i64::from(at.day) * 86_400_000_000;
    assert!((-2 * 86_400_000_000..=3 * 86_400_000_000).contains(&apart), "{raw:?} is {at:?}");
    assert_eq!(date::moment(&day.to_string(), style).value.map(|at| at.day), Some(at.day), "{raw:?} again");
}

fn numbers(raw: &str) {
    number::decimal_sign(raw);
    for sign in [None, Some(number::DecimalSign::Point), Some(number::DecimalSign::Comma)] {
        let Some(amount) = number::amount(raw, sign).value else { continue };
        assert!(amount.value.is_finite(), "{raw:?} is {amount:?}");
        if let Some(currency) = amount.currency {
            assert!(
                currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase()),
                "{raw:?}: {currency}"
            );
        }
        if let Some(whole) = number::whole(amount.value) {
            assert_eq!(whole as f64, amount.value);
            let again = number::number(&whole.to_string(), sign).value;
            assert_eq!(again, Some(amount.value), "{raw:?} is {whole}");
        }
    }
    boolean::boolean(raw);
    boolean::opt_out(raw);
}

fn reach(raw: &str, country: Option<&str>) {
    for number in several(phone::phones(raw, country).value) {
        let digits = number.strip_prefix('+').unwrap_or_else(|| panic!("{raw:?} is {number}"));
        assert!(digits.len() <= 15 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{raw:?} is {number}");
        // Some countries have numbers that are too short to be told from others behind a calling code.
        let again = phone::phone(&number, country).value;
        assert!(again.is_none_or(|again| again == number), "{raw:?} again");
    }
    for address in several(email::emails(raw).value) {
        assert_eq!(email::email(&address).value.as_ref(), Some(&address), "{raw:?} again");
        domain::email_domain(&address);
    }
    if let Some(site) = domain::website(raw).value {
        assert_eq!(domain::website(&site).value.as_ref(), Some(&site), "{raw:?} again");
        domain::site_domain(&site);
        domain::registrable(domain::host_of(&site));
    }
    if let Some(name) = domain::domain(raw).value {
        assert_eq!(domain::domain(&name).value.as_ref(), Some(&name), "{raw:?} again");
    }
    if let Some(code) = postcode::postcode(raw, country).value {
        assert_eq!(postcode::postcode(&code, country).value.as_ref(), Some(&code), "{raw:?} again");
    }
    if let Some(code) = country::country(raw).value {
        assert!(code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()), "{raw:?} is {code}");
        assert_eq!(country::country(&code).value.as_ref(), Some(&code), "{raw:?} again");
    }
    city::city_key(raw);
    match_form::street_key(raw);
}

fn several(values: Option<leadmill::stages::standardize::clean::Several<'_>>) -> Vec<String> {
    let Some(values) = values else { return Vec::new() };
    let first = values.first.into_owned();
    assert!(!first.is_empty(), "a value that is blank");
    if values.listed.is_empty() {
        return vec![first];
    }
    assert_eq!(first, values.listed[0].value, "the first of a list");
    values.listed.into_iter().map(|one| one.value).collect()
}

fn names(raw: &str, how: u8) {
    let naming = person::Naming::of(COUNTRIES[usize::from(how & 15)]);
    for name in [person::person(raw, naming), person::given_name(raw), person::family_name(raw)] {
        let Some(name) = name.value else { continue };
        for part in [&name.salutation, &name.given, &name.middle, &name.family, &name.suffix] {
            assert_eq!(part.trim(), part, "{raw:?} is {name:?}");
        }
        assert_eq!(name.full().trim(), name.full(), "{raw:?} is {name:?}");
    }
    person::salutation(raw);
    if let Some(name) = company::company(raw).value {
        assert!(!name.is_empty(), "{raw:?} is no company");
        assert_eq!(company::company_key(&name).is_empty(), fold::fold(&name).is_empty(), "the key of {name:?}");
    }
    placeholder::is_placeholder(raw);
    placeholder::is_placeholder_name(raw);
    placeholder::is_placeholder_email(raw);
}

fn texts(raw: &str) {
    for same in [fold::fold, text::tidy, text::verbatim] {
        let once = same(raw);
        assert_eq!(same(&once), once, "{raw:?} again");
    }
    fold::fold_name(raw);
    fold::compact(raw);
    vocabulary::status(raw);
    vocabulary::timeframe(raw);
    vocabulary::rating_type(raw);
    vocabulary::currency(raw);
    vocabulary::activity_kind(raw);
    for cleaner in [
        Cleaner::Verbatim,
        Cleaner::Company,
        Cleaner::Email,
        Cleaner::Phone,
        Cleaner::Website,
        Cleaner::Domain,
        Cleaner::Postcode,
        Cleaner::Country,
        Cleaner::Currency,
        Cleaner::Timeframe,
        Cleaner::Status,
    ] {
        if let Some(clean) = value(cleaner, raw) {
            assert!(!clean.is_empty(), "{raw:?} is blank");
        }
    }
}
