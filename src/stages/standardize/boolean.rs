//! Yes and no, in many languages; consent flags.

use super::clean::Clean;
use super::placeholder::is_placeholder;
use super::vocabulary::meaning;
use crate::model::rows::FindingCode;

/// Yes or no: "yes", "Да", "1", "x", "checked" …
pub fn boolean(raw: &str) -> Clean<bool> {
    decide(raw, &["boolean"])
}

/// A consent flag, true where no contact is wanted: as [`boolean`], but also "Do Not Allow" (true), "Allow" (false),
/// "unsubscribed" (true), "subscribed" (false). What cannot be read counts as true, with the finding: somebody wrote
/// something there, and who is not to be reached must not be for a word that nobody knows.
pub fn opt_out(raw: &str) -> Clean<bool> {
    match decide(raw, &["opt_out", "boolean"]) {
        Clean { value: None, finding: Some(code @ FindingCode::InvalidBoolean) } => Clean::kept(true, code),
        clean => clean,
    }
}

fn decide(raw: &str, groups: &[&str]) -> Clean<bool> {
    let text = match raw.trim() {
        "1.0" => "1",
        "0.0" => "0",
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
        ] {
            assert_eq!(opt_out(raw), Clean::of(want), "{raw}");
        }
        for raw in ["Opted out 2024", "2024-05-01", "maybe"] {
            assert_eq!(opt_out(raw), Clean::kept(true, FindingCode::InvalidBoolean), "{raw}");
        }
        assert_eq!((opt_out(" "), opt_out("n/a")), (Clean::blank(), Clean::fault(FindingCode::Placeholder)));
    }
}
