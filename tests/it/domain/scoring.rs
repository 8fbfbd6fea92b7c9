//! Scoring, sentence by sentence.

use super::{RULE, Rule, Told, prove};
use crate::workdir::Workdir;

#[test]
fn every_rule_of_scoring() {
    prove(RULES);
}

/// Two leads for the default set: a director with a budget, and a student of whom little is known.
const PEOPLE: &str = "source_id,job_title,company,email,budget_amount,country\n\
     director,Director,Acme,ana@acme.example,9000,DE\n\
     student,Student,,,,\n";

/// Touches on days before 2026-11-30.
const MAILS: (&str, &str) = (
    "mails.csv",
    "lead_id,activity,at\n\
     now,email,2026-11-30\n15 days,email,2026-11-15\n30 days,email,2026-10-31\n60 days,email,2026-10-01\n\
     two,email,2026-11-30\ntwo,email,2026-10-31\ntomorrow,email,2026-12-01\ncall,phone_log,2026-11-30\n",
);

const RULES: &[Rule] = &[
    Rule {
        says: "a list of criteria, each true or false for a lead, each with an importance low, normal or high",
        because: "low 1, normal 2, high 3: 1+2+3, 1-2+3, -1-2+3, -1-2-3; percent of the way from -6 to 6",
        pipeline: r#"score.criterion = [
            { name = "A", when = "a", importance = "low" },
            { name = "B", when = "b" },
            { name = "C", when = "c", importance = "high" } ]"#,
        leads: "source_id,a,b,c\nall,yes,yes,yes\nnot b,yes,no,yes\nonly c,no,no,yes\nnone,no,no,no\n",
        shows: "score score_percent stars grade ledger",
        gives: &[
            "all | 6 | 100 | 5 | A | A 1, B 2, C 3",
            "not b | 2 | 66.66666666666667 | 4 | B | A 1, B -2, C 3",
            "only c | 0 | 50 | 3 | C | A -1, B -2, C 3",
            "none | -6 | 0 | 0 | D | A -1, B -2, C -3",
        ],
        ..RULE
    },
    Rule {
        says: "an importance is a weight w (low 1, normal 2, high 3 unless set)",
        because: "0.5 + 5 + 10 and 0.5 - 5 + 10",
        pipeline: r#"[score]
            weights = { low = 0.5, normal = 5, high = 10 }
            criterion = [
                { name = "A", when = "a", importance = "low" },
                { name = "B", when = "b", importance = "normal" },
                { name = "C", when = "c", importance = "high" } ]"#,
        leads: "source_id,a,b,c\nall,yes,yes,yes\nnot b,yes,no,yes\n",
        gives: &["all | 15.5", "not b | 5.5"],
        ..RULE
    },
    Rule {
        says: "a ticked one raises it, an unticked one lowers it",
        because: "2, -2, and -2 where there is no data: it is not ticked",
        pipeline: r#"score.criterion = [{ name = "A", when = "a" }]"#,
        leads: "source_id,a\nticked,yes\nunticked,no\nblank,\n",
        shows: "score score_percent stars",
        gives: &["ticked | 2 | 100 | 5", "unticked | -2 | 0 | 0", "blank | -2 | 0 | 0"],
        ..RULE
    },
    Rule {
        says: "Stars: 0 at 0 percent, 1 above it, then by cut points; grades by bands of score_percent",
        because: "the points sum to the budget, from 0 to 100; cuts and bands begin at 20, 40, 60, 80",
        pipeline: r#"score.criterion = [
            { name = "1",   when = "budget_amount >= 1",   points = 1 },
            { name = "19",  when = "budget_amount >= 19",  points = 18 },
            { name = "20",  when = "budget_amount >= 20",  points = 1 },
            { name = "39",  when = "budget_amount >= 39",  points = 19 },
            { name = "40",  when = "budget_amount >= 40",  points = 1 },
            { name = "59",  when = "budget_amount >= 59",  points = 19 },
            { name = "60",  when = "budget_amount >= 60",  points = 1 },
            { name = "79",  when = "budget_amount >= 79",  points = 19 },
            { name = "80",  when = "budget_amount >= 80",  points = 1 },
            { name = "100", when = "budget_amount >= 100", points = 20 } ]"#,
        leads: "source_id,budget_amount\na,0\nb,1\nc,19\nd,20\ne,39\nf,40\ng,59\nh,60\ni,79\nj,80\nk,100\n",
        shows: "score score_percent stars grade",
        gives: &[
            "a | 0 | 0 | 0 | D",
            "b | 1 | 1 | 1 | D",
            "c | 19 | 19 | 1 | D",
            "d | 20 | 20 | 2 | D",
            "e | 39 | 39 | 2 | D",
            "f | 40 | 40 | 3 | C",
            "g | 59 | 59 | 3 | C",
            "h | 60 | 60 | 4 | B",
            "i | 79 | 79 | 4 | B",
            "j | 80 | 80 | 5 | A",
            "k | 100 | 100 | 5 | A",
        ],
        ..RULE
    },
    Rule {
        says: "then by cut points; grade bands from the score (others than the default ones)",
        because: "0, 5, 45, 50, 95 and 100 of 100; below the lowest band there is no grade",
        pipeline: r#"[score]
            stars = [10, 20, 30, 95]
            grades = { hot = 50, warm = 20 }
            criterion = [
                { name = "A", when = "a", points = 5 },
                { name = "B", when = "b", points = 45 },
                { name = "C", when = "c", points = 50 } ]"#,
        leads: "source_id,a,b,c\nnone,no,no,no\na,yes,no,no\nb,no,yes,no\nc,no,no,yes\nbc,no,yes,yes\nall,yes,yes,yes\n",
        shows: "score_percent stars grade",
        gives: &[
            "none | 0 | 0 | ",
            "a | 5 | 1 | ",
            "b | 45 | 4 | warm",
            "c | 50 | 4 | hot",
            "bc | 95 | 5 | hot",
            "all | 100 | 5 | hot",
        ],
        ..RULE
    },
    Rule {
        says: "a default set exists",
        because: "director: title 3, company 2, e-mail 2, budget 3, no phone -1, country 1, no product -2; student: title -3 \
                  and -4, company -2, e-mail -2, phone -1, place -1, product -2; the set goes from -30 to 38",
        leads: PEOPLE,
        shows: "score score_percent stars",
        gives: &["director | 8 | 55.88235294117647 | 3", "student | -15 | 22.058823529411764 | 2"],
        ..RULE
    },
    Rule {
        says: "Criteria can be added",
        because: "those of the default set and one of 10 points: 8 + 10, and -15 as before",
        pipeline: r#"[score]
            packs = ["b2b"]
            criterion = [{ name = "At home", when = "country = 'DE'", points = 10 }]"#,
        leads: PEOPLE,
        gives: &["director | 18", "student | -15"],
        ..RULE
    },
    Rule {
        says: "Criteria can be edited",
        because: "the title counts 1 in place of 3: 8 - 3 + 1, -15 + 3 - 1",
        pipeline: r#"[score]
            packs = ["b2b"]
            criterion = [{ name = "Decision maker", importance = "low" }]"#,
        leads: PEOPLE,
        gives: &["director | 6", "student | -13"],
        ..RULE
    },
    Rule {
        says: "Criteria can be removed",
        because: "without the title: 8 - 3, -15 + 3",
        pipeline: r#"[score]
            packs = ["b2b"]
            criterion = [{ name = "Decision maker", enabled = false }]"#,
        leads: PEOPLE,
        gives: &["director | 5", "student | -12"],
        ..RULE
    },
    Rule {
        says: "A manual rating fixes the stars and overrides the automatic ones (both are kept in the output)",
        because: "2 of 2 points are 5 stars, -2 are none; the score stays what it is",
        pipeline: r#"score.criterion = [{ name = "A", when = "a" }]"#,
        leads: "source_id,a,manual_stars,rating_type\n\
                lower,yes,1,\nhigher,no,4,manual\nnone at all,yes,0,\nwithdrawn,yes,1,automatic\nnot given,yes,,manual\n",
        shows: "score auto_stars manual_stars stars rating_type",
        gives: &[
            "lower | 2 | 5 | 1 | 1 | manual",
            "higher | -2 | 0 | 4 | 4 | manual",
            "none at all | 2 | 5 | 0 | 0 | manual",
            "withdrawn | 2 | 5 | 1 | 5 | automatic",
            "not given | 2 | 5 |  | 5 | automatic",
        ],
        ..RULE
    },
    Rule {
        says: "A criterion with `points = p` adds p when met, 0 when not; negative points",
        because: "15 - 5 + 0.5, 15, -5, nothing; percent of the way from -5 to 15.5",
        pipeline: r#"score.criterion = [
            { name = "A", when = "a", points = 15 },
            { name = "B", when = "b", points = -5 },
            { name = "C", when = "c", points = 0.5 } ]"#,
        leads: "source_id,a,b,c\nall,yes,yes,yes\na,yes,no,no\nb,no,yes,no\nblank,,,\n",
        shows: "score score_percent ledger",
        gives: &[
            "all | 10.5 | 75.60975609756098 | A 15, B -5, C 0.5",
            "a | 15 | 97.5609756097561 | A 15, B 0, C 0",
            "b | -5 | 0 | A 0, B -5, C 0",
            "blank | 0 | 24.390243902439025 | A 0, B 0, C 0",
        ],
        ..RULE
    },
    Rule {
        says: "`score` is the exact sum",
        because: "0.1 + 0.2 - 0.3 is 0, and 0.1 + 0.2 is 0.3, as binary fractions say neither; 0.0001 counts",
        pipeline: r#"score.criterion = [
            { name = "A", when = "a", points = 0.1 },
            { name = "B", when = "b", points = 0.2 },
            { name = "C", when = "c", points = -0.3 },
            { name = "D", when = "d", points = 0.0001 } ]"#,
        leads: "source_id,a,b,c,d\nabc,yes,yes,yes,no\nab,yes,yes,no,no\nd,no,no,no,yes\n",
        gives: &["abc | 0", "ab | 0.3", "d | 0.0001"],
        ..RULE
    },
    Rule {
        says: "With min and max the smallest and largest reachable sum, score_percent = 100 x (score - min) / (max - min)",
        because: "importance 3 either way, points 4, points -2, at most three mails of 1: from -3 - 2 to 3 + 4 + 3; \
                  3 - 2 + 2 is 8 of 15 above the least, -3 + 0 is 2 of 15",
        pipeline: r#"crm.activities = { path = "calls.csv" }
            [score]
            criterion = [
                { name = "A", when = "a", importance = "high" },
                { name = "B", when = "b", points = 4 },
                { name = "C", when = "c", points = -2 },
                { name = "M", each = { activity = "email", at_most = 3 }, points = 1 } ]"#,
        leads: "source_id,a,b,c\nmost,yes,yes,no\nsome,yes,no,yes\nfew,no,no,no\nleast,no,no,yes\n",
        files: &[(
            "calls.csv",
            "lead_id,activity,at,subject\nmost,email,2026-11-01,1\nmost,email,2026-11-02,2\nmost,email,2026-11-03,3\n\
             most,email,2026-11-04,4\nsome,email,2026-11-01,1\nsome,email,2026-11-02,2\n",
        )],
        shows: "score score_percent ledger",
        gives: &[
            "most | 10 | 100 | A 3, B 4, C 0, M 3",
            "some | 3 | 53.333333333333336 | A 3, B 0, C -2, M 2",
            "few | -3 | 13.333333333333334 | A -3, B 0, C 0, M 0",
            "least | -5 | 0 | A -3, B 0, C -2, M 0",
        ],
    },
    Rule {
        says: "score_percent where the smallest and the largest reachable sum are one",
        because: "no points either way: 0 percent, no star",
        pipeline: r#"score.criterion = [{ name = "A", when = "a", points = 0 }]"#,
        leads: "source_id,a\nyes,yes\nno,no\n",
        shows: "score score_percent stars grade",
        gives: &["yes | 0 | 0 | 0 | D", "no | 0 | 0 | 0 | D"],
        ..RULE
    },
    Rule {
        says: "groups of criteria (fit, engagement) each with a cap",
        because: "fit 30 + 20 - 8 is 2 over 40, 50 is 10 over; engagement 5 is 2 over 3; from -8 to 40 + 3 = 43, 51 in all",
        pipeline: r#"[score]
            criterion = [
                { name = "A", when = "a", points = 30, group = "fit" },
                { name = "B", when = "b", points = 20, group = "fit" },
                { name = "C", when = "c", points = -8, group = "fit" },
                { name = "D", when = "d", points = 5, group = "engagement" } ]
            [score.group]
            fit = { cap = 40 }
            engagement = { cap = 3 }"#,
        leads: "source_id,a,b,c,d\nall,yes,yes,yes,yes\nab,yes,yes,no,no\nbc,no,yes,yes,no\nd,no,no,no,yes\nc,no,no,yes,no\n",
        shows: "score score_percent fit_score engagement_score ledger",
        gives: &[
            "all | 43 | 100 | 40 | 3 | A 30, B 20, C -8, D 5, fit (cap) -2, engagement (cap) -2",
            "ab | 40 | 94.11764705882354 | 40 | 0 | A 30, B 20, C 0, D 0, fit (cap) -10, engagement (cap) 0",
            "bc | 12 | 39.21568627450981 | 12 | 0 | A 0, B 20, C -8, D 0, fit (cap) 0, engagement (cap) 0",
            "d | 3 | 21.568627450980394 | 0 | 3 | A 0, B 0, C 0, D 5, fit (cap) 0, engagement (cap) -2",
            "c | -8 | 0 | -8 | 0 | A 0, B 0, C -8, D 0, fit (cap) 0, engagement (cap) 0",
        ],
        ..RULE
    },
    Rule {
        says: "decay of engagement points by half-life",
        because: "8 today, 8 x 0.5^(15/30) = 5.65685 rounded to four decimals, 4 after 30 days, 2 after 60, 8 + 4; tomorrow \
                  and calls do not count",
        pipeline: r#"crm.activities = { path = "mails.csv" }
            [score]
            criterion = [{ name = "M", each = { activity = "email", at_most = 5 }, points = 8, half_life = "30 days" }]"#,
        leads: "source_id,email\nnow,\n15 days,\n30 days,\n60 days,\ntwo,\ntomorrow,\ncall,\n",
        files: &[MAILS],
        gives: &["now | 8", "15 days | 5.6569", "30 days | 4", "60 days | 2", "two | 12", "tomorrow | 0", "call | 0"],
        ..RULE
    },
    Rule {
        says: "\"no data\" told apart from \"no\"",
        because: "A counts no data as no, B as nothing; of neither is it said that it is not met",
        pipeline: r#"score.criterion = [
            { name = "A", when = "a" },
            { name = "B", when = "b", importance = "high", missing = "neutral" } ]"#,
        leads: "source_id,a,b\nyes,yes,yes\nno,no,no\nblank,,\n",
        shows: "score met ledger reasons_against",
        gives: &[
            "yes | 5 | true, true | A 2, B 3 | ",
            "no | -5 | false, false | A -2, B -3 | B (-3), A (-2)",
            "blank | -2 | no data, no data | A -2, B 0 | A (-2, no data)",
        ],
        ..RULE
    },
    Rule {
        says: "the reasons (top positive and negative criteria) beside each score",
        because: "the three strongest of each side, equal ones in the order of the file; 2 + 5 + 2 + 3 - 1 - 4 - 4 - 9",
        pipeline: r#"score.criterion = [
            { name = "A", when = "a", points = 2 },
            { name = "B", when = "a", points = 5 },
            { name = "C", when = "a", points = 2 },
            { name = "D", when = "a", importance = "high" },
            { name = "E", when = "a", points = -1 },
            { name = "F", when = "a", points = -4 },
            { name = "G", when = "a", points = -4 },
            { name = "H", when = "a", points = -9 } ]"#,
        leads: "source_id,a\nyes,yes\nno,no\n",
        shows: "score reasons_for reasons_against",
        gives: &["yes | -6 | B (+5), D (+3), A (+2) | H (-9), F (-4), G (-4)", "no | -3 |  | D (-3)"],
        ..RULE
    },
];

/// "The same criteria can score contacts, not only leads": two leads and two contacts with the same columns.
#[test]
fn the_same_criteria_score_contacts() {
    let criteria = r#"criterion = [
        { name = "Head of", when = "title ILIKE 'head of%'", importance = "high" },
        { name = "Account", when = "size = 'large'", points = 4 },
        { name = "Phone", when = "phone IS NOT NULL", importance = "low" } ]"#;
    let leads = "source_id,title,size,phone\nboth,Head of Print,large,+35929812345\nneither,Clerk,small,\n";
    let workdir = Workdir::new();
    workdir
        .file("leads.csv", leads)
        .file(
            "contacts.csv",
            "contact_id,full_name,title,size,phone\n\
             both,Ana Kirova,Head of Print,large,+35929812345\nneither,Bob Ray,Clerk,small,\n",
        )
        .file(
            "p.toml",
            super::pipeline(
                leads,
                &format!(
                    "crm.contacts = {{ path = \"contacts.csv\" }}\n[score]\n{criteria}\n[score.contacts]\n{criteria}\n"
                ),
            ),
        );
    workdir.succeed(&["run", "p.toml"]);
    let told = Told::read(&workdir, "out/p");
    told.assert_sums("leads");
    // 3 + 4 + 1 and -3 + 0 - 1, from -4 to 8.
    let expected = ["both | 8 | 100 | 5 | A", "neither | -4 | 0 | 0 | D"];
    assert_eq!(told.shown(&["both", "neither"], "score score_percent stars grade"), expected);
    let contacts = workdir.table("out/p/contact_scores.csv");
    let shown: Vec<String> = contacts
        .iter()
        .map(|row| ["id", "score", "score_percent", "stars", "grade"].map(|column| row[column].as_str()).join(" | "))
        .collect();
    assert_eq!(shown, expected);
    let ledger = workdir.table("out/p/record_ledger.csv");
    let lines: Vec<String> = ledger
        .iter()
        .map(|row| ["record_id", "criterion", "points"].map(|column| row[column].as_str()).join(" "))
        .collect();
    assert_eq!(
        lines,
        [
            "both Head of 3",
            "both Account 4",
            "both Phone 1",
            "neither Head of -3",
            "neither Account 0",
            "neither Phone -1"
        ]
    );
}
