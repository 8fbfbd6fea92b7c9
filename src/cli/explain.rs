//! `leadmill explain`: what a run would do, from the same plan that a run walks.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, Table, presets};
use jiff::civil::Date;

use crate::config::mapping::{FileMapping, PresetFrom};
use crate::config::plan::{
    AssignTo, CriterionTest, Decay, Items, Limit, Missing, PeoplePlan, PeopleWay, Plan, ReportBody, ScoreGroup,
    ScorePlan, Switch, Worth,
};
use crate::model::matching::BlockingYield;
use crate::pipeline;

use super::check::resting;
use super::summary::grouped;
use super::{Exit, PipelineArguments, plan, print};

pub(super) fn explain(arguments: &PipelineArguments) -> anyhow::Result<Exit> {
    let Some((plan, mappings)) = plan(arguments) else { return Ok(Exit::Configuration) };
    let forecast = arguments.threads.run(|| pipeline::forecast(&plan))??;
    print(&render(&plan, &forecast, &mappings))?;
    Ok(Exit::Finished)
}

fn render(plan: &Plan, forecast: &pipeline::Forecast, mappings: &[FileMapping]) -> String {
    let mut out = format!("{} as of {} -> {}\n", plan.name, plan.as_of, plan.output.display());
    let load = load(plan, forecast, mappings);
    for section in [load, dedupe(plan, forecast), edit(plan), score(plan), assign(plan), qualify(plan)] {
        out.push('\n');
        out.push_str(&section);
    }
    out.push('\n');
    out.push_str(&reports(plan));
    if !plan.expectations.is_empty() {
        out.push('\n');
        out.push_str(&expectations(plan));
    }
    if !plan.changes.is_empty() {
        out.push('\n');
        out.push_str(&changes(plan));
    }
    out
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::ASCII_MARKDOWN).set_header(header.iter().copied());
    table
}

fn load(plan: &Plan, forecast: &pipeline::Forecast, mappings: &[FileMapping]) -> String {
    let mut files = table(&["source", "file", "encoding", "delimiter", "preset", "columns", "fields filled"]);
    for source in &plan.load.sources {
        for file in &source.files {
            let fields: Vec<&str> =
                file.mapping.iter().map(|mapping| plan.schema.columns()[mapping.target].name.as_str()).collect();
            files.add_row([
                source.name.clone(),
                file.shown.clone(),
                file.dialect.encoding.name().to_owned(),
                match file.dialect.delimiter {
                    b'\t' => "tab".to_owned(),
                    other => char::from(other).to_string(),
                },
                preset(mappings, &source.name, &file.shown),
                file.header.len().to_string(),
                wrapped(&fields),
            ]);
        }
    }
    format!(
        "load: {} usable rows, {} rejected, about {} MB while running\n{files}\n",
        grouped(forecast.leads),
        grouped(forecast.rejects),
        grouped(forecast.bytes.div_ceil(1 << 20)),
    )
}

/// The preset that a source's file is read with; one that nobody asked for is marked.
fn preset(mappings: &[FileMapping], source: &str, file: &str) -> String {
    let own = |mapping: &&FileMapping| {
        !mapping.crm && mapping.input == source && mapping.files.iter().any(|other| other == file)
    };
    match mappings.iter().find(own).and_then(|mapping| mapping.preset) {
        None => "-".to_owned(),
        Some((name, PresetFrom::Named)) => name.to_owned(),
        Some((name, PresetFrom::Header | PresetFrom::Mail)) => format!("{name} (found)"),
    }
}

/// Names in lines of bearable length.
fn wrapped(names: &[&str]) -> String {
    let mut lines = vec![String::new()];
    for name in names {
        let line = lines.last_mut().expect("there is a line");
        if line.len() + name.len() > 60 {
            lines.push((*name).to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(name);
        }
    }
    lines.join("\n")
}

fn dedupe(plan: &Plan, forecast: &pipeline::Forecast) -> String {
    let Some(dedupe) = &plan.dedupe else { return "dedupe: off, every row is its own lead\n".to_owned() };
    let pairs: u64 = forecast.blocking.iter().map(|rule| rule.pairs).sum();
    let mut out = format!(
        "dedupe: match from {}, review from {}, up to {} pairs (one that several rules find counts for each)\n",
        dedupe.match_at,
        dedupe.review_at,
        grouped(pairs)
    );
    let mut rules = table(&["blocking rule", "blocks", "pairs", "largest block", "too large to compare whole"]);
    for rule in &forecast.blocking {
        let BlockingYield { rule, blocks, pairs, largest, skipped } = rule;
        let skipped = skipped.iter().map(|(key, size)| format!("{key} ({})", grouped(*size)));
        let skipped: Vec<String> = skipped.collect();
        rules.add_row([rule.clone(), grouped(*blocks), grouped(*pairs), grouped(*largest), skipped.join(", ")]);
    }
    for column in rules.column_iter_mut().skip(1).take(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let _ = writeln!(out, "{rules}");
    for rule in &dedupe.rules {
        let _ = writeln!(out, "  rule \"{}\": same {}", rule.name, rule.same.join(", "));
    }
    out
}

fn edit(plan: &Plan) -> String {
    let mut out = format!("edit: {}\n", counted(plan.edits.len(), "edit"));
    for edit in &plan.edits {
        let filter = edit.filter.as_ref().map_or("all leads", |condition| condition.sql.as_str());
        let set = edit.set.iter().map(|(column, value)| format!("set {column} to {value}"));
        let clear = edit.clear.iter().map(|column| format!("clear {column}"));
        let _ = writeln!(out, "  {filter}: {}", set.chain(clear).collect::<Vec<_>>().join(", "));
    }
    out
}

fn score(plan: &Plan) -> String {
    let mut out = card("score", &plan.score, plan.as_of);
    if let Some(contacts) = &plan.records.contacts {
        out.push_str(&card("score contacts", contacts, plan.as_of));
    }
    if let Some(accounts) = &plan.records.accounts {
        out.push_str(&card("score accounts", &accounts.card, plan.as_of));
        out.extend(accounts.people.map(people));
    }
    out
}

fn people(PeoplePlan { way, cap }: PeoplePlan) -> String {
    let way = match way {
        PeopleWay::Max => "the highest score".to_owned(),
        PeopleWay::Sum => "all scores".to_owned(),
        PeopleWay::Top(count) => format!("the {count} highest scores"),
    };
    let cap = cap.map_or(String::new(), |cap| format!(", at most {cap}"));
    format!("  {way} of the account's people{cap}\n")
}

fn card(title: &str, plan: &ScorePlan, as_of: Date) -> String {
    let mut out = format!("{title}: {}\n", counted(plan.criteria.len(), "criterion"));
    for criterion in &plan.criteria {
        let worth = match criterion.worth {
            Worth::Importance(weight) => format!("±{weight}"),
            Worth::Points(points) => points.to_string(),
        };
        let test = match &criterion.test {
            CriterionTest::When(condition) => condition.sql.clone(),
            CriterionTest::Each { items, at_most, decay } => {
                let at_most = at_most.map_or(String::new(), |count| format!(", at most {count}"));
                let decay = match decay {
                    Some(Decay::HalfLife(days)) => format!(", half-life {days} days"),
                    Some(Decay::Linear(days)) => format!(", fades in {days} days"),
                    None => String::new(),
                };
                format!("each {}{at_most}{decay}", shown(items, false))
            }
            CriterionTest::Any { items, at_least } => {
                format!("at least {at_least} {}", shown(items, *at_least > 1))
            }
            CriterionTest::Without { items } => format!("no {}", shown(items, false)),
            CriterionTest::Known(_) => "known beforehand".to_owned(),
        };
        let version = criterion.version.as_ref().map_or(String::new(), |version| format!(" (version {version})"));
        let missing = if criterion.missing == Missing::Neutral { "; no data: 0" } else { "" };
        let test = test.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = writeln!(out, "  {worth:>6}  {}{version}: {test}{missing}", criterion.name);
    }
    for resting in resting(plan, as_of) {
        let _ = writeln!(out, "  {resting}");
    }
    let says = |group: &&ScoreGroup| group.cap.is_some() || group.floor.is_some() || group.bands.is_some();
    for group in plan.groups.iter().filter(says) {
        let cap = group.cap.map_or(String::new(), |cap| format!(" at most {cap}"));
        let floor = group.floor.map_or(String::new(), |floor| format!(" at least {floor}"));
        let bands = group.bands.iter().flatten().map(|(band, begin)| format!(" {band} from {begin}%"));
        let _ = writeln!(out, "  group {}:{cap}{floor}{}", group.name, bands.collect::<String>());
    }
    if let Some([rows, columns]) = plan.grid {
        let name = |group: usize| &plan.groups[group].name;
        let _ = writeln!(out, "  grade: {} and {}, from {}", name(rows), name(columns), plan.grade_names().join(" "));
    }
    out
}

/// `e-mails within 90 days where subject ILIKE '%price%'`.
fn shown(items: &Items, several: bool) -> String {
    let filter = items.filter.as_ref().map_or(String::new(), |filter| format!(" where {}", filter.sql));
    format!("{}{filter}", items.in_words(several))
}

fn assign(plan: &Plan) -> String {
    let mut out = format!("assign: {}\n", counted(plan.assign.rules.len(), "rule"));
    if plan.assign.sticky {
        let _ = writeln!(out, "  leads of one account go to one owner");
    }
    for rule in &plan.assign.rules {
        let filter = rule.filter.as_ref().map_or("all leads", |condition| condition.sql.as_str());
        let to = match &rule.to {
            AssignTo::Owners(owners) => owners.join(", "),
            AssignTo::Everybody => "everybody in the owners file".to_owned(),
            AssignTo::Territories(table) => {
                let files: Vec<&str> = table.files.iter().map(|file| file.shown.as_str()).collect();
                format!("{} of {}", counted(table.places.len(), "territory"), files.join(", "))
            }
        };
        let languages = if rule.languages { ", in the lead's language" } else { "" };
        let _ = writeln!(out, "  {}: {filter} -> {to}, {}{languages}", rule.name, rule.by.name());
    }
    if let Some(queue) = &plan.assign.fallback {
        let _ = writeln!(out, "  what nobody could take -> {queue}");
    }
    out
}

fn qualify(plan: &Plan) -> String {
    let switch = |switch: &Switch| match switch {
        Switch::Always => "always".to_owned(),
        Switch::Never => "never".to_owned(),
        Switch::When(condition) => format!("when {}", condition.sql),
    };
    let mut out = "qualify: no condition, no lead qualifies\n".to_owned();
    if let Some(filter) = &plan.qualify.filter {
        out = format!("qualify: when {}\n", filter.sql);
        let _ = writeln!(out, "  account {}", switch(&plan.qualify.create_account));
        let _ = writeln!(out, "  contact {}", switch(&plan.qualify.create_contact));
        let _ = writeln!(out, "  opportunity {}", switch(&plan.qualify.create_opportunity));
    }
    for rule in &plan.qualify.disqualify {
        let _ = writeln!(out, "  disqualify when {}: {}", rule.filter.sql, rule.reason);
    }
    for rule in &plan.qualify.reactivate {
        let _ = writeln!(out, "  reactivate when {}", rule.filter.sql);
    }
    out
}

fn reports(plan: &Plan) -> String {
    let mut out = "report: owner_load, leads_by_owner, leads_by_owner_and_rating, leads_by_rating\n".to_owned();
    for report in &plan.reports {
        let body = match &report.body {
            ReportBody::Sql(sql) => sql.clone(),
            ReportBody::Grouped { from, group_by, .. } => format!("{from} by {}", group_by.join(", ")),
        };
        let _ = writeln!(out, "  {}: {body}", report.slug);
    }
    out
}

fn expectations(plan: &Plan) -> String {
    let mut out = format!("expect: {}\n", counted(plan.expectations.len(), "expectation"));
    for expectation in &plan.expectations {
        let limits = |word: &str, limits: &[Limit]| {
            let texts: Vec<&str> = limits.iter().map(|limit| limit.text.as_str()).collect();
            if texts.is_empty() { String::new() } else { format!("; {word} {}", texts.join(" or ")) }
        };
        let (warn, fail) = (limits("warns", &expectation.warn), limits("fails", &expectation.fail));
        let change = if expectation.change { ", change since the last run" } else { "" };
        let rests = expectation.resting.as_ref().map_or(String::new(), |why| format!("; rests: {why}"));
        let _ = writeln!(out, "  {}: {expectation}{change}{warn}{fail}{rests}", expectation.name);
    }
    out
}

/// Where the files go, and what may change in leads.
fn changes(plan: &Plan) -> String {
    let mut out = format!("changes: {}\n", counted(plan.changes.len(), "set"));
    for set in &plan.changes {
        let of = &set.dialect;
        let files: Vec<&str> = set.files.iter().map(|file| file.shown.as_str()).collect();
        let written = of.leads.columns.iter().map(|column| &column.header);
        let written: Vec<&str> = written.filter(|it| !set.left_out.contains(it)).map(String::as_str).collect();
        let leads = match files.is_empty() {
            true => String::new(),
            false => format!("; leads of {}: {}", files.join(", "), written.join(", ")),
        };
        let lacks = match files.is_empty() || set.left_out.is_empty() {
            true => String::new(),
            false => format!("; not in their exports: {}", set.left_out.join(", ")),
        };
        let new = if set.creates_leads { "; makes leads that it has not" } else { "" };
        let _ = writeln!(out, "  {}: {}/, our ids in {}{leads}{lacks}{new}", of.name, set.folder(), of.external_id);
    }
    out
}

fn counted(count: usize, noun: &str) -> String {
    match (count, noun) {
        (1, _) => format!("1 {noun}"),
        (_, "criterion") => format!("{count} criteria"),
        (_, "territory") => format!("{count} territories"),
        _ => format!("{count} {noun}s"),
    }
}
