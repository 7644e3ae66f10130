//! Whether a mail or a letter is about one thing. Advice: who turns to another
//! topic says so, and only that is looked for.

use super::pattern::Pattern;
use crate::domain::review::lexicon::contact as lists;
use crate::domain::review::{Both, Hit, Page, Rule, Severity, sense};

pub(super) const RULES: &[Rule] = &[Rule::warns(
    "one-topic",
    ("Eén onderwerp per brief", "One topic a letter"),
    (
        "Wie schrikt van de eerste alinea, leest de tweede boodschap niet, of denkt dat die erbij hoort.",
        "Who is upset by the first paragraph does not read the second message, or takes it for part of it.",
    ),
    one_topic,
)];

fn one_topic(page: &Page<'_>) -> Vec<Hit> {
    if !matches!(page.about.channel.as_str(), "email" | "letter") {
        return Vec::new();
    }
    let mut found = turns(page);
    found.extend(subjects(page));
    found.sort_by_key(|hit| hit.span.start);
    found
}

/// Words with which a writer turns to something else.
fn turns(page: &Page<'_>) -> Vec<Hit> {
    let places = sense::unquoted(page, &lists::ANOTHER_TOPIC).into_iter();
    let hits = places.map(|place| Hit {
        message: Both::new(
            format!(
                "Met “{}” begint een ander onderwerp.",
                &page.text[place.span.clone()]
            ),
            format!("“{}” begins another topic.", &page.text[place.span.clone()]),
        ),
        advice: Both::new(
            "Houd deze brief bij één onderwerp, en stuur het andere apart of later.",
            "Keep this letter to one topic, and send the other one apart or later.",
        ),
        severity: None,
        span: place.span,
    });
    hits.collect()
}

/// Two subject lines, or one line that names two things.
fn subjects(page: &Page<'_>) -> Vec<Hit> {
    static LINES: Pattern =
        Pattern::new(r"(?im)^[ \t]*(?:onderwerp|betreft|subject|re):[ \t]*(\S.*)$");
    static TWO: Pattern = Pattern::new(r"(?i) \+ |; | en ook | plus een | and also | as well as ");
    let lines: Vec<_> = LINES
        .groups(page.text)
        .filter_map(|groups| groups.get(1))
        .collect();
    let hit = |span, severity| Hit {
        span,
        message: Both::new(
            "Het onderwerp noemt twee dingen.",
            "The subject names two things.",
        ),
        advice: Both::new(
            "Kies waar het om gaat, en stuur het andere apart.",
            "Choose what it is about, and send the other thing apart.",
        ),
        severity,
    };
    match &lines[..] {
        [] => Vec::new(),
        [one] => TWO
            .first(one.as_str())
            .map(|_| hit(one.range(), Some(Severity::Note)))
            .into_iter()
            .collect(),
        [_, more @ ..] => more.iter().map(|line| hit(line.range(), None)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::rules::tests::ids_of;
    use crate::domain::text::Language;

    #[track_caller]
    fn check(language: Language, text: &str, expected: Option<Severity>) {
        for channel in ["email", "letter"] {
            let found = ids_of(RULES, language, channel, text);
            let first = found.first().map(|(_, severity)| *severity);
            assert_eq!(first, expected, "{text}");
        }
        assert!(ids_of(RULES, language, "web", text).is_empty());
    }

    #[test]
    fn turning_to_something_else_is_noticed() {
        let warn = Some(Severity::Warn);
        for text in [
            "Uw gegevens lagen op straat. Dan nog iets anders: op zaterdag is er open dag.",
            "Wij maken van de gelegenheid gebruik om u te wijzen op onze nieuwe app.",
            "Onderwerp: Datalek\n\nBeste lezer,\n\nOnderwerp: Nieuwe openingstijden",
        ] {
            check(Language::Nl, text, warn);
        }
        for text in [
            "Your data leaked. On another note, our open day is on Saturday.",
            "We would like to take this opportunity to tell you about our app.",
        ] {
            check(Language::En, text, warn);
        }
        let note = Some(Severity::Note);
        check(
            Language::Nl,
            "Onderwerp: Storing verholpen; nieuwe app",
            note,
        );
    }

    #[test]
    fn a_letter_about_one_thing_is_left_alone() {
        for text in [
            "Onderwerp: Vragen en antwoorden over het datalek\n\nUw gegevens lagen op straat. Daarnaast is uw wachtwoord gewijzigd. Tot slot: bel ons als u vragen heeft.",
            "Hij schreef: “Dan nog iets anders.” Daar gaan wij op in.",
            "Er is iets anders gebeurd dan wij eerst dachten.",
        ] {
            check(Language::Nl, text, None);
        }
        let text = "Subject: What the breach means for you\n\nYour data leaked. We also changed your password.";
        check(Language::En, text, None);
    }
}
