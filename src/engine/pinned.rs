//! Between what training finds and the file that keeps it. A run that trains goes the same way as one that reads the
//! file: learnt, rounded, fitted to the comparisons.

use crate::model::matching::{ComparisonModel, LinkModel};
use crate::model::pinned::{CircleKind, LearntFrom, Misfit, PinnedComparison, PinnedLevel, PinnedModel};
use crate::stages::compare::Comparison;
use crate::stages::train::{Circle, Evidence, Trained};

/// What to weigh with: the given model, or else what `learn` learns; and the same as a file.
pub(super) fn trained(
    given: Option<&PinnedModel>,
    comparisons: &[Comparison<'_>],
    learn: impl FnOnce() -> (Trained, LearntFrom),
) -> Result<(Trained, PinnedModel), Misfit> {
    let model = given.cloned().unwrap_or_else(|| {
        let (trained, learnt_from) = learn();
        pin(&trained, learnt_from)
    });
    Ok((fit(&model, comparisons)?, model))
}

/// What training saw, in numbers.
pub(super) fn learnt_from(evidence: &Evidence) -> LearntFrom {
    let new = evidence.patterns.iter().filter(|pattern| pattern.new);
    LearntFrom {
        leads: evidence.leads as u64,
        random_pairs: evidence.random.first().map_or(0, |counts| counts.iter().sum()),
        candidate_pairs: new.map(|pattern| pattern.pairs).sum::<f64>().round() as u64,
    }
}

fn pin(trained: &Trained, learnt_from: LearntFrom) -> PinnedModel {
    let circles = || trained.circles.iter().map(|circle| (CircleKind::ALL[circle.kind], circle));
    let comparison = |(position, comparison): (usize, &ComparisonModel)| {
        let level = |level: usize| PinnedLevel {
            label: comparison.levels[level].clone(),
            m: comparison.m[level],
            u: comparison.u[level],
            circles: circles()
                .filter_map(|(kind, circle)| Some((kind, circle.levels[position].as_ref()?[level])))
                .collect(),
        };
        PinnedComparison { name: comparison.name.clone(), levels: (1..comparison.levels.len()).map(level).collect() }
    };
    let comparisons = trained.model.comparisons.iter().enumerate().map(comparison).collect();
    let odds = circles().map(|(kind, circle)| (kind, circle.odds)).collect();
    PinnedModel::new(learnt_from, trained.model.prior, odds, comparisons)
}

/// The model in the order of the comparisons.
///
/// # Errors
/// When its comparisons or their levels are others.
pub(super) fn fit(model: &PinnedModel, comparisons: &[Comparison<'_>]) -> Result<Trained, Misfit> {
    let mut misfit = Misfit::default();
    let mut fitted = Vec::with_capacity(comparisons.len());
    for comparison in comparisons {
        match model.comparisons.iter().find(|known| known.name == comparison.name) {
            None => misfit.new.push(comparison.name.clone()),
            Some(known) if !known.levels.iter().map(|level| &level.label).eq(&comparison.levels[1..]) => {
                misfit.changed.push(comparison.name.clone());
            }
            Some(known) => fitted.push(known),
        }
    }
    let given = |known: &&PinnedComparison| !comparisons.iter().any(|comparison| comparison.name == known.name);
    misfit.missing = model.comparisons.iter().filter(given).map(|known| known.name.clone()).collect();
    if misfit != Misfit::default() {
        return Err(misfit);
    }
    let all = |known: &PinnedComparison, share: fn(&PinnedLevel) -> f64| {
        std::iter::once(0.0).chain(known.levels.iter().map(share)).collect::<Vec<f64>>()
    };
    let within = |kind: CircleKind, known: &PinnedComparison| -> Option<Vec<f64>> {
        std::iter::once(Some(0.0)).chain(known.levels.iter().map(|level| level.circles.get(&kind).copied())).collect()
    };
    let circle = |(position, kind): (usize, CircleKind)| {
        let odds = *model.circles.get(&kind)?;
        Some(Circle { kind: position, odds, levels: fitted.iter().map(|known| within(kind, known)).collect() })
    };
    let comparison = |known: &&PinnedComparison| ComparisonModel {
        name: known.name.clone(),
        levels: std::iter::once("missing".to_owned())
            .chain(known.levels.iter().map(|level| level.label.clone()))
            .collect(),
        m: all(known, |level| level.m),
        u: all(known, |level| level.u),
    };
    Ok(Trained {
        model: LinkModel { comparisons: fitted.iter().map(comparison).collect(), prior: model.prior },
        circles: CircleKind::ALL.into_iter().enumerate().filter_map(circle).collect(),
    })
}
