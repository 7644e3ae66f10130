//! The page of a personal link as HTML: one template, one style, no script, and
//! nothing from anywhere else.

use std::sync::LazyLock;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use handlebars::Handlebars;
use serde::Serialize;
use sha2::{Digest, Sha256};

const TEMPLATE: &str = include_str!("../../templates/web/page.html.hbs");
const STYLE: &str = include_str!("../../templates/web/style.css");

/// What one page says. Empty lists and absent parts are left out.
#[derive(Debug, Default, Serialize)]
pub(super) struct Page {
    pub language: &'static str,
    /// What every page of a drill begins with.
    pub drill: Option<String>,
    /// `ask`, `done` or nothing: the colour of the band.
    pub tone: &'static str,
    pub head: Option<Head>,
    pub heading: String,
    pub lines: Vec<String>,
    /// What to type on the server instead.
    pub command: Option<String>,
    pub buttons: Vec<Button>,
    pub note: Option<NoteForm>,
    pub notes_heading: &'static str,
    pub notes: Vec<NoteView>,
    pub todo: Option<Todo>,
    pub others: Option<Others>,
    pub room: Option<Way>,
    pub late_heading: &'static str,
    pub late_buttons: Vec<Button>,
    /// Words of the link that opens the page anew.
    pub back: Option<&'static str>,
    pub footer: &'static str,
}

/// What the mail was about.
#[derive(Debug, Serialize)]
pub(super) struct Head {
    pub level: String,
    pub title: String,
    pub headline: Option<String>,
    pub facts: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Button {
    /// What `do` says.
    pub value: &'static str,
    pub label: &'static str,
    pub is_main: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct NoteForm {
    pub label: &'static str,
    pub hint: &'static str,
    pub button: &'static str,
    /// What was typed and could not be stored.
    pub text: String,
}

#[derive(Debug, Serialize)]
pub(super) struct NoteView {
    pub at: String,
    pub text: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Todo {
    pub heading: &'static str,
    pub tasks: Vec<TaskView>,
    pub draft: Option<String>,
    /// The command that shows the draft.
    pub show: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct TaskView {
    pub title: String,
    pub due: Option<String>,
}

/// The way to the page of the run, where one logs in.
#[derive(Debug, Serialize)]
pub(super) struct Way {
    pub run: u64,
    pub label: &'static str,
    pub hint: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Others {
    pub heading: &'static str,
    pub lines: Vec<String>,
}

static TEMPLATES: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut templates = Handlebars::new();
    // Ours compiles (there is a test).
    let _ = templates.register_template_string("page", TEMPLATE);
    templates
});

/// Allows our style by its hash and forms to ourselves; nothing else at all.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// The page, for nobody's memory but the reader's.
pub(super) fn respond(status: StatusCode, page: &Page) -> Response {
    (status, headers(), Html(render(page))).into_response()
}

/// What every answer about a personal link carries, also one without a page.
pub(super) fn headers() -> [(HeaderName, HeaderValue); 5] {
    let fixed = HeaderValue::from_static;
    [
        (header::CONTENT_SECURITY_POLICY, POLICY.clone()),
        (header::REFERRER_POLICY, fixed("no-referrer")),
        (header::CACHE_CONTROL, fixed("no-store")),
        (
            HeaderName::from_static("x-robots-tag"),
            fixed("noindex, nofollow"),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
    ]
}

fn render(page: &Page) -> String {
    #[derive(Serialize)]
    struct View<'a> {
        style: &'static str,
        #[serde(flatten)]
        page: &'a Page,
    }
    let view = View { style: STYLE, page };
    let rendered = TEMPLATES.render("page", &view);
    // Words without dress are better than no words.
    rendered.unwrap_or_else(|_| {
        let text = format!("{}\n{}", page.heading, page.lines.join("\n"));
        format!(
            "<!DOCTYPE html><pre>{}</pre>",
            handlebars::html_escape(&text)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_shows_everything_and_interprets_nothing() {
        let hostile = "<script>alert(1)</script>\"'&";
        let page = Page {
            language: "nl",
            heading: hostile.to_owned(),
            lines: vec![hostile.to_owned()],
            notes: vec![NoteView {
                at: "03:12".to_owned(),
                text: hostile.to_owned(),
            }],
            note: Some(NoteForm {
                label: "Schrijf",
                hint: "wat je doet",
                button: "Opslaan",
                text: "</textarea>".to_owned() + hostile,
            }),
            ..Page::default()
        };
        let html = render(&page);
        assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"nl\">"));
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script"));
        assert_eq!(html.matches("</textarea>").count(), 1);
        assert!(html.contains(&format!("<style>{STYLE}</style>")));
        assert!(!html.contains("http") && !html.contains("src="));
    }

    #[test]
    fn the_policy_allows_this_style_only() {
        let policy = POLICY.to_str().unwrap();
        let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
        assert!(
            policy.contains(&format!("style-src 'sha256-{hash}';")),
            "{policy}"
        );
    }
}
