//! Letters: accents dropped or written out, and what is left of a name in an e-mail address.

use super::cyrillic::{self, Scheme};

fn base(letter: char) -> Option<&'static str> {
    Some(match letter {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ą' | 'ǎ' | 'ă' => "a",
        'Á' | 'À' | 'Â' | 'Ä' | 'Ą' => "A",
        'é' | 'è' | 'ê' | 'ë' | 'ę' => "e",
        'É' | 'È' | 'Ê' | 'Ę' => "E",
        'í' | 'ì' | 'î' | 'ï' => "i",
        'Í' | 'Î' => "I",
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => "o",
        'Ó' | 'Ö' => "O",
        'ú' | 'ù' | 'û' | 'ü' => "u",
        'Ú' | 'Ü' => "U",
        'ñ' | 'ń' => "n",
        'Ñ' => "N",
        'ç' | 'ć' | 'č' => "c",
        'Ç' | 'Ć' | 'Č' => "C",
        'ł' => "l",
        'Ł' => "L",
        'ś' | 'š' => "s",
        'Ś' | 'Š' => "S",
        'ź' | 'ż' | 'ž' => "z",
        'Ź' | 'Ż' | 'Ž' => "Z",
        'ß' => "ss",
        'œ' => "oe",
        'ÿ' => "y",
        _ => return None,
    })
}

/// The text without accents: ü as u, ß as ss, ł as l.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match base(letter) {
            Some(base) => out.push_str(base),
            None => out.push(letter),
        }
    }
    out
}

/// The text with German letters written out: ü as ue, ß as ss; other accents dropped.
pub(crate) fn written_out(text: &str) -> String {
    let pairs = [("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue")];
    let text = pairs.iter().fold(text.to_string(), |text, (from, to)| text.replace(from, to));
    plain(&text)
}

/// Lower-case ASCII letters and digits only, as in a domain or the local part of an address.
pub(crate) fn slug(text: &str) -> String {
    let text =
        if text.is_ascii() { text.to_string() } else { cyrillic::latin(&written_out(text), Scheme::Streamlined) };
    text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The text with a capital at its start.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
