//! Words that hurt or that nobody can vouch for: guesses, blame, false comfort,
//! defence, jargon, talk about ourselves.
//!
//! Each looks at what stands around its words: what is denied, quoted, or said
//! about what we do not know, is no guess and no blame.

mod jargon;
mod manner;

use std::ops::Range;

use crate::domain::review::lexicon::{Place, ingredients, tone as lists};
use crate::domain::review::{Both, Hit, Page, Rule, Says, Severity, sense};

pub(super) const RULES: &[Rule] = &[
    Rule::warns(
        "speculation",
        ("Raden", "Guessing"),
        (
            "Wat wij raden, wordt morgen als feit aangehaald.",
            "What we guess is quoted tomorrow as a fact.",
        ),
        speculation,
    ),
    Rule::warns(
        "blame",
        ("Een schuldige aanwijzen", "Pointing at a guilty one"),
        (
            "Wie naar een ander wijst, lijkt weg te lopen; en het onderzoek moet nog beginnen.",
            "Who points at another seems to run away; and the inquiry has yet to begin.",
        ),
        blame,
    ),
    Rule::warns(
        "false-comfort",
        ("Geruststellen zonder bewijs", "Comfort without proof"),
        (
            "“Geen paniek” maakt onrustig, en één tegenvaller maakt het een leugen.",
            "“No need to panic” unsettles, and one setback makes it a lie.",
        ),
        comfort,
    ),
    Rule::warns(
        "defensive",
        ("Afhouden", "Holding off"),
        (
            "“Sorry als u dit zo ervaart” legt het probleem bij wie het heeft.",
            "“Sorry if you feel that way” puts the problem with the one who has it.",
        ),
        defensive,
    ),
    Rule::warns(
        "jargon",
        ("Vaktaal", "Jargon"),
        (
            "Wie schrikt, leest slechter. Gewone woorden komen wel aan.",
            "Who is frightened reads less well. Plain words do arrive.",
        ),
        jargon::look,
    ),
    Rule::warns(
        "empty-regret",
        ("Betreuren zonder wat", "Regret without what"),
        (
            "“Wij betreuren de situatie” zegt niets over wie er last van heeft.",
            "“We regret the situation” says nothing about who suffers from it.",
        ),
        manner::empty_regret,
    ),
    Rule::warns(
        "self-centred",
        ("Vooral over onszelf", "Mostly about ourselves"),
        (
            "Een bericht over ons beantwoordt de vraag van de lezer niet.",
            "A message about us does not answer the question of the reader.",
        ),
        manner::self_centred,
    ),
    Rule::warns(
        "shouting",
        ("Schreeuwen", "Shouting"),
        (
            "Hoofdletters en uitroeptekens maken een waarschuwing niet sterker, wel moeilijker te lezen.",
            "Capitals and exclamation marks make a warning no stronger, only harder to read.",
        ),
        manner::shouting,
    ),
    Rule::warns(
        "hidden-actor",
        ("Fouten die niemand maakte", "Mistakes that nobody made"),
        (
            "“Er zijn fouten gemaakt” laat weg wie, en juist daar kijkt de lezer naar.",
            "“Mistakes were made” leaves out by whom, and that is what the reader looks for.",
        ),
        hidden_actor,
    ),
    Rule::warns(
        "unsourced-number",
        (
            "Aantallen zonder bron en tijd",
            "Numbers without source and time",
        ),
        (
            "Een aantal slachtoffers of dossiers verandert. Zonder bron en tijd spreken wij onszelf later tegen.",
            "A number of victims or records changes. Without source and time we will contradict ourselves later.",
        ),
        manner::unsourced_number,
    ),
];

fn remark(span: Range<usize>, message: Both, advice: Says) -> Hit {
    Hit {
        span,
        message,
        advice: Both::new(advice.0, advice.1),
        severity: None,
    }
}

/// The place as the text writes it.
fn written<'a>(page: &Page<'a>, place: &Place) -> &'a str {
    &page.text[place.span.clone()]
}

fn speculation(page: &Page<'_>) -> Vec<Hit> {
    let unknown = sense::unknown_sentences(page);
    let feeling = ingredients::EMPATHY.by_sentence(page);
    let mut found = Vec::new();
    let sure = sense::unquoted(page, &lists::SPECULATION)
        .into_iter()
        .map(|place| (place, None));
    let perhaps = sense::unquoted(page, &lists::PERHAPS)
        .into_iter()
        .map(|place| (place, Some(Severity::Note)));
    for (place, severity) in sure.chain(perhaps) {
        // "We do not know yet, but probably …" guesses all the same.
        // "It seems to be …, but we do not know for sure" does so too.
        let guesses_first = severity.is_none() && comes_before_but(page, &place);
        let turns = unknown[place.sentence] && !comes_after_but(page, &place) && !guesses_first;
        // "It must have been terrifying" feels with people.
        let feels = feeling[place.sentence] && written(page, &place).starts_with("must");
        let is_so = severity.is_some() && is_of_course(page, &place);
        if turns
            || feels
            || is_so
            || sense::is_negated(page, &place, 2, 0)
            || is_other(page, &place)
        {
            continue;
        }
        let said = written(page, &place);
        found.push(Hit {
            severity,
            ..remark(
                place.span.clone(),
                Both::new(
                    format!("“{said}” is raden."),
                    format!("“{said}” is guessing."),
                ),
                (
                    "Zeg alleen wat vaststaat. Hoort het bij wat wij niet weten, zeg dat dan.",
                    "Say only what is certain. If it belongs to what we do not know, say so.",
                ),
            )
        });
    }
    found
}

/// `Zo snel mogelijk`, `mogelijk maken`: no guess.
fn is_of_course(page: &Page<'_>, place: &Place) -> bool {
    let begin = place.words.start.saturating_sub(3);
    let mut before = page.words[begin..place.words.start].iter();
    let after = page.words.get(place.words.end);
    let makes = ["maken", "maakt", "maakte", "gemaakt", "blijft", "is"];
    before.any(|word| word.folded == "zo")
        || after.is_some_and(|word| makes.contains(&word.folded.as_str()))
}

fn comes_after_but(page: &Page<'_>, place: &Place) -> bool {
    let start = page.sentences[place.sentence].words.start;
    let mut before = page.words[start..place.words.start].iter();
    before.any(|word| {
        matches!(
            word.folded.as_str(),
            "maar" | "but" | "toch" | "however" | "wel"
        )
    })
}

fn comes_before_but(page: &Page<'_>, place: &Place) -> bool {
    let end = page.sentences[place.sentence].words.end;
    let after = &page.words[place.words.end..end];
    let but = after.iter().position(|word| {
        matches!(
            word.folded.as_str(),
            "maar" | "but" | "al" | "although" | "hoewel"
        )
    });
    // "Waarschijnlijk weten wij het niet" says it of what is not known.
    but.is_some_and(|but| !after[..but].iter().any(|word| sense::negates(&word.folded)))
}

/// Words that look like a guess and are none: `wij denken aan de familie`.
fn is_other(page: &Page<'_>, place: &Place) -> bool {
    let next = page.words.get(place.words.end);
    let next = next.map_or("", |word| word.folded.as_str());
    matches!(next, "mee" | "na" | "aan") && place.words.len() <= 2
}

fn blame(page: &Page<'_>) -> Vec<Hit> {
    let hits = sense::unquoted(page, &lists::BLAME)
        .into_iter()
        .filter(|place| !sense::is_negated(page, place, 3, 0) && !owns_up(page, place));
    hits.map(|place| {
        let said = written(page, &place);
        remark(
            place.span.clone(),
            Both::new(
                format!("“{said}” wijst een schuldige aan."),
                format!("“{said}” points at a guilty one."),
            ),
            (
                "Zeg wat er gebeurde en wat wij doen. Wie wat deed, zegt het onderzoek.",
                "Say what happened and what we do. The inquiry says who did what.",
            ),
        )
    })
    .collect()
}

/// Our own part is no blame: `dat hadden wij moeten voorkomen`, `we should have`.
fn owns_up(page: &Page<'_>, place: &Place) -> bool {
    let is_we = |word: &str| matches!(word, "wij" | "we" | "ik" | "onszelf" | "ourselves");
    let start = page.sentences[place.sentence].words.start;
    let from = place.words.start.saturating_sub(3).max(start);
    let mut around = page.words[from..place.words.end].iter();
    around.any(|word| is_we(&word.folded))
}

fn comfort(page: &Page<'_>) -> Vec<Hit> {
    let hits = sense::unquoted(page, &lists::COMFORT)
        .into_iter()
        .filter(|place| {
            let line = page.text[page.sentences[place.sentence].span.clone()].trim();
            let starts_negated = page.words[place.words.clone()]
                .iter()
                .any(|word| sense::negates(&word.folded) || word.folded == "niets");
            let is_taken_back = !starts_negated && sense::is_negated(page, place, 5, 4);
            !is_taken_back && !line.ends_with('?')
        });
    hits.map(|place| {
        let said = written(page, &place);
        remark(
            place.span.clone(),
            Both::new(
                format!("“{said}” kan niemand waarmaken."),
                format!("Nobody can vouch for “{said}”."),
            ),
            (
                "Zeg wat wij doen en wat gemeten is, en wat mensen zelf kunnen doen.",
                "Say what we do and what was measured, and what people can do.",
            ),
        )
    })
    .collect()
}

fn defensive(page: &Page<'_>) -> Vec<Hit> {
    let hits = sense::unquoted(page, &lists::DEFENSIVE)
        .into_iter()
        .filter(|place| !protects_people(page, place));
    hits.map(|place| {
        let said = written(page, &place);
        remark(
            place.span.clone(),
            Both::new(
                format!("“{said}” houdt de lezer af."),
                format!("“{said}” holds the reader off."),
            ),
            (
                "Noem wat mensen overkwam en zeg daar sorry voor, zonder als.",
                "Name what happened to people and say sorry for that, without if.",
            ),
        )
    })
    .collect()
}

/// Saying nothing about patients is no holding off, it is our duty.
fn protects_people(page: &Page<'_>, place: &Place) -> bool {
    let said = page.words[place.words.clone()].iter();
    let mut said = said.map(|word| word.folded.as_str());
    let refuses = said.any(|word| {
        ["mededeling", "uitspra", "comment"]
            .iter()
            .any(|begin| word.starts_with(begin))
    });
    let sentence = page.words_of(&page.sentences[place.sentence]);
    refuses
        && sentence.iter().any(|word| {
            [
                "patient",
                "client",
                "bewoner",
                "nabestaande",
                "familie",
                "slachtoffer",
                "privacy",
                "beroepsgeheim",
                "resident",
                "relatives",
                "victim",
                "family",
                "families",
            ]
            .iter()
            .any(|begin| word.folded.starts_with(begin))
        })
}

fn hidden_actor(page: &Page<'_>) -> Vec<Hit> {
    let hits = sense::unquoted(page, &lists::HIDDEN)
        .into_iter()
        .filter(|place| {
            let sentence = page.words_of(&page.sentences[place.sentence]);
            let names_us = sentence.windows(2).any(|pair| {
                matches!(pair[0].folded.as_str(), "door" | "by")
                    && matches!(pair[1].folded.as_str(), "ons" | "us" | "onze" | "our")
            });
            !names_us
                && !is_active(page, place)
                && !sense::is_negated(page, place, 3, 0)
                && !asks_whether(page, place)
        });
    hits.map(|place| {
        remark(
            place.span.clone(),
            Both::new(
                "Hier staat niet wie dit deed.",
                "This does not say who did it.",
            ),
            (
                "Schrijf wie: “Wij hebben een fout gemaakt.”",
                "Write who: “We made a mistake.”",
            ),
        )
    })
    .collect()
}

/// `Een verpleegkundige heeft een fout gemaakt en is …` names who did it.
fn is_active(page: &Page<'_>, place: &Place) -> bool {
    let start = page.sentences[place.sentence].words.start;
    let from = place.words.start.saturating_sub(3).max(start);
    let is_passive_first = matches!(page.words[place.words.start].folded.as_str(), "er" | "is");
    !is_passive_first
        && page.words[from..place.words.start]
            .iter()
            .any(|word| matches!(word.folded.as_str(), "heeft" | "hebben" | "had" | "hadden"))
}

/// `Of er fouten zijn gemaakt, wordt onderzocht` hides nobody.
fn asks_whether(page: &Page<'_>, place: &Place) -> bool {
    let start = page.sentences[place.sentence].words.start;
    let mut before = page.words[start..place.words.start].iter();
    before.any(|word| {
        matches!(
            word.folded.as_str(),
            "of" | "whether" | "if" | "welke" | "which" | "waar"
        )
    }) || matches!(page.words[place.words.start].folded.as_str(), "of")
}
