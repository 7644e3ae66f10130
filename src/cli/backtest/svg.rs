//! The curve as a picture that stands by itself: no script, nothing loaded,
//! readable on light and dark, in the organisation's language and zone.

use std::fmt::Write as _;

use chrono_tz::Tz;

use super::chart::ahead;
use super::view::{View, at};
use crate::domain::chart::axis;
use crate::domain::markup::escaped;
use crate::domain::words::Words;

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 944.0;
const TOP: f64 = 88.0;
const BOTTOM: f64 = 300.0;

/// Columns of the curve at most.
const MOST_COLUMNS: usize = 600;

/// Dates on the axis at most.
const MOST_DATES: i64 = 9;

const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#222}.title{font-size:16px;font-weight:600}.small{font-size:12px;fill:#555}\
.paper{fill:#fff}.grid{stroke:#ddd}.count{fill:#4a7ab5}.usual{fill:#e8a33d;fill-opacity:.28;stroke:#b87412;stroke-width:1}\
.known{fill:#7a5cc0;fill-opacity:.16}.alarm{stroke:#b3261e;stroke-width:1.5;stroke-dasharray:4 3}.mark{fill:#b3261e}\
@media (prefers-color-scheme:dark){text{fill:#eee}.small{fill:#bbb}.paper{fill:#16181c}.grid{stroke:#3a3f47}\
.count{fill:#7fb0ea}.usual{stroke:#f0b95c}.known{fill:#b9a2f2;fill-opacity:.22}.alarm{stroke:#ff8a80}.mark{fill:#ff8a80}}";

/// Where a second stands, and how high a count.
struct Scale {
    from: i64,
    until: i64,
    top: f64,
}

impl Scale {
    fn x(&self, second: i64) -> f64 {
        let whole = (self.until - self.from).max(1) as f64;
        let part = (second - self.from) as f64 / whole;
        LEFT + part.clamp(0.0, 1.0) * (RIGHT - LEFT)
    }

    fn y(&self, count: f64) -> f64 {
        BOTTOM - (count / self.top).clamp(0.0, 1.0) * (BOTTOM - TOP)
    }
}

/// At most so many letters.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", start.trim_end())
}

/// Draws it.
pub(super) fn draw(view: &View, words: Words) -> String {
    let past = &view.past;
    let columns = past.curve.columns(MOST_COLUMNS, ahead(view));
    let from = past.period.from.timestamp();
    let until = past.period.until.timestamp();
    let mut top = 1.0_f64;
    for column in &columns {
        top = top.max(f64::from(column.most));
        top = top.max(f64::from(column.usual.unwrap_or(0.0)));
    }
    let scale = Scale { from, until, top };
    let what = if view.watch.is_empty() {
        view.name.clone()
    } else {
        format!("{} · {}", view.watch, view.playbook)
    };
    let title = escaped(&cut(&what, 90));
    let span = escaped(&format!(
        "{} – {} ({})",
        words.full(past.period.from),
        words.full(past.period.until),
        view.zone
    ));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-labelledby=\"t d\">\n<title id=\"t\">{title}</title>\n<desc id=\"d\">{}</desc>\n\
         <style>{STYLE}</style>\n<rect class=\"paper\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>\n\
         <text class=\"title\" x=\"{LEFT}\" y=\"26\">{title}</text>\n\
         <text class=\"small\" x=\"{LEFT}\" y=\"46\">{span}</text>\n",
        escaped(&described(view, words)),
    );
    incidents(&mut svg, view, &scale);
    grid(&mut svg, words, &scale);
    bars(&mut svg, &columns, &scale);
    dates(&mut svg, view.zone, words, &scale);
    alarms(&mut svg, view, words, &scale);
    legend(&mut svg, view, words, &columns);
    svg.push_str("</svg>\n");
    svg
}

/// The same in one line, for who does not see it.
fn described(view: &View, words: Words) -> String {
    let past = &view.past;
    let n = past.storms.len();
    let mentions = words.count(past.n_mentions, "mentions");
    let alarms = match n {
        1 => words.pick("1 alarm", "1 alarm").to_owned(),
        n => format!("{n} {}", words.pick("alarmen", "alarms")),
    };
    let when = past.storms.iter().take(20);
    let when: Vec<String> = when.map(|storm| words.full(at(storm.from))).collect();
    let when = if when.is_empty() {
        String::new()
    } else {
        format!(": {}", when.join("; "))
    };
    format!("{mentions}, {alarms}{when}")
}

fn incidents(svg: &mut String, view: &View, scale: &Scale) {
    for incident in &view.known.incidents {
        let (from, until) = (incident.from.timestamp(), incident.until.timestamp());
        if until < scale.from || scale.until < from {
            continue;
        }
        let x = scale.x(from);
        let width = (scale.x(until) - x).max(2.0);
        let height = BOTTOM - TOP;
        let title = escaped(&incident.title);
        let _ = writeln!(
            svg,
            "<g><title>{title}</title><rect class=\"known\" x=\"{x:.1}\" y=\"{TOP}\" \
             width=\"{width:.1}\" height=\"{height}\"/></g>"
        );
    }
}

fn grid(svg: &mut String, words: Words, scale: &Scale) {
    for part in [0.0, 0.5, 1.0] {
        let count = scale.top * part;
        let y = scale.y(count);
        let label_y = y + 4.0;
        let label_x = LEFT - 6.0;
        // A count that was seen, or half of it.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count"
        )]
        let label = words.number(count.round() as u64);
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"small\" x=\"{label_x}\" y=\"{label_y:.1}\" text-anchor=\"end\">{label}</text>"
        );
    }
}

fn bars(svg: &mut String, columns: &[crate::domain::retrospect::curve::Column], scale: &Scale) {
    let mut counted = format!("M{LEFT} {BOTTOM}");
    let mut usual = String::new();
    for column in columns {
        let (from, until) = (scale.x(column.from), scale.x(column.until));
        let y = scale.y(f64::from(column.most));
        let _ = write!(counted, "L{from:.1} {y:.1}L{until:.1} {y:.1}");
        if let Some(expected) = column.usual {
            let y = scale.y(f64::from(expected));
            let _ = write!(
                usual,
                "M{from:.1} {BOTTOM}L{from:.1} {y:.1}L{until:.1} {y:.1}L{until:.1} {BOTTOM}Z"
            );
        }
    }
    let end = columns.last().map_or(LEFT, |column| scale.x(column.until));
    let _ = writeln!(
        svg,
        "<path class=\"count\" d=\"{counted}L{end:.1} {BOTTOM}Z\"/>"
    );
    if !usual.is_empty() {
        let _ = writeln!(
            svg,
            "<path class=\"usual\" stroke-opacity=\"0\" d=\"{usual}\"/>"
        );
        svg.push_str(&usual_line(columns, scale));
    }
}

/// The upper edge of the usual band.
fn usual_line(columns: &[crate::domain::retrospect::curve::Column], scale: &Scale) -> String {
    let mut line = String::new();
    let mut is_drawing = false;
    for column in columns {
        let Some(expected) = column.usual else {
            is_drawing = false;
            continue;
        };
        let (from, until) = (scale.x(column.from), scale.x(column.until));
        let y = scale.y(f64::from(expected));
        let letter = if is_drawing { 'L' } else { 'M' };
        let _ = write!(line, "{letter}{from:.1} {y:.1}L{until:.1} {y:.1}");
        is_drawing = true;
    }
    format!("<path class=\"usual\" fill=\"none\" style=\"fill:none\" d=\"{line}\"/>\n")
}

/// Dates on the axis: days where the time is long enough, or else hours.
fn dates(svg: &mut String, zone: Tz, words: Words, scale: &Scale) {
    for (second, label) in axis::moments(scale.from, scale.until, zone, words, MOST_DATES) {
        let x = scale.x(second);
        let (end, label_y) = (BOTTOM + 5.0, BOTTOM + 20.0);
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{BOTTOM}\" y2=\"{end}\"/>\
             <text class=\"small\" x=\"{x:.1}\" y=\"{label_y}\" text-anchor=\"middle\">{}</text>",
            escaped(&label)
        );
    }
}

fn alarms(svg: &mut String, view: &View, words: Words, scale: &Scale) {
    let mut free_from = f64::MIN;
    let alarms = view.past.storms.iter().enumerate();
    for (place, storm) in alarms {
        let Some(first) = storm.first() else {
            continue;
        };
        let x = scale.x(storm.from);
        let told = format!(
            "{}. {}: {} {} {}",
            place + 1,
            words.full(at(storm.from)),
            first.level,
            first.trigger,
            first.because
        );
        let (left, right, tip, label_y) = (x - 5.0, x + 5.0, TOP - 2.0, TOP - 14.0);
        let base = TOP - 10.0;
        let _ = write!(
            svg,
            "<g><title>{}</title><line class=\"alarm\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" \
             y2=\"{BOTTOM}\"/><path class=\"mark\" d=\"M{left:.1} {base}L{right:.1} {base}L{x:.1} {tip}Z\"/>",
            escaped(&told)
        );
        if x >= free_from {
            let label = (place + 1).to_string();
            let _ = write!(
                svg,
                "<text class=\"small\" x=\"{x:.1}\" y=\"{label_y}\" text-anchor=\"middle\">{label}</text>"
            );
            free_from = x + 8.0 + 8.0 * label.len() as f64;
        }
        svg.push_str("</g>\n");
    }
}

fn legend(
    svg: &mut String,
    view: &View,
    words: Words,
    columns: &[crate::domain::retrospect::curve::Column],
) {
    let hours = columns
        .first()
        .map_or(1, |one| (one.until - one.from) / 3_600);
    let counted = match hours {
        1 => words
            .pick("vermeldingen per uur", "mentions an hour")
            .to_owned(),
        hours => format!(
            "{} {hours} {}",
            words.pick(
                "vermeldingen in het drukste van",
                "mentions in the busiest of"
            ),
            words.pick("uur", "hours")
        ),
    };
    let mut x = LEFT;
    let mut entry = |class: &str, label: &str| {
        let text_x = x + 18.0;
        let _ = writeln!(
            svg,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"336\" width=\"12\" height=\"12\"/>\
             <text class=\"small\" x=\"{text_x:.1}\" y=\"346\">{}</text>",
            escaped(label)
        );
        x += 40.0 + 7.0 * label.chars().count() as f64;
    };
    entry("count", &counted);
    if columns.iter().any(|column| column.usual.is_some()) {
        entry("usual", words.pick("gebruikelijk", "usual"));
    }
    if !view.past.storms.is_empty() {
        entry("mark", "alarm");
    }
    if !view.known.incidents.is_empty() {
        entry("known", words.pick("bekend incident", "known incident"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut() {
        assert_eq!(cut("een twee drie", 8), "een twe…");
    }
}
