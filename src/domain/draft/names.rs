//! The names a template may use, and what to say about one it may not.

use strsim::osa_distance;

use super::form::Form;
use crate::domain::facts::ALWAYS;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{Aim, Playbook};

/// The names a template may use, besides those that are always there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// Facts of the playbook, with or without those that are always there.
    pub facts: Vec<String>,
    /// Contacts with the fields they have: `phone`, `email`, `url`, `hours`.
    pub contacts: Vec<(String, Vec<String>)>,
    pub roles: Vec<String>,
    /// Whether the text is for one case, so that `case` is known.
    pub per_case: bool,
}

impl Names {
    pub fn of(organisation: &Organisation, playbook: &Playbook, per_case: bool) -> Self {
        let contacts = organisation.contacts.iter().map(|contact| {
            let fields = [
                (contact.phone.is_some(), "phone"),
                (contact.email.is_some(), "email"),
                (contact.url.is_some(), "url"),
                (contact.hours.is_some(), "hours"),
            ];
            let present = fields.iter().filter(|(is_there, _)| *is_there);
            let present = present.map(|(_, field)| (*field).to_owned()).collect();
            (contact.key.clone(), present)
        });
        Self {
            facts: playbook
                .facts
                .iter()
                .map(|fact| fact.name.clone())
                .collect(),
            contacts: contacts.collect(),
            roles: organisation
                .roles
                .iter()
                .map(|role| role.key.clone())
                .collect(),
            per_case,
        }
    }

    fn has_fact(&self, name: &str) -> bool {
        self.facts.iter().any(|fact| fact == name) || ALWAYS.iter().any(|(fact, _)| *fact == name)
    }

    /// Everything that can be printed, as it is written.
    fn printable(&self) -> Vec<String> {
        let mut paths: Vec<String> = ["organisation", "today", "now", "signature", "level"]
            .map(str::to_owned)
            .into();
        let asked = self.facts.iter().map(String::as_str);
        let facts = asked.chain(ALWAYS.iter().map(|(fact, _)| *fact));
        paths.extend(facts.map(|fact| format!("facts.{fact}")));
        for (contact, fields) in &self.contacts {
            paths.extend(
                fields
                    .iter()
                    .map(|field| format!("contacts.{contact}.{field}")),
            );
        }
        paths.extend(self.roles.iter().map(|role| format!("roles.{role}")));
        if self.per_case {
            paths.extend(["case.name".to_owned(), "case.platform".to_owned()]);
        }
        paths
    }

    /// Whether `path` means something in this form; else message and hint.
    pub(super) fn resolve(&self, form: Form, path: &str) -> Result<(), (String, String)> {
        let parts: Vec<&str> = path.split('.').collect();
        match (parts.as_slice(), form) {
            (["facts", fact], _) if self.has_fact(fact) => Ok(()),
            (["facts", fact], _) => Err((
                format!("nobody asks for the fact `{fact}`"),
                self.nearest(path, "add it under `facts` of the playbook, or use one that is there"),
            )),
            (_, Form::Each) => Err((
                format!("`{path}` is not a list"),
                "only facts can be gone through, such as facts.known".to_owned(),
            )),
            (["now"], Form::Time | Form::Date) | (["today"], Form::Date) => Ok(()),
            (_, Form::Time | Form::Date) => Err((
                format!("`{path}` is not a moment"),
                "use a fact of kind time or date, or now".to_owned(),
            )),
            (["organisation" | "today" | "now" | "signature" | "level"], _) => Ok(()),
            (["contacts", contact, field], _) => self.resolve_contact(path, contact, field),
            (["roles", role], _) if self.roles.iter().any(|known| known == role) => Ok(()),
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
        let Some((_, fields)) = self.contacts.iter().find(|(key, _)| key == name) else {
            let hint = self.nearest(path, "add it under `contacts` of the organisation");
            return Err((format!("there is no contact `{name}`"), hint));
        };
        if fields.iter().any(|known| known == field) {
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
