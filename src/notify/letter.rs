//! Turns a notice into a letter. Always gives one: when a template fails, the
//! raw facts go out in plain words.

use serde::Serialize;

use super::defang;
use super::plain;
use super::template::MailTemplates;
use super::view;
use super::wrap;
use crate::domain::effect::{Content, Notice};
use crate::domain::text::Language;

/// Longer subjects are cut by every client.
const LONGEST_SUBJECT: usize = 150;

/// What one person reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub language: Language,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Why the templates were not used, when they failed.
    pub plain_because: Option<String>,
}

/// Writes the letter. The same notice and templates give the same letter.
pub fn write(notice: &Notice, templates: &MailTemplates) -> Letter {
    match &notice.content {
        Content::Alert(alert) => {
            let view = view::alert(notice, alert);
            from_templates(templates, "alert", notice.language, &view)
                .unwrap_or_else(|because| plain::alert(notice.language, &view, because))
        }
        Content::Answered(answered) => {
            let view = view::answered(notice, answered);
            from_templates(templates, "answered", notice.language, &view)
                .unwrap_or_else(|because| plain::answered(notice.language, &view, because))
        }
        Content::Trouble(trouble) => {
            let view = view::trouble(notice, trouble);
            from_templates(templates, "trouble", notice.language, &view)
                .unwrap_or_else(|because| plain::trouble(notice.language, &view, because))
        }
    }
}

fn from_templates(
    templates: &MailTemplates,
    kind: &str,
    language: Language,
    view: &impl Serialize,
) -> Result<Letter, String> {
    let render = |part| templates.render(kind, language, part, view);
    Ok(Letter {
        language,
        subject: subject(&render("subject")?),
        text: wrap::lay_out(&render("txt")?),
        html: render("html")?,
        plain_because: None,
    })
}

/// One line without controls, whatever a name or a template put in it.
pub(super) fn subject(written: &str) -> String {
    defang::line(written, LONGEST_SUBJECT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::specimen;

    #[test]
    fn every_shipped_template_takes_every_specimen() {
        for language in [Language::Nl, Language::En] {
            for notice in specimen::all(language) {
                let letter = write(&notice, &MailTemplates::shipped());
                assert_eq!(letter.plain_because, None);
                assert!(!letter.subject.is_empty() && !letter.text.contains("{{"));
                assert!(!letter.html.contains("href") && !letter.html.contains("src="));
            }
        }
    }

    #[test]
    fn a_subject_is_one_short_line() {
        let hostile = format!("a\r\nBcc: x@evil.example\u{202e} {}", "b".repeat(500));
        let safe = subject(&hostile);
        assert!(safe.starts_with("a Bcc: x@evil.example b"));
        assert!(safe.chars().count() <= LONGEST_SUBJECT + 1 && !safe.contains(['\r', '\n']));
    }
}
