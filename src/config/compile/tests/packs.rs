//! Packs and what a pipeline changes in them; versions, and the days on which criteria count.

use std::path::Path;

use super::{compile_text, folder, lines};
use crate::config::compile::{Outputs, compile_within};
use crate::config::diagnostic::{Diagnostics, Given};
use crate::config::plan::{Criterion, CriterionTest, Missing, Plan, Worth};
use crate::model::field::GroupColumns;
use crate::model::scorecards::Points;

const SOURCE: &str = "[[source]]\nname = \"fair\"\npath = \"leads.csv\"\n";

/// A pack of our own.
const PACK: &str = r#"version = "7"
valid_from = 2026-01-01

[[criterion]]
name = "Mail"
when = "email IS NOT NULL"
importance = "high"
group = "reach"

[[criterion]]
name = "Phone"
when = "phone IS NOT NULL"
points = 2
group = "reach"
version = "7b"
valid_until = 2026-12-31

[group.reach]
cap = 4
bands = { A = 50, B = 0 }
"#;

fn compiled(folder: &Path, score: &str) -> Result<(Plan, Diagnostics), Diagnostics> {
    std::fs::write(folder.join("own.toml"), PACK).expect("the pack");
    compile_text(folder, &format!("{SOURCE}{score}"), &[])
}

fn plan(folder: &Path, score: &str) -> Plan {
    compiled(folder, score).unwrap_or_else(|faults| panic!("{score}: {:#?}", lines(&faults))).0
}

/// "Mail when email IS NOT NULL worth".
fn told(criterion: &Criterion) -> String {
    let Criterion { name, test, worth, missing, version, group } = criterion;
    let test = match test {
        CriterionTest::When(condition) => condition.sql.clone(),
        CriterionTest::Each { items, .. } => format!("each within {:?}", items.within_days),
        other => format!("{other:?}"),
    };
    let worth = match worth {
        Worth::Importance(weight) => format!("±{weight}"),
        Worth::Points(points) => points.to_string(),
    };
    let neutral = if *missing == Missing::Neutral { " neutral" } else { "" };
    let (group, version) = (group.as_deref().unwrap_or("-"), version.as_deref().unwrap_or("-"));
    format!("{name}: {test}: {worth} {group} {version}{neutral}")
}

fn all(plan: &Plan) -> Vec<String> {
    plan.score.criteria.iter().map(told).collect()
}

#[test]
fn a_pack_gives_criteria_and_groups() {
    let folder = folder();
    let plan = plan(folder.path(), "[score]\npacks = [\"own.toml\"]");
    assert_eq!(all(&plan), ["Mail: email IS NOT NULL: ±3 reach 7", "Phone: phone IS NOT NULL: 2 reach 7b"]);
    let reach = &plan.score.groups[0];
    assert_eq!((reach.name.as_str(), reach.cap), ("reach", Some(Points::whole(4))));
    assert_eq!(reach.bands, Some(vec![("A".to_owned(), 50.0), ("B".to_owned(), 0.0)]));
    assert_eq!(plan.schema.groups(), [GroupColumns { name: "reach".to_owned(), has_band: true }]);
}

#[test]
fn a_pipeline_changes_just_the_keys_that_it_gives() {
    let cases: &[(&str, &[&str])] = &[
        (
            "[[score.criterion]]\nname = \"Mail\"\nimportance = \"low\"\nversion = \"mine\"",
            &["Mail: email IS NOT NULL: ±1 reach mine", "Phone: phone IS NOT NULL: 2 reach 7b"],
        ),
        // Points stand in place of an importance, `each` in place of `when`.
        (
            "[[score.criterion]]\nname = \"Mail\"\npoints = -1.5\nmissing = \"neutral\"",
            &["Mail: email IS NOT NULL: -1.5 reach 7 neutral", "Phone: phone IS NOT NULL: 2 reach 7b"],
        ),
        (
            "[[score.criterion]]\nname = \"Phone\"\neach = { within = \"9 days\", at_most = 2 }",
            &["Mail: email IS NOT NULL: ±3 reach 7", "Phone: each within Some(9): 2 reach 7b"],
        ),
        (
            "[[score.criterion]]\nname = \"Mail\"\nenabled = false\n\
             [[score.criterion]]\nname = \"Own\"\nwhen = \"company IS NULL\"",
            &["Phone: phone IS NOT NULL: 2 reach 7b", "Own: company IS NULL: ±2 - -"],
        ),
        // Two in place of one, each on its days.
        (
            "[[score.criterion]]\nname = \"Mail\"\nimportance = \"low\"\nvalid_until = 2026-11-20\n\
             [[score.criterion]]\nname = \"Mail\"\nimportance = \"normal\"\nvalid_from = 2026-11-21",
            &["Mail: email IS NOT NULL: ±2 reach 7", "Phone: phone IS NOT NULL: 2 reach 7b"],
        ),
    ];
    let folder = folder();
    for (changes, expected) in cases {
        let plan = plan(folder.path(), &format!("[score]\npacks = [\"own.toml\"]\n{changes}"));
        assert_eq!(all(&plan), *expected, "{changes}");
    }
    let changed = plan(folder.path(), "[score]\npacks = [\"own.toml\"]\n[score.group.reach]\ncap = 9\nfloor = 1");
    let reach = &changed.score.groups[0];
    assert_eq!((reach.cap, reach.floor), (Some(Points::whole(9)), Some(Points::whole(1))));
    assert!(reach.bands.is_some());
}

#[test]
fn of_several_versions_the_one_that_is_named_changes() {
    let folder = folder();
    let dated = "[[criterion]]\nname = \"A\"\nwhen = \"email IS NULL\"\nversion = \"1\"\nvalid_until = 2026-06-30\n\
                 [[criterion]]\nname = \"A\"\nwhen = \"phone IS NULL\"\nversion = \"2\"\nvalid_from = 2026-07-01\n";
    std::fs::write(folder.path().join("dated.toml"), dated).expect("the pack");
    let told = |day: &str, change: &str| {
        let text = format!("as_of = {day}\n{SOURCE}[score]\npacks = [\"dated.toml\"]\n{change}");
        let (plan, _) =
            compile_text(folder.path(), &text, &[]).unwrap_or_else(|faults| panic!("{:#?}", lines(&faults)));
        all(&plan).concat()
    };
    let one = "[[score.criterion]]\nname = \"A\"\nversion = \"2\"\npoints = 5";
    assert_eq!(told("2026-06-30", one), "A: email IS NULL: ±2 - 1");
    assert_eq!(told("2026-07-01", one), "A: phone IS NULL: 5 - 2");
    let both = "[[score.criterion]]\nname = \"A\"\npoints = 5";
    assert_eq!(told("2026-06-30", both), "A: email IS NULL: 5 - 1");
    assert_eq!(told("2026-07-01", both), "A: phone IS NULL: 5 - 2");
}

#[test]
fn without_criteria_the_default_pack_counts() {
    let folder = folder();
    let names = |score: &str| -> Vec<String> {
        plan(folder.path(), score).score.criteria.iter().map(|criterion| criterion.name.clone()).collect()
    };
    let default = names("");
    assert!((12..=16).contains(&default.len()) && default.contains(&"Decision maker".to_owned()), "{default:?}");
    assert_eq!(names("[score]\nstars = [10, 20, 30, 40]"), default);
    assert_eq!(names("[score]\npacks = [\"b2b\"]"), default);
    assert_eq!(names("[score]\ngrid = [\"fit\", \"engagement\"]"), default);
    assert_eq!(names("[[score.criterion]]\nname = \"A\"\nwhen = \"email IS NULL\""), ["A"]);
    assert_eq!(names("[score]\npacks = []"), Vec::<String>::new());
    // Both: theirs first, in the order given.
    let both = names("[score]\npacks = [\"own.toml\", \"b2b\"]");
    assert_eq!((both[..2].join(" "), both.len()), ("Mail Phone".to_owned(), default.len() + 2));
    let grades = plan(folder.path(), "[score]\ngrid = [\"fit\", \"engagement\"]").score.grade_names();
    assert_eq!(grades, ["A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "C3"]);
}

#[test]
fn what_a_run_leaves_does_without_the_pack() {
    let folder = folder();
    let text = "# mine\n[score]\npacks = [\"own.toml\", \"b2b\"]\n[[score.criterion]]\nname = \"Mail\"\npoints = 1\n";
    let before = plan(folder.path(), text);
    std::fs::remove_file(folder.path().join("own.toml")).expect("the pack was there");
    let left = folder.path().join("out");
    std::fs::create_dir(&left).expect("a folder");
    std::fs::write(left.join("pipeline.toml"), &before.text).expect("what a run leaves");
    let outputs = Outputs {
        names: &["leads", "links"],
        tables: &super::tables,
        fold: &str::to_lowercase,
        clean: &|_, text| Some(text.to_owned()),
        check_query: &super::check_query,
    };
    let after = compile_within(folder.path(), &left.join("pipeline.toml"), &[], super::TODAY, &outputs);
    let (after, _) = after.unwrap_or_else(|faults| panic!("{}\n{:#?}", before.text, lines(&faults)));
    assert_eq!(all(&after), all(&before));
    assert_eq!((after.score.groups, &after.fingerprint), (before.score.groups, &before.fingerprint));
    // A pipeline without files of criteria stays as it was written.
    assert!(plan(folder.path(), "# mine\n[score]\npacks = [\"b2b\"]").text.contains("# mine"));
}

#[test]
fn packs_are_part_of_the_fingerprint() {
    let folder = folder();
    let score = "[score]\npacks = [\"p.toml\"]";
    let of = |pack: &str| {
        std::fs::write(folder.path().join("p.toml"), pack).expect("the pack");
        plan(folder.path(), score).fingerprint
    };
    let base = of("[[criterion]]\nname = \"A\"\nwhen = \"email IS NULL\"");
    assert_eq!(of("# said otherwise\n[[criterion]]\nwhen = 'email IS NULL'\nname = \"A\""), base);
    assert_ne!(of("[[criterion]]\nname = \"A\"\nwhen = \"email IS NOT NULL\""), base);
    assert_ne!(of("version = \"2\"\n[[criterion]]\nname = \"A\"\nwhen = \"email IS NULL\""), base);
}

/// `FILE:line:column code message` of each fault.
fn placed(faults: &Diagnostics) -> Vec<String> {
    let place = |span: crate::config::diagnostic::Span| match &faults.texts[span.text].given {
        Given::ByFile(file) => file.rsplit('/').next().unwrap_or_default().to_owned(),
        _ => "built-in".to_owned(),
    };
    faults.items.iter().zip(lines(faults)).map(|(fault, line)| format!("{}:{line}", place(fault.span))).collect()
}

#[test]
fn faults_in_a_pack_are_told_with_its_file_and_line() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "[[criterion]]\nname = \"A\"\nwhen = \"emial IS NULL\"",
            "",
            &["p.toml:3:9 bad-condition there is no column emial"],
        ),
        ("[[criterion]\nname", "", &["p.toml:1:13 toml-syntax unclosed array table, expected `]`"]),
        (
            "colour = 1\n[[criterion]]\nname = \"A\"\nwhen = \"email IS NULL\"",
            "",
            &["p.toml:1:1 unknown-key unknown key `colour` in [pack]"],
        ),
        (
            "[[criterion]]\nwhen = \"email IS NULL\"",
            "",
            &["p.toml:1:1 missing-key `name` is missing in [pack.criterion]"],
        ),
        (
            "valid_from = 2026-05-01\nvalid_until = 2026-04-30\n[[criterion]]\nname = \"A\"\nwhen = \"email IS NULL\"",
            "",
            &["p.toml:2:15 contradictory-dates `valid_until` is before `valid_from`: it would count on no day"],
        ),
        (
            "[[criterion]]\nname = \"A\"\nwhen = \"email IS NULL\"\n[[criterion]]\nname = \"A\"\nwhen = \"phone IS NULL\"",
            "",
            &["p.toml:5:8 duplicate-name another criterion is named `A`"],
        ),
        ("", "", &["p.toml:1:1 warning empty-pack the pack `p.toml` has no [[criterion]]"]),
        // A change is where the user made it.
        (
            "[[criterion]]\nname = \"A\"\nwhen = \"email IS NULL\"",
            "[[score.criterion]]\nname = \"A\"\nwhen = \"emial IS NULL\"",
            &["pipeline.toml:8:9 bad-condition there is no column emial"],
        ),
        (
            "[[criterion]]\nname = \"Mail\"\nwhen = \"email IS NULL\"",
            "[[score.criterion]]\nname = \"Mial\"\nimportance = \"low\"",
            &[
                "pipeline.toml:7:8 unknown-criterion no pack has a criterion `Mial`, and it has none of `when`, `each`, \
                 `any`, `none`",
            ],
        ),
    ];
    for (pack, own, expected) in cases {
        let folder = folder();
        std::fs::write(folder.path().join("p.toml"), pack).expect("the pack");
        let found = match compiled(folder.path(), &format!("[score]\npacks = [\"p.toml\"]\n{own}")) {
            Ok((_, warnings)) => warnings,
            Err(faults) => faults,
        };
        assert_eq!(placed(&found), *expected, "{pack}");
    }
}

#[test]
fn packs_that_are_not_there() {
    let folder = folder();
    let faults =
        compiled(folder.path(), "[score]\npacks = [\"b2c\", \"packs/no.toml\", \"binary.csv\", \"b2b\", \"b2b\"]");
    let faults = faults.expect_err("none of them is a pack");
    assert_eq!(
        lines(&faults),
        [
            "5:10 unknown-pack there is no pack `b2c`",
            "5:17 missing-file there is no file `packs/no.toml`",
            "5:55 duplicate-name the pack `b2b` is listed twice",
            "1:15 toml-syntax key with no value, expected `=`",
        ]
    );
    assert_eq!(faults.items[0].label, "did you mean `b2b`?");
    let help = "valid: b2b, or the path of a file: \"packs/b2c.toml\"";
    assert_eq!(faults.items[0].help.as_deref(), Some(help));
}

#[test]
fn only_what_is_valid_on_the_day_counts() {
    let folder = folder();
    let score = "[score]\nversion = \"2026\"\nvalid_until = \"2026-12-31\"\n\
                 [[score.criterion]]\nname = \"A\"\nwhen = \"email IS NULL\"\nvalid_until = 2026-06-30\ngroup = \"g\"\n\
                 [[score.criterion]]\nname = \"A\"\nwhen = \"phone IS NULL\"\nvalid_from = 2026-07-01\nversion = \"2026b\"\n\
                 [[score.criterion]]\nname = \"B\"\nwhen = \"company IS NULL\"\nvalid_from = 2026-07-01\nvalid_until = 2027-06-30\n";
    let cases: &[(&str, &[&str], &[&str])] = &[
        (
            "2026-06-30",
            &["A: email IS NULL: ±2 g 2026"],
            &["A 2026b from 2026-07-01 to 2026-12-31", "B 2026 from 2026-07-01 to 2026-12-31"],
        ),
        (
            "2026-07-01",
            &["A: phone IS NULL: ±2 - 2026b", "B: company IS NULL: ±2 - 2026"],
            &["A 2026 until 2026-06-30"],
        ),
        (
            "2026-12-31",
            &["A: phone IS NULL: ±2 - 2026b", "B: company IS NULL: ±2 - 2026"],
            &["A 2026 until 2026-06-30"],
        ),
        (
            "2027-01-01",
            &[],
            &[
                "A 2026 until 2026-06-30",
                "A 2026b from 2026-07-01 to 2026-12-31",
                "B 2026 from 2026-07-01 to 2026-12-31",
            ],
        ),
    ];
    for (day, counting, resting) in cases {
        let text = format!("as_of = {day}\n{SOURCE}{score}");
        let (plan, warnings) =
            compile_text(folder.path(), &text, &[]).unwrap_or_else(|faults| panic!("{:#?}", lines(&faults)));
        assert_eq!(all(&plan), *counting, "{day}");
        let told = plan.score.resting.iter().map(|resting| {
            format!("{} {} {}", resting.name, resting.version.as_deref().unwrap_or("-"), resting.validity.shown())
        });
        assert_eq!(told.collect::<Vec<_>>(), *resting, "{day}");
        assert_eq!(plan.schema.groups().len(), 1, "columns are the same on every day");
        let nothing = lines(&warnings).iter().any(|line| {
            line.ends_with(&format!("warning nothing-valid no criterion is valid on {day}: every lead scores 0"))
        });
        assert_eq!(nothing, counting.is_empty(), "{day}: {:?}", lines(&warnings));
    }
}

#[test]
fn one_name_counts_once_a_day() {
    let folder = folder();
    let score = "[[score.criterion]]\nname = \"A\"\nwhen = \"email IS NULL\"\nvalid_until = 2026-07-01\n\
                 [[score.criterion]]\nname = \"A\"\nwhen = \"phone IS NULL\"\nvalid_from = 2026-07-01\n";
    let faults = compiled(folder.path(), score).expect_err("both count on 1 July");
    assert_eq!(
        lines(&faults),
        ["9:8 overlapping-validity two criteria named `A` count on the same days: one is valid until 2026-07-01, the \
          other from 2026-07-01 on"]
    );
}
