//! Numbers with the digits that they were written with: a float has fifteen of them, an id may have thirty, and 1.10 is
//! not 1.1 where it is a version.

use std::borrow::Cow;

use serde_json::Value;

/// Stands before the digits of a number that became a text: a code point that Unicode keeps for a program's own use.
const NUMBER: &str = "\u{FDD0}";
/// Decimal digits that a float keeps.
const KEPT: usize = 15;

/// A JSON text in which the numbers that would lose digits are texts.
pub(super) fn as_texts(json: &[u8]) -> Cow<'_, [u8]> {
    let (mut texts, mut copied, mut at) = (Vec::new(), 0, 0);
    while let Some(&byte) = json.get(at) {
        match byte {
            b'"' => at = end_of_text(json, at + 1),
            b'-' | b'0'..=b'9' => {
                let of_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
                let start = at;
                at += json[at..].iter().take_while(|byte| of_number(byte)).count();
                if let Some(digits) = lost(&json[start..at]) {
                    texts.extend_from_slice(&json[copied..start]);
                    for part in [b"\"", NUMBER.as_bytes(), digits, b"\""] {
                        texts.extend_from_slice(part);
                    }
                    copied = at;
                }
            }
            _ => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    texts.extend_from_slice(&json[copied..]);
    Cow::Owned(texts)
}

/// Behind the quote that ends a text.
fn end_of_text(json: &[u8], mut at: usize) -> usize {
    while let Some(found) = json.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        if json[at + found] == b'"' {
            return at + found + 1;
        }
        at += found + 2;
    }
    json.len()
}

/// How a number is to be shown that would lose digits; none for any other, and for what is no number.
fn lost(number: &[u8]) -> Option<&[u8]> {
    // From 10^23 on not even powers of ten are floats.
    const LARGEST: u32 = 22;
    let digits = |from: usize| number[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let first = usize::from(number.starts_with(b"-"));
    let whole = digits(first);
    let mut end = first + whole;
    if whole == 0 || whole > 1 && number[first] == b'0' {
        return None;
    }
    let mut fraction: &[u8] = b"";
    if number.get(end) == Some(&b'.') {
        fraction = &number[end + 1..end + 1 + digits(end + 1)];
        end += 1 + fraction.len();
        if fraction.is_empty() {
            return None;
        }
    }
    let mut exponent: &[u8] = b"";
    if matches!(number.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(number.get(end + 1), Some(b'+' | b'-')));
        exponent = &number[end + 1 + sign..];
        end += 1 + sign + digits(end + 1 + sign);
        if exponent.is_empty() {
            return None;
        }
    }
    if end < number.len() {
        return None;
    }
    let is_zero = |byte: &u8| *byte == b'0';
    let leading = number[first..].iter().take_while(|byte| is_zero(byte) || **byte == b'.').count();
    let significant = number[first..first + whole + usize::from(!fraction.is_empty()) + fraction.len()]
        .iter()
        .skip(leading)
        .filter(|byte| byte.is_ascii_digit())
        .count();
    if !exponent.is_empty() {
        let power = std::str::from_utf8(exponent).ok().and_then(|power| power.parse::<u32>().ok());
        return (significant > KEPT || power.is_none_or(|power| power > LARGEST)).then_some(number);
    }
    match (fraction.is_empty(), fraction.iter().all(is_zero)) {
        (true, _) => (whole > KEPT).then_some(number),
        // "359888123456.0" is what programs make of a whole number.
        (false, true) => (whole > KEPT).then(|| &number[..first + whole]),
        (false, false) => (significant > KEPT || fraction.ends_with(b"0")).then_some(number),
    }
}

/// The digits of a number that became a text, else the text.
pub(super) fn shown(text: &str) -> &str {
    text.strip_prefix(NUMBER).unwrap_or(text)
}

/// A value as JSON, its numbers as they were written.
pub(super) fn json(value: &Value) -> String {
    match value {
        Value::String(text) if text.starts_with(NUMBER) => shown(text).to_owned(),
        Value::Array(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(",")),
        Value::Object(entries) => {
            let entry = |(key, value): (&String, &Value)| format!("{}:{}", Value::from(key.as_str()), json(value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn which_numbers_lose_digits() {
        for (number, kept) in [
            ("12345678901234567890123", Some("12345678901234567890123")),
            ("-12345678901234567890", Some("-12345678901234567890")),
            ("1.10", Some("1.10")),
            ("0.1234567890123456789", Some("0.1234567890123456789")),
            ("12345678901234567890.0", Some("12345678901234567890")),
            ("1e400", Some("1e400")),
            ("1.2345678901234567e5", Some("1.2345678901234567e5")),
            ("359888123456.0", None),
            ("123456789012345", None),
            ("1.1", None),
            ("0.000012", None),
            ("1e3", None),
            ("-0", None),
            // None of these is a number.
            ("0123456789012345678", None),
            ("1.", None),
            ("1.10.10", None),
            ("1e", None),
            ("-", None),
            ("1234567890123456789-1", None),
        ] {
            assert_eq!(lost(number.as_bytes()), kept.map(str::as_bytes), "{number}");
        }
        let text = r#"{"a":"1.10 \" 1.10","b":1.10}"#;
        let expected = format!("{{\"a\":\"1.10 \\\" 1.10\",\"b\":\"{NUMBER}1.10\"}}");
        assert_eq!(as_texts(text.as_bytes()), expected.as_bytes());
    }

    proptest! {
        #[test]
        fn what_is_json_stays_so(text in r#"[\[\]{}:," \\ntrue0-9.eE+-]{0,40}"#) {
            let parses = |json: &[u8]| serde_json::from_slice::<Value>(json).is_ok();
            if parses(text.as_bytes()) {
                prop_assert!(parses(&as_texts(text.as_bytes())));
            }
        }

        #[test]
        fn numbers_are_shown_as_written(whole in "0|[1-9][0-9]{0,30}", fraction in "([.][0-9]{0,24}[1-9]0{0,3})?") {
            let number = format!("{whole}{fraction}");
            let record = format!("[{{\"a\":{number},\"b\":[{{\"c\":{number}}}],\"d\":[{number}]}}]");
            let flat = super::super::flat(record.into_bytes(), None, std::path::Path::new("a.json")).unwrap();
            let expected = format!("a,b,d\n{number},\"[{{\"\"c\"\":{number}}}]\",{number}\n");
            prop_assert_eq!(String::from_utf8(flat.text).unwrap(), expected);
        }
    }
}
