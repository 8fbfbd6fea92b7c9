//! One address per row: where a table has several (of billing and of delivery, of the person and of the employer), the
//! fullest one is the row's; no part of it counts twice.

use super::decide::Decided;
use super::headers::{Meaning, Party, address_of, other_party};
use super::profile::Profile;

/// Leaves each part of an address at most one column, all of one address; the parts of a street excepted, which are
/// joined.
pub(super) fn settle(decided: &mut [Decided], header: &[String], profiles: &[Profile]) {
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for at in 0..decided.len() {
        if decided[at].meaning.is_none_or(|meaning| !meaning.is_of_an_address()) {
            continue;
        }
        // What a value alone tells goes with the address whose header names no owner.
        let owner = if decided[at].sure == 1 { String::new() } else { address_of(&header[at]) };
        match groups.iter_mut().find(|(known, _)| *known == owner) {
            Some((_, columns)) => columns.push(at),
            None => groups.push((owner, vec![at])),
        }
    }
    let whole = |columns: &[usize]| {
        columns
            .iter()
            .any(|&at| matches!(decided[at].meaning, Some(Meaning::Street | Meaning::City | Meaning::Postcode)))
    };
    let strength = |columns: &[usize]| {
        let others = columns.iter().any(|&at| other_party(&header[at]) == Some(Party::Employer));
        let fill: f64 = columns.iter().map(|&at| profiles[at].fill()).sum();
        if others { fill / 4.0 } else { fill }
    };
    let places: Vec<&(String, Vec<usize>)> = groups.iter().filter(|(_, columns)| whole(columns)).collect();
    let Some((owner, main)) = places.iter().copied().reduce(|best, next| {
        // The first of equals.
        if strength(&next.1) > strength(&best.1) { next } else { best }
    }) else {
        return;
    };
    let (owner, mut used) = (owner.clone(), main.clone());
    let main_is_street = main.iter().any(|&at| decided[at].meaning == Some(Meaning::Street));
    let mut dropped: Vec<(usize, String)> = Vec::new();
    for (_, columns) in groups.iter().filter(|(name, _)| *name != owner) {
        let lacking = |at: usize| !used.iter().any(|&own| decided[own].meaning == decided[at].meaning);
        let parts_of_street =
            |at: usize| matches!(decided[at].meaning, Some(Meaning::HouseNumber | Meaning::Street2 | Meaning::Street));
        // Parts that stand apart complete the address: "billing street", "country". A street is never made of two.
        let joins = columns.iter().all(|&at| lacking(at) && !(main_is_street && whole(columns) && parts_of_street(at)));
        let (joined, others): (Vec<usize>, Vec<usize>) =
            columns.iter().partition(|&&at| joins || !whole(columns) && lacking(at) && !parts_of_street(at));
        used.extend(joined);
        dropped.extend(others.into_iter().map(|at| (at, second_address(&owner))));
    }
    for part in [Meaning::Street, Meaning::City, Meaning::Region, Meaning::Postcode, Meaning::Country] {
        let mut same: Vec<usize> = used.iter().copied().filter(|&at| decided[at].meaning == Some(part)).collect();
        let worth = |at: usize| f64::from(decided[at].sure) * (0.05 + profiles[at].fill());
        same.sort_by(|&a, &b| worth(b).total_cmp(&worth(a)).then(a.cmp(&b)));
        if let Some((first, rest)) = same.split_first() {
            dropped.extend(rest.iter().map(|&at| (at, format!("\"{}\" says it already", header[*first]))));
        }
    }
    for (at, why) in dropped {
        decided[at] = Decided { meaning: None, kind: "", sure: 3, why };
    }
}

fn second_address(owner: &str) -> String {
    match owner {
        "" => "a second address".to_owned(),
        owner => format!("another address than \"{owner}\""),
    }
}
