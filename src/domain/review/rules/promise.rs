//! The promise of a next update: whether there is one, and when it falls.
//!
//! A promise is a moment in a sentence that says more will be told. People
//! forgive that little is known; they do not forgive silence after a promise,
//! nor a message that does not say when the next one comes (CERC, `domain.md`
//! 1.1 and 4.2).

use std::ops::Range;

use chrono_tz::Tz;

use crate::domain::review::lexicon::Place;
use crate::domain::review::lexicon::promise::{AT_WHICH, LAST, TELLS, TOLD, VAGUE};
use crate::domain::review::times::{Moment, moments};
use crate::domain::review::{About, Both, Hit, Page, Rule, Severity, sense};
use crate::domain::text::Language;
use crate::domain::time::Timestamp;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "next-update-missing",
        severity: Severity::Warn,
        title: (
            "Wanneer er weer nieuws komt",
            "When there will be news again",
        ),
        why: (
            "Wie niet weet wanneer er meer komt, gaat zelf zoeken en raden. In een eerste bericht en een update houdt dit tegen; een tijd die niet te lezen is, telt niet.",
            "Who does not know when more comes, starts searching and guessing. In a holding message and an update this blocks; a time that cannot be read does not count.",
        ),
        look: missing,
    },
    Rule {
        id: "next-update-past",
        severity: Severity::Block,
        title: (
            "Een beloofde tijd die voorbij is",
            "A promised time that has passed",
        ),
        why: (
            "Een belofte die al gebroken is als mensen haar lezen, kost vertrouwen.",
            "A promise that is broken when people read it costs trust.",
        ),
        look: past,
    },
    Rule {
        id: "next-update-late",
        severity: Severity::Warn,
        title: (
            "Een belofte buiten ons ritme",
            "A promise outside our rhythm",
        ),
        why: (
            "Het draaiboek wil vaker van zich laten horen.",
            "The playbook wants to be heard more often.",
        ),
        look: late,
    },
    Rule {
        id: "next-update-vague",
        severity: Severity::Warn,
        title: (
            "Zo spoedig mogelijk, binnenkort",
            "As soon as possible, shortly",
        ),
        why: (
            "Binnenkort is voor iedereen iets anders. Een tijd kan iedereen onthouden.",
            "Soon means something else to everybody. A time can be remembered.",
        ),
        look: vague,
    },
];

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
    let chosen = earliest_ahead(&promises, now).or_else(|| promises.last());
    chosen.map(|moment| Promised {
        at: moment.at,
        span: moment.span.clone(),
    })
}

fn earliest_ahead(promises: &[Moment], now: Timestamp) -> Option<&Moment> {
    let ahead = promises.iter().filter(|moment| moment.at >= now);
    ahead.min_by_key(|moment| moment.at)
}

/// Every moment at which the page says that more will be told.
pub(super) fn promises(page: &Page<'_>) -> Vec<Moment> {
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
                .into_iter()
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
                .take(1),
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

fn is_asked(page: &Page<'_>) -> Option<Severity> {
    // What an NL-Alert holds is laid down, and the next one is not ours to promise.
    if page.about.channel == "nl-alert" {
        return None;
    }
    match page.about.message_kind.as_deref() {
        Some("holding" | "update") => Some(Severity::Block),
        Some("statement" | "internal") => Some(Severity::Warn),
        Some(_) => None,
        None => Some(Severity::Note),
    }
}

fn missing(page: &Page<'_>) -> Vec<Hit> {
    let Some(severity) = is_asked(page) else {
        return Vec::new();
    };
    if page.about.language.is_none() || page.words.is_empty() || !promises(page).is_empty() {
        return Vec::new();
    }
    let last = says_last(page);
    if last == Some(true) && page.about.message_kind.as_deref() != Some("holding") {
        return Vec::new();
    }
    let (is_near, is_hinted) = hinted(page);
    if is_near {
        return Vec::new();
    }
    // A time is named, and it may be the promise in words we do not know: a
    // person decides.
    let severity = if is_hinted || last.is_some() {
        severity.min(Severity::Warn)
    } else {
        severity
    };
    let span = VAGUE
        .places(page)
        .first()
        .map_or(0..0, |place| place.span.clone());
    vec![Hit {
        span,
        message: Both::new(
            "Er staat niet in wanneer er weer nieuws komt.",
            "It does not say when there will be news again.",
        ),
        advice: Both::new(
            "Noem een tijd, ook als u dan misschien nog niets nieuws hebt: “Om 14.30 uur leest u hier meer.”",
            "Name a time, even if there may be nothing new by then: “At 14:30 you can read more here.”",
        ),
        severity: Some(severity),
    }]
}

/// Whether the text says that it is the last one: `Some(false)` when it says so
/// of a day or of now, for then more may come.
fn says_last(page: &Page<'_>) -> Option<bool> {
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
fn hinted(page: &Page<'_>) -> (bool, bool) {
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

fn past(page: &Page<'_>) -> Vec<Hit> {
    let promises = promises(page);
    if earliest_ahead(&promises, page.about.now).is_some() {
        return Vec::new();
    }
    // `het besluit van 24 februari` names a day and promises nothing.
    let is_introduced = |moment: &&Moment| {
        let first = page.sentences[moment.sentence].words.start;
        let before = moment.words.start.checked_sub(1).filter(|at| *at >= first);
        before.is_none_or(|at| {
            matches!(
                page.words[at].folded.as_str(),
                "op" | "om"
                    | "rond"
                    | "uiterlijk"
                    | "voor"
                    | "omstreeks"
                    | "vanaf"
                    | "at"
                    | "by"
                    | "on"
                    | "before"
                    | "around"
                    | "update"
                    | "bericht"
                    | "again"
                    | "u"
                    | "you"
                    | "meer"
                    | "more"
                    | "wij"
                    | "we"
                    | "dan"
            )
        })
    };
    // A clock time without a day, in a text that is no part of a run: nobody
    // knows for when it was written.
    let is_sure = |moment: &Moment| moment.has_day || page.about.update_due.is_some();
    promises
        .iter()
        .filter(is_introduced)
        .map(|moment| Hit {
            span: moment.span.clone(),
            message: Both::new(
                "Deze beloofde tijd is voorbij.",
                "This promised time has passed.",
            ),
            advice: Both::new(
                "Noem een tijd die nog komt en die u zeker haalt.",
                "Name a time that is still to come and that you are sure to keep.",
            ),
            severity: (!is_sure(moment)).then_some(Severity::Warn),
        })
        .collect()
}

fn late(page: &Page<'_>) -> Vec<Hit> {
    let Some(due) = page.about.update_due else {
        return Vec::new();
    };
    let promises = promises(page);
    let Some(first) = earliest_ahead(&promises, page.about.now).filter(|first| first.at > due)
    else {
        return Vec::new();
    };
    let clock = due.with_timezone(&page.about.zone).format("%H:%M");
    vec![Hit {
        span: first.span.clone(),
        message: Both::new(
            format!("Dit is later dan ons ritme van updates, dat {clock} als laatste tijd geeft."),
            format!(
                "This is later than our rhythm of updates, which gives {clock} as the latest time."
            ),
        ),
        advice: Both::new(
            format!("Beloof iets voor {clock}, ook als er dan niets nieuws is."),
            format!("Promise something before {clock}, even if there is nothing new by then."),
        ),
        severity: None,
    }]
}

fn vague(page: &Page<'_>) -> Vec<Hit> {
    if is_asked(page).is_none() || !promises(page).is_empty() {
        return Vec::new();
    }
    let tells = TELLS.by_sentence(page);
    let places = VAGUE.places(page).into_iter();
    places
        .filter(|place| tells[place.sentence])
        .map(|place| Hit {
            span: place.span,
            message: Both::new(
                "Dit is geen tijd: niemand weet wanneer hij weer kan kijken.",
                "This is no time: nobody knows when to look again.",
            ),
            advice: Both::new(
                "Noem een tijd. Weet u dan nog niets, zeg dan dat.",
                "Name a time. If you know nothing by then, say so.",
            ),
            severity: page.about.message_kind.is_none().then_some(Severity::Note),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(language: Language, text: &str, expected: Option<&str>) {
        let zone = chrono_tz::Europe::Amsterdam;
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let found = promised(text, language, now, zone);
        let at = found.map(|found| {
            found
                .at
                .with_timezone(&zone)
                .format("%m-%d %H:%M")
                .to_string()
        });
        assert_eq!(at.as_deref(), expected, "{text}");
    }

    /// It is Monday 2 March 2026, ten in the morning.
    #[test]
    fn reads_when_the_next_update_is_promised() {
        let dutch = [
            ("Om 14.30 uur leest u hier meer.", Some("03-02 14:30")),
            ("Rond 14:30 hoort u meer.", Some("03-02 14:30")),
            (
                "Uiterlijk vóór 16 uur laten wij u meer weten.",
                Some("03-02 16:00"),
            ),
            ("Over 45 minuten vertellen wij u meer.", Some("03-02 10:45")),
            ("Binnen twee uur volgt een update.", Some("03-02 12:00")),
            ("Over een half uur leest u meer.", Some("03-02 10:30")),
            (
                "Morgenochtend 9 uur leest u meer op onze site.",
                Some("03-03 09:00"),
            ),
            ("Morgen om half tien praten wij u bij.", Some("03-03 09:30")),
            (
                "Vanmiddag om drie uur praten we u bij.",
                Some("03-02 15:00"),
            ),
            ("Om half drie laten wij het u weten.", Some("03-02 14:30")),
            (
                "Vanavond om acht uur volgt een nieuw bericht.",
                Some("03-02 20:00"),
            ),
            (
                "Op donderdag 5 maart om 10.00 uur hoort u meer.",
                Some("03-05 10:00"),
            ),
            ("Woensdag hoort u van ons meer.", Some("03-04 23:59")),
            ("Volgende update: 12:15.", Some("03-02 12:15")),
            (
                "Elk half uur werken wij deze pagina bij.",
                Some("03-02 10:30"),
            ),
            ("Wij vernieuwen deze pagina elk uur.", Some("03-02 11:00")),
            ("Op 5-3-2026 leest u hier meer.", Some("03-05 23:59")),
            (
                "Kwart over vier volgt het volgende bericht.",
                Some("03-02 16:15"),
            ),
            ("Om 08.30 uur leest u meer.", Some("03-02 08:30")),
            ("Om 13u30 leest u meer.", Some("03-02 13:30")),
            (
                "In de loop van de middag leest u meer.",
                Some("03-02 18:00"),
            ),
            ("Volgende week dinsdag leest u meer.", Some("03-10 23:59")),
            ("Op 1 maart kregen wij bericht van de politie.", None),
            ("Morgen om 9.00 uur is er weer nieuws.", Some("03-03 09:00")),
            ("Zo spoedig mogelijk hoort u meer.", None),
            ("Binnenkort leest u hier meer.", None),
            ("Meer weten? Bel ons van 9.00 tot 17.00 uur.", None),
            (
                "Wij houden u op de hoogte. Wij zijn er tot 17.00 uur.",
                None,
            ),
            ("Om 08.15 uur viel de stroom uit.", None),
            ("Om 12 mensen gaat het. Daar leest u later meer over.", None),
            (
                "De poli gaat om 19.00 uur open en om 20.30 uur hoort u meer.",
                Some("03-02 20:30"),
            ),
            (
                "Om 20.00 uur hoort u meer, en niet om 19.00 uur zoals wij eerder schreven.",
                Some("03-02 20:00"),
            ),
            (
                "Om 16.00 uur leest u hier meer over de bijeenkomst, die om 14.00 uur begint.",
                Some("03-02 16:00"),
            ),
            (
                "Om 11.00 en om 15.00 uur hoort u meer.",
                Some("03-02 11:00"),
            ),
            (
                "Om vijf voor half tien vanavond leest u meer.",
                Some("03-02 21:25"),
            ),
            ("Om tien over drie leest u meer.", Some("03-02 15:10")),
            ("Vijf over half vier hoort u meer.", Some("03-02 15:35")),
            ("Woensdag delen wij de uitkomst.", Some("03-04 23:59")),
            ("Vrijdag publiceren we het rapport.", Some("03-06 23:59")),
            (
                "Op 5 maart maken wij de uitkomst bekend.",
                Some("03-05 23:59"),
            ),
            ("De uitslag maken we dinsdag bekend.", Some("03-03 23:59")),
            (
                "Meer nieuws op www.hengelo.example: telkens op het hele uur.",
                Some("03-02 11:00"),
            ),
            (
                "Ieder heel uur verversen wij deze pagina met het laatste nieuws.",
                Some("03-02 11:00"),
            ),
            ("Op 24/3 hoort u meer.", Some("03-24 23:59")),
            ("Op 24-3 hoort u meer.", Some("03-24 23:59")),
            ("Wij zijn 24/7 bereikbaar en u hoort meer.", None),
            (
                "Tussen 15.00 en 16.00 uur ontvangt u nieuwe informatie.",
                Some("03-02 16:00"),
            ),
            (
                "Voor meer nieuws belt u tussen 15.00 en 16.00 uur met de balie.",
                None,
            ),
            (
                "Nog voor het middaguur hoort u hoe het verder gaat.",
                Some("03-02 12:00"),
            ),
            (
                "Eind van deze week delen wij de uitkomst.",
                Some("03-06 23:59"),
            ),
            ("Eind maart leest u hier meer.", Some("03-31 23:59")),
            (
                "Binnen het komende half uur leest u meer.",
                Some("03-02 10:30"),
            ),
            ("In de komende uren hoort u meer.", None),
            ("Over een klein uur hoort u meer.", Some("03-02 11:00")),
            (
                "Begin volgende week komen wij met een verklaring.",
                Some("03-10 23:59"),
            ),
            ("Volgende week leest u hier meer.", Some("03-13 23:59")),
            ("Volgend bericht: dinsdag 3 maart.", Some("03-03 23:59")),
            (
                "Zaterdagochtend leggen wij uit wat er gebeurde.",
                Some("03-07 12:00"),
            ),
            ("Om 1400 uur leest u meer.", Some("03-02 14:00")),
            ("Volgens de GGD meldt de arts om 9.00 uur wat het is.", None),
        ];
        for (text, expected) in dutch {
            check(Language::Nl, text, expected);
        }
        let english = [
            ("At 3 pm you can read more here.", Some("03-02 15:00")),
            ("We will post an update by 3:30pm.", Some("03-02 15:30")),
            ("We'll tell you more by noon.", Some("03-02 12:00")),
            ("More news at 14:00 on our site.", Some("03-02 14:00")),
            (
                "We will let you know more within two hours.",
                Some("03-02 12:00"),
            ),
            (
                "We will tell you more tomorrow morning at 9.",
                Some("03-03 09:00"),
            ),
            (
                "You will hear more on Thursday 5 March at 10 am.",
                Some("03-05 10:00"),
            ),
            ("Read more here on March 9th.", Some("03-09 23:59")),
            ("We update this page every hour.", Some("03-02 11:00")),
            ("Expect an update around 16:00.", Some("03-02 16:00")),
            ("Next update: 4 p.m.", Some("03-02 16:00")),
            ("We will update you as soon as possible.", None),
            ("Call us from 9 am to 5 pm.", None),
            ("We expect the systems to be back at 4 pm.", None),
            (
                "We will keep you informed. We hope it will be restored by 4 pm.",
                None,
            ),
            (
                "The clinic opens at 1 pm and at 2.30 pm you will hear more.",
                Some("03-02 14:30"),
            ),
            (
                "Within the next two hours we will let you know more.",
                Some("03-02 12:00"),
            ),
            ("Every half hour we refresh this page.", Some("03-02 10:30")),
            (
                "Every hour on the hour we post an update.",
                Some("03-02 11:00"),
            ),
            (
                "On Tuesday 24 March we will publish the findings.",
                Some("03-24 23:59"),
            ),
            ("We will be back at 1400 hrs.", Some("03-02 14:00")),
            ("On 12/3 we will tell you more.", Some("03-12 23:59")),
            (
                "At twenty past four you can read more here.",
                Some("03-02 16:20"),
            ),
        ];
        for (text, expected) in english {
            check(Language::En, text, expected);
        }
    }

    /// A last update promises no next one; one of the day still may.
    #[test]
    fn the_last_update_needs_no_next_one() {
        let weighs = |kind: &str, text: &str| {
            let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
            let mut about = About::new(Some(Language::Nl), now, chrono_tz::Europe::Amsterdam);
            about.message_kind = Some(kind.to_owned());
            let page = Page::new(text, &about);
            missing(&page).first().map(|hit| hit.severity)
        };
        let last = "Dit is onze laatste update: de storing is verholpen.";
        assert_eq!(weighs("update", last), None);
        let closed = "De storing is voorbij. Hiermee sluiten wij onze updates.";
        assert_eq!(weighs("update", closed), None);
        assert_eq!(weighs("holding", last), Some(Some(Severity::Warn)));
        let today = "Dit is onze laatste update van vandaag.";
        assert_eq!(weighs("update", today), Some(Some(Severity::Warn)));
        let stamp = "De laatste update over de storing. Bel ons niet.";
        assert_eq!(weighs("update", stamp), Some(Some(Severity::Block)));
        let not = "Dit is niet onze laatste update.";
        assert_eq!(weighs("update", not), Some(Some(Severity::Block)));
    }
}
