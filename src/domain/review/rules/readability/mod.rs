//! How hard a text is to read: lengths of sentences, the classic formulas, and
//! signs that a text is above B1. All of it indicates; none of it decides.
//!
//! The bounds come from municipal letters before and after
//! rewriting, where sentence length told them apart best.

mod measures;
mod signs;

use crate::domain::review::page::Sentence;
use crate::domain::review::{Both, Hit, Page, Rule, Severity};
use crate::domain::text::Language;

pub use measures::{Measures, measures};
use measures::{is_word, measured};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "very-long-sentence",
        severity: Severity::Warn,
        title: (
            "Geen zin van meer dan 30 woorden",
            "No sentence of over 30 words",
        ),
        why: (
            "Wie zich zorgen maakt, leest een zin van dertig woorden niet uit.",
            "People who worry do not finish a sentence of thirty words.",
        ),
        look: very_long,
    },
    Rule {
        id: "long-sentence",
        severity: Severity::Warn,
        title: (
            "Geen zin van meer dan 20 woorden",
            "No sentence of over 20 words",
        ),
        why: (
            "De lengte van zinnen zegt het meest over hoe moeilijk een tekst is.",
            "The length of sentences tells most about how hard a text is.",
        ),
        look: long,
    },
    Rule {
        id: "average-sentence",
        severity: Severity::Warn,
        title: (
            "Zinnen zijn gemiddeld hoogstens 13 woorden",
            "Sentences have 13 words at most, on average",
        ),
        why: (
            "Herschreven gemeentebrieven hebben gemiddeld 12,5 woorden per zin; daarvoor waren het er 15.",
            "Letters rewritten in plain language have 12.5 words a sentence; before that, 15.",
        ),
        look: average,
    },
    Rule {
        id: "readability",
        severity: Severity::Note,
        title: (
            "De tekst leest makkelijk (B1)",
            "The text reads easily (B1)",
        ),
        why: (
            "Veel mensen in Nederland lezen het liefst taal op niveau B1, en onder spanning iedereen.",
            "Most people read plain language best, and under stress everybody does.",
        ),
        look: scores,
    },
    Rule {
        id: "passive",
        severity: Severity::Note,
        title: (
            "Wie iets doet, staat in de zin",
            "The sentence says who does it",
        ),
        why: (
            "In de lijdende vorm is niemand verantwoordelijk.",
            "In the passive voice nobody is responsible.",
        ),
        look: signs::passives,
    },
    Rule {
        id: "nominalisation",
        severity: Severity::Note,
        title: (
            "Werkwoorden in plaats van naamwoorden",
            "Verbs instead of nouns",
        ),
        why: (
            "“Wij onderzoeken” leest sneller dan “de uitvoering van een onderzoek”.",
            "“We investigate” reads faster than “the execution of an investigation”.",
        ),
        look: signs::nominalisations,
    },
    Rule {
        id: "abbreviation",
        severity: Severity::Note,
        title: (
            "Afkortingen zijn uitgeschreven",
            "Abbreviations are written out",
        ),
        why: (
            "Wie een afkorting niet kent, mist de zin.",
            "Who does not know an abbreviation misses the sentence.",
        ),
        look: signs::abbreviations,
    },
    Rule {
        id: "double-negation",
        severity: Severity::Note,
        title: ("Geen dubbele ontkenning", "No double negation"),
        why: (
            "“Niet ondenkbaar” moet een lezer omrekenen.",
            "A reader must work out “not unthinkable”.",
        ),
        look: signs::double_negations,
    },
];

const LONG: usize = 20;
const VERY_LONG: usize = 30;
const AVERAGE: f64 = 13.0;

/// Shorter texts have no average to speak of.
const FEW_SENTENCES: usize = 3;
const FEW_WORDS: usize = 40;

fn number(value: f64) -> Both {
    let plain = format!("{value:.1}");
    Both::new(plain.replace('.', ","), plain)
}

fn words_in(page: &Page<'_>, sentence: &Sentence) -> usize {
    let words = page.words_of(sentence).iter();
    words.filter(|word| is_word(word)).count()
}

fn of_length(page: &Page<'_>, fits: impl Fn(usize) -> bool, advice: &Both) -> Vec<Hit> {
    let hit = |sentence: &Sentence| {
        let n_words = words_in(page, sentence);
        fits(n_words).then(|| Hit {
            span: sentence.span.clone(),
            message: Both::new(
                format!("Deze zin telt {n_words} woorden."),
                format!("This sentence has {n_words} words."),
            ),
            advice: advice.clone(),
            severity: None,
        })
    };
    page.sentences.iter().filter_map(hit).collect()
}

fn very_long(page: &Page<'_>) -> Vec<Hit> {
    let advice = Both::new(
        "Maak er drie zinnen van, met in elke zin één boodschap.",
        "Make three sentences of it, each with one message.",
    );
    of_length(page, |n_words| n_words > VERY_LONG, &advice)
}

fn long(page: &Page<'_>) -> Vec<Hit> {
    let advice = Both::new(
        "Maak er twee zinnen van. Vaak kan dat bij “en”, “maar”, “waardoor” of een komma.",
        "Make two sentences of it, often at “and”, “but”, “which” or a comma.",
    );
    of_length(
        page,
        |n_words| n_words > LONG && n_words <= VERY_LONG,
        &advice,
    )
}

fn of_page(page: &Page<'_>) -> Option<Measures> {
    let language = page.about.language?;
    Some(measured(page.text, &page.words, &page.sentences, language))
}

fn average(page: &Page<'_>) -> Vec<Hit> {
    let Some(found) = of_page(page).filter(|found| found.n_sentences >= FEW_SENTENCES) else {
        return Vec::new();
    };
    if found.sentence <= AVERAGE {
        return Vec::new();
    }
    let mean = number(found.sentence);
    vec![Hit {
        span: 0..0,
        message: Both::new(
            format!("Zinnen zijn hier gemiddeld {} woorden lang.", mean.nl),
            format!("Sentences have {} words here, on average.", mean.en),
        ),
        advice: Both::new(
            "Kort de langste zinnen in, tot gemiddeld 13 woorden of minder.",
            "Shorten the longest ones, to 13 words on average or fewer.",
        ),
        severity: None,
    }]
}

fn scores(page: &Page<'_>) -> Vec<Hit> {
    let (Some(language), Some(found)) = (page.about.language, of_page(page)) else {
        return Vec::new();
    };
    if found.n_words < FEW_WORDS {
        return Vec::new();
    }
    let (lix, ease) = (number(found.lix), number(found.ease));
    let (is_hard, names) = match language {
        Language::Nl => {
            let brouwer = number(found.brouwer);
            let is_hard = found.lix > 42.0 || found.ease < 55.0;
            let nl = format!(
                "LIX {}, Flesch-Douma {}, Brouwer {}",
                lix.nl, ease.nl, brouwer.nl
            );
            let en = format!(
                "LIX {}, Flesch-Douma {}, Brouwer {}",
                lix.en, ease.en, brouwer.en
            );
            (is_hard, Both::new(nl, en))
        }
        Language::En => {
            let grade = number(found.grade);
            let is_hard = found.ease < 55.0 || found.grade > 10.0;
            let nl = format!(
                "Flesch {}, Flesch-Kincaid {}, LIX {}",
                ease.nl, grade.nl, lix.nl
            );
            let en = format!(
                "Flesch {}, Flesch-Kincaid {}, LIX {}",
                ease.en, grade.en, lix.en
            );
            (is_hard, Both::new(nl, en))
        }
    };
    if !is_hard {
        return Vec::new();
    }
    vec![Hit {
        span: 0..0,
        message: Both::new(
            format!("De tekst lijkt moeilijker dan B1 ({}).", names.nl),
            format!("The text seems harder than plain language ({}).", names.en),
        ),
        advice: Both::new(
            "Kies kortere woorden en zinnen. De cijfers zijn een aanwijzing: lees de tekst hardop.",
            "Choose shorter words and sentences. The figures are a hint: read it aloud.",
        ),
        severity: None,
    }]
}

#[cfg(test)]
mod tests;
