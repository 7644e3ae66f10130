//! The moments a page names: clock times, days, lengths from now, rhythms; and
//! the instant each of them means.
//!
//! Reads what people write, in Dutch and English: `om 14.30 uur`, `half drie`,
//! `morgenochtend`, `op donderdag 5 maart`, `within two hours`, `by 3 pm`. What
//! is the end of a stretch (`van 9.00 tot 17.00`) or lies behind us (`sinds
//! maandag`) is no moment.

mod names;
mod read;

use std::ops::Range;

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;

use super::Page;
use crate::domain::time::{Timestamp, instant_of};

/// A moment a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// In bytes of the text.
    pub span: Range<usize>,
    /// Places of its words in the page.
    pub words: Range<usize>,
    /// Place of its sentence in the page.
    pub sentence: usize,
    pub at: Timestamp,
    /// It says an hour, not only a day.
    pub has_clock: bool,
    /// It says a day, not only an hour.
    pub has_day: bool,
    /// It comes back: `every hour`.
    pub is_rhythm: bool,
}

/// Half a day, in hours: what a clock time may mean besides what it says.
const HALF_DAY: i64 = 12;

/// The moments of a page, in its order.
pub fn moments<'p>(page: &'p Page<'_>) -> &'p [Moment] {
    page.read.moments.get_or_init(|| {
        let mut found = Vec::new();
        for (place, sentence) in page.sentences.iter().enumerate() {
            let pieces = read::pieces(page, sentence.words.clone());
            found.extend(joined(page, place, &pieces));
        }
        found
    })
}

/// Something a sentence says about time, before it is joined with the rest.
#[derive(Debug, Clone, PartialEq)]
struct Piece {
    words: Range<usize>,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum What {
    /// `is_spoken`: an hour up to twelve that may be one of the afternoon.
    Clock { time: NaiveTime, is_spoken: bool },
    /// A day, and until when of it: `vanmiddag` ends at six.
    Day { date: NaiveDate, part: Part },
    /// So long from now.
    Ahead(TimeDelta),
    /// Every so long.
    Every(TimeDelta),
}

/// A part of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Morning,
    Afternoon,
    Evening,
}

impl Part {
    /// When it is over. Hours of the clock.
    fn end(self) -> NaiveTime {
        let (hour, minute) = match self {
            Self::Morning => (12, 0),
            Self::Afternoon => (18, 0),
            Self::Evening | Self::Whole => (23, 59),
        };
        NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or(NaiveTime::MIN)
    }

    /// `acht uur` in the evening is 20:00.
    fn shifts(self, time: NaiveTime) -> bool {
        use chrono::Timelike;
        match self {
            Self::Afternoon => time.hour() < 7,
            Self::Evening => time.hour() < 12 && time.hour() > 3,
            Self::Whole | Self::Morning => false,
        }
    }
}

/// Clock times with the day beside them; days without a clock; the rest.
fn joined(page: &Page<'_>, sentence: usize, pieces: &[Piece]) -> Vec<Moment> {
    let (now, zone) = (page.about.now, page.about.zone);
    let moment = |words: Range<usize>, at, has_clock, has_day, is_rhythm| Moment {
        span: page.words[words.start].span.start..page.words[words.end - 1].span.end,
        words,
        sentence,
        at,
        has_clock,
        has_day,
        is_rhythm,
    };
    let mut found = Vec::new();
    let mut taken = Vec::new();
    for piece in pieces {
        let What::Clock { time, is_spoken } = piece.what else {
            continue;
        };
        let day = beside(pieces, piece);
        let (words, at) = match day {
            Some((other, date, part)) => {
                taken.push(other.words.clone());
                let start = other.words.start.min(piece.words.start);
                let end = other.words.end.max(piece.words.end);
                (start..end, on_day(date, part, time, is_spoken, now, zone))
            }
            None => (piece.words.clone(), next(time, is_spoken, now, zone)),
        };
        found.push(moment(words, at, true, day.is_some(), false));
    }
    for piece in pieces.iter().filter(|piece| !taken.contains(&piece.words)) {
        let words = piece.words.clone();
        found.extend(match piece.what {
            What::Clock { .. } => None,
            What::Day { date, part } => {
                let at = instant_of(date.and_time(part.end()), zone);
                Some(moment(words, at, false, true, false))
            }
            What::Ahead(length) => Some(moment(words, now + length, true, true, false)),
            What::Every(length) => Some(moment(words, now + length, true, true, true)),
        });
    }
    found.sort_by_key(|moment| moment.words.start);
    found
}

/// The day a clock time belongs to: the nearest within five words.
fn beside<'a>(pieces: &'a [Piece], clock: &Piece) -> Option<(&'a Piece, NaiveDate, Part)> {
    let near = pieces.iter().filter_map(|piece| {
        let What::Day { date, part } = piece.what else {
            return None;
        };
        let gap = if piece.words.end <= clock.words.start {
            clock.words.start - piece.words.end
        } else {
            piece.words.start.saturating_sub(clock.words.end)
        };
        (gap <= 5).then_some((gap, (piece, date, part)))
    });
    near.min_by_key(|(gap, _)| *gap).map(|(_, day)| day)
}

fn on_day(
    date: NaiveDate,
    part: Part,
    time: NaiveTime,
    is_spoken: bool,
    now: Timestamp,
    zone: Tz,
) -> Timestamp {
    let at = instant_of(date.and_time(time), zone);
    let is_later = match part {
        Part::Whole => is_spoken && at < now && date == now.with_timezone(&zone).date_naive(),
        part => is_spoken && part.shifts(time),
    };
    if is_later {
        at + TimeDelta::hours(HALF_DAY)
    } else {
        at
    }
}

/// A clock time without a day: today's; the one of the afternoon when it is said
/// as people speak and has passed; tomorrow's when that is nearer.
fn next(time: NaiveTime, is_spoken: bool, now: Timestamp, zone: Tz) -> Timestamp {
    let today = now.with_timezone(&zone).date_naive();
    let at = instant_of(today.and_time(time), zone);
    if at >= now {
        return at;
    }
    let tomorrow = today.checked_add_days(Days::new(1)).unwrap_or(today);
    let ahead = instant_of(tomorrow.and_time(time), zone);
    // Midnight is always the one to come.
    if time == NaiveTime::MIN {
        return ahead;
    }
    let half = TimeDelta::hours(HALF_DAY);
    if is_spoken && at + half >= now {
        return at + half;
    }
    if ahead - now < now - at { ahead } else { at }
}

/// The date with this day and month that is nearest to today.
fn nearest(day: u32, month: u32, today: NaiveDate) -> Option<NaiveDate> {
    let years = [today.year() - 1, today.year(), today.year() + 1];
    let dates = years
        .iter()
        .filter_map(|year| NaiveDate::from_ymd_opt(*year, month, day));
    dates.min_by_key(|date| (*date - today).num_days().abs())
}
