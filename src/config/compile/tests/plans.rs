//! Valid pipeline files and the plans that they give.

use super::{compile_text, folder, lines};
use crate::config::compile::project_of;
use crate::config::plan::{
    AssignTo, CriterionTest, Decay, EditValue, LevelPlan, NameRule, OutputFormat, Plan, RejectLimit, ReportBody,
    Survivorship, Switch, Worth,
};
use crate::model::field::{Cleaner, Field};
use crate::model::scorecards::Points;

/// The whole interface: every key at least once.
pub(super) const FULL: &str = r#"#:schema ./pipeline.schema.json
name   = "campaign"
output = "out/campaign"
as_of  = 2026-11-30

[[source]]
name   = "webinar"
path   = "leads.csv"
preset = "hubspot"
trust  = 3
encoding = "utf-8"
delimiter = ","
fields = { company = "Company", budget_amount = { column = "Budget (EUR)", currency = "EUR" } }
values = { source = "Webinar" }
types  = { "Budget 2026" = "money", "Shoe size" = "integer" }
[[source]]
name   = "others"
path   = "more/*.csv"

[load]
max_rejects = "1%"
name = "optional"

[crm]
accounts      = { path = "accounts.csv", fields = { company = "company" } }
contacts      = { path = "contacts.csv" }
opportunities = { path = "opportunities.csv" }
owners        = { path = "owners.csv" }
activities    = { path = "activities.csv" }

[standardize]
default_country = "bg"

[dedupe]
enabled = true
match_at  = 0.95
review_at = 0.60
block_on  = [["email"], ["phone"], ["last_name", "company"], ["company", "first_name[1]"]]
max_block = 4000
decisions = "decided.csv"
compare   = [ { field = "last_name", levels = ["exact", "jaro_winkler >= 0.92", "jaro_winkler >= 0.85"] } ]

[[dedupe.rule]]
name = "Same e-mail and family name"
same = ["email", "last_name"]
published = true
exclude_inactive = true
ignore_blanks = true
case_sensitive = false
[[dedupe.rule]]
name = "Resting"
same = ["email"]
published = false

[dedupe.survivorship]
phone = "most_trusted"
opt_out = "any_true"

[[edit]]
where = "source = 'Webinar' AND country IS NULL"
set   = { country = "BG", estimated_close_date = 2026-12-31 }
clear = ["manual_stars"]

[score]
stars  = [10, 30, 60, 90]
grades = { A = 80, B = 50, C = 0 }
manual_for = "180 days"
[score.weights]
high = 5
[[score.criterion]]
name = "Decision maker"
when = "job_title ILIKE '%director%' OR job_title ILIKE 'head of %'"
importance = "high"
group = "fit"
[[score.criterion]]
name = "Opened our mail"
each = { activity = "email", within = "90 days", at_most = 5 }
points = 3.5
half_life = "30 days"
group = "engagement"
[[score.criterion]]
name = "Asked for prices"
each = { activity = "email", where = "subject ILIKE '%pricing%' AND author <> 'bot'" }
points = 5
fades = "60 days"
group = "engagement"
[[score.criterion]]
name = "In touch"
any = { within = "3 months", at_least = 3 }
[[score.criterion]]
name = "Gone quiet"
none = { within = "90 days", where = "author IS NOT NULL" }
points = -10
[score.group.engagement]
cap = 40
floor = -10

[[assign.rule]]
name = "German-speaking"
when = "country IN ('DE', 'AT', 'CH') AND stars > 1"
to   = ["anna", "jan"]
by   = "least_loaded"
reassign = true

[qualify]
when   = "stars >= 4 AND budget_amount >= 5000"
create = { account = true, contact = false, opportunity = "company <> 'unknown'" }
on_match = { account = "link", contact = "review", opportunity = "link" }
block_on_duplicate_lead = false
opportunity_per = "account"
[[qualify.disqualify]]
when   = "budget_amount = 0"
reason = "No budget"
[[qualify.reactivate]]
when = "status = 'disqualified' AND last_activity_at >= as_of - INTERVAL '30 days'"

[[report]]
name     = "Hot leads by company"
from     = "leads"
where    = "grade = 'A'"
group_by = ["company"]
measures = { leads = "COUNT(*)", value = "SUM(estimated_value)" }
sort     = ["-value"]
limit    = 10
[[report]]
name = "Anything else"
sql  = "SELECT source, COUNT(*) AS leads FROM leads GROUP BY source"
[[report]]
name    = "List"
columns = ["lead_id", "Shoe size"]

[write]
formats = ["parquet"]
bom = true

[[test]]
name   = "a director with budget qualifies"
lead   = { full_name = "Ana Kirova", job_title = "Director", budget_amount = 9000 }
expect = { stars = 5, status = "qualified" }
"#;

fn plan(text: &str, sets: &[&str]) -> Plan {
    let folder = folder();
    match compile_text(folder.path(), text, sets) {
        Ok((plan, _)) => plan,
        Err(faults) => panic!("{:#?}", lines(&faults)),
    }
}

#[test]
fn the_full_example() {
    let folder = folder();
    let (plan, warnings) =
        compile_text(folder.path(), FULL, &[]).unwrap_or_else(|faults| panic!("{:#?}", lines(&faults)));
    assert_eq!(lines(&warnings), Vec::<String>::new());
    assert_eq!((plan.name.as_str(), plan.as_of.to_string().as_str()), ("campaign", "2026-11-30"));
    assert_eq!(plan.output, folder.path().join("out/campaign"));
    assert_eq!((plan.load.max_rejects, plan.load.name), (RejectLimit::Share(0.01), NameRule::Optional));
    assert_eq!(plan.standardize.default_country.as_deref(), Some("BG"));

    let [webinar, others] = &plan.load.sources[..] else { panic!("two sources") };
    assert_eq!((webinar.name.as_str(), webinar.trust, others.trust), ("webinar", 3, 0));
    assert_eq!(webinar.values, [(plan.schema.index_of(Field::Source), "Webinar".to_owned())]);
    assert_eq!(webinar.currencies, [(plan.schema.index_of(Field::BudgetAmount), "EUR".to_owned())]);
    assert_eq!(webinar.files[0].shown, "leads.csv");
    let filled = |field: Field| {
        webinar.files[0].mapping.iter().find(|m| m.target == plan.schema.index_of(field)).map(|m| m.from.clone())
    };
    assert_eq!((filled(Field::Company), filled(Field::BudgetAmount)), (Some(vec![3]), Some(vec![6])));
    assert_eq!(others.files.iter().map(|file| file.shown.as_str()).collect::<Vec<_>>(), ["more/one.csv"]);
    let custom: Vec<_> =
        plan.schema.columns().iter().filter(|c| c.field.is_none()).map(|c| (c.name.as_str(), c.cleaner)).collect();
    assert_eq!(custom, [("Budget 2026", Cleaner::Money), ("Shoe size", Cleaner::Integer)]);
    assert!(plan.load.crm.activities.is_some() && plan.load.crm.owners.is_some());

    let dedupe = plan.dedupe.as_ref().expect("switched on");
    assert_eq!((dedupe.match_at, dedupe.review_at, dedupe.max_block), (0.95, 0.60, 4000));
    let keys: Vec<&str> = dedupe.block_on.iter().flatten().map(|key| key.label.as_str()).collect();
    assert_eq!(keys, ["email", "phone", "last_name + company", "company + first_name[1]"]);
    assert_eq!(dedupe.block_on.as_ref().map(|keys| keys[3].parts[1].prefix), Some(Some(1)));
    assert_eq!(
        dedupe.compare[0].levels,
        [LevelPlan::Exact, LevelPlan::JaroWinkler(0.92), LevelPlan::JaroWinkler(0.85)]
    );
    assert_eq!(dedupe.rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>(), ["Same e-mail and family name"]);
    assert!(dedupe.rules[0].exclude_inactive && plan.decisions.len() == 1);
    let way = |field| plan.merge.way(plan.schema.index_of(field));
    assert_eq!(
        (way(Field::Phone), way(Field::OptOut), way(Field::City)),
        (Survivorship::MostTrusted, Survivorship::AnyTrue, Survivorship::MostRecent,)
    );

    assert_eq!(
        plan.edits[0].set,
        [
            ("country".to_owned(), EditValue::Text("BG".to_owned())),
            ("estimated_close_date".to_owned(), EditValue::Date(20_818)),
        ]
    );
    assert_eq!(plan.score.star_cuts, [10.0, 30.0, 60.0, 90.0]);
    assert_eq!(
        plan.score.grades.iter().map(|(name, cut)| (name.as_str(), *cut)).collect::<Vec<_>>(),
        [("A", 80.0), ("B", 50.0), ("C", 0.0)]
    );
    assert_eq!(plan.score.criteria[0].worth, Worth::Importance(Points::whole(5)));
    assert_eq!(plan.score.criteria[1].worth, Worth::Points(Points(35_000)));
    let CriterionTest::Each { items, at_most, decay } = &plan.score.criteria[1].test else { panic!("each") };
    assert_eq!((items.within_days, *at_most, *decay), (Some(90), Some(5), Some(Decay::HalfLife(30.0))));
    let CriterionTest::Each { items, at_most: None, decay: Some(Decay::Linear(60)) } = &plan.score.criteria[2].test
    else {
        panic!("each that fades")
    };
    let filter = items.filter.as_ref().expect("a condition");
    assert_eq!(filter.columns, ["author", "subject"]);
    let CriterionTest::Any { items, at_least: 3 } = &plan.score.criteria[3].test else { panic!("any") };
    assert_eq!((items.within_days, plan.score.criteria[3].worth), (Some(90), Worth::Importance(Points::whole(2))));
    let CriterionTest::Without { items } = &plan.score.criteria[4].test else { panic!("none") };
    assert!(items.filter.is_some() && plan.score.manual_for == Some(180));
    assert_eq!(
        (plan.score.groups[0].cap, plan.score.groups[0].floor),
        (Some(Points::whole(40)), Some(Points::whole(-10)))
    );

    assert!(matches!(&plan.assign.rules[0].to, AssignTo::Owners(to) if *to == ["anna", "jan"]));
    assert!(plan.assign.rules[0].reassign && plan.qualify.link_opportunity && plan.qualify.opportunity_per_account);
    assert!(
        matches!(plan.qualify.create_account, Switch::Always) && matches!(plan.qualify.create_contact, Switch::Never)
    );
    assert!(matches!(plan.qualify.create_opportunity, Switch::When(_)) && !plan.qualify.block_on_duplicate_lead);
    assert_eq!(plan.qualify.reactivate[0].reason, "Reactivated");
    assert_eq!(
        plan.reports.iter().map(|report| report.slug.as_str()).collect::<Vec<_>>(),
        ["hot_leads_by_company", "anything_else", "list"]
    );
    let ReportBody::Grouped { sort, measures, limit, .. } = &plan.reports[0].body else { panic!("grouped") };
    assert_eq!((sort.as_slice(), measures.len(), *limit), (&[("value".to_owned(), true)][..], 2, Some(10)));
    assert_eq!((plan.write.formats.as_slice(), plan.write.bom), (&[OutputFormat::Parquet][..], true));
    assert_eq!(plan.write.tables, None);
    assert_eq!(plan.tests[0].lead[2], (plan.schema.index_of(Field::BudgetAmount), "9000".to_owned()));
    assert_eq!(
        plan.tests[0].expect,
        [("stars".to_owned(), "5".to_owned()), ("status".to_owned(), "qualified".to_owned())]
    );
}

#[test]
fn defaults() {
    let plan = plan("[[source]]\nname = 'a'\npath = 'leads.csv'\n", &[]);
    assert_eq!((plan.name.as_str(), plan.as_of), ("pipeline", super::TODAY));
    assert!(plan.output.ends_with("out/pipeline"));
    assert_eq!((plan.load.max_rejects, plan.load.name), (RejectLimit::Share(0.10), NameRule::Required));
    let dedupe = plan.dedupe.as_ref().expect("on without a section");
    assert_eq!((dedupe.match_at, dedupe.review_at, dedupe.max_block), (0.4, 0.1, 5000));
    assert!(dedupe.block_on.is_none() && dedupe.compare.is_empty());
    assert_eq!(plan.score.star_cuts, [20.0, 40.0, 60.0, 80.0]);
    assert_eq!(plan.score.grades.len(), 4);
    assert!(plan.score.criteria.len() > 4 && plan.qualify.filter.is_none() && plan.qualify.block_on_duplicate_lead);
    assert_eq!(plan.write.formats, [OutputFormat::Parquet, OutputFormat::Csv]);
    assert_eq!(plan.fingerprint.len(), 32);
}

#[test]
fn the_name_for_filing_is_composed_where_it_is_asked_for() {
    let base = "[[source]]\nname = 'a'\npath = 'leads.csv'\n";
    let cases: [(&[&str], bool); 7] = [
        (&[], false),
        (&["dedupe.compare=[{field='file_as'}]"], true),
        (&["dedupe.compare=[{field='file_as'}]", "only='score'"], false),
        (&["source.0.values={file_as='x'}"], false),
        (&["only='dedupe'"], false),
        (&["only='dedupe'", "dedupe.compare=[{field='file_as'}]"], true),
        (&["only='dedupe'", "source.0.values={file_as='x'}"], true),
    ];
    for (sets, filed) in cases {
        assert_eq!(plan(base, sets).standardize.rows_filed, filed, "{sets:?}");
    }
}

#[test]
fn switches_and_sets() {
    let base = "[[source]]\nname = 'a'\npath = 'leads.csv'\n";
    assert!(plan(&format!("{base}[dedupe]\nenabled = false\n"), &[]).dedupe.is_none());
    assert!(plan(base, &["dedupe.enabled=false"]).dedupe.is_none());
    assert_eq!(plan(base, &["source.0.path='more'"]).load.sources[0].files.len(), 2);
    assert_eq!(plan(base, &["load.max_rejects=7", "load.max_rejects=8"]).load.max_rejects, RejectLimit::Count(8));
    assert!(plan(base, &["score.criterion=[]"]).score.criteria.is_empty());
    assert_ne!(plan(base, &[]).fingerprint, plan(base, &["dedupe.enabled=false"]).fingerprint);
}

#[test]
fn the_project_is_above_pipelines() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let pipelines = folder.path().join("pipelines");
    std::fs::create_dir(&pipelines).expect("a folder inside");
    assert_eq!(project_of(&pipelines.join("x.toml")), folder.path());
    assert_eq!(project_of(&folder.path().join("x.toml")), folder.path());
    assert_eq!(project_of(std::path::Path::new("pipelines/x.toml")), std::path::Path::new("."));
    assert_eq!(project_of(std::path::Path::new("x.toml")), std::path::Path::new("."));
}

#[test]
fn the_schema_names_every_key() {
    let schema = crate::config::schema();
    let properties = schema["properties"].as_object().expect("an object");
    assert_eq!(properties.len(), 19);
    assert_eq!(schema["properties"]["dedupe"]["properties"]["match_at"]["maximum"], 1.0);
    assert_eq!(schema["properties"]["source"]["items"]["required"], serde_json::json!(["name", "path"]));
}
