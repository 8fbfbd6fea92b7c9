//! From options to a plan: named checks, each of which appends what is wrong, so that all faults are reported at once.
//! The file system is touched only here, and only to read the pipeline file, match paths and look at headers.

mod assign;
mod behaviour;
mod cases;
mod changes;
mod condition;
mod consent;
mod crm;
mod decisions;
mod dedupe;
mod edit;
mod expect;
mod fingerprint;
mod inputs;
mod known;
mod merge;
mod nameless;
mod packs;
mod parents;
mod paths;
mod pinned;
mod qualify;
mod record_rules;
mod records;
mod report;
mod score;
mod score_groups;
mod sources;
pub mod strays;
mod territories;
mod validity;
mod write;

pub use paths::input_files;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::diagnostic::{Diagnostic, Diagnostics, Given, Span};
use super::options::tree::Value;
use super::options::{self, Options};
use super::plan::{
    DedupePlan, InputFile, LoadPlan, NameRule, Only, Plan, QualifyPlan, RejectLimit, StandardizePlan, TableFile,
};
use super::preset::CrmKind;
use crate::model::field::{Cleaner, Field, LeadSchema};
use crate::model::table::OutputColumn;

/// What the reporting stage knows and compiling needs.
pub struct Outputs<'a> {
    /// The names of all output tables.
    pub names: &'a [&'a str],
    /// The columns of an output table, none where there is no such table.
    pub tables: &'a dyn Fn(&str, &LeadSchema) -> Option<Vec<OutputColumn>>,
    /// A text as a kind of value, cleaned; none where it is unusable.
    pub clean: &'a dyn Fn(Cleaner, &str) -> Option<String>,
    /// One form for spellings that differ only in case, diacritics, script or punctuation.
    pub fold: &'a dyn Fn(&str) -> String,
    /// Whether a whole query is valid over the output tables; else one sentence.
    pub check_query: &'a dyn Fn(&str, &LeadSchema) -> Result<(), String>,
}

/// Compiles the pipeline file at `path` with `--set` arguments on top: the plan with its warnings, or every fault.
pub fn compile(
    path: &Path,
    sets: &[String],
    today: Date,
    outputs: &Outputs<'_>,
) -> Result<(Plan, Diagnostics), Diagnostics> {
    compile_within(&project_of(path), path, sets, today, outputs)
}

/// Compiles a pipeline file that lies elsewhere, as the one that a run leaves in its output folder: relative paths start
/// from this project.
pub fn compile_within(
    project: &Path,
    path: &Path,
    sets: &[String],
    today: Date,
    outputs: &Outputs<'_>,
) -> Result<(Plan, Diagnostics), Diagnostics> {
    let mut faults = Diagnostics::default();
    let shown = path.to_string_lossy().replace('\\', "/");
    let plan = read_text(path, &shown, &mut faults).and_then(|text| {
        let file = PipelineText { text: &text, shown: &shown, name: stem(path), project: project.to_owned() };
        plan_of(file, sets, today, outputs, &mut faults)
    });
    finished(plan, faults)
}

/// Compiles a pipeline that is not in a file: its text, the name it is shown by, and the folder that its relative paths
/// start from.
pub fn compile_text(
    text: &str,
    shown: &str,
    project: &Path,
    sets: &[String],
    today: Date,
    outputs: &Outputs<'_>,
) -> Result<(Plan, Diagnostics), Diagnostics> {
    let mut faults = Diagnostics::default();
    let file = PipelineText { text, shown, name: stem(Path::new(shown)), project: project.to_owned() };
    let plan = plan_of(file, sets, today, outputs, &mut faults);
    finished(plan, faults)
}

/// A pipeline with the criteria and groups of its packs in `[score]`, as far as the packs can be read.
pub(super) fn unpacked(options: &Options, project: &Path) -> Options {
    packs::unpacked(options, project, &mut Diagnostics::default()).options
}

/// Names that no custom column may bear: our fields and the columns of results.
pub fn reserved_names(outputs: &Outputs<'_>) -> Vec<String> {
    let fields = Field::ALL.iter().map(|field| field.name().to_owned());
    fields.chain(sources::reserved(outputs)).collect()
}

/// A pipeline file's text and where it stands.
struct PipelineText<'a> {
    text: &'a str,
    shown: &'a str,
    /// The pipeline's name where the text gives none.
    name: String,
    project: PathBuf,
}

fn finished(plan: Option<Plan>, mut faults: Diagnostics) -> Result<(Plan, Diagnostics), Diagnostics> {
    faults.sort();
    match plan {
        Some(plan) if !faults.has_errors() => Ok((plan, faults)),
        _ => Err(faults),
    }
}

/// The folder that relative paths start from: the one above a `pipelines/` folder, else the file's own.
pub fn project_of(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let absolute = folder.canonicalize();
    let is_pipelines = absolute.as_deref().unwrap_or(folder).file_name().is_some_and(|name| name == "pipelines");
    match folder.parent() {
        Some(above) if is_pipelines && folder.ends_with("pipelines") => {
            if above.as_os_str().is_empty() {
                PathBuf::from(".")
            } else {
                above.to_owned()
            }
        }
        _ if is_pipelines => folder.join(".."),
        _ => folder.to_owned(),
    }
}

fn plan_of(
    file: PipelineText<'_>,
    sets: &[String],
    today: Date,
    outputs: &Outputs<'_>,
    faults: &mut Diagnostics,
) -> Option<Plan> {
    let written = options::read(file.shown, file.text, sets, faults)?;
    let project = file.project.as_path();
    let packs::Unpacked { options, files: packs } = packs::unpacked(&written, project, faults);
    let name = options.table.text("name").map_or(file.name, str::to_owned);
    let output = options.table.text("output").map_or_else(|| format!("out/{name}"), str::to_owned);
    let output = paths::within(project, &output);
    let as_of = as_of(&options, today, faults);

    let groups = score_groups::columns(&options);
    let sources = sources::sources(&options, project, groups, outputs, faults);
    let mut crm = crm::crm(&options, project, faults);
    let owner_ids = crm.owners.as_ref().map(crm::owners);
    let owners: Option<Vec<String>> = owner_ids.as_ref().map(|owners| owners.keys().cloned().collect());
    let known = known::Known::new(&options, &sources, as_of);

    let dedupe = dedupe::dedupe(&options, project, &known, faults);
    let decisions = decisions::decisions(&options, project, faults);
    let (suppressions, consent) = consent::consent(&options, project, dedupe.as_ref(), faults);
    crm.suppressions = suppressions;
    let merge = merge::merge(&options, &known, faults);
    // Edits may put leads into the queue, too.
    let queue = options.table.table("assign").and_then(|assign| assign.text("fallback"));
    let settable = owners.as_ref().map(|owners| owners.iter().map(String::as_str).chain(queue).map(str::to_owned));
    let settable: Option<Vec<String>> = settable.map(Iterator::collect);
    let edits = edit::edits(&options, settable.as_deref(), outputs, &known, faults);
    let score = score::score(&options, outputs, &known, faults);
    let records = records::records(&options, &mut crm, as_of, faults);
    let mut standardize = standardize(&options, faults);
    let default_country = standardize.default_country.as_deref();
    let named = assign::Named { project, outputs, owners: owners.as_deref(), default_country };
    let assign = assign::assign(&options, &named, &known, faults);
    let rules = record_rules::rules(&options, &known, &mut crm, faults);
    let qualify = QualifyPlan { rules, ..qualify::qualify(&options, (project, outputs), &known, faults) };
    let reports = report::reports(&options, outputs, &known, faults);
    let expectations = expect::expectations(&options, outputs, &known, faults);
    let write = write::write(&options, outputs.names, faults);
    let tests = cases::cases(&options, &score, outputs, &known, faults);
    let max_rejects = max_rejects(&options, faults);
    standardize.locales = sources.plans.iter().map(|source| source.locale).collect();
    standardize.whole_notes = sources.plans.iter().map(|source| !source.history.is_empty()).collect();
    standardize.crm_locales = CrmKind::ALL.iter().map(|&kind| crm.of(kind).and_then(|file| file.locale)).collect();
    standardize.rows_filed = dedupe.as_ref().is_some_and(|dedupe| dedupe.reads(Field::FileAs));
    let further = |&kind: &CrmKind| crm.of(kind).map(|file| file.further.clone()).unwrap_or_default();
    standardize.crm_further = CrmKind::ALL.iter().map(further).collect();
    let read = changes::Read {
        sources: &sources.plans,
        schema: &known.schema,
        crm: &crm,
        owners: owner_ids.as_ref(),
        fallback: queue,
        qualify: &qualify,
        outputs,
    };
    let changes = changes::changes(&options, &read, faults);
    let load = LoadPlan { sources: sources.plans, max_rejects, name: name_rule(&options), crm };
    let span = options.table.span("output", options.span);
    let tables: Vec<&TableFile> = assign.files().chain(&qualify.parents.files).collect();
    apart(&output, &load, dedupe.as_ref(), &decisions, &tables, span, faults);
    let mut plan = Plan {
        name,
        project: project.to_owned(),
        output,
        as_of,
        fingerprint: fingerprint::fingerprint(&options.table, as_of),
        text: match (!packs.is_empty(), sets.is_empty()) {
            // A file of criteria may change, or go: what a run leaves does without it.
            (true, _) => options::emit(&options.table),
            (false, true) => file.text.to_owned(),
            (false, false) => options::emit(&written.table),
        },
        load,
        schema: known.schema,
        standardize,
        dedupe,
        decisions,
        merge,
        edits,
        consent,
        score,
        records,
        assign,
        qualify,
        reports,
        expectations,
        changes,
        write,
        packs,
        only: None,
        tests,
    };
    if let Some(only) = only(&options) {
        plan.leave_out(only);
    }
    Some(plan)
}

/// The stage of `only`.
fn only(options: &Options) -> Option<Only> {
    Some(match options.table.text("only")? {
        "load" => Only::Load,
        "dedupe" => Only::Dedupe,
        "score" => Only::Score,
        "assign" => Only::Assign,
        "qualify" => Only::Qualify,
        // another word is reported already
        _ => return None,
    })
}

fn name_rule(options: &Options) -> NameRule {
    match options.table.table("load").and_then(|load| load.text("name")) {
        Some("optional") => NameRule::Optional,
        Some("none") => NameRule::None,
        _ => NameRule::Required,
    }
}

/// Reports an input that lies in the output folder: a run replaces that folder, and the next would read its results.
fn apart(
    output: &Path,
    load: &LoadPlan,
    dedupe: Option<&DedupePlan>,
    decisions: &[InputFile],
    tables: &[&TableFile],
    span: Span,
    faults: &mut Diagnostics,
) {
    let real = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.into());
    let output = real(output);
    let failed = real(&PathBuf::from(format!("{}.failed", output.display())));
    let crm = &load.crm;
    let leads = load.sources.iter().flat_map(|source| &source.files);
    let inputs = leads.chain(crm.files());
    let inputs = inputs.chain(decisions).map(|file| (&file.path, &file.shown));
    let model = dedupe.and_then(|dedupe| dedupe.model.as_ref()).map(|file| (&file.path, &file.shown));
    let tables = tables.iter().map(|file| (&file.path, &file.shown));
    for (path, shown) in inputs.chain(model).chain(tables) {
        let path = real(path);
        if path.starts_with(&output) || path.starts_with(&failed) {
            let message = format!("the input {shown} lies in the output folder, which every run replaces");
            let fault = Diagnostic::error("input-in-output", span, message);
            faults.push(fault.help(
                "keep inputs elsewhere; copy a filled-in review file out of the output folder, and a model, too",
            ));
            return;
        }
    }
}

/// The pipeline file's text, or a fault without an excerpt.
fn read_text(path: &Path, shown: &str, faults: &mut Diagnostics) -> Option<String> {
    let why = match std::fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => return Some(text),
        Ok(Err(_)) => "it is not UTF-8 text".to_owned(),
        Err(error) => error.to_string(),
    };
    let text = faults.add_text(Given::ByFile(shown.to_owned()), "");
    let message = format!("the pipeline file {shown} cannot be read: {why}");
    faults.push(Diagnostic::error("unreadable-pipeline", Span { text, start: 0, end: 0 }, message));
    None
}

fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(|| "pipeline".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

fn as_of(options: &Options, today: Date, faults: &mut Diagnostics) -> Date {
    let Some(node) = options.table.get("as_of") else { return today };
    let written = match &node.value {
        Value::Text(text) | Value::Moment(text) => text.as_str(),
        _ => return today,
    };
    if written == "today" {
        return today;
    }
    written.parse().unwrap_or_else(|_| {
        let message = format!("`{written}` is not a date");
        faults.push(
            Diagnostic::error("bad-date", node.span, message).help("write \"today\" or a day such as 2026-11-30"),
        );
        today
    })
}

fn max_rejects(options: &Options, faults: &mut Diagnostics) -> RejectLimit {
    const DEFAULT: RejectLimit = RejectLimit::Share(0.10);
    let Some(node) = options.table.table("load").and_then(|load| load.get("max_rejects")) else { return DEFAULT };
    match &node.value {
        Value::Integer(count) => u64::try_from(*count).map_or(DEFAULT, RejectLimit::Count),
        Value::Text(text) => {
            let percent = text.trim().strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
            match percent {
                Some(percent) if (0.0..=100.0).contains(&percent) => RejectLimit::Share(percent / 100.0),
                _ => {
                    let message = format!("`{text}` is not a share of rows");
                    let help = "write \"0%\" to \"100%\", or a number of rows without quotes";
                    faults.push(Diagnostic::error("out-of-range", node.span, message).help(help));
                    DEFAULT
                }
            }
        }
        _ => DEFAULT,
    }
}

fn standardize(options: &Options, faults: &mut Diagnostics) -> StandardizePlan {
    let node = options.table.table("standardize").and_then(|table| table.get("default_country"));
    let Some((node, text)) = node.and_then(|node| Some((node, node.as_text()?))) else {
        return StandardizePlan::default();
    };
    if text.len() != 2 || !text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        let message = format!("`{text}` is not a country code");
        faults.push(Diagnostic::error("bad-country", node.span, message).help("write two letters, ISO 3166-1: \"BG\""));
    }
    StandardizePlan { default_country: Some(text.to_ascii_uppercase()), ..StandardizePlan::default() }
}
