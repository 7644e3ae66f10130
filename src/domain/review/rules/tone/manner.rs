//! Manner more than words: empty regret, talk about ourselves, shouting,
//! numbers of people without source and time.

use std::sync::LazyLock;

use crate::domain::review::lexicon::{Words, ingredients};
use crate::domain::review::times::{Moment, moments};
use crate::domain::review::{Both, Hit, Page, sense};

use super::remark;

/// Regret, with the vague things that texts regret.
static REGRET: LazyLock<Words> =
    LazyLock::new(|| Words::new(&["betreur|betreuren|betreurt"], &["regret|regrets"]));

const EMPTY: [&str; 46] = [
    "de",
    "het",
    "een",
    "dit",
    "deze",
    "die",
    "dat",
    "situatie",
    "incident",
    "voorval",
    "gebeurtenis",
    "gebeurtenissen",
    "gang",
    "van",
    "zaken",
    "gebeurde",
    "ontstane",
    "zeer",
    "ten",
    "zeerste",
    "diep",
    "dan",
    "ook",
    "en",
    "ander",
    "hele",
    "the",
    "this",
    "that",
    "situation",
    "event",
    "events",
    "incident",
    "deeply",
    "very",
    "much",
    "what",
    "happened",
    "any",
    "a",
    "wij",
    "we",
    "uiteraard",
    "natuurlijk",
    "ontzettend",
    "these",
];

pub(super) fn empty_regret(page: &Page<'_>) -> Vec<Hit> {
    let mut found = Vec::new();
    for place in REGRET.places(page) {
        let sentence = &page.sentences[place.sentence];
        let rest = &page.words[place.words.end..sentence.words.end];
        // A comma or a colon begins another thought.
        let end = page.text[place.span.end..sentence.span.end]
            .find([',', ':', ';'])
            .map_or(sentence.span.end, |at| place.span.end + at);
        let is_what = |word: &&crate::domain::review::page::Word| {
            word.span.start < end && !EMPTY.contains(&word.folded.as_str())
        };
        // "… dat u moest wachten" and "the pain this caused" say what.
        if rest.iter().filter(is_what).count() < 2 {
            found.push(remark(
                place.span,
                Both::new(
                    "Hier staat niet wát wij betreuren, en voor wie.",
                    "This does not say what we regret, and for whom.",
                ),
                (
                    "Zeg het voluit: “Het spijt ons dat u drie uur moest wachten.”",
                    "Say it in full: “We are sorry that you had to wait for three hours.”",
                ),
            ));
        }
    }
    found
}

/// How often we may speak of ourselves for each time we speak to the reader.
const MOST_SELF: usize = 3;
/// Below this many a ratio says nothing.
const FEWEST: usize = 5;

pub(super) fn self_centred(page: &Page<'_>) -> Vec<Hit> {
    // Saying that we feel with people, or do not know yet, needs a `we`.
    let feels = ingredients::EMPATHY.by_sentence(page);
    let unknown = sense::unknown_sentences(page);
    let mut we = 0;
    // An instruction speaks to the reader without saying `you`.
    let mut you = ingredients::ACTION_FIRST
        .places(page)
        .iter()
        .filter(|place| page.sentences[place.sentence].words.start == place.words.start)
        .count();
    for word in &page.words {
        let is_excused = feels[word.sentence] || unknown[word.sentence];
        match word.folded.as_str() {
            "wij" | "we" | "ons" | "onze" | "onszelf" | "our" | "us" | "ourselves"
                if !is_excused =>
            {
                we += 1;
            }
            "u" | "uw" | "jij" | "je" | "jou" | "jouw" | "jullie" | "you" | "your" | "yours" => {
                you += 1;
            }
            _ => {}
        }
    }
    if we < FEWEST || we <= MOST_SELF * you {
        return Vec::new();
    }
    vec![remark(
        0..0,
        Both::new(
            format!("Het gaat {we} keer over ons en {you} keer over de lezer."),
            format!("It speaks {we} times of us and {you} times to the reader."),
        ),
        (
            "Draai zinnen om: niet wat wij vinden, maar wat het voor u betekent.",
            "Turn sentences round: not what we think, but what it means for you.",
        ),
    )]
}

pub(super) fn shouting(page: &Page<'_>) -> Vec<Hit> {
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    let text = page.text;
    if let Some(at) = text.find("!!").or_else(|| text.find("?!")) {
        found.push(at..at + 2);
    } else if text.matches('!').count() > 3 {
        found.extend(text.find('!').map(|at| at..at + 1));
    }
    let is_loud = |at: usize| {
        let written = &text[page.words[at].span.clone()];
        let letters = written
            .chars()
            .filter(|letter| letter.is_alphabetic())
            .count();
        letters >= 2
            && letters == written.chars().count()
            && written.chars().all(char::is_uppercase)
    };
    let length = |at: usize| page.words[at].folded.len();
    // Three words in capitals, or two long ones: more than an abbreviation.
    let mut at = 0;
    while at < page.words.len() {
        let mut end = at;
        while end < page.words.len()
            && is_loud(end)
            && page.words[end].sentence == page.words[at].sentence
        {
            end += 1;
        }
        let n_long = (at..end).filter(|at| length(*at) >= 4).count();
        if (end - at >= 3 && n_long >= 1) || n_long >= 2 {
            found.push(page.words[at].span.start..page.words[end - 1].span.end);
        }
        at = end.max(at + 1);
    }
    let remarks = found.into_iter().map(|span| {
        remark(
            span,
            Both::new("Dit schreeuwt.", "This shouts."),
            (
                "Schrijf in gewone letters, met een punt. Zet het belangrijkste vooraan.",
                "Write in ordinary letters, with a full stop. Put the most important thing first.",
            ),
        )
    });
    remarks.collect()
}

/// People who were harmed, and records in strange hands.
static HARMED: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "dood|doden|dodelijke|gewond|gewonden|gewonde|slachtoffer|slachtoffers|overleden|omgekomen|besmet|besmette|besmettingen|vermist|vermisten|ziek|zieken|zieke|gestolen|gelekt|gekopieerd|buitgemaakt|ingezien|gedupeerd|gedupeerden|gehackt",
        ],
        &[
            "dead|deaths|died|killed|injured|injuries|wounded|victims|victim|infected|infections|missing|ill|sick|stolen|leaked|copied|hacked|exposed",
        ],
    )
});

/// What is counted: people, or what is kept of them.
static COUNTED: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "dode|doden|gewonden|slachtoffers|besmettingen|vermisten|zieken|patienten|clienten|bewoners|mensen|personen|medewerkers|collega's|inwoners|klanten|kinderen|leerlingen|dossiers|records|gegevens|bestanden|e-mailadressen|accounts|gedupeerden|bezoekers|overleden|gewond|besmet|omgekomen",
        ],
        &[
            "dead|deaths|injured|victims|infections|patients|clients|residents|people|persons|staff|employees|customers|children|pupils|students|records|files|accounts|addresses|visitors|wounded",
        ],
    )
});

static SOURCE: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "volgens|meldt|meldde|melden|zegt|bevestigt|bevestigde|bevestigd|bevestigen|vastgesteld|stelde|telde|telling|telt|geteld|bron|blijkt|bleek|gebleken|onderzoek|registratie",
            "komt|komen|afkomstig|gegevens|cijfers ~1 van|uit",
        ],
        &[
            "according|reports|reported|says|confirms|confirmed|established|counted|count|source|shows|showed|found|tally",
            "comes|come|figures|data from",
        ],
    )
});

fn is_number(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let is_figure = digits > 0
        && word
            .chars()
            .all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ','));
    is_figure
        || matches!(
            word,
            "twee"
                | "drie"
                | "vier"
                | "vijf"
                | "zes"
                | "zeven"
                | "acht"
                | "negen"
                | "tien"
                | "elf"
                | "twaalf"
                | "dertien"
                | "veertien"
                | "vijftien"
                | "twintig"
                | "dertig"
                | "honderd"
                | "honderden"
                | "tientallen"
                | "duizend"
                | "duizenden"
                | "two"
                | "three"
                | "four"
                | "five"
                | "six"
                | "seven"
                | "eight"
                | "nine"
                | "ten"
                | "eleven"
                | "twelve"
                | "twenty"
                | "thirty"
                | "dozens"
                | "hundred"
                | "hundreds"
                | "thousand"
                | "thousands"
        )
}

/// Whether a moment stands between brackets with a name before it.
fn is_cited(page: &Page<'_>, moment: &Moment) -> bool {
    let sentence = &page.sentences[moment.sentence].span;
    let before = &page.text[sentence.start..moment.span.start];
    let Some(open) = before
        .rfind('(')
        .filter(|open| !before[*open..].contains(')'))
    else {
        return false;
    };
    let name = before[open..].trim_matches(|letter: char| !letter.is_alphanumeric());
    name.chars().filter(|letter| letter.is_alphabetic()).count() >= 3
}

pub(super) fn unsourced_number(page: &Page<'_>) -> Vec<Hit> {
    let harmed = HARMED.by_sentence(page);
    let source = SOURCE.by_sentence(page);
    let mut timed = vec![false; page.sentences.len()];
    // "(GGD, vandaag 9.00 uur)" names both.
    let mut cited = vec![false; page.sentences.len()];
    for moment in moments(page) {
        timed[moment.sentence] = true;
        cited[moment.sentence] |= is_cited(page, moment);
    }
    // A source may stand in the sentence before, or in the two behind.
    let near = |list: &[bool], at: usize| {
        let from = at.saturating_sub(1);
        list[from..(at + 3).min(list.len())].iter().any(|is| *is)
    };
    let mut found: Vec<Hit> = Vec::new();
    for place in COUNTED.places(page) {
        let at = place.sentence;
        let start = page.sentences[at].words.start;
        let before = place.words.start.saturating_sub(2).max(start);
        let number = (before..place.words.start).find(|word| is_number(&page.words[*word].folded));
        let (Some(number), true) = (number, harmed[at]) else {
            continue;
        };
        if cited[at] || near(&source, at) && near(&timed, at) {
            continue;
        }
        if found
            .iter()
            .any(|hit| hit.span.end > page.words[number].span.start)
        {
            continue;
        }
        found.push(remark(
            page.words[number].span.start..place.span.end,
            Both::new(
                "Bij dit aantal staat niet wie het telde en wanneer.",
                "This number does not say who counted it and when.",
            ),
            (
                "Noem bron en tijd: “Volgens de GGD waren dat er vandaag om 9.00 uur zes.”",
                "Name source and time: “According to the health service there were six at 9:00 today.”",
            ),
        ));
    }
    found
}
