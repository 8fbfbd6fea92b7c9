//! Assigning, sentence by sentence.

use super::{RULE, Rule, Told, pipeline, prove};
use crate::workdir::Workdir;

#[test]
fn every_rule_of_assigning() {
    prove(RULES);
}

const OWNERS: (&str, &str) = ("owners.csv", "owner,email,capacity\nanna,,\njan,,\neva,,\n");

const RULES: &[Rule] = &[
    Rule {
        says: "A lead is assigned to an owner, many at once",
        because: "one rule, all open leads; a closed lead stays as it is",
        pipeline: r#"assign.rule = [{ name = "all", to = ["anna"] }]"#,
        leads: "source_id,status\na,\nb,\nc,open\nclosed,disqualified\n",
        shows: "assigned_to why",
        gives: &["a | anna | rule: all", "b | anna | rule: all", "c | anna | rule: all", "closed |  | closed"],
        ..RULE
    },
    Rule {
        says: "only a known owner may be assigned",
        because: "the owners file knows no bob: he is cleared, and the rule gives the lead to anna",
        pipeline: r#"crm.owners = { path = "owners.csv" }
            assign.rule = [{ name = "all", to = ["anna"] }]"#,
        leads: "source_id,assigned_to\nbob's,bob\njan's,JAN\n",
        files: &[OWNERS],
        shows: "assigned_to why",
        gives: &["bob's | anna | rule: all", "jan's | jan | kept"],
    },
    Rule {
        says: "by ordered rules",
        because: "the first rule that holds wins: Germans with a budget are anna's, other Germans jan's, all others eva's",
        pipeline: r#"assign.rule = [
            { name = "rich", when = "country = 'DE' AND budget_amount >= 5000", to = ["anna"] },
            { name = "german", when = "country = 'DE'", to = ["jan"] },
            { name = "rest", to = ["eva"] } ]"#,
        leads: "source_id,country,budget_amount\nrich,DE,5000\ngerman,DE,4999\nunknown,DE,\nfrench,FR,9000\nnowhere,,\n",
        shows: "assigned_to why",
        gives: &[
            "rich | anna | rule: rich",
            "german | jan | rule: german",
            "unknown | jan | rule: german",
            "french | eva | rule: rest",
            "nowhere | eva | rule: rest",
        ],
        ..RULE
    },
    Rule {
        says: "by ordered rules (the other way round)",
        because: "the rule for all stands first and leaves the others nothing",
        pipeline: r#"assign.rule = [
            { name = "rest", to = ["eva"] },
            { name = "german", when = "country = 'DE'", to = ["jan"] } ]"#,
        leads: "source_id,country\ngerman,DE\nfrench,FR\n",
        shows: "assigned_to",
        gives: &["german | eva", "french | eva"],
        ..RULE
    },
    Rule {
        says: "by ordered rules (none holds)",
        because: "nobody's lead stays nobody's",
        pipeline: r#"assign.rule = [{ name = "german", when = "country = 'DE'", to = ["jan"] }]"#,
        leads: "source_id,country\nfrench,FR\nnowhere,\n",
        shows: "assigned_to why",
        gives: &["french |  | no rule holds", "nowhere |  | no rule holds"],
        ..RULE
    },
    Rule {
        says: "territory",
        because: "the row that says most about the place has it: postcodes 80… before Germany, Germany before the rest",
        pipeline: r#"assign.rule = [{ name = "field", territory = "places.csv" }]"#,
        leads: "source_id,country,postcode\nmunich,DE,80331\nberlin,DE,10115\ngermany,DE,\nparis,FR,75001\n",
        files: &[("places.csv", "country,postcode,owner\nDE,,jan\nDE,80,anna\n,,eva\n")],
        shows: "assigned_to why",
        gives: &[
            "munich | anna | rule: field, territory DE 80",
            "berlin | jan | rule: field, territory DE",
            "germany | jan | rule: field, territory DE",
            "paris | eva | rule: field, territory rest of the world",
        ],
    },
    Rule {
        says: "the owner whom a lead already has stays",
        because: "eva's and anna's leads stay theirs, the other is jan's",
        pipeline: r#"assign.rule = [{ name = "all", to = ["jan"] }]"#,
        leads: "source_id,assigned_to\neva's,eva\nnobody's,\nanna's,anna\n",
        shows: "assigned_to why",
        gives: &["eva's | eva | kept", "nobody's | jan | rule: all", "anna's | anna | kept"],
        ..RULE
    },
    Rule {
        says: "… unless a rule says otherwise",
        because: "the rule takes German leads whoever has them; eva's French lead stays hers, anna's closed one anna's",
        pipeline: r#"assign.rule = [{ name = "german", when = "country = 'DE'", to = ["jan"], reassign = true }]"#,
        leads: "source_id,assigned_to,country,status\neva's,eva,DE,\nnobody's,,DE,\nfrench,eva,FR,\nclosed,anna,DE,qualified\n",
        shows: "assigned_to why",
        gives: &[
            "eva's | jan | rule: german",
            "nobody's | jan | rule: german",
            "french | eva | kept",
            "closed | anna | kept",
        ],
        ..RULE
    },
];

/// The owners of new leads in the order of their ids, in which they are given: ids are made of content, so that no order
/// of rows foretells it.
fn in_turn(rule: &str, owners: &str, held: &[&str]) -> Vec<String> {
    let held = held.iter().enumerate().map(|(nth, held)| format!("held {nth},{held}\n"));
    let new = (1..=7).map(|nth| format!("new {nth},,\n"));
    let leads = format!("source_id,assigned_to,status\n{}", held.chain(new).collect::<String>());
    let workdir = Workdir::new();
    let rules = format!("crm.owners = {{ path = \"owners.csv\" }}\nassign.rule = [{{ name = \"all\", {rule} }}]\n");
    workdir.file("leads.csv", &leads).file("owners.csv", owners).file("p.toml", pipeline(&leads, &rules));
    workdir.succeed(&["run", "p.toml"]);
    let told = Told::read(&workdir, "out/p");
    told.assert_sums(rule);
    let mut new: Vec<_> = told.leads.iter().filter(|lead| lead["source_id"].starts_with("new")).collect();
    new.sort_by_key(|lead| &lead["lead_id"]);
    new.iter().map(|lead| lead["assigned_to"].clone()).collect()
}

#[test]
fn round_robin() {
    let owners = "owner,capacity\nanna,\njan,\neva,\n";
    let all = r#"to = ["anna", "jan", "eva"], by = "round_robin""#;
    assert_eq!(in_turn(all, owners, &[]), ["anna", "jan", "eva", "anna", "jan", "eva", "anna"]);
    // Whoever is full is passed over: jan has room for one lead, and has none yet.
    let owners = "owner,capacity\nanna,\njan,1\neva,\n";
    assert_eq!(in_turn(all, owners, &[]), ["anna", "jan", "eva", "anna", "eva", "anna", "eva"]);
}

#[test]
fn least_loaded_with_a_capacity() {
    let least = r#"to = ["anna", "jan"], by = "least_loaded""#;
    // anna has two open leads, jan none; his qualified one is no load.
    let held = ["anna,open", "anna,open", "jan,qualified"];
    let owners = "owner,capacity\nanna,\njan,\n";
    // anna:jan 2:0, 2:1, 2:2 (a tie: the first named), 3:2, 3:3, 4:3, 4:4.
    assert_eq!(in_turn(least, owners, &held), ["jan", "jan", "anna", "jan", "anna", "jan", "anna"]);
    // jan may have three, anna four: 2:0, 2:1, 2:2, 3:2, 3:3, 4:3, and then both are full.
    let owners = "owner,capacity\nanna,4\njan,3\n";
    assert_eq!(in_turn(least, owners, &held), ["jan", "jan", "anna", "jan", "anna", "", ""]);
}
