//! The value of each name a template asks for, as words in the language of the
//! draft. What is not known becomes a marked gap.

use serde_json::Value;

use super::form::{Ask, Form};
use super::words::{Wording, plain};
use super::{GAP_BEGINS, GAP_ENDS, GAP_SAYS, Setting};
use crate::domain::duty;
use crate::domain::facts::FactValue;
use crate::domain::playbook::{Aim, Message};
use crate::domain::time::Timestamp;

/// The name of a gap that no fact fills: what a person writes for this one
/// reader.
pub(super) const PERSONAL: &str = "personal";

/// The answer to one ask. `check` has refused every path that is not here.
pub(super) fn of(ask: &Ask, message: &Message, language: &str, setting: &Setting<'_>) -> Value {
    let wording = Wording::of(language, setting.organisation.language);
    if let Form::Personal(what) = &ask.form {
        return Value::String(format!("{GAP_BEGINS}{PERSONAL}{GAP_SAYS}{what}{GAP_ENDS}"));
    }
    if let Some(name) = ask.path.strip_prefix("facts.") {
        return match name.split_once('.') {
            Some((name, "source")) => source(&ask.form, name, setting),
            Some((name, _)) => told_at(&ask.form, name, wording, setting),
            None => fact(&ask.form, name, wording, setting),
        };
    }
    if let Some(phase) = ask.path.strip_prefix("phases.") {
        return Value::Bool(is_open(phase, setting.phases_open));
    }
    let printed = match ask.form {
        Form::Time => wording.time(setting.now, setting.organisation.timezone),
        Form::Date => today(wording, setting),
        Form::Day => wording.day(local_day(setting.now, setting)),
        _ => printed(&ask.path, message, language, setting),
    };
    if let Form::Short(longest) = ask.form {
        return Value::String(cut_at_word(&printed, longest));
    }
    if matches!(ask.form, Form::If | Form::Known) {
        return Value::Bool(!printed.starts_with(GAP_BEGINS));
    }
    Value::String(printed)
}

/// What stands in a gap with this name.
pub(super) fn gap_words(
    name: &str,
    language: &str,
    wording: Wording,
    setting: &Setting<'_>,
) -> String {
    let (fact, is_source) = match name.strip_suffix(".source") {
        Some(fact) => (fact, true),
        None => (name.strip_suffix(".at").unwrap_or(name), false),
    };
    let ask = setting
        .playbook
        .fact(fact)
        .and_then(|fact| fact.ask.as_ref());
    match ask {
        Some(ask) if is_source => {
            let ask = plain(ask.get(language, setting.organisation.language));
            wording.gap(&wording.source_of(&ask))
        }
        Some(ask) => wording.gap(&plain(ask.get(language, setting.organisation.language))),
        None => wording.gap(wording.missing(name)),
    }
}

fn gap(name: &str) -> String {
    format!("{GAP_BEGINS}{name}{GAP_ENDS}")
}

fn fact(form: &Form, name: &str, wording: Wording, setting: &Setting<'_>) -> Value {
    let value = setting.facts.get(name).map(|fact| &fact.value);
    let items = value.map_or_else(Vec::new, |value| items(form, value, wording, setting));
    match form {
        Form::If => {
            let is_no = matches!(value, Some(FactValue::YesNo(false)));
            Value::Bool(!items.is_empty() && !is_no)
        }
        Form::Known => Value::Bool(!items.is_empty()),
        Form::Each if items.is_empty() => Value::from(vec![gap(name)]),
        Form::Each => Value::from(items),
        Form::Plural(_, more) if items.is_empty() => Value::String(format!("{} {more}", gap(name))),
        Form::Plural(one, more) => {
            let count = match value {
                Some(FactValue::Number(number)) => *number,
                // A list of a million things is no list that a person typed.
                _ => items.len() as f64,
            };
            let is_one = (count - 1.0).abs() < f64::EPSILON;
            let noun = if is_one { one } else { more };
            Value::String(format!("{} {noun}", wording.number(count)))
        }
        _ if items.is_empty() => Value::String(gap(name)),
        _ => {
            // A list stands in a sentence of the template; a text is one itself.
            let words = match value {
                Some(FactValue::List(_)) => wording.list(&items),
                _ => items.concat(),
            };
            Value::String(match form {
                Form::Short(longest) => cut_at_word(&words, *longest),
                _ => words,
            })
        }
    }
}

/// Who said it; a gap when nobody wrote that down.
fn source(form: &Form, name: &str, setting: &Setting<'_>) -> Value {
    let source = setting
        .facts
        .get(name)
        .and_then(|fact| fact.source.as_deref());
    let source = source.map(plain).filter(|source| !source.is_empty());
    match (form, source) {
        (Form::If | Form::Known, source) => Value::Bool(source.is_some()),
        (_, None) => Value::String(gap(&format!("{name}.source"))),
        (Form::Short(longest), Some(source)) => Value::String(cut_at_word(&source, *longest)),
        (_, Some(source)) => Value::String(source),
    }
}

/// When it was so; when it was written down, if nobody said.
fn told_at(form: &Form, name: &str, wording: Wording, setting: &Setting<'_>) -> Value {
    let at = setting
        .facts
        .get(name)
        .map(|fact| fact.as_of.unwrap_or(fact.at));
    let Some(at) = at else {
        return match form {
            Form::If | Form::Known => Value::Bool(false),
            _ => Value::String(gap(&format!("{name}.at"))),
        };
    };
    let zone = setting.organisation.timezone;
    match form {
        Form::If | Form::Known => Value::Bool(true),
        Form::Time => Value::String(wording.time(at, zone)),
        Form::Date => Value::String(wording.date(local_day(at, setting))),
        Form::Day => Value::String(wording.day(local_day(at, setting))),
        _ => Value::String(wording.moment(at, setting.now, zone)),
    }
}

fn local_day(instant: Timestamp, setting: &Setting<'_>) -> chrono::NaiveDate {
    let zone = setting.organisation.timezone;
    instant.with_timezone(&zone).date_naive()
}

/// At most so many characters, the sign of the cut included; cut between words
/// where there are any.
fn cut_at_word(text: &str, longest: usize) -> String {
    if text.contains(GAP_BEGINS) || text.chars().count() <= longest {
        return text.to_owned();
    }
    let cut: String = text.chars().take(longest.saturating_sub(1)).collect();
    let at_word = cut.rfind(' ').unwrap_or(cut.len());
    let kept = cut[..at_word].trim_end_matches([' ', ',', ';', ':', '.']);
    format!("{kept}…")
}

/// The value as texts; empty when nothing readable is in it.
fn items(form: &Form, value: &FactValue, wording: Wording, setting: &Setting<'_>) -> Vec<String> {
    let zone = setting.organisation.timezone;
    let texts = match value {
        FactValue::Text(text) => vec![plain(text)],
        FactValue::List(texts) => texts.iter().map(|text| plain(text)).collect(),
        FactValue::Number(number) => vec![wording.number(*number)],
        FactValue::YesNo(is_yes) => vec![wording.yes_no(*is_yes).to_owned()],
        FactValue::Date(date) if *form == Form::Day => vec![wording.day(*date)],
        FactValue::Date(date) => vec![wording.date(*date)],
        FactValue::Time(instant) => vec![match form {
            Form::Time => wording.time(*instant, zone),
            Form::Date => wording.date(local_day(*instant, setting)),
            Form::Day => wording.day(local_day(*instant, setting)),
            _ => wording.moment(*instant, setting.now, zone),
        }],
    };
    texts.into_iter().filter(|text| !text.is_empty()).collect()
}

fn is_open(phase: &str, open: &[Aim]) -> bool {
    open.iter().any(|aim| aim.name() == phase)
}

fn today(wording: Wording, setting: &Setting<'_>) -> String {
    wording.date(local_day(setting.now, setting))
}

fn printed(path: &str, message: &Message, language: &str, setting: &Setting<'_>) -> String {
    let organisation = setting.organisation;
    let wording = Wording::of(language, organisation.language);
    let parts: Vec<&str> = path.split('.').collect();
    match parts.as_slice() {
        ["organisation"] => plain(organisation.name.get(language, organisation.language)),
        ["today"] => today(wording, setting),
        ["now"] => wording.time(setting.now, organisation.timezone),
        ["signature"] => signature(message, language, setting),
        ["level"] => organisation
            .levels
            .iter()
            .find(|level| level.name == setting.level)
            .map_or_else(
                || plain(setting.level),
                |level| plain(level.title.get(language, organisation.language)),
            ),
        ["contacts", contact, field] => contact_field(contact, field, language, setting),
        ["roles", role] => role_title(role, language, setting),
        ["case", field] => {
            let case = setting.case.map(|case| match *field {
                "name" => plain(&case.name),
                _ => case.platform.name().to_owned(),
            });
            case.unwrap_or_else(|| gap(path))
        }
        _ => gap(path),
    }
}

fn contact_field(contact: &str, field: &str, language: &str, setting: &Setting<'_>) -> String {
    let organisation = setting.organisation;
    let contact = organisation
        .contacts
        .iter()
        .find(|known| known.key == contact);
    let value = contact.and_then(|contact| match field {
        "phone" => contact.phone.as_deref(),
        "email" => contact.email.as_deref(),
        "url" => contact.url.as_deref(),
        _ => {
            let hours = contact.hours.as_ref()?;
            Some(hours.get(language, organisation.language))
        }
    });
    plain(value.unwrap_or_default())
}

fn role_title(role: &str, language: &str, setting: &Setting<'_>) -> String {
    let organisation = setting.organisation;
    organisation.role(role).map_or_else(
        || plain(role),
        |role| plain(role.title.get(language, organisation.language)),
    )
}

/// A reply is signed by a person, by first name: whoever has the role now. Other
/// texts are signed by the role that writes them.
fn signature(message: &Message, language: &str, setting: &Setting<'_>) -> String {
    let organisation = setting.organisation;
    let name = plain(organisation.name.get(language, organisation.language));
    let signer = if message.kind == "reply" || message.per_case {
        let person = duty::on_duty(organisation, &message.role, setting.now).ok();
        let first = person.and_then(|person| person.name.split_whitespace().next());
        first.map_or_else(|| gap("signature"), plain)
    } else {
        role_title(&message.role, language, setting)
    };
    format!("{signer}, {name}")
}
