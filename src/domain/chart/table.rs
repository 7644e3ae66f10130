//! The numbers of a chart as a table: for who does not see the picture, and for
//! who wants to know exactly.

use std::fmt::Write as _;

use super::{Chart, instant, range};
use crate::domain::markup::escaped;

/// A `details` element that holds the table, newest first.
pub(super) fn table(chart: &Chart) -> String {
    let words = chart.words;
    let head = |nl: &'static str, en: &'static str| words.pick(nl, en);
    let has_usual = chart.points.iter().any(|point| point.usual.is_some());
    let mut html = format!(
        "<details class=\"chart-table\"><summary>{}</summary>\n<table>\
         <caption>{}</caption>\n<thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th>",
        head("Toon de cijfers", "Show the numbers"),
        escaped(&chart.title),
        head("Vanaf", "From"),
        head("Vermeldingen", "Mentions"),
    );
    if has_usual {
        let _ = write!(html, "<th scope=\"col\">{}</th>", head("Gewoon", "Usual"));
    }
    let _ = write!(
        html,
        "<th scope=\"col\">{}</th></tr></thead>\n<tbody>\n",
        head("Bijzonder", "Remarks")
    );
    let seen_at = instant(chart.until);
    for point in chart.points.iter().rev() {
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{}</th><td>{}</td>",
            escaped(&words.clock(instant(point.from), seen_at)),
            words.number(point.count)
        );
        if has_usual {
            let usual = point.usual.map(|usual| range(usual, words));
            let _ = write!(html, "<td>{}</td>", usual.as_deref().unwrap_or("?"));
        }
        let _ = writeln!(
            html,
            "<td>{}</td></tr>",
            escaped(&remarks(chart, point.from, point.until))
        );
    }
    html.push_str("</tbody></table></details>\n");
    html
}

/// What happened from one second up to another.
fn remarks(chart: &Chart, from: i64, until: i64) -> String {
    let words = chart.words;
    let mut remarks = Vec::new();
    for mark in chart
        .marks
        .iter()
        .filter(|mark| from <= mark.at && mark.at < until)
    {
        let at = words.hour_and_minute(instant(mark.at));
        remarks.push(format!("{} {at}: {}", mark.kind.word(words), mark.label));
    }
    let is_gap = |gap: &&(i64, i64)| gap.0 < until && gap.1 > from;
    if chart.gaps.iter().any(|gap| is_gap(&gap)) {
        remarks.push(
            words
                .pick("niet alles gezien", "not all was seen")
                .to_owned(),
        );
    }
    let runs = chart.points.last().filter(|last| last.is_running);
    if runs.is_some_and(|last| last.from == from) {
        remarks.push(words.pick("loopt nog", "still runs").to_owned());
    }
    remarks.join("; ")
}
