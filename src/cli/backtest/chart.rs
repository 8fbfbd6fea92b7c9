//! Charts as SVG in a page: axes, lines, bars and marks in the colours of the page, light or dark.

use std::fmt::Write as _;

use super::text::decimals;
use crate::cli::html::escaped;

/// Size of a chart in its own units; the page scales it.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 340.0;
/// Room for the axes' numbers and titles.
const LEFT: f64 = 64.0;
const RIGHT: f64 = 26.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 48.0;
/// About so many numbers stand along an axis.
const TICKS: f64 = 6.0;

/// An axis: the numbers from its one end to the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis<'a> {
    /// What it shows.
    pub(super) title: &'a str,
    /// The number at the left or at the bottom.
    pub(super) from: f64,
    /// The number at the right or at the top.
    pub(super) to: f64,
    /// What stands behind each number.
    pub(super) unit: &'a str,
    /// From one number to the next; none: whatever is round.
    pub(super) step: Option<f64>,
}

impl Axis<'_> {
    /// Round numbers along the axis.
    fn ticks(&self) -> Vec<f64> {
        let step = self.step.unwrap_or_else(|| round_step((self.to - self.from) / TICKS));
        let first = (self.from / step).ceil();
        let count = ((self.to / step + 1e-9).floor() - first).max(0.0) as usize;
        (0..=count).map(|at| (first + at as f64) * step).collect()
    }

    /// A number as it stands beside the axis: "1.5M", "500k".
    fn number(&self, tick: f64) -> String {
        let largest = self.from.abs().max(self.to.abs());
        let (divisor, letter) = match largest {
            large if large >= 1e9 => (1e9, "bn"),
            large if large >= 1e6 => (1e6, "M"),
            large if large >= 1e4 => (1e3, "k"),
            _ => (1.0, ""),
        };
        let letter = if tick == 0.0 { "" } else { letter };
        format!("{}{letter}{}", decimals(tick / divisor, 4), self.unit)
    }

    /// The same axis with its ends at round numbers.
    pub(super) fn rounded(self) -> Self {
        let span = if self.to > self.from { self.to - self.from } else { 1.0 };
        let step = round_step(span / TICKS);
        Self { from: (self.from / step).floor() * step, to: ((self.from + span) / step).ceil() * step, ..self }
    }
}

/// The next larger of 1, 2 and 5 times a power of ten.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.max(1e-12).log10().floor());
    let times = [1.0, 2.0, 5.0, 10.0].into_iter().find(|times| times * power >= least * (1.0 - 1e-9));
    times.unwrap_or(10.0) * power
}

/// A chart that is being drawn.
pub(super) struct Chart<'a> {
    x: Axis<'a>,
    y: Axis<'a>,
    out: String,
}

impl<'a> Chart<'a> {
    /// Axes and grid; `label` says in words what the chart shows.
    pub(super) fn new(label: &str, x: Axis<'a>, y: Axis<'a>) -> Self {
        let mut chart = Self { x, y, out: String::new() };
        let _ = writeln!(
            chart.out,
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">",
            escaped(label)
        );
        let (left, right, top, bottom) = (LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM);
        for tick in y.ticks() {
            let at = chart.y(tick);
            let _ = writeln!(
                chart.out,
                "<line class=\"grid\" x1=\"{left}\" y1=\"{at:.1}\" x2=\"{right}\" y2=\"{at:.1}\"/>"
            );
            chart.label(left - 8.0, at + 4.0, "end", &y.number(tick));
        }
        for tick in x.ticks() {
            let at = chart.x(tick);
            let end = bottom + 4.0;
            let _ =
                writeln!(chart.out, "<line class=\"grid\" x1=\"{at:.1}\" y1=\"{top}\" x2=\"{at:.1}\" y2=\"{end}\"/>");
            chart.label(at, bottom + 18.0, "middle", &x.number(tick));
        }
        chart.label((left + right) / 2.0, HEIGHT - 8.0, "middle", x.title);
        let middle = (top + bottom) / 2.0;
        let _ = writeln!(
            chart.out,
            "<text transform=\"translate(14 {middle}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            escaped(y.title)
        );
        chart
    }

    fn x(&self, value: f64) -> f64 {
        LEFT + (value - self.x.from) / (self.x.to - self.x.from) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - (value - self.y.from) / (self.y.to - self.y.from) * (HEIGHT - TOP - BOTTOM)
    }

    /// A line through points.
    pub(super) fn line(&mut self, class: &str, points: &[[f64; 2]]) {
        let points: Vec<String> = points.iter().map(|&[x, y]| format!("{:.1},{:.1}", self.x(x), self.y(y))).collect();
        let _ = writeln!(self.out, "<polyline class=\"{class}\" points=\"{}\"/>", points.join(" "));
    }

    /// A bar from the bottom, or from 0 where the axis goes below it.
    pub(super) fn bar(&mut self, class: &str, [from, to]: [f64; 2], value: f64, title: &str) {
        let base = self.y(self.y.from.max(0.0));
        let (x, end, top) = (self.x(from), self.x(to), self.y(value));
        let _ = writeln!(
            self.out,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"><title>{}</title></rect>",
            top.min(base),
            (end - x).max(0.5),
            (base - top).abs(),
            escaped(title)
        );
    }

    /// A point, with what is said of it when it is pointed at.
    pub(super) fn point(&mut self, class: &str, [x, y]: [f64; 2], title: &str) {
        let (x, y) = (self.x(x), self.y(y));
        let title = escaped(title);
        let _ = writeln!(
            self.out,
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\"><title>{title}</title></circle>"
        );
    }

    /// Words above a place; `anchor` is start, middle or end.
    pub(super) fn words(&mut self, [x, y]: [f64; 2], anchor: &str, words: &str) {
        let (x, y) = (self.x(x), self.y(y) - 8.0);
        self.label(x, y.max(TOP), anchor, words);
    }

    fn label(&mut self, x: f64, y: f64, anchor: &str, words: &str) {
        let _ =
            writeln!(self.out, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>", escaped(words));
    }

    /// The SVG.
    pub(super) fn finish(mut self) -> String {
        self.out.push_str("</svg>\n");
        self.out
    }
}

/// Bars beside names, to the right of 0 or to its left; `rows` are name, value and what is said of it.
pub(super) fn sideways(label: &str, rows: &[(String, f64, String)]) -> String {
    const ROW: f64 = 26.0;
    const NAMES: f64 = 220.0;
    const NUMBERS: f64 = 64.0;
    const LONGEST: usize = 32;
    let height = ROW * rows.len() as f64 + 8.0;
    let low = rows.iter().map(|row| row.1).fold(0.0, f64::min);
    let high = rows.iter().map(|row| row.1).fold(0.0, f64::max);
    let span = if high > low { high - low } else { 1.0 };
    let at = |value: f64| NAMES + NUMBERS + (value - low) / span * (WIDTH - NAMES - 2.0 * NUMBERS);
    let mut out = format!("<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">\n", escaped(label));
    for (place, (name, value, told)) in rows.iter().enumerate() {
        let y = 4.0 + ROW * place as f64;
        let (from, to) = (at(value.min(0.0)), at(value.max(0.0)));
        let short: String = match name.chars().count() > LONGEST {
            true => name.chars().take(LONGEST - 1).chain(['…']).collect(),
            false => name.clone(),
        };
        let class = if *value < 0.0 { "against" } else { "bar" };
        let _ = writeln!(
            out,
            "<g><title>{0}: {1}</title><text x=\"{2}\" y=\"{3:.1}\" text-anchor=\"end\">{4}</text>\
             <rect class=\"{class}\" x=\"{from:.1}\" y=\"{5:.1}\" width=\"{6:.1}\" height=\"16\"/>\
             <text x=\"{7:.1}\" y=\"{3:.1}\" text-anchor=\"{8}\">{9}</text></g>",
            escaped(name),
            escaped(told),
            NAMES - 8.0,
            y + 16.0,
            escaped(&short),
            y + 4.0,
            (to - from).max(0.5),
            if *value < 0.0 { from - 6.0 } else { to + 6.0 },
            if *value < 0.0 { "end" } else { "start" },
            escaped(&format!("{value:+.4}"))
        );
    }
    let zero = at(0.0);
    let _ = writeln!(out, "<line class=\"axis\" x1=\"{zero:.1}\" y1=\"0\" x2=\"{zero:.1}\" y2=\"{height}\"/>\n</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(from: f64, to: f64) -> Axis<'static> {
        Axis { title: "", from, to, unit: "", step: None }
    }

    #[test]
    fn axes_have_round_numbers() {
        assert_eq!(axis(0.0, 100.0).ticks(), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(axis(-250.0, 1100.0).ticks(), [0.0, 500.0, 1000.0]);
        let rounded = axis(-250.0, 1100.0).rounded();
        assert_eq!((rounded.from, rounded.to), (-500.0, 1500.0));
        let flat = axis(0.0, 0.0).rounded();
        assert!(flat.to > flat.from, "{flat:?}");
        assert_eq!(flat.ticks().len(), 6);
        let number = |to: f64, tick: f64| axis(0.0, to).number(tick);
        assert_eq!(
            [number(2e6, 5e5), number(2e4, 1.5e4), number(900.0, 250.0), number(2e6, 0.0)],
            ["0.5M", "15k", "250", "0"]
        );
    }

    #[test]
    fn values_stand_where_the_axes_say() {
        let mut chart = Chart::new("a chart", axis(0.0, 10.0), axis(0.0, 1.0));
        chart.line("l", &[[0.0, 0.0], [10.0, 1.0], [5.0, 0.5]]);
        chart.bar("b", [0.0, 5.0], 1.0, "<half>");
        let svg = chart.finish();
        // The plot is 550 wide from 64 and 278 high from 14.
        assert!(svg.contains("points=\"64.0,292.0 614.0,14.0 339.0,153.0\""), "{svg}");
        assert!(svg.contains("x=\"64.0\" y=\"14.0\" width=\"275.0\" height=\"278.0\"><title>&lt;half&gt;"), "{svg}");
    }
}
