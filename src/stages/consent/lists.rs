//! Suppression lists: whom each entry stands for.

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use md5::Md5;
use rayon::prelude::*;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::model::consent::{Because, Suppressed, Suppression};
use crate::model::field::Field;
use crate::model::leads::Values;
use crate::model::text::TextColumn;

use super::people::{Addresses, People};

/// A person of whom a list says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) person: u32,
    pub(super) because: Because,
    /// Position of the entry.
    pub(super) entry: u32,
}

/// Positions of entries by what they stand for.
type Index<'a, K> = HashMap<&'a K, Vec<u32>, FixedState>;

struct Lists<'a> {
    emails: Index<'a, str>,
    domains: Index<'a, str>,
    phones: Index<'a, str>,
    hashes: Index<'a, [u8]>,
    /// Whether some of them are MD5, SHA-1, SHA-256.
    kinds: [bool; 3],
}

/// All of them, sorted, each once.
pub(super) fn hits(
    people: &People<'_>,
    emails: &Addresses<'_>,
    phones: &Addresses<'_>,
    entries: &[Suppression],
) -> Vec<Hit> {
    if entries.is_empty() {
        return Vec::new();
    }
    let lists = Lists::new(entries);
    let mut hits = of_addresses(emails, |email| lists.of_email(email));
    hits.extend(of_addresses(phones, |phone| found(&lists.phones, phone, Because::SuppressedPhone).collect()));
    if !lists.domains.is_empty() {
        hits.extend(of_column(people, people.rows.column(Field::Domain), |domain| lists.of_domain(domain)));
    }
    if !lists.hashes.is_empty() {
        for field in Field::EMAILS {
            // Whoever made the hashes may have taken the address as it was written.
            let written = people.rows.raw.get(people.rows.schema.index_of(field));
            hits.extend(written.into_iter().flat_map(|raw| of_text(people, raw, |text| lists.of_hash(text))));
        }
    }
    hits.par_sort_unstable();
    hits.dedup();
    hits
}

impl<'a> Lists<'a> {
    fn new(entries: &'a [Suppression]) -> Self {
        let mut lists = Self {
            emails: Index::default(),
            domains: Index::default(),
            phones: Index::default(),
            hashes: Index::default(),
            kinds: [false; 3],
        };
        for (at, entry) in (0..).zip(entries) {
            let positions = match &entry.whom {
                Suppressed::Email(text) => lists.emails.entry(text.as_str()).or_default(),
                Suppressed::Domain(text) => lists.domains.entry(text.as_str()).or_default(),
                Suppressed::Phone(text) => lists.phones.entry(text.as_str()).or_default(),
                Suppressed::Hash(bytes) => {
                    let lengths = [16, 20, 32].iter().zip(&mut lists.kinds);
                    lengths.for_each(|(&length, has)| *has |= bytes.len() == length);
                    lists.hashes.entry(bytes.as_slice()).or_default()
                }
            };
            positions.push(at);
        }
        lists
    }

    /// What stands for an address: itself, its domain, its hash.
    fn of_email(&self, email: &str) -> Vec<(Because, u32)> {
        let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
        let mut all: Vec<_> = found(&self.emails, email, Because::SuppressedEmail).collect();
        all.extend(self.of_domain(domain));
        if !self.hashes.is_empty() {
            all.extend(self.of_hash(email));
        }
        all
    }

    /// What stands for a domain: itself, and every domain above it.
    fn of_domain(&self, domain: &str) -> Vec<(Because, u32)> {
        if self.domains.is_empty() {
            return Vec::new();
        }
        let above = std::iter::successors(Some(domain), |it| it.split_once('.').map(|(_, rest)| rest));
        above.flat_map(|name| found(&self.domains, name, Because::SuppressedDomain)).collect()
    }

    /// What stands for a text by its digests.
    fn of_hash(&self, text: &str) -> Vec<(Because, u32)> {
        let [has_md5, has_sha1, has_sha256] = self.kinds;
        let mut all = Vec::new();
        let mut look = |digest: &[u8]| {
            all.extend(self.hashes.get(digest).into_iter().flatten().map(|&at| (Because::SuppressedHash, at)));
        };
        let lower = text.to_lowercase();
        let written = (lower != text).then_some(text);
        for text in std::iter::once(lower.as_str()).chain(written) {
            if has_md5 {
                look(&Md5::digest(text));
            }
            if has_sha1 {
                look(&Sha1::digest(text));
            }
            if has_sha256 {
                look(&Sha256::digest(text));
            }
        }
        all
    }
}

fn found(index: &Index<'_, str>, text: &str, because: Because) -> impl Iterator<Item = (Because, u32)> {
    index.get(text).into_iter().flatten().map(move |&at| (because, at))
}

/// The people behind addresses; each address is looked at once.
fn of_addresses(addresses: &Addresses<'_>, look: impl Fn(&str) -> Vec<(Because, u32)> + Sync) -> Vec<Hit> {
    let found = (1..addresses.values.len()).into_par_iter().flat_map_iter(|value| {
        let found = look(addresses.values[value]);
        let holders = addresses.holders.of(value as u32);
        found.into_iter().flat_map(|(because, entry)| holders.iter().map(move |&person| Hit { person, because, entry }))
    });
    found.collect()
}

/// The leads behind a column of their rows.
fn of_column(people: &People<'_>, values: &Values, look: impl Fn(&str) -> Vec<(Because, u32)> + Sync) -> Vec<Hit> {
    if let Values::Text(column) = values { of_text(people, column, look) } else { Vec::new() }
}

fn of_text(people: &People<'_>, column: &TextColumn, look: impl Fn(&str) -> Vec<(Because, u32)> + Sync) -> Vec<Hit> {
    let known: Vec<Vec<(Because, u32)>> =
        (0..column.dictionary.len() as u32).into_par_iter().map(|code| look(column.dictionary.get(code))).collect();
    let rows = column.codes.iter().zip(&people.entities.of);
    let found = rows.flat_map(|(&code, lead)| known[code as usize].iter().map(move |found| (lead.0, found)));
    found.map(|(person, &(because, entry))| Hit { person, because, entry }).collect()
}
