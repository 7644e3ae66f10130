//! The drills so far side by side: the same measures, oldest first, so that it
//! shows which way they go.

use std::fmt::Write as _;

use serde::Serialize;

use super::record::Manner;
use super::score::Score;
use super::score::measure::{Figure, Light, Measure, Name};
use crate::domain::markup::escaped;
use crate::domain::time::Timestamp;
use crate::domain::words::Words;

/// A drill in the trend.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Name of its folder.
    pub drill: String,
    pub scenario: String,
    pub playbook: String,
    pub manner: Manner,
    /// On the calendar.
    pub played_at: Timestamp,
    /// What was got of what could be got, 0 to 1.
    pub share: Option<f64>,
    pub passed: bool,
    /// In the order in which things happen in a storm, the same for all.
    pub measures: Vec<Measure>,
}

impl Row {
    pub fn of(drill: &str, played_at: Timestamp, score: &Score) -> Self {
        Self {
            drill: drill.to_owned(),
            scenario: score.scenario.clone(),
            playbook: score.playbook.clone(),
            manner: score.manner,
            played_at,
            share: score.share,
            passed: score.passed,
            measures: score.measures.clone(),
        }
    }

    /// A measure; `None` in scores of a program that did not take it.
    pub fn measure(&self, name: Name) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.name == name)
    }
}

/// The measures that stand side by side.
pub const MEASURES: [Name; 11] = [
    Name::Detected,
    Name::Alerted,
    Name::Answered,
    Name::Decided,
    Name::FirstStatement,
    Name::GoalsCovered,
    Name::TasksOnTime,
    Name::PromisesKept,
    Name::QuestionsAnswered,
    Name::Overrides,
    Name::RolesSilent,
];

/// Which way a measure went between two drills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    Better,
    Same,
    Worse,
}

/// Which way a measure went; `None` where one of the two has no value.
pub fn way(name: Name, before: &Row, after: &Row) -> Option<Way> {
    let value = |row: &Row| {
        let figure = row.measure(name)?.value?;
        Some(match figure {
            #[expect(clippy::cast_precision_loss, reason = "seconds and counts of a drill")]
            Figure::Seconds(number) | Figure::Count(number) => number as f64,
            Figure::Share(share) => share,
        })
    };
    let (old, new) = (value(before)?, value(after)?);
    let is_more_better = matches!(
        name,
        Name::GoalsCovered | Name::TasksOnTime | Name::PromisesKept | Name::QuestionsAnswered
    );
    let gain = if is_more_better { new - old } else { old - new };
    Some(if gain.abs() < 1e-9 {
        Way::Same
    } else if gain > 0.0 {
        Way::Better
    } else {
        Way::Worse
    })
}

/// How good each was, as one letter that reads without colour.
pub fn letter(light: Light) -> char {
    match light {
        Light::Green => '●',
        Light::Amber => '◐',
        Light::Red => '○',
        Light::Grey => '–',
    }
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 200.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 16.0;
const BELOW: f64 = 28.0;

/// The score of each drill as a picture: a column for each, with the bound that a
/// drill must reach as a line where all share it. HTML in which all text is escaped.
/// Empty when no drill has a score.
pub fn picture(rows: &[Row], words: Words) -> String {
    let scored: Vec<&Row> = rows.iter().filter(|row| row.share.is_some()).collect();
    if scored.is_empty() {
        return String::new();
    }
    let title = words.pick("Score per oefening", "Score of each drill");
    let said = scored.iter().map(|row| {
        format!(
            "{}: {}",
            words.full(row.played_at),
            percent(row.share.unwrap_or(0.0))
        )
    });
    let said: Vec<String> = said.collect();
    let mut svg = format!(
        "<svg class=\"chart-picture\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-labelledby=\"trend-t trend-d\">\n<title id=\"trend-t\">{}</title>\n\
         <desc id=\"trend-d\">{}.</desc>\n",
        escaped(title),
        escaped(&said.join("; "))
    );
    let bottom = HEIGHT - BELOW;
    let y = |share: f64| bottom - share.clamp(0.0, 1.0) * (bottom - TOP);
    for part in [0.0, 0.5, 1.0] {
        let (at, text_at) = (y(part), y(part) + 5.0);
        let right = WIDTH - RIGHT;
        let text_x = LEFT - 6.0;
        let _ = writeln!(
            svg,
            "<line class=\"chart-grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
             <text class=\"chart-text\" x=\"{text_x}\" y=\"{text_at:.1}\" text-anchor=\"end\">{}</text>",
            percent(part)
        );
    }
    #[expect(clippy::cast_precision_loss, reason = "a few hundred drills")]
    let each = (WIDTH - LEFT - RIGHT) / scored.len() as f64;
    for (place, row) in scored.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred drills")]
        let middle = LEFT + each * (place as f64 + 0.5);
        let wide = (each * 0.6).min(56.0);
        let (left, top) = (middle - wide / 2.0, y(row.share.unwrap_or(0.0)));
        let high = bottom - top;
        let class = match row.passed {
            true => "trend-passed",
            false => "trend-failed",
        };
        let label = format!(
            "{}, {}: {}",
            words.full(row.played_at),
            row.scenario,
            percent(row.share.unwrap_or(0.0))
        );
        let _ = write!(
            svg,
            "<g><title>{}</title><rect class=\"{class}\" x=\"{left:.1}\" y=\"{top:.1}\" \
             width=\"{wide:.1}\" height=\"{high:.1}\"/></g>",
            escaped(&label)
        );
        // What would stand on its neighbour is left away.
        if each >= 48.0 || place == 0 || place + 1 == scored.len() {
            let text_y = HEIGHT - 8.0;
            let _ = write!(
                svg,
                "<text class=\"chart-text\" x=\"{middle:.1}\" y=\"{text_y}\" text-anchor=\"middle\">{}</text>",
                escaped(&words.day(row.played_at))
            );
        }
        svg.push('\n');
    }
    svg.push_str("</svg>\n");
    svg
}

/// Rounded down, as scores are.
pub fn percent(share: f64) -> String {
    format!("{}%", (share * 100.0 + 1e-6).floor())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::drill::score::sample::{record, rich, scenario};
    use crate::domain::drill::score::score;
    use crate::domain::text::Language;

    fn row(share: Option<f64>, seconds: u64) -> Row {
        let score = score(&scenario(""), &record(rich()));
        let mut row = Row::of("2026-03-10-1300-<b>", Timestamp::UNIX_EPOCH, &score);
        row.share = share;
        for measure in &mut row.measures {
            if measure.name == Name::Alerted {
                measure.value = Some(Figure::Seconds(seconds));
            }
        }
        row
    }

    #[test]
    fn less_time_is_better_and_a_larger_share_too() {
        let (slow, quick) = (row(Some(0.5), 300), row(Some(0.9), 60));
        assert_eq!(way(Name::Alerted, &slow, &quick), Some(Way::Better));
        assert_eq!(way(Name::Alerted, &quick, &slow), Some(Way::Worse));
        assert_eq!(way(Name::GoalsCovered, &quick, &slow), Some(Way::Same));
    }

    #[test]
    fn the_picture_names_every_drill_and_escapes_it() {
        let words = Words::new(Language::Nl, "Europe/Amsterdam");
        let mut odd = row(Some(0.5), 1);
        odd.scenario = "<script>".to_owned();
        let picture = picture(&[row(Some(1.0), 1), odd, row(None, 1)], words);
        assert_eq!(picture.matches("<rect").count(), 2);
        assert!(picture.contains("100%") && picture.contains("50%"));
        assert!(!picture.contains("<script>"));
        assert_eq!(super::picture(&[row(None, 1)], words), "");
    }
}
