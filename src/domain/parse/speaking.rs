//! Reads where the organisation speaks: channels, contacts, audiences.

use crate::domain::organisation::{Audience, CHANNEL_KINDS, Channel, Contact, Organisation};
use crate::domain::text::Text;

use super::fields::{Fields, named};
use super::names::{CHANNEL, Scope, meant, references, well_formed};
use super::tree::Entry;
use super::{address, listening, value};

pub(super) fn speaking(fields: &mut Fields<'_>, scope: Scope<'_>, organisation: &mut Organisation) {
    if let Some(node) = fields.get("channels") {
        let entries = named(node, "channel", scope.problems);
        organisation.channels = entries
            .into_iter()
            .filter_map(|entry| channel(entry, scope))
            .collect();
    }
    if let Some(accounts) = fields.read("own_accounts", listening::accounts) {
        organisation.own_accounts = accounts;
    }
    if let Some(node) = fields.get("contacts") {
        let entries = named(node, "contact", scope.problems);
        organisation.contacts = entries
            .into_iter()
            .filter_map(|entry| contact(entry, scope))
            .collect();
    }
    if let Some(node) = fields.get("audiences") {
        let language = organisation.language.tag();
        organisation.audiences = named(node, "audience", scope.problems)
            .into_iter()
            .filter_map(|entry| audience(entry, language, scope))
            .collect();
    }
}

fn channel(entry: &Entry, scope: Scope<'_>) -> Option<Channel> {
    let problems = scope.problems;
    well_formed(&entry.key, entry.key_span, true, problems);
    let mut fields = Fields::of(entry, format!("channel `{}`", entry.key), problems)?;
    let kind = fields.demand("kind", "web", |node, p| {
        value::choice(node, "a kind of channel", &CHANNEL_KINDS, p)
    });
    let title = fields.read("title", value::text);
    let url = fields.read("url", address::web_url);
    let account = fields.read("account", listening::account);
    let limit = fields.read("limit", value::positive);
    fields.close();
    Some(Channel {
        key: entry.key.clone(),
        kind: kind?.to_owned(),
        title,
        url,
        account,
        limit,
    })
}

fn contact(entry: &Entry, scope: Scope<'_>) -> Option<Contact> {
    let problems = scope.problems;
    well_formed(&entry.key, entry.key_span, false, problems);
    let mut fields = Fields::of(entry, format!("contact `{}`", entry.key), problems)?;
    let way = fields.one_of(&["phone", "email", "url"]);
    let hours = fields.read("hours", value::text);
    let confirm_live = fields.read("confirm_live", value::boolean).unwrap_or(false);
    fields.close();
    let mut contact = Contact {
        key: meant(&entry.key, false),
        phone: None,
        email: None,
        url: None,
        hours,
        confirm_live,
    };
    // One with a mistake has no way at all: texts that name it are not wrong.
    match way.map(|way| (way.key.as_str(), &way.value)) {
        Some(("phone", node)) => contact.phone = address::phone(node, problems),
        Some(("email", node)) => contact.email = address::email(node, problems),
        Some((_, node)) => contact.url = address::web_url(node, problems),
        None => {}
    }
    Some(contact)
}

fn audience(entry: &Entry, language: &str, scope: Scope<'_>) -> Option<Audience> {
    let problems = scope.problems;
    well_formed(&entry.key, entry.key_span, true, problems);
    let mut fields = Fields::of(entry, format!("audience `{}`", entry.key), problems)?;
    let channels = fields.demand("channels", "[website]", |node, p| {
        references(node, &CHANNEL, "[website]", &scope.names.channels, p)
    });
    let languages = fields.read("languages", |node, p| {
        value::list(node, "[nl, en]", p, value::tag)
    });
    let title = fields.read("title", value::text);
    let internal = fields.read("internal", value::boolean).unwrap_or(false);
    fields.close();
    Some(Audience {
        title: title.unwrap_or_else(|| Text::from(entry.key.as_str())),
        key: entry.key.clone(),
        channels: channels?,
        languages: languages.unwrap_or_else(|| vec![language.to_owned()]),
        internal,
    })
}
