//! The trained model as a file (`model.json`): what each level of each comparison is worth, so that another run weighs
//! the same.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of the file that a run leaves.
pub const MODEL_FILE: &str = "model.json";

/// The layout of the file; another number is another layout.
const FORMAT: u32 = 1;

/// Digits that count. What is learnt is rounded to them before it weighs anything, so that a run with the file does
/// exactly what the run that left it did.
const DIGITS: usize = 9;

/// A trained model.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedModel {
    /// The layout of the file.
    pub format: u32,
    /// The version of the program that learnt it.
    pub leadmill: String,
    /// What it was learnt from.
    pub learnt_from: LearntFrom,
    /// Probability that two leads drawn at random are one.
    pub prior: f64,
    /// Per circle, pairs of its different people for one pair of strangers; a circle is missing where the file that the
    /// model was learnt from tells nothing of it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub circles: BTreeMap<CircleKind, f64>,
    /// The comparisons, in the order in which their weights are summed.
    pub comparisons: Vec<PinnedComparison>,
}

/// What a model was learnt from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearntFrom {
    /// Leads.
    pub leads: u64,
    /// Pairs drawn at random.
    pub random_pairs: u64,
    /// Pairs of the blocking rules.
    pub candidate_pairs: u64,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedComparison {
    /// Its name.
    pub name: String,
    /// Its levels, best first, "different" last; "missing" weighs nothing and is left out.
    pub levels: Vec<PinnedLevel>,
}

/// One level of agreement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedLevel {
    /// Its label.
    pub label: String,
    /// Share of matches that reach it.
    pub m: f64,
    /// Share of strangers that reach it.
    pub u: f64,
    /// Per circle, the share of its different people that reach it; missing where they are like strangers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub circles: BTreeMap<CircleKind, f64>,
}

/// What different people have in common who are easily taken for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CircleKind {
    /// One company, or one organisation with several sites.
    Company,
    /// One household, or one house with several organisations.
    Household,
    /// Related things: works of one author, products of one maker.
    Related,
}

impl CircleKind {
    /// All kinds, by their number in training.
    pub const ALL: [Self; 3] = [Self::Company, Self::Household, Self::Related];

    /// As shown beside the levels of a comparison.
    pub fn label(self) -> &'static str {
        match self {
            Self::Company => "same company",
            Self::Household => "same household",
            Self::Related => "related things",
        }
    }

    /// As written to model.json and the model table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Household => "household",
            Self::Related => "related",
        }
    }
}

impl PinnedModel {
    /// A model of this program, rounded.
    pub fn new(
        learnt_from: LearntFrom,
        prior: f64,
        circles: BTreeMap<CircleKind, f64>,
        mut comparisons: Vec<PinnedComparison>,
    ) -> Self {
        for level in comparisons.iter_mut().flat_map(|comparison| &mut comparison.levels) {
            (level.m, level.u) = (rounded(level.m), rounded(level.u));
            level.circles.values_mut().for_each(|share| *share = rounded(*share));
        }
        Self {
            format: FORMAT,
            leadmill: env!("CARGO_PKG_VERSION").to_owned(),
            learnt_from,
            prior: rounded(prior),
            circles: circles.into_iter().map(|(kind, odds)| (kind, rounded(odds))).collect(),
            comparisons,
        }
    }

    /// Reads the file's text; else one sentence about what is wrong with it.
    ///
    /// # Errors
    /// When it is no such file, of another layout, or holds what is no probability.
    pub fn read(text: &str) -> Result<Self, String> {
        /// Just enough to tell layouts apart.
        #[derive(Deserialize)]
        struct Layout {
            format: u32,
        }
        let unlike = |error: serde_json::Error| format!("it is not a model that a run left: {error}");
        let Layout { format } = serde_json::from_str(text).map_err(unlike)?;
        if format != FORMAT {
            return Err(format!("its format is {format}, and this leadmill reads format {FORMAT}"));
        }
        let model: Self = serde_json::from_str(text).map_err(unlike)?;
        model.check()?;
        // Whatever a parser makes of the last digit.
        Ok(Self {
            format,
            leadmill: model.leadmill,
            ..Self::new(model.learnt_from, model.prior, model.circles, model.comparisons)
        })
    }

    fn check(&self) -> Result<(), String> {
        let is_share = |share: f64| share > 0.0 && share <= 1.0;
        if !is_share(self.prior) || self.prior == 1.0 {
            return Err(format!("its prior ({}) is not between 0 and 1", self.prior));
        }
        if let Some((kind, odds)) = self.circles.iter().find(|(_, odds)| !is_share(**odds)) {
            return Err(format!("its circle `{}` ({odds}) is not between 0 and 1", kind.name()));
        }
        for (position, comparison) in self.comparisons.iter().enumerate() {
            let name = &comparison.name;
            if self.comparisons[..position].iter().any(|earlier| earlier.name == *name) {
                return Err(format!("it has the comparison `{name}` twice"));
            }
            for level in &comparison.levels {
                if ![level.m, level.u].iter().chain(level.circles.values()).all(|&share| is_share(share)) {
                    return Err(format!("`{name}`, level \"{}\": a share is not between 0 and 1", level.label));
                }
            }
            for kind in CircleKind::ALL {
                let with = comparison.levels.iter().filter(|level| level.circles.contains_key(&kind)).count();
                if with != 0 && (with != comparison.levels.len() || !self.circles.contains_key(&kind)) {
                    return Err(format!("`{name}`: its circle `{}` is given in part only", kind.name()));
                }
            }
        }
        Ok(())
    }

    /// As written to the file.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("numbers, texts and lists can be written as JSON");
        text.push('\n');
        text
    }
}

/// To the digits that count; a share is 1 at most, also where training bounds one level by another.
fn rounded(share: f64) -> f64 {
    format!("{share:.precision$e}", precision = DIGITS - 1).parse().unwrap_or(share).min(1.0)
}

/// A model that is not one of the comparisons that the columns give.
#[derive(Debug, Clone, PartialEq, Eq, Default, thiserror::Error)]
pub struct Misfit {
    /// Comparisons of the columns that the model does not know.
    pub new: Vec<String>,
    /// Comparisons of the model that the columns do not give.
    pub missing: Vec<String>,
    /// Comparisons whose levels differ.
    pub changed: Vec<String>,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let parts = [
            (&self.missing, "it compares", ", which no filled column of these inputs gives"),
            (&self.new, "these inputs give", ", which it does not know"),
            (&self.changed, "the levels of", " are not those that it was trained for"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(names, ..)| !names.is_empty())
            .map(|(names, before, after)| format!("{before} {}{after}", named(names)))
            .collect();
        write!(
            f,
            "the pinned model does not fit the inputs: {}. To train again, leave `model` out of [dedupe], then pin the \
             {MODEL_FILE} of that run",
            parts.join("; ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> PinnedModel {
        let circles = |share: f64| BTreeMap::from([(CircleKind::Household, share)]);
        let level = |label: &str, m: f64, u: f64| PinnedLevel { label: label.to_owned(), m, u, circles: circles(0.25) };
        let levels = vec![level("exact", 1.0 / 3.0, 1e-7 / 3.0), level("different", 2.0 / 3.0, 0.9)];
        let comparisons = vec![PinnedComparison { name: "email".to_owned(), levels }];
        PinnedModel::new(
            LearntFrom { leads: 9, random_pairs: 36, candidate_pairs: 4 },
            1e-3 / 7.0,
            circles(1e-4),
            comparisons,
        )
    }

    #[test]
    fn a_model_is_read_as_it_was_written() {
        let model = model();
        assert_eq!(model.comparisons[0].levels[0].m, 0.333333333);
        assert_eq!(model.comparisons[0].levels[0].u, 3.33333333e-8);
        assert_eq!(PinnedModel::read(&model.text()), Ok(model));
    }

    #[test]
    fn what_is_no_model_is_told() {
        let text = model().text();
        let cases = [
            ("not JSON", "not a model that a run left"),
            ("{\"a\": 1}", "not a model that a run left"),
            (&text.replace("\"format\": 1", "\"format\": 2"), "its format is 2"),
            (&text.replace("\"prior\": 0.000142857143", "\"prior\": 1.0"), "its prior (1) is not"),
            (&text.replace("0.333333333", "0.0"), "`email`, level \"exact\": a share"),
            (&text.replace("\"u\": 0.9", "\"u\": -0.9"), "`email`, level \"different\": a share"),
            (&text.replace("\"household\": 0.0001", ""), "`email`: its circle `household` is given in part only"),
            (&text.replace("\"household\": 0.0001", "\"household\": 2"), "its circle `household` (2) is not"),
            (&text.replacen("\"household\": 0.25", "", 1), "`email`: its circle `household` is given in part only"),
            (&text.replace("household", "village"), "not a model that a run left"),
        ];
        for (text, expected) in cases {
            let told = PinnedModel::read(text).expect_err(expected);
            assert!(told.contains(expected), "{told}");
        }
    }

    #[test]
    fn a_misfit_names_the_comparisons() {
        let misfit = Misfit { new: vec!["phone".to_owned()], missing: vec![], changed: vec!["email".to_owned()] };
        assert_eq!(
            misfit.to_string(),
            "the pinned model does not fit the inputs: these inputs give `phone`, which it does not know; the levels of \
             `email` are not those that it was trained for. To train again, leave `model` out of [dedupe], then pin the \
             model.json of that run"
        );
    }
}
