//! How much came in against what is usual, in words for who looks at a page.

use chrono::Timelike;

use super::chart::{Band, range};
use super::text::Language;
use super::time::Timestamp;
use super::words::Words;

/// A ratio of fewer mentions than this says nothing.
const TELLING: u64 = 3;

/// How a count stands to the usual.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// Nothing to compare with yet.
    Unknown,
    Less,
    /// Between the bounds, taken to whole numbers.
    Usual,
    /// With so many times the usual, where that says something.
    More(Option<f64>),
}

impl Pace {
    /// As it stands in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Less => "less",
            Self::Usual => "usual",
            Self::More(_) => "more",
        }
    }
}

/// Compares.
pub fn pace(mentions: u64, usual: Option<Band>) -> Pace {
    let Some(usual) = usual else {
        return Pace::Unknown;
    };
    #[expect(clippy::cast_precision_loss, reason = "counts of mentions")]
    let count = mentions as f64;
    if count > usual.high.ceil() {
        let times = count / usual.mean.max(0.01);
        Pace::More((mentions >= TELLING && times >= 1.5).then_some(times))
    } else if count < usual.low.floor() {
        Pace::Less
    } else {
        Pace::Usual
    }
}

/// `3× zoveel als gewoon op zondagavond (9–20)`.
pub fn says(mentions: u64, usual: Option<Band>, at: Timestamp, words: Words) -> String {
    let Some(band) = usual else {
        let (nl, en) = (
            "nog niets om mee te vergelijken",
            "nothing to compare with yet",
        );
        return words.pick(nl, en).to_owned();
    };
    let (when, range) = (part_of_day(at, words), range(band, words));
    match (pace(mentions, usual), words.language) {
        (Pace::More(Some(times)), Language::Nl) => {
            let times = words.decimal(times);
            format!("{times}× zoveel als gewoon op {when} ({range})")
        }
        (Pace::More(Some(times)), Language::En) => {
            let times = words.decimal(times);
            format!("{times} times the usual of a {when} ({range})")
        }
        (Pace::More(None), Language::Nl) => format!("meer dan gewoon op {when} ({range})"),
        (Pace::More(None), Language::En) => format!("more than usual on a {when} ({range})"),
        (Pace::Less, Language::Nl) => format!("minder dan gewoon op {when} ({range})"),
        (Pace::Less, Language::En) => format!("less than usual on a {when} ({range})"),
        (_, Language::Nl) => format!("zoals gewoon op {when} ({range})"),
        (_, Language::En) => format!("as usual on a {when} ({range})"),
    }
}

/// `zondagavond`.
fn part_of_day(at: Timestamp, words: Words) -> String {
    let hour = at.with_timezone(&words.zone).hour();
    let (nl, en) = match hour {
        0..6 => ("nacht", "night"),
        6..12 => ("ochtend", "morning"),
        12..18 => ("middag", "afternoon"),
        _ => ("avond", "evening"),
    };
    let day = words.weekday(at);
    match words.language {
        Language::Nl => format!("{day}{nl}"),
        Language::En => format!("{day} {en}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Option<Band> = Some(Band {
        low: 8.6,
        mean: 13.0,
        high: 19.4,
    });

    #[test]
    fn an_hour_is_said_against_its_part_of_the_week() {
        // Sunday 1 March 2026, 22:51 in Amsterdam.
        let at = Timestamp::from_timestamp(1_772_401_900, 0).unwrap();
        let dutch = Words::new(Language::Nl, "Europe/Amsterdam");
        let english = Words::new(Language::En, "Europe/Amsterdam");
        for (mentions, usual, nl, en) in [
            (
                14,
                USUAL,
                "zoals gewoon op zondagavond (8–20)",
                "as usual on a Sunday evening (8–20)",
            ),
            (
                39,
                USUAL,
                "3× zoveel als gewoon op zondagavond (8–20)",
                "3 times the usual of a Sunday evening (8–20)",
            ),
            (
                7,
                USUAL,
                "minder dan gewoon op zondagavond (8–20)",
                "less than usual on a Sunday evening (8–20)",
            ),
            (
                7,
                None,
                "nog niets om mee te vergelijken",
                "nothing to compare with yet",
            ),
        ] {
            assert_eq!(says(mentions, usual, at, dutch), nl);
            assert_eq!(says(mentions, usual, at, english), en);
        }
    }

    #[test]
    fn one_or_two_mentions_are_no_ratio() {
        let rare = Some(Band {
            low: 0.0,
            mean: 0.02,
            high: 0.2,
        });
        assert_eq!(pace(1, rare), Pace::Usual);
        assert_eq!(pace(2, rare), Pace::More(None));
        assert!(matches!(pace(3, rare), Pace::More(Some(times)) if times > 100.0));
    }
}
