//! Which moments of a text promise that more will be told.

use std::ops::Range;

use chrono_tz::Tz;

use crate::domain::review::lexicon::Place;
use crate::domain::review::lexicon::promise::{AT_WHICH, LAST, TELLS, TOLD};
use crate::domain::review::times::{Moment, moments};
use crate::domain::review::{About, Page, sense};
use crate::domain::text::Language;
use crate::domain::time::Timestamp;

/// When the next update was promised for, and where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promised {
    pub at: Timestamp,
    /// In bytes of the text.
    pub span: Range<usize>,
}

/// The first next update that a text promises for after `now`; else the last
/// one it promised for before. `None` when it promises none whose time can be
/// read; `soon` is no time.
pub fn promised(text: &str, language: Language, now: Timestamp, zone: Tz) -> Option<Promised> {
    let about = About::new(Some(language), now, zone);
    let page = Page::new(text, &about);
    let promises = promises(&page);
    let chosen = earliest_ahead(promises, now).or_else(|| promises.last());
    chosen.map(|moment| Promised {
        at: moment.at,
        span: moment.span.clone(),
    })
}

pub(super) fn earliest_ahead(promises: &[Moment], now: Timestamp) -> Option<&Moment> {
    let ahead = promises.iter().filter(|moment| moment.at >= now);
    ahead.min_by_key(|moment| moment.at)
}

/// Every moment at which the page says that more will be told.
pub(in crate::domain::review::rules) fn promises<'p>(page: &'p Page<'_>) -> &'p [Moment] {
    page.read.promises.get_or_init(|| read(page))
}

fn read(page: &Page<'_>) -> Vec<Moment> {
    let tells = TELLS.by_sentence(page);
    let told = TOLD.by_sentence(page);
    let moments = moments(page);
    let mut found: Vec<Moment> = moments
        .iter()
        .filter(|moment| {
            let place = moment.sentence;
            let is_behind = moment.at < page.about.now && (told[place] || is_reported(page, place));
            tells[place] && !is_behind && !is_stamp(page, place) && !is_denied(page, moment)
        })
        .cloned()
        .collect();
    keep_nearest(page, &mut found);
    if found.is_empty() {
        // "Wij houden u op de hoogte. Dat doen wij om 15.00 uur."
        let is_next_to = |place: usize| {
            let before = place.checked_sub(1).is_some_and(|before| tells[before]);
            before || tells.get(place + 1).copied().unwrap_or(false)
        };
        found.extend(
            moments
                .iter()
                .filter(|moment| {
                    let place = moment.sentence;
                    moment.has_clock
                        && moment.at >= page.about.now
                        && !told[place]
                        && !is_stamp(page, place)
                        && is_next_to(place)
                        && is_plain(page, place)
                        && !is_recovery(page, place)
                })
                .take(1)
                .cloned(),
        );
    }
    found
}

/// Of several moments in one sentence, the promise is the one beside the word
/// that tells, and those that are summed up with it (`om 10.00 en om 15.00 uur`).
fn keep_nearest(page: &Page<'_>, found: &mut Vec<Moment>) {
    let verbs = AT_WHICH.places(page);
    let mut kept: Vec<bool> = vec![true; found.len()];
    let mut at = 0;
    while at < found.len() {
        let sentence = found[at].sentence;
        let mut end = at + 1;
        while end < found.len() && found[end].sentence == sentence {
            end += 1;
        }
        let group = &found[at..end];
        let verbs = verbs.iter().filter(|verb| verb.sentence == sentence);
        let gap = |moment: &Moment| {
            let gaps = verbs.clone().map(|verb| {
                let between = if verb.words.end <= moment.words.start {
                    verb.words.end..moment.words.start
                } else {
                    moment.words.end..verb.words.start.max(moment.words.end)
                };
                between.len() + usize::from(crosses(page, between)) * 100
            });
            gaps.min()
        };
        let nearest = (0..group.len())
            .filter_map(|place| Some((gap(&group[place])?, place)))
            .min();
        if let Some((_, nearest)) = nearest {
            let first = (1..=nearest)
                .rev()
                .find(|place| {
                    // "It opens at one and at three you hear more" sums up nothing.
                    let one = &group[place - 1];
                    let begins = one.words.start <= page.sentences[sentence].words.start + 2;
                    let is_told = verbs.clone().any(|verb| verb.words.end <= one.words.start);
                    !(begins || is_told) || !is_summed_up(page, one, &group[*place])
                })
                .unwrap_or(0);
            let last = (nearest + 1..group.len())
                .find(|place| !is_summed_up(page, &group[place - 1], &group[*place]))
                .unwrap_or(group.len());
            for place in 0..group.len() {
                kept[at + place] = (first..last).contains(&place);
            }
        }
        at = end;
    }
    let mut kept = kept.into_iter();
    found.retain(|_| kept.next().unwrap_or(true));
}

/// Whether another thought begins between two words of a sentence.
fn crosses(page: &Page<'_>, between: Range<usize>) -> bool {
    page.words[between].iter().any(|word| {
        matches!(
            word.folded.as_str(),
            "en" | "maar" | "terwijl" | "want" | "and" | "but" | "while"
        )
    })
}

/// Nothing but small words stands between two moments.
fn is_summed_up(page: &Page<'_>, one: &Moment, other: &Moment) -> bool {
    let between = one.words.end.min(other.words.start)..other.words.start;
    page.words[between].iter().all(|word| {
        matches!(
            word.folded.as_str(),
            "en" | "of"
                | "om"
                | "rond"
                | "daarna"
                | "dan"
                | "weer"
                | "opnieuw"
                | "uiterlijk"
                | "op"
                | "and"
                | "or"
                | "at"
                | "by"
                | "then"
                | "again"
                | "on"
                | "the"
                | "de"
        )
    })
}

/// `En niet om 19.00 uur`: the time that does not hold.
fn is_denied(page: &Page<'_>, moment: &Moment) -> bool {
    let first = page.sentences[moment.sentence].words.start;
    let before = |by: usize| {
        let place = moment.words.start.checked_sub(by)?;
        (place >= first).then(|| page.words[place].folded.as_str())
    };
    let is_on = matches!(
        before(1),
        Some("om" | "op" | "rond" | "at" | "on" | "around")
    );
    is_on && matches!(before(2), Some("niet" | "not"))
}

/// Somebody said so at that time: `meldt de arts om 9.00 uur`.
fn is_reported(page: &Page<'_>, sentence: usize) -> bool {
    let words = page.words_of(&page.sentences[sentence]);
    let has = |list: &[&str]| {
        words
            .iter()
            .any(|word| list.contains(&word.folded.as_str()))
    };
    has(&[
        "meldt",
        "zegt",
        "aldus",
        "volgens",
        "bevestigt",
        "stelt",
        "says",
        "reports",
        "confirms",
        "according",
    ]) && !has(&["meer", "nieuws", "more", "news", "update", "again"])
}

/// What we hope will work again at a time is no promise of news.
fn is_recovery(page: &Page<'_>, sentence: usize) -> bool {
    let words = page.words_of(&page.sentences[sentence]);
    let has = |list: &[&str]| {
        words
            .iter()
            .any(|word| list.contains(&word.folded.as_str()))
    };
    has(&[
        "expect",
        "expected",
        "hope",
        "should",
        "aim",
        "verwachten",
        "verwacht",
        "hopen",
        "streven",
        "zou",
        "zouden",
        "moet",
        "moeten",
    ]) && has(&[
        "back",
        "restored",
        "fixed",
        "working",
        "online",
        "running",
        "resolved",
        "reopen",
        "opgelost",
        "hersteld",
        "verholpen",
        "werkt",
        "werken",
        "terug",
        "klaar",
        "voorbij",
        "normaal",
        "weer",
    ])
}

/// A short line such as `Update 10.00 uur` says when this message was made.
fn is_stamp(page: &Page<'_>, sentence: usize) -> bool {
    let words = page.words_of(&page.sentences[sentence]);
    let is_next = |word: &str| {
        matches!(
            word,
            "volgende"
                | "nieuwe"
                | "eerstvolgende"
                | "next"
                | "meer"
                | "more"
                | "om"
                | "at"
                | "hoort"
                | "leest"
                | "nieuws"
        )
    };
    let line = page.text[page.sentences[sentence].span.clone()].trim();
    let is_first = sentence == 0 && !line.ends_with('.');
    let is_dated = line.contains('(') && line.ends_with(':');
    (is_first && words.len() <= 7 && !words.iter().any(|word| is_next(&word.folded))) || is_dated
}

/// Nothing else happens at that time: no opening hours, no appointment.
fn is_plain(page: &Page<'_>, sentence: usize) -> bool {
    let words = page.words_of(&page.sentences[sentence]);
    words.len() <= 10
        && !words.iter().any(|word| {
            matches!(
                word.folded.as_str(),
                "bel"
                    | "bereikbaar"
                    | "open"
                    | "geopend"
                    | "afspraak"
                    | "call"
                    | "appointment"
                    | "begon"
                    | "begint"
                    | "started"
                    | "starts"
                    | "ging"
                    | "gingen"
                    | "viel"
                    | "vielen"
                    | "brak"
                    | "was"
                    | "waren"
                    | "kwam"
                    | "raakte"
                    | "gebeurde"
                    | "ontstond"
                    | "werd"
                    | "happened"
                    | "fell"
                    | "broke"
                    | "came"
                    | "went"
                    | "began"
            )
        })
}

/// Whether the text says that it is the last one: `Some(false)` when it says so
/// of a day or of now, for then more may come.
pub(super) fn says_last(page: &Page<'_>) -> Option<bool> {
    let places = LAST.places(page).into_iter();
    let said = places.filter(|place| {
        let words = &page.words[place.words.clone()];
        let denies = words
            .iter()
            .any(|word| matches!(word.folded.as_str(), "niet" | "not" | "vandaag" | "today"));
        !denies && !sense::is_negated(page, place, 2, 0)
    });
    let is_final = |place: &Place| {
        let end = page.sentences[place.sentence].words.end;
        let until = (place.words.end + 4).min(end);
        !page.words[place.words.end..until].iter().any(|word| {
            matches!(
                word.folded.as_str(),
                "vandaag"
                    | "vanavond"
                    | "vannacht"
                    | "dag"
                    | "weekend"
                    | "voorlopig"
                    | "today"
                    | "tonight"
                    | "day"
                    | "now"
                    | "weekend's"
            )
        })
    };
    let finals: Vec<bool> = said.map(|place| is_final(&place)).collect();
    (!finals.is_empty()).then(|| finals.contains(&true))
}

/// Whether a clock time to come stands beside a link, and whether a moment to
/// come stands anywhere that it could be a promise.
pub(super) fn hinted(page: &Page<'_>) -> (bool, bool) {
    let told = TOLD.by_sentence(page);
    let links = sense::links(page.text);
    let mut is_near = false;
    let mut is_hinted = false;
    for moment in moments(page) {
        let span = &page.sentences[moment.sentence].span;
        // A clock time without a day may be one of this morning.
        if (told[moment.sentence] && !moment.has_day)
            || moment.at < page.about.now
            || is_stamp(page, moment.sentence)
        {
            continue;
        }
        let day = |at: Timestamp| at.with_timezone(&page.about.zone).date_naive();
        // `Vandaag is de poli dicht` hints at nothing.
        is_hinted |= moment.has_clock || day(moment.at) > day(page.about.now);
        let is_time = moment.has_clock && !moment.is_rhythm;
        is_near |= is_time && links.iter().any(|link| span.contains(&link.span.start));
    }
    (is_near, is_hinted)
}
