//! The valid name that a wrong one most likely means.

use strsim::{jaro_winkler, osa_distance};

/// Similarity from which a name is meant although many of its letters differ (a longer or shorter ending).
const MEANT: f64 = 0.88;

/// A name without case, spaces and punctuation.
pub fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The nearest of the valid names, if any is near: equal but for case, spaces and punctuation, else few edits away
/// (optimal string alignment distance of at most a third of the length), else alike from the start (Jaro-Winkler).
pub fn nearest<'a>(wrong: &str, valid: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = plain(wrong);
    let most = (wanted.chars().count() / 3).max(1);
    valid
        .into_iter()
        .map(|name| {
            let candidate = plain(name);
            (osa_distance(&wanted, &candidate), jaro_winkler(&wanted, &candidate), name)
        })
        .filter(|(distance, similarity, name)| {
            (*distance <= most && *distance < name.chars().count()) || *similarity >= MEANT
        })
        .min_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(b.2)))
        .map(|(_, _, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_if_it_is_near() {
        let valid = ["match_at", "review_at", "max_block", "email", "Budget (EUR)"];
        let cases = [
            ("match_at", Some("match_at")),
            ("matchat", Some("match_at")),
            ("Match At", Some("match_at")),
            ("rewiev_at", Some("review_at")),
            ("emial", Some("email")),
            ("budget eur", Some("Budget (EUR)")),
            ("Budget", Some("Budget (EUR)")),
            ("colour", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(nearest(name, valid), expected, "{name}");
        }
        assert_eq!(nearest("x", ["y"]), None);
    }
}
