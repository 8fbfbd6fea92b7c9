//! The keys of `[consent]`.

use super::super::shape::{Section, Shape};
use super::{DELIMITER, ENCODING, SHEET, WORDS, key, must};

use Shape::{Either, List, Map, Name, Number, Table, Word};

/// Ways to reach people.
pub(super) const CHANNELS: Shape = List(&Word(&["email", "call"]));

pub(super) const CONSENT: Section = Section {
    about: "Whom nothing may reach",
    keys: &[
        key(
            "suppress",
            List(&Either(&[Name, Table(&LIST)])),
            "Suppression lists: files of e-mail addresses, domains, phone numbers or hashes of addresses",
        ),
        key(
            "duplicates_from",
            Number(0.0, 1.0),
            "Probability from which the wish of a likely duplicate counts; default and least: review_at",
        ),
    ],
};

const LIST: Section = Section {
    about: "A suppression list",
    keys: &[
        must("path", Name, "A file, a glob or a folder, relative to the project"),
        key("for", CHANNELS, "What its entries stop, where they don't say: email, call; default all"),
        SHEET,
        key("fields", Map(&Either(&[Name, WORDS])), "email, email_hash, domain, phone, channel = the file's column"),
        ENCODING,
        DELIMITER,
    ],
};
