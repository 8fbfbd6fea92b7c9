//! Records of the CRM by their ids: the CRM's own, those that a run gave, and either as others write them.

use std::borrow::Cow;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::crm::{Account, Contact, Opportunity};

/// The records of a kind by the ids that they go by.
#[derive(Debug, Clone)]
pub struct RecordIds<'a, T> {
    /// Sorted by id.
    records: &'a [T],
    id: fn(&T) -> &str,
    /// The row of the only record that a run gave this id, none of several.
    given: HashMap<&'a str, Option<usize>, FixedState>,
}

impl<'a, T> RecordIds<'a, T> {
    fn new(records: &'a [T], id: fn(&T) -> &str, external_id: fn(&T) -> &str) -> Self {
        let mut given: HashMap<&str, Option<usize>, FixedState> = HashMap::default();
        let all = records.iter().map(external_id).enumerate().filter(|(_, external)| !external.is_empty());
        for (row, external) in all {
            given.entry(external).and_modify(|only| *only = None).or_insert(Some(row));
        }
        Self { records, id, given }
    }

    /// The row of the record that an id means: the CRM's own comes first, then the one that a run gave a single record, then
    /// the same in another spelling. None for "".
    pub fn row(&self, id: &str) -> Option<usize> {
        let given = || self.given.get(id).copied().flatten();
        self.own(id).or_else(given).or_else(|| spellings(id).iter().find_map(|id| self.own(id)))
    }

    /// The record that an id means.
    pub fn record(&self, id: &str) -> Option<&'a T> {
        self.row(id).map(|row| &self.records[row])
    }

    /// Whether some record goes by an id, or several.
    pub fn is_known(&self, id: &str) -> bool {
        self.row(id).is_some() || self.given.contains_key(id)
    }

    fn own(&self, id: &str) -> Option<usize> {
        if id.is_empty() {
            return None;
        }
        self.records.binary_search_by(|record| (self.id)(record).cmp(id)).ok()
    }
}

impl<'a> RecordIds<'a, Account> {
    /// Accounts that are sorted by id.
    pub fn accounts(accounts: &'a [Account]) -> Self {
        Self::new(accounts, |it| &it.id, |it| &it.external_id)
    }
}

impl<'a> RecordIds<'a, Contact> {
    /// Contacts that are sorted by id.
    pub fn contacts(contacts: &'a [Contact]) -> Self {
        Self::new(contacts, |it| &it.id, |it| &it.external_id)
    }
}

impl<'a> RecordIds<'a, Opportunity> {
    /// Opportunities that are sorted by id.
    pub fn opportunities(opportunities: &'a [Opportunity]) -> Self {
        Self::new(opportunities, |it| &it.id, |it| &it.external_id)
    }
}

/// The same id as others write it: one of Salesforce's in its other length, since reports have 15 characters, in which case
/// counts, and exports of data three more, which say of each of those whether it is a capital letter; a GUID in small
/// letters, capitals and braces. Nothing for other ids.
pub fn spellings(id: &str) -> Vec<String> {
    if let Some(guid) = guid(id) {
        let [small, large] = [guid.to_ascii_lowercase(), guid.to_ascii_uppercase()];
        return vec![format!("{{{small}}}"), format!("{{{large}}}"), small, large];
    }
    salesforce_of_15(id).or_else(|| salesforce_of_18(id).map(str::to_owned)).into_iter().collect()
}

/// An id in the one spelling that stands for all of its [`spellings`].
pub fn canonical(id: &str) -> Cow<'_, str> {
    match (guid(id), salesforce_of_15(id)) {
        (Some(guid), _) => Cow::Owned(guid.to_ascii_lowercase()),
        (_, Some(long)) => Cow::Owned(long),
        _ => Cow::Borrowed(id),
    }
}

/// A GUID without its braces.
fn guid(id: &str) -> Option<&str> {
    let bare = id.strip_prefix('{').and_then(|id| id.strip_suffix('}')).unwrap_or(id);
    let is_hyphen = |at: usize| [8, 13, 18, 23].contains(&at);
    let fits = |(at, byte): (usize, u8)| if is_hyphen(at) { byte == b'-' } else { byte.is_ascii_hexdigit() };
    (bare.len() == 36 && bare.bytes().enumerate().all(fits)).then_some(bare)
}

fn salesforce_of_15(id: &str) -> Option<String> {
    let is_id = id.len() == 15 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_id.then(|| {
        let letter = |five: &[u8]| {
            let capitals = five.iter().rev().fold(0, |bits, byte| bits * 2 + usize::from(byte.is_ascii_uppercase()));
            char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[capitals])
        };
        id.chars().chain(id.as_bytes().chunks(5).map(letter)).collect()
    })
}

fn salesforce_of_18(id: &str) -> Option<&str> {
    let short = id.get(..15).filter(|_| id.len() == 18)?;
    salesforce_of_15(short).filter(|long| long == id).map(|_| short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_other_spellings() {
        // Of 001A0, 00000 and 6Vm9r the fourth, none and the second is a capital: bits 8, 0 and 2.
        assert_eq!(spellings("001A0000006Vm9r"), ["001A0000006Vm9rIAC"]);
        assert_eq!(spellings("001A0000006Vm9rIAC"), ["001A0000006Vm9r"]);
        let guid = "6f9619ff-8b86-d011-b42d-00cf4fc964ff";
        let large = guid.to_uppercase();
        assert_eq!(spellings(&large), [format!("{{{guid}}}"), format!("{{{large}}}"), guid.to_owned(), large.clone()]);
        for one in [guid.to_owned(), large, format!("{{{guid}}}")] {
            assert_eq!(canonical(&one), guid);
        }
        assert_eq!(canonical("001A0000006Vm9r"), "001A0000006Vm9rIAC");
        // The last three do not fit, signs, lengths, too few digits.
        for other in
            ["", "A1", "001A0000006Vm9rIAA", "001A0000006Vm9-", "001A0000006Vm9rIAC0", "öööööööö", "{}", &guid[1..]]
        {
            assert_eq!((spellings(other), canonical(other).as_ref()), (Vec::new(), other));
        }
    }

    #[test]
    fn own_ids_come_before_given_ones() {
        let account = |id: &str, external: &str| Account {
            id: id.to_owned(),
            external_id: external.to_owned(),
            ..Account::default()
        };
        let accounts = vec![
            account("001A0000006Vm9R", ""),
            account("001A0000006Vm9rIAC", ""),
            account("A1", "g1"),
            account("A2", "A1"),
            account("A3", "g3"),
            account("A4", "g3"),
        ];
        let ids = RecordIds::accounts(&accounts);
        let cases = [
            ("A1", Some(2)),
            ("g1", Some(2)),
            ("A2", Some(3)),
            ("g3", None),
            ("", None),
            ("001A0000006Vm9r", Some(1)),
            ("001A0000006Vm9RIAS", Some(0)),
        ];
        for (id, row) in cases {
            assert_eq!(ids.row(id), row, "{id}");
        }
    }
}
