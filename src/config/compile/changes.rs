//! `[changes]`: for which CRM files are written, in its own words.

use std::collections::BTreeMap;

use super::Outputs;
use crate::config::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::mapping::header_is;
use crate::config::options::Options;
use crate::config::options::tree::Table;
use crate::config::plan::{ChangeSet, CrmFile, CrmPlan, InputFile, LeadFile, QualifyPlan, SourcePlan};
use crate::config::preset::CrmKind;
use crate::config::preset::dialect::{Dialect, DialectColumn, DialectObject};
use crate::model::field::{Cleaner, Field, LeadSchema};

/// What the sets are about.
pub(super) struct Read<'a> {
    pub(super) sources: &'a [SourcePlan],
    pub(super) schema: &'a LeadSchema,
    pub(super) crm: &'a CrmPlan,
    /// Names of the owners file, and the CRM's ids that it has for them, or "".
    pub(super) owners: Option<&'a BTreeMap<String, String>>,
    /// The queue of leads that nobody gets.
    pub(super) fallback: Option<&'a str>,
    pub(super) qualify: &'a QualifyPlan,
    pub(super) outputs: &'a Outputs<'a>,
}

/// Checks every set.
pub(super) fn changes(options: &Options, read: &Read<'_>, faults: &mut Diagnostics) -> Vec<ChangeSet> {
    let Some(table) = options.table.table("changes") else { return Vec::new() };
    let mut sets = Vec::new();
    for entry in &table.entries {
        if let Some((dialect, table)) = Dialect::named(&entry.key).zip(entry.node.as_table()) {
            sets.push(change_set(dialect, table, entry.key_span, read, faults));
        }
    }
    sets.sort_by(|a, b| a.dialect.name.cmp(&b.dialect.name));
    sets
}

fn change_set(dialect: &Dialect, table: &Table, span: Span, read: &Read<'_>, faults: &mut Diagnostics) -> ChangeSet {
    // A blank one is reported already.
    let key = table.text("external_id").filter(|key| !key.trim().is_empty());
    if let Some(key) = key {
        own_field(dialect, key, table.span("external_id", span), faults);
    }
    let mut dialect = dialect.with_key(key.unwrap_or(&dialect.external_id));
    own_crm(&dialect, key.is_some(), span, read.crm, faults);
    status(&mut dialect, table, read.outputs, faults);
    if let Some(stage) = table.text("stage") {
        stage.clone_into(&mut dialect.stage);
    }
    let header = |kind: CrmKind, field: &str, known: &[String]| id_header(read.crm.of(kind), kind, field, known);
    dialect.accounts.ids = header(CrmKind::Accounts, "account_id", &dialect.accounts.ids);
    dialect.contacts.ids = header(CrmKind::Contacts, "contact_id", &dialect.contacts.ids);
    dialect.opportunities.ids = header(CrmKind::Opportunities, "opportunity_id", &dialect.opportunities.ids);
    dialect.leads.ids.truncate(1);
    let exported = read.crm.opportunities.iter().flat_map(|file| &file.files).flat_map(|file| &file.header);
    let exported: Vec<&String> = exported.collect();
    dialect
        .opportunities
        .columns
        .retain(|column| !column.if_exported || exported.iter().any(|header| header_is(header, &column.header)));
    values(&mut dialect, table, faults);
    let files = lead_files(&dialect, span, read, faults);
    let creates_leads = table.text("leads") == Some("create");
    if let Some(file) = files.iter().find(|file| creates_leads && file.key.is_none()) {
        faults.push(without_key(&file.shown, "leads", &dialect, span));
    }
    let columns = dialect.leads.columns.iter().enumerate();
    let left_out = columns.filter(|(at, _)| files.iter().all(|file| file.columns[*at].is_none()));
    let left_out = left_out.map(|(_, column)| column.header.clone()).collect();
    ChangeSet {
        owners: owners(&dialect, table, span, read, faults),
        reasons: reasons(&dialect, table, read.qualify, faults),
        creates_leads,
        contact_wishes: contact_wishes(read.crm),
        files,
        left_out,
        dialect,
    }
}

/// Records that leads were linked to must be of the same CRM, and say what an earlier set gave them; in the field of our ids,
/// where that is `given`.
fn own_crm(dialect: &Dialect, given: bool, span: Span, crm: &CrmPlan, faults: &mut Diagnostics) {
    for kind in [CrmKind::Accounts, CrmKind::Contacts, CrmKind::Opportunities] {
        let Some(of) = crm.of(kind) else { continue };
        let foreign = of.presets.iter().flatten().find(|preset| **preset != dialect.name);
        if let Some(foreign) = foreign {
            let (kind, name, title) = (kind.name(), &dialect.name, &dialect.title);
            let message = format!("[crm] {kind} are an export of {foreign}: changes for {name} cannot refer to them");
            let help =
                format!("give [crm] the exports of {title}, in a pipeline file of its own where there are two CRMs");
            faults.push(Diagnostic::error("foreign-crm", span, message).help(help));
            continue;
        }
        let target = kind.fields().iter().position(|field| *field == "external_id");
        let lacks = |file: &&InputFile| !file.mapping.iter().any(|column| Some(column.target) == target);
        let key = dialect.external_id.as_str();
        let other = |file: &InputFile| {
            let column = file.mapping.iter().find(|column| Some(column.target) == target)?;
            let header = file.header.get(*column.from.first()?)?;
            (given && !header_is(header, key)).then(|| header.clone())
        };
        if let Some((file, header)) = of.files.iter().find_map(|file| Some((file, other(file)?))) {
            let message = format!("our ids are read from `{header}` of {}, and written to `{key}`", file.shown);
            let help = format!("write fields = {{ external_id = \"{key}\" }} in [crm] {}", kind.name());
            faults.push(Diagnostic::warning("other-external-id", span, message).help(help));
        }
        if let Some(file) = of.files.iter().find(lacks) {
            faults.push(without_key(&file.shown, kind.name(), dialect, span));
        }
    }
}

/// An export that does not say what an earlier set made.
fn without_key(file: &str, kind: &str, dialect: &Dialect, span: Span) -> Diagnostic {
    let key = &dialect.external_id;
    let message = format!("{file} has no column of our ids, so a run cannot know what an earlier set made");
    // Our ids of leads are found by the header alone.
    let elsewhere = if kind == "leads" { "" } else { "; under another header: fields = { external_id = \"…\" }" };
    Diagnostic::warning("no-external-id", span, message).help(format!("export `{key}`, too{elsewhere}"))
}

/// Whether the exports of contacts say that somebody wants no e-mail, and no calls.
fn contact_wishes(crm: &CrmPlan) -> [bool; 2] {
    let files = || crm.of(CrmKind::Contacts).into_iter().flat_map(|of| &of.files);
    ["do_not_email", "do_not_call"].map(|field| {
        let target = CrmKind::Contacts.fields().iter().position(|known| *known == field);
        files().all(|file| file.mapping.iter().any(|column| Some(column.target) == target))
    })
}

/// Our ids stand in a field of their own: in one of the product's they would overwrite what it says.
fn own_field(dialect: &Dialect, key: &str, span: Span, faults: &mut Diagnostics) {
    fn headers<C>(of: &DialectObject<C>) -> impl Iterator<Item = &str> {
        of.ids.iter().chain(of.columns.iter().map(|column| &column.header)).map(String::as_str)
    }
    let leads = dialect.leads.ids.iter().chain(dialect.leads.columns.iter().map(|column| &column.header));
    let leads = leads.chain(dialect.leads.new.iter().map(|column| &column.header)).map(String::as_str);
    let known = headers(&dialect.accounts).chain(headers(&dialect.contacts)).chain(headers(&dialect.opportunities));
    if let Some(header) = known.chain(leads).find(|header| header_is(header, key)) {
        let message = format!("`{header}` is a field of {}: our ids need one of their own", dialect.title);
        let help = format!("make a field for them, such as `{}`, and name it here", dialect.external_id);
        faults.push(Diagnostic::error("reserved-column", span, message).help(help));
    }
}

/// The CRM's words, as far as the next run reads them as what they are to mean.
fn status(dialect: &mut Dialect, table: &Table, outputs: &Outputs<'_>, faults: &mut Diagnostics) {
    let Some(words) = table.table("status") else { return };
    let status = &mut dialect.status;
    for (key, meaning, word) in [
        ("open", "open", &mut status.open),
        ("qualified", "qualified", &mut status.qualified),
        ("disqualified", "disqualified", &mut status.disqualified),
        ("duplicate", "disqualified", &mut status.duplicate),
    ] {
        let Some(given) = words.text(key) else { continue };
        given.clone_into(word);
        let read = (outputs.clean)(Cleaner::Status, given).unwrap_or_default();
        if read != meaning {
            let message = format!("the next run reads the status `{given}` as {read}, not as {meaning}");
            let span = words.span(key, Span::default());
            let help = "the lead is then decided again; choose a word that means the same in both";
            faults.push(Diagnostic::warning("misread-status", span, message).help(help));
        }
    }
}

/// The export's own column of ids, where the importer knows it; else the usual one.
fn id_header(of: Option<&CrmFile>, kind: CrmKind, field: &str, known: &[String]) -> Vec<String> {
    let target = kind.fields().iter().position(|name| *name == field);
    let given = of.into_iter().flat_map(|of| &of.files).find_map(|file| {
        let column = file.mapping.iter().find(|column| Some(column.target) == target)?;
        let header = file.header.get(*column.from.first()?)?;
        known.iter().find(|known| header_is(header, known))
    });
    vec![given.unwrap_or(&known[0]).clone()]
}

/// Columns with one value for all new records: in place of the dialect's own, or behind them.
fn values(dialect: &mut Dialect, table: &Table, faults: &mut Diagnostics) {
    let Some(values) = table.table("values") else { return };
    let key = dialect.external_id.clone();
    let mut given = |kind: &str| -> Vec<(String, String)> {
        let entries = values.table(kind).into_iter().flat_map(|table| &table.entries);
        let mut given = Vec::new();
        for entry in entries {
            if header_is(&entry.key, &key) {
                let message = format!("`{}` is the field of our ids", entry.key);
                let help = "each record has one of its own; another field is named in `external_id`";
                faults.push(Diagnostic::error("reserved-column", entry.key_span, message).help(help));
            } else {
                given.extend(entry.node.as_cell().map(|value| (entry.key.clone(), value)));
            }
        }
        given
    };
    put(&mut dialect.accounts.columns, given("accounts"));
    put(&mut dialect.contacts.columns, given("contacts"));
    put(&mut dialect.opportunities.columns, given("opportunities"));
    put(&mut dialect.leads.new, given("leads"));
    let of_notes = given("notes");
    match &mut dialect.notes {
        Some(notes) => put(&mut notes.columns, of_notes),
        None if of_notes.is_empty() => {}
        None => {
            let message = format!("{} gets no notes of their own: they stand in the opportunity", dialect.title);
            faults.push(Diagnostic::error("no-notes", values.span("notes", Span::default()), message));
        }
    }
}

fn put<C>(columns: &mut Vec<DialectColumn<C>>, given: Vec<(String, String)>) {
    for (header, text) in given {
        let column =
            DialectColumn { header, cell: None, text: Some(text), most: None, whole: false, if_exported: false };
        match columns.iter_mut().find(|known| header_is(&known.header, &column.header)) {
            Some(known) => *known = column,
            None => columns.push(column),
        }
    }
}

/// The CRM's own leads: files of its preset, by number among all inputs.
fn lead_files(dialect: &Dialect, span: Span, read: &Read<'_>, faults: &mut Diagnostics) -> Vec<LeadFile> {
    let all = read.sources.iter().flat_map(|source| source.files.iter().zip(&source.presets));
    let mut files = Vec::new();
    for (number, (file, preset)) in (0u32..).zip(all) {
        if *preset != Some(dialect.name.as_str()) {
            continue;
        }
        let column_of = |field: Field| {
            let target = read.schema.index_of(field);
            file.mapping.iter().find(|column| column.target == target && column.from.len() == 1).map(|it| it.target)
        };
        if column_of(Field::SourceId).is_none() {
            let message = format!("{} has no column of {}'s ids: its leads are not updated", file.shown, dialect.title);
            let help = format!("export `{}`, too", dialect.leads.ids[0]);
            faults.push(Diagnostic::warning("no-lead-id", span, message).help(help));
            continue;
        }
        let by_header = |header: &str| {
            let at = file.header.iter().position(|known| header_is(known, header))?;
            file.mapping.iter().find(|column| column.from == [at]).map(|column| column.target)
        };
        let columns = dialect.leads.columns.iter().map(|column| match column.cell?.field() {
            Some(field) => column_of(field),
            None => by_header(&column.header),
        });
        let (columns, shown) = (columns.collect(), file.shown.clone());
        let wishes = dialect.wishes_of_leads().map(|header| by_header(header?));
        files.push(LeadFile { file: number, shown, columns, key: by_header(&dialect.external_id), wishes });
    }
    files
}

/// The CRM's users, by our owners; where it takes ids alone, all of them should have one.
fn owners(
    dialect: &Dialect,
    table: &Table,
    span: Span,
    read: &Read<'_>,
    faults: &mut Diagnostics,
) -> BTreeMap<String, String> {
    let mut owners = BTreeMap::new();
    for entry in table.table("owners").into_iter().flat_map(|owners| &owners.entries) {
        let key = entry.key.as_str();
        let is_known = |known: &BTreeMap<_, _>| read.fallback == Some(key) || known.contains_key(key);
        if let Some(known) = read.owners.filter(|known| !is_known(known)) {
            let fault = Diagnostic::error("unknown-owner", entry.key_span, format!("there is no owner `{key}`"));
            faults.push(fault.instead(key, known.keys().map(String::as_str)));
        }
        owners.extend(entry.node.as_text().map(|user| (entry.key.clone(), user.to_owned())));
    }
    let Some(begin) = dialect.owner_ids_begin.first() else { return owners };
    let id_of = |name: &str| read.owners.and_then(|ids| ids.get(name)).filter(|id| dialect.is_owner_id(id));
    let is_nobody = |name: &&str| !owners.contains_key(*name) && id_of(name).is_none() && !dialect.is_owner_id(name);
    let names = read.owners.into_iter().flat_map(BTreeMap::keys).map(String::as_str).chain(read.fallback);
    let nobody: Vec<&str> = names.filter(is_nobody).collect();
    if !nobody.is_empty() {
        let message = format!("{} takes ids of users, which begin with {begin}; {} has none", dialect.title, nobody[0]);
        let fault = Diagnostic::warning("owner-without-id", table.span("owners", span), message);
        let all: Vec<String> = nobody.iter().map(|name| format!("{name} = \"{begin}…\"")).collect();
        let help = format!("give the owners file a column owner_id, or write owners = {{ {} }}", all.join(", "));
        faults.push(fault.help(help));
    }
    owners
}

/// Words for reasons, of which the CRM has a list.
fn reasons(
    dialect: &Dialect,
    table: &Table,
    qualify: &QualifyPlan,
    faults: &mut Diagnostics,
) -> BTreeMap<String, String> {
    let Some(given) = table.table("reasons") else { return BTreeMap::new() };
    let mut reasons = BTreeMap::new();
    if dialect.reasons.is_empty() {
        let message = format!("leads of {} have no list of reasons", dialect.title);
        let fault = Diagnostic::error("no-reasons", table.span("reasons", Span::default()), message);
        faults.push(fault.help("leave the key out; a reason stands in the run's own words"));
        return reasons;
    }
    let ours: Vec<&str> =
        qualify.disqualify.iter().chain(&qualify.reactivate).map(|rule| rule.reason.as_str()).collect();
    let theirs: Vec<&str> = dialect.reasons.values().flatten().map(String::as_str).collect();
    for entry in &given.entries {
        if !ours.contains(&entry.key.as_str()) {
            let message = format!("no rule of [qualify] gives the reason `{}`", entry.key);
            let fault = Diagnostic::warning("unknown-reason", entry.key_span, message);
            faults.push(fault.instead(&entry.key, ours.iter().copied()));
        }
        let Some(word) = entry.node.as_text() else { continue };
        if !theirs.contains(&word) {
            let message = format!("`{word}` is not a reason that {} comes with", dialect.title);
            let fault = Diagnostic::warning("unknown-reason", entry.node.span, message);
            faults.push(fault.instead(word, theirs.iter().copied()));
        }
        reasons.insert(entry.key.clone(), word.to_owned());
    }
    reasons
}
