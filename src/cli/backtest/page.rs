//! A backtest as one page for a browser: charts and tables, no scripts, nothing fetched.

use std::fmt::Write as _;

use super::chart::{Axis, Chart, sideways};
use super::text::{self, best, decimals, percent, range, remark};
use crate::cli::html::escaped;
use crate::cli::summary::grouped;
use crate::config::plan::Plan;
use crate::pipeline::backtest::{Backtest, Calibration, Conversion, Decile, Profit};

const STYLE: &str = "
:root { color-scheme: light dark; --line: #8884; --bar: #4a7dbd; --mark: #d9730d; --against: #c2410c; --band: #4a7dbd44 }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 78rem; padding: 0 1rem }
h1 { font-size: 1.3rem } h2 { font-size: 1.1rem; margin: 0 0 .3rem }
.about, figcaption { color: #777; margin: 0 0 .6rem }
.warn { border-left: 4px solid var(--mark); padding: .2rem .8rem; margin: .5rem 0 }
.figures { display: flex; flex-wrap: wrap; gap: .6rem 2.4rem; margin: 1.2rem 0 }
.figures b { display: block; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums } .figures small { color: #777 }
.grid2 { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 2rem; margin: 2rem 0 }
figure { margin: 0 } svg { width: 100%; height: auto; display: block }
svg text { fill: currentColor; font: 12px system-ui, sans-serif }
.grid { stroke: var(--line); stroke-width: 1 } .axis { stroke: currentColor; stroke-width: 1; opacity: .5 }
.curve { fill: none; stroke: var(--bar); stroke-width: 2.5 } .even { fill: none; stroke: currentColor; stroke-dasharray: 5 5; opacity: .5 }
.bar { fill: var(--bar) } .against { fill: var(--against) } .spread { fill: none; stroke: var(--bar); stroke-width: 1.5 }
.mark { fill: var(--mark) } .markline { fill: none; stroke: var(--mark); stroke-width: 1.5; stroke-dasharray: 4 3 } .dot { fill: var(--bar) }
.scroll { overflow-x: auto; margin-bottom: 2.2rem }
table { border-collapse: collapse } th, td { text-align: right; padding: .3rem .7rem; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums }
th { font-weight: 600 } th:first-child, td:first-child, th.left, td.left { text-align: left }
";

/// Most points of a curve: more do not show.
const MOST_POINTS: usize = 600;

/// The whole page.
pub(super) fn page(plan: &Plan, found: &Backtest) -> String {
    let title = format!("Backtest of {}", escaped(&plan.name));
    let mut out = String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    let _ = writeln!(out, "<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>");
    let _ = writeln!(
        out,
        "<p class=\"about\">As of {}, against {}</p>",
        escaped(&found.as_of),
        escaped(&text::source(&found.outcomes))
    );
    for told in &found.warnings {
        let _ = writeln!(out, "<p class=\"warn\">{}</p>", escaped(told));
    }
    figures(found, &mut out);
    out.push_str("<div class=\"grid2\">\n");
    figure(
        "Gains",
        "Share of the won leads among those with the highest scores. Dashed: without a score.",
        &gains(found),
        &mut out,
    );
    figure(
        "Lift by decile",
        "Wins of each tenth of the leads beside the average, the highest scores first.",
        &lift(&found.deciles),
        &mut out,
    );
    if let Some(calibration) = &found.calibration {
        figure(
            "Calibration",
            "What score_percent makes expect, and what came: a dot per band with its 95 % interval.",
            &calibrated(calibration),
            &mut out,
        );
    }
    if let Some(profit) = &found.profit {
        figure("Profit by cut-off", &best(profit), &profits(profit), &mut out);
    }
    figure(
        "Value of each criterion",
        "What AUC loses without it; below zero it ranks better without.",
        &criteria_bars(found),
        &mut out,
    );
    out.push_str("</div>\n");
    tables(found, &mut out);
    out.push_str("</body>\n</html>\n");
    out
}

fn figures(found: &Backtest, out: &mut String) {
    let interval = |interval: Option<_>| {
        interval
            .map_or_else(String::new, |interval| format!("95 %: {}", range(interval, |share| format!("{share:.3}"))))
    };
    let mut figures = vec![
        (grouped(found.known), format!("leads with an outcome, of {}", grouped(found.leads))),
        (format!("{} %", percent(found.base_rate)), format!("won: {}", grouped(found.won))),
        (format!("{:.3}", found.auc.area), format!("AUC. {}", interval(found.auc.interval))),
    ];
    if let Some(first) = found.deciles.first() {
        figures.push((format!("{:.2}", first.lift), "lift of the first decile".to_owned()));
    }
    if let Some(calibration) = &found.calibration {
        let base = format!("Brier; {:.4} for the base rate alone", calibration.brier_of_base_rate);
        figures.push((format!("{:.4}", calibration.brier), base));
    }
    out.push_str("<div class=\"figures\">\n");
    for (figure, what) in figures {
        let _ = writeln!(out, "<div><b>{}</b><small>{}</small></div>", escaped(&figure), escaped(&what));
    }
    out.push_str("</div>\n");
}

fn figure(title: &str, caption: &str, svg: &str, out: &mut String) {
    let _ = writeln!(
        out,
        "<figure>\n<h2>{}</h2>\n<figcaption>{}</figcaption>\n{svg}</figure>",
        escaped(title),
        escaped(caption)
    );
}

const SHARE: Axis<'static> = Axis { title: "", from: 0.0, to: 100.0, unit: " %", step: None };

fn gains(found: &Backtest) -> String {
    let (x, y) = (Axis { title: "leads, highest scores first", ..SHARE }, Axis { title: "won leads", ..SHARE });
    let label = format!("Curve of gains, area under the ROC curve {:.3}", found.auc.area);
    let mut chart = Chart::new(&label, x, y);
    chart.line("even", &[[0.0, 0.0], [100.0, 100.0]]);
    let points: Vec<[f64; 2]> = found.gains.iter().map(|&[leads, won]| [leads * 100.0, won * 100.0]).collect();
    chart.line("curve", &thinned(&points));
    for decile in &found.deciles {
        let at = f64::from(decile.decile) * 10.0;
        let told = format!("{at} % of the leads have {} % of the wins", percent(decile.gain));
        chart.point("dot", [at, decile.gain * 100.0], &told);
    }
    chart.finish()
}

fn lift(deciles: &[Decile]) -> String {
    let most = deciles.iter().map(|decile| decile.lift).fold(1.0, f64::max);
    let y = Axis { title: "times the average", from: 0.0, to: most, unit: "", step: None }.rounded();
    let mut chart =
        Chart::new("Lift by decile", Axis { title: "decile", from: 0.5, to: 10.5, unit: "", step: Some(1.0) }, y);
    for decile in deciles {
        let at = f64::from(decile.decile);
        let told = format!(
            "decile {}: {} of {} won ({} %), {:.2} times the average",
            decile.decile,
            decimals(decile.won, 1),
            decimals(decile.leads, 1),
            percent(decile.rate),
            decile.lift
        );
        chart.bar("bar", [at - 0.4, at + 0.4], decile.lift, &told);
    }
    chart.line("even", &[[0.5, 1.0], [10.5, 1.0]]);
    chart.finish()
}

fn calibrated(calibration: &Calibration) -> String {
    let highest = calibration.bands.iter().map(|band| band.interval.high.max(band.predicted)).fold(0.0, f64::max);
    let y = Axis { title: "won", from: 0.0, to: highest * 100.0, unit: " %", step: None }.rounded();
    let y = Axis { to: y.to.min(100.0), ..y };
    let x = Axis { title: "score_percent", from: 0.0, to: 100.0, unit: "", step: None };
    let mut chart = Chart::new("Calibration: rate of wins by score", x, y);
    let curve: Vec<[f64; 2]> = (0..=100)
        .map(|at| [f64::from(at), calibration.probability(f64::from(at)) * 100.0])
        .filter(|[_, rate]| *rate <= y.to)
        .collect();
    chart.line("curve", &curve);
    for band in &calibration.bands {
        let middle = (band.from + band.to) / 2.0;
        let told = format!(
            "{} to {}: {} of {} won ({} %), {} % expected",
            band.from,
            band.to,
            grouped(band.won),
            grouped(band.leads),
            percent(band.observed),
            percent(band.predicted)
        );
        chart.line("spread", &[[middle, band.interval.low * 100.0], [middle, band.interval.high * 100.0]]);
        chart.point("mark", [middle, band.observed * 100.0], &told);
    }
    chart.finish()
}

fn profits(profit: &Profit) -> String {
    let values = || profit.cut_offs.iter().map(|cut_off| cut_off.profit);
    let (low, high) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
    let y = Axis { title: "profit", from: low, to: high, unit: "", step: None }.rounded();
    let x = Axis { title: "call from score_percent", from: 0.0, to: 100.0, unit: "", step: None };
    let mut chart = Chart::new("Profit by cut-off", x, y);
    chart.line("even", &[[0.0, 0.0], [100.0, 0.0]]);
    // Between two scores the same leads are called as from the higher one on.
    let mut steps: Vec<[f64; 2]> = Vec::new();
    for cut_off in &profit.cut_offs {
        let before = steps.last().map_or(cut_off.profit, |[_, before]| *before);
        if !steps.is_empty() {
            steps.push([cut_off.score_percent, before]);
        }
        steps.push([cut_off.score_percent, cut_off.profit]);
    }
    chart.line("curve", &thinned(&steps));
    if let Some(best) = &profit.best {
        chart.line("markline", &[[best.score_percent, y.from], [best.score_percent, best.profit]]);
        let told =
            format!("score {}: {} calls, {} wins, {}", best.score, best.called, best.won, decimals(best.profit, 2));
        chart.point("mark", [best.score_percent, best.profit], &told);
        let (anchor, beside) = if best.score_percent > 60.0 { ("end", -2.0) } else { ("start", 2.0) };
        let words = format!("{} at {}", decimals(best.profit, 0), decimals(best.score_percent, 1));
        chart.words([best.score_percent + beside, best.profit], anchor, &words);
    }
    chart.finish()
}

fn criteria_bars(found: &Backtest) -> String {
    let mut criteria: Vec<_> = found.criteria.iter().collect();
    criteria.sort_by(|a, b| b.auc_gain.total_cmp(&a.auc_gain));
    let rows: Vec<(String, f64, String)> = criteria
        .iter()
        .map(|criterion| {
            let told = format!(
                "met by {} % of the won and {} % of the lost{}; AUC {:.4} without it",
                percent(criterion.share_of_won),
                percent(criterion.share_of_lost),
                criterion.odds_ratio.map(|ratio| format!("; odds ratio {ratio:.2}")).unwrap_or_default(),
                criterion.auc_without
            );
            (criterion.name.clone(), criterion.auc_gain, told)
        })
        .collect();
    sideways("What AUC loses without each criterion", &rows)
}

/// Some of the points of a curve, the first and the last among them.
fn thinned(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    if points.len() <= MOST_POINTS {
        return points.to_vec();
    }
    (0..MOST_POINTS).map(|at| points[at * (points.len() - 1) / (MOST_POINTS - 1)]).collect()
}

fn tables(found: &Backtest, out: &mut String) {
    table(
        "Lift by decile",
        &["Decile", "Scores from", "to", "Leads", "Won", "Rate %", "Lift", "Gain %", "Lift so far"],
        found.deciles.iter().map(|decile| {
            vec![
                decile.decile.to_string(),
                decile.from.to_string(),
                decile.to.to_string(),
                decimals(decile.leads, 1),
                decimals(decile.won, 1),
                percent(decile.rate),
                format!("{:.2}", decile.lift),
                percent(decile.gain),
                format!("{:.2}", decile.lift_so_far),
            ]
        }),
        out,
    );
    let conversion = |group: &Conversion| {
        let filled = |text: String| if group.leads == 0 { String::new() } else { text };
        vec![
            if group.group.is_empty() { "none".to_owned() } else { group.group.clone() },
            grouped(group.leads),
            grouped(group.won),
            filled(percent(group.rate)),
            filled(range(group.interval, percent)),
        ]
    };
    if !found.grades.is_empty() {
        let header = ["Grade", "Leads", "Won", "Rate %", "95 %"];
        table("Conversion per grade", &header, found.grades.iter().map(conversion), out);
    }
    let header = ["Stars", "Leads", "Won", "Rate %", "95 %"];
    table("Conversion per automatic stars", &header, found.stars.iter().map(conversion), out);
    table(
        "Criteria",
        &["Criterion", "Won %", "Lost %", "Odds ratio", "95 %", "Evidence", "AUC without", "Lift without", "Remark"],
        found.criteria.iter().map(|criterion| {
            vec![
                criterion.name.clone(),
                percent(criterion.share_of_won),
                percent(criterion.share_of_lost),
                criterion.odds_ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
                criterion.odds_interval.map(|ends| range(ends, |end| format!("{end:.2}"))).unwrap_or_default(),
                criterion.weight_of_evidence.map(|weight| format!("{weight:+.2}")).unwrap_or_default(),
                format!("{:.4}", criterion.auc_without),
                format!("{:.2}", criterion.top_lift_without),
                remark(found, criterion),
            ]
        }),
        out,
    );
}

fn table(title: &str, header: &[&str], rows: impl Iterator<Item = Vec<String>>, out: &mut String) {
    let _ = write!(out, "<h2>{title}</h2>\n<div class=\"scroll\"><table>\n<tr>");
    header.iter().for_each(|name| {
        let _ = write!(out, "<th>{name}");
    });
    out.push_str("</tr>\n");
    for row in rows {
        out.push_str("<tr>");
        row.iter().for_each(|cell| {
            let _ = write!(out, "<td>{}", escaped(cell));
        });
        out.push_str("</tr>\n");
    }
    out.push_str("</table></div>\n");
}
