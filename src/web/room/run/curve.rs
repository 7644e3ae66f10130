//! The curve of a run as a picture, with what happened in the run beside it: while
//! it is open against what is usual, by the hour; after that what was counted.

use serde_json::Value;

use crate::domain::chart::{self, Chart, Mark, MarkKind, Point};
use crate::domain::words::Words;
use crate::engine::curve::{LONGEST, band_of};
use crate::engine::request::Request;
use crate::web::room::visitor::Visitor;
use crate::web::room::words;

/// Hours before the start that are seen beside a run.
const BEFORE: i64 = 12;

/// Hours that are seen at least.
const LEAST: i64 = 24;

/// HTML of its own, with everything in it escaped.
pub(super) async fn figure(shown: &Value, visitor: &Visitor) -> String {
    let zone = visitor.counter.organisation.timezone;
    let language = visitor.language;
    let usual = match hours(shown) {
        Some((watch, hours)) => {
            let request = Request::Curve { watch, hours };
            let asked = visitor.counter.answer(request, &visitor.person).await;
            asked.unwrap_or_default()
        }
        None => Value::Null,
    };
    let steps = each(&usual["steps"]).filter_map(step);
    let mut points: Vec<Point> = steps.collect();
    if points.is_empty() {
        points = each(&shown["curve"]["points"]).filter_map(point).collect();
    }
    let asked = second(&usual["from"]).filter(|_| !points.is_empty());
    let from = asked.or(points.first().map(|first| first.from));
    let from = from.unwrap_or_default();
    let until = points.last().map_or(1, |last| last.until);
    let title = shown["watch_title"].as_str().unwrap_or_default();
    let mut drawn = Chart::new("run", title, Words { language, zone }, from, until);
    drawn.points = points;
    drawn.size = (720, 220);
    let gaps = each(&usual["gaps"]);
    let gaps = gaps.filter_map(|gap| Some((second(&gap["from"])?, second(&gap["to"])?)));
    drawn.gaps = gaps.collect();
    let marks = each(&shown["marks"]).filter_map(|mark| {
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

fn each(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// The watch of an open run, and how much of it is seen; `None` when that is too
/// long, or several watches.
fn hours(shown: &Value) -> Option<(String, u32)> {
    let is_one = each(&shown["ending"]["also_watches"]).next().is_none();
    let is_seen = shown["open"] == true && is_one;
    let watch = shown["watch"].as_str().filter(|_| is_seen)?;
    let length = second(&shown["now"])? - second(&shown["started_at"])?;
    let hours = (length / 3_600 + BEFORE).max(LEAST);
    let hours = u32::try_from(hours).ok()?;
    (hours <= LONGEST).then(|| (watch.to_owned(), hours))
}

/// A step of the curve of a watch.
fn step(shown: &Value) -> Option<Point> {
    Some(Point {
        from: second(&shown["from"])?,
        until: second(&shown["until"])?,
        count: shown["mentions"].as_u64()?,
        usual: band_of(&shown["usual"]),
        is_running: shown["runs"] == true,
    })
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
