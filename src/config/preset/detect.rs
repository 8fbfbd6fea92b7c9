//! Which program wrote a file, told by its header: a header that few presets know says much, one that all of them or
//! plain words know says little, and a field's own name says nothing. Some that say little alone say all together.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{CrmKind, DEFAULT, PRESETS, Preset, header_form, match_form};
use crate::model::field::Field;

/// What a header is worth that one preset alone knows: shares of it among up to ten are whole numbers.
const WHOLE: u32 = 2520;
/// What a file's headers must be worth for a preset: two and a half that it alone knows.
const ENOUGH: u32 = WHOLE * 5 / 2;

/// Headers in match form, and the presets (by position) that know them.
type Knowers = BTreeMap<&'static str, Vec<usize>>;

/// Of leads, then of each kind of CRM input.
static KNOWERS: LazyLock<Vec<Knowers>> =
    LazyLock::new(|| std::iter::once(None).chain(CrmKind::ALL.iter().copied().map(Some)).map(knowers).collect());

fn knowers(kind: Option<CrmKind>) -> Knowers {
    let mut knowers = Knowers::new();
    for (position, preset) in PRESETS.iter().chain([&*DEFAULT]).enumerate() {
        for form in preset.section(kind).iter().flatten().flatten() {
            let known: &mut Vec<usize> = knowers.entry(form.as_str()).or_default();
            if known.last() != Some(&position) {
                known.push(position);
            }
        }
    }
    let own: Vec<&str> = match kind {
        None => Field::ALL.iter().map(|field| field.name()).collect(),
        Some(kind) => kind.fields().to_vec(),
    };
    own.into_iter().for_each(|name| drop(knowers.remove(match_form(name).as_str())));
    knowers
}

/// The preset that some of the headers together give away; else the one whose headers are worth enough, and more than one and a half times as much as any other's.
pub(super) fn fitting(header: &[String], kind: Option<CrmKind>) -> Option<&'static Preset> {
    let forms: Vec<String> = header.iter().map(|name| header_form(name)).collect();
    let is_known = |preset: &&Preset| {
        let fills = preset.section(kind).iter().any(|candidates| !candidates.is_empty());
        fills && preset.known_by.iter().any(|headers| headers.iter().all(|name| forms.contains(name)))
    };
    if let Some(preset) = PRESETS.iter().find(is_known) {
        return Some(preset);
    }
    let knowers = &KNOWERS[kind.map_or(0, |kind| kind as usize + 1)];
    let mut worth = vec![0u32; PRESETS.len() + 1];
    for form in &forms {
        let Some(known) = knowers.get(form.as_str()) else { continue };
        let share = WHOLE / u32::try_from(known.len()).unwrap_or(WHOLE);
        known.iter().for_each(|&preset| worth[preset] += share);
    }
    worth.truncate(PRESETS.len());
    let best = (0..worth.len()).max_by_key(|&preset| worth[preset])?;
    let second = (0..worth.len()).filter(|&preset| preset != best).map(|preset| worth[preset]).max().unwrap_or(0);
    (worth[best] >= ENOUGH && 2 * worth[best] > 3 * second).then(|| &PRESETS[best])
}
