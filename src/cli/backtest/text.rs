//! A backtest as tables for a terminal.

use std::fmt::Write as _;

use crate::cli::evaluate::table;
use crate::cli::summary::{grouped, number};
use crate::pipeline::backtest::{
    Backtest, Conversion, CriterionValue, CutOff, Decile, Interval, OutcomeAccount, OutcomeWord, Profit, Verdict,
};

/// Words of the outcomes that are shown of a kind.
const WORDS: usize = 6;

/// Values that are named.
const EXAMPLES: usize = 3;

/// Where outcomes come from, in a few words.
pub(super) fn source(outcomes: &OutcomeAccount) -> String {
    let columns: Vec<&str> =
        outcomes.keys.iter().chain([&outcomes.outcome]).chain(&outcomes.value).map(String::as_str).collect();
    format!("{} ({})", outcomes.table, columns.join(", "))
}

/// What became of the rows of the outcomes: lines that stand under each other.
pub(in crate::cli) fn outcomes(outcomes: &OutcomeAccount) -> String {
    let such_as = |examples: &[String]| match examples {
        [] => String::new(),
        examples => format!(", such as {}", examples.join(", ")),
    };
    let found = [
        (outcomes.found.source_id, "by the export's id"),
        (outcomes.found.lead_id, "by lead_id"),
        (outcomes.found.email, "by e-mail"),
    ];
    let found: Vec<String> =
        found.iter().filter(|(count, _)| *count > 0).map(|(count, way)| format!("{} {way}", grouped(*count))).collect();
    let found = if found.is_empty() { String::new() } else { format!("; leads found: {}", found.join(", ")) };
    let mut out = format!("Rows      {} in {}{found}\n", grouped(outcomes.rows), outcomes.table);
    let unreadable = &outcomes.unreadable_values;
    let notes = [
        (outcomes.unmatched, "of no lead", such_as(&outcomes.unmatched_examples)),
        (
            outcomes.ambiguous,
            "with an id or address that several leads have, which do not count",
            such_as(&outcomes.ambiguous_examples),
        ),
        (outcomes.blank, "without an outcome, which do not count", String::new()),
        (outcomes.open, "not decided yet, which do not count", String::new()),
        (outcomes.several, "leads with several outcomes, of which one win makes a lead won", String::new()),
        (outcomes.contradictory, "of these both won and lost", String::new()),
        (
            unreadable.len() as u64,
            "values that are no numbers, which do not count",
            such_as(&unreadable[..unreadable.len().min(EXAMPLES)]),
        ),
    ];
    for (count, what, examples) in notes.iter().filter(|(count, ..)| *count > 0) {
        let _ = writeln!(out, "          {} {what}{examples}", grouped(*count));
    }
    let kinds = [
        ("won", Verdict::Won, true),
        ("lost", Verdict::Lost, true),
        ("lost, as no known word (--won says which are wins)", Verdict::Lost, false),
        ("not decided", Verdict::Open, true),
    ];
    let mut start = "Words";
    for (what, verdict, known) in kinds {
        // Words of the user's own leave all others as lost.
        let of_kind: Vec<&OutcomeWord> =
            outcomes.words.iter().filter(|word| word.verdict == verdict && word.known == known).collect();
        if of_kind.is_empty() {
            continue;
        }
        let shown = of_kind.iter().take(WORDS).map(|word| format!("{} ({})", word.word, grouped(word.rows)));
        let shown: Vec<String> = shown.collect();
        let more = match of_kind.len().saturating_sub(WORDS) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let _ = writeln!(out, "{start:<10}{what}: {}{more}", shown.join(", "));
        start = "";
    }
    out
}

/// Counts, base rate, AUC and Brier score.
pub(super) fn figures(found: &Backtest) -> String {
    let mut out = format!(
        "Leads     {}, {} with a known outcome: {} won, {} lost; base rate {} % ({})\n",
        number(found.leads, "golden lead"),
        grouped(found.known),
        grouped(found.won),
        grouped(found.known - found.won),
        percent(found.base_rate),
        range(found.base_rate_interval, percent)
    );
    out.push_str(&outcomes(&found.outcomes));
    let interval = found.auc.interval.map_or_else(
        || "with a lead or two of a kind there is no interval".to_owned(),
        |interval| format!("95 %: {}", range(interval, |share| format!("{share:.4}"))),
    );
    let _ = writeln!(
        out,
        "\nAUC       {:.4} ({interval}): how often a won lead has the higher score than a lost one; 0.5 is chance",
        found.auc.area
    );
    if let Some(calibration) = &found.calibration {
        let _ = writeln!(
            out,
            "Brier     {:.4}, {:.4} for the base rate alone: {} % better",
            calibration.brier,
            calibration.brier_of_base_rate,
            decimals(calibration.skill * 100.0, 1)
        );
    }
    out
}

/// All tables, each with its title.
pub(super) fn tables(found: &Backtest) -> String {
    let mut out = format!(
        "\nLift by decile of the score (leads of one score share the deciles that they lie in, wins in proportion):\n{}\n",
        deciles(&found.deciles)
    );
    let conversions = |what: &str, groups: &[Conversion]| {
        let mut rows = table(&[what, "leads", "won", "rate", "95 %"], 1..5);
        for group in groups {
            let name = if group.group.is_empty() { "none" } else { &group.group };
            rows.add_row([
                name.to_owned(),
                grouped(group.leads),
                grouped(group.won),
                if group.leads == 0 { String::new() } else { percent(group.rate) },
                if group.leads == 0 { String::new() } else { range(group.interval, percent) },
            ]);
        }
        rows.to_string()
    };
    if !found.grades.is_empty() {
        let _ = writeln!(out, "\nConversion per grade, in percent:\n{}", conversions("grade", &found.grades));
    }
    let _ = writeln!(out, "\nConversion per automatic stars, in percent:\n{}", conversions("stars", &found.stars));
    if let Some(calibration) = &found.calibration {
        let mut rows = table(&["score_percent", "leads", "won", "predicted", "observed", "95 %"], 1..6);
        for band in &calibration.bands {
            rows.add_row([
                format!("{} to {}", band.from, band.to),
                grouped(band.leads),
                grouped(band.won),
                percent(band.predicted),
                percent(band.observed),
                range(band.interval, percent),
            ]);
        }
        let _ = writeln!(out, "\nCalibration (logistic curve through score_percent), in percent:\n{rows}");
    }
    let _ = writeln!(
        out,
        "\nValue of each criterion (percent of the won and of the lost that meet it; how AUC and the lift of the first decile \
         change without it):\n{}",
        criteria(found)
    );
    if let Some(profit) = &found.profit {
        let _ = writeln!(out, "\n{}:\n{}", best(profit), cut_offs(profit));
    }
    out
}

fn deciles(deciles: &[Decile]) -> String {
    let mut rows = table(&["decile", "scores", "leads", "won", "rate", "lift", "gain", "lift so far"], 0..8);
    for decile in deciles {
        let scores = if decile.from == decile.to {
            decile.from.to_string()
        } else {
            format!("{} to {}", decile.from, decile.to)
        };
        rows.add_row([
            decile.decile.to_string(),
            scores,
            decimals(decile.leads, 1),
            decimals(decile.won, 1),
            percent(decile.rate),
            format!("{:.2}", decile.lift),
            percent(decile.gain),
            format!("{:.2}", decile.lift_so_far),
        ]);
    }
    rows.to_string()
}

fn criteria(found: &Backtest) -> String {
    let header = ["criterion", "won", "lost", "odds ratio", "95 %", "evidence", "AUC", "lift", ""];
    let mut rows = table(&header, 1..8);
    for criterion in &found.criteria {
        rows.add_row([
            criterion.name.clone(),
            percent(criterion.share_of_won),
            percent(criterion.share_of_lost),
            criterion.odds_ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
            criterion.odds_interval.map(|ends| range(ends, |end| format!("{end:.2}"))).unwrap_or_default(),
            criterion.weight_of_evidence.map(|weight| signed(weight, 2)).unwrap_or_default(),
            signed(-criterion.auc_gain, 4),
            signed(-criterion.top_lift_gain, 2),
            remark(found, criterion),
        ]);
    }
    rows.to_string()
}

/// What stands out of a criterion.
pub(super) fn remark(found: &Backtest, criterion: &CriterionValue) -> String {
    let mut told = Vec::new();
    let counts = criterion.counts;
    let met = counts.won_met + counts.lost_met;
    if found.leaks.iter().any(|leak| leak.criterion == criterion.name) {
        told.push("knows the outcome".to_owned());
    }
    if met == 0 {
        told.push("never met".to_owned());
    } else if met == found.known {
        told.push("always met".to_owned());
    } else if criterion.auc_gain < 0.0 {
        told.push("ranks better without".to_owned());
    }
    if criterion.without_data > 0 {
        told.push(format!("{} without data", grouped(criterion.without_data)));
    }
    told.join(", ")
}

/// The best cut-off in a sentence.
pub(super) fn best(profit: &Profit) -> String {
    let terms = profit.terms;
    let value = if profit.mean_of_values { ", the mean of those known" } else { "" };
    let terms =
        format!("at {} a call and {} a win{value}", decimals(terms.cost_per_call, 2), decimals(terms.value_per_win, 2));
    match &profit.best {
        Some(best) => format!(
            "Most profitable {terms}: call where score >= {} (score_percent {}): {} with {} wins, {}; calling everybody: {}",
            best.score,
            decimals(best.score_percent, 1),
            number(best.called, "call"),
            grouped(best.won),
            decimals(best.profit, 2),
            decimals(profit.everybody.profit, 2)
        ),
        None => {
            format!("No cut-off is profitable {terms}; calling everybody: {}", decimals(profit.everybody.profit, 2))
        }
    }
}

/// The lowest cut-off of each ten percent, and the best one.
fn cut_offs(profit: &Profit) -> String {
    let mut chosen: Vec<CutOff> = Vec::new();
    for cut_off in &profit.cut_offs {
        let band = |cut_off: &CutOff| (cut_off.score_percent / 10.0).floor();
        // The highest score comes first, so that the last of a band is its lowest.
        if chosen
            .last()
            .is_some_and(|last| band(last) == band(cut_off) && Some(last.score) != profit.best.map(|best| best.score))
        {
            chosen.pop();
        }
        chosen.push(*cut_off);
    }
    let mut rows = table(&["score from", "percent", "calls", "won", "profit", ""], 0..5);
    for cut_off in &chosen {
        let is_best = profit.best.is_some_and(|best| best.score == cut_off.score);
        rows.add_row([
            cut_off.score.to_string(),
            decimals(cut_off.score_percent, 1),
            grouped(cut_off.called),
            grouped(cut_off.won),
            decimals(cut_off.profit, 2),
            if is_best { "best" } else { "" }.to_owned(),
        ]);
    }
    rows.to_string()
}

/// A number with at most so many decimals and thousands apart.
pub(super) fn decimals(value: f64, most: usize) -> String {
    let text = format!("{:.most$}", value.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), grouped);
    let rest = rest.trim_end_matches('0');
    let text = if rest.is_empty() { whole } else { format!("{whole}.{rest}") };
    if value < 0.0 && text != "0" { format!("-{text}") } else { text }
}

/// A share in percent with one decimal.
pub(in crate::cli) fn percent(share: f64) -> String {
    format!("{:.1}", share * 100.0)
}

pub(super) fn range(interval: Interval, shown: impl Fn(f64) -> String) -> String {
    format!("{} to {}", shown(interval.low), shown(interval.high))
}

fn signed(value: f64, places: usize) -> String {
    let text = format!("{value:+.places$}");
    // A trace of rounding is no direction.
    if text.bytes().all(|byte| !byte.is_ascii_digit() || byte == b'0') {
        text.trim_start_matches(['+', '-']).to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, most, expected) in [
            (0.0, 2, "0"),
            (-0.001, 2, "0"),
            (1234.5, 2, "1,234.5"),
            (-1_234_567.0, 2, "-1,234,567"),
            (0.126, 2, "0.13"),
            (170.5, 1, "170.5"),
        ] {
            assert_eq!(decimals(value, most), expected, "{value}");
        }
        assert_eq!(
            [signed(0.00004, 4), signed(-0.00004, 4), signed(-0.25, 2), signed(0.5, 1)],
            ["0.0000", "0.0000", "-0.25", "+0.5"]
        );
        assert_eq!(percent(0.12345), "12.3");
    }
}
