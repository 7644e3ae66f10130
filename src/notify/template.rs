//! The mail templates: those we ship, and those an organisation puts in their
//! place. A broken one is told at load and never used.

use std::path::Path;

use handlebars::{
    Context, Handlebars, RenderError, RenderErrorReason, TemplateError, TemplateErrorReason,
    no_escape,
};
use include_dir::{Dir, include_dir};

use super::entry;
use super::errand;
use super::roll_call;
use super::specimen;
use super::view;
use crate::domain::effect::Content;
use crate::domain::finding::{Finding, Severity};
use crate::domain::text::Language;

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/mail");

/// Where an organisation's own templates stand, in its folder.
const FOLDER: &str = "templates/mail";
const ENDING: &str = ".hbs";

/// Compiled templates, each known to render an alert of every shape.
pub struct MailTemplates {
    /// Subjects and plain text: nothing is escaped.
    plain: Handlebars<'static>,
    /// Everything is escaped.
    html: Handlebars<'static>,
    /// Whether the organisation has HTML of its own.
    has_own_html: bool,
}

impl MailTemplates {
    /// The templates in the program itself.
    pub fn shipped() -> Self {
        let mut templates = Self {
            plain: Handlebars::new(),
            html: Handlebars::new(),
            has_own_html: false,
        };
        templates.plain.register_escape_fn(no_escape);
        templates.plain.set_strict_mode(true);
        templates.html.set_strict_mode(true);
        for name in names() {
            // Ours compile (there is a test). If one did not, rendering would
            // fail and the letter would be a plain one.
            let _ = templates.register(&name, shipped_source(&name));
        }
        templates
    }

    /// The shipped templates with those in `DIR/templates/mail/` instead,
    /// and what was wrong with the ones that were left out.
    pub fn load(dir: &Path) -> (Self, Vec<Finding>) {
        let mut templates = Self::shipped();
        let findings = templates.replaced(dir);
        (templates, findings)
    }

    /// What is wrong with those of `DIR/templates/mail/`; where there are none, ours need
    /// not be made for it.
    pub fn check(dir: &Path) -> Vec<Finding> {
        match dir.join(FOLDER).exists() {
            true => Self::load(dir).1,
            false => Vec::new(),
        }
    }

    fn replaced(&mut self, dir: &Path) -> Vec<Finding> {
        let mut findings = Vec::new();
        let Ok(entries) = std::fs::read_dir(dir.join(FOLDER)) else {
            return findings;
        };
        let mut files: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|file| file.ends_with(ENDING))
            .collect();
        files.sort();
        for file in files {
            let name = file.trim_end_matches(ENDING);
            let source = std::fs::read_to_string(dir.join(FOLDER).join(&file));
            let fault = match &source {
                _ if !names().iter().any(|known| known == name) => Some(Fault::unknown(name)),
                Err(error) => Some(Fault::whole_file(error.to_string())),
                Ok(source) => self.replace(name, source).err(),
            };
            let source = source.unwrap_or_default();
            findings.extend(fault.map(|fault| fault.told(&file, &source)));
        }
        findings
    }

    /// Whether rendering HTML could fail: ours takes every letter, and theirs was
    /// only tried on some.
    pub(super) fn may_fail_in_html(&self) -> bool {
        self.has_own_html
    }

    /// Renders one part of one kind of letter.
    pub(super) fn render(
        &self,
        kind: &str,
        language: Language,
        part: &str,
        view: &Context,
    ) -> Result<String, String> {
        let name = format!("{kind}.{}.{part}", language.tag());
        let rendered = self
            .registry(&name)
            .render_with_context(&name, view)
            .map_err(|error| format!("template {name}{ENDING}: {error}"))?;
        if rendered.trim().is_empty() {
            return Err(format!("template {name}{ENDING} gives nothing"));
        }
        Ok(rendered)
    }

    fn registry(&self, name: &str) -> &Handlebars<'static> {
        if name.ends_with(".html") {
            &self.html
        } else {
            &self.plain
        }
    }

    fn register(&mut self, name: &str, source: &str) -> Result<(), Fault> {
        let registry = if name.ends_with(".html") {
            &mut self.html
        } else {
            &mut self.plain
        };
        registry
            .register_template_string(name, source)
            .map_err(|error| Fault::in_template(&error))
    }

    /// Takes the organisation's template, or keeps ours when theirs fails on
    /// an alert that may well come.
    fn replace(&mut self, name: &str, source: &str) -> Result<(), Fault> {
        self.has_own_html |= name.ends_with(".html");
        self.register(name, source)
            .and_then(|()| self.try_out(name))
            .inspect_err(|_| {
                let _ = self.register(name, shipped_source(name));
            })
    }

    fn try_out(&self, name: &str) -> Result<(), Fault> {
        let mut parts = name.splitn(3, '.');
        let kind = parts.next().unwrap_or_default();
        let language = parts
            .next()
            .and_then(Language::from_tag)
            .unwrap_or_default();
        for (notice, link) in specimen::all_with_links(language) {
            let rendered = match &notice.content {
                Content::Alert(alert) if kind == "alert" => self
                    .registry(name)
                    .render(name, &view::alert(&notice, alert, link.as_ref())),
                Content::Answered(answered) if kind == "answered" => self
                    .registry(name)
                    .render(name, &view::answered(&notice, answered, link.as_ref())),
                Content::Trouble(trouble) if kind == "trouble" => self
                    .registry(name)
                    .render(name, &view::trouble(&notice, trouble)),
                Content::Errand(errand) if kind == "errand" => self
                    .registry(name)
                    .render(name, &errand::view(&notice, errand)),
                Content::RollCall(call) if kind == "roll_call" => self
                    .registry(name)
                    .render(name, &roll_call::view(&notice, call, link.as_ref())),
                Content::Entry(one) if kind == "entry" => self
                    .registry(name)
                    .render(name, &entry::view(&notice, one, link.as_ref())),
                Content::Alert(_)
                | Content::Answered(_)
                | Content::RollCall(_)
                | Content::Entry(_)
                | Content::Errand(_)
                | Content::Trouble(_)
                | Content::DrillStopped(_) => continue,
            };
            let rendered =
                rendered.map_err(|error| Fault::in_rendering(&error, "mail of this kind"))?;
            if rendered.trim().is_empty() {
                return Err(Fault::whole_file("it gives nothing".to_owned()));
            }
        }
        Ok(())
    }
}

/// `alert.nl.subject` and so on.
fn names() -> Vec<String> {
    let mut names = Vec::new();
    for kind in [
        "alert",
        "answered",
        "errand",
        "trouble",
        "roll_call",
        "entry",
    ] {
        for language in [Language::Nl, Language::En] {
            for part in ["subject", "txt", "html"] {
                names.push(format!("{kind}.{}.{part}", language.tag()));
            }
        }
    }
    names
}

fn shipped_source(name: &str) -> &'static str {
    SHIPPED
        .get_file(format!("{name}{ENDING}"))
        .and_then(include_dir::File::contents_utf8)
        .unwrap_or_default()
}

fn unreadable(reason: &TemplateErrorReason) -> String {
    match reason {
        // The parser lists every token of its grammar; nobody is helped.
        TemplateErrorReason::InvalidSyntax(_) => {
            "a {{…}} is not complete, or an {{#if}} or {{#each}} is not closed".to_owned()
        }
        other => other.to_string(),
    }
}

fn unrenderable(reason: &RenderErrorReason, what: &str) -> String {
    match reason {
        RenderErrorReason::MissingVariable(Some(name)) => {
            format!("`{name}` is not there in every {what}")
        }
        other => other.to_string(),
    }
}

/// What is wrong with one file.
#[derive(Default)]
pub(super) struct Fault {
    pub line: usize,
    pub column: usize,
    pub message: String,
    is_unknown: bool,
}

impl Fault {
    pub(super) fn in_template(error: &TemplateError) -> Self {
        let (line, column) = error.pos().unwrap_or_default();
        Self {
            line,
            column,
            message: unreadable(error.reason()),
            is_unknown: false,
        }
    }

    /// `what` was to be made of it: a mail, a notice.
    pub(super) fn in_rendering(error: &RenderError, what: &str) -> Self {
        Self {
            line: error.line_no.unwrap_or(0),
            column: error.column_no.unwrap_or(0),
            message: unrenderable(error.reason(), what),
            is_unknown: false,
        }
    }

    pub(super) fn whole_file(message: String) -> Self {
        Self {
            message,
            ..Self::default()
        }
    }

    fn unknown(name: &str) -> Self {
        Self {
            message: format!("`{name}` is not a mail we send"),
            is_unknown: true,
            ..Self::default()
        }
    }

    fn told(self, file: &str, source: &str) -> Finding {
        let (id, message, hint) = if self.is_unknown {
            let known = names().join(", ");
            (
                "unknown-mail-template",
                self.message,
                format!("mails are: {known}"),
            )
        } else {
            (
                "broken-mail-template",
                format!("the mail template fails: {}", self.message),
                "the template that comes with draaiboek is used instead".to_owned(),
            )
        };
        Finding {
            id,
            severity: Severity::Warning,
            file: format!("{FOLDER}/{file}"),
            line: self.line,
            column: self.column,
            length: usize::from(self.line > 0),
            text: source
                .lines()
                .nth(self.line.wrapping_sub(1))
                .unwrap_or_default()
                .to_owned(),
            message,
            hint,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_shipped_compiles_and_renders() {
        let templates = MailTemplates::shipped();
        for name in names() {
            assert!(!shipped_source(&name).is_empty(), "{name} is missing");
            if let Err(fault) = templates.try_out(&name) {
                panic!("{name}:{}: {}", fault.line, fault.message);
            }
        }
    }

    #[test]
    fn a_broken_override_is_told_and_ours_is_used() {
        let mut templates = MailTemplates::shipped();
        let fault = templates
            .replace("alert.nl.txt", "x\n{{no_such_field}}")
            .err();
        assert_eq!(fault.map(|fault| fault.line), Some(2));
        assert!(templates.replace("alert.nl.txt", "{{#if title}}").is_err());
        assert!(templates.replace("alert.nl.txt", " ").is_err());
        assert!(templates.try_out("alert.nl.txt").is_ok());
        assert!(templates.replace("alert.nl.subject", "{{title}}").is_ok());
    }
}
