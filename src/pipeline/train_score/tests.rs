//! Weights that made the outcomes are found again, and what can't be learned is refused.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::*;
use crate::model::progress::Silent;
use crate::pipeline::backtest::tests::{Chance, Project};

/// Flags with the probability of each, and the log odds that it adds.
const FLAGS: [(f64, f64); 5] = [(0.3, 1.6), (0.5, 1.0), (0.4, 0.5), (0.6, -0.8), (0.5, 0.0)];
/// Log odds of each call; a lead has none to three.
const CALL: f64 = 0.4;

/// So many leads, and outcomes drawn by the log odds above; `order` is that of the rows.
fn drawn(project: &Project, leads: usize, seed: u64, backwards: bool) -> PathBuf {
    let mut chance = Chance(seed);
    let (mut rows, mut closed) = (Vec::new(), "id,won\n".to_owned());
    let mut activities = "lead_id,activity,at\n".to_owned();
    for lead in 0..leads {
        let flags = FLAGS.map(|(likely, _)| chance.share() < likely);
        let calls = (chance.share() * 4.0) as u32;
        let odds: f64 = flags.iter().zip(FLAGS).map(|(flag, (_, weight))| if *flag { weight } else { 0.0 }).sum();
        let odds = odds - 1.6 + CALL * f64::from(calls);
        let won = chance.share() < 1.0 / (1.0 + (-odds).exp());
        rows.push(format!("{lead},{}", flags.map(|flag| if flag { "1" } else { "0" }).join(",")));
        // Each on a day of its own: the same call twice is one.
        (0..calls).for_each(|call| {
            let _ = writeln!(activities, "{lead},phone_log,2026-03-0{}", call + 1);
        });
        let _ = writeln!(closed, "{lead},{}", u8::from(won));
    }
    if backwards {
        rows.reverse();
    }
    project.file("people.csv", &format!("id,f0,f1,f2,f3,f4\n{}\n", rows.join("\n")));
    project.file("activities.csv", &activities);
    project.file("closed.csv", &closed)
}

fn source() -> String {
    let types: Vec<String> = (0..FLAGS.len()).map(|flag| format!("f{flag} = \"boolean\"")).collect();
    format!(
        "[[source]]\nname = \"crm\"\npath = \"people.csv\"\ntypes = {{ {} }}\n\
         [crm]\nactivities = {{ path = \"activities.csv\" }}\n",
        types.join(", ")
    )
}

fn flag(flag: usize) -> String {
    format!("[[score.criterion]]\nname = \"F{flag}\"\nwhen = \"f{flag}\"\npoints = 1\n")
}

const CALLS: &str =
    "[[score.criterion]]\nname = \"Calls\"\neach = { activity = \"phone_log\", at_most = 3 }\npoints = 5\n";

fn trained(project: &Project, plan: &str, closed: &Path) -> Result<Training, BacktestError> {
    train(&project.plan(plan), Outcomes::File(closed), OutcomeColumns::default(), &Silent)
}

#[test]
fn weights_that_made_the_outcomes_are_found_again() {
    for seed in [1, 2, 3] {
        let project = Project::new();
        let closed = drawn(&project, 8000, seed, false);
        let text = format!("{}{}{CALLS}", source(), (0..FLAGS.len()).map(flag).collect::<String>());
        let found = trained(&project, &text, &closed).unwrap();
        let true_weights: Vec<f64> = FLAGS.iter().map(|(_, weight)| *weight).chain([CALL]).collect();
        // Each within 0.2 of the weight that was drawn with, some three standard errors, and the error is honest.
        for (criterion, expected) in found.criteria.iter().zip(&true_weights) {
            assert!((criterion.weight - expected).abs() < 0.2, "seed {seed}: {criterion:?}, not {expected}");
            assert!((0.01..0.07).contains(&criterion.error), "seed {seed}: {criterion:?}");
        }
        // The points have the order of the weights, and their ratios within 0.12 of the largest.
        let points: Vec<f64> = found.criteria.iter().map(|criterion| criterion.points.to_f64()).collect();
        let order = |of: &[f64]| {
            let mut order: Vec<usize> = (0..of.len()).collect();
            order.sort_by(|a, b| of[*a].total_cmp(&of[*b]));
            order
        };
        assert_eq!(order(&points), order(&true_weights), "seed {seed}: {points:?}");
        for (points_of, expected) in points.iter().zip(&true_weights) {
            let (found, wanted) = (points_of / points[0], expected / true_weights[0]);
            assert!((found - wanted).abs() < 0.12, "seed {seed}: {points:?}");
        }
        // Flags count once, calls three times: 100 points in all, but for rounding.
        let reach: f64 = points[..5].iter().map(|points| points.abs()).sum::<f64>() + 3.0 * points[5];
        assert!((reach - 100.0).abs() < 1.0, "seed {seed}: {points:?}");
        // Better than by hand, where one call was worth five of any flag.
        assert!(found.auc_cross_validated > found.auc_by_hand + 0.02, "seed {seed}: {found:?}");
        assert!((found.auc_of_points.area - found.auc_cross_validated).abs() < 0.02, "seed {seed}: {found:?}");
        assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    }
}

#[test]
fn probabilities_at_the_cut_points_are_kept() {
    let project = Project::new();
    let closed = drawn(&project, 8000, 4, false);
    let text = format!("{}{}{CALLS}", source(), (0..FLAGS.len()).map(flag).collect::<String>());
    let found = trained(&project, &text, &closed).unwrap();
    let plan = project.plan(&text);
    let replay = backtest::replay(&plan, &Silent).unwrap();
    let known = backtest::known(&replay, Outcomes::File(&closed), OutcomeColumns::default()).unwrap();
    let suggested: Vec<Option<Points>> = found.criteria.iter().map(|criterion| Some(criterion.points)).collect();
    let (_, scores) = rescored(&plan, &replay, &suggested);
    assert_eq!(of_known(&known, &scores), found.auc_of_points);
    for cut in &found.stars {
        // Leads around the cut point were won as often as it says, within 0.06.
        let near = known.leads.iter().zip(&known.won);
        let near: Vec<bool> = near
            .filter(|(lead, _)| (scores.percent[**lead as usize] - cut.percent).abs() < 4.0)
            .map(|(_, won)| *won)
            .collect();
        let rate = near.iter().filter(|won| **won).count() as f64 / near.len() as f64;
        assert!(near.len() > 100 && (rate - cut.probability).abs() < 0.06, "{cut:?}: {rate} of {}", near.len());
    }
    let names: Vec<(&str, bool)> = found.grades.iter().map(|(name, cut)| (name.as_str(), cut.percent > 0.0)).collect();
    assert_eq!(names, [("A", true), ("B", true), ("C", true), ("D", false)]);
}

#[test]
fn decay_and_counts_are_the_columns() {
    let project = Project::new();
    project.file("people.csv", "id,f0\n1,yes\n2,no\n3,\n");
    // 0, 30 and 60 days before 2026-03-31.
    project.file(
        "activities.csv",
        "lead_id,activity,at\n1,phone_log,2026-03-31\n1,phone_log,2026-03-01\n2,phone_log,2026-01-30\n",
    );
    let text = "[[source]]\nname = \"crm\"\npath = \"people.csv\"\ntypes = { f0 = \"boolean\" }\n\
        [crm]\nactivities = { path = \"activities.csv\" }\n\
        [score.group.talk]\ncap = 2\n\
        [[score.criterion]]\nname = \"F0\"\nwhen = \"f0\"\nimportance = \"high\"\n\
        [[score.criterion]]\nname = \"Calls\"\neach = { activity = \"phone_log\" }\npoints = 7\nhalf_life = \"30 days\"\n\
        group = \"talk\"\n\
        [[score.criterion]]\nname = \"Count\"\neach = { at_most = 1 }\npoints = 0\n";
    let plan = project.plan(text);
    let replay = backtest::replay(&plan, &Silent).unwrap();
    let units = score::score(&in_units(&plan.score), &replay.entities, plan.as_of);
    let mut rows: Vec<Vec<String>> =
        (0..3).map(|lead| units.lines.iter().map(|line| line.points(lead).to_string()).collect()).collect();
    rows.sort();
    // Met 1, else (no data, too) 0; calls 1 + 1/2, 1/4; what is worth nothing now is counted all the same.
    assert_eq!(rows, [["0", "0", "0"], ["0", "0.25", "1"], ["1", "1.5", "1"]]);
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let text = format!("{}{}{CALLS}", source(), (0..2).map(flag).collect::<String>());
    let results = [false, true].map(|backwards| {
        let project = Project::new();
        let closed = drawn(&project, 700, 5, backwards);
        let mut found = trained(&project, &text, &closed).unwrap();
        found.outcomes.table = String::new();
        found
    });
    assert_eq!(results[0], results[1]);
    assert_eq!(results[0].folds.iter().map(|fold| fold.leads).sum::<u64>(), 700);
}

#[test]
fn too_little_data_is_refused_with_numbers() {
    let project = Project::new();
    let all = format!("{}{}{CALLS}", source(), (0..FLAGS.len()).map(flag).collect::<String>());
    // 90 leads, of which the first 40 won: 60 are needed for six criteria.
    drawn(&project, 90, 6, false);
    let closed = project.file(
        "closed.csv",
        &format!("id,won\n{}", (0..90).map(|lead| format!("{lead},{}\n", u8::from(lead < 40))).collect::<String>()),
    );
    let told = trained(&project, &all, &closed).unwrap_err().to_string();
    assert!(
        told.starts_with(
            "too few outcomes to learn from: 40 known leads were won (40 won, 50 lost), and 60 are needed: 10 for each \
             of the 6 criteria that differ among them, and 50 at least"
        ),
        "{told}"
    );
    let two = format!("{}{}", source(), (0..2).map(flag).collect::<String>());
    let told = trained(&project, &two, &closed).unwrap_err().to_string();
    assert!(told.contains("and 50 are needed: 10 for each of the 2 criteria"), "{told}");
    let none = format!("{}[[score.criterion]]\nname = \"All\"\nwhen = \"lead_id IS NOT NULL\"\n", source());
    let told = trained(&project, &none, &closed).unwrap_err().to_string();
    assert_eq!(told, "no criterion differs among the known leads: \"All\": all known leads meet it alike");
}

#[test]
fn constant_and_separating_criteria_are_no_trouble() {
    let project = Project::new();
    drawn(&project, 400, 7, false);
    // Other leads: f0 alone decides.
    let mut chance = Chance(8);
    let (mut leads, mut closed) = ("id,f0,f1,f2,f3,f4\n".to_owned(), "id,won\n".to_owned());
    for lead in 0..400 {
        let won = lead % 2 == 0;
        let other = u8::from(chance.share() < 0.5);
        let _ = writeln!(leads, "{lead},{0},{other},{other},0,1", u8::from(won));
        let _ = writeln!(closed, "{lead},{}", u8::from(won));
    }
    project.file("people.csv", &leads);
    let closed = project.file("closed.csv", &closed);
    let text = format!("{}{}", source(), (0..FLAGS.len()).map(flag).collect::<String>());
    let found = trained(&project, &text, &closed).unwrap();
    let names: Vec<(&str, &str)> = found.left_out.iter().map(|left| (left.name.as_str(), left.why.as_str())).collect();
    assert_eq!(names, [("F3", "no known lead meets it"), ("F4", "all known leads meet it alike")]);
    let weights: Vec<f64> = found.criteria.iter().map(|criterion| criterion.weight).collect();
    assert!(weights[0] > 3.0 && weights[0] < 30.0, "{weights:?}");
    // Two criteria that say the same share what there is.
    assert!((weights[1] - weights[2]).abs() < 1e-6, "{weights:?}");
    assert_eq!((found.auc_cross_validated, found.auc_of_points.area), (1.0, 1.0));
    assert!(found.grades.iter().all(|(_, cut)| cut.percent.is_finite()), "{:?}", found.grades);
}
