//! The mail that tries whether mails arrive: says that it is a test, and nothing
//! else that could be taken for an alert.

use handlebars::html_escape;

use super::defang;
use super::letter::Letter;
use crate::domain::text::Language;

/// A letter to `person` of `organisation`, both as they are called.
pub fn letter(language: Language, organisation: &str, person: &str) -> Letter {
    let organisation = defang::line(organisation, 80);
    let person = defang::line(person, 80);
    let (subject, lines) = match language {
        Language::Nl => (
            format!("Testbericht van draaiboek, {organisation}"),
            [
                format!("Dag {person},"),
                "Dit is een test. Er is niets aan de hand en je hoeft niets te doen.".to_owned(),
                "Zo zie je waar een alarm van het crisisteam binnenkomt. Staat dit bericht bij de ongewenste mail? Zeg het dan tegen wie draaiboek beheert, anders mis je straks het alarm."
                    .to_owned(),
            ],
        ),
        Language::En => (
            format!("Test message from draaiboek, {organisation}"),
            [
                format!("Dear {person},"),
                "This is a test. Nothing is wrong and you need not do anything.".to_owned(),
                "It shows you where an alert of the crisis team comes in. Is this one in your junk mail? Then tell whoever runs draaiboek, or you will miss the alert."
                    .to_owned(),
            ],
        ),
    };
    let paragraphs: Vec<String> = lines
        .iter()
        .map(|line| format!("<p>{}</p>\n", html_escape(line)))
        .collect();
    Letter {
        language,
        subject,
        text: format!("{}\n", lines.join("\n\n")),
        html: format!(
            "<!doctype html>\n<html lang=\"{}\"><body style=\"font-family:sans-serif\">\n{}</body></html>\n",
            language.tag(),
            paragraphs.concat()
        ),
        is_drill: false,
        plain_because: None,
        mark: None,
    }
}
