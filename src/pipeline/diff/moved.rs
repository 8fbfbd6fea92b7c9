//! What changed about a lead, and what did it.

use std::collections::BTreeSet;

use polars::prelude::{Column, StringChunked};
use serde::Serialize;

use super::{Matrix, Side, Sides};
use crate::model::emissions::Emissions;
use crate::model::field::Field;
use crate::model::scorecards::{Points, Scorecards};

/// A lead with other stars, another grade, owner or decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeadChange {
    /// The lead.
    pub lead_id: String,
    /// Its name, with the new plan.
    pub full_name: String,
    /// Its company, with the new plan.
    pub company: String,
    /// Score.
    pub score: Sides<String>,
    /// Stars.
    pub stars: Sides<u8>,
    /// Grade, or "".
    pub grade: Sides<String>,
    /// Owner, or "".
    pub owner: Sides<String>,
    /// Decision.
    pub decision: Sides<String>,
    /// Status.
    pub status: Sides<String>,
    /// What gave it other points, if its stars or grade changed; criterion by criterion.
    pub by_score: Vec<PointsMove>,
    /// What gave it another owner.
    pub by_assign: Option<Move>,
    /// What decided otherwise.
    pub by_qualify: Option<Move>,
    /// How far its score_percent moved, in ten-thousandths of a percent; how far its grade did, in bands.
    #[serde(skip)]
    far: (i64, u64),
}

/// What a criterion gave before and gives now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PointsMove {
    /// What.
    #[serde(flatten)]
    pub what: Move,
    /// Points; none where the plan has no such criterion.
    pub points: Sides<Option<String>>,
}

/// Something that moved leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Move {
    /// Of which stage.
    pub kind: MoveKind,
    /// The criterion; or the rules (where there is none, the reason) before and after.
    pub rule: String,
}

/// A stage whose rules move leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MoveKind {
    /// A criterion gives other points.
    Score,
    /// Another rule assigns.
    Assign,
    /// Another rule decides.
    Qualify,
}

impl MoveKind {
    /// As shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Assign => "assign",
            Self::Qualify => "qualify",
        }
    }
}

impl LeadChange {
    /// Everything that moved it.
    pub fn moves(&self) -> impl Iterator<Item = &Move> {
        self.by_score.iter().map(|moved| &moved.what).chain(&self.by_assign).chain(&self.by_qualify)
    }

    /// All of it in words: `Decision maker -3 -> 3; assign: A -> B`.
    pub fn by(&self) -> String {
        let points = |points: &Option<String>| points.clone().unwrap_or_else(|| "none".to_owned());
        let by_score = self.by_score.iter().map(|moved| match &moved.points {
            Sides { old: None, new: None } => moved.what.rule.clone(),
            Sides { old, new } => format!("{} {} -> {}", moved.what.rule, points(old), points(new)),
        });
        let rules = self.by_assign.iter().chain(&self.by_qualify);
        let rules = rules.map(|moved| format!("{}: {}", moved.kind.name(), moved.rule));
        by_score.chain(rules).collect::<Vec<_>>().join("; ")
    }

    /// How large the change is: a decision before stars, stars before a grade, a grade before an owner.
    pub(super) fn size(&self) -> (bool, u8, u64, bool, i64) {
        let decided = self.decision.old != self.decision.new || self.status.old != self.status.new;
        let owned = self.owner.old != self.owner.new;
        (decided, self.stars.old.abs_diff(self.stars.new), self.far.1, owned, self.far.0)
    }
}

/// The columns of both sides that tell.
pub(super) struct Columns<'a> {
    sides: Sides<Tellers<'a>>,
    /// The criteria of both sides by name, in the new order, then those that only the old side has.
    lines: Vec<(String, Sides<Option<usize>>)>,
    full_name: Option<StringChunked>,
    company: Option<StringChunked>,
}

struct Tellers<'a> {
    side: &'a Side<'a>,
    /// The grades, best first; without any the blank alone.
    grades: Vec<String>,
    scores: &'a Scorecards,
    emissions: &'a Emissions,
}

impl<'a> Columns<'a> {
    pub(super) fn new(sides: &'a Sides<Side<'a>>) -> Self {
        let tellers = |side: &'a Side<'a>| Tellers {
            side,
            grades: grades(side),
            scores: &side.decided.scores,
            emissions: &side.decided.emissions,
        };
        let (old, new) = (&sides.old.decided.scores.lines, &sides.new.decided.scores.lines);
        let mut lines: Vec<(String, Sides<Option<usize>>)> = Vec::new();
        for (at, line) in new.iter().enumerate() {
            let before = old.iter().position(|other| other.name == line.name);
            lines.push((line.name.clone(), Sides { old: before, new: Some(at) }));
        }
        for (at, line) in old.iter().enumerate() {
            if new.iter().all(|other| other.name != line.name) {
                lines.push((line.name.clone(), Sides { old: Some(at), new: None }));
            }
        }
        let facts = &sides.new.decided.entities.facts;
        let text = |field: Field| facts.column(field.name()).as_ref().and_then(|it: &Column| it.str().ok().cloned());
        Self {
            sides: Sides { old: tellers(&sides.old), new: tellers(&sides.new) },
            lines,
            full_name: text(Field::FullName),
            company: text(Field::Company),
        }
    }

    /// A value on both sides.
    fn both<'s, T>(&'s self, pair: Sides<usize>, of: impl Fn(&'s Tellers<'a>, usize) -> T) -> Sides<T> {
        Sides { old: of(&self.sides.old, pair.old), new: of(&self.sides.new, pair.new) }
    }

    pub(super) fn score(&self, pair: Sides<usize>) -> bool {
        let score = self.both(pair, |side, lead| side.scores.score[lead]);
        score.old != score.new
    }

    pub(super) fn stars(&self, pair: Sides<usize>) -> bool {
        let stars = self.both(pair, |side, lead| side.scores.stars[lead]);
        stars.old != stars.new
    }

    pub(super) fn grade(&self, pair: Sides<usize>) -> bool {
        let grade = self.both(pair, Tellers::grade);
        grade.old != grade.new
    }

    pub(super) fn owner(&self, pair: Sides<usize>) -> bool {
        let owner = self.both(pair, |side, lead| side.side.decided.assignments.owner.get(lead));
        owner.old != owner.new
    }

    pub(super) fn decision(&self, pair: Sides<usize>) -> bool {
        let kind = self.both(pair, |side, lead| side.emissions.decisions[lead].kind);
        let status = self.both(pair, |side, lead| side.emissions.status.get(lead));
        kind.old != kind.new || status.old != status.new
    }

    /// Whether anything but the bare score differs.
    pub(super) fn differ(&self, pair: Sides<usize>) -> bool {
        self.stars(pair) || self.grade(pair) || self.owner(pair) || self.decision(pair)
    }

    pub(super) fn change(&self, pair: Sides<usize>) -> LeadChange {
        let text = |column: &Option<StringChunked>| {
            column.as_ref().and_then(|column| column.get(pair.new)).unwrap_or_default().to_owned()
        };
        let owned = |texts: Sides<&str>| Sides { old: texts.old.to_owned(), new: texts.new.to_owned() };
        let percent = self.both(pair, |side, lead| side.scores.percent[lead]);
        let band = self.both(pair, |side, lead| side.band(lead));
        LeadChange {
            lead_id: self.sides.new.side.decided.entities.ids[pair.new].clone(),
            full_name: text(&self.full_name),
            company: text(&self.company),
            score: self.both(pair, |side, lead| side.scores.score[lead].to_string()),
            stars: self.both(pair, |side, lead| side.scores.stars[lead]),
            grade: owned(self.both(pair, Tellers::grade)),
            owner: owned(self.both(pair, |side, lead| side.side.decided.assignments.owner.get(lead))),
            decision: owned(self.both(pair, |side, lead| side.emissions.decisions[lead].kind.name())),
            status: owned(self.both(pair, |side, lead| side.emissions.status.get(lead))),
            by_score: if self.stars(pair) || self.grade(pair) { self.by_score(pair) } else { Vec::new() },
            by_assign: self.owner(pair).then(|| self.by_rules(pair, MoveKind::Assign, Tellers::assigned_by)),
            by_qualify: self.decision(pair).then(|| self.by_rules(pair, MoveKind::Qualify, Tellers::decided_by)),
            far: (((percent.new - percent.old) * 1e4).abs().round() as i64, band.old.abs_diff(band.new) as u64),
        }
    }

    /// The criteria that give other points. Where the score lies where it lay, or none does, what places it: its reach, the
    /// cuts, or a person.
    fn by_score(&self, pair: Sides<usize>) -> Vec<PointsMove> {
        let points = |side: &Tellers<'_>, line: Option<usize>, lead: usize| -> Option<Points> {
            line.map(|line| side.scores.lines[line].points(lead))
        };
        let percent = self.both(pair, |side, lead| side.scores.percent[lead]);
        let place = self.both(pair, Tellers::place);
        let (mut moves, same_place) = (Vec::new(), place.old == place.new);
        // Criteria whose points outweigh one another, as one that has another name, move no lead.
        for (name, at) in self.lines.iter().filter(|_| !same_place) {
            let old = points(&self.sides.old, at.old, pair.old);
            let new = points(&self.sides.new, at.new, pair.new);
            // A criterion that is new, or gone, and gives nothing is no reason.
            if old.unwrap_or_default() != new.unwrap_or_default() {
                let shown = |points: Option<Points>| points.map(|points| points.to_string());
                let what = Move { kind: MoveKind::Score, rule: name.clone() };
                moves.push(PointsMove { what, points: Sides { old: shown(old), new: shown(new) } });
            }
        }
        let manual = self.both(pair, |side, lead| side.scores.manual[lead]);
        // What the new plan would have made of the old place.
        let cuts = self.both(pair, |side, _| side.passed(percent.old));
        let bands = self.both(pair, |side, _| side.band_of(percent.old));
        let others = [
            (manual.old != manual.new, "stars given by hand"),
            (self.stars(pair) && cuts.old != cuts.new, "the cut points of the stars"),
            (self.grade(pair) && bands.old != bands.new, "the bands of the grades"),
        ];
        let mut others: Vec<&str> = others.into_iter().filter(|(holds, _)| *holds).map(|(_, what)| what).collect();
        if moves.is_empty() && others.is_empty() {
            others.push(if same_place { "how stars and grades are given" } else { "what the score can reach" });
        }
        let other = others.into_iter().map(|what| Move { kind: MoveKind::Score, rule: what.to_owned() });
        moves.extend(other.map(|what| PointsMove { what, points: Sides::default() }));
        moves
    }

    fn by_rules(&self, pair: Sides<usize>, kind: MoveKind, rule: impl Fn(&Tellers<'a>, usize) -> String) -> Move {
        let Sides { old, new } = self.both(pair, rule);
        let rule = if old == new { old } else { format!("{old} -> {new}") };
        Move { kind, rule }
    }

    pub(super) fn stars_matrix(&self, pairs: &[Sides<usize>]) -> Matrix {
        let stars: Vec<String> = (0..=5).map(|stars: u8| stars.to_string()).collect();
        let place = |pair: Sides<usize>| self.both(pair, |side, lead| usize::from(side.scores.stars[lead].min(5)));
        Matrix::count(stars.clone(), stars, pairs, place)
    }

    pub(super) fn grades_matrix(&self, pairs: &[Sides<usize>]) -> Matrix {
        let place = |pair: Sides<usize>| self.both(pair, |side, lead| side.band(lead));
        Matrix::count(self.sides.old.grades.clone(), self.sides.new.grades.clone(), pairs, place)
    }
}

/// The grades of a side, best first: its bands, or, where a grid gives others, all that some lead has.
fn grades(side: &Side<'_>) -> Vec<String> {
    let found: BTreeSet<&str> = side.decided.scores.grade.iter().collect();
    let bands: Vec<&str> = side.plan.score.grades.iter().map(|(grade, _)| grade.as_str()).collect();
    let is_by_bands = found.is_empty() || found.iter().any(|grade| bands.contains(grade));
    let mut all = if is_by_bands { bands } else { Vec::new() };
    let others: Vec<&str> = found.into_iter().filter(|grade| !all.contains(grade)).collect();
    all.extend(others);
    if all.is_empty() { vec![String::new()] } else { all.into_iter().map(str::to_owned).collect() }
}

impl Tellers<'_> {
    fn grade(&self, lead: usize) -> &str {
        self.scores.grade.get(lead)
    }

    /// Where the score and those of its groups lie.
    fn place(&self, lead: usize) -> (f64, Vec<(&str, f64)>) {
        let groups = self.scores.groups.iter().map(|group| (group.name.as_str(), group.percent[lead]));
        (self.scores.percent[lead], groups.collect())
    }

    /// The place of a lead's grade among them.
    fn band(&self, lead: usize) -> usize {
        let grade = self.grade(lead);
        self.grades.iter().position(|known| known == grade).unwrap_or_default()
    }

    /// How many cut points of the stars a score_percent is past.
    fn passed(&self, percent: f64) -> usize {
        self.side.plan.score.star_cuts.iter().filter(|&&cut| percent >= cut).count()
    }

    /// The grade whose band a score_percent lies in.
    fn band_of(&self, percent: f64) -> Option<&str> {
        let bands = &self.side.plan.score.grades;
        bands.iter().find(|(_, begin)| percent >= *begin).map(|(grade, _)| grade.as_str())
    }

    /// The rule that assigned, else why none did; without the lead or the account that it speaks of.
    fn assigned_by(&self, lead: usize) -> String {
        let assignments = &self.side.decided.assignments;
        let reason = assignments.reason.get(lead);
        let rule = assignments.rule.get(lead);
        let kind = ["same account", "owner of account"].into_iter().find(|kind| reason.starts_with(kind));
        match (kind, rule) {
            (Some(kind), "") => kind.to_owned(),
            (Some(kind), rule) => format!("{rule} ({kind})"),
            (None, "") => reason.to_owned(),
            // A territory is named behind its rule.
            (None, _) => reason.split("; ").next().unwrap_or_default().trim_start_matches("rule: ").to_owned(),
        }
    }

    /// The rule that decided, else the code of the reason.
    fn decided_by(&self, lead: usize) -> String {
        let decision = &self.emissions.decisions[lead];
        match &*decision.rule {
            "" => decision.reason.clone().into_owned(),
            rule if decision.reason == rule || decision.reason.is_empty() => rule.to_owned(),
            rule => format!("{rule} ({})", decision.reason),
        }
    }
}

impl Matrix {
    fn count(
        old: Vec<String>,
        new: Vec<String>,
        pairs: &[Sides<usize>],
        place: impl Fn(Sides<usize>) -> Sides<usize>,
    ) -> Self {
        let mut leads = vec![vec![0; new.len()]; old.len()];
        for &pair in pairs {
            let at = place(pair);
            leads[at.old][at.new] += 1;
        }
        Self { old, new, leads }
    }
}
