//! Draws the curve with characters: it reads in plain text, on a phone, and
//! without images.

use crate::domain::evidence::Curve;
use crate::domain::time::Timestamp;
use chrono::TimeDelta;

/// A dozen lines fit on a phone beside the rest.
const MOST_BARS: usize = 12;
const WIDEST_BAR: u64 = 14;

/// One line of the chart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bar {
    pub from: Timestamp,
    pub count: u64,
    /// Blocks; empty only when there was nothing at all.
    pub blocks: String,
}

/// The chart, and the length of one line in seconds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chart {
    pub bars: Vec<Bar>,
    pub step_seconds: u64,
    /// The same in one line.
    pub spark: String,
}

/// `None` when there is nothing to draw.
pub(super) fn draw(curve: &Curve) -> Option<Chart> {
    let per_bar = curve.counts.len().div_ceil(MOST_BARS);
    if per_bar == 0 || curve.step_seconds == 0 {
        return None;
    }
    // Whole bars only, counted from the end: half a bar at the start would
    // look like a rise that was not there.
    let whole = curve.counts.len() - curve.counts.len() % per_bar;
    let counts: Vec<u64> = curve.counts[curve.counts.len() - whole..]
        .chunks(per_bar)
        .map(|steps| {
            steps
                .iter()
                .fold(0, |sum: u64, step| sum.saturating_add(*step))
        })
        .collect();
    let step_seconds = curve.step_seconds.saturating_mul(per_bar as u64);
    let highest = counts.iter().copied().max().filter(|count| *count > 0)?;
    let bars = counts
        .iter()
        .enumerate()
        .map(|(place, count)| Bar {
            from: start(curve.until, step_seconds, counts.len() - place),
            count: *count,
            blocks: "▇".repeat(share(*count, highest, WIDEST_BAR) as usize),
        })
        .collect();
    Some(Chart {
        bars,
        step_seconds,
        spark: counts.iter().map(|count| spark(*count, highest)).collect(),
    })
}

fn start(until: Timestamp, step_seconds: u64, steps: usize) -> Timestamp {
    let seconds = step_seconds.saturating_mul(steps as u64);
    i64::try_from(seconds)
        .ok()
        .and_then(TimeDelta::try_seconds)
        .and_then(|length| until.checked_sub_signed(length))
        .unwrap_or(until)
}

/// Rounded up, so that one mention is never drawn as none.
fn share(count: u64, highest: u64, width: u64) -> u64 {
    let scaled = (u128::from(count) * u128::from(width)).div_ceil(u128::from(highest));
    u64::try_from(scaled).unwrap_or(width)
}

fn spark(count: u64, highest: u64) -> char {
    const HEIGHTS: [char; 9] = ['▁', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    HEIGHTS[share(count, highest, 8).min(8) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn curve(counts: Vec<u64>) -> Curve {
        Curve {
            until: DateTime::from_timestamp(1_772_000_000, 0).unwrap(),
            step_seconds: 60,
            counts,
        }
    }

    #[test]
    fn an_hour_of_minutes_becomes_twelve_bars() {
        let chart = draw(&curve((0..60).collect())).unwrap();
        assert_eq!((chart.bars.len(), chart.step_seconds), (12, 300));
        assert_eq!(chart.bars[0].count, 10);
        assert_eq!(chart.bars[11].blocks.chars().count(), 14);
        assert_eq!(chart.bars[11].from.timestamp(), 1_772_000_000 - 300);
        assert_eq!(chart.spark.chars().count(), 12);
    }

    #[test]
    fn one_mention_is_seen_beside_a_thousand() {
        let chart = draw(&curve(vec![1, 0, 1_000])).unwrap();
        assert_eq!(chart.bars[0].blocks, "▇");
        assert_eq!(chart.bars[1].blocks, "");
    }

    #[test]
    fn nothing_gives_no_chart_and_hugeness_no_overflow() {
        assert_eq!(draw(&curve(vec![])), None);
        assert_eq!(draw(&curve(vec![0, 0])), None);
        assert!(draw(&curve(vec![u64::MAX; 40])).is_some());
    }
}
