//! Warns of a drill that asks something of people who do not take part: nobody else is
//! mailed.

use crate::domain::organisation::Organisation;

use super::problems::{Problems, Span};
use super::tree::{Entry, Node};

/// Who takes part, and who is behind which role.
pub(super) struct TakingPart<'a> {
    pub(super) participants: &'a [String],
    pub(super) organisation: &'a Organisation,
    pub(super) problems: &'a Problems,
}

/// A role of which something is asked.
struct Asked<'n> {
    role: &'n str,
    at: Span,
    so: &'static str,
}

impl<'n> Asked<'n> {
    fn of(entry: &'n Entry, so: &'static str) -> Option<Self> {
        let (role, at) = (entry.value.scalar()?, entry.value.span);
        Some(Self { role, at, so })
    }
}

impl TakingPart<'_> {
    /// What is said to people who do not take part, or expected of them.
    pub(super) fn check(&self, root: &Node) {
        let items = |key| root.get(key).map_or(&[][..], |entry| entry.value.items());
        let mut asked: Vec<Asked<'_>> = Vec::new();
        for inject in items("injects") {
            let message = inject.get("message");
            let to = message.and_then(|message| message.value.get("to"));
            asked.extend(to.and_then(|to| Asked::of(to, "this message reaches nobody")));
            self.person(inject.get("who"), "does this in the drill");
        }
        let responders = root.get("responders");
        let responders = responders.map_or(&[][..], |entry| entry.value.entries());
        asked.extend(responders.iter().map(|entry| Asked {
            role: &entry.key,
            at: entry.key_span,
            so: "nobody responds",
        }));
        for expected in items("expect") {
            let answered = expected.get("answered");
            asked.extend(answered.and_then(|role| Asked::of(role, "nobody can answer")));
            let told = expected.get("told");
            let who = told.and_then(|told| told.value.get("who"));
            self.person(who, "is to be told");
        }
        asked.retain(|one| !self.has_somebody(one.role));
        for one in &asked {
            let n_times = asked.iter().filter(|other| other.role == one.role).count();
            // Somebody was forgotten, and said once it is enough.
            let at = match n_times {
                1 => one.at,
                _ => root.place(&["participants"]),
            };
            let so = match n_times {
                1 => one.so,
                _ => "this drill asks something of it",
            };
            self.problems.warning(
                at,
                "no-participant",
                format!(
                    "nobody among the participants has the role `{}`: {so}",
                    one.role
                ),
                "let one of its people take part, or ask it of another role",
            );
        }
    }

    /// Whether somebody behind a role takes part; a role that could not be read is a
    /// mistake of its own.
    fn has_somebody(&self, role: &str) -> bool {
        self.organisation.role(role).is_none_or(|role| {
            let mut people = role.people.iter();
            people.any(|person| self.participants.contains(person))
        })
    }

    fn person(&self, entry: Option<&Entry>, what: &str) {
        let named = entry.and_then(|entry| Some((entry, entry.value.scalar()?)));
        let is_known = |person: &str| self.organisation.team.iter().any(|one| one.key == person);
        let Some((entry, person)) = named.filter(|(_, person)| is_known(person)) else {
            return;
        };
        if !self.participants.iter().any(|one| one == person) {
            self.problems.warning(
                entry.value.span,
                "no-participant",
                format!("`{person}` {what}, and does not take part: nobody else is mailed"),
                "add the name to `participants`, or choose somebody who takes part",
            );
        }
    }
}
