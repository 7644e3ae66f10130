//! What a webhook is told: everything about a notice as JSON, or what the
//! organisation's own template makes of it.
//!
//! The field names are what receivers and templates rely on, so renaming one
//! is a change to the format. Every field is always there, empty when there is
//! nothing to say.

use handlebars::Handlebars;
use serde::Serialize;

use super::letter::{self, AnswerLink, Letter};
use super::roll_call;
use super::words::Words;
use super::{defang, errand, frame, short, specimen, template, view};
use crate::domain::chain::Mark;
use crate::domain::effect::{Alert, Answered, Content, Errand, Notice, RollCallNotice, Trouble};
use crate::domain::evidence::Evidence;
use crate::domain::finding::{Finding, Severity};
use crate::domain::parse::{WEBHOOK_TEMPLATES, WebhookTemplate};
use crate::domain::plane::mark;
use crate::domain::text::Language;
use crate::domain::time::rfc3339;

const LONGEST_NAME: usize = 80;

/// The one template of a registry.
const NAME: &str = "body";

/// Everything that is said.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Told {
    /// `alert`, `answered`, `errand` or `trouble`.
    kind: &'static str,
    /// Whether it belongs to a drill; then every text begins with that.
    drill: bool,
    /// Of an errand: `reminder`, `overdue`, `overdue_for_owner`, `assigned`,
    /// `promise` or `stand_down`.
    about: &'static str,
    /// The same at every try; `webhook-id` in the headers.
    id: String,
    /// RFC 3339, UTC.
    at: String,
    language: &'static str,
    run: Option<u64>,
    effect: String,
    organisation: String,
    playbook: String,
    title: String,
    watch: String,
    /// The level's name, and its title in capitals.
    level: String,
    level_title: String,
    raised_from: String,
    role: String,
    must_answer: bool,
    /// `42 vermeldingen in 1 uur`: what happened, in a few words.
    headline: String,
    /// Why, a sentence each; empty where there were no numbers.
    why: Vec<String>,
    /// The numbers behind it, without anybody's words; null where there are none.
    evidence: Option<Evidence>,
    /// Where to answer; empty when nothing is asked or `web.url` is missing.
    link: String,
    /// Fits into one text message, with the link where there is room for it.
    short: String,
    subject: String,
    /// The whole letter.
    text: String,
    /// `3.41 9f2c…`: the log of the run when this was decided.
    log: String,
    person: Person,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Person {
    key: String,
    name: String,
    phone: String,
    /// `31600000001`: as most gateways want it.
    phone_digits: String,
    email: String,
}

/// What makes the body of a webhook.
pub(super) struct Body {
    /// `None`: everything.
    template: Option<Handlebars<'static>>,
}

impl Body {
    /// Without a template everything is said.
    pub(super) fn new(template: Option<&WebhookTemplate>) -> Result<Self, String> {
        let compiled = template.map(|template| {
            compile(template).map_err(|fault| format!("{}: {}", file(template), fault.message))
        });
        Ok(Self {
            template: compiled.transpose()?,
        })
    }

    /// The JSON to send. `Err` says what is wrong with the template.
    pub(super) fn make(
        &self,
        id: &str,
        effect: &str,
        notice: &Notice,
        letter: &Letter,
        link: Option<&AnswerLink>,
    ) -> Result<String, String> {
        let told = told(id, effect, notice, letter, link);
        match &self.template {
            None => serde_json::to_string(&told).map_err(|error| error.to_string()),
            Some(template) => {
                let rendered = render(template, &told).map_err(|fault| fault.message)?;
                let is_marked = !told.drill || rendered.contains(mark(notice.language));
                match is_marked || is_stop(notice) {
                    true => Ok(rendered),
                    false => {
                        Err("it says nothing that tells a drill from the real thing".to_owned())
                    }
                }
            }
        }
    }
}

/// What is wrong with the templates of an organisation: each is tried out on
/// notices of every shape.
pub fn check_templates(templates: &[WebhookTemplate]) -> Vec<Finding> {
    let found = templates.iter().filter_map(|template| {
        let fault = compile(template).and_then(|compiled| try_out(&compiled)).err()?;
        let text = template.text.lines().nth(fault.line.wrapping_sub(1));
        Some(Finding {
            id: "broken-webhook-template",
            severity: Severity::Error,
            file: file(template),
            line: fault.line,
            column: fault.column,
            length: usize::from(fault.line > 0),
            text: text.unwrap_or_default().to_owned(),
            message: format!("the webhook template fails: {}", fault.message),
            hint: "it gives JSON; each value stands between quotation marks, as in { \"text\": \"{{short}}\" }"
                .to_owned(),
        })
    });
    found.collect()
}

fn file(template: &WebhookTemplate) -> String {
    format!("{WEBHOOK_TEMPLATES}{}.hbs", template.name)
}

fn compile(template: &WebhookTemplate) -> Result<Handlebars<'static>, template::Fault> {
    let mut registry = Handlebars::new();
    registry.register_escape_fn(escape);
    registry.set_strict_mode(true);
    registry
        .register_template_string(NAME, &template.text)
        .map_err(|error| template::Fault::in_template(&error))?;
    Ok(registry)
}

/// What JSON asks for inside quotation marks.
fn escape(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn render(template: &Handlebars<'_>, told: &Told) -> Result<String, template::Fault> {
    let rendered = template
        .render(NAME, told)
        .map_err(|error| template::Fault::in_rendering(&error, "notice"))?;
    match serde_json::from_str::<serde::de::IgnoredAny>(&rendered) {
        Ok(_) => Ok(rendered),
        Err(error) => Err(template::Fault::whole_file(format!(
            "what it gives is not JSON: {error}"
        ))),
    }
}

fn try_out(template: &Handlebars<'_>) -> Result<(), template::Fault> {
    let templates = template::MailTemplates::shipped();
    for notice in specimens() {
        let link = specimen::link();
        let letter = letter::write(&notice, &templates, Some(&link));
        let told = told("7-12-0a1b", "7.12", &notice, &letter, Some(&link));
        render(template, &told)?;
    }
    Ok(())
}

/// Also somebody without a phone, a fault outside any run, and words that
/// would close a quotation that is not escaped.
fn specimens() -> Vec<Notice> {
    let awkward = Alert {
        title: "Zij zegt: \"nee\" \\ nooit".into(),
        ..specimen::alert()
    };
    let outside = Trouble {
        findings: Vec::new(),
        run: None,
        ..specimen::trouble()
    };
    let mut notices: Vec<Notice> = [Language::Nl, Language::En]
        .into_iter()
        .flat_map(specimen::all)
        .collect();
    notices.push(specimen::notice(
        Language::Nl,
        Content::Alert(Box::new(awkward)),
    ));
    notices.push(Notice {
        phone: None,
        ..specimen::notice(Language::Nl, Content::Trouble(outside))
    });
    notices
}

fn told(
    id: &str,
    effect: &str,
    notice: &Notice,
    letter: &Letter,
    link: Option<&AnswerLink>,
) -> Told {
    let link = link.filter(|_| letter::asks(notice));
    let common = Told {
        kind: "",
        drill: notice.exercise.is_some(),
        about: "",
        id: id.to_owned(),
        at: String::new(),
        language: notice.language.tag(),
        run: None,
        effect: effect.to_owned(),
        organisation: String::new(),
        playbook: String::new(),
        title: String::new(),
        watch: String::new(),
        level: String::new(),
        level_title: String::new(),
        raised_from: String::new(),
        role: String::new(),
        must_answer: false,
        headline: String::new(),
        why: Vec::new(),
        evidence: None,
        link: link.map(|link| link.url.clone()).unwrap_or_default(),
        short: String::new(),
        subject: letter.subject.clone(),
        text: letter.text.clone(),
        log: letter
            .mark
            .as_ref()
            .map(Mark::to_string)
            .unwrap_or_default(),
        person: person(notice),
    };
    let told = match &notice.content {
        Content::Alert(alert) => of_alert(common, notice, alert),
        Content::Answered(answered) => of_answered(common, notice, answered),
        Content::Errand(errand) => of_errand(common, notice, errand),
        Content::Trouble(trouble) => of_trouble(common, notice, trouble),
        Content::RollCall(call) => of_roll_call(common, notice, call),
        Content::Entry(one) => Told {
            kind: "entry",
            at: rfc3339(one.at),
            title: letter.subject.clone(),
            headline: letter.subject.clone(),
            // It goes by mail only: no short message may hold the link.
            short: short::message("", &letter.subject, ""),
            link: String::new(),
            text: String::new(),
            ..common
        },
        Content::DrillStopped(stopped) => Told {
            kind: "drill_stopped",
            at: rfc3339(stopped.at),
            run: Some(stopped.run),
            title: letter.subject.clone(),
            headline: letter.subject.clone(),
            short: short::message("", &letter.subject, ""),
            ..common
        },
    };
    marked(told, notice)
}

/// What stops a drill needs no mark, and must get through.
fn is_stop(notice: &Notice) -> bool {
    matches!(notice.content, Content::DrillStopped(_))
}

/// In a drill every field that people read begins with the mark, whichever of
/// them a template takes.
fn marked(told: Told, notice: &Notice) -> Told {
    let prefix = frame::prefix(notice);
    if prefix.is_empty() || is_stop(notice) {
        return told;
    }
    let mark = |text: String| match text.starts_with(&prefix) {
        true => text,
        false => format!("{prefix}{text}"),
    };
    Told {
        title: mark(told.title),
        headline: mark(told.headline),
        ..told
    }
}

fn of_alert(common: Told, notice: &Notice, alert: &Alert) -> Told {
    let view = view::alert(notice, alert, None);
    let words = Words::new(notice.language, &alert.timezone);
    let run = words.pick("Inzet", "Run");
    let before = format!("{}{}: ", frame::prefix(notice), view.level);
    let after = format!(
        ". {}. {run} {}, {}",
        view.headline, view.run, view.organisation
    );
    let with_link = format!(". {run} {} {}", view.run, common.link);
    let after = match common.link.as_str() {
        "" => &after,
        _ if short::has_room(&before, &with_link) => &with_link,
        _ => &after,
    };
    Told {
        kind: "alert",
        at: rfc3339(alert.at),
        run: Some(view.run),
        short: short::message(&before, &view.title, after),
        organisation: view.organisation,
        playbook: view.playbook,
        title: view.title,
        watch: view.watch,
        level: alert.level.clone(),
        level_title: view.level,
        raised_from: view.raised_from.unwrap_or_default(),
        role: view.role,
        must_answer: view.must_answer,
        headline: view.headline,
        why: [view.why, view.spread.into_iter().collect()].concat(),
        evidence: alert.evidence.as_ref().map(Evidence::without_quotes),
        ..common
    }
}

fn of_answered(common: Told, notice: &Notice, answered: &Answered) -> Told {
    let view = view::answered(notice, answered, None);
    let words = Words::new(notice.language, &answered.timezone);
    let does = words.pick("pakt het op", "is on it");
    let headline = format!("{} {does}: {}", view.by, view.role);
    let run = words.pick("Inzet", "Run");
    let after = format!(". {headline}. {run} {}", view.run);
    Told {
        kind: "answered",
        at: rfc3339(answered.at),
        run: Some(view.run),
        short: short::message(&frame::prefix(notice), &view.title, &after),
        organisation: view.organisation,
        title: view.title,
        level_title: view.level,
        role: view.role,
        headline,
        ..common
    }
}

fn of_errand(common: Told, notice: &Notice, errand: &Errand) -> Told {
    let view = errand::view(notice, errand);
    let words = Words::new(notice.language, &errand.timezone);
    let run = words.pick("Inzet", "Run");
    let after = format!(". {run} {}, {}", view.run, view.organisation);
    Told {
        kind: "errand",
        about: view.about,
        at: rfc3339(errand.at),
        run: Some(view.run),
        short: short::message("", &view.headline, &after),
        organisation: view.organisation,
        title: view.title,
        level_title: view.level,
        role: view.role,
        headline: view.headline,
        ..common
    }
}

fn of_trouble(common: Told, notice: &Notice, trouble: &Trouble) -> Told {
    let view = view::trouble(notice, trouble);
    let words = Words::new(notice.language, &trouble.timezone);
    let title = match trouble.is_over {
        false => words.pick("Storing in draaiboek", "Fault in draaiboek"),
        true => words.pick("Storing in draaiboek voorbij", "Fault in draaiboek is over"),
    };
    let after = format!(" ({})", view.organisation);
    Told {
        kind: "trouble",
        at: rfc3339(trouble.at),
        run: view.run,
        short: short::message(
            &format!("{}{title}: ", frame::prefix(notice)),
            &view.summary,
            &after,
        ),
        organisation: view.organisation,
        title: title.to_owned(),
        headline: view.summary,
        ..common
    }
}

fn of_roll_call(common: Told, notice: &Notice, call: &RollCallNotice) -> Told {
    let view = roll_call::view(notice, call, None);
    let after = match common.link.as_str() {
        "" => String::new(),
        link => format!(" {link}"),
    };
    Told {
        kind: "roll_call",
        at: rfc3339(call.at),
        must_answer: view.is_ask,
        short: short::message(frame::prefix(notice).as_str(), &view.headline, &after),
        organisation: view.organisation,
        title: view.headline.clone(),
        headline: view.headline,
        ..common
    }
}

fn person(notice: &Notice) -> Person {
    let phone = notice.phone.as_deref().unwrap_or_default();
    Person {
        key: notice.person.clone(),
        name: defang::line(&notice.name, LONGEST_NAME),
        phone: defang::line(phone, LONGEST_NAME),
        phone_digits: digits(phone),
        email: defang::line(&notice.email, 300),
    }
}

/// The `(0)` of `+31 (0)6` is not dialled behind a country's number.
fn digits(phone: &str) -> String {
    let phone = match phone.trim_start().starts_with(['+', '0']) {
        true => phone.replace("(0)", ""),
        false => phone.to_owned(),
    };
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match phone.trim_start().starts_with("00") {
        true => digits[2..].to_owned(),
        false => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::{MailTemplates, write};
    use serde_json::Value;

    fn template(text: &str) -> WebhookTemplate {
        WebhookTemplate {
            name: "sms".to_owned(),
            text: text.to_owned(),
        }
    }

    fn made(text: Option<&str>, notice: &Notice) -> Value {
        let body = Body::new(text.map(template).as_ref()).unwrap();
        let letter = write(notice, &MailTemplates::shipped(), None);
        let made = body.make("7-12-ab", "7.12", notice, &letter, None).unwrap();
        serde_json::from_str(&made).unwrap()
    }

    #[test]
    fn everything_is_told_under_lasting_names() {
        let alert = specimen::notice(Language::Nl, Content::Alert(Box::new(specimen::alert())));
        let mut told = made(None, &alert);
        assert!(
            told["text"]
                .as_str()
                .unwrap()
                .contains("Al drie uur wachten")
        );
        told["text"] = "…".into();
        let evidence = told["evidence"].take();
        assert_eq!(evidence["measures"][0]["counted"], 42);
        assert_eq!(evidence["quotes"], serde_json::json!([]));
        insta::assert_snapshot!(
            serde_json::to_string_pretty(&told).unwrap(),
            @r#"
        {
          "kind": "alert",
          "drill": false,
          "about": "",
          "id": "7-12-ab",
          "at": "2026-03-01T21:51:00Z",
          "language": "nl",
          "run": 7,
          "effect": "7.12",
          "organisation": "Ziekenhuis De Linde",
          "playbook": "viral-complaint",
          "title": "Klacht die viraal gaat",
          "watch": "Het ziekenhuis",
          "level": "incident",
          "level_title": "INCIDENT",
          "raised_from": "",
          "role": "Hoofd communicatie",
          "must_answer": true,
          "headline": "42 vermeldingen in 1 uur",
          "why": [
            "42 vermeldingen in 1 uur; de grens is 30.",
            "31 auteurs in 1 uur; de grens is 5.",
            "Dat hield 10 minuten aan, zoals de regel vraagt.",
            "Gebruikelijk op zondag rond deze tijd: 7 per uur (nu 6 keer zoveel).",
            "Waarom nu: een uur eerder telden we 9 vermeldingen (30 nodig).",
            "Het begon om 22:03, met een vermelding op X.",
            "30 stemmen. Verdeling: X (27), Facebook (11) en nieuws (4). 7 reposts en 2 kopieën tellen minder. 9 berichten zeggen vrijwel hetzelfde."
          ],
          "evidence": null,
          "link": "",
          "short": "INCIDENT: Klacht die viraal gaat. 42 vermeldingen in 1 uur. Inzet 7, Ziekenhuis De Linde",
          "subject": "[INCIDENT] Klacht die viraal gaat: 42 vermeldingen in 1 uur (Ziekenhuis De Linde)",
          "text": "…",
          "log": "",
          "person": {
            "key": "marieke",
            "name": "Marieke de Boer",
            "phone": "+31 6 0000 0001",
            "phone_digits": "31600000001",
            "email": "m.deboer@delinde.example"
          }
        }
        "#
        );
        let trouble = specimen::notice(Language::En, Content::Trouble(specimen::trouble()));
        let told = made(None, &trouble);
        assert_eq!(told["kind"], "trouble");
        assert_eq!(
            told.as_object().unwrap().len(),
            made(None, &alert).as_object().unwrap().len()
        );
    }

    #[test]
    fn a_text_message_carries_the_link_where_it_fits() {
        let alert = specimen::notice(Language::Nl, Content::Alert(Box::new(specimen::alert())));
        let letter = write(&alert, &MailTemplates::shipped(), None);
        let short = |url: &str| {
            let link = AnswerLink {
                url: url.to_owned(),
            };
            told("i", "7.12", &alert, &letter, Some(&link)).short
        };
        assert_eq!(
            short("https://crisis.delinde.example/a/abc_d-e"),
            "INCIDENT: Klacht die viraal gaat. Inzet 7 https://crisis.delinde.example/a/abc_d-e"
        );
        assert!(!short(&format!("https://crisis.example/{}", "a".repeat(140))).contains("http"));
    }

    #[test]
    fn values_cannot_leave_their_quotation_marks() {
        let text = r#"{ "to": "{{person.phone_digits}}", "text": "{{text}}", "n": {{run}} }"#;
        for notice in specimens() {
            // What belongs to no run has no number.
            let is_outside = match &notice.content {
                Content::Trouble(trouble) => trouble.run.is_none(),
                Content::RollCall(_) | Content::Entry(_) => true,
                _ => false,
            };
            if is_outside {
                continue;
            }
            let letter = write(&notice, &MailTemplates::shipped(), None);
            let made = made(Some(text), &notice);
            assert_eq!(made["text"], letter.text.as_str());
            assert_eq!(made["n"], 7);
        }
        assert_eq!(escape("a\"b\\c\nd\u{1}é"), "a\\\"b\\\\c\\nd\\u0001é");
    }

    #[test]
    fn a_template_that_fails_is_found_before_the_first_alert() {
        for (text, words) in [
            (r#"{ "text": "{{short}}" }"#, None),
            (
                r#"{ "text": "{{text}}"{{#if run}}, "run": {{run}}{{/if}} }"#,
                None,
            ),
            (r#"{ "text": "{{shrt}}" }"#, Some("`shrt`")),
            (r#"{ "text": "{{{title}}}" }"#, Some("not JSON")),
            (r#"{ "text": {{title}} }"#, Some("not JSON")),
            (r#"{ "run": {{run}} }"#, Some("not JSON")),
            (r#"{ "text": "{{#if title}}" }"#, Some("not closed")),
            ("", Some("not JSON")),
        ] {
            let found = check_templates(&[template(text)]);
            match words {
                None => assert_eq!(found, [], "{text}"),
                Some(words) => assert!(found[0].message.contains(words), "{text}: {found:?}"),
            }
        }
    }

    #[test]
    fn phones_become_what_gateways_dial() {
        for (written, dialled) in [
            ("+31 6 0000 0001", "31600000001"),
            ("+31 (0)6-0000 0001", "31600000001"),
            ("0031 6 0000 0001", "31600000001"),
            ("06-0000 0001", "0600000001"),
            ("", ""),
        ] {
            assert_eq!(digits(written), dialled, "{written}");
        }
    }
}
