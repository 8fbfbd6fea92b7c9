//! The keys of `[score]`, and of the same for contacts and accounts.

use super::{Integer, Key, Name, Number, SCORE, Section, Table, Word, key};

const OF_LEADS: [Key; 3] = [
    key(
        "manual_for",
        Name,
        "How long stars given by hand count where the lead has no rating_expires_at, from rated_at on: \"180 days\"; \
         default for ever",
    ),
    key("contacts", Table(&SCORE_CONTACTS), "The same for the contacts of [crm]"),
    key("accounts", Table(&SCORE_ACCOUNTS), "The same for the accounts of [crm] and the companies of open leads"),
];

const OF_ACCOUNTS: [Key; 3] = [
    key(
        "people",
        Word(&["max", "sum", "top"]),
        "Adds the scores of the account's open leads and contacts: the highest, all, or the `top` highest",
    ),
    key("top", Integer(1, 1_000_000), "With people = \"top\": how many of the highest; default 3"),
    key("cap", Number(0.0, 1e6), "Largest sum of the people's scores"),
];

const LEAD_KEYS: [Key; SCORE.keys.len() + OF_LEADS.len()] = joined(SCORE.keys, &OF_LEADS);
const ACCOUNT_KEYS: [Key; SCORE.keys.len() + OF_ACCOUNTS.len()] = joined(SCORE.keys, &OF_ACCOUNTS);

/// `[score]`.
pub(super) const SCORE_LEADS: Section = Section { about: SCORE.about, keys: &LEAD_KEYS };

const SCORE_CONTACTS: Section = Section { about: "Scoring the CRM's contacts", keys: SCORE.keys };

const SCORE_ACCOUNTS: Section = Section { about: "Scoring accounts", keys: &ACCOUNT_KEYS };

const fn joined<const N: usize>(some: &[Key], more: &[Key]) -> [Key; N] {
    let mut all = [some[0]; N];
    let mut at = 0;
    while at < N {
        all[at] = if at < some.len() { some[at] } else { more[at - some.len()] };
        at += 1;
    }
    all
}
