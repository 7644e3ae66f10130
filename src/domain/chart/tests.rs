//! What charts must be, whatever is drawn.

use proptest::prelude::*;

use super::axis::round_top;
use super::*;
use crate::domain::text::Language;

fn words() -> Words {
    Words::new(Language::Nl, "Europe/Amsterdam")
}

/// Hours from a second on; the usual is 3, between 1 and 5.
fn chart_of(from: i64, counts: &[u64]) -> Chart {
    let until = from + 3_600 * i64::try_from(counts.len()).unwrap();
    let mut chart = Chart::new("bakery", "Bakkerij", words(), from, until);
    let usual = Some(Band {
        low: 1.0,
        mean: 3.0,
        high: 5.0,
    });
    let hours = (from..).step_by(3_600).zip(counts);
    chart.points = hours
        .map(|(from, count)| Point {
            from,
            until: from + 3_600,
            count: *count,
            usual,
            is_running: from + 3_600 == until,
        })
        .collect();
    chart
}

/// Whether it is well-formed: what is opened is closed, and there is no style.
fn check(html: &str) {
    let mut open = Vec::new();
    for part in html.split('<').skip(1) {
        let (tag, _) = part.split_once('>').expect("a tag is closed");
        let name = tag.split([' ', '/']).find(|one| !one.is_empty()).unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "{html}");
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        assert!(!tag.contains(" style=") && !tag.contains(" on"), "{tag}");
        // Titles stand between tags, and may say so.
        assert!(!tag.contains("NaN") && !tag.contains("inf"), "{tag}");
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(!html.contains(">NaN<") && !html.contains(">inf<"), "{html}");
}

#[test]
fn a_day_is_drawn_against_its_usual_with_alarms() {
    let mut chart = chart_of(1_772_402_400, &[2, 3, 14, 9]);
    chart.marks.push(Mark {
        at: 1_772_402_400 + 7_500,
        kind: MarkKind::Alarm,
        label: "ongewoon druk".to_owned(),
    });
    let html = figure(&chart);
    check(&html);
    assert_eq!(html.matches("class=\"chart-band\"").count(), 1);
    assert_eq!(html.matches("class=\"chart-alarm\"").count(), 1);
    assert!(
        html.contains("<td>14</td><td>1–5</td><td>alarm 01:05: ongewoon druk</td>"),
        "{html}"
    );
    assert!(html.contains("loopt nog"), "{html}");
    assert_eq!(
        chart.described(),
        "Van zondag 1 maart 2026, 23:00 tot maandag 2 maart 2026, 03:00: 28 vermeldingen; \
         het drukst vanaf maandag 2 maart 2026, 01:00: 14, gewoon is dan 1–5. \
         alarm, maandag 2 maart 2026, 01:05: ongewoon druk."
    );
}

#[test]
fn nothing_and_one_point_are_charts_too() {
    check(&figure(&chart_of(0, &[])));
    check(&figure(&chart_of(0, &[7])));
    let mut blind = chart_of(0, &[0, 0]);
    blind.points.iter_mut().for_each(|point| point.usual = None);
    blind.gaps = vec![(-5, 1_000), (9_000, 99_999)];
    let html = figure(&blind);
    check(&html);
    assert!(
        !html.contains("chart-band") && html.contains("chart-hatch"),
        "{html}"
    );
    assert!(html.contains("niet alles gezien"));
}

#[test]
fn the_day_the_clock_goes_back_has_25_hours_and_one_midnight() {
    // Sunday 25 October 2026 begins at 22:00 UTC of the day before.
    let chart = chart_of(1_792_879_200, &[1; 25]);
    check(&figure(&chart));
    let moments = axis::moments(chart.from - 1, chart.until, words().zone, words(), 6);
    let labels: Vec<&str> = moments.iter().map(|(_, label)| label.as_str()).collect();
    assert_eq!(
        labels,
        ["25 oktober", "06:00", "12:00", "18:00", "26 oktober"]
    );
    assert_eq!(moments[1].0 - moments[0].0, 7 * 3_600);
}

#[test]
fn what_strangers_wrote_stays_text() {
    let mut chart = chart_of(0, &[1, 2]);
    chart.title = "</title><script>alert(1)</script>\u{202e}".to_owned();
    chart.id = "a\" onload=\"x".to_owned();
    chart.marks.push(Mark {
        at: 10,
        kind: MarkKind::Publication,
        label: "<img src=x onerror=alert(1)>".to_owned(),
    });
    let html = figure(&chart);
    check(&html);
    assert!(
        !html.contains("<script") && !html.contains("<img"),
        "{html}"
    );
    assert!(!html.contains('\u{202e}') && html.contains("id=\"chart-a--onload--x-t\""));
}

#[test]
fn the_axis_ends_at_a_round_number() {
    for (most, top) in [
        (0.0, 4.0),
        (4.0, 4.0),
        (5.0, 6.0),
        (9.0, 10.0),
        (14.0, 20.0),
        (450.0, 600.0),
    ] {
        assert!((round_top(most) - top).abs() < 1e-9, "{most}");
    }
    assert!(round_top(f64::INFINITY).is_finite());
}

proptest! {
    #[test]
    fn whatever_is_drawn_is_whole(
        from in -9_000_000_000_i64..9_000_000_000,
        counts in prop::collection::vec(any::<u64>(), 0..40),
        low in any::<f64>(),
        high in any::<f64>(),
        gap in any::<(i64, i64)>(),
        at in any::<i64>(),
        label in any::<String>(),
    ) {
        let mut chart = chart_of(from, &counts);
        for point in &mut chart.points {
            point.usual = Some(Band { low, mean: low, high });
        }
        chart.gaps.push(gap);
        chart.title.clone_from(&label);
        chart.marks.push(Mark { at, kind: MarkKind::Phase, label });
        check(&figure(&chart).replace("&lt;", "").replace("&gt;", ""));
    }
}
