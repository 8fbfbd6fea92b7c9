//! What a cell of an outgoing list may stand for: addresses, numbers, ids.

/// Something that a cell may stand for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Form {
    /// As it is looked up.
    pub(super) text: String,
    /// Whether it may be anything else, too: then it counts where all cells of the column are somebody's ids or numbers.
    pub(super) is_vague: bool,
}

/// The column that says what a row is called in its source. Such names are often short: they count under this name alone.
const SOURCE_ID: &str = "source_id";
/// Longer ids are no words, no sizes and no counts.
const LONG: usize = 8;

/// What a cell of a column may stand for: itself, each address in it, and its digits as a phone number; lower case.
pub(super) fn forms(column: &str, cell: &str) -> Vec<Form> {
    let whole = cell.trim().to_lowercase();
    let mut forms = Vec::new();
    of_text(&whole, &mut forms);
    // As in the address of a page: "ana%40acme.com".
    if let Some(decoded) = percent_decoded(&whole) {
        of_text(decoded.trim(), &mut forms);
    }
    if column.eq_ignore_ascii_case(SOURCE_ID) && !whole.is_empty() {
        forms.retain(|form| !form.is_vague);
        forms.push(Form { text: short_source_id(&whole), is_vague: false });
    }
    forms.sort();
    forms.dedup_by(|later, first| later.text == first.text);
    forms
}

/// Under what an input row is looked up by the id of its source, in lower case.
pub(super) fn source_id_form(id: &str) -> [Option<String>; 2] {
    [Some(short_source_id(id)), (id.len() >= LONG).then(|| id.to_owned())]
}

/// No cell that is trimmed begins so.
fn short_source_id(id: &str) -> String {
    format!("\u{1f}{id}")
}

/// Under what somebody's number is looked up as it is dialled at home.
pub(super) fn national_form(national: &str) -> String {
    format!("~{national}")
}

fn of_text(text: &str, forms: &mut Vec<Form>) {
    let sure = |text: String| Form { text, is_vague: false };
    let around = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '<' | '>' | '(' | ')' | '"' | '\'' | ':');
    // Some of these stand in addresses as well: the parts come beside the whole.
    let within = |c: char| matches!(c, '/' | '?' | '&' | '=' | '#' | '[' | ']' | '{' | '}' | '\\' | '`');
    for part in text.split(around).filter(|part| part.contains('@')) {
        let pieces = part.split(within).filter(|piece| piece.contains('@'));
        let all = std::iter::once(part).chain(pieces).flat_map(|it| [it, it.trim_matches('.')]);
        forms.extend(all.map(|address| sure(address.to_owned())));
    }
    let is_list = |c: char| matches!(c, ',' | ';' | '|' | '/');
    for part in text.split(is_list) {
        forms.extend(phone_form(part).map(sure));
        forms.extend(dialled_forms(part));
    }
    let is_word = |id: &str| id.len() < LONG || id.bytes().all(|byte| byte.is_ascii_digit());
    let ids = text.split(is_list).filter(|_| text.contains(is_list)).map(str::trim).chain([text]);
    forms.extend(ids.filter(|id| !id.is_empty()).map(|id| Form { text: id.to_owned(), is_vague: is_word(id) }));
}

/// The digits of a text that is nothing but a phone number, and whether it says its country.
fn digits_of(text: &str) -> Option<(String, bool)> {
    let text = text.trim().trim_start_matches("tel:").trim();
    let is_mark = |c: char| matches!(c, '+' | ' ' | '-' | '.' | '(' | ')' | '\u{a0}');
    if !text.chars().all(|c| c.is_ascii_digit() || is_mark(c)) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_international = text.contains('+') || digits.starts_with("00");
    (digits.len() >= 7).then_some((digits, is_international))
}

/// A number with its country's prefix: "+" and digits; none where it is no phone number.
pub(super) fn phone_form(text: &str) -> Option<String> {
    let (digits, _) = digits_of(text)?;
    let digits = digits.strip_prefix("00").unwrap_or(&digits);
    (digits.len() >= 7).then(|| format!("+{digits}"))
}

/// A number as it is dialled in its own country, with or without what is dialled before it there. Whatever begins with 0
/// or a bracket is dialled; other digits may be an amount.
fn dialled_forms(text: &str) -> Vec<Form> {
    // Of all countries.
    const BEFORE: [&str; 5] = ["", "0", "06", "1", "8"];
    let Some((digits, false)) = digits_of(text) else { return Vec::new() };
    let is_vague = !digits.starts_with('0') && !text.trim().starts_with('(');
    let nationals = BEFORE.iter().filter_map(|before| digits.strip_prefix(before));
    nationals.filter(|rest| rest.len() >= 6).map(|rest| Form { text: national_form(rest), is_vague }).collect()
}

/// A text with the signs that it writes as "%40"; none where there are none.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let digit = |byte: Option<&u8>| byte.and_then(|&byte| char::from(byte).to_digit(16)).map(|digit| digit as u8);
    while let [first, behind @ ..] = rest {
        let sign = digit(behind.first()).zip(digit(behind.get(1))).filter(|_| *first == b'%');
        bytes.push(sign.map_or(*first, |(high, low)| high << 4 | low));
        rest = if sign.is_some() { &behind[2..] } else { behind };
    }
    let is_changed = bytes.len() < text.len();
    String::from_utf8(bytes).ok().filter(|_| is_changed).map(|text| text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(column: &str, cell: &str, text: &str, is_vague: bool) -> bool {
        forms(column, cell).contains(&Form { text: text.to_owned(), is_vague })
    }

    #[test]
    fn cells_are_seen_through() {
        for (cell, wanted) in [
            ("ANA@acme.com", "ana@acme.com"),
            ("Ana Kirova <Ana@acme.com>", "ana@acme.com"),
            ("mailto:ana@acme.com", "ana@acme.com"),
            ("bob@x.com; ana@acme.com", "ana@acme.com"),
            ("write to ana@acme.com.", "ana@acme.com"),
            ("ana%40acme.com", "ana@acme.com"),
            ("https://x.org/u?mail=Ana%40acme.com&from=me", "ana@acme.com"),
            ("+359 2 981-2345", "+35929812345"),
            ("00359 (2) 9812345", "+35929812345"),
            ("35929812345", "+35929812345"),
            ("tel:%2B35929812345", "+35929812345"),
            ("02 981 2345", "~29812345"),
            ("(415) 555-2671", "~4155552671"),
            ("006 12345678", "+612345678"),
            ("L0ABC9999", "l0abc9999"),
            ("C-100001; C-100002", "c-100002"),
        ] {
            assert!(has("x", cell, wanted, false), "{cell}: {:?}", forms("x", cell));
        }
        for (cell, wanted) in [(" L0ABC ", "l0abc"), ("29812345", "~29812345"), ("8 912 345-67-89", "~9123456789")] {
            assert!(has("x", cell, wanted, true), "{cell}: {:?}", forms("x", cell));
        }
        assert!(!forms("x", "12 Main Street").iter().any(|form| form.text.starts_with(['+', '~'])));
        assert!(!forms("x", "+359 2 981 2345").iter().any(|form| form.text.starts_with('~')));
        assert!(forms("x", "").is_empty() && forms("source_id", " ").is_empty());
        assert_eq!(percent_decoded("100% of 5%"), None);
    }

    #[test]
    fn short_ids_of_sources_count_under_their_name() {
        let [short, long] = source_id_form("12");
        assert_eq!(long, None);
        assert!(has("Source_ID", "12", &short.unwrap(), false) && !has("source_id", "12", "12", true));
        assert!(!forms("stars", "12").iter().any(|form| form.text != "12"));
        assert_eq!(source_id_form("218365966737")[1].as_deref(), Some("218365966737"));
    }
}
