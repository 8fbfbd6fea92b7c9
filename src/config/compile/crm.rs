//! `[crm]`: what exists already.

use std::collections::BTreeMap;
use std::path::Path;

use super::inputs::{self, choices, pairs};
use crate::config::diagnostic::{Diagnostic, Diagnostics};
use crate::config::mapping::{FileMapping, map_crm};
use crate::config::options::Options;
use crate::config::plan::{CrmFile, CrmPlan, InputFile};
use crate::config::preset::CrmKind;
use crate::format::delimited::{Document, Entry, trim};

/// Checks every CRM file.
pub(super) fn crm(options: &Options, project: &Path, faults: &mut Diagnostics) -> CrmPlan {
    let mut file = |kind| crm_file(options, kind, project, faults);
    CrmPlan {
        accounts: file(CrmKind::Accounts),
        contacts: file(CrmKind::Contacts),
        opportunities: file(CrmKind::Opportunities),
        owners: file(CrmKind::Owners),
        activities: file(CrmKind::Activities),
        prices: file(CrmKind::Prices),
        quotes: file(CrmKind::Quotes),
        orders: file(CrmKind::Orders),
        invoices: file(CrmKind::Invoices),
        // They stand in [consent].
        suppressions: None,
    }
}

fn crm_file(options: &Options, kind: CrmKind, project: &Path, faults: &mut Diagnostics) -> Option<CrmFile> {
    let entry = options.table.table("crm")?.entry(kind.name())?;
    let table = entry.node.as_table()?;
    let Diagnostics { items: faults, mappings: shown, .. } = faults;
    let mut files = inputs::inputs(table, project, faults);
    let locale = inputs::locale(table, faults);
    let choice = inputs::preset(table, faults);
    let presets: Vec<_> = files.iter().map(|file| choice.of(file, Some(kind))).collect();
    let choices = choices(table);
    let pairs = pairs(&choices);
    let mapped = files.iter().zip(&presets);
    let mappings: Vec<_> =
        mapped.map(|(file, preset)| map_crm(&file.header, kind, preset.map(|(preset, _)| preset), &pairs)).collect();
    let problems =
        files.iter().zip(&mappings).flat_map(|(file, mapping)| mapping.problems.iter().map(move |p| (file, p)));
    inputs::report(problems, files.len(), &choices, kind.fields(), faults);
    for (file, mapping) in files.iter().zip(&mappings) {
        for group in &mapping.missing {
            let message = format!("{} has no column for `{}`", file.shown, group.join("` or `"));
            let help =
                format!("its columns: {}; map one with fields = {{ {} = \"…\" }}", file.header.join(", "), group[0]);
            faults.push(Diagnostic::error("missing-column", table.span("path", entry.key_span), message).help(help));
        }
    }
    let preset_names = presets.iter().map(|preset| preset.map(|(preset, _)| preset.name())).collect();
    for ((file, mapping), preset) in files.iter().zip(&mappings).zip(presets) {
        let preset = preset.map(|(preset, from)| (preset.name(), from));
        FileMapping::of_crm(kind, file, preset, mapping).add_to(shown);
    }
    for (file, mapping) in files.iter_mut().zip(mappings) {
        file.mapping = mapping.columns;
        file.codes = mapping.codes;
    }
    Some(CrmFile { files, presets: preset_names, locale, further: Vec::new() })
}

/// The owners: their names, and the CRM's ids of them or "", by name; a small file, read whole.
pub(super) fn owners(owners: &CrmFile) -> BTreeMap<String, String> {
    let mut ids = BTreeMap::new();
    for [name, id] in owners.files.iter().flat_map(owners_in).filter(|[name, _]| !name.is_empty()) {
        ids.entry(name).or_insert(id);
    }
    ids
}

fn owners_in(file: &InputFile) -> Vec<[String; 2]> {
    let columns = ["owner", "owner_id"].map(|wanted| {
        let target = CrmKind::Owners.fields().iter().position(|field| *field == wanted);
        file.mapping.iter().find(|column| Some(column.target) == target)
    });
    let Ok(document) = Document::open(&file.path, Some(file.dialect.encoding)) else { return Vec::new() };
    let mut reader = document.reader(file.dialect.delimiter);
    reader.read(); // the header
    let mut owners = Vec::new();
    while let Some(entry) = reader.read() {
        let Entry::Record(record) = entry else { continue };
        owners.push(columns.map(|column| {
            let cells = column.into_iter().flat_map(|column| &column.from).filter_map(|&at| record.get(at));
            let mut texts = cells.map(|cell| trim(&document.text(cell).0).to_owned());
            texts.find(|text| !text.is_empty()).unwrap_or_default()
        }));
    }
    owners
}
