//! Names of domains with letters beyond ASCII, which are written in two ways: "müller.de" and "xn--mller-kva.de" (RFC
//! 3492, 5891). People read the first one: it is the one that is kept.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// What a label begins with that is written in ASCII only for machines.
const PREFIX: &str = "xn--";

/// A lower-case host with the letters of its labels; a label that is none in disguise stays as it is.
pub(super) fn readable(host: &str) -> Cow<'_, str> {
    if !host.contains(PREFIX) {
        return Cow::Borrowed(host);
    }
    let label = |label: &str| label.strip_prefix(PREFIX).and_then(decoded).unwrap_or_else(|| label.to_owned());
    Cow::Owned(host.split('.').map(label).collect::<Vec<String>>().join("."))
}

/// The letters of a label. Only what would be written in this way counts: small letters and digits, composed, some of
/// them beyond ASCII.
fn decoded(code: &str) -> Option<String> {
    let text: String = letters(code)?.into_iter().collect();
    let is_letter = |c: char| c.is_alphanumeric() || c == '-' || unicode_normalization::char::is_combining_mark(c);
    let is_label = !text.is_ascii() && text.chars().all(is_letter) && !text.starts_with('-') && !text.ends_with('-');
    (is_label && text.to_lowercase() == text && text.nfc().eq(text.chars())).then_some(text)
}

/// RFC 3492, 6.2.
fn letters(code: &str) -> Option<Vec<char>> {
    const BASE: u32 = 36;
    let (basic, deltas) = code.rsplit_once('-').unwrap_or(("", code));
    if !basic.is_ascii() {
        return None;
    }
    let mut text: Vec<char> = basic.chars().collect();
    let (mut letter, mut at, mut bias) = (128u32, 0u32, 72u32);
    let mut digits = deltas.bytes();
    while digits.len() > 0 {
        let (before, mut weight) = (at, 1u32);
        for k in (1u32..).map(|step| step * BASE) {
            let digit = match digits.next()? {
                byte @ b'a'..=b'z' => u32::from(byte - b'a'),
                byte @ b'0'..=b'9' => u32::from(byte - b'0') + 26,
                _ => return None,
            };
            at = at.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
        }
        let length = text.len() as u32 + 1;
        bias = adapted(at - before, length, before == 0);
        letter = letter.checked_add(at / length)?;
        at %= length;
        text.insert(at as usize, char::from_u32(letter)?);
        at += 1;
    }
    Some(text)
}

/// RFC 3492, 6.1.
fn adapted(delta: u32, length: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / 700 } else { delta / 2 };
    delta += delta / length;
    let mut steps = 0;
    while delta > 455 {
        delta /= 35;
        steps += 36;
    }
    steps + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_are_read() {
        for (host, want) in [
            ("xn--mller-kva.de", "müller.de"),
            ("mail.xn--strae-oqa.de", "mail.straße.de"),
            ("xn--bcher-kva.example", "bücher.example"),
            ("xn--e1afmkfd.xn--e1a4c", "пример.ею"),
            ("xn--fsqu00a.xn--0zwm56d", "例子.测试"),
            ("müller.de", "müller.de"),
            ("acme.com", "acme.com"),
            // ASCII in disguise, capitals, nothing, no code: no such names are given out.
            ("xn--abc-.de", "xn--abc-.de"),
            ("xn--mller-2pa.de", "xn--mller-2pa.de"),
            ("xn--.de", "xn--.de"),
            ("xn--99999999.de", "xn--99999999.de"),
            ("a.xn--ü-x.de", "a.xn--ü-x.de"),
        ] {
            assert_eq!(readable(host), want, "{host}");
        }
    }

    proptest! {
        #[test]
        fn never_fails(host in "(xn--)?[a-z0-9-]{0,12}(\\.xn--[a-z0-9-]{0,8})?\\.de") {
            let once = readable(&host).into_owned();
            prop_assert_eq!(readable(&once), once.as_str());
        }
    }
}
