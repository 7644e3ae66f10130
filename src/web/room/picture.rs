//! A curve of the engine as a picture on a page.

use serde_json::Value;

use crate::domain::chart::{Chart, Mark, MarkKind, Point, figure};
use crate::domain::words::Words;
use crate::engine::curve::band_of;

/// The second of an instant as the engine writes it.
pub(super) fn second(instant: &Value) -> Option<i64> {
    let at = chrono::DateTime::parse_from_rfc3339(instant.as_str()?).ok()?;
    Some(at.timestamp())
}

/// What `Request::Curve` answered, without marks of runs. `id`: of its own on the
/// page.
pub(super) fn chart_of(curve: &Value, id: &str, words: Words) -> Chart {
    let title = curve["title"].as_str().unwrap_or_default();
    let from = second(&curve["from"]).unwrap_or_default();
    let until = second(&curve["until"]).unwrap_or_default();
    let mut chart = Chart::new(id, title, words, from, until);
    let list = |key: &str| curve[key].as_array().into_iter().flatten();
    let points = list("steps").filter_map(|step| {
        Some(Point {
            from: second(&step["from"])?,
            until: second(&step["until"])?,
            count: step["mentions"].as_u64()?,
            usual: band_of(&step["usual"]),
            is_running: step["runs"] == true,
        })
    });
    chart.points = points.collect();
    let gaps = list("gaps").filter_map(|gap| Some((second(&gap["from"])?, second(&gap["to"])?)));
    chart.gaps = gaps.collect();
    let marks = list("alarms").filter_map(|alarm| {
        Some(Mark {
            at: second(&alarm["from"])?.max(from),
            kind: MarkKind::Alarm,
            label: words.pick("ongewoon druk", "unusually loud").to_owned(),
        })
    });
    chart.marks = marks.collect();
    chart
}

/// The picture alone, for where many stand together: its numbers are a click away.
pub(super) fn small(curve: &Value, id: &str, words: Words) -> String {
    let mut chart = chart_of(curve, id, words);
    chart.has_table = false;
    figure(&chart)
}
