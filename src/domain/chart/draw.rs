//! The picture of a chart, as SVG inside a page.

use std::fmt::Write as _;

use super::axis;
use super::{Band, Chart, Mark, MarkKind, Point, whole};
use crate::domain::markup::escaped;

/// Room for numbers at the left, and for dates below.
const LEFT: f64 = 44.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 22.0;
const BELOW: f64 = 24.0;

/// Labels on the axis of time at most.
const MOST_MOMENTS: i64 = 6;

/// Where a second stands, and how high a count.
struct Scale {
    from: i64,
    until: i64,
    top: f64,
    width: f64,
    height: f64,
}

impl Scale {
    fn of(chart: &Chart) -> Self {
        let counts = chart.points.iter().map(|point| number(point.count));
        let usual = chart.points.iter().filter_map(|point| point.usual);
        let highs = usual.map(|usual| finite(usual.high));
        Self {
            from: chart.from,
            until: chart.until,
            top: axis::round_top(counts.chain(highs).fold(0.0, f64::max)),
            width: f64::from(chart.size.0.max(120)),
            height: f64::from(chart.size.1.max(80)),
        }
    }

    fn x(&self, second: i64) -> f64 {
        let length = self.until.saturating_sub(self.from).max(1);
        #[expect(clippy::cast_precision_loss, reason = "a tenth of a pixel is enough")]
        let part = second.saturating_sub(self.from) as f64 / length as f64;
        LEFT + part.clamp(0.0, 1.0) * (self.width - RIGHT - LEFT)
    }

    fn y(&self, count: f64) -> f64 {
        self.bottom() - (finite(count) / self.top).clamp(0.0, 1.0) * (self.bottom() - TOP)
    }

    fn bottom(&self) -> f64 {
        self.height - BELOW
    }

    /// The middle of a stretch.
    fn middle(&self, point: &Point) -> f64 {
        f64::midpoint(self.x(point.from), self.x(point.until))
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of mentions")]
fn number(count: u64) -> f64 {
    count as f64
}

fn finite(number: f64) -> f64 {
    if number.is_finite() {
        number.max(0.0)
    } else {
        0.0
    }
}

/// Draws it.
pub(super) fn picture(chart: &Chart) -> String {
    let scale = Scale::of(chart);
    let key = chart.key();
    let (width, height) = (scale.width, scale.height);
    let mut svg = format!(
        "<svg class=\"chart-picture\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"chart-{key}-t chart-{key}-d\">\n\
         <title id=\"chart-{key}-t\">{}</title>\n<desc id=\"chart-{key}-d\">{}</desc>\n",
        escaped(&chart.title),
        escaped(&chart.described()),
    );
    grid(&mut svg, chart, &scale);
    for stretch in stretches(&chart.points) {
        band(&mut svg, stretch, &scale);
    }
    gaps(&mut svg, chart, &scale);
    line(&mut svg, &chart.points, &scale);
    for mark in &chart.marks {
        draw_mark(&mut svg, chart, mark, &scale);
    }
    svg.push_str("</svg>\n");
    svg
}

fn grid(svg: &mut String, chart: &Chart, scale: &Scale) {
    let right = scale.width - RIGHT;
    for part in [0.0, 0.5, 1.0] {
        let count = scale.top * part;
        let y = scale.y(count);
        let (text_x, text_y) = (LEFT - 6.0, y + 5.0);
        let label = chart.words.number(whole(count));
        let _ = writeln!(
            svg,
            "<line class=\"chart-grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"chart-text\" x=\"{text_x}\" y=\"{text_y:.1}\" text-anchor=\"end\">{label}</text>"
        );
    }
    let words = chart.words;
    let moments = axis::moments(scale.from, scale.until, words.zone, words, MOST_MOMENTS);
    let (bottom, text_y) = (scale.bottom(), scale.height - 6.0);
    let mut free_from = 0.0;
    for (second, label) in moments {
        let x = scale.x(second);
        let tick = bottom + 4.0;
        let _ = write!(
            svg,
            "<line class=\"chart-grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{bottom}\" y2=\"{tick}\"/>"
        );
        // What would stick out, or stand in the one before it, is left away.
        let half = 4.0 * number(label.chars().count() as u64);
        if x - half >= free_from && x + half <= scale.width {
            free_from = x + half;
            let _ = writeln!(
                svg,
                "<text class=\"chart-text\" x=\"{x:.1}\" y=\"{text_y}\" text-anchor=\"middle\">{}</text>",
                escaped(&label)
            );
        }
    }
}

/// The runs of points of which the usual is known.
fn stretches(points: &[Point]) -> impl Iterator<Item = &[Point]> {
    points
        .split(|point| point.usual.is_none())
        .filter(|stretch| !stretch.is_empty())
}

/// The band of the usual: its upper edge there, its lower edge back, and edges
/// that show without colour.
fn band(svg: &mut String, stretch: &[Point], scale: &Scale) {
    let edge = |of: fn(Band) -> f64| {
        let corners = stretch.iter().filter_map(move |point| {
            let y = scale.y(of(point.usual?));
            Some([(scale.x(point.from), y), (scale.x(point.until), y)])
        });
        corners.flatten().collect::<Vec<_>>()
    };
    let upper = edge(|usual| usual.high);
    let lower = edge(|usual| usual.low);
    let there = path(upper.iter().copied());
    let back = path(lower.iter().rev().copied()).replacen('M', "L", 1);
    let _ = writeln!(
        svg,
        "<path class=\"chart-band\" d=\"{there}{back}Z\"/>\
         <path class=\"chart-edge\" fill=\"none\" d=\"{there}\"/>"
    );
}

fn path(corners: impl Iterator<Item = (f64, f64)>) -> String {
    let mut path = String::new();
    for (place, (x, y)) in corners.enumerate() {
        let letter = if place == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{letter}{x:.1} {y:.1}");
    }
    path
}

/// Stretches that we did not hear, with lines across.
fn gaps(svg: &mut String, chart: &Chart, scale: &Scale) {
    for (from, until) in &chart.gaps {
        if *until <= scale.from || *from >= scale.until {
            continue;
        }
        let (left, bottom) = (scale.x(*from), scale.bottom());
        let width = (scale.x(*until) - left).max(2.0);
        let height = bottom - TOP;
        let _ = write!(
            svg,
            "<rect class=\"chart-gap\" x=\"{left:.1}\" y=\"{TOP}\" width=\"{width:.1}\" height=\"{height}\"/>"
        );
        let mut lines = String::new();
        let mut x = left;
        while x < left + width {
            let (foot, head) = (x, (x + 8.0).min(left + width));
            let _ = write!(lines, "M{foot:.1} {bottom}L{head:.1} {TOP}");
            x += 8.0;
        }
        let _ = writeln!(
            svg,
            "<path class=\"chart-hatch\" fill=\"none\" d=\"{lines}\"/>"
        );
    }
}

/// The line of what came, with a dot where it is now; what still runs is dashed.
fn line(svg: &mut String, points: &[Point], scale: &Scale) {
    let corner = |point: &Point| (scale.middle(point), scale.y(number(point.count)));
    let over: Vec<&Point> = points.iter().filter(|point| !point.is_running).collect();
    let drawn = path(over.iter().map(|point| corner(point)));
    if over.len() > 1 {
        let _ = writeln!(
            svg,
            "<path class=\"chart-line\" fill=\"none\" d=\"{drawn}\"/>"
        );
    }
    let running = points.last().filter(|point| point.is_running);
    if let (Some(last), Some(running)) = (over.last(), running) {
        let drawn = path([corner(last), corner(running)].into_iter());
        let _ = writeln!(
            svg,
            "<path class=\"chart-running\" fill=\"none\" d=\"{drawn}\"/>"
        );
    }
    if let Some(last) = points.last() {
        let (x, y) = corner(last);
        let class = if last.is_running {
            "chart-open"
        } else {
            "chart-dot"
        };
        let _ = writeln!(
            svg,
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>"
        );
    }
}

fn draw_mark(svg: &mut String, chart: &Chart, mark: &Mark, scale: &Scale) {
    if mark.at < scale.from || mark.at > scale.until {
        return;
    }
    let (x, bottom) = (scale.x(mark.at), scale.bottom());
    let kind = mark.kind.name();
    let when = chart.words.full(super::instant(mark.at));
    let title = format!("{}, {when}: {}", mark.kind.word(chart.words), mark.label);
    let shape = match mark.kind {
        MarkKind::Alarm => {
            let (left, right) = (x - 6.0, x + 6.0);
            format!("<path class=\"chart-{kind}\" d=\"M{left:.1} 8L{right:.1} 8L{x:.1} 20Z\"/>")
        }
        MarkKind::Phase => {
            let left = x - 5.0;
            format!(
                "<rect class=\"chart-{kind}\" x=\"{left:.1}\" y=\"9\" width=\"10\" height=\"10\"/>"
            )
        }
        MarkKind::Publication => {
            format!("<circle class=\"chart-{kind}\" cx=\"{x:.1}\" cy=\"14\" r=\"5.5\"/>")
        }
    };
    let _ = writeln!(
        svg,
        "<g><title>{}</title><line class=\"chart-stem-{kind}\" x1=\"{x:.1}\" x2=\"{x:.1}\" \
         y1=\"{TOP}\" y2=\"{bottom}\"/>{shape}</g>",
        escaped(&title)
    );
}
