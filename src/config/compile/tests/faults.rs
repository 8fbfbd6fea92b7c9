//! Broken pipeline files: each fault is found, at its place, and nothing else is reported.

use super::{compile_text, folder, lines};
use crate::config::diagnostic::Diagnostics;
use crate::config::render;

/// Put before each case, so that there is a source: 3 lines.
const BASE: &str = "[[source]]\nname = \"fair\"\npath = \"leads.csv\"\n";

fn check(text: &str, sets: &[&str]) -> Diagnostics {
    let folder = folder();
    match compile_text(folder.path(), text, sets) {
        Ok((_, warnings)) => warnings,
        Err(faults) => faults,
    }
}

/// A case and the faults that it has; lines count from the case's own first line.
const CASES: &[(&str, &[&str])] = &[
    // Keys and types.
    ("[dedupe]\nmatchat = 0.9", &["2:1 unknown-key unknown key `matchat` in [dedupe]"]),
    ("[colour]", &["1:2 unknown-key unknown key `colour` in the pipeline file"]),
    ("[dedupe]\nmatch_at = \"high\"", &["2:12 wrong-type `dedupe.match_at` must be a number, not text"]),
    ("[dedupe]\nmatch_at = 1.5", &["2:12 out-of-range `dedupe.match_at` must be 0 to 1, not 1.5"]),
    ("[dedupe]\nmax_block = 1", &["2:13 out-of-range `dedupe.max_block` must be 2 to 10000000, not 1"]),
    ("[report]\nname = \"x\"", &["1:2 wrong-type `report` must be a list of tables [[…]], not a table"]),
    ("[[dedupe]]", &["1:1 wrong-type `dedupe` must be a table { … }, not a list"]),
    ("[[assign.rule]]\nname = \"a\"", &["1:1 missing-key `to` is missing in [assign.rule]"]),
    (
        "[[assign.rule]]\nname = \"a\"\nto = \"anna\"",
        &["3:6 wrong-type `assign.rule.to` must be a list [ … ] of which each item is text in quotes, not text"],
    ),
    ("[[assign.rule]]\nname = \" \"\nto = [\"anna\"]", &["2:8 blank-text `assign.rule.name` must not be blank"]),
    (
        "[[assign.rule]]\nname = \"a\"\nto = [\"anna\"]\nby = \"random\"",
        &["4:6 unknown-word `random` is not a value of `assign.rule.by`"],
    ),
    ("as_of = \"yesterday\"", &["1:1 unknown-key unknown key `as_of` in [source]"]),
    ("[load]\nmax_rejects = \"101%\"", &["2:15 out-of-range `101%` is not a share of rows"]),
    ("[load]\nmax_rejects = -1", &["2:15 out-of-range `load.max_rejects` must be at least 0, not -1"]),
    ("[standardize]\ndefault_country = \"Bulgaria\"", &["2:19 bad-country `Bulgaria` is not a country code"]),
    (
        "[dedupe]\nmatch_at = nan\nreview_at = inf\nmax_block = 0xFFFFFFFFFFFFFFFFF",
        &[
            "2:12 out-of-range `dedupe.match_at` must be 0 to 1, not NaN",
            "3:13 out-of-range `dedupe.review_at` must be 0 to 1, not inf",
            "4:13 wrong-type `dedupe.max_block` must be a whole number, not a number",
        ],
    ),
    // Inputs.
    ("[[source]]\nname = \"b\"\npath = \"no.csv\"", &["3:8 missing-file there is no file `no.csv`"]),
    ("[[source]]\nname = \"b\"\npath = \"no_*.csv\"", &["3:8 no-match no file matches `no_*.csv`"]),
    (
        "[[source]]\nname = \"b\"\npath = \"bare\"",
        &["3:8 no-match the folder `bare` has no file that could be an export"],
    ),
    ("[[source]]\nname = \"fair\"\npath = \"more\"", &["2:8 duplicate-name another source is named `fair`"]),
    (
        "[[source]]\nname = \"b\"\npath = \"leads.csv\"",
        &["3:8 warning read-twice leads.csv is read twice: each of its rows would count double"],
    ),
    ("preset = \"hubspott\"", &["1:10 unknown-preset there is no preset `hubspott`"]),
    ("encoding = \"klingon\"", &["1:12 unknown-encoding `klingon` is not a known encoding"]),
    ("delimiter = \"#\"", &["1:13 unknown-word `#` is not a value of `source.delimiter`"]),
    ("fields = { compny = \"Company\" }", &["1:12 unknown-field `compny` is not one of our fields"]),
    ("fields = { company = \"Firma\" }", &["1:22 unknown-column leads.csv has no column `Firma`"]),
    (
        "fields = { company = { column = \"Company\", currency = \"EUR\" } }",
        &["1:55 not-money only `budget_amount` has a currency beside it, `company` has not"],
    ),
    (
        "fields = { budget_amount = { column = \"Budget (EUR)\", currency = \"euro\" } }",
        &["1:66 bad-currency `euro` is not a currency code"],
    ),
    ("values = { sauce = \"Fair\" }", &["1:12 unknown-field `sauce` is not one of our fields"]),
    (
        "types = { \"Budget 2025\" = \"money\" }",
        &["1:11 unknown-column no file of this source has a custom column `Budget 2025`"],
    ),
    (
        "types = { \"Budget 2026\" = \"gold\" }",
        &["1:27 unknown-word `gold` is not a value of `source.types.Budget 2026`"],
    ),
    (
        "types = { Email = \"text\" }",
        &["1:11 not-custom the column `Email` fills the field `email`, whose type is fixed"],
    ),
    ("[crm]\nowners = { path = \"accounts.csv\" }", &["2:19 missing-column accounts.csv has no column for `owner`"]),
    // Duplicates.
    (
        "[dedupe]\nmatch_at = 0.5\nreview_at = 0.8",
        &["3:13 contradictory-thresholds review_at (0.8) is above match_at (0.5)"],
    ),
    (
        "[dedupe]\nblock_on = [[\"emial\"], [\"first_name[x]\"], []]",
        &[
            "2:14 unknown-column the leads have no column `emial`",
            "2:25 bad-key `x` is not a number of characters",
            "2:43 empty-list a blocking key needs at least one column",
        ],
    ),
    (
        "[dedupe]\ncompare = [{ field = \"last_name\", \
         levels = [\"soundex\", \"jaro_winkler >= 0.8\", \"jaro_winkler >= 0.9\"] }]",
        &[
            "2:45 bad-level `soundex` is not a level of agreement",
            "2:79 unreachable-level the level `jaro_winkler >= 0.9` is never reached: an earlier one covers it",
        ],
    ),
    (
        "[[dedupe.rule]]\nname = \"a\"\nsame = [\"email\"]\n[[dedupe.rule]]\nname = \"a\"\nsame = []",
        &["5:8 duplicate-name another duplicate rule is named `a`", "6:8 empty-list `same` needs at least one column"],
    ),
    (
        "[dedupe.survivorship]\nopt_out = \"most_recent\"",
        &["2:11 fixed-survivorship `opt_out` is always any_true: an opt-out of any member survives every merge"],
    ),
    (
        "[dedupe.survivorship]\nphone = \"newest\"\nemail = \"min\"",
        &[
            "2:9 unknown-word `newest` is not a way to survive",
            "3:9 unsuitable-survivorship `min` does not suit `email`, which is text",
        ],
    ),
    (
        "[dedupe]\ndecisions = \"owners.csv\"",
        &[
            "2:13 missing-column owners.csv has no column `decision`",
            "2:13 missing-column owners.csv has no column `left_id`",
            "2:13 missing-column owners.csv has no column `right_id`",
        ],
    ),
    // Edits.
    ("[[edit]]\nwhere = \"country = 'BG'\"", &["1:1 missing-key an edit needs `set` or `clear`"]),
    (
        "[[edit]]\nset = { country = 5, manual_stars = 9, status = \"lost\" }\nclear = [\"country\", \"nope\"]",
        &[
            "2:19 bad-value `country` is text, not a whole number",
            "2:37 bad-value stars are 0 to 5, not 9",
            "2:49 bad-value `lost` is none of open, qualified, disqualified",
            "3:21 unknown-column the leads have no column `nope`",
        ],
    ),
    (
        "[[edit]]\nset = { country = \"BG\" }\nclear = [\"country\"]",
        &["3:10 contradictory-edit `country` is set and cleared at once"],
    ),
    // Scores.
    ("[score]\nstars = [20, 40, 60]", &["2:9 wrong-count `stars` needs 4 percentages, not 3"]),
    ("[score]\nstars = [20, 60, 40, 80]", &["2:9 not-ascending the percentages of `stars` must rise"]),
    ("[score]\nstars = [20, 40, 60, 101]", &["2:22 out-of-range `score.stars` must be 0 to 100, not 101"]),
    (
        "[score]\ngrades = { A = 50, B = 50 }",
        &["2:24 contradictory-thresholds the grades `A` and `B` begin at the same percentage"],
    ),
    (
        "[[score.criterion]]\nname = \"a\"\nwhen = \"email IS NOT NULL\"\nimportance = \"high\"\npoints = 5",
        &["5:1 contradictory-keys a criterion has `importance` or `points`, not both"],
    ),
    (
        "[[score.criterion]]\nname = \"a\"\n[[score.criterion]]\nname = \"a\"\nwhen = \"email IS NOT NULL\"",
        &[
            "1:1 missing-key the criterion `a` has none of `when`, `each`, `any`, `none`",
            "4:8 duplicate-name another criterion is named `a`",
        ],
    ),
    (
        "[[score.criterion]]\nname = \"a\"\npoints = 1\neach = { activity = \"email\", within = \"ninety days\" }",
        &[
            "4:1 unlimited-each `each` without a limit: one lead's history could outweigh everything",
            "4:39 bad-duration `ninety days` is not a length of time",
        ],
    ),
    (
        "[[score.criterion]]\nname = \"a\"\neach = { at_most = 3 }",
        &["3:1 missing-key `each` counts items and needs `points` for one"],
    ),
    (
        "[[score.criterion]]\nname = \"a\"\npoints = 1\neach = { at_most = 3, where = \"subjct = 'x' AND stars > 1\" }\n\
         half_life = \"3 days\"\nfades = \"soon\"",
        &[
            "4:32 bad-condition there is no column subjct",
            "4:49 bad-condition there is no column stars",
            "6:1 contradictory-keys points fall by `half_life` or by `fades`, not both",
            "6:9 bad-duration `soon` is not a length of time",
        ],
    ),
    (
        "[[score.criterion]]\nname = \"a\"\nany = { at_least = 0, at_most = 2 }\nfades = \"3 days\"\n\
         [[score.criterion]]\nname = \"b\"\nnone = { within = \"1 week\" }\nwhen = \"email IS NULL\"",
        &[
            "3:20 out-of-range `score.criterion.any.at_least` must be 1 to 1000000, not 0",
            "3:23 unknown-key unknown key `at_most` in [score.criterion.any]",
            "4:1 contradictory-keys `fades` needs `each`: only the points of single items fall with their age",
            "7:1 contradictory-keys a criterion has `when` or `none`, not both",
        ],
    ),
    (
        "[[score.criterion]]\nname = \"a\"\nwhen = \"email IS NOT NULL\"\npoints = 1.23456",
        &["4:10 too-many-decimals 1.23456 has more than four decimals"],
    ),
    (
        "[score.group.fitt]\ncap = 1\nfloor = 2",
        &[
            "1:14 warning unused-group no criterion is in the group `fitt`",
            "2:7 contradictory-limits the cap of group `fitt` (1) is below its floor (2)",
        ],
    ),
    (
        "[score]\nmissing = \"maybe\"\ngrid = [\"fit\", \"fun\"]\ngrades = { A = 50 }",
        &[
            "2:11 unknown-word `maybe` is not a value of `score.missing`",
            "3:1 contradictory-keys a lead's grade comes from `grid` or from `grades`, not from both",
            "3:16 unknown-group no criterion is in the group `fun`",
        ],
    ),
    ("[score]\ngrid = [\"fit\"]", &["2:8 wrong-count `grid` needs two groups, not 1"]),
    ("[score]\ngrid = [\"fit\", \"fit\"]", &["2:8 wrong-count `grid` needs two different groups"]),
    (
        "[score]\ngrid = [\"a\", \"b\"]\n[[score.criterion]]\nname = \"x\"\nwhen = \"email IS NOT NULL\"\n\
         group = \"a\"\n[[score.criterion]]\nname = \"y\"\nwhen = \"email IS NULL\"\ngroup = \"b\"\n\
         [score.group.a]\nbands = {}",
        &[
            "2:14 missing-key the group `b` has no bands to make a grade of",
            "12:9 empty-list the group `a` has no band",
        ],
    ),
    (
        "[score.group.fit]\nbands = { A = 50, B = 50, C = 101 }",
        &[
            "2:23 contradictory-thresholds the bands `A` and `B` begin at the same percentage",
            "2:31 out-of-range `score.group.fit.bands.C` must be 0 to 100, not 101",
        ],
    ),
    // `score_percent` is the whole score's.
    (
        "[[score.criterion]]\nname = \"x\"\nwhen = \"email IS NOT NULL\"\ngroup = \"Stage\"\n\
         [[score.criterion]]\nname = \"y\"\nwhen = \"email IS NOT NULL\"\ngroup = \"stage\"",
        &[
            "8:9 taken-name the group `stage` would add a column `stage_percent`, which the group `Stage` has already",
            "8:9 taken-name the group `stage` would add a column `stage_score`, which the group `Stage` has already",
        ],
    ),
    (
        "[score]\nvalid_from = \"soon\"\n[[score.criterion]]\nname = \"x\"\nwhen = \"email IS NOT NULL\"\n\
         valid_from = 2026-12-01\nvalid_until = 2026-11-30",
        &[
            "2:14 bad-date `soon` is not a date",
            "7:15 contradictory-dates `valid_until` is before `valid_from`: it would count on no day",
        ],
    ),
    // Owners.
    (
        "[crm]\nowners = { path = \"owners.csv\" }\n[[assign.rule]]\nname = \"a\"\nto = [\"ana\", \"jan\", \"jan\"]",
        &[
            "5:7 unknown-owner `ana` is not in the owners file",
            "5:21 warning repeated-owner `jan` is named twice and gets double",
        ],
    ),
    (
        "[[assign.rule]]\nname = \"a\"\nto = [\"anna\"]\nweights = { jan = 1 }",
        &["4:13 unknown-owner `jan` has a weight, but is not in `to`"],
    ),
    (
        "[[assign.rule]]\nname = \"a\"\nto = [\"anna\"]\nby = \"least_loaded\"\nweights = { anna = 1 }",
        &["5:1 contradictory-keys `weights` do nothing where leads go by \"least_loaded\""],
    ),
    ("[[assign.rule]]\nname = \"a\"\nweights = { anna = 0 }", &["3:11 out-of-range some owner needs a weight above 0"]),
    (
        "[[assign.rule]]\nname = \"a\"\nto = [\"anna\"]\nterritory = \"owners.csv\"",
        &["3:1 contradictory-keys a rule has `to` or `territory`, not both"],
    ),
    (
        "[[assign.rule]]\nname = \"a\"\nterritory = \"leads.csv\"",
        &["3:13 missing-column leads.csv has no column `owner`"],
    ),
    (
        "[[assign.rule]]\nname = \"a\"\nterritory = { path = \"owners.csv\", fields = { town = \"x\", region = \"y\" } }",
        &[
            "3:47 unknown-field `town` is not a column of a territory table",
            "3:68 unknown-column owners.csv has no column `y`",
        ],
    ),
    ("[[assign.rule]]\nname = \"a\"\nlanguages = true", &["1:1 missing-key `to` is missing in [assign.rule]"]),
    ("[assign]\nsticky = \"accounts\"", &["2:10 unknown-word `accounts` is not a value of `assign.sticky`"]),
    (
        "[assign]\nsticky_over_capacity = true",
        &["2:24 warning idle-key `sticky_over_capacity` does nothing: nothing is sticky"],
    ),
    // Reports.
    ("[[report]]\nname = \"a\"\nfrom = \"lead\"", &["3:8 unknown-table there is no output table `lead`"]),
    (
        "[[report]]\nname = \"A b\"\n[[report]]\nname = \"a-B\"\n[[report]]\nname = \"??\"",
        &[
            "4:8 duplicate-name the reports `A b` and `a-B` would both be reports/a_b",
            "6:8 bad-name `??` has no letter or digit to name a file after",
        ],
    ),
    (
        "[[report]]\nname = \"a\"\nfrom = \"decisions\"\ngroup_by = [\"email\"]\nsort = [\"-n\"]",
        &[
            "4:12 missing-key `group_by` needs `measures`",
            "4:13 unknown-column the table `decisions` has no column `email`",
            "5:9 unknown-column the report has no column `n` to sort by",
        ],
    ),
    (
        "[[report]]\nname = \"a\"\ncolumns = [\"email\"]\nmeasures = { n = \"COUNT(*)\" }",
        &["3:1 contradictory-keys `columns` lists rows as they are: it does not go with `group_by` or `measures`"],
    ),
    (
        "[[report]]\nname = \"a\"\nsql = \"SELECT 1\"\nlimit = 5",
        &["4:1 contradictory-keys `limit` does nothing beside `sql`"],
    ),
    (
        "[[report]]\nname = \"a\"\nsql = \"\"\"\nSELECT email\nFRM leads WHERE\"\"\"",
        &["5:5 bad-query Expected: end of statement, found: leads"],
    ),
    (
        "[[report]]\nname = \"a\"\nsql = \"SELECT * FROM no_such_table\"",
        &["3:7 bad-query there is no table `no_such_table`"],
    ),
    // Writing and tests.
    (
        "[write]\nformats = [\"csv\", \"xlsx\", \"pdf\"]",
        &["2:19 unsupported-format the format xlsx is not supported yet", "2:27 unknown-word `pdf` is not a format"],
    ),
    (
        "[write]\ntables = [\"leads\", \"lead_member\", \"golden\"]",
        &[
            "2:20 unknown-table there is no output table `lead_member`",
            "2:35 unknown-table there is no output table `golden`",
        ],
    ),
    ("[write]\ntables = []", &["2:10 empty-list `tables` needs at least one table"]),
    ("[write]\nformats = []", &["2:11 empty-list `formats` needs at least one format"]),
    (
        "[[test]]\nname = \"a\"\nlead = { nmae = \"x\" }\n\
         expect = { grade = \"E\", stars = 6, colour = 1, score = \"x\",\n\
         created_at = \"soon\", closed_at = 2026-11-30T09:00:00, estimated_close_date = \"x\", modified_at = \"2026-11-30\" }",
        &[
            "3:10 unknown-column the leads have no column `nmae`",
            "4:20 impossible-expectation `grade` is never `E`",
            "4:33 impossible-expectation `stars` is never `6`",
            "4:36 unknown-column the table `leads` has no column `colour`",
            "4:56 impossible-expectation `score` is a number and never `x`",
            "5:14 impossible-expectation `created_at` is a day and a time, as 2026-11-30 09:00, and never `soon`",
            "5:78 impossible-expectation `estimated_close_date` is a day, as 2026-11-30, and never `x`",
        ],
    ),
    // Conditions.
    ("[qualify]\nwhen = \"emial IS NOT NULL\"", &["2:9 bad-condition there is no column emial"]),
    (
        "[qualify]\nwhen = \"\"\"\nemail = \\\"x\\\" AND\n  fone IS NULL\"\"\"",
        &[
            "3:9 bad-condition there is no column \"x\"; text stands in single quotes, 'x'",
            "4:3 bad-condition there is no column fone",
        ],
    ),
    ("[qualify]\nwhen = \"stars\"", &["2:9 bad-condition stars is a whole number, a condition must be true or false"]),
    ("[[edit]]\nwhere = \"stars > 3\"\nclear = [\"email\"]", &["2:10 bad-condition there is no column stars"]),
    (
        "[qualify]\nwhen = \"need = 'x'\"",
        &["2:9 warning unfilled-column `need` is always blank: no source and no edit fills it"],
    ),
    ("[qualify]\ncreate = { account = \"email >\" }", &["2:30 bad-condition this ends too early"]),
    (
        "[[report]]\nname = \"a\"\nwhere = \"grad = 'A'\"\nmeasures = { n = \"SUM(email)\", m = \"score\" }",
        &[
            "3:10 bad-condition there is no column grad",
            "4:23 bad-condition email is text, SUM can't be taken of it",
            "4:37 bad-condition score has a value in every row: a measure needs one for all",
        ],
    ),
];

#[test]
fn every_fault_at_its_place() {
    let mut wrong = Vec::new();
    for (case, expected) in CASES {
        let found: Vec<String> =
            lines(&check(&format!("{BASE}{case}\n"), &[])).iter().map(|line| relative(line)).collect();
        if found != *expected {
            wrong.push(format!("{case}\n  found    {found:#?}\n  expected {expected:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// With the base's lines taken off.
fn relative(line: &str) -> String {
    let (number, rest) = line.split_once(':').expect("a line number");
    let number: usize = number.parse().expect("a number");
    format!("{}:{rest}", number - BASE.lines().count())
}

#[test]
fn eight_faults_in_one_file() {
    let text = "\
name = \"campaign\"
as_of = \"yesterday\"
[[source]]
name = \"fair\"
path = \"leads.csv\"
preset = \"salesforces\"
[dedupe]
match_at = 0.5
review_at = 0.6
max_blok = 10
[score]
stars = [80, 60, 40, 20]
[[assign.rule]]
name = \"a\"
to = [\"anna\"]
by = 3
[qualify]
when = \"emale IS NOT NULL\"
[write]
formats = [\"html\"]
";
    let faults = check(text, &[]);
    let found = lines(&faults);
    let numbers: Vec<&str> = found.iter().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(numbers, ["2", "6", "9", "10", "12", "16", "18", "20"]);
    assert_eq!(render::summary(&faults).split(" in ").next(), Some("8 errors"));
}

#[test]
fn without_sources_or_toml() {
    assert_eq!(lines(&check("name = \"x\"\n", &[])), ["1:1 no-source the pipeline has no [[source]]"]);
    assert_eq!(lines(&check("name = \"x\nb = 1\n", &[])).len(), 1);
    assert_eq!(lines(&check("a = 1\na = 2\n", &[])), ["2:1 toml-syntax duplicate key"]);
    let binary = "[[source]]\nname = \"a\"\npath = \"binary.csv\"\n";
    let found = lines(&check(binary, &[]));
    assert!(found.len() == 1 && found[0].starts_with("3:8 unreadable-input "), "{found:?}");
}

#[test]
fn bottomless_nesting() {
    let deep = [
        format!("{}b = 1\n", "a.".repeat(100_000)),
        format!("[{}b]\n", "a.".repeat(100_000)),
        format!("a = {}", "[".repeat(100_000)),
        format!("a = {}1{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("a = {}", "{a = ".repeat(100_000)),
        format!("[qualify]\nwhen = \"{}\"", "(".repeat(60_000)),
        format!("[[report]]\nname = \"a\"\nsql = \"SELECT {}\"", "(".repeat(100_000)),
    ];
    for text in deep {
        assert!(check(&text, &[]).has_errors());
    }
    let set = format!("{}b=1", "a.".repeat(100_000));
    assert!(check(BASE, &[&set]).has_errors());
}

#[test]
fn set_arguments() {
    let cases: &[(&str, &[&str])] = &[
        ("dedupe.match_at=0.9", &[]),
        ("source.0.path=\"more\"", &[]),
        ("score.stars=[10,20,30,40]", &[]),
        ("qualify.create.account=false", &[]),
        ("dedupe.match_at=2", &["set:17 out-of-range `dedupe.match_at` must be 0 to 1, not 2"]),
        ("dedupe.matchat=0.9", &["set:1 unknown-key unknown key `matchat` in [dedupe]"]),
        ("source.7.path=\"x\"", &["set:1 bad-set `7` is not the number of an element: the list has 1, counted from 0"]),
        ("source.0.name.x=1", &["set:1 bad-set `name` is neither a table nor a list"]),
        ("name", &["set:1 bad-set `--set` needs a key and a value"]),
        ("=5", &["set:1 bad-set `--set` needs a dotted key before the `=`"]),
        ("name=1\nsource=2", &["set:6 bad-set one value is needed"]),
        ("qualify.when=\"emale IS NULL\"", &["set:15 bad-condition there is no column emale"]),
    ];
    for (set, expected) in cases {
        assert_eq!(lines(&check(BASE, &[set])), *expected, "{set}");
    }
    assert!(lines(&check(BASE, &["name=campaign"]))[0].starts_with("set:6 toml-syntax"));
}

#[test]
fn drawn_for_people() {
    let folder = folder();
    let text = format!("{BASE}[dedupe]\nmatch_at = 0.5\nreview_at = 0.6\n[qualify]\nwhen = \"emale IS NOT NULL\"\n");
    let faults = compile_text(folder.path(), &text, &["write.bom=1"]).expect_err("faults");
    let shown = render::human(&faults, false).replace(&*folder.path().to_string_lossy(), "pipelines");
    let shown: Vec<String> = shown.lines().map(|line| line.chars().take(90).collect()).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    error[contradictory-thresholds]: review_at (0.6) is above match_at (0.5)
     --> pipelines/pipeline.toml:6:13
      |
    5 | match_at = 0.5
      |            --- from here on nobody needs to decide
    6 | review_at = 0.6
      |             ^^^
      |
      = help: what lies between the two goes to review: review_at must be the lower one

    error[bad-condition]: there is no column emale
     --> pipelines/pipeline.toml:8:9
      |
    8 | when = "emale IS NOT NULL"
      |         ^^^^^ did you mean `email`?
      |
      = help: expected one of: email, email_2, email_3, estimated_value, estimated_close_date,

    error[wrong-type]: `write.bom` must be true or false, not a whole number
      |
    1 | write.bom=1
      |           ^
      |
      = note: given by --set

    3 errors in pipelines/pipeline.toml
    "#);
}

#[test]
fn drawn_for_programs() {
    let folder = folder();
    let faults = compile_text(folder.path(), &format!("{BASE}colour = 1\n"), &[]).expect_err("a fault");
    let json = render::json(&faults);
    let first = &json["diagnostics"][0];
    assert_eq!((json["errors"].as_u64(), json["warnings"].as_u64()), (Some(1), Some(0)));
    assert_eq!((first["code"].as_str(), first["severity"].as_str()), (Some("unknown-key"), Some("error")));
    assert_eq!((first["at"]["line"].as_u64(), first["at"]["column"].as_u64()), (Some(4), Some(1)));
}
