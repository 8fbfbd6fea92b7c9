//! The valid names beside one that does not exist.

use strsim::jaro_winkler;

pub(super) use crate::model::names::nearest;

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
