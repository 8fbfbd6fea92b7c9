//! The keys of a pack: criteria in a file of their own. And those that say when something counts, wherever it stands.

use super::super::shape::{Key, Section, Shape};
use super::{CRITERION, GROUP, key};

use Shape::{Date, Either, Map, Name, Table, Tables};

pub(super) const VERSION: Key = key("version", Name, "Version, shown in the ledger: \"2026-1\"");
pub(super) const VALID_FROM: Key = key("valid_from", Either(&[Name, Date]), "The first day on which it counts");
pub(super) const VALID_UNTIL: Key = key("valid_until", Either(&[Name, Date]), "The last day on which it counts");

/// A pack.
pub(in crate::config::options) const PACK: Section = Section {
    about: "A pack of criteria",
    keys: &[
        VERSION,
        VALID_FROM,
        VALID_UNTIL,
        key("criterion", Tables(&CRITERION), "A criterion"),
        key("group", Map(&Table(&GROUP)), "Limits and bands for the sum of a group's criteria"),
    ],
};
