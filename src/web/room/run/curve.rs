//! The curve of a run as a picture, with what happened in the run beside it.

use serde_json::Value;

use crate::domain::chart::{self, Chart, Mark, MarkKind, Point};
use crate::domain::words::Words;
use crate::web::room::visitor::Visitor;
use crate::web::room::words;

/// HTML of its own, with everything in it escaped.
pub(super) fn figure(shown: &Value, visitor: &Visitor) -> String {
    let zone = visitor.counter.organisation.timezone;
    let language = visitor.language;
    let points = shown["curve"]["points"].as_array();
    let points: Vec<Point> = points.into_iter().flatten().filter_map(point).collect();
    let from = points.first().map_or(0, |first| first.from);
    let until = points.last().map_or(1, |last| last.until);
    let title = shown["watch_title"].as_str().unwrap_or_default();
    let mut drawn = Chart::new("run", title, Words { language, zone }, from, until);
    drawn.points = points;
    drawn.size = (720, 220);
    let marks = shown["marks"].as_array().into_iter().flatten();
    let marks = marks.filter_map(|mark| {
        let name = mark["kind"].as_str()?;
        let kind = match name {
            "phase" | "stand_down" => MarkKind::Phase,
            "publication" => MarkKind::Publication,
            _ => MarkKind::Alarm,
        };
        let word = words::word(&format!("run.mark_{name}"), language).to_owned();
        let label = match mark["title"].as_str() {
            Some(title) => format!("{word}: {title}"),
            None => word,
        };
        let at = second(&mark["at"])?;
        Some(Mark { at, kind, label })
    });
    drawn.marks = marks.collect();
    chart::figure(&drawn)
}

fn point(shown: &Value) -> Option<Point> {
    Some(Point {
        from: second(&shown["from"])?,
        until: second(&shown["until"])?,
        count: shown["count"].as_u64()?,
        usual: None,
        is_running: shown["running"] == true,
    })
}

/// Seconds since 1970.
fn second(at: &Value) -> Option<i64> {
    let at = chrono::DateTime::parse_from_rfc3339(at.as_str()?).ok()?;
    Some(at.timestamp())
}
