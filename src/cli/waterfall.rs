//! Two rows for a person: what came of them, the weights as a waterfall, what blocking made of them.

use std::fmt::Write as _;
use std::io::IsTerminal as _;

use anstyle::{AnsiColor, Style};

use crate::engine::{Explanation, Step};
use crate::pipeline::why::{KeptLink, Member, PairAnswer, Standing};
use crate::stages::block::{Meeting, Outcome};

/// Columns where there is no terminal to ask.
const WIDTH: usize = 110;
/// Bars of fewer and of more columns tell nothing more.
const BARS: std::ops::RangeInclusive<usize> = 14..=44;
/// Widest name of a comparison, widest label of a level.
const NAME: usize = 18;
const LEVEL: usize = 22;

/// What is drawn on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Canvas {
    width: usize,
    is_coloured: bool,
}

impl Canvas {
    /// The terminal, or a plain page where there is none.
    pub(super) fn of_terminal() -> Self {
        let is_coloured = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let width = comfy_table::Table::new().width().filter(|_| std::io::stdout().is_terminal());
        Self { width: width.map_or(WIDTH, usize::from).clamp(60, 200), is_coloured }
    }

    /// A bar of so many columns.
    pub(super) fn bar(self, columns: usize, is_up: bool) -> String {
        let bar = if is_up { "█" } else { "░" }.repeat(columns);
        if !self.is_coloured || columns == 0 {
            return bar;
        }
        let colour = if is_up { AnsiColor::Green } else { AnsiColor::Red };
        let style = Style::new().fg_color(Some(colour.into()));
        format!("{style}{bar}{style:#}")
    }
}

/// A text of at most so many characters.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.chars().count() > most {
        true => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

/// Where a row stands: `source:id (file, line) row_id`.
fn place(row: &Member) -> String {
    let id = if row.source_id.is_empty() { row.source.clone() } else { format!("{}:{}", row.source, row.source_id) };
    format!("{id} ({}, line {}) {}", row.file, row.line, row.row_id)
}

/// Where a row is, and what it shows of itself, if anything.
pub(super) fn titled(row: &Member) -> String {
    format!("{}  {}", place(row), row.shown).trim_end().to_owned()
}

/// Who found a pair, and how sure.
pub(super) fn by(rule: &str, probability: f64, weight: f64) -> String {
    match rule {
        "model" => format!("the model, probability {}, weight {weight:.1}", percent(probability)),
        "decision" => format!("a person's decision (the model: {})", percent(probability)),
        rule => format!("the rule \"{rule}\" (the model: {})", percent(probability)),
    }
}

/// As many digits as tell it from certainty.
fn percent(probability: f64) -> String {
    match probability {
        p if p > 0.99995 => "over 0.9999".to_owned(),
        p if p < 0.00005 => "under 0.0001".to_owned(),
        p => format!("{p:.4}"),
    }
}

pub(super) fn render(pair: &PairAnswer, canvas: Canvas) -> String {
    let mut out = String::new();
    for row in [&pair.left, &pair.right] {
        let _ = writeln!(out, "{}", titled(row));
    }
    let _ = writeln!(out, "\n{}", standing(pair));
    if let Some(evidence) = evidence(pair) {
        let _ = writeln!(out, "{evidence}");
    }
    for link in &pair.chain {
        let _ =
            writeln!(out, "  {} - {}: {}", link.left_id, link.right_id, by(&link.rule, link.probability, link.weight));
    }
    if let Some(why) = &pair.unexplained {
        let _ = writeln!(out, "\nWithout the rows' values: {why}.");
    }
    match (&pair.explanation, &pair.link) {
        (Some(found), _) => {
            out.push_str(&waterfall(found.prior, &found.steps, found.weight, found.probability, pair, canvas));
            out.push_str(&blocking(found, canvas));
        }
        (None, Some(link)) => {
            let steps = steps(link);
            let prior = link.weight - steps.iter().map(|step| step.weight).sum::<f64>();
            out.push_str(&waterfall(prior, &steps, link.weight, link.probability, pair, canvas));
        }
        (None, None) => {}
    }
    out
}

/// The evidence that the links table has: levels and weights, no values.
fn steps(link: &KeptLink) -> Vec<Step> {
    let step = |(comparison, level, weight): &(String, String, f64)| Step {
        comparison: comparison.clone(),
        left: String::new(),
        right: String::new(),
        level: level.clone(),
        weight: *weight,
    };
    link.evidence.iter().map(step).collect()
}

fn standing(pair: &PairAnswer) -> String {
    let [left, right] = [&pair.left.lead_id, &pair.right.lead_id];
    let link = || pair.link.as_ref().map_or_else(String::new, |link| by(&link.rule, link.probability, link.weight));
    let missing = |found: &Explanation| {
        let short = weight_of(pair.match_at) - found.weight;
        match short > 0.0 {
            true => format!("{short:.1} short of a match"),
            false => "enough for a match".to_owned(),
        }
    };
    match (pair.standing, &pair.explanation) {
        (Standing::Linked, _) => format!("One lead, {left}: linked by {}.", link()),
        (Standing::Connected, _) => {
            let own = match (&pair.link, &pair.explanation) {
                (Some(_), _) => format!("by themselves too little: {}", link()),
                (None, Some(found)) if !found.is_compared() => "never compared by themselves".to_owned(),
                (None, _) => "no link of their own".to_owned(),
            };
            format!("One lead, {left}, through other rows ({own}){}", if pair.chain.is_empty() { "." } else { ":" })
        }
        (Standing::Refused, _) => format!(
            "Two leads, {left} ({}) and {right} ({}), although the pair by itself would match by {}: {}. The pair is up \
             for review.",
            counted(pair.sizes[0], "row"),
            counted(pair.sizes[1], "row"),
            link(),
            refusal(pair)
        ),
        (Standing::Review, _) => format!("Two leads, {left} and {right}, until a person decides: {}.", link()),
        (Standing::Distinct, _) => format!("Two leads, {left} and {right}: a person called the pair distinct."),
        (Standing::TooLight, Some(found)) => {
            format!("Two leads, {left} and {right}: compared, weight {:.1}, {}.", found.weight, missing(found))
        }
        (Standing::OneSource, Some(found)) => format!(
            "Two leads, {left} and {right}: never compared, as both rows are of {}, and the pipeline compares none of its \
             rows with one another. Compared, they would weigh {:.1}, {}.",
            pair.left.source,
            found.weight,
            missing(found)
        ),
        (Standing::NeverCompared, Some(found)) => format!(
            "Two leads, {left} and {right}: never compared, as no blocking rule brings them together. Compared, they \
             would weigh {:.1}, {}.",
            found.weight,
            missing(found)
        ),
        (Standing::TooLight | Standing::OneSource | Standing::NeverCompared | Standing::NotKept, _) => {
            format!("Two leads, {left} and {right}: the run kept no pair of them.")
        }
    }
}

/// What decided where the leads have more rows than the two: a match is made by the average across two groups.
fn evidence(pair: &PairAnswer) -> Option<String> {
    let average = pair.average.filter(|average| average.pairs > 1)?;
    let one = pair.left.lead_id == pair.right.lead_id;
    Some(format!(
        "Groups of rows become one lead by the evidence across all their pairs, {} on average: that of the {} pairs {} is \
         {} on average.",
        at_least(pair.match_at),
        average.pairs,
        if one { "within this lead" } else { "between these two leads" },
        signed(average.weight)
    ))
}

fn at_least(match_at: f64) -> String {
    format!("{} (probability {match_at}) or more", signed(weight_of(match_at)))
}

/// Why clusters keep a match apart.
fn refusal(pair: &PairAnswer) -> String {
    let distinct = pair.between.iter().find(|link| link.verdict == "distinct");
    match (distinct, pair.average) {
        (Some(link), _) => format!("a person called {} and {} distinct", link.left_id, link.right_id),
        (None, Some(average)) if average.kept_apart => {
            "the two leads have rows of one source that has no duplicates in itself".to_owned()
        }
        (None, Some(average)) if average.weight < weight_of(pair.match_at) => {
            "the evidence across all rows of the two is too little".to_owned()
        }
        (None, Some(_)) => "each had been joined to nearer rows, or parted from them, before".to_owned(),
        (None, None) => format!(
            "leads are joined by the evidence across all their rows ({} between these were kept), {} on average",
            counted(pair.between.len(), "pair"),
            at_least(pair.match_at)
        ),
    }
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The weight of a probability.
fn weight_of(probability: f64) -> f64 {
    (probability / (1.0 - probability)).log2()
}

/// The lines of a waterfall and the columns that they share.
struct Sheet {
    name: usize,
    value: usize,
    level: usize,
    bars: usize,
    least: f64,
    most: f64,
    canvas: Canvas,
}

impl Sheet {
    /// Room for these steps between these sums.
    fn new(steps: &[Step], sums: &[f64], canvas: Canvas) -> Self {
        let longest = |of: &dyn Fn(&Step) -> usize| steps.iter().map(of).max().unwrap_or(0);
        let name = longest(&|step| step.comparison.chars().count()).clamp("review from".len(), NAME);
        let level = longest(&|step| step.level.chars().count()).clamp("under 0.0001".len(), LEVEL);
        let wanted = longest(&|step| step.left.chars().count().max(step.right.chars().count()));
        // Gaps of two columns, seven each for the weight and the sum.
        let free = canvas.width.saturating_sub(name + level + 14 + 12);
        let value = wanted.min(free.saturating_sub(*BARS.start()) / 2);
        let bars = free.saturating_sub(2 * value).clamp(*BARS.start(), *BARS.end());
        let least = sums.iter().copied().fold(f64::INFINITY, f64::min);
        let most = sums.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Self { name, value, level, bars, least, most, canvas }
    }

    fn at(&self, sum: f64) -> usize {
        let share = (sum - self.least) / (self.most - self.least).max(1e-9);
        (share * (self.bars - 1) as f64).round() as usize
    }

    fn line(&self, name: &str, values: [&str; 3], weight: &str, sum: &str, bar: &str) -> String {
        let [left, right, level] = values;
        let mut out = format!("{:<width$}  ", shortened(name, self.name), width = self.name);
        if self.value > 0 {
            for text in [left, right] {
                let _ = write!(out, "{:<width$}  ", shortened(text, self.value), width = self.value);
            }
        }
        let _ =
            write!(out, "{:<width$}  {weight:>7}  {sum:>7}  {bar}", shortened(level, self.level), width = self.level);
        out.truncate(out.trim_end().len());
        out.push('\n');
        out
    }

    /// From one sum to the next.
    fn bar(&self, before: f64, after: f64) -> String {
        let (from, to) = (self.at(before), self.at(after));
        let (start, end) = (from.min(to), from.max(to));
        let mark = if start == end { "·".to_owned() } else { self.canvas.bar(end - start, after > before) };
        format!("{}{mark}", " ".repeat(start))
    }

    fn mark(&self, sum: f64, mark: &str) -> String {
        format!("{}{mark}", " ".repeat(self.at(sum)))
    }
}

fn waterfall(prior: f64, steps: &[Step], weight: f64, probability: f64, pair: &PairAnswer, canvas: Canvas) -> String {
    let [match_at, review_at] = [pair.match_at, pair.review_at].map(weight_of);
    let mut sums = vec![prior];
    for step in steps {
        sums.push(sums[sums.len() - 1] + step.weight);
    }
    let mut shown = sums.clone();
    shown.push(weight);
    shown.extend([match_at, review_at].into_iter().filter(|at| at.is_finite()));
    let sheet = Sheet::new(steps, &shown, canvas);
    let sides = if sheet.value > 0 { ["left", "right", "level"] } else { ["", "", "level"] };
    let mut out = String::from("\n");
    out.push_str(&sheet.line("", sides, "weight", "sum", ""));
    out.push_str(&sheet.line("prior", ["", "", "any two rows"], "", &signed(prior), &sheet.mark(prior, "│")));
    for (position, step) in steps.iter().enumerate() {
        let (before, after) = (sums[position], sums[position + 1]);
        let values = [step.left.as_str(), step.right.as_str(), step.level.as_str()];
        let bar = sheet.bar(before, after);
        out.push_str(&sheet.line(&step.comparison, values, &signed(step.weight), &signed(after), &bar));
    }
    let shown = percent(probability);
    out.push_str(&sheet.line("weight", ["", "", &shown], "", &signed(weight), &sheet.mark(weight, "◆")));
    for (name, at, probability) in [("match from", match_at, pair.match_at), ("review from", review_at, pair.review_at)]
    {
        if at.is_finite() {
            let shown = probability.to_string();
            out.push_str(&sheet.line(name, ["", "", &shown], "", &signed(at), &sheet.mark(at, "▲")));
        }
    }
    out
}

fn signed(weight: f64) -> String {
    let shown = format!("{weight:+.1}");
    if shown == "-0.0" { "+0.0".to_owned() } else { shown }
}

fn blocking(found: &Explanation, canvas: Canvas) -> String {
    let shared: Vec<&Meeting> = found.blocking.iter().filter(|meeting| meeting.is_compared()).collect();
    if let (Some(first), true) = (shared.first(), found.may_meet) {
        let Outcome::Compared { key, leads } = &first.outcome else {
            return "\nCompared as all rows are with one another: there are few enough.\n".to_owned();
        };
        let others = match shared.len() - 1 {
            0 => String::new(),
            1 => ", and 1 rule more".to_owned(),
            more => format!(", and {more} rules more"),
        };
        return format!("\nCompared because both have the {} \"{key}\" ({leads} rows){others}.\n", first.rule);
    }
    if !found.may_meet {
        return String::new();
    }
    let mut out = "\nBlocking rules, and the keys of the two rows\n".to_owned();
    let width = found.blocking.iter().map(|meeting| meeting.rule.chars().count()).max().unwrap_or(0).min(44);
    let value = canvas.width.saturating_sub(width + 6) / 2;
    for meeting in &found.blocking {
        let shown = |keys: &[String]| match keys.is_empty() {
            true => "(blank)".to_owned(),
            false => shortened(&keys.join(" | "), value),
        };
        let line = match &meeting.outcome {
            Outcome::TooLarge { key, leads, most, parts, windows } => {
                let split = match (parts, windows) {
                    (Some([left, right]), _) if left != right => format!("split by \"{left}\" and \"{right}\""),
                    (_, true) => "only neighbours by name compared".to_owned(),
                    (_, false) => "skipped".to_owned(),
                };
                format!("both \"{key}\": {leads} rows, more than {most}, {split}")
            }
            _ => format!("{}  {}", format_args!("{:<value$}", shown(&meeting.left)), shown(&meeting.right)),
        };
        let _ = writeln!(out, "  {:<width$}  {}", shortened(&meeting.rule, width), line.trim_end());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::why::Average;

    #[test]
    fn bars_go_from_sum_to_sum() {
        let step = |weight: f64| Step {
            comparison: "email".to_owned(),
            left: "a".to_owned(),
            right: "b".to_owned(),
            level: "exact".to_owned(),
            weight,
        };
        let steps = [step(5.0), step(-10.0)];
        let canvas = Canvas { width: 80, is_coloured: false };
        let sheet = Sheet::new(&steps, &[-5.0, 0.0, 5.0], canvas);
        assert_eq!((sheet.value, sheet.bars), (1, 29));
        assert_eq!((sheet.at(-5.0), sheet.at(5.0)), (0, 28));
        assert_eq!(sheet.bar(0.0, 5.0), format!("{}{}", " ".repeat(14), "█".repeat(14)));
        assert_eq!(sheet.bar(5.0, -5.0), "░".repeat(28));
        assert_eq!(sheet.bar(-5.0, -5.0), "·");
    }

    #[test]
    fn a_pair_that_was_never_compared() {
        let row = |id: &str, lead: &str| Member {
            source: "crm".to_owned(),
            file: "leads.csv".to_owned(),
            line: "7".to_owned(),
            source_id: id.to_owned(),
            row_id: format!("R{id}"),
            lead_id: lead.to_owned(),
            is_survivor: true,
            shown: "Ana Kirova".to_owned(),
        };
        let step = |comparison: &str, left: &str, right: &str, level: &str, weight: f64| Step {
            comparison: comparison.to_owned(),
            left: left.to_owned(),
            right: right.to_owned(),
            level: level.to_owned(),
            weight,
        };
        let meeting = |rule: &str, left: &str, right: &str, outcome: Outcome| Meeting {
            rule: rule.to_owned(),
            left: Some(left.to_owned()).into_iter().filter(|key| !key.is_empty()).collect(),
            right: vec![right.to_owned()],
            outcome,
        };
        let parts = Some(["KRF".to_owned(), "PTRF".to_owned()]);
        let too_large =
            Outcome::TooLarge { key: "+35921234567".to_owned(), leads: 900, most: 400, parts, windows: true };
        let pair = PairAnswer {
            left: row("1", "L1"),
            right: row("2", "L2"),
            standing: Standing::NeverCompared,
            match_at: 0.95,
            review_at: 0.6,
            link: None,
            explanation: Some(Explanation {
                prior: -12.0,
                steps: vec![
                    step("first_name", "ana", "anna", "typo", 6.5),
                    step("phone", "+35921234567", "+35921234567", "exact", 4.0),
                    step("email", "", "ana@kirova.example", "missing", 0.0),
                    step("last_name", "kirova", "petrova", "different", -4.25),
                ],
                weight: -5.75,
                probability: 0.01823,
                may_meet: true,
                blocking: vec![
                    meeting("email", "", "ana@kirova.example", Outcome::Blank),
                    meeting("last_name + first_name", "kirova + ana", "petrova + anna", Outcome::Different),
                    meeting("phone", "+35921234567", "+35921234567", too_large),
                ],
            }),
            unexplained: None,
            average: Some(Average { pairs: 6, weight: -7.25, kept_apart: false }),
            chain: Vec::new(),
            between: Vec::new(),
            sizes: [3, 2],
        };
        insta::assert_snapshot!(render(&pair, Canvas { width: 110, is_coloured: false }), @r#"
        crm:1 (leads.csv, line 7) R1  Ana Kirova
        crm:2 (leads.csv, line 7) R2  Ana Kirova

        Two leads, L1 and L2: never compared, as no blocking rule brings them together. Compared, they would weigh -5.8, 10.0 short of a match.
        Groups of rows become one lead by the evidence across all their pairs, +4.2 (probability 0.95) or more on average: that of the 6 pairs between these two leads is -7.2 on average.

                     left                right               level          weight      sum
        prior                                                any two rows             -12.0  │
        first_name   ana                 anna                typo             +6.5     -5.5  ██████████
        phone        +35921234567        +35921234567        exact            +4.0     -1.5            ██████
        email                            ana@kirova.example  missing          +0.0     -1.5                  ·
        last_name    kirova              petrova             different        -4.2     -5.8           ░░░░░░░
        weight                                               0.0182                    -5.8           ◆
        match from                                           0.95                      +4.2                          ▲
        review from                                          0.6                       +0.6                     ▲

        Blocking rules, and the keys of the two rows
          email                   (blank)                                    ana@kirova.example
          last_name + first_name  kirova + ana                               petrova + anna
          phone                   both "+35921234567": 900 rows, more than 400, split by "KRF" and "PTRF"
        "#);
    }

    #[test]
    fn values_give_way_to_bars() {
        let long = "x".repeat(200);
        let step = Step {
            comparison: "company".to_owned(),
            left: long.clone(),
            right: long,
            level: "exact".to_owned(),
            weight: 1.0,
        };
        for width in [60, 80, 110, 200] {
            let canvas = Canvas { width, is_coloured: false };
            let sheet = Sheet::new(std::slice::from_ref(&step), &[0.0, 1.0], canvas);
            let values = [step.left.as_str(), &step.right, &step.level];
            let line = sheet.line(&step.comparison, values, "+1.0", "+1.0", &sheet.bar(0.0, 1.0));
            assert!(line.trim_end().chars().count() <= width, "{width}: {line}");
        }
    }

    #[test]
    fn probabilities_show_what_tells_them_from_certainty() {
        for (probability, shown) in [(0.5, "0.5000"), (0.99996, "over 0.9999"), (0.0, "under 0.0001")] {
            assert_eq!(percent(probability), shown);
        }
    }
}
