//! "A model trained on leads that were closed as qualified / disqualified, with its AUC and lift": a hundred leads and one
//! question that tells them apart eight times in ten.

use serde_json::Value;

use super::pipeline;
use crate::workdir::Workdir;

/// 50 qualified leads, 40 of which say yes, and 50 disqualified ones, 10 of which do; yes is worth `points`.
fn closed(points: &str) -> Workdir {
    let row = |nth: usize| {
        let won = nth < 50;
        let says = nth % 50 < if won { 40 } else { 10 };
        format!("{nth},{},{}\n", if won { "qualified" } else { "disqualified" }, if says { "yes" } else { "no" })
    };
    let leads = format!("source_id,status,a\n{}", (0..100).map(row).collect::<String>());
    let workdir = Workdir::new();
    let score = format!("score.criterion = [{{ name = \"A\", when = \"a\", points = {points} }}]\n");
    workdir.file("leads.csv", &leads).file("p.toml", pipeline(&leads, &score));
    workdir
}

fn found(workdir: &Workdir, verb: &str, file: &str) -> Value {
    let ran = workdir.succeed(&[verb, file, "--outcomes", "leads", "--json"]);
    serde_json::from_str(&ran.stdout).unwrap()
}

/// To as many digits as tell it from any other share of a hundred leads.
fn is(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap_or_else(|| panic!("{value} is no number"));
    assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
}

#[test]
fn auc_and_lift_of_the_score() {
    let found = found(&closed("5"), "backtest", "p.toml");
    assert_eq!((&found["known"], &found["won"]), (&Value::from(100), &Value::from(50)));
    // Of the 2500 pairs 40 x 40 are in the right order, 40 x 10 + 10 x 40 are ties: (1600 + 800 / 2) / 2500.
    is(&found["auc"]["area"], 0.8);
    // 50 leads have 5 points, 40 of them won: 8 of any ten, against 5 of ten on average; of the rest 2 of ten.
    let lifts = [1.6, 1.6, 1.6, 1.6, 1.6, 0.4, 0.4, 0.4, 0.4, 0.4];
    let deciles = found["deciles"].as_array().unwrap();
    assert_eq!(deciles.len(), lifts.len());
    for (decile, lift) in deciles.iter().zip(lifts) {
        is(&decile["leads"], 10.0);
        is(&decile["won"], 5.0 * lift);
        is(&decile["lift"], lift);
    }
    // A score that has it backwards is as often wrong as this one is right.
    is(&self::found(&closed("-5"), "backtest", "p.toml")["auc"]["area"], 0.2);
    is(&self::found(&closed("0"), "backtest", "p.toml")["auc"]["area"], 0.5);
}

#[test]
fn a_model_learns_what_tells_won_leads_from_lost_ones() {
    // By hand the criterion counts against the lead; the outcomes say otherwise.
    let workdir = closed("-5");
    let trained = found(&workdir, "train-score", "p.toml");
    is(&trained["auc_of_points"]["area"], 0.8);
    let section = trained["section"].as_str().unwrap();
    let by_hand = std::fs::read_to_string(workdir.path("p.toml")).unwrap();
    let criterion = by_hand.lines().find(|line| line.starts_with("score.criterion")).unwrap();
    workdir.file("learned.toml", by_hand.replace(criterion, section));
    let tested = found(&workdir, "backtest", "learned.toml");
    is(&tested["auc"]["area"], 0.8);
    is(&tested["deciles"][0]["lift"], 1.6);
    workdir.succeed(&["run", "learned.toml"]);
    let told = super::Told::read(&workdir, "out/learned");
    told.assert_sums("learned points");
    let score = |says: &str| {
        let lead = told.leads.iter().find(|lead| lead["a"] == says).unwrap();
        super::ten_thousandths(&lead["score"])
    };
    assert!(score("true") > score("false"));
}
