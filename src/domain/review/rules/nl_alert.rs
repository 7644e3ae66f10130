//! A text that we offer to the safety region for an NL-Alert: what it must hold,
//! in which order, in Dutch and then in English.
//!
//! Sources: `domain.md` 4.5; the form is that of the test message of 2 December
//! 2024 and of the public feed, Dutch and English with `***` between them. How
//! long it may be is with the other lengths.

use std::collections::BTreeSet;
use std::ops::Range;

use super::length::foreign_letters;
use super::pattern::Pattern;
use crate::domain::enrich::{self, Lang};
use crate::domain::review::lexicon::ingredients as lists;
use crate::domain::review::{About, Both, Hit, Page, Rule, sense};
use crate::domain::text::Language;

/// The kind of channel, as `draaiboek.yaml` writes it.
pub const KIND: &str = "nl-alert";

/// What stands between the Dutch and the English.
pub const BETWEEN: &str = "***";

pub(super) const RULES: &[Rule] = &[
    Rule::warns(
        "nl-alert-order",
        (
            "NL-Alert: wat, waar, wat te doen, waar meer staat",
            "NL-Alert: what, where, what to do, where to find more",
        ),
        (
            "Wie schrikt, leest de eerste regels. Daar moet staan of het om hem gaat, en dan wat hij moet doen.",
            "Who is startled reads the first lines. They must say whether it concerns him, and then what he must do.",
        ),
        order,
    ),
    Rule::warns(
        "nl-alert-languages",
        (
            "NL-Alert: Nederlands, ***, Engels",
            "NL-Alert: Dutch, ***, English",
        ),
        (
            "Het bericht komt op iedere telefoon in het gebied, ook bij wie geen Nederlands leest.",
            "The message reaches every phone in the area, also of those who read no Dutch.",
        ),
        languages,
    ),
    Rule::warns(
        "nl-alert-same",
        (
            "NL-Alert: beide talen zeggen hetzelfde",
            "NL-Alert: both languages say the same",
        ),
        (
            "Een ander getal of een andere tijd in het Engels stuurt mensen de verkeerde kant op.",
            "Another number or time in the English sends people the wrong way.",
        ),
        same,
    ),
    Rule::warns(
        "nl-alert-site",
        (
            "NL-Alert: een site zonder inloggen",
            "NL-Alert: a site without a login",
        ),
        (
            "Wie eerst moet inloggen, weet op het moment dat het telt niets.",
            "Who must log in first knows nothing at the moment that counts.",
        ),
        site,
    ),
    Rule::warns(
        "nl-alert-letters",
        (
            "NL-Alert: alleen letters van het sms-alfabet",
            "NL-Alert: only letters of the SMS alphabet",
        ),
        (
            "Eén ander teken maakt van 93 tekens op een pagina er 41, en van 1395 in het geheel 615.",
            "One other character makes 41 places of 93 on a page, and 615 of 1395 in all.",
        ),
        letters,
    ),
];

/// A part of the text in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Half {
    /// In bytes of the text.
    pub span: Range<usize>,
    pub language: Language,
}

/// The Dutch and the English of a text in two languages; `None` for any other
/// text, and on any other channel.
pub fn halves(text: &str, about: &About) -> Option<[Half; 2]> {
    if about.channel != KIND {
        return None;
    }
    let at = text.find(BETWEEN)?;
    let half = |span, language| Half { span, language };
    Some([
        half(0..at, Language::Nl),
        half(at + BETWEEN.len()..text.len(), Language::En),
    ])
}

fn warn(span: Range<usize>, message: (&str, &str), advice: (&str, &str)) -> Hit {
    Hit {
        span,
        message: Both::new(message.0, message.1),
        advice: Both::new(advice.0, advice.1),
        severity: None,
    }
}

/// Each language by itself; a text in one of them as it is.
fn parts(page: &Page<'_>) -> Vec<Half> {
    match halves(page.text, page.about) {
        Some(halves) => halves.to_vec(),
        None => vec![Half {
            span: 0..page.text.len(),
            language: page.about.language.unwrap_or_default(),
        }],
    }
}

fn order(page: &Page<'_>) -> Vec<Hit> {
    if page.about.channel != KIND || page.words.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for part in parts(page) {
        let about = About {
            language: Some(part.language),
            ..page.about.clone()
        };
        let half = Page::new(&page.text[part.span.clone()], &about);
        let in_it = |hit: Hit| Hit {
            span: hit.span.start + part.span.start..hit.span.end + part.span.start,
            ..hit
        };
        // What is not there is about the half as a whole.
        found.extend(order_of(&half).into_iter().map(in_it));
    }
    found
}

fn order_of(page: &Page<'_>) -> Vec<Hit> {
    static PLACE: Pattern = Pattern::new(
        r"\b(?:[Ii]n|[Tt]e|[Bb]ij|[Oo]p|[Aa]an|[Rr]ond|[Rr]ondom|[Tt]ussen|[Nn]abij|[Vv]an|[Ll]angs|[Uu]it|[Aa]t|[Nn]ear|[Aa]round|[Oo]n|[Bb]etween|[Oo]f|[Aa]long|[Oo]utside|[Bb]uiten)\s+(?:(?:de|het|'t|the)\s+)?(?:[\p{Ll}-]+\s+){0,2}\p{Lu}[\p{Ll}']",
    );
    if page.sentences.is_empty() {
        return Vec::new();
    }
    let n_sentences = page.sentences.len();
    let trimmed = |span: Range<usize>| {
        let text = &page.text[span.clone()];
        let start = span.start + text.len() - text.trim_start().len();
        start..(start + text.trim().len())
    };
    let links = sense::links(page.text);
    let has_link = |place: usize| {
        let span = &page.sentences[place].span;
        links.iter().any(|link| span.contains(&link.span.start))
    };
    let asks = asking(page);
    let first_act = (0..n_sentences).find(|place| asks[*place] && !has_link(*place));
    let first_link = (0..n_sentences).find(|place| has_link(*place));
    let mut found = Vec::new();
    match first_act {
        None => found.push(warn(
            0..0,
            (
                "Er staat niet in wat mensen moeten doen.",
                "It does not say what people must do.",
            ),
            (
                "Zeg het in korte opdrachten: “Ga naar binnen. Sluit ramen en deuren.”",
                "Say it in short instructions: “Go inside. Close windows and doors.”",
            ),
        )),
        Some(0) if n_sentences > 1 => found.push(warn(
            trimmed(page.sentences[0].span.clone()),
            (
                "Het begint met een opdracht; wat er aan de hand is komt pas daarna.",
                "It begins with an instruction; what is going on comes only after it.",
            ),
            (
                "Zeg eerst wat er is en waar: “Grote brand in de haven van Moerdijk.”",
                "Say first what happened and where: “Large fire in the harbour of Moerdijk.”",
            ),
        )),
        Some(_) => {}
    }
    let until = first_act.unwrap_or(n_sentences);
    let until = page
        .sentences
        .get(until)
        .map_or(page.text.len(), |one| one.span.start);
    let is_place_first = PLACE.is_in(&page.text[..until])
        || lists::WHERE
            .places(page)
            .iter()
            .any(|place| place.span.end <= until);
    if !is_place_first && first_act != Some(0) {
        found.push(warn(
            0..0,
            (
                "Voor de opdracht staat niet waar het is.",
                "It does not say where it is before the instruction.",
            ),
            (
                "Noem de plaats in de eerste zin: de straat, de wijk, de plaats.",
                "Name the place in the first sentence: the street, the quarter, the town.",
            ),
        ));
    }
    match (first_link, first_act) {
        (None, _) => found.push(warn(
            0..0,
            (
                "Er staat niet in waar mensen meer kunnen lezen.",
                "It does not say where people can read more.",
            ),
            (
                "Eindig met een site die iedereen kan openen.",
                "End with a site that everybody can open.",
            ),
        )),
        (Some(link), Some(act)) if link < act => found.push(warn(
            trimmed(page.sentences[link].span.clone()),
            (
                "De site staat voor de opdracht.",
                "The site stands before the instruction.",
            ),
            (
                "Zet de site achteraan: eerst doen, dan lezen.",
                "Put the site at the end: first act, then read.",
            ),
        )),
        _ => {}
    }
    found
}

/// Whether each sentence asks people to do something.
fn asking(page: &Page<'_>) -> Vec<bool> {
    let mut asks = lists::ACTION.by_sentence(page);
    for place in lists::ACTION_FIRST.places(page) {
        let at = place.words.start;
        let is_first = page.sentences[place.sentence].words.start == at;
        let before = at.checked_sub(1).map(|before| page.words[before].span.end);
        let gap = before.map_or("", |before| &page.text[before..place.span.start]);
        asks[place.sentence] |= is_first || gap.contains([',', ';', ':', '-']);
    }
    asks
}

/// Whether a text seems to be in a language; `None` when it cannot be told.
fn seems(text: &str, language: Language) -> Option<bool> {
    let wanted = match language {
        Language::Nl => Lang::Nl,
        Language::En => Lang::En,
    };
    enrich::language_of(text, language.tag()).map(|found| found == wanted)
}

fn languages(page: &Page<'_>) -> Vec<Hit> {
    if page.about.channel != KIND || page.words.is_empty() {
        return Vec::new();
    }
    let Some(halves) = halves(page.text, page.about) else {
        return vec![warn(
            0..0,
            ("De tekst is in één taal.", "The text is in one language."),
            (
                "Schrijf eerst het Nederlands, dan *** en dan hetzelfde in het Engels.",
                "Write the Dutch first, then *** and then the same in English.",
            ),
        )];
    };
    let mut found = Vec::new();
    for half in &halves {
        let text = &page.text[half.span.clone()];
        let (nl, en) = match half.language {
            Language::Nl => ("Voor de *** staat", "Before the *** stands"),
            Language::En => ("Achter de *** staat", "After the *** stands"),
        };
        let wanted = match half.language {
            Language::Nl => ("Nederlands", "Dutch"),
            Language::En => ("Engels", "English"),
        };
        if text.trim().is_empty() || seems(text, half.language) == Some(false) {
            found.push(Hit {
                span: if text.trim().is_empty() {
                    0..0
                } else {
                    half.span.clone()
                },
                message: Both::new(
                    format!("{nl} geen {}.", wanted.0),
                    format!("{en} no {}.", wanted.1),
                ),
                advice: Both::new(
                    "Schrijf eerst het Nederlands, dan *** en dan hetzelfde in het Engels.",
                    "Write the Dutch first, then *** and then the same in English.",
                ),
                severity: None,
            });
        }
    }
    let again = page.text[halves[1].span.clone()].find(BETWEEN);
    found.extend(again.map(|at| {
        let at = at + halves[1].span.start;
        warn(
            at..at + BETWEEN.len(),
            (
                "Er staan meer dan eens *** in.",
                "The *** stands in it more than once.",
            ),
            (
                "Eén keer, tussen het Nederlands en het Engels.",
                "Once, between the Dutch and the English.",
            ),
        )
    }));
    found
}

/// Numbers and times outside links, each as it would be written in both
/// languages, with where it stands.
fn numbers(text: &str, from: usize) -> Vec<(String, Range<usize>)> {
    static NUMBERS: Pattern = Pattern::new(r"\d+(?:[.:,]\d+)*");
    let links = sense::links(text);
    let is_free = |span: &Range<usize>| {
        let mut links = links.iter();
        !links.any(|link| link.span.start <= span.start && span.end <= link.span.end)
    };
    let spans = NUMBERS.all(text).filter(is_free);
    spans
        .map(|span| {
            let written = text[span.clone()].replace(['.', ','], ":");
            (written, span.start + from..span.end + from)
        })
        .collect()
}

fn same(page: &Page<'_>) -> Vec<Hit> {
    static TWELVE_HOURS: Pattern = Pattern::new(r"(?i)\d\s*[ap]\.?m\b");
    let Some([dutch, english]) = halves(page.text, page.about) else {
        return Vec::new();
    };
    let text = |half: &Half| &page.text[half.span.clone()];
    // "2 pm" is 14.00: which number it would be is not said.
    if TWELVE_HOURS.is_in(text(&english)) || text(&english).trim().is_empty() {
        return Vec::new();
    }
    let in_dutch = numbers(text(&dutch), dutch.span.start);
    let in_english = numbers(text(&english), english.span.start);
    let lacks = |all: &[(String, Range<usize>)], other: &[(String, Range<usize>)]| {
        let known: BTreeSet<&String> = other.iter().map(|(number, _)| number).collect();
        let missing = all.iter().filter(|(number, _)| !known.contains(number));
        missing.map(|(_, span)| span.clone()).collect::<Vec<_>>()
    };
    let only_dutch = lacks(&in_dutch, &in_english).into_iter();
    let only_english = lacks(&in_english, &in_dutch).into_iter();
    let hit = |span: Range<usize>, nl: &str, en: &str| {
        let number = &page.text[span.clone()];
        Hit {
            message: Both::new(
                format!("“{number}” staat alleen in het {nl}."),
                format!("“{number}” stands only in the {en}."),
            ),
            advice: Both::new(
                "Zet in beide talen hetzelfde getal en dezelfde tijd.",
                "Put the same number and the same time in both languages.",
            ),
            severity: None,
            span,
        }
    };
    only_dutch
        .map(|span| hit(span, "Nederlands", "Dutch"))
        .chain(only_english.map(|span| hit(span, "Engels", "English")))
        .take(5)
        .collect()
}

fn site(page: &Page<'_>) -> Vec<Hit> {
    static LOGIN: Pattern = Pattern::new(
        r"(?i)(?:://|^|\.)(?:mijn|my|portaal|portal|intranet|login|inloggen)[.-]|/(?:login|inloggen|portaal|portal|intranet|mijn|account|signin)(?:[/?#]|$)",
    );
    if page.about.channel != KIND {
        return Vec::new();
    }
    let links = sense::links(page.text).into_iter();
    let walled = links.filter(|link| link.is_walled || LOGIN.is_in(&page.text[link.span.clone()]));
    walled
        .map(|link| {
            warn(
                link.span,
                (
                    "Hier moeten mensen eerst inloggen.",
                    "People must log in here first.",
                ),
                (
                    "Noem een site die iedereen kan openen, zoals die van de gemeente of de veiligheidsregio.",
                    "Name a site that everybody can open, such as that of the municipality or the safety region.",
                ),
            )
        })
        .collect()
}

fn letters(page: &Page<'_>) -> Vec<Hit> {
    if page.about.channel != KIND {
        return Vec::new();
    }
    foreign_letters(page, |letter| {
        Both::new(
            format!(
                "“{letter}” hoort niet bij het sms-alfabet: er passen nu 41 tekens op een pagina, en geen 93."
            ),
            format!(
                "“{letter}” is not in the SMS alphabet: now 41 characters fit on a page, not 93."
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::rules::tests::ids_of;

    const DUTCH: &str = "Grote brand aan de Havenweg in Moerdijk. Veel rook. Ga naar binnen, sluit ramen en deuren en zet ventilatie uit. Het duurt tot ongeveer 18.00 uur. Meer op https://www.moerdijk.example.";
    const ENGLISH: &str = "Large fire at Havenweg in Moerdijk. Much smoke. Go inside, close windows and doors and turn off ventilation. It will last until about 18:00. More at https://www.moerdijk.example/en.";

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = ids_of(RULES, Language::Nl, KIND, text);
        let found: Vec<&str> = found.iter().map(|(rule, _)| *rule).collect();
        assert_eq!(found, expected, "{text}");
        let elsewhere = ids_of(RULES, Language::Nl, "web", text);
        assert!(elsewhere.is_empty(), "{elsewhere:?}");
    }

    fn both(dutch: &str, english: &str) -> String {
        format!("{dutch}\n***\n{english}")
    }

    #[test]
    fn a_text_in_order_in_two_languages_is_fine() {
        check(&both(DUTCH, ENGLISH), &[]);
        check(&format!("{DUTCH} *** {ENGLISH}"), &[]);
        check("", &[]);
    }

    #[test]
    fn it_is_in_dutch_and_then_in_english() {
        check(DUTCH, &["nl-alert-languages"]);
        let swapped = both(ENGLISH, DUTCH);
        assert_eq!(ids_of(&RULES[1..2], Language::Nl, KIND, &swapped).len(), 2);
        let twice = both(DUTCH, &both(ENGLISH, ENGLISH));
        check(&twice, &["nl-alert-languages"]);
        let half = format!("{DUTCH}\n***");
        check(&half, &["nl-alert-languages"]);
    }

    #[test]
    fn what_and_where_come_before_what_to_do_and_where_to_read_more() {
        let order = &["nl-alert-order"];
        let begins = "Sluit ramen en deuren en zet ventilatie uit. Grote brand in Moerdijk, tot 18.00 uur. Meer op https://www.moerdijk.example.";
        check(&both(begins, ENGLISH), order);
        let no_place = DUTCH.replace(" aan de Havenweg in Moerdijk", "");
        check(&both(&no_place, ENGLISH), order);
        let no_act = DUTCH.replace(
            "Ga naar binnen, sluit ramen en deuren en zet ventilatie uit. ",
            "",
        );
        check(&both(&no_act, ENGLISH), order);
        let no_site = DUTCH.replace(" Meer op https://www.moerdijk.example.", "");
        check(&both(&no_site, ENGLISH), order);
        let site_first = "Grote brand in Moerdijk. Meer op https://www.moerdijk.example. Ga naar binnen en sluit ramen, tot 18.00 uur.";
        check(&both(site_first, ENGLISH), order);
    }

    #[test]
    fn both_languages_have_the_same_numbers() {
        let other = ENGLISH.replace("18:00", "19:00");
        check(&both(DUTCH, &other), &["nl-alert-same", "nl-alert-same"]);
        check(&both(DUTCH, &ENGLISH.replace("18:00", "6 pm")), &[]);
    }

    #[test]
    fn the_site_is_open_to_everybody() {
        for (site, is_open) in [
            ("https://x.com/moerdijk", false),
            ("https://mijn.moerdijk.example", false),
            ("https://moerdijk.example/login?x", false),
            ("https://www.crisis.example/brand", true),
        ] {
            let text = both(
                &DUTCH.replace("https://www.moerdijk.example", site),
                ENGLISH,
            );
            let expected: &[&str] = if is_open { &[] } else { &["nl-alert-site"] };
            check(&text, expected);
        }
    }

    #[test]
    fn a_letter_outside_the_alphabet_is_pointed_at() {
        let text = both(
            &DUTCH.replace("Veel rook", "Patiënten naar binnen"),
            ENGLISH,
        );
        check(&text, &["nl-alert-letters"]);
    }
}
