//! Cuts the words of a sentence into what they say about time.

use std::ops::Range;

use chrono::NaiveDate;

use super::names::{DAYS, FIRST, NOT_AFTER, NUMBERS, WEEKDAYS, month_of};
use super::{Piece, What};
use crate::domain::review::Page;

mod clock;
mod day;
mod length;

/// Everything that the words of one sentence say about time.
pub(super) fn pieces(page: &Page<'_>, range: Range<usize>) -> Vec<Piece> {
    let reader = Reader {
        page,
        end: range.end,
        start: range.start,
        today: page.about.now.with_timezone(&page.about.zone).date_naive(),
    };
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        match reader.piece(at) {
            Some((what, end)) => {
                // What is looked for may go on where the sentence does not.
                let end = end.min(range.end);
                if !reader.is_behind(at, end) {
                    found.push(Piece {
                        words: at..end,
                        what,
                    });
                }
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

struct Reader<'a> {
    page: &'a Page<'a>,
    start: usize,
    end: usize,
    today: NaiveDate,
}

impl Reader<'_> {
    fn word(&self, at: usize) -> &str {
        if at < self.end {
            &self.page.words[at].folded
        } else {
            ""
        }
    }

    /// The word before, and the one before that.
    fn before(&self, at: usize) -> [&str; 2] {
        let back = |by: usize| {
            let place = at.checked_sub(by).filter(|place| *place >= self.start);
            place.map_or("", |place| self.page.words[place].folded.as_str())
        };
        [back(1), back(2)]
    }

    fn is_behind(&self, at: usize, end: usize) -> bool {
        let [one, two] = self.before(at);
        let after = self.word(end);
        let ends_stretch = matches!(after, "tot" | "until" | "till")
            || (after == "to" && self.number(end + 1).is_some());
        // Between nine and five: the `and` belongs to the stretch.
        let begin = at.saturating_sub(5).max(self.start);
        let opens = self.page.words[begin..at].iter().rev().find(|word| {
            matches!(
                word.folded.as_str(),
                "tussen" | "between" | "van" | "from" | "vanaf"
            )
        });
        let in_stretch = matches!(one, "en" | "and" | "to")
            && opens.is_some_and(|word| {
                let is_window = matches!(word.folded.as_str(), "tussen" | "between");
                // Between three and four you hear more: by four.
                !is_window || self.is_for_callers()
            });
        NOT_AFTER.contains(&one)
            || (NOT_AFTER.contains(&two)
                && matches!(one, "de" | "het" | "the" | "met" | "op" | "en"))
            || ends_stretch
            || in_stretch
    }

    /// Hours between which somebody answers or a door is open.
    fn is_for_callers(&self) -> bool {
        self.page.words[self.start..self.end].iter().any(|word| {
            let word = word.folded.as_str();
            [
                "bel", "bereik", "telefo", "geopend", "call", "phone", "reach",
            ]
            .iter()
            .any(|begin| word.starts_with(begin))
                || matches!(word, "open" | "terecht" | "inloop" | "welkom" | "welcome")
        })
    }

    fn piece(&self, at: usize) -> Option<(What, usize)> {
        if !may_begin(self.word(at)) {
            return None;
        }
        self.ahead(at)
            .or_else(|| self.every(at))
            .or_else(|| self.clock(at))
            .or_else(|| self.day(at))
    }

    /// A number in digits or words, up to 99.
    fn number(&self, at: usize) -> Option<u32> {
        let word = self.word(at);
        if let Ok(number) = word.parse::<u32>() {
            return (number < 100).then_some(number);
        }
        NUMBERS
            .iter()
            .find(|(written, _)| *written == word)
            .map(|(_, number)| *number)
    }
}

/// Whether a moment can begin with this word: most words are passed over here.
fn may_begin(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_ascii_digit())
        || FIRST.contains(&word)
        || NUMBERS.iter().any(|(number, _)| *number == word)
        || DAYS.iter().any(|(day, ..)| *day == word)
        || month_of(word).is_some()
        || (word.len() >= 6 && WEEKDAYS.iter().flatten().any(|day| word.starts_with(day)))
}
