//! The same rules give the same scores, however many leads are scored together and by however many threads.

use std::collections::BTreeMap;

use super::{Told, pipeline};
use crate::workdir::{Row, Workdir};

const LEADS: usize = 60;

const RULES: &str = r#"crm.activities = { path = "touches.csv" }
[score]
criterion = [
    { name = "A", when = "a", importance = "high", group = "fit" },
    { name = "B", when = "b", points = 4.25, group = "fit", missing = "neutral" },
    { name = "Budget", when = "budget_amount >= 5000", importance = "low", missing = "neutral" },
    { name = "Country", when = "country IN ('DE', 'AT')", points = -2 },
    { name = "Mails", each = { activity = "email", at_most = 3 }, points = 2, half_life = "20 days", group = "engagement" },
    { name = "Calls", each = { activity = "phone_log" }, points = 2, group = "engagement" },
    { name = "Quiet", none = { within = "30 days" }, points = -3, group = "engagement" } ]
[score.group]
fit = { cap = 6, bands = { A = 60, B = 30, C = 0 } }
engagement = { cap = 5, floor = -2 }
"#;

/// The row of a lead: every column goes round at another pace, so that rows differ.
fn row(lead: usize) -> String {
    let flag = |pace: usize| ["yes", "no", ""][lead / pace % 3];
    let budget = ["", "4999", "5000", "12000"][lead % 4];
    let country = ["DE", "FR", "", "AT", "PL"][lead % 5];
    let stars = ["", "", "", "4", "0", "", ""][lead % 7];
    format!("{lead},{},{},{budget},{country},{stars}\n", flag(1), flag(3))
}

fn touches() -> String {
    let of = |lead: usize| {
        let kind = move |nth: usize| ["email", "phone_log", "phone_log"][(lead + nth) % 3];
        (0..lead % 6).map(move |nth| format!("{lead},{},2026-{:02}-{:02},{nth}\n", kind(nth), 11 - nth, 1 + lead % 28))
    };
    format!("lead_id,activity,at,subject\n{}", (0..LEADS).flat_map(of).collect::<String>())
}

/// What a run says of each of these leads, by id: its row of `leads` and its lines of the ledger.
fn scored(leads: &[usize], threads: &str) -> BTreeMap<String, (Row, Vec<Row>)> {
    let rows: String = leads.iter().map(|lead| row(*lead)).collect();
    let leads = format!("source_id,a,b,budget_amount,country,manual_stars\n{rows}");
    let workdir = Workdir::new();
    // A batch knows the history of all leads, its own or not.
    workdir.file("leads.csv", &leads).file("touches.csv", touches()).file("p.toml", pipeline(&leads, RULES));
    workdir.succeed(&["run", "p.toml", "--threads", threads]);
    let mut told = Told::read(&workdir, "out/p");
    told.assert_sums("batches");
    let of = |lead: Row| (lead["source_id"].clone(), (lead.clone(), told.ledger.remove(&lead["lead_id"]).unwrap()));
    told.leads.drain(..).map(of).collect()
}

#[test]
fn the_same_scores_in_batches_of_any_size_on_any_number_of_threads() {
    let all: Vec<usize> = (0..LEADS).collect();
    let whole = scored(&all, "1");
    assert_eq!(whole.len(), LEADS);
    // Enough of everything for a difference to show.
    let different =
        |column: &str| whole.values().map(|(lead, _)| &lead[column]).collect::<std::collections::BTreeSet<_>>();
    for (column, least) in [("score", 15), ("stars", 5), ("grade", 4), ("fit_band", 3), ("reasons_against", 10)] {
        assert!(different(column).len() >= least, "{column}: {:?}", different(column));
    }
    let limited = |name: &str| {
        let lines = whole.values().flat_map(|(_, ledger)| ledger);
        lines.filter(|line| line["criterion"] == name && line["points"] != "0").count()
    };
    for limit in ["fit (cap)", "engagement (cap)", "engagement (floor)"] {
        assert!(limited(limit) > 0, "{limit} takes nothing and gives nothing");
    }

    for threads in ["2", "7"] {
        assert_eq!(scored(&all, threads), whole, "{threads} threads");
    }
    for (size, threads) in [(7, "7"), (20, "2"), (41, "1")] {
        let pieces = all.chunks(size).flat_map(|piece| scored(piece, threads));
        assert_eq!(pieces.collect::<BTreeMap<_, _>>(), whole, "batches of {size}");
    }
    // A lead all by itself is what it is among others.
    for lead in [0, 23, 59] {
        let alone = scored(&[lead], "2");
        assert_eq!(alone[&lead.to_string()], whole[&lead.to_string()]);
    }
}
