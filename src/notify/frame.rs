//! Marks a letter that belongs to a drill: in the subject, in the text, in the
//! HTML. It is put on after the templates were rendered, so that none of them
//! can leave it out.

use super::defang;
use super::letter::Letter;
use crate::domain::effect::{Content, Notice};
use crate::domain::plane::{mark, with_drill_commands};
use crate::domain::text::{Language, Text};

const LONGEST_TITLE: usize = 120;

/// The title of a drill, in no language of anybody in particular.
fn title(language: Language, title: &Text) -> String {
    defang::line(title.get(language.tag(), Language::Nl), LONGEST_TITLE)
}

/// `OEFENING: `, or nothing: what stands before every short text.
pub(super) fn prefix(notice: &Notice) -> String {
    match notice.exercise {
        Some(_) => format!("{}: ", mark(notice.language)),
        None => String::new(),
    }
}

/// The letter of a notice as it is sent: with the mark when it is of a drill.
pub(super) fn framed(letter: Letter, notice: &Notice) -> Letter {
    let Some(exercise) = &notice.exercise else {
        return letter;
    };
    // That a drill ends because of the real world is not part of the drill:
    // with the mark before it nobody would believe it.
    if let Content::DrillStopped(_) = &notice.content {
        return Letter {
            is_drill: true,
            ..letter
        };
    }
    let (language, word) = (notice.language, mark(notice.language));
    let title = title(language, exercise);
    let line = match language {
        Language::Nl => format!("{word}: {title}. Dit is niet echt; doe niets buiten de oefening."),
        Language::En => format!("{word}: {title}. This is not real; do nothing outside the drill."),
    };
    Letter {
        subject: format!("{word}: {}", letter.subject),
        text: format!("{line}\n\n{}", with_drill_commands(&letter.text)),
        html: with_banner(&with_drill_commands(&letter.html), &line),
        is_drill: true,
        ..letter
    }
}

/// Whether the mark stands where people look first; `Letter::is_drill` only
/// says that somebody meant to put it there.
pub(super) fn is_marked(letter: &Letter) -> bool {
    let starts = |text: &str| {
        let marks = [Language::Nl, Language::En].map(mark);
        marks.iter().any(|mark| text.starts_with(mark)) || text.starts_with("STOP")
    };
    letter.is_drill && starts(&letter.subject) && starts(&letter.text)
}

/// Styles that a template's own style sheet cannot take back.
const BANNER: &str = "display:block!important;visibility:visible!important;opacity:1!important;\
position:static!important;height:auto!important;margin:0!important;padding:12px 16px!important;\
background:#5b2a86!important;color:#ffffff!important;font:bold 18px sans-serif!important";

fn with_banner(html: &str, line: &str) -> String {
    let line = handlebars::html_escape(line);
    let banner = format!("<div role=\"alert\" style=\"{BANNER}\">{line}</div>\n");
    match body_start(html) {
        Some(place) => format!("{}\n{banner}{}", &html[..place], &html[place..]),
        // Before everything, and it is in the body for every reader of HTML.
        None => format!("{banner}{html}"),
    }
}

/// The place behind `<body …>`; not one in a comment, which nobody sees.
fn body_start(html: &str) -> Option<usize> {
    let lower = html.to_ascii_lowercase();
    let start = lower.find("<body")?;
    let is_hidden = [
        "<!--",
        "<style",
        "<script",
        "<title",
        "<textarea",
        "<template",
    ]
    .iter()
    .any(|opening| {
        let closing = match *opening {
            "<!--" => "-->".to_owned(),
            other => format!("</{}", &other[1..]),
        };
        let before = &lower[..start];
        before.rfind(opening) > before.rfind(&closing)
    });
    let end = start + lower[start..].find('>')? + 1;
    (!is_hidden).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::{MailTemplates, specimen, write};

    #[test]
    fn every_letter_of_a_drill_is_marked_and_no_real_one_is() {
        for language in [Language::Nl, Language::En] {
            let word = mark(language);
            for notice in specimen::all(language) {
                let real = write(&notice, &MailTemplates::shipped(), None);
                assert!(!is_marked(&real) && !real.html.contains(word), "{real:?}");
                let notice = Notice {
                    exercise: Some("Storm op een <vrijdag>".into()),
                    ..notice
                };
                let letter = write(&notice, &MailTemplates::shipped(), None);
                assert!(is_marked(&letter));
                assert!(letter.subject.starts_with(&format!("{word}: ")));
                assert!(letter.text.lines().next().unwrap().starts_with(word));
                let body = letter.html.to_lowercase().find("<body").unwrap_or(0);
                let shown = letter.html[body..].find(word).unwrap();
                assert!(letter.html[body..][..shown].len() < 600, "{}", letter.html);
                assert!(letter.html.contains("&lt;vrijdag&gt;"));
                assert!(!letter.text.contains("draaiboek ack 7"));
            }
        }
    }

    #[test]
    fn a_template_cannot_hide_the_banner() {
        for html in [
            "",
            "<p>hallo</p>",
            "<!-- <body> --><p>hallo</p>",
            "<style>/* <body> */</style><p>hallo</p>",
            "<html><BODY class=x><p>hallo</p></BODY></html>",
        ] {
            let made = with_banner(html, "OEFENING");
            let at = made.find("<div").unwrap();
            assert!(
                !made[..at].contains("<!--") && !made[..at].contains("<style"),
                "{made}"
            );
        }
    }
}
