//! The names a template may use, and what to say about one it may not.

use strsim::osa_distance;

use super::form::Form;
use crate::domain::facts::ALWAYS;
use crate::domain::organisation::{Contact, Organisation};
use crate::domain::playbook::{Aim, FactKind, Playbook};

/// The names a template may use, besides those that are always there.
#[derive(Debug, Clone, Default)]
pub struct Names<'a> {
    /// Facts of the playbook, with or without those that are always there.
    pub facts: Vec<(&'a str, FactKind)>,
    pub contacts: &'a [Contact],
    pub roles: Vec<&'a str>,
    /// Whether the text is for one case, so that `case` is known.
    pub per_case: bool,
    /// Every name is taken as known: for who reads a text before that can be told.
    pub all: bool,
}

/// The fields that a contact has.
fn fields_of(contact: &Contact) -> Vec<&'static str> {
    let fields = [
        (contact.phone.is_some(), "phone"),
        (contact.email.is_some(), "email"),
        (contact.url.is_some(), "url"),
        (contact.hours.is_some(), "hours"),
    ];
    let present = fields.into_iter().filter(|(is_there, _)| *is_there);
    present.map(|(_, field)| field).collect()
}

impl<'a> Names<'a> {
    pub fn of(organisation: &'a Organisation, playbook: &'a Playbook, per_case: bool) -> Self {
        let facts = playbook.facts.iter();
        let roles = organisation.roles.iter();
        Self {
            facts: facts.map(|fact| (fact.name.as_str(), fact.kind)).collect(),
            contacts: &organisation.contacts,
            roles: roles.map(|role| role.key.as_str()).collect(),
            per_case,
            all: false,
        }
    }

    /// What kind of fact this is; `None` when nobody asks for it.
    fn kind_of(&self, name: &str) -> Option<FactKind> {
        let asked = self.facts.iter().find(|(fact, _)| *fact == name);
        let always = || ALWAYS.iter().find(|(fact, _)| *fact == name);
        asked
            .map(|(_, kind)| *kind)
            .or_else(|| always().map(|(_, kind)| *kind))
    }

    /// Whether a fact can be shown in this form; else message and hint.
    fn resolve_fact(&self, form: &Form, path: &str, name: &str) -> Result<(), (String, String)> {
        let Some(kind) = self.kind_of(name) else {
            let otherwise = "add it under `facts` of the playbook, or use one that is there";
            let message = format!("nobody asks for the fact `{name}`");
            return Err((message, self.nearest(path, otherwise)));
        };
        let is_moment = matches!(kind, FactKind::Time);
        let is_day = is_moment || matches!(kind, FactKind::Date);
        let (fits, needs) = match form {
            Form::Time => (is_moment, "of kind time"),
            Form::Date | Form::Day => (is_day, "of kind time or date"),
            Form::Plural(..) => (
                matches!(kind, FactKind::Number | FactKind::List),
                "of kind number or list",
            ),
            Form::Each => (matches!(kind, FactKind::List), "of kind list"),
            _ => (true, ""),
        };
        if fits {
            return Ok(());
        }
        Err((
            format!("the fact `{name}` is not {needs}"),
            format!("use a fact {needs}, or write only {{{{{path}}}}}"),
        ))
    }

    /// Everything that can be printed, as it is written.
    fn printable(&self) -> Vec<String> {
        let mut paths: Vec<String> = ["organisation", "today", "now", "signature", "level"]
            .map(str::to_owned)
            .into();
        let asked = self.facts.iter().map(|(name, _)| *name);
        let facts = asked.chain(ALWAYS.iter().map(|(fact, _)| *fact));
        paths.extend(facts.map(|fact| format!("facts.{fact}")));
        for contact in self.contacts {
            let fields = fields_of(contact).into_iter();
            paths.extend(fields.map(|field| format!("contacts.{}.{field}", contact.key)));
        }
        paths.extend(self.roles.iter().map(|role| format!("roles.{role}")));
        if self.per_case {
            paths.extend(["case.name".to_owned(), "case.platform".to_owned()]);
        }
        paths
    }

    /// Whether `path` means something in this form; else message and hint.
    pub(super) fn resolve(&self, form: &Form, path: &str) -> Result<(), (String, String)> {
        if self.all {
            return Ok(());
        }
        let parts: Vec<&str> = path.split('.').collect();
        match (parts.as_slice(), form) {
            (["facts", fact], form) => self.resolve_fact(form, path, fact),
            (
                ["facts", fact, "source"],
                Form::Print | Form::If | Form::Known | Form::Short(_),
            )
            | (
                ["facts", fact, "at"],
                Form::Print | Form::Time | Form::Date | Form::Day | Form::If | Form::Known,
            ) => self.resolve_fact(&Form::Print, &format!("facts.{fact}"), fact),
            (["facts", _, "source" | "at"], _) => Err((
                format!("`{path}` cannot be shown like this"),
                "write only the name, or {{time …}} and {{date …}} of an `at`".to_owned(),
            )),
            (_, Form::Each) => Err((
                format!("`{path}` is not a list"),
                "only facts can be gone through, such as facts.known".to_owned(),
            )),
            (_, Form::Plural(..)) => Err((
                format!("`{path}` is not a number"),
                "use a fact of kind number or list".to_owned(),
            )),
            (["now"], Form::Time | Form::Date | Form::Day)
            | (["today"], Form::Date | Form::Day) => Ok(()),
            (_, Form::Time | Form::Date | Form::Day) => Err((
                format!("`{path}` is not a moment"),
                "use a fact of kind time or date, or now".to_owned(),
            )),
            (["organisation" | "today" | "now" | "signature" | "level"], _) => Ok(()),
            (["contacts", contact, field], _) => self.resolve_contact(path, contact, field),
            (["roles", role], _) if self.roles.contains(role) => Ok(()),
            (["phases", phase], Form::If) if Aim::ALL.iter().any(|aim| aim.name() == *phase) => {
                Ok(())
            }
            (["phases", ..], Form::If) => Err((
                format!("there is no phase `{path}`"),
                suggestion(path, Aim::ALL.map(|aim| format!("phases.{}", aim.name()))),
            )),
            (["phases", ..], _) => Err((
                "a phase can only be asked for, not printed".to_owned(),
                format!("write {{{{#if {path}}}}}"),
            )),
            (["case", "name" | "platform"], _) if self.per_case => Ok(()),
            (["case", ..], _) if !self.per_case => Err((
                "there is no case here".to_owned(),
                "only a message with `per_case: true` has one".to_owned(),
            )),
            ([group @ ("facts" | "contacts" | "roles" | "case"), ..], _) => Err((
                format!("there is no `{path}`"),
                self.nearest(path, &format!("say which of the {group} you mean")),
            )),
            (["this" | "@first" | "@last", ..], _) => Err((
                format!("`{path}` means nothing here"),
                "it belongs between {{#each facts.known}} and {{/each}}".to_owned(),
            )),
            _ => Err((
                format!("there is no variable `{path}`"),
                self.nearest(path, "a template may use facts, organisation, today, now, signature, level, contacts, roles, phases and case"),
            )),
        }
    }

    fn resolve_contact(&self, path: &str, name: &str, field: &str) -> Result<(), (String, String)> {
        let mut contacts = self.contacts.iter();
        let Some(contact) = contacts.find(|contact| contact.key == name) else {
            let hint = self.nearest(path, "add it under `contacts` of the organisation");
            return Err((format!("there is no contact `{name}`"), hint));
        };
        let fields = fields_of(contact);
        // Without any it is wrong where it stands, and that is said there.
        let is_broken = contact.phone.is_none() && contact.email.is_none() && contact.url.is_none();
        if is_broken || fields.contains(&field) {
            return Ok(());
        }
        let hint = match fields.as_slice() {
            [] => "add it under `contacts` of the organisation".to_owned(),
            fields => format!("it has: {}", fields.join(", ")),
        };
        Err((format!("contact `{name}` has no `{field}`"), hint))
    }

    fn nearest(&self, path: &str, otherwise: &str) -> String {
        let printable = self.printable();
        // People forget the group: `known` for `facts.known`.
        let same_end = printable.iter().find(|known| {
            known.rsplit('.').next() == path.rsplit('.').next() && !path.contains('.')
        });
        if let Some(known) = same_end {
            return format!("did you mean `{known}`?");
        }
        // Or ask for a part of what has none.
        let whole = path.split('.').next().unwrap_or_default();
        if whole != path && printable.iter().any(|known| known == whole) {
            return format!("did you mean `{whole}`?");
        }
        let found = suggestion(path, printable);
        if found.is_empty() {
            otherwise.to_owned()
        } else {
            found
        }
    }
}

/// The closest candidate as a question; empty when none is close.
pub(super) fn suggestion<T: AsRef<str>>(
    written: &str,
    candidates: impl IntoIterator<Item = T>,
) -> String {
    let allowed = (written.chars().count() / 4).max(2);
    candidates
        .into_iter()
        .map(|candidate| (osa_distance(written, candidate.as_ref()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map_or_else(String::new, |(_, candidate)| {
            format!("did you mean `{}`?", candidate.as_ref())
        })
}
