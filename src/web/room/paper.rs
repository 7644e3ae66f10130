//! Pages as HTML: templates that escape everything and refuse to leave a gap, the
//! frame around each page, and what every answer carries.

use std::sync::LazyLock;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason,
};
use include_dir::{Dir, include_dir};
use serde_json::{Value, json};

use super::visitor::Visitor;
use super::{assets, words};
use crate::domain::access::Right;
use crate::domain::plane;
use crate::domain::text::Language;
use crate::domain::time::Timestamp;
use crate::domain::words::Words;
use crate::engine::{NotDone, clock};

static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/templates/web/room");

static TEMPLATES: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut templates = Handlebars::new();
    templates.set_strict_mode(true);
    for file in FILES.files() {
        let name = file.path().file_name().and_then(|name| name.to_str());
        let name = name.and_then(|name| name.strip_suffix(".html.hbs"));
        if let (Some(name), Some(text)) = (name, file.contents_utf8()) {
            // Ours compile (there is a test).
            let _ = templates.register_template_string(name, text);
        }
    }
    templates.register_helper("t", Box::new(say));
    templates.register_helper("clock", Box::new(show_clock));
    templates.register_helper("ago", Box::new(show_ago));
    templates.register_helper("eq", Box::new(EqHelper));
    templates.register_helper("join", Box::new(JoinHelper));
    templates
});

/// Allows our own style and script, and forms and news of ourselves.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
     img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// What every page carries.
pub(super) fn headers() -> [(HeaderName, HeaderValue); 6] {
    let fixed = HeaderValue::from_static;
    [
        (header::CONTENT_SECURITY_POLICY, fixed(POLICY)),
        (header::REFERRER_POLICY, fixed("no-referrer")),
        (header::CACHE_CONTROL, fixed("no-store")),
        (
            HeaderName::from_static("x-robots-tag"),
            fixed("noindex, nofollow"),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            fixed("same-origin"),
        ),
    ]
}

/// A page for somebody who is in. The template sees `data` as `page`, and beside
/// it `visitor`, `language`, `organisation`, `drill` and `now`.
pub(super) fn page(visitor: &Visitor, template: &str, title: &str, data: Value) -> Response {
    page_with(StatusCode::OK, visitor, template, title, data)
}

pub(super) fn page_with(
    status: StatusCode,
    visitor: &Visitor,
    template: &str,
    title: &str,
    data: Value,
) -> Response {
    let rights: serde_json::Map<String, Value> = Right::ALL
        .iter()
        .map(|right| (right.name().to_owned(), visitor.rights.has(*right).into()))
        .collect();
    let known = json!({
        "person": visitor.person,
        "name": visitor.name,
        "rights": rights,
        "token": visitor.token,
    });
    let frame = Frame {
        counter: &visitor.counter,
        language: visitor.language,
        visitor: known,
    };
    frame.respond(status, template, title, data)
}

/// A page for somebody who is not in.
pub(super) fn page_for_anybody(
    counter: &crate::engine::request::Counter,
    language: Language,
    status: StatusCode,
    template: &str,
    title: &str,
    data: Value,
) -> Response {
    let frame = Frame {
        counter,
        language,
        visitor: Value::Null,
    };
    frame.respond(status, template, title, data)
}

struct Frame<'a> {
    counter: &'a crate::engine::request::Counter,
    language: Language,
    visitor: Value,
}

impl Frame<'_> {
    fn respond(&self, status: StatusCode, template: &str, title: &str, data: Value) -> Response {
        let organisation = &self.counter.organisation;
        let own = organisation.language;
        let text = |text: &crate::domain::text::Text| text.get(self.language.tag(), own).to_owned();
        let drill = organisation
            .exercise
            .as_ref()
            .map(|exercise| format!("{}: {}", plane::mark(self.language), text(&exercise.title)));
        let mut view = json!({
            "title": title,
            // Which page it is, for the menu.
            "here": template,
            "language": self.language.tag(),
            "zone": organisation.timezone.name(),
            "now": clock::now(),
            "organisation": text(&organisation.name),
            "drill": drill,
            // Alarms are files on the server: nobody is told.
            "no_mail": organisation.mail.is_none() && drill.is_none(),
            "visitor": self.visitor,
            "assets": assets::version(),
            "template": template,
            "content": "",
        });
        // Moved, not copied: a page may carry thousands of rows.
        view["page"] = data;
        let mut context = Context::from(view);
        let rendered = TEMPLATES
            .render_with_context(template, &context)
            .and_then(|content| {
                let view = context.data_mut();
                view["content"] = content.into();
                view["page"] = Value::Null;
                TEMPLATES.render_with_context("frame", &context)
            });
        match rendered {
            Ok(html) => (status, headers(), Html(html)).into_response(),
            Err(error) => {
                // The error may hold what strangers wrote.
                let (line, column) = (error.line_no, error.column_no);
                tracing::error!(template, line, column, "a page could not be filled in");
                let why = words::word("room.broken", self.language);
                (StatusCode::INTERNAL_SERVER_ERROR, headers(), why).into_response()
            }
        }
    }
}

/// What somebody sent was not done, with all that was typed, so that nothing is lost.
pub(super) fn refused(
    visitor: &Visitor,
    status: StatusCode,
    why: &str,
    back: &str,
    fields: &[(String, String)],
) -> Response {
    let typed = fields.iter().filter(|(_, value)| !value.trim().is_empty());
    let typed: Vec<_> = typed
        .filter_map(|(name, value)| {
            let name = words::typed(name, visitor.language)?;
            Some(json!({ "name": name, "value": value }))
        })
        .collect();
    let data = json!({ "why": why, "back": back, "typed": typed });
    let title = words::word("room.refused", visitor.language);
    page_with(status, visitor, "refused", title, data)
}

/// The same by the name of words, before anything was looked at.
pub(super) fn not_done(
    visitor: &Visitor,
    status: StatusCode,
    why: &str,
    fields: &[(String, String)],
) -> Response {
    let back = fields.iter().find(|(name, _)| name == "back");
    let back = back.and_then(|(_, place)| super::visitor::own_path(place));
    let why = words::word(why, visitor.language);
    refused(visitor, status, why, back.unwrap_or("/"), fields)
}

/// They are in, and may not.
pub(super) fn forbidden(visitor: &Visitor, right: Right) -> Response {
    let title = words::word("room.forbidden", visitor.language);
    let data = json!({ "right": right.name() });
    page_with(StatusCode::FORBIDDEN, visitor, "forbidden", title, data)
}

/// Nothing can be looked up at all.
pub(super) fn out_of_order(why: &NotDone) -> Response {
    tracing::warn!(%why, "a page could not be shown");
    let why = words::word("room.out_of_order", Language::Nl);
    let other = words::word("room.out_of_order", Language::En);
    let both = format!("{why}\n{other}\n");
    (StatusCode::SERVICE_UNAVAILABLE, headers(), both).into_response()
}

handlebars::handlebars_helper!(EqHelper: |one: Value, other: Value| one == other);

// `a, b, c`.
handlebars::handlebars_helper!(JoinHelper: |list: Value| {
    let texts = list.as_array().into_iter().flatten();
    let texts: Vec<&str> = texts.filter_map(Value::as_str).collect();
    texts.join(", ")
});

fn language_of(context: &Context) -> Language {
    let tag = context.data()["language"].as_str();
    tag.and_then(Language::from_tag).unwrap_or_default()
}

/// `{{t "name" key=value …}}`: words, with `{key}` filled in.
fn say(
    helper: &Helper,
    _: &Handlebars,
    context: &Context,
    _: &mut RenderContext,
    out: &mut dyn Output,
) -> HelperResult {
    let name = helper.param(0).and_then(|name| name.value().as_str());
    let name = name.ok_or(RenderErrorReason::ParamNotFoundForIndex("t", 0))?;
    if !words::is_known(name) {
        return Err(RenderErrorReason::Other(format!("no words {name}")).into());
    }
    let mut text = words::word(name, language_of(context)).to_owned();
    for (key, value) in helper.hash() {
        let value = match value.value() {
            Value::String(value) => value.clone(),
            other => other.to_string(),
        };
        text = text.replace(&format!("{{{key}}}"), &value);
    }
    out.write(&handlebars::html_escape(&text))?;
    Ok(())
}

/// Words in the reader's language and zone, and the moment of reading.
fn reader(context: &Context) -> (Words, Timestamp) {
    let data = context.data();
    let zone = data["zone"].as_str().unwrap_or("UTC");
    let words = Words::new(language_of(context), zone);
    let now = data["now"].as_str().and_then(instant);
    (words, now.unwrap_or_else(clock::now))
}

fn instant(text: &str) -> Option<Timestamp> {
    let at = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    Some(at.to_utc())
}

/// The moment a helper is given; `None` for null.
fn moment(helper: &Helper) -> Result<Option<Timestamp>, RenderError> {
    let value = helper.param(0).map(|value| value.value());
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let at = value.as_str().and_then(instant);
            let none = || RenderErrorReason::Other("no time".to_owned()).into();
            at.map(Some).ok_or_else(none)
        }
    }
}

/// `{{clock at}}`: a `time` element that says `22:51`, with the date on another
/// day; nothing for null.
fn show_clock(
    helper: &Helper,
    _: &Handlebars,
    context: &Context,
    _: &mut RenderContext,
    out: &mut dyn Output,
) -> HelperResult {
    if let Some(at) = moment(helper)? {
        let (words, now) = reader(context);
        let exact = at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let text = handlebars::html_escape(&words.clock(at, now));
        out.write(&format!("<time datetime=\"{exact}\">{text}</time>"))?;
    }
    Ok(())
}

/// `{{ago at}}`: `12 minuten`, how long ago or how far ahead.
fn show_ago(
    helper: &Helper,
    _: &Handlebars,
    context: &Context,
    _: &mut RenderContext,
    out: &mut dyn Output,
) -> HelperResult {
    if let Some(at) = moment(helper)? {
        let (words, now) = reader(context);
        out.write(&handlebars::html_escape(&words.about(now - at)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_compiles_and_says_words_that_are_there() {
        let mut n_templates = 0;
        for file in FILES.files() {
            let path = file.path().display().to_string();
            let Some(name) = path.strip_suffix(".html.hbs") else {
                continue;
            };
            n_templates += 1;
            assert!(TEMPLATES.get_template(name).is_some(), "{name}");
            let text = file.contents_utf8().unwrap();
            for (at, _) in text.match_indices("t \"") {
                let before = text[..at].chars().next_back();
                if matches!(before, Some('{' | '(')) {
                    let said = text[at + 3..].split('"').next().unwrap();
                    assert!(words::is_known(said), "{name} says {said}");
                }
            }
        }
        assert!(n_templates > 3);
    }
}
