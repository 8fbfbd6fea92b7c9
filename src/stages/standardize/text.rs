//! Text as it came, tidied: no control or invisible characters, single spaces.

use std::borrow::Cow;

/// Trims, collapses white space (line breaks and no-break spaces too), drops control and invisible characters.
pub fn tidy(raw: &str) -> String {
    let mut tidy = String::with_capacity(raw.len());
    for c in raw.chars() {
        if c.is_whitespace() || c == '\u{2028}' {
            if !tidy.is_empty() && !tidy.ends_with(' ') {
                tidy.push(' ');
            }
        } else if !is_invisible(c) {
            tidy.push(c);
        }
    }
    tidy.truncate(tidy.trim_end().len());
    tidy
}

/// As [`tidy`]; a text that is tidy already is not copied.
pub(super) fn tidied(raw: &str) -> Cow<'_, str> {
    let bytes = raw.as_bytes();
    let mut before = b' ';
    let plain = bytes.iter().all(|&byte| {
        let fits = matches!(byte, b' '..=b'~') && !(byte == b' ' && before == b' ');
        before = byte;
        fits
    });
    if plain && (before != b' ' || bytes.is_empty()) { Cow::Borrowed(raw) } else { Cow::Owned(tidy(raw)) }
}

/// Notes: line breaks kept and made uniform, control characters dropped, blank ends trimmed.
pub fn verbatim(raw: &str) -> String {
    let lines = raw.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = lines.chars().filter(|&c| c == '\n' || c == '\t' || !is_invisible(c)).collect();
    kept.trim().to_owned()
}

/// Control characters, zero-width and direction marks, soft hyphens, byte-order marks.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Emoji, dingbats, arrows and their modifiers.
pub fn is_pictogram(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2600}'..='\u{27bf}'
        | '\u{2b00}'..='\u{2bff}' | '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' | '\u{e0000}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tidies() {
        for (raw, want) in [
            ("  a  b ", "a b"),
            ("a\u{a0}b\r\nc", "a b c"),
            ("\u{feff}x\u{200b}y", "xy"),
            ("\u{7}bell", "bell"),
            ("", ""),
            (" \t ", ""),
            ("a \u{200b} b", "a b"),
        ] {
            assert_eq!((tidy(raw).as_str(), &*tidied(raw)), (want, want), "{raw:?}");
        }
    }

    #[test]
    fn notes_keep_their_lines() {
        assert_eq!(verbatim(" one\r\ntwo\rthree \n"), "one\ntwo\nthree");
        assert_eq!(verbatim("tab\tkept\u{0}"), "tab\tkept");
    }
}
