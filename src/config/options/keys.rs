//! The keys of a pipeline file, each declared once with what it holds and what it means.

mod assign;
mod changes;
mod consent;
mod expect;
mod packs;
mod records;

use super::shape::{Key, Section, Shape};
use assign::ASSIGN;
use changes::CHANGES;
use consent::{CHANNELS, CONSENT};
use expect::EXPECT;

pub(super) use packs::PACK;
use packs::{VALID_FROM, VALID_UNTIL, VERSION};

use Shape::{Boolean, Date, Either, Integer, List, Map, Name, Number, Scalar, Table, Tables, Text, Word};

use records::SCORE_LEADS;

/// Points are kept as 64-bit ten-thousandths; this many leave room for sums.
const POINTS: Shape = Number(-1e6, 1e6);
const WORDS: Shape = List(&Name);

const fn key(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, required: false, about }
}

const fn must(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, required: true, about }
}

/// The whole file.
pub(super) const PIPELINE: Section = Section {
    about: "A leadmill pipeline",
    keys: &[
        key("name", Name, "The pipeline's name; default: the file's"),
        key("output", Name, "Folder for the results, replaced as a whole by each run; default: out/NAME"),
        key(
            "as_of",
            Either(&[Name, Date]),
            "The day that rules about time refer to: \"today\" (the default) or a date",
        ),
        key(
            "only",
            Word(&["load", "dedupe", "score", "assign", "qualify"]),
            "Leaves out every optional stage that this one does not need, as `run --only` does",
        ),
        key("source", Tables(&SOURCE), "A lead export"),
        key("load", Table(&LOAD), "Reading"),
        key("crm", Table(&CRM), "What the CRM has already"),
        key("standardize", Table(&STANDARDIZE), "Cleaning"),
        key("dedupe", Table(&DEDUPE), "Finding and merging duplicates"),
        key("edit", Tables(&EDIT), "A bulk edit, run in file order after merging"),
        key("consent", Table(&CONSENT), "Whom nothing may reach"),
        key("score", Table(&SCORE_LEADS), "Scoring"),
        key("assign", Table(&ASSIGN), "Assigning owners"),
        key("qualify", Table(&QUALIFY), "Qualifying"),
        key("report", Tables(&REPORT), "A report beside the built-in ones"),
        key("expect", Tables(&EXPECT), "What the run must not be: it warns, or publishes nothing"),
        key("write", Table(&WRITE), "Output files"),
        key("changes", Table(&CHANGES), "Import files that bring the result into a CRM, and take it back"),
        key("test", Tables(&TEST), "A case that `leadmill test` runs"),
    ],
};

const PRESET: Key = key(
    "preset",
    Name,
    "Header mapping: hubspot, salesforce, dynamics365, outlook, act, email, pipedrive, zoho, linkedin; \"none\": plain \
     words only; default: the one that the header clearly fits",
);
const SHEET: Key =
    key("sheet", Name, "Sheet of the workbook, also a hidden one; default: the first that shows and has data");
const ENCODING: Key = key("encoding", Name, "Character encoding, such as utf-8 or windows-1252; default: found out");
const LOCALE: Key = key(
    "locale",
    Name,
    "How dates that could be read either way and decimal numbers are written, such as de, en-US, en-GB; default: found \
     out, column by column",
);
const DELIMITER: Key =
    key("delimiter", Word(&[",", ";", "tab", "|", "^", "~", ":"]), "Field separator; default: found out");

const SOURCE: Section = Section {
    about: "A lead export",
    keys: &[
        must("name", Name, "Name in results and messages, unique"),
        must(
            "path",
            Name,
            "A file, a glob or a folder (all exports in it), relative to the project; \"-\": standard input",
        ),
        SHEET,
        PRESET,
        key("trust", Integer(i64::MIN, i64::MAX), "For survivorship: the higher wins; default 0"),
        key("fields", Map(&Either(&[Name, WORDS, Table(&FIELD)])), "Our field = the file's column"),
        key("columns", Map(&Either(&[Name, WORDS])), "Custom column = the file's column, or several that are joined"),
        key("infer", Boolean, "false: only `fields` say which columns fill our fields, not the headers; default true"),
        key("values", Map(&Scalar), "Our field = a constant for every row"),
        key(
            "history",
            Boolean,
            "true: each row is a history item of its lead, too (when, subject, text); default: only a mail is one",
        ),
        key("types", Map(&Word(TYPES)), "Custom column = its type; default text"),
        LOCALE,
        ENCODING,
        DELIMITER,
    ],
};

/// Types of custom columns.
pub const TYPES: &[&str] =
    &["text", "number", "money", "integer", "boolean", "date", "timestamp", "email", "phone", "country"];

const FIELD: Section = Section {
    about: "A column of the file with particulars",
    keys: &[
        must("column", Either(&[Name, WORDS]), "The file's column; several are joined"),
        key("currency", Name, "Currency of amounts that name none, ISO 4217"),
    ],
};

const LOAD: Section = Section {
    about: "Reading",
    keys: &[
        key("max_rejects", Either(&[Name, Integer(0, i64::MAX)]), "Most rejects: \"10%\" (the default) or a count"),
        key(
            "name",
            Word(&["required", "optional", "none"]),
            "Whether each lead needs a name, or company or e-mail will do, or any value at all",
        ),
    ],
};

const CRM: Section = Section {
    about: "What the CRM has already",
    keys: &[
        key("accounts", Table(&CRM_FILE), "Existing accounts"),
        key("contacts", Table(&CRM_FILE), "Existing contacts"),
        key("opportunities", Table(&CRM_FILE), "Existing opportunities"),
        key("owners", Table(&CRM_FILE), "Owners, with capacities"),
        key("activities", Table(&CRM_FILE), "History items"),
        key("prices", Table(&CRM_FILE), "A price list: what the products cost that leads want"),
        key("quotes", Table(&CRM_FILE), "Quotes"),
        key("orders", Table(&CRM_FILE), "Orders, which count as revenue where there is no invoice"),
        key("invoices", Table(&CRM_FILE), "Invoices and credit notes"),
    ],
};

const CRM_FILE: Section = Section {
    about: "A CRM export",
    keys: &[
        must("path", Name, "A file, a glob or a folder, relative to the project"),
        SHEET,
        PRESET,
        key("fields", Map(&Either(&[Name, WORDS])), "Our field = the file's column"),
        LOCALE,
        ENCODING,
        DELIMITER,
    ],
};

const STANDARDIZE: Section = Section {
    about: "Cleaning",
    keys: &[key("default_country", Name, "For phones and addresses without one, ISO 3166-1: \"BG\"")],
};

const DEDUPE: Section = Section {
    about: "Finding and merging duplicates; what is not given is chosen from the data",
    keys: &[
        key("enabled", Boolean, "false: every row is its own lead; default true"),
        key(
            "match_at",
            Number(0.0, 1.0),
            "Probability that the evidence across two groups of rows must reach on average to make them one; default 0.4",
        ),
        key(
            "review_at",
            Number(0.0, 1.0),
            "Probability from which a person decides; default 0.1, never above match_at",
        ),
        key(
            "block_on",
            List(&WORDS),
            "Leads that agree on all columns of a key are compared; `first_name[1]`: first letter",
        ),
        key("max_block", Integer(2, 10_000_000), "Members of the largest block that is compared whole; default 5000"),
        key("link", Word(&["all", "across"]), "Which pairs count: all (the default), or only those across sources"),
        key("clean", WORDS, "Sources that have no duplicates in themselves"),
        key("source", Name, "Lead column that tells the sources apart; default: each [[source]] is one"),
        key(
            "model",
            Name,
            "A model.json that a run left: weigh with it instead of training; the same weights every night",
        ),
        key(
            "decisions",
            Either(&[Name, WORDS]),
            "Filled-in copies of the review table: a file, a glob, or several, the latest last; they win over the model",
        ),
        key("compare", List(&Table(&COMPARE)), "Comparisons that replace the automatic ones of the same column"),
        key("rule", Tables(&DUPLICATE_RULE), "A duplicate rule beside the model"),
        key("survivorship", Map(&Name), "Column = which member's value survives; default most_recent"),
    ],
};

/// Names of `model::matching::Role`; a test holds the two together.
const ROLES: &[&str] = &[
    "first_name",
    "last_name",
    "full_name",
    "company",
    "domain",
    "email",
    "phone",
    "street",
    "city",
    "region",
    "postcode",
    "country",
    "date",
    "identifier",
    "category",
    "number",
    "text",
];

const COMPARE: Section = Section {
    about: "A comparison",
    keys: &[
        must("field", Name, "Lead column"),
        key("role", Word(ROLES), "What a custom column means; default: found out from its values"),
        key(
            "levels",
            WORDS,
            "Best first: exact, prefix, jaro_winkler >= 0.92, jaccard >= 0.5, levenshtein <= 2, days_apart <= 3, \
             same_prefix >= 4",
        ),
    ],
};

const DUPLICATE_RULE: Section = Section {
    about: "A duplicate rule: leads that agree on all its columns are one",
    keys: &[
        must("name", Name, "Name, unique"),
        must("same", WORDS, "Lead columns that must be the same"),
        key("published", Boolean, "false: the rule rests; default true"),
        key("exclude_inactive", Boolean, "Closed leads are left out; default false"),
        key("ignore_blanks", Boolean, "A blank equals nothing; false: blank equals blank; default true"),
        key("case_sensitive", Boolean, "Upper and lower case differ; default false"),
    ],
};

const EDIT: Section = Section {
    about: "A bulk edit",
    keys: &[
        key("where", Name, "Which leads; default all"),
        key("set", Map(&Scalar), "Column = new value"),
        key("clear", WORDS, "Columns to empty"),
    ],
};

const SCORE: Section = Section {
    about: "Scoring",
    keys: &[
        key(
            "stars",
            List(&Number(0.0, 100.0)),
            "score_percent where the second to fifth star begin; default [20, 40, 60, 80]",
        ),
        key(
            "grades",
            Map(&Number(0.0, 100.0)),
            "Grade = score_percent where its band begins; default A 80, B 60, C 40, D 0",
        ),
        key("weights", Table(&WEIGHTS), "Points of the importances"),
        key(
            "grid",
            WORDS,
            "Two groups with bands: the grade is both bands, one behind the other (A1); in place of `grades`",
        ),
        key("missing", MISSING, "What a lead without data is given: no (the default: not met) or neutral (nothing)"),
        key(
            "packs",
            WORDS,
            "Criteria that several pipelines share: \"b2b\", or the path of a file; without criteria, too, \"b2b\" counts",
        ),
        VERSION,
        VALID_FROM,
        VALID_UNTIL,
        key("criterion", Tables(&CRITERION), "A criterion, or what changes in one of a pack"),
        key("group", Map(&Table(&GROUP)), "Limits and bands for the sum of a group's criteria"),
    ],
};

const WEIGHTS: Section = Section {
    about: "Points of the importances",
    keys: &[
        key("low", Number(0.0, 1e6), "Default 1"),
        key("normal", Number(0.0, 1e6), "Default 2"),
        key("high", Number(0.0, 1e6), "Default 3"),
    ],
};

const CRITERION: Section = Section {
    about: "A criterion: `when`, `each` with `points`, `any` or `none`",
    keys: &[
        must("name", Name, "Name, unique on any day; that of a pack's criterion changes the keys that are given"),
        key("when", Name, "Condition on the lead"),
        key("each", Table(&EACH), "Counts history items: points for each"),
        key("any", Table(&ANY), "Met once by one history item, or by `at_least` so many"),
        key("none", Table(&NO_ITEM), "Met where there is no such history item"),
        key("importance", Word(&["low", "normal", "high"]), "Met adds the weight, unmet takes it away; default normal"),
        key("points", POINTS, "Met adds these, unmet nothing; up to four decimals"),
        key("half_life", Name, "With `each`: points halve in this time: \"30 days\""),
        key("fades", Name, "With `each`: points fall evenly to nothing in this time: \"60 days\""),
        key("group", Name, "Group, whose sum and percentage stand beside the score and may have limits and bands"),
        key("missing", MISSING, "What a lead without data is given: no (not met) or neutral (nothing)"),
        key("enabled", Boolean, "false: it does not count; default true"),
        VERSION,
        VALID_FROM,
        VALID_UNTIL,
    ],
};

/// What a condition that is NULL counts as.
const MISSING: Shape = Word(&["no", "neutral"]);

const ACTIVITY: Key =
    key("activity", Word(&["email", "phone_log", "appointment", "task", "note"]), "Kind; default any");
const WITHIN: Key = key("within", Name, "Only items of this long before as_of: \"90 days\"");
const ITEM_WHERE: Key = key("where", Name, "Condition on the item's activity, at, subject, text and author");

const EACH: Section = Section {
    about: "History items to count",
    keys: &[ACTIVITY, ITEM_WHERE, WITHIN, key("at_most", Integer(1, 1_000_000), "The newest so many")],
};

const ANY: Section = Section {
    about: "History items of which there must be some",
    keys: &[ACTIVITY, ITEM_WHERE, WITHIN, key("at_least", Integer(1, 1_000_000), "How many there must be; default 1")],
};

const NO_ITEM: Section =
    Section { about: "History items of which there must be none", keys: &[ACTIVITY, ITEM_WHERE, WITHIN] };

const GROUP: Section = Section {
    about: "Limits and bands of a group",
    keys: &[
        key("cap", POINTS, "Largest sum"),
        key("floor", POINTS, "Smallest sum"),
        key(
            "bands",
            Map(&Number(0.0, 100.0)),
            "Band = the group's percentage where it begins: { A = 60, B = 30, C = 0 }",
        ),
    ],
};

const QUALIFY: Section = Section {
    about: "Qualifying",
    keys: &[
        key("when", Name, "Which leads qualify; default none"),
        key("create", Table(&CREATE), "What a qualified lead creates; default all three"),
        key("on_match", Table(&ON_MATCH), "What happens with a match in the CRM"),
        key("match", Table(&MATCH), "From which probability a contact of the CRM is a lead's"),
        key("rule", Tables(&RECORD_RULE), "A duplicate rule between leads and the CRM's records"),
        key("block_on_duplicate_lead", Boolean, "An open duplicate stands in the way; default true"),
        key("opportunity_per", Word(&["lead", "account"]), "One opportunity per lead (the default) or account"),
        key(
            "parents",
            Either(&[Name, Map(&Name)]),
            "Parent companies: a file with the columns domain and parent_domain, or domain or name = the parent's",
        ),
        key(
            "earlier",
            Name,
            "Output folder of the run whose ids records keep, where it is not this run's own; see the table issued_ids",
        ),
        key("disqualify", Tables(&DISQUALIFY), "A rule that disqualifies"),
        key("reactivate", Tables(&REACTIVATE), "A rule that opens a closed lead again"),
    ],
};

const SWITCH: Shape = Either(&[Boolean, Name]);

const CREATE: Section = Section {
    about: "true, false or a condition for each",
    keys: &[
        key("account", SWITCH, "Whether an account is made"),
        key("contact", SWITCH, "Whether a contact is made"),
        key("opportunity", SWITCH, "Whether an opportunity is made"),
    ],
};

const ON_MATCH: Section = Section {
    about: "What happens with a match in the CRM",
    keys: &[
        key("account", Word(&["link", "ignore", "review"]), "link (the default), ignore (make a new one), review"),
        key("contact", Word(&["link", "ignore", "review"]), "link (the default), ignore (make a new one), review"),
        key(
            "opportunity",
            Word(&["block", "link"]),
            "block (the default): the lead stays open; link: it qualifies onto it",
        ),
    ],
};

const MATCH: Section = Section {
    about: "From which probability a contact of the CRM is a lead's",
    keys: &[
        key("link_at", Number(0.0, 1.0), "Probability from which it is linked; default 0.99"),
        key("review_at", Number(0.0, 1.0), "Probability from which a person decides; default 0.9, never above link_at"),
    ],
};

const RECORD_RULE: Section = Section {
    about: "A duplicate rule: the record of the CRM that agrees with a lead on all its columns is the lead's",
    keys: &[
        must("name", Name, "Name, unique"),
        must("of", Word(&["account", "contact"]), "Of which records"),
        must("same", WORDS, "Columns of the lead and of the record that must be the same"),
        key("published", Boolean, "false: the rule rests; default true"),
        key("exclude_inactive", Boolean, "Records out of use are left out; default true"),
        key("ignore_blanks", Boolean, "A blank equals nothing; false: blank equals blank; default true"),
        key("case_sensitive", Boolean, "Upper and lower case differ; default false"),
    ],
};

const DISQUALIFY: Section = Section {
    about: "A rule that disqualifies",
    keys: &[must("when", Name, "Which leads"), must("reason", Name, "Why, for status_reason")],
};

const REACTIVATE: Section = Section {
    about: "A rule that opens a closed lead again",
    keys: &[must("when", Name, "Which leads"), key("reason", Name, "Why; default \"Reactivated\"")],
};

const REPORT: Section = Section {
    about: "A report: `sql`, or `from` with groups and measures",
    keys: &[
        must("name", Name, "Name; its file is named after it"),
        key("sql", Name, "A whole query over the output tables"),
        key("from", Name, "Output table; default leads"),
        key("where", Name, "Rows that count"),
        key("group_by", WORDS, "Columns to group by"),
        key("measures", Map(&Name), "Name = aggregate: \"COUNT(*)\""),
        key("columns", WORDS, "Columns to show, without grouping"),
        key("sort", WORDS, "Columns to sort by; \"-value\": descending"),
        key("limit", Integer(1, u32::MAX as i64), "At most so many rows"),
        key(
            "reaches",
            CHANNELS,
            "The report is an outgoing list: the run fails if it names somebody whom these channels must not reach",
        ),
    ],
};

const WRITE: Section = Section {
    about: "Output files",
    keys: &[
        key("formats", List(&Text), "parquet, csv; default both"),
        key("bom", Boolean, "CSV with a byte-order mark, for Excel; default false"),
        key("tables", WORDS, "Output tables to write; default all. Reports are written always"),
    ],
};

const TEST: Section = Section {
    about: "A case that `leadmill test` runs",
    keys: &[
        must("name", Name, "Name, unique"),
        must("lead", Map(&Scalar), "Column = value of a lead as an export would have it"),
        must("expect", Map(&Scalar), "Column of the table `leads` = value expected"),
    ],
};

#[cfg(test)]
mod tests {
    use crate::model::matching::Role;

    #[test]
    fn roles_have_one_list_of_names() {
        assert_eq!(super::ROLES, Role::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    }
}
