//! Outcomes and leads brought together, and figures against plain definitions.

use std::fmt::Write as _;

use jiff::civil::date;
use tempfile::TempDir;

use super::*;
use crate::config::{Outputs, compile_text};
use crate::model::progress::Silent;
use crate::stages::{report, standardize};

/// A project of files, and pipelines over them.
pub(in crate::pipeline) struct Project {
    folder: TempDir,
}

impl Project {
    pub(in crate::pipeline) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(in crate::pipeline) fn file(&self, name: &str, text: &str) -> std::path::PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The plan of a pipeline without a search for duplicates, as of 2026-03-31.
    pub(in crate::pipeline) fn plan(&self, text: &str) -> Plan {
        let outputs = Outputs {
            names: report::TABLES,
            tables: &report::schema,
            fold: &standardize::fold::fold,
            clean: &standardize::value,
            check_query: &report::queries::check_query,
        };
        let text = format!("as_of = \"2026-03-31\"\n[load]\nname = \"none\"\n[dedupe]\nenabled = false\n{text}");
        match compile_text(&text, "p.toml", self.folder.path(), &[], date(2026, 3, 31), &outputs) {
            Ok((plan, _)) => plan,
            Err(faults) => panic!("{:?}", faults.items.iter().map(|fault| &fault.message).collect::<Vec<_>>()),
        }
    }
}

/// Numbers that look like chance (S. Vigna's SplitMix64), the same in every run.
pub(in crate::pipeline) struct Chance(pub(in crate::pipeline) u64);

impl Chance {
    /// At least 0, below 1.
    pub(in crate::pipeline) fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn question(outcomes: Outcomes<'_>) -> Question<'_> {
    Question { outcomes, columns: OutcomeColumns::default(), cost_per_call: None, value_per_win: None }
}

const PEOPLE: &str = "id,email,email_2,company,status,won\n\
    1,ana@kirova.bg,,Kirova,Qualified,\n2,jan@nowak.pl,boss@nowak.pl,Nowak,Disqualified,\n\
    3,info@shop.de,,Shop,Open,\n4,info@shop.de,,Shop,Closed - Converted,\n5,eva@rossi.it,,Rossi,lost,\n";

const SOURCE: &str = "[[source]]\nname = \"crm\"\npath = \"people.csv\"\n";

const CRITERION: &str = "[[score.criterion]]\nname = \"Company\"\nwhen = \"company IN ('Kirova', 'Nowak')\"\n";

fn people() -> (Project, Plan) {
    let project = Project::new();
    project.file("people.csv", PEOPLE);
    let plan = project.plan(&format!("{SOURCE}{CRITERION}"));
    (project, plan)
}

/// The source id of each known lead and whether it was won, and the value.
fn joined(replay: &Replay, known: &Known) -> Vec<(String, bool, Option<f64>)> {
    let id = |lead: &u32| {
        let row = replay.entities.members(*lead as usize)[0];
        replay.leads.text(Field::SourceId, row).unwrap().to_owned()
    };
    let leads = known.leads.iter().zip(&known.won).zip(&known.values);
    let mut found: Vec<_> = leads.map(|((lead, won), value)| (id(lead), *won, *value)).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

#[test]
fn leads_are_found_by_every_id() {
    let (project, plan) = people();
    let replay = replay(&plan, &Silent).unwrap();
    let own = |id: &str| {
        let row = (0..5).find(|&row| replay.leads.column(Field::SourceId).text(row) == Some(id)).unwrap();
        replay.entities.ids[replay.entities.of[row].index()].clone()
    };
    // By the export's id, with the source in front, by our own id and by any address; 6 is nobody, and two have the
    // address of the shop. A blank outcome and a deal under way do not count; of two outcomes the win does.
    let closed = project.file(
        "closed.csv",
        &format!(
            "Lead,Mail,Stage,Amount\n1,,Closed Won,1200\ncrm:5,,Closed Lost,\n{},,won,300\n,BOSS@nowak.pl,lost,\n\
             ,info@shop.de,won,1\n6,,won,1\n4,,,\n4,,Negotiation,5\n1,,lost,\n1,,won,800.50\n",
            own("3")
        ),
    );
    let found = known(&replay, Outcomes::File(&closed), OutcomeColumns::default()).unwrap();
    let expected = [("1", true, Some(2000.5)), ("2", false, None), ("3", true, Some(300.0)), ("5", false, None)];
    assert_eq!(joined(&replay, &found), expected.map(|(id, won, value)| (id.to_owned(), won, value)));
    let account = &found.account;
    assert_eq!(account.keys, ["Lead", "Mail"]);
    assert_eq!((account.outcome.as_str(), account.value.as_deref()), ("Stage", Some("Amount")));
    assert_eq!(account.found, FoundBy { source_id: 6, lead_id: 1, email: 1 });
    assert_eq!((account.unmatched, account.ambiguous, account.blank, account.open), (1, 1, 1, 1));
    assert_eq!(account.unmatched_examples, ["6"]);
    assert_eq!((account.several, account.contradictory), (1, 1));
    assert_eq!(found.mean_value(), Some(1150.25));

    // A column of few numbers is none of ids, and one of addresses needs no name that says so.
    let owned = project.file("owned.csv", "Owner ID,Record ID,won\n1,1,yes\n1,2,no\n1,5,no\n");
    let found = known(&replay, Outcomes::File(&owned), OutcomeColumns::default()).unwrap();
    assert_eq!((&found.account.keys[0][..], found.leads.len()), ("Record ID", 3));
    let nameless = project.file("nameless.csv", "who,won\nana@kirova.bg,yes\nJan Nowak <jan@nowak.pl>,no\n");
    let found = known(&replay, Outcomes::File(&nameless), OutcomeColumns::default()).unwrap();
    assert_eq!((&found.account.keys[0][..], found.account.found.email), ("who", 2));

    // Named columns are taken at their word.
    let odd = project.file("odd.csv", "a,b\n1,gut\n2,schlecht\n");
    let won = ["Gut".to_owned()];
    let columns = OutcomeColumns { id: Some("a"), outcome: Some("b"), won: &won, value: None };
    let found = known(&replay, Outcomes::File(&odd), columns).unwrap();
    assert_eq!(joined(&replay, &found), [("1".to_owned(), true, None), ("2".to_owned(), false, None)]);
}

#[test]
fn sources_with_the_same_ids_are_told_apart() {
    let project = Project::new();
    project.file("people.csv", "id,email\n1,ana@kirova.bg\n2,jan@nowak.pl\n");
    project.file("others.csv", "id,email\n1,eva@rossi.it\n2,tom@shaw.uk\n");
    let plan = project.plan(&format!("{SOURCE}[[source]]\nname = \"shop\"\npath = \"others.csv\"\n"));
    let replay = replay(&plan, &Silent).unwrap();
    let plain = project.file("plain.csv", "id,won\n1,yes\n2,no\n");
    let told = known(&replay, Outcomes::File(&plain), OutcomeColumns::default()).unwrap_err().to_string();
    assert!(told.contains("no `id` of") && told.contains("of one lead alone: 1, 2"), "{told}");
    let sourced = project.file("sourced.csv", "id,source,won\n1,shop,yes\n1,crm,no\n2,crm,yes\n");
    let found = known(&replay, Outcomes::File(&sourced), OutcomeColumns::default()).unwrap();
    assert_eq!((found.classes(), found.account.ambiguous), ((2, 1), 0));
}

#[test]
fn leads_that_came_in_closed_are_outcomes() {
    let (_project, plan) = people();
    let replay = replay(&plan, &Silent).unwrap();
    let found = known(&replay, Outcomes::Leads, OutcomeColumns::default()).unwrap();
    let expected = [("1", true), ("2", false), ("4", true), ("5", false)];
    assert_eq!(joined(&replay, &found), expected.map(|(id, won)| (id.to_owned(), won, None)));
    assert_eq!(found.account.open, 1);
    // What an edit closes is nobody's outcome.
    let (project, _) = people();
    let edit = "[[edit]]\nwhere = \"company = 'Shop'\"\nset = { status = \"disqualified\" }\n";
    let plan = project.plan(&format!("{SOURCE}{edit}{CRITERION}"));
    let replay = super::replay(&plan, &Silent).unwrap();
    let found = known(&replay, Outcomes::Leads, OutcomeColumns::default()).unwrap();
    assert_eq!(joined(&replay, &found).iter().map(|lead| lead.0.as_str()).collect::<Vec<_>>(), ["1", "2", "5"]);
    let value = OutcomeColumns { value: Some("budget_amout"), ..OutcomeColumns::default() };
    let told = known(&replay, Outcomes::Leads, value).unwrap_err().to_string();
    assert!(told.contains("no column `budget_amout` (`budget_amount` is near)"), "{told}");
}

#[test]
fn what_cannot_be_judged_is_told() {
    let (project, plan) = people();
    let replay = replay(&plan, &Silent).unwrap();
    let told = |text: &str| {
        let closed = project.file("closed.csv", text);
        known(&replay, Outcomes::File(&closed), OutcomeColumns::default()).unwrap_err().to_string()
    };
    for (text, expected) in [
        ("id,won\n17,yes\n18,no\n", "is the id or e-mail address of a lead: 17, 18 against ids such as "),
        ("id,won\n1,yes\n2,yes\n", "all 2 leads with an outcome in"),
        ("id,won\n1,no\n", "the one lead with an outcome in"),
        ("id,status\n1,new\n2,\n", "that is of a lead has an outcome in `status`: 1 are blank, 1 not decided yet"),
        ("id,won\n", "has no rows"),
        ("id,remark\n1,blue\n", "which column of"),
    ] {
        assert!(told(text).contains(expected), "{text}: {}", told(text));
    }
    let only = Plan { only: Some(Only::Dedupe), score: crate::config::plan::ScorePlan::default(), ..plan };
    let told = super::replay(&only, &Silent).unwrap_err().to_string();
    assert_eq!(told, "the pipeline has `only = \"dedupe\"` and scores nothing");
}

#[test]
fn criteria_that_know_the_outcome_are_named() {
    let project = Project::new();
    project.file("people.csv", PEOPLE);
    let text = format!(
        "{SOURCE}types = {{ won = \"text\" }}\n\
         [[edit]]\nwhere = \"status = 'qualified'\"\nset = {{ need = \"high\" }}\n\
         [[edit]]\nwhere = \"need = 'high'\"\nset = {{ purchase_process = \"committee\" }}\n\
         [[edit]]\nwhere = \"company = 'Shop'\"\nset = {{ region = \"South\" }}\n\
         {CRITERION}\
         [[score.criterion]]\nname = \"Closed\"\nwhen = \"closed_at IS NOT NULL\"\n\
         [[score.criterion]]\nname = \"Needs it\"\nwhen = \"purchase_process = 'committee'\"\n\
         [[score.criterion]]\nname = \"South\"\nwhen = \"region = 'South'\"\n\
         [[score.criterion]]\nname = \"Won\"\nwhen = \"won IS NOT NULL\"\n"
    );
    let plan = project.plan(&text);
    let found = leaks(&plan, Some("Won"));
    let found: Vec<[&str; 3]> = found
        .iter()
        .map(|leak| [leak.criterion.as_str(), leak.column.as_str(), leak.through.as_deref().unwrap_or("")])
        .collect();
    assert_eq!(found, [["Closed", "closed_at", ""], ["Needs it", "purchase_process", "status"], ["Won", "won", ""]]);
    assert_eq!(leaks(&plan, None).len(), 2);
}

/// 300 leads with five flags and some history, and outcomes that follow the first flags.
fn flags(project: &Project) -> std::path::PathBuf {
    let mut chance = Chance(3);
    let (mut leads, mut closed) = ("id,f1,f2,f3,f4\n".to_owned(), "id,won,value\n".to_owned());
    let mut activities = "lead_id,activity,at\n".to_owned();
    for lead in 0..300 {
        let flags: [bool; 4] = std::array::from_fn(|_| chance.share() < 0.4);
        let calls = (chance.share() * 4.0) as u32;
        let cells = flags.map(|flag| if flag { "yes" } else { "no" }).join(",");
        let _ = writeln!(leads, "{lead},{cells}");
        (0..calls).for_each(|call| {
            let _ = writeln!(activities, "{lead},phone_log,2026-03-{} 1{call}:00", 10 + (chance.share() * 9.0) as u32);
        });
        let odds = -1.5 + f64::from(u8::from(flags[0])) * 2.0 + f64::from(calls) * 0.4;
        let won = chance.share() < 1.0 / (1.0 + (-odds).exp());
        let value = if won { (1000.0 * chance.share()).round().to_string() } else { String::new() };
        let _ = writeln!(closed, "{lead},{},{value}", if won { "yes" } else { "no" });
    }
    project.file("people.csv", &leads);
    project.file("activities.csv", &activities);
    project.file("closed.csv", &closed)
}

const FLAG_SOURCE: &str = "[[source]]\nname = \"crm\"\npath = \"people.csv\"\n\
    types = { f1 = \"boolean\", f2 = \"boolean\", f3 = \"boolean\", f4 = \"boolean\" }\n\
    [crm]\nactivities = { path = \"activities.csv\" }\n[score.group.talk]\ncap = 4\n";

const FLAG_CRITERIA: [&str; 5] = [
    "[[score.criterion]]\nname = \"F1\"\nwhen = \"f1\"\nimportance = \"high\"\n",
    "[[score.criterion]]\nname = \"F2\"\nwhen = \"f2\"\npoints = -1.5\n",
    "[[score.criterion]]\nname = \"Calls\"\neach = { activity = \"phone_log\", at_most = 3 }\npoints = 2\n\
     half_life = \"10 days\"\ngroup = \"talk\"\n",
    "[[score.criterion]]\nname = \"F3\"\nwhen = \"f3\"\npoints = 2\ngroup = \"talk\"\n",
    "[[score.criterion]]\nname = \"F4\"\nwhen = \"f4\"\nimportance = \"low\"\n",
];

#[test]
fn a_criterion_is_worth_what_a_pipeline_without_it_lacks() {
    let project = Project::new();
    let closed = flags(&project);
    let asked = question(Outcomes::File(&closed));
    let whole = |criteria: &[&str]| {
        let plan = project.plan(&format!("{FLAG_SOURCE}{}", criteria.concat()));
        backtest(&plan, asked, &Silent).unwrap()
    };
    let found = whole(&FLAG_CRITERIA);
    assert_eq!(found.criteria.len(), 5);
    for (at, value) in found.criteria.iter().enumerate() {
        let mut others = FLAG_CRITERIA.to_vec();
        others.remove(at);
        let without = whole(&others);
        assert!((value.auc_without - without.auc.area).abs() < 1e-12, "{}", value.name);
        assert!((value.top_lift_without - without.deciles[0].lift).abs() < 1e-9, "{}", value.name);
        assert!((value.auc_gain - (found.auc.area - without.auc.area)).abs() < 1e-12, "{}", value.name);
        let counts = value.counts;
        assert_eq!(counts.won_met + counts.won_unmet, found.won, "{}", value.name);
        assert_eq!(counts.lost_met + counts.lost_unmet, found.known - found.won, "{}", value.name);
    }
    // The limit matters: without it the others would be the same.
    assert_ne!(found.criteria[2].auc_without, found.criteria[3].auc_without);
}

#[test]
fn profit_and_groups_are_those_of_counting() {
    let project = Project::new();
    let closed = flags(&project);
    let plan = project.plan(&format!("{FLAG_SOURCE}{}", FLAG_CRITERIA.concat()));
    let asked = Question { cost_per_call: Some(120.0), ..question(Outcomes::File(&closed)) };
    let found = backtest(&plan, asked, &Silent).unwrap();
    let replay = replay(&plan, &Silent).unwrap();
    let known = known(&replay, asked.outcomes, asked.columns).unwrap();
    let profit = found.profit.unwrap();
    let mean = known.mean_value().unwrap();
    assert_eq!((profit.terms.value_per_win, profit.mean_of_values), (mean, true));
    let mut best = (0.0, None);
    for cut_off in &profit.cut_offs {
        let called = |at: &usize| replay.scores.score[known.leads[*at] as usize] >= cut_off.score;
        let called: Vec<usize> = (0..known.leads.len()).filter(called).collect();
        let won = called.iter().filter(|at| known.won[**at]).count();
        let gained = won as f64 * mean - called.len() as f64 * 120.0;
        assert_eq!((cut_off.called, cut_off.won), (called.len() as u64, won as u64));
        assert!((cut_off.profit - gained).abs() < 1e-6);
        let lead = known.leads.iter().find(|lead| replay.scores.score[**lead as usize] == cut_off.score).unwrap();
        assert!((cut_off.score_percent - replay.scores.percent[*lead as usize]).abs() < 1e-9);
        if gained > best.0 + 1e-9 {
            best = (gained, Some(cut_off.score));
        }
    }
    assert_eq!(profit.best.map(|best| best.score), best.1);
    assert_eq!(profit.everybody.called, 300);
    for groups in [&found.grades, &found.stars] {
        assert_eq!(groups.iter().map(|group| group.leads).sum::<u64>(), 300);
        assert_eq!(groups.iter().map(|group| group.won).sum::<u64>(), found.won);
    }
    let dearer = Question { value_per_win: Some(1.0), ..asked };
    let profit = backtest(&plan, dearer, &Silent).unwrap().profit.unwrap();
    assert_eq!((profit.best, profit.mean_of_values), (None, false));
    assert!(backtest(&plan, question(asked.outcomes), &Silent).unwrap().profit.is_none());
}

#[test]
fn what_to_mind_is_said() {
    let (project, _) = people();
    project.file("activities.csv", "lead_id,activity,at\n1,phone_log,2026-03-01\n");
    project.file(
        "people.csv",
        "id,email,company,status,closed_at,manual_stars\n1,a@kirova.bg,Kirova,Qualified,2026-02-01,4\n\
         2,b@nowak.pl,Nowak,lost,2026-03-31,\n",
    );
    let each = "[[score.criterion]]\nname = \"Calls\"\neach = { at_most = 2 }\npoints = 1\n";
    let crm = "[crm]\nactivities = { path = \"activities.csv\" }\n";
    let plan = project.plan(&format!("{SOURCE}{crm}{CRITERION}{each}"));
    let found = backtest(&plan, question(Outcomes::Leads), &Silent).unwrap();
    let expected = [
        "only 1 known lead was won",
        "1 known lead was closed before 2026-03-31, and what happened since counts",
        "1 known lead has stars given by hand",
    ];
    assert_eq!(found.warnings.len(), 3, "{:?}", found.warnings);
    for (told, expected) in found.warnings.iter().zip(expected) {
        assert!(told.starts_with(expected), "{told}");
    }
    // A flag that has nothing to do with the outcomes, and one that has.
    let project = Project::new();
    let closed = flags(&project);
    let warned = |criterion: &str| {
        let plan = project.plan(&format!("{}{criterion}", FLAG_SOURCE.replace("[score.group.talk]\ncap = 4\n", "")));
        backtest(&plan, question(Outcomes::File(&closed)), &Silent).unwrap().warnings
    };
    assert!(warned(FLAG_CRITERIA[0]).is_empty(), "{:?}", warned(FLAG_CRITERIA[0]));
    let told = warned(FLAG_CRITERIA[4]);
    assert!(told[0].starts_with("on these leads the score may be no better than chance"), "{told:?}");
    let against = warned("[[score.criterion]]\nname = \"Not F1\"\nwhen = \"NOT f1\"\n");
    assert!(against[0].starts_with("on these leads the score is worse than chance"), "{against:?}");
}
