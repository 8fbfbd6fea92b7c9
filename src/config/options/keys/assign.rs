//! The keys of `[assign]`.

use super::super::shape::{Section, Shape};
use super::{CRM_FILE, WORDS, key, must};

use Shape::{Boolean, Either, Map, Name, Number, Table, Tables, Word};

pub(super) const ASSIGN: Section = Section {
    about: "Assigning owners",
    keys: &[
        key("rule", Tables(&RULE), "A rule; the first that holds assigns"),
        key("sticky", STICKY, "account: leads of one account go to one owner; default none"),
        key(
            "sticky_over_capacity",
            Boolean,
            "The owner of an account gets its leads past the capacity, too; default false",
        ),
        key("fallback", Name, "A queue for leads that no rule could place; it need not be in the owners file"),
    ],
};

const STICKY: Shape = Word(&["none", "account"]);

const RULE: Section = Section {
    about: "An assignment rule",
    keys: &[
        must("name", Name, "Name, unique"),
        key("when", Name, "Which leads; default all"),
        key("to", WORDS, "Owners"),
        key(
            "territory",
            Either(&[Name, Table(&CRM_FILE)]),
            "In place of `to`: a table of country, region, postcode (how it begins) and owner; the most exact row wins",
        ),
        key(
            "by",
            Word(&["round_robin", "least_loaded", "weighted"]),
            "How one of several is picked; default round_robin, with `weights` weighted",
        ),
        key(
            "weights",
            Map(&Number(0.0, 1e6)),
            "Owner = weight; default: the `weight` column of the owners file, else 1",
        ),
        key("languages", Boolean, "Only who speaks a language of the lead's country can get it; default false"),
        key("reassign", Boolean, "Takes leads that have an owner, too; default false"),
        key("sticky", STICKY, "As in [assign], for the leads of this rule"),
    ],
};
