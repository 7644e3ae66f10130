//! Turns a notice into a letter. Always gives one: when a template fails, the
//! raw facts go out in plain words.

use handlebars::Context;
use serde::Serialize;

use super::defang;
use super::entry;
use super::errand;
use super::frame;
use super::plain;
use super::roll_call;
use super::template::MailTemplates;
use super::view;
use super::wrap;
use crate::domain::chain::Mark;
use crate::domain::effect::{Content, Notice};
use crate::domain::roll_call::Saying;
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
    /// Whether it has the mark of a drill.
    pub is_drill: bool,
    /// Why the templates were not used, when they failed.
    pub plain_because: Option<String>,
    /// The log of the run when this was decided.
    pub mark: Option<Mark>,
}

impl Letter {
    /// Says at the end how the log of the run stood. Done here and not by the
    /// templates: who can change them could else leave it out, and this line in
    /// many mailboxes is what a rewritten log is found out by.
    pub fn marked(mut self, mark: Option<Mark>) -> Self {
        let Some(mark) = &mark else { return self };
        let name = match self.language {
            Language::Nl => "Logboek",
            Language::En => "Log",
        };
        let line = format!("{name} {}", mark.short());
        self.text = format!("{}\n{line}\n", self.text.trim_end());
        let small = format!(
            "<p class=\"quiet\" style=\"margin:8px 0 0;font-size:12px;color:#5a6270\">{line}</p>\n"
        );
        // Inside the frame of our own templates, and inside the page of others.
        let ends = ["</div>\n</div>\n</body>", "</body>", "</html>"];
        let end = ends.iter().find_map(|end| self.html.rfind(end));
        self.html.insert_str(end.unwrap_or(self.html.len()), &small);
        self.mark = Some(mark.clone());
        self
    }
}

/// Where the reader can answer: a page of theirs alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerLink {
    pub url: String,
}

/// Whether a letter asks its reader something, so that a link belongs in it.
pub fn asks(notice: &Notice) -> bool {
    match &notice.content {
        Content::Alert(alert) => alert.must_answer,
        Content::Answered(answered) => answered.is_you,
        Content::RollCall(call) => call.saying == Saying::Ask,
        Content::Entry(_) => true,
        Content::Errand(_) | Content::Trouble(_) | Content::DrillStopped(_) => false,
    }
}

/// Writes the letter. The same notice, templates and link give the same letter.
pub fn write(notice: &Notice, templates: &MailTemplates, link: Option<&AnswerLink>) -> Letter {
    let parts = Parts {
        templates,
        with_html: true,
    };
    frame::framed(unframed(notice, parts, link), notice)
}

/// The same letter for who reads its text alone: the HTML is made only where it could
/// fail, because then the text is plain too. Else it is empty.
pub fn write_text(notice: &Notice, templates: &MailTemplates) -> Letter {
    let parts = Parts {
        templates,
        with_html: templates.may_fail_in_html(),
    };
    frame::framed(unframed(notice, parts, None), notice)
}

/// What a letter is made with.
#[derive(Clone, Copy)]
struct Parts<'a> {
    templates: &'a MailTemplates,
    with_html: bool,
}

fn unframed(notice: &Notice, templates: Parts<'_>, link: Option<&AnswerLink>) -> Letter {
    let link = link.filter(|_| asks(notice));
    match &notice.content {
        Content::Alert(alert) => {
            let view = view::alert(notice, alert, link);
            from_templates(templates, "alert", notice.language, &view)
                .unwrap_or_else(|because| plain::alert(notice.language, &view, because))
        }
        Content::Answered(answered) => {
            let view = view::answered(notice, answered, link);
            from_templates(templates, "answered", notice.language, &view)
                .unwrap_or_else(|because| plain::answered(notice.language, &view, because))
        }
        Content::Errand(errand) => {
            let view = errand::view(notice, errand);
            from_templates(templates, "errand", notice.language, &view)
                .unwrap_or_else(|because| plain::errand(notice.language, &view, because))
        }
        Content::RollCall(call) => {
            let view = roll_call::view(notice, call, link);
            from_templates(templates, "roll_call", notice.language, &view)
                .unwrap_or_else(|because| plain::roll_call(notice.language, &view, because))
        }
        Content::Entry(one) => {
            let view = entry::view(notice, one, link);
            from_templates(templates, "entry", notice.language, &view)
                .unwrap_or_else(|because| plain::entry(notice.language, &view, because))
        }
        Content::DrillStopped(stopped) => plain::drill_stopped(notice, stopped),
        Content::Trouble(trouble) => {
            let view = view::trouble(notice, trouble);
            from_templates(templates, "trouble", notice.language, &view)
                .unwrap_or_else(|because| plain::trouble(notice.language, &view, because))
        }
    }
}

fn from_templates(
    parts: Parts<'_>,
    kind: &str,
    language: Language,
    view: &impl Serialize,
) -> Result<Letter, String> {
    // One reading of the view for all parts.
    let view = Context::wraps(view).map_err(|error| error.to_string())?;
    let render = |part| parts.templates.render(kind, language, part, &view);
    Ok(Letter {
        language,
        subject: subject(&render("subject")?),
        text: wrap::lay_out(&render("txt")?),
        html: match parts.with_html {
            true => render("html")?,
            false => String::new(),
        },
        is_drill: false,
        plain_because: None,
        mark: None,
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
            for (notice, link) in specimen::all_with_links(language) {
                let letter = write(&notice, &MailTemplates::shipped(), link.as_ref());
                assert_eq!(letter.plain_because, None);
                assert!(!letter.subject.is_empty() && !letter.text.contains("{{"));
                assert!(!letter.html.contains("src="));
                let hrefs = letter.html.matches("href").count();
                let ours = letter.html.matches(r#"<a href="https://"#).count();
                let expected = usize::from(link.is_some() && asks(&notice));
                assert_eq!((hrefs, ours), (expected, expected));
                if let Some(link) = link.filter(|_| asks(&notice)) {
                    assert!(letter.html.contains(&format!(r#"<a href="{}""#, link.url)));
                    assert!(letter.text.lines().any(|line| line == link.url));
                }
            }
        }
    }

    #[test]
    fn a_letter_that_asks_nothing_has_no_link() {
        for notice in specimen::all(Language::Nl) {
            let link = specimen::link();
            let letter = write(&notice, &MailTemplates::shipped(), Some(&link));
            let has_link = letter.text.contains(&link.url) && letter.html.contains(&link.url);
            assert_eq!(has_link, asks(&notice), "{}", letter.subject);
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
