//! The keys of `[[expect]]`.

use super::{Boolean, Either, Name, Section, Shape, WORDS, Word, key, must};

/// One limit or several.
const LIMITS: Shape = Either(&[Name, WORDS]);

/// An expectation.
pub(super) const EXPECT: Section = Section {
    about: "What the run must not be: rows that meet `where`, or of those what `filled`, `unique`, `measure` or `drift` \
            says; or `of`, what the run counts by itself",
    keys: &[
        must("name", Name, "Name, unique"),
        key("from", Name, "Output table; default leads"),
        key("where", Name, "Rows that count; default all"),
        key("filled", WORDS, "Those of the rows that have a value in each of these columns"),
        key("unique", WORDS, "Those of the rows with a value in each of these columns that share them with no other"),
        key(
            "of",
            Word(&["rejects", "duplicates", "review", "findings"]),
            "Rejected rows, rows beyond a lead's first, pairs to review or unusable values, of the rows read",
        ),
        key("measure", Name, "An aggregate of the rows: \"SUM(estimated_value)\""),
        key(
            "drift",
            Name,
            "Column whose values are compared with those of the last run: population stability index, 0 for the same",
        ),
        key("change", Boolean, "true: the limits are for the change since the last run; default false"),
        key(
            "warn",
            LIMITS,
            "What must not be, a count or a share: \"< 1000\", \"> 5%\", or a list of them; a breach is told, exit code 1",
        ),
        key("fail", LIMITS, "The same; with a breach nothing is published, exit code 3"),
    ],
};
