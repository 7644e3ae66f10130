//! The value of each name a template asks for, as words in the language of the
//! draft. What is not known becomes a marked gap.

use serde_json::Value;

use super::form::{Ask, Form};
use super::words::{Wording, plain};
use super::{GAP_BEGINS, GAP_ENDS, Setting};
use crate::domain::duty;
use crate::domain::facts::FactValue;
use crate::domain::playbook::{Aim, Message};

/// The answer to one ask. `check` has refused every path that is not here.
pub(super) fn of(ask: &Ask, message: &Message, language: &str, setting: &Setting<'_>) -> Value {
    let wording = Wording::of(language, setting.organisation.language);
    if let Some(name) = ask.path.strip_prefix("facts.") {
        return fact(ask.form, name, wording, setting);
    }
    if let Some(phase) = ask.path.strip_prefix("phases.") {
        return Value::Bool(is_open(phase, setting.phases_open));
    }
    let printed = match ask.form {
        Form::Time => wording.time(setting.now, setting.organisation.timezone),
        Form::Date => today(wording, setting),
        Form::Print | Form::If | Form::Each => printed(&ask.path, message, language, setting),
    };
    if ask.form == Form::If {
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
    let ask = setting
        .playbook
        .fact(name)
        .and_then(|fact| fact.ask.as_ref());
    match ask {
        Some(ask) => wording.gap(&plain(ask.get(language, setting.organisation.language))),
        None => wording.gap(wording.missing(name)),
    }
}

fn gap(name: &str) -> String {
    format!("{GAP_BEGINS}{name}{GAP_ENDS}")
}

fn fact(form: Form, name: &str, wording: Wording, setting: &Setting<'_>) -> Value {
    let value = setting.facts.get(name).map(|fact| &fact.value);
    let items = value.map_or_else(Vec::new, |value| items(form, value, wording, setting));
    match form {
        Form::If => {
            let is_no = matches!(value, Some(FactValue::YesNo(false)));
            Value::Bool(!items.is_empty() && !is_no)
        }
        Form::Each if items.is_empty() => Value::from(vec![gap(name)]),
        Form::Each => Value::from(items),
        Form::Print | Form::Time | Form::Date if items.is_empty() => Value::String(gap(name)),
        // A list stands in a sentence of the template; a text is one itself.
        Form::Print | Form::Time | Form::Date => Value::String(match value {
            Some(FactValue::List(_)) => wording.list(&items),
            _ => items.concat(),
        }),
    }
}

/// The value as texts; empty when nothing readable is in it.
fn items(form: Form, value: &FactValue, wording: Wording, setting: &Setting<'_>) -> Vec<String> {
    let zone = setting.organisation.timezone;
    let texts = match value {
        FactValue::Text(text) => vec![plain(text)],
        FactValue::List(texts) => texts.iter().map(|text| plain(text)).collect(),
        FactValue::Number(number) => vec![wording.number(*number)],
        FactValue::YesNo(is_yes) => vec![wording.yes_no(*is_yes).to_owned()],
        FactValue::Date(date) => vec![wording.date(*date)],
        FactValue::Time(instant) => vec![match form {
            Form::Time => wording.time(*instant, zone),
            Form::Date => wording.date(instant.with_timezone(&zone).date_naive()),
            _ => wording.moment(*instant, setting.now, zone),
        }],
    };
    texts.into_iter().filter(|text| !text.is_empty()).collect()
}

fn is_open(phase: &str, open: &[Aim]) -> bool {
    open.iter().any(|aim| aim.name() == phase)
}

fn today(wording: Wording, setting: &Setting<'_>) -> String {
    let zone = setting.organisation.timezone;
    wording.date(setting.now.with_timezone(&zone).date_naive())
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
