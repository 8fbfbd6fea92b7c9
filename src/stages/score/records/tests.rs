//! Scores of contacts and accounts, worked out by hand.

use jiff::civil::date;
use polars::prelude::{col, lit};

use super::*;
use crate::config::plan::Items;
use crate::model::crm::Activity;
use crate::model::entities::ActivityKind;
use crate::model::rows::Origin;
use crate::sample::{self, condition};

const AS_OF: Date = date(2026, 3, 31);
const DAY: i64 = 86_400_000_000;

fn contact(id: &str, email: &str, account_id: &str) -> Contact {
    let [id, email, account_id] = [id, email, account_id].map(str::to_owned);
    Contact { full_name: format!("Person {id}"), id, email, account_id, active: true, ..Contact::default() }
}

fn account(id: &str, country: &str) -> Account {
    let [id, country] = [id, country].map(str::to_owned);
    Account { name: format!("Company {id}"), id, country, active: true, ..Account::default() }
}

fn mail(email: &str, days_ago: i64) -> Activity {
    Activity {
        origin: Origin { source: 0, file: 0, line: 2 },
        lead_id: String::new(),
        email: email.to_owned(),
        kind: ActivityKind::Email,
        at: Some(calendar::midnight(AS_OF) - days_ago * DAY),
        subject: String::new(),
        text: String::new(),
        author: String::new(),
    }
}

fn plan(criteria: Vec<Criterion>) -> ScorePlan {
    let grades = vec![("A".to_owned(), 50.0), ("B".to_owned(), 0.0)];
    ScorePlan { criteria, star_cuts: vec![20.0, 40.0, 60.0, 80.0], grades, ..ScorePlan::default() }
}

fn criterion(name: &str, test: CriterionTest, points: i64) -> Criterion {
    let (worth, missing) = (Worth::Points(Points::whole(points)), Missing::No);
    Criterion { name: name.to_owned(), test, worth, missing, group: None, version: None }
}

fn shown(points: &[Points]) -> Vec<String> {
    points.iter().map(ToString::to_string).collect()
}

#[test]
fn contacts_have_their_account_s_columns_their_file_s_and_their_history() {
    let mut shared = contact("c4", "shared@x.example", "");
    shared.active = false;
    let crm = Crm {
        accounts: vec![account("a1", "BG"), account("a2", "DE")],
        contacts: vec![
            contact("c1", "one@x.example", "a1"),
            contact("c2", "", "a2"),
            contact("c3", "three@x.example", "gone"),
            shared,
            contact("c5", "shared@x.example", "a1"),
        ],
        contact_columns: vec![RecordColumn {
            name: "Job Title".to_owned(),
            values: ["Director", "", "Director", "", "Clerk"].map(str::to_owned).to_vec(),
        }],
        // The same mail through two exports is one; tomorrow's is none yet.
        activities: vec![
            mail("one@x.example", 3),
            mail("one@x.example", 3),
            mail("one@x.example", 10),
            mail("one@x.example", -1),
            mail("shared@x.example", 40),
            mail("nobody@x.example", 1),
        ],
        ..Crm::default()
    };
    let items = |within_days| Items { activity: None, within_days, filter: None };
    let plan = plan(vec![
        criterion("director", CriterionTest::When(condition(col("Job Title").eq(lit("Director")))), 10),
        criterion("bg", CriterionTest::When(condition(col("account_country").eq(lit("BG")))), 5),
        criterion("active", CriterionTest::When(condition(col("status").eq(lit("active")))), 1),
        criterion("mails", CriterionTest::Each { items: items(None), at_most: Some(4), decay: None }, 2),
        criterion("quiet", CriterionTest::Without { items: items(Some(30)) }, -3),
        criterion("ever", CriterionTest::When(condition(col("last_activity_at").is_not_null())), 100),
    ]);
    let scored = contacts(&plan, &crm, AS_OF);
    // c1: 10 + 5 + 1 + 2 x 2 + 100; c2: 1 - 3; c3: 10 + 1 - 3; c4: -3; c5: 5 + 1 + 2 - 3 + 100.
    assert_eq!(shown(&scored.scores.score), ["120", "-2", "8", "-3", "105"]);
    // From -3 to 10 + 5 + 1 + 8 + 100 = 124.
    assert_eq!((scored.scores.min, scored.scores.max), (Points::whole(-3), Points::whole(124)));
    assert_eq!(sample::grades(&scored.scores), ["A", "B", "B", "B", "A"]);
    assert_eq!(scored.scores.stars, [5, 1, 1, 0, 5]);
    assert_eq!((scored.ids[4].as_str(), scored.names[4].as_str()), ("c5", "Person c5"));
    assert_eq!(scored.scores.reasons_for.get(0), "ever (+100), director (+10), bg (+5)");
}

/// Leads with these scores, from -10 to 50.
fn leads(scores: &[i64]) -> Scorecards {
    Scorecards {
        score: scores.iter().map(|&score| Points::whole(score)).collect(),
        min: Points::whole(-10),
        max: Points::whole(50),
        ..Scorecards::default()
    }
}

/// Contacts with these scores, from 0 to 20.
fn scored_contacts(scores: &[i64]) -> ScoredRecords {
    let ids = (0..scores.len()).map(|nth| format!("c{nth}")).collect();
    let scores = Scorecards { min: Points::ZERO, max: Points::whole(20), ..leads(scores) };
    ScoredRecords { ids, names: vec![String::new(); scores.score.len()], scores }
}

#[test]
fn an_account_s_people_add_the_highest_all_or_some() {
    let crm = Crm {
        accounts: vec![account("a1", "BG"), account("a2", "DE"), account("a3", "")],
        contacts: vec![contact("c0", "", ""), contact("c1", "", ""), contact("c2", "", "")],
        ..Crm::default()
    };
    let company =
        Company { id: "A77".to_owned(), name: "New".to_owned(), country: "BG".to_owned(), ..Company::default() };
    let affiliations = Affiliations {
        companies: vec![company],
        // The first account has four leads; the second one below zero; the third nobody; the company two.
        of_lead: vec![Some(0), Some(0), Some(0), Some(0), Some(1), Some(3), Some(3), None],
        // The first lead is the first contact, of the same account; the fifth is the second contact, of another one.
        contact_of_lead: vec![Some(0), None, None, None, Some(1), None, None, None],
        of_contact: vec![Some(0), Some(0), None],
    };
    let leads = leads(&[30, 30, 7, -5, -4, 12, 50, 49]);
    let contacts = scored_contacts(&[20, 11, 19]);
    let bg = || criterion("bg", CriterionTest::When(condition(col("country").eq(lit("BG")))), 8);
    let run = |way, cap: Option<i64>, with_contacts: bool| {
        let people = Some(crate::config::plan::PeoplePlan { way, cap: cap.map(Points::whole) });
        let plan = AccountPlan { card: plan(vec![bg()]), people };
        let contacts = Some(&contacts).filter(|_| with_contacts);
        let (scored, people) = accounts(&plan, &crm, &affiliations, &leads, contacts, AS_OF);
        (scored, people.expect("rolled up"))
    };
    let cases = [
        // (way, cap, contacts too) -> (people, cap line, score) of the four accounts, and the least and the most.
        (PeopleWay::Max, None, true, ["30", "-4", "0", "50"], None, ["38", "-4", "0", "58"], (-10, 58)),
        // 30 + 30 + 11 + 7 - 5: the contact that the first lead is counts no second time.
        (PeopleWay::Sum, None, true, ["73", "-4", "0", "62"], None, ["81", "-4", "0", "70"], (-4, 81)),
        (PeopleWay::Sum, None, false, ["62", "-4", "0", "62"], None, ["70", "-4", "0", "70"], (-4, 70)),
        (
            PeopleWay::Sum,
            Some(65),
            true,
            ["73", "-4", "0", "62"],
            Some(["-8", "0", "0", "0"]),
            ["73", "-4", "0", "70"],
            (-4, 73),
        ),
        // 30 + 30 + 11, from 3 x -10 to 3 x 50.
        (PeopleWay::Top(3), None, true, ["71", "-4", "0", "62"], None, ["79", "-4", "0", "70"], (-30, 158)),
        (
            PeopleWay::Top(2),
            Some(40),
            true,
            ["60", "-4", "0", "62"],
            Some(["-20", "0", "0", "-22"]),
            ["48", "-4", "0", "48"],
            (-20, 48),
        ),
    ];
    for (way, cap, with_contacts, people_points, cap_line, score, (min, max)) in cases {
        let (scored, people) = run(way, cap, with_contacts);
        let line = |name: &str| scored.scores.lines.iter().find(|line| line.name == name);
        assert_eq!(shown(&sample::given(line("people").unwrap())), people_points, "{way:?}");
        assert_eq!(sample::met(line("people").unwrap()), [Some(true), Some(true), Some(false), Some(true)], "{way:?}");
        assert_eq!(
            line("people (cap)").map(|line| shown(&sample::given(line))),
            cap_line.map(|cap| cap.map(str::to_owned).to_vec())
        );
        assert_eq!(shown(&scored.scores.score), score, "{way:?} {cap:?}");
        assert_eq!((scored.scores.min, scored.scores.max), (Points::whole(min), Points::whole(max)), "{way:?} {cap:?}");
        // What is counted sums to the line, and is all of a score or nothing.
        for (account, points) in sample::given(line("people").unwrap()).iter().enumerate() {
            let own = people.iter().filter(|person| person.account as usize == account);
            assert_eq!(own.map(|person| person.counted).sum::<Points>(), *points, "{way:?} {account}");
        }
        assert!(people.iter().all(|person| person.counted == person.score || person.counted == Points::ZERO));
        let many = if with_contacts { 9 } else { 7 };
        assert_eq!(people.len(), many, "everybody who belongs to an account is named");
    }
    assert_eq!(run(PeopleWay::Max, None, true).0.ids, ["a1", "a2", "a3", "A77"]);
    let (_, people) = run(PeopleWay::Top(2), None, true);
    let first: Vec<_> =
        people.iter().filter(|person| person.account == 0).map(|p| (p.kind.name(), p.position, p.counted)).collect();
    let (yes, no) = (Points::whole(30), Points::ZERO);
    assert_eq!(
        first,
        [("lead", 0, yes), ("lead", 1, yes), ("contact", 0, no), ("contact", 1, no), ("lead", 2, no), ("lead", 3, no)]
    );
}

#[test]
fn without_people_accounts_go_by_their_columns() {
    let crm = Crm { accounts: vec![account("a1", "BG"), account("a2", "DE")], ..Crm::default() };
    let test = CriterionTest::When(condition(col("country").eq(lit("BG")).and(col("website").is_null())));
    let plan = AccountPlan { card: plan(vec![criterion("bg", test, 8)]), people: None };
    let (scored, people) = accounts(&plan, &crm, &Affiliations::default(), &leads(&[]), None, AS_OF);
    assert_eq!((shown(&scored.scores.score), people), (vec!["8".to_owned(), "0".to_owned()], None));
}
