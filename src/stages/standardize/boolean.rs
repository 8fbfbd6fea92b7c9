//! Yes and no, in many languages; consent flags.

use super::clean::Clean;
use super::placeholder::is_placeholder;
use super::text::is_invisible;
use super::vocabulary::meaning;
use crate::model::rows::FindingCode;

/// Yes or no: "yes", "Да", "1", "x", "checked" …
pub fn boolean(raw: &str) -> Clean<bool> {
    decide(raw, &["boolean"])
}

/// A consent flag, true where no contact is wanted: as [`boolean`], but also "Do Not Allow" (true), "Allow" (false),
/// "unsubscribed" (true), "subscribed" (false), and any sign but an empty box: "+", "✗" (true). What cannot be read counts as true, with the finding: somebody wrote
/// something there, and who is not to be reached must not be for a word that nobody knows.
pub fn opt_out(raw: &str) -> Clean<bool> {
    // A cross is a no, and what somebody makes in a box.
    if has_sign(raw) && !is_tick(raw) && !is_empty_box(raw) {
        return unread_wish();
    }
    match decide(raw, &["opt_out", "boolean"]) {
        Clean { value: None, finding: Some(FindingCode::InvalidBoolean) } => any_of(raw).unwrap_or_else(unread_wish),
        clean => clean,
    }
}

/// Of several columns that are one flag: any of them is enough. None where one cannot be read.
fn any_of(raw: &str) -> Option<Clean<bool>> {
    if !raw.contains(',') {
        return None;
    }
    let said = raw.split(',').filter(|text| has_sign(text) || !is_placeholder(text.trim()));
    let read = |text: &str| match opt_out(text) {
        Clean { value, finding: None } => value,
        _ => None,
    };
    let flags: Option<Vec<bool>> = said.map(read).collect();
    flags.map(|flags| Clean::of(flags.contains(&true)))
}

/// Of a flag that cannot be read for sure.
fn unread_wish() -> Clean<bool> {
    Clean::kept(true, FindingCode::InvalidBoolean)
}

/// Whether a cell without letters and digits has a sign all the same: not only dashes, dots and brackets, as they stand
/// for nothing.
fn has_sign(raw: &str) -> bool {
    let is_nothing = |c: char| {
        c.is_whitespace()
            || is_invisible(c)
            || matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '…' | '·' | '\u{fe0f}')
            || c.is_ascii_punctuation() && !matches!(c, '+' | '*' | '!')
    };
    !raw.chars().any(char::is_alphanumeric) && !raw.chars().all(is_nothing)
}

/// Whether a cell is a box that nobody has ticked.
fn is_empty_box(text: &str) -> bool {
    ["☐", "⬜", "□", "◻"].contains(&text.trim().trim_end_matches('\u{fe0f}'))
}

/// Whether a cell is a tick, or a box with one.
fn is_tick(text: &str) -> bool {
    ["☑", "✅", "√", "✓", "✔", "🗹"].contains(&text.trim().trim_end_matches('\u{fe0f}'))
}

fn decide(raw: &str, groups: &[&str]) -> Clean<bool> {
    let text = match raw.trim() {
        "1.0" => "1",
        "0.0" => "0",
        text if is_tick(text) => return Clean::of(true),
        text if is_empty_box(text) => return Clean::of(false),
        text => text,
    };
    match groups.iter().find_map(|group| meaning(group, text)) {
        Some(word) => Clean::of(word == "true"),
        None if text.is_empty() => Clean::blank(),
        None if is_placeholder(text) => Clean::fault(FindingCode::Placeholder),
        None => Clean::fault(FindingCode::InvalidBoolean),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no() {
        for (raw, want) in [
            ("Yes", Some(true)),
            ("n", Some(false)),
            ("Ja", Some(true)),
            ("Nein", Some(false)),
            ("oui", Some(true)),
            ("Sí", Some(true)),
            ("да", Some(true)),
            ("Не", Some(false)),
            ("vero", Some(true)),
            ("1", Some(true)),
            ("0", Some(false)),
            ("x", Some(true)),
            ("✓", Some(true)),
            ("☑\u{fe0f}", Some(true)),
            ("√", Some(true)),
            ("☐", Some(false)),
            ("✗", Some(false)),
            ("Unchecked", Some(false)),
            ("TRUE", Some(true)),
            ("", None),
        ] {
            assert_eq!(boolean(raw).value, want, "{raw:?}");
        }
        assert_eq!(boolean("maybe"), Clean::fault(FindingCode::InvalidBoolean));
        assert_eq!(boolean("Do Not Allow"), Clean::fault(FindingCode::InvalidBoolean));
    }

    #[test]
    fn consent() {
        for (raw, want) in [
            ("Do Not Allow", true),
            ("Allow", false),
            ("Opted out", true),
            ("subscribed", false),
            ("Unsubscribed", true),
            ("yes", true),
            ("x", true),
            ("X", true),
            ("[x]", true),
            ("☑", true),
            ("✅", true),
            ("√", true),
            ("✔", true),
            ("☐", false),
            ("no", false),
            ("false, true", true),
            ("false, n/a, false", false),
        ] {
            assert_eq!(opt_out(raw), Clean::of(want), "{raw}");
        }
        for raw in ["Opted out 2024", "2024-05-01", "maybe", "no, maybe", "+", "●", "*", "☒", "✗", "✘", "❌", "×", "!"]
        {
            assert_eq!(opt_out(raw), Clean::kept(true, FindingCode::InvalidBoolean), "{raw}");
        }
        for raw in ["-", "–", "...", "?", "[ ]", "_", "#REF!"] {
            assert_eq!(opt_out(raw), Clean::fault(FindingCode::Placeholder), "{raw}");
        }
        assert_eq!((opt_out(" "), opt_out("n/a")), (Clean::blank(), Clean::fault(FindingCode::Placeholder)));
    }
}
