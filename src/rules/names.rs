//! The nearest valid name to one that does not exist.

use strsim::{jaro_winkler, osa_distance};

/// The valid name that a wrong one most likely means, if any is near.
pub(super) fn nearest<'a>(wrong: &str, valid: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    valid
        .map(|name| {
            let lower = name.to_lowercase();
            (osa_distance(&wrong, &lower), jaro_winkler(&wrong, &lower), name)
        })
        .filter(|(distance, similarity, _)| *distance <= (wrong.chars().count() / 3).max(1) || *similarity >= 0.88)
        .min_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(b.2)))
        .map(|(_, _, name)| name)
}

/// "one of: a, b, c", the nearest first, and how many are left out.
pub(super) fn choices<'a>(wrong: &str, valid: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 10;
    let wrong = wrong.to_lowercase();
    let mut names: Vec<&str> = valid.collect();
    names.sort_by(|a, b| {
        let likeness = |name: &str| jaro_winkler(&wrong, &name.to_lowercase());
        likeness(b).total_cmp(&likeness(a)).then(a.cmp(b))
    });
    let rest = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("one of: {}{more}", names.join(", "))
}
